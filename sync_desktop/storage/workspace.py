"""One workspace file: opening it safely, reading and writing it off the interface thread.

SQLite in WAL mode. One thread writes, each time in one `BEGIN IMMEDIATE` transaction that reaches the disk before the
call returns; two threads read, each from a snapshot of its own. What only SQLite speaks stands here and in `search`.
"""

import asyncio
import logging
import os
import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.failures import UserError
from sync_desktop.storage import attempts, leases, schema, search
from sync_desktop.storage.faults import damaged, in_words, read_only
from sync_desktop.storage.glance import APPLICATION_ID
from sync_desktop.storage.lanes import Lane
from sync_desktop.storage.publisher import COALESCE_SECONDS, Publisher
from sync_desktop.storage.transaction import Changes, Transaction

__all__ = ["APPLICATION_ID", "Changes", "Connection", "Transaction", "Workspace"]

T = TypeVar("T")
_log = logging.getLogger(__name__)
_opening: ContextVar[Callable[[], sqlite3.Connection]] = ContextVar("opening")
"""What opens the file of the connection that is being made."""

READERS = 2
_ROLLBACKS = 100
BUSY_SECONDS = 3.0
"""How long a lock of another process is waited for, before the person is told."""
SMALL_FILE = 16 * 1024 * 1024
"""Up to this many bytes every page is looked at before opening; beyond, damage shows where it is read."""


