"""What the link dialog and the commands about links ask for."""

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.links import Candidate, Link
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, RecordKind
from sync_desktop.storage import attempts, links, records
from sync_desktop.sync import hand
from sync_desktop.sync.rebuild import Rebuild, Rebuilt
from sync_desktop.workbench.backstage import Backstage
from sync_desktop.workbench.conflicts import conflicts_of, difference_of, newest_check
from sync_desktop.workbench.runs import RunsDesk
from sync_desktop.workbench.views import CandidateView, ConflictView, LinkChoice, RunResult


class LinksDesk:
    """Links records by hand, and carries a person's decisions to the next attempt."""

    def __init__(self, stage: Backstage, runs: RunsDesk) -> None:
        self._stage = stage
        self._runs = runs

    async def knows(self, site_id: str, ref: RecordRef) -> bool:
        """Say whether a record was read from the quoting side of a site."""
        return await self._stage.workspace.read(lambda conn: records.record(conn, site_id, ref)) is not None

    async def choice(self, site_id: str, kind: RecordKind, record_id: str) -> LinkChoice:
        """Return what a record may be linked to, with what agrees and differs."""
        run, ref = await self._stage.run(site_id), RecordRef(kind=kind, id=record_id)
        record = await hand.stored_record(run, ref)
        link = await hand.present_link(run, ref)
        found = await hand.candidates(run, ref)
        creates = run.connector.creates(run.connector.entity_of(record))
        why_not = (
            "" if creates else f"{run.site.psa.label} does not let programs create these; link it to an existing one."
        )
        if not run.site.writes:
            why_not = "This site only reads. Switch it to write on the Sites page first."
        return LinkChoice(
            site_id=site_id,
            kind=kind,
            record_id=record_id,
            record=record.name,
            linked_to=link.external_id if link else getattr(record, "external_id", ""),
            candidates=tuple(_view(each) for each in found),
            may_create=creates and run.site.writes,
            why_not_create=why_not,
            note="Inactive records are listed too. A name alone proves nothing: look at what else agrees.",
        )

    async def link(self, site_id: str, kind: RecordKind, record_id: str, entity: str, external_id: str) -> None:
        """Link a record to the PSA row that a person chose."""
        await hand.link(await self._stage.run(site_id), RecordRef(kind=kind, id=record_id), entity, external_id)

    async def link_to(self, site_id: str, ref: RecordRef, external_id: str) -> str:
        """Link a record by the row's number alone, as a command does; returns the row's name."""
        run = await self._stage.run(site_id)
        entity = run.connector.entity_of(await hand.stored_record(run, ref))
        return await hand.link(run, ref, entity, external_id)

    async def unlink(self, site_id: str, kind: RecordKind, record_id: str) -> None:
        """Forget a record's link and those of its parts."""
        await hand.unlink(await self._stage.run(site_id), RecordRef(kind=kind, id=record_id))

    async def create_anew(self, site_id: str, kind: RecordKind, record_id: str) -> RunResult:
        """Create one record in the PSA because a person said so, whatever may look like it.

        Raises `UserError` where it would be the first write of a live site, which comes with a counted preview.
        """
        site = await self._stage.site(site_id)
        if site.writes and not site.practice and not site.write_previewed:
            raise UserError(
                "The first write of a live site comes with its preview: retry an issue of this site and confirm what "
                "it shows, then create this record."
            )
        run, ref = await self._stage.run(site_id), RecordRef(kind=kind, id=record_id)
        if not run.site.writes:
            raise UserError(f"{run.site.name} only reads; switch it to write on the Sites page first.")
        await hand.create_anew(run, ref)
        return await self._runs.batch(site_id, [ref], AttemptKind.WRITE, f"Creating 1 {kind}")

    async def decide_lines(self, site_id: str, quote_id: str, decision: str) -> None:
        """Keep a person's decision about the lines that others added or deleted until now."""
        ref = RecordRef(kind=RecordKind.QUOTE, id=quote_id)
        await hand.decide_lines(await self._stage.run(site_id), ref, decision)

    async def conflicts(self, site_id: str, ref: RecordRef) -> tuple[ConflictView, ...]:
        """Return the fields that both sides had changed when a record was last compared."""
        known = await self._stage.workspace.read(lambda conn: attempts.attempts_of(conn, site_id, ref))
        return conflicts_of(newest_check(known))

    async def decide_field(self, site_id: str, conflict: ConflictView, decision: str) -> None:
        """Keep whose value of a field counts: `ours`, Salesbuildr's, is written by the next retry; or `theirs`."""
        await hand.decide_field(await self._stage.run(site_id), difference_of(conflict), decision)

    async def confirm_won(self, site_id: str, quote_id: str) -> None:
        """Keep a person's word that a quote is to be written although its opportunity is won."""
        run, ref = await self._stage.run(site_id), RecordRef(kind=RecordKind.QUOTE, id=quote_id)
        await hand.stored_record(run, ref)
        await hand.decide(run, ref, "won", "yes")

    async def rebuild(self, site_id: str) -> Rebuilt:
        """Restore lost links from the keys that were stamped into the PSA."""
        return await Rebuild(await self._stage.run(site_id)).rebuild()

    async def all(self, site_id: str, kind: RecordKind) -> list[Link]:
        """Return the links of all records of a kind."""
        return await self._stage.workspace.read(lambda conn: links.links_by_kind(conn, site_id, kind))


def _view(candidate: Candidate) -> CandidateView:
    return CandidateView(
        external_id=candidate.external_id,
        entity=candidate.entity,
        name=candidate.name,
        detail=candidate.detail,
        active=candidate.active,
        agrees=candidate.agrees,
        differs=candidate.differs,
        url=candidate.url,
    )
