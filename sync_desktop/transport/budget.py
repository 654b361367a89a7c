"""Rolling budgets of calls, and the gate at which a whole site waits."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Literal

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind


class RollingBudget:
    """At most `limit` calls in any `window_seconds`.

    When it is used up, a budget that waits lets the next call wait for the oldest to leave the window; one that refuses
    raises SyncError (BUDGET) that says until when. `name` is whose calls are counted: "Autotask".
    """

    def __init__(
        self,
        limit: int,
        window_seconds: float,
        clock: Clock,
        name: str,
        when_full: Literal["wait", "refuse"] = "refuse",
    ) -> None:
        self.limit = limit
        self.name = name
        self._window = window_seconds
        self._clock = clock
        self._when_full = when_full
        self._taken: deque[float] = deque()
        self.total = 0
        """Calls since this budget was made; never falls, so that a caller can do something every so many calls."""

    def seed(self, ages: Iterable[float]) -> None:
        """Count calls that were made before this budget was, given as the seconds since each."""
        now = self._clock.monotonic()
        earlier = sorted((now - age for age in ages if age < self._window), reverse=False)
        self._taken.extendleft(reversed(earlier))

    @property
    def used(self) -> int:
        """Calls within the window that ends now."""
        self._forget()
        return len(self._taken)

    @property
    def frees_at(self) -> datetime | None:
        """When the next call is possible (UTC); None where one is possible now."""
        wait = self._wait()
        return self._clock.now() + timedelta(seconds=wait) if wait else None

    async def take(self, before_wait: Callable[[float], None] | None = None) -> None:
        """Count one call; wait or raise SyncError (BUDGET) where there is none left."""
        while wait := self._wait():
            if self._when_full == "refuse":
                raise SyncError(self._used_up(self._clock.now() + timedelta(seconds=wait)))
            if before_wait:
                before_wait(wait)
            await self._clock.sleep(wait)
        self._taken.append(self._clock.monotonic())
        self.total += 1

    def _forget(self) -> None:
        earliest = self._clock.monotonic() - self._window
        while self._taken and self._taken[0] <= earliest:
            self._taken.popleft()

    def _wait(self) -> float:
        self._forget()
        if len(self._taken) < self.limit:
            return 0
        # Never zero while it is full: rounding must not turn the wait into a busy loop.
        return max(self._taken[0] + self._window - self._clock.monotonic(), 0.001)

    def _used_up(self, until: datetime) -> Failure:
        window = "hour" if self._window == 3600 else f"{self._window / 60:g} minutes"
        message = (
            f"Our own limit of {self.limit:,} calls to {self.name} in one {window} is used up. "
            f"The next call is possible at {until.astimezone():%H:%M}."
        )
        facts = {"until": until.isoformat(), "limit": str(self.limit), "whose": "ours"}
        return Failure(kind=FailureKind.BUDGET, message=message, facts=facts)


class Gate:
    """Where all requests of one site pass, so that a site that is told to wait waits as a whole."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed_until = clock.monotonic()

    @property
    def seconds_left(self) -> float:
        """For how long it stays shut; 0 where it is open."""
        return max(self._closed_until - self._clock.monotonic(), 0)

    def pause(self, seconds: float) -> None:
        """Shut the gate for so long from now; an earlier pause that lasts longer stays."""
        self._closed_until = max(self._closed_until, self._clock.monotonic() + seconds)

    async def passed(self) -> None:
        """Wait until the gate is open."""
        while left := self.seconds_left:
            await self._clock.sleep(left)
