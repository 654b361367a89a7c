"""What the target chooser and the commands about mappings ask for."""

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.mappings import Mapping, MappingKind, Target, part_kind
from sync_desktop.mapping import files
from sync_desktop.mapping.affected import waiting_for
from sync_desktop.mapping.discover import Discovery, Finding, discover, take_over
from sync_desktop.storage import issues, mappings
from sync_desktop.sync.refresh import sources
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.workbench.backstage import Backstage
from sync_desktop.workbench.counting import plural
from sync_desktop.workbench.views import TargetChoice, TargetView

_FOUND = 200
"""Targets that a search finds at most beside those that are listed."""


class MappingsDesk:
    """Shows the targets that a mapping can have, and takes mappings over from products and from files."""

    def __init__(self, stage: Backstage) -> None:
        self._stage = stage

    async def choice(self, issue_id: int, kind: str, source_id: str) -> TargetChoice:
        """Return the targets of a mapping, as the PSA has them now."""
        issue = await self._stage.workspace.read(lambda conn: issues.issue(conn, issue_id))
        if issue is None:
            raise UserError("This issue is not in the workspace any more.")
        site_id = issue.site_id
        run = await self._stage.run(site_id)
        declared = declared_kind(run, kind)
        current = await self._stage.workspace.read(lambda conn: mappings.mapping(conn, site_id, kind, source_id))
        targets = await run.connector.targets(kind, [current.target_id] if current else ())
        said = (await discover(run, [source_id])).findings if declared.held_by else ()

        def read(conn: Connection) -> tuple[Mapping | None, tuple[int, ...], str, bool]:
            waiting = waiting_for(conn, site_id, kind, source_id)
            names = [
                failure.facts.get("source_name", "")
                for each in waiting
                for failure in each.failures
                if failure.facts.get("source_id") == source_id
            ]
            ids = tuple(each.id for each in waiting)
            more = any(True for _ in further_targets(conn, run, kind, ""))
            return mappings.mapping(conn, site_id, kind, source_id), ids, next(iter(names), ""), more

        mapping, waiting, name, more = await self._stage.workspace.read(read)
        wait = "waits" if len(waiting) == 1 else "wait"
        return TargetChoice(
            site_id=site_id,
            kind=kind,
            kind_label=declared.label,
            source_id=source_id,
            source_name=mapping.source_name if mapping and mapping.source_name else name,
            current_id=mapping.target_id if mapping else "",
            targets=target_views(targets),
            note=(
                f"{plural(len(waiting), 'open issue')} {wait} for this. Items that {run.site.psa.label} already has "
                "keep what they have. Salesbuildr keeps its own copy of this mapping: change it there too."
                f"{''.join(_evidence(finding) for finding in said if finding.kind == kind)}"
            ),
            waiting_issue_ids=waiting,
            more=more,
        )

    async def find_targets(self, site_id: str, kind: str, text: str) -> tuple[TargetView, ...]:
        """Return targets that a text finds beside those that are listed, where there are too many to list all."""
        run = await self._stage.run(site_id)
        return await self._stage.workspace.read(
            lambda conn: target_views(islice(further_targets(conn, run, kind, text), _FOUND))
        )

    async def discover(self, site_id: str) -> Discovery:
        """Return what products that are in the PSA already say about mappings; nothing is kept."""
        return await discover(await self._stage.run(site_id))

    async def take_over(self, site_id: str, discovery: Discovery) -> list[Mapping]:
        """Keep what was discovered without contradiction; returns what was kept."""
        at = self._stage.clock.now()

        return await self._stage.workspace.write(lambda tx: take_over(tx, site_id, discovery, at=at))

    async def read_file(self, site_id: str, text: str) -> files.Imported:
        """Return what a CSV file of mappings comes to; nothing is kept.

        Raises `UserError` for a file that is none, `SyncError` where the PSA does not list its targets.
        """
        run = await self._stage.run(site_id)
        entries = files.read_entries(text)
        named = {entry.kind for entry in entries}
        counts = {(each.kind, each.source_id): each.target_id for each in await self.all(site_id)}
        choices: dict[str, files.Choices] = {}
        for kind in run.connector.mapping_kinds:
            sources = await self._sources(site_id, kind)
            wanted = [entry.target for entry in entries if entry.kind == kind.name and entry.target]
            targets = await run.connector.targets(kind.name, wanted) if kind.name in named and wanted else []
            now = {source_id: target for (name, source_id), target in counts.items() if name == kind.name}
            choices[kind.name] = files.Choices(kind, sources, targets, now)
        return files.resolve(entries, choices)

    async def export_text(self, site_id: str, kind: str | None = None) -> str:
        """Return every source of a site, or of one kind, with what it leads to, as a CSV file."""
        known = {(each.kind, each.source_id): each for each in await self.all(site_id, kind)}
        rows: list[tuple[str, ...]] = []
        for declared in await self.kinds(site_id):
            if kind in (None, declared.name):
                for source_id, name in sorted((await self._sources(site_id, declared)).items(), key=lambda row: row[1]):
                    found = known.get((declared.name, source_id))
                    leads_to = (found.target_id, found.target_name, found.origin.value) if found else ("", "", "")
                    rows.append((declared.name, source_id, name, *leads_to))
        return files.write(rows)

    async def has_source(self, site_id: str, kind: str, source_id: str) -> bool:
        """Say whether a site has this source of a kind, which may be one that another site's PSA declares."""
        declared = next((each for each in await self.kinds(site_id) if each.name == kind), None)
        return declared is not None and source_id in await self._sources(site_id, declared)

    async def _sources(self, site_id: str, kind: MappingKind) -> dict[str, str]:
        """Return the names of what a kind maps, by identifier."""
        return await self._stage.workspace.read(lambda conn: source_names(conn, site_id, kind))

    async def all(self, site_id: str, kind: str | None = None) -> list[Mapping]:
        """Return the mappings that count at a site."""
        return await self._stage.workspace.read(lambda conn: mappings.mappings(conn, site_id, kind))

    async def kinds(self, site_id: str) -> tuple[MappingKind, ...]:
        """Return the mapping kinds that a site's PSA declares."""
        return (await self._stage.run(site_id)).connector.mapping_kinds


