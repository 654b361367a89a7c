"""Creates, replacements, patches and deletes."""

from aiohttp import web

from sync_desktop.sandbox.connectwise import mirrors, shapes, texts
from sync_desktop.sandbox.connectwise.answers import Nested, answer, api_error, invalid, no_content
from sync_desktop.sandbox.connectwise.bodies import read_object
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.defaults import brought_in_order, with_defaults
from sync_desktop.sandbox.connectwise.metadata import INFO, MAIN_COMPANY, Entity
from sync_desktop.sandbox.connectwise.patches import CUSTOM_FIELDS, Patched, patch
from sync_desktop.sandbox.connectwise.reads import known, users_of
from sync_desktop.sandbox.connectwise.rules import broken_rules
from sync_desktop.sandbox.connectwise.shapes import BEGINNING
from sync_desktop.sandbox.connectwise.validation import Write, problems
from sync_desktop.sandbox.connectwise.values import as_text
from sync_desktop.sandbox.store import Row

KEPT = frozenset({"site", "types", "deletedFlag", "dateDeleted", "deletedBy", "forecastDetailId", "dateBecameLead"})
"""What a PUT that leaves it out does not empty, because the server keeps it by itself."""
_ONLY_ON_CREATE = ("types", "typeIds")


def create(call: Call, entity: Entity, parent_id: int | None = None) -> web.Response:
    """Answer POST: 201 with the new record and its address. What the path says wins over the body."""
    call.require(entity)
    row = read_object(call, entity)
    if parent_id is not None and entity.parent is not None:
        known(call, call.tenant.metadata.root(entity.parent.collection) or entity, parent_id)
        row[entity.parent.member] = entity.parent.value(parent_id)
    made = keep_new(call, entity, row)
    address = {"Location": call.root(entity.collection, made["id"])}
    told = shapes.only(call, entity, shapes.shown(call, entity, made))
    return answer(told, 201, address, call.media_type)


def keep_new(call: Call, entity: Entity, row: Row) -> Row:
    """Check a new row, fill its gaps and keep it. Raises `RefusedError` with all that is wrong."""
    sent = frozenset(row)
    row = with_defaults(call, entity.name, row)
    checked = frozenset(each.name for each in entity.fields)
    _check(call, Write(entity, row, sent, checked, None))
    brought_in_order(call, entity.name, row)
    now = as_text(call.tenant.settings.now())
    who = call.member.identifier
    row[INFO] = {"lastUpdated": now, "updatedBy": who, "dateEntered": now, "enteredBy": who}
    store = call.tenant.store
    made = store.rows(entity.collection)[store.insert(entity.collection, row)]
    mirrors.after_create(store, entity, made)
    return made


def replace(call: Call, entity: Entity, row_id: int, parent_id: int | None = None) -> web.Response:
    """Answer PUT: everything that the body leaves out is emptied."""
    call.require(entity)
    stored = known(call, entity, row_id, parent_id=parent_id)
    body = read_object(call, entity)
    _refuse_types(entity, {name for name in body if body[name] not in (None, [])})
    if (
        entity.name == "Contact"
        and body.get("communicationItems")
        and call.tenant.facts.at("contact_put_items", "refused")
    ):
        raise invalid(entity.resource, [Nested("InvalidField", texts.CONTACT_PUT_ITEMS, "communicationItems")])
    empty = {each.name: None for each in entity.fields if each.name not in ("id", INFO)}
    kept = {name: value for name, value in stored.items() if name in KEPT}
    if entity.parent is not None and entity.parent.member not in body:
        kept[entity.parent.member] = stored.get(entity.parent.member)
    row = {**empty, **kept, **body}
    checked = frozenset(each.name for each in entity.fields)
    return _save(call, entity, row_id, Patched(row, set(body)), checked)


def change(call: Call, entity: Entity, row_id: int, parent_id: int | None = None) -> web.Response:
    """Answer PATCH; everything that the row holds is checked again, whoever wrote it."""
    call.require(entity)
    stored = known(call, entity, row_id, parent_id=parent_id)
    done = patch(call, entity, stored)
    _refuse_types(entity, done.changed)
    facts = call.tenant.facts
    has_custom = bool(stored.get(CUSTOM_FIELDS)) and facts.at("patch_custom_fields", "required")
    if has_custom and CUSTOM_FIELDS not in done.changed:
        problem = Nested("MissingRequiredField", texts.required(CUSTOM_FIELDS), CUSTOM_FIELDS)
        raise invalid(entity.resource, [problem])
    whole = entity.collection == MAIN_COMPANY or facts.at("patch_revalidates", "whole")
    checked = frozenset(each.name for each in entity.fields) if whole else frozenset(done.changed)
    return _save(call, entity, row_id, done, checked)


