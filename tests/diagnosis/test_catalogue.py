"""The rule packs against the texts that they are for."""

import re

import pytest

from sync_desktop.diagnosis.match import diagnose
from sync_desktop.diagnosis.rules import KNOWN_FACTS, RulePacks
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.issues import Diagnosis
from sync_desktop.domain.words import Action
from sync_desktop.resources import resource
from tests.diagnosis.catalogue_autotask import AUTOTASK
from tests.diagnosis.catalogue_connectwise import CONNECTWISE
from tests.diagnosis.catalogue_general import GENERAL
from tests.diagnosis.catalogue_halopsa import HALOPSA
from tests.diagnosis.catalogue_records import RECORDS
from tests.diagnosis.catalogue_states import STATES
from tests.diagnosis.example import Example

EXAMPLES = (*GENERAL, *RECORDS, *AUTOTASK, *CONNECTWISE, *HALOPSA, *STATES)
UNKNOWN = Example("unknown", "The flux capacitor has no plutonium")
CONTEXT = {"site": "contoso", "record": "Q-2041 Northwind refresh", "record_kind": "quote", "record_id": "q2041"}
EVERY_FACT = {
    name: f"<{name}>" for name in KNOWN_FACTS - {"psa", "psa_label", "kind", "state", "reason", "field", "sent"}
}
LEFTOVER = re.compile(r"[{}|]|\*\*\*|\*\* \*\*|\s\s|\s[.,;:]|^$|\bNone\b")


@pytest.fixture(scope="module")
def packs() -> RulePacks:
    """The packs that the program comes with."""
    return RulePacks.load(resource("diagnosis"))


def diagnosis_of(packs: RulePacks, example: Example, **facts: str) -> Diagnosis:
    failure = Failure(kind=example.kind, message=example.message, facts={**facts, **example.facts})
    return diagnose(packs, example.psa, failure, CONTEXT)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.rule}: {example.message[:40]}")
def test_each_text_is_explained_by_its_rule(packs: RulePacks, example: Example) -> None:
    assert diagnosis_of(packs, example).rule == example.rule


def test_every_rule_has_an_example(packs: RulePacks) -> None:
    assert {rule.id for rule in packs.rules} == {example.rule for example in EXAMPLES}


@pytest.mark.parametrize("everything", [False, True], ids=["minimal facts", "all facts"])
def test_no_sentence_has_a_hole_or_a_leftover(packs: RulePacks, everything: bool) -> None:
    for example in (*EXAMPLES, UNKNOWN):
        said = diagnosis_of(packs, example, **(EVERY_FACT if everything else {}))
        for text in (said.title, said.why, *said.steps):
            assert not LEFTOVER.search(text), (example.rule, text)
            assert text.count("**") % 2 == 0, (example.rule, text)


def test_every_variant_is_said_by_some_example(packs: RulePacks) -> None:
    """A wording that no example reaches may be one that can never be said."""
    said = [diagnosis_of(packs, example) for example in EXAMPLES]
    texts: dict[str, set[str]] = {}
    for diagnosis in said:
        texts.setdefault(diagnosis.rule, set()).update((diagnosis.why, *diagnosis.steps))
    for rule in packs.rules:
        wanted = len({variant.text for variant in (*rule.why, *rule.steps)})
        assert len(texts[rule.id]) >= wanted, rule.id


def test_every_cause_says_what_to_do(packs: RulePacks) -> None:
    for example in (*EXAMPLES, UNKNOWN):
        said = diagnosis_of(packs, example)
        assert said.steps, said.rule
        assert said.actions, said.rule


BUTTONS = {
    "Set mapping": Action.SET_MAPPING,
    "Link or create": Action.LINK,
    "Decide on lines": Action.KEEP_LINES,
    "Write to the won opportunity": Action.CONFIRM_WON,
    "Write to this opportunity": Action.CONFIRM_OPEN,
    "Copy details": Action.COPY_DETAILS,
    "Retry": Action.RETRY,
    "Check again": Action.CHECK,
}


def test_no_step_names_a_button_that_is_not_offered(packs: RulePacks) -> None:
    for rule in packs.rules:
        text = " ".join(variant.text for variant in rule.steps)
        for button, action in BUTTONS.items():
            if f"**{button}**" in text:
                assert action in rule.actions, (rule.id, button)


def test_a_repaired_mapping_is_never_said_to_repair_salesbuildr(packs: RulePacks) -> None:
    for rule in packs.rules:
        steps = " ".join(step.text for step in rule.steps)
        if "ress **Set mapping**" in steps and rule.id != "autotask.reference-invalid":
            assert "Salesbuildr keeps its own" in steps, rule.id
