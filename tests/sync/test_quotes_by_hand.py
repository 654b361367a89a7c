"""Five quotes whose rows in Autotask were worked out by hand, field by field, from the quoting side's rows."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from tests.sync.sync_stage import Stage, staged
from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.five_quotes import NUMBERS, five_quotes
from tests.worlds.small_world import SmallWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")

DATES = {"effectiveDate": "2026-03-07T14:05:00Z", "expirationDate": "2026-04-06T23:00:00Z"}
NO_DISCOUNT = {"unitDiscount": 0, "lineDiscount": 0, "percentageDiscount": 0}
CREATOR = {"creatorResourceID": 29682001, "impersonatorCreatorResourceID": None}
FLAGS = {
    "calculateTaxSeparately": False,
    "groupByProductCategory": False,
    "showEachTaxInGroup": False,
    "showTaxCategory": False,
}
"""What Autotask itself fills in on every quote."""
STAMPS = (
    "id",
    "createDate",
    "lastActivityDate",
    "lastActivity",
    "lastModifiedBy",
    "lastModifiedDate",
    "lastTrackedModifiedDateTime",
)
"""Times and ids, which only the server can know."""


def world() -> SmallWorld:
    """Return the five quotes; one of them is not its opportunity's primary quote."""
    made = five_quotes(AUTOTASK)
    made.row("quote", "q-1")["primary"] = False
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The five quotes after one `sync`."""
    async with staged(tmp_path_factory.mktemp("by-hand"), world()) as made:
        result = await made.everything()
        assert result.by_outcome == {"written": 5}, result
        yield made


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without what only the server can know; an empty list of user-defined fields says nothing."""
    return {name: value for name, value in row.items() if name not in STAMPS and value != []}


def lines(stage: Stage, number: str) -> list[dict[str, Any]]:
    quote_id = stage.quote_row(number)["id"]
    rows = [told(row) for row in stage.line_rows(number)]
    assert {row.pop("quoteID") for row in rows} == {quote_id}
    places = [row.pop("sortOrderID") for row in rows]
    assert places == sorted(places)
    assert {row.pop("isTaxable") for row in rows} == {False}
    return rows


def header(stage: Stage, number: str) -> dict[str, Any]:
    """Return the quote's row, its locations in place of their ids, without the number that Autotask gave it."""
    row = told(stage.quote_row(number))
    assert row.pop("quoteNumber") > 0
    for which in ("billTo", "shipTo", "soldTo"):
        row[which] = told(stage.psa("QuoteLocations")[row.pop(f"{which}LocationID")])
    return row


NORTHWIND = {
    "address1": "289 Canal Road",
    "address2": "Suite 414",
    "city": "Albany",
    "state": "NY",
    "postalCode": "12207",
}
ADATUM = {"address1": "7 Birch Avenue", "city": "Troy", "state": "NY", "postalCode": "12180"}
TESSELLATE = {"address1": "12 Kiln Lane", "city": "Columbus", "state": "OH", "postalCode": "43085"}
LAPTOP = {
    "quoteItemType": 1,
    "productID": 6001,
    "name": "Corvane L310 laptop",
    "description": "14 inch, delivered",
    "unitPrice": 780.95,
    "unitCost": 640.4,
    "isOptional": False,
    **NO_DISCOUNT,
}
DOCK = {
    "quoteItemType": 1,
    "productID": 6002,
    "name": "Corvane dock",
    "description": "USB-C dock",
    "quantity": 1,
    "unitPrice": 100,
    "unitCost": 80,
    "isOptional": False,
    **NO_DISCOUNT,
}


