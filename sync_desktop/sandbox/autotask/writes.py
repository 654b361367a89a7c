"""Creates, updates and deletes, at an entity's own route or through its parent."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.autotask.answers import RefusedError, errors, item_id
from sync_desktop.sandbox.autotask.bodies import Body, Reader
from sync_desktop.sandbox.autotask.calls import Call
from sync_desktop.sandbox.autotask.metadata import UDF_KEY, Entity, Field
from sync_desktop.sandbox.autotask.reads import visible
from sync_desktop.sandbox.autotask.rules import company_of_opportunity
from sync_desktop.sandbox.autotask.validation import Validator, Write
from sync_desktop.sandbox.autotask.values import BadValueError, as_number, as_text, is_inactive

Row = Mapping[str, Any]
Under = tuple[str, int]
"""The key of a parent and its id, `("quoteID", 7)`."""


def create(call: Call, entity: Entity, under: Under | None = None) -> web.Response:
    """Answer POST: 200 with the new id. What the parent's route says wins over the body."""
    call.refuse_unless(call.user.may_write(entity.collection), "create")
    body = _read(call, entity, creating=True)
    row = dict(body.values)
    if under is not None:
        row[under[0]] = under[1]
    sent = frozenset(row)
    row = _with_defaults(call, entity, row)
    _check(call, Write(entity, row, sent, None), body, "creating")
    for field in entity.fields:
        if field.on_create and row.get(field.name) is None:
            row[field.name] = _made(call, entity, field, field.on_create)
    row[UDF_KEY] = [dict(entry) for entry in body.user_defined or ()]
    return item_id(call.tenant.store.insert(entity.collection, row))


def update(call: Call, entity: Entity, under: Under | None = None) -> web.Response:
    """Answer PATCH and PUT: 200 with the id, which stands in the body. PUT empties what it leaves out."""
    call.refuse_unless(call.user.may_write(entity.collection), "update")
    body = _read(call, entity, creating=False)
    if body.row_id is None:
        raise _failed(call, [texts.ID_MISSING], "updating")
    current = _row(call, entity, body.row_id, under)
    if current is None:
        raise _failed(call, [texts.UPDATE_MISSING], "updating")
    changes = dict(body.values)
    if call.method == "PUT":
        writable = (field for field in entity.fields if field.updatable and not field.read_only)
        changes = {**dict.fromkeys(field.name for field in writable), **changes}
        if under is not None:
            changes.pop(under[0], None)
    _check(call, Write(entity, {**current, **changes}, frozenset(changes), body.row_id), body, "updating")
    for field in entity.fields:
        if field.on_update:
            changes[field.name] = _made(call, entity, field, field.on_update)
    if body.user_defined is not None:
        values = {entry["name"]: entry for entry in (*(current.get(UDF_KEY) or ()), *body.user_defined)}
        changes[UDF_KEY] = [dict(entry) for entry in values.values()]
    call.tenant.store.update(entity.collection, body.row_id, changes)
    return item_id(body.row_id)


def delete(call: Call, entity: Entity, row_id: int, under: Under | None = None) -> web.Response:
    """Answer DELETE: 200 with the id that is gone."""
    call.refuse_unless(call.user.may_write(entity.collection), "delete")
    if _row(call, entity, row_id, under) is None:
        raise errors(texts.DELETE_MISSING)
    call.tenant.store.delete(entity.collection, row_id)
    return item_id(row_id)


def _read(call: Call, entity: Entity, *, creating: bool) -> Body:
    tenant = call.tenant
    return Reader(entity, tenant.metadata.user_defined(entity), tenant.facts).read(call.body, creating=creating)


def _row(call: Call, entity: Entity, row_id: int, under: Under | None) -> Row | None:
    row = next((row for row in visible(call, entity) if row["id"] == row_id), None)
    return row if row is None or under is None or row.get(under[0]) == under[1] else None


def _check(call: Call, write: Write, body: Body, action: str) -> None:
    problems = list(body.refused) or _impersonation(call) or Validator(call.tenant).problems(write)
    if problems:
        raise _failed(call, problems, action)


def _failed(call: Call, lines: list[str], action: str) -> RefusedError:
    numbered = action == "updating" or call.tenant.facts.at("record_number", "always")
    return errors(*lines, *([texts.record_number(action)] if numbered else []))


def _with_defaults(call: Call, entity: Entity, row: Row) -> dict[str, Any]:
    told = dict(row)
    for field in entity.fields:
        if field.default is not None and told.get(field.name) is None:
            told[field.name] = field.default
    if entity.collection == "Quotes" and told.get("companyID") is None:
        told["companyID"] = company_of_opportunity(call.tenant.store, told)
    return told


def _made(call: Call, entity: Entity, field: Field, how: str) -> Any:
    impersonated = _impersonated(call)
    match how:
        case "now":
            return as_text(call.tenant.settings.now())
        case "caller":
            return call.user.resource_id if impersonated is None else impersonated
        case "impersonator":
            return None if impersonated is None else call.user.resource_id
        case _:
            rows = call.tenant.store.rows(entity.collection).values()
            return max((row.get(field.name) or 0 for row in rows), default=0) + 1


def _impersonated(call: Call) -> int | None:
    told = call.headers.get("ImpersonationResourceId")
    return int(as_number(told)) if told else None


def _impersonation(call: Call) -> list[str]:
    try:
        resource_id = _impersonated(call)
    except BadValueError:
        return [texts.reference("ImpersonationResourceId", "Resource")]
    if resource_id is None:
        return []
    row = call.tenant.store.get("Resources", resource_id)
    return [texts.reference("ImpersonationResourceId", "Resource")] if row is None or is_inactive(row) else []
