"""A site with ConnectWise in the sandbox as a whole: description, control, faults, who asks, limits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

import pytest
from aiohttp import ClientSession

from sync_desktop.sandbox.connectwise.settings import ApiMember
from sync_desktop.sandbox.connectwise.texts import NO_PERMISSION
from sync_desktop.sandbox.server import Sandbox
from tests.sandbox.connectwise_tenant import ROWS, signature
from tests.sandbox.practice import StillClock

WORLD: dict[str, Any] = {
    "schema_version": 1,
    "name": "small",
    "sites": [{"name": "Fabrikam IT", "psa": "connectwise", "salesbuildr": {}, "connectwise": ROWS}],
}
Answer = tuple[int, Any, dict[str, str]]


class Desk:
    """Calls the site's ConnectWise with what the description says, and the control server."""

    def __init__(self, sandbox: Sandbox, http: ClientSession) -> None:
        self.sandbox = sandbox
        self._http = http
        told = sandbox.describe()
        self.site: dict[str, str] = told["sites"][0]["connectwise"]
        self._control = told["control"]

    async def get(self, path: str, **more: Any) -> Answer:
        ours = ApiMember(self.site["public_key"], self.site["private_key"], self.site["client_id"])
        url = f"{self.site['base_url']}/{path}"
        async with self._http.get(url, headers=signature(ours, self.site["company"]), params=more) as reply:
            is_json = reply.content_type.endswith("json")
            return reply.status, await reply.json() if is_json else await reply.text(), dict(reply.headers)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with self._http.request(method, f"{self._control}{path}", json=body) as reply:
            told = await reply.json()
            assert reply.status == 200, told
            return told

    async def fault(self, kind: str, **order: Any) -> None:
        await self.control("POST", "/faults", {"system": "connectwise", "kind": kind, **order})


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    async with (
        Sandbox(deepcopy(WORLD), timing=StillClock().timing) as sandbox,
        ClientSession() as http,
    ):
        yield Desk(sandbox, http)


async def test_the_description_is_all_that_a_client_needs() -> None:
    async with desk() as at:
        assert set(at.site) == {"base_url", "site", "company", "public_key", "private_key", "client_id"}
        assert at.site["base_url"] == f"{at.site['site']}/v4_6_release/apis/3.0"
        assert (await at.get("system/info"))[0] == 200


async def test_control_looks_into_collections_and_changes_them_behind_everybodys_back() -> None:
    async with desk() as at:
        assert (await at.control("GET", "/world/connectwise/procurement/categories/60"))["name"] == "Hardware"
        await at.control("PATCH", "/world/connectwise/procurement/categories/60", {"inactiveFlag": True})
        assert (await at.get("procurement/categories/60"))[1]["inactiveFlag"] is True
        await at.control("DELETE", "/world/connectwise/finance/billingTerms/5")
        assert (await at.get("finance/billingTerms/5"))[:2] == (
            404,
            {"code": "NotFound", "message": "Billing Term 5 not found"},
        )


async def test_a_changed_codebase_is_found_by_asking_again() -> None:
    async with desk() as at:
        row = {"id": 1, "CompanyID": "fabrikam", "CompanyName": "Fabrikam IT", "Codebase": "v2026_2/"}
        await at.control("POST", "/world/connectwise/login/companyinfo", row)
        at.site["base_url"] = at.site["base_url"].replace("v4_6_release", "v2026_1")
        assert (await at.get("company/companies"))[:2] == (400, "Cannot route. Codebase/company is invalid")
        at.site["base_url"] = at.site["base_url"].replace("v2026_1", "v2026_2")
        assert (await at.get("company/companies"))[0] == 200


async def test_rows_that_are_hidden_are_neither_listed_nor_found() -> None:
    async with desk() as at:
        await at.fault("hide", arg={"collection": "company/contacts", "where": {"id": 40}})
        status, rows, _ = await at.get("company/contacts")
        assert (status, [row["id"] for row in rows]) == (200, [41])
        assert (await at.get("company/contacts/40"))[0] == 404
        assert "contact" not in (await at.get("sales/opportunities/50"))[1]


@pytest.mark.parametrize(
    ("kind", "arg", "status", "body"),
    [
        ("unauthorized", None, 401, {"code": "ConnectWiseApi", "message": "UserNotAuthenticated"}),
        ("forbidden", None, 403, {"code": "Security", "message": NO_PERMISSION}),
        (
            "rate_limit",
            30,
            429,
            {"error": "ConnectWiseAPI", "message": "Too many requests. Please try again in 30 seconds."},
        ),
    ],
)
async def test_a_fault_answers_in_this_systems_words(kind: str, arg: Any, status: int, body: Any) -> None:
    async with desk() as at:
        await at.fault(kind, arg=arg, times=1)
        told = await at.get("company/companies")
        assert told[:2] == (status, body)
        assert told[2].get("Retry-After") == ("30" if status == 429 else None)
        assert (await at.get("company/companies"))[0] == 200


async def test_the_request_log_says_who_asked_and_no_secret() -> None:
    async with desk() as at:
        await at.get("company/companies", pageSize="1")
        (entry,) = await at.control("GET", "/requests?system=connectwise")
        assert entry["who"] == f"fabrikam+{at.site['public_key']}"
        assert at.site["private_key"] not in str(entry)
        assert entry["path"] == "/v4_6_release/apis/3.0/company/companies?pageSize=1"
