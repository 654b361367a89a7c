"""Every state that a mapping's target can have at ConnectWise, provoked behind our back in the running sandbox."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync_desktop.domain.mappings import SITE, Target, part_kind
from sync_desktop.domain.words import FailureKind, MappingState, RecordKind
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.connectwise import categories
from sync_desktop.psa.connectwise.kinds import (
    BUSINESS_UNIT,
    COMPANY_STATUS,
    KINDS,
    LOCATION,
    PRODUCT_CATEGORY,
    TAX_CODE,
)
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, STAGE, STATUS
from sync_desktop.sandbox.connectwise.settings import ApiMember
from tests.psa.connectwise_desk import desk
from tests.psa.connectwise_running import Running, running
from tests.sandbox.connectwise_tenant import ROWS

CATEGORIES, SUBCATEGORIES, TYPES = (path for path, _ in categories.PARTS)
ACTIVE: dict[str, list[dict[str, Any]]] = {
    CATEGORIES: [{"id": row_id, "name": f"Category {row_id}", "inactiveFlag": False} for row_id in range(31, 40)],
    SUBCATEGORIES: [
        {
            "id": 10 * category + number,
            "name": f"Subcategory {10 * category + number}",
            "category": {"id": category, "name": f"Category {category}"},
            "inactiveFlag": False,
        }
        for category in range(31, 40)
        for number in (1, 2)
    ],
    TYPES: [{"id": row_id, "name": f"Type {row_id}", "inactiveFlag": False} for row_id in (1, 2, 3, 4)],
}
"""Everything can be used, until somebody changes it."""

State = tuple[MappingState, str]


@pytest.fixture
async def at() -> AsyncIterator[Running]:
    async with running({**ROWS, **ACTIVE}) as made:
        yield made


def states(listing: Listing, *wanted: str) -> dict[str, State]:
    assert listing.failure is None
    found = {each.id: each for each in listing.targets}
    assert len(found) == len(listing.targets), "each target is listed once"
    return {each: (found[each].state, found[each].why_not) for each in wanted or found}


PROVOKED: dict[str, tuple[MappingState, str]] = {
    "31/311/1": (MappingState.VALID, ""),
    "32/321/1": (MappingState.INACTIVE, "32 is an inactive category"),
    "33/331/1": (MappingState.GONE, "Category 33 not found"),
    "34/341/1": (MappingState.INACTIVE, "341 is an inactive subcategory"),
    "34/342/1": (MappingState.GONE, "Subcategory 342 not found"),
    "35/351/1": (MappingState.MOVED, "351 is a subcategory of 36 “Category 36” now, not of 35"),
    "35/352/1": (
        MappingState.PARENT_INACTIVE,
        "352 is a subcategory of 32 “Category 32” now, not of 35; 32 is an inactive category",
    ),
    "37/371/2": (MappingState.INACTIVE, "2 is an inactive product type"),
    "37/371/3": (MappingState.GONE, "Product type 3 not found"),
    "38/381/1": (MappingState.GONE, "Category 38 not found"),
    "32/341/1": (
        MappingState.INACTIVE,
        "341 is an inactive subcategory; 341 is a subcategory of 34 “Category 34” now, not of 32",
    ),
    "32": (
        MappingState.INACTIVE,
        "32 is an inactive category; nothing is known of its subcategory and its product type",
    ),
    "/341": (
        MappingState.INACTIVE,
        "341 is an inactive subcategory; nothing is known of its category and its product type",
    ),
    "//2": (
        MappingState.INACTIVE,
        "2 is an inactive product type; nothing is known of its category and its subcategory",
    ),
    "31": (MappingState.UNMAPPED, "nothing is known of its subcategory and its product type"),
    "31/311": (MappingState.UNMAPPED, "nothing is known of its product type"),
    "99/991/9": (
        MappingState.GONE,
        "Category 99 not found; Subcategory 991 not found; Product type 9 not found",
    ),
}
"""What mappings lead to, and what is to be said of it once `provoke` has been at work."""


async def provoke(at: Running) -> None:
    """Do to the tenant's categories whatever an administrator can do to them."""
    await at.row("PATCH", CATEGORIES, 32, inactiveFlag=True)
    await at.row("DELETE", CATEGORIES, 33)
    await at.row("PATCH", SUBCATEGORIES, 341, inactiveFlag=True)
    await at.row("DELETE", SUBCATEGORIES, 342)
    await at.row("PATCH", SUBCATEGORIES, 351, category={"id": 36})
    await at.row("PATCH", SUBCATEGORIES, 352, category={"id": 32})
    await at.row("PATCH", TYPES, 2, inactiveFlag=True)
    await at.row("DELETE", TYPES, 3)
    await at.fault("hide", arg={"collection": CATEGORIES, "where": {"id": 38}})


