"""Values of members: read from JSON, and made comparable."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation


class BadValueError(ValueError):
    """A value that is not of the type that is wanted."""


def as_text(moment: datetime) -> str:
    """Return a time as the API writes it: UTC, `2026-05-01T00:00:00Z`."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def as_moment(value: object) -> datetime:
    """Return a time of JSON; without an offset it is UTC. Raises `BadValueError` where it is none."""
    if not isinstance(value, str):
        raise BadValueError(f"{value!r} is not a time")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadValueError(f"{value!r} is not a time") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def as_number(value: object) -> Decimal:
    """Return a number, also one that is written as text. Raises `BadValueError` where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadValueError(f"{value!r} is not a number")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise BadValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise BadValueError(f"{value!r} is not a number")
    return number
