"""What a site's own 429 leads to, from the waits to the issue, on a clock that nobody waits for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.assembly import keep_sites, open_workbench
from sync_desktop.cli.practice import practice_secrets, practice_sites
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, IssueState, Psa, RecordKind
from sync_desktop.psa.registry import FOLDERS
from sync_desktop.sandbox.front import Timing
from sync_desktop.sandbox.server import Sandbox
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import IssueDetail, Progress, RunResult
from tests.sandbox.world_files import world_of
from tests.sync.sync_stage import QuickClock

LIMITED = [psa for psa in FOLDERS if psa is not Psa.AUTOTASK]
"""Autotask's hour is no rate limit: used up means stop, not wait."""
QUOTES = 3


def small(psa: Psa, case: str) -> dict[str, Any]:
    """Return a PSA's site with a few quotes, all of one case."""
    world = world_of(psa.value)
    (site,) = world["sites"]
    kept = site["cases"][case][:QUOTES]
    quoting = site["salesbuildr"]
    quotes = [row for row in quoting["quote"] if row["number"] in kept]
    return {**world, "sites": [{**site, "salesbuildr": {**quoting, "quote": quotes}}]}


@dataclass(slots=True)
class Desk:
    """A workbench over a few quotes, with what its status bar was told."""

    psa: Psa
    bench: Workbench
    sandbox: Sandbox
    clock: QuickClock
    refs: list[RecordRef]
    told: list[str]

    def limit(self, times: int, seconds: int = 1) -> None:
        """Let the PSA refuse so many requests; `seconds` is what its header says to wait."""
        if self.psa is Psa.HALOPSA:
            self.sandbox.switches.set("halopsa", "retry_after", "on")
        self._order(times, seconds)

    def limit_without_header(self, times: int) -> None:
        """Let the PSA refuse so many requests, with no more than its message."""
        self._order(times, 1)

    def _order(self, times: int, seconds: int) -> None:
        order = {"system": self.psa.value, "kind": "rate_limit", "times": times, "arg": seconds}
        self.sandbox.faults.order(order)
        self.clock.slept.clear()

    async def check(self, *refs: RecordRef) -> RunResult:
        return await self.bench.runs.batch(f"practice-{self.psa}", refs or self.refs[:1], AttemptKind.CHECK, "Checking")

    async def issue(self, state: IssueState = IssueState.OPEN) -> IssueDetail:
        (row,) = (await self.bench.issues.page(state=state)).rows
        detail = await self.bench.issues.detail(row.id)
        assert detail is not None
        return detail


@asynccontextmanager
async def desk(psa: Psa, folder: Path, case: str = "in step") -> AsyncIterator[Desk]:
    clock, path = QuickClock(), folder / "workspace.db"
    timing = Timing(now=clock.now, monotonic=clock.monotonic, sleep=clock.sleep)
    async with Sandbox(small(psa, case), timing=timing) as sandbox:
        await keep_sites(path, practice_sites(sandbox.describe()), clock=clock)
        bench = await open_workbench(path, practice_secrets(), clock=clock)
        try:
            await bench.runs.read_only()
            rows = sandbox.site().quoting_store.rows("quote")
            refs = [RecordRef(kind=RecordKind.QUOTE, id=key) for key in rows]
            made = Desk(psa, bench, sandbox, clock, refs, [])

            def listen(progress: Progress) -> None:
                if progress.waiting and progress.waiting not in made.told[-1:]:
                    made.told.append(progress.waiting)

            bench.runs.subscribe(listen)
            yield made
        finally:
            await bench.close()


@pytest.mark.parametrize("psa", LIMITED)
async def test_each_wait_is_longer_and_told_and_then_it_goes_on(psa: Psa, tmp_path: Path) -> None:
    async with desk(psa, tmp_path) as it:
        it.limit(times=3)
        result = await it.check()
        assert result.by_outcome == {"in step": 1}
        assert it.clock.slept == [5, 10, 20]
        assert it.told == [
            f"{psa.label} asked us to wait: next call in {seconds} s, retry {retry} of 4"
            for retry, seconds in ((1, 5), (2, 10), (3, 20))
        ]


@pytest.mark.parametrize("psa", LIMITED)
async def test_a_longer_wait_that_the_server_asks_for_wins(psa: Psa, tmp_path: Path) -> None:
    async with desk(psa, tmp_path) as it:
        it.limit(times=4, seconds=30)
        assert (await it.check()).by_outcome == {"in step": 1}
        assert it.clock.slept == [30, 30, 30, 40]


async def test_halopsas_window_is_read_out_of_its_message(tmp_path: Path) -> None:
    async with desk(Psa.HALOPSA, tmp_path) as it:
        minutes = float(it.sandbox.switches.get("halopsa", "rate_limit").partition("/")[2])
        it.limit_without_header(times=4)
        assert (await it.check()).by_outcome == {"in step": 1}
        assert sum(it.clock.slept) == minutes * 60


@pytest.mark.parametrize("psa", LIMITED)
async def test_after_the_fourth_retry_the_issue_says_so_and_one_click_tries_again(psa: Psa, tmp_path: Path) -> None:
    async with desk(psa, tmp_path) as it:
        it.limit(times=5)
        assert (await it.check()).by_outcome == {"failed": 1}
        assert len(it.clock.slept) == 4
        issue = await it.issue()
        cause = issue.causes[0]
        assert cause.title == f"{psa.label} API rate limit exceeded"
        assert cause.steps[0].startswith("Wait ")
        assert "minutes, then try again" in cause.steps[0]
        assert (issue.retry_label, issue.retry_enabled, issue.retry_hint) == ("Retry", True, "")
        assert (await it.bench.issues.retry([issue.row.id])).by_outcome == {"in step": 1}
        assert (await it.issue(IssueState.CLEARED)).row.id == issue.row.id


@pytest.mark.parametrize(("psa", "writes"), [(Psa.CONNECTWISE, "procurement/products"), (Psa.HALOPSA, "api/quotation")])
async def test_a_batch_stops_after_the_second_record_that_the_server_refuses(
    psa: Psa, writes: str, tmp_path: Path
) -> None:
    async with desk(psa, tmp_path, "ready") as it:
        it.clock.slept.clear()
        order = {"system": psa.value, "kind": "rate_limit", "method": "POST", "path": writes, "arg": 1}
        it.sandbox.faults.order(order)
        site_id = f"practice-{psa}"
        result = await it.bench.runs.batch(site_id, it.refs, AttemptKind.WRITE, "Writing")
        assert sum(result.by_outcome.values()) == 2
        assert "written" not in result.by_outcome
        assert "1 record was not tried." in result.refused


@pytest.mark.parametrize("psa", LIMITED)
async def test_a_batch_stops_where_the_server_goes_on_refusing(psa: Psa, tmp_path: Path) -> None:
    async with desk(psa, tmp_path) as it:
        it.limit(times=1000)
        still: list[bool] = []
        it.bench.subscribe_changes(
            lambda _ids: still.append(any(it.bench.runs.is_running(f"practice-{psa}", ref) for ref in it.refs))
        )
        result = await it.check(*it.refs)
        assert still[-1:] == [False], "who shows them hears at last that none of them runs any more"
        assert len(it.clock.slept) <= 8, "at most two records are waited for"
        assert result.pause[0].startswith("The server refuses further calls for now: “")
        assert result.pause[0].endswith("”. Go on in a few minutes.")
        assert result.pause[-1] == f"{QUOTES} records were not tried."
        assert set(result.left) == set(it.refs)
