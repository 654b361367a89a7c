"""The state of each target that a mapping leads to, as the tenant has it now, and what it costs to know.

The rows are changed as somebody in Autotask would; nothing valid is ever called broken.
"""

from collections import Counter
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from typing import Any

import pytest

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import FailureKind, MappingState
from sync_desktop.psa.autotask.client import Row
from sync_desktop.psa.autotask.kinds import KINDS, PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE, TAX_REGION
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, SHIPPING, STAGE, STATUS
from sync_desktop.sandbox.autotask.settings import ApiUser
from tests.psa.tenant_client import Desk, desk

BOOKED = {"generalLedgerAccount": 4000, "taxCategoryID": 1}
ROWS: dict[str, list[dict[str, Any]]] = {
    "BillingCodes": [
        {
            "id": 80,
            "name": "Hardware",
            "useType": 4,
            "isActive": True,
            "generalLedgerAccount": 4000,
            "taxCategoryID": 1,
        },
        {"id": 81, "name": "Old hardware", "useType": 4, "isActive": False},
        {"id": 82, "name": "Managed", "useType": 5, "isActive": True, "taxCategoryID": 1},
        {"id": 84, "name": "Old service", "useType": 5, "isActive": False},
    ],
    "TaxCategories": [{"id": 1, "name": "Goods", "isActive": True}],
    "ShippingTypes": [{"id": 93, "name": "Courier", "isActive": True}, {"id": 94, "name": "Post", "isActive": True}],
    "TaxRegions": [{"id": 1, "name": "Standard", "isActive": True}, {"id": 2, "name": "Old", "isActive": False}],
}
VALID, INACTIVE, DELETED = MappingState.VALID, MappingState.INACTIVE, MappingState.DELETED
GONE, WRONG_KIND, NOT_PERMITTED = MappingState.GONE, MappingState.WRONG_KIND, MappingState.NOT_PERMITTED
CLERK = ApiUser("clerk@fabrikam.example", "c", denied=frozenset({"BillingCodes", "TaxCategories"}))


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk(rows=ROWS) as made:
        yield made


def calls(at: Desk) -> list[str]:
    """Return what was asked, by its label."""
    return [each.label for each in at.sent]


def states(listing: Listing, ids: Collection[str] | None = None) -> dict[str, MappingState]:
    assert listing.failure is None
    return {each.id: each.state for each in listing.targets if ids is None or each.id in ids}


async def listed(at: Desk, kind: str, *wanted: str) -> dict[str, Target]:
    """Return the targets of a kind by id."""
    found = (await at.connector.listings({kind: wanted}))[kind]
    assert found.failure is None
    return {target.id: target for target in found.targets}


async def test_all_kinds_cost_a_call_for_each_list_and_each_entitys_fields(at: Desk) -> None:
    found = await at.connector.listings({kind.name: () for kind in KINDS})
    assert not [kind for kind, listing in found.items() if listing.failure or not listing.targets]
    assert Counter(calls(at)) == {
        "Read billing codes": 1,
        "Read the fields of BillingCodes": 1,
        "Read the names of TaxCategories": 1,
        "Read resources": 1,
        "Read the fields of Opportunities": 1,
        "Read the fields of Companies": 1,
        "Read the fields of Quotes": 1,
        "Read shipping types": 1,
        "Read tax regions": 1,
    }
    at.journal.exchanges.clear()
    await at.connector.listings({kind.name: () for kind in KINDS})
    assert len(calls(at)) == 7, "what only helps people is kept"


async def test_billing_codes_are_valid_inactive_or_of_the_wrong_use_type(at: Desk) -> None:
    found = await at.connector.listings({PRODUCT_BILLING_CODE: (), SERVICE_BILLING_CODE: ()})
    assert states(found[PRODUCT_BILLING_CODE]) == {
        "80": VALID,
        "81": INACTIVE,
        "82": WRONG_KIND,
        "84": INACTIVE,
    }
    assert states(found[SERVICE_BILLING_CODE]) == {"80": WRONG_KIND, "81": INACTIVE, "82": VALID, "84": INACTIVE}
    details = {target.id: target.detail for target in found[PRODUCT_BILLING_CODE].targets}
    assert details == {
        "80": "Material · GL Sales of goods · tax Goods",
        "81": "Material",
        "82": "Service · tax Goods",
        "84": "Service",
    }


