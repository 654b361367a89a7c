"""Audits that a person asks for: one site after the other, with progress and Cancel, and how they ended in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync_desktop.domain.failures import SyncError
from sync_desktop.workbench.counting import plural
from sync_desktop.workbench.mapping_views import AuditResult
from sync_desktop.workbench.runs import RunsDesk, Tell, sentence
from sync_desktop.workbench.views import RunResult

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sync_desktop.domain.failures import Failure
    from sync_desktop.domain.sites import Site
    from sync_desktop.mapping.standing import Standing
    from sync_desktop.workbench.backstage import Backstage

    Stand = Callable[[str], Awaitable[Standing]]
    """Returns how the mappings of a site stand."""

TITLE = "Auditing mappings"


@dataclass(slots=True)
class _Told:
    """What the audits of several sites have come to so far."""

    total: int = 0
    broken: int = 0
    needs_attention: int = 0
    calls: int = 0
    milliseconds: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, standing: Standing) -> None:
        """Count how the mappings of a site stand."""
        for entry in standing.all():
            self.total += 1
            self.broken += entry.judged.state.is_broken
            self.needs_attention += entry.needs_attention

    @property
    def text(self) -> str:
        """Return "86 mappings, 4 need attention · 3 calls"."""
        need = "needs" if self.needs_attention == 1 else "need"
        return (
            f"{plural(self.total, 'mapping')}, {self.needs_attention:,} {need} attention · {plural(self.calls, 'call')}"
        )


class Auditing:
    """Audits sites; `stand` says how their mappings stand afterwards."""

    def __init__(self, stage: Backstage, runs: RunsDesk, stand: Stand) -> None:
        self._stage = stage
        self._runs = runs
        self._stand = stand

    async def audit(self, site_ids: Sequence[str]) -> AuditResult:
        """Audit these sites, or all; one that refuses us does not stop the others."""
        told = _Told()

        async def work(tell: Tell) -> RunResult:
            sites = [await self._stage.site(each) for each in site_ids] or await self._stage.all_sites()
            for number, site in enumerate(sites):
                await self._site(site, number, len(sites), tell, told)
            return RunResult(text=told.text, by_outcome={}, refused=tuple(told.problems))

        result = await self._runs.other(TITLE, work)
        return AuditResult(
            text=result.text,
            broken=told.broken,
            needs_attention=told.needs_attention,
            calls=told.calls,
            milliseconds=told.milliseconds,
            problems=tuple(dict.fromkeys((*told.problems, *result.refused))),
        )

    async def _site(self, site: Site, number: int, of: int, tell: Tell, told: _Told) -> None:
        from sync_desktop.mapping.audit import STEPS, audit  # with the connectors, after the first page

        run = await self._stage.run(site.id)

        def on_step(step: int, words: str) -> None:
            tell(number * STEPS + step, of * STEPS, f"{site.name}: {words}")

        try:
            made = await audit(run, on_step)
        except SyncError as error:
            told.problems.append(f"{site.name}: {sentence(error.failure)}")
        else:
            told.calls += made.calls
            told.milliseconds += made.milliseconds
            labels = {kind.name: kind.short_label or kind.label for kind in run.connector.mapping_kinds}
            told.problems += [_problem(site, labels.get(kind, kind), why) for kind, why in made.problems.items()]
        told.add(await self._stand(site.id))


def _problem(site: Site, what: str, failure: Failure) -> str:
    return f"{site.name}, {what}: {sentence(failure)}"
