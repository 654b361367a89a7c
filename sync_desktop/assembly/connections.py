"""Connects a site's servers: everything that speaks HTTP is loaded here, after the window shows what is stored."""

import getpass
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import Connection

from sync_desktop.assembly.owner import owner_name
from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.clock import Clock
from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.registry import folder
from sync_desktop.psa.tools import Tools
from sync_desktop.quoting.salesbuildr import (
    SalesbuildrSource,
    salesbuildr_budget,
    salesbuildr_dialect,
    salesbuildr_signer,
)
from sync_desktop.resources import resource
from sync_desktop.secrets import AsyncSecrets
from sync_desktop.storage import attempts, settings, sites
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.workspace import Workspace
from sync_desktop.sync.journal import Journal
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.transport.budget import Gate, RollingBudget
from sync_desktop.transport.dialect import Dialect
from sync_desktop.transport.latch import CredentialsLatch
from sync_desktop.transport.messages import Signer
from sync_desktop.transport.session import Session
from sync_desktop.transport.tls import make_client, os_trust
from sync_desktop.workbench.backstage import Backstage
from sync_desktop.workbench.runs import RunsDesk

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
        return self._open(site, {}, await self._recent_calls(site))

    async def open_trial(self, site: Site, typed: Mapping[str, str]) -> SiteRun:
        """Connect a site with secrets that were typed and are not kept."""
        return self._open(site, typed, await self._recent_calls(site))

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

    def _open(self, site: Site, typed: Mapping[str, str], recent: Mapping[str, tuple[float, ...]]) -> SiteRun:
        journal = Journal()
        gates = {"quoting": Gate(self.clock), "psa": Gate(self.clock)}
        latches = {name: self._latch(site, keep=not typed) for name in gates}

        async def secret(name: str) -> str:
            if name in typed:
                return typed[name]
            kept = await self.secrets.get(site.id, name)
            if kept is None:
                what = name.replace(".", " ").replace("_", " ")
                message = f"No {what} is stored for {site.name}: enter it on the Sites page"
                raise SyncError(Failure(kind=FailureKind.CREDENTIALS, message=message, facts={"reason": "none stored"}))
            return kept.get_secret_value()

        def session(side: str, url: str, dialect: Dialect, signer: Signer, budget: RollingBudget | None) -> Session:
            made = Session(
                site_id=site.id,
                base_url=url,
                dialect=dialect,
                signer=signer,
                journal=journal,
                clock=self.clock,
                latch=latches[side],
                gate=gates[side],
                writes=site.writes,
                budget=budget,
                client=self._shared_client(),
            )
            made.on_wait = self.desk.waiting if self.desk else None
            return made

        async def quoting_secret(name: str) -> SecretStr | None:
            return await self.secrets.get(site.id, name) if name not in typed else SecretStr(typed[name])

        dialect = salesbuildr_dialect()
        signer = salesbuildr_signer(quoting_secret)
        budget = salesbuildr_budget(self.clock)
        budget.seed(recent["salesbuildr"])
        tools = Tools(
            site=site,
            secret=secret,
            cache=_SettingsCache(self.workspace, self.clock, site.id),
            clock=self.clock,
            recent_calls=recent[site.psa.value],
            make_session=lambda url, *rest: session("psa", url, *rest),
        )
        return SiteRun(
            site=site,
            connector=folder(site.psa).build(tools),
            source=SalesbuildrSource(session("quoting", site.quoting_url, dialect, signer, budget)),
            workspace=self.workspace,
            clock=self.clock,
            packs=self.packs,
            journal=journal,
            owner=f"{owner_name()}/{uuid.uuid4().hex[:8]}",
            os_user=_os_user(),
        )

    def _latch(self, site: Site, *, keep: bool) -> CredentialsLatch:
        def on_rejected(version: int) -> None:
            if keep and self.stage is not None:
                self.stage.spawn(self._reject(site.id, version))

        return CredentialsLatch(site.credentials_version, site.rejected_version, on_rejected)

    async def _reject(self, site_id: str, version: int) -> None:
        """Keep in the workspace that these credentials were rejected, so that no later session signs with them."""

        def store(tx: Transaction) -> None:
            site = sites.site(tx.conn, site_id)
            if site is not None and site.credentials_version == version:
                sites.save_site(tx, site.model_copy(update={"rejected_version": version}))

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


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getpid())