async def test_ids_that_no_list_shows_are_asked_for_together_and_only_those(at: Desk) -> None:
    wanted = ("80", "81", "998", "999")
    found = await at.connector.listings({PRODUCT_BILLING_CODE: wanted, SERVICE_BILLING_CODE: wanted})
    for kind in (PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE):
        assert states(found[kind], ("998", "999")) == {"998": DELETED, "999": DELETED}
    asked = [each for each in at.sent if each.label == "Ask for 2 billing codes"]
    assert len(asked) == 1
    assert '"value":[998,999]' in asked[0].request_body.replace(" ", "")
    assert calls(at).count("Ask which BillingCodes this user sees") == 1


@pytest.mark.parametrize(
    ("kind", "entity", "row_id"),
    [
        (PRODUCT_BILLING_CODE, "BillingCodes", 80),
        (OWNER, "Resources", 3),
        (SHIPPING, "ShippingTypes", 93),
        (TAX_REGION, "TaxRegions", 1),
    ],
)
async def test_a_row_is_hidden_deactivated_and_deleted(at: Desk, kind: str, entity: str, row_id: int) -> None:
    wanted, store = str(row_id), at.practice.store
    before = await listed(at, kind, wanted)
    assert before[wanted].state is VALID

    show = store.hide(entity, lambda row: row["id"] == row_id)
    hidden = (await listed(at, kind, wanted))[wanted]
    assert (hidden.state, hidden.valid, hidden.called) == (GONE, False, f"#{wanted}")
    assert hidden.why_not == "it was deleted, or is hidden from this API user"
    show()

    store.update(entity, row_id, {"isActive": False})
    inactive = (await listed(at, kind, wanted))[wanted]
    assert (inactive.state, inactive.active, inactive.valid) == (INACTIVE, False, False)
    assert inactive.name == before[wanted].name, "what is inactive is still shown"

    store.delete(entity, row_id)
    after = await listed(at, kind, wanted)
    assert (after[wanted].state, after[wanted].why_not) == (DELETED, "it was deleted")
    assert {key: each for key, each in after.items() if key != wanted} == {
        key: each for key, each in before.items() if key != wanted
    }


@pytest.mark.parametrize(
    ("kind", "collection", "value"),
    [
        (STAGE, "picklists/opportunityStage", 22),
        (STATUS, "picklists/opportunityStatus", 1),
        (COMPANY_TYPE, "picklists/companyType", 2),
        (CATEGORY, "OpportunityCategories", 1),
        (PAYMENT_TERM, "PaymentTerms", 6),
    ],
)
async def test_a_value_of_a_pick_list_is_deactivated_renamed_and_deleted(
    at: Desk, kind: str, collection: str, value: int
) -> None:
    wanted, store = str(value), at.practice.store
    assert (await listed(at, kind, wanted))[wanted].state is VALID
    if store.get(collection, value) is None:
        store.insert(collection, {"id": value})
    store.update(collection, value, {"isActive": False, "name": "Once"})
    inactive = (await listed(at, kind, wanted))[wanted]
    assert (inactive.state, inactive.name, inactive.why_not) == (INACTIVE, "Once", "inactive in Autotask")

    store.update(collection, value, {"deleted": True})
    if not collection.startswith("picklists"):
        store.delete(collection, value)
    at.journal.exchanges.clear()
    assert (await listed(at, kind, wanted))[wanted].state is DELETED
    assert len(at.sent) == 1, "a value has no row that could be asked for"


async def test_statuses_say_what_they_mean_for_an_opportunity(at: Desk) -> None:
    found = await listed(at, STATUS)
    assert {each.name: (each.detail, each.state, each.valid) for each in found.values()} == {
        "Active": ("open", VALID, True),
        "Lost": ("lost", WRONG_KIND, False),
        "Closed": ("won", WRONG_KIND, False),
        "Implemented": ("won", WRONG_KIND, False),
        "Not Ready To Buy": ("", VALID, True),
    }


