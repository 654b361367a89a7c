"""The HaloPSA client's requests against the published description of the API, which describes no answers.

The description and its checker are no part of the project: `--contract-dir` names the folder that holds them.
"""

import importlib.util
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import pytest

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.links import Intent
from sync_desktop.domain.records import (
    Address,
    AnyRecord,
    Company,
    Contact,
    Discount,
    Named,
    Opportunity,
    Product,
    ProductType,
    Quote,
    QuoteItem,
    RecordRef,
    Shipping,
    Term,
)
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import Draft
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE
from sync_desktop.psa.halopsa.fields import SETUP_ITEM, SHIPPING_ITEM
from sync_desktop.psa.halopsa.kinds import PRODUCT_GROUP
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, LINES, OPPORTUNITIES, QUOTATION, SITE, USERS
from tests.psa.halopsa_desk import Desk, desk
from tests.psa.tenant_client import Known

SPEC = "halo-cut.json"
KNOWN_PATHS = ("Control", "Invoice", "Projects", "Tickets")
"""Paths that the file does not name: it was cut, and the instance's settings and what follows a sale were left out.

The published description that it was cut from has all of them, with `ticket_id` for invoices, `parent_id` for tickets
and projects, and pages for all three.
"""
HARDWARE = Named(id="h1", name="Laptops")
RECORDS: tuple[AnyRecord, ...] = (
    Company(
        id="c9",
        name="Litware",
        phone="555 0100",
        website="https://litware.example",
        address=Address(street="1 Main St", apartment="Suite 2", city="Boise", state="ID", zip="83702"),
        account_manager=Named(id="o1", name="Ana Bowman"),
    ),
    Contact(id="p9", first_name="Ada", last_name="Kaur", email="ada@x.example", phone="555 1", company=Named(id="c1")),
    Opportunity(
        id="d9",
        name="Server",
        description="As agreed",
        company=Named(id="c1"),
        contact=Named(id="p1"),
        owner=Named(id="o1", name="Ana Bowman"),
        stage=Named(id="s1", name="Quote"),
        category=Named(id="k1", name="Hardware"),
        probability=Decimal("0.5"),
        expected_close_date=datetime(2026, 5, 1, tzinfo=UTC),
    ),
    Product(id="64f0", name="Firewall", mpn="FW-1", internal_id="S-1", category=HARDWARE, price=Decimal("99.9")),
    Product(
        id="64f1", name="Backup", type=ProductType.SERVICE, term=Term.MONTHLY, category=HARDWARE, price=Decimal("9.5")
    ),
    Product(id="64f2", name="Engineer", type=ProductType.LABOR, category=HARDWARE, price=Decimal(120)),
    Product(id="64f3", name="All in", type=ProductType.BUNDLE, category=HARDWARE, price=Decimal(300)),
)
QUOTE = Quote(
    id="q1",
    number="Q-9",
    title="New office",
    status="sent",
    sent_at=datetime(2026, 3, 1, tzinfo=UTC),
    expires_at=datetime(2026, 4, 1, tzinfo=UTC),
    company=Named(id="c1"),
    contact=Named(id="p1"),
    owner=Named(id="o1", name="Ana Bowman"),
    opportunity=Named(id="d1"),
    po_number="PO-7",
    note="As agreed",
    link="https://acme.example/quotes/q1",
    delivery_address=Address(street="1 Dock Road", city="Boise"),
    shipping=Shipping(type=Named(id="x1", name="Courier"), price=Decimal(15)),
    discount=Discount(percent=Decimal(5)),
    items=(
        QuoteItem(id="i1", name="Laptop", product=Named(id="a1"), quantity=Decimal("2.5"), price=Decimal("99.95")),
        QuoteItem(
            id="i2", name="Backup", product=Named(id="a1"), term=Term.MONTHLY, price=Decimal(9), setup_price=Decimal(50)
        ),
    ),
)
CHANGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (CLIENT, "10", {"website": None, "main_site/phonenumber": "555-0199", "main_site/line1": "2 Main St"}),
    (USERS, "31", {"surname": "Cole", "name": "Kim Cole", "mobilenumber": None}),
    (OPPORTUNITIES, "500", {"summary": "Anew"}),
    (ITEM, "90", {"description": None}),
    (QUOTATION, "600", {"note": "As agreed", "expiry_date": "2026-04-01T00:00:00Z"}),
)


