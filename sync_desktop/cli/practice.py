"""Practice sites: the sandbox's description turned into sites and secrets. Only commands know the sandbox."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import Psa, Role
from sync_desktop.sandbox import credentials
from sync_desktop.secrets import PracticeSecrets

if TYPE_CHECKING:
    import httpx

_END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Practice:
    """What turns the sandbox's description of a PSA into a site."""

    connection: Mapping[str, str]
    """Fields of the connection form, and what the description calls them."""
    secrets: Mapping[str, str]
    """Secrets of the connection form: constants of the sandbox."""
    defaults: Mapping[str, str]
    """Default settings that the worlds' tenants need."""


_PRACTICE = {
    Psa.AUTOTASK: _Practice(
        connection={"username": "username", "zone_url": "zone_url"},
        secrets={
            "autotask.secret": credentials.AUTOTASK_SECRET,
            "autotask.integration_code": credentials.AUTOTASK_INTEGRATION_CODE,
        },
        defaults={"Companies.companyType": "3"},
    ),
    Psa.CONNECTWISE: _Practice(
        connection={"site": "site", "company": "company"},
        secrets={
            "connectwise.public_key": credentials.CONNECTWISE_PUBLIC_KEY,
            "connectwise.private_key": credentials.CONNECTWISE_PRIVATE_KEY,
            "connectwise.client_id": credentials.CONNECTWISE_CLIENT_ID,
        },
        defaults={"procurement/products.shippingItem": "791", "procurement/products.setupItem": "792"},
    ),
    Psa.HALOPSA: _Practice(
        connection={"resource_server": "base_url", "auth_server": "auth_url", "tenant": "tenant"},
        secrets={
            "halopsa.client_id": credentials.HALOPSA_CLIENT_ID,
            "halopsa.client_secret": credentials.HALOPSA_CLIENT_SECRET,
        },
        defaults={
            "Quotation/lines.shippingItem": "591",
            "Quotation/lines.setupItem": "592",
            "billingperiod.quarterly": "3",
            "billingperiod.semi-annual": "4",
            "billingperiod.yearly": "5",
        },
    ),
}


def practice_sites(described: Mapping[str, Any]) -> list[Site]:
    """Return the sites that the sandbox describes; they hold no secrets and say only "practice"."""
    return [_site(each) for each in described["sites"]]


def _site(described: Mapping[str, Any]) -> Site:
    psa = Psa(described["psa"])
    known, system = _PRACTICE[psa], described[psa.value]
    return Site(
        id=_site_id(psa),
        name=described["name"],
        psa=psa,
        role=Role.WRITE,
        practice=True,
        quoting_url=described["salesbuildr"]["base_url"],
        connection={field: system[name] for field, name in known.connection.items()},
        defaults=dict(known.defaults),
    )


def _site_id(psa: Psa) -> str:
    return f"practice-{psa.value}"


def practice_secrets() -> PracticeSecrets:
    """Return the constants of the sandbox as a secrets store; they stand in no file that this program writes."""
    values = {(_site_id(psa), "api-key"): credentials.API_KEY for psa in _PRACTICE}
    for psa, known in _PRACTICE.items():
        values |= {(_site_id(psa), name): value for name, value in known.secrets.items()}
    return PracticeSecrets(values)


class RunningSandbox:
    """The sandbox in a process of its own, for as long as the block lasts; it makes a practice workspace."""

    def __init__(self, workspace: Path, *, limits: str = "off") -> None:
        command = [sys.executable, "-m", "sync_desktop", "sandbox", "--json", "--limits", limits]
        self._command = [*command, "--workspace", str(workspace)]
        self._process: subprocess.Popen[str] | None = None
        self.described: dict[str, Any] = {}

    def __enter__(self) -> Self:
        """Start it, and wait for its first line."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self.__exit__()
            raise UserError("The sandbox ended before it said where it listens; “sync-desktop sandbox” says why.")
        self.described = json.loads(line)
        return self

    def __exit__(self, *_error: object) -> None:
        """End it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    @asynccontextmanager
    async def control(self) -> AsyncIterator["Control"]:
        """Connect to its control server."""
        import httpx

        from sync_desktop.transport.tls import os_trust  # reading httpx's own certificates takes longer than all else

        async with httpx.AsyncClient(base_url=self.described["control"], trust_env=False, verify=os_trust()) as client:
            yield Control(client, self.described)


class Control:
    """The sandbox's control server, as the demo's walk asks it."""

    def __init__(self, client: "httpx.AsyncClient", described: dict[str, Any]) -> None:
        self._client = client
        self.described = described

    async def rows(self, path: str) -> list[dict[str, Any]]:
        """Return what a system holds, such as `autotask/Quotes`."""
        found: list[dict[str, Any]] = await self._call("GET", f"/world/{path}")
        return found

    async def change(self, path: str, **changes: Any) -> None:
        """Change one row behind everybody's back."""
        await self._call("PATCH", f"/world/{path}", changes)

    async def fault(self, **rule: Any) -> None:
        """Order a fault."""
        await self._call("POST", "/faults", rule)

    async def clear_faults(self) -> None:
        """Order no fault any more."""
        await self._call("DELETE", "/faults")

    async def requests(self) -> list[dict[str, Any]]:
        """Return the requests served."""
        served: list[dict[str, Any]] = await self._call("GET", "/requests")
        return served

    async def writes(self) -> list[str]:
        """Return the requests served that were no reads."""
        served = await self.requests()
        reads = ("/query", "/query/count", "/query/next", "/token")
        return [
            f"{each['method']} {each['path']}"
            for each in served
            if each["method"] != "GET" and not each["path"].split("?")[0].endswith(reads)
        ]

    async def forget(self) -> None:
        """Forget the requests served so far."""
        await self._call("DELETE", "/requests")

    async def vendor_sync(self, number: str) -> None:
        """Let Salesbuildr's own integration write a quote."""
        for site in self.described["sites"]:
            quotes = await self.rows(f"salesbuildr/quote?site={site['name']}")
            wanted = [f"quote/{each['id']}" for each in quotes if each["number"] == number]
            if wanted:
                await self._vendor_sync(site["name"], wanted)

    async def _vendor_sync(self, site: str, wanted: list[str]) -> None:
        done = await self._call("POST", "/vendor-sync", {"site": site, "records": wanted})
        if any(each.get("errors") for each in done["records"]):
            raise UserError(f"Salesbuildr's own integration could not write {wanted}: {done}")

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self._client.request(method, path, json=body)
        if answer.is_error:
            raise UserError(f"The sandbox refused {method} {path}: {answer.text}")
        return answer.json() if answer.content else None
