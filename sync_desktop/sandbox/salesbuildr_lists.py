"""Searching, sorting and paging of Salesbuildr's lists: `query`, `filters`, `sort`, `from`, `size`."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sync_desktop.sandbox.store import Row

DEFAULT_SIZE = 20
MAX_SIZE = 100
_SEARCHED = ("name", "title", "number", "email", "firstName", "lastName", "mpn", "externalIdentifier")
_MISSING = object()


class AskedError(ValueError):
    """Something was asked for in a way that cannot be answered; becomes a 400."""


def page(rows: list[Row], shape: Callable[[Row], Row], asked: Mapping[str, str], *, refuse_oversize: bool) -> Row:
    """Return the envelope `{results, total}`; `shape` turns a row into its answer.

    Raises `AskedError` for numbers that are none, fields that no row has, and a size over 100 where that is refused.
    """
    start, size = _number(asked, "from", 0), _number(asked, "size", DEFAULT_SIZE)
    if size > MAX_SIZE and refuse_oversize:
        raise AskedError(f"size must not be greater than {MAX_SIZE}")
    end = start + min(size, MAX_SIZE)
    query, filters, order = (asked.get(name, "") for name in ("query", "filters", "sort"))
    if not (query or filters or order):
        return {"results": [shape(row) for row in rows[start:end]], "total": len(rows)}
    found = _sorted(_filtered(_searched([shape(row) for row in rows], query), filters), order)
    return {"results": found[start:end], "total": len(found)}


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise AskedError(f"{name} must be a whole number")
    return int(text)


def _searched(rows: list[Row], query: str) -> list[Row]:
    needle = query.strip().lower()
    return [row for row in rows if not needle or any(needle in str(row.get(name) or "").lower() for name in _SEARCHED)]


def _filtered(rows: list[Row], filters: str) -> list[Row]:
    """Keep what meets all of `field:a|b,other:c`."""
    for part in filter(None, filters.split(",")):
        field, colon, values = part.partition(":")
        if not colon:
            raise AskedError(f"the filter {part!r} has no value")
        path = field.strip().split(".")
        wanted = {value.strip().lower() for value in values.split("|")}
        found = [(row, _at(row, path)) for row in rows]
        if rows and all(value is _MISSING for _, value in found):
            raise AskedError(f"there is no filter {field!r}")
        rows = [row for row, value in found if _texts(value) & wanted]
    return rows


def _sorted(rows: list[Row], order: str) -> list[Row]:
    """Sort by `-field,+other`: the last one first, so that the first one counts most. A `+` may come as a space."""
    for part in reversed([part.strip() for part in order.split(",") if part.strip()]):
        key = partial(_sort_key, path=part.lstrip("+- ").split("."))
        rows = sorted(rows, key=key, reverse=part.startswith("-"))
    return rows


def _sort_key(row: Row, path: list[str]) -> tuple[int, float, str]:
    value = _at(row, path)
    if value is _MISSING or value is None:
        return 0, 0, ""
    if isinstance(value, int | float):
        return 1, float(value), ""
    return 2, 0, str(value).lower()


def _texts(value: Any) -> set[str]:
    """Return how a value may be written in a filter; an object goes by its id or name."""
    if value is _MISSING or value is None:
        return set()
    if isinstance(value, dict):
        return {str(value[name]).lower() for name in ("id", "name") if value.get(name)}
    return {str(value).lower()}


def _at(row: Row, path: list[str]) -> Any:
    """Return the value at a dotted path; the id of an object that is shown as text counts as the object's id."""
    value: Any = row
    for index, name in enumerate(path):
        if isinstance(value, str) and index and name == "id":
            return value
        if not isinstance(value, dict):
            return _MISSING if value is not None else None
        value = value.get(name, _MISSING)
        if value is _MISSING:
            return _MISSING
    return value
