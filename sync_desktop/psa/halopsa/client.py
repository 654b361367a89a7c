"""HaloPSA's REST API in its own terms: arrays are posted, envelopes or bare lists come back, a hundred rows a page."""

import json
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.psa.halopsa.dialect import ADVANCED_SEARCH
from sync_desktop.transport.messages import Answer
from sync_desktop.transport.session import Request, Session

Row = dict[str, Any]

PAGE = 100
"""Rows that a page has at most, whatever is asked for, without a word about it (HaloAPI issue 90)."""
_TOGETHER = 50
"""Values that one search asks for: of keys of 24 letters, as many as an address has room for."""
_ONE_BY_ONE = 2
"""Up to so many rows are asked for by their ids at once, without trying a search."""
_ONE_OF = 0
"""The search's number for "is one of" (a published client for Go lists them)."""

WARNING = "_warning"
"""The member in which HaloPSA says of an object that it took it, but not as it was sent."""

KEYS: Mapping[str, str] = {
    "Client": "clients",
    "Site": "sites",
    "Users": "users",
    "Opportunities": "tickets",
    "Item": "items",
    "Quotation": "quotes",
    "SalesOrder": "salesorders",
    "Invoice": "invoices",
    "Tickets": "tickets",
    "Projects": "tickets",
}
"""Where a list's rows are in its envelope; other lists are bare, or wrapped under a name of their own."""
_WITH_INACTIVE = frozenset({"Client", "Site", "Users", "Item"})
"""Lists that leave inactive rows out unless they are asked for."""
_SEARCHABLE = frozenset({"Client", "Site", "Users", "Opportunities", "Item"})
"""Lists that have the parameter `advanced_search`; which members it takes is each instance's own matter."""
_LISTED = {"Site": {"includeaddress": "true"}}
"""What lists show only when asked."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: list[Row]
    total: int | None
    """How many rows all pages have together; None where the list does not say so."""


class HaloClient:
    """Speaks to one instance. `open_session` makes the session of its resource server, on first use."""

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open_session = open_session
        self._opened: Session | None = None
        self._unsearchable: set[tuple[str, str]] = set()
        """Entities and members that this instance does not let be searched."""

    @property
    def _session(self) -> Session:
        if self._opened is None:
            self._opened = self._open_session()
        return self._opened

    async def _get(self, path: str, params: Mapping[str, str] | None, label: str) -> Answer:
        return await self._session.send(
            Request(method="GET", path=path, request_class=RequestClass.READ, label=label, endpoint=path, params=params)
        )

    async def listed(self, path: str, *, label: str, **params: str) -> list[Row]:
        """Return a list that has no pages, such as the statuses. Raises `SyncError` where there is no such list."""
        answer = await self._get(path, params, label)
        if answer.status == 404:
            raise _gone(path, "")
        return _rows(await answer.decoded(), path)

    async def object(self, path: str, *, label: str) -> Row | None:
        """Return one object that is no row, such as the instance's settings; None where there is none."""
        answer = await self._get(path, None, label)
        if answer.status == 404 or _is_nothing(answer):
            return None
        return _row(await answer.decoded(), path)

    async def page(self, path: str, number: int, *, label: str, **params: str) -> Page:
        """Return one page of a list, counted from 1, inactive rows included; an empty one where there is no list."""
        answer = await self._page(path, number, label, params)
        return Page([], 0) if answer.status == 404 else await _page_of(answer, path)

    async def _page(self, path: str, number: int, label: str, params: Mapping[str, str]) -> Answer:
        asked = {"pageinate": "true", "page_size": str(PAGE), "page_no": str(number), **_LISTED.get(path, {})}
        if path in _WITH_INACTIVE:
            asked["includeinactive"] = "true"
        return await self._get(path, {**asked, **params}, label)

    async def pages(self, path: str, *, label: str, **params: str) -> AsyncIterator[Row]:
        """Yield all rows of a list, each once.

        Counted by what came, never by what was asked for: pages are cut without a word about it.
        """
        seen: set[Any] = set()
        number = 1
        while True:
            page = await self.page(path, number, label=label, **params)
            fresh = [row for row in page.rows if row.get("id") not in seen]
            for row in fresh:
                seen.add(row.get("id"))
                yield row
            if not fresh or (page.total is not None and len(seen) >= page.total):
                return
            number += 1

    async def found(self, path: str, *, label: str, **params: str) -> list[Row]:
        """Return all rows of a list that its parameters select."""
        return [row async for row in self.pages(path, label=label, **params)]

    async def count(self, path: str) -> int:
        """Return how many rows of a list this application sees. Raises `SyncError` where there is no such list."""
        answer = await self._page(path, 1, f"Count {path} rows", {"page_size": "1"})
        if answer.status == 404:
            raise _gone(path, "")
        page = await _page_of(answer, path)
        return len(page.rows) if page.total is None else page.total

    async def one(self, path: str, row_id: str, *, label: str = "") -> Row | None:
        """Return a row with its details, inactive ones too; None where there is none, or none that may be seen."""
        answer = await self._get(f"{path}/{row_id}", {"includedetails": "true"}, label or f"Read {path} #{row_id}")
        if answer.status == 404 or _is_nothing(answer):
            return None
        return _row(await answer.decoded(), path)

    async def by_ids(self, path: str, ids: Collection[str]) -> list[Row]:
        """Return the rows with these ids, in as few calls as the instance allows; a few with details, many without.

        What a search does not show is asked for by its id, so that nothing rests on the search alone.
        """
        wanted = sorted({row_id for row_id in ids if row_id.isdigit()}, key=int)
        rows: dict[str, Row] = {}
        if len(wanted) > _ONE_BY_ONE and path in _SEARCHABLE:
            rows = {str(row["id"]): row for row in await self.having(path, "id", wanted) or []}
        missing = [row_id for row_id in wanted if row_id not in rows]
        if len(missing) > _ONE_BY_ONE and path in KEYS and not rows:
            rows = await self._walked(path, missing)
            missing = [row_id for row_id in missing if row_id not in rows]
        for row_id in missing:
            row = await self.one(path, row_id)
            rows |= {row_id: row} if row is not None else {}
        return list(rows.values())

    async def _walked(self, path: str, ids: Sequence[str]) -> dict[str, Row]:
        """Return rows out of the whole list, where that takes fewer calls than asking for each of them."""
        first = await self.page(path, 1, label=f"Count {path} rows", page_size="1")
        if first.total is None or first.total > PAGE * (len(ids) - 1):
            return {}
        rows = [row async for row in self.pages(path, label=f"Read {path} rows")]
        return {str(row["id"]): row for row in rows if str(row.get("id")) in ids}

    async def having(self, path: str, member: str, values: Sequence[str]) -> list[Row] | None:
        """Return the rows whose member is one of these values, inactive ones included.

        None where the instance does not let that member be searched, or pays no heed to the search.
        """
        if (path, member) in self._unsearchable:
            return None
        rows: list[Row] = []
        for portion in _portions(values):
            search = [{"filter_name": member, "filter_type": _ONE_OF, "filter_value": ",".join(portion)}]
            label = f"Search {path} rows by {member}"
            try:
                first = await self.page(path, 1, label=label, advanced_search=json.dumps(search))
            except SyncError as error:
                if error.failure.facts.get("reason") != ADVANCED_SEARCH:
                    raise
                self._unsearchable.add((path, member))
                return None
            if any(str(row.get(member)) not in portion for row in first.rows):
                self._unsearchable.add((path, member))
                return None
            rows += first.rows
            if (first.total or 0) > len(first.rows):
                known = {row.get("id") for row in first.rows}
                more = self.pages(path, label=label, advanced_search=json.dumps(search))
                rows += [row async for row in more if row.get("id") not in known]
        return rows

    async def post(self, path: str, body: Row, *, label: str, creates: bool = False) -> Row:
        """Create a row, or change the one whose id the body has, and return it as the answer shows it.

        `creates` is for a change that makes something new in the row, so that sending it twice would make two.
        """
        answer = await self._session.send(
            Request(
                method="POST",
                path=path,
                request_class=RequestClass.CREATE if creates or "id" not in body else RequestClass.IDEMPOTENT,
                label=label,
                endpoint=path,
                json=[body],
            )
        )
        if answer.status == 404:
            raise _gone(path, str(body.get("id", "")))
        made = await _or_unknown(answer.decoded)
        if isinstance(made, list) and len(made) == 1:
            made = made[0]
        row = _row(made, path, sent="unknown")
        if not isinstance(row.get("id"), int):
            raise _unreadable(path, "the row's id is missing", sent="unknown")
        return row

    async def aclose(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.aclose()


async def _or_unknown(read: Callable[[], Any]) -> Any:
    """Read the answer of a write; where that fails, the write may have taken effect."""
    try:
        return await read()
    except SyncError as error:
        failure = error.failure
        raise SyncError(failure.model_copy(update={"facts": {**failure.facts, "sent": "unknown"}})) from error


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _TOGETHER):
        yield values[start : start + _TOGETHER]


