"""The ConnectWise client's requests, and the answers to them, against the published description of the API.

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
from sync_desktop.domain.mappings import OTHERS
from sync_desktop.domain.records import (
    Address,
    Company,
    Contact,
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
from sync_desktop.psa.connectwise.fields import SETUP_ITEM, SHIPPING_ITEM
from sync_desktop.psa.connectwise.kinds import BUSINESS_UNIT, COMPANY_STATUS, LOCATION, PRODUCT_CATEGORY, TAX_CODE
from sync_desktop.psa.connectwise.rows import CATALOG, COMPANIES, CONTACTS, LINES, OPPORTUNITIES, QUOTES
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE, STATUS
from tests.psa.connectwise_desk import Desk, desk
from tests.psa.tenant_client import Known
from tests.sandbox.connectwise_tenant import ROOT, ROWS

SPEC = "cw-cut.json"
KNOWN_PATHS = ("finance/billingCycles",)
"""Paths that the file does not name: it was cut from the description of 2022, which leaves this table out."""
CATEGORY_OF_PRODUCTS = Named(id="h1", name="Laptops")
COMPANY = Company(
    id="c9",
    name="Litware",
    type="Customer",
    phone="555 0100",
    website="https://litware.example",
    address=Address(street="1 Main St", city="Boise", state="ID", zip="83702", country="United States"),
    account_manager=Named(id="o1", name="Rosa Varga"),
    payment_term_id="t1",
)
RECORDS = (
    COMPANY,
    Contact(id="p9", first_name="Ada", last_name="Kaur", email="ada@x.example", phone="555 1", company=Named(id="c1")),
    Opportunity(
        id="d9",
        name="Server",
        description="As agreed",
        company=Named(id="c1"),
        contact=Named(id="p1"),
        owner=Named(id="o1", name="Rosa Varga"),
        stage=Named(id="s1", name="Quote"),
        category=Named(id="k1", name="Hardware"),
        probability=Decimal("0.5"),
        expected_close_date=datetime(2026, 5, 1, tzinfo=UTC),
    ),
    Product(
        id="64f0",
        name="Firewall",
        mpn="FW-1",
        manufacturer="Corvane",
        category=CATEGORY_OF_PRODUCTS,
        price=Decimal("99.9"),
        is_serialized=True,
    ),
    Product(
        id="64f1",
        name="Backup",
        type=ProductType.SERVICE,
        term=Term.MONTHLY,
        category=CATEGORY_OF_PRODUCTS,
        price=Decimal("9.5"),
    ),
    Product(id="64f2", name="Engineer", type=ProductType.LABOR, category=CATEGORY_OF_PRODUCTS, price=Decimal(120)),
    Product(id="64f3", name="All in", type=ProductType.BUNDLE, category=CATEGORY_OF_PRODUCTS, price=Decimal(300)),
)
QUOTE = Quote(
    id="q1",
    number="Q-9",
    title="New office",
    company=Named(id="c1"),
    opportunity=Named(id="d1"),
    shipping=Shipping(type=Named(id="x1", name="Courier"), price=Decimal(15)),
    items=(
        QuoteItem(id="i1", name="Laptop", product=Named(id="a1"), quantity=Decimal("2.5"), price=Decimal("99.95")),
        QuoteItem(
            id="i2", name="Backup", product=Named(id="a1"), term=Term.MONTHLY, price=Decimal(9), setup_price=Decimal(50)
        ),
    ),
)
CHANGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (COMPANIES, "21", {"phoneNumber": "555-0199", "website": None, "country/id": 1}),
    (
        CONTACTS,
        "40",
        {"lastName": "Cole", "communicationItems/Email/1": "k@x.example", "communicationItems/Phone/2": None},
    ),
    (CONTACTS, "41", {"communicationItems/Phone/2": "555-0177"}),
    (OPPORTUNITIES, "50", {"name": "Anew", "notes": None}),
    (CATALOG, "90", {"description": "Laptop 5"}),
    (LINES, "95", {"quantity": Decimal("2.5"), "recurring/recurringRevenue": Decimal("9.95")}),
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
    made: Validator = module.Validator(SPEC, prefix=ROOT, strict=strict)
    return made


@pytest.fixture(scope="session")
def validator(contract_dir: Path) -> Validator:
    return checker(contract_dir, strict=False)


@pytest.fixture(scope="session")
def strict_validator(contract_dir: Path) -> Validator:
    return checker(contract_dir, strict=True)


def known() -> Known:
    made = Known()
    made.add(Company(id="c1", name="Northwind Traders"), external="20")
    made.add(Contact(id="p1", first_name="Kim"), external="40")
    made.add(Product(id="a1", name="Laptop", term=Term.MONTHLY), external="90")
    made.externals[RecordRef(kind=RecordKind.OPPORTUNITY, id="d1")] = "50"
    made.defaults = {SHIPPING_ITEM: "90", SETUP_ITEM: "90"}
    pairs = ((OWNER, "o1", "2"), (STAGE, "s1", "8"), (CATEGORY, "k1", "2"), (PAYMENT_TERM, "t1", "6"))
    of_site = ((LOCATION, "11"), (BUSINESS_UNIT, "10"), (COMPANY_STATUS, "1"), (TAX_CODE, "7"), (STATUS, "1"))
    others = ((kind, OTHERS, target) for kind, target in of_site)
    for kind, source, target in (*pairs, *others, (PRODUCT_CATEGORY, "h1", "60/70/80")):
        made.map(kind, source, target, name="Rosa Varga")
    return made


async def create(at: Desk, draft: Draft | None) -> str:
    assert draft is not None
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    told = {"entity": draft.entity, "key": draft.key, "fields": dict(draft.fields), "created_at": moment}
    made = await at.connector.create(draft)
    (found,) = await at.connector.find_created(Intent.model_validate({"id": "i", "ref": draft.ref, **told}))
    assert found.id == made
    return made


async def every_call(at: Desk) -> None:
    """Let the connector do everything that it can do, for every kind of record."""
    connector, refs = at.connector, known()
    await connector.test()
    await connector.prepare(list(RecordKind))
    for kind in connector.mapping_kinds:
        await connector.targets(kind.name, ["41/71/81", "3"])
    for record in RECORDS:
        drafted = connector.draft(record, refs)
        assert drafted.failures == ()
        made = await create(at, drafted.draft)
        await connector.read(connector.entity_of(record), [made, "999999"])
        await connector.candidates(record, parent_id="20")
    drafts = connector.draft_quote(QUOTE, refs)
    assert drafts.failures == ()
    lines = [await create(at, line) for line in drafts.lines]
    for entity, external_id, fields in CHANGES:
        await connector.update(entity, external_id, "", fields, f"Update {entity}")
    await connector.read(QUOTES, ["50"])
    await connector.lines(["50"])
    await connector.by_keys(QUOTES, ["Q-9"])
    await connector.by_keys(CATALOG, ["64f0", "64f1"])
    await connector.stamped_quotes()
    await connector.candidates(QUOTE, parent_id="")
    await connector.delete(LINES, lines[0], "50", "Delete line")


@asynccontextmanager
async def called() -> AsyncIterator[list[Exchange]]:
    """Give the exchanges of every call that there is and that succeeded.

    Custom fields are left out: the file calls their value an object, by the name of its type; real ones are texts.
    """
    plain = [{**row, "customFields": []} for row in ROWS[COMPANIES]]
    async with desk(rows={COMPANIES: plain}) as at:
        at.practice.switch("media_type", "json")  # the checker knows answers by the plain name of their type only
        await every_call(at)
        yield [each for each in at.sent if each.status in (200, 201, 204)]


def deviations(validator: Validator, exchanges: Iterable[Exchange]) -> list[str]:
    """Return what deviates in exchanges of the client's journal."""
    found = []
    for each in exchanges:
        url = urlsplit(each.url)
        path = re.sub(r"^/v\w+/apis/3\.0", ROOT, url.path)
        told = validator.check(
            each.method,
            path,
            parse_qsl(url.query, keep_blank_values=True),
            titled(each.request_headers),
            each.request_body.encode(),
            each.status,
            titled(each.response_headers),
            each.response_body.encode(),
        )
        found += [f"{side} {each.method} {path}: {text}" for side, text in told]
    return found


