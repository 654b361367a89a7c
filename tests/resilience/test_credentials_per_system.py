"""Salesbuildr's credentials and the PSA's: one system that rejects its own leaves the other alone."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.sites import Credentials, Side
from sync_desktop.domain.words import AttemptKind, RecordKind
from sync_desktop.sandbox import credentials
from sync_desktop.storage import sites
from sync_desktop.workbench.views import SiteInput
from tests.resilience.rough_stage import Stage, staged
from tests.resilience.rough_world import FULL, KNOWN, RoughWorld

KEY, SECRET = "api-key", "autotask.secret"
RIGHT = {KEY: credentials.API_KEY, SECRET: credentials.AUTOTASK_SECRET}
BOTH = "The stored credentials were rejected by Salesbuildr and Autotask; nothing more is sent there until "


async def save(stage: Stage, **secrets: str) -> None:
    """Save the site's form as it stands, with secrets typed anew."""
    site = await stage.bench._stage.site(stage.site_id)
    fields = {"quoting_url": site.quoting_url, **site.connection}
    await stage.bench.sites.save(SiteInput(site.id, site.name, site.psa, fields, secrets))


async def says(stage: Stage) -> tuple[str, dict[str, str]]:
    """Return what the band says, and who rejected each secret of the form."""
    (band,) = await stage.bench.sites.sites()
    form = await stage.bench.sites.form(stage.site_id)
    return band.problem, {secret.name: secret.rejected_by for secret in form.secrets if secret.rejected_by}


async def mistype(stage: Stage, *names: str) -> None:
    """Store wrong secrets, let each be rejected once, and start the program again."""
    for name in names:
        stage.secrets.set(stage.site_id, name, SecretStr("mistyped"))
    await stage.reopen()
    await stage.bench.runs.read_only()
    await stage.check(FULL)
    await stage.reopen()
    stage.sandbox.log.clear()


async def works(stage: Stage) -> tuple[bool, bool]:
    """Say whether Salesbuildr can be read, and whether what is stored can be checked against Autotask."""
    read = (await stage.bench.runs.read_only()).text.startswith("Read ")
    checked = (await stage.check(KNOWN, FULL)).by_outcome  # a single one would be read from Salesbuildr first
    return read, checked.get("in step") == 1


async def test_a_rejected_salesbuildr_key_leaves_autotask_alone(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full(), live=True) as stage:
        await mistype(stage, KEY)
        assert await works(stage) == (False, True)
        problem, rejected = await says(stage)
        assert problem == (
            "The stored credentials were rejected by Salesbuildr; nothing more is sent there until they are changed "
            "on the Sites page."
        )
        assert rejected == {KEY: "Salesbuildr"}
        assert stage.requests("salesbuildr") == []
        await save(stage, **{SECRET: RIGHT[SECRET]})
        assert await works(stage) == (False, True)
        assert stage.requests("salesbuildr") == []
        await save(stage, **{KEY: RIGHT[KEY]})
        assert await works(stage) == (True, True)
        assert await says(stage) == ("", {})


async def test_a_rejected_autotask_secret_leaves_salesbuildr_alone(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full(), live=True) as stage:
        await mistype(stage, SECRET)
        assert await works(stage) == (True, False)
        problem, rejected = await says(stage)
        assert problem.startswith("The stored credentials were rejected by Autotask; nothing more is sent there")
        assert rejected == {SECRET: "Autotask", "autotask.integration_code": "Autotask"}
        await save(stage, **{KEY: RIGHT[KEY]})
        assert await works(stage) == (True, False)
        assert stage.signed() == []
        await save(stage, **{SECRET: RIGHT[SECRET]})
        assert await works(stage) == (True, True)
        assert await says(stage) == ("", {})


@pytest.mark.parametrize("first", [KEY, SECRET])
async def test_of_two_rejected_each_opens_with_its_own_secret(tmp_path: Path, first: str) -> None:
    async with staged(tmp_path, RoughWorld().full(), live=True) as stage:
        await mistype(stage, KEY, SECRET)
        assert await works(stage) == (False, False)
        assert (stage.requests("salesbuildr"), stage.signed()) == ([], [])
        problem, _ = await says(stage)
        assert problem.startswith(BOTH)
        await save(stage, **{first: RIGHT[first]})
        assert await works(stage) == (first == KEY, first == SECRET)
        other = SECRET if first == KEY else KEY
        assert stage.signed() == [] if other == SECRET else stage.requests("salesbuildr") == []
        await save(stage, **{other: RIGHT[other]})
        assert await works(stage) == (True, True)


async def test_a_renewed_secret_that_is_wrong_again_is_signed_with_once(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full(), live=True) as stage:
        await mistype(stage, SECRET)
        await save(stage, **{SECRET: "mistyped again"})
        kinds = (RecordKind.COMPANY, RecordKind.CONTACT, RecordKind.OPPORTUNITY)
        refs = [RecordRef(kind=kind, id="known") for kind in kinds]
        runs = stage.bench.runs
        await asyncio.gather(*(runs.batch(stage.site_id, [ref], AttemptKind.CHECK, "Checking") for ref in refs))
        await stage.check(KNOWN)
        assert [each["status"] for each in stage.signed()] == [401]


async def test_a_rejection_that_is_stored_while_the_other_secret_is_saved_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path, RoughWorld().full(), live=True) as stage:
        inner = stage.bench._stage
        keep = inner.secrets.set

        async def meanwhile(site_id: str, name: str, value: SecretStr) -> None:
            await keep(site_id, name, value)
            site = await inner.site(site_id)
            rejected = site.with_credentials(Side.PSA, Credentials(rejected_version=1))
            await inner.workspace.write(lambda tx: sites.save_site(tx, rejected))

        monkeypatch.setattr(inner.secrets, "set", meanwhile)
        await save(stage, **{KEY: RIGHT[KEY]})
        assert (await says(stage))[0].startswith("The stored credentials were rejected by Autotask;")
