"""What is changed and not saved yet, at one site: undone and redone until it is saved."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from sync_desktop.ui.mappings.entries import Key, PendingEdit
from sync_desktop.workbench.mapping_views import Edit, Refusal

Changes = Mapping[Key, PendingEdit | None]
"""By what is edited: the edit, or None where there is to be none."""


class PendingEdits(QObject):
    """The edits of one site, each mapping at most once, with their undo stack."""

    changed = Signal(object)
    """The keys whose edit changed."""

    def __init__(self, site_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self.site_id = site_id
        self._edits: dict[Key, PendingEdit] = {}
        self.stack = QUndoStack(self)

    def __len__(self) -> int:
        return len(self._edits)

    def get(self, key: Key) -> PendingEdit | None:
        """Return the edit of a mapping, if there is one."""
        return self._edits.get(key)

    def of_kind(self, kind: str) -> int:
        """Return how many mappings of a kind are edited."""
        return sum(each == kind for each, _ in self._edits)

    def refusals(self) -> list[str]:
        """Return why edits were not saved, each with what it is about."""
        return [f"**{each.source}**: {each.refused}" for each in self._edits.values() if each.refused]

    def edits(self) -> tuple[Edit, ...]:
        """Return what is to be saved."""
        return tuple(
            Edit(kind=kind, source_id=source_id, target_id=each.target_id, was=each.was)
            for (kind, source_id), each in self._edits.items()
        )

    def change(self, changes: Changes, words: str) -> None:
        """Make edits as one step that can be undone; what changes nothing is no step."""
        real = {key: edit for key, edit in changes.items() if edit != self._edits.get(key)}
        if real:
            before = {key: self._edits.get(key) for key in real}
            self.stack.push(_Step(words, partial(self._put, real), partial(self._put, before)))

    def discard(self, keys: Iterable[Key]) -> bool:
        """Take edits back, as one step; False where there are none."""
        known = [key for key in keys if key in self._edits]
        self.change(dict.fromkeys(known), "")
        return bool(known)

    def do(self, words: str, do: Callable[[], None], undo: Callable[[], None]) -> None:
        """Do something else that stands in the same order of steps as the edits."""
        self.stack.push(_Step(words, do, undo))

    def forget(self) -> None:
        """Give all edits up, with their steps."""
        self._settle({}, tuple(self._edits))

    def saved(self, edits: Iterable[Edit], refused: Iterable[Refusal]) -> None:
        """Let go of what was saved; what was refused stays and says why. Neither can be undone here any more."""
        why = {(each.kind, each.source_id): each.sentence for each in refused}
        tried = {(each.kind, each.source_id): each for each in edits}
        left = {
            key: replace(edit, refused=why.get(key, edit.refused))
            for key, edit in self._edits.items()
            if key in why or key not in tried or tried[key].target_id != edit.target_id
        }
        self._settle(left, tuple(self._edits))

    def _put(self, changes: Changes) -> None:
        for key, edit in changes.items():
            if edit is None:
                self._edits.pop(key, None)
            else:
                self._edits[key] = edit
        self.changed.emit(tuple(changes))

    def _settle(self, left: dict[Key, PendingEdit], touched: tuple[Key, ...]) -> None:
        self.stack.clear()
        self._edits = left
        self.changed.emit(touched)


class _Step(QUndoCommand):
    """One step: an edit of one or many mappings, or a suggestion that was rejected."""

    def __init__(self, words: str, do: Callable[[], None], undo: Callable[[], None]) -> None:
        super().__init__(words)
        self._do, self._undo = do, undo

    def redo(self) -> None:
        self._do()

    def undo(self) -> None:
        self._undo()
