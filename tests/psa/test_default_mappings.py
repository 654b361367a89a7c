"""The mapping of all others: what has no mapping of its own uses it, and is never confused with it in a failure."""

from typing import ClassVar

import pytest

from sync_desktop.domain.mappings import OTHERS, OTHERS_LABEL, Target
from sync_desktop.domain.records import Named, RecordRef
from sync_desktop.domain.words import FailureKind, MappingOrigin, MappingState, RecordKind
from sync_desktop.psa.drafting import OWNER, STAGE, Drafting, MappedWords
from tests.psa.tenant_client import Known

ROSA = Named(id="o1", name="Rosa Varga")


class _Drafting(Drafting):
    PSA: ClassVar[str] = "Practice PSA"
    WORDS: ClassVar = {
        OWNER: MappedWords("Owner", "member", "owner"),
        STAGE: MappedWords("Opportunity stage", "stage", "stage"),
    }


def drafting(refs: Known) -> Drafting:
    return _Drafting(RecordRef(kind=RecordKind.OPPORTUNITY, id="d1"), refs, "opportunities")


def target_of(draft: Drafting, source: Named = ROSA) -> str:
    found = draft.mapped_target(OWNER, source, "rep")
    return found.id if found else ""


def test_a_mapping_of_its_own_comes_before_that_of_all_others() -> None:
    refs = Known()
    refs.map(OWNER, OTHERS, "99")
    assert target_of(drafting(refs)) == "99"
    refs.map(OWNER, "o1", "7")
    assert target_of(drafting(refs)) == "7"


def test_what_names_no_source_has_no_target_unless_its_field_asks_for_the_default() -> None:
    refs = Known()
    assert drafting(refs).default_target(OWNER, "rep") is None
    refs.map(OWNER, OTHERS, "99")
    draft = drafting(refs)
    assert target_of(draft, Named()) == ""
    found = draft.default_target(OWNER, "rep")
    assert found is not None
    assert found.id == "99"
    assert not draft.failures


def test_without_either_the_failure_names_the_source_itself() -> None:
    draft = drafting(Known())
    assert target_of(draft) == ""
    (failure,) = draft.failures
    assert failure.kind is FailureKind.MAPPING_MISSING
    assert failure.message == "Owner is not mapped to a member"
    assert (failure.facts["source_id"], failure.facts["source_name"], failure.facts["owner"]) == (
        "o1",
        "Rosa Varga",
        "Rosa Varga",
    )


def test_a_default_that_is_not_valid_is_a_failure_about_the_default() -> None:
    refs = Known()
    refs.map(OWNER, OTHERS, "99", name="Old House", active=False)
    refs.mappings[OWNER, OTHERS] = refs.mappings[OWNER, OTHERS].model_copy(update={"source_name": ""})
    draft = drafting(refs)
    assert target_of(draft) == ""
    (failure,) = draft.failures
    assert failure.kind is FailureKind.MAPPING_INVALID
    assert failure.facts["source_id"] == OTHERS
    assert failure.facts["source_name"] == failure.facts["owner"] == OTHERS_LABEL
    assert (failure.facts["target_name"], failure.facts["target_state"]) == ("Old House", "inactive")


def test_the_person_behind_a_default_need_not_be_called_like_the_owner() -> None:
    refs = Known()
    refs.map(OWNER, OTHERS, "99", name="House Account", origin=MappingOrigin.SALESBUILDR)
    draft = drafting(refs)
    assert target_of(draft) == "99"
    assert not draft.failures
    refs.map(OWNER, "o1", "99", name="House Account", origin=MappingOrigin.SALESBUILDR)
    draft = drafting(refs)
    assert target_of(draft) == ""
    assert draft.failures[0].kind is FailureKind.LINK_MISMATCH


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (MappingState.INACTIVE, "inactive"),
        (MappingState.PARENT_INACTIVE, "inactive"),
        (MappingState.DELETED, "deleted"),
        (MappingState.GONE, "deleted"),
        (MappingState.WRONG_KIND, "wrong use"),
        (MappingState.MOVED, "moved"),
    ],
)
def test_a_failure_says_what_is_wrong_with_the_target(state: MappingState, told: str) -> None:
    refs = Known()
    refs.map(STAGE, "s1", "7")
    refs.targets[STAGE, "7"] = Target(kind=STAGE, id="7", name="Won", valid=False, state=state)
    draft = drafting(refs)
    assert draft.mapped_target(STAGE, Named(id="s1", name="Quote"), "stage") is None
    assert draft.failures[0].facts["target_state"] == told


def test_a_target_that_nobody_may_ask_about_passes_so_that_the_psa_tells() -> None:
    refs = Known()
    refs.map(STAGE, "s1", "7")
    refs.targets[STAGE, "7"] = Target(kind=STAGE, id="7", name="#7", valid=False, state=MappingState.NOT_PERMITTED)
    draft = drafting(refs)
    found = draft.mapped_target(STAGE, Named(id="s1"), "stage")
    assert found is not None
    assert found.id == "7"
    assert not draft.failures
