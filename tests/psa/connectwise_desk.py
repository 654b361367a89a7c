"""The application's own ConnectWise client and connector against the practice tenant."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import Psa
from sync_desktop.psa.connectwise import CLIENT_ID, PRIVATE_KEY, PUBLIC_KEY, build
from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.connector import ConnectWiseConnector
from sync_desktop.psa.tools import Tools
from sync_desktop.sandbox.connectwise.settings import ApiMember
from sync_desktop.transport.budget import Gate, RollingBudget
from sync_desktop.transport.dialect import Dialect
from sync_desktop.transport.latch import CredentialsLatch
from sync_desktop.transport.messages import Signer
from sync_desktop.transport.session import Session
from tests.psa.tenant_client import Kept
from tests.sandbox import connectwise_tenant
from tests.sandbox.connectwise_tenant import OURS, Practice
from tests.transport.wire import FakeClock, Journal

SITE = Site(
    id="site",
    name="Fabrikam IT",
    psa=Psa.CONNECTWISE,
    quoting_url="http://127.0.0.1/public-api",
    connection={"company": connectwise_tenant.COMPANY_ID},
)


@dataclass(slots=True)
class Desk:
    """A connector with its tenant."""

    practice: Practice
    connector: ConnectWiseConnector
    client: ConnectWiseClient
    journal: Journal
    cache: Kept
    clock: FakeClock
    latch: CredentialsLatch

    @property
    def sent(self) -> list[Exchange]:
        """Every exchange so far, discovery aside."""
        return [each for each in self.journal.exchanges if "companyinfo" not in each.url]

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Method and path below the API's base of every exchange so far, discovery aside."""
        return [(each.method, each.url.partition("/apis/3.0/")[2].partition("?")[0]) for each in self.sent]

    def rows(self, collection: str) -> list[dict[str, Any]]:
        """Return what the tenant holds."""
        return list(self.practice.store.rows(collection).values())


@dataclass(slots=True)
class Connected:
    """A connector to whatever answers at an address."""

    connector: ConnectWiseConnector
    journal: Journal
    cache: Kept
    clock: FakeClock
    latch: CredentialsLatch

    @property
    def calls(self) -> list[str]:
        """Method and path below the API's base of every exchange so far, discovery aside."""
        below = [(each.method, each.url.partition("/apis/3.0/")[2]) for each in self.journal.exchanges]
        return [f"{method} {path.partition('?')[0]}" for method, path in below if path]


@asynccontextmanager
async def connected(
    keys: Mapping[str, str], *, defaults: Mapping[str, str] | None = None, writes: bool = True, **connection: str
) -> AsyncIterator[Connected]:
    """Give a connector that signs with these keys; `connection` has the address and the company."""
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
        return keys[name]

    told = {**SITE.connection, **connection}
    site = SITE.model_copy(update={"connection": told, "defaults": dict(defaults or {})})
    connector = build(Tools(site=site, secret=secret_of, cache=cache, clock=clock, make_session=session))
    try:
        yield Connected(connector, journal, cache, clock, latch)
    finally:
        await connector.aclose()


@asynccontextmanager
async def desk(
    *members: ApiMember,
    rows: Mapping[str, list[dict[str, Any]]] | None = None,
    private_key: str = OURS.private_key,
    public_key: str = OURS.public_key,
    client_id: str = OURS.client_id,
    defaults: Mapping[str, str] | None = None,
    writes: bool = True,
    settings: Mapping[str, Any] | None = None,
    **connection: str,
) -> AsyncIterator[Desk]:
    """Give a connector that writes into a small practice tenant."""
    keys = {PUBLIC_KEY: public_key, PRIVATE_KEY: private_key, CLIENT_ID: client_id}
    async with connectwise_tenant.practice(*members, rows=rows, **(settings or {})) as tenant:
        told = {"site": tenant.origin, **connection}
        async with connected(keys, defaults=defaults, writes=writes, **told) as at:
            yield Desk(tenant, at.connector, at.connector._client, at.journal, at.cache, at.clock, at.latch)
