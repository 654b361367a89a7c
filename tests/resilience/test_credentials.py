"""Credentials that do not hold: one signed request, one sentence, and nothing more is signed until they change."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from sync_desktop.assembly import keep_sites
from sync_desktop.domain.words import RecordKind, Role
from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.autotask.app import TENANT
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.workbench.views import SiteInput
from tests.resilience.rough_commands import commands
from tests.resilience.rough_stage import Stage, live_site, opened, staged
from tests.resilience.rough_world import FULL, KNOWN, LINES, NEW_COMPANY, RoughWorld

REJECTED = "Autotask authentication error: please verify your credentials"
LOCKED = "The user account has been locked.  Please see your Autotask Administrator for details."
NO_RIGHT = "The logged in Resource does not have the adequate permissions to create this entity type."
Prepare = Callable[[Stage], Awaitable[None]]


def _wrong(name: str, value: str) -> Prepare:
    async def prepare(stage: Stage) -> None:
        stage.secrets.set(stage.site_id, name, SecretStr(value))

    return prepare


def _fault(kind: str, **order: Any) -> Prepare:
    async def prepare(stage: Stage) -> None:
        stage.fault(kind, **order)

    return prepare


def _locked(answer: str) -> Prepare:
    async def prepare(stage: Stage) -> None:
        stage.sandbox.switches.set("autotask", "locked_answer", answer)
        (app,) = [each.app for each in stage.sandbox._runners if each.app and TENANT in each.app]
        app[TENANT].door._locked.add(credentials.AUTOTASK_USERNAME)

    return prepare


async def _unknown_user(stage: Stage) -> None:
    site = live_site(stage.sandbox)
    connection = {**site.connection, "username": "nobody@fabrikam.example"}
    await keep_sites(stage.path, [site.model_copy(update={"connection": connection})], clock=stage.clock)


def _zone(body: Any) -> Prepare:
    return _fault("status", path="zoneInformation", arg={"status": 200, "body": body})


def _denied(status: int) -> Prepare:
    body = {"errors": [NO_RIGHT]}
    return _fault("status", method="POST", path="/Companies$", arg={"status": status, "body": body})


CASES: dict[str, tuple[Prepare, str, str, int | None]] = {
    "wrong secret": (_wrong("autotask.secret", "mistyped"), REJECTED, "autotask.authentication-error", 1),
    "wrong integration code": (
        _wrong("autotask.integration_code", "W" * 27),
        "IntegrationCode is invalid.",
        "autotask.integration-code",
        1,
    ),
    "locked": (_locked("401"), REJECTED, "autotask.authentication-error", 1),
    "locked, said with 401": (_locked("401_text"), LOCKED, "autotask.user-locked", 1),
    "locked, said with 500": (_locked("500_text"), LOCKED, "autotask.user-locked", 1),
    "unknown user": (_unknown_user, "Zone information could not be determined", "autotask.unknown-user", 0),
    "foreign zone": (
        _zone({"zoneName": "x", "url": "https://webservices.example.net/ATServicesRest/"}),
        "Autotask's zone service named a foreign host (webservices.example.net); nothing was sent there",
        "autotask.wrong-zone",
        0,
    ),
    "no right, said with 500": (_denied(500), NO_RIGHT, "autotask.permission", None),
    "no right, said with 403": (_denied(403), NO_RIGHT, "autotask.permission", None),
    "wrong Salesbuildr key": (_wrong("api-key", "mistyped"), "Invalid API key provided", "general.salesbuildr", None),
}


async def typed(stage: Stage, **secrets: str) -> SiteInput:
    """Return the site's form as it stands, with secrets typed anew."""
    site = await stage.bench._stage.site(stage.site_id)
    fields = {"quoting_url": site.quoting_url, **site.connection}
    return SiteInput(id=site.id, name=site.name, psa=site.psa, fields=fields, secrets=secrets)


@pytest.mark.parametrize("case", CASES)
async def test_each_refusal_has_its_own_sentence_in_result_issue_and_test(tmp_path: Path, case: str) -> None:
    prepare, says, rule, signed = CASES[case]
    async with staged(tmp_path, RoughWorld().full(), live=True) as stage:
        await prepare(stage)
        await stage.reopen()
        result = await stage.write(FULL)
        assert result.text == f"Failed: {says}"
        issue = await stage.only_issue()
        (cause,) = issue.causes
        assert cause.message == says
        assert cause.key.startswith(rule), cause.key
        assert cause.why
        assert cause.steps
        assert stage.told_nothing()
        if signed is not None:
            assert len(stage.signed()) == signed
            exchanges = await stage.bench.issues.exchanges(issue.attempts[0].id)
            assert exchanges, "what was answered is kept with the attempt"
            stage.sandbox.log.clear()
            lines = await stage.bench.sites.test(await typed(stage))
            assert [line.ok for line in lines] == [True, False]
            assert lines[1].text.startswith(f"Autotask: {says}")
            assert len(stage.signed()) == signed, "a test signs once"


