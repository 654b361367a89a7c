"""What a killed program, a full disk and a second program do to a workspace: nothing."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import Outcome
from sync_desktop.storage import attempts, settings
from sync_desktop.storage.workspace import Transaction, Workspace
from tests.storage.shelf import NOON, QUOTE, SITE, FixedClock, opened

posix = pytest.mark.skipif(os.name != "posix", reason="kill -9 and limits of a process are POSIX's")

PRELUDE = """
import asyncio, sys, time
from pathlib import Path
from datetime import UTC, datetime
from sync_desktop.domain.clock import SystemClock
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, RecordKind
from sync_desktop.storage import attempts, leases, settings
from sync_desktop.storage.workspace import Workspace
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUOTE = RecordRef(kind=RecordKind.QUOTE, id="q1")
path = Path(sys.argv[1])
"""


async def child(script: str, path: Path) -> asyncio.subprocess.Process:
    """Start a program beside this one."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(sys.executable, "-c", PRELUDE + script, path, stdin=pipe, stdout=pipe)


async def said(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


def whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@posix
async def test_kill_9_in_the_middle_of_a_transaction_leaves_the_file_whole(path: Path) -> None:
    script = """
def half(tx):
    for n in range(5000):  # more than the page cache holds, so that pages of it are in the log already
        settings.put(tx, f"half {n}", "x" * 2000)
    print("in the middle", flush=True)
    time.sleep(60)
async def main():
    workspace = await Workspace.open(path, clock=SystemClock())
    await workspace.write(lambda tx: settings.put(tx, "kept", "1"))
    await workspace.write(half)
asyncio.run(main())
"""
    await (await opened(path)).close()
    process = await child(script, path)
    assert await said(process) == "in the middle"
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    workspace = await opened(path)
    assert await workspace.read(lambda conn: settings.get(conn, "kept")) == "1"
    assert await workspace.read(lambda conn: settings.get(conn, "half 0")) is None
    await workspace.close()
    assert whole(path)


@posix
async def test_an_attempt_that_was_cut_off_is_interrupted_and_one_that_lives_goes_on(path: Path) -> None:
    script = """
async def main():
    workspace = await Workspace.open(path, clock=SystemClock())
    def start(tx):
        leases.acquire(tx, "contoso", QUOTE, owner="child", at=NOON, ttl_seconds=60)
        return attempts.begin(tx, "contoso", QUOTE, AttemptKind.WRITE, at=NOON, owner="child")
    await workspace.write(start)
    print("started", flush=True)
    time.sleep(60)
asyncio.run(main())
"""

    async def outcome(at: FixedClock) -> Outcome | None:
        workspace = await opened(path, at)
        found = await workspace.read(lambda conn: attempts.attempts_of(conn, SITE.id, QUOTE))
        await workspace.close()
        return found[0].outcome

    await (await opened(path)).close()
    process = await child(script, path)
    assert await said(process) == "started"
    assert await outcome(FixedClock(NOON + timedelta(seconds=30))) is None
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    assert await outcome(FixedClock(NOON + timedelta(seconds=60))) is Outcome.INTERRUPTED


async def test_of_two_programs_one_gets_the_lease(path: Path) -> None:
    script = """
async def main():
    workspace = await Workspace.open(path, clock=SystemClock())
    print("ready", flush=True)
    sys.stdin.readline()
    take = lambda tx: leases.acquire(tx, "contoso", QUOTE, owner=str(time.time_ns()), at=NOON, ttl_seconds=60)
    print(await workspace.write(take), flush=True)
    await workspace.close()
asyncio.run(main())
"""
    await (await opened(path)).close()
    processes = await asyncio.gather(child(script, path), child(script, path))
    assert await asyncio.gather(*map(said, processes)) == ["ready", "ready"]
    answers = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert sorted(printed.strip() for printed, _ in answers) == [b"False", b"True"]


async def test_two_programs_that_make_the_same_workspace_share_it(path: Path) -> None:
    script = """
async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    workspace = await Workspace.open(path, clock=SystemClock())
    await workspace.write(lambda tx: settings.put(tx, str(time.time_ns()), "here"))
    await workspace.close()
asyncio.run(main())
"""
    processes = await asyncio.gather(child(script, path), child(script, path))
    assert await asyncio.gather(*map(said, processes)) == ["ready", "ready"]
    await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM settings").fetchone() == (2,)
    assert [found.name for found in path.parent.iterdir()] == [path.name]


async def fill(workspace: Workspace) -> str:
    """Write more than fits and return the sentence."""

    def much(tx: Transaction) -> None:
        for n in range(2000):
            settings.put(tx, f"much {n}", "x" * 2000)

    with pytest.raises(UserError) as error:
        await workspace.write(much)
    return str(error.value)


async def test_a_full_disk_is_told_and_nothing_is_half_written(workspace: Workspace) -> None:
    await workspace.write(lambda tx: settings.put(tx, "kept", "1"))
    await workspace.write(lambda tx: tx.conn.exec_driver_sql("PRAGMA max_page_count = 150"))
    assert "No space is left" in await fill(workspace)
    assert await workspace.read(lambda conn: settings.get(conn, "much 0")) is None
    await workspace.write(lambda tx: settings.put(tx, "kept", "2"))
    assert await workspace.read(lambda conn: settings.get(conn, "kept")) == "2"


@posix
async def test_a_disk_that_takes_no_more_bytes_is_told_and_nothing_is_half_written(path: Path) -> None:
    script = """
import resource, signal
async def main():
    workspace = await Workspace.open(path, clock=SystemClock())
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    def much(tx):
        for n in range(5000):
            settings.put(tx, f"much {n}", "x" * 2000)
    try:
        await workspace.write(much)
    except UserError as error:
        print(error, flush=True)
    await workspace.write(lambda tx: settings.put(tx, "kept", "1"))
    await workspace.close()
asyncio.run(main())
"""
    await (await opened(path)).close()
    process = await child(script, path)
    assert "so this was not saved" in await said(process)
    await process.communicate()
    assert process.returncode == 0
    workspace = await opened(path)
    assert await workspace.read(lambda conn: settings.get(conn, "kept")) == "1"
    assert await workspace.read(lambda conn: settings.get(conn, "much 0")) is None
    await workspace.close()
    assert whole(path)


@posix
async def test_no_space_for_a_new_workspace_leaves_nothing_behind(path: Path) -> None:
    script = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
async def main():
    try:
        await Workspace.open(path, clock=SystemClock())
    except UserError as error:
        print(error, flush=True)
asyncio.run(main())
"""
    process = await child(script, path)
    assert path.name in await said(process)
    await process.communicate()
    assert list(path.parent.iterdir()) == []


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of one megabyte, where this user may make one."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    may = sys.platform == "linux" and os.geteuid() == 0
    if not may or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be made by root on Linux")
    yield folder
    subprocess.run(["umount", folder], check=True)


async def test_a_really_full_disk(small_disk: Path) -> None:
    workspace = await opened(small_disk / "small.syncdesk")
    assert "No space is left" in await fill(workspace)
    await workspace.write(lambda tx: settings.put(tx, "kept", "1"))
    await workspace.close()
    assert whole(workspace.path)
