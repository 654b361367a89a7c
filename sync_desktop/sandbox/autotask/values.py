"""Values of fields: taken from JSON into the form that rows keep, and made comparable for filters."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sync_desktop.sandbox.autotask.metadata import Field

INT32 = 2**31
INT64 = 2**63


class BadValueError(ValueError):
    """A value that is not of its field's type."""


def as_text(moment: datetime) -> str:
    """Return a time as the API writes it: UTC, `2024-05-01T00:00:00Z`."""
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


def take(field: Field, value: object) -> Any:
    """Return a value of a body in the form that rows keep. Raises `BadValueError` where the type does not fit."""
    if value is None or (value == "" and field.type != "string"):
        return None  # an empty text empties numbers, dates and flags too: django-autotask sends it for that
    match field.type:
        case "string":
            if isinstance(value, bool | int | float):
                return str(value).lower() if isinstance(value, bool) else str(value)
            if not isinstance(value, str):
                raise BadValueError(f"{field.name} is text")
            return value
        case "boolean":
            return _take_boolean(field, value)
        case "datetime":
            return as_text(as_moment(value))
        case _:
            return _take_number(field, value)


def _take_boolean(field: Field, value: object) -> bool:
    """Return true or false, also where it is written as text: AutotaskAPI and django-autotask filter with "true"."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise BadValueError(f"{field.name} is true or false")


def _take_number(field: Field, value: object) -> int | float:
    number = as_number(value)
    if field.type in {"decimal", "double"}:
        return value if isinstance(value, int | float) else float(number)
    limit = INT64 if field.type == "long" else INT32
    if number != number.to_integral_value() or not -limit <= number < limit:
        raise BadValueError(f"{field.name} is a whole number of this API's size")
    return int(number)


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


def comparable(field: Field, value: object, *, cased: bool) -> Any:
    """Return a value in a form that compares as the field's type does. Raises `BadValueError` where it cannot."""
    if field.type == "boolean":
        return _take_boolean(field, value)
    if field.is_number:
        return as_number(value)
    if field.type == "datetime":
        return as_moment(value)
    if isinstance(value, dict | list) or value is None:
        raise BadValueError(f"{field.name} is text")
    text = str(value)
    return text if cased else text.casefold()


def is_inactive(row: Mapping[str, Any]) -> bool:
    """Return whether a row says that it is inactive; `isActive` is true or false, for contacts 1 or 0."""
    active = row.get("isActive")
    return active is not None and not active
