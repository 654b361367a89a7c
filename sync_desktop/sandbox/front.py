"""The front of every practice server: it logs each request, and lets ordered faults strike."""

import asyncio
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sync_desktop.sandbox.faults import Faults, Kind, Rule
from sync_desktop.sandbox.log import RequestLog, Served

PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>The gateway is busy.</p></body></html>"


@dataclass(frozen=True, slots=True)
class Manners:
    """How one system answers where the front answers for it."""

    identify: Callable[[web.Request], str]
    """Who asks, without a secret."""
    unauthorized: Callable[[], web.Response]
    forbidden: Callable[[web.Request], web.Response]
    rate_limit: Callable[[int], web.Response]
    """Takes the seconds to wait."""
    unauthorized_at: Callable[[web.Request], web.Response] | None = None
    """Instead of `unauthorized`, where the answer to a wrong secret depends on what was asked for."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the servers take their time from, so that tests need not wait."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Front:
    """Stands before one system of one site."""

    def __init__(
        self,
        site: str,
        system: str,
        *,
        manners: Manners,
        faults: Faults,
        log: RequestLog,
        timing: Timing,
        closing: asyncio.Event,
    ) -> None:
        self._site = site
        self._system = system
        self._manners = manners
        self._faults = faults
        self._log = log
        self._timing = timing
        self._closing = closing

    def stand_before(self, app: web.Application) -> None:
        """Put this front before an application that has not started yet."""
        app.middlewares.insert(0, self._middleware())

    def _middleware(self) -> Middleware:
        @web.middleware
        async def serve(request: web.Request, handler: Handler) -> web.StreamResponse:
            began = self._timing.monotonic()
            rule = self._faults.strike(self._site, self._system, request.method, request.path_qs)
            status: int | None = 500
            try:
                answer = await self._answer(request, handler, rule)
                status = None if answer is None else answer.status
            except ConnectionResetError:  # the caller gave up before it had said everything
                answer = status = None
            finally:
                self._log.record(
                    Served(
                        site=self._site,
                        system=self._system,
                        method=request.method,
                        path=request.path_qs,
                        status=status,
                        milliseconds=round(1000 * (self._timing.monotonic() - began)),
                        who=self._manners.identify(request),
                        at=self._timing.now().isoformat(),
                        fault=rule.kind.value if rule else "",
                    )
                )
            return web.Response() if answer is None else answer

        return serve

    async def _answer(self, request: web.Request, handler: Handler, rule: Rule | None) -> web.StreamResponse | None:
        """Return the answer; None where the connection is gone instead."""
        arg: Any = rule.arg if rule else None
        match rule.kind if rule else None:
            case None:
                return await _handled(request, handler)
            case Kind.RESET_BEFORE:
                reset(request)
                return None
            case Kind.RESET_AFTER:
                await _handled(request, handler)
                reset(request)
                return None
            case Kind.TIMEOUT:
                await self._never(request, handler, arg)
                return None
            case Kind.TRUNCATE:
                return _truncated(request, await _handled(request, handler), arg)
            case Kind.SLOW:
                await self._timing.sleep(float(arg))
                return await _handled(request, handler)
            case kind:
                return self._instead(request, kind, arg)

    def _instead(self, request: web.Request, kind: Kind, arg: Any) -> web.Response:
        """Return an answer that does nothing of what was asked."""
        if kind is Kind.UNAUTHORIZED:
            refuse = self._manners.unauthorized_at
            return refuse(request) if refuse else self._manners.unauthorized()
        if kind is Kind.FORBIDDEN:
            return self._manners.forbidden(request)
        if kind is Kind.RATE_LIMIT:
            return self._manners.rate_limit(int(arg) if arg is not None else 1)
        if kind is Kind.HTML:
            status = int(arg) if arg is not None else 502
            return web.Response(status=status, text=PAGE.format(f"{status} Gateway"), content_type="text/html")
        spec = arg if isinstance(arg, dict) else {"status": arg}
        status, body, headers = int(spec.get("status") or 500), spec.get("body", ""), spec.get("headers") or {}
        if isinstance(body, str):
            return web.Response(status=status, text=body, headers=headers)
        return web.json_response(body, status=status, headers=headers)

    async def _never(self, request: web.Request, handler: Handler, arg: Any) -> None:
        """Keep the caller waiting until it, or this server, gives up."""
        if arg == "after":
            await _handled(request, handler)
        while not self._closing.is_set() and request.transport is not None and not request.transport.is_closing():
            try:
                await asyncio.wait_for(self._closing.wait(), 0.05)
            except TimeoutError:
                continue
        reset(request)


async def _handled(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Return what the handler answers, refusals that it raised included."""
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        return web.Response(status=refusal.status, text=refusal.text, content_type=refusal.content_type)


def _truncated(request: web.Request, answer: web.StreamResponse, arg: Any) -> web.StreamResponse | None:
    """Return the first half of an answer."""
    body = answer.body if isinstance(answer, web.Response) else None
    whole = body if isinstance(body, bytes | bytearray) else b""
    half = bytes(whole[: max(1, len(whole) // 2)])
    if arg != "connection":
        return web.Response(status=answer.status, body=half, content_type=answer.content_type)
    if request.transport is not None:
        lines = (
            f"HTTP/1.1 {answer.status} OK",
            f"Content-Type: {answer.content_type}",
            f"Content-Length: {len(whole)}",
        )
        request.transport.write("\r\n".join((*lines, "", "")).encode() + half)
        request.transport.close()
    return None


def reset(request: web.Request) -> None:
    """Reset the connection: the caller sees RST, not an orderly end."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
