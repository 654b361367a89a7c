"""What HaloPSA's mapping kinds say of themselves, and what drafts make of them: groups, accounts, types, tax."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.mappings import OTHERS, OTHERS_LABEL, SITE
from sync_desktop.domain.records import (
    AnyRecord,
    Company,
    Contact,
    Named,
    Opportunity,
    Product,
    ProductType,
    Quote,
    QuoteItem,
)
from sync_desktop.domain.words import FailureKind, MappingState, RecordKind
from sync_desktop.psa.connector import Drafted
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, STAGE
from sync_desktop.psa.halopsa.drafting import Drafting
from sync_desktop.psa.halopsa.kinds import (
    EXPENSE,
    INCOME,
    KINDS,
    OPPORTUNITY_TYPE,
    PRODUCT_GROUP,
    PRODUCT_TYPE,
    QUOTE_STATUS,
    TAX,
)
from sync_desktop.psa.halopsa.rows import ITEM, LINES, OPPORTUNITIES
from sync_desktop.sandbox.halopsa.settings import packaged_entities
from tests.psa.halopsa_desk import Desk, desk
from tests.psa.tenant_client import Known
from tests.sandbox.halopsa_tenant import ROWS

COMPANY = Company(id="c1", name="Litware", type="Lead")
OPPORTUNITY = Opportunity(
    id="d1",
    name="New office",
    company=Named(id="c1"),
    contact=Named(id="p1"),
    owner=Named(id="o1", name="Ana Bowman"),
    stage=Named(id="s1", name="Proposal"),
    category=Named(id="k1", name="Hardware"),
)
LAPTOP = Product(id="a1", name="Laptop", category=Named(id="h1", name="Laptops"))
SETUP = Product(id="a2", name="Set-up", type=ProductType.LABOR, category=Named(id="l1", name="Labour"))
ITEMS = tuple(
    QuoteItem(id=f"i{number}", name="Laptop", product=Named(id="a1"), price=Decimal(9)) for number in range(2)
)
QUOTE = Quote(
    id="q1",
    number="Q-1",
    title="New office",
    company=Named(id="c1"),
    contact=Named(id="p1"),
    opportunity=Named(id="d1"),
    items=ITEMS,
)


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk(rows={"TicketType": ROWS["TicketType"][:3]}) as made:
        await made.connector.prepare(list(RecordKind))
        yield made


@pytest.fixture
def known() -> Known:
    made = Known()
    made.add(COMPANY, external="10")
    made.add(Contact(id="p1", first_name="Kim", company=Named(id="c1")), external="31")
    made.add(OPPORTUNITY, external="500")
    made.add(LAPTOP, external="90")
    made.map(OWNER, "o1", "2", name="Ana Bowman")
    made.map(STAGE, "s1", "111")
    made.map(CATEGORY, "k1", "1", name="Sales")
    made.map(PRODUCT_GROUP, "h1", "70/80")
    return made


def drafted(at: Desk, known: Known, record: AnyRecord) -> Drafted:
    return (
        at.connector.draft_quote(record, known).main if isinstance(record, Quote) else at.connector.draft(record, known)
    )


def sent(at: Desk, known: Known, record: AnyRecord, field: str) -> Any:
    """Return what a draft sends in a field."""
    made = drafted(at, known, record)
    assert made.draft is not None
    return made.draft.fields.get(field)


def in_the_way(at: Desk, known: Known, record: AnyRecord, kind: str) -> dict[str, str]:
    """Return the facts of the one failure about a mapping kind, with what sort of failure it is."""
    (failure,) = [each for each in drafted(at, known, record).failures if each.facts.get("mapping_kind") == kind]
    return {**failure.facts, "failure": failure.kind.value}


def test_each_kind_says_what_it_is_and_where_its_two_sides_are_kept() -> None:
    assert [kind.name for kind in KINDS] == [
        PRODUCT_GROUP,
        PRODUCT_TYPE,
        INCOME,
        EXPENSE,
        OWNER,
        OPPORTUNITY_TYPE,
        STAGE,
        CATEGORY,
        QUOTE_STATUS,
        COMPANY_TYPE,
        TAX,
        PAYMENT_TERM,
    ]
    for kind in KINDS:
        assert all((kind.label, kind.short_label, kind.valid_when, kind.hangs_on, kind.psa_page)), kind.name
        assert kind.needed_by
        assert kind.source_label
    assert {kind.name for kind in KINDS if kind.has_default} == {PRODUCT_GROUP, OWNER}
    assert {kind.name for kind in KINDS if kind.source == SITE} == {OPPORTUNITY_TYPE, TAX}
    assert Drafting.WORDS.keys() | {PRODUCT_GROUP, PRODUCT_TYPE} == {kind.name for kind in KINDS}


def test_the_fields_that_hold_targets_are_members_of_the_instance() -> None:
    entities = json.loads(packaged_entities().read_text("utf-8"))["entities"]
    for kind in KINDS:
        for entity, fields in kind.held_by.items():
            known = {name for names in entities[entity]["fields"].values() for name in names}
            assert set(fields) <= known, kind.name


async def test_a_category_comes_before_a_product_type_and_that_before_the_default(at: Desk, known: Known) -> None:
    known.map(PRODUCT_GROUP, OTHERS, "73/81")
    assert (sent(at, known, LAPTOP, "assetgroup_id"), sent(at, known, LAPTOP, "assettype_id")) == (70, 80)
    assert (sent(at, known, SETUP, "assetgroup_id"), sent(at, known, SETUP, "assettype_id")) == (73, 81)
    known.map(PRODUCT_TYPE, "labor", "73")
    assert (sent(at, known, SETUP, "assetgroup_id"), sent(at, known, SETUP, "assettype_id")) == (73, None)
    known.map(PRODUCT_GROUP, "l1", "70")
    assert sent(at, known, SETUP, "assetgroup_id") == 70


@pytest.mark.parametrize(
    ("kind", "source", "named"),
    [(PRODUCT_TYPE, "labor", "labor"), (PRODUCT_GROUP, OTHERS, OTHERS_LABEL), (PRODUCT_GROUP, "l1", "Labour")],
)
async def test_a_group_that_cannot_be_used_is_a_failure_about_the_mapping_that_led_there(
    at: Desk, known: Known, kind: str, source: str, named: str
) -> None:
    why = "Asset Group 71 “Cars” is not used for items"
    known.map(kind, source, "71", name="Cars", why_not=why, state=MappingState.WRONG_KIND)
    facts = in_the_way(at, known, SETUP, kind)
    assert (facts["failure"], facts["source_id"], facts["source_name"]) == (
        FailureKind.MAPPING_INVALID.value,
        source,
        named,
    )
    assert (facts["category"], facts["target_state"], facts["reason"]) == ("Labour", "wrong use", why)


async def test_without_any_mapping_the_failure_names_the_category(at: Desk, known: Known) -> None:
    facts = in_the_way(at, known, SETUP, PRODUCT_GROUP)
    assert (facts["failure"], facts["source_id"]) == (FailureKind.MAPPING_MISSING.value, "l1")


async def test_accounts_are_those_of_the_asset_group_by_mapping_then_by_the_sites_default(
    at: Desk, known: Known
) -> None:
    assert sent(at, known, LAPTOP, "nominalcode") is None
    known.defaults = {f"{ITEM}.nominalcode/70": "4000", f"{ITEM}.purchasenominalcode": "5000"}
    assert (sent(at, known, LAPTOP, "nominalcode"), sent(at, known, LAPTOP, "purchasenominalcode")) == ("4000", "5000")
    known.map(INCOME, "70", "4100")
    known.map(EXPENSE, "70", "5100-A")
    assert (sent(at, known, LAPTOP, "nominalcode"), sent(at, known, LAPTOP, "purchasenominalcode")) == (
        "4100",
        "5100-A",
    )
    known.map(INCOME, "70", "4200", active=False)
    facts = in_the_way(at, known, LAPTOP, INCOME)
    assert (facts["source_id"], facts["field"], facts["target_state"]) == ("70", "nominalcode", "inactive")


async def test_an_account_of_which_nothing_is_known_is_sent_and_the_instance_will_tell(at: Desk, known: Known) -> None:
    known.map(INCOME, "70", "9999", why_not="no list", state=MappingState.UNKNOWN)
    assert sent(at, known, LAPTOP, "nominalcode") == "9999"


async def test_whoever_has_no_owner_has_that_of_all_others(at: Desk, known: Known) -> None:
    nobody = OPPORTUNITY.model_copy(update={"owner": Named()})
    assert sent(at, known, COMPANY, "accountmanagertech") is None
    assert sent(at, known, nobody, "agent_id") is None
    known.map(OWNER, OTHERS, "1", name="House Account")
    assert sent(at, known, COMPANY, "accountmanagertech") == 1
    assert sent(at, known, nobody, "agent_id") == 1
    assert sent(at, known, OPPORTUNITY, "agent_id") == 2


async def test_the_type_of_opportunities_is_the_mapped_one_then_the_default_then_the_only_one(known: Known) -> None:
    async with desk() as at:
        await at.connector.prepare([RecordKind.OPPORTUNITY])
        facts = in_the_way(at, known, OPPORTUNITY, OPPORTUNITY_TYPE)
        assert (facts["failure"], facts["source_id"], facts["field"], facts["count"]) == (
            FailureKind.MAPPING_MISSING.value,
            OTHERS,
            "tickettype_id",
            "2",
        )
        known.defaults = {f"{OPPORTUNITIES}.tickettype_id": "42"}
        assert sent(at, known, OPPORTUNITY, "tickettype_id") == 42
        known.map(OPPORTUNITY_TYPE, OTHERS, "40")
        assert sent(at, known, OPPORTUNITY, "tickettype_id") == 40
        known.map(OPPORTUNITY_TYPE, OTHERS, "41", name="Old opportunity", active=False)
        facts = in_the_way(at, known, OPPORTUNITY, OPPORTUNITY_TYPE)
        assert (facts["failure"], facts["target_state"]) == (FailureKind.MAPPING_INVALID.value, "inactive")


async def test_a_customer_type_is_mapped_or_the_one_of_the_same_name(known: Known) -> None:
    lookups = [
        *ROWS["Lookup"],
        {"id": 58, "lookupid": 11, "name": "Customer Types"},
        {"id": -3, "lookupid": 58, "name": "Lead"},
    ]
    async with desk(rows={"Lookup": lookups}) as at:
        await at.connector.prepare([RecordKind.COMPANY])
        assert sent(at, known, COMPANY, "customertype") == -3
        known.map(COMPANY_TYPE, "Lead", "302")
        assert sent(at, known, COMPANY, "customertype") == 302
        known.map(COMPANY_TYPE, "Lead", "303", shown=False)
        assert in_the_way(at, known, COMPANY, COMPANY_TYPE)["target_state"] == "deleted"


async def test_each_line_has_the_mapped_tax_then_the_sites_default_then_that_of_its_item(
    at: Desk, known: Known
) -> None:
    def taxes() -> list[Any]:
        return [line.fields["item_tax_code"] for line in at.connector.draft_quote(QUOTE, known).lines]

    assert taxes() == [-1, -1]
    known.defaults = {f"{LINES}.item_tax_code": "41"}
    assert taxes() == [41, 41]
    known.map(TAX, OTHERS, "40")
    assert taxes() == [40, 40]


async def test_a_tax_that_is_gone_is_in_the_way_of_the_whole_quote_once(at: Desk, known: Known) -> None:
    known.map(TAX, OTHERS, "99", shown=False)
    facts = in_the_way(at, known, QUOTE, TAX)
    assert (facts["source_id"], facts["target_state"], facts["field"]) == (OTHERS, "deleted", "item_tax_code")
    assert at.connector.draft_quote(QUOTE, known).failures == ()


@pytest.mark.parametrize(("status", "warned"), [("", False), ("active", False), ("won", True)])
async def test_a_new_opportunity_is_an_open_one_which_is_told_of_others(
    at: Desk, known: Known, status: str, warned: bool
) -> None:
    record = OPPORTUNITY.model_copy(update={"status": Named(id=status)})
    told = [each for each in drafted(at, known, record).warnings if each.startswith("Status")]
    assert told == ["Status: a new opportunity is created as an open one"] * warned
