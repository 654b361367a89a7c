"""What the Mappings page and the commands `audit` and `where-used` ask for, beside what the target chooser does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_desktop.mapping.suggest import Question
from sync_desktop.mapping.suggesting import suggester
from sync_desktop.storage import todos
from sync_desktop.workbench.auditing import Auditing
from sync_desktop.workbench.copies import Copies
from sync_desktop.workbench.mapping_repairs import MappingRepairs
from sync_desktop.workbench.mapping_rows import mapping_page, site_kinds
from sync_desktop.workbench.mapping_views import AuditResult, MappingPage, MappingsOverview, TodoView, WhereUsed
from sync_desktop.workbench.mappings import declared_kind
from sync_desktop.workbench.where_used import used_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.domain.mappings import MappingKind, Suggestion
    from sync_desktop.mapping.standing import Entry, Standing
    from sync_desktop.workbench.backstage import Backstage
    from sync_desktop.workbench.mapping_rows import Suggest
    from sync_desktop.workbench.runs import RunsDesk


class MappingsPage(MappingRepairs):
    """Shows how mappings stand, audits them, and says what depends on what they lead to."""

    def __init__(self, stage: Backstage, runs: RunsDesk) -> None:
        super().__init__(stage)
        self._auditing = Auditing(stage, runs, self._standings.of)
        self._copies = Copies(stage, runs)

    async def overview(self) -> MappingsOverview:
        """Return the mapping kinds of every site with counts; asks no PSA."""
        found = []
        for site in await self._stage.all_sites():
            run = await self._stage.run(site.id)
            found.append(site_kinds(await self._standings.of(site.id), run.connector))
        open_todos = await self._stage.workspace.read(lambda conn: len(todos.todos(conn)))
        return MappingsOverview(sites=tuple(found), todos=open_todos)

    async def page(self, site_id: str, kind: str, *, text: str = "") -> MappingPage:
        """Return the mappings of a kind as the last audit left them; `UserError` for a kind that the PSA has not."""
        run = await self._stage.run(site_id)
        declared = declared_kind(run, kind)
        found = await self._standings.of(site_id)
        return mapping_page(found, run.connector, declared, await self._suggest(found, declared), text)

    async def audit(self, site_ids: Sequence[str] = ()) -> AuditResult:
        """Compare every mapping of these sites (none given: of all) with the PSA as it is now. Reads only."""
        return await self._auditing.audit(site_ids)

    async def todos(self, site_id: str = "", *, closed: bool = False) -> tuple[TodoView, ...]:
        """Return Salesbuildr's own copies that are still to be mended; with `closed` those that were, too."""
        return await self._copies.todos(site_id, closed=closed)

    async def check_todos(self, site_id: str = "") -> tuple[TodoView, ...]:
        """Look what Salesbuildr shows and what checks have proved, close what works, and return what is left."""
        return await self._copies.check(site_id)

    async def where_used(self, site_id: str, what: str, target_id: str) -> WhereUsed:
        """Return what depends on a target; `what` is a mapping kind or the PSA's word for the row ("category")."""
        run = await self._stage.run(site_id)
        return used_view(await self._standings.of(site_id), run.connector, what, target_id)

    async def _suggest(self, found: Standing, kind: MappingKind) -> Suggest:
        """Return what suggests targets for the mappings of a kind that need attention."""
        asked = await self._stage.workspace.read(lambda conn: suggester(conn, found.site.id, kind.name))

        def suggest(entry: Entry) -> Suggestion | None:
            if not entry.needs_attention:
                return None
            question = Question(kind.name, entry.source_id, entry.source_name, entry.mapping, entry.target)
            return asked.best(question)

        return suggest
