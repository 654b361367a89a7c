"""Retry policies as data, carried out by tenacity on the clock that is handed in."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.failures import Failure, SyncError


class Case(StrEnum):
    """The set-backs that another try may overcome."""

    RATE_LIMIT = "rate limit"
    THREAD_LIMIT = "thread limit"
    NETWORK = "network"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a request is repeated, and after which waits in seconds: one retry for each wait that is listed."""

    rate_limit: tuple[float, ...] = (5, 10, 20, 40)
    thread_limit: tuple[float, ...] = ()
    network: tuple[float, ...] = (1, 2)
    server: tuple[float, ...] = (1, 2)
    own_wait_at_most: float = 60
    """No wait that we chose ourselves is longer; one that the server asks for may be."""
    asked_wait_at_most: float = 900
    """A server that asks for more is not waited for: the failure says how long it wants."""
    reads_only: bool = False
    """The system is only ever read, whatever the site's role."""

    def waits(self, case: Case) -> tuple[float, ...]:
        """Return the waits before each retry of a case."""
        match case:
            case Case.RATE_LIMIT:
                return self.rate_limit
            case Case.THREAD_LIMIT:
                return self.thread_limit
            case Case.NETWORK:
                return self.network
            case Case.SERVER:
                return self.server


AUTOTASK = Policy(rate_limit=(), thread_limit=(1, 2, 4))
"""Autotask's hour belongs to the whole tenant: used up means stop, not wait."""
CONNECTWISE = Policy()
HALOPSA = Policy()
SALESBUILDR = Policy(reads_only=True)


class SetbackError(SyncError):
    """A failure that another try may overcome; still a failure to whoever is told in the end.

    `asked` is the wait in seconds that the server asked for, None where it did not.
    """

    def __init__(self, case: Case, failure: Failure, asked: float | None = None) -> None:
        super().__init__(failure)
        self.case = case
        self.asked = asked


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait that is about to begin."""

    setback: SetbackError
    seconds: float
    retry: int
    of: int


class Patience:
    """What is left of a policy's retries for one request. Each case is counted by itself."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._used: Counter[Case] = Counter()

    def retrying(self, clock: Clock, before_wait: Callable[[Pause], None]) -> AsyncRetrying:
        """Return the loop that repeats a coroutine function; `before_wait` hears of each wait first."""

        def announce(state: RetryCallState) -> None:
            setback = _setback_of(state)
            before_wait(
                Pause(
                    setback=setback,
                    seconds=state.upcoming_sleep,
                    retry=self._used[setback.case],
                    of=len(self._policy.waits(setback.case)),
                )
            )

        return AsyncRetrying(
            sleep=clock.sleep,
            retry=retry_if_exception(self._has_retry_for),
            wait=self._next_wait,
            before_sleep=announce,
        )

    def _has_retry_for(self, error: BaseException) -> bool:
        return (
            isinstance(error, SetbackError)
            and self._used[error.case] < len(self._policy.waits(error.case))
            and (error.asked or 0) <= self._policy.asked_wait_at_most
        )

    def _next_wait(self, state: RetryCallState) -> float:
        setback = _setback_of(state)
        own = self._policy.waits(setback.case)[self._used[setback.case]]
        self._used[setback.case] += 1
        return max(min(own, self._policy.own_wait_at_most), setback.asked or 0)


def _setback_of(state: RetryCallState) -> SetbackError:
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, SetbackError):
        raise TypeError("only a set-back is waited for")
    return error
