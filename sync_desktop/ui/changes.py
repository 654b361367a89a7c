"""Gathers what changes in the workbench, so that pages are read once for many changes and not once for each."""

import math
import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_GATHER_MILLISECONDS, _GATHER_MORE_MILLISECONDS = 200, 1000
"""For how long changes are gathered before they are read; longer while they go on and on, as in a run."""


class Changes(QObject):
    """Takes the ids of issues that changed, and tells all of them together a little later."""

    due = Signal(object)
    """The ids of issues to read anew; an empty set means that anything may have changed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._gathered: list[frozenset[int]] = []
        self._told_at = -math.inf
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.tell)

    def take(self, ids: frozenset[int]) -> None:
        """Gather what changes: while a run writes, it is told once a second, not for each record."""
        self._gathered.append(ids)
        if not self._later.isActive():
            lately = time.monotonic() - self._told_at < _GATHER_MORE_MILLISECONDS / 1000
            self._later.start(_GATHER_MORE_MILLISECONDS if lately else _GATHER_MILLISECONDS)

    @Slot()
    def tell(self) -> None:
        """Tell what was gathered, now; where nothing was, that anything may have changed."""
        gathered, self._gathered = self._gathered, []
        self._told_at = time.monotonic()
        anything = not all(gathered)
        self.due.emit(frozenset() if anything else frozenset().union(*gathered))

    def stop(self) -> None:
        """Tell nothing any more."""
        self._later.stop()
