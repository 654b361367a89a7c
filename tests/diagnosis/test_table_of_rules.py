"""Each rule is shown, by a sync or by a text; the table of all of them stands at the end of the tests' output."""

from collections import Counter

from sync_desktop.diagnosis.rules import Rule, RulePacks
from sync_desktop.resources import resource
from tests.conftest import TABLE
from tests.diagnosis.provoking import Record
from tests.diagnosis.shown_by import ONLY_TEXT, provoked
from tests.diagnosis.test_catalogue import EXAMPLES


def _rules() -> list[Rule]:
    return sorted(RulePacks.load(resource("diagnosis")).rules, key=lambda rule: rule.id)


def test_every_rule_that_a_sync_can_meet_is_met_and_the_others_say_why_not() -> None:
    by_sync = {each.rule for each in provoked()}
    assert {rule.id for rule in _rules()} == by_sync | set(ONLY_TEXT)
    assert not by_sync & set(ONLY_TEXT)


def test_table_of_all_rules_with_how_they_were_shown(record_property: Record) -> None:
    met = {each.rule: each for each in reversed(list(provoked()))}
    texts = {example.rule: example.message for example in reversed(EXAMPLES)}
    lines = []
    for rule in _rules():
        if each := met.get(rule.id):
            shown = f"by sync  {each.how}, {each.test}"
        else:
            shown = f"by text  “{texts[rule.id][:40]}”: {ONLY_TEXT[rule.id]}"
        lines.append(f"{rule.id:<40} {rule.cause_class.value:<18} {shown}")
    assert len(lines) == len(met) + len(ONLY_TEXT)
    lines += ["", f"{len(lines)} rules: {len(met)} by sync, {len(ONLY_TEXT)} only by text; of those by sync:"]
    ways = Counter(each.how for each in met.values())
    lines += [f"{count:>5}  {how}" for how, count in ways.most_common()]
    record_property(TABLE, "\n".join(lines))
