"""The second writer: Salesbuildr's own integration, with an API user of its own, over the PSA's real HTTP API."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession

from sync_desktop.sandbox.credentials import VENDOR_INTEGRATION_CODE, VENDOR_SECRET, VENDOR_USERNAME
from sync_desktop.sandbox.lines import BUNDLE, LABOR, SERVICE, line_type, lines_of
from sync_desktop.sandbox.store import Row, TextStore

KINDS = ("company", "contact", "opportunity", "product", "quote")
PERIODS = {"monthly": 2, "quarterly": 3, "semi-annual": 4, "yearly": 5}
_LOCATION = {"address1": "street", "address2": "apartment", "city": "city", "state": "state", "postalCode": "zip"}


class VendorError(ValueError):
    """Records that the integration cannot even try; the text says why."""


class RefusedError(Exception):
    """Something is missing on the quoting side, or the PSA refused: the errors as it gave them."""

    def __init__(self, *errors: str) -> None:
        super().__init__("; ".join(errors))
        self.errors = list(errors)


class AutotaskVendor:
    """Writes records of one tenant into its Autotask, dependencies first, and notes the new ids in Salesbuildr.

    What it stamps (`externalQuoteNumber`, `externalProductID`) is inferred; `stamps` switches it off.
    """

    def __init__(self, base_url: str, store: TextStore, *, stamps: bool) -> None:
        self._api = f"{base_url}/V1.0"
        self._store = store
        self._stamps = stamps

    async def sync(self, records: list[str]) -> list[dict[str, Any]]:
        """Write records, `quote/<id>` and the like; one entry for each: `id` in the PSA, or `errors`.

        Raises `VendorError` where one of them is not there, before anything is written.
        """
        rows = rows_of(self._store, records)
        signed = {
            "UserName": VENDOR_USERNAME,
            "Secret": VENDOR_SECRET,
            "ApiIntegrationCode": VENDOR_INTEGRATION_CODE,
        }
        async with ClientSession(headers=signed) as http:
            return await write_all(records, rows, _Writer(http, self._api, self._store, stamps=self._stamps).write)


def rows_of(store: TextStore, records: Sequence[str]) -> list[tuple[str, Row]]:
    """Return kind and row of each record, `quote/<id>` and the like. Raises `VendorError` where one is not there."""
    told: list[tuple[str, Row]] = []
    for record in records:
        kind, _, row_id = str(record).partition("/")
        row = store.get(kind, row_id) if kind in KINDS else None
        if row is None:
            raise VendorError(f"Salesbuildr has no {record}")
        told.append((kind, row))
    return told


async def write_all(
    records: Sequence[str], rows: Sequence[tuple[str, Row]], write: Callable[[str, Row], Awaitable[int]]
) -> list[dict[str, Any]]:
    """Write records one after the other; one entry for each: `id` in the PSA, or `errors`."""
    told: list[dict[str, Any]] = []
    for record, (kind, row) in zip(records, rows, strict=True):
        try:
            told.append({"record": record, "id": await write(kind, row)})
        except RefusedError as refused:
            told.append({"record": record, "errors": refused.errors})
        except ClientError as lost:
            told.append({"record": record, "errors": [f"No answer: {lost}"]})
    return told


class _Writer:
    """Creates what is not there yet."""

    def __init__(self, http: ClientSession, api: str, store: TextStore, *, stamps: bool) -> None:
        self._http = http
        self._api = api
        self._store = store
        self._stamps = stamps

    async def write(self, kind: str, row: Row) -> int:
        """Return the id that a record has in Autotask, created where it has none."""
        if kind == "quote":
            return await self._quote(row)
        if row.get("externalIdentifier"):
            return int(row["externalIdentifier"])
        made = await self._create(kind, row)
        self._store.update(kind, row["id"], {"externalIdentifier": str(made)})
        return made

    async def _create(self, kind: str, row: Row) -> int:
        match kind:
            case "company":
                return await self._post("Companies", self._company(row))
            case "contact":
                company = await self._write("company", row["companyId"])
                return await self._post(f"Companies/{company}/Contacts", {**_contact(row), "companyID": company})
            case "opportunity":
                return await self._post("Opportunities", await self._opportunity(row))
            case _:
                return await self._product(row)

    async def _write(self, kind: str, row_id: str | None) -> int:
        row = self._store.get(kind, row_id or "")
        if row is None:
            raise RefusedError(f"{kind.capitalize()} has no external identifier")
        return await self.write(kind, row)

    async def _quote(self, quote: Row) -> int:
        """Create a quote with its lines, unless one with its number is there."""
        there = await self._find("Quotes", "externalQuoteNumber", quote["number"])
        if there is not None:
            return there
        company = await self._write("company", quote["companyId"])
        contact = await self._write("contact", quote["contactId"]) if quote.get("contactId") else None
        opportunity = await self._write("opportunity", quote["opportunityId"])
        for item in quote["items"]:
            await self._write("product", item["productId"])
        lines = lines_of(quote, lambda row_id: self._store.rows("product")[row_id], self._billing_code)
        address = (self._store.get("company", quote["companyId"]) or {}).get("address") or {}
        bill = await self._post("QuoteLocations", _location(address))
        ship = await self._post("QuoteLocations", _location(quote.get("deliveryAddress") or address))
        fields = {
            "name": (quote.get("title") or quote["number"])[:100],
            "opportunityID": opportunity,
            "companyID": company,
            "contactID": contact,
            "effectiveDate": quote.get("sentAt") or quote["createdAt"],
            "expirationDate": quote["expiresAt"],
            "billToLocationID": bill,
            "shipToLocationID": ship,
            "soldToLocationID": bill,
            "paymentTerm": self._external("field", quote.get("paymentTermId")),
            "primaryQuote": bool(quote.get("primary")),
            "externalQuoteNumber": quote["number"] if self._stamps else None,
        }
        made = await self._post("Quotes", fields)
        for line in lines:
            await self._post(f"Quotes/{made}/Items", {**line, "quoteID": made})
        return made

    async def _opportunity(self, row: Row) -> Row:
        return {
            "title": row["name"],
            "companyID": await self._write("company", row["companyId"]),
            "contactID": await self._write("contact", row["contactId"]) if row.get("contactId") else None,
            "ownerResourceID": self._external("owner", row.get("ownerId")),
            "status": 1,
            "stage": self._external("field", row.get("pipelineStageId")),
            "opportunityCategoryID": self._external("field", row.get("categoryId")),
            "probability": round(100 * (row.get("probability") or 0)),
            "amount": row.get("onetimeRevenue") or 0,
            "cost": (row.get("onetimeRevenue") or 0) - (row.get("oneTimeProfit") or 0),
            "projectedCloseDate": row["expectedCloseDate"],
            "createDate": row["createdAt"],
            "useQuoteTotals": True,
        }

    async def _product(self, row: Row) -> int:
        code = (self._store.get("category", row.get("categoryId") or "") or {}).get("billingCode")
        shared = {"name": row["name"][:100], "isActive": True, "unitPrice": row["price"]}
        stamp = row["id"] if self._stamps else None
        match line_type(row["productType"], row["term"]):
            case kind if kind in (SERVICE, BUNDLE):
                entity = "Services" if kind == SERVICE else "ServiceBundles"
                period = PERIODS.get(row["term"])
                return await self._post(
                    entity, {**shared, "billingCodeID": code, "periodType": period, "externalID": stamp}
                )
            case kind if kind == LABOR:
                raise RefusedError(f"Product has no external identifier: {row['name']}")
            case _:
                fields = {"productBillingCodeID": code, "isSerialized": False, "unitCost": row["cost"]}
                return await self._post("Products", {**shared, **fields, "externalProductID": stamp})

    def _company(self, row: Row) -> Row:
        owner = self._external("owner", row.get("accountManagerId"))
        shared = {"companyName": row["name"], "companyType": 1, "ownerResourceID": owner, "phone": row.get("telephone")}
        return {**shared, "webAddress": row.get("website"), **_location(row.get("address") or {})}

    def _billing_code(self, item: Row) -> int:
        product = self._store.rows("product")[item["productId"]]
        return int((self._store.get("category", product.get("categoryId") or "") or {}).get("billingCode") or 0)

    def _external(self, collection: str, row_id: str | None) -> int | None:
        external = (self._store.get(collection, row_id or "") or {}).get("externalIdentifier")
        return int(external) if external else None

    async def _find(self, entity: str, field: str, value: str) -> int | None:
        query = {"filter": [{"op": "eq", "field": field, "value": value}]}
        async with self._http.post(f"{self._api}/{entity}/query", json=query) as answer:
            items = (await _read(answer))["items"]
        return int(items[0]["id"]) if items else None

    async def _post(self, path: str, fields: Mapping[str, Any]) -> int:
        body = {name: value for name, value in fields.items() if value is not None}
        async with self._http.post(f"{self._api}/{path}", json=body) as answer:
            return int((await _read(answer))["itemId"])


def _contact(row: Row) -> Row:
    return {
        "firstName": row.get("firstName"),
        "lastName": row.get("lastName"),
        "emailAddress": row.get("email"),
        "phone": row.get("phone"),
        "mobilePhone": row.get("mobilePhone"),
        "isActive": 1,
    }


def _location(address: Row) -> Row:
    return {field: address[member][:50] for field, member in _LOCATION.items() if address.get(member)}


async def _read(answer: ClientResponse) -> dict[str, Any]:
    """Return an answer's JSON. Raises `RefusedError` with the PSA's own words."""
    text = await answer.text()
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError(f"HTTP {answer.status} {text}".strip())
    if not answer.ok:
        raise RefusedError(*(str(error) for error in body.get("errors", ())))
    return body
