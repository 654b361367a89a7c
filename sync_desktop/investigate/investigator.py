"""Asks the PSA about the rows behind a failed attempt, so that its diagnosis speaks of facts. Reads only."""

from collections.abc import Sequence

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.records import AnyRecord
from sync_desktop.investigate.asking import Asking
from sync_desktop.investigate.drafts import Drafts
from sync_desktop.investigate.findings import Findings
from sync_desktop.investigate.mappings import MappingLook
from sync_desktop.investigate.rows import RowLook
from sync_desktop.sync.refs import load
from sync_desktop.sync.site_run import SiteRun


class Investigator:
    """Investigates the failures of one batch at one site; what was answered once is not asked again in it."""

    def __init__(self, run: SiteRun) -> None:
        self._run = run
        self._asking = Asking(run.connector)

    async def investigate(self, record: AnyRecord, failures: Sequence[Failure]) -> Findings:
        """Return the failures with what the PSA says of the rows that they are about, and what else is in the way.

        A question that fails or is not permitted changes nothing about a failure: it is told as "cannot tell".
        """
        run, before = self._run, len(self._asking.said)
        refs = await run.workspace.read(lambda conn: load(conn, run.site, [record]))
        psa = run.site.psa.label
        found = list(failures)
        try:
            found = await MappingLook(self._asking, Drafts(run.connector, refs, record), psa).look(failures)
        except SyncError:
            found = list(failures)  # what drafting needs could not be read, so that nothing is known besides
        rows = RowLook(self._asking, refs, record, psa)
        found = [await rows.look(failure) for failure in found]
        return Findings(tuple(found), tuple(self._asking.said[before:]))


async def investigate(run: SiteRun, record: AnyRecord, failures: Sequence[Failure]) -> Findings:
    """Investigate one record by itself."""
    return await Investigator(run).investigate(record, failures)
