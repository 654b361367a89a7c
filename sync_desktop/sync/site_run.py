"""What work at one site needs; built by the assembly, handed down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sync_desktop.domain.records import AnyRecord, company_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sync_desktop.diagnosis.rules import RulePacks
    from sync_desktop.domain.clock import Clock
    from sync_desktop.domain.exchanges import Exchange
    from sync_desktop.domain.failures import Failure
    from sync_desktop.domain.issues import Diagnosis
    from sync_desktop.domain.sites import Site
    from sync_desktop.psa.connector import Connector
    from sync_desktop.quoting.source import QuotingSource
    from sync_desktop.storage.workspace import Workspace


class AttemptJournal(Protocol):
    """Keeps exchanges until the attempt that caused them is stored."""

    def open(self) -> None:
        """Start collecting for an attempt of the running task."""
        ...

    def drain(self) -> list[Exchange]:
        """Return what was collected for the running task's attempt, and forget it."""
        ...


if TYPE_CHECKING:
    Investigate = Callable[[AnyRecord, tuple[Failure, ...], tuple[Failure, ...]], Awaitable[tuple[Failure, ...]]]
    """Asks the PSA about the rows behind a record's failures, and behind what Salesbuildr lists of it.

    Returns the failures with its answers, what is true of the list, and further ones.
    """


@dataclass(frozen=True, slots=True)
class SiteRun:
    """One site, ready for work. `owner` names this process in leases; `os_user` stands in the activity.

    `is_dead` says whether an owner is a process of this machine that has ended. It is called on the writer's thread.
    """

    site: Site
    connector: Connector
    source: QuotingSource
    workspace: Workspace
    clock: Clock
    packs: RulePacks
    journal: AttemptJournal
    owner: str
    os_user: str
    is_dead: Callable[[str], bool]
    investigation: Callable[[SiteRun], Investigate] | None = None
    """Makes what investigates the failures of one batch; None leaves failures as they are."""

    def diagnoses(self, record: AnyRecord | None, failures: tuple[Failure, ...]) -> tuple[Diagnosis, ...]:
        """Return what the rules say of each failure, each cause once, in the failures' order."""
        from sync_desktop.diagnosis.match import diagnose

        context = {"site": self.site.name, "psa_label": self.site.psa.label}
        if record is not None:
            context |= {"record": record.name, "record_kind": str(record.kind), "record_id": record.id}
            if company := company_of(record):
                context |= {"company": company.name, "company_id": company.id}
        by_cause: dict[str, Diagnosis] = {}
        for failure in failures:
            diagnosis = diagnose(self.packs, self.site.psa, failure, context)
            by_cause.setdefault(diagnosis.cause_key, diagnosis)
        return tuple(by_cause.values())
