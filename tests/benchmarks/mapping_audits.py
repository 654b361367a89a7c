"""Calls and time for auditing 2,000 mappings over three PSAs, beside one GET a mapping; and for a large workspace."""

import tempfile
import time
from base64 import b64encode
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from sync_desktop.assembly import keep_sites, open_workbench
from sync_desktop.cli.practice import practice_secrets, practice_sites
from sync_desktop.domain.mappings import Mapping
from sync_desktop.domain.records import Category, Named, Product, Quote, QuoteItem
from sync_desktop.domain.words import MappingOrigin
from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.storage import mappings, records
from sync_desktop.storage.transaction import Transaction
from sync_desktop.workbench.bench import Workbench
from tests.sandbox.world_files import world_of

MAPPINGS = {"autotask": 667, "connectwise": 667, "halopsa": 666}
"""Categories that are mapped, of each site: 2,000 together; what else the practice world maps is audited besides."""
BROKEN_EVERY = 40
"""One in so many targets has been deactivated, or is not for items any more."""
PRODUCTS, QUOTES, LINES = 5_000, 2_000, 12
_FIRST = 10_000
"""The first id of what is made up here; the practice world's own are lower."""
_KINDS = {"connectwise": "product-category", "halopsa": "product-group"}

Row = dict[str, Any]


async def measure_audits() -> dict[str, Any]:
    """Return calls and milliseconds of audits and of one GET a mapping, and how long a large workspace takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workspace.db"
        async with Sandbox(_world()) as sandbox:
            await keep_sites(path, practice_sites(sandbox.describe()))
            bench = await open_workbench(path, practice_secrets())
            try:
                await bench.runs.read_only()
                await _map(bench)
                told = {"mappings": sum(MAPPINGS.values()), "sites": await _audited(bench)}
                told["one_get_each"] = await _one_get_each(sandbox)
                told["large"] = await _large(bench)
            finally:
                await bench.close()
    return told


def _world() -> Row:
    """Return the practice worlds of all PSAs with many more categories, a product and a target for each of them."""
    sites = [deepcopy(world_of(psa)["sites"][0]) for psa in MAPPINGS]
    for site in sites:
        psa, rows = site["psa"], site["salesbuildr"]
        product = next(row for row in rows["product"] if row["productType"] == "product")
        for number in range(MAPPINGS[psa]):
            row_id, code = _category_id(psa, number), _FIRST + number if psa == "autotask" else None
            rows["category"].append({"id": row_id, "name": f"Category {number}", "billingCode": code})
            made = {"id": f"product-{row_id}", "categoryId": row_id, "externalIdentifier": None}
            rows["product"].append({**product, **made})
            _add_target(site[psa], psa, number)
    return {"schema_version": 1, "name": "many mappings", "sites": sites}


def _category_id(psa: str, number: int) -> str:
    return f"{psa}-category-{number}"


def _add_target(rows: dict[str, list[Row]], psa: str, number: int) -> None:
    row_id, fine = _FIRST + number, number % BROKEN_EVERY != 0
    match psa:
        case "autotask":
            kept = {"useType": 4, "billingCodeType": 0, "generalLedgerAccount": 4000, "taxCategoryID": 1}
            rows["BillingCodes"].append({"id": row_id, "name": f"Code {number}", "isActive": fine, **kept})
        case "connectwise":
            parent = {"id": 31, "name": "Hardware"}
            row = {"id": row_id, "name": f"Subcategory {number}", "inactiveFlag": not fine, "category": parent}
            rows["procurement/subcategories"].append(row)
        case _:
            rows["AssetGroup"].append({"id": row_id, "name": f"Group {number}", "showasitem": fine})


async def _map(bench: Workbench) -> None:
    """Map the categories whose mapping Salesbuildr's API does not show, as a file would."""
    at = datetime.now(UTC)
    for site in await bench.sites.sites():
        kind, psa = _KINDS.get(site.psa.value), site.psa.value
        if kind is None:
            continue
        made = [
            Mapping(
                kind=kind,
                source_id=_category_id(psa, number),
                source_name=f"Category {number}",
                target_id=f"31/{_FIRST + number}/1" if psa == "connectwise" else str(_FIRST + number),
                origin=MappingOrigin.FILE,
            )
            for number in range(MAPPINGS[psa])
        ]

        def store(tx: Transaction, site_id: str = site.id, made: list[Mapping] = made) -> None:
            for mapping in made:
                mappings.save_mapping(tx, site_id, mapping, at=at)

        await bench._stage.workspace.write(store)


