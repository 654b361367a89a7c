"""What records become in HaloPSA, field by field, and everything that is in the way of it."""

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
)
from sync_desktop.domain.words import FailureKind, MappingOrigin, MappingState, RecordKind
from sync_desktop.psa.connector import PENDING
from sync_desktop.psa.drafting import CATEGORY, OWNER, STAGE
from sync_desktop.psa.halopsa.fields import field_table
from sync_desktop.psa.halopsa.kinds import PRODUCT_GROUP
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, LINES, OPPORTUNITIES, QUOTATION, USERS
from tests.psa.halopsa_desk import Desk, desk
from tests.psa.tenant_client import Known
from tests.sandbox.halopsa_tenant import ROWS

HARDWARE = Named(id="h1", name="Laptops")
LITWARE = Company(
    id="c9",
    name=" Litware, Inc.",
    type="customer",
    phone="+1 208 555 0100",
    website="https://litware.example",
    address=Address(street="1 Main St", apartment="Suite 2", city="Boise", state="ID", zip="83702", country="US"),
    account_manager=Named(id="o1", name="Ana Bowman"),
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
    owner=Named(id="o1", name="Ana Bowman"),
    stage=Named(id="s1", name="Qualified"),
    category=Named(id="k1", name="Hardware"),
    probability=Decimal("0.55"),
    revenue=Decimal("4496.2"),
    cost=Decimal("3721.4"),
    expected_close_date=datetime(2026, 5, 1, tzinfo=UTC),
)
FIREWALL = Product(
    id="64f0c0ffee",
    name="FortiGate 60F",
    description="A firewall",
    category=HARDWARE,
    mpn="FG-60F",
    internal_id="SKU-1",
    cost=Decimal("400.125"),
    price=Decimal("499.90"),
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
LOOKUPS = [
    *ROWS["Lookup"],
    {"id": 58, "lookupid": 11, "name": "Customer Types"},
    {"id": -3, "lookupid": 58, "name": "Customer"},
    {"id": 302, "lookupid": 58, "name": "Prospect", "inactive": True},
]
EXPECTED: list[tuple[AnyRecord, str, dict[str, Any]]] = [
    (
        LITWARE,
        CLIENT,
        {
            "name": "Litware, Inc.",
            "website": "https://litware.example",
            "customertype": -3,
            "accountmanagertech": 2,
            "main_site/phonenumber": "+1 208 555 0100",
            "main_site/line1": "1 Main St",
            "main_site/line2": "Suite 2",
            "main_site/line3": "Boise",
            "main_site/line4": "ID",
            "main_site/postcode": "83702",
        },
    ),
    (
        ADA,
        USERS,
        {
            "name": "Ada Kaur",
            "firstname": "Ada",
            "surname": "Kaur",
            "client_id": 10,
            "emailaddress": "ada@litware.example",
            "phonenumber": "555 0100",
            "mobilenumber": "555 0101",
        },
    ),
    (
        SERVER,
        OPPORTUNITIES,
        {
            "summary": "New server",
            "details": "As discussed:\r\nthree racks",
            "tickettype_id": 40,
            "pipeline_stage_id": -9,
            "client_id": 10,
            "user_id": 31,
            "agent_id": 2,
            "categoryid_1": 1,
            "category_1": "Sales>Hardware",
            "targetdate": "2026-05-01T00:00:00Z",
            "oppvalue": Decimal("4496.2"),
            "oppprofit": Decimal("774.8"),
            "oppconversionprobability": Decimal(55),
        },
    ),
    (
        FIREWALL,
        ITEM,
        {
            "name": "FortiGate 60F",
            "description": "A firewall",
            "assetgroup_id": 70,
            "assettype_id": 80,
            "baseprice": Decimal("499.9"),
            "costprice": Decimal("400.125"),
            "isrecurringitem": False,
            "supplier_part_code": "FG-60F",
            "internalreference": "SKU-1",
            "externalreference": "64f0c0ffee",
        },
    ),
    (
        BACKUP,
        ITEM,
        {
            "name": "Backup",
            "assetgroup_id": 70,
            "assettype_id": 80,
            "baseprice": Decimal("9.5"),
            "costprice": Decimal(5),
            "isrecurringitem": True,
            "recurringprice": Decimal("9.5"),
            "recurringcost": Decimal(5),
            "item_default_billing_period": 2,
            "externalreference": "64f0backup",
        },
    ),
]


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk(rows={"Lookup": LOOKUPS, "TicketType": ROWS["TicketType"][:3]}) as made:
        await made.connector.prepare(list(RecordKind))
        yield made


@pytest.fixture
def known() -> Known:
    made = Known()
    made.add(Company(id="c1", name="Northwind"), external="10")
    made.add(Contact(id="p1", first_name="Kim", company=Named(id="c1")), external="31")
    made.map(OWNER, "o1", "2", name="Ana Bowman")
    made.map(STAGE, "s1", "-9")
    made.map(CATEGORY, "k1", "1", name="Sales>Hardware")
    made.map(PRODUCT_GROUP, "h1", "70/80")
    return made


@pytest.mark.parametrize(("record", "entity", "fields"), EXPECTED, ids=lambda each: str(getattr(each, "name", "")))
async def test_every_record_field_by_field(
    at: Desk, known: Known, record: AnyRecord, entity: str, fields: dict[str, Any]
) -> None:
    drafted = at.connector.draft(record, known)
    assert drafted.failures == ()
    assert drafted.draft is not None
    assert (drafted.draft.entity, at.connector.entity_of(record), at.connector.creates(entity)) == (
        entity,
        entity,
        True,
    )
    assert dict(drafted.draft.fields) == fields


async def test_a_product_is_stamped_and_only_names_and_texts_are_sent_again(at: Desk, known: Known) -> None:
    draft = at.connector.draft(FIREWALL, known).draft
    assert draft is not None
    assert draft.key == "64f0c0ffee"
    assert draft.updatable == {"name", "description"}


async def test_what_the_site_has_as_defaults_is_sent(at: Desk, known: Known) -> None:
    known.defaults = {
        f"{CLIENT}.toplevel_id": "1",
        f"{CLIENT}.customertype": "302",
        f"{OPPORTUNITIES}.status_id": "2",
        f"{OPPORTUNITIES}.team": "Sales",
        f"{OPPORTUNITIES}.categoryid_1": "1",
        f"{ITEM}.nominalcode": "4000",
        f"{ITEM}.nominalcode/70": "4100",
        f"{ITEM}.purchasenominalcode": "5000",
        "billingperiod.yearly": "5",
        "billingperiod.monthly": "7",
    }
    company = at.connector.draft(LITWARE.model_copy(update={"type": ""}), known).draft
    assert company is not None
    assert (company.fields["toplevel_id"], company.fields["customertype"]) == (1, 302)
    chance = at.connector.draft(SERVER.model_copy(update={"category": Named()}), known).draft
    assert chance is not None
    assert {name: chance.fields[name] for name in ("status_id", "team", "categoryid_1")} == {
        "status_id": 2,
        "team": "Sales",
        "categoryid_1": 1,
    }
    for term, period in ((Term.YEARLY, 5), (Term.MONTHLY, 7)):
        item = at.connector.draft(BACKUP.model_copy(update={"term": term}), known).draft
        assert item is not None
        assert item.fields["item_default_billing_period"] == period
        assert (item.fields["nominalcode"], item.fields["purchasenominalcode"]) == ("4100", "5000")


async def test_the_mapping_of_a_category_may_lead_to_an_asset_group_alone(at: Desk, known: Known) -> None:
    known.map(PRODUCT_GROUP, "h1", "70")
    draft = at.connector.draft(FIREWALL, known).draft
    assert draft is not None
    assert draft.fields["assetgroup_id"] == 70
    assert "assettype_id" not in draft.fields


async def test_a_company_that_will_be_created_is_waited_for(at: Desk, known: Known) -> None:
    known.externals[RecordRef(kind=RecordKind.COMPANY, id="c1")] = PENDING
    draft = at.connector.draft(ADA, known).draft
    assert draft is not None
    assert (draft.fields["client_id"], draft.parent_id) == (PENDING, PENDING)


def failures(at: Desk, known: Known, record: AnyRecord) -> list[tuple[FailureKind, str, str]]:
    found = at.connector.draft(record, known).failures
    return [(each.kind, each.message, each.facts.get("target_state", each.facts.get("field", ""))) for each in found]


@pytest.mark.parametrize(
    ("why", "now", "state", "field"),
    [
        ("Asset Group 70 “Cars” is not used for items", MappingState.WRONG_KIND, "wrong use", "assetgroup_id"),
        ("Asset Group 70 not found", MappingState.GONE, "deleted", "assetgroup_id"),
        ("Asset Type 80 not found", MappingState.GONE, "deleted", "assettype_id"),
        (
            "Asset Type 80 is now of Asset Group 73 “Services”, not of 70",
            MappingState.MOVED,
            "moved",
            "assettype_id",
        ),
    ],
)
async def test_a_category_whose_target_is_no_use_says_why_once(
    at: Desk, known: Known, why: str, now: MappingState, state: str, field: str
) -> None:
    known.map(PRODUCT_GROUP, "h1", "70/80", why_not=why, state=now)
    (failure,) = at.connector.draft(FIREWALL, known).failures
    assert (failure.kind, failure.message) == (FailureKind.MAPPING_INVALID, why)
    facts = {"target_state": state, "field": field, "target_id": "70/80", "source_id": "h1", "category": "Laptops"}
    assert {name: failure.facts[name] for name in facts} == facts
    assert failure.facts["mapping_kind"] == PRODUCT_GROUP


async def test_a_category_without_a_mapping_and_one_that_leads_nowhere(at: Desk, known: Known) -> None:
    del known.mappings[PRODUCT_GROUP, "h1"]
    missing = (FailureKind.MAPPING_MISSING, "Category is not mapped to an asset group", "missing")
    assert failures(at, known, FIREWALL) == [missing]
    known.map(PRODUCT_GROUP, "h1", "107/216", shown=False)
    assert failures(at, known, FIREWALL) == [(FailureKind.MAPPING_INVALID, "Asset Group 107 not found", "deleted")]


async def test_an_opportunity_needs_its_category_and_a_type(at: Desk, known: Known) -> None:
    bare = SERVER.model_copy(update={"category": Named()})
    required = FailureKind.REQUIRED_FIELD
    assert failures(at, known, bare) == [(required, "Please populate category", "categoryid_1")]
    async with desk() as many:
        await many.connector.prepare([RecordKind.OPPORTUNITY])
        (failure,) = many.connector.draft(SERVER, known).failures
        assert (failure.message, failure.facts["count"]) == ("No opportunity type is set", "2")
        assert failure.facts["setting"] == f"{OPPORTUNITIES}.tickettype_id"
        known.defaults = {f"{OPPORTUNITIES}.tickettype_id": "42"}
        draft = many.connector.draft(SERVER, known).draft
        assert draft is not None
        assert draft.fields["tickettype_id"] == 42


async def test_an_owner_who_is_not_mapped_or_is_somebody_else(at: Desk, known: Known) -> None:
    del known.mappings[OWNER, "o1"]
    unmapped = (FailureKind.MAPPING_MISSING, "Owner is not mapped to an agent", "missing")
    assert failures(at, known, SERVER) == [unmapped]
    known.map(OWNER, "o1", "2", name="Somebody Else", origin=MappingOrigin.SALESBUILDR)
    ((kind, message, _),) = failures(at, known, SERVER)
    assert (kind, message) == (FailureKind.LINK_MISMATCH, "Link names another record")
    known.map(OWNER, "o1", "3", name="Gone Person", active=False)
    inactive = (FailureKind.MAPPING_INVALID, "Owner is mapped to an inactive or deleted agent", "inactive")
    assert failures(at, known, SERVER) == [inactive]


async def test_a_term_that_no_number_is_known_of_needs_a_setting(at: Desk, known: Known) -> None:
    (failure,) = at.connector.draft(BACKUP.model_copy(update={"term": Term.YEARLY}), known).failures
    assert failure.message == "No billing period of HaloPSA is set for yearly items"
    assert (failure.kind, failure.facts["setting"]) == (FailureKind.REQUIRED_FIELD, "billingperiod.yearly")
    unknown = BACKUP.model_copy(update={"term": Term.UNKNOWN, "raw_term": "fortnightly"})
    (failure,) = at.connector.draft(unknown, known).failures
    assert (failure.message, failure.facts["reason"]) == ("Unknown billing term", "fortnightly")


async def test_what_the_instance_demands_of_people_is_known_before_it_refuses(known: Known) -> None:
    control = {"id": 1, "RUserEmailMandatory": True, "ruserphonemandatory": True, "rmaincontactcompulsary": True}
    async with desk(rows={"Control": [control]}) as at:
        await at.connector.prepare(list(RecordKind))
        bare = ADA.model_copy(update={"email": "", "phone": "", "mobile": ""})
        required = FailureKind.REQUIRED_FIELD
        assert failures(at, known, bare) == [
            (required, "Please populate email address", "emailaddress"),
            (required, "Please populate phone number", "phonenumber"),
        ]
        plain = LITWARE.model_copy(update={"type": ""})
        contactless = (required, "Please populate main contact name", "main_contact/name")
        assert failures(at, known, plain) == [contactless]
        nobody = Contact(id="p7", first_name="Abe", company=Named(id="c9"))
        known.add(nobody, ADA.model_copy(update={"company": Named(id="c9")}))
        draft = at.connector.draft(plain, known).draft
        assert draft is not None
        assert draft.fields["main_contact/name"] == "Ada Kaur"
        assert draft.fields["main_contact/emailaddress"] == "ada@litware.example"


@pytest.mark.parametrize(("told", "sent"), [({"rmaincontactcompulsary": False}, False), ({}, True)])
async def test_a_main_contact_is_sent_unless_the_instance_says_that_it_needs_none(
    known: Known, told: dict[str, bool], sent: bool
) -> None:
    known.add(ADA.model_copy(update={"company": Named(id="c9")}))
    async with desk(rows={"Control": [{"id": 1, **told}]}) as at:
        await at.connector.prepare([RecordKind.COMPANY])
        draft = at.connector.draft(LITWARE, known).draft
        assert draft is not None
        assert ("main_contact/name" in draft.fields) is sent


async def test_a_stage_is_not_sent_where_pipeline_stages_are_switched_off(known: Known) -> None:
    async with desk(rows={"Control": [{"id": 1, "rshowpipelinestages": False}]}) as at:
        await at.connector.prepare([RecordKind.OPPORTUNITY])
        known.defaults = {f"{OPPORTUNITIES}.tickettype_id": "40"}
        drafted = at.connector.draft(SERVER, known)
        assert drafted.draft is not None
        assert "pipeline_stage_id" not in drafted.draft.fields
        assert drafted.warnings == ("Stage: pipeline stages are switched off in HaloPSA, so that it is not sent",)


async def test_what_cannot_be_held_is_a_warning(at: Desk, known: Known) -> None:
    company = LITWARE.model_copy(update={"type": "Prospect", "payment_term_id": "t1"})
    told = at.connector.draft(company, known).warnings
    assert [each.partition(":")[0] for each in told] == ["Type", "Country", "Payment term"]
    marked = {"manufacturer": "Fortinet", "msrp": Decimal(600), "is_serialized": True, "type": ProductType.BUNDLE}
    told = at.connector.draft(FIREWALL.model_copy(update=marked), known).warnings
    assert [each.partition(":")[0] for each in told] == ["Bundle contents", "Manufacturer", "MSRP", "Serialized"]


def test_the_field_table_names_every_field_and_every_loss() -> None:
    table = field_table()
    assert set(table) == set(RecordKind)
    held = {row.field.rpartition(".")[0] for rows in table.values() for row in rows if row.held}
    assert held == {CLIENT, USERS, OPPORTUNITIES, ITEM, QUOTATION, LINES}
    assert {row.field for row in table[RecordKind.QUOTE] if not row.held} >= {"payment term", "discount"}
    assert all(row.comes_from for rows in table.values() for row in rows)
    never = {"pipeline_stage_id", "status_id", "agent_id", "oppconversionprobability", "targetdate", "baseprice"}
    again = {row.field.rpartition(".")[2] for rows in table.values() for row in rows if row.updates}
    assert not never & again