@pytest.mark.parametrize(("position", "asked"), [("on", 10), ("off", 7)])
async def test_each_category_that_was_changed_is_named_with_its_state_and_nothing_valid_is_called_broken(
    at: Running, position: str, asked: int
) -> None:
    await provoke(at)
    await at.switch(hide_inactive_in_lists=position)
    listing = await at.categories(*PROVOKED)
    found = states(listing)
    assert {each: found[each] for each in PROVOKED} == PROVOKED
    by_id = {each.id: each for each in listing.targets}
    assert by_id["35/351/1"].moved_to == "36/351/1"
    assert by_id["36/351/1"].valid, "where it was moved to can be chosen"
    assert (by_id["35/352/1"].moved_to, by_id["32/352/1"].state) == ("32/352/1", MappingState.INACTIVE)
    valid = {each for each, (state, _) in found.items() if state is MappingState.VALID}
    assert valid == {f"{c}/{s}/{t}" for c, s in GOOD for t in (1, 4)}
    calls = Counter(at.psa.calls)
    assert max(calls.values()) == 1, "nothing is asked twice"
    assert sum(calls.values()) == 3 + asked, sorted(calls)


GOOD = ((31, 311), (31, 312), (36, 351), (36, 361), (36, 362), (37, 371), (37, 372), (39, 391), (39, 392))
"""Categories and subcategories that can still be used after that."""


async def test_what_cannot_be_an_identifier_is_not_asked_for(at: Running) -> None:
    names = ("Category 31 › Subcategory 311 · Type 1", "31/311/x", "//", "")
    assert not {each.id for each in (await at.categories(*names)).targets} & set(names)
    assert len(await at.psa.connector.targets(OWNER, ["Rosa Varga", ""])) == 3
    assert len(at.psa.calls) == 3 + 1


async def test_only_what_no_list_shows_is_asked_for_one_by_one(at: Running) -> None:
    await at.categories("31/311/1", "32/321/2")
    assert sorted(at.psa.calls) == [f"GET {path}" for path in (CATEGORIES, SUBCATEGORIES, TYPES)]
    at.psa.journal.exchanges.clear()
    await at.row("PATCH", CATEGORIES, 32, inactiveFlag=True)
    await at.row("PATCH", CATEGORIES, 33, inactiveFlag=True)  # no mapping leads there
    await at.switch(hide_inactive_in_lists="on")
    listing = await at.categories("31/311/1", "32/321/2")
    assert Counter(at.psa.calls)[f"GET {CATEGORIES}/32"] == 1
    assert len(at.psa.calls) == 4
    unasked = states(listing, "33/331/1")["33/331/1"]
    assert unasked == (
        MappingState.UNKNOWN,
        "category 33 is not in ConnectWise's list: inactive, or hidden from this API member",
    )


async def test_the_rows_that_targets_are_made_of_are_listed_too(at: Running) -> None:
    await provoke(at)
    await at.switch(hide_inactive_in_lists="off")
    parts = {(each.kind, each.id): each for each in (await at.categories(*PROVOKED)).parts}
    told = {
        ("category", "32"): MappingState.INACTIVE,
        ("category", "33"): MappingState.GONE,
        ("category", "31"): MappingState.VALID,
        ("subcategory", "341"): MappingState.INACTIVE,
        ("subcategory", "321"): MappingState.PARENT_INACTIVE,
        ("subcategory", "351"): MappingState.VALID,
        ("product type", "2"): MappingState.INACTIVE,
        ("product type", "3"): MappingState.GONE,
    }
    found = {key: parts[part_kind(PRODUCT_CATEGORY, key[0]), key[1]].state for key in told}
    assert found == told
    assert parts[part_kind(PRODUCT_CATEGORY, "subcategory"), "351"].detail == "Category 36"


