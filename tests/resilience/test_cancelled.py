"""Cancelling in the middle of a write: what was sent is settled and linked, and nothing is doubled afterwards."""

import asyncio
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sync_desktop.domain.words import AttemptKind, Outcome
from sync_desktop.storage import attempts, intents, leases
from sync_desktop.sync.attempt import Attempts
from tests.resilience.rough_stage import SITE, Stage, quote_ref, staged, until
from tests.resilience.rough_world import CREATES, FULL, LINES, RoughWorld

if TYPE_CHECKING:
    from sync_desktop.workbench.views import RunResult

CREATE = r"/(?!query)\w+$"


def hold(stage: Stage, nth: int) -> tuple["asyncio.Future[RunResult]", asyncio.Event]:
    """Begin to write the quote; the event is set when its n-th create is on its way."""
    held = asyncio.Event()
    stage.sandbox.faults.clear()
    rule = stage.sandbox.faults.order(
        {"system": "autotask", "kind": "slow", "arg": 0.03, "method": "POST", "path": CREATE, "after": nth, "times": 1}
    )

    async def tell() -> None:
        await until(lambda: rule.struck)
        held.set()

    writing = asyncio.ensure_future(stage.write(FULL))
    telling = asyncio.ensure_future(tell())
    writing.add_done_callback(lambda _: telling.cancel())
    return writing, held


async def assert_settled(stage: Stage, creates: int) -> None:
    """Assert that so many creates were sent, that each is known here, and that nobody holds anything."""
    workspace = stage.bench._stage.workspace
    assert len(stage.writes()) == creates
    assert await workspace.read(lambda conn: intents.open_intents(conn, SITE)) == []
    now = stage.clock.now()
    assert await workspace.read(lambda conn: leases.live_owners(conn, now)) == frozenset()
    (attempt, *_) = await workspace.read(lambda conn: attempts.attempts_of(conn, SITE, quote_ref(FULL)))
    assert attempt.outcome is Outcome.CANCELLED
    created = [step for step in attempt.steps if step.action == "create" and step.done]
    assert len(created) == 1, "the step that was under way is among those that were carried out"
    assert attempt.summary.startswith(f"Cancelled; {len(attempt.steps)} step")
    assert attempt.summary.endswith("kept")


async def assert_once(stage: Stage) -> None:
    assert stage.lines(FULL) == LINES
    assert stage.doubled() == []
    assert len(stage.writes()) == CREATES
    assert await stage.issues() == ()


async def test_cancelled_at_each_create(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        for nth in range(CREATES):
            writing, held = hold(stage, 0)
            await held.wait()
            await stage.bench.runs.cancel()
            result = await writing
            assert result.cancelled
            assert result.text == "Cancelled; what was done is kept."
            await assert_settled(stage, nth + 1)
        assert (await stage.write(FULL)).by_outcome == {"in step": 1}
        await assert_once(stage)


@pytest.mark.parametrize("nth", [0, 9], ids=["company", "line"])
async def test_a_caller_that_is_cancelled_leaves_nothing_half_known(tmp_path: Path, nth: int) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        writing, held = hold(stage, nth)
        await held.wait()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        workspace = stage.bench._stage.workspace
        assert await workspace.read(lambda conn: intents.open_intents(conn, SITE)) == []
        assert len(stage.writes()) == nth + 1
        assert (await stage.write(FULL)).by_outcome == {"written": 1}
        await assert_once(stage)


@pytest.mark.parametrize("nth", [0, 9], ids=["company", "line"])
async def test_closing_the_program_during_a_retry_settles_everything_first(tmp_path: Path, nth: int) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        writing, held = hold(stage, nth)
        await held.wait()
        await stage.reopen()
        assert (await writing).cancelled
        workspace = stage.bench._stage.workspace
        assert await workspace.read(lambda conn: intents.open_intents(conn, SITE)) == []
        (attempt,) = await workspace.read(lambda conn: attempts.attempts_of(conn, SITE, quote_ref(FULL)))
        assert attempt.outcome is Outcome.CANCELLED
        assert len(stage.writes()) == nth + 1
        assert (await stage.write(FULL)).by_outcome == {"written": 1}
        await assert_once(stage)


async def test_cancelled_at_any_moment_a_record_is_free_again_at_once(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        for turns in range(40):
            checking = asyncio.ensure_future(
                stage.bench.runs.batch(SITE, [quote_ref(FULL)], AttemptKind.CHECK, "Checking")
            )
            for _ in range(turns):
                await asyncio.sleep(0.001)
            await stage.bench.runs.cancel()
            await checking
            workspace = stage.bench._stage.workspace
            assert await workspace.read(partial(leases.live_owners, at=stage.clock.now())) == frozenset()
            made = await workspace.read(lambda conn: attempts.attempts_of(conn, SITE, quote_ref(FULL)))
            assert all(attempt.outcome is not None for attempt in made), "an attempt is left as if it ran"


async def test_cancelled_twice_while_its_lease_is_being_taken_a_record_is_free_again_at_once(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        workspace, busy = stage.bench._stage.workspace, threading.Event()
        holding = asyncio.ensure_future(workspace.write(lambda _tx: busy.wait(10)))
        tried = Attempts(await stage.bench._stage.run(SITE)).attempt(quote_ref(FULL), AttemptKind.CHECK)
        checking = asyncio.ensure_future(tried)
        for _ in range(3):  # the transaction that takes the lease waits behind the other one all the while
            await asyncio.sleep(0.02)
            checking.cancel()
        busy.set()
        assert await holding
        with pytest.raises(asyncio.CancelledError):
            await checking
        await workspace.write(lambda _tx: None)  # all that was begun before is done
        assert await workspace.read(partial(leases.live_owners, at=stage.clock.now())) == frozenset()
        (attempt,) = await workspace.read(lambda conn: attempts.attempts_of(conn, SITE, quote_ref(FULL)))
        assert attempt.outcome is Outcome.CANCELLED
        assert (await stage.write(FULL)).by_outcome == {"written": 1}


@pytest.mark.parametrize("nth", [0, 9], ids=["company", "line"])
async def test_cancelled_twice_settles_once(tmp_path: Path, nth: int) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage:
        writing, held = hold(stage, nth)
        await held.wait()
        first = asyncio.ensure_future(stage.bench.runs.cancel())
        await asyncio.sleep(0)
        await asyncio.gather(first, stage.bench.runs.cancel())
        result = await writing
        assert (result.cancelled, result.text) == (True, "Cancelled; what was done is kept.")
        assert not stage.bench.runs.progress.running
        workspace = stage.bench._stage.workspace
        assert await workspace.read(lambda conn: intents.open_intents(conn, SITE)) == []
        (attempt,) = await workspace.read(lambda conn: attempts.attempts_of(conn, SITE, quote_ref(FULL)))
        assert attempt.outcome is Outcome.CANCELLED
        assert len(stage.writes()) == nth + 1
        assert (await stage.write(FULL)).by_outcome == {"written": 1}
        await assert_once(stage)
