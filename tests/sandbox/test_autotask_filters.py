"""The query grammar of the practice Autotask: what each filter finds, and what is refused."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from tests.sandbox.autotask_tenant import Practice, practice

TOO_MANY = "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions."


def leaf(op: str, field: str, value: object = None, **more: object) -> dict[str, Any]:
    return {"op": op, "field": field, **({} if value is None else {"value": value}), **more}


def nested(depth: int) -> dict[str, Any]:
    """Return groups within groups."""
    test = leaf("exist", "id")
    for _ in range(depth):
        test = {"op": "and", "items": [test]}
    return test


@pytest.fixture
async def api() -> AsyncIterator[Practice]:
    async with practice() as running:
        yield running


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (leaf("eq", "id", 10), [10]),
        (leaf("eq", "id", "10"), [10]),
        (leaf("eq", "id", 0), [0]),
        (leaf("noteq", "id", 10), [0, 11, 12]),
        (leaf("gt", "id", 10), [11, 12]),
        (leaf("gte", "id", 10), [10, 11, 12]),
        (leaf("lt", "id", 10), [0]),
        (leaf("lte", "id", 10), [0, 10]),
        (leaf("eq", "COMPANYNAME", "northwind TRADERS"), [10]),
        (leaf("beginsWith", "companyName", "north"), [10]),
        (leaf("endsWith", "companyName", "toys"), [12]),
        (leaf("contains", "companyName", "DAT"), [11]),
        (leaf("gt", "companyName", "m"), [10, 12]),
        (leaf("in", "id", [10, "12", 99]), [10, 12]),
        (leaf("notIn", "id", [10, 12]), [0, 11]),
        (leaf("exist", "phone"), [10]),
        (leaf("notExist", "phone"), [0, 11, 12]),
        (leaf("exist", "phone", "ignored"), [10]),
        (leaf("noteq", "phone", "1"), [10]),
        (leaf("eq", "isActive", value=False), [12]),
        (leaf("noteq", "isActive", value=False), [0, 10, 11]),
        (leaf("eq", "isActive", "false"), [12]),
        (leaf("in", "isActive", ["True"]), [0, 10, 11]),
        (leaf("EQ", "id", 10), [10]),
        (leaf("beginswith", "companyName", "north"), [10]),
        (leaf("NOTEXIST", "phone"), [0, 11, 12]),
        (leaf("eq", "companyType", "3"), [11]),
        (leaf("gte", "createDate", "2025-01-01"), [11]),
        (leaf("eq", "createDate", "2024-05-01T02:00:00+02:00"), [10]),
        (leaf("eq", "Region", "west", udf=True), [10]),
        (leaf("notExist", "region", udf=True), [0, 11, 12]),
        (leaf("eq", "id", 10, udf=False, items=[]), [10]),
    ],
)
async def test_a_filter_finds(api: Practice, test: Mapping[str, Any], expected: list[int]) -> None:
    assert await api.ids("Companies", test) == expected


async def test_decimals_and_contacts_numbers_compare_as_numbers(api: Practice) -> None:
    assert await api.ids("QuoteItems", leaf("eq", "unitPrice", 99.50)) == [60]
    assert await api.ids("Contacts", leaf("eq", "isActive", 1)) == [20, 21]


async def test_the_top_level_list_means_and(api: Practice) -> None:
    assert await api.ids("Companies", leaf("eq", "companyType", 1), leaf("eq", "isActive", value=True)) == [0, 10]


async def test_groups_nest(api: Practice) -> None:
    inner = {"op": "and", "items": [leaf("eq", "companyType", 1), leaf("eq", "isActive", value=False)]}
    assert await api.ids("Companies", {"op": "or", "items": [leaf("eq", "id", 11), inner]}) == [11, 12]


async def refusal(api: Practice, entity: str, *filters: Mapping[str, Any]) -> str:
    reply = await api.query(entity, *filters)
    assert reply.status == 500
    (text,) = reply.json["errors"]
    return str(text)


async def test_user_defined_numbers_compare_as_numbers_and_what_is_none_is_found_by_nothing(api: Practice) -> None:
    for row_id, value in ((10, "10.5"), (11, "9"), (12, "good")):
        api.store.update("Companies", row_id, {"userDefinedFields": [{"name": "Rating", "value": value}]})
    assert await api.ids("Companies", leaf("gt", "Rating", 9, udf=True)) == [10]
    assert await api.ids("Companies", leaf("lte", "rating", "10.50", udf=True)) == [10, 11]
    assert await api.ids("Companies", leaf("noteq", "Rating", 9, udf=True)) == [10]
    assert await api.ids("Companies", leaf("exist", "Rating", udf=True)) == [10, 11, 12]


async def test_an_unknown_field_is_named_with_its_entity(api: Practice) -> None:
    text = await refusal(api, "CompanyLocations", leaf("eq", "limit", 1))
    assert text == "Unable to find limit in the CompanyLocation Entity."


async def test_an_unknown_user_defined_field_is_named(api: Practice) -> None:
    assert await refusal(api, "Companies", leaf("eq", "Nothing", "x", udf=True)) == (
        "Unable to find Nothing in the Company Entity."
    )


@pytest.mark.parametrize(
    ("entity", "field"),
    [
        ("Quotes", "calculateTaxSeparately"),
        ("Quotes", "groupByProductCategory"),
        ("Quotes", "showEachTaxInGroup"),
        ("Quotes", "showTaxCategory"),
        ("QuoteItems", "averageCost"),
        ("QuoteItems", "highestCost"),
        ("Contacts", "isOptedOutFromBulkEmail"),
        ("Contacts", "solicitationOptOut"),
        ("Contacts", "surveyOptOut"),
        ("Companies", "assetValue"),
        ("Companies", "sicCode"),
        ("Companies", "stockMarket"),
        ("Companies", "stockSymbol"),
    ],
)
async def test_fields_that_cannot_be_queried_are_refused(api: Practice, entity: str, field: str) -> None:
    assert field in await refusal(api, entity, leaf("exist", field))


@pytest.mark.parametrize("op", ["in", "notIn"])
async def test_five_hundred_values_are_the_most(api: Practice, op: str) -> None:
    assert (await api.query("Companies", leaf(op, "id", list(range(500))))).status == 200
    assert await refusal(api, "Companies", leaf(op, "id", list(range(501)))) == TOO_MANY


async def test_alternatives_count_towards_the_five_hundred_wherever_they_stand(api: Practice) -> None:
    alternatives = {"op": "or", "items": [leaf("eq", "id", number) for number in range(300)]}
    assert await refusal(api, "Companies", leaf("in", "id", list(range(201))), alternatives) == TOO_MANY


async def test_only_one_user_defined_field_may_be_asked_for(api: Practice) -> None:
    region = leaf("exist", "Region", udf=True)
    assert (await api.query("Companies", region, leaf("eq", "region", "West", udf=True))).status == 200
    assert "one user-defined field" in await refusal(api, "Companies", region, leaf("exist", "Rating", udf=True))


@pytest.mark.parametrize(
    ("op", "value"), [("eq", "yes"), ("eq", ""), ("eq", 1), ("eq", 0), ("eq", None), ("in", [True, 1])]
)
async def test_booleans_are_true_or_false(api: Practice, op: str, value: object) -> None:
    text = await refusal(api, "Companies", {"op": op, "field": "isActive", "value": value})
    assert text == "Invalid query syntax. The value for isActive is not valid."
    assert await api.ids("Companies", leaf("in", "isActive", [True, False])) == [0, 10, 11, 12]


@pytest.mark.parametrize(
    "test",
    [
        leaf("contains", "id", 1),
        leaf("beginsWith", "companyType", 1),
        leaf("endsWith", "createDate", "Z"),
        leaf("gt", "isActive", value=True),
        leaf("eq", "id", "ten"),
        leaf("eq", "id", "nan"),
        leaf("eq", "id", value=True),
        leaf("eq", "id", [1]),
        leaf("in", "id", 1),
        leaf("eq", "id"),
        leaf("eq", "companyName"),
        leaf("eq", "companyName", {"a": 1}),
        leaf("gt", "createDate", "yesterday"),
        leaf("gt", "createDate", 5),
        leaf("like", "id", 1),
        {"op": ["eq"], "field": "id", "value": 1},
        nested(200),
        {"op": "or", "items": []},
        {"op": "and"},
        {"field": "id", "value": 1},
    ],
)
async def test_what_makes_no_sense_is_an_error_of_syntax(api: Practice, test: Mapping[str, Any]) -> None:
    assert (await refusal(api, "Companies", test)).startswith("Invalid query syntax.")


@pytest.mark.parametrize(
    "body", ["{}", '{"filter":[]}', '{"filter":{"op":"exist"}}', "[]", "nonsense", "", '{"filter":[1]}']
)
async def test_a_filter_is_required(api: Practice, body: str) -> None:
    reply = await api.post("Companies/query", body)
    assert reply.status == 500
    assert reply.json["errors"][0].startswith("Invalid query syntax.")


async def test_a_get_without_its_search_is_refused(api: Practice) -> None:
    assert (await api.get("Companies/query")).status == 500


async def test_included_fields_are_a_list(api: Practice) -> None:
    assert (await api.query("Companies", leaf("exist", "id"), includeFields="id")).status == 500
