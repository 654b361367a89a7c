"""A small tenant of the practice Autotask on a real socket, and a caller that signs as its user."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from yarl import URL

from sync_desktop.sandbox.autotask.app import TENANT, build_app
from sync_desktop.sandbox.autotask.calls import Tenant
from sync_desktop.sandbox.autotask.settings import ApiUser, AutotaskSettings
from sync_desktop.sandbox.store import Store
from sync_desktop.sandbox.switches import Switches

USER = "api@fabrikam.example"
SECRET = "practice"
CODE = "PRACTICECODE"
NOW = "2026-03-04T05:06:07Z"
ROOT = "/ATServicesRest/V1.0"

ROWS: dict[str, list[dict[str, Any]]] = {
    "Resources": [
        {"id": 1, "firstName": "Sync", "lastName": "User", "isActive": True},
        {"id": 2, "firstName": "Vendor", "lastName": "User", "isActive": True},
        {"id": 3, "firstName": "Ana", "lastName": "Bowman", "isActive": True},
        {"id": 4, "firstName": "Gone", "lastName": "Person", "isActive": False},
    ],
    "Companies": [
        {"id": 0, "companyName": "Fabrikam IT", "companyType": 1, "isActive": True},
        {
            "id": 10,
            "companyName": "Northwind Traders",
            "companyType": 1,
            "isActive": True,
            "phone": "555-0100",
            "createDate": "2024-05-01T00:00:00Z",
            "userDefinedFields": [{"name": "Region", "value": "West"}],
        },
        {"id": 11, "companyName": "Adatum", "companyType": 3, "isActive": True, "createDate": "2025-05-01T00:00:00Z"},
        {"id": 12, "companyName": "Tailspin Toys", "companyType": 1, "isActive": False},
    ],
    "Contacts": [
        {"id": 20, "companyID": 10, "firstName": "Kim", "lastName": "Abercrombie", "isActive": 1},
        {"id": 21, "companyID": 11, "firstName": "Jay", "lastName": "Adams", "isActive": 1},
        {"id": 22, "companyID": 10, "firstName": "Old", "lastName": "Hand", "isActive": 0},
    ],
    "Opportunities": [{"id": 30, "title": "Refresh", "companyID": 10, "status": 1, "stage": 22}],
    "QuoteLocations": [{"id": 40, "city": "Seattle"}],
    "Quotes": [
        {
            "id": 50,
            "name": "Refresh",
            "opportunityID": 30,
            "companyID": 10,
            "contactID": 20,
            "quoteNumber": 7,
            "isActive": True,
            "billToLocationID": 40,
            "shipToLocationID": 40,
            "soldToLocationID": 40,
            "effectiveDate": "2026-02-01T00:00:00Z",
            "expirationDate": "2026-04-01T00:00:00Z",
            "description": "As agreed",
        }
    ],
    "QuoteItems": [
        {
            "id": 60,
            "quoteID": 50,
            "quoteItemType": 1,
            "productID": 70,
            "quantity": 2,
            "unitPrice": 99.5,
            "isOptional": False,
        }
    ],
    "Products": [
        {"id": 70, "name": "Laptop", "productBillingCodeID": 80, "isActive": True, "isSerialized": False},
        {"id": 71, "name": "Old laptop", "productBillingCodeID": 80, "isActive": False, "isSerialized": False},
        {"id": 72, "name": "Plan", "billingType": 3, "periodType": 2, "isActive": True, "isSerialized": False},
    ],
    "BillingCodes": [
        {"id": 80, "name": "Hardware", "useType": 4, "isActive": True},
        {"id": 81, "name": "Old hardware", "useType": 4, "isActive": False},
        {"id": 82, "name": "Managed", "useType": 5, "isActive": True},
        {"id": 83, "name": "Travel", "useType": 2, "isActive": True},
    ],
    "Services": [{"id": 90, "name": "Backup", "billingCodeID": 82, "periodType": 2, "isActive": True}],
    "ServiceBundles": [{"id": 91, "name": "All in", "billingCodeID": 82, "periodType": 2, "isActive": True}],
    "Roles": [{"id": 92, "name": "Engineer", "hourlyRate": 120, "hourlyFactor": 1, "isActive": True}],
    "ShippingTypes": [{"id": 93, "name": "Courier", "isActive": True}],
    "PaymentTerms": [
        {"id": 5, "name": "Net 15", "isActive": True},
        {"id": 6, "name": "Net 30", "isActive": True},
        {"id": 7, "name": "Net 45", "isActive": False},
    ],
    "OpportunityCategories": [
        {"id": 1, "name": "Hardware", "isActive": True},
        {"id": 4, "name": "Renewal", "isActive": False},
    ],
    "UserDefinedFieldDefinitions": [
        {"id": 95, "name": "Region", "udfType": 1, "dataType": 1, "isActive": True},
        {"id": 96, "name": "Rating", "udfType": 1, "dataType": 3, "isActive": True},
    ],
}

COMPANY = {"companyName": "Litware", "companyType": 1, "ownerResourceID": 3, "phone": "555-0101"}
CONTACT = {"firstName": "Pat", "lastName": "Coleman", "isActive": 1}
PRODUCT = {"name": "Monitor", "productBillingCodeID": 80, "isActive": True, "isSerialized": False}
SERVICE = {"name": "Patching", "billingCodeID": 82, "periodType": 2, "unitPrice": 12.5}
OPPORTUNITY = {
    "title": "New office",
    "companyID": 10,
    "ownerResourceID": 3,
    "status": 1,
    "stage": 21,
    "probability": 50,
    "amount": 100.25,
    "cost": 60,
    "projectedCloseDate": "2026-05-01T00:00:00Z",
    "createDate": "2026-03-01T00:00:00Z",
    "useQuoteTotals": True,
}
QUOTE = {
    "name": "New office",
    "opportunityID": 30,
    "effectiveDate": "2026-03-01",
    "expirationDate": "2026-04-01T02:00:00+02:00",
    "billToLocationID": 40,
    "shipToLocationID": 40,
    "soldToLocationID": 40,
}
ITEM = {
    "quoteItemType": 1,
    "productID": 70,
    "quantity": 1,
    "isOptional": False,
    "unitDiscount": 0,
    "lineDiscount": 0,
    "percentageDiscount": 0,
}
EVERYTHING = {"filter": [{"op": "exist", "field": "id"}]}


@dataclass(slots=True)
class Clock:
    """A clock that moves only when it is told to, and notes what was slept."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.fromisoformat(NOW).astimezone(UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def errors(self) -> list[str]:
        """The texts, without the one that names the record."""
        return [text for text in self.json["errors"] if not text.startswith("Error ")]


