"""Lists, pages, conditions, order, fields, counts, and rows by id."""

import re
from collections.abc import AsyncIterator

import pytest

from tests.sandbox.connectwise_tenant import Practice, practice

PINNED = "application/vnd.connectwise.com+json; version=2025.1, application/json"


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


def links(header: str) -> dict[str, str]:
    """Return the addresses of a Link header by relation."""
    return {relation: url for url, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', header)}


def many(count: int) -> dict[str, list[dict[str, object]]]:
    return {"finance/billingTerms": [{"id": n, "name": f"Net {n}", "dueDays": n % 7} for n in range(1, count + 1)]}


async def test_a_list_is_a_bare_array_and_an_empty_one_no_error(api: Practice) -> None:
    reply = await api.get("sales/stages")
    assert [row["id"] for row in reply.json] == [7, 8]
    assert reply.headers["Cache-Control"] == "no-cache"
    assert "Link" not in reply.headers
    assert (await api.get("sales/stages", conditions="id=99")).json == []
    assert (await api.get("sales/stages", page="9")).json == []


@pytest.mark.parametrize("path", ["Company/Companies/20", "company/companies/20/", "COMPANY/COMPANIES/20"])
async def test_paths_are_taken_in_any_case_and_with_a_trailing_slash(api: Practice, path: str) -> None:
    assert (await api.get(path)).json["name"] == "Northwind Traders"


async def test_query_names_are_taken_in_any_case(api: Practice) -> None:
    assert (await api.get("company/companies", PAGESIZE="1", Conditions="id>20", ORDERBY="id desc")).ids == [22]


async def test_a_reference_has_todays_name_and_an_address(api: Practice) -> None:
    api.store.update("company/companies", 20, {"name": "Renamed"})
    company = (await api.get("company/contacts/40")).json["company"]
    href = company.pop("_info")["company_href"]
    assert company == {"id": 20, "identifier": "Northwind", "name": "Renamed"}
    assert (await api.get(href)).json["name"] == "Renamed"
    site = (await api.get("company/contacts/40")).json["site"]
    assert (await api.get(site["_info"]["site_href"])).json["id"] == 30


async def test_members_carry_their_whole_name_and_types_their_description(api: Practice) -> None:
    api.store.update("sales/opportunities", 50, {"type": {"id": 2}})
    row = (await api.get("sales/opportunities/50")).json
    assert (row["primarySalesRep"]["identifier"], row["primarySalesRep"]["name"]) == ("rvarga", "Rosa Varga")
    assert row["type"]["name"] == "Hardware"


async def test_an_unknown_row_and_an_unknown_route_have_their_own_404(api: Practice) -> None:
    reply = await api.get("company/contacts/57919")
    assert (reply.status, reply.json) == (404, {"code": "NotFound", "message": "Contact 57919 not found"})
    for path in (
        "company/contact",
        "company/contacts/x",
        "company/contacts/40/shoes",
        "company/companies/20/sites/30/x",
    ):
        reply = await api.get(path)
        assert (reply.status, reply.json["message"]) == (404, "The endpoint does not exist."), path
    assert (await api.call("PATCH", "company/contacts", [])).status == 405
    assert (await api.call("DELETE", "system/members/2")).status == 405


async def test_pages_are_25_rows_and_link_to_each_other_with_the_query_kept() -> None:
    async with practice(rows=many(60)) as api:
        first = await api.get("finance/billingTerms", conditions="dueDays<9 and name like 'Net*'")
        assert first.ids == list(range(1, 26))
        assert set(links(first.headers["Link"])) == {"next", "last"}
        second = await api.get(links(first.headers["Link"])["next"])
        assert second.ids == list(range(26, 51))
        assert set(links(second.headers["Link"])) == {"first", "prev", "next", "last"}
        last = await api.get(links(second.headers["Link"])["last"])
        assert last.ids == list(range(51, 61))
        assert set(links(last.headers["Link"])) == {"first", "prev"}
        assert (await api.get(links(last.headers["Link"])["first"])).ids == first.ids
        assert (await api.get(links(last.headers["Link"])["prev"])).ids == second.ids
        pinned = await api.get("/v2026_1/apis/3.0/finance/billingTerms")
        assert "/v2026_1/apis/3.0/finance/billingTerms?page=2>" in pinned.headers["Link"]


async def test_forward_only_pages_walk_the_ids_until_a_page_has_no_link() -> None:
    async with practice(rows=many(5)) as api:
        forward = {"pagination-type": "forward-only"}
        url, seen = "finance/billingTerms?pageSize=2&page=7", []
        for _ in range(3):
            reply = await api.call("GET", url, headers=forward)
            seen.append(reply.ids)
            url = links(reply.headers["Link"])["next"]
        assert seen == [[1, 2], [3, 4], [5]]
        reply = await api.call("GET", url, headers=forward)
        assert (reply.json, "Link" in reply.headers) == ([], False)
        reply = await api.call("GET", "finance/billingTerms?orderBy=name", headers=forward)
        assert (reply.status, reply.json["code"]) == (400, "ApiFindCondition")


@pytest.mark.parametrize("size", ["1001", "0", "-1", "many"])
async def test_a_page_size_that_cannot_be_is_refused_with_its_range(api: Practice, size: str) -> None:
    reply = await api.get("company/companies", pageSize=size)
    message = "The field pageSize must be between 1 and 1000."
    error = {"code": "OutOfRange", "message": message, "resource": "pageSize", "field": "pageSize"}
    assert reply.status == 400
    assert reply.json == {"code": "InvalidObject", "message": "pageSize object is invalid", "errors": [error]}


async def test_a_count_counts_what_the_conditions_find(api: Practice) -> None:
    assert (await api.get("company/companies/count")).json == {"count": 3}
    assert (await api.get("company/companies/count", conditions="deletedFlag=false")).json == {"count": 2}
    assert (await api.get("company/companies/20/sites/count")).json == {"count": 1}


async def test_deleted_companies_are_listed_with_the_others(api: Practice) -> None:
    assert await api.ids("company/companies") == [20, 21, 22]
    assert (await api.get("company/companies/22")).json["deletedFlag"] is True


CONDITIONS = [
    ("id=20", [20]),
    ("ID = 20", [20]),
    ("id!=20", [21, 22]),
    ("id > 20 and id < 22", [21]),
    ("id >= 21 AND id <= 22", [21, 22]),
    ("id in (20, 22)", [20, 22]),
    ("id not in (20,22)", [21]),
    ("id=20 or id=21 and id=22", [20]),
    ("(id=20 or id=21) and city='Boise'", [21]),
    ('name = "northwind traders"', [20]),
    ("name='Northwind Traders'", [20]),
    ('name like "North*"', [20]),
    ('name like "%toys"', [22]),
    ('name contains "oy"', [22]),
    ('name not contains "oy"', [20, 21]),
    ('name not like "*a*"', []),
    ("name contains 'O''Neill'", [21]),
    ('name contains """the"""', [21]),
    ("name contains '\"the\"'", [21]),
    ('name contains "O\'Neill"', [21]),
    ("status/name='Active'", [20, 21]),
    ("status/id=2", [22]),
    ("Status/Name = 'Old'", [22]),
    ("deletedFlag=True", [22]),
    ("deletedFlag = false", [20, 21]),
    ("leadFlag=false", [20, 21, 22]),
    ("phoneNumber=null", [21, 22]),
    ("phoneNumber != null", [20]),
    ("phoneNumber='5550100'", [20]),
    ("territory = null", [20, 21, 22]),
    ("lastUpdated > [2026-02-15T00:00:00Z]", [21]),
    ("lastUpdated>=[2026-02-01T10:00:00Z] and lastUpdated<[2026-03-01]", [20]),
    ("LastUpdated < [2026-01-01]", [22]),
    ("_info/lastUpdated > [2026-02-15]", [21]),
    ("updatedBy='rvarga'", [20, 21]),
    ("yearEstablished<1", [22]),
    ("id<>20", [21, 22]),
]


@pytest.mark.parametrize(("conditions", "ids"), CONDITIONS)
async def test_the_grammar_of_conditions(api: Practice, conditions: str, ids: list[int]) -> None:
    assert await api.ids("company/companies", conditions) == ids


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ('resources/identifier="x"', "resources/identifier is not a recognized name."),
        ("shoes=1", "shoes is not a recognized name."),
        ("status/shoes=1", "status/shoes is not a recognized name."),
        ("name/first='x'", "name/first is not a recognized name."),
        ("types/id=1", "types/id is not a recognized name."),
        ("creditLimit=1 and shoes=2", "shoes is not a recognized name."),
    ],
)
async def test_a_name_that_is_not_recognized_is_named_without_an_errors_member(
    api: Practice, conditions: str, message: str
) -> None:
    reply = await api.get("company/companies", conditions=conditions)
    assert (reply.status, reply.json) == (400, {"code": "ApiFindCondition", "message": message})


