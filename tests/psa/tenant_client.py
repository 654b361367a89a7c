"""The application's own Autotask client and connector against the practice tenant, and what drafting asks of a site."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.mappings import OTHERS, OTHERS_LABEL, Target
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.records import AnyRecord, Category, Contact, RecordRef, ref_of
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import MappingOrigin, MappingState, Psa, RecordKind
from sync_desktop.psa.autotask import INTEGRATION_CODE, SECRET, build
from sync_desktop.psa.autotask.client import AutotaskClient
from sync_desktop.psa.autotask.connector import AutotaskConnector
from sync_desktop.psa.tools import Tools
from sync_desktop.sandbox.autotask.settings import ApiUser
from sync_desktop.transport.budget import Gate, RollingBudget
from sync_desktop.transport.dialect import Dialect
from sync_desktop.transport.latch import CredentialsLatch
from sync_desktop.transport.messages import Signer
from sync_desktop.transport.session import Session
from tests.sandbox import autotask_tenant
from tests.sandbox.autotask_tenant import Practice
from tests.transport.wire import FakeClock, Journal

ZONE = "/atservicesrest/v1.0/zoneInformation"
SITE = Site(
    id="site",
    name="Fabrikam IT",
    psa=Psa.AUTOTASK,
    quoting_url="http://127.0.0.1/public-api",
    connection={"username": autotask_tenant.USER, "web_url": "https://ww14.autotask.net/"},
)


class Kept:
    """A metadata cache in memory."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    async def get(self, key: str) -> Any | None:
        return self.values.get(key)

    async def put(self, key: str, value: Any) -> None:
        self.values[key] = value


@dataclass(slots=True)
class Desk:
    """A connector with its tenant."""

    practice: Practice
    connector: AutotaskConnector
    client: AutotaskClient
    journal: Journal
    cache: Kept
    clock: FakeClock

    @property
    def sent(self) -> list[Exchange]:
        """Every exchange so far, zone discovery aside."""
        return [each for each in self.journal.exchanges if "zoneInformation" not in each.url]


@asynccontextmanager
async def desk(
    *users: ApiUser,
    rows: Mapping[str, list[dict[str, Any]]] | None = None,
    secret: str = autotask_tenant.SECRET,
    defaults: Mapping[str, str] | None = None,
    writes: bool = True,
    **connection: str,
) -> AsyncIterator[Desk]:
    """Give a connector of a small practice tenant."""
    async with autotask_tenant.practice(*users, rows=rows) as tenant:
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
            return {SECRET: secret, INTEGRATION_CODE: autotask_tenant.CODE}[name]

        told = {**SITE.connection, "zone_url": f"{tenant.origin}{ZONE}", **connection}
        site = SITE.model_copy(update={"connection": told, "defaults": dict(defaults or {})})
        connector = build(Tools(site=site, secret=secret_of, cache=cache, clock=clock, make_session=session))
        try:
            yield Desk(tenant, connector, connector._client, journal, cache, clock)
        finally:
            await connector.aclose()


async def failing(doing: Any) -> Failure:
    """Return the failure that something ends with."""
    try:
        await doing
    except SyncError as error:
        return error.failure
    raise AssertionError("it went through")


@dataclass
class Known:
    """What a site knows while a record is drafted (the protocol `Refs`), in memory."""

    records: dict[RecordRef, AnyRecord] = field(default_factory=dict)
    externals: dict[RecordRef, str] = field(default_factory=dict)
    entities: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    mappings: dict[tuple[str, str], ValueMapping] = field(default_factory=dict)
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def add(self, *records: AnyRecord, external: str = "", entity: str = "") -> None:
        for record in records:
            self.records[ref_of(record)] = record
            self.externals[ref_of(record)] = external
            if entity:
                self.entities[record.id] = entity

    def map(
        self,
        kind: str,
        source: str,
        target: str,
        *,
        name: str = "Target",
        active: bool = True,
        why_not: str = "",
        state: MappingState | None = None,
        shown: bool = True,
        origin: MappingOrigin = MappingOrigin.HAND,
    ) -> None:
        """Map a source to a target, which the PSA shows as it is told here."""
        called = OTHERS_LABEL if source == OTHERS else f"source {source}"
        self.mappings[kind, source] = ValueMapping(
            kind=kind, source_id=source, source_name=called, target_id=target, origin=origin
        )
        if shown:
            valid = active and not why_not
            self.targets[kind, target] = Target(
                kind=kind,
                id=target,
                name=name,
                active=active,
                valid=valid,
                why_not=why_not,
                state=state or (MappingState.VALID if valid else MappingState.INACTIVE),
            )

    def record(self, kind: RecordKind, record_id: str) -> AnyRecord | None:
        return self.records.get(RecordRef(kind=kind, id=record_id))

    def contacts(self, company_id: str) -> list[Contact]:
        found = [each for each in self.records.values() if isinstance(each, Contact)]
        return [each for each in found if each.company.id == company_id]

    def external(self, kind: RecordKind, record_id: str) -> str:
        return self.externals.get(RecordRef(kind=kind, id=record_id), "")

    def entity(self, record_id: str) -> str:
        return self.entities.get(record_id, "")

    def part(self, ref: RecordRef, part: str) -> str:
        return self.parts.get(part, "")

    def category(self, category_id: str) -> Category | None:
        return None

    def mapping(self, kind: str, source_id: str) -> ValueMapping | None:
        return self.mappings.get((kind, source_id))

    def target(self, kind: str, target_id: str) -> Target | None:
        return self.targets.get((kind, target_id))

    def default(self, name: str) -> str:
        return self.defaults.get(name, "")
