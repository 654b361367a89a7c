"""How a line of the mappings table is painted: two lines of text, the state as a badge, a button that uses."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from sync_desktop.ui.mappings.entries import Column, Entry
from sync_desktop.ui.painting import BADGE_END, BADGE_LEAD, draw_badge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.ui.mappings.table import MappingsTable
    from sync_desktop.ui.theme import Theme

PADDING = 10
LINE_HEIGHT = 48
"""Of one mapping: two lines of text."""
MOST_WIDTH = 340
"""What a column asks for at most, however long its texts are."""
_BELOW_PIXELS = 12
_FIRST, _SECOND = 15, 34
"""Where the middles of the two lines are."""
_BUTTON_HEIGHT = 18
_BUTTON_ROOM = 9
"""On both sides of the word on the button."""
_CUT_AT_END = Qt.TextElideMode.ElideRight
_CUT: dict[int, Qt.TextElideMode] = dict.fromkeys((Column.TARGET, Column.SUGGESTION), Qt.TextElideMode.ElideMiddle)
"""Where first lines are cut: of a target's names the first and the last one say the most."""
_GAP = 7
_SLACK = 4
"""Text that fits to the last pixel is cut short all the same."""


def use_rect(cell: QRect, line: Entry, font: QFont, word: str) -> QRect:
    """Return where the button of a suggestion is in its cell: behind the text, and always whole."""
    metrics = QFontMetrics(font)
    width = metrics.horizontalAdvance(word) + 2 * _BUTTON_ROOM
    text = metrics.horizontalAdvance(line.cells[Column.SUGGESTION])
    left = min(cell.left() + PADDING + text + _GAP, cell.right() - PADDING - width)
    return QRect(left, cell.top() + _FIRST - _BUTTON_HEIGHT // 2 + 1, width, _BUTTON_HEIGHT)


def wanted_widths(lines: "Sequence[Entry]", font: QFont, word: str) -> dict[Column, int]:
    """Return how wide each column would have to be to show these lines whole, up to a limit."""
    bold, small = QFont(font), QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    small.setPixelSize(_BELOW_PIXELS)
    first, below = QFontMetrics(bold), QFontMetrics(small)
    around = dict.fromkeys(Column, 2 * PADDING + _SLACK)
    around[Column.STATE] += BADGE_LEAD + BADGE_END
    around[Column.SUGGESTION] += QFontMetrics(font).horizontalAdvance(word) + 2 * _BUTTON_ROOM + _GAP
    wanted = dict.fromkeys(Column, 0)
    for line in lines:
        for column in Column:
            metrics = below if column == Column.STATE else first
            texts = metrics.horizontalAdvance(line.cells[column]), below.horizontalAdvance(line.below[column])
            wanted[column] = max(wanted[column], *texts)
    return {column: min(MOST_WIDTH, around[column] + width) for column, width in wanted.items()}


class MappingDelegate(QStyledItemDelegate):
    """Paints the cells of a `MappingsTable`."""

    def __init__(self, view: "MappingsTable", theme: "Theme") -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        line, row, column = self._view.entry(index.row()), index.row(), index.column()
        tokens, cell = self._theme.tokens, option.rect
        selected = self._view.selectionModel().isRowSelected(row, QModelIndex())
        painter.save()
        painter.setClipRect(cell)
        painter.setFont(option.font)
        painter.fillRect(cell, QColor(tokens.selection if selected else tokens.panel))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(QLineF(cell.left(), cell.bottom(), cell.right() + 1, cell.bottom()))
        if column == Column.STATE:
            draw_badge(painter, tokens, cell.adjusted(PADDING, 0, -PADDING, 0), line.cells[column], line.tone)
        else:
            self._paint_lines(painter, cell, line, column, selected=selected)
        if column == Column.SUGGESTION and line.usable:
            self._paint_use(painter, cell, line, row)
        if column == Column.SOURCE and row == self._view.currentIndex().row() and self._view.hasFocus():
            painter.fillRect(QRect(cell.left(), cell.top(), 3, cell.height() - 1), QColor(tokens.accent))
        painter.restore()

    def _paint_lines(self, painter: QPainter, cell: QRect, line: Entry, column: int, *, selected: bool) -> None:
        tokens = self._theme.tokens
        quiet = tokens.text if selected else tokens.muted
        first = quiet if _is_quiet(line, column) else tokens.text
        font = QFont(painter.font())
        if column == Column.TARGET and line.pending:
            font.setWeight(QFont.Weight.DemiBold)
        room = cell.adjusted(PADDING, 0, -PADDING, 0)
        under = line.below[column]
        middle = _FIRST if under else cell.height() // 2
        top = QRect(room)
        cut = _CUT_AT_END if column == Column.TARGET and line.pending else _CUT.get(column, _CUT_AT_END)
        if column == Column.SUGGESTION and line.usable:
            top.setRight(self._use_rect(cell, line, painter.font()).left() - _GAP)
        _text(painter, top, cell.top() + middle, line.cells[column], first, font, cut)
        if under:
            small = QFont(painter.font())
            small.setPixelSize(_BELOW_PIXELS)
            refused = column == Column.TARGET and line.pending is not None and line.pending.refused
            _text(painter, room, cell.top() + _SECOND, under, tokens.error if refused else quiet, small)

    def _paint_use(self, painter: QPainter, cell: QRect, line: Entry, row: int) -> None:
        tokens = self._theme.tokens
        box = self._use_rect(cell, line, painter.font())
        hovered = self._view.hovers_use(row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.accent if hovered else tokens.muted), 1))
        painter.setBrush(QColor(tokens.accent_soft if hovered else tokens.panel))
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(QColor(tokens.accent_text if hovered else tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._view.use_word)

    def _use_rect(self, cell: QRect, line: Entry, font: QFont) -> QRect:
        return use_rect(cell, line, font, self._view.use_word)


def _is_quiet(line: Entry, column: int) -> bool:
    """Whether a first line says nothing that a person would act on."""
    if column == Column.TARGET:
        return line.pending is None and not line.row.target_id
    return column == Column.KNOWN or (column == Column.SUGGESTION and line.row.suggestion is None)


def _text(
    painter: QPainter,
    room: QRect,
    middle: int,
    text: str,
    colour: str,
    font: QFont,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    metrics = QFontMetrics(font)
    place = QRect(room.left(), middle - metrics.height() // 2, room.width(), metrics.height())
    before = QFont(painter.font())
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = metrics.elidedText(text, cut, max(0, room.width()))
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    painter.setFont(before)