class Workspace:
    """An open workspace; `open` makes one. Its methods are called on one event loop, plain asyncio's or Qt's."""

    def __init__(self, path: Path, *, create: bool, busy_seconds: float) -> None:
        self.path = path.absolute()
        opening = partial(_open_writer, self.path, create=create, busy_seconds=busy_seconds)
        self._writer = Lane("workspace-writer", opening)
        reading = partial(_open_reader, self.path, busy_seconds=busy_seconds)
        self._readers = tuple(Lane("workspace-reader", reading) for _ in range(READERS))
        self._idle: asyncio.LifoQueue[Lane] = asyncio.LifoQueue()
        for lane in self._readers:
            self._idle.put_nowait(lane)
        self._publisher = Publisher()
        self._closing: asyncio.Task[None] | None = None
        self._written: Counter[str] = Counter()
        """How often this program has written to each table."""

    @classmethod
    async def open(cls, path: Path, *, clock: Clock, create: bool = True, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Open a workspace, or make one where there is no file and `create` says so.

        Attempts that a crash cut off are marked interrupted. Raises UserError with one sentence where the file is
        missing, damaged, locked, read-only, newer, another program's or no file at all; it is untouched then.
        """
        workspace = cls(path, create=create, busy_seconds=busy_seconds)
        try:
            await workspace.write(lambda tx: _settle_the_past(tx, clock))
        except BaseException:
            await workspace.close()
            raise
        return workspace

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Return what `fn` reads from one snapshot, on a reader thread; cancelling interrupts its statement."""
        self._refuse_when_closed()
        lane = await self._idle.get()
        self._refuse_when_closed()
        reading = asyncio.wrap_future(lane.submit(partial(self._snapshot, fn)))
        reading.add_done_callback(partial(self._on_read, lane))
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            _interrupt(lane, reading)
            raise

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        """Run `fn` in one transaction on the writer thread and return its result once it is on disk.

        Whatever `fn` raises rolls everything back. A caller that is cancelled leaves the transaction to end by itself;
        its error is logged then. Raises UserError where the disk is full or the file is locked: nothing was written.
        """
        self._refuse_when_closed()
        writing = asyncio.wrap_future(self._writer.submit(partial(self._transact, fn)))
        writing.add_done_callback(self._on_written)
        try:
            result, _ = await asyncio.shield(writing)
        except asyncio.CancelledError:
            writing.add_done_callback(_log_abandoned)
            raise
        return result

    def generation(self, tables: Iterable[str]) -> int:
        """Return a number that is another one once this program has written to any of these tables."""
        return sum(self._written[table] for table in tables)

    def subscribe(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """Have `fn` called on the loop with what changed, a few writes at a time; returns what ends it."""
        return self._publisher.subscribe(fn)

    async def close(self) -> None:
        """Let what was begun end, publish what it changed, and close the file; a second call waits for the first."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._settle(), name="close workspace")
        await asyncio.shield(self._closing)

    async def _settle(self) -> None:
        """Close the readers first: the last to leave, the writer, folds the log back into the file."""
        for lane in (*self._readers, self._writer):
            await asyncio.wrap_future(lane.close())
        self._publisher.flush(asyncio.get_running_loop())

    def _refuse_when_closed(self) -> None:
        """Refuse work that no thread would do."""
        if self._closing is not None:
            raise UserError(f"{self.path} is closed; open it again first.")

    def _snapshot(self, fn: Callable[[Connection], T], conn: Connection) -> T:
        """Run a read on its thread."""
        with in_words(self.path):
            try:
                with conn.begin() as snapshot:
                    try:
                        return fn(conn)
                    finally:
                        snapshot.rollback()
            finally:
                _end_snapshot(_driver(conn))

    def _transact(self, fn: Callable[[Transaction], T], conn: Connection) -> tuple[T, Changes]:
        """Run a write on its thread."""
        tx = Transaction(conn)
        with in_words(self.path), conn.begin():
            result = fn(tx)
            if not _driver(conn).in_transaction:
                # SQLite rolls back by itself after some errors; whoever swallows one must not go on half-written.
                raise RuntimeError("The transaction ended before its last statement")
        return result, tx.changes

    def _on_read(self, lane: Lane, reading: "asyncio.Future[T]") -> None:
        """Free the thread of a read; the error of one that was interrupted concerns nobody."""
        self._idle.put_nowait(lane)
        if not reading.cancelled():
            reading.exception()

    def _on_written(self, writing: "asyncio.Future[tuple[T, Changes]]") -> None:
        """Publish what a write changed, whether or not its caller still listens."""
        if not writing.cancelled() and writing.exception() is None:
            self._written.update(writing.result()[1].keys())
            self._publisher.add(writing.result()[1], writing.get_loop())


def _interrupt(lane: Lane, reading: "asyncio.Future[T]") -> None:
    """Interrupt a read until it ends: one interrupt may fall just before a statement begins, and miss it."""
    if not reading.done():
        lane.interrupt()
        reading.get_loop().call_later(COALESCE_SECONDS, _interrupt, lane, reading)


def _end_snapshot(driver: sqlite3.Connection) -> None:
    """End a snapshot that is open still: an interrupt that comes late hits its rollback."""
    for _ in range(_ROLLBACKS):
        if not driver.in_transaction:
            break
        with suppress(sqlite3.OperationalError):
            driver.rollback()


def _log_abandoned(writing: "asyncio.Future[tuple[T, Changes]]") -> None:
    """Log the error of a write whose caller no longer listens."""
    if not writing.cancelled() and (error := writing.exception()) is not None:
        _log.error("A write whose caller was cancelled failed: %s", error, exc_info=error)


def _settle_the_past(tx: Transaction, clock: Clock) -> None:
    """Mark what a crash cut off; what another running program holds stays."""
    now = clock.now()
    attempts.mark_interrupted(tx, at=now, live_owners=leases.live_owners(tx.conn, now))
    leases.drop_expired(tx, at=now)


def _open_writer(path: Path, *, create: bool, busy_seconds: float) -> Connection:
    """Return the writer's connection to a workspace of this program's version, made or migrated where needed."""
    with in_words(path):
        _check_path(path, create=create)
        if not path.exists():
            _create(path)
        _inspect(path)
        conn = _connect(path, busy_seconds, begin="BEGIN IMMEDIATE")
        try:
            driver = _driver(conn)
            version = _check_identity(path, driver)
            if version < schema.SCHEMA_VERSION:
                _migrate(path, conn, version)
            driver.execute("PRAGMA journal_mode = WAL")  # kept by the file; another tool may have changed it
        except BaseException:
            conn.close()
            raise
        return conn


def _open_reader(path: Path, *, busy_seconds: float) -> Connection:
    """Return a reader's connection, on which no statement can change anything."""
    with in_words(path):
        conn = _connect(path, busy_seconds, begin="BEGIN")
        _driver(conn).execute("PRAGMA query_only = ON")
        return conn


def _check_path(path: Path, *, create: bool) -> None:
    """Refuse what the file system already tells apart, without opening anything."""
    if path.is_dir():
        raise UserError(f"{path} is a folder; name a workspace file in it.")
    if not path.parent.is_dir():
        raise UserError(f"The folder {path.parent} does not exist; make it first, or choose another place.")
    if path.exists():
        if not path.is_file():
            raise UserError(f"{path} is not a file; choose a workspace file.")
        if path.stat().st_size == 0:
            raise UserError(f"{path} is empty and so is no workspace; delete it, or choose another file.")
        if not _may_write(path):
            raise read_only(path)
    elif not create:
        raise UserError(f"There is no workspace at {path}; check the name.")
    if os.name == "posix" and not _may_write(path.parent):  # Windows keeps a folder's rights elsewhere
        raise UserError(f"The folder {path.parent} is read-only; SQLite keeps its log beside the workspace.")


def _may_write(path: Path) -> bool:
    """Tell whether this process may write, by the rights that it acts under."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _inspect(path: Path) -> None:
    """Refuse a foreign, newer or damaged file by a look that takes no lock and leaves nothing beside it.

    A file whose log holds something may be between two states: then only its header counts, and the real opening
    decides about the rest.
    """
    log = path.with_name(f"{path.name}-wal")
    settled = not (log.exists() and log.stat().st_size)
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as look:
            size = path.stat().st_size
            if settled and size < max(1, _number(look, "page_count")) * _number(look, "page_size"):
                raise damaged(path)  # SQLite itself reads what was cut off the last page as zeros
            _check_identity(path, look)
            small = settled and size <= SMALL_FILE
            if small and look.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise damaged(path)
    except sqlite3.DatabaseError:
        if settled:
            raise


def _check_identity(path: Path, driver: sqlite3.Connection) -> int:
    """Return the version of a workspace; raise UserError for another program's file or a newer one."""
    if _number(driver, "application_id") != APPLICATION_ID:
        raise UserError(f"{path} is a database of another program, not a workspace; choose another file.")
    version = _number(driver, "user_version")
    if version > schema.SCHEMA_VERSION:
        raise UserError(
            f"{path} was written by a newer Sync Desktop (format {version}, this one knows {schema.SCHEMA_VERSION}); "
            "update Sync Desktop to open it."
        )
    return version


def _number(driver: sqlite3.Connection, pragma: str) -> int:
    """Return one of the numbers that SQLite knows of a file."""
    (value,) = driver.execute(f"PRAGMA {pragma}").fetchone()
    return int(value)


def _create(path: Path) -> None:
    """Make an empty workspace beside its place and move it there whole, so that nobody ever sees half of one."""
    beside = [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]
    leftovers = [found for found in beside if found.exists()]
    if path.exists():
        return  # another process was quicker, and the log may be its own
    for leftover in leftovers:  # of a workspace that was deleted: SQLite would read them into the new one
        leftover.unlink(missing_ok=True)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.new")
    try:
        # Customers' names and prices: for this user only. The log inherits the file's rights.
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(_connect(draft, BUSY_SECONDS, begin="BEGIN IMMEDIATE")) as conn:
            with conn.begin():
                schema.metadata.create_all(conn)
                schema.alembic_version.create(conn)
                conn.execute(schema.alembic_version.insert().values(version_num=schema.revision()))
                search.create(conn)
                _stamp(conn)
            _driver(conn).execute("PRAGMA journal_mode = WAL")
        _move(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _move(draft: Path, path: Path) -> None:
    """Give a finished file its name, unless another process was quicker: then its workspace is used."""
    with suppress(FileExistsError):
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            draft.rename(path)


def _stamp(conn: Connection) -> None:
    """Write whose file this is, and its version, into the header."""
    conn.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    conn.exec_driver_sql(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")


def _migrate(path: Path, conn: Connection, version: int) -> None:
    """Bring an older workspace to this version in one transaction, after a copy of it was put beside it."""
    from sync_desktop.storage.migrating import upgrade  # alembic is loaded by those who need it only

    _back_up(_driver(conn), path.with_name(f"{path.name}.v{version}.bak"))
    with conn.begin():
        upgrade(conn)
        _stamp(conn)
    _driver(conn).execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the header tells the version without the log


def _back_up(driver: sqlite3.Connection, backup: Path) -> None:
    """Copy a workspace, its log included, and give the copy its name once it is whole."""
    part = backup.with_name(f"{backup.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part)) as copy:
            driver.backup(copy)
        part.replace(backup)
    finally:
        part.unlink(missing_ok=True)


def _connect(path: Path, busy_seconds: float, *, begin: str) -> Connection:
    """Return a connection whose transactions start with `begin`; SQLAlchemy opens none by itself."""

    def connect() -> sqlite3.Connection:
        # mode=rw: SQLite must not make a file here. Lanes see to it that one thread at a time uses the connection.
        uri = f"{path.as_uri()}?mode=rw"
        driver = sqlite3.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
        driver.execute("PRAGMA foreign_keys = ON")
        return driver

    opening = _opening.set(connect)
    try:
        return _engine().connect().execution_options(begin_with=begin)
    finally:
        _opening.reset(opening)


@cache
def _engine() -> Engine:
    """Return the engine of all connections, whichever file each is to: a statement is compiled once a process."""
    engine = create_engine("sqlite+pysqlite://", creator=_open_file, poolclass=NullPool)
    event.listen(engine, "begin", lambda conn: _driver(conn).execute(conn.get_execution_options()["begin_with"]))
    return engine


def _open_file() -> sqlite3.Connection:
    """Open the file that the connection being made is to."""
    return _opening.get()()


def _driver(conn: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection."""
    driver = conn.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("A workspace's connection is SQLite's")
    return driver
