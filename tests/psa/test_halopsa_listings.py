"""The state of each target that a mapping leads to, as the instance has it now, and what it costs to know.

The rows are changed as somebody in HaloPSA would; nothing valid is ever called broken.
"""

from collections import Counter
from collections.abc import AsyncIterator, Collection
from typing import Any

import pytest

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import FailureKind, MappingState
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, STAGE
from sync_desktop.psa.halopsa.client import Row
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
from sync_desktop.sandbox.halopsa.settings import ApiApplication
from tests.psa.halopsa_desk import Desk, desk
from tests.sandbox.halopsa_tenant import ROWS

CUSTOMER_TYPES, CODES = 58, 59
LOOKUPS = [
    *ROWS["Lookup"],
    {"id": CUSTOMER_TYPES, "lookupid": 11, "name": "Customer Types"},
    {"id": -3, "lookupid": CUSTOMER_TYPES, "name": "Customer"},
    {"id": 302, "lookupid": CUSTOMER_TYPES, "name": "Prospect", "inactive": True},
]
NOMINAL = [
    {"id": CODES, "lookupid": 11, "name": "Nominal Codes"},
    {"id": 591, "lookupid": CODES, "name": "200", "value2": "Sales of goods"},
    {"id": 592, "lookupid": CODES, "name": "300", "value2": "Services", "inactive": True},
]
GROUPS = [
    *ROWS["AssetGroup"],
    {"id": 74, "name": "Cloud", "showasitem": True, "nominalcode": "210", "nominalcodepurchase": "510", "tax_id": 40},
]
VALID, INACTIVE, GONE = MappingState.VALID, MappingState.INACTIVE, MappingState.GONE
WRONG_KIND, MOVED, UNKNOWN = MappingState.WRONG_KIND, MappingState.MOVED, MappingState.UNKNOWN
THIN = ApiApplication("thin", "s", scopes=frozenset({"all"}), denied=frozenset({"AssetGroup", "Agent"}))


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk(rows={"Lookup": LOOKUPS, "AssetGroup": GROUPS}, writes=False) as made:
        yield made


def labels(at: Desk) -> list[str]:
    return [each.label for each in at.exchanges]


def states(listing: Listing, ids: Collection[str] | None = None) -> dict[str, MappingState]:
    assert listing.failure is None
    return {each.id: each.state for each in listing.targets if ids is None or each.id in ids}


async def listed(at: Desk, kind: str, *wanted: str) -> dict[str, Target]:
    """Return the targets of a kind by id."""
    found = (await at.connector.listings({kind: wanted}))[kind]
    assert found.failure is None
    return {target.id: target for target in found.targets}


async def test_all_kinds_cost_a_call_for_each_list(at: Desk) -> None:
    found = await at.connector.listings({kind.name: () for kind in KINDS})
    assert not [kind for kind, listing in found.items() if listing.failure or not listing.targets]
    assert Counter(labels(at)) == {
        "Read asset groups": 1,
        "Read asset types": 1,
        "Read which lookups there are": 1,
        "Read agents": 1,
        "Read ticket types of opportunities": 1,
        "Read pipeline stages": 1,
        "Read categories": 1,
        "Read quote statuses": 1,
        "Read customer types": 1,
        "Read tax rates": 1,
        "Read payment terms": 1,
    }


async def test_groups_and_types_are_valid_not_for_items_moved_or_gone(at: Desk) -> None:
    wanted = ("70/80", "70", "71", "72", "70/81", "999/81", "70/999", "998/999", "71/81")
    found = await listed(at, PRODUCT_GROUP, *wanted)
    assert {each: found[each].state for each in wanted} == {
        "70/80": VALID,
        "70": VALID,
        "71": WRONG_KIND,
        "72": GONE,
        "70/81": MOVED,
        "999/81": MOVED,
        "70/999": GONE,
        "998/999": GONE,
        "71/81": MOVED,
    }
    assert {each: found[each].moved_to for each in ("70/81", "999/81", "70/999")} == {
        "70/81": "73/81",
        "999/81": "73/81",
        "70/999": "",
    }
    assert found["73/81"].valid, "where it went is there to be chosen"
    asked = [call.removeprefix("GET ") for call in at.calls if "/" in call]
    assert sorted(asked) == ["AssetGroup/72", "AssetGroup/998", "AssetGroup/999", "AssetType/999"]


