"""What a record becomes in Autotask: the source of each field, what is required, too long, or in the way."""

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
    RecordRef,
    Term,
    ref_of,
)
from sync_desktop.domain.words import FailureKind, MappingOrigin, MappingState, RecordKind
from sync_desktop.psa.autotask.drafting import Drafting
from sync_desktop.psa.autotask.kinds import PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE
from sync_desktop.psa.autotask.metadata import EntityInfo, FieldInfo, PickValue
from sync_desktop.psa.connector import PENDING, Draft, Drafted
from sync_desktop.psa.drafting import CATEGORY, OWNER, STAGE
from tests.psa.tenant_client import Desk, Known, desk

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
ROSA = Named(id="o1", name="Rosa Varga")
COMPANY = Company(id="c1", name="Litware", type="Customer", phone="555-0101", website="litware.example")
CONTACT = Contact(id="p1", first_name="Ada", last_name="Kaur", email="ada@litware.example", company=Named(id="c1"))
OPPORTUNITY = Opportunity(
    id="d1",
    name="New office",
    description="Twelve desks",
    company=Named(id="c1"),
    contact=Named(id="p1"),
    owner=ROSA,
    stage=Named(id="s1", name="Proposal"),
    category=Named(id="k1", name="Hardware"),
    probability=Decimal("0.555"),
    revenue=Decimal("1200.50"),
    cost=Decimal(900),
    expected_close_date=AT,
    created_at=AT,
)
LAPTOP = Product(
    id="a1",
    name="Laptop",
    category=Named(id="h1", name="Laptops"),
    mpn="LX-5",
    internal_id="SKU-9",
    manufacturer="Corvane",
    price=Decimal("999.90"),
    cost=Decimal("700.1234567"),
)
BACKUP = Product(
    id="a2",
    name="Backup",
    type=ProductType.SERVICE,
    category=Named(id="m1", name="Managed"),
    price=Decimal(12),
    term=Term.MONTHLY,
    raw_term="monthly",
)


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk() as made:
        await made.connector.prepare(list(RecordKind))
        yield made


@pytest.fixture
def known() -> Known:
    """Return a site that knows all that the records above need."""
    made = Known()
    made.add(COMPANY, external="10")
    made.add(CONTACT, external="20")
    made.map(OWNER, "o1", "3", name="Rosa Varga")
    made.map(STAGE, "s1", "21")
    made.map(CATEGORY, "k1", "1")
    made.map(PRODUCT_BILLING_CODE, "h1", "80")
    made.map(SERVICE_BILLING_CODE, "m1", "82")
    made.defaults = {"Companies.ownerResourceID": "3"}
    return made


def fields(drafted: Drafted) -> dict[str, Any]:
    """Return the fields of a draft that nothing is in the way of."""
    assert drafted.failures == ()
    assert drafted.draft is not None
    return dict(drafted.draft.fields)


def in_the_way(drafted: Drafted) -> list[tuple[FailureKind, str]]:
    return [(failure.kind, failure.facts.get("field", "")) for failure in drafted.failures]


async def test_a_company_is_drafted_from_the_record_and_the_sites_defaults(at: Desk, known: Known) -> None:
    record = COMPANY.model_copy(update={"address": Address(street="1 Main St", city="Boise", zip="83702")})
    assert fields(at.connector.draft(record, known)) == {
        "companyName": "Litware",
        "companyType": 1,
        "ownerResourceID": 3,
        "billToAddressToUse": 1,
        "phone": "555-0101",
        "webAddress": "litware.example",
        "address1": "1 Main St",
        "city": "Boise",
        "postalCode": "83702",
        "isActive": True,
    }


async def test_the_account_manager_is_the_owner_and_an_unmapped_one_is_never_replaced_by_the_default(
    at: Desk, known: Known
) -> None:
    managed = COMPANY.model_copy(update={"account_manager": ROSA})
    assert fields(at.connector.draft(managed, known))["ownerResourceID"] == 3
    other = COMPANY.model_copy(update={"account_manager": Named(id="o9", name="Nobody")})
    assert in_the_way(at.connector.draft(other, known)) == [(FailureKind.MAPPING_MISSING, "ownerResourceID")]