@pytest.mark.parametrize("position", ["on", "off"])
async def test_a_question_that_is_refused_or_fails_breaks_nothing(at: Running, position: str) -> None:
    await at.switch(hide_inactive_in_lists=position)
    hidden = {"collection": TYPES, "where": {"id": [2, 3]}}
    await at.fault("hide", arg=hidden)
    body = {"code": "Security", "message": "You do not have security permission to perform this action."}
    await at.fault("status", path=f"{TYPES}/2$", arg={"status": 403, "body": body})
    await at.fault("status", path=f"{TYPES}/3$", arg=500)
    found = {each.id: each for each in (await at.categories("31/311/2", "31/311/3", "31/311/1")).targets}
    assert found["31/311/2"].state is MappingState.NOT_PERMITTED
    assert found["31/311/2"].why_not == f"this API member may not read product type 2: {body['message']}"
    assert found["31/311/3"].state is MappingState.UNKNOWN
    assert found["31/311/3"].why_not.startswith("ConnectWise did not tell of product type 3: ")
    assert not any(found[each].state.is_broken or found[each].valid for each in ("31/311/2", "31/311/3"))
    assert all(found[each].can_be_sent for each in ("31/311/1", "31/311/2", "31/311/3"))


@pytest.mark.parametrize("position", ["on", "off"])
async def test_an_api_member_that_sees_half_of_the_lists_is_told_gone_or_hidden_of_the_other_half_only(
    at: Running, position: str
) -> None:
    await at.switch(hide_inactive_in_lists=position)
    await at.fault("hide", arg={"collection": CATEGORIES, "where": {"id": [35, 36, 37, 38, 39]}})
    await at.fault("hide", arg={"collection": TYPES, "where": {"id": [3, 4]}})
    wanted = [f"{category}/{category}1/1" for category in range(31, 40)] + ["31/311/3"]
    found = states(await at.categories(*wanted), *wanted)
    assert {each for each, (state, _) in found.items() if state is MappingState.VALID} == set(wanted[:4])
    assert {state for state, _ in found.values()} == {MappingState.VALID, MappingState.GONE}
    assert found["31/311/3"] == (MappingState.GONE, "Product type 3 not found")


@pytest.mark.parametrize(
    ("denied_read", "says"),
    [
        ("403", "You do not have security permission to perform this action."),
        ("empty", "ConnectWise shows this API user no product types at all"),
    ],
)
async def test_a_role_that_may_not_read_a_table_takes_nothing_from_other_kinds(denied_read: str, says: str) -> None:
    thin = ApiMember("thin", "thin", "client-guid", denied=frozenset({"procurement/types", "sales/stages"}))
    async with desk(thin, public_key="thin", private_key="thin") as at:
        at.practice.switch("denied_read", denied_read)
        wanted = {PRODUCT_CATEGORY: ["60/70/80", "60/70/81"], STAGE: ["8"], OWNER: ["2"], PAYMENT_TERM: ()}
        found = await at.connector.listings(wanted)
    failure = found[PRODUCT_CATEGORY].failure
    assert failure is not None
    assert (failure.kind, failure.message) == (FailureKind.PERMISSION, says)
    assert found[STAGE].failure is not None
    assert found[STAGE].targets == ()
    assert [each.id for each in found[OWNER].targets if each.valid] == ["1", "2"]
    assert len(found[PAYMENT_TERM].targets) == 2
    paths = [path for _, path in at.calls]
    assert not any(path.startswith("procurement/types/8") for path in paths[-1:])
    assert len([path for path in paths if path.startswith("procurement/types")]) <= 2, "one question is enough"