async def test_a_target_says_what_hangs_on_it_and_what_it_is_made_of(at: Desk) -> None:
    listing = (await at.connector.listings({PRODUCT_GROUP: ()}))[PRODUCT_GROUP]
    details = {target.name: target.detail for target in listing.targets}
    assert (details["Hardware › Laptops"], details["Cloud"]) == (
        "income 200",
        "income 210 · expense 510 · tax Sales tax",
    )
    assert {(part.kind, part.id): (part.name, part.state, part.detail) for part in listing.parts} == {
        ("product-group/asset group", "70"): ("Hardware", VALID, "income 200"),
        ("product-group/asset group", "71"): ("Cars", WRONG_KIND, ""),
        ("product-group/asset group", "73"): ("Services", VALID, ""),
        ("product-group/asset group", "74"): ("Cloud", VALID, "income 210 · expense 510 · tax Sales tax"),
        ("product-group/asset type", "80"): ("Laptops", VALID, "in Hardware"),
        ("product-group/asset type", "81"): ("Managed", VALID, "in Services"),
    }


async def test_what_somebody_does_to_groups_and_types_is_seen_in_the_next_listing(at: Desk) -> None:
    store, wanted = at.practice.store, ("70/80", "73/81")
    before = await listed(at, PRODUCT_GROUP, *wanted)
    assert {each: before[each].state for each in wanted} == dict.fromkeys(wanted, VALID)
    store.update("AssetGroup", 70, {"showasitem": False})
    store.update("AssetType", 81, {"assetgroup_id": 74})
    after = await listed(at, PRODUCT_GROUP, *wanted)
    assert (after["70/80"].state, after["70/80"].valid) == (WRONG_KIND, False)
    assert after["70/80"].why_not == "Asset Group 70 “Hardware” is not used for items"
    assert (after["73/81"].state, after["73/81"].moved_to) == (MOVED, "74/81")
    store.delete("AssetGroup", 70)
    show = store.hide("AssetType", lambda row: row["id"] == 81)
    gone = await listed(at, PRODUCT_GROUP, *wanted)
    assert {each: gone[each].state for each in wanted} == dict.fromkeys(wanted, GONE)
    show()
    store.update("AssetType", 81, {"assetgroup_id": 73})
    assert (await listed(at, PRODUCT_GROUP, "73/81"))["73/81"].state is VALID


async def test_product_types_lead_to_asset_groups_alone(at: Desk) -> None:
    found = await listed(at, PRODUCT_TYPE, "73", "71", "999")
    assert {target.id: target.state for target in found.values()} == {
        "70": VALID,
        "71": WRONG_KIND,
        "73": VALID,
        "74": VALID,
        "999": GONE,
    }
    assert {target.kind for target in found.values()} == {PRODUCT_TYPE}


@pytest.mark.parametrize(
    ("kind", "collection", "row_id", "change"),
    [
        (OWNER, "Agent", 2, {"isdisabled": True}),
        (OPPORTUNITY_TYPE, "TicketType", 40, {"visible": False}),
        (STAGE, "Lookup", -9, {"inactive": True}),
        (QUOTE_STATUS, "Lookup", 0, {"inactive": True}),
        (COMPANY_TYPE, "Lookup", -3, {"inactive": True}),
        (PAYMENT_TERM, "Lookup", 121, {"inactive": True}),
    ],
)
async def test_a_row_is_deactivated_hidden_and_deleted(
    at: Desk, kind: str, collection: str, row_id: int, change: dict[str, Any]
) -> None:
    wanted, store = str(row_id), at.practice.store
    store.insert(collection, {**at.rows(collection)[row_id], "id": 7001})  # so that no list is ever empty
    before = await listed(at, kind, wanted)
    assert (before[wanted].state, before[wanted].valid) == (VALID, True)
    store.update(collection, row_id, change)
    inactive = (await listed(at, kind, wanted))[wanted]
    assert (inactive.state, inactive.valid, inactive.name) == (INACTIVE, False, before[wanted].name)
    show = store.hide(collection, lambda row: row["id"] == row_id)
    hidden = (await listed(at, kind, wanted))[wanted]
    assert (hidden.state, hidden.why_not) == (GONE, "it was deleted, or is hidden from this API user")
    show()
    store.delete(collection, row_id)
    after = await listed(at, kind, wanted)
    assert after[wanted].state is GONE
    assert {key: each for key, each in after.items() if key != wanted} == {
        key: each for key, each in before.items() if key != wanted
    }


