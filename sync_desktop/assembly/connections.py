"""Connects a site's servers: everything that speaks HTTP is loaded here, after the window shows what is stored."""

import getpass
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
from sqlalchemy import Connection

from sync_desktop.assembly.owner import is_dead, owner_name
from sync_desktop.assembly.wiring import Wiring
from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.clock import Clock
from sync_desktop.domain.sites import Side, Site
from sync_desktop.investigate.investigator import Investigator
from sync_desktop.psa.registry import folder, side_of
from sync_desktop.psa.tools import Tools
from sync_desktop.resources import resource
from sync_desktop.secrets import AsyncSecrets
from sync_desktop.storage import attempts, settings, sites
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.workspace import Workspace
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.transport.latch import CredentialsLatch
from sync_desktop.transport.tls import make_client, os_trust
from sync_desktop.workbench.backstage import Backstage
from sync_desktop.workbench.runs import RunsDesk

if TYPE_CHECKING:
    from sync_desktop.domain.failures import Failure
    from sync_desktop.domain.records import AnyRecord
    from sync_desktop.sync.site_run import Investigate

_METADATA_AGE = timedelta(hours=1)


@dataclass(slots=True)
class _SettingsCache:
    """Keeps what a PSA tells of its fields in the workspace's settings."""

    workspace: Workspace
    clock: Clock
    site_id: str

    async def get(self, key: str) -> Any | None:
        """Return a value that is not older than an hour."""
        text = await self.workspace.read(lambda conn: settings.get(conn, self._name(key)))
        if not text:
            return None
        kept = json.loads(text)
        age = self.clock.now() - datetime.fromisoformat(kept["at"])
        return kept["value"] if age < _METADATA_AGE else None

    async def put(self, key: str, value: Any) -> None:
        """Keep a value with the time."""
        text = json.dumps({"at": self.clock.now().isoformat(), "value": value})
        await self.workspace.write(lambda tx: settings.put(tx, self._name(key), text))

    def _name(self, key: str) -> str:
        return f"metadata/{self.site_id}/{key}"


def connections(
    workspace: Workspace, secrets: AsyncSecrets, clock: Clock, stage: Backstage | None, desk: RunsDesk | None
) -> "Connections":
    """Return what connects sites. UserError where the rule packs cannot be read."""
    return Connections(workspace, secrets, clock, RulePacks.load(resource("diagnosis")), stage, desk)


@dataclass(slots=True)
class Connections:
    """Connects sites."""

    workspace: Workspace
    secrets: AsyncSecrets
    clock: Clock
    packs: RulePacks
    stage: Backstage | None
    desk: RunsDesk | None
    _client: httpx.AsyncClient | None = None

    async def open_run(self, site: Site) -> SiteRun:
        """Connect a site; nothing is sent yet."""
        return self._open(site, {}, await self._recent_calls(site), self.secrets)

    async def open_trial(self, site: Site, typed: Mapping[str, str]) -> SiteRun:
        """Connect a site with secrets that were typed and are not kept; a new site's need no keyring to be tried."""
        kept = await self.workspace.read(lambda conn: sites.site(conn, site.id))
        return self._open(site, typed, await self._recent_calls(site), self.secrets if kept else None)

    async def close_run(self, run: SiteRun) -> None:
        """Close a site's connections."""
        await run.source.aclose()
        await run.connector.aclose()

    async def _recent_calls(self, site: Site) -> dict[str, tuple[float, ...]]:
        """Return the seconds since each call of the last hour, by system: limits count across restarts."""
        now = self.clock.now()
        systems = ("salesbuildr", site.psa.value)

        def read(conn: Connection) -> dict[str, tuple[float, ...]]:
            since = now - timedelta(hours=1)
            times = {system: attempts.call_times(conn, site.id, system, since) for system in systems}
            return {system: tuple((now - at).total_seconds() for at in found) for system, found in times.items()}

        return await self.workspace.read(read)

    def _open(
        self,
        site: Site,
        typed: Mapping[str, str],
        recent: Mapping[str, tuple[float, ...]],
        secrets: AsyncSecrets | None,
    ) -> SiteRun:
        typed_anew = {side_of(site.psa, name) for name in typed}
        wiring = Wiring(
            site=site,
            typed=typed,
            secrets=secrets,
            clock=self.clock,
            client=self._shared_client(),
            latches={side: self._latch(site, side, keep=side not in typed_anew) for side in Side},
            on_wait=self.desk.waiting if self.desk else None,
        )
        tools = Tools(
            site=site,
            secret=wiring.secret,
            cache=_SettingsCache(self.workspace, self.clock, site.id),
            clock=self.clock,
            recent_calls=recent[site.psa.value],
            make_session=wiring.maker(Side.PSA),
        )
        return SiteRun(
            site=site,
            connector=folder(site.psa).build(tools),
            source=wiring.source(recent["salesbuildr"]),
            workspace=self.workspace,
            clock=self.clock,
            packs=self.packs,
            journal=wiring.journal,
            owner=f"{owner_name()}/{uuid.uuid4().hex[:8]}",
            os_user=_os_user(),
            is_dead=is_dead,
            investigation=_investigation,
        )

    def _latch(self, site: Site, side: Side, *, keep: bool) -> CredentialsLatch:
        known = site.credentials(side)

        def on_rejected(version: int) -> None:
            if keep and self.stage is not None:
                self.stage.spawn(self._reject(site.id, side, version))

        return CredentialsLatch(known.version, known.rejected_version, on_rejected, system=site.system_label(side))

    async def _reject(self, site_id: str, side: Side, version: int) -> None:
        """Keep in the workspace that these credentials were rejected, so that no later session signs with them."""

        def store(tx: Transaction) -> None:
            site = sites.site(tx.conn, site_id)
            if site is not None and site.credentials(side).version == version:
                rejected = site.credentials(side).model_copy(update={"rejected_version": version})
                sites.save_site(tx, site.with_credentials(side, rejected))

        await self.workspace.write(store)

    def _shared_client(self) -> httpx.AsyncClient:
        """Return the one client of all sessions: it keeps neither cookies nor credentials, and costs 19 ms to make."""
        if self._client is None:
            self._client = make_client(context=os_trust())
        return self._client

    async def close(self) -> None:
        """Close the connections that all sessions share."""
        if self._client is not None:
            await self._client.aclose()


def _investigation(run: SiteRun) -> "Investigate":
    """Return what investigates the failures of one batch."""
    investigator = Investigator(run)

    async def investigate(
        record: "AnyRecord", failures: "tuple[Failure, ...]", listed: "tuple[Failure, ...]"
    ) -> "tuple[Failure, ...]":
        return (await investigator.investigate(record, failures, listed)).failures

    return investigate


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getpid())
