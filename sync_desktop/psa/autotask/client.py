"""Autotask's REST API v1.0 in its own terms: zones, envelopes, the filter grammar, id-walk paging."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.transport.session import Request, Session

PAGE = 500
"""Rows a query returns at most, and values an `in` may hold (developer help, REST thresholds)."""

_VENDOR_HOST = re.compile(r"^webservices\d*\.autotask\.net$", re.IGNORECASE)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

CHILD_PATHS = {"Contacts": "Companies/{parent}/Contacts", "QuoteItems": "Quotes/{parent}/Items"}
"""Entities that are created, changed and deleted through their parent only, but read at the root."""

_EVERYTHING = ("all", "1")
"""`userAccessForQuery` of who sees all rows: a word, or a number in the vendor's help."""
_NO_SUCH = object()
"""Stands for a 404, which is no body: a create that was answered 200 with `null` may have taken effect."""

Row = dict[str, Any]
SessionFactory = Callable[[str], Session]


def zone_base(url: str, *, discovered_at: str) -> str:
    """Return the API's base URL for a zone's `url`, which may or may not end in a slash.

    Raises `SyncError` where the host is not Autotask's: credentials are sent there. The loopback is allowed only
    where the zone itself was asked for on the loopback, as practice sites do.
    """
    host = urlsplit(url).hostname or ""
    practice = urlsplit(discovered_at).hostname in _LOOPBACK and host in _LOOPBACK
    if not practice and not _VENDOR_HOST.match(host):
        raise SyncError(
            Failure(
                kind=FailureKind.CREDENTIALS,
                message=f"Autotask's zone service named a foreign host ({host or url}); nothing was sent there",
                facts={"reason": "wrong zone", "url": url},
            )
        )
    return url.rstrip("/")


