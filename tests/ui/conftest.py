"""A running qasync loop under the tests' own event loop, and a window with a workbench in memory."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sync_desktop.ui.context import Context
from sync_desktop.ui.loop import WindowLoop
from sync_desktop.ui.main_window import MainWindow
from sync_desktop.ui.notifier import Notifier
from sync_desktop.ui.tasks import Tasks
from sync_desktop.ui.theme import STYLE, Theme
from tests.ui.ui_fakes import NOW, FakeWorkbench, few
from tests.ui.ui_screen import Screen, Services

os.environ.setdefault("QT_API", "pyside6")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a warning of Qt fail a test of the window; what the off-screen platform cannot do is no warning."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("does not support (propagateSize|raise|grab)", extend=True))


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Return the words with which the application of all tests is made: in the style that the window has."""
    return ["sync-desktop", *STYLE]


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """Return an asyncio loop that runs whenever Qt's events do."""
    made = WindowLoop(qapp, already_running=True)
    yield made
    asyncio._set_running_loop(None)
    qapp.aboutToQuit.disconnect(made._after_run_forever)
    made._QEventLoop__is_running = False
    made.close()


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """Return the one theme of the application."""
    return Theme(qapp)


def forget(window: MainWindow) -> None:
    """Close a window and delete it now, so that the next test styles only its own."""
    window.let_close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def services(theme: Theme, tmp_path: Path, loop: asyncio.AbstractEventLoop) -> Iterator[Services]:
    """Return the services of a window; a crash fails the test."""
    notifier = Notifier()
    tasks = Tasks(notifier)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    opened: list[str] = []
    context = Context(tasks, notifier, theme, settings, now=lambda: NOW, open_url=opened.append)
    made = Services(context, opened=opened)
    tasks.crashed.connect(made.crashes.append)
    yield made
    if made.window is not None:
        forget(made.window)
    assert made.crashes == []


@pytest.fixture
def bench() -> FakeWorkbench:
    """Return the workbench that the screen shows; a test may set it up before it asks for the screen."""
    return few()


@pytest.fixture
def open_screen(qtbot: QtBot, services: Services) -> Iterator[Callable[[FakeWorkbench], Screen]]:
    """Return what opens a window on a workbench and waits until its list is there."""
    windows: list[MainWindow] = []

    def open_(bench: FakeWorkbench) -> Screen:
        from sync_desktop.ui.issues.page import PageState

        window = MainWindow(services.context)
        windows.append(window)
        window.show()
        window.make_pages(bench)
        window.start()
        screen = Screen(qtbot, window, services, bench)
        page = window.issues
        assert page is not None
        screen.until(lambda: page.state in (PageState.READY, PageState.FAILED) and window.sites_known)
        return screen

    yield open_
    settled = asyncio.get_running_loop().create_task(services.context.tasks.settle())
    qtbot.waitUntil(settled.done, timeout=5000)
    for window in windows:
        forget(window)


@pytest.fixture
def screen(open_screen: Callable[[FakeWorkbench], Screen], bench: FakeWorkbench) -> Screen:
    """Return a window that shows two quotes of one cause and a contact of another."""
    return open_screen(bench)
