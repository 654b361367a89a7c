"""Counts requests to Autotask for one quote, beside a client that reads each dependency by itself."""

import tempfile
from pathlib import Path
from typing import Any

import httpx

from sync_desktop.assembly import keep_sites, open_workbench
from sync_desktop.cli.practice import practice_secrets, practice_sites
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, RecordKind
from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.server import Sandbox
from tests.sandbox.world_files import world_of

ITEMS = 10


async def count_requests() -> dict[str, Any]:
    """Return the counts of both clients, each against a fresh world."""
    world = world_of("autotask")
    async with Sandbox(world) as sandbox:
        number, quote_id = _quote(sandbox)
        ours = await _ours(sandbox, quote_id)
    async with Sandbox(world) as sandbox:
        _quote(sandbox)
        other = await _one_by_one(sandbox, quote_id)
    steps = {key: {"ours": ours[key], "one_by_one": other[key]} for key in ours}
    return {"quote": number, "items": ITEMS, **steps}


def _quote(sandbox: Sandbox) -> tuple[str, str]:
    """Return number and id of a quote that only has to be written, with ten items that Autotask knows and no fees."""
    ready = set(sandbox.site().cases["ready"])
    rows = sandbox.site().quoting_store.rows("quote")
    key = next(key for key, row in rows.items() if row["number"] in ready and len(row["items"]) == ITEMS)
    for item in rows[key]["items"]:
        item |= {"setupPrice": 0, "setupCost": 0}
    return str(rows[key]["number"]), key


def _counted(sandbox: Sandbox) -> dict[str, int]:
    """Return what Autotask served since the last count, the question for the zone included."""
    entries = sandbox.log.entries(system="autotask")
    sandbox.log.clear()
    reads = sum(each["method"] == "GET" or each["path"].endswith("/query") for each in entries)
    return {"total": len(entries), "reads": reads, "writes": len(entries) - reads}


async def _ours(sandbox: Sandbox, quote_id: str) -> dict[str, dict[str, int]]:
    ref = RecordRef(kind=RecordKind.QUOTE, id=quote_id)
    found: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workspace.db"
        (site,) = practice_sites(sandbox.describe())
        await keep_sites(path, [site])
        for keys in (("first", "retry"), ("fresh_retry",)):
            bench = await open_workbench(path, practice_secrets())
            try:
                if "first" in keys:
                    await bench.runs.read_only()
                sandbox.log.clear()
                for key in keys:
                    result = await bench.runs.batch(site.id, [ref], AttemptKind.WRITE, "Writing 1 quote")
                    expected = {"written": 1} if key == "first" else {"in step": 1}
                    if result.by_outcome != expected:
                        raise RuntimeError(f"{key}: {result.text}")
                    found[key] = _counted(sandbox)
            finally:
                await bench.close()
    return found


class OneByOne:
    """Synchronises a quote as scripts do: one GET for each thing that it needs, and one for each line afterwards.

    It keeps nothing between two runs but the quote's id and those of its lines, knows every field by heart, and reads
    neither pick lists nor the tenant's call count, which the application does.
    """

    _entities = {"product": "Products", "service": "Services", "labor": "Roles", "bundle": "ServiceBundles"}
    _lines = {
        "Products": (1, "productID"),
        "Services": (11, "serviceID"),
        "Roles": (3, "laborID"),
        "ServiceBundles": (12, "serviceBundleID"),
    }

    def __init__(self, http: httpx.AsyncClient, sandbox: Sandbox, quote_id: str) -> None:
        store = sandbox.site().quoting_store
        self._http = http
        self._rows = store.rows
        self._quote = store.rows("quote")[quote_id]
        self._known_quote: int | None = None
        self._known_lines: list[int] = []

    async def find_zone(self, zone_url: str, username: str) -> None:
        """Ask for the zone, once a start."""
        await self._get(zone_url, params={"user": username})

    async def run(self) -> None:
        """Read every dependency, then create or compare."""
        needed = {
            kind: self._external(kind, self._quote[f"{kind}Id"]) for kind in ("company", "contact", "opportunity")
        }
        await self._get(f"Companies/{needed['company']}")
        await self._get(f"Contacts/{needed['contact']}")
        await self._get(f"Opportunities/{needed['opportunity']}")
        references = [await self._product(item["productId"]) for item in self._quote["items"]]
        if self._known_quote is None:
            await self._create(needed, references)
        await self._get(f"Quotes/{self._known_quote}")
        for line in self._known_lines:
            await self._get(f"QuoteItems/{line}")

    async def _product(self, product_id: str) -> tuple[str, int]:
        row = self._rows("product")[product_id]
        entity = self._entities[row["productType"]]
        external = self._external("product", product_id)
        held = (await self._get(f"{entity}/{external}"))["item"]
        code = held.get("productBillingCodeID", held.get("billingCodeID"))
        if code is not None:
            await self._get(f"BillingCodes/{code}")
        return entity, external

    async def _create(self, needed: dict[str, int], references: list[tuple[str, int]]) -> None:
        places = [await self._post("QuoteLocations", {"city": "Boise"}) for _ in range(2)]
        fields = {
            "name": self._quote["title"],
            "opportunityID": needed["opportunity"],
            "companyID": needed["company"],
            "contactID": needed["contact"],
            "effectiveDate": "2026-03-01T00:00:00Z",
            "expirationDate": "2026-04-01T00:00:00Z",
            "billToLocationID": places[0],
            "shipToLocationID": places[1],
            "soldToLocationID": places[0],
            "externalQuoteNumber": self._quote["number"],
        }
        self._known_quote = await self._post("Quotes", fields)
        for item, (entity, external) in zip(self._quote["items"], references, strict=True):
            sort, member = self._lines[entity]
            line = {
                "quoteItemType": sort,
                member: external,
                "quantity": item["quantity"],
                "unitPrice": item["price"],
                "isOptional": bool(item["optional"]),
                "unitDiscount": 0,
                "lineDiscount": 0,
                "percentageDiscount": item["discount"],
            }
            self._known_lines.append(await self._post(f"Quotes/{self._known_quote}/Items", line))

    def _external(self, kind: str, row_id: str) -> int:
        return int(self._rows(kind)[row_id]["externalIdentifier"])

    async def _get(self, path: str, **rest: Any) -> Any:
        answer = await self._http.get(path, **rest)
        answer.raise_for_status()
        return answer.json()

    async def _post(self, path: str, body: dict[str, Any]) -> int:
        answer = await self._http.post(path, json=body)
        answer.raise_for_status()
        return int(answer.json()["itemId"])


async def _one_by_one(sandbox: Sandbox, quote_id: str) -> dict[str, dict[str, int]]:
    told = sandbox.describe()["sites"][0]["autotask"]
    signed = {
        "UserName": told["username"],
        "Secret": credentials.AUTOTASK_SECRET,
        "ApiIntegrationCode": credentials.AUTOTASK_INTEGRATION_CODE,
    }
    found: dict[str, dict[str, int]] = {}
    async with httpx.AsyncClient(base_url=f"{told['base_url']}/V1.0/", headers=signed, trust_env=False) as http:
        client = OneByOne(http, sandbox, quote_id)
        sandbox.log.clear()
        for key in ("first", "retry", "fresh_retry"):
            if key != "retry":
                await client.find_zone(told["zone_url"], told["username"])
            await client.run()
            found[key] = _counted(sandbox)
    return found
