"""When two field values are the same although they are written differently, and what an amount is in cents."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

CENT = Decimal("0.01")
_PLACES = Decimal("0.0001")
_EMPTY = (None, "")


def in_cents(amount: Decimal) -> Decimal:
    """Return an amount of money to the cent; half a cent counts as a whole one, as on an invoice."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def same_value(one: Any, other: Any) -> bool:
    """Say whether two JSON values mean the same.

    Nothing and an empty text are the same; numbers compare to four decimals, also where one side sends them as text;
    times compare as moments in UTC; line ends and space around a text do not count.
    """
    if one in _EMPTY or other in _EMPTY:
        return one in _EMPTY and other in _EMPTY
    if isinstance(one, bool) or isinstance(other, bool):
        return _truth(one) == _truth(other)
    numbers = _number(one), _number(other)
    if None not in numbers:
        return numbers[0] == numbers[1]
    moments = moment_in(one), moment_in(other)
    if None not in moments:
        return moments[0] == moments[1]
    return _text(one) == _text(other)


def _truth(value: Any) -> object:
    return {0: False, 1: True, "0": False, "1": True, "false": False, "true": True}.get(value, value)


def _number(value: Any) -> Decimal | None:
    if not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(value).strip())
        return number.quantize(_PLACES) if number.is_finite() else None
    except InvalidOperation:
        return None


def moment_in(value: Any) -> datetime | None:
    """Return the time that a PSA means, in UTC to the second; one without a zone is UTC. None for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if not isinstance(value, str) or len(value) < len("2024-05-01T00:00"):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).replace(microsecond=0)


def _text(value: Any) -> str:
    return str(value).replace("\r\n", "\n").strip()
