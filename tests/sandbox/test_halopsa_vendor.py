"""Salesbuildr's own integration is a second writer over HaloPSA's real API."""

from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest

from sync_desktop.sandbox.credentials import HALOPSA_VENDOR_CLIENT_ID
from sync_desktop.sandbox.server import Sandbox
from tests.sandbox.halopsa_tenant import ROWS
from tests.sandbox.practice import StillClock

LINES: list[dict[str, Any]] = [
    {
        "id": "i1",
        "name": "Laptop",
        "productId": "a1",
        "quantity": 2,
        "price": 1000.0,
        "cost": 800.0,
        "setupPrice": 49,
        "setupCost": 12,
        "term": "one-time",
        "discount": 10,
    },
    {"id": "i2", "name": "Care", "productId": "a2", "quantity": 1, "price": 25.0, "cost": 5.0, "term": "monthly"},
]
QUOTING: dict[str, list[dict[str, Any]]] = {
    "company": [
        {"id": "c1", "name": "Northwind Traders", "externalIdentifier": "10"},
        {"id": "c2", "name": "Litware", "telephone": "555-0102", "address": {"street": "1 Road", "city": "Boise"}},
    ],
    "contact": [{"id": "p1", "firstName": "Ada", "lastName": "Kaur", "email": "ada@l.example", "companyId": "c2"}],
    "owner": [{"id": "o1", "name": "Ana Bowman", "externalIdentifier": "2"}],
    "field": [
        {"id": "f1", "field": "stage", "displayValue": "Proposal", "externalIdentifier": "111"},
        {"id": "f2", "field": "opportunity-category", "displayValue": "Sales", "externalIdentifier": "1"},
    ],
    "opportunity": [
        {
            "id": "d1",
            "name": "New office",
            "companyId": "c2",
            "contactId": "p1",
            "ownerId": "o1",
            "pipelineStageId": "f1",
            "categoryId": "f2",
            "expectedCloseDate": "{+20}T00:00:00Z",
            "probability": 0.5,
            "onetimeRevenue": 2000,
            "oneTimeProfit": 400,
        }
    ],
    "category": [{"id": "k1", "name": "Laptops"}, {"id": "k2", "name": "Managed"}, {"id": "k3", "name": "Cars"}],
    "category-mapping": [
        {"id": "m1", "categoryId": "k1", "assetGroup": 70, "assetType": 80},
        {"id": "m2", "categoryId": "k2", "assetGroup": 73, "assetType": 81},
        {"id": "m3", "categoryId": "k3", "assetGroup": 71, "assetType": None},
    ],
    "product": [
        {"id": "a1", "name": "Laptop", "productType": "product", "categoryId": "k1", "externalIdentifier": "90"},
        {"id": "a2", "name": "Care", "productType": "service", "categoryId": "k2", "term": "monthly", "price": 25.0},
        {"id": "a3", "name": "Van", "productType": "product", "categoryId": "k3", "term": "one-time", "price": 9.0},
    ],
    "quote": [
        {
            "id": "q1",
            "number": "Q-100",
            "title": "New office",
            "status": "sent",
            "createdAt": "{-5}T10:00:00Z",
            "expiresAt": "{+20}T10:00:00Z",
            "companyId": "c2",
            "contactId": "p1",
            "ownerId": "o1",
            "opportunityId": "d1",
            "items": LINES,
        },
    ],
}
WORLD: dict[str, Any] = {
    "schema_version": 1,
    "name": "small",
    "sites": [{"name": "Fabrikam IT", "psa": "halopsa", "salesbuildr": QUOTING, "halopsa": ROWS}],
}


def world() -> dict[str, Any]:
    """Return the world with what the products leave unsaid."""
    told = deepcopy(WORLD)
    for product in told["sites"][0]["salesbuildr"]["product"]:
        product.update({"term": product.get("term", "one-time"), "price": product.get("price", 1.0), "cost": 1.0})
    return told


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(world(), timing=StillClock().timing) as running:
        yield running


async def test_a_quote_arrives_once_with_everything_it_needs_and_its_stamps(sandbox: Sandbox) -> None:
    (told,) = await sandbox.vendor_sync("", ["quote/q1"])
    store, quoting = sandbox.site().psa_store, sandbox.site().quoting_store
    quote = store.rows("Quotation")[told["id"]]
    assert (quote["third_party_number"], quote["status"], quote["agent_id"]) == ("Q-100", 101, 2)
    names = ("name", "quantity", "price", "discount_perc", "item_recurring", "billingperiod")
    assert [[line.get(name) for name in names] for line in quote["lines"]] == [
        ["Laptop", 2, 1000, 10, None, None],
        ["Laptop (set-up)", 2, 49, 0, None, None],
        ["Care", 1, 25, 0, True, 2],
    ]
    assert quote["revenue"] == 1923
    client = store.rows("Client")[quote["client_id"]]
    assert (client["name"], client["main_site_id"]) == ("Litware", quote["site_id"])
    assert store.rows("Users")[quote["user_id"]]["emailaddress"] == "ada@l.example"
    opportunity = store.rows("Opportunities")[quote["ticket_id"]]
    assert (opportunity["pipeline_stage_id"], opportunity["category_1"]) == (111, "Sales")
    item = store.rows("Item")[quote["lines"][2]["item_id"]]
    assert (item["assetgroup_id"], item["assettype_id"], item["externalreference"]) == (73, 81, "a2")
    assert quoting.rows("product")["a2"]["externalIdentifier"] == str(item["id"])
    assert await sandbox.vendor_sync("", ["quote/q1"]) == [told]
    assert len(store.rows("Quotation")) == 2


async def test_it_works_as_its_own_application_in_the_request_log(sandbox: Sandbox) -> None:
    await sandbox.vendor_sync("", ["company/c2"])
    who = {entry["who"] for entry in sandbox.log.entries(system="halopsa") if "/api/" in entry["path"]}
    assert who == {HALOPSA_VENDOR_CLIENT_ID}


async def test_without_stamps_only_the_fields_of_the_vendor_are_there(sandbox: Sandbox) -> None:
    sandbox.switches.set("salesbuildr", "vendor_stamps", value=False)
    (told,) = await sandbox.vendor_sync("", ["quote/q1"])
    assert "third_party_number" not in sandbox.site().psa_store.rows("Quotation")[told["id"]]


@pytest.mark.parametrize("shape", ["exception", "string", "message", "error", "errors", "result"])
async def test_what_halopsa_refuses_is_told_in_its_words_whatever_their_shape(sandbox: Sandbox, shape: str) -> None:
    sandbox.switches.set("halopsa", "business_error", shape)
    sandbox.site().psa_store.update("Control", 1, {"rmaincontactcompulsary": True})
    (company, product) = await sandbox.vendor_sync("", ["company/c2", "product/a3"])
    assert company["errors"] == ["Please populate main contact name"]
    assert product["errors"] == ["Asset Group 71 is not available for Items"]


async def test_a_refused_sign_in_and_a_lost_answer_are_told(sandbox: Sandbox) -> None:
    sandbox.faults.order({"system": "halopsa", "kind": "unauthorized", "path": "/auth/token", "times": 1})
    (refused,) = await sandbox.vendor_sync("", ["company/c2"])
    assert refused["errors"] == ["The specified client credentials are invalid."]
    sandbox.faults.order({"system": "halopsa", "kind": "reset_before", "path": "/api/Client", "times": 1})
    (lost,) = await sandbox.vendor_sync("", ["company/c2"])
    assert lost["errors"][0].startswith("No answer")