class AutotaskClient:
    """Speaks to one tenant. `make_session` builds a transport session for a base URL."""

    def __init__(self, *, zone_url: str, username: str, make_session: SessionFactory) -> None:
        self._zone_url = zone_url
        self._username = username
        self._make_session = make_session
        self._session: Session | None = None
        self._finding = asyncio.Lock()
        """Two sessions would each allow two requests at once to an entity."""

    async def discover(self) -> str:
        """Ask which zone serves this user; unsigned, and not counted against the tenant."""
        service, _, path = self._zone_url.partition("/atservicesrest")
        session = self._make_session(service)
        try:
            answer = await session.send(
                Request(
                    method="GET",
                    path=f"/atservicesrest{path}",
                    params={"user": self._username},
                    request_class=RequestClass.READ,
                    label="Find the Autotask zone",
                    signed=False,
                )
            )
            found = await answer.decoded()
        finally:
            await session.aclose()
        url = found.get("url") if isinstance(found, dict) else None
        if not url:
            raise SyncError(
                Failure(
                    kind=FailureKind.UNREADABLE, message="Autotask's zone service answered without a zone's address"
                )
            )
        return zone_base(str(url), discovered_at=self._zone_url)

    async def session(self) -> Session:
        """Return the session of the user's zone, found on first use."""
        async with self._finding:
            if self._session is None:
                session = self._make_session(await self.discover())
                session.on_unauthorized = self._rediscover
                self._session = session
            return self._session

    async def _rediscover(self) -> bool:
        """After a 401: say whether the zone has moved, in which case one more try is worth it."""
        session = self._session
        if session is None:
            return False
        base = await self.discover()
        if base == session.base_url:
            return False
        session.base_url = base
        return True

    async def _send(
        self,
        method: str,
        path: str,
        *,
        request_class: RequestClass,
        label: str,
        endpoint: str,
        json: Any = None,
    ) -> Any:
        session = await self.session()
        answer = await session.send(
            Request(
                method=method,
                path=f"/V1.0/{path}",
                request_class=request_class,
                label=label,
                endpoint=endpoint,
                json=json,
            )
        )
        return _NO_SUCH if answer.status == 404 else await answer.decoded()

    async def fields(self, entity: str) -> list[Row]:
        """Read what the tenant tells of an entity's fields: types, lengths, required, pick lists."""
        body = await self._send(
            "GET",
            f"{entity}/entityInformation/fields",
            request_class=RequestClass.READ,
            label=f"Read the fields of {entity}",
            endpoint=entity,
        )
        return _rows(body, "fields", entity)

    async def sees_all(self, entity: str) -> bool:
        """Return whether this API user sees every row of an entity, so that what it does not see is not there.

        Of users with restricted rights Autotask says so, and gives them fewer rows instead of errors (developer help).
        """
        body = await self._send(
            "GET",
            f"{entity}/entityInformation",
            request_class=RequestClass.READ,
            label=f"Ask which {entity} this user sees",
            endpoint=entity,
        )
        info = body.get("info") if isinstance(body, dict) else None
        return isinstance(info, dict) and str(info.get("userAccessForQuery")).casefold() in _EVERYTHING

    async def threshold(self) -> tuple[int, int]:
        """Return the tenant's calls in the last hour, of everybody, and the limit."""
        body = await self._send(
            "GET",
            "ThresholdInformation",
            request_class=RequestClass.READ,
            label="Read the tenant's call count",
            endpoint="ThresholdInformation",
        )
        try:
            return int(body["currentTimeframeRequestCount"]), int(body["externalRequestThreshold"])
        except (TypeError, KeyError, ValueError) as error:
            raise _unreadable("ThresholdInformation", "no call count") from error

    async def query(self, entity: str, filters: Sequence[Row], *, label: str) -> list[Row]:
        """Return all rows that match, in the order of their ids.

        Pages by walking the ids, as the vendor's maintainers advise: following `nextPageUrl` after a POST has been
        seen to answer 405 or an empty page.
        """
        return [row async for row in self._walk(entity, filters, label)]

    async def _walk(self, entity: str, filters: Sequence[Row], label: str) -> AsyncIterator[Row]:
        last: int | None = None
        while True:
            beyond = [] if last is None else [{"op": "gt", "field": "id", "value": last}]
            body = await self._send(
                "POST",
                f"{entity}/query",
                request_class=RequestClass.READ,
                label=label,
                endpoint=entity,
                json={"filter": [*filters, *beyond], "maxRecords": PAGE},
            )
            if body is _NO_SUCH:
                raise _gone(entity, "")
            rows = sorted(_rows(body, "items", entity), key=_id)
            for row in rows:
                yield row
            if len(rows) < PAGE:
                return
            last = _id(rows[-1])

    async def by_ids(self, entity: str, ids: Collection[str], *, field: str = "id", label: str = "") -> list[Row]:
        """Return the rows whose field is one of these identifiers, in as few calls as the limit of 500 allows."""
        numbers = sorted({int(value) for value in ids if value.isdigit()})
        found: list[Row] = []
        for start in range(0, len(numbers), PAGE):
            part = numbers[start : start + PAGE]
            found += await self.query(
                entity, [{"op": "in", "field": field, "value": part}], label=label or f"Read {entity} by {field}"
            )
        return found

    async def everything(self, entity: str, *, label: str) -> list[Row]:
        """Return all rows, inactive ones included: no activity filter, so that what is inactive can be called so."""
        return await self.query(entity, [{"op": "exist", "field": "id"}], label=label)

    async def create(self, entity: str, parent_id: str, fields: Mapping[str, Any], *, label: str) -> str:
        """Create a row and return its id; nulls are never sent, which Autotask answers with an "unexpected error"."""
        body = await self._send(
            "POST",
            _path(entity, parent_id),
            request_class=RequestClass.CREATE,
            label=label,
            endpoint=entity,
            json={"id": 0, **{name: value for name, value in fields.items() if value is not None}},
        )
        if body is _NO_SUCH:
            raise _gone(entity, parent_id, sent="no")
        if not isinstance(body, dict) or body.get("itemId") is None:
            raise _unreadable(entity, "the new row's id is missing", sent="unknown")
        return str(body["itemId"])

    async def patch(
        self, entity: str, parent_id: str, external_id: str, fields: Mapping[str, Any], *, label: str
    ) -> None:
        """Change these fields and no others; the id travels in the body."""
        body = await self._send(
            "PATCH",
            _path(entity, parent_id),
            request_class=RequestClass.IDEMPOTENT,
            label=label,
            endpoint=entity,
            json={"id": int(external_id), **fields},
        )
        if body is _NO_SUCH:
            raise _gone(entity, external_id)

    async def delete(self, entity: str, parent_id: str, external_id: str, *, label: str) -> None:
        """Delete a child row through its parent."""
        await self._send(
            "DELETE",
            f"{_path(entity, parent_id)}/{external_id}",
            request_class=RequestClass.IDEMPOTENT,
            label=label,
            endpoint=entity,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.aclose()


def _path(entity: str, parent_id: str) -> str:
    return CHILD_PATHS[entity].format(parent=parent_id) if entity in CHILD_PATHS else entity


def _id(row: Row) -> int:
    return int(row["id"])


def _rows(body: Any, member: str, entity: str) -> list[Row]:
    if not isinstance(body, dict) or not isinstance(body.get(member), list):
        raise _unreadable(entity, f"no list “{member}” in it")
    rows: list[Row] = body[member]
    return rows


def _unreadable(entity: str, what: str, **facts: str) -> SyncError:
    return SyncError(
        Failure(
            kind=FailureKind.UNREADABLE,
            message=f"Autotask's answer about {entity} could not be read: {what}",
            facts={"entity": entity, **facts},
        )
    )


def _gone(entity: str, external_id: str, **facts: str) -> SyncError:
    message = f"Autotask has no {entity} row {external_id} any more"
    if not external_id:
        message = f"Autotask has no place for {entity} rows"
    facts = {"entity": entity, "external_id": external_id, **facts}
    return SyncError(Failure(kind=FailureKind.NOT_FOUND, message=message, facts=facts))
