"""The dialect of PATCH: operations on a copy of the stored row.

Facts: paths are case-sensitive, with or without a leading slash; a reference is replaced as a whole; elements of lists
have paths (`communicationItems/1/value`); custom fields that are left out of their array keep their values.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.connectwise.answers import RefusedError, api_error
from sync_desktop.sandbox.connectwise.bodies import parse, take
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.metadata import INFO, Entity, Field
from sync_desktop.sandbox.store import Row

OPERATIONS = ("add", "replace", "remove")
CUSTOM_FIELDS = "customFields"


@dataclass(slots=True)
class Patched:
    """A row as a PATCH would leave it."""

    row: Row
    changed: set[str] = field(default_factory=set)
    """Names of the members that the operations touched."""


def patch(call: Call, entity: Entity, stored: Row) -> Patched:
    """Return a stored row with a request's operations carried out. Raises `RefusedError` where one cannot be."""
    told = parse(call.body)
    if not isinstance(told, list) or not all(isinstance(each, Mapping) for each in told):
        raise api_error(400, texts.wrong_type("body", "PatchOperation[]", ""), errors=True)
    done = Patched(deepcopy(stored))
    for operation in told:
        _apply(call, entity, done, {str(key).lower(): value for key, value in operation.items()})
    return done


def _apply(call: Call, entity: Entity, done: Patched, operation: Mapping[str, Any]) -> None:
    op = str(operation.get("op")).lower()
    if op not in OPERATIONS:
        raise api_error(400, texts.bad_operation(operation.get("op")))
    path = str(operation.get("path") or "")
    first, *deeper = path.removeprefix("/").split("/")
    each = next((each for each in entity.at(call.version) if each.name == first), None)
    if each is None or each.name in ("id", INFO):
        return _unknown(call, path)
    value = None if op == "remove" else operation.get("value")
    if not deeper:
        done.changed.add(each.name)
        done.row[each.name] = _whole(call, each, done.row.get(each.name), value)
        return None
    if each.many:
        done.changed.add(each.name)
        return _element(call, each, done.row, deeper, op, value)
    if each.is_reference:
        # What the guide calls a false 200: the answer is that of a success, and nothing is changed.
        if call.tenant.facts.at("patch_sub_path", "applied"):
            done.changed.add(each.name)
            done.row[each.name] = take(call, each, {deeper[0]: value}, (first,))
        return None
    return _unknown(call, path)


def _whole(call: Call, each: Field, stored: Any, value: Any) -> Any:
    taken = take(call, each, value, (each.name,))
    if each.name != CUSTOM_FIELDS or taken is None:
        return taken
    told = {one.get("id"): one for one in taken}
    kept = [{**one, **told.pop(one.get("id"), {})} for one in stored or ()]
    return [*kept, *told.values()]


def _element(call: Call, each: Field, row: Row, path: list[str], op: str, value: Any) -> None:
    """Add, replace or remove an element of a list, or a member of one."""
    elements = list(row.get(each.name) or ())
    index = len(elements) if path[0] == "-" else int(path[0]) if path[0].isdecimal() else -1
    last = len(elements) if op == "add" and len(path) == 1 else len(elements) - 1
    if not 0 <= index <= last or len(path) > 2:
        raise _missing(path[0])
    if len(path) == 2:
        changed = {**elements[index], path[1]: value}
        elements[index] = take(call, each, [changed], (each.name,))[0]
    elif op == "remove":
        del elements[index]
    else:
        taken = take(call, each, [value], (each.name,))
        elements[index : index + (op == "replace")] = taken
    row[each.name] = elements


def _unknown(call: Call, path: str) -> None:
    if call.tenant.facts.at("patch_unknown_path", "refused"):
        raise _missing(path)


def _missing(path: str) -> RefusedError:
    return api_error(400, texts.patch_target(path))
