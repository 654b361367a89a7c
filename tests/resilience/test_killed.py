"""A program that is killed in the middle of a write: the next one goes on, and everything is there once."""

import os
from functools import partial
from pathlib import Path

import pytest

from sync_desktop.domain.words import Outcome, RecordKind
from sync_desktop.storage import attempts, intents, leases, links
from tests.resilience.rough_commands import Commands, commands
from tests.resilience.rough_stage import SITE, Stage, quote_ref, staged, until
from tests.resilience.rough_world import CREATES, FULL, LINES, NEW_COMPANY, NEW_CONTACT, NEW_PRODUCT, POSTS, RoughWorld
from tests.worlds.psa_side import PsaSide
from tests.worlds.sides import of_every_psa

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are forked off")

KILLS = {"autotask": CREATES, "connectwise": 6, "halopsa": 7}
"""At how many creates in a row the program is killed: at each of Autotask, elsewhere up to the first line."""
BEFORE = {"autotask": (0, 5, 7, 9), "connectwise": (5,), "halopsa": (5,)}
"""At which of them it is also killed before they are carried out, which leaves less behind."""


async def killed_at_first_write(stage: Stage, run: Commands, *argv: str, served: bool) -> None:
    """Run a command and kill it when its first create has been carried out, or has just not been."""
    stage.sandbox.faults.clear()
    where = {"method": "POST", "path": stage.side.creates, "arg": "after" if served else None}
    rule = stage.sandbox.faults.order({"system": stage.side.system, "kind": "timeout", **where})
    before = stage.side.grown(stage.store)
    pid = await run.start(*argv, "--workspace", str(stage.path))
    await until(lambda: rule.struck and not (served and stage.side.grown(stage.store) == before))
    ended = await run.kill(pid)
    assert ended.status == -9, ended
    stage.sandbox.faults.clear()


async def assert_whole(stage: Stage, outcome: Outcome, killed: int) -> None:
    """Assert that everything is there once and linked, and that the dead programs' attempts say what became of them."""
    assert stage.lines(FULL) == LINES
    assert stage.doubled() == []
    await stage.reopen()
    workspace, ref, site_id = stage.bench._stage.workspace, quote_ref(FULL), stage.site_id
    made = await workspace.read(lambda conn: attempts.attempts_of(conn, site_id, ref))
    outcomes = [attempt.outcome for attempt in made]
    assert outcomes == [outcome, *[Outcome.INTERRUPTED] * killed]
    assert await workspace.read(lambda conn: intents.open_intents(conn, site_id)) == []
    now = stage.clock.now()
    assert await workspace.read(lambda conn: leases.live_owners(conn, now)) == frozenset()
    parts = await workspace.read(lambda conn: links.links_of(conn, site_id, ref))
    linked = {(link.part.partition(":")[0], int(link.external_id)) for link in parts}
    quote = stage.told(FULL)
    lines = {line.id for line in stage.side.lines(stage.store, quote)}
    assert {row_id for part, row_id in linked if part in ("line", "setup", "shipping")} == lines
    places = {("location", int(quote[name])) for name in ("billToLocationID", "shipToLocationID") if name in quote}
    assert {each for each in linked if each[0] in ("", "location")} == {("", int(quote["id"]))} | places
    whole = {"company": NEW_COMPANY, "contact": NEW_CONTACT, "opportunity": "opp-q-1", "product": NEW_PRODUCT}
    for kind, record_id in whole.items():
        linked_kind = await workspace.read(partial(links.links_by_kind, site_id=site_id, kind=RecordKind(kind)))
        assert record_id in {link.ref.id for link in linked_kind}


@of_every_psa
async def test_killed_before_and_after_each_create_of_one_quote(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld(side).full()) as stage, commands() as run:
        await stage.bench.close()
        killed = 0
        for nth in range(KILLS[side.system]):
            for served in (False, True) if nth in BEFORE[side.system] else (True,):
                await killed_at_first_write(stage, run, "sync", f"quote/{FULL.lower()}", served=served)
                killed += 1
                assert stage.doubled() == [], f"create {nth}"
        ended = await run.run("sync", f"quote/{FULL.lower()}", "--workspace", str(stage.path))
        assert (ended.status, ended.err) == (0, ""), ended
        # Killed at the last create of all, it died with everything written.
        await assert_whole(stage, Outcome.IN_STEP if nth + 1 == POSTS[side.system] else Outcome.WRITTEN, killed)


async def test_a_program_that_runs_goes_on_at_once_with_what_a_killed_one_was_at(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage, commands() as run:
        await killed_at_first_write(stage, run, "sync", f"quote/{FULL.lower()}", served=True)
        stage.clock.slept.clear()
        result = await stage.write(FULL)
        assert result.by_outcome == {"written": 1}
        made = await stage.bench._stage.workspace.read(lambda conn: attempts.attempts_of(conn, SITE, quote_ref(FULL)))
        assert [attempt.outcome for attempt in made] == [Outcome.WRITTEN, Outcome.INTERRUPTED]
        assert len(stage.clock.slept) == 1  # the grace of the create that was cut off; no lease was waited for
        await assert_whole(stage, Outcome.WRITTEN, 1)


async def test_what_a_killed_sync_of_everything_has_created_is_no_stranger_to_the_next(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage, commands() as run:
        await stage.bench.close()
        killed = 0
        for _ in range(4):
            await killed_at_first_write(stage, run, "sync", served=True)
            killed += 1
        ended = await run.run("sync", "--workspace", str(stage.path))
        assert (ended.status, ended.err) == (0, ""), ended
        await assert_whole(stage, Outcome.WRITTEN, killed)
