"""Mouse and keys on visible widgets of the real window, found by their object names."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMessageLogContext, QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QScrollArea, QTextEdit, QWidget

from sync_desktop.ui.main_window import MainWindow

W = TypeVar("W", bound=QWidget)
_PATIENCE = 120.0
"""Seconds that the walk waits for anything to show."""
_LOOK = 0.02
_NOISE = "This plugin does not support propagateSizeHints()"


class WalkError(Exception):
    """A step did not hold; its text says what was expected and what was there."""


@contextmanager
def without_noise() -> Iterator[None]:
    """Leave out of the walk's output what Qt's off-screen platform says of every dialog; other messages go through."""

    def tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text != _NOISE:
            before(kind, context, text) if before is not None else sys.stderr.write(f"{text}\n")

    before = qInstallMessageHandler(tell)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


class Hands:
    """Clicks and types as a person would: only on what is visible and enabled."""

    def __init__(self, window: MainWindow, shots: Path | None) -> None:
        self.window = window
        self._shots = shots
        self._taken = 0

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until something is so; `WalkError` when it does not come."""
        end = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise WalkError(f"Waited in vain: {what}")
            await asyncio.sleep(_LOOK)

    def seen(self, name: str, kind: type[W]) -> W | None:
        """Return the visible widget of that name, in the window or a dialog of it; the topmost one."""
        tops = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
        found = [child for top in tops for child in top.findChildren(kind, name) if child.isVisible()]
        return found[-1] if found else None

    async def widget(self, name: str, kind: type[W]) -> W:
        """Wait for a widget to be visible and return it."""
        await self.until(lambda: self.seen(name, kind) is not None, f"“{name}” to be visible")
        found = self.seen(name, kind)
        if found is None:
            raise WalkError(f"“{name}” went away")
        return found

    async def click(self, name: str) -> None:
        """Press a visible, enabled widget with the left button, after scrolling to it where needed."""
        await self.until(lambda: self._reachable(name), f"“{name}” to be there, enabled and not covered")
        widget = await self.widget(name, QWidget)
        centre = widget.rect().center()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
        await asyncio.sleep(_LOOK)

    def _reachable(self, name: str) -> bool:
        """Say whether a click on a widget's middle would reach it."""
        widget = self.seen(name, QWidget)
        if widget is None or not widget.isEnabled():
            return False
        _scroll_to(widget)
        top = widget.window()
        hit = top.childAt(widget.mapTo(top, widget.rect().center()))
        return hit is not None and (hit is widget or widget.isAncestorOf(hit))

    async def click_at(self, viewport: QWidget, point: QPoint) -> None:
        """Press somewhere on a table."""
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        await asyncio.sleep(_LOOK)

    async def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key on whatever has the focus."""
        if QApplication.activeModalWidget() is None and not self.window.isActiveWindow():
            self.window.activateWindow()
            await self.until(self.window.isActiveWindow, "the window to be active")
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier)
        await asyncio.sleep(_LOOK)

    async def type(self, name: str, text: str) -> None:
        """Click a field, clear it and type into it."""
        await self.click(name)
        field = await self.widget(name, QLineEdit)
        field.selectAll()
        QTest.keyClicks(field, text)
        await asyncio.sleep(_LOOK)

    def text(self, name: str) -> str:
        """Return what a visible widget shows; empty where it is not visible."""
        widget = self.seen(name, QWidget)
        if isinstance(widget, QLabel | QLineEdit):
            return plain(widget.text())
        if isinstance(widget, QPlainTextEdit | QTextEdit):
            return widget.toPlainText()
        text = getattr(widget, "text", None)
        return str(text()) if callable(text) else ""

    def toasts(self) -> list[str]:
        """Return the texts of all messages on screen."""
        found = self.window.findChildren(QLabel, "toast.text")
        return [plain(each.text()) for each in found if each.isVisible()]

    def shot(self, title: str) -> None:
        """Save a picture of the window, and of a dialog over it."""
        if self._shots is None:
            return
        self._taken += 1
        name = "-".join("".join(c if c.isalnum() else " " for c in title.casefold()).split())
        picture = self.window.grab()
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            from PySide6.QtGui import QPainter, QPalette

            place = dialog.rect()
            place.moveCenter(self.window.rect().center())  # off-screen it is put where that small screen has room
            painter = QPainter(picture)
            painter.drawPixmap(place.topLeft(), dialog.grab())
            painter.setPen(dialog.palette().color(QPalette.ColorRole.Mid))  # and nothing frames it
            painter.drawRect(place)
            painter.end()
        picture.save(str(self._shots / f"{self._taken:02}-{name}.png"))


def _scroll_to(widget: QWidget) -> None:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()


def plain(text: str) -> str:
    """Return rich text as it reads."""
    from PySide6.QtGui import QTextDocumentFragment

    return QTextDocumentFragment.fromHtml(text).toPlainText() if "<" in text else text
