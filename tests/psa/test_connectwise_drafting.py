"""What records become in ConnectWise, field by field, and everything that is in the way of it."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.records import (
    Address,
    AnyRecord,
    Company,
    Named,
    ProductType,
    Term,
)
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import PENDING
from sync_desktop.psa.connectwise.fields import company_identifier, field_table, item_identifier
from sync_desktop.psa.connectwise.rows import CATALOG, COMPANIES, CONTACTS, OPPORTUNITIES
from tests.psa.connectwise_desk import Desk, desk
from tests.psa.connectwise_records import ADA, BACKUP, FIREWALL, LITWARE, SERVER, prepared, site_knows
from tests.psa.tenant_client import Known


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with prepared() as made:
        yield made


@pytest.fixture
def known() -> Known:
    return site_knows()


EXPECTED: list[tuple[AnyRecord, str, dict[str, Any]]] = [
    (
        LITWARE,
        COMPANIES,
        {
            "identifier": "LitwareInc",
            "name": "Litware, Inc.",
            "types/id": 1,
            "territoryManager/id": 2,
            "billingTerms/id": 6,
            "phoneNumber": "+1 208 555 0100",
            "website": "https://litware.example",
            "addressLine1": "1 Main St",
            "addressLine2": "Suite 2",
            "city": "Boise",
            "state": "ID",
            "zip": "83702",
            "country/id": 1,
        },
    ),
    (
        ADA,
        CONTACTS,
        {
            "firstName": "Ada",
            "lastName": "Kaur",
            "company/id": 20,
            "communicationItems/Email/1": "ada@litware.example",
            "communicationItems/Phone/2": "555 0100",
            "communicationItems/Phone/4": "555 0101",
        },
    ),
    (
        SERVER,
        OPPORTUNITIES,
        {
            "name": "New server",
            "company/id": 20,
            "contact/id": 40,
            "primarySalesRep/id": 2,
            "type/id": 2,
            "stage/id": 8,
            "probability/id": 2,
            "expectedCloseDate": "2026-05-01T00:00:00Z",
            "notes": "As discussed: three racks",
        },
    ),
    (
        FIREWALL,
        CATALOG,
        {
            "identifier": "FG-60F",
            "description": "FortiGate 60F",
            "category/id": 60,
            "subcategory/id": 70,
            "type/id": 80,
            "productClass": "Inventory",
            "unitOfMeasure/id": 85,
            "price": Decimal("499.9"),
            "cost": Decimal("400.125"),
            "customerDescription": "A firewall",
            "manufacturer/id": 86,
            "manufacturerPartNumber": "FG-60F",
            "serializedFlag": True,
            "integrationXRef": "64f0c0ffee",
        },
    ),
    (
        BACKUP,
        CATALOG,
        {
            "identifier": "Backup",
            "description": "Backup",
            "category/id": 60,
            "subcategory/id": 70,
            "type/id": 80,
            "productClass": "Agreement",
            "unitOfMeasure/id": 88,
            "price": Decimal("9.5"),
            "cost": Decimal(5),
            "priceAttribute": "FixedFee",
            "customerDescription": "Backup",
            "recurringFlag": True,
            "recurringRevenue": Decimal("9.5"),
            "recurringCost": Decimal(5),
            "recurringBillCycle/id": 2,
            "recurringCycleType": "ContractYear",
            "integrationXRef": "64f0backup",
        },
    ),
]


@pytest.mark.parametrize(("record", "entity", "fields"), EXPECTED, ids=lambda each: getattr(each, "id", ""))
async def test_a_record_field_by_field(
    at: Desk, known: Known, record: AnyRecord, entity: str, fields: dict[str, Any]
) -> None:
    drafted = at.connector.draft(record, known)
    assert drafted.failures == ()
    assert drafted.draft is not None
    assert (drafted.draft.entity, drafted.draft.fields) == (entity, fields)


@pytest.mark.parametrize(("record", "entity", "fields"), EXPECTED, ids=lambda each: getattr(each, "id", ""))
async def test_what_was_drafted_is_taken_and_held_as_it_was_sent(
    at: Desk, known: Known, record: AnyRecord, entity: str, fields: dict[str, Any]
) -> None:
    draft = at.connector.draft(record, known).draft
    assert draft is not None
    made = await at.connector.create(draft)
    seen = (await at.connector.read(entity, [made]))[made]
    assert {name: seen.fields.get(name) for name in fields} == fields


async def test_texts_never_hold_line_ends_which_would_come_back_as_blanks(at: Desk, known: Known) -> None:
    draft = at.connector.draft(SERVER, known).draft
    assert draft is not None
    assert draft.fields["notes"] == "As discussed: three racks"


@pytest.mark.parametrize(
    ("type_", "term", "no_procurement", "wanted"),
    [
        (ProductType.PRODUCT, Term.ONE_TIME, False, "Inventory"),
        (ProductType.PRODUCT, Term.ONE_TIME, True, "NonInventory"),
        (ProductType.SERVICE, Term.MONTHLY, False, "Agreement"),
        (ProductType.SERVICE, Term.ONE_TIME, False, "Service"),
        (ProductType.LABOR, Term.ONE_TIME, False, "Service"),
        (ProductType.BUNDLE, Term.ONE_TIME, False, "Bundle"),
        (ProductType.BUNDLE, Term.MONTHLY, False, "Agreement"),
    ],
)
async def test_the_class_of_a_product(
    at: Desk, known: Known, type_: ProductType, term: Term, no_procurement: bool, wanted: str
) -> None:
    record = FIREWALL.model_copy(
        update={"type": type_, "term": term, "does_not_require_procurement": no_procurement, "msrp": None}
    )
    draft = at.connector.draft(record, known).draft
    assert draft is not None
    assert draft.fields["productClass"] == wanted


async def test_a_site_can_say_which_class_its_products_are(at: Desk, known: Known) -> None:
    known.defaults = {"procurement/catalog.productClass": "NonInventory"}
    draft = at.connector.draft(FIREWALL, known).draft
    assert draft is not None
    assert draft.fields["productClass"] == "NonInventory"


async def test_defaults_of_the_site_are_sent_as_numbers_where_they_are_identifiers(at: Desk, known: Known) -> None:
    known.defaults = {
        f"{COMPANIES}.types/id": "2",
        f"{COMPANIES}.status/id": "1",
        f"{COMPANIES}.territory/id": "11",
        f"{OPPORTUNITIES}.locationId": "11",
        f"{OPPORTUNITIES}.businessUnitId": "10",
        f"{OPPORTUNITIES}.primarySalesRep/id": "2",
    }
    company = at.connector.draft(LITWARE.model_copy(update={"type": ""}), known).draft
    opportunity = at.connector.draft(SERVER.model_copy(update={"owner": Named()}), known).draft
    assert company is not None
    assert opportunity is not None
    assert [company.fields[name] for name in ("types/id", "status/id", "territory/id")] == [2, 1, 11]
    sent = [opportunity.fields[name] for name in ("locationId", "businessUnitId", "primarySalesRep/id")]
    assert sent == [11, 10, 2]


async def test_identifiers_that_are_not_known_yet_stay_pending(at: Desk, known: Known) -> None:
    known.add(Company(id="c1", name="Northwind"), external=PENDING)
    draft = at.connector.draft(ADA, known).draft
    assert draft is not None
    assert draft.fields["company/id"] is PENDING
    assert draft.parent_id is PENDING


@pytest.mark.parametrize(
    ("record", "field", "message"),
    [
        (ADA.model_copy(update={"first_name": " "}), "firstName", "The firstName field is required."),
        (SERVER.model_copy(update={"owner": Named()}), "primarySalesRep/id", "The primarySalesRep field is required."),
        (SERVER.model_copy(update={"contact": Named()}), "contact/id", "The contact field is required."),
        (LITWARE.model_copy(update={"address": Address()}), "addressLine1", "At least one address field is required"),
    ],
)
async def test_what_connectwise_requires_and_the_record_lacks(
    at: Desk, known: Known, record: AnyRecord, field: str, message: str
) -> None:
    (failure,) = at.connector.draft(record, known).failures
    assert (failure.kind, failure.message) == (FailureKind.REQUIRED_FIELD, message)
    assert failure.facts["field"] == field
    assert failure.facts[str(record.kind)] == record.name


async def test_a_title_that_is_too_long_is_not_cut(at: Desk, known: Known) -> None:
    (failure,) = at.connector.draft(SERVER.model_copy(update={"name": "x" * 101}), known).failures
    assert failure.message == "Opportunity title is longer than 100 characters"
    assert failure.facts["limit"] == "100"


async def test_a_products_name_that_is_too_long_is_cut_and_said(at: Desk, known: Known) -> None:
    drafted = at.connector.draft(FIREWALL.model_copy(update={"name": "y" * 61}), known)
    assert drafted.draft is not None
    assert drafted.draft.fields["description"] == "y" * 60
    assert drafted.warnings == (f"ConnectWise's description holds 60 characters; the rest of “{'y' * 40}…” is cut",)


async def test_a_recurring_product_needs_a_billing_cycle(at: Desk, known: Known) -> None:
    record = BACKUP.model_copy(update={"term": Term.YEARLY})
    (failure,) = at.connector.draft(record, known).failures
    assert failure.message == "recurringBillCycle or recurringOneTimeFlag is required."
    known.defaults = {"finance/billingCycles.yearly": "7"}
    draft = at.connector.draft(record, known).draft
    assert draft is not None
    assert draft.fields["recurringBillCycle/id"] == 7


async def test_a_term_that_is_not_known_is_not_guessed(at: Desk, known: Known) -> None:
    record = BACKUP.model_copy(update={"term": Term.UNKNOWN, "raw_term": "fortnightly"})
    (failure,) = at.connector.draft(record, known).failures
    assert (failure.message, failure.facts["reason"]) == ("Unknown billing term", "fortnightly")


async def test_what_connectwise_does_not_show_or_cannot_hold_is_said(at: Desk, known: Known) -> None:
    company = at.connector.draft(
        LITWARE.model_copy(update={"type": "Partner", "address": Address(city="Ulm", country="Atlantis")}), known
    )
    product = at.connector.draft(
        FIREWALL.model_copy(update={"manufacturer": "Unheard", "msrp": Decimal(600), "is_eligible_for_rma": True}),
        known,
    )
    opportunity = at.connector.draft(
        SERVER.model_copy(update={"probability": Decimal("0.35"), "revenue": Decimal(1)}), known
    )
    assert company.warnings == (
        "Type: ConnectWise shows no company type “Partner”",
        "Country: ConnectWise shows no country “Atlantis”",
    )
    assert product.warnings == (
        "Manufacturer: ConnectWise shows no manufacturer “Unheard”",
        "MSRP, eligible for RMA: a catalog item has no field for it",
    )
    assert opportunity.warnings == (
        "Probability: ConnectWise has no 35 %, so that its stage's own counts",
        "Revenue: ConnectWise adds it up from the lines",
    )
    assert [each.failures for each in (company, product, opportunity)] == [(), (), ()]


async def test_a_tenant_without_mobile_numbers_is_told_so(known: Known) -> None:
    async with desk() as at:
        await at.connector.prepare([RecordKind.CONTACT])
        drafted = at.connector.draft(ADA, known)
        assert drafted.warnings == ("Mobile phone: ConnectWise has no communication type for it",)


def test_short_names_are_letters_and_digits_and_long_ones_do_not_become_one() -> None:
    names = [
        "International Business Solutions East",
        "International Business Solutions West",
        "Zürich & Söhne",
        "株式会社",
    ]
    made = [company_identifier(Company(id="64f0ab", name=name)) for name in names]
    assert made[2:] == ["ZurichSohne", "SB64f0ab"]
    assert len(set(made)) == 4
    assert all(len(each) <= 25 and each.isalnum() and each.isascii() for each in made)


def test_a_catalog_items_identifier() -> None:
    assert item_identifier(FIREWALL) == "FG-60F"
    assert item_identifier(FIREWALL.model_copy(update={"internal_id": "INT-7"})) == "INT-7"
    long = [item_identifier(BACKUP.model_copy(update={"name": f"{'b' * 70}{end}"})) for end in "12"]
    assert len(set(long)) == 2
    assert {len(each) for each in long} == {60}


def test_price_cost_category_stage_and_status_are_never_changed_later() -> None:
    rows = [row for kind in field_table().values() for row in kind if not row.field.startswith("procurement/products")]
    later = {row.field.partition(".")[2] for row in rows if row.updates}
    assert not later & {"price", "cost", "category/id", "subcategory/id", "type/id", "stage/id", "status/id"}
    assert not later & {"primarySalesRep/id", "probability/id", "expectedCloseDate", "types/id", "identifier"}
    assert {"name", "notes", "description"} <= later


async def test_everything_that_is_sent_stands_in_the_field_table(at: Desk, known: Known) -> None:
    told = {row.field for kind in field_table().values() for row in kind if row.held}
    for record, entity, fields in EXPECTED:
        draft = at.connector.draft(record, known).draft
        assert draft is not None
        names = {name for name in fields if not name.startswith("communicationItems")}
        assert {f"{entity}.{name}" for name in names} <= told
        assert draft.updatable <= set(fields) | {"lastName"}
