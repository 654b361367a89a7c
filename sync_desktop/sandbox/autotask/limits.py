"""The limits of the tenant: an hour's requests of all callers together, and requests at once per entity.

Facts (vendor's help on thresholds and thread limiting): 10,000 requests in a rolling hour for the whole database,
slower from half of it on, suspended at all of it; three at once for each tracking identifier and entity.
"""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.autotask.answers import RefusedError, errors
from sync_desktop.sandbox.autotask.facts import Facts
from sync_desktop.sandbox.autotask.settings import AutotaskSettings

WINDOW_SECONDS = 3600.0
WINDOW_MINUTES = 60
HALF_DELAY = 0.5
THREE_QUARTERS_DELAY = 1.0
SUGGESTED_WAIT = "60"


class Limits:
    """Counts every caller's requests; holds them back or refuses them only where the settings say so."""

    def __init__(self, settings: AutotaskSettings, facts: Facts) -> None:
        self._settings = settings
        self._facts = facts
        self._served: deque[float] = deque()
        self._working: Counter[tuple[str, str]] = Counter()

    @property
    def used(self) -> int:
        """Return the requests of the last 60 minutes."""
        edge = self._settings.monotonic() - WINDOW_SECONDS
        while self._served and self._served[0] <= edge:
            self._served.popleft()
        return len(self._served)

    def spend(self, requests: int) -> None:
        """Count requests that other integrations of the tenant made just now."""
        self._served.extend([self._settings.monotonic()] * requests)

    def forget(self) -> None:
        """Begin a new hour."""
        self._served.clear()

    def count(self) -> None:
        """Count one request. Raises `RefusedError` where the hour is used up; such a request is not counted."""
        if self._settings.limits and self.used >= self._settings.hourly_threshold:
            text = texts.hour_used_up(self._settings.hourly_threshold)
            raise self._refused("over_limit_status", [text])
        self.spend(1)

    @contextmanager
    def thread(self, integration_code: str, entity: str, method: str) -> Iterator[None]:
        """Hold one of the threads of an entity while a request works. Raises `RefusedError` where none is free."""
        key = (integration_code, entity.lower())
        if self._settings.limits and self._working[key] >= self._settings.threads:
            raise self.refusal(method=method)
        self._working[key] += 1
        try:
            yield
        finally:
            self._working[key] -= 1

    def refusal(self, seconds: int | None = None, method: str = "query") -> RefusedError:
        """Return the answer to one request too many at once; a switch says whether its header says how long to wait."""
        return self._refused("thread_limit_status", texts.threads(self._settings.threads, method), seconds)

    async def delay(self) -> None:
        """Let a call take its time: longer from half of the hour's requests on. Nothing where limits are off."""
        if not self._settings.limits:
            return
        share = self.used / self._settings.hourly_threshold
        slower = THREE_QUARTERS_DELAY if share >= 0.75 else HALF_DELAY if share >= 0.5 else 0.0
        await self._settings.sleep(self._settings.call_seconds + slower)

    def _refused(self, switch: str, lines: list[str], seconds: int | None = None) -> RefusedError:
        wait = SUGGESTED_WAIT if seconds is None else str(seconds)
        headers = {"Retry-After": wait} if self._facts.at("retry_after", "on") else None
        return errors(*lines, status=self._facts.status(switch), headers=headers)
