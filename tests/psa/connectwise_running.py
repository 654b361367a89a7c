"""A running sandbox with ConnectWise, changed through its control server only, and a connector to it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from sync_desktop.psa.connector import Listing
from sync_desktop.psa.connectwise import CLIENT_ID, PRIVATE_KEY, PUBLIC_KEY
from sync_desktop.psa.connectwise.kinds import PRODUCT_CATEGORY
from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.front import Timing
from sync_desktop.sandbox.server import Sandbox
from tests.psa.connectwise_desk import Connected, connected
from tests.transport.wire import FakeClock

KEYS = {
    PUBLIC_KEY: credentials.CONNECTWISE_PUBLIC_KEY,
    PRIVATE_KEY: credentials.CONNECTWISE_PRIVATE_KEY,
    CLIENT_ID: credentials.CONNECTWISE_CLIENT_ID,
}


@dataclass(slots=True)
class Running:
    """A running sandbox, changed through its control server only, and a connector to its ConnectWise."""

    control: str
    http: ClientSession
    psa: Connected

    async def change(self, method: str, path: str, body: Any = None) -> None:
        """Do something behind our back."""
        async with self.http.request(method, f"{self.control}{path}", json=body) as answer:
            assert answer.status < 300, await answer.text()

    async def switch(self, **positions: str) -> None:
        await self.change("POST", "/switches", {"connectwise": positions})

    async def row(self, method: str, collection: str, row_id: int, **changes: Any) -> None:
        await self.change(method, f"/world/connectwise/{collection}/{row_id}", changes or None)

    async def fault(self, kind: str, **order: Any) -> None:
        await self.change("POST", "/faults", {"system": "connectwise", "kind": kind, **order})

    async def categories(self, *wanted: str) -> Listing:
        return (await self.psa.connector.listings({PRODUCT_CATEGORY: wanted}))[PRODUCT_CATEGORY]


@asynccontextmanager
async def running(rows: Mapping[str, list[dict[str, Any]]]) -> AsyncIterator[Running]:
    """Serve these rows and connect to them."""
    site = {"name": "Fabrikam IT", "psa": "connectwise", "salesbuildr": {}, "connectwise": rows}
    clock = FakeClock()
    timing = Timing(now=clock.now, monotonic=clock.monotonic, sleep=clock.sleep)
    async with (
        Sandbox({"schema_version": 1, "name": "small", "sites": [site]}, timing=timing) as sandbox,
        ClientSession() as http,
    ):
        told = sandbox.describe()
        described = told["sites"][0]["connectwise"]
        async with connected(KEYS, site=described["site"], company=described["company"]) as psa:
            yield Running(told["control"], http, psa)
