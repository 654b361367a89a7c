"""What drafting is for every PSA: rows of a field table, mapped values, texts that are too long, what is in the way."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import OTHERS, OTHERS_LABEL, Target
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.names import names_agree
from sync_desktop.domain.records import Named, RecordRef
from sync_desktop.domain.words import FailureKind, MappingOrigin, MappingState
from sync_desktop.psa.connector import PENDING, Pending, Refs

OWNER = "owner"
STAGE = "opportunity-stage"
STATUS = "opportunity-status"
CATEGORY = "opportunity-category"
COMPANY_TYPE = "company-type"
PAYMENT_TERM = "payment-term"
SHIPPING = "shipping-type"
"""Mapping kinds that are called the same for every PSA that has them."""


@dataclass(frozen=True, slots=True)
class Source:
    """One row of the field table that can be sent: where its value comes from and whether it may change later."""

    field: str
    comes_from: str
    value: Callable[[Any, Any], Any]
    """Takes the record and the drafting of its connector."""
    updates: bool = False
    cut: bool = False
    """Whether a text that is too long is cut, with a warning, instead of blocking."""


@dataclass(frozen=True, slots=True)
class Unheld:
    """Something of the quoting side that a PSA cannot hold."""

    member: str
    why: str
    present: Callable[[Any], bool]

    @property
    def sentence(self) -> str:
        """What the plan shows where a record has it."""
        return f"{_capital(self.member)}: {self.why}"


def unheld_sentences(record: Any, rows: Iterable[Unheld]) -> tuple[str, ...]:
    """Return a sentence for each reason why something that a record has is not in the PSA."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.present(record):
            found.setdefault(row.why, []).append(row.member)
    return tuple(f"{_capital(', '.join(members))}: {why}" for why, members in found.items())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class MappedWords:
    """What is mapped, to what, and the fact that names it."""

    source: str
    target: str
    fact: str


