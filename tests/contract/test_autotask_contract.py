"""The client's requests and the practice server's answers against Autotask's published description.

The description and its checker are no part of the project: `--contract-dir` names the folder that holds them.
"""

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from sync_desktop.assembly import keep_sites, open_workbench
from sync_desktop.cli.practice import practice_secrets, practice_sites
from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.links import Intent
from sync_desktop.domain.records import Company, Contact, Named, Opportunity, Product, ProductType, Quote, RecordRef
from sync_desktop.domain.words import AttemptKind, RecordKind
from sync_desktop.psa.autotask.kinds import KINDS
from sync_desktop.psa.connector import Draft
from sync_desktop.sandbox.server import Sandbox
from tests.psa.tenant_client import Desk, desk
from tests.sandbox.autotask_tenant import (
    COMPANY,
    CONTACT,
    ITEM,
    OPPORTUNITY,
    PRODUCT,
    QUOTE,
    SERVICE,
)
from tests.sandbox.world_files import world_of

SPEC, PREFIX = "autotask-cut.json", "/ATServicesRest"
SERVICE_2026 = frozenset(
    {
        "catalogNumberPartNumber",
        "externalID",
        "internalID",
        "manufacturerServiceProvider",
        "manufacturerServiceProviderProductNumber",
        "sku",
        "url",
    }
)
KNOWN: Mapping[str, frozenset[str]] = {
    # The published file was cut from the description of 2020; these came later and are in the one of 2026.
    "Services": SERVICE_2026,
    "ServiceBundles": SERVICE_2026,
    "Products": frozenset({"createdByResourceID", "createdTime", "defaultInstalledProductCategoryID"}),
    "Quotes": frozenset(
        {
            "lastPublishedByResourceID",
            "lastPublishedDateTime",
            # The help page of Quotes names it among the fields that cannot be queried; the file does not.
            "groupByProductCategory",
        }
    ),
    # Seen in live rows, and in error texts where somebody sent it as null; the file leaves it out.
    "QuoteItems": frozenset({"sortOrderID"}),
}
"""By entity, the members that the published file does not name although they are there."""
KNOWN_PATHS = ("Tickets/query", "Projects/query")
"""Paths that the file does not name: it was cut, and the description of 2020 that it was cut from has both.

Tickets have `opportunityID` there; projects got it later: the vendor's field information of 2023 has it.
"""


class Validator(Protocol):
    """What the checker's class can do."""

    def check(self, *args: Any) -> list[tuple[str, str]]:
        """Return what deviates, each with its side."""
        ...


@pytest.fixture(scope="session")
def checker(contract_dir: Path) -> Path:
    return contract_dir / "tools" / "contract_proxy.py"


@pytest.fixture(scope="session")
def tool(checker: Path) -> Any:
    """Return the checker as a module."""
    spec = importlib.util.spec_from_file_location("contract_proxy", checker)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def validator(tool: Any) -> Validator:
    """Return what checks against the file as it is."""
    made: Validator = tool.Validator(SPEC, prefix=PREFIX, strict=False)
    return made


def deviations(validator: Validator, exchanges: Iterable[Exchange]) -> list[str]:
    """Return what deviates in exchanges of the client's journal."""
    found = []
    for each in exchanges:
        url = urlsplit(each.url)
        told = validator.check(
            each.method,
            url.path,
            parse_qsl(url.query, keep_blank_values=True),
            titled(each.request_headers),
            each.request_body.encode(),
            each.status,
            titled(each.response_headers),
            each.response_body.encode(),
        )
        found += [f"{side} {each.method} {url.path}: {text}" for side, text in told]
    return found


