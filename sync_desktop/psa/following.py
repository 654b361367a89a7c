"""What has become of won opportunities: the business that goes on from them, asked for in one place after another."""

from collections.abc import Awaitable, Callable, Collection, Iterable

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind

_CANNOT_TELL = (FailureKind.PERMISSION, FailureKind.NOT_FOUND)

Ask = Callable[[str, set[str]], Awaitable[set[str]]]
"""Returns which of these opportunities the rows of a place, such as that of sales orders, name."""


def _never(_failure: Failure) -> bool:
    return False


async def followed_up(
    opportunities: Collection[str], places: Iterable[str], ask: Ask, no_such_field: Callable[[Failure], bool] = _never
) -> set[str]:
    """Return those opportunities that rows of one of these places name.

    A user who may not see a place is told nothing by it, nor is anybody by one whose rows have no such field: the
    opportunity is then a won one, about which a person is asked. What was found in one place is not asked for in the
    next. Raises `SyncError` where a place could be seen and yet was not.
    """
    found: set[str] = set()
    for place in places:
        left = set(opportunities) - found
        if not left:
            break
        try:
            found |= await ask(place, left) & left
        except SyncError as error:
            if error.failure.kind not in _CANNOT_TELL and not no_such_field(error.failure):
                raise
    return found
