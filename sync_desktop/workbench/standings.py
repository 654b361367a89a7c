"""How the mappings of each site stand, kept as long as nothing that counts for it has been written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sync_desktop.mapping.standing import Standing, standing
from sync_desktop.mapping.usage import Usage, usage_of_records, with_issues

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from sync_desktop.domain.sites import Site
    from sync_desktop.workbench.backstage import Backstage

_RECORDS = ("records", "categories", "field_values", "sites")
"""What decides what needs which source: reading it takes most of the time, and a batch seldom changes it."""
_ALL = (*_RECORDS, "issues", "mappings", "targets", "audits", "todos", "settings")
_LONGEST = timedelta(minutes=10)
"""How long something is kept although nothing was written here: another program may have, and quotes grow old."""


@dataclass(slots=True)
class _Kept:
    """What was read of one site, when, and how much had been written by then."""

    site: Site
    at: datetime
    records: int
    usage: Usage
    everything: int = -1
    standing: Standing | None = None


@dataclass(slots=True)
class Standings:
    """Reads how mappings stand."""

    stage: Backstage
    _kept: dict[str, _Kept] = field(default_factory=dict)

    async def of(self, site_id: str) -> Standing:
        """Return how the mappings of a site stand; asks no PSA."""
        run, workspace = await self.stage.run(site_id), self.stage.workspace
        kept = await self._usage(site_id)
        everything = workspace.generation(_ALL)
        if kept.standing is None or kept.everything != everything:

            def read(conn: Connection) -> Standing:
                return standing(conn, run.site, run.connector, with_issues(conn, site_id, kept.usage))

            kept.standing = await workspace.read(read)
            kept.everything = everything
        return kept.standing

    async def _usage(self, site_id: str) -> _Kept:
        run, workspace = await self.stage.run(site_id), self.stage.workspace
        connector, now = run.connector, self.stage.clock.now()
        written, kept = workspace.generation(_RECORDS), self._kept.get(site_id)
        if kept is None or kept.records != written or kept.site != run.site or now - kept.at > _LONGEST:
            usage = await workspace.read(
                lambda conn: usage_of_records(conn, run.site, connector.mapping_kinds, connector.entity_of, now)
            )
            kept = self._kept[site_id] = _Kept(run.site, now, written, usage)
        return kept
