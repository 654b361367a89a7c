"""The question that is asked before changes that are not saved are left behind."""

from functools import partial
from typing import TYPE_CHECKING

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.remapping import Remap
from sync_desktop.ui.widgets import button, rich_label
from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from sync_desktop.ui.mappings.editing import Editing
    from sync_desktop.ui.remapping import Remapping
    from sync_desktop.workbench.mapping_views import SaveResult


class LeaveDialog(Sheet):
    """Save, discard, or stay."""

    def __init__(self, count: int, parent: "QWidget") -> None:
        super().__init__("", "leave", parent)
        self.set_title(self.tr("{count} not saved").format(count=counted(count, "change is", "changes are")))
        words = self.tr("Save looks once more whether each target is valid, and retries nothing.")
        self.box.addWidget(rich_label(words))
        self.discard = button(self.tr("Discard"), "leave.discard")
        self.save = button(self.tr("Save"), "leave.save", primary=True)
        self.save.setDefault(True)
        self.add_buttons(self.discard, self.save).setText(self.tr("Stay"))
        self.discard.clicked.connect(self.accept)
        self.save.clicked.connect(self.accept)


class Leaving:
    """Asks, then goes: at once where everything is saved or discarded, not at all where a save was refused."""

    def __init__(self, editing: "Editing", remapping: "Remapping", window: "QWidget") -> None:
        self._editing = editing
        self._remapping = remapping
        self._window = window
        self._asking = False

    def ask(self, go: "Callable[[], None]") -> None:
        """Ask about what is not saved, then call `go` unless the person stays."""
        if not self._editing.count():
            go()
        elif not self._asking:
            self._asking = True
            dialog = LeaveDialog(self._editing.count(), self._window)
            dialog.discard.clicked.connect(partial(self._discard, go))
            dialog.save.clicked.connect(partial(self._save, go))
            dialog.finished.connect(self._ended)
            dialog.open()

    def _ended(self, _result: int) -> None:
        self._asking = False

    def _discard(self, go: "Callable[[], None]", *_checked: object) -> None:
        for pending in self._editing.unsaved():
            pending.forget()
        go()

    def _save(self, go: "Callable[[], None]", *_checked: object) -> None:
        """Save one site after the other; what is refused keeps the page open, with the reason on its rows."""
        unsaved = self._editing.unsaved()
        if unsaved:
            pending = unsaved[0]
            after = partial(self._next, go)
            self._remapping.save(Remap(pending.site_id, pending.edits(), "", seen=True, retry_word="", after=after))
        else:
            go()

    def _next(self, go: "Callable[[], None]", result: "SaveResult") -> None:
        if not result.refused:
            self._save(go)
