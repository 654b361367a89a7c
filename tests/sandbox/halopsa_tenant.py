"""A small instance of the practice HaloPSA on a real socket, and a caller that signs in as its application."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from yarl import URL

from sync_desktop.sandbox.halopsa.app import INSTANCE, build_app
from sync_desktop.sandbox.halopsa.calls import Instance
from sync_desktop.sandbox.halopsa.settings import ApiApplication, HalopsaSettings
from sync_desktop.sandbox.store import Store
from sync_desktop.sandbox.switches import Switches

TENANT = "fabrikam"
CLIENT_ID = "5f1b6c1e-0a44-4c55-9a0e-2f7a4f1f0001"
SECRET = "practice"
NOW = "2026-03-04T05:06:07"
FORM = "application/x-www-form-urlencoded"

QUOTE_STATUS, STAGES, TERMS = 55, 56, 57
ROWS: dict[str, list[dict[str, Any]]] = {
    "Control": [{"id": 1, "rshowpipelinestages": True, "rmaincontactcompulsary": False}],
    "Agent": [
        {"id": 1, "name": "API agent", "isdisabled": False, "isapiagent": True},
        {"id": 2, "name": "Ana Bowman", "email": "ana@fabrikam.example", "isdisabled": False, "team": "Sales"},
        {"id": 3, "name": "Gone Person", "isdisabled": True},
    ],
    "TopLevel": [{"id": 1, "name": "Customers"}],
    "Client": [
        {
            "id": 10,
            "name": "Northwind Traders",
            "toplevel_id": 1,
            "inactive": False,
            "main_site_id": 20,
            "accountmanagertech": 2,
            "website": None,
            "alastupdate": "2026-02-01T08:00:00",
            "main_delivery_address": {"line1": "1 Main Street"},
        },
        {"id": 11, "name": "Adatum", "toplevel_id": 1, "inactive": False, "alastupdate": "2026-01-01T08:00:00"},
        {"id": 12, "name": "Tailspin Toys", "toplevel_id": 1, "inactive": True},
    ],
    "Site": [
        {"id": 20, "name": "Main", "client_id": 10.0, "inactive": False, "phonenumber": "555-0100"},
        {"id": 21, "name": "Branch", "client_id": 11.0, "inactive": False},
        {"id": 22, "name": "Old", "client_id": 11.0, "inactive": True},
    ],
    "Users": [
        {"id": 30, "name": "General User", "site_id": 20.0, "inactive": False},
        {
            "id": 31,
            "name": "Kim Abercrombie",
            "firstname": "Kim",
            "surname": "Abercrombie",
            "emailaddress": "kim@northwind.example",
            "mobilenumber": "555-0199",
            "site_id": 20.0,
            "inactive": False,
        },
        {"id": 32, "name": "Jay Adams", "emailaddress": "jay@adatum.example", "site_id": 21.0, "inactive": False},
        {"id": 33, "name": "Old Hand", "site_id": 20.0, "inactive": True},
    ],
    "TicketType": [
        {"id": 1, "name": "Incident", "use": "ticket", "visible": True},
        {"id": 40, "name": "Opportunity", "use": "opportunity", "visible": True, "initial_status": 1},
        {"id": 41, "name": "Old opportunity", "use": "opportunity", "visible": False},
        {
            "id": 42,
            "name": "Strict opportunity",
            "use": "opportunity",
            "visible": True,
            "fields": [{"fieldname": "category_1", "technew": 2}],
        },
    ],
    "Status": [
        {"id": 1, "name": "New", "type": 0},
        {"id": 2, "name": "In Progress", "type": 1},
        {"id": 5, "name": "With user", "type": 2},
        {"id": 9, "name": "Closed"},
        {"id": 23, "name": "Won", "type": 1},
    ],
    "Category": [{"id": 1, "value": "Sales", "type_id": 1}, {"id": 2, "value": "Office", "type_id": 2}],
    "Team": [{"id": 1, "name": "Sales", "inactive": False}],
    "Lookup": [
        {"id": QUOTE_STATUS, "lookupid": 11, "name": "Quotation Status"},
        {"id": STAGES, "lookupid": 11, "name": "Pipeline Stages"},
        {"id": TERMS, "lookupid": 11, "name": "Payment Terms"},
        {"id": 0, "lookupid": QUOTE_STATUS, "name": "Draft"},
        {"id": 101, "lookupid": QUOTE_STATUS, "name": "Sent", "inactive": False},
        {"id": 102, "lookupid": QUOTE_STATUS, "name": "Retired", "inactive": True},
        {"id": -9, "lookupid": STAGES, "name": "Qualified"},
        {"id": 111, "lookupid": STAGES, "name": "Proposal"},
        {"id": 121, "lookupid": TERMS, "name": "Net 30"},
    ],
    "Tax": [{"id": 40, "name": "Sales tax", "value": 10.0}, {"id": 41, "name": "None", "value": 0.0}],
    "Currency": [{"id": 1, "name": "Dollar", "code": "USD", "symbol": "$", "conversion_rate": 1.0}],
    "CostCentres": [{"id": 1, "name": "Sales", "chargeable": True}],
    "Supplier": [
        {"id": 60, "name": "Contoso Distribution", "inactive": False, "is_supplier": True},
        {"id": 61, "name": "Old supplier", "inactive": True},
    ],
    "AssetGroup": [
        {"id": 70, "name": "Hardware", "showasitem": True, "nominalcode": "200"},
        {"id": 71, "name": "Cars", "showasitem": False},
        {"id": 72, "name": "Secret", "showasitem": True, "access_control": [{"agent_id": 2}]},
        {"id": 73, "name": "Services", "showasitem": True},
    ],
    "AssetType": [
        {"id": 80, "name": "Laptops", "assetgroup_id": 70},
        {"id": 81, "name": "Managed", "assetgroup_id": 73},
    ],
    "Item": [
        {
            "id": 90,
            "name": "Laptop",
            "status": 0,
            "assetgroup_id": 70,
            "assettype_id": 80,
            "baseprice": 1000.0,
            "costprice": 800.0,
            "taxcode": 40,
            "supplier_id": 60,
            "externalreference": "LT-1",
        },
        {"id": 91, "name": "Backup", "status": 0, "assetgroup_id": 73, "isrecurringitem": True, "baseprice": 20.0},
        {"id": 92, "name": "Old laptop", "status": 1, "assetgroup_id": 70},
        {"id": 93, "name": "Van", "status": 0, "assetgroup_id": 71, "baseprice": 1.0},
    ],
    "Opportunities": [
        {
            "id": 500,
            "summary": "Refresh",
            "tickettype_id": 40,
            "status_id": 1,
            "pipeline_stage_id": 111,
            "client_id": 10,
            "site_id": 20,
            "user_id": 31,
            "agent_id": 2,
            "dateoccurred": "2026-02-01T09:00:00",
            "hasbeenclosed": False,
        },
        {
            "id": 501,
            "summary": "Lost one",
            "tickettype_id": 40,
            "status_id": 9,
            "client_id": 11,
            "dateoccurred": "2025-02-01T09:00:00",
            "hasbeenclosed": True,
        },
    ],
    "Quotation": [
        {
            "id": 600,
            "title": "Refresh",
            "ticket_id": 500,
            "client_id": 10,
            "site_id": 20,
            "user_id": 31,
            "status": 101,
            "date": "2026-02-02T00:00:00",
            "third_party_number": "Q-7",
            "lines": [
                {
                    "id": 700,
                    "qhid": 600,
                    "sort_seq": 1,
                    "name": "Laptop",
                    "item_id": 90,
                    "quantity": 2.0,
                    "price": 999.5,
                },
                {
                    "id": 701,
                    "qhid": 600,
                    "sort_seq": 2,
                    "name": "Backup",
                    "item_id": 91,
                    "quantity": 1.0,
                    "price": 20.0,
                },
            ],
        }
    ],
    "SalesOrder": [],
    "Webhook": [{"id": 1, "guid": "0c3f7f5e-5a0e-4b39-9e0b-5e2a54f0a001", "name": "Sales", "url": "https://x.example"}],
}

CLIENT = {"name": "Litware", "toplevel_id": 1}
USER = {"firstname": "Pat", "surname": "Coleman", "site_id": 20, "emailaddress": "pat@northwind.example"}
OPPORTUNITY = {"summary": "New office", "tickettype_id": 40, "client_id": 10, "site_id": 20, "user_id": 31}
ITEM = {"name": "Monitor", "assetgroup_id": 70, "assettype_id": 80, "baseprice": 200, "costprice": 150}
LINE = {"item_id": 90, "name": "Laptop", "quantity": 3, "price": 100, "costprice": 60, "assetgroup_id": 70}
QUOTE = {"title": "New office", "ticket_id": 500, "client_id": 10, "site_id": 20, "user_id": 31, "lines": [LINE]}


@dataclass(slots=True)
class Clock:
    """A clock that moves only when it is told to."""

    seconds: float = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.fromisoformat(NOW).replace(tzinfo=UTC)


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
    def error(self) -> str:
        """The text of a broken rule, in the shape that is the default."""
        assert self.status == 400, (self.status, self.text)
        return str(self.json["Message"])


@dataclass(slots=True)
class Practice:
    """The instance that a test talks to."""

    server: TestServer
    session: ClientSession
    store: Store
    switches: Switches
    instance: Instance
    clock: Clock
    tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, client_id: str = CLIENT_ID, secret: str = SECRET, scope: str = "all") -> str:
        """Return a token, asked for once."""
        key = f"{client_id}/{scope}"
        if key not in self.tokens:
            told = {"client_id": client_id, "client_secret": secret, "scope": scope}
            self.tokens[key] = (await self.log_in(**told)).json["access_token"]
        return self.tokens[key]

    async def log_in(self, path: str = "/auth/token", **form: str) -> Reply:
        """Ask for a token with a form; what is not named is as the real clients send it."""
        told = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": SECRET, **form}
        return await self.call("POST", path, urlencode(told), headers={"Content-Type": FORM}, token="")

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request; a path without a slash in front is one under /api. `token` empty means unsigned."""
        whole = path if path.startswith("/") else f"/api/{path}"
        data = body if isinstance(body, str) else None if body is None else json.dumps(body)
        signed: dict[str, str] = {} if data is None else {"Content-Type": "application/json"}
        if token != "":
            signed["Authorization"] = f"Bearer {token or await self.token()}"
        target = URL(f"{self.origin}{whole}", encoded=True).update_query(params or {})
        async with self.session.request(method, target, data=data, headers={**signed, **(headers or {})}) as reply:
            return Reply(reply.status, await reply.text(), dict(reply.headers))

    async def get(self, path: str, **params: str) -> Reply:
        return await self.call("GET", path, params=params)

    async def post(self, path: str, *objects: object) -> Reply:
        """POST objects in an array."""
        return await self.call("POST", path, list(objects))

    async def ids(self, path: str, key: str = "", **params: str) -> list[int]:
        """Return the ids of a list, under its key where it is in an envelope."""
        reply = await self.get(path, **params)
        assert reply.status == 200, reply.text
        return [row["id"] for row in (reply.json[key] if key else reply.json)]

    def row(self, collection: str, row_id: int) -> dict[str, Any]:
        """Return what the instance really holds."""
        row = self.store.get(collection, row_id)
        assert row is not None
        return row

    def switch(self, name: str, position: str) -> None:
        self.switches.set("halopsa", name, position)

    def setting(self, name: str, *, on: bool = True) -> None:
        """Set one of the instance's own settings."""
        self.store.update("Control", 1, {name: on})

    @property
    def origin(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")


@asynccontextmanager
async def practice(
    *applications: ApiApplication,
    rows: Mapping[str, list[dict[str, Any]]] | None = None,
    rules: Sequence[Mapping[str, Any]] = (),
    **settings: Any,
) -> AsyncIterator[Practice]:
    """Serve an instance of `ROWS` (and `rows`) on a free port."""
    clock, store, switches = Clock(), Store({**deepcopy(ROWS), **(rows or {})}), Switches()
    main = ApiApplication(CLIENT_ID, SECRET, 1)
    told = HalopsaSettings(
        TENANT, (main, *applications), tenant_rules=rules, now=clock.now, monotonic=clock.monotonic, **settings
    )
    app = build_app(store, switches, told)
    server = TestServer(app)
    await server.start_server()
    try:
        async with ClientSession() as session:
            yield Practice(server, session, store, switches, app[INSTANCE], clock)
    finally:
        await server.close()