async def test_required_fields_without_any_source_are_each_named(at: Desk) -> None:
    drafted = at.connector.draft(Company(id="c2", name="Adatum"), Known())
    assert set(in_the_way(drafted)) >= {
        (FailureKind.REQUIRED_FIELD, "ownerResourceID"),
        (FailureKind.REQUIRED_FIELD, "phone"),
    }
    assert all(failure.facts["company"] == "Adatum" for failure in drafted.failures)
    assert "Value does not exist for the required field phone" in {each.message for each in drafted.failures}


async def test_a_default_of_the_site_fills_a_required_field(at: Desk, known: Known) -> None:
    known.defaults = {**known.defaults, "Companies.phone": "000", "Companies.companyType": "3"}
    found = fields(at.connector.draft(Company(id="c2", name="Adatum"), known))
    assert (found["phone"], found["companyType"]) == ("000", 3)


def required(kind: str, *values: str) -> EntityInfo:
    """Return the fields of an entity that has one required field of a type, with these pick-list values."""
    picks = tuple(PickValue(value=value, label=value, active=True, default=False) for value in values)
    return {"extra": FieldInfo("extra", required=True, read_only=False, length=0, values=picks, type=kind)}


@pytest.mark.parametrize(
    ("kind", "setting", "sent"),
    [
        ("integer", "237", 237),
        ("long", " 29682885 ", 29682885),
        ("decimal", "12.50", Decimal("12.50")),
        ("double", "-1", Decimal(-1)),
        ("boolean", "true", True),
        ("boolean", "No", False),
        ("datetime", "2026-03-01", "2026-03-01T00:00:00Z"),
        ("datetime", "2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00Z"),
        ("string", "237", "237"),
    ],
)
def test_a_default_of_the_site_goes_out_in_the_type_of_its_field(
    known: Known, kind: str, setting: str, sent: object
) -> None:
    known.defaults = {"Companies.extra": setting}
    drafting = Drafting(ref_of(COMPANY), known, "Companies", info=required(kind))
    found = drafting.values(COMPANY, ())
    assert (found, drafting.failures) == ({"extra": sent}, [])
    assert type(found["extra"]) is type(sent)


@pytest.mark.parametrize("kind", ["integer", "decimal", "boolean", "datetime"])
def test_a_default_that_cannot_be_of_its_fields_type_is_in_the_way(known: Known, kind: str) -> None:
    known.defaults = {"Companies.extra": "perhaps"}
    drafting = Drafting(ref_of(COMPANY), known, "Companies", info=required(kind))
    assert drafting.values(COMPANY, ()) == {}
    (failure,) = drafting.failures
    assert failure.kind is FailureKind.REQUIRED_FIELD
    assert failure.message == f"The site's default for Companies.extra is “perhaps”, which is no {kind}"


def test_a_pick_list_of_texts_keeps_its_text(known: Known) -> None:
    known.defaults = {"Companies.extra": "2"}
    drafting = Drafting(ref_of(COMPANY), known, "Companies", info=required("string", "1", "2"))
    assert drafting.values(COMPANY, ()) == {"extra": "2"}


async def test_the_types_of_fields_are_those_that_the_tenant_tells(at: Desk) -> None:
    told = {name: info.type for name, info in at.connector._metadata.entity("Companies").items()}
    assert (told["countryID"], told["isActive"], told["companyName"]) == ("integer", "boolean", "string")
    assert at.connector._metadata.entity("Products")["unitPrice"].type == "decimal"