class Validator(Protocol):
    """What the checker's class can do."""

    def check(self, *args: Any) -> list[tuple[str, str]]:
        """Return what deviates, each with its side."""
        ...


def checker(contract_dir: Path, *, strict: bool) -> Validator:
    """Return what checks against the file; a strict one minds members that it does not name."""
    place = contract_dir / "tools" / "contract_proxy.py"
    spec = importlib.util.spec_from_file_location("contract_proxy", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Validator = module.Validator(SPEC, prefix="/api", strict=strict)
    return made


@pytest.fixture(scope="session")
def validator(contract_dir: Path) -> Validator:
    return checker(contract_dir, strict=True)


def known() -> Known:
    made = Known()
    made.add(Company(id="c1", name="Northwind Traders"), external="10")
    made.add(Contact(id="p1", first_name="Kim", company=Named(id="c1")), external="31")
    made.add(Contact(id="p8", first_name="Abe", email="abe@litware.example", company=Named(id="c9")))
    made.add(Product(id="a1", name="Laptop"), external="90")
    made.externals[RecordRef(kind=RecordKind.OPPORTUNITY, id="d1")] = "500"
    made.defaults = {
        SHIPPING_ITEM: "90",
        SETUP_ITEM: "91",
        f"{OPPORTUNITIES}.tickettype_id": "40",
        f"{OPPORTUNITIES}.status_id": "2",
        f"{OPPORTUNITIES}.team": "Sales",
        f"{CLIENT}.toplevel_id": "1",
        f"{ITEM}.nominalcode": "4000",
        f"{ITEM}.purchasenominalcode": "5000",
        f"{QUOTATION}.daystodeliver": "14",
    }
    pairs = ((OWNER, "o1", "2"), (STAGE, "s1", "111"), (CATEGORY, "k1", "1"), (PAYMENT_TERM, "t1", "121"))
    for kind, source, target in (*pairs, (PRODUCT_GROUP, "h1", "70/80")):
        made.map(kind, source, target, name="Ana Bowman")
    return made


async def create(at: Desk, draft: Draft | None) -> str:
    assert draft is not None
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    told = {"entity": draft.entity, "key": draft.key, "fields": dict(draft.fields), "parent_id": draft.parent_id}
    made = await at.connector.create(draft)
    intent = Intent.model_validate({"id": "i", "ref": draft.ref, "created_at": moment, **told})
    assert made in {found.id for found in await at.connector.find_created(intent)}
    return made


async def every_call(at: Desk) -> None:
    """Let the connector do everything that it can do, for every kind of record."""
    connector, refs = at.connector, known()
    await connector.test()
    at.practice.setting("rmaincontactcompulsary")
    await connector.prepare(list(RecordKind))
    for kind in connector.mapping_kinds:
        await connector.targets(kind.name, ["72/82", "3"])
    await connector.listings({kind.name: ["72/82", "9999"] for kind in connector.mapping_kinds})
    for record in RECORDS:
        drafted = connector.draft(record, refs)
        assert drafted.failures == ()
        made = await create(at, drafted.draft)
        await connector.read(connector.entity_of(record), [made, "999999"])
        await connector.candidates(record, parent_id="10")
    quote_id = await create(at, connector.draft_quote(QUOTE, refs).main.draft)
    refs.externals[RecordRef(kind=RecordKind.QUOTE, id="q1")] = quote_id
    drafts = connector.draft_quote(QUOTE, refs)
    assert (drafts.failures, drafts.main.failures) == ((), ())
    lines = [await create(at, line) for line in drafts.lines]
    for entity, external_id, fields in CHANGES:
        await connector.update(entity, external_id, "", fields, f"Update {entity}")
    await connector.update(LINES, lines[1], quote_id, {"quantity": Decimal("2.5"), "description": None}, "Update line")
    await connector.delete(LINES, lines[0], quote_id, "Delete line")
    at.practice.switch("client_makes", "nothing")
    siteless = {"name": "Adatum", "main_site/phonenumber": "555", "main_site/line1": "1 Quay"}
    contact = {"main_contact/name": "Abe", "main_contact/emailaddress": "abe@x.example"}
    ref = RecordRef(kind=RecordKind.COMPANY, id="c8")
    await connector.create(Draft(ref, CLIENT, {**siteless, **contact}, "company Adatum"))
    await every_read(at, quote_id)


async def every_read(at: Desk, quote_id: str) -> None:
    connector = at.connector
    at.practice.store.update("Opportunities", 501, {"status_id": 23})
    for entity in (CLIENT, USERS, OPPORTUNITIES, ITEM, QUOTATION):
        await connector.read(entity, [str(row_id) for row_id in at.rows(entity)])
    await connector.lines([quote_id])
    await connector.lines([str(row_id) for row_id in at.rows("Quotation")] + ["999999"])
    await connector.by_keys(QUOTATION, ["Q-9"])
    await connector.by_keys(QUOTATION, ["Q-9"])
    await connector.by_keys(ITEM, ["64f0", "64f1"])
    at.client._unsearchable |= {(ITEM, "externalreference"), (ITEM, "id")}
    await connector.by_keys(ITEM, ["64f0"])
    await connector.read(ITEM, [str(row_id) for row_id in at.rows("Item")])
    await connector.stamped_quotes()
    await connector.candidates(QUOTE, parent_id="")


@asynccontextmanager
async def called() -> AsyncIterator[list[Exchange]]:
    """Give the exchanges of every call that there is and that succeeded."""
    async with desk() as at:
        await every_call(at)
        yield [each for each in at.exchanges if each.status in (200, 201, 404)]


def deviations(validator: Validator, exchanges: Iterable[Exchange]) -> list[str]:
    """Return what deviates in requests of the client's journal."""
    found = []
    for each in exchanges:
        url = urlsplit(each.url)
        query = parse_qsl(url.query, keep_blank_values=True)
        headers, body = titled(each.request_headers), each.request_body.encode()
        found += [
            f"{side} {each.method} {url.path}: {text}"
            for side, text in validator.check(each.method, url.path, query, headers, body)
        ]
    return found


def titled(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with their names written as the checker looks for them."""
    return {name.title(): value for name, value in headers.items()}


async def test_no_request_deviates_from_the_published_description(validator: Validator) -> None:
    async with called() as exchanges:
        found = deviations(validator, exchanges)
    unnamed = {each.partition("/api/")[2].partition(":")[0].partition(" ")[0] for each in found if "path " in each}
    assert [each for each in found if not any(f"/api/{path}" in each for path in KNOWN_PATHS)] == []
    assert unnamed == set(KNOWN_PATHS)
    seen = {(each.method, re.sub(r"/\d+$", "/#", urlsplit(each.url).path).partition("/api/")[2]) for each in exchanges}
    for entity in (CLIENT, SITE, USERS, OPPORTUNITIES, ITEM, QUOTATION):
        assert {("POST", entity), ("GET", entity), ("GET", f"{entity}/#")} <= seen


async def test_a_wrong_request_would_be_found(validator: Validator) -> None:
    """Show that the test above can fail."""
    async with desk() as at:
        await at.client.post(CLIENT, {"name": "Litware"}, label="Create company Litware")
        good = at.exchanges[-1]
    wrong = (
        good.model_copy(update={"url": good.url.replace("Client", "Clients")}),
        good.model_copy(update={"method": "PUT"}),
        good.model_copy(update={"url": f"{good.url}?colour=red"}),
        good.model_copy(update={"request_body": '{"name": "Litware"}'}),
        good.model_copy(update={"request_body": '[{"name": "Litware", "title": "x"}]'}),
        good.model_copy(update={"request_body": '[{"name": 7}]'}),
    )
    assert deviations(validator, [good]) == []
    assert [bool(deviations(validator, [each])) for each in wrong] == [True] * len(wrong)
