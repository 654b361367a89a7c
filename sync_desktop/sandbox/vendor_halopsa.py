"""The second writer into HaloPSA: Salesbuildr's own integration, with an application of its own."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aiohttp import ClientResponse, ClientSession

from sync_desktop.sandbox.credentials import HALOPSA_VENDOR_CLIENT_ID, HALOPSA_VENDOR_CLIENT_SECRET
from sync_desktop.sandbox.lines import ONE_TIME, REFERENCE, decimal, lines_of, number
from sync_desktop.sandbox.store import Row, TextStore
from sync_desktop.sandbox.vendor import PERIODS, RefusedError, rows_of, write_all

SCOPES = "all:standard all:teams admin:webhooks"
LOOKUP_TYPES = "11"
_ADDRESS = {"line1": "street", "line2": "apartment", "line3": "city", "line4": "state", "postcode": "zip"}
_PERCENT = Decimal("0.0001")


class HalopsaVendor:
    """Writes records of one tenant into its HaloPSA, dependencies first, and notes the new ids in Salesbuildr.

    What it stamps (`third_party_number`, `externalreference`) is inferred; `stamps` switches it off. Where it leads a
    category is what the world's `category-mapping` says, which Salesbuildr's public API does not show.
    """

    def __init__(self, reached: Mapping[str, str], store: TextStore, *, stamps: bool) -> None:
        self._reached = reached
        self._store = store
        self._stamps = stamps

    async def sync(self, records: list[str]) -> list[dict[str, Any]]:
        """Write records, `quote/<id>` and the like; one entry for each: `id` in the PSA, or `errors`.

        Raises `VendorError` where one of them is not there, before anything is written.
        """
        rows = rows_of(self._store, records)
        async with ClientSession() as http:
            writer = _Writer(_Api(http, self._reached), self._store, stamps=self._stamps)
            return await write_all(records, rows, writer.write)


class _Api:
    """Calls the PSA, signed in on the first call."""

    def __init__(self, http: ClientSession, reached: Mapping[str, str]) -> None:
        self._http = http
        self._reached = reached
        self._signed: dict[str, str] = {}

    async def get(self, path: str, **query: str) -> Any:
        """Return what a GET answers. Raises `RefusedError`."""
        await self._sign_in()
        url = f"{self._reached['base_url']}/{path}"
        async with self._http.get(url, headers=self._signed, params=query) as answer:
            return await _read(answer)

    async def create(self, entity: str, fields: Mapping[str, Any]) -> int:
        """Create a row and return its id. Raises `RefusedError`."""
        await self._sign_in()
        body = [{name: value for name, value in fields.items() if value is not None}]
        async with self._http.post(f"{self._reached['base_url']}/{entity}", headers=self._signed, json=body) as answer:
            return int((await _read(answer))["id"])

    async def _sign_in(self) -> None:
        if self._signed:
            return
        form = {
            "grant_type": "client_credentials",
            "client_id": HALOPSA_VENDOR_CLIENT_ID,
            "client_secret": HALOPSA_VENDOR_CLIENT_SECRET,
            "scope": SCOPES,
        }
        url = f"{self._reached['auth_url']}/token"
        async with self._http.post(url, data=form, params={"tenant": self._reached["tenant"]}) as answer:
            self._signed = {"Authorization": f"Bearer {(await _read(answer))['access_token']}"}


class _Writer:
    """Creates what is not there yet."""

    def __init__(self, api: _Api, store: TextStore, *, stamps: bool) -> None:
        self._api = api
        self._store = store
        self._stamps = stamps

    async def write(self, kind: str, row: Row) -> int:
        """Return the id that a record has in HaloPSA, created where it has none."""
        if kind == "quote":
            return await self._quote(row)
        if row.get("externalIdentifier"):
            return int(row["externalIdentifier"])
        match kind:
            case "company":
                made = await self._api.create("Client", _client(row))
            case "contact":
                site = await self._site(await self._write("company", row["companyId"]))
                made = await self._api.create("Users", {**_user(row), "site_id": site})
            case "opportunity":
                made = await self._api.create("Opportunities", await self._opportunity(row))
            case _:
                made = await self._api.create("Item", self._item(row))
        self._store.update(kind, row["id"], {"externalIdentifier": str(made)})
        return made

    async def _write(self, kind: str, row_id: str | None) -> int:
        row = self._store.get(kind, row_id or "")
        if row is None:
            raise RefusedError(f"{kind.capitalize()} has no external identifier")
        return await self.write(kind, row)

    async def _where(self, row: Row) -> Row:
        """Return client, main site and user of a quote or an opportunity."""
        client = await self._write("company", row["companyId"])
        user = await self._write("contact", row["contactId"]) if row.get("contactId") else None
        return {"client_id": client, "site_id": await self._site(client), "user_id": user}

    async def _site(self, client_id: int) -> int:
        return int((await self._api.get(f"Client/{client_id}"))["main_site_id"])

    async def _quote(self, quote: Row) -> int:
        """Create a quotation with its lines, unless one with its number is there."""
        opportunity = await self._write("opportunity", quote["opportunityId"])
        for row in (await self._api.get("Quotation", ticket_id=str(opportunity)))["quotes"]:
            if row.get("third_party_number") == quote["number"]:
                return int(row["id"])
        for item in quote["items"]:
            await self._write("product", item["productId"])
        fields = {
            **await self._where(quote),
            "title": quote.get("title") or quote["number"],
            "ticket_id": opportunity,
            "status": await self._status(quote["status"]),
            "date": quote.get("sentAt") or quote["createdAt"],
            "expiry_date": quote["expiresAt"],
            "agent_id": self._external("owner", quote.get("ownerId")),
            "po_ref": quote.get("poNumber"),
            "third_party_number": quote["number"] if self._stamps else None,
            "lines": self._lines(quote),
        }
        return await self._api.create("Quotation", fields)

    async def _status(self, name: str) -> int | None:
        """Return the quote status that has the name of Salesbuildr's."""
        for kind in await self._api.get("Lookup", lookupid=LOOKUP_TYPES):
            if "quot" in kind["name"].lower() and "status" in kind["name"].lower():
                values = await self._api.get("Lookup", lookupid=str(kind["id"]))
                return next((int(row["id"]) for row in values if row["name"].lower() == name), None)
        return None

    def _lines(self, quote: Row) -> list[Row]:
        products = self._store.rows("product")
        terms = {products[item["productId"]]["externalIdentifier"]: item["term"] for item in quote["items"]}
        lines = lines_of(quote, lambda row_id: products[row_id], lambda _item: 0)
        return [_line(line, place, terms) for place, line in enumerate(lines, start=1)]

    async def _opportunity(self, row: Row) -> Row:
        types = await self._api.get("TicketType", domain="opps")
        category = self._external("field", row.get("categoryId"))
        return {
            **await self._where(row),
            "summary": row["name"],
            "tickettype_id": types[0]["id"] if types else None,
            "agent_id": self._external("owner", row.get("ownerId")),
            "pipeline_stage_id": self._external("field", row.get("pipelineStageId")),
            "categoryid_1": category,
            "category_1": (await self._api.get(f"Category/{category}"))["value"] if category else None,
            "targetdate": row["expectedCloseDate"],
            "oppconversionprobability": round(100 * (row.get("probability") or 0)),
            "oppvalue": row.get("onetimeRevenue") or 0,
            "oppprofit": row.get("oneTimeProfit") or 0,
        }

    def _item(self, row: Row) -> Row:
        mappings = self._store.rows("category-mapping").values()
        leads_to = next((each for each in mappings if each["categoryId"] == row.get("categoryId")), {})
        recurring = row["term"] != ONE_TIME
        return {
            "name": row["name"],
            "assetgroup_id": leads_to.get("assetGroup"),
            "assettype_id": leads_to.get("assetType"),
            "description": row.get("shortDescription"),
            "baseprice": row["price"],
            "costprice": row["cost"],
            "isrecurringitem": recurring,
            "item_default_billing_period": PERIODS.get(row["term"]),
            "supplier_part_code": row.get("mpn"),
            "externalreference": row["id"] if self._stamps else None,
        }

    def _external(self, collection: str, row_id: str | None) -> int | None:
        external = (self._store.get(collection, row_id or "") or {}).get("externalIdentifier")
        return int(external) if external else None


