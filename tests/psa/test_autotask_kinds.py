"""What Autotask's mapping kinds say of themselves, and what drafts make of them: defaults, statuses, types, regions."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.mappings import OTHERS, OTHERS_LABEL, SITE
from sync_desktop.domain.records import AnyRecord, Company, Named, Opportunity, Product, ProductType, Quote, Term
from sync_desktop.domain.words import FailureKind, MappingState, RecordKind
from sync_desktop.psa.autotask.drafting import Drafting
from sync_desktop.psa.autotask.kinds import KINDS, PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE, TAX_REGION
from sync_desktop.psa.connector import Drafted
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, SHIPPING, STAGE, STATUS
from tests.psa.tenant_client import Desk, Known, desk

COMPANY = Company(id="c1", name="Litware", type="Lead", phone="555-0101")
OPPORTUNITY = Opportunity(
    id="d1",
    name="New office",
    company=Named(id="c1"),
    owner=Named(id="o1", name="Rosa Varga"),
    stage=Named(id="s1", name="Proposal"),
    category=Named(id="k1", name="Hardware"),
    probability=Decimal("0.5"),
)
LAPTOP = Product(id="a1", name="Laptop", category=Named(id="h1", name="Laptops"))
BACKUP = Product(
    id="a2",
    name="Backup",
    type=ProductType.SERVICE,
    category=Named(id="m1", name="Managed"),
    price=Decimal(9),
    term=Term.MONTHLY,
)
QUOTE = Quote(id="q1", number="Q-1", title="New office", company=Named(id="c1"), opportunity=Named(id="d1"))


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk() as made:
        await made.connector.prepare(list(RecordKind))
        yield made


@pytest.fixture
def known() -> Known:
    made = Known()
    made.add(COMPANY, external="10")
    made.add(OPPORTUNITY, external="30")
    made.map(OWNER, "o1", "3", name="Rosa Varga")
    made.map(STAGE, "s1", "21")
    made.map(CATEGORY, "k1", "1")
    made.map(PRODUCT_BILLING_CODE, "h1", "80")
    made.map(SERVICE_BILLING_CODE, "m1", "82")
    made.defaults = {"Companies.ownerResourceID": "2"}
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
    about = [each for each in drafted(at, known, record).failures if each.facts.get("mapping_kind") == kind]
    (failure,) = about
    return {**failure.facts, "failure": failure.kind.value}


def test_each_kind_says_what_it_is_and_where_its_two_sides_are_kept() -> None:
    assert [kind.name for kind in KINDS] == [
        PRODUCT_BILLING_CODE,
        SERVICE_BILLING_CODE,
        OWNER,
        STAGE,
        STATUS,
        CATEGORY,
        COMPANY_TYPE,
        PAYMENT_TERM,
        SHIPPING,
        TAX_REGION,
    ]
    for kind in KINDS:
        assert all((kind.label, kind.short_label, kind.valid_when, kind.hangs_on, kind.needed_by)), kind.name
        assert not kind.salesbuildr_page.endswith(">")
    assert {kind.name for kind in KINDS if kind.has_default} == {PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE, OWNER}
    assert {kind.name for kind in KINDS if kind.optional} == {STATUS, COMPANY_TYPE, TAX_REGION}
    assert {kind.name for kind in KINDS if kind.source == SITE} == {TAX_REGION}
    assert Drafting.WORDS.keys() | {PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE} == {kind.name for kind in KINDS}


async def test_the_fields_that_hold_targets_are_fields_of_the_tenant(at: Desk) -> None:
    for kind in KINDS:
        for entity, fields in kind.held_by.items():
            known = {row["name"] for row in await at.client.fields(entity)}
            assert set(fields) <= known, kind.name


@pytest.mark.parametrize(
    ("record", "kind", "field"),
    [(LAPTOP, PRODUCT_BILLING_CODE, "productBillingCodeID"), (BACKUP, SERVICE_BILLING_CODE, "billingCodeID")],
    ids=["product", "service"],
)
async def test_a_category_without_a_code_of_its_own_has_the_default_one(
    at: Desk, known: Known, record: Product, kind: str, field: str
) -> None:
    known.map(kind, OTHERS, "99")
    assert sent(at, known, record, field) in (80, 82), "its own mapping comes first"
    del known.mappings[kind, record.category.id]
    assert sent(at, known, record, field) == 99
    assert sent(at, known, record.model_copy(update={"category": Named()}), field) == 99
    del known.mappings[kind, OTHERS]
    facts = in_the_way(at, known, record, kind)
    assert (facts["failure"], facts["source_id"], facts["target_state"]) == (
        FailureKind.MAPPING_MISSING.value,
        record.category.id,
        "missing",
    )


async def test_a_default_code_that_cannot_be_used_is_a_failure_about_all_others(at: Desk, known: Known) -> None:
    del known.mappings[PRODUCT_BILLING_CODE, "h1"]
    known.map(PRODUCT_BILLING_CODE, OTHERS, "82", name="Managed", why_not="no", state=MappingState.WRONG_KIND)
    facts = in_the_way(at, known, LAPTOP, PRODUCT_BILLING_CODE)
    assert facts["failure"] == FailureKind.MAPPING_INVALID.value
    assert (facts["source_id"], facts["source_name"], facts["category"]) == (OTHERS, OTHERS_LABEL, "Laptops")
    assert (facts["target_id"], facts["target_state"]) == ("82", "wrong use")


async def test_a_code_that_nobody_may_read_is_sent_and_the_tenant_will_tell(at: Desk, known: Known) -> None:
    known.map(PRODUCT_BILLING_CODE, "h1", "80", active=False, why_not="?", state=MappingState.NOT_PERMITTED)
    assert sent(at, known, LAPTOP, "productBillingCodeID") == 80


async def test_whoever_has_no_owner_has_that_of_all_others_before_the_sites_default(at: Desk, known: Known) -> None:
    nobody = OPPORTUNITY.model_copy(update={"owner": Named()})
    assert sent(at, known, COMPANY, "ownerResourceID") == 2
    assert sent(at, known, nobody, "ownerResourceID") is None
    known.map(OWNER, OTHERS, "1", name="House Account")
    assert sent(at, known, COMPANY, "ownerResourceID") == 1
    assert sent(at, known, nobody, "ownerResourceID") == 1
    other = OPPORTUNITY.model_copy(update={"owner": Named(id="o9", name="Somebody New")})
    assert sent(at, known, other, "ownerResourceID") == 1
    assert sent(at, known, OPPORTUNITY, "ownerResourceID") == 3


async def test_a_company_type_is_mapped_or_the_one_of_the_same_name(at: Desk, known: Known) -> None:
    assert sent(at, known, COMPANY, "companyType") == 2
    known.map(COMPANY_TYPE, "Lead", "3")
    assert sent(at, known, COMPANY, "companyType") == 3
    known.map(COMPANY_TYPE, "Lead", "9", shown=False)
    assert in_the_way(at, known, COMPANY, COMPANY_TYPE)["target_state"] == "deleted"
    assert sent(at, known, COMPANY.model_copy(update={"type": "Customer"}), "companyType") == 1


@pytest.mark.parametrize(
    ("called", "target", "label", "status", "warned"),
    [
        ("", "", "", 1, ""),
        ("Active", "", "", 1, ""),
        ("won", "", "", 1, "Status: “won” is not mapped, so that a new opportunity is created as an open one"),
        ("open", "6", "Open - hot", 6, ""),
        ("hold", "5", "Not Ready To Buy", 1, "Status: it is mapped to “Not Ready To Buy”, which does not say"),
    ],
    ids=["none", "open by name", "not mapped", "open", "unknown"],
)
async def test_a_new_opportunity_is_open_whatever_its_status_leads_to(
    at: Desk, known: Known, called: str, target: str, label: str, status: int, warned: str
) -> None:
    if target:
        known.map(STATUS, called, target, name=label)
    record = OPPORTUNITY.model_copy(update={"status": Named(id=called)})
    assert sent(at, known, record, "status") == status
    warnings = [each for each in drafted(at, known, record).warnings if each.startswith("Status")]
    assert len(warnings) == bool(warned)
    assert all(each.startswith(warned) for each in warnings)


async def test_the_status_that_the_site_calls_open_can_be_mapped_to(at: Desk, known: Known) -> None:
    known.defaults = {**known.defaults, "Opportunities.status": "5"}
    known.map(STATUS, "hold", "5", name="Not Ready To Buy")
    record = OPPORTUNITY.model_copy(update={"status": Named(id="hold")})
    assert sent(at, known, record, "status") == 5
    assert drafted(at, known, record).warnings == ()


async def test_a_status_that_is_mapped_to_none_or_to_a_closed_one_is_in_the_way(at: Desk, known: Known) -> None:
    known.map(STATUS, "open", "6", shown=False)
    record = OPPORTUNITY.model_copy(update={"status": Named(id="open", name="Open")})
    facts = in_the_way(at, known, record, STATUS)
    assert (facts["target_state"], facts["opportunity_status"]) == ("deleted", "Open")
    known.map(STATUS, "open", "3", name="Closed", why_not="it closes it", state=MappingState.WRONG_KIND)
    assert in_the_way(at, known, record, STATUS)["target_state"] == "wrong use"


@pytest.mark.parametrize("record", [COMPANY, QUOTE], ids=["company", "quote"])
async def test_the_sites_tax_region_is_sent_where_one_is_mapped(at: Desk, known: Known, record: AnyRecord) -> None:
    assert sent(at, known, record, "taxRegionID") is None
    known.map(TAX_REGION, OTHERS, "2")
    made = drafted(at, known, record)
    assert made.draft is not None
    assert made.draft.fields["taxRegionID"] == 2
    assert "taxRegionID" not in made.draft.updatable
    known.map(TAX_REGION, OTHERS, "2", name="Exempt", active=False)
    facts = in_the_way(at, known, record, TAX_REGION)
    assert (facts["failure"], facts["source_id"]) == (FailureKind.MAPPING_INVALID.value, OTHERS)
    assert (facts["target_state"], facts["target_name"], facts["field"]) == ("inactive", "Exempt", "taxRegionID")
