"""JSON as the workspace keeps it: values that mean something to Python come back as what they were.

Fields that were sent to a PSA are compared with what is to be sent now, so an amount must come back as an amount:
`Decimal`, `datetime` and `date` are wrapped in an object of one member. Tuples come back as lists.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from sync_desktop.domain.failures import Failure

_DECIMAL, _TIME, _DATE = "$decimal", "$time", "$date"
_FAILURES = TypeAdapter(tuple[Failure, ...])


def dump_values(values: Mapping[str, Any]) -> str:
    """Return the JSON of field values; raises TypeError for a value that JSON and this module do not know."""
    return json.dumps(dict(values), default=_wrap, ensure_ascii=False, separators=(",", ":"))


def load_values(text: str) -> dict[str, Any]:
    """Return field values from their JSON."""
    values: dict[str, Any] = json.loads(text, object_hook=_unwrap)
    return values


def dump_failures(failures: tuple[Failure, ...]) -> str:
    """Return the JSON of failures."""
    return _FAILURES.dump_json(failures).decode()


def load_failures(text: str) -> tuple[Failure, ...]:
    """Return failures from their JSON."""
    return _FAILURES.validate_json(text)


def _wrap(value: object) -> object:
    """Return what stands in JSON for a value that it cannot hold."""
    match value:
        case Decimal():
            return {_DECIMAL: str(value)}
        case datetime():
            return {_TIME: value.isoformat()}
        case date():
            return {_DATE: value.isoformat()}
        case _:
            raise TypeError(f"A {type(value).__name__} cannot be kept in a workspace")


def _unwrap(members: dict[str, Any]) -> object:
    """Return the value that a wrapped object stands for, or the object itself."""
    match members:
        case {"$decimal": str(text), **rest} if not rest:
            return Decimal(text)
        case {"$time": str(text), **rest} if not rest:
            return datetime.fromisoformat(text)
        case {"$date": str(text), **rest} if not rest:
            return date.fromisoformat(text)
        case _:
            return members
