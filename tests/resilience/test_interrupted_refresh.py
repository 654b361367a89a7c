"""A refresh that is cancelled goes on where it was; Salesbuildr's rate limit is waited for."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from sync_desktop.cli.practice import practice_sites
from sync_desktop.domain.words import RecordKind
from sync_desktop.sandbox.front import Timing
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.storage import records
from tests.resilience.rough_stage import SITE, QuickClock, Stage, in_front_of, staged, until
from tests.resilience.rough_world import RoughWorld

MANY = 250
FEW = len(RoughWorld().quoting["company"])


def world() -> RoughWorld:
    made = RoughWorld()
    pattern = made.quoting["company"][0]
    for number in range(MANY - len(made.quoting["company"])):
        made.quoting["company"].append(
            {**pattern, "id": f"many{number:04}", "name": f"Company {number}", "externalIdentifier": None}
        )
    return made


def asked(stage: Stage) -> Counter[str]:
    """Count the requests to Salesbuildr by path and position."""
    return Counter(str(each["path"]).split("&size")[0] for each in stage.requests("salesbuildr"))


async def stored(stage: Stage) -> int:
    found = await stage.bench._stage.workspace.read(lambda conn: records.records(conn, SITE, RecordKind.COMPANY))
    return len([each for each in found if not each.deleted])


@pytest.mark.parametrize("restart", [False, True], ids=["same program", "next program"])
async def test_a_cancelled_refresh_goes_on_where_it_was(tmp_path: Path, *, restart: bool) -> None:
    async with staged(tmp_path, world(), refresh=False) as stage:
        rule = stage.sandbox.faults.order(
            {"system": "salesbuildr", "kind": "slow", "arg": 0.05, "path": "/company", "after": 1, "times": 1}
        )
        reading = asyncio.ensure_future(stage.bench.runs.read_only())
        await until(lambda: rule.struck)
        await stage.bench.runs.cancel()
        assert (await reading).cancelled
        kept = await stored(stage)
        assert kept == 100
        (band,) = await stage.bench.sites.sites()
        assert band.quotes_read_at is None
        if restart:
            await stage.reopen()
        stage.sandbox.log.clear()
        result = await stage.bench.runs.read_only()
        assert not result.cancelled
        assert not [path for path in asked(stage) if "/company?from=0" in path], "the first page is not read again"
        assert await stored(stage) == MANY
        (band,) = await stage.bench.sites.sites()
        assert band.quotes_read_at is not None


async def test_a_whole_refresh_starts_anew_and_forgets_what_is_gone(tmp_path: Path) -> None:
    async with staged(tmp_path, world(), refresh=False) as stage:
        await stage.bench.runs.read_only()
        stage.sandbox.site().quoting_store.delete("company", "many0003")
        stage.clock.advance(60)
        await stage.bench.runs.read_only()
        assert await stored(stage) == MANY - 1


async def test_a_rate_limit_is_waited_for_and_shown(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld(), refresh=False) as stage:
        shown: list[str] = []
        stage.bench.runs.subscribe(lambda progress: shown.append(progress.waiting))
        stage.fault("rate_limit", system="salesbuildr", path="/contact", arg=37, times=2)
        stage.clock.slept.clear()
        result = await stage.bench.runs.read_only()
        assert result.refused == ()
        assert [seconds for seconds in stage.clock.slept if seconds >= 37] == [37.0, 37.0]
        assert "Salesbuildr asked us to wait: next call in 37 s, retry 1 of 4" in shown
        assert await stored(stage) == FEW


async def test_a_rate_limit_without_end_is_one_sentence_and_what_was_read_is_kept(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld(), refresh=False) as stage:
        stage.fault("rate_limit", system="salesbuildr", path="/contact", arg=1)
        result = await stage.bench.runs.read_only()
        assert len(result.refused) == 1
        assert result.text == result.refused[0]
        assert await stored(stage) == FEW
        assert sum(count for path, count in asked(stage).items() if "/contact" in path) == 5


async def test_salesbuildrs_own_limit_is_waited_for_before_it_is_run_into(tmp_path: Path) -> None:
    clock = QuickClock()
    timing = Timing(now=clock.now, monotonic=clock.monotonic, sleep=clock.sleep)
    async with Sandbox(RoughWorld().as_file(), limits=True, timing=timing) as sandbox:
        (site,) = practice_sites(sandbox.describe())
        async with in_front_of(sandbox, tmp_path / "workspace.db", site, refresh=False, clock=clock) as stage:
            run = await stage.bench._stage.run(SITE)
            for _ in range(510):
                await run.source.count()
            assert {each["status"] for each in stage.requests("salesbuildr")} == {200}
            assert sum(clock.slept) >= 600
