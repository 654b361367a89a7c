"""The chooser of the Mappings page: one target for one mapping or for many; nothing is saved by it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.lines import Line
from sync_desktop.ui.targets import TargetsBox
from sync_desktop.ui.widgets import button, rich_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.ui.theme import Theme
    from sync_desktop.workbench.mapping_views import MappingRow
    from sync_desktop.workbench.views import TargetChoice, TargetView

_TAKE_AWAY = "-"
"""The key of the line that takes away what was set by hand; no target has it for an identifier."""


class EditDialog(Sheet):
    """Asks for a target."""

    target_chosen = Signal(str, str)
    """The target's id, and what it is called."""
    more_asked = Signal(str)
    """As of `TargetsBox`."""
    clear_chosen = Signal()
    """What was set by hand is to be taken away."""

    def __init__(
        self, choice: "TargetChoice", rows: "Sequence[MappingRow]", theme: "Theme", parent: QWidget, about: str = ""
    ) -> None:
        super().__init__("", "chooser", parent, width=900)
        what = rows[0].source if len(rows) == 1 else self.tr("{count:,} chosen").format(count=len(rows))
        self.set_title(self.tr("{kind}: {source}").format(kind=choice.kind_label, source=what))
        if about:
            self.box.addWidget(rich_label(about, name="chooser.note", muted=True))
        current = choice.current_id if len(rows) == 1 else ""
        self._targets = TargetsBox(choice.targets, current, theme, self._first(rows), more=choice.more)
        self.box.addWidget(self._targets)
        self._use = button(self.tr("Choose"), "chooser.choose", primary=True)
        self._use.setToolTip(self.tr("Nothing is saved yet"))
        self.add_buttons(self._use)
        self._targets.chosen_changed.connect(self._on_targets_chosen_changed)
        self._targets.opened.connect(self._on_use_clicked)
        self._targets.more_asked.connect(self.more_asked)
        self._use.clicked.connect(self._on_use_clicked)
        self._on_targets_chosen_changed(self._targets.chosen())
        self._targets.setFocus()

    def show_more(self, targets: "Sequence[TargetView]") -> None:
        """Show what was found besides, unless the dialog has ended meanwhile."""
        if self.is_open:
            self._targets.show_more(targets)

    def _first(self, rows: "Sequence[MappingRow]") -> Line | None:
        by_hand = [row for row in rows if row.by_hand]
        if not by_hand:
            return None
        beneath = by_hand[0].beneath if len(rows) == 1 else ""
        alone = self.tr("Not mapped") if len(rows) == 1 else self.tr("As it was before")
        cells = (beneath or alone, self.tr("Takes away what was set by hand"), "")
        return Line(key=_TAKE_AWAY, cells=cells, tip=cells[1])

    @Slot(str)
    def _on_targets_chosen_changed(self, key: str) -> None:
        self._use.setEnabled(bool(key))

    @Slot()
    def _on_use_clicked(self) -> None:
        key = self._targets.chosen()
        if key == _TAKE_AWAY:
            self.clear_chosen.emit()
        elif key:
            self.target_chosen.emit(key, self._targets.called(key))
        if key:
            self.accept()
