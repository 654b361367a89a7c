"""Reading a tenant of Salesbuildr over real sockets."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.records import FieldValue, Named, Quote, RecordRef
from sync_desktop.domain.words import FailureKind, RecordKind, RequestClass
from sync_desktop.quoting.salesbuildr import (
    API_KEY,
    SalesbuildrSource,
    filter_text,
    salesbuildr_budget,
    salesbuildr_dialect,
    salesbuildr_signer,
)
from sync_desktop.quoting.source import DONE, Collection, Page, read_all
from sync_desktop.transport.budget import Gate
from sync_desktop.transport.latch import CredentialsLatch
from sync_desktop.transport.session import Request, Session
from tests.transport.wire import FakeClock, Journal, serving

KEY = "sb-key-0123456789"


@dataclass
class Tenant:
    """A small Salesbuildr: lists of rows, drop-down fields, and what it was asked."""

    lists: dict[str, list[Any]] = field(default_factory=dict)
    fields: dict[str, list[Any]] = field(default_factory=dict)
    cap: int = 100
    sorts: bool = True
    totals: bool = True
    before: Callable[[web.Request], web.Response | None] = lambda _request: None
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/public-api/")
        self.asked.append((request.method, path, dict(request.query)))
        self.headers.append(request.headers)
        if early := self.before(request):
            return early
        if path == "category":
            return web.json_response(self.lists.get("category", []))
        kind, _, rest = path.partition("/")
        if kind == "field":
            values = self.fields.get(rest)
            return web.json_response({"values": values}) if values is not None else self.missing()
        rows = self.lists.get(kind, [])
        if rest:
            found = next((row for row in rows if row["id"] == rest), None)
            return web.json_response(found) if found else self.missing()
        return self.page(kind, request.query)

    def page(self, kind: str, asked: Mapping[str, str]) -> web.Response:
        if "sort" in asked and not self.sorts:
            return web.json_response({"message": "sort is not allowed"}, status=400)
        rows = self.lists.get(kind, [])
        start = int(asked["from"])
        body: dict[str, Any] = {"results": rows[start : start + min(int(asked["size"]), self.cap)]}
        return web.json_response({**body, "total": len(rows)} if self.totals else body)

    @staticmethod
    def missing() -> web.Response:
        return web.json_response({"message": "Not found"}, status=404)


@dataclass
class Reader:
    """A source and what it stands on."""

    tenant: Tenant
    clock: FakeClock
    journal: Journal
    session: Session
    source: SalesbuildrSource


@asynccontextmanager
async def reading(
    tenant: Tenant, *, key: str | None = KEY, integration_key: str | None = None
) -> AsyncIterator[Reader]:
    keys = {API_KEY: key, "integration-key": integration_key}

    async def secret(name: str) -> SecretStr | None:
        value = keys[name]
        return SecretStr(value) if value else None

    clock, journal = FakeClock(), Journal()
    async with serving(tenant.handle) as port:
        session = Session(
            site_id="site",
            base_url=f"http://127.0.0.1:{port}/public-api",
            dialect=salesbuildr_dialect(),
            signer=salesbuildr_signer(secret),
            journal=journal,
            clock=clock,
            latch=CredentialsLatch(1, None, lambda _version: None),
            gate=Gate(clock),
            writes=True,
            budget=salesbuildr_budget(clock),
        )
        source = SalesbuildrSource(session)
        try:
            yield Reader(tenant, clock, journal, session, source)
        finally:
            await source.aclose()


def rows(count: int, prefix: str = "c") -> list[dict[str, Any]]:
    return [{"id": f"{prefix}{number:04}", "name": f"Company {number}"} for number in range(count)]


async def read(reader: Reader, kind: Collection, cursor: str = "") -> list[Page]:
    return [page async for page in reader.source.pages(kind, cursor)]


def ids(pages: list[Page]) -> list[str]:
    return [item.id for page in pages for item in page.items]


async def failure_of(reader: Reader, kind: Collection = Collection.COMPANY) -> Any:
    with pytest.raises(SyncError) as caught:
        await read(reader, kind)
    return caught.value.failure


async def test_a_list_is_read_in_pages_of_a_hundred_with_the_key_in_its_header() -> None:
    async with reading(Tenant({"company": rows(250)})) as it:
        pages = await read(it, Collection.COMPANY)
        assert ids(pages) == [row["id"] for row in rows(250)]
        assert [(page.done, page.total, page.cursor) for page in pages] == [
            (100, 250, "100/250"),
            (200, 250, "200/250"),
            (250, 250, DONE),
        ]
        assert it.tenant.asked[0] == ("GET", "company", {"from": "0", "size": "100", "sort": "+id"})
        assert it.tenant.headers[0]["api-key"] == KEY
        assert "integration-key" not in it.tenant.headers[0]
        assert KEY not in it.journal.text


async def test_a_second_key_is_sent_where_a_site_has_one() -> None:
    async with reading(Tenant(), integration_key="second-key-1234") as it:
        assert await it.source.count() == 0
        assert it.tenant.headers[0]["integration-key"] == "second-key-1234"
        assert "second-key" not in it.journal.text


async def test_a_list_without_rows_is_one_empty_page() -> None:
    async with reading(Tenant()) as it:
        assert await read(it, Collection.QUOTE) == [Page(Collection.QUOTE, (), 0, 0, DONE)]


@pytest.mark.parametrize("totals", [True, False])
async def test_a_server_with_smaller_pages_is_read_to_its_end(totals: bool) -> None:
    async with reading(Tenant({"company": rows(45)}, cap=20, totals=totals)) as it:
        assert len(ids(await read(it, Collection.COMPANY))) == 45


async def test_a_total_that_is_too_small_ends_nothing() -> None:
    async with reading(Tenant({"company": rows(150)})) as it:
        known = it.tenant.lists["company"]

        def understated(request: web.Request) -> web.Response:
            start = int(request.query["from"])
            return web.json_response({"results": known[start : start + 100], "total": 100})

        it.tenant.before = understated
        assert len(ids(await read(it, Collection.COMPANY))) == 150


async def test_where_sorting_is_refused_the_list_is_read_without() -> None:
    async with reading(Tenant({"company": rows(120)}, sorts=False)) as it:
        assert len(ids(await read(it, Collection.COMPANY))) == 120
        assert [("sort" in query) for _, _, query in it.tenant.asked] == [True, False, False]


async def test_rows_that_come_meanwhile_are_given_once() -> None:
    async with reading(Tenant({"company": rows(150)})) as it:
        pages = it.source.pages(Collection.COMPANY)
        first = await anext(pages)
        it.tenant.lists["company"].insert(0, {"id": "new", "name": "New"})
        rest = [page async for page in pages]
        found = ids([first, *rest])
        assert sorted(found) == [row["id"] for row in rows(150)]


async def test_no_row_is_missed_where_one_goes_meanwhile() -> None:
    async with reading(Tenant({"company": rows(150)})) as it:
        pages = it.source.pages(Collection.COMPANY)
        first = await anext(pages)
        del it.tenant.lists["company"][5]
        found = ids([first, *[page async for page in pages]])
        assert sorted(found) == [row["id"] for row in rows(150)]


async def test_a_server_that_ignores_paging_is_found_out() -> None:
    async with reading(Tenant()) as it:
        it.tenant.before = lambda _request: web.json_response({"results": rows(100), "total": 500})
        failure = await failure_of(it)
        assert failure.kind is FailureKind.UNREADABLE
        assert "the same company rows" in failure.message


async def test_reading_everything_goes_on_where_it_was_stopped() -> None:
    lists = {"category": [{"id": "k", "name": "Hardware"}], "company": rows(150), "quote": [{"id": "q", "items": []}]}
    async with reading(Tenant(lists, {"payment-term": [{"id": "t", "displayValue": "Net 30"}]})) as it:
        kept: dict[str, str] = {}
        found: list[str] = []
        async for page in read_all(it.source, kept):
            kept[page.kind] = page.cursor
            found += [item.id for item in page.items]
            if page.cursor == "100/150":
                break
        asked = len(it.tenant.asked)
        async for page in read_all(it.source, kept):
            kept[page.kind] = page.cursor
            found += [item.id for item in page.items]
        assert found == ["k", "t", *[row["id"] for row in rows(150)], "q"]
        assert it.tenant.asked[asked][2]["from"] == "100"
        assert set(kept.values()) == {DONE}
        assert [page async for page in read_all(it.source, kept)] == []


async def test_a_row_that_cannot_be_read_is_reported_with_its_id() -> None:
    async with reading(Tenant({"product": [{"id": "good"}, {"id": "bad", "price": "?"}]})) as it:
        (page,) = await read(it, Collection.PRODUCT)
        assert [item.id for item in page.items] == ["good"]
        assert [(row.id, row.reason) for row in page.unreadable] == [("bad", "“price” is no number: '?'")]


async def test_filters_are_written_as_salesbuildr_wants_them() -> None:
    async with reading(Tenant()) as it:
        wanted = {"company.id": ["a", "b"], "status": ["sent"]}
        assert [page async for page in it.source.pages(Collection.QUOTE, filters=wanted)]
        assert it.tenant.asked[0][2]["filters"] == "company.id:a|b,status:sent"
    with pytest.raises(ValueError, match="cannot filter"):
        filter_text({"name": ["a,b"]})


async def test_one_record_is_read_or_is_not_there() -> None:
    async with reading(Tenant({"quote": [{"id": "q", "number": "Q-1", "items": []}, {"id": "x", "items": 5}]})) as it:
        found = await it.source.record(RecordRef(kind=RecordKind.QUOTE, id="q"))
        assert isinstance(found, Quote)
        assert found.number == "Q-1"
        assert await it.source.record(RecordRef(kind=RecordKind.QUOTE, id="none")) is None
        with pytest.raises(SyncError, match="quote x could not be read: its items are no list"):
            await it.source.record(RecordRef(kind=RecordKind.QUOTE, id="x"))


async def test_a_list_of_quotes_without_items_is_completed_one_by_one() -> None:
    async with reading(Tenant({"quote": [{"id": "q", "items": [{"id": "i", "name": "Laptop"}]}]})) as it:

        def brief(request: web.Request) -> web.Response | None:
            listed = request.path.endswith("/quote")
            return web.json_response({"results": [{"id": "q"}], "total": 1}) if listed else None

        it.tenant.before = brief
        (page,) = await read(it, Collection.QUOTE)
        assert isinstance(page.items[0], Quote)
        assert [item.name for item in page.items[0].items] == ["Laptop"]


@pytest.mark.parametrize("stage", ["opportunity-stage", "opportunity-pipeline-stage", "pipeline-stage"])
@pytest.mark.parametrize("terms", ["payment-term", "quote-payment-term"])
async def test_the_unsettled_names_of_fields_are_tried_in_turn(stage: str, terms: str) -> None:
    fields = {stage: [{"id": "s", "displayValue": "Proposal"}], terms: [{"id": "t", "displayValue": "Net 30"}]}
    async with reading(Tenant(fields=fields)) as it:
        assert await it.source.field_values() == (
            FieldValue(field="opportunity-stage", id="s", name="Proposal"),
            FieldValue(field="payment-term", id="t", name="Net 30"),
        )


async def test_categories_may_come_bare_or_in_an_envelope() -> None:
    async with reading(Tenant({"category": [{"id": "k", "name": "Hardware", "billingCode": 7}]})) as it:
        assert [category.billing_code for category in await it.source.categories()] == ["7"]
        it.tenant.before = lambda _request: web.json_response({"data": [{"id": "other"}]})
        assert [category.id for category in await it.source.categories()] == ["other"]


async def test_a_bare_id_gets_the_name_that_was_read_before() -> None:
    company = category = "17"
    lists: dict[str, list[Any]] = {
        "category": [{"id": category, "name": "Hardware"}],
        "company": [{"id": company, "name": "Northwind", "externalIdentifier": "29761006"}],
        "quote": [{"id": "q", "company": company, "items": [{"id": "i", "category": category}]}],
    }
    async with reading(Tenant(lists)) as it:
        pages = [page async for page in read_all(it.source, {})]
        quote = pages[-1].items[0]
        assert isinstance(quote, Quote)
        assert quote.company == Named(id=company, name="Northwind", external_id="29761006")
        assert quote.items[0].category == Named(id=category, name="Hardware")
        assert await it.source.record(RecordRef(kind=RecordKind.QUOTE, id="q")) == quote


async def test_a_wrong_address_says_what_an_address_looks_like() -> None:
    async with reading(Tenant()) as it:
        it.tenant.before = lambda _request: it.tenant.missing()
        failure = await failure_of(it)
        assert failure.kind is FailureKind.NOT_FOUND
        assert "ends in /public-api" in failure.message


@pytest.mark.parametrize("body", ["<html>Log in</html>", '{"results": [', '{"total": 3}'])
async def test_an_answer_that_is_no_list_is_unreadable_and_kept(body: str) -> None:
    async with reading(Tenant()) as it:
        it.tenant.before = lambda _request: web.Response(text=body)
        assert (await failure_of(it)).kind is FailureKind.UNREADABLE
        assert it.journal.exchanges[0].response_body == body


async def test_no_key_is_a_sentence_and_no_request() -> None:
    async with reading(Tenant(), key=None) as it:
        failure = await failure_of(it)
        assert (failure.kind, it.tenant.asked) == (FailureKind.CREDENTIALS, [])
        assert "Admin > Integrations > API Key" in failure.message


async def test_a_wrong_key_is_one_request() -> None:
    async with reading(Tenant()) as it:
        it.tenant.before = lambda _request: web.json_response({"message": "Invalid API key provided"}, status=401)
        for _ in range(3):
            failure = await failure_of(it)
            assert (failure.kind, failure.message) == (FailureKind.CREDENTIALS, "Invalid API key provided")
        assert len(it.tenant.asked) == 1


async def test_a_rate_limit_is_waited_for_as_long_as_is_asked() -> None:
    async with reading(Tenant({"company": rows(3)})) as it:
        refusals = [web.json_response({"message": "Too Many Requests"}, status=429, headers={"Retry-After": "77"})]
        it.tenant.before = lambda _request: refusals.pop() if refusals else None
        assert len(ids(await read(it, Collection.COMPANY))) == 3
        assert it.clock.slept == [77]


async def test_the_five_hundred_and_first_call_waits_for_the_window() -> None:
    async with reading(Tenant()) as it:
        budget = salesbuildr_budget(it.clock)
        for _ in range(500):
            await budget.take()
        it.clock.advance(90)
        await budget.take()
        assert it.clock.slept == [510]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "post", "HEAD"])
@pytest.mark.parametrize("request_class", list(RequestClass))
async def test_nothing_but_get_ever_leaves_even_from_a_write_site(method: str, request_class: RequestClass) -> None:
    async with reading(Tenant()) as it:
        for path in ("company", "company/c1", "quote/approved", "sync-state/quote/q1"):
            request = Request(method, path, request_class, "Write to Salesbuildr", json={"name": "changed"})
            with pytest.raises(SyncError) as caught:
                await it.session.send(request)
            assert caught.value.failure.kind is FailureKind.READ_ONLY
        assert it.tenant.asked == []
        assert it.journal.exchanges == []


def test_the_source_has_no_method_that_writes() -> None:
    public = {name for name in vars(SalesbuildrSource) if not name.startswith("_")}
    assert public == {"aclose", "categories", "count", "field_values", "pages", "record"}
