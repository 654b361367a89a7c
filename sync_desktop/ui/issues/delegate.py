"""How a line of the issues table is painted: heads across the columns, badges with an icon, actions on the row."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from sync_desktop.domain.words import IssueState
from sync_desktop.ui.issues.entries import Column, Entry, EntryKind
from sync_desktop.ui.painting import draw_badge, draw_caret, draw_icon

if TYPE_CHECKING:
    from sync_desktop.ui.issues.table import IssuesTable
    from sync_desktop.ui.theme import Theme
    from sync_desktop.ui.tokens import Tokens

INDENT = 36
"""Room at the left for the caret of a head."""
PADDING = 9
ACTION = 24
"""Width of one action on the row."""
_ICON = 14


def action_rects(cell: QRect) -> tuple[QRect, QRect]:
    """Return where Retry and Dismiss (or Restore) are in the State cell of a row."""
    second = QRect(cell.right() - ACTION - 3, cell.top(), ACTION, cell.height())
    return second.translated(-ACTION, 0), second


class IssueDelegate(QStyledItemDelegate):
    """Paints the cells of an `IssuesTable`."""

    def __init__(self, view: "IssuesTable", theme: "Theme") -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell; a head is painted across all columns but the last, clipped to the cell."""
        tokens, entry = self._theme.tokens, self._view.entry(index.row())
        selected = self._view.selectionModel().isRowSelected(index.row(), QModelIndex())
        painter.save()
        painter.setClipRect(option.rect)
        painter.setFont(option.font)
        painter.fillRect(option.rect, QColor(_ground(tokens, entry, selected=selected)))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(
            QLineF(option.rect.left(), option.rect.bottom(), option.rect.right() + 1, option.rect.bottom())
        )
        if entry.kind is EntryKind.BANNER:
            self._paint_banner(painter, option.rect, entry)
        elif index.column() == Column.STATE:
            self._paint_state(painter, option.rect, entry, index.row())
        elif entry.kind is EntryKind.HEAD:
            self._paint_head(painter, option.rect, entry, selected=selected)
        else:
            self._paint_text(painter, option.rect, entry, index.column(), selected=selected)
        if index.column() == Column.RECORD and index.row() == self._view.currentIndex().row() and self._view.hasFocus():
            painter.fillRect(
                QRect(option.rect.left(), option.rect.top(), 3, option.rect.height() - 1), QColor(tokens.accent)
            )
        painter.restore()

    def _paint_state(self, painter: QPainter, cell: QRect, entry: Entry, row: int) -> None:
        tokens = self._theme.tokens
        place = cell.adjusted(PADDING, 0, -PADDING, 0)
        if entry.row is not None and self._view.shows_actions(row):
            first, second = action_rects(cell)
            place.setRight(first.left() - 2)
            other = "restore" if entry.row.state is IssueState.DISMISSED else "dismiss"
            for name, rect in (("retry", first), (other, second)):
                if name == "dismiss" and entry.row.state is not IssueState.OPEN:
                    continue
                at = QPointF(rect.center().x() + 0.5 - _ICON / 2, rect.center().y() - _ICON / 2)
                draw_icon(painter, name, tokens.text, at, _ICON)
        if entry.cells[Column.STATE]:
            draw_badge(painter, tokens, place, entry.cells[Column.STATE], entry.tone)

    def _paint_banner(self, painter: QPainter, cell: QRect, entry: Entry) -> None:
        left = self._view.columnViewportPosition(Column.RECORD) + PADDING
        bold = QFont(painter.font())
        bold.setWeight(QFont.Weight.DemiBold)
        for place, part in enumerate(entry.title.split("**")):
            font = bold if place % 2 else QFont(painter.font())
            width = QFontMetrics(font).horizontalAdvance(part)
            _text(painter, QRect(left, cell.top(), width + 1, cell.height()), part, self._theme.tokens.text, font)
            left += width

    def _paint_head(self, painter: QPainter, cell: QRect, entry: Entry, *, selected: bool) -> None:
        tokens, view = self._theme.tokens, self._view
        left = view.columnViewportPosition(Column.RECORD)
        right = view.columnViewportPosition(Column.STATE) - PADDING
        whole = QRect(left, cell.top(), right - left, cell.height())
        draw_caret(painter, tokens.text, QPointF(left + 15, whole.center().y()), is_open=entry.is_open)
        bold = QFont(painter.font())
        bold.setWeight(QFont.Weight.DemiBold)
        text = whole.adjusted(INDENT, 0, 0, 0)
        title = QFontMetrics(bold).elidedText(entry.title, Qt.TextElideMode.ElideRight, text.width())
        _text(painter, text, title, tokens.text, bold)
        rest = text.adjusted(QFontMetrics(bold).horizontalAdvance(title), 0, 0, 0)
        subtitle = QFontMetrics(painter.font()).elidedText(
            entry.cells[Column.RECORD][len(entry.title) :], Qt.TextElideMode.ElideRight, max(0, rest.width())
        )
        _text(painter, rest, subtitle, tokens.text if selected else tokens.muted, painter.font())

    def _paint_text(self, painter: QPainter, cell: QRect, entry: Entry, column: int, *, selected: bool) -> None:
        tokens = self._theme.tokens
        place = cell.adjusted(INDENT if column == Column.RECORD else PADDING, 0, -PADDING, 0)
        quiet = entry.kind is EntryKind.MORE and not selected
        colour = tokens.muted if quiet else self._view.palette().color(QPalette.ColorRole.Text).name()
        shown = QFontMetrics(painter.font()).elidedText(entry.cells[column], Qt.TextElideMode.ElideRight, place.width())
        side = Qt.AlignmentFlag.AlignRight if column == Column.VALUE else Qt.AlignmentFlag.AlignLeft
        _text(painter, place, shown, colour, painter.font(), side)


def _ground(tokens: "Tokens", entry: Entry, *, selected: bool) -> str:
    if selected:
        return tokens.selection
    if entry.kind is EntryKind.BANNER:
        return tokens.accent_soft
    return tokens.background if entry.kind is EntryKind.HEAD else tokens.panel


def _text(
    painter: QPainter,
    place: QRect,
    text: str,
    colour: str,
    font: QFont,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    before = QFont(painter.font())
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
    painter.setFont(before)
