"""The verbs of the Mappings page on chosen rows: choose, use, reject, take away, discard, undo. Nothing here saves."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sync_desktop.ui.mappings.entries import Key, PendingEdit, key_of
from sync_desktop.ui.mappings.pending import PendingEdits
from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.mappings.chooser import EditDialog
    from sync_desktop.workbench.mapping_views import MappingPage, MappingRow
    from sync_desktop.workbench.ports import MappingsPageDesk
    from sync_desktop.workbench.views import TargetChoice


class Editing(QObject):
    """Holds what is not saved, site by site."""

    changed = Signal(str, object)
    """A site, and the keys whose edit changed."""

    def __init__(self, desk: "MappingsPageDesk", context: "Context", window: "QWidget") -> None:
        super().__init__(window)
        self._desk = desk
        self._context = context
        self._window = window
        self._sites: dict[str, PendingEdits] = {}

    def at(self, site_id: str) -> PendingEdits:
        """Return what is not saved at a site."""
        if site_id not in self._sites:
            self._sites[site_id] = PendingEdits(site_id, self)
            self._sites[site_id].changed.connect(partial(self.changed.emit, site_id))
        return self._sites[site_id]

    def unsaved(self) -> list[PendingEdits]:
        """Return the sites with anything that is not saved."""
        return [pending for pending in self._sites.values() if len(pending)]

    def count(self) -> int:
        """Return how many changes are not saved, at all sites."""
        return sum(len(pending) for pending in self._sites.values())

    # verbs

    def choose(self, page: "MappingPage", rows: "Sequence[MappingRow]") -> None:
        """Ask for a target for these rows."""
        if rows:
            self._context.tasks.start(
                "Read targets",
                self._desk.targets(page.site_id, page.kind, rows[0].source_id),
                key="mappings.targets",
                done=partial(self._open_chooser, page, tuple(rows)),
            )

    def use(self, rows: "Sequence[MappingRow]") -> None:
        """Use the suggestion of each row that has one."""
        used = {
            key_of(row): PendingEdit(row.source, row.suggestion.target_id, row.suggestion.called, row.target_id)
            for row in rows
            if row.suggestion is not None
        }
        if used:
            self._change(rows[0].site_id, used)
        else:
            self._tell_none(rows)

    def reject(self, rows: "Sequence[MappingRow]") -> None:
        """Reject the suggestions of rows: they are not made again until what they rest on has changed."""
        rejected = [row for row in rows if row.suggestion is not None]
        if not rejected:
            self._tell_none(rows)
            return
        site_id = rejected[0].site_id
        self.at(site_id).discard(
            key_of(row) for row in rejected if self._uses_suggestion(row)
        )  # what was used of it is rejected with it
        self.at(site_id).do("reject", partial(self._reject, rejected), partial(self._take_back, rejected))
        text = self.tr("Rejected for {what}: not suggested again until its evidence changes. Ctrl+Z takes it back.")
        self._context.notifier.info(text.format(what=named(rejected)))

    def clear(self, rows: "Sequence[MappingRow]") -> None:
        """Take away what was set by hand; of a row with an edit that is not saved, that edit."""
        if not rows:
            return
        pending = self.at(rows[0].site_id)
        changes: dict[Key, PendingEdit | None] = {}
        for row in rows:
            if pending.get(key_of(row)) is not None:
                changes[key_of(row)] = None
            elif row.by_hand:
                changes[key_of(row)] = self._cleared(row)
        if changes:
            pending.change(changes, "clear")
        else:
            self._context.notifier.info(self.tr("Only what was set by hand can be taken away."))

    def discard(self, rows: "Sequence[MappingRow]") -> bool:
        """Give up the edits of rows; False where they have none."""
        return bool(rows) and self.at(rows[0].site_id).discard(key_of(row) for row in rows)

    def undo(self, site_id: str) -> bool:
        """Take the last step back; False where there is none."""
        stack = self.at(site_id).stack
        can = stack.canUndo()
        stack.undo()
        return can

    def redo(self, site_id: str) -> bool:
        """Do again what was taken back; False where there is nothing."""
        stack = self.at(site_id).stack
        can = stack.canRedo()
        stack.redo()
        return can

    # how they are done

    def _tell_none(self, rows: "Sequence[MappingRow]") -> None:
        if rows:
            self._context.notifier.info(self.tr("There is no suggestion for {what}.").format(what=named(rows)))

    def _open_chooser(self, page: "MappingPage", rows: "tuple[MappingRow, ...]", choice: "TargetChoice") -> None:
        from sync_desktop.ui.mappings.chooser import EditDialog

        valid = self.tr("A target is valid when it is {valid}.").format(valid=page.valid_when)
        hangs = self.tr("What else hangs on it: {what}.").format(what=page.hangs_on)
        about = " ".join(words for words, known in ((valid, page.valid_when), (hangs, page.hangs_on)) if known)
        dialog = EditDialog(choice, rows, self._context.theme, self._window, about)
        dialog.target_chosen.connect(partial(self._set, rows))
        dialog.clear_chosen.connect(partial(self._clear_all, rows))
        dialog.more_asked.connect(partial(self._find_more, page, dialog))
        dialog.open()

    def _find_more(self, page: "MappingPage", dialog: "EditDialog", text: str) -> None:
        work = self._desk.find_targets(page.site_id, page.kind, text)
        self._context.tasks.start("Search targets", work, key=f"mappings.find {text}", done=dialog.show_more)

    def _set(self, rows: "tuple[MappingRow, ...]", target_id: str, called: str) -> None:
        """Let rows lead to a target; one that leads there already, because somebody said so, is left alone."""
        self._change(
            rows[0].site_id,
            {
                key_of(row): None
                if row.by_hand and row.target_id == target_id
                else PendingEdit(row.source, target_id, called, row.target_id)
                for row in rows
            },
        )

    def _clear_all(self, rows: "tuple[MappingRow, ...]") -> None:
        self._change(rows[0].site_id, {key_of(row): self._cleared(row) for row in rows if row.by_hand})

    def _change(self, site_id: str, changes: "dict[Key, PendingEdit | None] | dict[Key, PendingEdit]") -> None:
        self.at(site_id).change(changes, counted(len(changes), "mapping"))

    def _cleared(self, row: "MappingRow") -> PendingEdit:
        return PendingEdit(row.source, "", row.beneath or self.tr("not mapped"), row.target_id)

    def _uses_suggestion(self, row: "MappingRow") -> bool:
        edit = self.at(row.site_id).get(key_of(row))
        return edit is not None and row.suggestion is not None and edit.target_id == row.suggestion.target_id

    def _reject(self, rows: "list[MappingRow]") -> None:
        self._context.tasks.start("Reject suggestions", self._each(rows, reject=True))

    def _take_back(self, rows: "list[MappingRow]") -> None:
        self._context.tasks.start("Take rejections back", self._each(rows, reject=False))

    async def _each(self, rows: "list[MappingRow]", *, reject: bool) -> None:
        act = self._desk.reject if reject else self._desk.take_back_rejection
        for row in rows:
            if row.suggestion is not None:
                await act(row.site_id, row.kind, row.source_id, row.suggestion.target_id)
        self.changed.emit(rows[0].site_id, ())


def named(rows: "Sequence[MappingRow]") -> str:
    """Return what rows are called in a sentence."""
    return rows[0].source if len(rows) == 1 else counted(len(rows), "mapping")
