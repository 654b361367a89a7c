"""The tenant's limit on requests: past it, everybody is refused until a cool-down is over.

Facts (developer guide; met by others): about 1,000 requests a minute, 429 with Retry-After, 30 seconds.
"""

import math
from collections import deque

from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.connectwise.answers import RefusedError
from sync_desktop.sandbox.connectwise.facts import Facts
from sync_desktop.sandbox.connectwise.settings import ConnectWiseSettings

WINDOW_SECONDS = 60.0
_PAGE = "<!DOCTYPE html><html><head><title>Error 1015</title></head><body>You are being rate limited</body></html>"


class Limits:
    """Counts every caller's requests; refuses them only where the settings say so."""

    def __init__(self, settings: ConnectWiseSettings, facts: Facts) -> None:
        self._settings = settings
        self._facts = facts
        self._served: deque[float] = deque()
        self._until = 0.0

    def spend(self, requests: int) -> None:
        """Count requests that other integrations of the tenant made just now."""
        self._served.extend([self._settings.monotonic()] * requests)

    def forget(self) -> None:
        """Begin a new minute."""
        self._served.clear()
        self._until = 0.0

    def count(self) -> None:
        """Count one request. Raises `RefusedError` where there were too many, and until the cool-down is over."""
        if not self._settings.limits:
            return
        now = self._settings.monotonic()
        while self._served and self._served[0] <= now - WINDOW_SECONDS:
            self._served.popleft()
        if now < self._until:
            raise self.refusal(max(1, math.ceil(self._until - now)))
        if len(self._served) >= self._settings.calls_per_minute:
            self._served.clear()
            self._until = now + self._settings.cool_down
            raise self.refusal(self._settings.cool_down)
        self._served.append(now)

    def refusal(self, seconds: int) -> RefusedError:
        """Return the answer to one request too many, from the PSA or from the layer before it."""
        if self._facts.at("rate_limit_layer", "html"):
            return RefusedError(429, _PAGE, {"Retry-After": str(seconds)}, html=True)
        body = {"error": "ConnectWiseAPI", "message": texts.too_many(seconds)}  # `error` where others have `code`
        return RefusedError(429, body, {"Retry-After": str(seconds)})