HIDDEN = "it was deleted, or is hidden from this API user"
OTHERS: dict[str, dict[str, State]] = {
    OWNER: {
        "2": (MappingState.VALID, ""),
        "3": (MappingState.INACTIVE, "inactive in ConnectWise"),
        "77": (MappingState.GONE, HIDDEN),
    },
    LOCATION: {"11": (MappingState.GONE, HIDDEN), "12": (MappingState.VALID, "")},
    BUSINESS_UNIT: {"10": (MappingState.VALID, ""), "19": (MappingState.GONE, HIDDEN)},
    STATUS: {
        "1": (MappingState.VALID, ""),
        "2": (MappingState.WRONG_KIND, "it closes an opportunity, and lines can be written to open ones only"),
        "3": (MappingState.WRONG_KIND, "it closes an opportunity, and lines can be written to open ones only"),
        "4": (MappingState.INACTIVE, "inactive in ConnectWise"),
    },
    STAGE: {"8": (MappingState.VALID, ""), "7": (MappingState.GONE, HIDDEN)},
    CATEGORY: {"2": (MappingState.INACTIVE, "inactive in ConnectWise")},
    COMPANY_TYPE: {"1": (MappingState.GONE, HIDDEN), "2": (MappingState.VALID, "")},
    COMPANY_STATUS: {
        "1": (MappingState.VALID, ""),
        "2": (MappingState.INACTIVE, "inactive in ConnectWise"),
        "5": (MappingState.WRONG_KIND, "by its name, companies that have it are not active"),
    },
    PAYMENT_TERM: {"5": (MappingState.GONE, HIDDEN), "6": (MappingState.VALID, "")},
    TAX_CODE: {
        "7": (MappingState.INACTIVE, "cancelled in ConnectWise on 2025-12-31"),
        "8": (MappingState.INACTIVE, "in effect only from 2999-01-01 on"),
        "9": (MappingState.VALID, ""),
    },
}
"""What each other kind's targets are to be called once `provoke_others` has been at work."""


async def provoke_others(at: Running) -> None:
    for collection, row in (
        ("system/locations", {"id": 12, "name": "Branch"}),
        ("company/companies/statuses", {"id": 5, "name": "Inactive - left us"}),
        ("finance/taxCodes", {**ROWS["finance/taxCodes"][0], "id": 8, "effectiveDate": "2999-01-01T00:00:00Z"}),
        ("finance/taxCodes", {**ROWS["finance/taxCodes"][0], "id": 9, "cancelDate": "2999-12-31T00:00:00Z"}),
    ):
        await at.change("POST", f"/world/connectwise/{collection}", row)
    for collection, row_id in (
        ("system/locations", 11),
        ("sales/stages", 7),
        ("company/companies/types", 1),
        ("finance/billingTerms", 5),
    ):
        await at.row("DELETE", collection, row_id)
    await at.row("PATCH", "sales/opportunities/types", 2, inactiveFlag=True)
    await at.row("PATCH", "finance/taxCodes", 7, cancelDate="2025-12-31T00:00:00Z")


async def test_all_other_kinds_in_one_go(at: Running) -> None:
    await provoke_others(at)
    found = await at.psa.connector.listings(OTHERS)
    told = {kind: states(found[kind], *wanted) for kind, wanted in OTHERS.items()}
    assert told == OTHERS
    assert {kind.name for kind in KINDS} == {PRODUCT_CATEGORY, *OTHERS}
    for kind, listing in found.items():
        assert all(each.kind == kind and each.valid == (each.state is MappingState.VALID) for each in listing.targets)
    gone = sum(state is MappingState.GONE for wanted in OTHERS.values() for state, _ in wanted.values())
    assert len(at.psa.calls) == len(OTHERS) + gone


