"""Several mapping kinds listed in one go: what they share is read once, one that fails takes nothing from others."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, TypeVar

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import FailureKind, MappingState
from sync_desktop.psa.connector import Listing

ENDS_ALL = (FailureKind.CREDENTIALS, FailureKind.NETWORK, FailureKind.BUDGET, FailureKind.RATE_LIMIT)
"""Failures after which every further question would fail of the same."""

_T = TypeVar("_T")


class ReadOnce:
    """Keeps what was read of a PSA, and what could not be, for as long as one listing takes.

    Two kinds that come from one list cost one reading of it, and a list that is refused is asked for once.
    """

    def __init__(self) -> None:
        self._read: dict[str, Any] = {}
        self._failed: dict[str, SyncError] = {}

    async def of(self, key: str, read: Callable[[], Awaitable[_T]]) -> _T:
        """Return what `read` returns, or what it returned or raised before under this key.

        A key is a path, or a path with an id. What is returned belongs to all who ask for it and must not be changed.
        """
        if key in self._failed:
            raise self._failed[key]
        if key not in self._read:
            try:
                self._read[key] = await read()
            except SyncError as error:
                self._failed[key] = error
                raise
        kept: _T = self._read[key]
        return kept

    async def asked(self, key: str, read: Callable[[], Awaitable[_T]]) -> _T | Failure:
        """Return what a question about one row came to; what failed or was not permitted tells nothing of that row.

        Raises `SyncError` where every further question would fail of the same.
        """
        try:
            return await self.of(key, read)
        except SyncError as error:
            if error.failure.kind in ENDS_ALL:
                raise
            return error.failure


OfKind = Callable[[str, Collection[str], ReadOnce], Awaitable[Listing]]
"""Lists one kind, with what mappings lead to, and reads every list of the PSA through what it is handed."""


async def listings(of_kind: OfKind, wanted: Mapping[str, Collection[str]]) -> dict[str, Listing]:
    """Return the targets of each kind in `wanted`, or why they could not be read.

    Raises `SyncError` where nothing more can be read at all.
    """
    found: dict[str, Listing] = {}
    once = ReadOnce()
    for kind, ids in wanted.items():
        try:
            found[kind] = await of_kind(kind, ids, once)
        except SyncError as error:
            if error.failure.kind in ENDS_ALL:
                raise
            found[kind] = Listing(failure=error.failure)
    return found


_WHY_LOST = {
    MappingState.DELETED: "it was deleted",
    MappingState.GONE: "it was deleted, or is hidden from this API user",
    MappingState.NOT_PERMITTED: "this API user may not read it, so that nothing can be said of it",
    MappingState.UNKNOWN: "the question about it was not answered",
}


def lost(kind: str, target_id: str, state: MappingState, *, because: str = "") -> Target:
    """Return what a mapping leads to and what no list has: deleted, gone or hidden, not permitted, or not answered.

    `because` is how the PSA refused the question.
    """
    why = f"{_WHY_LOST[state]}{f': {because}' if because else ''}"
    return Target(kind=kind, id=target_id, name=f"#{target_id}", active=False, valid=False, why_not=why, state=state)


def unlearnt(answer: Failure | None) -> MappingState:
    """Return what it means that a question about a row came back without one: `answer` is why, None for "not there"."""
    if answer is None:
        return MappingState.GONE
    return MappingState.NOT_PERMITTED if answer.kind is FailureKind.PERMISSION else MappingState.UNKNOWN


def no_values(psa: str, kind: str, values: str = "") -> SyncError:
    """Return the failure of a list that is empty: users with few rights get empty lists instead of errors.

    `psa` is what the PSA is called, `values` what it calls the rows. Nothing is known of the kind's targets then.
    """
    message = f"{psa} shows this API user no {values} at all" if values else ""
    message = message or f"{psa} shows this API user no values at all for “{kind}”"
    facts = {"mapping_kind": kind, "reason": "empty list"}
    return SyncError(Failure(kind=FailureKind.PERMISSION, message=message, facts=facts))
