"""The event loop of the window: qasync's, which takes what is ready together.

To be imported after PySide6, and with `QT_API` set, so that qasync finds the same Qt.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication


class WindowLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync has no types
    """Runs what is ready in one turn of Qt's loop, in order, as asyncio's own loops do.

    qasync starts and ends a timer of Qt's for each callback. One request has dozens of them, which was a tenth of what
    a synchronisation in the window takes. What becomes ready in a turn waits for the next one, so that Qt paints and
    answers keys in between; where a callback runs a loop of Qt's inside of it, the rest of the turn goes on in there.
    """

    def __init__(self, app: QApplication, *, already_running: bool = False) -> None:
        self._soon: deque[asyncio.Handle] = deque()
        self._turn_is_due = False
        super().__init__(app, already_running=already_running)

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Have a callback run in the next turn."""
        handle = asyncio.Handle(callback, args, self, context)
        self._soon.append(handle)
        self._make_due()
        return handle

    def _make_due(self) -> None:
        """Have Qt call the next turn, once for all that it takes."""
        if not self._turn_is_due:
            self._turn_is_due = True
            super().call_soon(self._take_turn)

    def _take_turn(self) -> None:
        """Run what was ready when the turn began."""
        self._turn_is_due = False
        try:
            for _ in range(len(self._soon)):
                if not self._soon:
                    break  # a turn inside of this one took the rest
                handle = self._soon.popleft()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001  # as every loop does; only it reports what a callback raises
        finally:
            if self._soon:  # also where something ended the turn early
                self._make_due()
