"""Workspace files that cannot be used, through the commands: status 3, one sentence, and the file untouched."""

import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from sync_desktop.domain.clock import SystemClock
from sync_desktop.storage.workspace import Workspace
from tests.resilience.rough_commands import Commands, Ended, commands
from tests.resilience.rough_stage import staged
from tests.resilience.rough_world import FULL, KNOWN, LINES, RoughWorld

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are forked off")

NOBODY = 65534
EVERY_COMMAND = (
    ("issues",),
    ("refresh",),
    ("check",),
    ("sync",),
    ("retry", "--all"),
    ("dismiss", "1"),
    ("map", "list"),
    ("links", "list", "quote"),
    ("links", "rebuild"),
)


def allow(path: Path, mode: int) -> None:
    path.chmod(mode)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.fixture
async def folder() -> AsyncIterator[Path]:
    """A folder with an empty workspace, which any user can reach."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(made)
        allow(path, 0o755)
        workspace = await Workspace.open(path / "a.db", clock=SystemClock())
        await workspace.close()
        yield path
        allow(path, 0o755)


def assert_refused(ended: Ended, sentence: str) -> None:
    """Assert that a command said one sentence and nothing else."""
    assert (ended.status, ended.out) == (3, ""), ended
    assert ended.err.startswith("sync-desktop: "), ended.err
    assert ended.err.count("\n") == 1, ended.err
    assert sentence in ended.err


async def run_all(run: Commands, path: Path, sentence: str, user: int | None = None) -> None:
    for argv in EVERY_COMMAND:
        assert_refused(await run.run(*argv, "--workspace", str(path), user=user), sentence)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _scribble(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[4096 : 4096 * 3] = b"\xa5" * 8192
    path.write_bytes(bytes(whole))


def _no_database(path: Path) -> None:
    path.write_text("Dear reader, this is no workspace.\n" * 300, encoding="utf-8")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA user_version = 999")


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut off": (_cut, "is damaged or is not a workspace"),
    "scribbled on": (_scribble, "is damaged or is not a workspace"),
    "a text": (_no_database, "is damaged or is not a workspace"),
    "newer": (_newer, "was written by a newer Sync Desktop"),
    "another program's": (_foreign, "is a database of another program"),
    "empty": (lambda path: path.write_bytes(b""), "is empty and so is no workspace"),
}


async def test_a_file_that_is_no_workspace_is_left_as_it_is(folder: Path) -> None:
    whole = (folder / "a.db").read_bytes()
    async with commands() as run:
        for name, (harm, sentence) in HARMS.items():
            path = folder / f"{name}.db"
            path.write_bytes(whole)
            harm(path)
            before = path.read_bytes()
            await run_all(run, path, sentence)
            assert path.read_bytes() == before, name
    assert names(folder) == sorted(["a.db", *(f"{name}.db" for name in HARMS)])


async def test_a_file_that_somebody_keeps_to_himself(folder: Path) -> None:
    path = folder / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as somebody:
        somebody.execute("PRAGMA journal_mode = DELETE")
        before = path.read_bytes()  # closing the file would give the lock back, so not later
        somebody.execute("BEGIN EXCLUSIVE")
        async with commands() as run:
            assert_refused(await run.run("issues", "--workspace", str(path)), "Another program is using")
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="takes the rights of another user")
async def test_a_read_only_file_and_a_read_only_folder(folder: Path) -> None:
    path = folder / "a.db"
    before = path.read_bytes()
    async with commands() as run:
        allow(path, 0o444)
        allow(folder, 0o777)
        await run_all(run, path, "is read-only; give yourself the right", user=NOBODY)
        allow(path, 0o666)
        allow(folder, 0o555)
        await run_all(run, path, "is read-only; SQLite keeps its log beside the workspace", user=NOBODY)
    assert path.read_bytes() == before
    assert names(folder) == ["a.db"]


async def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    async with commands() as run:
        await run_all(run, tmp_path / "missing" / "a.db", "does not exist; make it first")
        await run_all(run, tmp_path / "b.db", "There is no workspace at")
        await run_all(run, tmp_path, "is a folder; name a workspace file in it")
    assert names(tmp_path) == []


async def test_no_space_left_during_a_sync_leaves_nothing_half_written(tmp_path: Path) -> None:
    async with staged(tmp_path, RoughWorld().full()) as stage, commands() as run:
        await stage.bench.close()
        where = ("sync", "--workspace", str(stage.path))
        stopped_at: list[int] = []
        size = stage.path.stat().st_size
        for room in range(-100_000, 400_000, 50_000):
            ended = await run.run(*where, file_limit=size + room)
            assert "Traceback" not in ended.err
            if ended.status == 0:
                break
            assert_refused(ended, "so this was not saved")
            stopped_at.append(len(stage.writes()))
            assert stage.doubled() == []
        assert len(set(stopped_at)) >= 3, f"it ran out at different steps of the write: {stopped_at}"
        assert not stage.told_nothing(), "and once in the middle of the quote"
        ended = await run.run(*where)
        assert (ended.status, ended.err) == (0, ""), ended
        assert stage.lines(FULL) == LINES
        assert stage.doubled() == []
        with closing(sqlite3.connect(stage.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        await stage.reopen()
        assert (await stage.write(KNOWN, FULL)).by_outcome == {"in step": 2}
