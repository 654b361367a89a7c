"""Every unsettled fact of ConnectWise, at each of its positions."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from sync_desktop.sandbox.connectwise.facts import FACTS
from sync_desktop.sandbox.connectwise.settings import ApiMember
from tests.sandbox.connectwise_tenant import COMPANY, ITEM, OPPORTUNITY, Practice, practice, signature

CLERK = ApiMember("clerk", "c", "clerk-guid", "clerk", denied=frozenset({"company/companies"}))
AS_CLERK = signature(CLERK)
OLD_CATEGORY = {**ITEM, "subcategory": {"id": 72}}
Look = Callable[[Practice], Awaitable[object]]


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice(CLERK, limits=True, calls_per_minute=50) as running:
        yield running


async def unknown_company(api: Practice) -> object:
    reply = await api.get("/login/companyinfo/nobody")
    return reply.status, reply.json if reply.status == 200 else reply.json["message"]


async def is_cloud(api: Practice) -> object:
    return (await api.get("/login/companyinfo/fabrikam")).json["IsCloud"]


async def wrong_codebase(api: Practice) -> object:
    reply = await api.get("/v2020_1/apis/3.0/system/info")
    return reply.status, reply.headers["Content-Type"].partition(";")[0]


async def no_client_id(api: Practice) -> object:
    return (await api.call("GET", "system/info", headers={"clientId": None})).status


async def wrong_keys(api: Practice) -> object:
    reply = await api.call("GET", "sales/stages", headers=signature(private="guess"))
    return reply.status, reply.json["code"], reply.json["message"]


async def info_unsigned(api: Practice) -> object:
    return (await api.call("GET", "system/info", headers={"Authorization": None, "clientId": None})).status


async def read_without_right(api: Practice) -> object:
    listed = await api.call("GET", "company/companies", headers=AS_CLERK)
    single = await api.call("GET", "company/companies/20", headers=AS_CLERK)
    return listed.status, single.status


async def hidden_reference(api: Practice) -> object:
    return "company" in (await api.call("GET", "company/contacts/40", headers=AS_CLERK)).json


async def too_many(api: Practice) -> object:
    api.tenant.limits.spend(50)
    reply = await api.get("system/info")
    return reply.status, reply.headers["Content-Type"].partition(";")[0], reply.headers["Retry-After"]


async def empty_member(api: Practice) -> object:
    return (await api.get("company/companies/21")).json.get("phoneNumber", "left out")


async def media_type(api: Practice) -> object:
    plain = await api.call("GET", "sales/stages", headers={"Accept": "application/json"})
    vendor = await api.call("GET", "sales/stages", headers={"Accept": "application/vnd.connectwise.com+json"})
    return tuple(reply.headers["Content-Type"].partition(";")[0] for reply in (plain, vendor))


async def categories(api: Practice) -> object:
    listed = await api.ids("procurement/categories")
    return listed, (await api.get("procurement/categories/41")).status


async def oversize(api: Practice) -> object:
    return (await api.get("company/companies", pageSize="2000")).status


async def last_forward_link(api: Practice) -> object:
    reply = await api.call("GET", "company/companies?pageSize=3", headers={"pagination-type": "forward-only"})
    return len(reply.json), "Link" in reply.headers


async def unknown_fields(api: Practice) -> object:
    return (await api.get("company/companies/20", fields="id,shoes")).status


async def other_case(api: Practice) -> object:
    return await api.ids("company/companies", "name='northwind traders'")


async def date_conditions(api: Practice) -> object:
    told = ("lastUpdated>[2026-02-28]", "lastUpdated>=[2026-03-01]", "lastUpdated>[2026-02-28T00:00:00Z]")
    return tuple([len(await api.ids("company/companies", each)) for each in told])


async def quoted_date(api: Practice) -> object:
    return (await api.get("company/companies", conditions="lastUpdated>'2026-02-28'")).status


async def doubled_quotes(api: Practice) -> object:
    return (await api.get("company/companies", conditions="name contains 'O''Neill'")).status


async def forecast(api: Practice) -> object:
    return type((await api.get("sales/opportunities/50/forecast")).json).__name__


async def inactive_text(api: Practice) -> object:
    return (await api.post("procurement/catalog", OLD_CATEGORY)).messages[0]


async def inactive_parent(api: Practice) -> object:
    return (await api.post("procurement/catalog", OLD_CATEGORY)).status


async def inactive_member(api: Practice) -> object:
    return (await api.post("sales/opportunities", {**OPPORTUNITY, "primarySalesRep": {"id": 3}})).status


async def deleted_company(api: Practice) -> object:
    contact = {"firstName": "Pat", "company": {"id": 22}}
    return (await api.post("company/contacts", contact)).status


async def contact_elsewhere(api: Practice) -> object:
    return (await api.post("sales/opportunities", {**OPPORTUNITY, "contact": {"id": 41}})).status


async def no_address(api: Practice) -> object:
    return (await api.post("company/companies", {"identifier": "L", "name": "L"})).status


async def same_identifier(api: Practice) -> object:
    return (await api.post("company/companies", {**COMPANY, "identifier": "Northwind"})).status


async def line_breaks(api: Practice) -> object:
    return (await api.patch("sales/opportunities/50", ("replace", "notes", "a\nb"))).json["notes"]


async def patch_of_bad_row(api: Practice) -> object:
    api.store.update("procurement/categories", 60, {"inactiveFlag": True})
    return (await api.patch("procurement/catalog/90", ("replace", "price", 5))).status


async def unknown_path(api: Practice) -> object:
    return (await api.patch("sales/opportunities/50", ("replace", "shoes", 1))).status


async def sub_path(api: Practice) -> object:
    reply = await api.patch("sales/opportunities/50", ("replace", "status/name", "Won"))
    return reply.status, reply.json["status"]["name"]


async def patch_beside_custom_fields(api: Practice) -> object:
    return (await api.patch("company/companies/20", ("replace", "city", "Reno"))).status


async def put_with_items(api: Practice) -> object:
    items = [{"type": {"id": 1}, "value": "kim@northwind.example"}]
    return (await api.put("company/contacts/40", {"firstName": "Kim", "communicationItems": items})).status


CASES: list[tuple[str, str, Look, object]] = [
    ("unknown_company", "null", unknown_company, (200, None)),
    ("unknown_company", "404", unknown_company, (404, "The endpoint does not exist.")),
    ("is_cloud", "text", is_cloud, "True"),
    ("is_cloud", "boolean", is_cloud, True),
    ("wrong_codebase", "text", wrong_codebase, (400, "text/plain")),
    ("wrong_codebase", "404", wrong_codebase, (404, "application/json")),
    ("client_id_missing", "403", no_client_id, 403),
    ("client_id_missing", "400", no_client_id, 400),
    ("client_id_missing", "401", no_client_id, 401),
    ("wrong_keys", "user", wrong_keys, (401, "ConnectWiseApi", "UserNotAuthenticated")),
    ("wrong_keys", "unauthorized", wrong_keys, (401, "Unauthorized", "The supplied authentication is incorrect.")),
    ("wrong_keys", "404", wrong_keys, (404, "ConnectWiseApi", "The endpoint does not exist.")),
    ("system_info_auth", "on", info_unsigned, 403),
    ("system_info_auth", "off", info_unsigned, 200),
    ("denied_read", "403", read_without_right, (403, 403)),
    ("denied_read", "empty", read_without_right, (200, 404)),
    ("hidden_reference", "blank", hidden_reference, False),
    ("hidden_reference", "shown", hidden_reference, True),
    ("rate_limit_layer", "psa", too_many, (429, "application/json", "30")),
    ("rate_limit_layer", "html", too_many, (429, "text/html", "30")),
    ("empty_members", "omitted", empty_member, "left out"),
    ("empty_members", "null", empty_member, None),
    ("media_type", "asked", media_type, ("application/json", "application/vnd.connectwise.com+json")),
    ("media_type", "vendor", media_type, ("application/vnd.connectwise.com+json",) * 2),
    ("media_type", "json", media_type, ("application/json",) * 2),
    ("hide_inactive_in_lists", "on", categories, ([60], 200)),
    ("hide_inactive_in_lists", "off", categories, ([41, 60], 200)),
    ("oversize_page", "refused", oversize, 400),
    ("oversize_page", "capped", oversize, 200),
    ("forward_last_link", "on", last_forward_link, (3, True)),
    ("forward_last_link", "off", last_forward_link, (3, False)),
    ("unknown_fields", "ignored", unknown_fields, 200),
    ("unknown_fields", "refused", unknown_fields, 400),
    ("text_compare", "insensitive", other_case, [20]),
    ("text_compare", "sensitive", other_case, []),
    ("date_conditions", "any", date_conditions, (1, 1, 1)),
    ("date_conditions", "day_only", date_conditions, (1, 0, 0)),
    ("quoted_dates", "refused", quoted_date, 400),
    ("quoted_dates", "accepted", quoted_date, 200),
    ("doubled_quotes", "on", doubled_quotes, 200),
    ("doubled_quotes", "off", doubled_quotes, 400),
    ("forecast_shape", "list", forecast, "list"),
    ("forecast_shape", "object", forecast, "dict"),
    ("inactive_tail", "named", inactive_text, "41 is an inactive category."),
    ("inactive_tail", "none", inactive_text, "41 is an inactive"),
    ("inactive_tail", "category", inactive_text, "41 is an inactive category."),
    ("inactive_tail", "subcategory", inactive_text, "41 is an inactive subcategory."),
    ("inactive_tail", "product type", inactive_text, "41 is an inactive product type."),
    ("inactive_parent", "refused", inactive_parent, 400),
    ("inactive_parent", "accepted", inactive_parent, 201),
    ("inactive_reference", "refused", inactive_member, 400),
    ("inactive_reference", "accepted", inactive_member, 201),
    ("deleted_reference", "refused", deleted_company, 400),
    ("deleted_reference", "accepted", deleted_company, 201),
    ("association", "refused", contact_elsewhere, 400),
    ("association", "accepted", contact_elsewhere, 201),
    ("address_required", "on", no_address, 400),
    ("address_required", "off", no_address, 201),
    ("unique_identifiers", "on", same_identifier, 400),
    ("unique_identifiers", "off", same_identifier, 201),
    ("newlines", "collapsed", line_breaks, "a b"),
    ("newlines", "kept", line_breaks, "a\nb"),
    ("patch_revalidates", "whole", patch_of_bad_row, 400),
    ("patch_revalidates", "changed", patch_of_bad_row, 200),
    ("patch_unknown_path", "refused", unknown_path, 400),
    ("patch_unknown_path", "ignored", unknown_path, 200),
    ("patch_sub_path", "ignored", sub_path, (200, "Open")),
    ("patch_sub_path", "applied", sub_path, (200, "Won")),
    ("patch_custom_fields", "optional", patch_beside_custom_fields, 200),
    ("patch_custom_fields", "required", patch_beside_custom_fields, 400),
    ("contact_put_items", "accepted", put_with_items, 200),
    ("contact_put_items", "refused", put_with_items, 400),
]


@pytest.mark.parametrize(("name", "position", "look", "expected"), CASES)
async def test_a_switch_does_what_its_position_says(
    api: Practice, name: str, position: str, look: Look, expected: object
) -> None:
    api.switch(name, position)
    assert await look(api) == expected


def test_every_switch_is_tried_at_each_of_its_positions() -> None:
    declared = {(fact.name, position) for fact in FACTS for position in fact.positions}
    assert {(name, position) for name, position, _, _ in CASES} == declared


def test_every_switch_says_what_it_is_about_and_how_well_it_is_known() -> None:
    assert all(fact.about.endswith(".") and fact.grade in {"D", "S", "L", "C", "I"} for fact in FACTS)
    assert len({fact.name for fact in FACTS}) == len(FACTS)
