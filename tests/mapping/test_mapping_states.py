"""What an audit says of a mapping: every state with its words, each from the facts that lead to it and no others."""

from typing import Any

import pytest

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import OTHERS, SITE, Mapping, MappingKind, Target
from sync_desktop.domain.words import FailureKind, MappingOrigin, MappingState, RecordKind
from sync_desktop.mapping.state import Known, judged

KIND = MappingKind(
    name="product-category",
    label="Category → product category, subcategory and type",
    source="category",
    source_label="Category",
    target_label="category, subcategory and product type",
    needed_by=(RecordKind.PRODUCT,),
    valid_when="all three are active",
)
PARTS = ("category", "subcategory", "product type")
WHOLE = "2/9/1"
NAME = "Hardware › Notebooks · Inventory"
REFUSED = Failure(kind=FailureKind.REFUSED, message="GET categories: 500 Internal Server Error")
DENIED = Failure(kind=FailureKind.PERMISSION, message="procurement/categories may not be read")


def mapped(target_name: str = NAME, origin: MappingOrigin = MappingOrigin.HAND) -> Mapping:
    return Mapping(
        kind=KIND.name, source_id="c1", source_name="Laptops", target_id=WHOLE, target_name=target_name, origin=origin
    )


def led(state: MappingState = MappingState.VALID, **members: Any) -> Target:
    valid = state is MappingState.VALID
    return Target(**{"kind": KIND.name, "id": WHOLE, "name": NAME, "valid": valid, "state": state, **members})


def known(**members: Any) -> Known:
    given: dict[str, Any] = {
        "kind": KIND,
        "psa": "ConnectWise",
        "source_id": "c1",
        "source_name": "Laptops",
        "mapping": mapped(),
        "target": led(),
        "parts": PARTS,
    }
    return Known(**{**given, **members})


CASES = [
    pytest.param(known(), MappingState.VALID, "Valid", "can be used: all three are active.", id="valid"),
    pytest.param(known(mapping=None), MappingState.UNMAPPED, "Not mapped", "It leads to no category,", id="unmapped"),
    pytest.param(
        known(target=led(MappingState.INACTIVE, why_not="2 is an inactive category")),
        MappingState.INACTIVE,
        "Inactive",
        f"{NAME} (#{WHOLE}) cannot be used: 2 is an inactive category.",
        id="inactive",
    ),
    pytest.param(
        known(target=led(MappingState.DELETED)), MappingState.DELETED, "Deleted", "not in ConnectWise any", id="deleted"
    ),
    pytest.param(
        known(target=led(MappingState.GONE, id="9", name="")),
        MappingState.GONE,
        "Gone or hidden",
        "shows nothing under #9, and does not say whether it was deleted or is hidden from this API user.",
        id="gone",
    ),
    pytest.param(
        known(target=led(MappingState.GONE, why_not="category 2 was deleted, or is hidden from this API user")),
        MappingState.GONE,
        "Gone or hidden",
        f"{NAME} (#{WHOLE}) cannot be used: category 2 was deleted, or is hidden from this API user.",
        id="a part is gone",
    ),
    pytest.param(
        known(problem=DENIED, target=led(MappingState.INACTIVE)),
        MappingState.NOT_PERMITTED,
        "Not permitted",
        "procurement/categories may not be read. That breaks nothing.",
        id="not permitted",
    ),
    pytest.param(
        known(target=led(MappingState.NOT_PERMITTED, why_not="category 2 may not be read")),
        MappingState.NOT_PERMITTED,
        "Not permitted",
        "Category 2 may not be read. That breaks nothing.",
        id="one row not permitted",
    ),
    pytest.param(
        known(target=led(MappingState.WRONG_KIND, why_not="its use type is Service")),
        MappingState.WRONG_KIND,
        "Wrong kind",
        "its use type is Service",
        id="wrong kind",
    ),
    pytest.param(
        known(target=led(MappingState.PARENT_INACTIVE, moved_to="41/9/1", why_not="41 is an inactive category")),
        MappingState.PARENT_INACTIVE,
        "Subcategory moved to #41, inactive",
        "41 is an inactive category",
        id="parent inactive",
    ),
    pytest.param(
        known(target=led(MappingState.MOVED, moved_to="5/9/1", why_not="9 is a subcategory of 5 now")),
        MappingState.MOVED,
        "Subcategory moved to #5",
        "9 is a subcategory of 5 now",
        id="moved",
    ),
    pytest.param(
        known(target=led(MappingState.MOVED)), MappingState.MOVED, "Moved to another parent", "", id="moved somewhere"
    ),
    pytest.param(
        known(mapping=mapped("Hardware › Laptops · Inventory")),
        MappingState.RENAMED,
        "Renamed",
        f"It was called “Hardware › Laptops · Inventory” when it was mapped, and is “{NAME}” now. It can be used.",
        id="renamed",
    ),
    pytest.param(
        known(mapping=mapped(origin=MappingOrigin.FILE), twins=1),
        MappingState.AMBIGUOUS,
        "Ambiguous",
        "another one is called the same",
        id="two of one name",
    ),
    pytest.param(
        known(mapping=None, said=[("Hardware", 12), ("Telephony", 1)]),
        MappingState.AMBIGUOUS,
        "Ambiguous",
        "Linked products contradict each other: 12 have Hardware, 1 has Telephony.",
        id="products contradict",
    ),
    pytest.param(
        known(needed=False), MappingState.UNUSED, "Never used", "Nothing that is synchronised needs it.", id="unused"
    ),
    pytest.param(
        known(problem=REFUSED, target=led(MappingState.DELETED)),
        MappingState.UNKNOWN,
        "Not audited",
        "500 Internal Server Error. That breaks nothing.",
        id="list failed",
    ),
    pytest.param(known(target=None), MappingState.UNKNOWN, "Not audited", "an audit does that", id="not audited"),
]