async def test_a_wrong_secret_is_signed_with_once_until_it_changes(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full(), live=True) as stage:
        stage.secrets.set(stage.site_id, "autotask.secret", SecretStr("mistyped"))
        await stage.reopen()
        assert (await stage.write(FULL)).text == f"Failed: {REJECTED}"
        many = await stage.everything()
        assert many.text == "Nothing was tried"
        assert many.refused == (f"{REJECTED}.", "2 records were not tried.")
        await stage.check(KNOWN)
        await stage.bench.issues.retry([row.id for row in await stage.issues()], confirmed=True)
        await stage.reopen()
        again = await stage.write(FULL)
        assert again.text == (
            "Failed: Autotask rejected these credentials. Nothing more is sent with them until they are changed."
        )
        async with opened(tmp_path / "workspace.db", stage.secrets, stage.clock) as other:
            (band,) = await other.sites.sites()
            assert band.problem.startswith("The stored credentials were rejected by Autotask; nothing more is")
            await other.runs.refresh()
        assert len(stage.signed()) == 1
        await stage.bench.sites.save(await typed(stage, **{"autotask.secret": credentials.AUTOTASK_SECRET}))
        assert (await stage.write(FULL)).by_outcome == {"written": 1}
        assert stage.lines(FULL) == LINES
        (band,) = await stage.bench.sites.sites()
        assert band.problem == ""


async def test_a_wrong_salesbuildr_key_is_sent_once(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full(), live=True) as stage:
        stage.secrets.set(stage.site_id, "api-key", SecretStr("mistyped"))
        await stage.reopen()
        result = await stage.bench.runs.refresh()
        assert result.text == "Invalid API key provided."
        await stage.write(FULL)
        await stage.bench.runs.refresh()
        await stage.reopen()
        await stage.bench.runs.refresh()
        await stage.write(FULL)
        assert len(stage.requests("salesbuildr")) == 1
        assert stage.told_nothing()
        (line, *_) = await stage.bench.sites.test(await typed(stage))
        assert (line.ok, line.text) == (False, "Salesbuildr: Invalid API key provided.")
        await stage.bench.sites.save(await typed(stage, **{"api-key": credentials.API_KEY}))
        assert (await stage.write(FULL)).by_outcome == {"written": 1}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are forked off")
async def test_commands_one_after_the_other_sign_once(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage, commands() as run:
        await stage.check(FULL)
        (issue,) = await stage.issues()
        await stage.bench.close()
        stage.sandbox.log.clear()
        stage.fault("unauthorized", path="/V1.0/(?!zone)")
        where = ("--workspace", str(stage.path))
        first = await run.run("retry", str(issue.id), *where)
        assert (first.status, first.out, first.err) == (1, f"Failed: {REJECTED}\n", "")
        later = "Autotask rejected these credentials. Nothing more is sent with them until they are changed."
        for argv in (("retry", "--all"), ("sync",), ("check",), ("check", f"quote/{FULL.lower()}")):
            ended = await run.run(*argv, *where)
            assert (ended.status, ended.err) == (1, "")
            assert later in ended.out
        assert len(stage.signed()) == 1
        listed = await run.run("issues", *where)
        assert "credentials" in listed.out.lower()


async def test_a_zone_that_has_moved_is_looked_up_once_and_the_write_goes_on(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage, Sandbox(RoughWorld().as_file()) as old:
        old.faults.order({"system": "autotask", "kind": "unauthorized", "path": "/V1.0/"})
        url = old.describe()["sites"][0]["autotask"]["base_url"]
        moved = {"status": 200, "body": {"zoneName": "old", "url": url}}
        stage.fault("status", path="zoneInformation", arg=moved, times=1)
        await stage.reopen()
        assert (await stage.write(FULL)).by_outcome == {"written": 1}
        assert len(old.log.entries(system="autotask")) == 1
        asked = [each for each in stage.requests() if "zoneinformation" in each["path"].lower()]
        assert len(asked) == 2
        (band,) = await stage.bench.sites.sites()
        assert (band.problem, band.role) == ("", Role.WRITE)
        assert (await stage.bench.links.choice(stage.site_id, RecordKind.COMPANY, NEW_COMPANY)).linked_to
