"""Test connection for every PSA: what works is told, and each thing that is wrong has a sentence of its own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.assembly import open_workbench
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import Psa
from sync_desktop.psa.registry import FOLDERS, folder
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.secrets import MemorySecrets
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import SiteInput
from tests.sandbox.world_files import world_of

CW, HALO = Psa.CONNECTWISE, Psa.HALOPSA
TYPED = {
    Psa.AUTOTASK: {"username": "username", "zone_url": "zone_url"},
    Psa.CONNECTWISE: {"site": "site", "company": "company"},
    Psa.HALOPSA: {"resource_server": "base_url", "auth_server": "auth_url", "tenant": "tenant"},
}
"""Fields of the form, and what the sandbox's description calls them."""


@dataclass(slots=True)
class Typist:
    """Tests a connection with what a person may have typed."""

    bench: Workbench
    sandbox: Sandbox
    psa: Psa

    def typed(self, fields: Mapping[str, str], secrets: Mapping[str, str | None]) -> SiteInput:
        """Return the right words, but for those that are given; None is a secret that was not typed."""
        (told,) = self.sandbox.describe()["sites"]
        system = told[self.psa.value]
        right = {name: system[member] for name, member in TYPED[self.psa].items()}
        known: dict[str, str | None] = {"api-key": told["salesbuildr"]["api_key"]}
        for asked in folder(self.psa).FORM:
            if asked.secret:
                known[asked.name] = system[asked.name.partition(".")[2]]
        known |= secrets
        return SiteInput(
            id="",
            name="Contoso MSP",
            psa=self.psa,
            fields={"quoting_url": told["salesbuildr"]["base_url"], **right, **fields},
            secrets={name: value for name, value in known.items() if value is not None},
        )

    def led(self, fields: Mapping[str, str]) -> dict[str, str]:
        """Return fields with the addresses of servers put in."""
        (told,) = self.sandbox.describe()["sites"]
        origins = {"{salesbuildr}": told["salesbuildr"]["base_url"]}
        if self.psa is HALO:
            origins["{halo}"] = told[HALO.value]["base_url"].removesuffix("/api")
        return {
            name: next((text.replace(mark, at) for mark, at in origins.items() if mark in text), text)
            for name, text in fields.items()
        }

    async def lines(
        self, fields: Mapping[str, str] | None = None, secrets: Mapping[str, str | None] | None = None
    ) -> list[tuple[bool, str]]:
        found = await self.bench.sites.test(self.typed(fields or {}, secrets or {}))
        return [(line.ok, line.text) for line in found]

    def writes(self) -> list[str]:
        reads = ("/query", "/token")
        served = self.sandbox.log.entries(system=self.psa.value)
        sent = [each["path"].partition("?")[0] for each in served if each["method"] != "GET"]
        return [path for path in sent if not path.endswith(reads)]


