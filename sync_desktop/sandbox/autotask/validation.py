"""The checks of a write, in the server's order; the first stage that finds something ends them.

Order: required, length, picklist, reference, unique names, then the rules of `rules`.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.autotask.answers import UnexpectedError
from sync_desktop.sandbox.autotask.calls import Tenant
from sync_desktop.sandbox.autotask.metadata import Entity, Field
from sync_desktop.sandbox.autotask.rules import broken_rules
from sync_desktop.sandbox.autotask.values import is_inactive


@dataclass(frozen=True, slots=True)
class Write:
    """A row as a write would leave it."""

    entity: Entity
    row: Mapping[str, Any]
    sent: Set[str]
    """Names of the fields that the write touches."""
    row_id: int | None
    """None for a create."""

    @property
    def creating(self) -> bool:
        """Return whether the row does not exist yet."""
        return self.row_id is None


class Validator:
    """Checks writes against one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._facts = tenant.facts

    def problems(self, write: Write) -> list[str]:
        """Return the texts of the first stage that fails; empty where the write is in order.

        Raises `UnexpectedError` where the vendor has no better answer.
        """
        stages: tuple[Callable[[Write], Iterator[str]], ...] = (
            self._required,
            self._lengths,
            self._picklists,
            self._references,
            self._names,
            lambda write: broken_rules(self._tenant, write.entity, write.row, write.sent, creating=write.creating),
        )
        for stage in stages:
            if found := list(stage(write)):
                return found
        return []

    @staticmethod
    def _sent(write: Write) -> Iterator[tuple[Field, Any]]:
        for field in write.entity.fields:
            value = write.row.get(field.name)
            if field.name in write.sent and value is not None:
                yield field, value

    def _required(self, write: Write) -> Iterator[str]:
        for field in write.entity.fields:
            wanted = field.required and not field.read_only and (write.creating or field.name in write.sent)
            if wanted and write.row.get(field.name) in (None, ""):
                if self._tenant.metadata.picklist(field) is not None:
                    yield texts.picklist_missing(field.name)
                elif self._facts.at("required_text", "required"):
                    yield texts.required(field.name)
                else:
                    yield texts.not_an_entity(field.name)

    def _lengths(self, write: Write) -> Iterator[str]:
        for field, value in self._sent(write):
            if field.length and len(value) > field.length:
                if self._facts.at("too_long_text", "unexpected"):
                    raise UnexpectedError
                yield texts.too_long(field.name, field.length)

    def _picklists(self, write: Write) -> Iterator[str]:
        for field, value in self._sent(write):
            known = self._tenant.metadata.picklist(field)
            if known is None:
                continue
            entry = next((entry for entry in known if entry.value == str(value)), None)
            if entry is None or not (entry.active or self._facts.at("inactive_picklist", "accepted")):
                yield texts.not_an_entity(field.name)

    def _references(self, write: Write) -> Iterator[str]:
        for field, value in self._sent(write):
            if field.reference and not self._can_be_referred_to(field, value):
                if self._facts.at("reference_text", "template"):
                    yield texts.reference(field.name, field.reference)
                else:
                    yield texts.reference_value(field.name, value)

    def _can_be_referred_to(self, field: Field, value: int) -> bool:
        collection = self._tenant.metadata.collection_of(field.reference or "")
        if collection is None:
            return True  # of a kind that the sandbox does not hold, so it cannot know better
        row = self._tenant.store.get(collection, value)
        if row is None:
            return False
        if is_inactive(row) and self._facts.at("inactive_reference", "refused"):
            return False
        fits = field.use_type is None or row.get("useType") == field.use_type
        return fits or self._facts.at("wrong_use_type", "accepted")

    def _names(self, write: Write) -> Iterator[str]:
        for field, value in self._sent(write):
            if not field.unique:
                continue
            rows = self._tenant.store.rows(write.entity.collection).values()
            if any(
                row["id"] != write.row_id and str(row.get(field.name)).casefold() == str(value).casefold()
                for row in rows
            ):
                yield texts.duplicate(write.entity.name, value)
