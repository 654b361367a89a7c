"""The second writer into ConnectWise: Salesbuildr's own integration, with an API member of its own.

There is no quote in ConnectWise: its lines are put onto the opportunity (Salesbuildr's page on its ConnectWise fields).
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientResponse, ClientSession

from sync_desktop.sandbox.credentials import (
    CONNECTWISE_VENDOR_CLIENT_ID,
    CONNECTWISE_VENDOR_PRIVATE_KEY,
    CONNECTWISE_VENDOR_PUBLIC_KEY,
)
from sync_desktop.sandbox.lines import ONE_TIME, decimal, number
from sync_desktop.sandbox.store import Row, TextStore
from sync_desktop.sandbox.vendor import RefusedError, rows_of, write_all

LONGEST_IDENTIFIER, LONGEST_NAME, LONGEST_DESCRIPTION = 25, 100, 60
CLASSES = {"service": "Agreement", "labor": "Service", "bundle": "Bundle"}
_ADDRESS = {"addressLine1": "street", "addressLine2": "apartment", "city": "city", "state": "state", "zip": "zip"}
_CYCLES = {"monthly": "month", "quarterly": "quarter", "semi-annual": "semi", "yearly": "annual"}
"""How the names of billing cycles begin, by the terms of Salesbuildr."""


class ConnectWiseVendor:
    """Writes records of one tenant into its ConnectWise, dependencies first, and notes the new ids in Salesbuildr.

    What it stamps (`integrationXRef`) is inferred; `stamps` switches it off. Where it leads a category is what the
    world's `category-mapping` says, which Salesbuildr's public API does not show.
    """

    def __init__(self, reached: Mapping[str, str], store: TextStore, *, stamps: bool) -> None:
        self._reached = reached
        self._store = store
        self._stamps = stamps

    async def sync(self, records: list[str]) -> list[dict[str, Any]]:
        """Write records, `quote/<id>` and the like; one entry for each: `id` in the PSA, or `errors`.

        A quote's id is that of its opportunity. Raises `VendorError` where one of the records is not there, before
        anything is written.
        """
        rows = rows_of(self._store, records)
        user = f"{self._reached['company']}+{CONNECTWISE_VENDOR_PUBLIC_KEY}:{CONNECTWISE_VENDOR_PRIVATE_KEY}"
        signed = {
            "Authorization": f"Basic {b64encode(user.encode()).decode()}",
            "clientId": CONNECTWISE_VENDOR_CLIENT_ID,
        }
        async with ClientSession(headers=signed) as http:
            writer = _Writer(_Api(http, self._reached["base_url"]), self._store, stamps=self._stamps)
            return await write_all(records, rows, writer.write)


class _Api:
    """Calls the PSA. Raises `RefusedError` with the PSA's own words."""

    def __init__(self, http: ClientSession, base_url: str) -> None:
        self._http = http
        self._base_url = base_url

    async def find(self, path: str, conditions: str = "") -> list[Row]:
        """Return the rows that conditions find, a thousand at most."""
        query = {"pageSize": "1000", **({"conditions": conditions} if conditions else {})}
        async with self._http.get(f"{self._base_url}/{path}", params=query) as answer:
            rows: list[Row] = await _read(answer)
            return rows

    async def create(self, path: str, fields: Mapping[str, Any]) -> int:
        """Create a record and return its id."""
        body = {name: value for name, value in fields.items() if value not in (None, "")}
        async with self._http.post(f"{self._base_url}/{path}", json=body) as answer:
            return int((await _read(answer))["id"])


