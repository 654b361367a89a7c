"""Small widgets that several pages use."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sync_desktop.ui.theme import fixed_font
from sync_desktop.ui.words import plain, rich

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from sync_desktop.ui.tokens import Tone

_RAW_LINES = 8
"""A raw message longer than this scrolls."""


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and style the widget again where it changed."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str, *, name: str = "", muted: bool = False, heading: int = 0, wrap: bool = False) -> QLabel:
    """Return a label that takes its text literally."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    made.setWordWrap(wrap)
    if muted:
        made.setProperty("muted", True)
    if heading:
        made.setProperty("heading", heading)
    return made


def rich_label(text: str, *, name: str = "", muted: bool = False) -> QLabel:
    """Return a wrapping label in which `**bold**` is bold and everything else is literal; its text can be selected."""
    made = label("", name=name, muted=muted, wrap=True)
    made.setTextFormat(Qt.TextFormat.RichText)
    set_rich(made, text)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def set_rich(shown: QLabel, text: str) -> None:
    """Give another text to a label that `rich_label` made."""
    shown.setText(f'<div style="line-height: 120%">{rich(text)}</div>')
    shown.setAccessibleName(plain(text))


def badge(text: str, tone: "Tone | str", *, name: str = "") -> QLabel:
    """Return a word on a soft ground."""
    made = label(text, name=name)
    made.setProperty("badge", str(tone))
    made.setIndent(0)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


def button(text: str, name: str, *, primary: bool = False, kind: str = "", tip: str = "") -> QPushButton:
    """Return a push button; `kind` is chip, small or link."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setAccessibleName(text.rstrip("…"))
    made.setAutoDefault(False)
    if primary:
        made.setProperty("primary", True)
    if kind:
        made.setProperty(kind, True)
    if tip:
        made.setToolTip(tip)
    return made


def text_box(name: str, accessible: str, *, hint: str = "") -> QLineEdit:
    """Return a line for typing."""
    made = QLineEdit()
    made.setObjectName(name)
    made.setAccessibleName(accessible)
    made.setPlaceholderText(hint)
    return made


def column(widget: QWidget) -> QVBoxLayout:
    """Give a widget a layout that stacks what it holds, without margins and gaps."""
    made = QVBoxLayout(widget)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(0)
    return made


class RawText(QPlainTextEdit):
    """A raw text in a fixed-width box: literal, selectable, as high as its lines up to a limit."""

    def __init__(self, text: str, name: str, accessible: str, *, lines: int = _RAW_LINES) -> None:
        super().__init__()
        self._lines = lines
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setProperty("raw", True)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFont(fixed_font())
        self.document().setDocumentMargin(4)
        self.setPlainText(text)
        self._fit()

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Fit the height to the lines that the new width makes."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        block = self.document().firstBlock()
        lines = 0
        while block.isValid() and lines < self._lines:
            lines += max(1, block.layout().lineCount())
            block = block.next()
        height = QFontMetrics(self.font()).lineSpacing() * max(1, min(lines, self._lines)) + 20
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)


class ElidedLabel(QLabel):
    """A one-line label that gives way: what does not fit is shown as an ellipsis and in the tool tip."""

    def __init__(self, name: str = "", *, muted: bool = False) -> None:
        super().__init__()
        self._full = ""
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(0)
        if muted:
            self.setProperty("muted", True)

    @property
    def full_text(self) -> str:
        """The whole text."""
        return self._full

    def show_text(self, text: str) -> None:
        """Show a text."""
        self._full = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._elide()

    def sizeHint(self) -> QSize:
        """Ask for room for the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 4, self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Accept any width."""
        return QSize(0, self.fontMetrics().height() + 2)

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class FlowLayout(QLayout):
    """Puts widgets beside each other and goes on in the next line where the width ends."""

    def __init__(self, *, gap: int = 6) -> None:
        super().__init__()
        self._gap = gap
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, or None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give an item away, or None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at this width."""
        margins = self.contentsMargins()
        inside = QRect(0, 0, width - margins.left() - margins.right(), 0)
        return self._place(inside, move=False) + margins.top() + margins.bottom()

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._place(rect.marginsRemoved(self.contentsMargins()), move=True)

    def sizeHint(self) -> QSize:
        """Return the least size; the rest follows the width."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size of the largest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.sizeHint())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _place(self, rect: QRect, *, move: bool) -> int:
        left, top, line = rect.left(), rect.top(), 0
        for item in self._items:
            size = item.sizeHint()
            if left > rect.left() and left + size.width() > rect.right() + 1:
                left, top, line = rect.left(), top + line + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(left, top), size))
            left += size.width() + self._gap
            line = max(line, size.height())
        return top + line - rect.top()


class EmptyState(QWidget):
    """What a list shows in its place when there is nothing: what that means and what to do next."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._title = label("", name=f"{name}.title", heading=1)
        self._text = label("", name=f"{name}.text", muted=True, wrap=True)
        self.action = button("", f"{name}.action", primary=True)
        self.other = button("", f"{name}.other")
        self.other.hide()
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setMaximumWidth(460)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._text, 20)
        middle.addStretch(1)
        box = QVBoxLayout(self)
        box.setSpacing(8)
        box.addStretch(2)
        box.addWidget(self._title)
        box.addLayout(middle)
        box.addSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.action)
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        box.addLayout(buttons)
        box.addStretch(3)

    def show_words(self, title: str, text: str, action: str = "", other: str = "") -> None:
        """Show what is the matter; without `action`, and `other` beside it, there is no such button."""
        self._title.setText(title)
        self._text.setText(text)
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.action.setVisible(bool(action))
        self.other.setText(other)
        self.other.setAccessibleName(other.rstrip("…"))
        self.other.setVisible(bool(other))


class SearchBox(QLineEdit):
    """A search line: Esc empties it first."""

    left = Signal()
    """Esc or Down was pressed: the list should have the keys."""

    def keyPressEvent(self, event: "QKeyEvent") -> None:
        """Empty on Esc, leave on Down and on a second Esc."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)
