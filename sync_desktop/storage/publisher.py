"""Telling the interface what changed, a few writes at a time."""

import asyncio
from collections.abc import Callable

from sync_desktop.storage.transaction import Changes

COALESCE_SECONDS = 0.05


class Publisher:
    """Collects changes and hands them to subscribers on the event loop."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[Changes], None]] = []
        self._pending: dict[str, frozenset[str]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def subscribe(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """Have `fn` called from now on; returns what ends it."""
        self._subscribers.append(fn)

        def unsubscribe() -> None:
            if fn in self._subscribers:
                self._subscribers.remove(fn)

        return unsubscribe

    def add(self, changes: Changes, loop: asyncio.AbstractEventLoop) -> None:
        """Publish changes soon, together with others that come until then."""
        for table, ids in changes.items():
            self._pending[table] = self._pending.get(table, frozenset()) | ids
        if self._pending and self._timer is None:
            self._timer = loop.call_later(COALESCE_SECONDS, self.flush, loop)

    def flush(self, loop: asyncio.AbstractEventLoop) -> None:
        """Publish now. The loop itself calls each subscriber, so that one that fails does not silence the others."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        changes, self._pending = self._pending, {}
        if not changes:
            return
        for subscriber in tuple(self._subscribers):
            loop.call_soon(subscriber, changes)
