"""Salesbuildr's own copies of mappings that were repaired here: what is to be done, and whether it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.words import MappingState
from sync_desktop.mapping import todo as words
from sync_desktop.mapping.arrivals import look_for_arrivals
from sync_desktop.mapping.proof import issues_about, settle
from sync_desktop.storage import mappings, todos
from sync_desktop.sync.calls import keep_calls
from sync_desktop.sync.reread import reread_lists
from sync_desktop.sync.write import unbroken
from sync_desktop.workbench.mapping_views import TodoView
from sync_desktop.workbench.runs import RunsDesk, Tell, sentence
from sync_desktop.workbench.views import RunResult

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync_desktop.domain.mappings import MappingKind, Target, Todo
    from sync_desktop.sync.site_run import SiteRun
    from sync_desktop.workbench.backstage import Backstage

TITLE = "Checking Salesbuildr's own mappings"


class Copies:
    """Shows and checks to-dos."""

    def __init__(self, stage: Backstage, runs: RunsDesk) -> None:
        self._stage = stage
        self._runs = runs

    async def todos(self, site_id: str, *, closed: bool) -> tuple[TodoView, ...]:
        """Return what is to be mended at a site, or at all; with `closed` what was mended, too."""
        found: list[TodoView] = []
        for run in await self._sites(site_id, closed=closed):
            found += await self._stage.workspace.read(_Views(run, closed).read)
        return tuple(found)

    async def check(self, site_id: str) -> tuple[TodoView, ...]:
        """Read what Salesbuildr's API shows, close what is proved to work, and return what is left."""
        runs = await self._sites(site_id, closed=False)

        async def work(tell: Tell) -> RunResult:
            refused = []
            for number, run in enumerate(runs):
                tell(number, len(runs), f"{run.site.name}: what Salesbuildr shows")
                try:
                    await _reread(run)
                    await look_for_arrivals(run, anew=True)
                except SyncError as error:
                    refused.append(f"{run.site.name}: {sentence(error.failure)}")
                await settle(run)
            return RunResult(text="", by_outcome={}, refused=tuple(refused))

        if runs:
            await self._runs.other(TITLE, work)
        return await self.todos(site_id, closed=False)

    async def _sites(self, site_id: str, *, closed: bool) -> list[SiteRun]:
        """Return the sites that have to-dos."""
        wanted = site_id or None
        found = await self._stage.workspace.read(lambda conn: todos.todos(conn, wanted, closed=closed))
        return [await self._stage.run(each) for each in dict.fromkeys(todo.site_id for todo in found)]


async def _reread(run: SiteRun) -> None:
    run.journal.open()
    try:
        await reread_lists(run)
    finally:
        await unbroken(keep_calls(run))


@dataclass(frozen=True, slots=True)
class _Views:
    """Makes the views of a site's to-dos."""

    run: SiteRun
    closed: bool

    def read(self, conn: Connection) -> list[TodoView]:
        """Return them, in the order in which they were opened."""
        kinds = {kind.name: kind for kind in self.run.connector.mapping_kinds}
        found = todos.todos(conn, self.run.site.id, closed=self.closed)
        return [self._view(conn, each, kinds[each.kind]) for each in found if each.kind in kinds]

    def _view(self, conn: Connection, todo: Todo, kind: MappingKind) -> TodoView:
        site = self.run.site
        listed = {target.id: target for target in mappings.targets(conn, site.id, todo.kind)}
        target = listed.get(todo.bad_target_id)
        state = target.state if target is not None else MappingState.UNKNOWN
        concerned = issues_about(conn, site.id, self.run.connector, todo, kind)
        error = next((failure.message for issue in concerned for failure in issue.failures), "")
        quotes = [issue.title for issue in concerned]
        return TodoView(
            id=todo.id,
            site_id=site.id,
            title=words.title(todo),
            steps=words.steps(todo, kind, site.psa, state),
            packet=words.packet(todo, kind, site, _evidence(target, site.psa.label), error, quotes),
            evidence=todo.evidence or "Nothing has been looked at since the repair.",
            opened_at=todo.opened_at,
            closed_at=todo.closed_at,
        )


def _evidence(target: Target | None, psa: str) -> str:
    """Return what the PSA says of a target, as the last audit has heard it."""
    if target is None:
        return "not asked since the repair"
    why = f": {target.why_not}" if target.why_not else ""
    return f"{target.state.value}, as {psa} answered at the last audit{why}"
