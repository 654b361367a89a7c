"""A workbench over the practice world of Autotask, which was read and checked once and is copied for each test."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync_desktop.assembly import keep_sites, open_workbench
from sync_desktop.cli.practice import practice_secrets, practice_sites
from sync_desktop.domain.words import IssueState, Psa
from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.secrets import MemorySecrets, MixedSecrets
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import IssueRow, SiteInput
from tests.sandbox.world_files import world_of

SITE = "practice-autotask"


@dataclass(slots=True)
class DeskStage:
    """One workbench, the sandbox that it talks to, and short ways to ask both."""

    bench: Workbench
    sandbox: Sandbox
    secrets: MemorySecrets
    path: Path

    def numbers(self, case: str) -> list[str]:
        """Return the quotes, by number, that the world has for a case."""
        return self.sandbox.site().cases[case]

    async def rows(self, case: str, state: IssueState | None = IssueState.OPEN) -> list[IssueRow]:
        """Return the issues of a case's quotes."""
        page = await self.bench.issues.page(state=state)
        numbers = set(self.numbers(case))
        return [row for row in page.rows if row.record.split(" ")[0] in numbers]

    async def row(self, case: str, state: IssueState | None = IssueState.OPEN) -> IssueRow:
        """Return the issue of the case's first quote."""
        first = self.numbers(case)[0]
        return next(row for row in await self.rows(case, state) if row.record.split(" ")[0] == first)

    def held(self, entity: str) -> dict[int, dict[str, Any]]:
        """Return what Autotask holds."""
        return self.sandbox.site().psa_store.rows(entity)

    def quoting_id(self, kind: str, **members: Any) -> str:
        """Return the id of the first row of Salesbuildr with these members."""
        rows = self.sandbox.site().quoting_store.rows(kind)
        return next(key for key, row in rows.items() if all(row.get(name) == value for name, value in members.items()))

    def live_input(self, **changes: Any) -> SiteInput:
        """Return what a person types to connect a live site with the practice servers."""
        told = self.sandbox.describe()["sites"][0]
        fields = {
            "quoting_url": told["salesbuildr"]["base_url"],
            "username": told["autotask"]["username"],
            "zone_url": told["autotask"]["zone_url"],
            "web_url": "",
        }
        secrets = {
            "api-key": credentials.API_KEY,
            "autotask.secret": credentials.AUTOTASK_SECRET,
            "autotask.integration_code": credentials.AUTOTASK_INTEGRATION_CODE,
        }
        typed = {"id": "", "name": "Contoso MSP", "psa": Psa.AUTOTASK, "fields": fields, "secrets": secrets}
        return SiteInput(**{**typed, **changes})

    @property
    def writes(self) -> list[str]:
        """Every request that was no read, as Autotask served it."""
        return [
            f"{each['method']} {each['path']}"
            for each in self.sandbox.log.entries(system="autotask")
            if each["method"] != "GET" and not each["path"].endswith("/query")
        ]


async def make_template(path: Path) -> None:
    """Read and check the default world into a workspace file."""
    async with Sandbox(world_of("autotask")) as sandbox:
        await keep_sites(path, practice_sites(sandbox.describe()))
        bench = await open_workbench(path, practice_secrets())
        try:
            await bench.runs.refresh()
        finally:
            await bench.close()


@asynccontextmanager
async def desk_stage(path: Path, template: Path | None) -> AsyncIterator[DeskStage]:
    """Give a workbench over a copy of the template, or over an empty workspace with one practice site."""
    if template is not None:
        shutil.copyfile(template, path)
    secrets = MemorySecrets()
    async with Sandbox(world_of("autotask")) as sandbox:
        await keep_sites(path, practice_sites(sandbox.describe()))
        bench = await open_workbench(path, MixedSecrets(practice_secrets(), secrets))
        try:
            yield DeskStage(bench, sandbox, secrets, path)
        finally:
            await bench.close()
