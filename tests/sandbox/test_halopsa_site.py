"""A site with HaloPSA in the sandbox as a whole: description, control, faults, who asks, limits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession

from sync_desktop.sandbox.server import Sandbox
from tests.sandbox.halopsa_tenant import CLIENT, ROWS
from tests.sandbox.practice import StillClock

WORLD: dict[str, Any] = {
    "schema_version": 1,
    "name": "small",
    "sites": [
        {
            "name": "Fabrikam IT",
            "psa": "halopsa",
            "salesbuildr": {},
            "halopsa": {**ROWS, "Agent": [{"id": 1, "name": "Sync Desktop", "isdisabled": False}]},
            "tenant_rules": [{"entity": "Client", "when": {"name": "Relecloud"}, "errors": ["Not that one"]}],
        }
    ],
}
Answer = tuple[int, Any, dict[str, str]]


class Desk:
    """Calls the site's HaloPSA with what the description says, and the control server."""

    def __init__(self, sandbox: Sandbox, http: ClientSession) -> None:
        self.sandbox = sandbox
        self._http = http
        told = sandbox.describe()
        self.site: dict[str, str] = told["sites"][0]["halopsa"]
        self._control = told["control"]
        self._token = ""

    async def log_in(self) -> Answer:
        """Ask for a token and keep it."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.site["client_id"],
            "client_secret": self.site["client_secret"],
            "scope": "all",
        }
        answer = await self._send("POST", f"{self.site['auth_url']}/token?tenant={self.site['tenant']}", data=form)
        self._token = answer[1]["access_token"] if answer[0] == 200 else self._token
        return answer

    async def call(self, path: str, body: Any = None) -> Answer:
        """GET a path under the resource server, or POST a body there."""
        signed = {"Authorization": f"Bearer {self._token}"}
        url = f"{self.site['base_url']}/{path}"
        return await self._send("GET" if body is None else "POST", url, headers=signed, json=body)

    async def _send(self, method: str, url: str, **more: Any) -> Answer:
        async with self._http.request(method, url, **more) as reply:
            is_json = reply.content_type.endswith("json")
            return reply.status, await reply.json() if is_json else await reply.text(), dict(reply.headers)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with self._http.request(method, f"{self._control}{path}", json=body) as reply:
            told = await reply.json()
            assert reply.status == 200, told
            return told

    async def fault(self, kind: str, **order: Any) -> None:
        await self.control("POST", "/faults", {"system": "halopsa", "kind": kind, **order})


@asynccontextmanager
async def desk(*, limits: bool = False) -> AsyncIterator[Desk]:
    async with (
        Sandbox(deepcopy(WORLD), timing=StillClock().timing, limits=limits) as sandbox,
        ClientSession() as http,
    ):
        at = Desk(sandbox, http)
        assert (await at.log_in())[0] == 200
        yield at


async def test_the_description_is_all_that_a_client_needs() -> None:
    async with desk() as at:
        assert set(at.site) == {"base_url", "auth_url", "tenant", "client_id", "client_secret"}
        assert at.site["base_url"].endswith("/api")
        assert (await at.call("authinfo"))[1] == {"auth_url": at.site["auth_url"], "tenant_id": at.site["tenant"]}
        assert (await at.call("Agent/me"))[1]["name"] == "Sync Desktop"


async def test_control_looks_into_collections_and_changes_them_behind_everybodys_back() -> None:
    async with desk() as at:
        assert (await at.control("GET", "/world/halopsa/client/10"))["name"] == "Northwind Traders"
        await at.control("PATCH", "/world/halopsa/AssetGroup/70", {"showasitem": False})
        status, told, _ = await at.call("Item", [{"name": "Monitor", "assetgroup_id": 70}])
        assert (status, told["Message"]) == (400, "Asset Group 70 is not available for Items")
        await at.control("PATCH", "/world/halopsa/Control/1", {"rmaincontactcompulsary": True})
        assert (await at.call("Client", [CLIENT]))[1]["Message"] == "Please populate main contact name"
        await at.control("DELETE", "/world/halopsa/Client/11")
        assert (await at.call("Client/11"))[0] == 404


async def test_the_rules_of_the_world_are_the_instances() -> None:
    async with desk() as at:
        assert (await at.call("Client", [{"name": "Relecloud"}]))[1]["Message"] == "Not that one"


async def test_rows_that_are_hidden_are_neither_listed_nor_found() -> None:
    async with desk() as at:
        await at.fault("hide", arg={"collection": "Users", "where": {"id": 31}})
        told = (await at.call("Users"))[1]
        assert ([row["id"] for row in told["users"]], told["record_count"]) == ([30, 32], 2)
        assert (await at.call("Users/31"))[0] == 404
        await at.control("DELETE", "/faults")
        assert (await at.call("Users/31"))[0] == 200


async def test_a_refused_sign_in_is_in_this_systems_words() -> None:
    async with desk() as at:
        await at.fault("unauthorized", times=2)
        assert (await at.call("Client"))[:2] == (401, "")
        status, told, _ = await at.log_in()
        assert (status, told["error"]) == (401, "invalid_client")
        assert (await at.log_in())[0] == 200


@pytest.mark.parametrize(("position", "body"), [("empty", ""), ("minimal", "Forbidden")])
async def test_a_fault_of_too_few_rights_is_in_this_systems_words(position: str, body: str) -> None:
    async with desk() as at:
        at.sandbox.switches.set("halopsa", "forbidden_body", position)
        await at.fault("forbidden", times=1)
        assert (await at.call("Client"))[:2] == (403, body)
        assert (await at.call("Client"))[0] == 200


@pytest.mark.parametrize(("position", "header"), [("off", None), ("on", "30")])
async def test_a_fault_of_too_many_requests_is_in_this_systems_words(position: str, header: str | None) -> None:
    async with desk() as at:
        at.sandbox.switches.set("halopsa", "retry_after", position)
        await at.fault("rate_limit", arg=30, times=1)
        status, told, headers = await at.call("Client")
        assert (status, told) == (429, {"error": "Rate Limit Reached - 300 Requests per rolling 5 minute window"})
        assert headers.get("Retry-After") == header
        assert (await at.call("Client"))[0] == 200


async def test_a_lost_answer_leaves_the_row_that_was_made() -> None:
    async with desk() as at:
        await at.fault("reset_after", method="POST", path="/api/Client", times=1)
        with pytest.raises(ClientConnectionError):
            await at.call("Client", [CLIENT])
        assert [row["name"] for row in (await at.call("Client?search=litware"))[1]["clients"]] == ["Litware"]


async def test_real_limits_are_those_of_the_instance_and_gone_after_a_reset() -> None:
    async with desk(limits=True) as at:
        for _ in range(299):
            assert (await at.call("authinfo"))[0] == 200
        assert (await at.call("authinfo"))[0] == 429
        await at.control("POST", "/reset", {})
        assert (await at.call("authinfo"))[0] == 200
        assert (await at.call("Client"))[0] == 401


async def test_the_request_log_says_who_asked_and_no_secret() -> None:
    async with desk() as at:
        await at.call("Client?count=1")
        asked, listed = await at.control("GET", "/requests?system=halopsa")
        assert (asked["path"], asked["who"]) == (f"/auth/token?tenant={at.site['tenant']}", "nobody")
        assert (listed["path"], listed["who"]) == ("/api/Client?count=1", at.site["client_id"])
        assert at.site["client_secret"] not in str([asked, listed])
