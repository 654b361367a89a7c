"""A small world and a caller for the tests of the sandbox."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession

from sync_desktop.sandbox.front import Timing
from sync_desktop.sandbox.server import Sandbox

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)

SMALL: dict[str, Any] = {
    "schema_version": 1,
    "name": "small",
    "sites": [
        {
            "name": "Fabrikam IT",
            "psa": "autotask",
            "salesbuildr": {
                "company": [
                    {"id": "c1", "name": "Litware", "externalIdentifier": "11", "address": {"city": "Boise"}},
                    {"id": "c2", "name": "Fourth Coffee", "externalIdentifier": None, "address": {}},
                ],
                "contact": [
                    {
                        "id": "p1",
                        "firstName": "Ada",
                        "lastName": "Kaur",
                        "email": "ada@litware.example",
                        "companyId": "c1",
                    },
                    {
                        "id": "p2",
                        "firstName": "Bao",
                        "lastName": "Chen",
                        "email": "bao@fourth.example",
                        "companyId": "c2",
                    },
                ],
                "owner": [
                    {"id": "o1", "name": "Rosa Varga", "email": "rosa@fabrikam.example", "externalIdentifier": "7"}
                ],
                "opportunity": [
                    {"id": "d1", "name": "Refresh", "companyId": "c1", "ownerId": "o1", "pipelineStageId": "f1"},
                ],
                "category": [
                    {"id": "k0", "name": "Hardware", "parentCategoryId": None, "billingCode": None},
                    {"id": "k1", "name": "Laptops", "parentCategoryId": "k0", "billingCode": 401},
                    {"id": "k2", "name": "Unused", "parentCategoryId": None, "billingCode": 402},
                ],
                "field": [
                    {
                        "id": "f1",
                        "field": "stage",
                        "displayValue": "Proposal",
                        "externalIdentifier": "22",
                        "deleted": False,
                    },
                    {"id": "f2", "field": "payment-term", "displayValue": "Net 30", "externalIdentifier": "6"},
                ],
                "product": [
                    {"id": "a1", "name": "Laptop", "productType": "product", "term": "one-time", "categoryId": "k1"},
                    {"id": "a2", "name": "Care", "productType": "bundle", "term": "monthly", "categoryId": "k1"},
                ],
                "quote": [
                    {
                        "id": "q1",
                        "number": "Q-1",
                        "title": "First",
                        "status": "approved",
                        "createdAt": "{-5}T10:00:00Z",
                        "sentAt": "{-4}T10:00:00Z",
                        "companyId": "c1",
                        "contactId": "p1",
                        "ownerId": "o1",
                        "opportunityId": "d1",
                        "paymentTermId": "f2",
                        "discount": {"type": "percentage", "value": 5},
                        "items": [
                            {"id": "i1", "name": "Laptop", "productId": "a1", "quantity": 2, "manufacturer": "Corvane"}
                        ],
                    },
                    {"id": "q2", "number": "Q-2", "title": "Second", "status": "draft", "companyId": "c2", "items": []},
                ],
            },
            "autotask": {
                "Companies": [{"id": 0, "companyName": "Fabrikam IT"}, {"id": 11, "companyName": "Litware"}],
                "Resources": [{"id": 29682001, "firstName": "Sync", "isActive": True}],
            },
        }
    ],
}


class StillClock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Note the wait and be done with it."""
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def timing(self) -> Timing:
        """Return it in the form that the sandbox takes."""
        return Timing(now=lambda: NOW, monotonic=lambda: self.seconds, sleep=self.sleep)


class Caller:
    """Calls a sandbox's first site as its clients do."""

    def __init__(self, sandbox: Sandbox, http: ClientSession) -> None:
        told = sandbox.describe()
        site = told["sites"][0]
        self.sandbox = sandbox
        self._http = http
        self._control = told["control"]
        self._quoting = site["salesbuildr"]
        self._psa = site["autotask"]

    async def quoting(
        self,
        path: str,
        *,
        method: str = "GET",
        key: str | None = "",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Ask Salesbuildr; `key` None sends none."""
        signed = {} if key is None else {"api-key": key or self._quoting["api_key"]}
        url = f"{self._quoting['base_url']}{path}"
        async with self._http.request(method, url, headers={**signed, **(headers or {})}, json=json) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else await answer.text(), answer.headers

    async def psa(self, path: str, *, json: Any = None, secret: str = "") -> tuple[int, Any]:
        """Ask Autotask: POST where there is a body, else GET; with the right secret unless another is given."""
        signed = {
            "UserName": self._psa["username"],
            "Secret": secret or self._psa["secret"],
            "ApiIntegrationCode": self._psa["integration_code"],
        }
        method = "GET" if json is None else "POST"
        async with self._http.request(
            method, f"{self._psa['base_url']}/V1.0{path}", headers=signed, json=json
        ) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else await answer.text()

    async def control(self, path: str, *, method: str = "GET", json: Any = None) -> tuple[int, Any]:
        """Call the control server."""
        async with self._http.request(method, f"{self._control}{path}", json=json) as answer:
            return answer.status, await answer.json()

    async def fault(self, kind: str, **order: Any) -> None:
        """Order a fault, at Salesbuildr where nothing else is said."""
        status, told = await self.control(
            "/faults", method="POST", json={"system": "salesbuildr", "kind": kind, **order}
        )
        assert status == 200, told
