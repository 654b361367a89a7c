"""What happens when something unexpected is raised: its text, redacted, is reported once."""

import logging
import re
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType

log = logging.getLogger(__name__)

_NAMES = r"(?:authori[sz]ation|api[-_]?key|secret|password|token|integration[-_]?code|cookie)"
_CUT_OUT = (
    (
        rf"""(?ix) (["']? [\w-]* {_NAMES} [\w-]* ["']? \s* [:=] \s* )
        (?: (?:bearer|basic)\s+ )? (?: "[^"]*" | '[^']*' | [^\s,;)}}\]]+ )""",
        r"\1(cut out)",
    ),
    (r"(https?://[^\s?\"']+)\?[^\s\"']+", r"\1?(cut out)"),
    (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "(e-mail cut out)"),
)
"""Secrets, queries of addresses and e-mail addresses; compiled when something crashes, not before the first paint."""


def crash_text(error: BaseException) -> str:
    """Return the traceback without secrets, e-mail addresses, queries of addresses and the name of the home folder."""
    import traceback  # late: it is hoped that nobody needs it

    text = "".join(traceback.format_exception(error))
    for pattern, put_there in _CUT_OUT:
        text = re.sub(pattern, put_there, text)
    return text.replace(str(Path.home()), "~")


class CrashHook(QObject):
    """Hears of every unexpected exception, of any thread and of the loop, and reports each once by `crashed`.

    Install it before anything else is made; `uninstall` puts the hooks of before back.
    """

    crashed = Signal(str)
    """The redacted text."""
    _raised = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: set[str] = set()
        self._raised.connect(self.crashed, Qt.ConnectionType.AutoConnection)  # other threads are queued to this one
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Take over the hooks of the interpreter and of its threads."""
        sys.excepthook = self._on_interpreter_raised
        threading.excepthook = self._on_thread_raised

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def report(self, error: BaseException) -> None:
        """Report one exception; a second one with the same text is only logged."""
        text = crash_text(error)
        log.error("Unexpected: %s", text)
        if text not in self._seen:
            self._seen.add(text)
            self._raised.emit(text)

    def on_loop_raised(self, loop: "asyncio.AbstractEventLoop", context: dict[str, Any]) -> None:
        """Report what asyncio's exception handler hears; a context without an exception is only logged."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report(error)
        else:
            log.error("The loop says: %s", context.get("message", "nothing"))

    def _on_interpreter_raised(
        self, kind: type[BaseException], error: BaseException, trace: "TracebackType | None"
    ) -> None:
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            self._before[0](kind, error, trace)
        else:
            self.report(error)

    def _on_thread_raised(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)
