"""The sandbox as a whole: every system of every site on a port of loopback, and the control server beside them."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from sync_desktop.sandbox import control, salesbuildr
from sync_desktop.sandbox.credentials import API_KEY
from sync_desktop.sandbox.faults import Faults, read_hide
from sync_desktop.sandbox.front import Front, Timing
from sync_desktop.sandbox.log import RequestLog
from sync_desktop.sandbox.psas import build_psa, describe_psa
from sync_desktop.sandbox.store import BaseStore, Row, Store, TextStore
from sync_desktop.sandbox.switches import OFF, ON, Switches
from sync_desktop.sandbox.vendor import VendorError
from sync_desktop.sandbox.vendors import vendor_of
from sync_desktop.sandbox.world import SiteWorld, World, WorldError, load_world

HOST = "127.0.0.1"
SCHEMA = 1

Source = Traversable | Mapping[str, Any]
"""A world's file, or what such a file holds."""


def system_timing() -> Timing:
    """Return the machine's own time."""
    return Timing(now=lambda: datetime.now(UTC), monotonic=time.monotonic)


@dataclass(slots=True)
class SiteServers:
    """One site: what its two systems hold, and where they listen."""

    name: str
    psa: str
    quoting_store: TextStore
    psa_store: Store
    rules: list[Row]
    cases: dict[str, list[str]] = field(default_factory=dict)
    """Which quotes, by number, show what, as the world's file says it."""
    resets: list[Callable[[], None]] = field(default_factory=list)
    """What makes its two servers forget their counters and lock-outs."""
    quoting_origin: str = ""
    psa_origin: str = ""

    def fill(self, world: SiteWorld) -> None:
        """Hold what a world says, and nothing else; whoever called before is forgotten."""
        self.quoting_store.replace(world.data["salesbuildr"])
        self.psa_store.replace(world.data[self.psa])
        for entry in world.hidden:
            self.psa_store.hide(*read_hide(entry))
        self.rules[:] = world.tenant_rules
        self.cases = dict(world.cases)
        for reset in self.resets:
            reset()


