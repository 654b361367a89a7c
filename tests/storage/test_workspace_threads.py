"""Reading, writing, cancelling and being told of changes."""

import asyncio
import logging
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from sync_desktop.domain.failures import UserError
from sync_desktop.storage import settings
from sync_desktop.storage.workspace import Changes, Transaction, Workspace
from tests.storage.shelf import opened

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


async def value(workspace: Workspace, key: str) -> str | None:
    return await workspace.read(lambda conn: settings.get(conn, key))


async def test_an_error_rolls_the_whole_transaction_back(workspace: Workspace) -> None:
    def half(tx: Transaction) -> None:
        settings.put(tx, "first", "1")
        raise LookupError("no second")

    with pytest.raises(LookupError, match="no second"):
        await workspace.write(half)
    assert await value(workspace, "first") is None


async def test_reading_goes_on_beside_a_write_and_sees_what_was_before_it(workspace: Workspace) -> None:
    await workspace.write(lambda tx: settings.put(tx, "key", "before"))
    inside, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        settings.put(tx, "key", "after")
        inside.set()
        go_on.wait(10)

    writing = asyncio.create_task(workspace.write(slow))
    await asyncio.to_thread(inside.wait, 10)
    assert await asyncio.gather(*(value(workspace, "key") for _ in range(6))) == ["before"] * 6
    go_on.set()
    await writing
    assert await value(workspace, "key") == "after"


async def test_a_read_sees_one_moment_although_a_write_comes_between(workspace: Workspace) -> None:
    await workspace.write(lambda tx: settings.put(tx, "key", "before"))
    first, go_on = threading.Event(), threading.Event()

    def twice(conn: Connection) -> tuple[str | None, str | None]:
        one = settings.get(conn, "key")
        first.set()
        go_on.wait(10)
        return one, settings.get(conn, "key")

    reading = asyncio.create_task(workspace.read(twice))
    await asyncio.to_thread(first.wait, 10)
    await workspace.write(lambda tx: settings.put(tx, "key", "after"))
    go_on.set()
    assert await reading == ("before", "before")


async def test_a_reader_cannot_write(workspace: Workspace) -> None:
    with pytest.raises(UserError, match="read-only"):
        await workspace.read(lambda conn: conn.execute(text("DELETE FROM settings")))


async def test_cancelled_reads_stop_at_once_and_free_their_threads(workspace: Workspace) -> None:
    started = threading.Semaphore(0)

    def endless(conn: Connection) -> None:
        started.release()
        while True:  # one statement after the other, as a page that reads in portions
            conn.execute(ENDLESS)

    reading = [asyncio.create_task(workspace.read(endless)) for _ in range(2)]
    for _ in reading:
        await asyncio.to_thread(started.acquire)
    for task in reading:
        task.cancel()
    assert all(
        isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*reading, return_exceptions=True)
    )
    assert await value(workspace, "anything") is None


async def test_an_interrupt_that_hits_the_end_of_a_read_leaves_its_thread_of_use(workspace: Workspace) -> None:
    def read(conn: Connection) -> None:
        def hit(conn: Connection) -> None:
            event.remove(conn, "rollback", hit)
            raise sqlite3.OperationalError("interrupted")

        conn.execute(text("SELECT 1"))
        event.listen(conn, "rollback", hit)

    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        await workspace.read(read)
    assert await asyncio.gather(*(value(workspace, "key") for _ in range(4))) == [None] * 4