def _is_nothing(answer: Answer) -> bool:
    """Say whether an answer holds no row: some instances say so of an id that they do not know."""
    return answer.body.strip() in (b"", b"null")


async def _page_of(answer: Answer, path: str) -> Page:
    if _is_nothing(answer):
        return Page([], 0)
    body = await answer.decoded()
    told = body.get("record_count") if isinstance(body, dict) else None
    return Page(_rows(body, path), int(told) if isinstance(told, int) else None)


def _rows(body: Any, path: str) -> list[Row]:
    """Return the rows of a list: bare, under its key, or under whatever name its only list has."""
    rows = body
    if isinstance(body, dict):
        lists = [value for value in body.values() if isinstance(value, list)]
        rows = body.get(KEYS.get(path, ""), lists[0] if len(lists) == 1 else None)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unreadable(path, "no list in it")
    return rows


def _row(body: Any, path: str, **facts: str) -> Row:
    if not isinstance(body, dict):
        raise _unreadable(path, "no object in it", **facts)
    return body


def _unreadable(path: str, what: str, **facts: str) -> SyncError:
    message = f"HaloPSA's answer about {path} could not be read: {what}"
    return SyncError(Failure(kind=FailureKind.UNREADABLE, message=message, facts={"entity": path, **facts}))


def _gone(path: str, row_id: str) -> SyncError:
    message = f"HaloPSA has no {path} row {row_id} any more" if row_id else f"HaloPSA has no place for {path} rows"
    facts = {"entity": path, "external_id": row_id, "sent": "refused"}
    return SyncError(Failure(kind=FailureKind.NOT_FOUND, message=message, facts=facts))