@pytest.mark.parametrize("position", ["404", "null", "empty"])
async def test_ids_that_no_list_shows_are_asked_for_one_by_one_and_only_those(at: Desk, position: str) -> None:
    at.practice.switches.set("halopsa", "unknown_id", position)
    found = await at.connector.listings({OWNER: ("2", "77"), TAX: ("40", "99"), STAGE: ("-9", "-77")})
    assert states(found[OWNER], ("2", "77")) == {"2": VALID, "77": GONE}
    assert states(found[TAX], ("40", "99")) == {"40": VALID, "99": GONE}
    assert states(found[STAGE], ("-9", "-77")) == {"-9": VALID, "-77": GONE}
    assert [call for call in at.calls if "/" in call] == ["GET Agent/77", "GET Tax/99", "GET Lookup/-77"]


@pytest.mark.parametrize(
    ("kind", "wanted", "why"),
    [
        (STAGE, "121", "it is a value of another list"),
        (CATEGORY, "2", "it is of another list of categories"),
        (OPPORTUNITY_TYPE, "1", "it is for tickets that are no opportunities"),
    ],
)
async def test_a_row_of_another_list_is_of_the_wrong_kind(at: Desk, kind: str, wanted: str, why: str) -> None:
    found = (await listed(at, kind, wanted))[wanted]
    assert (found.state, found.valid, found.why_not) == (WRONG_KIND, False, why)
    assert found.name


async def test_what_is_no_number_is_asked_of_nobody(at: Desk) -> None:
    assert (await listed(at, OWNER, "ana"))["ana"].state is GONE
    assert at.calls == ["GET Agent"]


async def test_account_codes_are_those_of_asset_groups_items_and_a_lookup(at: Desk) -> None:
    at.practice.store.update("Item", 91, {"nominalcode": "900"})
    found = await at.connector.listings({INCOME: ("200", "900", "999"), EXPENSE: ("510", "200")})
    income = {each.id: (each.called, each.state, each.valid, each.detail) for each in found[INCOME].targets}
    assert income == {
        "200": ("#200", VALID, True, "used by Hardware"),
        "210": ("#210", VALID, True, "used by Cloud"),
        "900": ("#900", VALID, True, "used by Backup"),
        "999": ("#999", UNKNOWN, False, ""),
    }
    assert states(found[EXPENSE]) == {"510": VALID, "200": UNKNOWN}
    nothing_said = next(each for each in found[INCOME].targets if each.id == "999")
    assert nothing_said.can_be_sent
    assert not nothing_said.state.is_broken


async def test_where_the_instance_lists_its_accounts_one_that_is_not_there_is_gone() -> None:
    async with desk(rows={"Lookup": [*LOOKUPS, *NOMINAL], "AssetGroup": GROUPS}) as at:
        found = await listed(at, INCOME, "999")
        assert {each.id: (each.called, each.state) for each in found.values()} == {
            "200": ("Sales of goods (#200)", VALID),
            "210": ("#210", VALID),
            "300": ("Services (#300)", INACTIVE),
            "999": ("#999", GONE),
        }


async def test_accounts_are_not_searched_for_where_items_cannot_be(at: Desk) -> None:
    at.client._unsearchable.add(("Item", "nominalcode"))
    assert (await listed(at, INCOME, "900"))["900"].state is UNKNOWN
    assert "GET Item" not in at.calls


