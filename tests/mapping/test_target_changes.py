"""What changed in a PSA between two audits, and what stays known of a target that it shows no more."""

from sync_desktop.domain.mappings import Target, part_kind
from sync_desktop.domain.words import MappingState
from sync_desktop.mapping.changes import changed, gone, listed
from sync_desktop.psa.connector import Listing
from tests.mapping.conftest import NOON

CODES, WHOLE = "code", "product-category"
CATEGORY, SUBCATEGORY = part_kind(WHOLE, "category"), part_kind(WHOLE, "subcategory")


def target(
    target_id: str, name: str = "", state: MappingState = MappingState.VALID, kind: str = CODES, moved_to: str = ""
) -> Target:
    valid = state is MappingState.VALID
    called = name or f"Name of {target_id}"
    return Target(kind=kind, id=target_id, name=called, state=state, valid=valid, moved_to=moved_to)


def by_id(*targets: Target) -> dict[str, dict[str, Target]]:
    found: dict[str, dict[str, Target]] = {}
    for each in targets:
        found.setdefault(each.kind, {})[each.id] = each
    return found


def told(before: dict[str, dict[str, Target]], after: dict[str, dict[str, Target]]) -> list[tuple[object, ...]]:
    return [(each.target_id, each.was, each.now, each.was_called) for each in changed(before, after, NOON)]


def test_each_way_in_which_a_target_can_change_is_told() -> None:
    before = by_id(
        target("1"),
        target("2"),
        target("3", "Cables"),
        target("4", state=MappingState.INACTIVE),
        target("5"),
        target("6"),
        target("7", state=MappingState.GONE),
    )
    after = by_id(
        target("1"),
        target("2", state=MappingState.INACTIVE),
        target("3", "Cables and racks"),
        target("4"),
        target("5", state=MappingState.DELETED),
        target("8"),
    )
    assert told(before, after) == [
        ("2", MappingState.VALID, MappingState.INACTIVE, ""),
        ("3", MappingState.VALID, MappingState.VALID, "Cables"),
        ("4", MappingState.INACTIVE, MappingState.VALID, ""),
        ("5", MappingState.VALID, MappingState.DELETED, ""),
        ("8", None, MappingState.VALID, ""),
        ("6", MappingState.VALID, MappingState.GONE, ""),
    ]


def test_a_kind_that_was_never_listed_before_has_not_changed_and_one_that_failed_has_neither() -> None:
    assert told({}, by_id(target("1"))) == []
    assert told(by_id(target("1")), {}) == []


def test_a_row_that_many_targets_are_made_of_changes_once() -> None:
    wholes = [target(f"41/{sub}/{sort}", kind=WHOLE) for sub in range(5) for sort in range(5)]
    before = by_id(*wholes, target("41", kind=CATEGORY), target("411", kind=SUBCATEGORY))
    broken = [
        each.model_copy(update={"state": MappingState.INACTIVE, "valid": False}) for each in before[WHOLE].values()
    ]
    after = by_id(*broken, target("41", state=MappingState.INACTIVE, kind=CATEGORY), target("411", kind=SUBCATEGORY))
    assert told(before, after) == [("41", MappingState.VALID, MappingState.INACTIVE, "")]


def test_what_was_moved_to_another_parent_is_told_of_the_whole() -> None:
    before = by_id(target("41/411/1", kind=WHOLE), target("411", kind=SUBCATEGORY))
    moved = target("41/411/1", state=MappingState.MOVED, kind=WHOLE, moved_to="5/411/1")
    after = by_id(moved, target("5/411/1", kind=WHOLE), target("411", kind=SUBCATEGORY))
    assert told(before, after) == [("41/411/1", MappingState.VALID, MappingState.MOVED, "")]


def test_what_mappings_lead_to_and_no_list_shows_is_gone_under_the_name_that_is_known() -> None:
    known = by_id(target("2", "Cables"))
    lost = [gone(CODES, "1", "Racks"), gone(CODES, "2", ""), gone(CODES, "3", "")]
    found = listed(CODES, Listing((target("4"),)), known, lost)[CODES]
    assert {key: (each.name, each.state) for key, each in found.items()} == {
        "4": ("Name of 4", MappingState.VALID),
        "1": ("Racks", MappingState.GONE),
        "2": ("Cables", MappingState.GONE),
        "3": ("", MappingState.GONE),
    }
    assert [each.called for each in found.values()][1:] == ["Racks (#1)", "Cables (#2)", "#3"]


def test_what_the_connector_knows_of_a_lost_target_stays_and_a_name_in_part_does_not_replace_a_whole_one() -> None:
    known = by_id(target("41/9", "Security › Firewalls", kind=WHOLE))
    now = target("41/9", "#41 › Firewalls", MappingState.DELETED, kind=WHOLE)
    found = listed(WHOLE, Listing((now,), (target("9", kind=SUBCATEGORY),)), known, [gone(WHOLE, "41/9", "")])
    assert found[WHOLE]["41/9"].name == "Security › Firewalls"
    assert found[WHOLE]["41/9"].state is MappingState.DELETED
    assert list(found) == [WHOLE, SUBCATEGORY]


def test_an_empty_list_is_a_list() -> None:
    assert listed(CODES, Listing(), {}, []) == {CODES: {}}
