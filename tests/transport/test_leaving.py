"""What may leave, where to, and by which way."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from sync_desktop.domain.failures import SyncError, UserError
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.transport.retrying import SALESBUILDR
from sync_desktop.transport.session import Request
from sync_desktop.transport.tls import make_client
from tests.transport.wire import Server, answer, change, create, failure_of, read, rig, serving

ASSIST_READS = [("GET", "Companies/1"), ("POST", "Companies/query")]
NO_READS = [
    ("POST", "Companies"),
    ("POST", "Companies/query/next"),
    ("POST", "x/../Companies/query"),
    ("DELETE", "Companies/query"),
    ("PATCH", "Companies"),
    ("post", "Companies/query"),
]


@pytest.mark.parametrize(("method", "path"), ASSIST_READS)
async def test_an_assist_site_sends_listed_reads(method: str, path: str) -> None:
    async with rig(writes=False) as it:
        await it.session.send(Request(method, path, RequestClass.READ, "Look", json={}))
        assert len(it.server.received) == 1


@pytest.mark.parametrize(("method", "path"), NO_READS)
async def test_an_assist_site_sends_nothing_else_even_if_it_is_called_a_read(method: str, path: str) -> None:
    async with rig(writes=False) as it:
        await failure_of(it.session, Request(method, path, RequestClass.READ, "Look", json={}))
        assert it.server.received == []
        assert it.journal.exchanges == []


@pytest.mark.parametrize("kind", [RequestClass.CREATE, RequestClass.IDEMPOTENT])
async def test_an_assist_site_sends_no_write_through_a_readable_path(kind: RequestClass) -> None:
    async with rig(writes=False) as it:
        failure = await failure_of(it.session, Request("POST", "Companies/query", kind, "Change a company"))
        assert failure.kind is FailureKind.READ_ONLY
        assert failure.message == "“Change a company” was not sent: this site is in assist, which reads only."
        assert it.server.received == []


@pytest.mark.parametrize("request_", [create(), change()])
async def test_a_system_that_is_only_read_gets_no_write_in_any_role(request_: Request) -> None:
    async with rig(policy=SALESBUILDR, writes=True) as it:
        assert (await failure_of(it.session, request_)).kind is FailureKind.READ_ONLY
        assert it.server.received == []


@pytest.mark.parametrize(
    "base_url",
    [
        "http://example.test/api",
        "http://127.0.0.1.example.test/",
        "ftp://127.0.0.1/",
        "https://user:pass@example.test/",
        "nonsense",
        "https://",
        "https://example.test:port/",
    ],
)
async def test_an_address_that_is_not_safe_is_refused(base_url: str) -> None:
    async with rig() as it:
        with pytest.raises(SyncError) as caught:
            it.session.base_url = base_url
        assert caught.value.failure.facts["sent"] == "no"
        assert "pass" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize("path", ["https://evil.example/x", "//evil.example/x", "http://127.0.0.1:1/x", "a/%2e%2e/b"])
async def test_a_path_leads_to_no_other_origin_and_does_not_climb(path: str) -> None:
    async with rig() as it:
        assert (await failure_of(it.session, read(path))).kind is FailureKind.NETWORK
        assert it.server.received == []


async def test_a_whole_address_of_the_same_origin_is_taken() -> None:
    async with rig() as it:
        await it.session.send(read(f"http://127.0.0.1:{it.server.port}/elsewhere?page=2", params={"size": "5"}))
        assert (it.server.received[0].path, it.server.received[0].query) == ("/elsewhere", "page=2&size=5")


async def test_a_redirect_within_the_origin_is_followed_for_get_only() -> None:
    async with rig() as it:
        it.server.script = [answer(302, Location="/api/there")]
        assert (await it.session.send(read())).status == 200
        assert [request.path for request in it.server.received] == ["/api/things", "/api/there"]
        it.server.script = [answer(307, Location="/api/there")]
        assert (await failure_of(it.session, create())).facts["reason"] == "redirect"
        assert len(it.server.received) == 3


async def test_a_redirect_that_never_ends_is_given_up() -> None:
    async with rig() as it:
        it.server.script = [answer(302, Location="/api/things")] * 9
        assert "in circles" in (await failure_of(it.session, read())).message


async def test_credentials_never_follow_a_redirect_to_another_host() -> None:
    other = Server()
    async with rig() as it, serving(other.handle) as port:
        for location in (
            f"http://127.0.0.1:{port}/",
            f"http://localhost:{it.server.port}/api",
            "http://u:p@127.0.0.1/",
        ):
            it.server.script = [answer(302, Location=location)]
            failure = await failure_of(it.session, read())
            assert "where these credentials must not go" in failure.message
        assert other.received == []
        assert len(it.server.received) == 3


async def test_no_cookie_is_carried_from_one_request_to_the_next() -> None:
    async with rig() as it:
        it.server.script = [answer(200, {}, Set_Cookie="session=abc; Path=/")]
        await it.session.send(read())
        await it.session.send(read())
        assert "Cookie" not in it.server.received[1].headers
        assert "session=abc" not in it.journal.text


@asynccontextmanager
async def proxy(asked: list[str]) -> AsyncIterator[int]:
    """Serve as a proxy that notes what it is asked for and lets nobody through."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n")).decode().strip())
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def test_other_hosts_go_by_the_systems_proxy_and_this_machine_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    async with proxy(asked) as port:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        async with rig() as it:
            await it.session.send(read())
            assert asked == []
            it.session.base_url = "https://psa.example.test/api"
            failure = await failure_of(it.session, read())
    assert asked == ["CONNECT psa.example.test:443 HTTP/1.1"]
    assert failure.message == "The proxy that this system is set to did not let us through to psa.example.test."
    assert failure.facts["sent"] == "no"


async def test_a_proxy_that_is_not_there_is_named_as_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with rig() as it:
        it.session.base_url = "https://psa.example.test/api"
        failure = await failure_of(it.session, create())
        assert failure.message == "The proxy that this system is set to cannot be reached."


def test_a_proxy_setting_that_cannot_be_used_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:9")
    with pytest.raises(UserError, match="only http:// and https:// proxies can"):
        make_client()


async def test_a_name_that_does_not_exist_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_args: object, **_options: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with rig() as it:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
        it.session.base_url = "https://tenant.example.test/api"
        failure = await failure_of(it.session, create())
        assert failure.message == (
            "The name tenant.example.test could not be found. Check the address and the network."
        )
        assert (failure.facts["reason"], failure.facts["sent"]) == ("dns", "no")


async def test_a_server_that_drips_is_given_up() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while request.transport is not None and not request.transport.is_closing():
            await response.write(b" ")
            await asyncio.sleep(0.005)
        return response

    async with rig(patience=0.02) as it:
        it.server.script = [drip]
        failure = await failure_of(it.session, create())
        assert failure.message.startswith("Time-out: 127.0.0.1 did not answer")
        assert failure.facts["sent"] == "unknown"