def titled(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with their names written as the checker looks for them."""
    return {name.title(): value for name, value in headers.items()}


def draft(entity: str, fields: Mapping[str, Any], parent_id: str = "") -> Draft:
    ref = RecordRef(kind=RecordKind.QUOTE, id="q1")
    return Draft(ref=ref, entity=entity, fields=fields, label=entity, parent_id=parent_id)


LINES: tuple[dict[str, Any], ...] = (
    ITEM,
    {**ITEM, "quoteItemType": 2, "productID": None, "chargeID": 80, "unitPrice": Decimal("50.5")},
    {**ITEM, "quoteItemType": 3, "productID": None, "laborID": 92, "quantity": Decimal("7.5")},
    {**ITEM, "quoteItemType": 6, "productID": None, "shippingID": 93, "lineDiscount": Decimal("0.1")},
    {**ITEM, "quoteItemType": 11, "productID": None, "serviceID": 90, "percentageDiscount": Decimal("14.5")},
    {**ITEM, "quoteItemType": 12, "productID": None, "serviceBundleID": 91, "isOptional": True},
)
CREATES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("Companies", COMPANY, ""),
    ("Contacts", CONTACT, "10"),
    ("Opportunities", OPPORTUNITY, ""),
    ("Products", {**PRODUCT, "externalProductID": "a1"}, ""),
    ("Services", {**SERVICE, "externalID": "a2"}, ""),
    ("ServiceBundles", {**SERVICE, "name": "All in two", "externalID": "a3"}, ""),
    ("QuoteLocations", {"city": "Boise"}, ""),
    ("Quotes", {**QUOTE, "effectiveDate": "2026-03-01T00:00:00Z", "externalQuoteNumber": "Q-9"}, ""),
    *(("QuoteItems", line, "50") for line in LINES),
)
CHANGES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("Companies", "10", "", {"phone": "555-0199"}),
    ("Contacts", "20", "10", {"lastName": "Cole"}),
    ("Opportunities", "30", "", {"title": "Anew", "description": None}),
    ("Products", "70", "", {"name": "Laptop 5"}),
    ("Services", "90", "", {"name": "Backup 5"}),
    ("ServiceBundles", "91", "", {"name": "All in 5"}),
    ("Quotes", "50", "", {"expirationDate": "2026-05-01T00:00:00Z", "purchaseOrderNumber": None}),
    ("QuoteItems", "60", "50", {"quantity": Decimal("2.5"), "lineDiscount": Decimal("0.05")}),
)
RECORDS = (
    Company(id="c1", name="Northwind Traders", website="northwind.example", phone="555-0100"),
    Contact(id="p1", first_name="Kim", last_name="Abercrombie", email="kim@northwind.example", company=Named(id="c1")),
    Opportunity(id="d1", name="Refresh", company=Named(id="c1")),
    Product(id="a1", name="Laptop", mpn="LX-5", internal_id="SKU"),
    Product(id="a2", name="Backup", type=ProductType.SERVICE),
    Product(id="a3", name="Engineer", type=ProductType.LABOR),
    Quote(id="q1", number="Q-9", title="Refresh"),
)


async def every_call(at: Desk) -> None:
    """Let the connector do everything that it can do, for every entity."""
    connector = at.connector
    await connector.test()
    await connector.prepare(list(RecordKind))
    for kind in KINDS:
        await connector.targets(kind.name)
    await connector.listings({kind.name: ["999999"] for kind in KINDS})
    at_moment = datetime(2026, 3, 1, tzinfo=UTC)
    for entity, fields, parent in CREATES:
        sent = {name: value for name, value in fields.items() if value is not None}
        made = await connector.create(draft(entity, fields, parent))
        await connector.read(entity, [made, "999999"])
        key = str(sent.get("externalQuoteNumber", ""))
        ref = RecordRef(kind=RecordKind.QUOTE, id="q1")
        told = {"entity": entity, "key": key, "fields": sent, "parent_id": parent, "created_at": at_moment}
        if entity != "Products":
            await connector.find_created(Intent.model_validate({"id": "i", "ref": ref, **told}))
        await connector.by_keys(entity, ["Q-9", "a1", "a2"])
    for entity, external_id, parent, fields in CHANGES:
        await connector.update(entity, external_id, parent, fields, f"Update {entity}")
    for record in RECORDS:
        await connector.candidates(record, parent_id="10")
    at.practice.store.update("Opportunities", 30, {"status": 3})
    await connector.read("Opportunities", ["30"])
    await connector.read("Resources", ["3"])
    await connector.read("Roles", ["92"])
    await connector.lines(["50"])
    await connector.stamped_quotes()
    await connector.delete("QuoteItems", "60", "50", "Delete item")


@asynccontextmanager
async def called() -> AsyncIterator[list[Exchange]]:
    """Give the exchanges of every call that there is."""
    async with desk() as at:
        await every_call(at)
        yield [each for each in at.sent if each.status == 200]


def unnamed(deviation: str) -> str:
    """Return the path that a deviation is about where it is one that the file does not name."""
    return next((path for path in KNOWN_PATHS if f"{PREFIX}/V1.0/{path}: path " in deviation), "")


async def test_no_request_and_no_answer_deviates_from_the_published_description(validator: Validator) -> None:
    async with called() as exchanges:
        found = deviations(validator, exchanges)
    assert [each for each in found if not unnamed(each)] == []
    assert {unnamed(each) for each in found} == set(KNOWN_PATHS)
    seen = {(each.method, re.sub(r"/\d+(?=/|$)", "/#", urlsplit(each.url).path)) for each in exchanges}
    for entity, _, parent in CREATES:
        path = {"Contacts": "Companies/#/Contacts", "QuoteItems": "Quotes/#/Items"}.get(entity, entity)
        assert ("POST", f"{PREFIX}/V1.0/{path}") in seen, parent
        if entity != "QuoteLocations":
            assert ("PATCH", f"{PREFIX}/V1.0/{path}") in seen


async def test_the_only_members_that_the_description_does_not_name_are_known_and_why(tool: Any) -> None:
    validator = tool.Validator(SPEC, prefix=PREFIX, strict=True)
    async with called() as exchanges:
        found = [each for each in deviations(validator, exchanges) if not unnamed(each)]
    unknown: dict[str, set[str]] = {}
    for each in found:
        place, _, text = each.partition(": ")
        assert "Additional properties are not allowed" in text, each
        entity = place.removesuffix("/query").rpartition("/")[2]
        unknown.setdefault(entity, set()).update(re.findall(r"'(\w+)'", text))
    for entity, names in unknown.items():
        assert names <= KNOWN.get(entity, frozenset()), entity
    sent = [each for each in found if each.startswith("REQ ")]
    assert {re.findall(r"'(\w+)'", each)[0] for each in sent} == {"externalID"}, "the one 2026 member that is sent"


async def test_a_wrong_request_would_be_found(validator: Validator) -> None:
    """Show that the two tests above can fail."""
    async with desk() as at:
        await at.client.threshold()
        (good,) = at.sent
    wrong = (
        good.model_copy(update={"url": good.url.replace("ThresholdInformation", "Thresholds")}),
        good.model_copy(update={"method": "DELETE"}),
        good.model_copy(update={"request_headers": {}}),
        good.model_copy(update={"response_body": json.dumps({"externalRequestThreshold": "many"})}),
    )
    assert deviations(validator, [good]) == []
    for each in wrong:
        assert deviations(validator, [each])


@contextmanager
def proxy(checker: Path, target: str) -> Iterator[str]:
    """Run the checker as a proxy before a server and give its address."""
    command = [sys.executable, str(checker), SPEC, PREFIX, "0", target]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


async def test_a_synchronisation_through_the_checking_proxy_deviates_nowhere(checker: Path, tmp_path: Path) -> None:
    async with Sandbox(world_of("autotask")) as sandbox:
        servers = sandbox.site()
        with proxy(checker, servers.psa_origin) as origin:
            (site,) = practice_sites(sandbox.describe())
            zone = site.connection["zone_url"].replace(servers.psa_origin, origin)
            site = site.model_copy(update={"connection": {**site.connection, "zone_url": zone}})
            await keep_sites(tmp_path / "workspace.db", [site])
            bench = await open_workbench(tmp_path / "workspace.db", practice_secrets())
            try:
                await bench.runs.read_only()
                cases = ("in step", "ready", "ready: new product", "ready: new company", "ready: new contact")
                numbers = {servers.cases[case][0] for case in cases}
                rows = servers.quoting_store.rows("quote")
                refs = [
                    RecordRef(kind=RecordKind.QUOTE, id=key) for key, row in rows.items() if row["number"] in numbers
                ]
                written = await bench.runs.batch(site.id, refs, AttemptKind.WRITE, "Writing 5 quotes")
                again = await bench.runs.batch(site.id, refs, AttemptKind.WRITE, "Writing 5 quotes")
                await bench.links.rebuild(site.id)
            finally:
                await bench.close()
            async with httpx.AsyncClient(trust_env=False) as http:
                told = (await http.get(f"{origin}/__violations")).json()
    assert written.by_outcome == {"in step": 1, "written": 4}
    assert again.by_outcome == {"in step": 5}
    assert told["violations"] == []
    assert told["checked"] > 50
