"""Builds a workbench from a workspace, a secrets store and a clock. No Qt.

Only what shows stored issues is loaded here; what connects sites is loaded when the first of them is needed.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sync_desktop.assembly.owner import is_dead, owner_name
from sync_desktop.domain.clock import Clock, SystemClock
from sync_desktop.domain.sites import Side, Site
from sync_desktop.secrets import AsyncSecrets, SecretStore
from sync_desktop.storage import attempts, imports, leases, settings, sites
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.workspace import Workspace
from sync_desktop.workbench.backstage import Backstage
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.runs import RunsDesk

if TYPE_CHECKING:
    from sync_desktop.assembly.connections import Connections
    from sync_desktop.sync.site_run import SiteRun

__all__ = ["keep_sites", "open_workbench", "owner_name"]

_EXCHANGE_DAYS = 30
"""Days that bodies of exchanges and pasted lists are kept, unless the setting `exchange_days` says otherwise."""


async def open_workbench(
    path: Path, secrets: SecretStore, *, clock: Clock | None = None, create: bool = True
) -> Workbench:
    """Open a workspace file and return the workbench over it; one sentence (`UserError`) where it cannot be opened."""
    clock = clock or SystemClock()
    workspace = await Workspace.open(path, clock=clock, create=create)
    later = _Later(workspace, AsyncSecrets(secrets), clock)
    stage = Backstage(
        workspace=workspace,
        secrets=later.secrets,
        clock=clock,
        open_run=later.open_run,
        open_trial=later.open_trial,
        close_run=later.close_run,
        close_shared=later.close,
    )
    later.stage = stage
    later.desk = RunsDesk(stage)
    await workspace.write(lambda tx: _tidy(tx, clock.now()))
    return Workbench(stage, later.desk)


@dataclass(slots=True)
class _Later:
    """Stands for the connections until the first site needs them; then loads them beside the loop's thread."""

    workspace: Workspace
    secrets: AsyncSecrets
    clock: Clock
    stage: Backstage | None = None
    desk: RunsDesk | None = None
    _made: "Connections | None" = None

    async def open_run(self, site: Site) -> "SiteRun":
        """Connect a site; nothing is sent yet."""
        return await (await self._connections()).open_run(site)

    async def open_trial(self, site: Site, typed: Mapping[str, str]) -> "SiteRun":
        """Connect a site with secrets that were typed and are not kept."""
        return await (await self._connections()).open_trial(site, typed)

    async def close_run(self, run: "SiteRun") -> None:
        """Close a site's connections."""
        await (await self._connections()).close_run(run)

    async def close(self) -> None:
        """Close the connections that all sessions share."""
        if self._made is not None:
            await self._made.close()

    async def _connections(self) -> "Connections":
        if self._made is None:
            module = await asyncio.to_thread(import_module, "sync_desktop.assembly.connections")
            made: Connections = module.connections(self.workspace, self.secrets, self.clock, self.stage, self.desk)
            known = self._already()  # whoever else waited for the same may have been first
            self._made = known or made
        return self._made

    def _already(self) -> "Connections | None":
        return self._made


def _tidy(tx: Transaction, at: datetime) -> None:
    """Give back what processes of this machine held that have ended, and forget old exchanges' bodies and old lists."""
    dead = [owner for owner in leases.live_owners(tx.conn, at) if is_dead(owner)]
    leases.drop_owners(tx, dead)
    attempts.mark_interrupted(tx, at=at, live_owners=leases.live_owners(tx.conn, at))
    days = int(settings.get(tx.conn, "exchange_days") or _EXCHANGE_DAYS)
    attempts.prune_exchanges(tx, before=at - timedelta(days=days))
    imports.prune_imports(tx, before=at - timedelta(days=days))


async def keep_sites(workbench_path: Path, made: Iterable[Site], *, clock: Clock | None = None) -> None:
    """Keep sites in a workspace file, made by a command such as `sandbox`; settings of known ones stay."""
    workspace = await Workspace.open(workbench_path, clock=clock or SystemClock())
    try:
        for site in made:
            await workspace.write(partial(_keep_site, site=site))
    finally:
        await workspace.close()


def _keep_site(tx: Transaction, site: Site) -> None:
    known = sites.site(tx.conn, site.id)
    if known is not None:
        site = known.model_copy(update={"quoting_url": site.quoting_url, "connection": site.connection})
        for side in Side:
            fresh = site.credentials(side).model_copy(update={"rejected_version": None})
            site = site.with_credentials(side, fresh)
    sites.save_site(tx, site)
