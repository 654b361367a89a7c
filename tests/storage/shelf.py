"""What the storage tests share: a clock that is set by hand, a site, and failures with their diagnoses."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.issues import Diagnosis
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import CauseClass, FailureKind, Psa, RecordKind, Severity
from sync_desktop.storage import sites
from sync_desktop.storage.workspace import Transaction, Workspace

T = TypeVar("T")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SITE = Site(id="contoso", name="Contoso MSP", psa=Psa.AUTOTASK, quoting_url="https://contoso.example/public-api")
OTHER = Site(id="fabrikam", name="Fabrikam", psa=Psa.AUTOTASK, quoting_url="https://fabrikam.example/public-api")
QUOTE = RecordRef(kind=RecordKind.QUOTE, id="q1")


class FixedClock:
    """Stands still unless it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


async def opened(path: Path, clock: FixedClock | None = None, *, create: bool = True) -> Workspace:
    """Open a workspace that does not wait for others' locks, with both sites in it where it is new."""
    new = _is_new(path)
    workspace = await Workspace.open(path, clock=clock or FixedClock(), create=create, busy_seconds=0.02)
    if new:
        await each(workspace, (SITE, OTHER), sites.save_site)
    return workspace


async def each(workspace: Workspace, items: Iterable[T], fn: Callable[[Transaction, T], object]) -> None:
    """Write one item after the other, each in a transaction of its own."""
    for item in items:
        await workspace.write(partial(_swapped, fn, item))


def _swapped(fn: Callable[[Transaction, T], object], item: T, tx: Transaction) -> None:
    fn(tx, item)


def _is_new(path: Path) -> bool:
    return not path.exists()


def failure(message: str = "Billing code 29682833 is inactive") -> Failure:
    return Failure(kind=FailureKind.MAPPING_INVALID, message=message, facts={"category": "Hardware"})


def diagnosis(
    cause_key: str = "billing-code:29682833", title: str = "Billing code of **Hardware** is inactive"
) -> Diagnosis:
    return Diagnosis(
        rule=cause_key.partition(":")[0],
        cause_key=cause_key,
        title=title,
        cause_class=CauseClass.CONFIGURATION,
        severity=Severity.ERROR,
        why="It was switched off.",
        badge="Fix mapping",
    )
