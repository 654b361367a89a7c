"""The target chooser of an issue: which PSA target a value of the quoting side maps to."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.targets import TargetsBox
from sync_desktop.ui.widgets import button, rich_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.ui.theme import Theme
    from sync_desktop.workbench.views import TargetChoice, TargetView


class ChooserDialog(Sheet):
    """Lists every target; those that cannot be chosen are shown with the reason."""

    target_chosen = Signal(str, bool)
    """The target's id, and whether the waiting issues are to be retried afterwards."""
    more_asked = Signal(str)
    """As of `TargetsBox`."""

    def __init__(self, choice: "TargetChoice", theme: "Theme", parent: QWidget) -> None:
        super().__init__("", "chooser", parent, width=900)
        title = self.tr("{kind}: {source}").format(kind=choice.kind_label, source=choice.source_name)
        self.set_title(title)
        if choice.note:
            self.box.addWidget(rich_label(choice.note, name="chooser.note", muted=True))
        self._targets = TargetsBox(choice.targets, choice.current_id, theme, more=choice.more)
        self.box.addWidget(self._targets)
        self._save = button(self.tr("Save"), "chooser.save", primary=not choice.waiting_issue_ids)
        waiting = self.tr("Save and retry {count}…" if len(choice.waiting_issue_ids) > 1 else "Save and retry {count}")
        self._save_retry = button(
            waiting.format(count=len(choice.waiting_issue_ids)), "chooser.save_retry", primary=True
        )
        self._save_retry.setVisible(bool(choice.waiting_issue_ids))
        self.add_buttons(self._save, self._save_retry)
        self._targets.chosen_changed.connect(self._on_targets_chosen_changed)
        self._targets.opened.connect(self._on_save_clicked)
        self._targets.more_asked.connect(self.more_asked)
        self._save.clicked.connect(self._on_save_clicked)
        self._save_retry.clicked.connect(self._on_save_retry_clicked)
        self._on_targets_chosen_changed(self._targets.chosen())
        self._targets.setFocus()

    def show_more(self, targets: "Sequence[TargetView]") -> None:
        """Show what was found besides, unless the dialog has ended meanwhile."""
        if self.is_open:
            self._targets.show_more(targets)

    @Slot(str)
    def _on_targets_chosen_changed(self, key: str) -> None:
        self._save.setEnabled(bool(key))
        self._save_retry.setEnabled(bool(key))

    @Slot()
    def _on_save_clicked(self) -> None:
        self._finish(retry=False)

    @Slot()
    def _on_save_retry_clicked(self) -> None:
        self._finish(retry=True)

    def _finish(self, *, retry: bool) -> None:
        key = self._targets.chosen()
        if key:
            self.target_chosen.emit(key, retry)
            self.accept()