@asynccontextmanager
async def typist(psa: Psa, path: Path) -> AsyncIterator[Typist]:
    async with Sandbox(world_of(psa.value)) as sandbox:
        bench = await open_workbench(path, MemorySecrets())
        try:
            yield Typist(bench, sandbox, psa)
        finally:
            await bench.close()


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong, and words of the sentence about it."""

    psa: Psa
    says: str
    why: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str | None] = field(default_factory=dict)
    fault: dict[str, Any] | None = None
    switches: dict[str, str] = field(default_factory=dict)


WRONG = {
    "private key": Wrong(CW, "UserNotAuthenticated", "Public and private key", secrets={f"{CW}.private_key": "x"}),
    "public key": Wrong(CW, "UserNotAuthenticated", "Public and private key", secrets={f"{CW}.public_key": "x"}),
    "company": Wrong(CW, "does not know the company “nobody”", "misspelt", fields={"company": "nobody"}),
    **{
        f"keys, told as {position}": Wrong(
            CW, says, why, secrets={f"{CW}.private_key": "x"}, switches={"wrong_keys": position}
        )
        for position, says, why in (
            ("unauthorized", "authentication is incorrect", "Public and private key"),
            ("404", "endpoint does not exist", "instead of rejecting wrong keys"),
        )
    },
    **{
        f"client id, told as {status}": Wrong(
            CW,
            "clientId",
            "names the program",
            secrets={f"{CW}.client_id": "x"},
            switches={"client_id_missing": status},
        )
        for status in ("403", "400", "401")
    },
    "another server": Wrong(CW, "did not say where the API", "another program", fields={"site": "{salesbuildr}"}),
    "router": Wrong(
        CW,
        "Cannot route",
        "the keys were not looked at",
        fault={"path": "/apis/", "kind": "status", "arg": {"status": 400, "body": "Cannot route. Codebase/company"}},
    ),
    "no client id": Wrong(
        CW, "No ConnectWise client id is stored", "Nothing was sent", secrets={f"{CW}.client_id": None}
    ),
    "no permission": Wrong(
        CW,
        "do not have security permission",
        "security role of the API member",
        fault={"path": "company/companies/count", "kind": "forbidden"},
    ),
    "client secret": Wrong(
        HALO, "client credentials are invalid", "secret is likely", secrets={f"{HALO}.client_secret": "x"}
    ),
    "unknown application": Wrong(HALO, "'client_id'", "No application", secrets={f"{HALO}.client_id": "x"}),
    "authorisation server": Wrong(
        HALO, "Not HaloPSA's authorisation server", "not that server", fields={"auth_server": "{salesbuildr}"}
    ),
    "authorisation host": Wrong(
        HALO, "refused the connection", "a server of its own", fields={"auth_server": "http://127.0.0.1:1/auth"}
    ),
    "resource server": Wrong(
        HALO, "no place for Client rows", "address of the site is wrong", fields={"resource_server": "{halo}/elsewhere"}
    ),
    "token": Wrong(
        HALO, "did not accept the token", "also a fresh one", fault={"path": "api/client", "kind": "unauthorized"}
    ),
    "no client secret": Wrong(
        HALO, "No HaloPSA client secret is stored", "Nothing was sent", secrets={f"{HALO}.client_secret": None}
    ),
    "tenant": Wrong(HALO, "HaloPSA does not know the tenant “nobody”", fields={"tenant": "nobody"}),
    "no agent's permission": Wrong(HALO, "403", "does not allow", fault={"path": "api/client", "kind": "forbidden"}),
}


@pytest.mark.parametrize("wrong", [each for each in WRONG.values() if each.psa in FOLDERS])
async def test_each_thing_that_is_wrong_has_its_own_sentence(wrong: Wrong, tmp_path: Path) -> None:
    async with typist(wrong.psa, tmp_path / "w.db") as desk:
        if wrong.fault:
            desk.sandbox.faults.order({"system": wrong.psa.value, **wrong.fault})
        desk.sandbox.switches.set_all({wrong.psa.value: wrong.switches})
        first, last = await desk.lines(desk.led(wrong.fields), wrong.secrets)
        assert first[0], "Salesbuildr's own key was right"
        assert not last[0]
        assert last[1].startswith(f"{wrong.psa.label}: ")
        assert wrong.says in last[1]
        assert wrong.why in last[1]
        assert "**" not in last[1]
        assert desk.writes() == []


@pytest.mark.parametrize("psa", list(FOLDERS))
async def test_what_was_accepted_and_can_be_seen_is_told(psa: Psa, tmp_path: Path) -> None:
    async with typist(psa, tmp_path / "w.db") as desk:
        found = await desk.lines()
        assert [ok for ok, _ in found] == [True] * 3
        assert "accepted" in found[1][1]
        assert desk.writes() == []


@pytest.mark.parametrize("psa", list(FOLDERS))
async def test_a_field_that_is_needed_is_named_while_it_is_empty(psa: Psa, tmp_path: Path) -> None:
    needed = [each for each in folder(psa).FORM if not (each.secret or each.optional or each.default)]
    assert needed
    async with typist(psa, tmp_path / "w.db") as desk:
        for each in needed:
            with pytest.raises(UserError, match=f"^{each.label}: this is still empty"):
                await desk.lines({each.name: "  "})
        assert desk.sandbox.log.entries(system=psa.value) == []


@pytest.mark.parametrize("psa", list(FOLDERS))
async def test_a_new_site_is_of_the_psa_that_was_chosen(psa: Psa, tmp_path: Path) -> None:
    async with typist(psa, tmp_path / "w.db") as desk:
        form = await desk.bench.sites.form(psa=psa)
        assert (form.psa, form.psas) == (psa, tuple(FOLDERS))
        declared = folder(psa)
        asked = {each.name for each in form.fields} | {each.name for each in form.secrets}
        assert {each.name for each in declared.FORM} <= asked
        assert form.advice == declared.ADVICE
        site_id = await desk.bench.sites.save(desk.typed({}, {}))
        kept = await desk.bench.sites.form(site_id)
        assert (kept.psa, kept.psas, kept.name) == (psa, (), "Contoso MSP")
        assert all(secret.stored for secret in kept.secrets if not secret.optional)
        lines = await desk.bench.sites.test(SiteInput(site_id, kept.name, psa, desk.typed({}, {}).fields, {}))
        assert all(line.ok for line in lines)