def _evidence(finding: Finding) -> str:
    """Return what products that are in the PSA already say about a mapping, as a further sentence of a note."""
    of = finding.agree + finding.contradict
    return f" {finding.agree} of {plural(of, 'linked product')} have **{finding.votes[0].target.name}**."


def declared_kind(run: SiteRun, kind: str) -> MappingKind:
    """Return what the site's PSA declares of a kind; `UserError` for one that it does not have."""
    found = next((each for each in run.connector.mapping_kinds if each.name == kind), None)
    if found is None:
        known = ", ".join(each.name for each in run.connector.mapping_kinds)
        raise UserError(f"{run.site.name} has no mapping kind “{kind}”; there are: {known}.")
    return found


def further_targets(conn: Connection, run: SiteRun, kind: str, text: str) -> Iterator[Target]:
    """Return the targets that the last audit had no room for, as far as they hold the words of a text."""
    every = mappings.all_targets(conn, run.site.id)
    parts = [target for name, rows in every.items() if name.startswith(part_kind(kind, "")) for target in rows.values()]
    return run.connector.further_targets(kind, list(every.get(kind, {}).values()), parts, text)


def source_names(conn: Connection, site_id: str, kind: MappingKind) -> dict[str, str]:
    """Return what the sources of a kind are called, by identifier."""
    found: dict[str, str] = {}
    for source_id, name, _ in sources(conn, site_id, kind):
        if source_id:
            found[source_id] = found.get(source_id) or name
    return {source_id: name or source_id for source_id, name in found.items()}


def target_views(targets: Iterable[Target]) -> tuple[TargetView, ...]:
    """Return targets as a chooser shows them: those that can be chosen first, by name."""
    return tuple(
        TargetView(id=each.id, name=each.name, detail=each.detail, choosable=each.valid, why_not=each.why_not)
        for each in sorted(targets, key=lambda each: (not each.valid, each.name))
    )