async def test_a_user_that_sees_half_of_a_list_calls_nothing_deleted_and_nothing_valid_broken(at: Desk) -> None:
    at.practice.store.hide("BillingCodes", lambda row: row["id"] in (80, 84))
    wanted = ("80", "82", "84", "999")
    found = await at.connector.listings({SERVICE_BILLING_CODE: wanted, OWNER: ("3", "999")})
    assert states(found[SERVICE_BILLING_CODE]) == {"81": INACTIVE, "82": VALID, "80": GONE, "84": GONE, "999": GONE}
    assert states(found[OWNER], ("3", "999")) == {"3": VALID, "999": DELETED}, "of those this user sees all"


@pytest.mark.parametrize(
    ("position", "access", "state"),
    [("restricted", "words", GONE), ("restricted", "numbers", GONE), ("all", "words", DELETED)],
)
async def test_hidden_is_told_from_deleted_where_autotask_tells_it(
    at: Desk, position: str, access: str, state: MappingState
) -> None:
    at.practice.switch("hidden_rows_access", position)
    at.practice.switch("user_access", access)
    at.practice.store.hide("Resources", lambda row: row["id"] == 3)
    assert (await listed(at, OWNER, "3"))["3"].state is state


async def test_where_autotask_does_not_say_what_a_user_sees_nothing_is_called_deleted(at: Desk) -> None:
    sees_all = at.client.sees_all

    async def not_told(entity: str) -> bool:
        raise SyncError(Failure(kind=FailureKind.SERVER, message=f"no word about {entity}"))

    at.client.sees_all = not_told  # type: ignore[method-assign]
    assert (await listed(at, OWNER, "999"))["999"].state is GONE
    at.client.sees_all = sees_all  # type: ignore[method-assign]
    assert (await listed(at, OWNER, "999"))["999"].state is DELETED


@pytest.mark.parametrize("position", ["empty", "403", "500"])
async def test_a_list_that_is_not_shown_breaks_nothing_and_takes_nothing_from_the_others(position: str) -> None:
    async with desk(CLERK, rows=ROWS, secret=CLERK.secret, username=CLERK.username) as at:
        at.practice.switch("denied_read", position)
        wanted = {PRODUCT_BILLING_CODE: ("80",), SERVICE_BILLING_CODE: ("82",), OWNER: ("3",), STAGE: ("22",)}
        found = await at.connector.listings(wanted)
        for kind in (PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE):
            failure = found[kind].failure
            assert failure is not None
            assert failure.kind is FailureKind.PERMISSION
            assert found[kind].targets == ()
        assert states(found[OWNER], ("3",)) | states(found[STAGE], ("22",)) == {"3": VALID, "22": VALID}
        assert calls(at).count("Read billing codes") == 1, "a list that is refused is asked for once"


async def test_a_list_that_is_empty_for_who_sees_all_is_empty(at: Desk) -> None:
    for row_id in list(at.practice.store.rows("TaxRegions")):
        at.practice.store.delete("TaxRegions", row_id)
    assert states((await at.connector.listings({TAX_REGION: ("1",)}))[TAX_REGION]) == {"1": DELETED}


@pytest.mark.parametrize(
    ("kind", "state"),
    [(FailureKind.PERMISSION, NOT_PERMITTED), (FailureKind.SERVER, MappingState.UNKNOWN)],
)
async def test_a_row_that_nobody_tells_of_is_not_broken(at: Desk, kind: FailureKind, state: MappingState) -> None:
    refusal = SyncError(Failure(kind=kind, message="no"))

    async def refused(*_args: object, **_more: object) -> list[Row]:
        raise refusal

    at.client.by_ids = refused  # type: ignore[method-assign]
    found = (await listed(at, OWNER, "3", "999"))["999"]
    assert (found.state, found.valid, found.can_be_sent) == (state, False, True)
    assert not found.state.is_broken
    assert found.why_not.endswith(": no")


async def test_names_of_tax_categories_that_a_user_may_not_read_are_left_out() -> None:
    clerk = replace(CLERK, denied=frozenset({"TaxCategories"}))
    async with desk(clerk, rows=ROWS, secret=CLERK.secret, username=CLERK.username) as at:
        at.practice.switch("denied_read", "403")
        found = await listed(at, PRODUCT_BILLING_CODE)
        assert found["80"].detail == "Material · GL Sales of goods"
        await listed(at, PRODUCT_BILLING_CODE)
        assert calls(at).count("Read the names of TaxCategories") == 1
