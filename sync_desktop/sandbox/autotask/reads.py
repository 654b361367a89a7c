"""Everything that reads rows: one by id, queries and their pages, counts, children of a parent."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sync_desktop.sandbox.autotask import answers
from sync_desktop.sandbox.autotask.answers import answer, wrong_verb
from sync_desktop.sandbox.autotask.calls import Call
from sync_desktop.sandbox.autotask.facts import Facts
from sync_desktop.sandbox.autotask.filters import Compiler
from sync_desktop.sandbox.autotask.metadata import UDF_KEY, Entity
from sync_desktop.sandbox.autotask.queries import PAGE_SIZE, Query, Rows, next_url, page, parse, parse_json

Row = Mapping[str, Any]
FRACTION = ".107Z"


def shown(row: Row, entity: Entity, facts: Facts, include: frozenset[str] | None = None) -> dict[str, Any]:
    """Return a row as the API shows it: every known field, null where it is empty, and the user-defined ones."""
    told = {field.name: row.get(field.name) for field in entity.fields if include is None or field.name in include}
    if facts.at("date_fraction", "on"):
        for field in entity.fields:
            value = told.get(field.name)
            if field.type == "datetime" and isinstance(value, str):
                told[field.name] = value.removesuffix("Z") + FRACTION
    if (
        entity.collection == "Contacts"
        and "companyID" in told
        and not row.get("isActive")
        and facts.at("inactive_contact_company", "zero")
    ):
        told["companyID"] = 0
    user_defined = [dict(entry) for entry in row.get(UDF_KEY) or ()]
    if user_defined or facts.at("empty_udf", "list"):
        told[UDF_KEY] = user_defined
    return told


def visible(call: Call, entity: Entity) -> Rows:
    """Return the rows that this user may see, in the order of their ids."""
    return call.tenant.store.visible(entity.collection) if call.may_read(entity) else []


def read_one(call: Call, entity: Entity, row_id: int, parent: tuple[str, int] | None = None) -> web.Response:
    """Answer `GET /{E}/{id}`, also through a parent (key and id), under which the row has to be."""
    row = next((row for row in visible(call, entity) if row["id"] == row_id), None)
    if row is not None and parent is not None and row.get(parent[0]) != parent[1]:
        row = None
    if row is None and call.tenant.facts.at("unknown_id", "404"):
        raise answers.not_found(call.url)
    return answers.item(None if row is None else shown(row, entity, call.tenant.facts))


def read_children(call: Call, entity: Entity, key: str, parent_id: int) -> web.Response:
    """Answer `GET /{Parent}/{id}/{Child}`; such a collection cannot be filtered."""
    rows = [row for row in visible(call, entity) if row.get(key) == parent_id]
    everything = Query(lambda _row: True, PAGE_SIZE, None)
    return _page(call, entity, rows, everything, call.root(*call.rest), call.parameters.get("paging"))


def query(call: Call, entity: Entity, tail: tuple[str, ...]) -> web.Response:
    """Answer `query`, `query/count` and `query/next` with GET (`?search=`) or POST (the body)."""
    search = call.parameters.get("search")
    if tail == ("next",) and call.method == "GET" and search is None:
        # Only a first page that was POSTed leads here without its search.
        if call.tenant.facts.at("get_after_post_page", "empty"):
            return answers.items([], PAGE_SIZE)
        raise wrong_verb(call.method)
    wanted = _parse(call, entity, (search or "") if call.method == "GET" else call.body)
    found = [row for row in visible(call, entity) if wanted.test(row)]
    if tail == ("count",):
        return answer({"queryCount": len(found)})
    token = call.parameters.get("paging") if tail == ("next",) else None
    return _page(call, entity, found, wanted, call.root(entity.collection, "query", "next"), token)


def _parse(call: Call, entity: Entity, text: str) -> Query:
    tenant = call.tenant
    compiler = Compiler(
        entity, tenant.metadata.user_defined(entity), cased=tenant.facts.at("text_compare", "sensitive")
    )
    return parse(parse_json(text), entity, compiler)


def _page(call: Call, entity: Entity, rows: Rows, wanted: Query, root: str, token: str | None) -> web.Response:
    part = page(rows, wanted.size, token)
    search = call.parameters.get("search") if call.method == "GET" else None
    return answers.items(
        [shown(row, entity, call.tenant.facts, wanted.include) for row in part.rows],
        part.size,
        next_url(root, part.previous, search) if wanted.can_go_on else None,
        next_url(root, part.following, search) if wanted.can_go_on else None,
    )
