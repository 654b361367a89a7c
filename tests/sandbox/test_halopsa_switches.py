"""Every unsettled fact of HaloPSA, at each of its positions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest

from sync_desktop.sandbox.halopsa.facts import FACTS
from sync_desktop.sandbox.halopsa.settings import ApiApplication
from tests.sandbox.halopsa_tenant import CLIENT, ITEM, LINE, OPPORTUNITY, QUOTE, USER, Practice, practice

CLERK = ApiApplication("clerk", "c", 2, scopes=frozenset({"read:crm", "edit:crm"}), denied=frozenset({"Quotation"}))
MANY = [{"id": 1000 + at, "name": f"Client {at}", "inactive": False} for at in range(120)]
Look = Callable[[Practice], Awaitable[object]]


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice(CLERK) as running:
        yield running


async def auth_url(api: Practice) -> object:
    url = str((await api.call("GET", "authinfo", token="")).json["auth_url"]).removeprefix(api.origin)
    bare = await api.log_in("/token")
    return url, bare.status


async def unknown_client(api: Practice) -> object:
    told = [(await api.log_in(**{name: "x"})).json["error_description"] for name in ("client_id", "client_secret")]
    return told[0] != told[1]


async def scope_too_many(api: Practice) -> object:
    reply = await api.log_in(client_id="clerk", client_secret="c", scope="read:crm read:items")
    return reply.status, reply.json.get("error") or reply.json["scope"]


async def bad_token(api: Practice) -> object:
    reply = await api.call("GET", "Client", token="old")
    return reply.status, reply.text


async def forbidden(api: Practice) -> object:
    reply = await api.call("GET", "Item", token=await api.token("clerk", "c", "read:crm"))
    return reply.status, reply.text


async def unknown_route(api: Practice) -> object:
    reply = await api.get("Nothing")
    return reply.status, reply.headers.get("Content-Type", "").startswith("text/html"), bool(reply.text)


async def denied_list(api: Practice) -> object:
    reply = await api.call("GET", "Quotation", token=await api.token("clerk", "c", "read:crm"))
    return reply.status, reply.text and reply.json["quotes"]


async def over_limit(_api: Practice, position: str, name: str) -> object:
    async with practice(limits=True) as api:
        api.switch(name, position)
        token = await api.token()
        api.clock.seconds = 100
        api.instance.limits.spend(699)
        reply = await api.call("GET", "Client/10", token=token)
        return reply.json["error"].split()[4] if name == "rate_limit" else reply.headers.get("Retry-After")


async def long_page(api: Practice) -> object:
    api.store.replace({**api.store.dump(), "Client": MANY})
    return len(await api.ids("Client", "clients", pageinate="true", page_size="999"))


async def page_behind_the_last(api: Practice) -> object:
    told = (await api.get("Client", pageinate="true", page_size="50", page_no="2")).json
    return told["clients"], told["record_count"]


async def statuses(api: Practice) -> object:
    told = (await api.get("Status")).json
    return "array" if isinstance(told, list) else list(told)


async def lookups(api: Practice) -> object:
    told = (await api.get("Lookup", lookupid="11")).json
    return "array" if isinstance(told, list) else list(told)


async def items(api: Practice) -> object:
    shapes = [(await api.get("Item", **query)).json for query in ({}, {"pageinate": "true", "page_size": "2"})]
    return [("array", len(told)) if isinstance(told, list) else len(told["items"]) for told in shapes]


async def unpaged(api: Practice) -> object:
    return (await api.get("Client", count="1")).json["record_count"]


async def behind_a_ticket(api: Practice) -> object:
    """Return how many rows each list shows of two that were made of tickets 500 and 501."""
    lists = {"SalesOrder": "ticket_id", "Invoice": "ticket_id", "Tickets": "parent_id", "Projects": "parent_id"}
    counts = []
    for collection, name in lists.items():
        for ticket in (500, 501):
            api.store.insert(collection, {name: ticket, "client_id": 10})
        counts.append((await api.get(collection, pageinate="true", **{name: "501"})).json["record_count"])
    return counts


async def empty_members(api: Practice) -> object:
    told = (await api.get("Client/10")).json
    return told.get("website", "-"), told.get("notes", "-"), "newclient_sitename" in told


async def times(api: Practice) -> object:
    return (await api.get("Client/10")).json["alastupdate"]


async def lines_by_id(api: Practice) -> object:
    return "lines" in (await api.get("Quotation/600")).json


async def unknown_id(api: Practice) -> object:
    reply = await api.get("Client/999")
    return reply.status, reply.text


async def several(api: Practice) -> object:
    told = (await api.post("Client", CLIENT, {"name": "Relecloud"})).json
    return told["name"] if isinstance(told, dict) else [row["name"] for row in told]


async def deleted(api: Practice) -> object:
    return sorted((await api.call("DELETE", "CostCentres/1")).json)


async def broken_rule(api: Practice) -> object:
    api.setting("rmaincontactcompulsary")
    reply = await api.post("Client", CLIENT)
    told = reply.json if reply.text else None
    return told["Message"] if isinstance(told, dict) and "ClassName" in told else told


async def float_id(api: Practice) -> object:
    user = await api.post("Users", {**USER, "site_id": 20.0})
    opportunity = await api.post("Opportunities", {**OPPORTUNITY, "site_id": 20.0})
    return user.status, opportunity.status


async def new_client(api: Practice) -> object:
    before = {name: len(api.store.rows(name)) for name in ("Site", "Users")}
    await api.post("Client", CLIENT)
    return tuple(len(api.store.rows(name)) - count for name, count in before.items())


async def main_contact(api: Practice) -> object:
    api.setting("rmaincontactcompulsary")
    return (await api.post("Client", {**CLIENT, "newclient_contactname": "Ada Kaur"})).status


async def no_type(api: Practice) -> object:
    reply = await api.post("Opportunities", {**OPPORTUNITY, "tickettype_id": None, "tickettype": {"id": 42}})
    missing = await api.post("Opportunities", {name: OPPORTUNITY[name] for name in ("summary", "client_id")})
    return reply.status, missing.status, missing.json.get("tickettype_id")


async def dead_group(api: Practice) -> object:
    item = await api.post("Item", {**ITEM, "assetgroup_id": 71, "assettype_id": None})
    quote = await api.post("Quotation", {**QUOTE, "lines": [LINE, {**LINE, "assetgroup_id": 71}]})
    told = [reply.json.get("_warning", "")[:14] for reply in (item, quote)]
    return item.status, quote.status, told, len(quote.json.get("lines", ()))


async def dead_row(api: Practice) -> object:
    return (await api.post("Opportunities", {**OPPORTUNITY, "agent_id": 999})).status


async def inactive_row(api: Practice) -> object:
    return (await api.post("Client", {**CLIENT, "accountmanagertech": 3})).status


async def other_client(api: Practice) -> object:
    return (await api.post("Quotation", {**QUOTE, "user_id": 32})).status


async def lines_left_out(api: Practice) -> object:
    told = (await api.post("Quotation", {"id": 600, "lines": [{"id": 701}, LINE]})).json["lines"]
    return [line["id"] for line in told if line["id"] < 100_000]


async def line_members(api: Practice) -> object:
    changed = {"id": 700, "item_id": 90, "quantity": 5}
    told = (await api.post("Quotation", {"id": 600, "lines": [changed]})).json["lines"]
    return [(line["id"], line["quantity"], line.get("price")) for line in told]


async def discount(api: Practice) -> object:
    told = (await api.post("Quotation", {**QUOTE, "lines": [{**LINE, "discount": 5}]})).json
    return told["revenue"]


async def without_user(api: Practice) -> object:
    return (await api.post("Quotation", {**QUOTE, "user_id": None})).status


async def without_group(api: Practice) -> object:
    return (await api.post("Item", {"name": "Monitor"})).status


TEXT = "Please populate main contact name"
REFUSED = (400, 400, ["", ""], 0)
SEEN: Mapping[str, tuple[Look, dict[str, object]]] = {
    "auth_url": (
        auth_url,
        {"path": ("/auth", 404), "path_slash": ("/auth/", 404), "host": ("", 200)},
    ),
    "unknown_client": (unknown_client, {"named": True, "same": False}),
    "scope_not_permitted": (scope_too_many, {"reduced": (200, "read:crm"), "refused": (400, "invalid_scope")}),
    "unauthorized_body": (bad_token, {"empty": (401, ""), "minimal": (401, "Unauthorized")}),
    "forbidden_body": (forbidden, {"empty": (403, ""), "minimal": (403, "Forbidden")}),
    "not_found_body": (unknown_route, {"empty": (404, False, False), "page": (404, True, True)}),
    "denied_read": (denied_list, {"403": (403, ""), "empty": (200, [])}),
    "page_cap": (long_page, {"all": 100, "tickets": 120}),
    "setup_lists": (statuses, {"array": "array", "envelope": ["statuses"]}),
    "lookup_list": (lookups, {"array": "array", "envelope": ["lookups"]}),
    "item_list": (items, {"envelope": [3, 2], "array": [("array", 3), ("array", 2)]}),
    "unpaged_count": (unpaged, {"total": 2, "returned": 1}),
    "past_end_count": (page_behind_the_last, {"zero": ([], 0), "total": ([], 2)}),
    "behind_filters": (behind_a_ticket, {"heeded": [1, 1, 1, 1], "ignored": [2, 2, 2, 2]}),
    "nulls": (empty_members, {"omitted": ("-", "-", False), "sent": (None, "-", False)}),
    "date_fraction": (times, {"off": "2026-02-01T08:00:00", "on": "2026-02-01T08:00:00.107"}),
    "details_by_id": (lines_by_id, {"asked": False, "always": True}),
    "unknown_id": (unknown_id, {"404": (404, ""), "null": (200, "null"), "empty": (200, "")}),
    "many_answer": (several, {"array": ["Litware", "Relecloud"], "first": "Litware"}),
    "delete_body": (deleted, {"object": ["chargeable", "id", "name"], "id": ["id"]}),
    "business_error": (
        broken_rule,
        {
            "exception": TEXT,
            "string": TEXT,
            "message": {"Message": TEXT},
            "error": {"error": TEXT},
            "errors": {"errors": [TEXT]},
            "result": {"resultCode": 400, "errorMessage": TEXT},
            "bare": None,
        },
    ),
    "float_ids": (float_id, {"refused": (400, 400), "accepted": (201, 400)}),
    "client_makes": (new_client, {"site_and_user": (1, 1), "site": (1, 0), "nothing": (0, 0)}),
    "main_contact_email": (main_contact, {"off": 201, "on": 400}),
    "opportunity_type_missing": (no_type, {"refused": (400, 400, None), "default": (201, 201, 40)}),
    "dead_asset_group": (
        dead_group,
        {
            "refused": REFUSED,
            "warning": (201, 201, ["Asset Group 71", "Laptop was not"], 1),
            "accepted": (201, 201, ["", ""], 2),
        },
    ),
    "dead_reference": (dead_row, {"400": 400, "500": 500, "accepted": 201}),
    "inactive_reference": (inactive_row, {"accepted": 201, "refused": 400}),
    "contact_of_other_client": (other_client, {"refused": 400, "accepted": 201}),
    "lines_left_out": (lines_left_out, {"removed": [701], "kept": [700, 701]}),
    "line_members": (line_members, {"kept": [(700, 5, 999.5)], "reset": [(700, 5, 1000.0)]}),
    "line_discount": (discount, {"unit": 285, "line": 295}),
    "quote_user": (without_user, {"optional": 201, "required": 400}),
    "item_group": (without_group, {"required": 400, "optional": 201}),
}
LIMITS: Mapping[str, dict[str, object]] = {
    "rate_limit": {"300/5": "300", "450/5": "450", "500/3": "500", "700/5": "700"},
    "retry_after": {"off": None, "on": "200"},
}


def test_every_fact_is_seen_at_every_position() -> None:
    told = {fact.name: set(fact.positions) for fact in FACTS}
    seen: dict[str, Any] = {name: set(expected) for name, (_, expected) in SEEN.items()}
    assert told == seen | {name: set(expected) for name, expected in LIMITS.items()}


@pytest.mark.parametrize("name", SEEN)
async def test_the_server_stands_at_each_position_of_a_fact(api: Practice, name: str) -> None:
    look, expected = SEEN[name]
    rows = api.store.dump()
    for position, outcome in expected.items():
        api.store.replace(rows)
        api.switch(name, position)
        assert await look(api) == outcome, position
    default = next(fact for fact in FACTS if fact.name == name).positions[0]
    assert next(iter(expected)) == default


@pytest.mark.parametrize("name", LIMITS)
async def test_limits_stand_at_each_position_of_a_fact(api: Practice, name: str) -> None:
    for position, outcome in LIMITS[name].items():
        assert await over_limit(api, position, name) == outcome, position
