"""Everything that reads rows: lists with or without pages, and one row by its id."""

from typing import Any

from aiohttp import web

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import answer, binding, not_found
from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.entities import Entity
from sync_desktop.sandbox.halopsa.selecting import selected
from sync_desktop.sandbox.halopsa.shapes import shown
from sync_desktop.sandbox.store import Row

DEFAULT_ROWS = 50
LARGEST_PAGE = 100
"""More rows than these come in no page, whatever was asked for, and nothing says so (HaloAPI issue 90)."""


def read_list(call: Call, entity: Entity) -> web.Response:
    """Answer `GET /{Entity}`."""
    rows = selected(call, entity)
    if entity.list == "array":
        return answer([_row(call, entity, row) for row in rows])
    if entity.list in {"setup", "lookup"}:
        wrapped = call.facts.at("lookup_list" if entity.list == "lookup" else "setup_lists", "envelope")
        told = [_row(call, entity, row) for row in rows]
        return answer({entity.key: told} if wrapped else told)
    ids_only = call.query.on("idonly") or call.query.on("ticketidonly")
    if call.query.on("pageinate") and not ids_only:
        return _page(call, entity, rows)
    count = call.query.number("count")
    part = rows[: DEFAULT_ROWS if count is None or count < 0 else count]
    told = [{"id": row["id"]} if ids_only else _row(call, entity, row) for row in part]
    if entity.collection == "Item" and call.facts.at("item_list", "array"):
        return answer(told)
    total = len(rows) if call.facts.at("unpaged_count", "total") else len(part)
    return answer({"record_count": total, entity.key: told})


def _page(call: Call, entity: Entity, rows: list[Row]) -> web.Response:
    asked = call.query.number("page_size") or 0
    asked = asked if asked > 0 else DEFAULT_ROWS
    number = max(call.query.number("page_no") or 1, 1)
    capped = entity.capped or call.facts.at("page_cap", "all")
    size = min(asked, LARGEST_PAGE) if capped else asked
    part = [_row(call, entity, row) for row in rows[(number - 1) * size : number * size]]
    if entity.collection == "Item" and call.facts.at("item_list", "array"):
        return answer(part)
    total = len(rows) if part or call.facts.at("past_end_count", "total") else 0
    return answer({"page_no": number, "page_size": asked, "record_count": total, entity.key: part})


def _row(call: Call, entity: Entity, row: Row) -> Any:
    """Return a row of a list, with the members that the parameters ask for."""
    keep = entity.notes if call.query.on("includenotes") else ()
    if call.query.on("includelines"):
        keep = (*keep, "lines")
    if call.query.on("includeaddress"):
        keep = (*keep, "delivery_address", "invoice_address")
    if call.query.text("include_custom_fields"):
        keep = (*keep, "customfields")
    told = shown(call, entity, row, details=False, keep=keep)
    if entity.collection == "AssetGroup" and call.query.text("includetypesforgroups"):
        types = call.instance.entities.named("AssetType")
        inside = [each for each in call.visible("AssetType") if each.get("assetgroup_id") == row["id"]]
        told["assettypes"] = [shown(call, types, each, details=False) for each in inside]
    return told


def read_one(call: Call, entity: Entity, row_id: str) -> web.Response:
    """Answer `GET /{Entity}/{id}` with the bare object; an unknown id as a switch says."""
    return _one(call, entity, one(call, entity, row_id) if call.may_read(entity) else None)


def my_user(call: Call) -> web.Response:
    """Answer `GET /Users/me`: the user to whom the agent of the token is linked."""
    users = call.instance.entities.named("Users")
    return _one(call, users, _linked_user(call) if call.may_read(users) else None)


def my_client(call: Call) -> web.Response:
    """Answer `GET /Client/me`: the client of that user."""
    clients = call.instance.entities.named("Client")
    user = (_linked_user(call) if call.may_read(clients) else None) or {}
    site = call.sees("Site", user.get("site_id")) or {}
    return _one(call, clients, call.sees(clients.collection, site.get("client_id")))


def _linked_user(call: Call) -> Row | None:
    agent = call.token.application.agent_id
    return next((row for row in call.visible("Users") if row.get("linked_agent_id") == agent), None)


def _one(call: Call, entity: Entity, row: Row | None) -> web.Response:
    if row is None:
        match call.facts.get("unknown_id"):
            case "null":
                return answer(None)
            case "empty":
                return web.Response()
            case _:
                raise not_found(call.facts)
    details = call.query.on("includedetails") or call.facts.at("details_by_id", "always")
    return answer(shown(call, entity, row, details=details))


def one(call: Call, entity: Entity, row_id: str) -> Row | None:
    """Return a row by the id in a path. Raises `RefusedError` (400) for what is no id."""
    if entity.uuid:
        return next((row for row in call.visible(entity.collection) if row.get("guid") == row_id.lower()), None)
    try:
        return call.sees(entity.collection, int(row_id))
    except ValueError:
        raise binding({"id": [texts.bad_value(row_id)]}) from None
