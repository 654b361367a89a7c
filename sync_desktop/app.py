"""Floor 8: shows the window, then loads what it needs, and runs it on one loop with Qt."""

import os
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from sync_desktop.ui.context import Context
from sync_desktop.ui.crash import CrashHook
from sync_desktop.ui.main_window import MainWindow
from sync_desktop.ui.notifier import Notifier
from sync_desktop.ui.tasks import Tasks
from sync_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sync_desktop.workbench.ports import Workbench


def run(
    build: "Callable[[], Awaitable[Workbench]]",
    *,
    after_start: "Callable[[MainWindow, Workbench], Awaitable[int]] | None" = None,
    argv: "Sequence[str]",
) -> int:
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
        notifier = Notifier()
        tasks = Tasks(notifier)
        context = Context(tasks, notifier, Theme(app), QSettings("Sync Desktop", "Sync Desktop"))
        window = MainWindow(context)
        tasks.crashed.connect(hook.report)
        hook.crashed.connect(partial(_show_crash, window))
        window.show()
        app.processEvents()  # the frame is on screen before asyncio and all the rest is loaded
        return _run_loop(app, hook, window, context, build, after_start)
    finally:
        hook.uninstall()


def _run_loop(
    app: QApplication,
    hook: CrashHook,
    window: MainWindow,
    context: Context,
    build: "Callable[[], Awaitable[Workbench]]",
    after_start: "Callable[[MainWindow, Workbench], Awaitable[int]] | None",
) -> int:
    import asyncio

    os.environ["QT_API"] = "pyside6"
    import qasync  # after PySide6, which it looks for

    from sync_desktop.ui.session import serve

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.get_loop().set_exception_handler(hook.on_loop_raised)
        return runner.run(serve(window, context, build, after_start))


def _show_crash(window: MainWindow, text: str) -> None:
    from sync_desktop.ui.dialogs import CrashDialog

    CrashDialog(text, window).open()
