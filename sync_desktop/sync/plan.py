"""What a check found for one record, and the operations that would put it in step."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.links import Link
from sync_desktop.domain.plans import Check, DependencyState, FieldDifference, Step
from sync_desktop.domain.records import AnyRecord, RecordRef, ref_of
from sync_desktop.domain.words import FailureKind, LinkOrigin
from sync_desktop.psa.connector import Draft, Seen


class Act(StrEnum):
    """What an operation does."""

    LINK = "link"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a write does."""

    act: Act
    ref: RecordRef
    entity: str
    label: str
    part: str = ""
    external_id: str = ""
    parent_id: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    origin: LinkOrigin | None = None
    draft: Draft | None = None

    @property
    def is_line(self) -> bool:
        """Say whether it is about one line, without which the rest of a quote can still be written."""
        return bool(self.part) and not self.part.startswith("location:")

    def step(self) -> Step:
        """Return it as the plan shows it."""
        words = {Act.LINK: "Link", Act.CREATE: "Create", Act.UPDATE: "Update", Act.DELETE: "Delete"}
        return Step(
            action=self.act.value,
            entity=self.entity,
            ref=self.ref,
            part=self.part,
            label=f"{words[self.act]} {self.label}",
            before=self.before,
            after={name: str(value) for name, value in self.after.items()},
            external_id=self.external_id,
        )


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both sides have come to agree on since this program last sent something: our own knowledge, no write."""

    ref: RecordRef
    part: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    """The values that both have, where another was last sent."""
    gone: bool = False
    """Neither side has this part any more."""


@dataclass(slots=True)
class Plan:
    """One record, compared."""

    record: AnyRecord
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    differences: list[FieldDifference] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    depends_on: list[DependencyState] = field(default_factory=list)
    not_eligible: str = ""
    seen: Seen | None = None
    external_id: str = ""
    evidence: str = ""

    @property
    def ref(self) -> RecordRef:
        """Return which record this is about."""
        return ref_of(self.record)

    @property
    def blocked(self) -> bool:
        """Say whether something has to change before anything can be written."""
        return bool(self.failures)

    @property
    def told_warnings(self) -> list[str]:
        """Return the warnings as the plan of what depends on this record tells them."""
        return [f"{self.record.kind.label} {self.record.name} · {warning}" for warning in self.warnings]

    @property
    def near_matches(self) -> set[RecordRef]:
        """Return the records for which the PSA holds something that may be them."""
        return {each.record for each in self.failures if each.kind is FailureKind.NEAR_MATCH and each.record}

    @property
    def writes(self) -> list[Operation]:
        """Return the operations that would change the PSA; links are our own."""
        return [operation for operation in self.operations if operation.act is not Act.LINK]

    @property
    def ready(self) -> bool:
        """Say whether there is something to write and nothing in its way."""
        return bool(self.writes) and not self.blocked and not self.not_eligible

    @property
    def in_step(self) -> bool:
        """Say whether the record is in the PSA as it should be."""
        return self.seen is not None and not self.failures and not self.writes and not self.not_eligible

    def check(self) -> Check:
        """Return it as it is shown and stored."""
        return Check(
            ref=self.ref,
            in_step=self.in_step,
            not_eligible=self.not_eligible,
            blockers=tuple(self.failures),
            differences=tuple(self.differences),
            warnings=tuple(dict.fromkeys(self.warnings)),
            steps=tuple(operation.step() for operation in self.operations),
            depends_on=tuple(self.depends_on),
            external_id=self.external_id,
            evidence=self.evidence,
        )


def link_of(operation: Operation, sent: dict[str, Any]) -> Link:
    """Return the link that an operation leaves behind."""
    return Link(
        ref=operation.ref,
        part=operation.part,
        entity=operation.entity,
        external_id=operation.external_id,
        origin=operation.origin or LinkOrigin.CREATED,
        sent=sent,
    )
