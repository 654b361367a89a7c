"""Real practice servers, a real workspace file, and a clock that waits for nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from sync_desktop.assembly import keep_sites, open_workbench
from sync_desktop.cli.practice import practice_sites
from sync_desktop.domain.clock import Clock
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import AttemptKind, IssueState, RecordKind, Role
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.sandbox.store import Store
from sync_desktop.secrets import MemorySecrets
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import IssueDetail, IssueRow, RunResult
from tests.resilience.rough_world import FULL, KNOWN, RoughWorld
from tests.sync.sync_stage import practice_values
from tests.worlds.leads import lead_categories
from tests.worlds.psa_side import PsaSide, Row
from tests.worlds.sides import BY_SYSTEM

SITE = "practice-autotask"


class QuickClock:
    """Time that passes at once when somebody sleeps; a heartbeat sleeps until it is cancelled."""

    def __init__(self) -> None:
        self._began = datetime.now(UTC)
        self._seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, seconds: float) -> None:
        self._seconds += seconds

    async def sleep(self, seconds: float) -> None:
        task = asyncio.current_task()
        if task is not None and task.get_name().startswith("heartbeat"):
            await asyncio.Event().wait()
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)


def quote_ref(number: str) -> RecordRef:
    return RecordRef(kind=RecordKind.QUOTE, id=number.lower())


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that another process, or the servers, will bring about soon."""
    for _ in range(4000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise TimeoutError("It did not come about within 20 seconds")


@dataclass(slots=True)
class Servers:
    """The sandbox, and short ways to ask it."""

    sandbox: Sandbox

    @property
    def side(self) -> PsaSide:
        """The PSA, in words that all have."""
        return BY_SYSTEM[self.sandbox.site().psa]

    @property
    def store(self) -> Store:
        """What the PSA holds."""
        return self.sandbox.site().psa_store

    def psa(self, entity: str) -> dict[int, Row]:
        """What the PSA holds of an entity, by id."""
        return self.store.rows(entity)

    def fault(self, kind: str, *, system: str = "", **order: Any) -> None:
        self.sandbox.faults.order({"system": system or self.side.system, "kind": kind, **order})

    def requests(self, system: str = "") -> list[Row]:
        """Every request of our own user, to the PSA unless another system is named."""
        served = self.sandbox.log.entries(system=system or self.side.system)
        return [each for each in served if each["who"] != self.side.vendor]

    def writes(self) -> list[str]:
        """Every request to the PSA that is no read, as `METHOD path`."""
        asked = [(each["method"], str(each["path"])) for each in self.requests()]
        return [f"{method} {path}" for method, path in asked if not self.side.is_read(method, path.partition("?")[0])]

    def signed(self) -> list[Row]:
        """Every request to Autotask that carries credentials."""
        return [each for each in self.requests() if "zoneinformation" not in each["path"].lower()]

    def told_nothing(self) -> bool:
        """Say whether the PSA holds nothing of FULL."""
        return not self.side.quotes(self.store, FULL)

    def counts(self) -> dict[str, int]:
        return self.side.counts(self.store)

    def told(self, number: str) -> Row:
        """Return the one row that stands for a quote; fails where there are none or several."""
        found = self.side.quotes(self.store, number)
        assert len(found) == 1, f"{number} is {len(found)} times in {self.side.label}"
        return found[0]

    def lines(self, number: str) -> list[str]:
        """Return the names of a quote's lines, sorted."""
        return sorted(line.name for line in self.side.lines(self.store, self.told(number)))

    def doubled(self) -> list[str]:
        """Return what stands more than once in the PSA, told by what a person would tell it by."""
        return self.side.doubled(self.store)


@dataclass(slots=True)
class Stage(Servers):
    """One workspace in front of the servers."""

    bench: Workbench = field(kw_only=True)
    clock: QuickClock = field(kw_only=True)
    path: Path = field(kw_only=True)
    secrets: MemorySecrets = field(kw_only=True)
    site_id: str = field(kw_only=True)

    async def everything(self, kind: AttemptKind = AttemptKind.WRITE) -> RunResult:
        return await self.bench.runs.everything(self.site_id, kind)

    async def write(self, *numbers: str) -> RunResult:
        refs = [quote_ref(number) for number in numbers]
        return await self.bench.runs.batch(self.site_id, refs, AttemptKind.WRITE, "Writing")

    async def check(self, *numbers: str) -> RunResult:
        refs = [quote_ref(number) for number in numbers]
        return await self.bench.runs.batch(self.site_id, refs, AttemptKind.CHECK, "Checking")

    async def issues(self, state: IssueState | None = IssueState.OPEN) -> tuple[IssueRow, ...]:
        return (await self.bench.issues.page(state=state)).rows

    async def only_issue(self) -> IssueDetail:
        """Return the one open issue with all about it; fails where there are none or several."""
        (row,) = await self.issues()
        detail = await self.bench.issues.detail(row.id)
        assert detail is not None
        return detail

    async def reopen(self) -> None:
        """Close the program and start it again."""
        await self.bench.close()
        self.bench = await open_workbench(self.path, self.secrets, clock=self.clock)


def stocked(site_id: str) -> MemorySecrets:
    """Return a store with the practice credentials of a site."""
    secrets = MemorySecrets()
    for name, value in practice_values().items():
        secrets.set(site_id, name, SecretStr(value))
    return secrets


def live_site(sandbox: Sandbox, **members: Any) -> Site:
    """Return the sandbox's site as a person would have connected it: no practice site, switched to write."""
    (site,) = practice_sites(sandbox.describe())
    return site.model_copy(update={"practice": False, "role": Role.WRITE, "write_previewed": True, **members})


@asynccontextmanager
async def opened(path: Path, secrets: MemorySecrets, clock: Clock) -> AsyncIterator[Workbench]:
    bench = await open_workbench(path, secrets, clock=clock)
    try:
        yield bench
    finally:
        await bench.close()


@asynccontextmanager
async def staged(
    folder: Path,
    world: RoughWorld,
    *,
    refresh: bool = True,
    live: bool = False,
    limits: bool = False,
    change: Callable[[Site], Site] = lambda site: site,
) -> AsyncIterator[Stage]:
    """Serve a world and open a workbench over it.

    Unless told otherwise, Salesbuildr has been read, and KNOWN was written, so that new things may be created.
    """
    async with Sandbox(world.as_file(), limits=limits) as sandbox:
        site = change(live_site(sandbox) if live else practice_sites(sandbox.describe())[0])
        async with in_front_of(sandbox, folder / "workspace.db", site, refresh=refresh) as stage:
            yield stage


@asynccontextmanager
async def in_front_of(
    sandbox: Sandbox, path: Path, site: Site, *, refresh: bool = True, clock: QuickClock | None = None
) -> AsyncIterator[Stage]:
    """Open a workbench of its own over servers that run already."""
    clock = clock or QuickClock()
    await keep_sites(path, [site], clock=clock)
    secrets = stocked(site.id)
    bench = await open_workbench(path, secrets, clock=clock)
    stage = Stage(sandbox, bench=bench, clock=clock, path=path, secrets=secrets, site_id=site.id)
    try:
        await lead_categories(bench._stage.workspace, site.id, sandbox.site(), clock.now())
        if refresh:
            await bench.runs.read_only()
            await stage.write(KNOWN)
            sandbox.log.clear()
        yield stage
    finally:
        await stage.bench.close()
