"""A practice world whose quotes are investigated, and short ways to ask it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.failures import Failure
from sync_desktop.domain.records import AnyRecord, RecordRef
from sync_desktop.domain.words import AttemptKind, FailureKind, Psa
from sync_desktop.investigate.findings import Findings
from sync_desktop.investigate.investigator import Investigator
from sync_desktop.storage import records
from sync_desktop.storage.issues import StoredIssue
from tests.diagnosis.provoking import first_of, practice_world
from tests.sync.sync_stage import Stage

INACTIVE_41 = Failure(kind=FailureKind.REFUSED, message="catalogItem object is invalid. 41 is an inactive")
"""Salesbuildr's own text, as its Issues page has it: it names neither category nor product."""


async def record_of(stage: Stage, ref: RecordRef) -> AnyRecord:
    """Return a stored record."""
    found = await stage.workspace.read(lambda conn: records.record(conn, stage.site_id, ref))
    assert found is not None
    return found


async def look(stage: Stage, case: str, *failures: Failure, by: Investigator | None = None) -> Findings:
    """Investigate failures of the first quote of a case."""
    record = await record_of(stage, await first_of(stage, case))
    return await (by or Investigator(await stage.run())).investigate(record, failures)


async def checked(stage: Stage, case: str) -> StoredIssue:
    """Check the first quote of a case and return its issue."""
    ref = await first_of(stage, case)
    await stage.attempt(ref, kind=AttemptKind.CHECK)
    return await stage.issue_of(ref)


async def newest_exchanges(stage: Stage, case: str) -> list[Exchange]:
    """Return what the newest attempt at the first quote of a case exchanged."""
    ref = await first_of(stage, case)
    return await stage.exchanges((await stage.attempts_of(ref.id))[0].id)


def asked(served: Stage, system: str) -> list[str]:
    """Return the paths that a PSA was asked for, below its API's base."""
    entries: Sequence[dict[str, object]] = served.sandbox.log.entries(system=system)
    return [str(each["path"]).partition("/apis/3.0/")[2].partition("?")[0] for each in entries]


@asynccontextmanager
async def world_of(folder: Path, psa: Psa) -> AsyncIterator[Stage]:
    """Serve the practice world of a PSA."""
    async with practice_world(folder, psa) as stage:
        yield stage
