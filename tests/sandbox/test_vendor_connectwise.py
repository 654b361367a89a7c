"""Salesbuildr's own integration as the second writer over ConnectWise's real API."""

from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest

from sync_desktop.sandbox.server import Sandbox
from tests.sandbox.connectwise_tenant import ROWS
from tests.sandbox.practice import StillClock

QUOTING: dict[str, list[dict[str, Any]]] = {
    "owner": [{"id": "o1", "name": "Rosa Varga", "externalIdentifier": "2"}],
    "company": [
        {"id": "c1", "name": "Fourth Coffee & Co.", "address": {"city": "Boise"}, "telephone": "(208) 555-0100"}
    ],
    "contact": [{"id": "p1", "firstName": "Bao", "lastName": "Chen", "email": "bao@fourth.example", "companyId": "c1"}],
    "category": [{"id": "k1", "name": "Laptops"}, {"id": "k2", "name": "Trays"}, {"id": "k3", "name": "Unmapped"}],
    "category-mapping": [
        {"id": "m1", "categoryId": "k1", "category": 60, "subcategory": 70, "type": 80},
        {"id": "m2", "categoryId": "k2", "category": 41, "subcategory": 72, "type": 80},
    ],
    "field": [{"id": "f1", "field": "stage", "displayValue": "Quote", "externalIdentifier": "8"}],
    "product": [
        {"id": "a1", "name": "Laptop", "productType": "product", "term": "one-time", "categoryId": "k1", "mpn": "LX-6"},
        {"id": "a2", "name": "Care", "productType": "service", "term": "monthly", "categoryId": "k1", "mpn": "CARE"},
        {"id": "a3", "name": "Tray", "productType": "product", "term": "one-time", "categoryId": "k2", "mpn": "TR-1"},
        {"id": "a4", "name": "Lamp", "productType": "product", "term": "one-time", "categoryId": "k3", "mpn": "LA-1"},
    ],
    "opportunity": [
        {
            "id": "d1",
            "name": "New office",
            "companyId": "c1",
            "contactId": "p1",
            "ownerId": "o1",
            "pipelineStageId": "f1",
            "expectedCloseDate": "2026-05-01T00:00:00Z",
        }
    ],
    "quote": [
        {
            "id": "q1",
            "number": "Q-1",
            "opportunityId": "d1",
            "shippingType": {"name": "Courier", "externalIdentifier": "90", "price": 9, "cost": 5},
            "items": [
                {
                    "id": "i1",
                    "productId": "a1",
                    "name": "Laptop",
                    "quantity": 2,
                    "price": 100,
                    "cost": 60,
                    "discount": 5,
                },
                {"id": "i2", "productId": "a2", "name": "Care", "quantity": 1, "price": 12.5, "cost": 4},
            ],
        },
        {"id": "q2", "number": "Q-2", "opportunityId": "d1", "items": [{"id": "i3", "productId": "a3"}]},
        {"id": "q3", "number": "Q-3", "opportunityId": "d1", "items": [{"id": "i4", "productId": "a4"}]},
    ],
}
for _product in QUOTING["product"]:
    _product.update(price=100, cost=60)
for _quote in QUOTING["quote"]:
    for _item in _quote["items"]:
        _item["term"] = "monthly" if _item["productId"] == "a2" else "one-time"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    site = {"name": "Fabrikam IT", "psa": "connectwise", "salesbuildr": deepcopy(QUOTING), "connectwise": ROWS}
    world = {"schema_version": 1, "name": "small", "sites": [site]}
    async with Sandbox(world, timing=StillClock().timing) as running:
        yield running


async def sync(sandbox: Sandbox, record: str) -> dict[str, Any]:
    (told,) = await sandbox.vendor_sync("Fabrikam IT", [record])
    return told


def lines(sandbox: Sandbox, opportunity: int) -> list[dict[str, Any]]:
    rows = sandbox.site().psa_store.rows("procurement/products").values()
    return [row for row in rows if row["opportunity"]["id"] == opportunity]


async def test_a_quote_arrives_as_lines_of_its_opportunity_with_everything_it_needs(sandbox: Sandbox) -> None:
    told = await sync(sandbox, "quote/q1")
    store = sandbox.site().psa_store
    opportunity = store.rows("sales/opportunities")[told["id"]]
    assert (opportunity["name"], opportunity["primarySalesRep"]["id"], opportunity["stage"]["id"]) == (
        "New office",
        2,
        8,
    )
    company = store.rows("company/companies")[opportunity["company"]["id"]]
    assert (company["identifier"], company["phoneNumber"]) == ("FourthCoffeeCo", "2085550100")
    contact = store.rows("company/contacts")[opportunity["contact"]["id"]]
    assert [one["value"] for one in contact["communicationItems"]] == ["bao@fourth.example"]
    told_lines = [(line["integrationXRef"], line["quantity"], line["price"]) for line in lines(sandbox, told["id"])]
    assert told_lines == [("Q-1/line:i1", 2, 95), ("Q-1/line:i2", 1, 12.5), ("Q-1/shipping", 1, 9)]
    assert lines(sandbox, told["id"])[1]["recurring"]["billCycleId"] == 2
    for kind, key in (("company", "c1"), ("contact", "p1"), ("opportunity", "d1"), ("product", "a1")):
        assert sandbox.site().quoting_store.rows(kind)[key]["externalIdentifier"]


async def test_it_works_as_its_own_member_and_writes_nothing_twice(sandbox: Sandbox) -> None:
    first = await sync(sandbox, "quote/q1")
    assert await sync(sandbox, "quote/q1") == first
    assert len(lines(sandbox, first["id"])) == 3
    assert {row["_info"]["enteredBy"] for row in lines(sandbox, first["id"])} == {"Salesbuildr"}
    assert {entry["who"] for entry in sandbox.log.entries(system="connectwise")} == {"fabrikam+PracticeVendor00"}


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ("quote/q2", "catalogItem object is invalid. 41 is an inactive category."),
        (
            "quote/q3",
            "catalogItem object is invalid. The subcategory field is required. The type field is required.",
        ),
    ],
)
async def test_what_connectwise_refuses_is_told_as_salesbuildr_shows_it(
    sandbox: Sandbox, record: str, error: str
) -> None:
    assert (await sync(sandbox, record))["errors"] == [error]


async def test_without_stamps_its_lines_carry_none(sandbox: Sandbox) -> None:
    sandbox.switches.set("salesbuildr", "vendor_stamps", value=False)
    told = await sync(sandbox, "quote/q1")
    assert {line.get("integrationXRef") for line in lines(sandbox, told["id"])} == {None}


async def test_a_term_without_a_billing_cycle_is_told(sandbox: Sandbox) -> None:
    (quote, *_) = sandbox.site().quoting_store.rows("quote").values()
    quote["items"][1]["term"] = "per incident"
    assert (await sync(sandbox, "quote/q1"))["errors"] == ["There is no billing cycle for the term per incident"]


async def test_an_answer_that_is_no_json_is_told_by_its_status(sandbox: Sandbox) -> None:
    sandbox.faults.order({"system": "connectwise", "kind": "html"})
    assert (await sync(sandbox, "quote/q1"))["errors"][0].startswith("HTTP 502")