async def test_what_helps_choosing_stands_beside_each_target() -> None:
    rows = {
        "system/members": [
            {"id": 1, "firstName": "Sync", "lastName": "Desktop", "identifier": "sync", "licenseClass": "A"},
            {"id": 2, "firstName": "Rosa", "lastName": "Varga", "identifier": "rvarga", "officeEmail": "r@x.example"},
        ],
        SUBCATEGORIES: [{"id": 70, "name": "Laptops", "category": {"id": 60}, "integrationXref": "4100"}],
        TYPES: [{"id": 80, "name": "Product", "typeXref": "InventoryPart"}],
        "finance/taxCodes": [{**ROWS["finance/taxCodes"][0], "levelOneRate": 8.5}],
        "company/companies/types": [{"id": 2, "name": "Vendor", "vendorFlag": True}],
        "company/companies/statuses": [{"id": 1, "name": "On hold", "disallowSavingFlag": True}],
    }
    wanted = (PRODUCT_CATEGORY, *OTHERS)
    async with desk(rows=rows) as at:
        found = await at.connector.listings(dict.fromkeys(wanted, ()))
    first: dict[str, Target] = {kind: listing.targets[-1] for kind, listing in found.items()}
    assert {kind: (target.called, target.detail) for kind, target in first.items()} == {
        PRODUCT_CATEGORY: ("Hardware › Laptops · Product (#60/70/80)", "inventory part · reference 4100"),
        OWNER: ("Rosa Varga (#2)", "r@x.example · rvarga"),
        LOCATION: ("Head office (#11)", ""),
        BUSINESS_UNIT: ("Sales (#10)", "SALES"),
        STATUS: ("Parked (#4)", ""),
        STAGE: ("3.Quote (#8)", "50 %"),
        CATEGORY: ("Hardware (#2)", ""),
        COMPANY_TYPE: ("Vendor (#2)", "vendors"),
        COMPANY_STATUS: ("On hold (#1)", "forbids saving"),
        PAYMENT_TERM: ("Net 30 (#6)", "due in 30 days"),
        TAX_CODE: ("Washington (#7)", "WA · 8.5 %"),
    }
    assert found[OWNER].targets[0].detail == "sync · API member"


async def test_where_there_are_too_many_to_choose_from_the_types_that_mappings_use_are_listed(
    at: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(categories, "MOST", 2 * 18)
    await at.row("PATCH", TYPES, 1, inactiveFlag=True)
    await at.switch(hide_inactive_in_lists="off")
    wanted = ("31/311/4", "32/321/4", "33/331/1")
    listing = await at.categories(*wanted, "39/392/2")
    found = states(listing)
    assert {each.rpartition("/")[2] for each in found} - {"1"} == {"2", "4"}, "used ones, and active ones first"
    assert len(found) == 2 * 18 + 1, "each subcategory with two types, and what a mapping leads to besides"
    assert found["33/331/1"] == (MappingState.INACTIVE, "1 is an inactive product type")
    assert states(await at.categories("39/392/3"), "39/392/3")["39/392/3"][0] is MappingState.VALID
    psa, told = at.psa.connector, (PRODUCT_CATEGORY, listing.targets, listing.parts)
    further = {each.id: each for each in psa.further_targets(*told, "")}
    assert {each.rpartition("/")[2] for each in further} == {"1", "3"}, "what was left out"
    assert not further.keys() & {each.id for each in listing.targets}
    assert (further["39/392/3"].called, further["39/392/3"].valid) == (
        "Category 39 › Subcategory 392 · Type 3 (#39/392/3)",
        True,
    )
    assert [each.id for each in psa.further_targets(*told, "SUBCATEGORY 39/392/3")] == ["39/392/3"]
    assert (further["39/392/1"].valid, further["39/392/1"].why_not) == (False, "1 is an inactive product type")


async def test_where_all_are_listed_there_are_no_further_ones(at: Running) -> None:
    listing = await at.categories()
    assert list(at.psa.connector.further_targets(PRODUCT_CATEGORY, listing.targets, listing.parts, "")) == []


async def test_a_kind_that_there_is_not(at: Running) -> None:
    with pytest.raises(KeyError):
        await at.psa.connector.targets("colour")


def test_every_kind_says_what_a_person_has_to_know_of_it() -> None:
    for kind in KINDS:
        assert all((kind.short_label, kind.target_label, kind.valid_when, kind.hangs_on, kind.psa_page)), kind.name
        assert kind.needed_by, kind.name
        assert kind.held_by, kind.name
        assert kind.salesbuildr_page or kind.source == SITE, kind.name
    assert {kind.name for kind in KINDS if kind.has_default} == {PRODUCT_CATEGORY, OWNER, STATUS, CATEGORY}
    assert {kind.name for kind in KINDS if kind.source == SITE} == {LOCATION, BUSINESS_UNIT, COMPANY_STATUS, TAX_CODE}
    assert all(kind.optional for kind in KINDS if kind.source == SITE), "ConnectWise has defaults of its own for these"
    assert RecordKind.CONTACT not in {record for kind in KINDS for record in kind.needed_by}
