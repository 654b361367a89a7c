"""Asks the PSA about the rows behind a failed attempt, so that its diagnosis speaks of facts. Reads only."""

from collections.abc import Sequence

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.records import AnyRecord
from sync_desktop.investigate.asking import Asking
from sync_desktop.investigate.drafts import Drafts, Unmatched
from sync_desktop.investigate.findings import Findings
from sync_desktop.investigate.mappings import MappingLook
from sync_desktop.investigate.rows import RowLook
from sync_desktop.investigate.usage import Usage
from sync_desktop.sync.refs import SiteRefs, load
from sync_desktop.sync.site_run import SiteRun


class Investigator:
    """Investigates the failures of one batch at one site; what was answered once is not asked again in it."""

    def __init__(self, run: SiteRun) -> None:
        self._run = run
        self._asking = Asking(run.connector)
        self._loaded: SiteRefs | None = None
        """What was loaded for the first record: mappings are those of when the batch began to fail."""

    async def investigate(
        self, record: AnyRecord, failures: Sequence[Failure], listed: Sequence[Failure] = ()
    ) -> Findings:
        """Return the failures with what the PSA says of the rows that they are about, and what else is in the way.

        A question that fails or is not permitted changes nothing about a failure: it is told as "cannot tell". Of what
        is `listed` by Salesbuildr, the texts that the PSA does not refute come first.
        """
        run, before = self._run, len(self._asking.said)
        refs = await self._load([record])
        psa = run.site.psa.label
        found = list(failures)
        try:
            usage = Usage(run, self._asking)
            look = MappingLook(self._asking, Drafts(run.connector, refs, record), usage, psa)
            found = await look.look(failures, listed)
        except SyncError:
            found = list(failures)  # what drafting needs could not be read, so that nothing is known besides
        rows = RowLook(self._asking, refs, record, psa)
        found = [await rows.look(failure) for failure in found]
        return Findings(tuple(found), tuple(self._asking.said[before:]))

    async def investigate_texts(self, texts: Sequence[Failure]) -> Findings:
        """Return texts that are about no record which is known here, with what the PSA says of the rows they name."""
        run, before = self._run, len(self._asking.said)
        refs = await self._load([])
        inquiries = run.connector.inquiries
        suspects = [suspect for each in texts if (suspect := inquiries.suspect(each)) and suspect.row_id]
        leading = [
            mapping
            for mapping in refs.mappings.values()
            for suspect in suspects
            if mapping.kind in suspect.kinds
            and any(suspect.may_be(part) for part in inquiries.parts(mapping.kind, mapping.target_id))
        ]
        look = MappingLook(self._asking, Unmatched(refs, leading), Usage(run, self._asking), run.site.psa.label)
        found = await look.look(texts)
        return Findings(tuple(found), tuple(self._asking.said[before:]))

    async def _load(self, wanted: list[AnyRecord]) -> SiteRefs:
        run, beside = self._run, self._loaded
        self._loaded = await run.workspace.read(lambda conn: load(conn, run.site, wanted, beside=beside))
        return self._loaded


async def investigate(run: SiteRun, record: AnyRecord, failures: Sequence[Failure]) -> Findings:
    """Investigate one record by itself."""
    return await Investigator(run).investigate(record, failures)
