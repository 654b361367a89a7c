"""Reading rule packs: a mistake is one sentence that names file, rule and mistake."""

from pathlib import Path

import pytest

from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.failures import UserError

RULE = """
[[rule]]
id = "pack.one"
psa = "general"
patterns = ['no (?P<thing>\\w+)']
class = "data"
severity = "error"
badge = "Fix"
title = "No {thing}"
why = "There is none."
steps = ["Make one."]
actions = ["retry"]
"""


def load(folder: Path, *packs: str) -> RulePacks:
    for number, pack in enumerate(packs):
        (folder / f"pack{number}.toml").write_text(pack, encoding="utf-8")
    return RulePacks.load(folder)


def test_a_sound_pack_is_read(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, RULE).rules
    assert rule.id == "pack.one"
    assert rule.psa is None
    assert rule.sure_facts >= {"thing", "psa_label"}


def test_help_texts_beside_the_packs_are_no_pack(tmp_path: Path) -> None:
    (tmp_path / "help.toml").write_text("topic = []", encoding="utf-8")
    assert len(load(tmp_path, RULE).rules) == 1


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'severity = "error"',
            'severity = "awful"',
            "rule pack.one: `severity`: Input should be 'error', 'warning' or 'info'",
        ),
        ('class = "data"', 'class = "dada"', "rule pack.one: `class`: Input should be"),
        ('actions = ["retry"]', 'actions = ["pray"]', "rule pack.one: `actions.0`: Input should be"),
        ('badge = "Fix"', 'badge = "Fix"\nkinds = ["odd"]', "rule pack.one: `kinds.0`: Input should be"),
        ('psa = "general"', 'psa = "sap"', "rule pack.one: `psa`: Input should be"),
        ('badge = "Fix"', 'badge = "Fix"\nbadger = "x"', "rule pack.one: `badger` is not a field of a rule"),
        ('badge = "Fix"', "", "rule pack.one: `badge`: Field required"),
        (
            r"'no (?P<thing>\w+)'",
            "'no (?P<thing'",
            "rule pack.one: the pattern “no (?P<thing” is no regular expression",
        ),
        ('"Make one."', '"Make {gizmo|one}."', "rule pack.one: names the fact `gizmo`, which nothing supplies"),
        ('badge = "Fix"', 'badge = "Fix"\nrequire_facts = ["gizmo"]', "names the fact `gizmo`"),
        ('badge = "Fix"', 'badge = "Fix"\ncause_facts = ["thing|gizmo"]', "names the fact `gizmo`"),
        ('badge = "Fix"', 'badge = "Fix"\nfacts = { gizmo = "*" }', "names the fact `gizmo`"),
        ('"Make one."', '{ when = { gizmo = "*" }, text = "Make." }', "names the fact `gizmo`"),
        ('"Make one."', '"Make {company}."', "its text “Make {company}.” needs words for where `company` is not known"),
        ('"Make one."', '"Make {company."', "`steps.0.text`: has a brace that is not a fact, near “Make {company.”"),
        ('"There is none."', '[{ when = { company = "*" }, text = "None." }]', "its why has no variant without `when`"),
        (r"patterns = ['no (?P<thing>\w+)']", "", "has nothing to recognise a failure by"),
        ('id = "pack.one"', 'id = "Pack One"', "rule Pack One: `id`: String should match pattern"),
        ('id = "pack.one"', "", "rule number 1: `id`: Field required"),
        ("[[rule]]", "[[rules]]", "it has to be a list of [[rule]] tables and nothing else"),
        ("[[rule]]", "[[rule]", "it cannot be read"),
    ],
)
def test_a_mistake_is_named_with_file_and_rule(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in RULE
    with pytest.raises(UserError) as caught:
        load(tmp_path, RULE.replace(old, new))
    assert str(caught.value).startswith("The rule pack pack0.toml cannot be used: ")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_rules_of_one_name_are_refused_over_all_packs(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"pack1\.toml.*rule pack\.one: there is another rule of this name"):
        load(tmp_path, RULE, RULE)


def test_a_folder_without_packs_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no rule packs"):
        RulePacks.load(tmp_path)


def test_a_fact_that_a_condition_makes_sure_needs_no_other_words(tmp_path: Path) -> None:
    step = '{ when = { company = "*" }, text = "Ask {company}." }'
    assert load(tmp_path, RULE.replace('"Make one."', step)).rules


def test_a_group_of_one_pattern_only_needs_other_words(tmp_path: Path) -> None:
    patterns = r"""patterns = ['no (?P<thing>\w+)', 'nothing']"""
    with pytest.raises(UserError, match="needs words for where `thing` is not known"):
        load(tmp_path, RULE.replace(r"patterns = ['no (?P<thing>\w+)']", patterns))
