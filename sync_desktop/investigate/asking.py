"""Questions to the PSA: each row once in a batch, within the call budget, and a failed question answers nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.connector import Connector
from sync_desktop.psa.listing import ReadOnce
from sync_desktop.psa.whereabouts import Part, Where, Whereabouts

_SHARE = 0.45
"""Share of the tenant's hour from which on nothing is asked: it is left to the records (safety, rule 10)."""
_MOST = 60
"""Rows that are asked for in one batch at most."""
_SILENT = (FailureKind.CREDENTIALS, FailureKind.BUDGET, FailureKind.NETWORK, FailureKind.SERVER, FailureKind.RATE_LIMIT)
"""Failures after which every further question would fail of the same."""


@dataclass(slots=True)
class Asking:
    """Asks one connector. Made once for a batch, so that records with the same failure cost its calls once."""

    connector: Connector
    said: list[str] = field(default_factory=list)
    """What was asked and answered, in the order of asking."""
    _answers: dict[tuple[str, str, str], Whereabouts] = field(default_factory=dict)
    _lists: ReadOnce = field(default_factory=ReadOnce)
    """Lists that were read because what was asked for is a value of them."""
    _silent: str = ""
    """Why nothing more is asked in this batch."""

    @property
    def may_ask(self) -> bool:
        """Whether there is room for more questions, and a sign that they would be answered."""
        return not self._why_not()

    async def target(self, part: Part) -> Whereabouts:
        """Ask for a row that mappings lead to."""
        return await self._once(part, "", lambda: self.connector.inquiries.ask(part, self._lists))

    async def record(self, entity: str, row_id: str, what: str) -> Whereabouts:
        """Ask for the row of a record."""
        part = Part(what, row_id)
        return await self._once(part, entity, lambda: self.connector.inquiries.record(entity, row_id, what))

    async def _once(self, part: Part, entity: str, ask: Callable[[], Awaitable[Whereabouts]]) -> Whereabouts:
        key = (part.kind or entity or part.what, part.what, part.id)
        if key in self._answers:
            return self._answers[key]
        if why := self._why_not():
            return Whereabouts(part, Where.UNKNOWN, detail=why)
        try:
            found = await ask()
        except SyncError as error:
            denied = error.failure.kind is FailureKind.PERMISSION
            why = "this API user is not allowed to read it" if denied else error.failure.message.rstrip(".")
            found = Whereabouts(part, Where.UNKNOWN, detail=why)
            self._heed(error.failure)
        self._answers[key] = found
        self.said.append(found.sentence)
        return found

    def _why_not(self) -> str:
        if self._silent:
            return self._silent
        if self.connector.known_budget().used_share > _SHARE:
            return "the tenant's calls of this hour are left to the records"
        return "enough was asked in one go" if len(self._answers) >= _MOST else ""

    def _heed(self, failure: Failure) -> None:
        if failure.kind in _SILENT:
            self._silent = failure.message.rstrip(".")
