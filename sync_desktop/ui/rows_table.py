"""What tables of whole rows have in common, whatever their columns are: how they look, fill their width, and hover."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QAbstractItemModel

HEADER_PIXELS = 32
_LEAST_SECTION = 60


class RowsTable(QTableView):
    """A table without a grid, of rows that are chosen as a whole."""

    def __init__(self, model: "QAbstractItemModel", name: str, row_pixels: int) -> None:
        super().__init__()
        self._hovered = -1
        self.setModel(model)
        self.setObjectName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        lines = self.verticalHeader()
        lines.hide()
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(row_pixels)
        self.horizontalHeader().setHighlightSections(False)

    @property
    def hovered(self) -> int:
        """The row under the mouse, as far as `hover` was told; -1 for none."""
        return self._hovered

    def fill_width(self, column: int) -> None:
        """Let one column take what the others leave, whose widths `show_widths` sets."""
        header = self.horizontalHeader()
        header.setFixedHeight(HEADER_PIXELS)
        header.setMinimumSectionSize(_LEAST_SECTION)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def choose_many(self) -> None:
        """Let several rows be chosen, and tell where the mouse is over them."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)

    def show_widths(self, widths: "Iterable[tuple[int, int]]") -> None:
        """Give columns their widths; one of width 0 is left out."""
        for column, width in widths:
            self.setColumnHidden(column, width == 0)
            if width:
                self.horizontalHeader().resizeSection(column, width)

    def hover(self, row: int, column: int) -> None:
        """Take note of the row under the mouse, -1 for none, and paint the cell anew that shows it."""
        before, self._hovered = self._hovered, row
        for changed in {before, row} - {-1}:
            if before != row and changed < self.model().rowCount():
                self.update(self.model().index(changed, column))