async def test_a_contact_is_drafted_under_its_company_and_is_active_as_a_number(at: Desk, known: Known) -> None:
    drafted = at.connector.draft(CONTACT, known)
    found = fields(drafted)
    assert found == {
        "companyID": 10,
        "firstName": "Ada",
        "lastName": "Kaur",
        "emailAddress": "ada@litware.example",
        "isActive": 1,
    }
    assert found["isActive"] is not True
    assert drafted.draft is not None
    assert drafted.draft.parent_id == "10"


async def test_what_is_created_before_stands_in_a_check_as_pending(at: Desk, known: Known) -> None:
    known.externals[RecordRef(kind=RecordKind.COMPANY, id="c1")] = PENDING
    assert fields(at.connector.draft(CONTACT, known))["companyID"] is PENDING


async def test_an_opportunity_is_drafted_field_by_field(at: Desk, known: Known) -> None:
    assert fields(at.connector.draft(OPPORTUNITY, known)) == {
        "title": "New office",
        "companyID": 10,
        "contactID": 20,
        "ownerResourceID": 3,
        "status": 1,
        "stage": 21,
        "probability": 56,
        "amount": Decimal("1200.5"),
        "cost": Decimal(900),
        "projectedCloseDate": "2026-03-01T10:00:00Z",
        "createDate": "2026-03-01T10:00:00Z",
        "useQuoteTotals": True,
        "opportunityCategoryID": 1,
        "description": "Twelve desks",
    }


@pytest.mark.parametrize(
    ("title", "blocked"), [("x" * 128, False), ("x" * 129, True)], ids=["128 letters", "129 letters"]
)
async def test_a_title_may_have_128_letters_and_is_never_cut(at: Desk, known: Known, title: str, blocked: bool) -> None:
    drafted = at.connector.draft(OPPORTUNITY.model_copy(update={"name": title}), known)
    assert in_the_way(drafted) == ([(FailureKind.INVALID_VALUE, "title")] if blocked else [])
    if blocked:
        (failure,) = drafted.failures
        assert failure.message == "Opportunity title is longer than 128 characters"
        assert failure.facts["title_length"] == "129"


async def test_a_text_that_may_be_cut_is_cut_with_a_warning(at: Desk, known: Known) -> None:
    drafted = at.connector.draft(OPPORTUNITY.model_copy(update={"description": "y" * 9000}), known)
    assert len(fields(drafted)["description"]) == 8000
    (warning,) = drafted.warnings
    assert warning.startswith("Autotask's description holds 8000 characters; the rest of “yyy")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"owner": Named(id="o9", name="Nobody")}, (FailureKind.MAPPING_MISSING, "ownerResourceID")),
        ({"stage": Named(id="s9", name="Lead")}, (FailureKind.MAPPING_MISSING, "stage")),
        ({"category": Named(id="k9", name="Cloud")}, (FailureKind.MAPPING_MISSING, "opportunityCategoryID")),
        ({"category": Named()}, (FailureKind.REQUIRED_FIELD, "opportunityCategoryID")),
        ({"owner": Named()}, (FailureKind.REQUIRED_FIELD, "ownerResourceID")),
        ({"expected_close_date": None}, (FailureKind.REQUIRED_FIELD, "projectedCloseDate")),
        ({"probability": None}, (FailureKind.REQUIRED_FIELD, "probability")),
    ],
)
async def test_each_thing_that_an_opportunity_lacks_is_the_one_thing_in_its_way(
    at: Desk, known: Known, change: dict[str, Any], expected: tuple[FailureKind, str]
) -> None:
    assert in_the_way(at.connector.draft(OPPORTUNITY.model_copy(update=change), known)) == [expected]


async def test_everything_that_is_wrong_is_told_at_once(at: Desk, known: Known) -> None:
    bad = OPPORTUNITY.model_copy(update={"owner": Named(id="o9"), "stage": Named(id="s9"), "name": "x" * 200})
    assert len(at.connector.draft(bad, known).failures) == 3


