"""From a failure to a diagnosis: which rule speaks, of which cause, in which words."""

from pathlib import Path

import pytest

from sync_desktop.diagnosis.match import diagnose
from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.issues import Diagnosis
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import Action, CauseClass, FailureKind, Psa, RecordKind
from sync_desktop.resources import resource

BILLING = "BillingCode does not exist or is invalid"
CONTEXT = {"site": "contoso", "record": "Q-1", "record_kind": "quote", "record_id": "q1"}


@pytest.fixture(scope="module")
def packs() -> RulePacks:
    """The packs that the program comes with."""
    return RulePacks.load(resource("diagnosis"))


def billing(packs: RulePacks, context: dict[str, str] | None = None, **facts: str) -> Diagnosis:
    failure = Failure(kind=FailureKind.MAPPING_INVALID, message=BILLING, facts=facts)
    return diagnose(packs, Psa.AUTOTASK, failure, context or CONTEXT)


def test_quotes_that_wait_for_one_mapping_have_one_cause(packs: RulePacks) -> None:
    facts = {"mapping_kind": "product-billing-code", "source_id": "c7"}
    one = billing(packs, {**CONTEXT, "record_id": "q1"}, **facts)
    other = billing(packs, {**CONTEXT, "record_id": "q2"}, **facts)
    assert one.cause_key == other.cause_key


def test_other_categories_and_other_sites_are_other_causes(packs: RulePacks) -> None:
    keys = {
        billing(packs, source_id="c7").cause_key,
        billing(packs, source_id="c8").cause_key,
        billing(packs, {**CONTEXT, "site": "fabrikam"}, source_id="c7").cause_key,
    }
    assert len(keys) == 3


def test_a_category_is_the_same_cause_under_either_name_of_its_id(packs: RulePacks) -> None:
    assert billing(packs, category_id="c7").cause_key == billing(packs, source_id="c7", category_id="c7").cause_key


def test_without_a_fact_that_has_to_change_each_record_is_its_own_cause(packs: RulePacks) -> None:
    assert billing(packs).cause_key != billing(packs, {**CONTEXT, "record_id": "q2"}).cause_key


def test_the_record_that_is_concerned_counts_before_the_one_that_was_tried(packs: RulePacks) -> None:
    failure = Failure(
        kind=FailureKind.NO_EXTERNAL_ID,
        message="Company has no external identifier",
        record=RecordRef(kind=RecordKind.COMPANY, id="co4"),
    )
    said = [diagnose(packs, Psa.AUTOTASK, failure, {**CONTEXT, "record_id": tried}) for tried in ("q1", "q2")]
    assert said[0].cause_key == said[1].cause_key
    assert "co4" in said[0].cause_key


def test_the_title_names_what_is_known(packs: RulePacks) -> None:
    said = billing(packs, category="Firewalls", target_state="inactive", target_name="Hardware (old)")
    assert said.title == "Category **Firewalls** leads to an inactive billing code"
    assert "**Hardware (old)**" in said.why
    assert any("Category Billing Codes" in step and "Salesbuildr keeps its own copy" in step for step in said.steps)


def test_what_the_failure_states_counts_before_what_the_text_says(packs: RulePacks) -> None:
    message = "City is longer than 30 characters"
    failure = Failure(kind=FailureKind.INVALID_VALUE, message=message, facts={"field": "city"})
    assert diagnose(packs, Psa.AUTOTASK, failure, CONTEXT).title == "**city** is longer than 30 characters"


def test_it_says_on_what_it_matched(packs: RulePacks) -> None:
    failure = Failure(kind=FailureKind.CLOSED, message="Opportunity is closed in Autotask", facts={"state": "won"})
    said = diagnose(packs, Psa.AUTOTASK, failure, CONTEXT)
    assert said.matched_on == "“Opportunity is closed in Autotask” · kind: closed · state: won"
    assert Action.CONFIRM_WON in said.actions


def test_a_rule_of_another_psa_does_not_speak(packs: RulePacks) -> None:
    failure = Failure(kind=FailureKind.REFUSED, message=BILLING)
    assert diagnose(packs, Psa.CONNECTWISE, failure, CONTEXT).rule == "unknown"


def test_the_unknown_is_called_unknown_and_says_what_to_send(packs: RulePacks) -> None:
    failure = Failure(kind=FailureKind.REFUSED, message="Something  nobody\nhas seen")
    said = diagnose(packs, Psa.AUTOTASK, failure, CONTEXT)
    assert said.cause_class is CauseClass.UNKNOWN
    assert said.title == "Unknown: Something nobody has seen"
    assert said.actions[0] is Action.COPY_DETAILS
    assert any("send the copy to support" in step for step in said.steps)


def test_an_unknown_failure_without_a_text_still_says_something(packs: RulePacks) -> None:
    said = diagnose(packs, Psa.AUTOTASK, Failure(kind=FailureKind.REFUSED, message=" "), {})
    assert said.title == "Unknown: no text, only the kind “refused by the PSA”"


def test_unknown_texts_are_one_cause_where_they_are_equal(packs: RulePacks) -> None:
    def key(message: str) -> str:
        return diagnose(packs, Psa.AUTOTASK, Failure(kind=FailureKind.REFUSED, message=message), CONTEXT).cause_key

    assert key("Odd text") == key("odd  text")
    assert key("Odd text") != key("Other text")


def test_names_cannot_break_the_markup_or_the_line(packs: RulePacks) -> None:
    said = billing(packs, category="Fire**walls\n{x}" + "y" * 500)
    assert said.title.count("**") == 2
    assert "\n" not in said.title
    assert len(said.title) < 250


def test_blank_facts_are_not_known(packs: RulePacks) -> None:
    assert billing(packs, category="  ").title == "Billing code of a product's category is not valid"


def test_a_very_long_answer_is_searched_at_its_start_only(packs: RulePacks) -> None:
    failure = Failure(kind=FailureKind.REFUSED, message="x " * 50_000 + BILLING)
    assert diagnose(packs, Psa.AUTOTASK, failure, CONTEXT).rule == "unknown"


def test_of_rules_with_equal_priority_the_one_that_asks_for_more_speaks(tmp_path: Path) -> None:
    rule = """
[[rule]]
id = "pack.{}"
psa = "general"
kinds = ["closed"]
{}
class = "data"
severity = "error"
badge = "Fix"
title = "T"
why = "W"
actions = ["retry"]
"""
    pack = rule.format("any", "") + rule.format("lost", 'facts = { state = ["lost", "gone"] }')
    (tmp_path / "pack.toml").write_text(pack, encoding="utf-8")
    packs = RulePacks.load(tmp_path)
    for state, wanted in (("Lost", "pack.lost"), ("closed", "pack.any")):
        failure = Failure(kind=FailureKind.CLOSED, message="", facts={"state": state})
        assert diagnose(packs, Psa.HALOPSA, failure, {}).rule == wanted
