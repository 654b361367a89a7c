"""Toasts: notes that float over the lower right of the window for a while."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import button, label

if TYPE_CHECKING:
    from sync_desktop.ui.notifier import Note, Notifier

_SHOWN = 3
_STAY_MS = {Tone.NEUTRAL: 7_000, Tone.WARNING: 15_000, Tone.ERROR: 0}
"""How long each kind stays; an error, and what waits for the person, stay until they are put away."""
_WIDTH = 420
_MARGIN = 16


class Toasts(QWidget):
    """Shows the latest notes of a notifier over `window`."""

    def __init__(self, notifier: "Notifier", window: QWidget, *, bottom: int) -> None:
        super().__init__(window)
        self._notifier = notifier
        self._window = window
        self._bottom = bottom
        self._shown: list[tuple[Note, QFrame]] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self.setObjectName("toasts")
        self.hide()
        notifier.told.connect(self._on_notifier_told)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the window changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    @Slot(object)
    def _on_notifier_told(self, note: "Note") -> None:
        for old, _ in [pair for pair in self._shown if pair[0].text == note.text]:
            self._put_away(old)
        # What waits for the person is the last to make room.
        by_need = sorted((old for old, _ in self._shown), key=lambda old: old.go_on is not None)
        for old in by_need[: max(0, len(by_need) - _SHOWN + 1)]:
            self._put_away(old)
        self._shown.append((note, self._make(note)))
        if _STAY_MS[note.tone] and note.go_on is None:
            timer = QTimer(self._shown[-1][1])
            timer.setSingleShot(True)
            timer.timeout.connect(partial(self._put_away, note))
            timer.start(_STAY_MS[note.tone])
        self._place()

    def _make(self, note: "Note") -> QFrame:
        frame = QFrame()
        frame.setProperty("toast", True)
        frame.setProperty("tone", note.tone.value)
        frame.setFixedWidth(_WIDTH)
        box = QVBoxLayout(frame)
        box.setContentsMargins(14, 10, 10, 10)
        box.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        box.addLayout(row)
        words = label(note.text, name="toast.text", wrap=True)
        kind = {Tone.ERROR: self.tr("Error"), Tone.WARNING: self.tr("Note")}.get(note.tone, "")
        words.setAccessibleName(f"{kind}: {note.text}" if kind else note.text)
        row.addWidget(words, 1)
        if note.undo is not None:
            undo = button(self.tr("Undo"), "toast.undo", kind="small", tip=self.tr("Ctrl+Z"))
            undo.clicked.connect(partial(self._on_undo_clicked, note))
            row.addWidget(undo)
        if note.go_on is not None:  # below: such words are long, and beside a button they would be a narrow column
            go_on = button(note.word, "toast.go_on", kind="small")
            go_on.clicked.connect(partial(self._on_go_on_clicked, note))
            box.addWidget(go_on, 0, Qt.AlignmentFlag.AlignRight)
        away = button("✕", "toast.close", kind="small")
        away.setAccessibleName(self.tr("Put away"))
        away.clicked.connect(partial(self._on_away_clicked, note))
        row.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)
        self._box.addWidget(frame)
        return frame

    def _put_away(self, note: "Note") -> None:
        for pair in [pair for pair in self._shown if pair[0] is note]:
            self._shown.remove(pair)
            self._box.removeWidget(pair[1])
            pair[1].hide()
            pair[1].deleteLater()
        self._place()

    def _on_undo_clicked(self, note: "Note", *_checked: object) -> None:
        self._notifier.undo(note)
        self._put_away(note)

    def _on_go_on_clicked(self, note: "Note", *_checked: object) -> None:
        self._put_away(note)
        if note.go_on is not None:
            note.go_on()

    def _on_away_clicked(self, note: "Note", *_checked: object) -> None:
        self._put_away(note)

    def _place(self) -> None:
        window = self._window
        self.setVisible(bool(self._shown))
        height = sum(frame.heightForWidth(_WIDTH) for _, frame in self._shown) + 8 * max(0, len(self._shown) - 1)
        self.resize(_WIDTH, height)
        self.move(window.width() - _WIDTH - _MARGIN, window.height() - height - self._bottom - _MARGIN)
        self.raise_()