async def test_quote_with_shipping_option_terms_and_delivery_address(stage: Stage) -> None:
    assert header(stage, "Q-1") == {
        "name": "Offer Q-1",
        "opportunityID": 41,
        "companyID": 2001,
        "contactID": 3001,
        "isActive": True,
        "description": "Deliver to the back door",
        "paymentTerm": 5,
        "purchaseOrderNumber": "PO-4101",
        "externalQuoteNumber": "Q-1",
        "primaryQuote": False,
        "billTo": NORTHWIND,
        "shipTo": {"address1": "4 Dock Street", "city": "Schenectady", "state": "NY", "postalCode": "12305"},
        "soldTo": NORTHWIND,
        **DATES,
        **FLAGS,
        **CREATOR,
    }
    assert lines(stage, "Q-1") == [
        {**LAPTOP, "quantity": 2, "percentageDiscount": 10},
        {
            "quoteItemType": 11,
            "serviceID": 5201,
            "name": "Managed backup",
            "description": "Nightly, kept for a year",
            "quantity": 5,
            "unitPrice": 18,
            "unitCost": 14.4,
            "isOptional": False,
            **NO_DISCOUNT,
        },
        {**DOCK, "isOptional": True},
        {
            "quoteItemType": 6,
            "shippingID": 1,
            "name": "Courier",
            "quantity": 1,
            "unitPrice": 19,
            "unitCost": 14.5,
            "isOptional": False,
            **NO_DISCOUNT,
        },
    ]


async def test_quote_with_labour_setup_price_and_a_percentage_off_the_whole(stage: Stage) -> None:
    row = header(stage, "Q-2")
    assert (row["companyID"], row["contactID"], row["opportunityID"]) == (2002, 3002, 42)
    assert row["billTo"] == row["shipTo"] == row["soldTo"] == ADATUM
    assert lines(stage, "Q-2") == [
        {
            "quoteItemType": 3,
            "laborID": 7001,
            "name": "Help desk engineer",
            "description": "By the hour",
            "quantity": 8,
            "unitPrice": 95,
            "unitCost": 42.75,
            "isOptional": False,
            **NO_DISCOUNT,
            "percentageDiscount": 10,
        },
        # 5 per cent off the line, then 10 off what is left: 1 - 0.95 * 0.9 = 14.5 per cent
        {**LAPTOP, "quantity": 3, "percentageDiscount": 14.5},
        {
            "quoteItemType": 2,
            "chargeID": 401,
            "name": "Corvane L310 laptop (set-up)",
            "quantity": 3,
            "unitPrice": 49,
            "unitCost": 20,
            "isOptional": False,
            **NO_DISCOUNT,
        },
    ]


async def test_quote_with_bundles_two_equal_lines_and_an_amount_off_the_whole(stage: Stage) -> None:
    # 100 off 1000 + 100 + 100 of one-time lines is 83.333, 8.333 and 8.333; the cent that is left goes to the first.
    assert lines(stage, "Q-3") == [
        {
            "quoteItemType": 1,
            "productID": 6003,
            "name": "Workplace kit Basic",
            "description": "Laptop and dock",
            "quantity": 1,
            "unitPrice": 1000,
            "unitCost": 600,
            "isOptional": False,
            **NO_DISCOUNT,
            "lineDiscount": 83.34,
        },
        {**DOCK, "lineDiscount": 8.33},
        {**DOCK, "lineDiscount": 8.33},
        {
            "quoteItemType": 12,
            "serviceBundleID": 5801,
            "name": "Office care Bronze",
            "description": "All in",
            "quantity": 3,
            "unitPrice": 90.95,
            "unitCost": 45.4,
            "isOptional": False,
            **NO_DISCOUNT,
        },
    ]
    found = await stage.attempts("Q-3")
    assert found[0].check is not None
    assert found[0].check.evidence.endswith("4 lines, total 1,372.85")
    assert "it is spread over the lines" in " ".join(found[0].check.warnings)