async def test_an_owner_that_salesbuildr_maps_to_somebody_else_is_a_mismatch_and_one_set_by_hand_is_not(
    at: Desk, known: Known
) -> None:
    known.map(OWNER, "o1", "3", name="Ana Bowman", origin=MappingOrigin.SALESBUILDR)
    (failure,) = at.connector.draft(OPPORTUNITY, known).failures
    assert failure.kind is FailureKind.LINK_MISMATCH
    assert (failure.facts["found_name"], failure.facts["expected_name"]) == ("Ana Bowman", "Rosa Varga")
    known.map(OWNER, "o1", "3", name="Ana Bowman", origin=MappingOrigin.HAND)
    assert fields(at.connector.draft(OPPORTUNITY, known))["ownerResourceID"] == 3


@pytest.mark.parametrize(
    ("active", "shown", "state"), [(False, True, "inactive"), (True, False, "deleted")], ids=["inactive", "deleted"]
)
async def test_a_mapping_to_what_is_no_longer_there_says_which(
    at: Desk, known: Known, active: bool, shown: bool, state: str
) -> None:
    known.targets.clear()
    known.mappings.clear()
    known.map(OWNER, "o1", "4", name="Gone Person", active=active, shown=shown)
    failure = next(
        each for each in at.connector.draft(OPPORTUNITY, known).failures if each.facts["field"] == "ownerResourceID"
    )
    assert failure.kind is FailureKind.MAPPING_INVALID
    assert failure.message == "Owner is mapped to an inactive or deleted resource"
    assert failure.facts["target_state"] == state


async def test_a_product_is_drafted_with_its_billing_code_and_stamp(at: Desk, known: Known) -> None:
    drafted = at.connector.draft(LAPTOP, known)
    assert drafted.draft is not None
    assert (drafted.draft.entity, drafted.draft.key) == ("Products", "a1")
    found = fields(drafted)
    assert found["productBillingCodeID"] == 80
    assert found["externalProductID"] == "a1"
    assert (found["manufacturerProductName"], found["internalProductID"]) == ("LX-5", "SKU-9")
    assert (found["unitPrice"], found["unitCost"]) == (Decimal("999.9"), Decimal("700.1235"))
    assert None not in found.values()


async def test_a_service_is_drafted_with_a_period_and_a_code_of_use_type_service(at: Desk, known: Known) -> None:
    drafted = at.connector.draft(BACKUP, known)
    assert drafted.draft is not None
    assert drafted.draft.entity == "Services"
    found = fields(drafted)
    info = at.connector._metadata.field("Services", "periodType")
    assert info is not None
    monthly = info.labelled("Monthly")
    assert monthly is not None
    assert (found["billingCodeID"], found["periodType"]) == (82, int(monthly.value))
    assert found["externalID"] == "a2"


async def test_where_a_tenant_has_no_key_field_for_services_none_is_stamped(known: Known) -> None:
    async with desk() as at:
        at.practice.switch("services_2026_fields", "off")
        await at.connector.prepare([RecordKind.PRODUCT])
        drafted = at.connector.draft(BACKUP, known)
        assert "externalID" not in fields(drafted)
        assert drafted.draft is not None
        assert drafted.draft.key == ""
        assert await at.connector.by_keys("Services", ["a2"]) == {}


@pytest.mark.parametrize(
    ("record", "entity"),
    [
        (LAPTOP, "Products"),
        (BACKUP, "Services"),
        (Product(id="b", name="B", type=ProductType.BUNDLE), "Products"),
        (Product(id="b", name="B", type=ProductType.BUNDLE, term=Term.MONTHLY), "ServiceBundles"),
        (Product(id="b", name="B", type=ProductType.LABOR), "Roles"),
        (COMPANY, "Companies"),
        (CONTACT, "Contacts"),
        (OPPORTUNITY, "Opportunities"),
    ],
    ids=str,
)
async def test_each_record_becomes_its_entity(at: Desk, record: AnyRecord, entity: str) -> None:
    assert at.connector.entity_of(record) == entity
    assert at.connector.creates(entity) == (entity != "Roles")


