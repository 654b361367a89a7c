"""What drafting makes of the mappings of ConnectWise: own ones, those of all others, and what is wrong with one."""

from collections.abc import AsyncIterator

import pytest

from sync_desktop.domain.mappings import OTHERS, OTHERS_LABEL
from sync_desktop.domain.records import Named
from sync_desktop.domain.words import FailureKind, MappingOrigin, MappingState
from sync_desktop.psa.connectwise.kinds import BUSINESS_UNIT, COMPANY_STATUS, LOCATION, PRODUCT_CATEGORY, TAX_CODE
from sync_desktop.psa.connectwise.rows import COMPANIES, OPPORTUNITIES
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, STATUS
from tests.psa.connectwise_desk import Desk
from tests.psa.connectwise_records import FIREWALL, LITWARE, SERVER, prepared, site_knows
from tests.psa.tenant_client import Known


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with prepared() as made:
        yield made


@pytest.fixture
def known() -> Known:
    return site_knows()


CATEGORY_FAILURES = [
    (
        MappingState.INACTIVE,
        "41 is an inactive category",
        {"target_state": "inactive", "inactive_id": "41", "inactive_what": "category", "field": "category/id"},
    ),
    (
        MappingState.INACTIVE,
        "71 is an inactive subcategory",
        {"target_state": "inactive", "inactive_id": "71", "inactive_what": "subcategory", "field": "subcategory/id"},
    ),
    (
        MappingState.INACTIVE,
        "81 is an inactive product type",
        {"target_state": "inactive", "inactive_id": "81", "inactive_what": "product type", "field": "type/id"},
    ),
    (MappingState.GONE, "Category 41 not found", {"target_state": "deleted"}),
    (MappingState.MOVED, "70 is a subcategory of 61 “Network” now, not of 60", {"target_state": "moved"}),
]


@pytest.mark.parametrize(("state", "why", "facts"), CATEGORY_FAILURES)
async def test_a_broken_category_is_told_in_connectwises_own_words(
    at: Desk, known: Known, state: MappingState, why: str, facts: dict[str, str]
) -> None:
    known.map(PRODUCT_CATEGORY, "h1", "41/71/81", name="Old › Older · Oldest", why_not=why, state=state)
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


NEW = (LOCATION, BUSINESS_UNIT, COMPANY_STATUS, TAX_CODE, STATUS, OWNER, CATEGORY, PRODUCT_CATEGORY)
"""Kinds whose mapping of all others counts where a record names nothing."""


async def test_what_names_no_source_has_what_all_others_have(at: Desk, known: Known) -> None:
    known.defaults = {f"{OPPORTUNITIES}.locationId": "1", f"{COMPANIES}.status/id": "9"}
    for kind, target in zip(NEW, ("11", "10", "1", "7", "5", "2", "2", "60/70/80"), strict=True):
        known.map(kind, OTHERS, target)
    company = at.connector.draft(LITWARE, known).draft
    bare = SERVER.model_copy(update={"owner": Named(), "category": Named()})
    opportunity = at.connector.draft(bare, known).draft
    product = at.connector.draft(FIREWALL.model_copy(update={"category": Named()}), known).draft
    assert company is not None
    assert opportunity is not None
    assert product is not None
    assert (company.fields["status/id"], company.fields["taxCode/id"]) == (1, 7)
    names = ("locationId", "businessUnitId", "status/id", "primarySalesRep/id", "type/id")
    assert [opportunity.fields[name] for name in names] == [11, 10, 5, 2, 2]
    assert [product.fields[f"{name}/id"] for name in ("category", "subcategory", "type")] == [60, 70, 80]
    assert "taxCode/id" not in opportunity.fields, "an opportunity is taxed as its company is"


async def test_a_status_and_a_type_have_mappings_of_their_own(at: Desk, known: Known) -> None:
    record = SERVER.model_copy(update={"status": Named(id="on hold", name="On hold")})
    draft = at.connector.draft(record, known).draft
    assert draft is not None
    assert "status/id" not in draft.fields, "without a mapping it is ConnectWise's own default"
    known.map(STATUS, OTHERS, "5")
    known.map(STATUS, "on hold", "6")
    known.map(COMPANY_TYPE, "customer", "2")
    company, opportunity = at.connector.draft(LITWARE, known).draft, at.connector.draft(record, known).draft
    assert company is not None
    assert opportunity is not None
    assert opportunity.fields["status/id"] == 6
    assert company.fields["types/id"] == 2, "the mapping goes before the type of the same name"


async def test_what_the_site_gives_to_everything_new_and_cannot_be_used_is_in_the_way(at: Desk, known: Known) -> None:
    known.map(STATUS, OTHERS, "2", name="Won", why_not="it closes it", state=MappingState.WRONG_KIND)
    known.map(LOCATION, OTHERS, "99", shown=False)
    status, location = at.connector.draft(SERVER, known).failures
    assert status.message == "Opportunity status is mapped to an opportunity status that cannot be used: it closes it"
    assert location.message == "Location of new opportunities is mapped to an inactive or deleted location"
    for failure, kind, state in ((status, STATUS, "wrong use"), (location, LOCATION, "deleted")):
        assert (failure.kind, failure.facts["mapping_kind"]) == (FailureKind.MAPPING_INVALID, kind)
        assert (failure.facts["source_id"], failure.facts["target_state"]) == (OTHERS, state)


async def test_a_default_category_that_is_broken_is_told_of_the_default(at: Desk, known: Known) -> None:
    record = FIREWALL.model_copy(update={"category": Named(id="h2", name="Trays")})
    why, state = "71 is an inactive subcategory", MappingState.INACTIVE
    known.map(PRODUCT_CATEGORY, OTHERS, "60/71/80", why_not=why, state=state)
    (failure,) = at.connector.draft(record, known).failures
    assert failure.message == f"catalogItem object is invalid. {why}"
    assert (failure.facts["source_id"], failure.facts["category"]) == (OTHERS, OTHERS_LABEL)


async def test_a_mapping_that_is_known_only_in_part_is_as_good_as_none(at: Desk, known: Known) -> None:
    why = "nothing is known of its subcategory and its product type"
    known.map(PRODUCT_CATEGORY, "h1", "60", why_not=why, state=MappingState.UNMAPPED)
    (failure,) = at.connector.draft(FIREWALL, known).failures
    assert (failure.kind, failure.facts["reason"]) == (FailureKind.MAPPING_MISSING, why)
    assert (failure.facts["source_id"], failure.facts["target_id"]) == ("h1", "60")


async def test_a_category_that_nobody_may_ask_about_is_sent_so_that_connectwise_tells(at: Desk, known: Known) -> None:
    known.map(PRODUCT_CATEGORY, "h1", "60/70/80", why_not="not readable", state=MappingState.NOT_PERMITTED)
    assert at.connector.draft(FIREWALL, known).draft is not None
