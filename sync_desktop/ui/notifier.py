"""The notifier: the one way in which the window tells something in passing. Everything told is logged and recorded."""

import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sync_desktop.ui.tokens import Tone

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
_KEPT = 200


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that was told. `undo` takes it back, or `go_on` does what `word` says."""

    tone: Tone
    text: str
    undo: "Callable[[], None] | None" = None
    word: str = ""
    go_on: "Callable[[], None] | None" = None


class Notifier(QObject):
    """Tells notes to whoever shows them, and remembers the latest ones and the one that can be taken back."""

    told = Signal(object)
    """A `Note`."""
    undo_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history: deque[Note] = deque(maxlen=_KEPT)
        self._undo: list[Note] = []

    def info(self, text: str) -> None:
        """Tell something that asks for nothing."""
        self._tell(Note(Tone.NEUTRAL, text))

    def warning(self, text: str) -> None:
        """Tell something to look at."""
        self._tell(Note(Tone.WARNING, text))

    def error(self, text: str) -> None:
        """Tell what did not work; the text says what to do."""
        self._tell(Note(Tone.ERROR, text))

    def undoable(self, text: str, undo: "Callable[[], None]") -> None:
        """Tell what was done and offer to take it back, by the toast and by Ctrl+Z."""
        note = Note(Tone.NEUTRAL, text, undo)
        self._undo.append(note)
        self._tell(note)
        self.undo_changed.emit()

    def offer(self, text: str, word: str, go_on: "Callable[[], None]") -> None:
        """Tell what waits for the person, and offer to go on with it."""
        self._tell(Note(Tone.WARNING, text, word=word, go_on=go_on))

    def undo(self, note: Note | None = None) -> bool:
        """Take back `note`, or the latest one that still can be; False where there is none."""
        chosen = note if note is not None else (self._undo[-1] if self._undo else None)
        if chosen is None or chosen.undo is None or chosen not in self._undo:
            return False
        self._undo.remove(chosen)
        chosen.undo()
        self.undo_changed.emit()
        return True

    def _tell(self, note: Note) -> None:
        log.log(logging.WARNING if note.tone is Tone.ERROR else logging.INFO, "Told: %s", note.text)
        self.history.append(note)
        self.told.emit(note)
