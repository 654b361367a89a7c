"""What is told to whoever has nothing but a line of Salesbuildr's Issues page: steps there and in the PSA."""

import re
from pathlib import Path

import pytest

from sync_desktop.diagnosis.match import diagnose
from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.failures import Failure, UserError
from sync_desktop.domain.words import CauseClass
from sync_desktop.resources import resource
from tests.diagnosis.example import Example
from tests.diagnosis.test_catalogue import EXAMPLES, LEFTOVER
from tests.diagnosis.test_rule_packs import RULE

OF_THIS_PROGRAM = re.compile(
    r"\*\*(Set mapping|Link or create|Check again|Copy details|Decide on \w+|Sites|Test connection|Write to [\w ]+)\*\*"
    r"|\bdefaults? (of|among)|under \*\*Attempts"
)
"""What stands only on issues, or in the settings, of this program."""
ONLY_HERE = frozenset(
    {
        "connectwise.codebase-not-told",
        "connectwise.line-item-not-set",
        "connectwise.not-primary-quote",
        "connectwise.site-mapping",
        "autotask.tax-region-mapping",
        "general.certificate",
        "general.changes-not-arrived",
        "general.credentials-characters",
        "general.no-words",
        "general.secret-missing",
        "halopsa.billing-period",
        "halopsa.line-item-not-set",
        "halopsa.line-kept",
        "halopsa.tax-mapping",
    }
)
"""Rules of texts that nobody but this program writes."""
WORDED = [example for example in EXAMPLES if not example.facts]


@pytest.fixture(scope="module")
def packs() -> RulePacks:
    """The packs that the program comes with."""
    return RulePacks.load(resource("diagnosis"))


def told(packs: RulePacks, example: Example) -> tuple[str, tuple[str, ...], CauseClass]:
    failure = Failure(kind=example.kind, message=example.message)
    said = diagnose(packs, example.psa, failure, {}, listed=True)
    return said.rule, said.steps, said.cause_class


def test_no_step_for_a_listed_line_names_what_only_issues_have(packs: RulePacks) -> None:
    with_words = {rule.id for rule in packs.rules if rule.patterns} - ONLY_HERE
    wrong = {
        rule: step
        for example in WORDED
        for rule, steps, _ in [told(packs, example)]
        for step in steps
        if rule in with_words and OF_THIS_PROGRAM.search(step)
    }
    assert wrong == {}


def test_a_line_that_can_go_through_ends_with_the_retry_in_salesbuildr(packs: RulePacks) -> None:
    ends = {"data", "configuration", "transient", "credentials", "permission", "partial"}
    for example in WORDED:
        rule, steps, cause_class = told(packs, example)
        assert steps, rule
        assert ("**Admin > Tools > Issues**" in steps[-1]) == (cause_class.value in ends), rule


def test_every_step_for_listed_lines_reads_well_whatever_is_known(packs: RulePacks) -> None:
    said = [step for example in EXAMPLES for step in told(packs, example)[1]]
    assert not [step for step in said if LEFTOVER.search(step) or step.count("**") % 2]


def test_every_rule_with_steps_for_listed_lines_is_met_by_an_example(packs: RulePacks) -> None:
    assert set(packs.listed) <= {example.rule for example in EXAMPLES}


def test_every_sentence_of_salesbuildrs_help_is_known(packs: RulePacks) -> None:
    rules = {rule.id: rule for rule in packs.rules}
    for sentence in packs.sentences:
        assert any(pattern.search(sentence) for rule in rules.values() for pattern in rule.patterns), sentence


def test_a_text_that_nobody_knows_says_whom_to_ask(packs: RulePacks) -> None:
    _, steps, _ = told(packs, Example("unknown", "The flux capacitor has no plutonium"))
    assert "Salesbuildr's support" in steps[-1]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ('rules = ["pack.two"]\nsteps = ["Ask."]', "rule pack.two: there is no such rule"),
        ('rules = ["pack.one"]\nsteps = ["Ask {gizmo|one}."]', "names the fact `gizmo`, which nothing supplies"),
        ('rules = ["pack.one", "pack.one"]\nsteps = ["Ask."]', "has the rule pack.one twice"),
        ('rules = ["pack.one"]\nsteps = []', "it cannot be read"),
    ],
)
def test_a_mistake_is_named_with_the_file(tmp_path: Path, entry: str, sentence: str) -> None:
    (tmp_path / "pack.toml").write_text(RULE, encoding="utf-8")
    (tmp_path / "listed.toml").write_text(f"[[listed]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        RulePacks.load(tmp_path)
    assert "listed.toml" in str(caught.value)
    assert sentence in str(caught.value)
