"""A workbench over a real workspace file, in front of real practice servers; its clock waits for nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from sync_desktop.assembly import open_workbench
from sync_desktop.cli.practice import practice_sites
from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.issues import Issue
from sync_desktop.domain.links import Link
from sync_desktop.domain.records import Quote, RecordRef
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import AttemptKind, IssueState, RecordKind, Role
from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.autotask.app import TENANT
from sync_desktop.sandbox.autotask.calls import Tenant
from sync_desktop.sandbox.front import Timing
from sync_desktop.sandbox.server import Sandbox, Source
from sync_desktop.sandbox.store import Store
from sync_desktop.secrets import MemorySecrets
from sync_desktop.storage import activity, attempts, issues, links, records, sites
from sync_desktop.storage.activity import Activity
from sync_desktop.storage.attempts import Attempt
from sync_desktop.storage.issue_query import IssueQuery
from sync_desktop.storage.issues import StoredIssue
from sync_desktop.storage.workspace import Workspace
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.workbench.backstage import Backstage
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import RunResult
from tests.worlds.leads import lead_categories
from tests.worlds.psa_side import Line, PsaSide, Row
from tests.worlds.sides import BY_SYSTEM
from tests.worlds.small_world import SmallWorld

SITE = "practice-autotask"


NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
"""When every test begins: the world's dates count from here."""


class QuickClock:
    """Time that passes at once when somebody sleeps; `on_sleep` is called then, in the middle of whatever waits.

    Heartbeats sleep for ever: nothing here lasts long enough to need one, and they would drive the clock on by
    themselves.
    """

    def __init__(self) -> None:
        self._seconds = 1000.0
        self.slept: list[float] = []
        self.on_sleep: Callable[[], object] | None = None

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds

    async def sleep(self, seconds: float) -> None:
        task = asyncio.current_task()
        if task is not None and task.get_name().startswith("heartbeat"):
            await asyncio.Event().wait()
        self.slept.append(seconds)
        self.advance(seconds)
        if self.on_sleep is not None:
            self.on_sleep()
        await asyncio.sleep(0)


def quote_ref(number: str) -> RecordRef:
    """Return the reference of a quote of a `SmallWorld`."""
    return RecordRef(kind=RecordKind.QUOTE, id=number.lower())


@dataclass(slots=True)
class Stage:
    """One workspace and one sandbox, and short ways to ask them."""

    bench: Workbench
    sandbox: Sandbox
    clock: QuickClock
    path: Path
    site_id: str
    side: PsaSide
    """The PSA behind it, in words that all have."""

    @property
    def backstage(self) -> Backstage:
        return self.bench._stage

    @property
    def workspace(self) -> Workspace:
        return self.backstage.workspace

    async def run(self) -> SiteRun:
        return await self.backstage.run(self.site_id)

    @property
    def tenant(self) -> Tenant:
        """The practice Autotask itself."""
        found = [runner.app for runner in self.sandbox._runners if runner.app and TENANT in runner.app]
        return found[0][TENANT]

    @property
    def store(self) -> Store:
        """What the PSA holds."""
        return self.sandbox.site().psa_store

    def psa(self, entity: str) -> dict[int, Row]:
        """What the PSA holds of an entity, by id."""
        return self.store.rows(entity)

    def there(self, kind: str) -> dict[int, Row]:
        """What the PSA holds of a kind of records, by id."""
        return self.psa(self.side.collections[kind])

    def change_psa(self, entity: str, row_id: int, **changes: Any) -> None:
        """Somebody changes a row in the PSA."""
        self.store.update(entity, row_id, changes)

    def change_there(self, kind: str, row_id: int, changes: Mapping[str, Any]) -> None:
        """Somebody changes a record of a kind in the PSA."""
        self.store.update(self.side.collections[kind], row_id, changes)

    def change_quoting(self, kind: str, row_id: str, **changes: Any) -> None:
        """Somebody changes a row in Salesbuildr."""
        self.sandbox.site().quoting_store.update(kind, row_id, changes)

    def fault(self, kind: str, **order: Any) -> None:
        """Order a fault at the PSA."""
        self.sandbox.faults.order({"system": self.side.system, "kind": kind, **order})

    def requests(self) -> list[str]:
        """Every request to the PSA that this program has signed, `METHOD path`."""
        served = self.sandbox.log.entries(system=self.side.system)
        return [f"{each['method']} {each['path']}" for each in served if each["who"] == self.side.user]

    def written(self) -> list[str]:
        """Every request to the PSA, whoever signed it but for Salesbuildr itself, that may have changed something."""
        served = self.sandbox.log.entries(system=self.side.system)
        ours = [each for each in served if each["who"] != self.side.vendor]
        asked = [(each["method"], each["path"]) for each in ours]
        return [f"{method} {path}" for method, path in asked if not self.side.is_read(method, path.partition("?")[0])]

    async def everything(self, kind: AttemptKind = AttemptKind.WRITE) -> RunResult:
        return await self.bench.runs.everything(self.site_id, kind)

    async def attempt(self, *refs: RecordRef, kind: AttemptKind = AttemptKind.WRITE) -> RunResult:
        return await self.bench.runs.batch(self.site_id, refs, kind, "Trying")

    async def write(self, *numbers: str) -> RunResult:
        """Write quotes, given by number."""
        return await self.attempt(*(quote_ref(number) for number in numbers))

    async def check(self, *numbers: str) -> RunResult:
        """Check quotes, given by number."""
        return await self.attempt(*(quote_ref(number) for number in numbers), kind=AttemptKind.CHECK)

    async def issue(self, number: str) -> StoredIssue:
        """Return the issue of a quote; fails where there is none."""
        stored = (await self.quotes()).get(number)
        return await self.issue_of(RecordRef(kind=RecordKind.QUOTE, id=stored.id if stored else number.lower()))

    async def issue_of(self, ref: RecordRef) -> StoredIssue:
        found = await self.workspace.read(lambda conn: issues.issue_for(conn, self.site_id, ref))
        assert found is not None, f"{ref} has no issue"
        return found

    async def open_issues(self) -> list[Issue]:
        query = IssueQuery(site_id=self.site_id, state=IssueState.OPEN, limit=10_000)
        return list(await self.workspace.read(lambda conn: issues.find(conn, query)))

    async def retry(self, number: str, *, confirmed: bool = False) -> RunResult:
        """Press Retry on a quote's issue."""
        return await self.bench.issues.retry([(await self.issue(number)).id], confirmed=confirmed)

    async def attempts(self, number: str) -> list[Attempt]:
        """Return the attempts at a quote, newest first."""
        return await self.attempts_of(number.lower())

    async def attempts_of(self, quote_id: str) -> list[Attempt]:
        ref = RecordRef(kind=RecordKind.QUOTE, id=quote_id)
        return await self.workspace.read(lambda conn: attempts.attempts_of(conn, self.site_id, ref))

    async def exchanges(self, attempt_id: int | None) -> list[Exchange]:
        return await self.workspace.read(lambda conn: attempts.exchanges_of(conn, attempt_id or 0))

    async def sent(self, number: str) -> list[Any]:
        """Return the bodies of what the newest attempt at a quote has sent to change something."""
        found = await self.exchanges((await self.attempts(number))[0].id)
        return [json.loads(each.request_body) for each in found if each.request_class != "read"]

    async def activity(self) -> list[Activity]:
        """Return what was written, oldest first."""
        found = await self.workspace.read(lambda conn: activity.activity(conn, self.site_id, limit=100_000))
        return found[::-1]

    async def link(self, ref: RecordRef, part: str = "") -> Link | None:
        return await self.workspace.read(lambda conn: links.link(conn, self.site_id, ref, part))

    async def quotes(self) -> dict[str, Quote]:
        """Return the stored quotes by number."""
        found = await self.workspace.read(lambda conn: records.records(conn, self.site_id, RecordKind.QUOTE))
        return {quote.number: quote for quote in found if isinstance(quote, Quote)}

    async def lead_categories(self) -> None:
        """Set by hand the mappings that Salesbuildr keeps to itself."""
        await lead_categories(self.workspace, self.site_id, self.sandbox.site(), NOW)

    async def become(self, **members: Any) -> None:
        """Change the stored site: its role, scope or name, as a file edited by others would have it."""
        site = await self.backstage.site(self.site_id)
        await self.workspace.write(lambda tx: sites.save_site(tx, site.model_copy(update=members)))

    def quote_row(self, number: str) -> Row:
        """Return the one row that stands for a quote; fails where there are none or several."""
        found = self.side.quotes(self.store, number)
        assert len(found) == 1, f"{number} is {len(found)} times in {self.side.label}"
        return found[0]

    def lines(self, number: str) -> list[Line]:
        """Return the lines of that row, those of others too, in the order of their ids."""
        return self.side.lines(self.store, self.quote_row(number))

    def line_rows(self, number: str) -> list[Row]:
        """Return the same lines as the PSA holds them."""
        return [line.row for line in self.lines(number)]


