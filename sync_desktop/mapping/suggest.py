"""Targets that a mapping could lead to, with the evidence for each; nothing is ever applied but by a person.

What synchronised products use counts most, then the same target that was moved or made anew, then a name. Only whole,
valid targets are suggested, and where two are as likely, none is.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sync_desktop.domain.mappings import OTHERS, Suggestion, Target
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.names import names_agree
from sync_desktop.domain.words import SuggestedBy
from sync_desktop.mapping.likeness import Likeness, Names
from sync_desktop.mapping.votes import StoredVote

_LEVELS = re.compile(r"\s*›\s*")
_BESIDE = re.compile(r"\s+·\s+")
"""How connectors put the names of a whole target together: "Security › Firewall · Hardware"."""


@dataclass(frozen=True, slots=True)
class Question:
    """One source that leads nowhere, or to something that is broken."""

    kind: str
    source_id: str
    source_name: str
    mapping: ValueMapping | None
    now: Target | None = None
    """What the mapping leads to, as the last audit saw it."""


@dataclass(slots=True)
class Suggester:
    """Answers questions about one kind at one site.

    `votes` are the kind's votes by source; `rejected` says whether a person does not want a suggestion. `of_steps` says
    that the targets are steps of a sale, whose names may have a word more.
    """

    targets: Sequence[Target]
    votes: Mapping[str, Sequence[StoredVote]]
    rejected: Callable[[Suggestion], bool]
    of_steps: bool = False
    _valid: dict[str, Target] = field(init=False)
    _by_name: dict[str, list[Target]] = field(init=False)
    """Valid targets by each name that one could be meant by."""
    _names: Names = field(init=False)

    def __post_init__(self) -> None:
        self._valid = {target.id: target for target in self.targets if target.valid}
        self._by_name = defaultdict(list)
        for target in self._valid.values():
            for name in _names(target.name):
                self._by_name[name].append(target)
        self._names = Names(self._by_name)

    def best(self, question: Question) -> Suggestion | None:
        """Return the strongest suggestion; None where there is none."""
        return next(iter(self.all(question)), None)

    def all(self, question: Question) -> list[Suggestion]:
        """Return what can be suggested, the strongest first, each target once."""
        found: dict[str, Suggestion] = {}
        for suggestion in (*self._of_products(question), *self._anew(question), *self._of_name(question)):
            if suggestion.target.id != _leads_to(question) and not self.rejected(suggestion):
                found.setdefault(suggestion.target.id, suggestion)
        return list(found.values())

    def _of_products(self, question: Question) -> Iterable[Suggestion]:
        """Yield the valid target that more linked products of the source have than any other valid one."""
        counted = self.votes.get(question.source_id, ())
        valid = [vote for vote in counted if vote.target_id in self._valid]
        if not valid or (len(valid) > 1 and valid[0].count == valid[1].count):
            return
        first, of = valid[0], sum(vote.count for vote in valid)
        share = f"{first.count:,}" if first.count == of else f"{first.count:,} of {of:,}"
        noun, verb = ("product", "is") if of == 1 else ("products", "are")
        evidence = f"{share} synchronised {noun} {verb} there"
        yield _suggest(question, self._valid[first.target_id], SuggestedBy.PRODUCTS, evidence, first.count / of)

    def _anew(self, question: Question) -> Iterable[Suggestion]:
        """Yield where the target itself has gone: to another parent, or made anew under the same name."""
        now = question.now
        moved = self._valid.get(now.moved_to) if now is not None else None
        if moved is not None:
            yield _suggest(question, moved, SuggestedBy.MOVED, "the same target, with its new parent", 1.0)
        called = _known_name(question)
        same = [target for target in self._valid.values() if called and names_agree(called, target.name)]
        if len(same) == 1 and same[0] is not moved:
            yield _suggest(question, same[0], SuggestedBy.MOVED, f"“{called}” is there anew, under this number", 0.9)

    def _of_name(self, question: Question) -> Iterable[Suggestion]:
        """Yield the targets that are called as the source is, unless several are so alike."""
        if question.source_id == OTHERS or not question.source_name:
            return
        alike = self._names.alike(question.source_name)
        if not alike and self.of_steps:
            alike = self._names.a_word_apart(question.source_name)
        scored: dict[float, list[tuple[Likeness, Target]]] = defaultdict(list)
        for found, name in alike:
            scored[found.score] += [(found, target) for target in self._by_name[name]]
        for score in sorted(scored, reverse=True):
            first = self._nearest(question, scored[score])
            if first is None or self._told_apart(question, *first):
                return  # several are as likely, and what is less likely than they are is no answer either
            yield _suggest(question, first[1], SuggestedBy.NAME, first[0].why, score)

    def _nearest(self, question: Question, alike: Sequence[tuple[Likeness, Target]]) -> tuple[Likeness, Target] | None:
        """Return the only target, or the only one that has as much as can be of what the mapping leads to now."""
        each = {target.id: (found, target) for found, target in alike}
        if len(each) == 1:
            return next(iter(each.values()))
        kept = set(_leads_to(question).split("/")[1:]) - {""}
        shared = {target_id: len(kept & set(target_id.split("/")[1:])) for target_id in each}
        most = [target_id for target_id, count in shared.items() if count == max(shared.values()) and count]
        return each[most[0]] if len(most) == 1 else None

    def _told_apart(self, question: Question, found: Likeness, target: Target) -> bool:
        """Say whether the words that this target has more are what tells it from another that is like the source.

        "Hardware (resale)" is "Hardware", unless "Hardware (lease)" is there too.
        """
        if not found.says_more:
            return False
        saying = self._names.saying(question.source_name)
        return any(each.id != target.id for name in saying for each in self._by_name[name])


def _suggest(question: Question, target: Target, by: SuggestedBy, evidence: str, score: float) -> Suggestion:
    return Suggestion(
        kind=question.kind, source_id=question.source_id, target=target, by=by, evidence=evidence, score=score
    )


def _leads_to(question: Question) -> str:
    return question.mapping.target_id if question.mapping is not None else ""


def _known_name(question: Question) -> str:
    """Return what the broken target is, or was, called; empty where only its number is known."""
    names = (question.now.name if question.now else "", question.mapping.target_name if question.mapping else "")
    return next((name for name in names if name and "#" not in name), "")


def _names(name: str) -> list[str]:
    """Return what a target can be meant by.

    Of "Security › Firewall · Hardware" those are its levels together, the last alone, and the last with a word of what
    it is within or of its type: "Security Firewall", "Firewall", "Hardware Firewall".
    """
    whole, *beside = _BESIDE.split(name)
    levels = [level for level in _LEVELS.split(whole) if level]
    if not levels:
        return []
    around = " ".join((*levels[:-1], *beside)).split()
    return list(dict.fromkeys([" ".join(levels), levels[-1], *(f"{word} {levels[-1]}" for word in around)]))
