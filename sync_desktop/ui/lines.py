"""A plain table for short lists: attempts, exchanges, targets, candidates."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from sync_desktop.ui.painting import BADGE_MARGIN, draw_badge
from sync_desktop.ui.rows_table import RowsTable
from sync_desktop.ui.theme import ROW_PIXELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from sync_desktop.ui.theme import Theme
    from sync_desktop.ui.tokens import Tone

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Line:
    """One line. One that cannot be chosen is shown, greyed, and says why in `tip`."""

    key: str
    cells: tuple[str, ...]
    choosable: bool = True
    tip: str = ""
    tones: "dict[int, Tone]" = field(default_factory=dict)
    """Columns that are drawn as badges."""


class LinesModel(QAbstractTableModel):
    """Shows lines as they are given."""

    def __init__(self, headers: "Sequence[str]", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._lines: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: "Sequence[Line]") -> None:
        """Show another list."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of lines; none below a line."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns; none below a line."""
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's heading."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return self._headers[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Look up what is shown."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.tip or None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say that a line which cannot be chosen is disabled."""
        if not index.isValid() or not self._lines[index.row()].choosable:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


class _BadgeDelegate(QStyledItemDelegate):
    def __init__(self, table: "LinesTable", theme: "Theme") -> None:
        super().__init__(table)
        self._model = table.lines_model
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return size + QSize(BADGE_MARGIN, 0) if index.column() in self._model.lines[index.row()].tones else size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._model.lines[index.row()]
        tone = line.tones.get(index.column())
        if tone is None or not line.cells[index.column()]:
            super().paint(painter, option, index)
            return
        empty = QStyleOptionViewItem(option)
        self.initStyleOption(empty, index)
        empty.text = ""
        QApplication.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, empty, painter, option.widget)
        place = option.rect.adjusted(6, 0, -6, 0)
        draw_badge(painter, self._theme.tokens, place, line.cells[index.column()], tone, icon=False)


class LinesTable(RowsTable):
    """Shows a `LinesModel`; one line at a time can be chosen."""

    line_chosen = Signal(str)
    """The key of the line that is selected now, or nothing."""
    line_opened = Signal(str)
    """Enter or a double click on a line."""

    def __init__(self, headers: "Sequence[str]", name: str, accessible: str, theme: "Theme") -> None:
        self.lines_model = LinesModel(headers)
        super().__init__(self.lines_model, name, ROW_PIXELS)
        self.setAccessibleName(accessible)
        self.lines_model.setParent(self)
        self.setItemDelegate(_BadgeDelegate(self, theme))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.doubleClicked.connect(self._on_double_clicked)

    def chosen_key(self) -> str:
        """Return the key of the selected line, or nothing."""
        rows = self.selectionModel().selectedRows()
        return self.lines_model.lines[rows[0].row()].key if rows else ""

    def choose(self, key: str) -> bool:
        """Select a line that can be chosen."""
        for row, line in enumerate(self.lines_model.lines):
            if line.key == key and line.choosable:
                self.selectRow(row)
                return True
        return False

    def choose_first(self) -> bool:
        """Select the first line that can be chosen."""
        first = next((line.key for line in self.lines_model.lines if line.choosable), None)
        return first is not None and self.choose(first)

    def stretch(self, column: int) -> None:
        """Give a column the width that the others leave; those take what they need."""
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: "QKeyEvent") -> None:
        """Open the chosen line by Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen_key():
            self.line_opened.emit(self.chosen_key())
        else:
            super().keyPressEvent(event)

    def _on_selection_changed(self) -> None:
        self.line_chosen.emit(self.chosen_key())

    def _on_double_clicked(self, index: QModelIndex) -> None:
        line = self.lines_model.lines[index.row()]
        if line.choosable:
            self.line_opened.emit(line.key)
