"""One request on the wire and its record in the journal."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.exchanges import Exchange, ExchangeJournal
from sync_desktop.transport.addresses import Home
from sync_desktop.transport.exchange import Redactor
from sync_desktop.transport.messages import Answer, Request
from sync_desktop.transport.network import Trouble, trouble_of

LARGEST = 64 * 1024 * 1024
"""Bytes of an answer that are taken at most; no page of any of the systems comes near."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 3
_DRIPPING = 4
"""A whole answer may take so many times the time-out."""


@dataclass(frozen=True, slots=True)
class Hop:
    """What goes out once: a request, or a redirect of it."""

    request: Request
    url: httpx.URL
    headers: Mapping[str, str]
    content: bytes | None
    number: int


class Wire:
    """Carries requests and keeps every exchange, also those that were cancelled or got no answer."""

    def __init__(
        self,
        *,
        client: httpx.AsyncClient,
        site_id: str,
        system: str,
        timeout: float,
        journal: ExchangeJournal,
        clock: Clock,
        redactor: Redactor,
    ) -> None:
        self._client = client
        self._site_id = site_id
        self._system = system
        self._timeout = timeout
        self._journal = journal
        self._clock = clock
        self._redactor = redactor

    async def carry(
        self, request: Request, home: Home, headers: Mapping[str, str], content: bytes | None, number: int
    ) -> Answer | Trouble:
        """Send a request and return its answer, or why there is none.

        Redirects are followed for GET and within the same origin only, so that credentials never reach another host.
        """
        url = home.join(request.path)
        if request.params:
            url = url.copy_merge_params(dict(request.params))
        for _ in range(_HOPS + 1):
            whole = {**(request.headers or {}), **headers}
            answer = await self._hop(Hop(request, url, whole, content, number))
            location = isinstance(answer, Answer) and answer.status in _REDIRECTS and answer.headers.get("location")
            if not location:
                return answer
            target = _joined(url, location)
            if request.method != "GET" or target is None or not home.owns(target):
                where = target.host if target and target.host else "another place"
                sentence = f"{home.host} sent us on to {where}, where these credentials must not go. Check the address."
                return Trouble("redirect", sentence, sent=True, may_pass=False)
            url = target
        return Trouble("redirect", f"{home.host} sends us round in circles.", sent=True, may_pass=False)

    async def _hop(self, hop: Hop) -> Answer | Trouble:
        started, began = self._clock.now(), self._clock.monotonic()
        try:
            # The client's own time-out is for each wait on data; a server that drips would never meet it.
            async with asyncio.timeout(self._timeout * _DRIPPING):
                outcome = await self._fetch(hop)
        except (httpx.HTTPError, OSError) as error:
            outcome = trouble_of(error, hop.url, self._timeout)
        except asyncio.CancelledError:
            cancelled = Trouble("cancelled", "Cancelled before an answer came.", sent=True, may_pass=False)
            self._record(hop, cancelled, started, began)
            raise
        self._record(hop, outcome, started, began)
        return outcome

    async def _fetch(self, hop: Hop) -> Answer | Trouble:
        headers = {**hop.headers, **({} if hop.content is None else {"content-type": hop.request.content_type})}
        request = self._client.build_request(
            hop.request.method, hop.url, headers=headers, content=hop.content, timeout=self._timeout
        )
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            parts, size = [], 0
            async for part in response.aiter_bytes():
                parts.append(part)
                size += len(part)
                if size > LARGEST:
                    sentence = f"The answer of {hop.url.host} is larger than {LARGEST >> 20} MiB and was not read."
                    return Trouble("unreadable", sentence, sent=True, may_pass=False)
        finally:
            await response.aclose()
        return Answer(response.status_code, dict(response.headers), b"".join(parts), self._redactor.url(hop.url))

    def _record(self, hop: Hop, outcome: Answer | Trouble, started: datetime, began: float) -> None:
        redactor, answer = self._redactor, outcome if isinstance(outcome, Answer) else None
        self._journal.record(
            Exchange(
                site_id=self._site_id,
                label=hop.request.label,
                system=self._system,
                request_class=hop.request.request_class,
                method=hop.request.method,
                url=redactor.url(hop.url),
                request_headers=redactor.headers(hop.headers),
                request_body=redactor.body(hop.content or b""),
                status=answer.status if answer else None,
                response_headers=redactor.headers(answer.headers) if answer else {},
                response_body=redactor.body(answer.body) if answer else "",
                error="" if isinstance(outcome, Answer) else redactor.text(outcome.sentence),
                started_at=started,
                milliseconds=round((self._clock.monotonic() - began) * 1000),
                attempt_number=hop.number,
            )
        )


def _joined(url: httpx.URL, location: str) -> httpx.URL | None:
    try:
        target = url.join(location)
    except httpx.InvalidURL:
        return None
    return None if target.userinfo else target
