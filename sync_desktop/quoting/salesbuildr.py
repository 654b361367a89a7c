"""Salesbuildr's public API: read only, by GET only.

Facts: help page "Public API" (header `api-key`, singular paths, `from`/`size`/`sort`/`filters`, 500 calls in a rolling
10 minutes, `Retry-After`), and clients of others for what it does not say.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.records import AnyRecord, Category, FieldValue, Named, RecordRef
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.quoting.loose import LooseError
from sync_desktop.quoting.names import Key, names_of, with_names
from sync_desktop.quoting.parse import Item, id_of, parse_row, parse_rows
from sync_desktop.quoting.source import DONE, Collection, Page, Unreadable
from sync_desktop.transport.budget import RollingBudget
from sync_desktop.transport.dialect import plain_failure, retry_after, verdict_by_status
from sync_desktop.transport.retrying import SALESBUILDR
from sync_desktop.transport.session import Answer, Dialect, Request, Session, Signer, Verdict

SIZE = 100
"""Rows asked for at once; larger pages are not known to be allowed."""

API_KEY = "api-key"
"""The header, and the name under which the site's key is kept."""
INTEGRATION_KEY = "integration-key"
"""A second header that one real caller sends; sent only where a site has such a key."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "opportunity-category": ("opportunity-category",),
    "opportunity-stage": ("opportunity-stage", "opportunity-pipeline-stage", "pipeline-stage"),
    "payment-term": ("payment-term", "quote-payment-term"),
}
"""The drop-down fields by our name, and the names to ask for: only the first field's name is confirmed."""

_ENVELOPES = ("results", "data", "items", "values")


class SalesbuildrDialect:
    """How Salesbuildr says yes and no. Its policy lets nothing but the reads below leave, whatever a site's role."""

    system = "salesbuildr"
    label = "Salesbuildr"
    policy = SALESBUILDR
    max_per_endpoint: int | None = None
    reads = (
        ("GET", r"(company|contact|opportunity|product|quote)(/[^/]+)?"),
        ("GET", r"category"),
        ("GET", r"field/[a-z-]+"),
    )
    secret_headers = frozenset({API_KEY, INTEGRATION_KEY})

    def verdict(self, answer: Answer) -> Verdict:
        """Say what an answer means: Salesbuildr keeps to the statuses' own meanings."""
        return verdict_by_status(answer.status)

    def failure(self, answer: Answer, verdict: Verdict, request: Request) -> Failure:
        """Return a refusal with Salesbuildr's own words, `message` before `error`."""
        return plain_failure(answer, verdict, self.label).with_facts(request=request.label)

    def wait_hint(self, answer: Answer) -> float | None:
        """Return the seconds of `Retry-After`, which comes with 429 (help page "API and integration errors")."""
        return retry_after(answer)


def salesbuildr_dialect() -> Dialect:
    """Return what the transport has to know of Salesbuildr."""
    return SalesbuildrDialect()


def salesbuildr_budget(clock: Clock) -> RollingBudget:
    """Return the tenant's budget of 500 calls in a rolling 10 minutes; who comes too early waits."""
    return RollingBudget(500, 600, clock, "Salesbuildr", when_full="wait")


def salesbuildr_signer(secret: Callable[[str], Awaitable[SecretStr | None]]) -> Signer:
    """Return what signs requests; `secret` gives a site's secret by its name, `API_KEY` or `INTEGRATION_KEY`."""

    async def sign() -> Mapping[str, str]:
        keys = {name: await secret(name) for name in (API_KEY, INTEGRATION_KEY)}
        if not keys[API_KEY]:
            message = "No API key for Salesbuildr is stored. Make one in Salesbuildr (Admin > Integrations > API Key)."
            raise SyncError(Failure(kind=FailureKind.CREDENTIALS, message=message, facts={"sent": "no"}))
        return {name: key.get_secret_value() for name, key in keys.items() if key}

    return sign