def titled(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with their names written as the checker looks for them."""
    return {name.title(): value for name, value in headers.items()}


async def test_no_request_and_no_answer_deviates_from_the_published_description(validator: Validator) -> None:
    async with called() as exchanges:
        found = deviations(validator, exchanges)
    unnamed = [each for each in found if each.endswith("is not in the specification")]
    assert [each for each in found if each not in unnamed] == []
    assert {each.split(f"{ROOT}/")[1].rstrip(":").partition(":")[0] for each in unnamed} == set(KNOWN_PATHS)
    seen = {
        (each.method, re.sub(r"/\d+(?=/|$)", "/#", urlsplit(each.url).path).partition("3.0/")[2]) for each in exchanges
    }
    for entity in (COMPANIES, CONTACTS, OPPORTUNITIES, CATALOG, LINES):
        assert {("POST", entity), ("PATCH", f"{entity}/#"), ("GET", entity)} <= seen
    assert ("DELETE", f"{LINES}/#") in seen


async def test_no_member_is_sent_that_the_description_does_not_name(strict_validator: Validator) -> None:
    async with called() as exchanges:
        sent = [each for each in deviations(strict_validator, exchanges) if each.startswith("REQ ")]
    assert [each for each in sent if not each.endswith("is not in the specification")] == []


async def test_a_wrong_request_would_be_found(strict_validator: Validator) -> None:
    """Show that the tests above can fail."""
    async with desk() as at:
        await at.client.info()
        refs = known()
        await at.connector.prepare(list(RecordKind))
        await create(at, at.connector.draft(COMPANY, refs).draft)
        good = next(each for each in at.sent if each.method == "POST")
    wrong = (
        good.model_copy(update={"url": good.url.replace("companies", "company")}),
        good.model_copy(update={"method": "DELETE"}),
        good.model_copy(update={"request_headers": {}}),
        good.model_copy(update={"request_body": '{"identifier": "x", "name": "x", "title": "x"}'}),
        good.model_copy(update={"request_body": '{"name": "x"}'}),
    )
    for each in wrong:
        assert [told for told in deviations(strict_validator, [each]) if told.startswith("REQ ")]
