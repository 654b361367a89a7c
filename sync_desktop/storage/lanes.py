"""Threads that work on the workspace file, each with one connection that nobody else uses."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, event

T = TypeVar("T")


class InterruptedReadError(Exception):
    """A job was told to stop before its next statement."""


class Lane:
    """One thread and its connection, which the first job opens with `connect` on that thread."""

    def __init__(self, name: str, connect: Callable[[], Connection]) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._connect = connect
        self._conn: Connection | None = None
        self._interrupt_statement: Callable[[], None] | None = None
        self._stop = False

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        """Run a job after those that were submitted before it."""
        return self._executor.submit(self._run, job)

    def interrupt(self) -> None:
        """Make the running job fail soon, in its statement or before its next one; from any thread."""
        self._stop = True
        if self._interrupt_statement is not None:
            self._interrupt_statement()

    def close(self) -> Future[None]:
        """Close the connection after the last job; the thread ends by itself."""
        closing = self._executor.submit(self._close)
        self._executor.shutdown(wait=False)
        return closing

    def _run(self, job: Callable[[Connection], T]) -> T:
        """Run one job on the thread."""
        self._stop = False
        if self._conn is None:
            self._conn = self._connect()
            event.listen(self._conn, "before_cursor_execute", self._obey)
            driver = self._conn.connection.driver_connection
            self._interrupt_statement = getattr(driver, "interrupt", None)
        return job(self._conn)

    def _obey(self, *_: object) -> None:
        """Stop the job where somebody asked for it."""
        if self._stop:
            raise InterruptedReadError

    def _close(self) -> None:
        """Close the connection on the thread that used it."""
        conn, self._conn, self._interrupt_statement = self._conn, None, None
        if conn is not None:
            conn.close()
