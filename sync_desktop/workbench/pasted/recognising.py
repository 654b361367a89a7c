"""What the rules say of a text that somebody pasted: only its words are known, not what kind of failure it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from sync_desktop.diagnosis.match import diagnose
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.words import FailureKind, Psa

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync_desktop.diagnosis.rules import Rule, RulePacks
    from sync_desktop.domain.issues import Diagnosis
    from sync_desktop.quoting.pasted.shapes import IssueLine

_LONGEST_MESSAGE = 4_000
_NAMES = {
    Psa.AUTOTASK: re.compile(r"\bautotask\b|\bdatto\b", re.IGNORECASE),
    Psa.CONNECTWISE: re.compile(r"\bconnect[ -]?wise\b", re.IGNORECASE),
    Psa.HALOPSA: re.compile(r"\bhalo ?psa\b|\bhalo\b", re.IGNORECASE),
}
_LONGEST_TYPED = 300
"""Letters from which on nobody has typed a line."""
_MUCH_LIKE = 88
"""Of a hundred: how much of a sentence is in a text that is much like it."""
_OF_THE_RECORD = ("record", "record_kind", "record_id")


class Recogniser:
    """Asks the rules about pasted texts; each text is searched once."""

    def __init__(self, packs: RulePacks) -> None:
        self._packs = packs
        self._by_id = {rule.id: rule for rule in packs.rules}
        self._fitting: dict[str, tuple[Rule, ...]] = {}
        self._told: dict[tuple[Psa | None, str], tuple[Failure, Rule] | None] = {}

    def knows(self, text: str) -> bool:
        """Say whether any rule of any PSA knows the words of a text."""
        return bool(self._rules(_plain(text))) and any(self._known(psa, text) is not None for psa in (None, *Psa))

    def psa_of(self, text: str) -> Psa | None:
        """Return the PSA whose own rules know a text; None where the rules of every PSA do, or none."""
        for psa in Psa:
            known = self._known(psa, text)
            if known is not None and known[1].psa is psa:
                return psa
        return None

    def failure(self, psa: Psa | None, text: str) -> tuple[Failure, bool]:
        """Return the failure that a text stands for, and whether a rule knows its words."""
        known = self._known(psa, text)
        if known is not None:
            return known[0], True
        return Failure(kind=FailureKind.REFUSED, message=_plain(text)), False

    def diagnosis(
        self, psa: Psa | None, failure: Failure, context: Mapping[str, str], *, listed: bool = False
    ) -> Diagnosis:
        """Return what is said of a failure; of a `listed` one, what to do about it in Salesbuildr and the PSA.

        Pasted words seldom tell what has to change. Those of which it is not known are one cause then, instead of one
        for each record.
        """
        said = diagnose(self._packs, psa, failure, context, listed=listed)
        less = {name: value for name, value in context.items() if name not in _OF_THE_RECORD}
        without = diagnose(self._packs, psa, failure, less)
        return said.model_copy(update={"cause_key": without.cause_key}) if without.title == said.title else said

    def much_like(self, text: str) -> str:
        """Return the sentence of Salesbuildr's help that a text is much like; empty where it is like none.

        That is no reading of it: somebody may have mistyped it, or have meant something else.
        """
        plain = _plain(text).casefold()
        if len(plain) > _LONGEST_TYPED:
            return ""
        known = {sentence: sentence.casefold() for sentence in self._packs.sentences}
        found = process.extractOne(plain, known, scorer=fuzz.partial_ratio, score_cutoff=_MUCH_LIKE)
        long_enough = found is not None and len(plain) >= len(found[0]) * _MUCH_LIKE / 100
        return str(found[2]) if found is not None and long_enough else ""

    def is_of(self, psa: Psa, issue: IssueLine) -> bool:
        """Say whether an issue names a PSA, or has a message that only this PSA's rules know."""
        return issue.psa == psa.value or _NAMES[psa].search(issue.text) is not None or self.psa_of(issue.message) is psa

    def _known(self, psa: Psa | None, text: str) -> tuple[Failure, Rule] | None:
        message = _plain(text)
        key = (psa, message)
        if key not in self._told:
            self._told[key] = self._search(psa, message)
        return self._told[key]

    def _rules(self, message: str) -> tuple[Rule, ...]:
        """Return the rules, of whatever PSA, one of whose patterns is found in a text."""
        if message not in self._fitting:
            self._fitting[message] = tuple(rule for rule in self._packs.rules if _has_words_of(rule, message))
        return self._fitting[message]

    def _search(self, psa: Psa | None, message: str) -> tuple[Failure, Rule] | None:
        rules = [rule for rule in self._rules(message) if rule.psa in (None, psa)]
        kinds = dict.fromkeys((FailureKind.REFUSED, *(kind for rule in rules for kind in sorted(rule.kinds))))
        for kind in kinds if rules else ():
            failure = Failure(kind=kind, message=message)
            said = self._by_id.get(diagnose(self._packs, psa, failure, {}).rule)
            if said in rules:
                return failure, said
        return None


def guess_psa(recogniser: Recogniser, issues: Iterable[IssueLine]) -> tuple[Psa | None, int]:
    """Return the PSA that most issues are about, with how many these are; None where none leads."""
    known = list(issues)
    votes = {psa: sum(recogniser.is_of(psa, issue) for issue in known) for psa in Psa}
    first, second = sorted(votes, key=lambda psa: -votes[psa])[:2]
    return (first, votes[first]) if votes[first] > votes[second] else (None, 0)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _has_words_of(rule: Rule, message: str) -> bool:
    return any(pattern.search(message[:_LONGEST_MESSAGE]) for pattern in rule.patterns)