@pytest.mark.parametrize(("given", "state", "text", "why"), CASES)
def test_each_state_has_its_words(given: Known, state: MappingState, text: str, why: str) -> None:
    found = judged(given)
    assert (found.state, found.text) == (state, text)
    assert why in found.why
    assert found.why.endswith(".")


def test_every_state_is_in_the_table() -> None:
    assert {case.values[1] for case in CASES} == set(MappingState)


def test_a_question_that_failed_breaks_nothing_whatever_was_seen_before() -> None:
    for problem in (REFUSED, DENIED):
        for state in MappingState:
            assert not judged(known(problem=problem, target=led(state))).state.is_broken


@pytest.mark.parametrize("name", ["", "#2/9/1", "  hardware › notebooks · inventory "])
def test_a_name_that_was_never_known_or_is_the_same_is_no_rename(name: str) -> None:
    assert judged(known(mapping=mapped(name))).state is MappingState.VALID


def test_two_of_one_name_are_no_matter_where_nobody_went_by_the_name() -> None:
    assert judged(known(twins=1)).state is MappingState.VALID


def test_what_nothing_needs_stays_broken_unless_only_the_kind_is_wrong() -> None:
    for state in (MappingState.INACTIVE, MappingState.DELETED, MappingState.GONE, MappingState.MOVED):
        assert judged(known(needed=False, target=led(state))).state is state
    assert judged(known(needed=False, target=led(MappingState.WRONG_KIND))).state is MappingState.UNUSED


def test_what_only_a_sibling_kind_needs_is_no_trouble_of_this_one() -> None:
    """Salesbuildr has one billing code for a category, which feeds the kinds for products and for services."""
    inactive = led(MappingState.INACTIVE, why_not="inactive in Autotask")
    by_them = mapped(origin=MappingOrigin.SALESBUILDR)
    found = judged(known(mapping=by_them, target=inactive, needed=False, needed_elsewhere=True))
    assert (found.state, "inactive in Autotask" in found.why) == (MappingState.UNUSED, True)
    assert judged(known(mapping=by_them, target=inactive, needed=True, needed_elsewhere=True)).state.is_broken
    assert judged(known(target=inactive, needed=False, needed_elsewhere=True)).state.is_broken


def test_what_has_no_mapping_of_its_own_uses_that_of_all_others() -> None:
    default = mapped().model_copy(update={"source_id": OTHERS, "target_name": "General"})
    found = judged(known(mapping=None, target=None, default=default))
    assert (found.state, found.text) == (MappingState.VALID, "Uses all others")
    assert "General (#2/9/1)" in found.why


def test_nobody_has_to_set_a_default_or_what_is_optional() -> None:
    nothing = known(mapping=None, target=None)
    of_all = judged(known(mapping=None, target=None, source_id=OTHERS))
    assert (of_all.state, of_all.text) == (MappingState.UNUSED, "Not set")
    assert of_all.why == "As long as it is not, each category needs a mapping of its own."
    optional = KIND.model_copy(update={"optional": True})
    freely = judged(known(kind=optional, mapping=None, target=None, source_id=OTHERS)).why
    assert freely == "As long as it is not, what has no mapping of its own does without one."
    assert not judged(known(kind=optional, mapping=None, target=None)).state.needs_attention
    assert not judged(known(mapping=None, target=None, needed=False)).state.needs_attention
    assert judged(nothing).state.needs_attention


def test_what_the_site_itself_needs_is_missing_where_it_is_not_mapped() -> None:
    of_site = KIND.model_copy(update={"source": SITE})
    found = judged(known(kind=of_site, source_id=OTHERS, mapping=None, target=None))
    assert found.state is MappingState.UNMAPPED
