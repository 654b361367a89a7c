"""Five quotes whose rows in ConnectWise were worked out by hand, member by member, from the quoting side's rows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.sync.holdings import Holdings, Row, holdings, made, without
from tests.sync.sync_stage import Stage, staged
from tests.worlds.connectwise_side import CONNECTWISE, LINES
from tests.worlds.five_quotes import NUMBERS, five_quotes

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANIES, CONTACTS, OPPORTUNITIES = "company/companies", "company/contacts", "sales/opportunities"
CATALOG = "procurement/catalog"
NOW = "2026-03-10T08:16:40Z"
WHO = {"lastUpdated": NOW, "updatedBy": "SyncDesktop", "dateEntered": NOW, "enteredBy": "SyncDesktop"}
STAMPS = ("id", "forecastDetailId")
"""Ids that only the server can know."""

FIONA = {"id": 29682885, "identifier": "FIvanov", "name": "Fiona Ivanov"}
NORTHWIND = {"id": 2001, "identifier": "NorthwindTraders", "name": "Northwind Traders, Inc."}
ADATUM = {"id": 2002, "identifier": "AdatumCorporation", "name": "Adatum Corporation"}
LAPTOP = {"id": 6001, "identifier": "COR-1001", "name": "Corvane L310 laptop"}
DOCK = {"id": 6002, "identifier": "COR-2001", "name": "Corvane dock"}
EACH, MONTH = {"id": 1, "name": "Each"}, {"id": 2, "name": "Month"}
SAME: Row = {
    # what this program sends with every line
    "billableOption": "Billable",
    # what ConnectWise itself fills in: from the opportunity, from the catalog item, or always
    "locationId": 11,
    "businessUnitId": 10,
    "forecastStatus": {"id": 1, "name": "Open"},
    "taxableFlag": True,
    "discount": 0,
    "priceMethod": "PricePerUnit",
    "cancelledFlag": False,
    "_info": WHO,
}


@dataclass(frozen=True, slots=True)
class Written:
    """The five quotes after one `sync`."""

    stage: Stage
    held: Holdings
    sent: list[str]

    def lines(self, opportunity: int, *, of: Row) -> list[Row]:
        """Return the lines of an opportunity, in ConnectWise's order, without what is the same in all of them."""
        rows = [row for row in self.held[LINES].values() if row["opportunity"]["id"] == opportunity]
        rows.sort(key=lambda row: row["sequenceNumber"])
        assert [row["sequenceNumber"] for row in rows] == list(range(1, len(rows) + 1))
        whole: Row = {"company": of, "opportunity": self.named(OPPORTUNITIES, opportunity), **SAME}
        for row in rows:
            assert {name: row.get(name) for name in whole} == whole
        return [without(row, (*STAMPS, *whole, "sequenceNumber")) for row in rows]

    def named(self, collection: str, row_id: int) -> Row:
        """Return a reference as ConnectWise shows it."""
        return {"id": row_id, "name": self.held[collection][row_id]["name"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def written(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Written]:
    async with staged(tmp_path_factory.mktemp("by-hand"), five_quotes(CONNECTWISE)) as stage:
        result = await stage.everything()
        assert result.by_outcome == {"written": 5}, result
        held = await holdings(stage, COMPANIES, CONTACTS, OPPORTUNITIES, CATALOG, LINES)
        yield Written(stage, held, stage.written())


async def test_quote_with_an_item_of_each_month_shipping_and_an_option_that_no_line_can_be(written: Written) -> None:
    assert written.lines(41, of=NORTHWIND) == [
        {
            "catalogItem": LAPTOP,
            "integrationXRef": "Q-1/line:i-1a",
            "description": "Corvane L310 laptop",
            "customerDescription": "14 inch, delivered",
            "productClass": "Inventory",
            "unitOfMeasure": EACH,
            "quantity": 2,
            # 10 per cent off 780.95; with two decimals, two of them would be a cent more than 1,405.71
            "price": 702.855,
            "cost": 640.4,
            "extPrice": 1405.71,
            "extCost": 1280.8,
            "margin": 124.91,
        },
        {
            "catalogItem": {"id": 5201, "identifier": "BACKUP", "name": "Managed backup"},
            "integrationXRef": "Q-1/line:i-1b",
            "description": "Managed backup",
            "customerDescription": "Nightly, kept for a year",
            "productClass": "Agreement",
            "unitOfMeasure": MONTH,
            "quantity": 5,
            "price": 18,
            "cost": 14.4,
            "recurring": {"recurringRevenue": 18, "recurringCost": 14.4, "billCycleId": 1},
            "extPrice": 90,
            "extCost": 72,
            "margin": 18,
        },
        {
            "catalogItem": {"id": 791, "identifier": "SHIPPING", "name": "Shipping and handling"},
            "integrationXRef": "Q-1/shipping",
            "description": "Courier",
            "customerDescription": "Courier",
            "productClass": "Service",
            "unitOfMeasure": EACH,
            "quantity": 1,
            "price": 19,
            "cost": 14.5,
            "extPrice": 19,
            "extCost": 14.5,
            "margin": 4.5,
        },
    ]


async def test_quote_with_labour_set_up_price_and_a_percentage_off_the_whole(written: Written) -> None:
    assert written.lines(42, of=ADATUM) == [
        {
            "catalogItem": {"id": 7001, "identifier": "ENGINEER", "name": "Help desk engineer"},
            "integrationXRef": "Q-2/line:i-2a",
            "description": "Help desk engineer",
            "customerDescription": "By the hour",
            "productClass": "Service",
            "unitOfMeasure": EACH,
            "quantity": 8,
            "price": 85.5,  # 10 per cent off 95
            "cost": 42.75,
            "extPrice": 684,
            "extCost": 342,
            "margin": 342,
        },
        {
            "catalogItem": LAPTOP,
            "integrationXRef": "Q-2/line:i-2b",
            "description": "Corvane L310 laptop",
            "customerDescription": "14 inch, delivered",
            "productClass": "Inventory",
            "unitOfMeasure": EACH,
            "quantity": 3,
            # 5 per cent off the line, then 10 off what is left: 667.71225; three of them are 2,003.14
            "price": 667.712,
            "cost": 640.4,
            "extPrice": 2003.14,
            "extCost": 1921.2,
            "margin": 81.94,
        },
        {
            "catalogItem": {"id": 792, "identifier": "SETUP", "name": "One-time set-up"},
            "integrationXRef": "Q-2/setup:i-2b",
            "description": "Corvane L310 laptop (set-up)",
            "customerDescription": "Corvane L310 laptop (set-up)",
            "productClass": "Service",
            "unitOfMeasure": EACH,
            "quantity": 3,
            "price": 49,
            "cost": 20,
            "extPrice": 147,
            "extCost": 60,
            "margin": 87,
        },
    ]


async def test_quote_with_bundles_two_equal_lines_and_an_amount_off_the_whole(written: Written) -> None:
    # 100 off 1000 + 100 + 100 of one-time lines is 83.333, 8.333 and 8.333; the cent that is left goes to the first.
    dock: Row = {
        "catalogItem": DOCK,
        "description": "Corvane dock",
        "customerDescription": "USB-C dock",
        "productClass": "Inventory",
        "unitOfMeasure": EACH,
        "quantity": 1,
        "price": 91.67,
        "cost": 80,
        "extPrice": 91.67,
        "extCost": 80,
        "margin": 11.67,
    }
    assert written.lines(43, of=NORTHWIND) == [
        {
            "catalogItem": {"id": 6003, "identifier": "KIT", "name": "Workplace kit Basic"},
            "integrationXRef": "Q-3/line:i-3a",
            "description": "Workplace kit Basic",
            "customerDescription": "Laptop and dock",
            "productClass": "Bundle",
            "unitOfMeasure": EACH,
            "quantity": 1,
            "price": 916.66,
            "cost": 600,
            "extPrice": 916.66,
            "extCost": 600,
            "margin": 316.66,
        },
        {**dock, "integrationXRef": "Q-3/line:i-3b"},
        {**dock, "integrationXRef": "Q-3/line:i-3c"},
        {
            "catalogItem": {"id": 5801, "identifier": "CARE", "name": "Office care Bronze"},
            "integrationXRef": "Q-3/line:i-3d",
            "description": "Office care Bronze",
            "customerDescription": "All in",
            "productClass": "Agreement",
            "unitOfMeasure": MONTH,
            "quantity": 3,
            "price": 90.95,
            "cost": 45.4,
            "recurring": {"recurringRevenue": 90.95, "recurringCost": 45.4, "billCycleId": 1},
            "extPrice": 272.85,
            "extCost": 136.2,
            "margin": 136.65,
        },
    ]


async def test_quote_whose_product_and_service_are_new(written: Written) -> None:
    product, service = made(written.held[CATALOG])
    filled = {"inactiveFlag": False, "taxableFlag": True, "dateEntered": NOW, "_info": WHO}
    assert without(product, STAMPS) == {
        "identifier": "FAB-2001",
        "description": "Corvane L420 laptop",
        "customerDescription": "16 inch, delivered",
        "category": {"id": 31, "name": "Hardware"},
        "subcategory": {"id": 311, "name": "Laptops"},
        "type": {"id": 1, "name": "Inventory"},
        "productClass": "Inventory",
        "unitOfMeasure": EACH,
        "price": 899.5,
        "cost": 700.25,
        "manufacturer": {"id": 7, "name": "Corvane"},
        "manufacturerPartNumber": "COR-3001",
        "serializedFlag": True,
        "recurringFlag": False,
        "integrationXRef": "newlaptop",
        **filled,
    }
    assert without(service, STAMPS) == {
        "identifier": "Managed firewall",
        "description": "Managed firewall",
        "customerDescription": "Rules and patches",
        "category": {"id": 32, "name": "Services"},
        "subcategory": {"id": 321, "name": "Managed services"},
        "type": {"id": 4, "name": "Service"},
        "productClass": "Agreement",
        "unitOfMeasure": EACH,  # this tenant has no unit for a quarter, so that its default counts
        "price": 44.5,
        "cost": 20,
        "priceAttribute": "FixedFee",
        "serializedFlag": False,
        "recurringFlag": True,
        "recurringRevenue": 44.5,
        "recurringCost": 20,
        "recurringBillCycle": {"id": 2, "identifier": "Q", "name": "Quarterly"},
        "recurringCycleType": "ContractYear",
        "integrationXRef": "newservice",
        **filled,
    }
    assert written.lines(44, of=NORTHWIND) == [
        {
            "catalogItem": {"id": product["id"], "identifier": "FAB-2001", "name": "Corvane L420 laptop"},
            "integrationXRef": "Q-4/line:i-4a",
            "description": "Corvane L420 laptop",
            "customerDescription": "16 inch, delivered",
            "productClass": "Inventory",
            "unitOfMeasure": EACH,
            "quantity": 1,
            "price": 899.5,
            "cost": 700.25,
            "extPrice": 899.5,
            "extCost": 700.25,
            "margin": 199.25,
        },
        {
            "catalogItem": {"id": service["id"], "identifier": "Managed firewall", "name": "Managed firewall"},
            "integrationXRef": "Q-4/line:i-4b",
            "description": "Managed firewall",
            "customerDescription": "Rules and patches",
            "productClass": "Agreement",
            "unitOfMeasure": EACH,
            "quantity": 2,
            "price": 44.5,
            "cost": 20,
            "recurring": {"recurringRevenue": 44.5, "recurringCost": 20, "billCycleId": 2},
            "extPrice": 89,
            "extCost": 40,
            "margin": 49,
        },
    ]


async def test_quote_of_a_new_company_brings_company_contact_and_opportunity(written: Written) -> None:
    (company,) = made(written.held[COMPANIES])
    tessellate = {"id": company["id"], "identifier": "TessellateCeramicsStudio", "name": "Tessellate Ceramics Studio"}
    site = {"id": company["site"]["id"], "name": "Main"}
    assert without(company, STAMPS) == {
        "identifier": "TessellateCeramicsStudio",
        "name": "Tessellate Ceramics Studio",
        "types": [{"id": 2, "name": "Prospect"}],
        "territoryManager": FIONA,
        "phoneNumber": "(614) 555-0142",
        "website": "https://www.tessellate.example",
        "addressLine1": "12 Kiln Lane",
        "city": "Columbus",
        "state": "OH",
        "zip": "43085",
        "site": site,
        "status": {"id": 1, "name": "Active"},
        "deletedFlag": False,
        "leadFlag": False,
        "unsubscribeFlag": False,
        "isVendorFlag": False,
        "dateAcquired": NOW,
        "_info": WHO,
    }
    (contact,) = made(written.held[CONTACTS])
    mail, phone = {"communicationType": "Email", "domain": "@tessellate.example"}, {"communicationType": "Phone"}
    assert [without(item, STAMPS) for item in contact["communicationItems"]] == [
        {"type": {"id": 1, "name": "Email"}, "value": "ana@tessellate.example", "defaultFlag": True, **mail},
        {"type": {"id": 2, "name": "Direct"}, "value": "(614) 555-0143", "defaultFlag": True, **phone},
        {"type": {"id": 4, "name": "Mobile"}, "value": "(614) 555-0144", "defaultFlag": False, **phone},
    ]
    assert without(contact, (*STAMPS, "communicationItems")) == {
        "firstName": "Ana",
        "lastName": "Bowman",
        "company": tessellate,
        "site": site,
        "inactiveFlag": False,
        "portalSecurityLevel": 1,
        "disablePortalLoginFlag": True,
        "types": [],
        "defaultFlag": False,
        "defaultPhoneType": "Direct",
        "defaultPhoneNbr": "(614) 555-0143",
        "defaultPhoneExtension": None,
        "_info": WHO,
    }
    (opportunity,) = made(written.held[OPPORTUNITIES])
    assert without(opportunity, STAMPS) == {
        "name": "New studio",
        "company": tessellate,
        "contact": {"id": contact["id"], "name": "Ana Bowman"},
        "site": site,
        "primarySalesRep": FIONA,
        "type": {"id": 3, "name": "Project"},
        "stage": {"id": 22, "name": "2.Proposal"},
        "status": {"id": 1, "name": "Open"},
        "probability": {"id": 6, "name": "60"},
        "expectedCloseDate": "2026-05-09T00:00:00Z",
        "notes": "Two floors",
        "locationId": 11,
        "businessUnitId": 10,
        "dateBecameLead": NOW,
        "pipelineChangeDate": NOW,
        "_info": WHO,
    }
    assert written.lines(opportunity["id"], of=tessellate) == [
        {
            "catalogItem": LAPTOP,
            "integrationXRef": "Q-5/line:i-5a",
            "description": "Corvane L310 laptop",
            "customerDescription": "14 inch, delivered",
            "productClass": "Inventory",
            "unitOfMeasure": EACH,
            "quantity": 1,
            "price": 780.95,
            "cost": 640.4,
            "extPrice": 780.95,
            "extCost": 640.4,
            "margin": 140.55,
        }
    ]


async def test_nothing_else_was_made_or_changed(written: Written) -> None:
    assert {name: len(made(rows)) for name, rows in written.held.items()} == {
        COMPANIES: 1,
        CONTACTS: 1,
        OPPORTUNITIES: 1,
        CATALOG: 2,
        LINES: 13,
    }
    assert len(written.sent) == 1 + 1 + 1 + 2 + 13
    assert {each.partition(" ")[0] for each in written.sent} == {"POST"}


@pytest.mark.parametrize(
    ("number", "evidence"),
    [
        ("Q-1", "opportunity #41 “Project Q-1”, 3 lines, total 1,514.71"),
        ("Q-2", "opportunity #42 “Project Q-2”, 3 lines, total 2,834.14"),
        ("Q-3", "opportunity #43 “Project Q-3”, 4 lines, total 1,372.85"),
        ("Q-4", "opportunity #44 “Project Q-4”, 2 lines, total 988.50"),
        ("Q-5", "opportunity #100001 “New studio”, 1 lines, total 780.95"),
    ],
)
async def test_what_is_said_of_each_is_what_is_there(written: Written, number: str, evidence: str) -> None:
    check = (await written.stage.attempts(number))[0].check
    assert check is not None
    assert check.evidence == f"Seen in ConnectWise: {evidence}"


async def test_what_connectwise_cannot_hold_of_the_first_quote_is_said(written: Written) -> None:
    check = (await written.stage.attempts("Q-1"))[0].check
    assert check is not None
    lost, discounts, options = check.warnings
    members = "Title, contact, owner, payment term, PO number, note, creation date, date of sending, approval date"
    assert lost.startswith(f"{members}, expiry date, delivery address: ")
    assert discounts == "Discounts: the lines have their prices after them"
    assert options == "Optional items: a line of ConnectWise is never optional, so that they are left out"


async def test_second_sync_and_single_retries_of_unchanged_quotes_send_no_write(written: Written) -> None:
    stage = written.stage
    stage.sandbox.log.clear()
    assert (await stage.everything()).by_outcome == {"in step": 5}
    for number in NUMBERS:
        assert (await stage.write(number)).by_outcome == {"in step": 1}
    assert stage.requests()
    assert stage.written() == []
