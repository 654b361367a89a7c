"""The application's own HaloPSA connector against the practice instance."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import Psa
from sync_desktop.psa.halopsa import CLIENT_ID, CLIENT_SECRET, build
from sync_desktop.psa.halopsa.client import HaloClient
from sync_desktop.psa.halopsa.connector import HaloConnector
from sync_desktop.psa.tools import Tools
from sync_desktop.sandbox.halopsa.settings import ApiApplication
from sync_desktop.transport.budget import Gate, RollingBudget
from sync_desktop.transport.dialect import Dialect
from sync_desktop.transport.latch import CredentialsLatch
from sync_desktop.transport.messages import Signer
from sync_desktop.transport.session import Session
from tests.psa.tenant_client import Kept
from tests.sandbox import halopsa_tenant
from tests.sandbox.halopsa_tenant import Practice
from tests.transport.wire import FakeClock, Journal

SITE = Site(id="site", name="Fabrikam IT", psa=Psa.HALOPSA, quoting_url="http://127.0.0.1/public-api")
SIGNING_IN = ("/authinfo", "/token")


@dataclass(slots=True)
class Desk:
    """A connector with its instance."""

    practice: Practice
    connector: HaloConnector
    client: HaloClient
    journal: Journal
    cache: Kept
    clock: FakeClock
    latch: CredentialsLatch

    @property
    def exchanges(self) -> list[Exchange]:
        """Every exchange so far, signing in aside."""
        return [each for each in self.journal.exchanges if not urlsplit(each.url).path.endswith(SIGNING_IN)]

    @property
    def calls(self) -> list[str]:
        """Method and path below the API of every exchange so far, signing in aside."""
        return [f"{each.method} {urlsplit(each.url).path.partition('/api/')[2]}" for each in self.exchanges]

    @property
    def posts(self) -> list[str]:
        """Where something was posted, in order."""
        return [call.removeprefix("POST ") for call in self.calls if call.startswith("POST ")]

    def rows(self, collection: str) -> dict[int, dict[str, Any]]:
        """Return what the instance holds, by id."""
        return self.practice.store.rows(collection)

    def forget(self) -> None:
        """Forget the exchanges so far."""
        self.journal.exchanges.clear()


@asynccontextmanager
async def desk(
    *applications: ApiApplication,
    rows: Mapping[str, list[dict[str, Any]]] | None = None,
    rules: Sequence[Mapping[str, Any]] = (),
    client_id: str = halopsa_tenant.CLIENT_ID,
    secret: str = halopsa_tenant.SECRET,
    defaults: Mapping[str, str] | None = None,
    writes: bool = True,
    settings: Mapping[str, Any] | None = None,
    **connection: str,
) -> AsyncIterator[Desk]:
    """Give a connector that writes into a small practice instance; `{origin}` in a connection is where that is."""
    async with halopsa_tenant.practice(*applications, rows=rows, rules=rules, **(settings or {})) as instance:
        clock, journal, cache = FakeClock(), Journal(), Kept()
        latch, gate = CredentialsLatch(1, None, lambda _: None), Gate(clock)

        def session(url: str, dialect: Dialect, signer: Signer, budget: RollingBudget | None) -> Session:
            return Session(
                site_id="site",
                base_url=url,
                dialect=dialect,
                signer=signer,
                journal=journal,
                clock=clock,
                latch=latch,
                gate=gate,
                writes=writes,
                budget=budget,
                timeout=5.0,
            )

        async def secret_of(name: str) -> str:
            return {CLIENT_ID: client_id, CLIENT_SECRET: secret}[name]

        told = {"resource_server": "{origin}/api", **connection}
        told = {name: value.replace("{origin}", instance.origin) for name, value in told.items()}
        site = SITE.model_copy(update={"connection": told, "defaults": dict(defaults or {})})
        connector = build(Tools(site=site, secret=secret_of, cache=cache, clock=clock, make_session=session))
        try:
            yield Desk(instance, connector, connector._client, journal, cache, clock, latch)
        finally:
            await connector.aclose()