class Sandbox:
    """The practice servers. `async with Sandbox(world) as sandbox:` serves as long as the block runs."""

    def __init__(
        self,
        world: Source,
        *,
        limits: bool = False,
        port_base: int | None = None,
        seed: int = 1,
        timing: Timing | None = None,
    ) -> None:
        """Read the world; nothing listens yet.

        `limits` makes rate limits and their delays real. Ports are free ones, or count up from `port_base`, the
        control server first. Raises `WorldError` for a world that cannot be read.
        """
        self._source = world
        self._limits = limits
        self._seed = seed
        self._next_port = port_base
        self._timing = timing or system_timing()
        self._closing = asyncio.Event()
        self._runners: list[web.AppRunner] = []
        self._world = load_world(world, self._timing.now())
        self.switches = Switches()
        self.switches.declare(
            salesbuildr.SYSTEM,
            "vendor_stamps",
            ON,
            (ON, OFF),
            "I",
            "Whether Salesbuildr's own integration stamps its numbers and ids on what it writes into the PSA.",
        )
        self.log = RequestLog()
        self.faults = Faults(self._hide, seed=seed)
        self.sites = tuple(self._site(site) for site in self._world.sites)
        self.control_url = ""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen. Raises `OSError` where a port is taken; then nothing listens."""
        try:
            self.control_url = await self._serve(control.build_app(self))
            for site in self.sites:
                await self._start_site(site)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Listen no more; whoever still waits for an answer is cut off."""
        self._closing.set()
        while self._runners:
            await self._runners.pop().cleanup()

    def describe(self) -> dict[str, Any]:
        """Return what a client needs to reach everything, in the form that the command prints."""
        return {"schema": SCHEMA, "control": self.control_url, "sites": [self._describe(site) for site in self.sites]}

    def site(self, name: str = "") -> SiteServers:
        """Return a site by its name, the first one where none is named. Raises `KeyError`."""
        for site in self.sites:
            if not name or site.name == name:
                return site
        raise KeyError(f"there is no site {name}; there are: {', '.join(site.name for site in self.sites)}")

    def store(self, system: str, site: str = "") -> BaseStore[Any]:
        """Return what a system of a site holds, of the first site that has it where none is named; or `KeyError`."""
        for each in [self.site(site)] if site else self.sites:
            if system in (salesbuildr.SYSTEM, each.psa):
                return each.quoting_store if system == salesbuildr.SYSTEM else each.psa_store
        raise KeyError(f"no site has the system {system}")

    async def vendor_sync(self, site: str, records: list[str]) -> list[dict[str, Any]]:
        """Let Salesbuildr's own integration write records; raises `VendorError`."""
        try:
            servers = self.site(site)
        except KeyError as error:
            raise VendorError(str(error.args[0])) from error
        reached = describe_psa(servers.psa, servers.psa_origin)
        stamps = self.switches.on(salesbuildr.SYSTEM, "vendor_stamps")
        return await vendor_of(servers.psa, reached, servers.quoting_store, stamps=stamps).sync(records)

    def reset(self, *, world: str | None = None, seed: int | None = None) -> None:
        """Start over, as if the sandbox had just been started; only the log goes on.

        The world is fresh, no fault is ordered, every switch is at its default, rate limits have counted nothing, and
        nobody is locked out. Addresses and credentials stay. `seed` is kept until another one is given.

        `world` names another file beside the one that this sandbox began with; it must have the same sites and PSAs.
        Raises `WorldError` where that cannot be.
        """
        source = self._source if world is None else self._beside(world)
        fresh = load_world(source, self._timing.now())
        if _shape(fresh) != _shape(self._world):
            raise WorldError(f"the world {fresh.name} has other sites than those that are being served")
        self.faults.clear()
        self.switches.reset()
        self._seed = self._seed if seed is None else seed
        self.faults.seed(self._seed)
        self._source, self._world = source, fresh
        for servers, site in zip(self.sites, fresh.sites, strict=True):
            servers.fill(site)

    def _beside(self, name: str) -> Traversable:
        if not isinstance(self._source, Path) or not name.replace("-", "").isalnum():
            raise WorldError(f"there is no world {name!r} here")
        source = self._source.with_name(f"{name}.json")
        if not source.is_file():
            raise WorldError(f"there is no world {name!r} here")
        return source

    @staticmethod
    def _site(world: SiteWorld) -> SiteServers:
        servers = SiteServers(world.name, world.psa, TextStore(), Store(), [])
        servers.fill(world)
        return servers

    async def _start_site(self, site: SiteServers) -> None:
        settings = salesbuildr.SalesbuildrSettings(API_KEY, limits=self._limits, monotonic=self._timing.monotonic)
        app = salesbuildr.build_app(site.quoting_store, self.switches, settings)
        site.resets.append(app[salesbuildr.RESET])
        self._front(site, salesbuildr.SYSTEM, salesbuildr.manners(settings)).stand_before(app)
        site.quoting_origin = await self._serve(app)
        psa = build_psa(site.psa, site.psa_store, self.switches, self._timing, limits=self._limits, rules=site.rules)
        site.resets.append(psa.reset)
        self._front(site, site.psa, psa.manners).stand_before(psa.app)
        site.psa_origin = await self._serve(psa.app)

    def _front(self, site: SiteServers, system: str, manners: Any) -> Front:
        return Front(
            site.name,
            system,
            manners=manners,
            faults=self.faults,
            log=self.log,
            timing=self._timing,
            closing=self._closing,
        )

    async def _serve(self, app: web.Application) -> str:
        """Listen with one application and return its origin."""
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, HOST, self._next_port or 0).start()
        if self._next_port is not None:
            self._next_port += 1
        return f"http://{HOST}:{runner.addresses[0][1]}"

    def _hide(self, site: str, system: str, collection: str, hides: Callable[[Row], bool]) -> Callable[[], None]:
        stores: list[BaseStore[Any]] = [
            each.quoting_store if system == salesbuildr.SYSTEM else each.psa_store
            for each in self.sites
            if system in (salesbuildr.SYSTEM, each.psa) and site in ("", each.name)
        ]
        shows = [store.hide(collection, hides) for store in stores]

        def show() -> None:
            for each in shows:
                each()

        return show

    def _describe(self, site: SiteServers) -> dict[str, Any]:
        quoting = {"base_url": f"{site.quoting_origin}{salesbuildr.PREFIX}", "api_key": API_KEY}
        return {
            "name": site.name,
            "psa": site.psa,
            "salesbuildr": quoting,
            site.psa: describe_psa(site.psa, site.psa_origin),
        }


def _shape(world: World) -> list[tuple[str, str]]:
    return [(site.name, site.psa) for site in world.sites]


async def serve(
    world: Source, *, limits: bool, port_base: int | None, on_ready: Callable[[dict[str, Any]], None], seed: int = 1
) -> None:
    """Serve a world until the task is cancelled or the process is told to stop; `on_ready` gets what to print."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
    async with Sandbox(world, limits=limits, port_base=port_base, seed=seed) as sandbox:
        on_ready(sandbox.describe())
        await stopped.wait()