@dataclass(slots=True)
class Practice:
    """The tenant that a test talks to."""

    server: TestServer
    session: ClientSession
    store: Store
    switches: Switches
    tenant: Tenant
    clock: Clock

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request, signed as the main user unless `headers` say otherwise; a bare path is one under V1.0."""
        whole = path if path.lower().startswith(("http", "/atservicesrest")) else f"{ROOT}/{path}"
        url = whole if whole.startswith("http") else f"{self.origin}{whole}"
        data = body if isinstance(body, str) else None if body is None else json.dumps(body)
        signed = {"Content-Type": "application/json", **signature(), **(headers or {})}
        target = URL(url, encoded=True).update_query(params or {})
        async with self.session.request(method, target, data=data, headers=signed) as reply:
            return Reply(reply.status, await reply.text(), dict(reply.headers))

    async def get(self, path: str, **params: str) -> Reply:
        return await self.call("GET", path, params=params)

    async def post(self, path: str, body: object) -> Reply:
        return await self.call("POST", path, body)

    async def patch(self, path: str, body: object) -> Reply:
        return await self.call("PATCH", path, body)

    async def query(self, entity: str, *filters: Mapping[str, Any], **more: Any) -> Reply:
        """POST a query with these filters."""
        return await self.post(f"{entity}/query", {"filter": list(filters), **more})

    async def ids(self, entity: str, *filters: Mapping[str, Any]) -> list[int]:
        """Return the ids that a query finds."""
        reply = await self.query(entity, *filters)
        assert reply.status == 200, reply.text
        return [row["id"] for row in reply.json["items"]]

    def row(self, collection: str, row_id: int) -> dict[str, Any]:
        """Return what the tenant really holds."""
        row = self.store.get(collection, row_id)
        assert row is not None
        return row

    def switch(self, name: str, position: str) -> None:
        self.switches.set("autotask", name, position)

    @property
    def origin(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")


def signature(username: str = USER, secret: str = SECRET, code: str = CODE) -> dict[str, str]:
    """Return the three headers."""
    return {"UserName": username, "Secret": secret, "ApiIntegrationCode": code}


@asynccontextmanager
async def practice(
    *users: ApiUser,
    rows: Mapping[str, list[dict[str, Any]]] | None = None,
    switches: Switches | None = None,
    **settings: Any,
) -> AsyncIterator[Practice]:
    """Serve a tenant of `ROWS` (and `rows`) on a free port."""
    clock = Clock()
    store = Store({**deepcopy(ROWS), **(rows or {})})
    switches = switches or Switches()
    told = AutotaskSettings(USER, SECRET, CODE, now=clock.now, monotonic=clock.monotonic, sleep=clock.sleep)
    app = build_app(store, switches, replace(told, extra_users=users, **settings))
    server = TestServer(app)
    await server.start_server()
    try:
        async with ClientSession() as session:
            yield Practice(server, session, store, switches, app[TENANT], clock)
    finally:
        await server.close()