async def test_a_read_that_waits_for_a_thread_can_be_cancelled(workspace: Workspace) -> None:
    go_on = threading.Event()
    busy = [asyncio.create_task(workspace.read(lambda _: go_on.wait(10))) for _ in range(2)]
    waiting = asyncio.create_task(value(workspace, "key"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    assert await asyncio.gather(*busy) == [True, True]
    assert await value(workspace, "key") is None


async def test_cancelling_the_caller_does_not_tear_a_write(workspace: Workspace) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        settings.put(tx, "first", "1")
        inside.set()
        go_on.wait(10)
        settings.put(tx, "second", "2")

    writing = asyncio.create_task(workspace.write(slow))
    await asyncio.to_thread(inside.wait, 10)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    go_on.set()
    await workspace.write(lambda _: None)
    assert (await value(workspace, "first"), await value(workspace, "second")) == ("1", "2")


@pytest.mark.logs_errors
async def test_the_error_of_an_abandoned_write_is_logged(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def failing(_: Transaction) -> None:
        inside.set()
        go_on.wait(10)
        raise LookupError("the disk ran away")

    writing = asyncio.create_task(workspace.write(failing))
    await asyncio.to_thread(inside.wait, 10)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    go_on.set()
    with caplog.at_level(logging.ERROR):
        await workspace.write(lambda _: None)
        await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records] == [
        "A write whose caller was cancelled failed: the disk ran away"
    ]


async def test_whoever_swallows_an_error_that_ended_the_transaction_writes_nothing(workspace: Workspace) -> None:
    def swallowing(tx: Transaction) -> None:
        settings.put(tx, "first", "1")
        tx.conn.connection.driver_connection.rollback()  # type: ignore[union-attr]  # as SQLite does by itself
        settings.put(tx, "second", "2")

    with pytest.raises(RuntimeError, match="ended before its last statement"):
        await workspace.write(swallowing)


async def test_changes_are_told_together_and_only_of_what_was_kept(workspace: Workspace) -> None:
    told: asyncio.Queue[Changes] = asyncio.Queue()
    unsubscribe = workspace.subscribe(told.put_nowait)
    await asyncio.sleep(0)

    def failing(tx: Transaction) -> None:
        tx.touch("issues", 99)
        raise LookupError

    await workspace.write(lambda tx: tx.touch("issues", 1, 2))
    with pytest.raises(LookupError):
        await workspace.write(failing)
    await workspace.write(lambda tx: tx.touch("issues", 2, 3))
    await workspace.write(lambda tx: tx.touch("leases", "quote/q1"))
    changes = await asyncio.wait_for(told.get(), 5)
    assert changes["issues"] == {"1", "2", "3"}
    assert changes["leases"] == {"quote/q1"}
    unsubscribe()
    unsubscribe()
    await workspace.write(lambda tx: tx.touch("issues", 4))
    await workspace.close()
    assert told.empty()


async def test_a_subscriber_that_fails_does_not_silence_the_others(workspace: Workspace) -> None:
    told: list[Changes] = []
    reported: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(str(context["exception"])))

    def failing(_: Changes) -> None:
        raise LookupError("nobody home")

    workspace.subscribe(failing)
    workspace.subscribe(told.append)
    await workspace.write(lambda tx: tx.touch("issues", 1))
    await workspace.close()  # tells what is still to be told
    assert told[-1]["issues"] == {"1"}
    assert reported == ["nobody home"]


async def test_closing_waits_for_what_was_begun(path: Path) -> None:
    workspace = await opened(path)
    writing = asyncio.create_task(workspace.write(lambda tx: settings.put(tx, "late", "1")))
    await asyncio.sleep(0)
    await asyncio.gather(workspace.close(), workspace.close())
    await writing
    with pytest.raises(UserError, match="is closed"):
        await value(workspace, "late")
    again = await opened(path)
    assert await value(again, "late") == "1"
    await again.close()


async def test_a_lock_during_a_write_is_told_and_nothing_is_written(workspace: Workspace) -> None:
    holder = sqlite3.connect(workspace.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(UserError, match="Another program is using"):
        await workspace.write(lambda tx: settings.put(tx, "key", "1"))
    holder.execute("ROLLBACK")
    holder.close()
    await workspace.write(lambda tx: settings.put(tx, "key", "2"))
    assert await value(workspace, "key") == "2"


async def test_mistakes_of_this_program_pass_as_they_are(workspace: Workspace) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        await workspace.read(lambda conn: conn.execute(text("SELECT * FROM nowhere")))