def _client(row: Row) -> Row:
    address = row.get("address") or {}
    told = {line: address[member] for line, member in _ADDRESS.items() if address.get(member)}
    return {
        "name": row["name"],
        "website": row.get("website"),
        "newclient_phonenumber": row.get("telephone"),
        "newclient_delivery_address": told or None,
    }


def _user(row: Row) -> Row:
    return {
        "firstname": row.get("firstName"),
        "surname": row.get("lastName"),
        "emailaddress": row.get("email"),
        "phonenumber": row.get("phone"),
        "mobilenumber": row.get("mobilePhone"),
    }


def _line(line: Row, place: int, terms: Mapping[str, str]) -> Row:
    """Return a line as HaloPSA has it: an amount off becomes a percentage, a set-up price has no item."""
    percent = decimal(line["percentageDiscount"])
    whole = decimal(line["quantity"]) * decimal(line["unitPrice"])
    if line["lineDiscount"] and whole:
        percent = (100 * decimal(line["lineDiscount"]) / whole).quantize(_PERCENT)
    item = line[REFERENCE[line["quoteItemType"]]]
    period = PERIODS.get(terms.get(str(item), ONE_TIME))
    return {
        "sort_seq": place,
        "name": line["name"],
        "description": line["description"],
        "quantity": line["quantity"],
        "price": line["unitPrice"],
        "costprice": line["unitCost"],
        "discount_perc": number(percent),
        "optional": line["isOptional"],
        **({"item_id": item} if item else {}),
        **({"item_recurring": True, "billingperiod": period} if period else {}),
    }


async def _read(answer: ClientResponse) -> Any:
    """Return an answer's JSON. Raises `RefusedError` with the PSA's own words."""
    text = await answer.text()
    try:
        body = json.loads(text)
    except ValueError:
        raise RefusedError(f"HTTP {answer.status} {text}".strip()) from None
    if not answer.ok:
        raise RefusedError(_message(body))
    return body


def _message(body: Any) -> str:
    """Return the sentence of an error, whichever shape it has."""
    if isinstance(body, dict):
        for name in ("Message", "error_description", "error", "errorMessage"):
            if body.get(name):
                return str(body[name])
        return "; ".join(
            str(text) for lines in body.values() for text in (lines if isinstance(lines, list) else [lines])
        )
    return str(body)