@asynccontextmanager
async def staged(
    folder: Path, world: SmallWorld | Source, *, role: Role = Role.WRITE, practice: bool = True, refresh: bool = True
) -> AsyncIterator[Stage]:
    """Serve a world and open a workbench over it; unless told otherwise, Salesbuildr has been read already.

    `practice` False makes it a live site as a person would have connected it.
    """
    source = world.as_file() if isinstance(world, SmallWorld) else world
    async with AsyncExitStack() as stack:
        clock, path = QuickClock(), folder / "workspace.db"
        timing = Timing(now=clock.now, monotonic=clock.monotonic, sleep=clock.sleep)
        sandbox = await stack.enter_async_context(Sandbox(source, limits=False, timing=timing))
        (site,) = practice_sites(sandbox.describe())
        made = site.model_copy(update={"role": role, "practice": practice})
        bench = await open_workbench(path, stocked_secrets(made), clock=clock)
        stack.push_async_callback(bench.close)
        stage = Stage(bench, sandbox, clock, path, made.id, BY_SYSTEM[made.psa.value])
        await stage.workspace.write(lambda tx: sites.save_site(tx, made))
        if isinstance(world, SmallWorld):
            await stage.lead_categories()
        if refresh:
            await bench.runs.read_only()
        yield stage


def stocked_secrets(*known: Site) -> MemorySecrets:
    """Return a store that has the practice credentials for these sites."""
    secrets = MemorySecrets()
    for site in known:
        for name, value in practice_values().items():
            secrets.set(site.id, name, SecretStr(value))
    return secrets


def practice_values() -> Mapping[str, str]:
    """Return the practice credentials by the names of the connection form."""
    return {
        "api-key": credentials.API_KEY,
        "autotask.secret": credentials.AUTOTASK_SECRET,
        "autotask.integration_code": credentials.AUTOTASK_INTEGRATION_CODE,
        "connectwise.public_key": credentials.CONNECTWISE_PUBLIC_KEY,
        "connectwise.private_key": credentials.CONNECTWISE_PRIVATE_KEY,
        "connectwise.client_id": credentials.CONNECTWISE_CLIENT_ID,
        "halopsa.client_id": credentials.HALOPSA_CLIENT_ID,
        "halopsa.client_secret": credentials.HALOPSA_CLIENT_SECRET,
    }
