"""The workbench: one door, a desk a page."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from sync_desktop.workbench.help import help_topics
from sync_desktop.workbench.issues import IssuesDesk
from sync_desktop.workbench.sites import SitesDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync_desktop.workbench.backstage import Backstage
    from sync_desktop.workbench.links import LinksDesk
    from sync_desktop.workbench.mapping_page import MappingsPage
    from sync_desktop.workbench.pasted.desk import PasteDesk
    from sync_desktop.workbench.runs import RunsDesk

_BESIDES = {"sites", "records", "mappings", "links", "audits", "todos", "mapping_changes"}
"""Tables, beside that of issues, whose changes pages hear of."""


class Workbench:
    """What a page or a command can ask for."""

    def __init__(self, stage: Backstage, runs: RunsDesk) -> None:
        self._stage = stage
        self.runs = runs
        self.issues = IssuesDesk(stage, runs)
        self.sites = SitesDesk(stage)

    @cached_property
    def mappings(self) -> MappingsPage:
        """The desk of the Mappings page and of the target chooser; loaded with the connectors when first asked for."""
        from sync_desktop.workbench.mapping_page import MappingsPage

        return MappingsPage(self._stage, self.runs)

    @cached_property
    def links(self) -> LinksDesk:
        """The desk of the link dialog; loaded with the connectors when it is first asked for."""
        from sync_desktop.workbench.links import LinksDesk

        return LinksDesk(self._stage, self.runs)

    @cached_property
    def pasted(self) -> PasteDesk:
        """The desk of the paste box; loaded with the rule packs when it is first asked for."""
        from sync_desktop.workbench.pasted.desk import PasteDesk

        return PasteDesk(self._stage)

    def help_topics(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Return Help's topics: id, title, paragraphs."""
        return help_topics()

    def subscribe_changes(self, fn: Callable[[frozenset[int]], None]) -> Callable[[], None]:
        """Call `fn` with the ids of issues that changed, with none for a change of anything else; returns how to stop.

        What a run has left untried changes as well: it does not run any more.
        """

        def on_changes(changes: Mapping[str, frozenset[str]]) -> None:
            if "issues" in changes:
                fn(frozenset(int(each) for each in changes["issues"]))
            if set(changes) & _BESIDES:
                fn(frozenset())

        stops = (
            self._stage.workspace.subscribe(on_changes),
            self.runs.subscribe_left(partial(fn, frozenset())),
        )

        def stop() -> None:
            for each in stops:
                each()

        return stop

    async def close(self) -> None:
        """Stop what runs, settle it, and close everything."""
        await self.runs.cancel()
        await self._stage.close()
