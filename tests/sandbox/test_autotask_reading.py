"""Envelopes, routes and pages of the practice Autotask, as a client reads them."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.sandbox.autotask_tenant import EVERYTHING, ROOT, Practice, Reply, practice

MANY = {"PaymentTerms": [{"id": number, "name": f"Term {number}", "isActive": True} for number in range(1, 1203)]}


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


@pytest.fixture
async def long_list() -> AsyncIterator[Practice]:
    async with practice(rows=MANY) as running:
        yield running


def ids(reply: Reply) -> list[int]:
    assert reply.status == 200, reply.text
    return [row["id"] for row in reply.json["items"]]


async def test_one_row_comes_whole_with_empty_fields_as_null(api: Practice) -> None:
    reply = await api.get("Companies/10")
    assert reply.headers["Content-Type"].startswith("application/json")
    row = reply.json["item"]
    assert row["companyName"] == "Northwind Traders"
    assert row["webAddress"] is None
    assert row["userDefinedFields"] == [{"name": "Region", "value": "West"}]
    fields = (await api.get("Companies/entityInformation/fields")).json["fields"]
    assert set(row) == {field["name"] for field in fields} | {"userDefinedFields"}


async def test_the_company_with_id_0_is_a_row_like_any_other(api: Practice) -> None:
    assert (await api.get("Companies/0")).json["item"]["companyName"] == "Fabrikam IT"


@pytest.mark.parametrize(
    "path",
    ["/atservicesrest/v1.0/companies/10", "/ATSERVICESREST/V1.0/COMPANIES/10/", f"{ROOT}/Companies//10"],
)
async def test_case_and_slashes_of_a_path_do_not_matter(api: Practice, path: str) -> None:
    assert (await api.get(path)).json["item"]["id"] == 10


async def test_an_unknown_id_is_a_null_item(api: Practice) -> None:
    reply = await api.get("Companies/999")
    assert (reply.status, reply.json) == (200, {"item": None})


@pytest.mark.parametrize(
    ("path", "expected"),
    [("Companies/10/Contacts", [20, 22]), ("quotes/50/items", [60]), ("Quotes/999/Items", [])],
)
async def test_children_are_listed_under_their_parent(api: Practice, path: str, expected: list[int]) -> None:
    reply = await api.get(path)
    assert ids(reply) == expected
    assert reply.json["pageDetails"] == {
        "count": len(expected),
        "requestCount": 500,
        "prevPageUrl": None,
        "nextPageUrl": None,
    }


async def test_a_child_is_only_found_under_its_own_parent(api: Practice) -> None:
    assert (await api.get("Companies/10/Contacts/20")).json["item"]["lastName"] == "Abercrombie"
    assert (await api.get("Companies/11/Contacts/20")).json["item"] is None


async def test_a_query_answers_items_and_the_details_of_the_page(api: Practice) -> None:
    reply = await api.query("Companies", {"op": "exist", "field": "id"}, maxRecords=2)
    assert ids(reply) == [0, 10]
    assert reply.json["pageDetails"]["count"] == 2
    assert reply.json["pageDetails"]["requestCount"] == 2
    assert reply.json["pageDetails"]["nextPageUrl"].startswith(f"{api.origin}{ROOT}/Companies/query/next?paging=")


async def test_get_and_post_find_the_same(api: Practice) -> None:
    search = json.dumps({"Filter": [{"OP": "eq", "Field": "COMPANYNAME", "Value": "Adatum"}], "IncludeFields": ["ID"]})
    found = await api.get("Companies/query", SEARCH=search)
    assert found.json["items"] == [{"id": 11, "userDefinedFields": []}]
    assert (await api.post("Companies/query", search)).json == found.json


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_count_has_its_own_envelope(api: Practice, method: str) -> None:
    search = json.dumps(EVERYTHING)
    reply = await api.call(
        method,
        "Contacts/query/count",
        search if method == "POST" else None,
        params={"search": search} if method == "GET" else None,
    )
    assert reply.json == {"queryCount": 3}


async def test_included_fields_come_alone_but_for_the_user_defined_ones(api: Practice) -> None:
    reply = await api.query("Companies", {"op": "eq", "field": "id", "value": 10}, includeFields=["id", "companyname"])
    assert reply.json["items"] == [
        {"id": 10, "companyName": "Northwind Traders", "userDefinedFields": [{"name": "Region", "value": "West"}]}
    ]


async def test_an_unknown_included_field_is_named(api: Practice) -> None:
    reply = await api.query("CompanyLocations", {"op": "exist", "field": "id"}, includeFields=["limit"])
    assert (reply.status, reply.json) == (500, {"errors": ["Unable to find limit in the CompanyLocation Entity."]})


@pytest.mark.parametrize("size", [0, 501, -1, "10", True])
async def test_a_page_has_one_to_five_hundred_rows(api: Practice, size: object) -> None:
    assert (await api.query("Companies", {"op": "exist", "field": "id"}, maxRecords=size)).status == 500


async def test_pages_of_a_post_are_posted_with_the_same_body(long_list: Practice) -> None:
    reply = await long_list.post("PaymentTerms/query", EVERYTHING)
    pages = [reply]
    while url := reply.json["pageDetails"]["nextPageUrl"]:
        assert "search=" not in url
        reply = await long_list.call("POST", url, EVERYTHING)
        pages.append(reply)
    assert [page.json["pageDetails"]["count"] for page in pages] == [500, 500, 202]
    assert [row for page in pages for row in ids(page)] == list(range(1, 1203))
    assert pages[0].json["pageDetails"]["prevPageUrl"] is None
    back = await long_list.call("POST", pages[2].json["pageDetails"]["prevPageUrl"], EVERYTHING)
    assert ids(back) == ids(pages[1])


async def test_following_a_posted_page_with_get_is_a_wrong_verb(long_list: Practice) -> None:
    reply = await long_list.post("PaymentTerms/query", EVERYTHING)
    wrong = await long_list.call("GET", reply.json["pageDetails"]["nextPageUrl"])
    assert wrong.status == 405
    assert wrong.json == {"Message": "The requested resource does not support http method 'GET'."}


async def test_pages_of_a_get_are_followed_with_get(long_list: Practice) -> None:
    reply = await long_list.get("PaymentTerms/query", search=json.dumps(EVERYTHING))
    second = await long_list.call("GET", reply.json["pageDetails"]["nextPageUrl"])
    assert ids(second) == list(range(501, 1001))


async def test_a_walk_by_id_reads_everything(long_list: Practice) -> None:
    seen: list[int] = []
    while True:
        last = seen[-1] if seen else 0
        found = ids(await long_list.query("PaymentTerms", {"op": "gt", "field": "id", "value": last}, maxRecords=400))
        seen += found
        if len(found) < 400:
            break
    assert seen == list(range(1, 1203))


async def test_without_id_among_the_fields_there_is_no_second_page(long_list: Practice) -> None:
    reply = await long_list.query("PaymentTerms", {"op": "exist", "field": "id"}, includeFields=["name"])
    assert len(reply.json["items"]) == 500
    assert reply.json["pageDetails"]["nextPageUrl"] is None


@pytest.mark.parametrize("token", ["x", "[]", "{}", '{"pageSize":0,"nextIds":[1]}', '{"pageSize":5,"nextIds":["a"]}'])
async def test_a_damaged_page_token_is_refused(api: Practice, token: str) -> None:
    reply = await api.call("POST", "Companies/query/next", EVERYTHING, params={"paging": token})
    assert reply.status == 500


async def test_children_of_a_long_list_have_pages_too() -> None:
    rows = [{"id": number, "quoteID": 50, "quoteItemType": 1} for number in range(1, 503)]
    async with practice(rows={"QuoteItems": rows}) as api:
        first = await api.get("Quotes/50/Items")
        second = await api.call("GET", first.json["pageDetails"]["nextPageUrl"])
        assert ids(first) + ids(second) == list(range(1, 503))


async def test_hidden_rows_are_not_found_and_not_counted(api: Practice) -> None:
    api.store.hide("Companies", lambda row: row["id"] == 10)
    assert await api.ids("Companies", {"op": "exist", "field": "id"}) == [0, 11, 12]
    assert (await api.get("Companies/10")).json == {"item": None}


@pytest.mark.parametrize("length", [1990, 2200, 9000])
async def test_a_get_with_a_long_address_is_not_found(api: Practice, length: int) -> None:
    search = json.dumps({"filter": [{"op": "noteq", "field": "companyName", "value": ""}]})
    start = f"{api.origin}{ROOT}/Companies/query?search={search}"
    padded = start + "&pad=" + "x" * (length - len(start) - 120)
    reply = await api.call(
        "GET", padded.replace(" ", "%20").replace('"', "%22").replace("{", "%7B").replace("}", "%7D")
    )
    assert reply.status == (200 if length == 1990 else 404)


async def test_a_post_may_be_longer_than_a_get(api: Practice) -> None:
    names = [f"A company with a long name, number {number}" for number in range(400)]
    assert await api.ids("Companies", {"op": "in", "field": "companyName", "value": [*names, "adatum"]}) == [11]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "Contacts"),
        ("POST", "QuoteItems"),
        ("PATCH", "CompanyLocations"),
        ("GET", "TimeEntries/1"),
        ("GET", "Quotes/abc"),
        ("GET", "Quotes/50/Nothing"),
        ("GET", "Quotes/50/Items/sixty"),
        ("GET", "Quotes/50/Items/60/More"),
        ("GET", "Quotes/query/nothing"),
        ("GET", ""),
        ("GET", "/ATServicesRest/V2.0/Quotes/50"),
    ],
)
async def test_unknown_routes_are_not_found(api: Practice, method: str, path: str) -> None:
    reply = await api.call(method, path, {} if method != "GET" else None)
    assert reply.status == 404
    assert reply.json["Message"].startswith("No HTTP resource was found that matches the request URI")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "BillingCodes"),
        ("GET", "Quotes"),
        ("DELETE", "Quotes/50"),
        ("DELETE", "Companies/10"),
        ("PATCH", "Quotes/50"),
        ("POST", "OpportunityCategories"),
        ("DELETE", "Quotes/50/Items"),
        ("PATCH", "Quotes/50/Items/60"),
        ("DELETE", "Quotes/query"),
        ("POST", "Quotes/entityInformation"),
        ("POST", "ThresholdInformation"),
    ],
)
async def test_wrong_verbs_are_named(api: Practice, method: str, path: str) -> None:
    reply = await api.call(method, path, {} if method != "GET" else None)
    assert reply.status == 405
    assert reply.json == {"Message": f"The requested resource does not support http method '{method}'."}