def _save(call: Call, entity: Entity, row_id: int, done: Patched, checked: frozenset[str]) -> web.Response:
    _check(call, Write(entity, done.row, frozenset(done.changed), checked, row_id))
    brought_in_order(call, entity.name, done.row)
    if entity.name == "Opportunity" and "status" in done.changed:
        _close(call, done.row)
    now = as_text(call.tenant.settings.now())
    told = {"lastUpdated": BEGINNING, **(call.tenant.store.rows(entity.collection)[row_id].get(INFO) or {})}
    done.row[INFO] = {**told, "lastUpdated": now, "updatedBy": call.member.identifier}
    row = call.tenant.store.update(entity.collection, row_id, done.row)
    mirrors.after_update(call.tenant.store, entity, row)
    return answer(shapes.only(call, entity, shapes.shown(call, entity, row)), media_type=call.media_type)


def _close(call: Call, row: Row) -> None:
    """Date an opportunity whose new status closes it; how the server does that is inferred."""
    status = (
        call.tenant.store.get("sales/opportunities/statuses", row["status"]["id"] if row.get("status") else 0) or {}
    )
    if status.get("closedFlag") and not row.get("closedDate"):
        row["closedDate"] = as_text(call.tenant.settings.now())


def _check(call: Call, write: Write) -> None:
    found = [*problems(call, write), *broken_rules(call, write)]
    if found:
        raise invalid(write.entity.resource, found)


def _refuse_types(entity: Entity, sent: set[str]) -> None:
    """Raise the refusal of types that come with anything but a create."""
    if entity.name in ("Company", "Contact") and sent & set(_ONLY_ON_CREATE):
        text = texts.CREATE_ONLY_TYPES.replace("company", entity.resource)
        raise invalid(entity.resource, [Nested("InvalidField", text, "typeIds")])


def delete(call: Call, entity: Entity, row_id: int, parent_id: int | None = None) -> web.Response:
    """Answer DELETE: 204. A company goes to the recycle bin; what others use stays (409)."""
    call.require(entity)
    row = known(call, entity, row_id, parent_id=parent_id)
    store = call.tenant.store
    if entity.collection == MAIN_COMPANY:
        _recycle(call, row)
        return no_content()
    if entity.name != "Opportunity" and _used_by_others(call, entity, row):
        raise api_error(409, texts.in_use(entity.label, row_id), code="Conflict")
    if entity.name == "Opportunity":
        _take_down(call, entity, row_id)
    store.delete(entity.collection, row_id)
    mirrors.after_delete(store, entity, row)
    return no_content()


def _recycle(call: Call, row: Row) -> None:
    now = as_text(call.tenant.settings.now())
    told = {"deletedFlag": True, "dateDeleted": now, "deletedBy": call.member.identifier}
    info = {**(row.get(INFO) or {}), "lastUpdated": now, "updatedBy": call.member.identifier}
    call.tenant.store.update(MAIN_COMPANY, row["id"], {**told, INFO: info})


def _used_by_others(call: Call, entity: Entity, row: Row) -> bool:
    # A forecast item only mirrors its line, and a shared collection is the same record under another name.
    users = users_of(call.tenant, entity, row["id"])
    return any(other.name != "ForecastItem" and used is not row for other, used in users)


def _take_down(call: Call, entity: Entity, row_id: int) -> None:
    """Delete what stands under an opportunity, its lines too."""
    store = call.tenant.store
    for child in call.tenant.metadata.children(entity):
        rows = store.rows(child.collection)
        for child_id in [key for key, row in rows.items() if child.parent and child.parent.holds(row, row_id)]:
            store.delete(child.collection, child_id)
    lines = store.rows(mirrors.LINES)
    for line_id in [key for key, line in lines.items() if (line.get("opportunity") or {}).get("id") == row_id]:
        store.delete(mirrors.LINES, line_id)
