"""Practice sites: the sandbox's description turned into sites and secrets. Only commands know the sandbox."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import Psa, Role
from sync_desktop.sandbox import credentials
from sync_desktop.secrets import PracticeSecrets

_START_SECONDS = 30.0


def practice_sites(described: Mapping[str, Any]) -> list[Site]:
    """Return the sites that the sandbox describes; they hold no secrets and say only "practice"."""
    return [_site(each) for each in described["sites"]]


def _site(described: Mapping[str, Any]) -> Site:
    psa = Psa(described["psa"])
    system = described[psa.value]
    connection = {"username": system["username"], "zone_url": system["zone_url"], "web_url": ""}
    return Site(
        id=f"practice-{psa.value}",
        name=described["name"],
        psa=psa,
        role=Role.WRITE,
        practice=True,
        quoting_url=described["salesbuildr"]["base_url"],
        connection=connection,
        defaults={"Companies.companyType": "3"},
    )


def practice_secrets() -> PracticeSecrets:
    """Return the constants of the sandbox as a secrets store; they stand in no file that this program writes."""
    site_id = f"practice-{Psa.AUTOTASK.value}"
    return PracticeSecrets(
        {
            (site_id, "api-key"): credentials.API_KEY,
            (site_id, "autotask.secret"): credentials.AUTOTASK_SECRET,
            (site_id, "autotask.integration_code"): credentials.AUTOTASK_INTEGRATION_CODE,
        }
    )


@asynccontextmanager
async def started_sandbox(*arguments: str) -> AsyncIterator[dict[str, Any]]:
    """Run the sandbox in a process of its own; gives what its first line describes, and ends it afterwards."""
    command = [sys.executable, "-m", "sync_desktop", "sandbox", "--json", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        if process.stdout is None:
            raise UserError("The sandbox could not be started: it has no output.")
        line = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
        if not line:
            raise UserError("The sandbox ended before it said where it listens; run “sync-desktop sandbox” to see why.")
        yield json.loads(line)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
