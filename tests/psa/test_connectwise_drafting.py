"""What records become in ConnectWise, field by field, and everything that is in the way of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.records import (
    Address,
    AnyRecord,
    Company,
    Contact,
    Named,
    Opportunity,
    Product,
    ProductType,
    Term,
)
from sync_desktop.domain.words import FailureKind, MappingOrigin, RecordKind
from sync_desktop.psa.connector import PENDING
from sync_desktop.psa.connectwise.fields import company_identifier, field_table, item_identifier
from sync_desktop.psa.connectwise.rows import CATALOG, COMPANIES, CONTACTS, OPPORTUNITIES
from sync_desktop.psa.connectwise.targets import PRODUCT_CATEGORY
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE
from tests.psa.connectwise_desk import Desk, desk
from tests.psa.tenant_client import Known

HARDWARE = Named(id="h1", name="Laptops")
LITWARE = Company(
    id="c9",
    name="Litware, Inc.",
    type="customer",
    phone="+1 208 555 0100",
    website="https://litware.example",
    address=Address(street="1 Main St", apartment="Suite 2", city="Boise", state="ID", zip="83702", country="US"),
    account_manager=Named(id="o1", name="Rosa Varga"),
    payment_term_id="t1",
)
ADA = Contact(
    id="p9",
    first_name="Ada",
    last_name="Kaur",
    email="ada@litware.example",
    phone="555 0100",
    mobile="555 0101",
    company=Named(id="c1"),
)
SERVER = Opportunity(
    id="d9",
    name="New server",
    description="As discussed:\r\nthree racks",
    company=Named(id="c1"),
    contact=Named(id="p1"),
    owner=Named(id="o1", name="Rosa Varga"),
    stage=Named(id="s1", name="Quote"),
    category=Named(id="k1", name="Hardware"),
    probability=Decimal("0.5"),
    expected_close_date=datetime(2026, 5, 1, tzinfo=UTC),
)
FIREWALL = Product(
    id="64f0c0ffee",
    name="FortiGate 60F",
    description="A firewall",
    category=HARDWARE,
    mpn="FG-60F",
    manufacturer="corvane",
    cost=Decimal("400.125"),
    price=Decimal("499.90"),
    is_serialized=True,
)
BACKUP = Product(
    id="64f0backup",
    name="Backup",
    type=ProductType.SERVICE,
    category=HARDWARE,
    cost=Decimal(5),
    price=Decimal("9.5"),
    term=Term.MONTHLY,
)
LISTS = {
    "company/countries": [{"id": 1, "name": "United States", "countryCode": "US"}],
    "company/communicationTypes": [
        {"id": 1, "description": "Email", "emailFlag": True},
        {"id": 4, "description": "Mobile", "phoneFlag": True},
        {"id": 2, "description": "Direct", "phoneFlag": True, "defaultFlag": True},
    ],
    "procurement/unitOfMeasures": [{"id": 85, "name": "Each"}, {"id": 88, "name": "Month"}],
}


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk(rows=LISTS) as made:
        await made.connector.prepare(list(RecordKind))
        yield made


@pytest.fixture
def known() -> Known:
    made = Known()
    made.add(Company(id="c1", name="Northwind"), external="20")
    made.add(Contact(id="p1", first_name="Kim"), external="40")
    made.map(OWNER, "o1", "2", name="Rosa Varga")
    made.map(STAGE, "s1", "8")
    made.map(CATEGORY, "k1", "2")
    made.map(PAYMENT_TERM, "t1", "6")
    made.map(PRODUCT_CATEGORY, "h1", "60/70/80")
    return made


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


CATEGORY_FAILURES = [
    (
        "41 is an inactive category",
        {"target_state": "inactive", "inactive_id": "41", "inactive_what": "category", "field": "category/id"},
    ),
    (
        "71 is an inactive subcategory",
        {"target_state": "inactive", "inactive_id": "71", "inactive_what": "subcategory", "field": "subcategory/id"},
    ),
    (
        "81 is an inactive product type",
        {"target_state": "inactive", "inactive_id": "81", "inactive_what": "product type", "field": "type/id"},
    ),
    ("Category 41 not found", {"target_state": "deleted"}),
    ("70 is a subcategory of 61 “Network” now, not of 60", {"target_state": "moved"}),
]


@pytest.mark.parametrize(("why", "facts"), CATEGORY_FAILURES)
async def test_a_broken_category_is_told_in_connectwises_own_words(
    at: Desk, known: Known, why: str, facts: dict[str, str]
) -> None:
    known.map(PRODUCT_CATEGORY, "h1", "41/71/81", name="Old › Older · Oldest", why_not=why)
    (failure,) = at.connector.draft(FIREWALL, known).failures
    assert (failure.kind, failure.message) == (FailureKind.MAPPING_INVALID, f"catalogItem object is invalid. {why}")
    wanted = {
        "mapping_kind": "product-category",
        "source_id": "h1",
        "source_name": "Laptops",
        "category": "Laptops",
        "target_id": "41/71/81",
        "target_name": "Old › Older · Oldest",
        "entity": "catalogItem",
        "product": "FortiGate 60F",
        **facts,
    }
    assert wanted.items() <= failure.facts.items()


async def test_a_category_that_connectwise_does_not_show_at_all_is_told_once(at: Desk, known: Known) -> None:
    known.map(PRODUCT_CATEGORY, "h1", "9/9/9", shown=False)
    (failure,) = at.connector.draft(FIREWALL, known).failures
    assert failure.message == "catalogItem object is invalid. Category 9 not found"
    assert failure.facts["target_state"] == "deleted"


async def test_a_category_without_a_mapping(at: Desk, known: Known) -> None:
    (failure,) = at.connector.draft(
        FIREWALL.model_copy(update={"category": Named(id="h2", name="Trays")}), known
    ).failures
    assert (failure.kind, failure.message) == (
        FailureKind.MAPPING_MISSING,
        "Category is not mapped to a product category",
    )
    assert failure.facts["source_id"] == "h2"


async def test_a_deleted_billing_term_is_told_as_salesbuildr_does(at: Desk, known: Known) -> None:
    known.map(PAYMENT_TERM, "t1", "5", shown=False)
    (failure,) = at.connector.draft(LITWARE, known).failures
    assert failure.message == "Payment term/type is deleted"


async def test_billing_terms_that_are_not_mapped_are_left_to_connectwise(at: Desk) -> None:
    known = Known()
    known.map(OWNER, "o1", "2", name="Rosa Varga")
    drafted = at.connector.draft(LITWARE, known)
    assert drafted.failures == ()
    assert drafted.draft is not None
    assert "billingTerms/id" not in drafted.draft.fields
    assert drafted.warnings == ("Payment term: it is not mapped, so that ConnectWise's own billing terms count",)


async def test_an_owner_is_a_member_and_nobody_is_invented(at: Desk, known: Known) -> None:
    (missing,) = at.connector.draft(SERVER.model_copy(update={"owner": Named(id="o2", name="Kai")}), known).failures
    assert (missing.kind, missing.message) == (FailureKind.MAPPING_MISSING, "Owner is not mapped to a member")
    known.map(OWNER, "o1", "3", name="Somebody Else", origin=MappingOrigin.SALESBUILDR)
    (mismatch,) = at.connector.draft(SERVER, known).failures
    assert mismatch.kind is FailureKind.LINK_MISMATCH


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
