"""The instance's rate limit: so many requests in a rolling window of minutes, of all callers together.

The text of the 429 is verbatim from a public report; the numbers changed over the years, so that they are a switch.
Requests for tokens and for authinfo count as well.
"""

from collections import deque

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import RefusedError
from sync_desktop.sandbox.halopsa.facts import Facts
from sync_desktop.sandbox.halopsa.settings import HalopsaSettings

MINUTE = 60.0


class Limits:
    """Counts every caller's requests; refuses them only where the settings say so."""

    def __init__(self, settings: HalopsaSettings, facts: Facts) -> None:
        self._settings = settings
        self._facts = facts
        self._served: deque[float] = deque()

    @property
    def allowed(self) -> tuple[int, int]:
        """Return how many requests are allowed in how many minutes."""
        requests, _, minutes = self._facts.get("rate_limit").partition("/")
        return int(requests), int(minutes)

    @property
    def used(self) -> int:
        """Return the requests of the window that ends now."""
        edge = self._settings.monotonic() - self.allowed[1] * MINUTE
        while self._served and self._served[0] <= edge:
            self._served.popleft()
        return len(self._served)

    def spend(self, requests: int) -> None:
        """Count requests that other integrations made just now."""
        self._served.extend([self._settings.monotonic()] * requests)

    def forget(self) -> None:
        """Begin with an empty window."""
        self._served.clear()

    def count(self) -> None:
        """Count one request. Raises `RefusedError` where the window is full; such a request is not counted."""
        if self._settings.limits and self.used >= self.allowed[0]:
            raise self.refusal()
        self.spend(1)

    def refusal(self, seconds: int | None = None) -> RefusedError:
        """Return the 429; its header, where it has one, says `seconds`, else when the oldest request leaves."""
        requests, minutes = self.allowed
        if seconds is None:
            oldest = self._served[0] if self._served else self._settings.monotonic()
            seconds = round(oldest + minutes * MINUTE - self._settings.monotonic())
        headers = {"Retry-After": str(max(seconds, 1))} if self._facts.at("retry_after", "on") else None
        return RefusedError(429, {"error": texts.rate_limit(requests, minutes)}, headers)
