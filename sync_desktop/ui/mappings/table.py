"""The mappings table: a `QTableView` that knows clicks on "Use", the keys that edit, and sorting by a heading."""

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QPoint,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from sync_desktop.ui.keyed_model import runs
from sync_desktop.ui.mappings.delegate import LINE_HEIGHT, PADDING, MappingDelegate, use_rect, wanted_widths
from sync_desktop.ui.mappings.entries import Column, Entry
from sync_desktop.ui.rows_table import HEADER_PIXELS, RowsTable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent

    from sync_desktop.ui.mappings.model import MappingsModel
    from sync_desktop.ui.theme import Theme

_LEAST = {
    Column.SOURCE: 90,
    Column.TARGET: 120,
    Column.STATE: 110,
    Column.KNOWN: 84,
    Column.SUGGESTION: 140,
    Column.AFFECTS: 96,
}
_MEASURED_ROWS = 60
"""So many rows, from the top, say how wide the columns would like to be."""
_GIVES_WAY = (Column.KNOWN, Column.AFFECTS)
"""What is left out, in this order, where even the least widths do not fit; the panel below the table says it."""
_WHOLE = (Column.STATE, Column.KNOWN, Column.AFFECTS)
"""Short columns, which are shown whole before the long ones share what is left."""
_NAMES, _TARGETS = 180, 220
"""What sources, then targets are given of the rest, before all long columns share it."""
_EDIT_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class MappingsTable(RowsTable):
    """Shows a `MappingsModel`; says what the person wants, and does nothing about it itself."""

    rows_chosen = Signal()
    """Other rows are selected now."""
    edit_asked = Signal()
    """Enter, F2 or a double click: a target for the selected rows is to be chosen."""
    use_asked = Signal()
    """U, or a click on a button: the suggestions of the selected rows are to be used."""
    reject_asked = Signal()
    clear_asked = Signal()
    """Delete: what was set by hand is to be taken away."""
    sort_asked = Signal(int)

    def __init__(self, model: "MappingsModel", theme: "Theme") -> None:
        super().__init__(model, "mappings.table", LINE_HEIGHT)
        self.setAccessibleName(self.tr("Mappings"))
        self._mappings = model
        self._kept: list[str] = []
        self.use_word = self.tr("Use")
        self.setItemDelegate(MappingDelegate(self, theme))
        self.setProperty("grounded", True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(320, HEADER_PIXELS + LINE_HEIGHT)
        self.choose_many()
        self.fill_width(Column.SUGGESTION)
        header = self.horizontalHeader()
        # A heading asks of every row whether it is selected, each time it is painted: this one knows of none.
        header.setSelectionModel(QItemSelectionModel(model, header))
        header.setSectionsClickable(True)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.horizontalHeader().sectionClicked.connect(self.sort_asked)
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.dataChanged):
            changed.connect(self._on_model_changed)
        model.modelAboutToBeReset.connect(self._on_model_about_to_be_reset)
        theme.changed.connect(self.viewport().update)

    def entry(self, row: int) -> Entry:
        """Return one line."""
        return self._mappings.entry(row)

    def chosen(self) -> list[Entry]:
        """Return the selected lines, from top to bottom."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(place) for place in range(selection.count())]
        rows = {row for each in ranges for row in range(each.top(), each.bottom() + 1)}
        return [self.entry(row) for row in sorted(rows)]

    def choose(self, keys: "Collection[str]") -> bool:
        """Select lines by their keys and bring the first into view; False where none of them is shown."""
        rows = sorted(row for row in map(self._mappings.row_of, keys) if row >= 0)
        if not rows:
            return False
        chosen, flags = QItemSelection(), QItemSelectionModel.SelectionFlag
        for first, last in runs(rows):
            chosen.append(QItemSelectionRange(self._mappings.index(first, 0), self._mappings.index(last, 0)))
        self.selectionModel().setCurrentIndex(self._mappings.index(rows[0], 0), flags.NoUpdate)
        self.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(self._mappings.index(rows[0], 0))
        return True

    def use_position(self, key: str) -> QPoint:
        """Return where on the viewport the button of a row's suggestion is clicked."""
        return self._button(self._mappings.row_of(key)).center()

    def hovers_use(self, row: int) -> bool:
        """Whether the mouse is over the button of a row."""
        return row == self.hovered

    def show_sorting(self, column: int, *, descending: bool) -> None:
        """Mark the heading by which the list is sorted; -1 for none."""
        header = self.horizontalHeader()
        header.setSortIndicatorShown(column >= 0)
        if column >= 0:
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(column, order)

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Share the new width out among the columns."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._share_out()

    def keyPressEvent(self, event: "QKeyEvent") -> None:
        """Enter and F2 edit, U uses, X rejects, Delete takes away."""
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        asked = {
            **dict.fromkeys(_EDIT_KEYS, self.edit_asked),
            Qt.Key.Key_U: self.use_asked,
            Qt.Key.Key_X: self.reject_asked,
            Qt.Key.Key_Delete: self.clear_asked,
        }.get(Qt.Key(key))
        if asked is None or held != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
        elif self.selectionModel().hasSelection():
            asked.emit()

    def mousePressEvent(self, event: "QMouseEvent") -> None:
        """Take a click on a button: its row is chosen, and its suggestion used."""
        point = event.position().toPoint()
        row = self.rowAt(point.y())
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and self._on_button(row, point):
            self.selectRow(row)
            self.use_asked.emit()

    def mouseDoubleClickEvent(self, event: "QMouseEvent") -> None:
        """Edit a row."""
        point = event.position().toPoint()
        row = self.rowAt(point.y())
        if row >= 0 and not self._on_button(row, point):
            self.edit_asked.emit()

    def mouseMoveEvent(self, event: "QMouseEvent") -> None:
        """Light the button under the mouse."""
        super().mouseMoveEvent(event)
        point = event.position().toPoint()
        row = self.rowAt(point.y())
        self._light(row if self._on_button(row, point) else -1)

    def leaveEvent(self, event: QEvent) -> None:
        """Light no button."""
        super().leaveEvent(event)
        self._light(-1)

    def viewportEvent(self, event: QEvent) -> bool:
        """Name the key of a button in a tool tip."""
        if isinstance(event, QHelpEvent) and self._on_button(self.rowAt(event.pos().y()), event.pos()):
            QToolTip.showText(event.globalPos(), self.tr("Use this suggestion (U); nothing is saved yet"), self)
            return True
        return super().viewportEvent(event)

    def _share_out(self) -> None:
        rows = range(min(_MEASURED_ROWS, self._mappings.rowCount()))
        wanted = wanted_widths([self.entry(row) for row in rows], self.font(), self.use_word)
        wanted = {column: max(width, self._heading_width(column)) for column, width in wanted.items()}
        self.show_widths(column_widths(self.viewport().width(), wanted).items())

    def _heading_width(self, column: Column) -> int:
        words = str(self._mappings.headerData(column, Qt.Orientation.Horizontal))
        return self.horizontalHeader().fontMetrics().horizontalAdvance(words) + 2 * PADDING

    def _button(self, row: int) -> QRect:
        cell = self.visualRect(self._mappings.index(row, Column.SUGGESTION))
        return use_rect(cell, self.entry(row), self.font(), self.use_word)

    def _on_button(self, row: int, point: QPoint) -> bool:
        return row >= 0 and self.entry(row).usable and self._button(row).contains(point)

    def _light(self, row: int) -> None:
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor)
        self.hover(row, Column.SUGGESTION)

    @Slot()
    def _on_selection_changed(self) -> None:
        self.viewport().update()
        self.rows_chosen.emit()

    @Slot()
    def _on_model_about_to_be_reset(self) -> None:
        self._kept = [line.key for line in self.chosen()]

    @Slot()
    def _on_model_changed(self) -> None:
        """Be no higher than the rows, so that what a change touches stands right below them."""
        self.hover(-1, Column.SUGGESTION)
        kept, self._kept = self._kept, []
        self.choose(kept)
        self._share_out()
        self.setMaximumHeight(HEADER_PIXELS + LINE_HEIGHT * max(1, self._mappings.rowCount()) + 1)


def column_widths(room: int, wanted: "Mapping[Column, int]") -> dict[Column, int]:
    """Share the room out: each column its least width, then as much as it would like; 0: there is no room for it."""
    shown = dict(_LEAST)
    for column in _GIVES_WAY:
        if sum(shown.values()) > room:
            del shown[column]
    spare = max(0, room - sum(shown.values()))
    given = dict(shown)
    limits = {Column.SOURCE: _NAMES, Column.TARGET: _TARGETS}
    limited = {column: min(most, wanted.get(column, 0)) for column, most in limits.items()}
    long = tuple(column for column in Column if column not in _WHOLE)
    for some, liked in ((_WHOLE, wanted), ((Column.SOURCE,), limited), ((Column.TARGET,), limited), (long, wanted)):
        more = {column: max(0, liked.get(column, 0) - given[column]) for column in some if column in shown}
        share = min(1.0, spare / max(1, sum(more.values())))
        given |= {column: given[column] + int(share * each) for column, each in more.items()}
        spare = max(0, room - sum(given.values()))
    given = {column: width + spare // len(given) for column, width in given.items()}
    return {column: given.get(column, 0) for column in _LEAST}
