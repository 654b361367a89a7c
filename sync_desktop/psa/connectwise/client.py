"""ConnectWise's REST API 3.0 in its own terms: codebases, bare arrays, conditions, paging, JSON Patch."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.psa.connectwise import conditions
from sync_desktop.psa.connectwise.addresses import Tenant, api_origin, no_codebase, tenant_of, web_origin
from sync_desktop.psa.connectwise.dialect import COUNT, PROBE, ConnectWiseDialect, is_missing_record
from sync_desktop.psa.connectwise.paths import Operation, Row, adds
from sync_desktop.transport.dialect import is_web_page
from sync_desktop.transport.messages import Answer, Verdict
from sync_desktop.transport.session import Request, Session

PAGE = 1_000
"""Rows that a page may have at most (developer guide); the default would be 25."""

_NEXT = re.compile(r'<([^>]*)>\s*;\s*rel="?next"?', re.IGNORECASE)
_CUSTOM = "customFields"
_NOT_CONNECTWISE = (FailureKind.CREDENTIALS, FailureKind.PERMISSION, FailureKind.REFUSED, FailureKind.UNREADABLE)

SessionFactory = Callable[[str], Session]


class ConnectWiseClient:
    """Speaks to one tenant. `site` is the address where people log in, `company` what they log in to.

    `make_session` builds a transport session for a base URL.
    """

    def __init__(self, *, site: str, company: str, make_session: SessionFactory) -> None:
        self._site = site
        self._company = company
        self._make_session = make_session
        self._session: Session | None = None
        self._tenant = Tenant("", "")
        self._finding = asyncio.Lock()

    async def discover(self) -> Tenant:
        """Ask which codebase the company runs; unsigned."""
        session = self._make_session(web_origin(self._site))
        try:
            answer = await session.send(
                Request(
                    method="GET",
                    path=f"/login/companyinfo/{quote(self._company, safe='')}",
                    request_class=RequestClass.READ,
                    label="Find the ConnectWise codebase",
                    signed=False,
                )
            )
            told = None if answer.status == 404 and not is_web_page(answer) else await answer.decoded()
        except SyncError as error:
            if error.failure.kind not in _NOT_CONNECTWISE:
                raise
            # Nobody has to sign in for this: whoever refuses it, or shows a page, is not ConnectWise.
            raise no_codebase(self._company) from error
        finally:
            await session.aclose()
        return tenant_of(told, self._company)

    async def session(self) -> Session:
        """Return the session of the company's codebase, found on first use."""
        async with self._finding:
            if self._session is None:
                self._tenant = await self.discover()
                session = self._make_session(self._base_url())
                session.on_unauthorized = self._rediscover
                self._session = session
            return self._session

    def _base_url(self) -> str:
        return f"{api_origin(self._site)}/{self._tenant.codebase}/apis/3.0"

    async def _rediscover(self) -> bool:
        """Say whether the tenant has moved to another codebase, as each release may, so that one more try is worth it.

        This is what the router's refusal of an old codebase and a 404 that is about no record may come from.
        """
        found = await self.discover()
        if found == self._tenant or self._session is None:
            return False
        self._tenant = found
        self._session.base_url = self._base_url()
        return True

    async def _send(self, request: Request) -> Answer:
        """Send a request; a 404 is returned only where it is about a record."""
        session = await self.session()
        answer = await session.send(request)
        if answer.status != 404 or is_missing_record(answer):
            return answer
        if await self._rediscover():
            answer = await session.send(request)
            if answer.status != 404 or is_missing_record(answer):
                return answer
        if request.path not in (PROBE, COUNT):
            # Wrong keys may be answered by 404 as well; of these two addresses it is known to be about them.
            await self.info()
            await self._ask(COUNT, label="See whether the keys are accepted")
        failure = ConnectWiseDialect().failure(answer, Verdict.NOT_FOUND, request)
        raise SyncError(failure.with_facts(reason="no endpoint", sent="refused"))

    def _request(
        self,
        method: str,
        path: str,
        *,
        label: str,
        request_class: RequestClass = RequestClass.READ,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        return Request(
            method=method,
            path=path,
            request_class=request_class,
            label=label,
            endpoint=path.partition("?")[0],
            params=params,
            headers={"Accept": self._tenant.accept, **(headers or {})},
            json=json,
        )

    async def _ask(self, path: str, *, label: str, params: Mapping[str, str] | None = None, **headers: str) -> Answer:
        await self.session()
        return await self._send(self._request("GET", path, label=label, params=params, headers=headers))

    async def info(self) -> Row:
        """Read what the server tells of itself."""
        answer = await self._ask(PROBE, label="Read what the server tells of itself")
        return _row(await answer.decoded(), PROBE)

    async def count(self, path: str) -> int:
        """Return how many rows of a collection this API member sees."""
        answer = await self._ask(f"{path}/count", label=f"Count {path}")
        body = await answer.decoded()
        if not isinstance(body, dict) or not isinstance(body.get("count"), int):
            raise _unreadable(path, "no count in it")
        return int(body["count"])

    async def one(self, path: str, row_id: str, *, label: str = "") -> Row | None:
        """Return one row by its id, inactive ones included; None where there is none, or none that may be seen."""
        answer = await self._ask(f"{path}/{row_id}", label=label or f"Read {path} #{row_id}")
        return None if answer.status == 404 else _row(await answer.decoded(), path)

    async def find(self, path: str, condition: str, *, label: str, children: str = "") -> list[Row]:
        """Return all rows that meet conditions, `children` being those on members of lists, in the order of their ids.

        Pages are followed by the numbers in the Link header, with the conditions of the first one: addresses of further
        pages were seen to lack them.
        """
        params = {"pageSize": str(PAGE), "orderBy": "id asc"}
        params |= {"conditions": condition} if condition else {}
        params |= {"childConditions": children} if children else {}
        return [row async for row in self._pages(path, params, label, {})]

    async def first(self, path: str, condition: str, *, label: str) -> Row | None:
        """Return any one row that meets conditions; None where none does, or none that may be seen."""
        answer = await self._ask(path, label=label, params={"pageSize": "1", "conditions": condition})
        return next(iter(_rows(await answer.decoded(), path)), None)

    async def everything(self, path: str, *, label: str) -> list[Row]:
        """Return all rows, inactive ones included as far as lists show them.

        Read forward only, where what is added or deleted meanwhile moves no row from one page to another.
        """
        headers = {"pagination-type": "forward-only"}
        return [row async for row in self._pages(path, {"pageSize": str(PAGE)}, label, headers)]

    async def _pages(
        self, path: str, params: dict[str, str], label: str, headers: Mapping[str, str]
    ) -> AsyncIterator[Row]:
        while True:
            answer = await self._ask(path, label=label, params=params, **headers)
            rows = _rows(await answer.decoded(), path)
            for row in rows:
                yield row
            further = _further(answer.headers.get("link", ""))
            if not further and headers and len(rows) == PAGE:
                further = {"pageId": str(rows[-1].get("id", ""))}
            # Forward only, the last page that has rows may name a next one all the same.
            if not further or not rows or (headers and len(rows) < PAGE):
                return
            if further.items() <= params.items():
                raise _unreadable(path, "its next page is the same one")
            params = {**params, **further}

    async def by_ids(self, path: str, ids: Collection[str], *, field: str = "id", label: str = "") -> list[Row]:
        """Return the rows whose field is one of these identifiers, in as few calls as addresses have room for."""
        numbers = sorted({value for value in ids if value.isdigit()}, key=int)
        found: list[Row] = []
        for portion in conditions.portions(numbers):
            found += await self.find(path, conditions.one_of(field, portion), label=label or f"Read {path} by {field}")
        return found

    async def create(self, path: str, body: Row, *, label: str) -> Row:
        """Create a row and return it as it was made."""
        await self.session()
        answer = await self._send(
            self._request("POST", path, label=label, request_class=RequestClass.CREATE, json=body)
        )
        if answer.status == 404:
            failure = ConnectWiseDialect().failure(answer, Verdict.REFUSED, self._request("POST", path, label=label))
            raise SyncError(failure.with_facts(sent="refused"))
        made = _row(await answer.decoded(), path, sent="unknown")
        if not isinstance(made.get("id"), int):
            raise _unreadable(path, "the new row's id is missing", sent="unknown")
        return made

    async def patch(self, path: str, row_id: str, operations: Sequence[Operation], row: Row, *, label: str) -> None:
        """Change a row that was just read; a patch that adds to a list is sent once only.

        Some tenants take no change of a record that has custom fields unless those come with it: then they are sent
        as they were read.
        """
        request = self._request(
            "PATCH",
            f"{path}/{row_id}",
            label=label,
            request_class=RequestClass.CREATE if adds(operations) else RequestClass.IDEMPOTENT,
            json=list(operations),
        )
        try:
            answer = await self._send(request)
        except SyncError as error:
            if error.failure.kind is not FailureKind.REFUSED or _CUSTOM not in _all_said(error.failure):
                raise
            if not row.get(_CUSTOM) or any(each["path"] == _CUSTOM for each in operations):
                raise
            with_them = [*operations, {"op": "replace", "path": _CUSTOM, "value": row[_CUSTOM]}]
            await self.patch(path, row_id, with_them, row, label=label)
            return
        if answer.status == 404:
            raise _gone(path, row_id)

    async def delete(self, path: str, row_id: str, *, label: str) -> None:
        """Delete a row; one that is gone already is as good."""
        await self.session()
        await self._send(
            self._request("DELETE", f"{path}/{row_id}", label=label, request_class=RequestClass.IDEMPOTENT)
        )

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.aclose()


def _further(link: str) -> dict[str, str]:
    """Return the member of the query that leads to the next page; empty where there is none."""
    found = _NEXT.search(link)
    query = {name.lower(): value for name, value in parse_qsl(urlsplit(found[1]).query)} if found else {}
    return next(({name: query[name.lower()]} for name in ("pageId", "page") if name.lower() in query), {})


def _all_said(failure: Failure) -> str:
    return f"{failure.message} {failure.facts.get('field', '')}"


def _rows(body: Any, path: str) -> list[Row]:
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
        raise _unreadable(path, "no list in it")
    return body


def _row(body: Any, path: str, **facts: str) -> Row:
    if not isinstance(body, dict):
        raise _unreadable(path, "no object in it", **facts)
    return body


def _unreadable(path: str, what: str, **facts: str) -> SyncError:
    message = f"ConnectWise's answer about {path} could not be read: {what}"
    return SyncError(Failure(kind=FailureKind.UNREADABLE, message=message, facts={"entity": path, **facts}))


def _gone(path: str, row_id: str) -> SyncError:
    message = f"ConnectWise has no {path} row {row_id} any more"
    return SyncError(
        Failure(kind=FailureKind.NOT_FOUND, message=message, facts={"entity": path, "external_id": row_id})
    )
