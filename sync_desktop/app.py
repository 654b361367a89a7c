"""Floor 8: builds the loop and the window, waits for its end, and settles everything before it closes."""

import asyncio
import contextlib
import logging
import os
import signal
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from sync_desktop.ui.context import Context
from sync_desktop.ui.crash import CrashHook
from sync_desktop.ui.main_window import MainWindow
from sync_desktop.ui.notifier import Notifier
from sync_desktop.ui.tasks import Tasks
from sync_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from sync_desktop.workbench.ports import Workbench

    Build = Callable[[], Awaitable[Workbench]]
    AfterStart = Callable[[MainWindow, Workbench], Awaitable[int]]

log = logging.getLogger(__name__)
T = TypeVar("T")
CANNOT_OPEN = 2
"""The exit status where the workspace could not be opened."""
CLOSED_EARLY = 130
"""The exit status where the window was closed before `after_start` had returned."""


def run(build: "Build", *, after_start: "AfterStart | None" = None, argv: "Sequence[str]") -> int:
    """Open the window, then build the workbench in it; return the exit status when the window has closed.

    `build` is awaited after the first paint, so it is the place for heavy imports. With `after_start` the window
    closes when that has returned, and its number is the exit status. A `UserError` of `build` is shown in the window.
    """
    hook = CrashHook()
    hook.install()
    try:
        app = QApplication(list(argv))
        app.setApplicationName("Sync Desktop")
        app.setQuitOnLastWindowClosed(False)
        hook.moveToThread(app.thread())
        os.environ["QT_API"] = "pyside6"
        import qasync  # after PySide6, which it looks for

        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
            return runner.run(_main(app, hook, build, after_start))
    finally:
        hook.uninstall()


async def _main(app: QApplication, hook: CrashHook, build: "Build", after_start: "AfterStart | None") -> int:
    asyncio.get_running_loop().set_exception_handler(hook.on_loop_raised)
    notifier = Notifier()
    tasks = Tasks(notifier)
    context = Context(tasks, notifier, Theme(app), QSettings("Sync Desktop", "Sync Desktop"))
    window = MainWindow(context)
    tasks.crashed.connect(hook.report)
    hook.crashed.connect(partial(_show_crash, window))
    return await serve(window, context, build, after_start)


async def serve(window: MainWindow, context: Context, build: "Build", after_start: "AfterStart | None" = None) -> int:
    """Run a window to its end: paint, build, work; when it is asked to close, settle everything, then close it."""
    closing = asyncio.Event()
    window.close_asked.connect(closing.set)
    workbench: Workbench | None = None
    status: int | None = 0
    try:
        with _stopped_by_signals(closing.set):
            await _first_paint(window)
            workbench, problem = await _build(build, closing)
            if workbench is not None:
                window.attach(workbench)
                status = await _unless_closed(after_start(window, workbench), closing) if after_start else 0
            elif problem:
                window.show_problem(problem)
                status = CANNOT_OPEN
            if after_start is None:
                await closing.wait()
    finally:
        await _settle(window, context, workbench)
    return CLOSED_EARLY if status is None else status


async def _first_paint(window: MainWindow) -> None:
    painted = asyncio.Event()
    window.painted.connect(painted.set)
    window.show()
    await painted.wait()


async def _build(build: "Build", closing: asyncio.Event) -> "tuple[Workbench | None, str]":
    """Return the workbench, or none and the sentence that says why (empty: the window was closed meanwhile)."""
    try:
        return await _unless_closed(build(), closing), ""
    except Exception as error:
        from sync_desktop.domain.failures import UserError

        if not isinstance(error, UserError):
            raise
        log.warning("The workspace could not be opened: %s", error)
        return None, str(error)


async def _unless_closed(work: "Awaitable[T]", closing: asyncio.Event) -> "T | None":
    """Await `work`; where the window is asked to close first, cancel it, let it settle and return None."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(closing.wait())
    await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        return working.result()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        return await working
    return None


async def _settle(window: MainWindow, context: Context, workbench: "Workbench | None") -> None:
    """Stop what runs, wait until it has been written down, and close the window for real."""
    window.say_closing()
    try:
        if workbench is not None and workbench.runs.progress.running:
            await workbench.runs.cancel()
        await context.tasks.settle()
        if workbench is not None:
            await workbench.close()
    finally:
        window.let_close()


@contextlib.contextmanager
def _stopped_by_signals(stop: "Callable[[], None]") -> "Iterator[None]":
    """Take Ctrl-C and a request to end as a request to close; where the loop cannot, Python's own way stays."""
    loop, taken = asyncio.get_running_loop(), []
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop)
            taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)


def _show_crash(window: MainWindow, text: str) -> None:
    from sync_desktop.ui.dialogs import CrashDialog

    CrashDialog(text, window).open()