@pytest.mark.parametrize(
    "conditions",
    [
        "name=",
        "name",
        "(id=1",
        "id=1)",
        "id=1 id=2",
        "name='open",
        "id in 1",
        "id in (1",
        "id like 1",
        "id=x",
        "lastUpdated>2026-02-15",
        "lastUpdated>'2026-02-15'",
        "lastUpdated>[yesterday]",
        "name > null",
        "deletedFlag=maybe",
        "name not = 'x'",
    ],
)
async def test_conditions_that_cannot_be_read_are_refused(api: Practice, conditions: str) -> None:
    reply = await api.get("company/companies", conditions=conditions)
    assert (reply.status, reply.json["code"]) == (400, "ApiFindCondition")


async def test_a_bracket_inside_a_string_is_written_twice(api: Practice) -> None:
    api.store.update("company/companies", 20, {"name": "North [text] wind"})
    assert await api.ids("company/companies", "name contains '[[]text]'") == [20]


@pytest.mark.parametrize(
    ("path", "conditions", "ids"),
    [
        (
            "company/contacts",
            'communicationItems/value like "kim@*" AND communicationItems/communicationType="Email"',
            [40],
        ),
        (
            "company/contacts",
            'communicationItems/value like "kim@*" AND communicationItems/communicationType="Phone"',
            [],
        ),
        ("company/contacts", "communicationItems/type/name='Direct'", [40]),
        ("company/companies", "types/id=1", [20]),
        ("company/companies", "types/name='Vendor'", []),
    ],
)
async def test_child_conditions_have_to_hold_for_one_element(
    api: Practice, path: str, conditions: str, ids: list[int]
) -> None:
    assert (await api.get(path, childConditions=conditions)).ids == ids


