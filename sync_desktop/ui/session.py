"""One window from its first paint to its end: open the workbench, work, settle everything, close."""

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING, TypeVar

from sync_desktop.ui.icons import app_icon

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.main_window import MainWindow
    from sync_desktop.workbench.later import LaterWorkbench
    from sync_desktop.workbench.ports import Workbench

    Build = Callable[[], Awaitable[Workbench]]
    AfterStart = Callable[[MainWindow, Workbench], Awaitable[int]]

log = logging.getLogger(__name__)
T = TypeVar("T")
CANNOT_OPEN = 2
"""The exit status where the workspace could not be opened."""
CLOSED_EARLY = 130
"""The exit status where the window was closed before `after_start` had returned."""


async def serve(
    window: "MainWindow",
    context: "Context",
    later: "LaterWorkbench",
    build: "Build",
    after_start: "AfterStart | None" = None,
) -> int:
    """Run a window to its end: paint, build, work; when it is asked to close, settle everything, then close it.

    The pages work on `later` from the start; what a person does before the workbench is open waits for it.
    """
    closing = asyncio.Event()
    window.close_asked.connect(closing.set)
    if window.close_was_asked:
        closing.set()
    workbench: Workbench | None = None
    status: int | None = 0
    try:
        with _stopped_by_signals(closing.set):
            await _first_paint(window)
            if not window.has_pages:
                window.make_pages(later)
            window.start()
            window.setWindowIcon(app_icon())
            workbench, problem = await _build(build, closing)
            if workbench is not None:
                later.arrive(workbench)
                status = await _unless_closed(after_start(window, workbench), closing) if after_start else 0
            elif problem:
                later.give_up()
                window.show_problem(problem)
                status = CANNOT_OPEN
            if after_start is None:
                await closing.wait()
    finally:
        await _settle(window, context, workbench)
    return CLOSED_EARLY if status is None else status


async def _first_paint(window: "MainWindow") -> None:
    if window.was_painted:
        return
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


async def _settle(window: "MainWindow", context: "Context", workbench: "Workbench | None") -> None:
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
