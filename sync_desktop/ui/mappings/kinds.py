"""The list at the left: the mapping kinds of every site, with what needs attention and what is not saved yet."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem

from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync_desktop.ui.theme import Theme
    from sync_desktop.workbench.mapping_views import KindEntry, MappingsOverview

_ENTRY = Qt.ItemDataRole.UserRole
_UNSAVED = Qt.ItemDataRole.UserRole + 1
_HEADING_HEIGHT, _KIND_HEIGHT = 40, 34
_SMALL = 11
_INDENT = 10


class KindsList(QListWidget):
    """Lists kinds under their sites; one is always chosen where there is any."""

    kind_chosen = Signal(str, str)
    """Site and kind."""

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._shape: list[tuple[str, tuple[str, ...]]] = []
        self._items: dict[tuple[str, str], QListWidgetItem] = {}
        self.setObjectName("mappings.kinds")
        self.setAccessibleName(self.tr("Sites and what is mapped there"))
        self.setProperty("kinds", True)
        self.setItemDelegate(_KindDelegate(self, theme))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setMinimumWidth(180)
        self.currentItemChanged.connect(self._on_current_item_changed)
        theme.changed.connect(self.viewport().update)

    def show_overview(self, overview: "MappingsOverview", unsaved: "Callable[[str, str], int]") -> None:
        """Show the kinds with their counts; `unsaved` tells how many edits of a kind at a site are not saved."""
        shape = [(site.site_id, tuple(kind.kind for kind in site.kinds)) for site in overview.sites]
        if shape != self._shape:
            self._rebuild(overview)
            self._shape = shape
        by_kind = {(kind.site_id, kind.kind): kind for site in overview.sites for kind in site.kinds}
        for key, item in self._items.items():
            self._fill(item, by_kind[key], unsaved(*key))

    def _rebuild(self, overview: "MappingsOverview") -> None:
        chosen = self.chosen()
        self.blockSignals(True)  # filling is not choosing
        self.clear()
        self._items = {}
        for site in overview.sites:
            self._add_heading(site.heading)
            for kind in site.kinds:
                item = QListWidgetItem(kind.label)
                item.setData(_ENTRY, kind)
                item.setSizeHint(QSize(0, _KIND_HEIGHT))
                self.addItem(item)
                self._items[kind.site_id, kind.kind] = item
        if chosen is not None:
            self.choose(*chosen)
        self.blockSignals(False)

    def chosen(self) -> tuple[str, str] | None:
        """Return site and kind of what is chosen."""
        entry = self._entry(self.currentItem())
        return (entry.site_id, entry.kind) if entry is not None else None

    def choose(self, site_id: str, kind: str) -> bool:
        """Choose a kind; False where it is not listed."""
        item = self._items.get((site_id, kind))
        if item is not None:
            self.setCurrentItem(item)
        return item is not None

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setToolTip(text)
        item.setSizeHint(QSize(0, _HEADING_HEIGHT))
        self.addItem(item)

    def _fill(self, item: QListWidgetItem, kind: "KindEntry", edits: int) -> None:
        item.setData(_ENTRY, kind)
        item.setData(_UNSAVED, edits)
        said = self.tr("{attention:,} of {total:,} need attention").format(
            attention=kind.needs_attention, total=kind.total
        )
        unsaved = self.tr("{count} not saved").format(count=counted(edits, "change")) if edits else ""
        words = ", ".join(part for part in (kind.label, said, unsaved) if part)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        item.setToolTip(words)

    @staticmethod
    def _entry(item: QListWidgetItem | None) -> "KindEntry | None":
        entry: KindEntry | None = item.data(_ENTRY) if item is not None else None
        return entry

    @Slot()
    def _on_current_item_changed(self) -> None:
        chosen = self.chosen()
        if chosen is not None:
            self.kind_chosen.emit(*chosen)


def first_kind(overview: "MappingsOverview", kept: str) -> tuple[str, str] | None:
    """Return the kind that was shown last, `kept` as "site kind", else the first that needs attention, else any."""
    kinds = [kind for site in overview.sites for kind in site.kinds]
    known = [kind for kind in kinds if f"{kind.site_id} {kind.kind}" == kept]
    urgent = [kind for kind in kinds if kind.needs_attention]
    first = next(iter((*known, *urgent, *kinds)), None)
    return (first.site_id, first.kind) if first is not None else None


class _KindDelegate(QStyledItemDelegate):
    """Paints a site's heading, or a kind with its counts at the right."""

    def __init__(self, view: KindsList, theme: "Theme") -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        entry: KindEntry | None = index.data(_ENTRY)
        cell = option.rect.adjusted(_INDENT, 1, -_INDENT, -1)
        if entry is None:
            self._paint_heading(painter, option, cell, str(index.data()))
        else:
            self._paint_kind(painter, option, cell, entry, int(index.data(_UNSAVED)))
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, cell: QRect, text: str) -> None:
        font = QFont(option.font)
        font.setPixelSize(12)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.tokens.muted))
        low = cell.adjusted(0, 10, _INDENT, 0)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, low.width())
        painter.drawText(low, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_kind(
        self, painter: QPainter, option: QStyleOptionViewItem, cell: QRect, entry: "KindEntry", unsaved: int
    ) -> None:
        tokens = self._theme.tokens
        chosen = self._view.chosen() == (entry.site_id, entry.kind)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selection))
            painter.drawRoundedRect(cell, 6, 6)
        if chosen and self._view.hasFocus():
            painter.setPen(QColor(tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        right = cell.right() - _INDENT
        if entry.needs_attention:
            pill = (tokens.rail_alarm, tokens.rail_selected_text)
            right = self._paint_pill(painter, option.font, right, cell, f"{entry.needs_attention:,}", pill)
        if unsaved:
            words = self._view.tr("{count:,} not saved").format(count=unsaved)
            right = self._paint_pill(painter, option.font, right, cell, words, (tokens.accent, tokens.on_accent))
        painter.setFont(option.font)
        painter.setPen(QColor(tokens.text))
        place = QRect(cell.left() + _INDENT, cell.top(), max(0, right - cell.left() - _INDENT), cell.height())
        shown = QFontMetrics(option.font).elidedText(entry.label, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    @staticmethod
    def _paint_pill(
        painter: QPainter, base: QFont, right: int, cell: QRect, text: str, colours: tuple[str, str]
    ) -> int:
        """Paint a number at the right, and return where the room left of it ends."""
        font = QFont(base)
        font.setPixelSize(_SMALL)
        width = max(18, QFontMetrics(font).horizontalAdvance(text) + 12)
        box = QRect(right - width, cell.center().y() - 8, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours[0]))
        painter.drawRoundedRect(box, 9, 9)
        painter.setFont(font)
        painter.setPen(QColor(colours[1]))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box.left() - 6