async def test_labour_cannot_be_created_and_says_so(at: Desk, known: Known) -> None:
    drafted = at.connector.draft(Product(id="b", name="Engineer", type=ProductType.LABOR), known)
    assert drafted.draft is None
    assert [failure.message for failure in drafted.failures] == ["Labour has no role"]


@pytest.mark.parametrize(
    ("mapped", "state"),
    [
        ({}, "missing"),
        ({"shown": False}, "deleted"),
        ({"active": False, "why_not": "inactive in Autotask"}, "inactive"),
        (
            {"why_not": "its use type is Service, and Material is needed", "state": MappingState.WRONG_KIND},
            "wrong use",
        ),
    ],
    ids=["missing", "deleted", "inactive", "wrong use"],
)
async def test_a_billing_code_that_cannot_be_used_says_why(
    at: Desk, known: Known, mapped: dict[str, Any], state: str
) -> None:
    del known.mappings[PRODUCT_BILLING_CODE, "h1"]
    if mapped:
        known.targets.clear()
        known.map(PRODUCT_BILLING_CODE, "h1", "81", name="Old hardware", **mapped)
    (failure,) = at.connector.draft(LAPTOP, known).failures
    assert failure.message == "BillingCode does not exist or is invalid"
    assert failure.facts["target_state"] == state
    assert (failure.facts["category"], failure.facts["product"]) == ("Laptops", "Laptop")
    assert failure.kind is (FailureKind.MAPPING_MISSING if state == "missing" else FailureKind.MAPPING_INVALID)


@pytest.mark.parametrize("term", [Term.ONE_TIME, Term.MONTHLY, Term.QUARTERLY, Term.SEMI_ANNUAL, Term.YEARLY])
async def test_a_service_has_a_period_for_every_known_term(at: Desk, known: Known, term: Term) -> None:
    assert isinstance(fields(at.connector.draft(BACKUP.model_copy(update={"term": term}), known))["periodType"], int)


async def test_an_unknown_term_is_in_the_way_with_its_raw_text(at: Desk, known: Known) -> None:
    (failure,) = at.connector.draft(
        BACKUP.model_copy(update={"term": Term.UNKNOWN, "raw_term": "fortnightly"}), known
    ).failures
    assert (failure.kind, failure.message) == (FailureKind.INVALID_VALUE, "Unknown billing term")
    assert failure.facts["reason"] == "fortnightly"


def _created(draft: Draft | None) -> Draft:
    assert draft is not None
    return draft


@pytest.mark.parametrize("record", [COMPANY, CONTACT, OPPORTUNITY, LAPTOP, BACKUP], ids=lambda record: record.name)
async def test_autotask_takes_every_draft_and_holds_what_was_meant(at: Desk, known: Known, record: AnyRecord) -> None:
    draft = _created(at.connector.draft(record, known).draft)
    made = await at.connector.create(draft)
    seen = (await at.connector.read(draft.entity, [made]))[made]
    assert seen.name == record.name
    for name, value in draft.fields.items():
        assert seen.fields[name] == value, name


async def test_the_field_table_says_of_every_field_where_it_comes_from(at: Desk) -> None:
    table = at.connector.field_table
    assert set(table) == set(RecordKind)
    rows = [row for kind in RecordKind for row in table[kind]]
    assert all(row.comes_from for row in rows)
    never = {
        "Opportunities.stage",
        "Opportunities.status",
        "Opportunities.probability",
        "Opportunities.ownerResourceID",
    }
    never |= {"Opportunities.projectedCloseDate", "Products.unitPrice", "Products.unitCost"}
    never |= {"Products.productBillingCodeID", "Services.unitPrice", "Services.billingCodeID"}
    assert not {row.field for row in rows if row.updates} & never
    assert never <= {row.field for row in rows}
    assert {"bundle contents", "discount", "owner", "MSRP"} <= {row.field for row in rows if not row.held}
