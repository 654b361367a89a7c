"""Keeps exchanges until what caused them is stored."""

from contextvars import ContextVar

from sync_desktop.domain.exchanges import Exchange

_LIMIT = 5_000
"""Exchanges that are kept of one attempt; the first ones of it go when there are more."""


class Journal:
    """Collects the exchanges of whatever the running task is at; tasks that it starts add to the same collection."""

    def __init__(self) -> None:
        self._current: ContextVar[list[Exchange] | None] = ContextVar("exchanges", default=None)

    def open(self) -> None:
        """Start an empty collection."""
        self._current.set([])

    def record(self, exchange: Exchange) -> None:
        """Keep one exchange; outside any collection it is dropped."""
        collected = self._current.get()
        if collected is None:
            return
        collected.append(exchange)
        if len(collected) > _LIMIT:
            del collected[0]

    def drain(self) -> list[Exchange]:
        """Return what was collected and start anew."""
        collected = self._current.get() or []
        taken = list(collected)
        collected.clear()
        return taken
