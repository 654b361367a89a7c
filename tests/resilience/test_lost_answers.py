"""A create whose answer is lost: the record is there once, and the quote is cleared, in the same attempt."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.assembly import wiring
from sync_desktop.domain.words import IssueState
from sync_desktop.transport.session import Session
from tests.resilience.rough_stage import Stage, staged
from tests.resilience.rough_world import CREATES, FULL, LINES, POSTS, RoughWorld
from tests.worlds.psa_side import PsaSide
from tests.worlds.sides import of_every_psa

CREATE = {"method": "POST", "path": r"/(?!query)\w+$"}
"""Requests that create a row."""
SOME = {"method": "POST", "path": r"/(Companies|Services|QuoteLocations|Quotes)$"}
"""Some of them, where each costs a wait."""
REPEATED = {"halopsa": 2}
"""Posts that change what is there may be sent again: what a main contact still lacks is told him three times."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server that does not answer be given up after a blink."""
    monkeypatch.setattr(wiring, "Session", partial(Session, timeout=0.1))


async def assert_there_once(stage: Stage) -> None:
    """Assert that the quote is whole in Autotask, nothing is twice, and a further attempt writes nothing."""
    assert stage.lines(FULL) == LINES
    assert stage.doubled() == []
    assert await stage.issues() == ()
    stage.sandbox.log.clear()
    result = await stage.write(FULL)
    assert result.by_outcome == {"in step": 1}
    assert stage.writes() == []


@pytest.mark.parametrize("nth", [0, 5, 11], ids=["company", "location", "line"])
async def test_a_create_whose_answer_is_reset_is_found_again_and_the_quote_goes_on(tmp_path: Path, nth: int) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        stage.fault("reset_after", **CREATE, after=nth, times=1)
        result = await stage.write(FULL)
        assert result.by_outcome == {"written": 1}
        assert len(stage.writes()) == CREATES
        await assert_there_once(stage)


@of_every_psa
async def test_no_create_happens_twice_where_the_answer_of_each_is_reset(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld(side).full()) as stage:
        stage.fault("reset_after", method="POST", path=side.creates)
        result = await stage.write(FULL)
        assert result.by_outcome == {"written": 1}
        posted = len(stage.writes())
        assert posted - REPEATED.get(side.system, 0) == POSTS[side.system]
        stage.sandbox.faults.clear()
        await assert_there_once(stage)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("kind", "where", "arg"),
    [
        ("truncate", CREATE, None),
        ("truncate", CREATE, "connection"),
        ("timeout", SOME, "after"),
    ],
)
async def test_no_answer_of_any_create_is_needed(tmp_path: Path, kind: str, where: dict[str, str], arg: Any) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        await stage.check(FULL)
        assert [issue.record for issue in await stage.issues()] == [f"{FULL} Offer {FULL}"]
        stage.fault(kind, **where, arg=arg)
        result = await stage.write(FULL)
        assert result.by_outcome == {"written": 1}
        assert len(stage.writes()) == CREATES
        stage.sandbox.faults.clear()
        await assert_there_once(stage)


async def test_the_outcome_of_a_lost_create_is_looked_for_after_a_grace_period(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        stage.clock.slept.clear()
        stage.fault("reset_after", **CREATE, times=1)
        await stage.write(FULL)
        assert stage.clock.slept == [3.0]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("kind", "arg", "stops", "says"),
    [
        (
            "reset_before",
            None,
            6,
            "Connection reset: 127.0.0.1 closed the connection",
        ),
        ("timeout", None, 2, "Time-out: 127.0.0.1 did not answer within 0.1 seconds"),
        ("status", 502, 3, "Autotask answered HTTP 502 without saying why"),
        ("html", 502, 3, "Autotask answered HTTP 502 without saying why"),
    ],
)
async def test_a_create_that_never_happened_stops_the_attempt_and_the_next_goes_on_from_there(
    tmp_path: Path, kind: str, arg: Any, stops: int, says: str
) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        for _ in range(stops):
            stage.fault(kind, **CREATE, arg=arg, after=1, times=1)
            result = await stage.write(FULL)
            assert result.by_outcome == {"failed": 1}
            assert says in result.text
            assert stage.doubled() == []
            stage.sandbox.faults.clear()
        (issue,) = await stage.issues(IssueState.OPEN)
        assert issue.record == f"{FULL} Offer {FULL}"
        result = await stage.write(FULL)
        assert result.by_outcome == {"written": 1}
        await assert_there_once(stage)