async def _audited(bench: Workbench) -> dict[str, dict[str, int]]:
    """Audit each site twice, so that nothing is left to be learnt, and return the second one's numbers."""
    found = {}
    for site in await bench.sites.sites():
        await bench.mappings.audit([site.id])
        result = await bench.mappings.audit([site.id])
        pages = [await bench.mappings.page(site.id, kind.name) for kind in await bench.mappings.kinds(site.id)]
        made_up = [
            row for page in pages for row in page.rows if row.source_id.startswith(f"{site.psa.value}-category-")
        ]
        broken = len({row.source_id for row in made_up if row.state.is_broken})
        expected = -(-MAPPINGS[site.psa.value] // BROKEN_EVERY)
        if result.problems or broken != expected:
            raise RuntimeError(f"{site.name}: {broken} of {expected} broken mappings were found. {result.problems}")
        found[site.psa.value] = {"calls": result.calls, "milliseconds": result.milliseconds}
    return found


async def _one_get_each(sandbox: Sandbox) -> dict[str, dict[str, int]]:
    """Ask for each target by its id, over one connection a PSA, and return calls and milliseconds."""
    found = {}
    for told in sandbox.describe()["sites"]:
        psa = told["psa"]
        reached = told[psa]
        async with httpx.AsyncClient(trust_env=False) as http:
            url, headers = await _signed(http, psa, reached)
            sandbox.log.clear()
            began = time.perf_counter()
            for number in range(MAPPINGS[psa]):
                answer = await http.get(f"{url}/{_FIRST + number}", headers=headers)
                answer.raise_for_status()
            spent = round((time.perf_counter() - began) * 1000)
        found[psa] = {"calls": len(sandbox.log.entries(system=psa)), "milliseconds": spent}
    return found


async def _signed(http: httpx.AsyncClient, psa: str, reached: Row) -> tuple[str, dict[str, str]]:
    """Return the address of a PSA's rows and the headers that it wants."""
    match psa:
        case "autotask":
            headers = {
                "UserName": reached["username"],
                "Secret": credentials.AUTOTASK_SECRET,
                "ApiIntegrationCode": credentials.AUTOTASK_INTEGRATION_CODE,
            }
            return f"{reached['base_url']}/V1.0/BillingCodes", headers
        case "connectwise":
            user = f"{reached['company']}+{credentials.CONNECTWISE_PUBLIC_KEY}:{credentials.CONNECTWISE_PRIVATE_KEY}"
            basic = b64encode(user.encode()).decode()
            headers = {"Authorization": f"Basic {basic}", "clientId": credentials.CONNECTWISE_CLIENT_ID}
            return f"{reached['base_url']}/procurement/subcategories", headers
        case _:
            form = {
                "grant_type": "client_credentials",
                "client_id": credentials.HALOPSA_CLIENT_ID,
                "client_secret": credentials.HALOPSA_CLIENT_SECRET,
                "scope": "all",
            }
            answer = await http.post(f"{reached['auth_url']}/token", params={"tenant": reached["tenant"]}, data=form)
            answer.raise_for_status()
            return f"{reached['base_url']}/AssetGroup", {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def _large(bench: Workbench) -> dict[str, int]:
    """Return how long it takes to say how the mappings of a site with many products and quotes stand."""
    site = next(each for each in await bench.sites.sites() if each.psa.value == "autotask")
    now = datetime.now(UTC)
    categories = [Category(id=f"large-{number}", name=f"Large {number}", billing_code="401") for number in range(200)]
    products = [
        Product(id=f"large-{number}", name=f"Product {number}", category=Named(id=f"large-{number % 200}"))
        for number in range(PRODUCTS)
    ]
    quotes = [_quote(number, now) for number in range(QUOTES)]

    def store(tx: Transaction) -> None:
        records.save_categories(tx, site.id, [*records.categories(tx.conn, site.id), *categories])
        records.save_records(tx, site.id, [*products, *quotes], at=now)

    await bench._stage.workspace.write(store)
    began = time.perf_counter()
    kinds = await bench.mappings.kinds(site.id)
    await bench.mappings.page(site.id, kinds[0].name)
    first = round((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    for kind in kinds[1:]:
        await bench.mappings.page(site.id, kind.name)
    others = round((time.perf_counter() - began) * 1000)
    return {
        "products": PRODUCTS,
        "quotes": QUOTES,
        "kinds": len(kinds),
        "first_page_ms": first,
        "other_pages_ms": others,
    }


def _quote(number: int, now: datetime) -> Quote:
    items = tuple(
        QuoteItem(
            id=str(line),
            name=f"Line {line}",
            product=Named(id=f"large-{(number + line * 37) % PRODUCTS}"),
            price=Decimal("99.90"),
        )
        for line in range(LINES)
    )
    return Quote(id=f"large-{number}", number=f"L-{number}", title="Offer", status="sent", created_at=now, items=items)
