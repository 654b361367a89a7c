"""The parameter `advanced_search`: a JSON array of conditions on members that the server lets be searched."""

from collections.abc import Callable, Mapping
from typing import Any

from sync_desktop.sandbox import wire
from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import RuleError
from sync_desktop.sandbox.halopsa.entities import Entity
from sync_desktop.sandbox.store import Row

Compare = Callable[[Any, Any], bool]


def advanced_test(told: str, entity: Entity) -> Callable[[Row], bool]:
    """Return the test of a search. Raises `RuleError` for members that cannot be searched and for what is no search."""
    try:
        conditions = wire.read(told)
    except ValueError:
        raise RuleError(texts.ADVANCED_SEARCH) from None
    if not isinstance(conditions, list) or not all(isinstance(each, Mapping) for each in conditions):
        raise RuleError(texts.ADVANCED_SEARCH)
    tests = [_condition(each, entity) for each in conditions]
    return lambda row: all(test(row) for test in tests)


def _condition(condition: Mapping[str, Any], entity: Entity) -> Callable[[Row], bool]:
    name = str(condition.get("filter_name", "")).lower()
    member = next((each for each in entity.advanced if each.lower() == name), None)
    compare = _TYPES.get(str(condition.get("filter_type")))
    if member is None or compare is None:
        raise RuleError(f"{texts.ADVANCED_SEARCH}: {condition.get('filter_name')}")
    wanted = condition.get("filter_value")
    return lambda row: compare(row.get(member), wanted)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).casefold()


def _within(held: Any, wanted: Any) -> bool:
    values = wanted if isinstance(wanted, list) else str(wanted).split(",")
    return _plain(held) in {_plain(value).strip() for value in values}


def _like(held: Any, wanted: Any) -> bool:
    return _plain(wanted).strip("%") in _plain(held)


def _less(held: Any, wanted: Any) -> bool:
    try:
        return float(held) < float(wanted)
    except (TypeError, ValueError):
        return _plain(held) < _plain(wanted)


def _same(held: Any, wanted: Any) -> bool:
    return _plain(held) == _plain(wanted)


_TYPES: Mapping[str, Compare] = {
    "0": _within,
    "1": lambda held, wanted: not _within(held, wanted),
    "2": _same,
    "3": lambda held, wanted: not _same(held, wanted),
    "4": _like,
    "5": lambda held, wanted: not _like(held, wanted),
    "6": _same,
    "7": lambda held, wanted: not _less(held, wanted) and not _same(held, wanted),
    "8": lambda held, wanted: not _less(held, wanted),
    "9": _less,
    "10": lambda held, wanted: _less(held, wanted) or _same(held, wanted),
}
"""The numbers of the comparisons, as a published client for Go lists them."""
