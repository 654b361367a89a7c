"""The issues table as a view: keys and clicks on heads, on "34 more" and on the actions of a row."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from sync_desktop.ui.issues.delegate import INDENT, IssueDelegate, action_rects
from sync_desktop.ui.issues.entries import Column, Entry, EntryKind
from sync_desktop.ui.rows_table import RowsTable
from sync_desktop.ui.theme import ROW_PIXELS

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent

    from sync_desktop.ui.issues.model import IssuesModel
    from sync_desktop.ui.theme import Theme

_WIDTHS = {Column.COMPANY: 150, Column.QUOTE: 84, Column.VALUE: 96, Column.LAST_FAILED: 96, Column.STATE: 154}
_LEAST = {Column.COMPANY: 110, Column.QUOTE: 78, Column.VALUE: 86, Column.LAST_FAILED: 92, Column.STATE: 140}
_LEAST_RECORD = 180
_GIVES_WAY = (Column.QUOTE, Column.COMPANY, Column.LAST_FAILED)
"""What is left out, in this order, where even the least widths do not fit; the detail shows it."""


class IssuesTable(RowsTable):
    """Shows an `IssuesModel`; says what the person wants, and does nothing about it itself."""

    issues_chosen = Signal(object)
    """The ids that are selected now, each once, those behind selected heads included."""
    details_asked = Signal()
    head_toggled = Signal(str)
    more_asked = Signal(str)
    retry_asked = Signal(object)
    dismiss_asked = Signal(object)

    def __init__(self, model: "IssuesModel", theme: "Theme") -> None:
        super().__init__(model, "issues.table", ROW_PIXELS)
        self.setAccessibleName(self.tr("Issues"))
        self._issues = model
        self.setItemDelegate(IssueDelegate(self, theme))
        self.setProperty("issues", True)
        self.choose_many()
        self.fill_width(Column.RECORD)
        self.setMinimumWidth(_LEAST_RECORD + 240)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        theme.changed.connect(self.viewport().update)

    def entry(self, row: int) -> Entry:
        """Return one line."""
        return self._issues.entry(row)

    def shows_actions(self, row: int) -> bool:
        """Whether a row shows Retry and Dismiss: the one under the mouse and the current one."""
        return row in (self.hovered, self.currentIndex().row())

    def selected_ids(self) -> tuple[int, ...]:
        """Return the ids of selected issues and of all issues behind selected heads, each once, in order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(dict.fromkeys(issue for row in rows for issue in self.entry(row).issue_ids))

    def select_issue(self, issue_id: int) -> bool:
        """Select one issue and bring it into view; False where it is not shown."""
        row = self._issues.row_of_issue(issue_id)
        if row < 0:
            return False
        self.selectRow(row)
        self.scrollTo(self._issues.index(row, 0))
        return True

    def action_position(self, issue_id: int, *, dismiss: bool = False) -> QPoint:
        """Return where on the viewport the Retry or Dismiss of a row is clicked."""
        cell = self.visualRect(self._issues.index(self._issues.row_of_issue(issue_id), Column.STATE))
        return action_rects(cell)[1 if dismiss else 0].center()

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Share the new width out among the columns."""
        super().resizeEvent(event)
        room = self.viewport().width()
        if room != event.oldSize().width():
            self.show_widths(column_widths(room).items())

    def keyPressEvent(self, event: "QKeyEvent") -> None:
        """Enter opens details, a head or the rest; Left and Right fold and open."""
        row, key = self.currentIndex().row(), event.key()
        entry = self.entry(row) if row >= 0 else None
        if entry is None or key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left, Qt.Key.Key_Right):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Left:
            self._fold(entry)
        elif entry.kind is EntryKind.HEAD and (key != Qt.Key.Key_Right or not entry.is_open):
            self.head_toggled.emit(entry.cause_key)
        elif entry.kind is EntryKind.MORE:
            self.more_asked.emit(entry.cause_key)
        elif entry.kind is EntryKind.ISSUE and key != Qt.Key.Key_Right:
            self.details_asked.emit()

    def mousePressEvent(self, event: "QMouseEvent") -> None:
        """Take clicks on a caret, on "34 more" and on a row's actions before they select."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or not self._take_click(index, event.position().toPoint()):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: "QMouseEvent") -> None:
        """Fold or open a head, show the details of an issue; a second click on an action counts as another click."""
        point = event.position().toPoint()
        index = self.indexAt(point)
        if self._take_click(index, point):
            return
        if index.isValid() and self.entry(index.row()).kind is EntryKind.HEAD:
            self.head_toggled.emit(self.entry(index.row()).cause_key)
        elif index.isValid():
            self.details_asked.emit()

    def mouseMoveEvent(self, event: "QMouseEvent") -> None:
        """Show the actions of the row under the mouse."""
        super().mouseMoveEvent(event)
        self.hover(self.rowAt(event.position().toPoint().y()), Column.STATE)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the actions again."""
        super().leaveEvent(event)
        self.hover(-1, Column.STATE)

    def viewportEvent(self, event: QEvent) -> bool:
        """Name the actions of a row in a tool tip."""
        if isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            action = self._action_at(index, event.pos())
            if action:
                QToolTip.showText(
                    event.globalPos(), self.tr("Retry (R)") if action == 1 else self.tr("Dismiss or restore (D)"), self
                )
                return True
        return super().viewportEvent(event)

    def _fold(self, entry: Entry) -> None:
        head = self._issues.row_of_head(entry.cause_key)
        if head < 0:
            return
        if entry.kind is not EntryKind.HEAD:
            self.selectRow(head)
        elif entry.is_open:
            self.head_toggled.emit(entry.cause_key)

    def _take_click(self, index: QModelIndex, point: QPoint) -> bool:
        if not index.isValid():
            return False
        entry = self.entry(index.row())
        if entry.kind is EntryKind.MORE:
            self.more_asked.emit(entry.cause_key)
            return True
        caret = index.column() == Column.RECORD and point.x() < self.columnViewportPosition(Column.RECORD) + INDENT
        if entry.kind is EntryKind.HEAD and caret:
            self.head_toggled.emit(entry.cause_key)
            return True
        action = self._action_at(index, point)
        if action:
            (self.retry_asked if action == 1 else self.dismiss_asked).emit(entry.issue_ids)
        return bool(action)

    def _action_at(self, index: QModelIndex, point: QPoint) -> int:
        """Return 1 for Retry, 2 for Dismiss, 0 for neither."""
        if not index.isValid() or index.column() != Column.STATE or self.entry(index.row()).kind is not EntryKind.ISSUE:
            return 0
        first, second = action_rects(self.visualRect(index))
        return 1 if first.contains(point) else 2 if second.contains(point) else 0

    @Slot()
    def _on_selection_changed(self) -> None:
        self.viewport().update()
        self.issues_chosen.emit(self.selected_ids())


def column_widths(room: int) -> dict[Column, int]:
    """Return the widths of all columns but the record's, which takes the rest; 0: there is no room for it."""
    shown = dict(_LEAST)
    for column in _GIVES_WAY:
        if _LEAST_RECORD + sum(shown.values()) > room:
            del shown[column]
    spare = room - _LEAST_RECORD - sum(shown.values())
    wanted = sum(_WIDTHS[column] - least for column, least in shown.items())
    share = max(0.0, min(1.0, spare / wanted))
    given = {column: least + int(share * (_WIDTHS[column] - least)) for column, least in shown.items()}
    return {column: given.get(column, 0) for column in _LEAST}
