"""The task runner: the only place that starts coroutines for the window and the only one that hears how they end."""

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from sync_desktop.ui.notifier import Notifier

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    key: str
    done: "Callable[[T], None] | None"
    failed: "Callable[[str], None] | None"
    ended: "Callable[[], None] | None"


class Tasks(QObject):
    """Starts, names and holds tasks until they have ended.

    A `UserError` is told through the notifier (or the job's own `failed`); any other error is emitted by `crashed`.
    """

    crashed = Signal(object)
    """The exception that nobody expected."""

    def __init__(self, notifier: "Notifier", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._running: dict[asyncio.Task[Any], _Job[Any]] = {}
        self._again: dict[str, Callable[[], object]] = {}
        self._closed = False

    def start(
        self,
        name: str,
        work: "Coroutine[Any, Any, T]",
        *,
        key: str = "",
        done: "Callable[[T], None] | None" = None,
        failed: "Callable[[str], None] | None" = None,
        ended: "Callable[[], None] | None" = None,
    ) -> bool:
        """Start `work`; False, and nothing started, where a job with the same key runs or the window closes.

        `done` gets the result, `failed` a sentence for people, and `ended` is called in every case, after them.
        """
        if self._closed or (key and self.is_running(key)):
            work.close()
            return False
        import asyncio  # late: the first paint needs no loop

        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running[task] = _Job(key, done, failed, ended)
        task.add_done_callback(self._on_task_done)
        return True

    def renew(
        self, name: str, ask: "Callable[[], Coroutine[Any, Any, T]]", *, key: str, done: "Callable[[T], None]"
    ) -> None:
        """Ask now; where the same question is under way, once more after it, as its answer may be older than this."""
        if self.is_running(key):
            self._again[key] = partial(self.renew, name, ask, key=key, done=done)
        else:
            self.start(name, ask(), key=key, done=done, ended=partial(self._follow, key))

    def _follow(self, key: str) -> None:
        again = self._again.pop(key, None)
        if again is not None:
            again()

    def is_running(self, key: str) -> bool:
        """Whether a job with this key has not ended."""
        return any(job.key == key for job in self._running.values())

    async def settle(self) -> None:
        """Refuse new work, cancel what runs and return when all of it has ended."""
        import asyncio

        self._closed = True
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _on_task_done(self, task: "asyncio.Task[Any]") -> None:
        job = self._running.pop(task)
        try:
            if task.cancelled():
                log.debug("%s was cancelled", task.get_name())
            elif (error := task.exception()) is not None:
                self._fail(task.get_name(), job, error)
            elif job.done is not None and not self._closed:
                job.done(task.result())
        finally:
            if job.ended is not None and not self._closed:
                job.ended()

    def _fail(self, name: str, job: "_Job[Any]", error: BaseException) -> None:
        from sync_desktop.domain.failures import UserError

        if not isinstance(error, UserError):
            self.crashed.emit(error)
            return
        log.info("%s: %s", name, error)
        if job.failed is not None and not self._closed:
            job.failed(str(error))
        else:
            self._notifier.error(str(error))
