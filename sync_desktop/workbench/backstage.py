"""What all desks share: the workspace, the clock, and sites that are ready for work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.sites import Site
from sync_desktop.storage import sites
from sync_desktop.sync.site_run import SiteRun

if TYPE_CHECKING:
    from sync_desktop.domain.clock import Clock
    from sync_desktop.secrets import AsyncSecrets
    from sync_desktop.storage.workspace import Workspace

OpenRun = Callable[[Site], Awaitable[SiteRun]]
OpenTrial = Callable[[Site, Mapping[str, str]], Awaitable[SiteRun]]
"""Opens a site with secrets that were typed and are not kept."""
CloseRun = Callable[[SiteRun], Awaitable[None]]


@dataclass(slots=True)
class Backstage:
    """Built by the assembly. `open_run` connects a site's servers without sending anything."""

    workspace: Workspace
    secrets: AsyncSecrets
    clock: Clock
    open_run: OpenRun
    open_trial: OpenTrial
    close_run: CloseRun
    close_shared: Callable[[], Awaitable[None]]
    _runs: dict[str, SiteRun] = field(default_factory=dict)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    """A site is opened once, however many ask for it at the same time."""
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    async def all_sites(self) -> list[Site]:
        """Return every site of the workspace."""
        return await self.workspace.read(sites.all_sites)

    async def site(self, site_id: str) -> Site:
        """Return one site; `UserError` where there is none."""
        found = await self.workspace.read(lambda conn: sites.site(conn, site_id))
        if found is None:
            raise UserError(f"This workspace has no site “{site_id}”.")
        return found

    async def run(self, site_id: str) -> SiteRun:
        """Return a site ready for work, connected anew where its settings have changed."""
        async with self._opening:
            site = await self.site(site_id)
            known = self._runs.get(site_id)
            if known is not None and _same_connection(known.site, site):
                return known
            if known is not None:
                await self.close_run(known)
            self._runs[site_id] = await self.open_run(site)
            return self._runs[site_id]

    def opened(self, site_id: str) -> SiteRun | None:
        """Return a site's run where one was opened already."""
        return self._runs.get(site_id)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside, holding on to it until it is done."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let what runs beside end, then close connections, secrets and the workspace."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        for run in self._runs.values():
            await self.close_run(run)
        self._runs.clear()
        await self.close_shared()
        self.secrets.close()
        await self.workspace.close()


def _same_connection(one: Site, other: Site) -> bool:
    """Compare what a connection was built from; that its credentials were rejected, its latches know themselves."""
    ignored: dict[str, Any] = {
        "write_previewed": True,
        "push_off_confirmed": True,
        "quoting_credentials": {"rejected_version"},
        "psa_credentials": {"rejected_version"},
    }
    return one.model_dump(exclude=ignored) == other.model_dump(exclude=ignored)
