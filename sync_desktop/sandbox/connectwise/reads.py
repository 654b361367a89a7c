"""Everything that reads rows: lists, one by id, counts, searches, who uses what."""

from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web

from sync_desktop.sandbox.connectwise import paging, shapes
from sync_desktop.sandbox.connectwise.answers import answer, no_permission, not_found
from sync_desktop.sandbox.connectwise.bodies import read_filters
from sync_desktop.sandbox.connectwise.calls import Call, Tenant
from sync_desktop.sandbox.connectwise.metadata import Entity
from sync_desktop.sandbox.connectwise.queries import FILTERS, find, ordered
from sync_desktop.sandbox.store import Row


def listed(call: Call, entity: Entity, *, parent_id: int | None = None, trimmed: bool = False) -> web.Response:
    """Answer a list."""
    return _list(call, entity, call.parameters, parent_id, trimmed=trimmed)


def search(call: Call, entity: Entity) -> web.Response:
    """Answer `POST .../search`: the filters are in the body, the page in the query."""
    return _list(call, entity, read_filters(call), None, trimmed=False)


def counted(call: Call, entity: Entity, *, parent_id: int | None = None, trimmed: bool = False) -> web.Response:
    """Answer `/count`, for the same filters."""
    rows = _rows(call, entity, parent_id, trimmed=trimmed)
    return answer({"count": len(find(call, entity, rows, call.parameters))}, media_type=call.media_type)


def read_one(
    call: Call, entity: Entity, row_id: int, *, parent_id: int | None = None, trimmed: bool = False
) -> web.Response:
    """Answer one row, active or not. Raises `RefusedError` (404) where there is none that this member sees."""
    row = known(call, entity, row_id, parent_id=parent_id, trimmed=trimmed)
    told = shapes.shown(call, entity, row, trimmed=trimmed)
    return answer(shapes.only(call, entity, told), media_type=call.media_type)


def known(call: Call, entity: Entity, row_id: int, *, parent_id: int | None = None, trimmed: bool = False) -> Row:
    """Return a row that this member sees. Raises `RefusedError` where there is none."""
    if not trimmed and not call.member.may_see(entity.collection) and call.tenant.facts.at("denied_read", "403"):
        raise no_permission()
    row = call.tenant.store.get(entity.collection, row_id)
    seen = trimmed or call.member.may_see(entity.collection)
    if row is None or not seen or not call.tenant.store.shows(entity.collection, row):
        raise not_found(entity.label, row_id)
    if parent_id is not None and entity.parent is not None and not entity.parent.holds(row, parent_id):
        raise not_found(entity.label, row_id)
    return row


def _list(call: Call, entity: Entity, told: Mapping[str, str], parent_id: int | None, *, trimmed: bool) -> web.Response:
    order = paging.checked_order(call, told.get("orderby", "").strip())
    rows = find(call, entity, _rows(call, entity, parent_id, trimmed=trimmed), _filters(told))
    chosen, link = paging.page(call, ordered(call, entity, rows, order))
    shown = (shapes.shown(call, entity, row, trimmed=trimmed) for row in chosen)
    return paging.paged(call, [shapes.only(call, entity, row) for row in shown], link)


def _filters(told: Mapping[str, str]) -> dict[str, str]:
    return {name: told[name] for name in FILTERS if told.get(name)}


def _rows(call: Call, entity: Entity, parent_id: int | None, *, trimmed: bool) -> list[Row]:
    """Return the rows that a list may show."""
    rows = call.rows(entity, trimmed=trimmed)
    if entity.hides and call.tenant.facts.at("hide_inactive_in_lists", "on"):
        rows = [row for row in rows if not row.get("inactiveFlag")]
    if parent_id is None or entity.parent is None:
        return rows
    return [row for row in rows if entity.parent.holds(row, parent_id)]


def users_of(tenant: Tenant, entity: Entity, row_id: int) -> Iterator[tuple[Entity, Row]]:
    """Yield every row that points at a row, with its entity."""
    for other in tenant.metadata.entities.values():
        fields = [each for each in other.fields if tenant.metadata.target(each) is entity]
        for row in tenant.store.rows(other.collection).values() if fields else ():
            if any(row_id in _ids(row.get(each.name)) for each in fields):
                yield other, row


def _ids(value: Any) -> Iterator[Any]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping):
            yield each.get("id")


def usages(call: Call, entity: Entity, row_id: int, *, one_by_one: bool) -> web.Response:
    """Answer `/{id}/usages`, kinds of records with how many use this one, or `/usages/list`, the records."""
    known(call, entity, row_id)
    used = [(other, row) for other, row in users_of(call.tenant, entity, row_id) if other.parent is None]
    if one_by_one:
        told = [_usage(call, other, row) for other, row in used]
    else:
        kinds = {other.name: other for other, _ in used}
        told = [
            {"type": other.label, "count": sum(1 for each, _ in used if each is other), "typeKey": other.resource}
            for other in kinds.values()
        ]
    chosen, link = paging.page(call, [{"id": number, **each} for number, each in enumerate(told, start=1)])
    return paging.paged(call, chosen, link)


def _usage(call: Call, other: Entity, row: Row) -> Row:
    return {
        "type": other.label,
        "typeKey": other.resource,
        "id": row["id"],
        "description": other.title_of(row),
        "hyperlink": call.root(other.collection, row["id"]),
    }