@dataclass(slots=True)
class Drafting:
    """One draft in the making. A connector's own class says how its PSA is called and what its mappings lead to."""

    PSA: ClassVar[str] = ""
    WORDS: ClassVar[Mapping[str, MappedWords]] = {}

    ref: RecordRef
    refs: Refs
    entity: str
    facts: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def fail(self, kind: FailureKind, message: str, **facts: str) -> None:
        """Note what is in the way."""
        self.failures.append(Failure(kind=kind, message=message, facts={**self.facts, **facts}))

    def cut(self, name: str, text: str, limit: int) -> str:
        """Return as much of a text as its field holds, with a warning where that is not all of it."""
        if len(text) > limit:
            self.warnings.append(cut_warning(self.PSA, name, text, limit))
        return text[:limit]

    def too_long(self, name: str, text: str, limit: int, *, called: str = "") -> None:
        """Note that a text which must not be cut is longer than its field holds."""
        length = str(len(text))
        facts = {"field": name, "limit": str(limit), "length": length, "title_length": length}
        self.fail(FailureKind.INVALID_VALUE, f"{called or name} is longer than {limit} characters", **facts)

    def mapping_of(self, kind: str, source: Named) -> ValueMapping | None:
        """Return the mapping that counts for a source: its own, else that of all others, where there is one."""
        own = self.refs.mapping(kind, source.id) if source.id else None
        return own or self.refs.mapping(kind, OTHERS)

    def mapped_target(self, kind: str, source: Named, field_name: str) -> Target | None:
        """Return the target of a source's mapping, or of that of all others, which must be valid now.

        Otherwise note why not. None for an empty source.
        """
        if not source:
            return None
        mapping = self.mapping_of(kind, source)
        if mapping is not None:
            return self._led_to(mapping, source, field_name)
        words = self.WORDS[kind]
        wanted = f" to {_a(words.target)}" if kind == OWNER else ""
        facts = self._facts(kind, source, field_name)
        self.fail(FailureKind.MAPPING_MISSING, f"{words.source} is not mapped{wanted}", **facts, target_state="missing")
        return None

    def optional_target(self, kind: str, source: Named, field_name: str) -> Target | None:
        """Return the target of a source's mapping, or of that of all others, which an empty source has as well.

        None, without a word, where there is neither.
        """
        mapping = self.mapping_of(kind, source)
        return self._led_to(mapping, source, field_name) if mapping is not None else None

    def default_target(self, kind: str, field_name: str) -> Target | None:
        """Return the target of a kind's `OTHERS`, for what names no source; None, without a word, where it has none."""
        return self.optional_target(kind, Named(), field_name)

    @staticmethod
    def blamed(mapping: ValueMapping, source: Named) -> Named:
        """Return what a failure of this mapping is about: what is wrong with a default is no source's own fault."""
        if mapping.source_id == OTHERS:
            return Named(id=OTHERS, name=mapping.source_name or OTHERS_LABEL)
        return Named(id=mapping.source_id, name=source.name or mapping.source_name)

    def _facts(self, kind: str, source: Named, field_name: str) -> dict[str, str]:
        words = self.WORDS[kind]
        return {
            "mapping_kind": kind,
            "mapping_label": f"{words.source} → {words.target}",
            "source_id": source.id,
            "field": field_name,
            "source_name": source.name,
            words.fact: source.name,
        }

    def _led_to(self, mapping: ValueMapping, source: Named, field_name: str) -> Target | None:
        """Return a mapping's target; otherwise note why it cannot be sent: of a default, under that name."""
        kind, words = mapping.kind, self.WORDS[mapping.kind]
        target = self.refs.target(kind, mapping.target_id)
        blamed = self.blamed(mapping, source)
        facts = self._facts(kind, blamed, field_name)
        facts |= {"target_id": mapping.target_id, "target_name": target.name if target else mapping.target_name}
        if target is None or not target.can_be_sent:
            message = f"{words.source} is mapped to an inactive or deleted {words.target}"
            if target is not None and target.state is MappingState.WRONG_KIND:
                message = f"{words.source} is mapped to {_a(words.target)} that cannot be used: {target.why_not}"
            elif kind == PAYMENT_TERM:
                message = "Payment term/type is deleted"
            facts |= {"target_state": state_of(target), **({"reason": target.why_not} if target else {})}
            self.fail(FailureKind.MAPPING_INVALID, message, **facts)
            return None
        linked = kind == OWNER and mapping.source_id != OTHERS and mapping.origin is MappingOrigin.SALESBUILDR
        if linked and not names_agree(blamed.name, target.name):
            facts |= {"found_name": target.name, "expected_name": blamed.name, "external_id": target.id}
            self.fail(FailureKind.LINK_MISMATCH, "Link names another record", **facts)
            return None
        return target


_STATES = {
    MappingState.DELETED: "deleted",
    MappingState.GONE: "deleted",
    MappingState.WRONG_KIND: "wrong use",
    MappingState.MOVED: "moved",
}


def state_of(target: Target | None) -> str:
    """Return what is wrong with a target in the word that rules match on (fact `target_state`)."""
    return _STATES.get(target.state, "inactive") if target is not None else "deleted"


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def cut_warning(psa: str, field_name: str, value: str, limit: int) -> str:
    """Return the sentence about a text that is longer than its field holds."""
    return f"{psa}'s {field_name} holds {limit} characters; the rest of “{value[:40]}…” is cut"


_WHOLE = re.compile(r"-?\d+")
"""Identifiers as PSAs have them; some of HaloPSA's lists have 0 and numbers below."""


def number(external_id: str) -> int | Pending | None:
    """Return an identifier as PSAs want it in a body; pending ones stay so. None for what is no number."""
    if isinstance(external_id, Pending):
        return PENDING
    return int(external_id) if _WHOLE.fullmatch(external_id) else None


def moment(value: datetime | None) -> str | None:
    """Return a time in UTC to the second, as all PSAs take it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def money(value: Decimal | None) -> Decimal | None:
    """Return an amount with four decimals at most, as unit prices are kept."""
    return None if value is None else value.quantize(Decimal("0.0001")).normalize() + 0
