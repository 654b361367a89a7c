"""A small tenant of the practice ConnectWise on a real socket, and a caller that signs as its API member."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from yarl import URL

from sync_desktop.sandbox.connectwise.app import TENANT, build_app
from sync_desktop.sandbox.connectwise.calls import Tenant
from sync_desktop.sandbox.connectwise.settings import ApiMember, ConnectWiseSettings
from sync_desktop.sandbox.store import Store
from sync_desktop.sandbox.switches import Switches

COMPANY_ID = "fabrikam"
OURS = ApiMember("public", "private", "client-guid")
NOW = "2026-03-04T05:06:07Z"
ROOT = "/v4_6_release/apis/3.0"

ROWS: dict[str, list[dict[str, Any]]] = {
    "system/members": [
        {"id": 1, "identifier": "sync", "firstName": "Sync", "lastName": "Desktop", "inactiveFlag": False},
        {"id": 2, "identifier": "rvarga", "firstName": "Rosa", "lastName": "Varga", "inactiveFlag": False},
        {"id": 3, "identifier": "gone", "firstName": "Gone", "lastName": "Person", "inactiveFlag": True},
    ],
    "system/locations": [{"id": 11, "name": "Head office"}],
    "system/departments": [{"id": 10, "identifier": "SALES", "name": "Sales"}],
    "company/companies/statuses": [
        {"id": 1, "name": "Active", "defaultFlag": True, "inactiveFlag": False},
        {"id": 2, "name": "Old", "defaultFlag": False, "inactiveFlag": True},
    ],
    "company/companies/types": [{"id": 1, "name": "Customer"}, {"id": 2, "name": "Vendor", "vendorFlag": True}],
    "company/communicationTypes": [
        {"id": 1, "description": "Email", "emailFlag": True, "phoneFlag": False},
        {"id": 2, "description": "Direct", "phoneFlag": True, "emailFlag": False},
        {"id": 3, "description": "Fax", "faxFlag": True},
    ],
    "company/countries": [{"id": 1, "name": "United States"}],
    "company/companies": [
        {
            "id": 20,
            "identifier": "Northwind",
            "name": "Northwind Traders",
            "status": {"id": 1},
            "types": [{"id": 1, "name": "Customer"}],
            "site": {"id": 30, "name": "Main"},
            "city": "Seattle",
            "phoneNumber": "5550100",
            "deletedFlag": False,
            "customFields": [{"id": 1, "caption": "Tier", "value": "Gold"}],
            "_info": {"lastUpdated": "2026-02-01T10:00:00Z", "updatedBy": "rvarga"},
        },
        {
            "id": 21,
            "identifier": "Adatum",
            "name": 'Adatum "the" O\'Neill',
            "status": {"id": 1},
            "types": [],
            "city": "Boise",
            "site": {"id": 31, "name": "Main"},
            "deletedFlag": False,
            "_info": {"lastUpdated": "2026-03-01T10:00:00Z", "updatedBy": "rvarga"},
        },
        {
            "id": 22,
            "identifier": "Tailspin",
            "name": "Tailspin Toys",
            "status": {"id": 2},
            "types": [],
            "city": "Reno",
            "deletedFlag": True,
            "yearEstablished": 0,
        },
    ],
    "company/companies/sites": [
        {"id": 30, "name": "Main", "company": {"id": 20}, "primaryAddressFlag": True},
        {"id": 31, "name": "Main", "company": {"id": 21}, "primaryAddressFlag": True},
    ],
    "company/contacts": [
        {
            "id": 40,
            "firstName": "Kim",
            "lastName": "Abercrombie",
            "company": {"id": 20},
            "site": {"id": 30},
            "inactiveFlag": False,
            "communicationItems": [
                {
                    "id": 1,
                    "type": {"id": 1},
                    "value": "kim@northwind.example",
                    "defaultFlag": True,
                    "communicationType": "Email",
                },
                {"id": 2, "type": {"id": 2}, "value": "5550101", "defaultFlag": True, "communicationType": "Phone"},
            ],
        },
        {"id": 41, "firstName": "Jay", "lastName": "Adams", "company": {"id": 21}, "inactiveFlag": False},
    ],
    "sales/stages": [
        {"id": 8, "name": "3.Quote", "sequenceNumber": 3, "probability": {"id": 2}},
        {"id": 7, "name": "1.Lead", "sequenceNumber": 1, "probability": {"id": 1}},
    ],
    "sales/probabilities": [{"id": 1, "probability": 10}, {"id": 2, "probability": 50}],
    "sales/opportunities/statuses": [
        {"id": 1, "name": "Open", "defaultFlag": True, "closedFlag": False},
        {"id": 2, "name": "Won", "wonFlag": True, "closedFlag": True},
        {"id": 3, "name": "Lost", "lostFlag": True, "closedFlag": True},
        {"id": 4, "name": "Parked", "inactiveFlag": True},
    ],
    "sales/opportunities/types": [{"id": 2, "description": "Hardware", "inactiveFlag": False}],
    "sales/opportunities": [
        {
            "id": 50,
            "name": "Refresh",
            "company": {"id": 20},
            "contact": {"id": 40},
            "primarySalesRep": {"id": 2},
            "status": {"id": 1},
            "stage": {"id": 8},
            "expectedCloseDate": "2026-04-01T00:00:00Z",
            "locationId": 11,
            "businessUnitId": 10,
        }
    ],
    "procurement/categories": [
        {"id": 60, "name": "Hardware", "inactiveFlag": False},
        {"id": 41, "name": "Old hardware", "inactiveFlag": True},
    ],
    "procurement/subcategories": [
        {"id": 70, "name": "Laptops", "category": {"id": 60}, "inactiveFlag": False},
        {"id": 71, "name": "Old laptops", "category": {"id": 60}, "inactiveFlag": True},
        {"id": 72, "name": "Trays", "category": {"id": 41}, "inactiveFlag": False},
    ],
    "procurement/types": [
        {"id": 80, "name": "Product", "inactiveFlag": False},
        {"id": 81, "name": "Old type", "inactiveFlag": True},
    ],
    "procurement/unitOfMeasures": [{"id": 85, "name": "Each", "defaultFlag": True}],
    "procurement/manufacturers": [{"id": 86, "name": "Corvane"}, {"id": 87, "name": "Gone", "inactiveFlag": True}],
    "procurement/catalog": [
        {
            "id": 90,
            "identifier": "LX-5",
            "description": "Laptop",
            "customerDescription": "A laptop",
            "category": {"id": 60},
            "subcategory": {"id": 70},
            "type": {"id": 80},
            "productClass": "Inventory",
            "price": 100,
            "cost": 60.5,
            "inactiveFlag": False,
        }
    ],
    "procurement/products": [
        {
            "id": 95,
            "catalogItem": {"id": 90},
            "description": "Laptop",
            "opportunity": {"id": 50},
            "quantity": 2,
            "price": 100,
            "cost": 60.5,
            "billableOption": "Billable",
            "locationId": 11,
            "businessUnitId": 10,
            "customerDescription": "A laptop",
            "forecastStatus": {"id": 1},
            "sequenceNumber": 1,
        }
    ],
    "finance/billingTerms": [{"id": 5, "name": "Net 15", "dueDays": 15}, {"id": 6, "name": "Net 30", "dueDays": 30}],
    "finance/billingCycles": [{"id": 2, "identifier": "M", "name": "Monthly"}],
    "finance/taxCodes": [
        {
            "id": 7,
            "identifier": "WA",
            "description": "Washington",
            "invoiceCaption": "Tax",
            "effectiveDate": "2020-01-01T00:00:00Z",
        }
    ],
}

COMPANY = {"identifier": "Litware", "name": "Litware", "city": "Boise", "types": [{"id": 1}], "site": {"name": "Main"}}
CONTACT = {
    "firstName": "Pat",
    "lastName": "Coleman",
    "company": {"id": 20},
    "communicationItems": [{"type": {"id": 1}, "value": "pat@northwind.example", "communicationType": "Email"}],
}
OPPORTUNITY = {
    "name": "New office",
    "company": {"id": 20},
    "contact": {"id": 40},
    "primarySalesRep": {"id": 2},
    "expectedCloseDate": "2026-05-01T00:00:00Z",
}
ITEM = {
    "identifier": "MON-1",
    "description": "Monitor",
    "customerDescription": "A monitor",
    "subcategory": {"id": 70},
    "type": {"id": 80},
}
LINE = {"catalogItem": {"id": 90}, "opportunity": {"id": 50}, "quantity": 3, "billableOption": "Billable"}


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.fromisoformat(NOW).astimezone(UTC)


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
    def errors(self) -> list[tuple[str, str, str]]:
        """Code, field and message of each nested error."""
        return [(error["code"], error["field"], error["message"]) for error in self.json["errors"]]

    @property
    def messages(self) -> list[str]:
        return [message for _, _, message in self.errors]

    @property
    def ids(self) -> list[int]:
        """The ids of a list."""
        assert self.status == 200, self.text
        return [row["id"] for row in self.json]


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
        headers: Mapping[str, str | None] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request, signed as our member unless `headers` say otherwise (None leaves one out)."""
        url = path if path.startswith("http") else f"{self.origin}{path if path.startswith('/') else f'{ROOT}/{path}'}"
        data = body if isinstance(body, str) else None if body is None else json.dumps(body)
        told = {"Content-Type": "application/json", **signature(), **(headers or {})}
        signed = {name: value for name, value in told.items() if value is not None}
        target = URL(url, encoded=True).update_query(params or {})
        async with self.session.request(method, target, data=data, headers=signed) as reply:
            return Reply(reply.status, await reply.text(), dict(reply.headers))

    async def get(self, path: str, **params: str) -> Reply:
        return await self.call("GET", path, params=params)

    async def post(self, path: str, body: object) -> Reply:
        return await self.call("POST", path, body)

    async def patch(self, path: str, *operations: tuple[str, str, Any]) -> Reply:
        """PATCH with operations, each op, path and value."""
        return await self.call("PATCH", path, [{"op": op, "path": at, "value": value} for op, at, value in operations])

    async def put(self, path: str, body: object) -> Reply:
        return await self.call("PUT", path, body)

    async def ids(self, path: str, conditions: str = "", **params: str) -> list[int]:
        """Return the ids that a list finds."""
        more = {"conditions": conditions} if conditions else {}
        return (await self.get(path, **more, **params)).ids

    def row(self, collection: str, row_id: int) -> dict[str, Any]:
        """Return what the tenant really holds."""
        row = self.store.get(collection, row_id)
        assert row is not None
        return row

    def switch(self, name: str, position: str) -> None:
        self.switches.set("connectwise", name, position)

    @property
    def origin(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")


def signature(member: ApiMember = OURS, company: str = COMPANY_ID, private: str = "") -> dict[str, str]:
    """Return the headers that sign a request."""
    user = f"{company}+{member.public_key}:{private or member.private_key}"
    return {"Authorization": f"Basic {b64encode(user.encode()).decode()}", "clientId": member.client_id}


@asynccontextmanager
async def practice(
    *members: ApiMember,
    rows: Mapping[str, list[dict[str, Any]]] | None = None,
    switches: Switches | None = None,
    **settings: Any,
) -> AsyncIterator[Practice]:
    """Serve a tenant of `ROWS` (and `rows`) on a free port."""
    clock = Clock()
    store = Store({**deepcopy(ROWS), **(rows or {})})
    switches = switches or Switches()
    told = ConnectWiseSettings(COMPANY_ID, (OURS, *members), now=clock.now, monotonic=clock.monotonic)
    app = build_app(store, switches, replace(told, **settings))
    server = TestServer(app)
    await server.start_server()
    try:
        async with ClientSession() as session:
            yield Practice(server, session, store, switches, app[TENANT], clock)
    finally:
        await server.close()