class SalesbuildrSource:
    """A tenant of Salesbuildr, as a QuotingSource. The session is closed with it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        # A list's order is not promised; sorted by id, rows that come meanwhile shift the others the least.
        self._sort = "+id"
        self._names: dict[Key, Named] = {}

    async def pages(
        self, kind: Collection, cursor: str = "", filters: Mapping[str, Sequence[str]] | None = None
    ) -> AsyncIterator[Page]:
        """Read a collection page by page, all rows or those that meet all filters (any of a filter's values).

        Rows may shift between two pages: what comes twice is given once, and where the total shrinks the next page
        starts as much earlier. A collection ends with a short or empty page, never because of a total alone.
        """
        if kind is Collection.CATEGORY:
            items, unreadable = await self._categories()
            yield _whole(kind, self._named(items), unreadable)
            return
        if kind is Collection.FIELD_VALUE:
            items, unreadable = await self._field_values()
            yield _whole(kind, self._named(items), unreadable)
            return
        async for page in self._listed(kind, cursor, filters or {}):
            yield page

    async def record(self, ref: RecordRef) -> AnyRecord | None:
        """Read one record as it is now; None where there is none. Raises SyncError (UNREADABLE) with what is wrong.

        At a wrong address every record would seem to be gone, so that the list is asked for first.
        """
        kind, label = Collection(ref.kind), f"Read {ref.kind} {ref.id}"
        row = await self._get(f"{kind}/{quote(ref.id, safe='')}", label)
        if row is None:
            await self._rows(kind, {"from": "0", "size": "1"}, f"See whether Salesbuildr has {ref.kind} records at all")
            return None
        try:
            item = parse_row(kind, row)
        except LooseError as error:
            raise _unreadable(f"Salesbuildr's {ref.kind} {ref.id} could not be read: {error}", label) from None
        if isinstance(item, Category | FieldValue):
            raise TypeError("a record's kind is not one of a list")
        return with_names(item, self._names)

    async def categories(self) -> tuple[Category, ...]:
        """Read all product categories, those that cannot be read left out."""
        items, _ = await self._categories()
        return tuple(item for item in items if isinstance(item, Category))

    async def field_values(self) -> tuple[FieldValue, ...]:
        """Read the values of all fields of `FIELDS`, under our names; a field that this tenant lacks is left out."""
        items, _ = await self._field_values()
        return tuple(item for item in items if isinstance(item, FieldValue))

    async def count(self) -> int:
        """Make one small request that proves address and key; returns how many companies there are."""
        rows, total = await self._rows(Collection.COMPANY, {"from": "0", "size": "1"}, "Test the connection")
        return len(rows) if total is None else total

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.aclose()

    async def _listed(self, kind: Collection, cursor: str, filters: Mapping[str, Sequence[str]]) -> AsyncIterator[Page]:
        start, expected = _position(cursor)
        seen: set[str] = set()
        repeated = 0
        while True:
            rows, total = await self._sorted_rows(kind, start, filters)
            if expected is not None and total is not None and total < expected and start:
                start, expected = max(0, start - (expected - total)), total
                continue
            fresh = [row for row in rows if id_of(row) not in seen]
            repeated = repeated + 1 if rows and not fresh else 0
            if repeated == 2:
                raise _unreadable(f"Salesbuildr gives the same {kind} rows for every page.", _label(kind))
            seen |= {id_of(row) for row in fresh} - {""}
            start, expected = start + len(rows), total
            ended = not rows or (len(rows) < SIZE and total is not None and start >= total)
            items, unreadable = await asyncio.to_thread(parse_rows, kind, await self._with_items(kind, fresh))
            yield Page(
                kind=kind,
                items=self._named(items),
                done=start,
                total=max(start, total or 0),
                cursor=DONE if ended else f"{start}/{'' if total is None else total}",
                unreadable=unreadable,
            )
            if ended:
                return

    def _named(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """Return items with the names that are known by now, and learn theirs: what is referred to is read first."""
        self._names |= names_of(items)
        return tuple(with_names(item, self._names) for item in items)

    async def _sorted_rows(
        self, kind: Collection, start: int, filters: Mapping[str, Sequence[str]]
    ) -> tuple[list[Any], int | None]:
        params = {"from": str(start), "size": str(SIZE)}
        if filters:
            params["filters"] = filter_text(filters)
        if self._sort:
            try:
                return await self._rows(kind, {**params, "sort": self._sort}, _label(kind))
            except SyncError as error:
                if error.failure.kind is not FailureKind.REFUSED:
                    raise
            # Sorting by id is likely but nowhere confirmed; if it is what was refused, the rest goes without.
            self._sort = ""
        return await self._rows(kind, params, _label(kind))

    async def _with_items(self, kind: Collection, rows: Sequence[Any]) -> list[Any]:
        """Return quotes with their items, which a list might leave out: then each is read by itself."""
        if kind is not Collection.QUOTE:
            return list(rows)
        whole = []
        for row in rows:
            brief = isinstance(row, Mapping) and "items" not in row and id_of(row)
            found = (
                await self._get(f"{kind}/{quote(id_of(row), safe='')}", f"Read quote {id_of(row)}") if brief else None
            )
            whole.append(row if found is None else found)
        return whole

    async def _categories(self) -> tuple[tuple[Item, ...], tuple[Unreadable, ...]]:
        rows, _ = await self._rows(Collection.CATEGORY, {}, _label(Collection.CATEGORY))
        return parse_rows(Collection.CATEGORY, rows)

    async def _field_values(self) -> tuple[tuple[Item, ...], tuple[Unreadable, ...]]:
        items: tuple[Item, ...] = ()
        unreadable: tuple[Unreadable, ...] = ()
        for field, names in FIELDS.items():
            for name in names:
                body = await self._get(f"field/{name}", f"Read the values of {name}")
                if body is not None:
                    found, wrong = parse_rows(Collection.FIELD_VALUE, _envelope(body, name)[0], field)
                    items, unreadable = items + found, unreadable + wrong
                    break
        return items, unreadable

    async def _rows(self, kind: Collection, params: Mapping[str, str], label: str) -> tuple[list[Any], int | None]:
        body = await self._get(kind, label, params)
        if body is None:
            message = (
                f"Salesbuildr has no list “{kind}” at {self._session.base_url}. "
                "The address ends in /public-api, and the public API has to be switched on for the account."
            )
            raise SyncError(Failure(kind=FailureKind.NOT_FOUND, message=message, facts={"request": label}))
        return _envelope(body, label)

    async def _get(self, path: str, label: str, params: Mapping[str, str] | None = None) -> Any:
        """Return a decoded answer; None where there is no such thing."""
        request = Request("GET", path, RequestClass.READ, label, params=params)
        answer = await self._session.send(request)
        if answer.status == 404:
            return None
        try:
            return await answer.decoded()
        except SyncError as error:
            raise SyncError(error.failure.with_facts(request=label)) from None


def filter_text(filters: Mapping[str, Sequence[str]]) -> str:
    """Return filters as Salesbuildr writes them, `company.id:a|b,status:sent`.

    Raises ValueError for `:`, `|` or `,` in a value, for which no way of writing is known.
    """
    for value in (value for values in filters.values() for value in values):
        if set(value) & set(":|,"):
            raise ValueError(f"Salesbuildr cannot filter for {value!r}")
    return ",".join(f"{name}:{'|'.join(values)}" for name, values in filters.items())


def _label(kind: Collection) -> str:
    return {
        Collection.CATEGORY: "Read categories",
        Collection.FIELD_VALUE: "Read field values",
        Collection.COMPANY: "Read companies",
        Collection.OPPORTUNITY: "Read opportunities",
    }.get(kind, f"Read {kind}s")


def _position(cursor: str) -> tuple[int, int | None]:
    """Return where a cursor says to go on, and the total that was known then; what is no cursor of ours starts anew."""
    start, _, total = cursor.partition("/")
    if not start.isdecimal():
        return 0, None
    return int(start), int(total) if total.isdecimal() else None


def _whole(kind: Collection, items: tuple[Item, ...], unreadable: tuple[Unreadable, ...]) -> Page:
    count = len(items) + len(unreadable)
    return Page(kind=kind, items=items, done=count, total=count, cursor=DONE, unreadable=unreadable)


def _envelope(body: Any, label: str) -> tuple[list[Any], int | None]:
    """Return rows and total of a list, bare or in an envelope: `results` by most accounts, `data` by one."""
    if isinstance(body, list):
        return body, None
    if isinstance(body, Mapping):
        rows = next((body[name] for name in _ENVELOPES if isinstance(body.get(name), list)), None)
        if rows is not None:
            total = str(body.get("total", ""))
            return rows, int(total) if total.isdecimal() else None
    raise _unreadable("Salesbuildr's answer could not be read: it holds no list.", label)


def _unreadable(message: str, label: str) -> SyncError:
    return SyncError(Failure(kind=FailureKind.UNREADABLE, message=message, facts={"request": label}))
