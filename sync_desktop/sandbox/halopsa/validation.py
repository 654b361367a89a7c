"""The checks of a write, in an order of our own: what is missing, the rules, what it points at; the first one speaks.

The real server's order is not known; each text here ends a write alone.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import RefusedError, RuleError
from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.entities import Entity
from sync_desktop.sandbox.halopsa.references import find, is_dead
from sync_desktop.sandbox.halopsa.rules import broken_rules
from sync_desktop.sandbox.halopsa.shapes import is_inactive

SKIPS_MANDATORY = frozenset({"Quotation", "SalesOrder", "Opportunities", "Tickets", "Projects"})
"""Entities for which `_novalidate` leaves the checks of mandatory members out."""


@dataclass(slots=True)
class Write:
    """A row as a write would leave it."""

    entity: Entity
    row: dict[str, Any]
    sent: Set[str]
    """Names of the members that were sent."""
    orders: Mapping[str, Any]
    creating: bool
    warnings: list[str] = field(default_factory=list)
    """What the answer's `_warning` will say."""

    @property
    def lenient(self) -> bool:
        """Return whether mandatory members are not asked for."""
        return bool(self.orders.get("_novalidate")) and self.entity.collection in SKIPS_MANDATORY

    def touches(self, *names: str) -> bool:
        """Return whether a rule on these members is to be held to."""
        return self.creating or any(name in self.sent for name in names)


def check(call: Call, write: Write) -> None:
    """Raise `RuleError` with the first text that speaks against a write, or `RefusedError` where that is a status."""
    for text in _problems(call, write):
        raise RuleError(text)


def check_part(call: Call, entity: Entity, row: Mapping[str, Any]) -> None:
    """Check what a line points at, in the same way."""
    for text in _references(call, entity, row, row.keys()):
        raise RuleError(text)


def _problems(call: Call, write: Write) -> Iterator[str]:
    if not write.lenient:
        yield from _required(call, write)
    yield from broken_rules(call, write)
    sent = write.sent if not write.creating else write.row.keys()
    yield from _references(call, write.entity, write.row, sent)


def _required(call: Call, write: Write) -> Iterator[str]:
    for name, label in write.entity.required.items():
        if write.touches(name) and write.row.get(name) in (None, ""):
            yield texts.SITE_NEEDED if name == "site_id" else texts.required(label)
    quote = write.entity.collection == "Quotation" and write.touches("user_id")
    if quote and not write.row.get("user_id") and call.facts.at("quote_user", "required"):
        yield texts.required("user")


def _references(call: Call, entity: Entity, row: Mapping[str, Any], sent: Set[str]) -> Iterator[str]:
    for name, reference in entity.references.items():
        if name not in sent or (name == "assetgroup_id" and entity.collection == "Item"):
            continue
        value, label = row.get(name), reference.to
        if is_dead(call.store, reference, value):
            if call.facts.at("dead_reference", "500"):
                raise RefusedError(500)
            if call.facts.at("dead_reference", "400"):
                yield texts.missing_row(label, value)
        elif call.facts.at("inactive_reference", "refused"):
            other = find(call.store, reference, value)
            if other is not None and is_inactive(call.instance.entities.named(reference.to), other):
                yield texts.inactive_row(label, value)
