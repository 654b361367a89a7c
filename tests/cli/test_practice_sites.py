"""Practice sites: what the sandbox describes becomes sites that connect, for every PSA that there is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync_desktop.assembly import keep_sites, open_workbench
from sync_desktop.cli.practice import practice_secrets, practice_sites
from sync_desktop.domain.words import Psa
from sync_desktop.psa.registry import FOLDERS, folder
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import SiteInput
from tests.sandbox.world_files import world_of

pytestmark = pytest.mark.parametrize("psa", list(FOLDERS))


@pytest.fixture
async def bench(psa: Psa, tmp_path: Path) -> AsyncIterator[Workbench]:
    async with Sandbox(world_of(psa.value)) as sandbox:
        made = [site for site in practice_sites(sandbox.describe()) if site.psa is psa]
        await keep_sites(tmp_path / "practice.db", made)
        bench = await open_workbench(tmp_path / "practice.db", practice_secrets())
        try:
            yield bench
        finally:
            await bench.close()


async def test_a_practice_site_has_everything_that_its_form_asks_for(psa: Psa, bench: Workbench) -> None:
    (site,) = await bench.sites.sites()
    form = await bench.sites.form(site.id)
    assert (form.psa, form.practice) == (psa, True)
    assert {secret.name: secret.stored or secret.optional for secret in form.secrets} == {
        secret.name: True for secret in form.secrets
    }
    declared = {field.name for field in folder(psa).FORM if not field.secret}
    assert {field.name for field in form.fields if field.value} >= declared - {"web_url"}


async def test_a_practice_site_connects(psa: Psa, bench: Workbench) -> None:
    (site,) = await bench.sites.sites()
    form = await bench.sites.form(site.id)
    lines = await bench.sites.test(SiteInput(site.id, site.name, psa, {}, {}))
    assert [line.text for line in lines if not line.ok] == []
    assert lines[-1].text.startswith(f"{form.psa.label}: ")
