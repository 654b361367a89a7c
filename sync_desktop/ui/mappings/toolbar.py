"""The tool bar of the Mappings page: search first, chips with counts, actions at the right."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QWidget

from sync_desktop.ui.mappings.entries import View
from sync_desktop.ui.widgets import SearchBox, button

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_SEARCH_WIDTH = 320
_LEAST_SEARCH = 96
_MARGIN, _GAP = 14, 8


class MappingsToolbar(QWidget):
    """Says what is wanted of the page."""

    view_changed = Signal()
    search_changed = Signal()
    where_used_asked = Signal()
    history_asked = Signal()
    audit_asked = Signal()
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mappings.toolbar")
        self.setProperty("toolbar", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = SearchBox()
        self.search.setObjectName("mappings.search")
        self.search.setAccessibleName(self.tr("Search mappings"))
        self.search.setPlaceholderText(self.tr("Search mappings  Ctrl+F"))
        self.search.setMinimumWidth(_LEAST_SEARCH)
        self.search.setMaximumWidth(_SEARCH_WIDTH)
        self._words = {
            View.ATTENTION: self.tr("Needs attention"),
            View.ALL: self.tr("All"),
            View.COPIES: self.tr("Salesbuildr's copy"),
        }
        self._short_copies = self.tr("Copies")
        self._counts: dict[View, int] = {}
        self.chips: dict[View, QPushButton] = {}
        self._folded: dict[QPushButton, QAction] = {}
        self._exclusive = QButtonGroup(self)
        self._make_actions()
        self._lay_out()
        self.show_counts({})
        self._connect()

    @property
    def view(self) -> View:
        """What is wanted."""
        return next(view for view, chip in self.chips.items() if chip.isChecked())

    def choose(self, view: View) -> None:
        """Choose a chip, as a click does."""
        if self.view is not view:
            self.chips[view].setChecked(True)
            self.view_changed.emit()

    def show_counts(self, counts: "dict[View, int]") -> None:
        """Put the numbers on the chips; without one where it is not known yet."""
        self._counts = dict(counts)
        copies = self.chips[View.COPIES]
        # What nobody has to mend takes no room from the others.
        copies.setVisible(bool(counts.get(View.COPIES)) or copies.isChecked())
        self._fit()

    def show_save(self, words: str, *, enabled: bool) -> None:
        """Say what saving would do."""
        self.save.setText(words)
        self.save.setAccessibleName(words.rstrip("…"))
        self.save.setEnabled(enabled)
        self._fit()

    def show_auditing(self, *, running: bool, possible: bool = True) -> None:
        """Say whether an audit is under way."""
        self.audit.setText(self.tr("Auditing …") if running else self.tr("Audit now"))
        for each in (self.audit, self._folded[self.audit]):
            each.setEnabled(possible and not running)

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Move what does not fit into a menu."""
        super().resizeEvent(event)
        self._fit()

    def _make_actions(self) -> None:
        self.history = button(self.tr("History…"), "mappings.history", tip=self.tr("Changes that were saved (Ctrl+H)"))
        used = self.tr("What depends on a target: ask before it is deactivated in the PSA (W)")
        self.where_used = button(self.tr("Where used…"), "mappings.where_used", tip=used)
        audits = self.tr("Compare every mapping of this site with the PSA as it is now; it only reads")
        self.audit = button(self.tr("Audit now"), "mappings.audit", tip=audits)
        self.save = button(self.tr("Save"), "mappings.save", primary=True, tip=self.tr("Ctrl+S"))
        self.more = button("⋯", "mappings.more")
        self.more.setAccessibleName(self.tr("More"))
        menu = QMenu(self.more)
        for each in (self.history, self.where_used, self.audit):
            self._folded[each] = QAction(each.text(), menu)
            menu.addAction(self._folded[each])
        self.more.setMenu(menu)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(_MARGIN, 10, _MARGIN, 10)
        row.setSpacing(_GAP)
        row.addWidget(self.search, 1)
        for view in View:
            row.addWidget(self._make_chip(view))
        row.addStretch(1)
        for widget in (self.more, self.history, self.where_used, self.audit, self.save):
            row.addWidget(widget)
        self.more.hide()

    def _make_chip(self, view: View) -> QPushButton:
        chip = button("", f"mappings.chip.{view}", kind="chip")
        chip.setCheckable(True)
        chip.setChecked(view is View.ATTENTION)
        self.chips[view] = chip
        self._exclusive.addButton(chip)
        return chip

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_search_text_changed)
        self._exclusive.buttonClicked.connect(self._on_chip_clicked)
        for source, signal in (
            (self.history.clicked, self.history_asked),
            (self._folded[self.history].triggered, self.history_asked),
            (self.where_used.clicked, self.where_used_asked),
            (self._folded[self.where_used].triggered, self.where_used_asked),
            (self.audit.clicked, self.audit_asked),
            (self._folded[self.audit].triggered, self.audit_asked),
            (self.save.clicked, self.save_asked),
        ):
            source.connect(signal)

    def _fit(self) -> None:
        """Where there is no room for all, put actions into the menu, the one needed most last; then shorten a chip."""
        foldable = (self.history, self.where_used, self.audit)
        stages = ((0, False), (2, False), (3, False), (3, True))
        for folded, short in stages:
            self._name_chips(short=short)
            shown = (*self.chips.values(), *foldable[folded:], self.save, *((self.more,) if folded else ()))
            widths = [each.sizeHint().width() + _GAP for each in shown if each is not self.chips[View.COPIES]]
            if not self.chips[View.COPIES].isHidden():
                widths.append(self.chips[View.COPIES].sizeHint().width() + _GAP)
            if _LEAST_SEARCH + sum(widths) + 2 * _MARGIN + _GAP <= self.width():
                break
        for place, each in enumerate(foldable):
            each.setVisible(place >= folded)
            self._folded[each].setVisible(place < folded)
        self.more.setVisible(folded > 0)

    def _name_chips(self, *, short: bool) -> None:
        for view, chip in self.chips.items():
            whole = self._words[view]
            number = f" {self._counts[view]:,}" if view in self._counts else ""
            chip.setText(f"{self._short_copies if short and view is View.COPIES else whole}{number}")
            chip.setAccessibleName(f"{whole}{number}")

    @Slot()
    def _on_search_text_changed(self) -> None:
        self.search_changed.emit()

    @Slot()
    def _on_chip_clicked(self) -> None:
        self.view_changed.emit()