class _Writer:
    """Creates what is not there yet."""

    def __init__(self, api: _Api, store: TextStore, *, stamps: bool) -> None:
        self._api = api
        self._store = store
        self._stamps = stamps

    async def write(self, kind: str, row: Row) -> int:
        """Return the id that a record has in ConnectWise, created where it has none."""
        if kind == "quote":
            return await self._quote(row)
        if row.get("externalIdentifier"):
            return int(row["externalIdentifier"])
        match kind:
            case "company":
                made = await self._api.create("company/companies", self._company(row))
            case "contact":
                made = await self._api.create("company/contacts", await self._contact(row))
            case "opportunity":
                made = await self._api.create("sales/opportunities", await self._opportunity(row))
            case _:
                made = await self._api.create("procurement/catalog", await self._item(row))
        self._store.update(kind, row["id"], {"externalIdentifier": str(made)})
        return made

    async def _write(self, kind: str, row_id: str | None) -> int:
        row = self._store.get(kind, row_id or "")
        if row is None:
            raise RefusedError(f"{kind.capitalize()} has no external identifier")
        return await self.write(kind, row)

    async def _quote(self, quote: Row) -> int:
        """Put a quote's lines onto its opportunity, but for those that are there with their stamp."""
        opportunity = await self._write("opportunity", quote["opportunityId"])
        beside = await self._api.find("procurement/products", f"opportunity/id={opportunity}")
        there = {line.get("integrationXRef") for line in beside}
        for item in quote["items"]:
            product = await self._write("product", item["productId"])
            await self._line(opportunity, product, item, f"{quote['number']}/line:{item['id']}", there)
        shipping = quote.get("shippingType")
        if shipping and shipping.get("externalIdentifier"):
            once = {**shipping, "quantity": 1, "term": ONE_TIME}
            await self._line(
                opportunity, int(shipping["externalIdentifier"]), once, f"{quote['number']}/shipping", there
            )
        return opportunity

    async def _line(self, opportunity: int, product: int, item: Row, stamp: str, there: set[Any]) -> None:
        if stamp in there:
            return
        price = number(round(decimal(item["price"]) * (1 - decimal(item.get("discount")) / 100), 2))
        cycle = await self._cycle(item["term"])
        money = {"recurringRevenue": price, "recurringCost": item["cost"], "billCycleId": cycle}
        fields = {
            "catalogItem": {"id": product},
            "opportunity": {"id": opportunity},
            "description": item["name"],
            "customerDescription": item.get("shortDescription") or item["name"],
            "quantity": item["quantity"],
            "price": price,
            "cost": item["cost"],
            "billableOption": "Billable",
            "recurring": money if cycle else None,
            "integrationXRef": stamp if self._stamps else None,
        }
        await self._api.create("procurement/products", fields)

    async def _cycle(self, term: str) -> int | None:
        """Return the billing cycle of a term; None for what is paid once."""
        if term == ONE_TIME:
            return None
        begins = _CYCLES.get(term, term)
        rows = await self._api.find("finance/billingCycles")
        found = next((row["id"] for row in rows if row["name"].lower().startswith(begins)), None)
        if found is None:
            raise RefusedError(f"There is no billing cycle for the term {term}")
        return int(found)

    def _company(self, row: Row) -> Row:
        address = row.get("address") or {}
        return {
            "identifier": re.sub(r"[^A-Za-z0-9]", "", row["name"])[:LONGEST_IDENTIFIER],
            "name": row["name"],
            **{line: address[member] for line, member in _ADDRESS.items() if address.get(member)},
            "phoneNumber": _digits(row.get("telephone")),
            "website": row.get("website"),
            "territoryManager": self._external("owner", row.get("accountManagerId")),
            "site": {"name": "Main"},
        }

    async def _contact(self, row: Row) -> Row:
        kinds = await self._api.find("company/communicationTypes")
        mail = next((kind["id"] for kind in kinds if kind.get("emailFlag")), None)
        phone = next((kind["id"] for kind in kinds if kind.get("phoneFlag")), None)
        told = ((mail, row.get("email")), (phone, _digits(row.get("phone"))))
        return {
            "firstName": row.get("firstName"),
            "lastName": row.get("lastName"),
            "company": {"id": await self._write("company", row["companyId"])},
            "communicationItems": [{"type": {"id": kind}, "value": value} for kind, value in told if kind and value],
        }

    async def _opportunity(self, row: Row) -> Row:
        contact = await self._write("contact", row["contactId"]) if row.get("contactId") else None
        return {
            "name": row["name"][:LONGEST_NAME],
            "company": {"id": await self._write("company", row["companyId"])},
            "contact": contact and {"id": contact},
            "primarySalesRep": self._external("owner", row.get("ownerId")),
            "type": self._external("field", row.get("categoryId")),
            "stage": self._external("field", row.get("pipelineStageId")),
            "expectedCloseDate": row["expectedCloseDate"],
        }

    async def _item(self, row: Row) -> Row:
        mappings = self._store.rows("category-mapping").values()
        leads_to = next((each for each in mappings if each["categoryId"] == row.get("categoryId")), {})
        places = ("category", "subcategory", "type")
        cycle = await self._cycle(row["term"])
        money = {
            "recurringFlag": True,
            "recurringRevenue": row["price"],
            "recurringCost": row["cost"],
            "recurringBillCycle": cycle and {"id": cycle},
            "priceAttribute": "FixedFee",
        }
        return {
            "identifier": row.get("internalProductId") or row.get("mpn") or row["id"],
            "description": row["name"][:LONGEST_DESCRIPTION],
            "customerDescription": row.get("shortDescription") or row["name"],
            **{name: {"id": leads_to[name]} for name in places if leads_to.get(name)},
            "productClass": CLASSES.get(row["productType"], "NonInventory"),
            "price": row["price"],
            "cost": row["cost"],
            "manufacturerPartNumber": row.get("mpn"),
            "integrationXRef": row["id"] if self._stamps else None,
            **(money if row["term"] != ONE_TIME else {}),
        }

    def _external(self, collection: str, row_id: str | None) -> Row | None:
        external = (self._store.get(collection, row_id or "") or {}).get("externalIdentifier")
        return {"id": int(external)} if external else None


def _digits(phone: str | None) -> str:
    return re.sub(r"\D", "", phone or "")


async def _read(answer: ClientResponse) -> Any:
    """Return an answer's JSON. Raises `RefusedError` with the PSA's own words, joined as Salesbuildr shows them."""
    text = await answer.text()
    try:
        body = json.loads(text)
    except ValueError:
        raise RefusedError(f"HTTP {answer.status} {text}".strip()) from None
    if answer.ok:
        return body
    details = " ".join(error.get("message", "") for error in body.get("errors") or ())
    raise RefusedError(f"{body.get('message', '')}. {details}" if details else body.get("message", ""))
