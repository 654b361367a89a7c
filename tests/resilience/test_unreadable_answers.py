"""Answers that cannot be read: the exchange is kept, and the issue says what was wrong with it."""

from pathlib import Path
from typing import Any

import pytest

from tests.resilience.rough_stage import Stage, staged
from tests.resilience.rough_world import FULL, KNOWN, LINES, RoughWorld

GARBAGE = {"status": 200, "body": "{'items': [}", "headers": {"Content-Type": "application/json"}}
OTHER_SHAPE = {"status": 200, "body": {"unexpected": True}}
NO_LIST = "no list “items” in it"
BROKEN = (
    ("html", 200, "it is a web page, not JSON"),
    ("status", GARBAGE, "could not be read"),
    ("truncate", None, "could not be read"),
    ("status", {"status": 200, "body": ""}, "could not be read"),
)
READS = {
    "zone": ("autotask", "zoneInformation"),
    "fields": ("autotask", "entityInformation/fields"),
    "rows": ("autotask", "/Companies/query"),
    "quote": ("salesbuildr", "/quote/"),
}


async def assert_said(stage: Stage, path: str, says: str) -> None:
    """Assert that the attempt failed with these words, and that what was answered can be looked at."""
    issue = await stage.only_issue()
    (cause,) = issue.causes
    assert says in cause.message
    assert cause.steps
    exchanges = await stage.bench.issues.exchanges(issue.attempts[0].id)
    (struck, *_) = [each for each in exchanges if path.lower() in each.url.lower()]
    assert struck.status == "200"
    assert stage.told_nothing()


@pytest.mark.parametrize(
    ("read", "kind", "arg", "says"),
    [*(("rows", *each) for each in BROKEN), *((read, *BROKEN[0]) for read in READS if read != "rows")],
    ids=["html", "garbage", "truncated", "empty", *(read for read in READS if read != "rows")],
)
async def test_an_answer_that_cannot_be_read_is_kept_and_told(
    tmp_path: Path, read: str, kind: str, arg: Any, says: str
) -> None:
    system, path = READS[read]
    async with staged(tmp_path, RoughWorld().full(), refresh=True) as stage:
        stage.clock.advance(2 * 3600)  # what is known of Autotask's fields is an hour old at most
        await stage.reopen()
        stage.fault(kind, system=system, path=path, arg=arg)
        result = await stage.write(FULL)
        assert result.by_outcome == {"failed": 1}
        assert says in result.text
        await assert_said(stage, path, says)
        stage.sandbox.faults.clear()
        assert (await stage.write(FULL)).by_outcome == {"written": 1}
        assert stage.lines(FULL) == LINES
        assert await stage.issues() == ()


@pytest.mark.parametrize("path", ["/QuoteItems/query", "/Quotes/query"])
async def test_a_list_of_another_shape_is_no_empty_list(tmp_path: Path, path: str) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        await stage.write(FULL)
        stage.sandbox.log.clear()
        stage.fault("status", path=path, arg=OTHER_SHAPE)
        result = await stage.write(FULL)
        assert result.by_outcome == {"failed": 1}
        assert NO_LIST in result.text
        assert stage.writes() == []
        stage.sandbox.faults.clear()
        assert (await stage.write(FULL)).by_outcome == {"in step": 1}


@pytest.mark.parametrize("kind", ["reset_before", "html"])
async def test_a_server_that_is_down_is_one_sentence_for_a_batch_and_no_issue_for_each(
    tmp_path: Path, kind: str
) -> None:
    world = RoughWorld()
    for number in range(20, 40):
        world.plain(f"Q-{number}")
    async with staged(tmp_path, world) as stage:
        stage.fault(kind, path="/V1.0/")
        result = await stage.everything()
        assert (result.text, result.by_outcome) == ("Nothing was tried", {})
        (why, rest) = result.refused
        assert why.startswith(("Connection reset: 127.0.0.1", "Autotask answered HTTP 502"))
        assert rest == "21 records were not tried."
        assert await stage.issues() == ()


async def test_a_batch_whose_server_goes_away_stops_there(tmp_path: Path) -> None:
    world = RoughWorld()
    for number in range(20, 30):
        world.plain(f"Q-{number}")
    async with staged(tmp_path, world) as stage:
        written: list[int] = []

        def leave(_progress: object) -> None:
            quotes = len(stage.psa("Quotes"))
            if quotes == 4 and not written:
                written.append(quotes)
                stage.fault("reset_before", path="/")

        stage.bench.runs.subscribe(leave)
        result = await stage.everything()
        assert written, "the batch got that far"
        assert result.by_outcome["written"] == 3
        assert result.by_outcome["failed"] == len(await stage.issues()) == 2, "two in a row tell it"
        assert any("not tried" in each for each in result.refused)
        stage.sandbox.faults.clear()
        again = await stage.everything()
        assert again.by_outcome == {"in step": 4, "written": 7}
        assert len(stage.psa("Quotes")) == len(stage.psa("QuoteItems")) == 11
        assert await stage.issues() == ()


async def test_a_refresh_that_meets_nonsense_keeps_what_was_there(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        for kind, arg, says in BROKEN:
            stage.fault(kind, system="salesbuildr", path="/quote", arg=arg)
            result = await stage.bench.runs.read_only()
            assert says in result.text
            stage.sandbox.faults.clear()
        assert (await stage.write(KNOWN)).by_outcome == {"in step": 1}