async def test_quote_whose_product_and_service_are_new(stage: Stage) -> None:
    (product_id,) = {each for each in stage.psa("Products") if each > 100_000}
    assert told(stage.psa("Products")[product_id]) == {
        "name": "Corvane L420 laptop",
        "productBillingCodeID": 401,
        "productCategory": 106,
        "isActive": True,
        "isSerialized": True,
        "isEligibleForRma": True,
        "doesNotRequireProcurement": False,
        "description": "16 inch, delivered",
        "externalProductID": "newlaptop",
        "internalProductID": "FAB-2001",
        "manufacturerProductName": "COR-3001",
        "manufacturerName": "Corvane",
        "unitCost": 700.25,
        "unitPrice": 899.5,
        "msrp": 999,
        "billingType": 1,
        "priceCostMethod": 2,
        "createdByResourceID": 29682001,
        "createdTime": "2026-03-10T08:16:40Z",
        "impersonatorCreatorResourceID": None,
    }
    (service_id,) = {each for each in stage.psa("Services") if each > 100_000}
    assert told(stage.psa("Services")[service_id]) == {
        "name": "Managed firewall",
        "billingCodeID": 501,
        "periodType": 3,
        "unitPrice": 44.5,
        "unitCost": 20,
        "description": "Rules and patches",
        "isActive": True,
        "externalID": "newservice",
        "creatorResourceID": 29682001,
        "updateResourceID": 29682001,
    }
    first, second = lines(stage, "Q-4")
    assert (first["quoteItemType"], first["productID"]) == (1, product_id)
    assert (first["unitPrice"], first["unitCost"], first["description"]) == (899.5, 700.25, "16 inch, delivered")
    assert (second["quoteItemType"], second["serviceID"], second["quantity"]) == (11, service_id, 2)
    assert (second["unitPrice"], second["unitCost"]) == (44.5, 20)


async def test_quote_of_a_new_company_brings_company_contact_and_opportunity(stage: Stage) -> None:
    (company_id,) = {each for each in stage.psa("Companies") if each > 100_000}
    company = told(stage.psa("Companies")[company_id])
    flags = ("isTaxExempt", "isClientPortalActive", "isTaskFireActive", "isEnabledForComanaged")
    assert {company.pop(name) for name in flags} == {False}
    assert company == {
        "companyName": "Tessellate Ceramics Studio",
        "companyType": 3,
        "ownerResourceID": 29682885,
        "billToAddressToUse": 1,
        "phone": "(614) 555-0142",
        "webAddress": "https://www.tessellate.example",
        "isActive": True,
        "createdByResourceID": 29682001,
        "impersonatorCreatorResourceID": None,
        **TESSELLATE,
    }
    (contact_id,) = {each for each in stage.psa("Contacts") if each > 100_000}
    contact = told(stage.psa("Contacts")[contact_id])
    opted = ("primaryContact", "receivesEmailNotifications", "isOptedOutFromBulkEmail", "solicitationOptOut")
    assert {contact.pop(name) for name in (*opted, "surveyOptOut")} == {False}
    assert contact == {
        "companyID": company_id,
        "firstName": "Ana",
        "lastName": "Bowman",
        "emailAddress": "ana@tessellate.example",
        "phone": "(614) 555-0143",
        "mobilePhone": "(614) 555-0144",
        "isActive": 1,
        "impersonatorCreatorResourceID": None,
    }
    (opportunity_id,) = {each for each in stage.psa("Opportunities") if each > 100_000}
    opportunity = stage.psa("Opportunities")[opportunity_id]
    assert told(opportunity) == {
        "title": "New studio",
        "description": "Two floors",
        "companyID": company_id,
        "contactID": contact_id,
        "ownerResourceID": 29682885,
        "status": 1,
        "stage": 22,
        "probability": 60,
        "amount": 145.5,
        "cost": 65.75,
        "projectedCloseDate": "2026-05-09T00:00:00Z",
        "useQuoteTotals": True,
        "opportunityCategoryID": 3,
        **CREATOR,
    }
    assert opportunity["createDate"] == "2026-03-06T10:20:00Z"
    row = header(stage, "Q-5")
    assert (row["opportunityID"], row["companyID"], row["contactID"]) == (opportunity_id, company_id, contact_id)
    assert (row["paymentTerm"], row["name"]) == (6, "Offer Q-5")
    assert row["billTo"] == row["shipTo"] == row["soldTo"] == TESSELLATE
    assert lines(stage, "Q-5") == [{**LAPTOP, "quantity": 1}]


async def test_second_sync_and_single_retries_of_unchanged_quotes_send_no_write(stage: Stage) -> None:
    stage.sandbox.log.clear()
    assert (await stage.everything()).by_outcome == {"in step": 5}
    for number in NUMBERS:
        assert (await stage.write(number)).by_outcome == {"in step": 1}
    assert stage.requests()
    assert stage.written() == []
