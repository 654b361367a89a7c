"""A window with the hands and eyes of a person, for the window's tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from sync_desktop.ui.context import Context
from sync_desktop.ui.main_window import MainWindow
from tests.ui.ui_fakes import FakeWorkbench

W = TypeVar("W", bound=QWidget)


@dataclass
class Services:
    """What a window is made of."""

    context: Context
    crashes: list[BaseException] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    window: MainWindow | None = None
    """The window of a test that starts one by itself."""

    @property
    def told(self) -> list[str]:
        """Everything that was told so far."""
        return [note.text for note in self.context.notifier.history]


@dataclass
class Screen:
    """A shown window, with the hands and eyes of a person."""

    bot: QtBot
    window: MainWindow
    services: Services
    bench: FakeWorkbench

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Press and release the left button, in the middle or at a point."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def key(self, widget: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press and release a key."""
        QTest.keyClick(widget, key, held)

    def write(self, widget: QWidget, text: str) -> None:
        """Type a text."""
        QTest.keyClicks(widget, text)

    def press(self, name: str) -> None:
        """Click the visible button of this name."""
        self.click(self.find(QAbstractButton, name))

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
