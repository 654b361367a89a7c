"""A running qasync loop under the tests' own event loop, and a window with a workbench in memory."""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from ui_fakes import NOW, FakeWorkbench, few

from sync_desktop.ui.context import Context
from sync_desktop.ui.main_window import MainWindow
from sync_desktop.ui.notifier import Notifier
from sync_desktop.ui.tasks import Tasks
from sync_desktop.ui.theme import Theme

os.environ.setdefault("QT_API", "pyside6")
W = TypeVar("W", bound=QWidget)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a warning of Qt fail a test of the window; what the off-screen platform cannot do is no warning."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)", extend=True))


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """Return an asyncio loop that runs whenever Qt's events do."""
    import qasync

    made = qasync.QEventLoop(qapp, already_running=True)
    yield made
    asyncio._set_running_loop(None)
    qapp.aboutToQuit.disconnect(made._after_run_forever)
    made._QEventLoop__is_running = False
    made.close()


@dataclass
class Services:
    """What a window is made of."""

    context: Context
    crashes: list[BaseException] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """Everything that was told so far."""
        return [note.text for note in self.context.notifier.history]


@pytest.fixture
def services(qapp: QApplication, tmp_path: Path, loop: asyncio.AbstractEventLoop) -> Iterator[Services]:
    """Return the services of a window; a crash fails the test."""
    notifier = Notifier()
    tasks = Tasks(notifier)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    opened: list[str] = []
    context = Context(tasks, notifier, Theme(qapp), settings, now=lambda: NOW, open_url=opened.append)
    made = Services(context, opened=opened)
    tasks.crashed.connect(made.crashes.append)
    yield made
    assert made.crashes == []


@dataclass
class Screen:
    """A shown window, with the hands and eyes of a person."""

    bot: QtBot
    window: MainWindow
    services: Services
    bench: FakeWorkbench

    def find(self, kind: type[W], name: str) -> W:
        """Return the visible widget of this name."""
        found = [
            each
            for top in QApplication.topLevelWidgets()
            for each in [top, *top.findChildren(QWidget)]
            if each.objectName() == name and each.isVisible() and isinstance(each, kind)
        ]
        assert found, f"no visible {name}"
        return found[-1]

    def shows(self, name: str) -> bool:
        """Whether a widget of this name is visible."""
        return any(
            each.isVisible()
            for top in QApplication.topLevelWidgets()
            for each in [top, *top.findChildren(QWidget, name)]
            if each.objectName() == name
        )

    def until(self, holds: Callable[[], bool]) -> None:
        """Let the loop run until something holds."""
        self.bot.waitUntil(holds, timeout=5000)

    def rows(self) -> list[str]:
        """Return the first column of the issues table."""
        assert self.window.issues is not None
        model = self.window.issues.model
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


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
        window.attach(bench)
        screen = Screen(qtbot, window, services, bench)
        page = window.issues
        assert page is not None
        screen.until(lambda: page.state in (PageState.READY, PageState.FAILED) and bool(window.known_sites()))
        return screen

    yield open_
    settled = asyncio.get_running_loop().create_task(services.context.tasks.settle())
    qtbot.waitUntil(settled.done, timeout=5000)
    for window in windows:
        window.let_close()
        window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def screen(open_screen: Callable[[FakeWorkbench], Screen], bench: FakeWorkbench) -> Screen:
    """Return a window that shows two quotes of one cause and a contact of another."""
    return open_screen(bench)