async def test_an_application_that_sees_half_of_a_list_calls_nothing_valid_broken(at: Desk) -> None:
    at.practice.store.hide("AssetGroup", lambda row: row["id"] in (73, 74))
    at.practice.store.hide("Agent", lambda row: row["id"] == 2)
    found = await at.connector.listings({PRODUCT_GROUP: ("70/80", "73/81", "74"), OWNER: ("1", "2")})
    assert states(found[PRODUCT_GROUP], ("70/80", "73/81", "74")) == {"70/80": VALID, "73/81": GONE, "74": GONE}
    assert states(found[OWNER], ("1", "2")) == {"1": VALID, "2": GONE}


@pytest.mark.parametrize("position", ["403", "empty"])
async def test_a_list_that_is_not_shown_breaks_nothing_and_takes_nothing_from_the_others(position: str) -> None:
    async with desk(THIN, client_id=THIN.client_id, secret=THIN.client_secret, rows={"Lookup": LOOKUPS}) as at:
        at.practice.switches.set("halopsa", "denied_read", position)
        wanted = {PRODUCT_GROUP: ("70/80",), PRODUCT_TYPE: ("70",), OWNER: ("2",), STAGE: ("-9",), TAX: ("40",)}
        found = await at.connector.listings(wanted)
        for kind in (PRODUCT_GROUP, PRODUCT_TYPE, OWNER):
            failure = found[kind].failure
            assert failure is not None
            assert failure.kind is FailureKind.PERMISSION
        assert states(found[STAGE], ("-9",)) | states(found[TAX], ("40",)) == {"-9": VALID, "40": VALID}
        assert labels(at).count("Read asset groups") == 1


@pytest.mark.parametrize(
    ("kind", "state"),
    [(FailureKind.PERMISSION, MappingState.NOT_PERMITTED), (FailureKind.SERVER, UNKNOWN)],
)
async def test_a_row_that_nobody_tells_of_is_not_broken(at: Desk, kind: FailureKind, state: MappingState) -> None:
    async def refused(path: str, row_id: str, *, label: str = "") -> Row | None:
        raise SyncError(Failure(kind=kind, message=f"no {path} {row_id}{label[:0]}"))

    at.client.one = refused  # type: ignore[method-assign]
    wanted = ("70/999", "998", "998/81", "70/80")
    found = await at.connector.listings({OWNER: ("77",), PRODUCT_GROUP: wanted})
    assert states(found[OWNER], ("77",)) == {"77": state}
    assert states(found[PRODUCT_GROUP], wanted) == {"70/999": state, "998": state, "998/81": MOVED, "70/80": VALID}
    lost = [each for each in found[PRODUCT_GROUP].parts if each.state is state]
    assert {(each.kind, each.id) for each in lost} == {
        ("product-group/asset group", "998"),
        ("product-group/asset type", "999"),
    }
    asked = {each.id: each for each in await at.connector.targets(PRODUCT_GROUP, ["70/999"])}
    assert asked["70/999"].can_be_sent, "a draft is not kept from trying"
    assert asked["70/999"].why_not == "HaloPSA does not tell of Asset Type 999: no AssetType 999"


async def test_of_a_type_alone_as_error_texts_name_it_nothing_is_known_but_whether_it_is_there(at: Desk) -> None:
    found = await listed(at, PRODUCT_GROUP, "/81", "/999")
    assert {each: (found[each].name, found[each].state) for each in ("/81", "/999")} == {
        "/81": ("Managed", UNKNOWN),
        "/999": ("#999", GONE),
    }
    assert found["/81"].why_not == "nothing is known of its asset group"


async def test_drafts_are_shown_what_is_partly_there_only(at: Desk) -> None:
    ids = {each.id for each in await at.connector.targets(PRODUCT_GROUP, ["70/999", "998/999"])}
    assert "70/999" in ids
    assert "998/999" not in ids


@pytest.mark.parametrize("position", ["array", "envelope"])
async def test_lists_may_be_wrapped(at: Desk, position: str) -> None:
    at.practice.switches.set("halopsa", "setup_lists", position)
    at.practice.switches.set("halopsa", "lookup_list", position)
    found = await at.connector.listings({TAX: (), COMPANY_TYPE: ()})
    assert {each.name: each.detail for each in found[TAX].targets} == {"Sales tax": "10 %", "None": "0 %"}
    assert states(found[COMPANY_TYPE]) == {"-3": VALID, "302": INACTIVE}
