"""Floor 8: shows the window, then its first page, then loads what works, and runs it all on one loop with Qt.

Nothing of Qt is imported before `run` is called, and nothing of asyncio or below the workbench's plain modules before
the first page was painted: what a person sees first is there first.
"""

import builtins
import gc
import os
from functools import partial
from importlib import import_module
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from PySide6.QtWidgets import QApplication

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.crash import CrashHook
    from sync_desktop.ui.main_window import MainWindow
    from sync_desktop.workbench.first_look import FirstLook
    from sync_desktop.workbench.later import LaterWorkbench
    from sync_desktop.workbench.ports import Workbench

    Build = Callable[[], Awaitable[Workbench]]
    AfterStart = Callable[[MainWindow, Workbench], Awaitable[int]]
    Look = Callable[[], FirstLook | None]

LONGEST_PAINT = 0.25
"""Seconds that the screen may take for the first paint before the rest is begun all the same."""
LONGEST_LOOK = 1.0
"""Seconds that a first look may take, on a slow disk, before the workbench is opened without it."""
_TURN = 0.005
_COLLECTED = (20_000, 20, 50)
"""After how many new objects the garbage collector looks at these, and how seldom at those that stayed."""


def run(
    build: "Build", *, look: "Look | None" = None, after_start: "AfterStart | None" = None, argv: "Sequence[str]"
) -> int:
    """Open the window, then build the workbench in it; return the exit status when the window has closed.

    `look` is called on a thread of its own and may return what the window shows first. `build` is awaited after the
    first page was painted, so it is the place for heavy imports. With `after_start` the window closes when that has
    returned, and its number is the exit status. A `UserError` of `build` is shown in the window.
    """
    gc.disable()  # until the workbench is built: looking through what is loaded takes a fiftieth of the first paint
    load_qt()
    from sync_desktop.ui.crash import CrashHook

    hook = CrashHook()
    hook.install()
    try:
        app, window, context = _make_window(argv, hook)
        window.show()
        _paint(app, until=lambda: window.was_painted, seconds=LONGEST_PAINT)
        later = _show_first_page(app, window, look)
        return _run_loop(app, hook, window, context, later, build, after_start)
    finally:
        hook.uninstall()
        gc.enable()


def load_qt() -> None:
    """Import Qt, and leave Python's own `import` as it was.

    PySide puts one in its place that reads the source of every module loaded afterwards, to see whether it switches
    on PySide's other ways of writing names (`from __feature__ import …`). Nothing here does, and reading the sources
    costs a fifth of what loading SQLAlchemy and pydantic takes.
    """
    own = builtins.__import__
    try:
        import_module("PySide6.QtWidgets")
    finally:
        builtins.__import__ = own


def _make_window(argv: "Sequence[str]", hook: "CrashHook") -> "tuple[QApplication, MainWindow, Context]":
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.main_window import MainWindow
    from sync_desktop.ui.notifier import Notifier
    from sync_desktop.ui.tasks import Tasks
    from sync_desktop.ui.theme import STYLE, Theme

    app = QApplication([*argv, *STYLE])
    app.setApplicationName("Sync Desktop")
    app.setQuitOnLastWindowClosed(False)
    notifier = Notifier()
    tasks = Tasks(notifier)
    context = Context(tasks, notifier, Theme(app), QSettings("Sync Desktop", "Sync Desktop"))
    window = MainWindow(context)
    tasks.crashed.connect(hook.report)
    hook.crashed.connect(partial(_show_crash, window))
    return app, window, context


def _show_first_page(app: "QApplication", window: "MainWindow", look: "Look | None") -> "LaterWorkbench":
    """Paint the pages, with what a first look finds, and return what they work on.

    The look is taken while the pages' modules are loaded.
    """
    from sync_desktop.workbench.later import LaterWorkbench

    found: list[FirstLook | None] = []
    looking = Thread(target=lambda: found.append(look() if look else None), name="first look", daemon=True)
    looking.start()
    later = LaterWorkbench()
    window.make_pages(later)
    _paint(app, until=lambda: not looking.is_alive(), seconds=LONGEST_LOOK)
    if found and found[0] is not None:
        window.show_first(found[0])
    _paint(app)
    return later


def _paint(app: "QApplication", until: "Callable[[], bool]" = lambda: True, seconds: float = 0.0) -> None:
    """Let Qt paint until something holds. What a person does waits: without the loop nothing can be begun yet."""
    from PySide6.QtCore import QEventLoop

    latest = monotonic() + seconds
    app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    while not until() and monotonic() < latest:
        sleep(_TURN)
        app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


def _run_loop(
    app: "QApplication",
    hook: "CrashHook",
    window: "MainWindow",
    context: "Context",
    later: "LaterWorkbench",
    build: "Build",
    after_start: "AfterStart | None",
) -> int:
    import asyncio

    os.environ["QT_API"] = "pyside6"
    from sync_desktop.ui.loop import WindowLoop  # qasync looks for PySide6, which is loaded by now
    from sync_desktop.ui.session import serve

    with asyncio.Runner(loop_factory=lambda: WindowLoop(app)) as runner:
        runner.get_loop().set_exception_handler(hook.on_loop_raised)
        return runner.run(serve(window, context, later, partial(_built, build), after_start))


async def _built(build: "Build") -> "Workbench":
    """Build the workbench; from then on the garbage collector looks at what the work makes, and at nothing older.

    Modules, pages and rules stay to the end, and looking through them takes a tenth of a long run.
    """
    try:
        return await build()
    finally:
        gc.freeze()
        gc.set_threshold(*_COLLECTED)
        gc.enable()


def _show_crash(window: "MainWindow", text: str) -> None:
    from sync_desktop.ui.dialogs import CrashDialog

    CrashDialog(text, window).open()
