"""Several mapping kinds listed in one go: one kind that cannot be read takes nothing from the others."""

from collections.abc import Awaitable, Callable, Collection, Mapping

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.connector import Listing

OfKind = Callable[[str, Collection[str]], Awaitable[list[Target]]]

_SILENT = (FailureKind.CREDENTIALS, FailureKind.NETWORK, FailureKind.BUDGET, FailureKind.RATE_LIMIT)
"""Failures after which every further list would fail of the same."""


async def listings(of_kind: OfKind, wanted: Mapping[str, Collection[str]]) -> dict[str, Listing]:
    """Return the targets of each kind in `wanted`, or why they could not be read.

    Raises `SyncError` where nothing more can be read at all.
    """
    found: dict[str, Listing] = {}
    for kind, ids in wanted.items():
        try:
            found[kind] = Listing(tuple(await of_kind(kind, ids)))
        except SyncError as error:
            if error.failure.kind in _SILENT:
                raise
            found[kind] = Listing(failure=error.failure)
    return found
