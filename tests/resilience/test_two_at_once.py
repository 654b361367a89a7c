"""Two programs on one workspace: one record is one program's at a time, and what both need is created once."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.resilience.rough_commands import Commands, commands
from tests.resilience.rough_stage import quote_ref, staged, until
from tests.resilience.rough_world import FULL, LINES, RoughWorld

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are forked off")


async def test_the_second_of_two_retries_of_one_issue_is_told_that_it_is_under_way(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage, commands() as one, commands() as other:
        await stage.check(FULL)
        (issue,) = await stage.issues()
        retry = ("retry", str(issue.id), "--workspace", str(stage.path))
        rule = stage.sandbox.faults.order(
            {"system": "autotask", "kind": "slow", "arg": 1, "path": "/Companies$", "times": 1}
        )
        await one.start(*retry)
        await until(lambda: rule.struck)
        second = await other.run(*retry)
        first = await one.ended()
        assert (second.status, second.err) == (1, "")
        assert second.out.splitlines()[-1] == "Already synchronizing"
        assert (first.status, first.err) == (0, ""), first
        assert first.out.startswith("Written and seen in Autotask: ")
        assert stage.lines(FULL) == LINES
        assert stage.doubled() == []
        assert await stage.issues() == ()


async def test_a_company_that_two_programs_need_at_once_is_created_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    async with commands() as one, commands() as other:
        await written_by_both(tmp_path_factory.mktemp("each"), (one, "quote/q-1"), (other, "quote/q-2"))
        await written_by_both(tmp_path_factory.mktemp("all"), (one, ""), (other, ""))


async def written_by_both(folder: Path, *runs: tuple[Commands, str]) -> None:
    """Let two programs write two quotes of the same new company at once, and assert that all of it is there once."""
    async with staged(folder, RoughWorld().full("Q-1").full("Q-2")) as stage:
        where = ("--workspace", str(stage.path))
        stage.fault("slow", arg=0.2, path="/(Companies|Products)$", times=2)
        ended = await asyncio.gather(*(run.run("sync", *([quote] if quote else []), *where) for run, quote in runs))
        assert [each.err for each in ended] == ["", ""]
        told = [line for each in ended for line in each.out.splitlines()]
        assert not [line for line in told if "blocked" in line.lower() or "failed" in line.lower()], told
        assert [stage.lines(number) for number in ("Q-1", "Q-2")] == [LINES, LINES]
        assert [each for each in stage.doubled() if not each.startswith("QuoteLocations")] == []
        assert stage.counts()["QuoteLocations"] == 2 + 2 * 2
        assert (await stage.write("Q-1", "Q-2")).by_outcome == {"in step": 2}
        assert await stage.issues() == ()


async def test_a_quote_that_runs_in_this_window_is_refused_to_a_second_click(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        rule = stage.sandbox.faults.order({"system": "autotask", "kind": "slow", "arg": 0.1, "path": "/Companies$"})
        first = asyncio.ensure_future(stage.write(FULL))
        await until(lambda: rule.struck)
        second = await stage.write(FULL)
        assert second.text == "Already synchronizing"
        assert second.refused == (f"{quote_ref(FULL)} is already synchronizing.",)
        assert (await first).by_outcome == {"written": 1}
        assert stage.doubled() == []
        assert await stage.issues() == ()
