"""Every sentence that the practice servers know is recognised, and what only looks like one is not."""

import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from sync_desktop.diagnosis.match import diagnose
from sync_desktop.diagnosis.rules import UNKNOWN_RULE, RulePacks
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.words import FailureKind, Psa
from sync_desktop.resources import resource
from sync_desktop.sandbox.autotask import texts as autotask
from sync_desktop.sandbox.connectwise import texts as connectwise
from sync_desktop.sandbox.halopsa import texts as halopsa

MODULES = {Psa.AUTOTASK: autotask, Psa.CONNECTWISE: connectwise, Psa.HALOPSA: halopsa}
SAYS_NOTHING = {
    (Psa.AUTOTASK, "record_number"),  # beside another text, and taken off it
    (Psa.CONNECTWISE, "ACCEPT_HINT"),  # the end of another
    (Psa.CONNECTWISE, "merged"),  # tells of a success
    (Psa.HALOPSA, "UNAUTHORIZED"),  # its status says more
    (Psa.HALOPSA, "FORBIDDEN"),  # its status says more
}
"""Sentences that are no failure by themselves."""
ARGUMENTS = {
    "entity": "Contact",
    "label": "User",
    "parent": "Company",
    "resource": "company",
    "collection": "Item",
    "what": "company",
    "field": "city",
    "name": "city",
}
"""What stands for the arguments of sentences, by name; any other is a number."""
NEAR_MISSES = (
    (Psa.CONNECTWISE, "The customer is an inactive"),
    (Psa.CONNECTWISE, "Invalid URLs are listed in the report"),
    (Psa.CONNECTWISE, "41 was inactive for a week"),
    (Psa.CONNECTWISE, "The meeting was not found for Company 250"),
    (Psa.CONNECTWISE, "A rate limit of 5 percent was agreed"),
    (Psa.CONNECTWISE, "Our clients ID themselves at the door"),
    (Psa.CONNECTWISE, "Asset Group 12 is not available for Items"),
    (Psa.HALOPSA, "catalogItem object is invalid. 41 is an inactive category"),
    (Psa.HALOPSA, "Please see the main contact"),
    (Psa.HALOPSA, "The rate was reached"),
    (Psa.HALOPSA, "The asset group meets on Monday"),
    (Psa.HALOPSA, "It does not exist"),
    (Psa.AUTOTASK, "Please populate main contact name"),
    (Psa.AUTOTASK, "The opportunity was not found in the drawer"),
    (Psa.AUTOTASK, "The company has an external consultant"),
    (Psa.AUTOTASK, "Cannot route. Codebase/company is invalid"),
)
"""Texts that have words of a rule and are none of it, or are another PSA's."""


@pytest.fixture(scope="module")
def packs() -> RulePacks:
    """The packs that the program comes with."""
    return RulePacks.load(resource("diagnosis"))


def _rule(packs: RulePacks, psa: Psa, text: str) -> str:
    return diagnose(packs, psa, Failure(kind=FailureKind.REFUSED, message=text), {}).rule


def _texts(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, told in vars(module).items():
        if isinstance(told, str) and not name.startswith("_"):
            yield name, told
        elif inspect.isfunction(told):
            given = [ARGUMENTS.get(each, 12) for each in inspect.signature(told).parameters]
            said = told(*given)
            for text in [said] if isinstance(said, str) else said:
                yield name, text


CASES = [
    pytest.param(psa, text, id=f"{psa.value}: {name} {text[:30]}")
    for psa, module in MODULES.items()
    for name, text in _texts(module)
    if (psa, name) not in SAYS_NOTHING
]


@pytest.mark.parametrize(("psa", "text"), CASES)
def test_a_sentence_of_a_practice_server_is_recognised(packs: RulePacks, psa: Psa, text: str) -> None:
    assert _rule(packs, psa, text) != UNKNOWN_RULE


@pytest.mark.parametrize(("psa", "text"), NEAR_MISSES)
def test_what_only_looks_like_one_is_not(packs: RulePacks, psa: Psa, text: str) -> None:
    assert _rule(packs, psa, text) == UNKNOWN_RULE


@pytest.mark.parametrize("tail", ["", ".", " category", " subcategory.", " product type.", " thing nobody knows"])
def test_an_inactive_category_is_recognised_whatever_follows(packs: RulePacks, tail: str) -> None:
    said = diagnose(
        packs,
        Psa.CONNECTWISE,
        Failure(kind=FailureKind.REFUSED, message=f"catalogItem object is invalid. 41 is an inactive{tail}"),
        {"site": "contoso", "record_id": "q1"},
    )
    assert said.rule == "connectwise.category-inactive"
    assert "41" in said.title
    assert said.cause_key == "connectwise.category-inactive:contoso:41::"


def test_one_inactive_category_is_one_cause_and_another_mapping_is_another(
    packs: RulePacks,
) -> None:
    def key(record: str, source: str) -> str:
        facts = {"mapping_kind": "product-category", "source_id": source}
        message = "catalogItem object is invalid. 41 is an inactive category"
        failure = Failure(kind=FailureKind.MAPPING_INVALID, message=message, facts=facts)
        return diagnose(packs, Psa.CONNECTWISE, failure, {"site": "contoso", "record_id": record}).cause_key

    assert key("q1", "c7") == key("q2", "c7")
    assert key("q1", "c7") != key("q1", "c8")
