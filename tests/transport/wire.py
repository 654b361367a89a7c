"""What the transport's tests share: a clock that nobody waits for, a server that answers by script, a journal."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import RequestClass
from sync_desktop.transport.budget import Gate, RollingBudget
from sync_desktop.transport.dialect import plain_failure, retry_after, verdict_by_status
from sync_desktop.transport.latch import CredentialsLatch
from sync_desktop.transport.retrying import CONNECTWISE, Policy
from sync_desktop.transport.session import Answer, Request, Session, Signer, Verdict

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECRET = "s3cr3t+of/the=site"


class FakeClock:
    """Time that passes at once when somebody sleeps, or only on `advance` where `manual`."""

    def __init__(self, *, manual: bool = False) -> None:
        self.slept: list[float] = []
        self._manual = manual
        self._sleeping = asyncio.Condition()
        self._seconds = 1000.0
        self._waiting: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self._manual:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append((self._seconds + seconds, waiter))
            async with self._sleeping:
                self._sleeping.notify_all()
            await waiter
        else:
            self._seconds += seconds
            await asyncio.sleep(0)

    async def sleepers(self, count: int) -> None:
        """Wait until so many have begun to sleep."""
        async with self._sleeping:
            await self._sleeping.wait_for(lambda: len(self._waiting) >= count)

    def advance(self, seconds: float) -> None:
        self._seconds += seconds
        for until, waiter in self._waiting:
            if until <= self._seconds and not waiter.done():
                waiter.set_result(None)


class Journal:
    """Keeps exchanges in a list."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    @property
    def text(self) -> str:
        return "\n".join(exchange.model_dump_json() for exchange in self.exchanges)


@dataclass(frozen=True)
class Received:
    """One request as the server saw it."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str


@dataclass
class Server:
    """Answers in the order of its script, and 200 `{"ok": true}` after that."""

    port: int = 0
    script: list[Handler] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        self.received.append(Received(request.method, request.path, request.query_string, request.headers, body))
        if self.script:
            return await self.script.pop(0)(request)
        return web.json_response({"ok": True})


@asynccontextmanager
async def serving(handle: Handler, **options: Any) -> AsyncIterator[int]:
    """Serve every path with one handler and give the port."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, **options)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def answer(
    status: int, body: object = None, *, text: str | None = None, kind: str = "text/html", **headers: str
) -> Handler:
    """Answer with JSON, or with a text of some other kind."""

    async def handle(_request: web.Request) -> web.StreamResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if text is not None:
            return web.Response(status=status, text=text, content_type=kind, headers=sent)
        return web.json_response(body, status=status, headers=sent)

    return handle


async def reset(request: web.Request) -> web.StreamResponse:
    """Cut the connection so that the client sees a reset."""
    assert request.transport is not None
    request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
    return web.Response()


async def never(_request: web.Request) -> web.StreamResponse:
    """Hold the request until the client gives up, which cancels this handler or ends the server."""
    await asyncio.Event().wait()
    return web.Response()


class TestDialect:
    """A system that keeps to HTTP's own meanings; a 429 that says "threads" is its thread limit."""

    __test__ = False
    system = "test"
    label = "Testdesk"
    reads = (("GET", r".*"), ("POST", r"[A-Za-z]+/query"))
    secret_headers = frozenset({"x-custom"})

    def __init__(self, policy: Policy = CONNECTWISE, max_per_endpoint: int | None = None) -> None:
        self.policy = policy
        self.max_per_endpoint = max_per_endpoint

    def verdict(self, answer: Answer) -> Verdict:
        if answer.status == 429 and "threads" in answer.text:
            return Verdict.THREAD_LIMIT
        if answer.status == 429 and "hour" in answer.text:
            return Verdict.BUDGET
        return verdict_by_status(answer.status)

    def failure(self, answer: Answer, verdict: Verdict, request: Request) -> Failure:
        return plain_failure(answer, verdict, self.label).with_facts(request=request.label)

    def wait_hint(self, answer: Answer) -> float | None:
        return retry_after(answer)


@dataclass
class Rig:
    """A session with everything that is handed to it."""

    server: Server
    clock: FakeClock
    journal: Journal
    latch: CredentialsLatch
    gate: Gate
    rejected: list[int]
    session: Session
    sign: Signer
    """What signs; may be put in another's place."""


@asynccontextmanager
async def rig(
    *,
    policy: Policy = CONNECTWISE,
    max_per_endpoint: int | None = None,
    writes: bool = True,
    budget: RollingBudget | None = None,
    clock: FakeClock | None = None,
    patience: float = 5.0,
    signature: Mapping[str, str] | None = None,
    rejected_version: int | None = None,
) -> AsyncIterator[Rig]:
    """Give a session against a server of its own, closed afterwards."""
    clock = clock or FakeClock()
    server, journal, rejected, gate = Server(), Journal(), list[int](), Gate(clock)
    latch = CredentialsLatch(1, rejected_version, rejected.append)

    async def sign() -> Mapping[str, str]:
        return signature if signature is not None else {"Api-Key": SECRET}

    async def signed() -> Mapping[str, str]:
        return await it.sign()

    async with serving(server.handle) as port:
        server.port = port
        session = Session(
            site_id="site",
            base_url=server.url,
            dialect=TestDialect(policy, max_per_endpoint),
            signer=signed,
            journal=journal,
            clock=clock,
            latch=latch,
            gate=gate,
            writes=writes,
            budget=budget,
            timeout=patience,
        )
        try:
            it = Rig(server, clock, journal, latch, gate, rejected, session, sign)
            yield it
        finally:
            await session.aclose()


def read(path: str = "things", **rest: Any) -> Request:
    """Ask for something."""
    return Request(method="GET", path=path, request_class=RequestClass.READ, label="Read things", **rest)


def create(path: str = "things", **rest: Any) -> Request:
    """Create something."""
    rest.setdefault("json", {"name": "new"})
    return Request(method="POST", path=path, request_class=RequestClass.CREATE, label="Create a thing", **rest)


def change(path: str = "things/1", **rest: Any) -> Request:
    """Change something in a way that may be repeated."""
    return Request(method="PATCH", path=path, request_class=RequestClass.IDEMPOTENT, label="Change a thing", **rest)


async def failure_of(session: Session, request: Request) -> Failure:
    """Send a request that has to fail and return its failure."""
    try:
        await session.send(request)
    except SyncError as error:
        return error.failure
    raise AssertionError("the request went through")