@pytest.mark.parametrize("conditions", ["types/id in (1,2)", "name='x'", "shoes/id=1", "types/shoes=1"])
async def test_child_conditions_know_their_list_only_and_no_in(api: Practice, conditions: str) -> None:
    reply = await api.get("company/companies", childconditions=conditions)
    assert (reply.status, reply.json["code"]) == (400, "ApiFindCondition")


async def test_custom_fields_have_conditions_of_their_own(api: Practice) -> None:
    for told, ids in (('caption="Tier" AND value != null', [20]), ("caption='Tier' and value='Silver'", [])):
        assert (await api.get("company/companies", customFieldConditions=told)).ids == ids
    assert (await api.get("company/companies", customFieldConditions="caption in ('Tier')")).status == 400


async def test_rows_come_in_the_order_that_is_asked_for(api: Practice) -> None:
    assert (await api.get("company/companies", orderBy="city")).ids == [21, 22, 20]
    assert (await api.get("company/companies", orderBy="status/name desc, name desc")).ids == [22, 20, 21]
    assert (await api.get("company/companies", orderBy="lastUpdated desc")).ids == [21, 20, 22]
    for told in ("shoes", "name upwards"):
        assert (await api.get("company/companies", orderBy=told)).json["code"] == "ApiFindCondition"


async def test_fields_trim_an_answer_and_info_has_to_be_named(api: Practice) -> None:
    reply = await api.get("company/companies", fields="id,Name,status/id,shoes", pageSize="1")
    assert reply.json == [{"id": 20, "name": "Northwind Traders", "status": {"id": 1}}]
    reply = await api.get("company/companies/20", fields="name,_info")
    assert set(reply.json) == {"name", "_info"}


async def test_a_search_takes_its_filters_from_the_body_and_its_page_from_the_query(api: Practice) -> None:
    body = {"conditions": "deletedFlag=false", "orderBy": "id desc"}
    reply = await api.call("POST", "company/companies/search", body, params={"pageSize": "1"})
    assert reply.ids == [21]
    reply = await api.post("company/companies/search", '{"page": 2}')
    assert reply.status == 400
    assert reply.json["message"].startswith("Could not find member 'page' on object of type 'FilterValues'.")
    assert (await api.post("finance/taxCodes/search", {})).status == 404


