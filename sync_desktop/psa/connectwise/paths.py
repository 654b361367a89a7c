"""Rows as flat fields and back: `company/id` for what ConnectWise nests, and JSON Patch for what is changed later.

Floor 3 compares, stores and replaces values by name, so that a field is a path here and a reference is its `id`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, Any]
Operation = dict[str, Any]

INFO = "_info"
ITEMS = "communicationItems"
"""A contact's e-mail addresses and telephones: `communicationItems/Email/1` is the one of communication type 1."""
_LISTS = ("types",)
"""Lists of references of which the first one is what this program sends and compares."""


def flatten(row: Mapping[str, Any]) -> Row:
    """Return a row with a path for each member that is nested; `_info` and lists that are never compared are left out.

    What a reference has besides its id stays beside it (`status/name`). Of several communication items of one type, the
    default one counts.
    """
    found: Row = {}
    for name, value in row.items():
        if name == INFO:
            continue
        if isinstance(value, Mapping):
            found |= {f"{name}/{inner}": each for inner, each in flatten(value).items()}
        elif name == ITEMS and isinstance(value, list):
            found |= _items(value)
        elif name in _LISTS and isinstance(value, list):
            first = next((each for each in value if isinstance(each, Mapping)), {})
            found |= {f"{name}/{inner}": each for inner, each in flatten(first).items()}
        elif not isinstance(value, list):
            found[name] = value
    return found


def _items(items: Iterable[Any]) -> Row:
    known = [item for item in items if isinstance(item, Mapping)]
    last_wins = sorted(known, key=lambda item: bool(item.get("defaultFlag")))
    return {item_name(item): item.get("value") for item in last_wins}


def item_name(item: Mapping[str, Any]) -> str:
    """Return the flat name of a communication item; a row that does not say of which sort it is shows it by its `@`."""
    told = item.get("communicationType") or ("Email" if "@" in str(item.get("value")) else "Phone")
    return f"{ITEMS}/{told}/{(item.get('type') or {}).get('id', '')}"


def nest(fields: Mapping[str, Any]) -> Row:
    """Return a body for a create: nothing in it is null or empty."""
    body: Row = {}
    for path, value in fields.items():
        if value in (None, ""):
            continue
        names = path.split("/")
        if names[0] == ITEMS:
            kinds = {item["communicationType"] for item in body.get(ITEMS, ())}
            body.setdefault(ITEMS, []).append(_item(names, value, default=names[1] not in kinds))
            continue
        target = body
        for name in names[:-1]:
            target = target.setdefault(name, {})
        target[names[-1]] = value
    for name in _LISTS:
        if name in body:
            body[name] = [body[name]]
    return body


def _item(names: list[str], value: Any, *, default: bool) -> Row:
    _, kind, type_id = names
    return {"type": {"id": int(type_id)}, "value": value, "communicationType": kind, "defaultFlag": default}


def operations(fields: Mapping[str, Any], row: Mapping[str, Any]) -> list[Operation]:
    """Return the JSON Patch for changed fields of a row that was just read.

    References and other nested objects are replaced as a whole, because a path into one may be answered with a false
    200 that changes nothing (developer guide). Communication items are changed by their place in the list.
    """
    found: list[Operation] = []
    nested: dict[str, Row] = {}
    for path, value in fields.items():
        head, _, leaf = path.partition("/")
        if head == ITEMS:
            continue
        if not leaf:
            found.append(_replace(head, value))
        elif leaf == "id":
            found.append(_replace(head, None if value is None else {"id": value}))
        else:
            nested.setdefault(head, _kept(row.get(head)))[leaf] = value
    found += [_replace(head, value) for head, value in nested.items()]
    return found + _item_operations({p: v for p, v in fields.items() if p.startswith(f"{ITEMS}/")}, row)


def adds(operations: Iterable[Operation]) -> bool:
    """Say whether a patch adds to a list, so that sending it twice would add twice."""
    return any(each["op"] == "add" for each in operations)


def _replace(path: str, value: Any) -> Operation:
    return {"op": "replace", "path": path, "value": value}


def _kept(value: Any) -> Row:
    """Return what a nested object holds now, references in it by id only."""
    if not isinstance(value, Mapping):
        return {}
    return {
        name: {"id": each.get("id")} if isinstance(each, Mapping) else each
        for name, each in value.items()
        if name != INFO and each is not None
    }


def _item_operations(fields: Mapping[str, Any], row: Mapping[str, Any]) -> list[Operation]:
    there = [item for item in row.get(ITEMS) or () if isinstance(item, Mapping)]
    places: dict[str, int] = {}
    for place, item in sorted(enumerate(there), key=lambda pair: bool(pair[1].get("defaultFlag"))):
        places[item_name(item)] = place
    kinds = {str(item.get("communicationType")) for item in there}
    changed: list[Operation] = []
    gone: list[int] = []
    new: list[Operation] = []
    for path, value in fields.items():
        known = places.get(path)
        if value in (None, "") and known is not None:
            gone.append(known)
        elif value not in (None, "") and known is not None:
            changed.append({"op": "replace", "path": f"/{ITEMS}/{known}/value", "value": value})
        elif value not in (None, ""):
            names = path.split("/")
            item = _item(names, value, default=names[1] not in kinds)
            kinds.add(names[1])
            new.append({"op": "add", "path": f"/{ITEMS}/{len(there) + len(new)}", "value": item})
    # Added before others are removed, and removed from the end, so that every place is still the one that was read.
    removed = [{"op": "remove", "path": f"/{ITEMS}/{place}"} for place in sorted(gone, reverse=True)]
    return [*changed, *new, *removed]
