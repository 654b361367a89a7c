"""Rows as the API shows them: references with the names of today, `_info`, and no more than was asked for."""

from collections.abc import Iterable, Mapping
from typing import Any

from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.connectwise.answers import bad_condition
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.metadata import INFO, Entity, Field
from sync_desktop.sandbox.store import Row

BEGINNING = "2025-01-01T00:00:00Z"
"""When a row was last changed that does not say so."""
TRIMMED = frozenset(
    {"id", "identifier", "name", "description", "category", "inactiveFlag", "defaultFlag", "probability", INFO}
)
"""What the /info routes show."""


def shown(call: Call, entity: Entity, row: Row, *, trimmed: bool = False) -> Row:
    """Return a row as the API answers it, before anything is left out on request."""
    told: Row = {}
    omitted = call.tenant.facts.at("empty_members", "omitted")
    for each in entity.at(call.version):
        value = member(call, entity, row, each) if not trimmed or each.name in TRIMMED else None
        if value is not None or not (omitted or trimmed):
            told[each.name] = value
    return told


def member(call: Call, entity: Entity, row: Row, each: Field) -> Any:
    """Return one member of a row as the API answers it; None where it is empty."""
    if each.name == INFO:
        return {"lastUpdated": BEGINNING, **(row.get(INFO) or {})}
    value = row.get(each.name)
    if value is None:
        return each.shown
    if each.many:
        return [inner(call, each, one) for one in value]
    return inner(call, each, value) if isinstance(value, Mapping) else value


def inner(call: Call, each: Field, value: Any) -> Any:
    """Return a reference with its names, or an inner object with its references."""
    if not isinstance(value, Mapping):
        return value
    if each.is_reference:
        return reference(call, each, value)
    members = call.tenant.metadata.members(each.type)
    if members is None:
        return value
    told = {one.name: inner(call, one, value[one.name]) for one in members if value.get(one.name) is not None}
    return {name: one for name, one in told.items() if one is not None}


def reference(call: Call, each: Field, value: Mapping[str, Any]) -> Row | None:
    """Return `{id, identifier?, name, _info}` of what a reference points at; None where it is not to be seen."""
    target = call.tenant.metadata.target(each)
    row_id = value.get("id")
    if target is None or row_id is None:
        return dict(value)
    if not call.shows(each, target, row_id):
        return None
    row = call.tenant.store.get(target.collection, row_id)
    if row is None:
        return dict(value)
    told: Row = {"id": row_id}
    if target.field("identifier") is not None and row.get("identifier") is not None:
        told["identifier"] = row["identifier"]
    told["name"] = target.title_of(row)
    more = call.tenant.metadata.reference_members.get(each.type, ())
    told.update({name: value[name] for name in more if value.get(name) is not None})
    told[INFO] = {f"{target.resource}_href": _address(call, target, row)}
    return told


def _address(call: Call, target: Entity, row: Row) -> str:
    parent = target.parent
    if parent is None or target.top:
        return call.root(target.collection, row["id"])
    above = row.get(parent.member)
    return call.root(parent.collection, above["id"] if isinstance(above, Mapping) else above, parent.path, row["id"])


def only(call: Call, entity: Entity, row: Row) -> Row:
    """Return what `fields` asks for; without it, everything. `_info` has to be named.

    Raises `RefusedError` for a name that is not there, where that switch says so.
    """
    wanted = call.parameters.get("fields")
    if not wanted:
        return row
    told: Row = {}
    for path in (part.strip() for part in wanted.split(",")):
        name, *deeper = path.split("/")
        found = entity.field(name)
        if found is None:
            if call.tenant.facts.at("unknown_fields", "refused"):
                raise bad_condition(texts.unknown_name(path))
        elif found.name in row:
            _take(told, found.name, row[found.name], deeper)
    return told


def _take(told: Row, name: str, value: Any, deeper: Iterable[str]) -> None:
    parts = [part.lower() for part in deeper]
    if not parts or not isinstance(value, Mapping):
        told[name] = value
        return
    chosen = {key: one for key, one in value.items() if key.lower() == parts[0]}
    told[name] = {**told.get(name, {}), **chosen}
