"""From a failure to a diagnosis: which rule fits, and what it says of these facts. Pure; no I/O."""

import re
from collections.abc import Mapping
from hashlib import sha256

from sync_desktop.diagnosis.rules import UNKNOWN_RULE, Rule, RulePacks
from sync_desktop.diagnosis.texts import holds, say, say_all
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.issues import Diagnosis
from sync_desktop.domain.words import Action, CauseClass, Psa, Severity

_LONGEST_MESSAGE = 4_000
"""More of a message is not searched: an HTML error page need not be read to its end."""
_LONGEST_QUOTE = 120
_WHAT_TO_SEND = (
    "If that does not help, press **Copy details** and send the copy to support. It holds the text, the record, the"
    " time, and requests and answers without secrets."
)
_LISTED_UNKNOWN = (
    "See the record in your PSA and in Salesbuildr; the text may name what is wrong with it.",
    "If that does not help, send the line to Salesbuildr's support, with the record and the time.",
)
_RETRIED_THERE = (
    "Then press **Retry** at the line in Salesbuildr, under **Admin > Tools > Issues**: what goes through disappears"
    " there by itself."
)
_DONE_HERE = re.compile(r"Refresh, |Then try again")
"""How steps begin that are for issues of this program only."""
_RETRIED = frozenset(
    (
        CauseClass.TRANSIENT,
        CauseClass.CREDENTIALS,
        CauseClass.PERMISSION,
        CauseClass.CONFIGURATION,
        CauseClass.DATA,
        CauseClass.PARTIAL,
    )
)
"""Causes after whose repair the line is retried."""


def diagnose(
    packs: RulePacks, psa: Psa | None, failure: Failure, context: Mapping[str, str], *, listed: bool = False
) -> Diagnosis:
    """Return what the best rule says of a failure, or that its cause is unknown.

    Where the PSA is not known (None), only the rules of every PSA are asked. `listed` is for a line of Salesbuildr's
    Issues page that is no issue here: its steps are for Salesbuildr and the PSA alone.
    `context` holds facts of the attempt (`site`, `record`, `record_id`, `company`, ...). What the failure itself states
    counts before them, and before what a pattern reads out of the message.
    """
    message = " ".join(failure.message[:_LONGEST_MESSAGE].split())
    known = _facts(psa, failure, context)
    for rule in packs.rules:
        if rule.psa not in (None, psa) or (rule.kinds and failure.kind not in rule.kinds):
            continue
        for words, groups in _found(rule, message):
            facts = {**groups, **known}
            if all(facts.get(name) for name in rule.require_facts) and holds(rule.facts, facts):
                said = _said(rule, facts, words)
                return _as_listed(said, packs, rule, facts) if listed else said
    said = _unknown(failure, message, known)
    return said.model_copy(update={"steps": _LISTED_UNKNOWN}) if listed else said


def _facts(psa: Psa | None, failure: Failure, context: Mapping[str, str]) -> dict[str, str]:
    facts = {**context, **failure.facts}
    if failure.record is not None:
        facts = {**facts, "record_kind": failure.record.kind.value, "record_id": failure.record.id}
    facts = {name: value for name, value in facts.items() if value.strip()}
    named = {"psa": psa.value, "psa_label": psa.label} if psa else {"psa": "", "psa_label": "your PSA"}
    return {**facts, **named, "kind": failure.kind.value}


def _found(rule: Rule, message: str) -> list[tuple[str, dict[str, str]]]:
    """Return the words that each pattern found with the facts in them; a rule without patterns needs no words."""
    if not rule.patterns:
        return [("", {})]
    matches = [match for pattern in rule.patterns if (match := pattern.search(message))]
    return [(match.group(), {name: value for name, value in match.groupdict().items() if value}) for match in matches]


def _said(rule: Rule, facts: dict[str, str], words: str) -> Diagnosis:
    return Diagnosis(
        rule=rule.id,
        cause_key=_cause_key(rule.id, _cause_values(rule, facts), facts),
        title=say(rule.title, facts),
        cause_class=rule.cause_class,
        severity=rule.severity,
        why=" ".join(say(wording, facts) for wording in (rule.why, rule.here) if wording),
        steps=say_all(rule.steps, facts),
        actions=rule.actions,
        retry_helps=rule.retry_helps,
        matched_on=_matched_on(rule, facts, words),
        badge=rule.badge,
    )


def _as_listed(said: Diagnosis, packs: RulePacks, rule: Rule, facts: dict[str, str]) -> Diagnosis:
    """Return a diagnosis for a line of Salesbuildr's Issues page, which is put right and retried there."""
    own = packs.listed.get(rule.id)
    steps = say_all(own or rule.steps, facts)
    kept = steps if own else tuple(step for step in steps if not _DONE_HERE.match(step))
    kept = (*kept, _RETRIED_THERE) if rule.cause_class in _RETRIED else kept
    return said.model_copy(update={"why": say(rule.why, facts), "steps": kept})


def _cause_values(rule: Rule, facts: Mapping[str, str]) -> list[str]:
    values = [
        next((facts[name] for name in entry.split("|") if name in facts), "")
        for entry in rule.cause_facts
        if entry != "site"
    ]
    if any(values) or rule.cause_facts == ("site",):
        return values
    return [facts.get("record_kind", ""), facts.get("record_id") or facts.get("record", "")]


def _cause_key(rule_id: str, values: list[str], facts: Mapping[str, str]) -> str:
    # Ids of two tenants may be equal by chance, so a cause is always one of its site.
    return ":".join((rule_id, facts.get("site", ""), *values))


def _matched_on(rule: Rule, facts: Mapping[str, str], words: str) -> str:
    parts = [f"“{_quoted(words)}”"] if words else []
    if rule.kinds:
        parts.append(f"kind: {facts['kind']}")
    parts += [f"{name}: {_quoted(facts[name])}" for name in sorted({*rule.require_facts, *rule.facts}) if name in facts]
    return " · ".join(parts)


def _quoted(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"


def _unknown(failure: Failure, message: str, facts: Mapping[str, str]) -> Diagnosis:
    """Say that no rule knows this. Equal texts are one cause, because the text is all that is known of it."""
    fingerprint = sha256(message.casefold().encode()).hexdigest()[:12]
    text = _quoted(message.replace("**", "*")) or f"no text, only the kind “{failure.kind.value}”"
    return Diagnosis(
        rule=UNKNOWN_RULE,
        cause_key=_cause_key(UNKNOWN_RULE, [failure.kind.value, fingerprint], facts),
        title=f"Unknown: {text}",
        cause_class=CauseClass.UNKNOWN,
        severity=Severity.ERROR,
        why="No rule of this program knows this text, and it does not guess. The text stands above as it came.",
        steps=(
            f"See the record in **{facts['psa_label']}** and in Salesbuildr; the text may name what is wrong with it.",
            _WHAT_TO_SEND,
            "If you find the cause, put it right and try again.",
        ),
        actions=(Action.COPY_DETAILS, Action.RETRY, Action.CHECK, Action.OPEN_PSA, Action.OPEN_SALESBUILDR),
        # Nobody knows that it cannot help, and the button must not claim so.
        retry_helps=True,
        badge="Unknown",
    )