async def test_inactive_categories_are_not_listed_but_answer_by_their_id(api: Practice) -> None:
    for path, listed, inactive in (
        ("procurement/categories", [60], 41),
        ("procurement/subcategories", [70, 72], 71),
        ("procurement/types", [80], 81),
    ):
        assert await api.ids(path) == listed
        assert await api.ids(path, "inactiveFlag=true") == []
        assert (await api.get(f"{path}/count")).json == {"count": len(listed)}
        assert (await api.get(f"{path}/{inactive}")).json["inactiveFlag"] is True
    assert await api.ids("system/members") == [1, 2, 3]
    assert await api.ids("sales/opportunities/statuses", "inactiveFlag=true") == [4]


async def test_children_stand_under_their_parent(api: Practice) -> None:
    assert (await api.get("company/companies/20/sites")).ids == [30]
    assert (await api.get("company/companies/20/sites/31")).status == 404
    assert (await api.get("company/companies/99/sites")).json["message"] == "Company 99 not found"
    assert (await api.get("procurement/categories/60/subcategories/")).ids == [70]
    types = (await api.get("company/companies/20/typeAssociations")).json
    assert [row["type"]["name"] for row in types] == ["Customer"]
    assert [row["company"]["id"] for row in (await api.get("company/companyTypeAssociations")).json] == [20]
    told = (await api.get("company/contacts/40/communications")).json
    assert [(one["value"], one["contactId"]) for one in told] == [("kim@northwind.example", 40), ("5550101", 40)]


async def test_who_uses_a_category_is_told_by_kind_and_one_by_one(api: Practice) -> None:
    (usage,) = (await api.get("procurement/subcategories/70/usages")).json
    assert (usage["type"], usage["count"]) == ("Catalog Item", 1)
    (item,) = (await api.get("procurement/subcategories/70/usages/list")).json
    assert (item["id"], item["description"]) == (90, "Laptop")


async def test_an_older_version_of_the_api_lacks_the_members_of_later_ones(api: Practice) -> None:
    api.store.update("company/companies", 20, {"creditLimit": 5})
    assert (await api.get("company/companies/20")).json["creditLimit"] == 5
    reply = await api.call("GET", "company/companies/20", headers={"Accept": PINNED})
    assert "creditLimit" not in reply.json
    assert reply.headers["Content-Type"].startswith("application/vnd.connectwise.com+json; version=2025.1")
    reply = await api.call("GET", "company/companies?conditions=creditLimit=5", headers={"Accept": PINNED})
    assert reply.json["message"] == "creditLimit is not a recognized name."


async def test_the_forecast_of_an_opportunity_mirrors_its_lines(api: Practice) -> None:
    (forecast,) = (await api.get("sales/opportunities/50/forecast")).json
    (item,) = forecast["forecastItems"]
    assert (item["revenue"], item["cost"], item["quantity"], item["forecastType"]) == (200, 121, 2, "Product")
    assert forecast["forecastRevenueTotals"] == {"revenue": 200, "cost": 121, "margin": 79, "percentage": 39.5}
    assert (await api.get(f"sales/opportunities/50/forecast/{item['id']}")).json["catalogItem"]["identifier"] == "LX-5"
    assert (await api.get("sales/opportunities/50/forecast/count")).json == {"count": 1}
    assert (await api.get("procurement/products/95")).json["forecastDetailId"] == item["id"]


async def test_a_template_has_the_defaults(api: Practice) -> None:
    told = (await api.get("sales/opportunities/default")).json
    assert (told["status"]["name"], told["stage"]["name"], told["locationId"]) == ("Open", "1.Lead", 11)
    assert "id" not in told


async def test_a_row_shows_what_the_server_knows_of_every_row_even_where_the_world_is_silent(api: Practice) -> None:
    assert (await api.get("sales/opportunities/types/2")).json["inactiveFlag"] is False
    assert (await api.get("company/companies/20")).json["deletedFlag"] is False
    status = (await api.get("sales/opportunities/statuses/1")).json
    assert (status["wonFlag"], status["lostFlag"], status["closedFlag"], status["inactiveFlag"]) == (False,) * 4
    assert (await api.get("system/members/2")).json["licenseClass"] == "F"
