"""How a row looks in an answer: names of what it points at, ids as 95.0 where the real server has them, no nulls."""

from collections.abc import Mapping
from typing import Any

from sync_desktop.sandbox.halopsa.amounts import totals, worked_out
from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.entities import Entity
from sync_desktop.sandbox.halopsa.references import find

FRACTION = ".107"
WITH_LINES = {"Quotation": "QuotationDetail", "SalesOrder": "OrderLine"}
"""Entities that have lines, and what their lines are."""
_ADDRESS_LINES = ("line1", "line2", "line3", "line4", "postcode")
_NAMES = ("name", "summary", "value", "title")


def shown(call: Call, entity: Entity, row: Mapping[str, Any], *, details: bool, keep: tuple[str, ...] = ()) -> Any:
    """Return a row as the API answers it; `keep` names members that are shown although details are not asked for."""
    told = {**row, **_joined(call, entity, row), **_amounts(call, entity, row)}
    if entity.uuid:
        told["id"] = told.pop("guid", None)
    hidden = () if details else (*entity.details, *entity.notes)
    for name in set(hidden) - set(keep):
        told.pop(name, None)
    for field in entity.fields:
        if field.name not in told:
            continue
        value = told[field.name]
        if field.type == "link" and value is not None:
            told[field.name] = float(value)
        elif field.type == "date" and isinstance(value, str):
            told[field.name] = _time(value, fraction=call.facts.at("date_fraction", "on"))
        elif field.nested and isinstance(value, list):
            part = call.instance.entities.named(field.nested)
            told[field.name] = [shown(call, part, each, details=True) for each in value]
    if call.facts.at("nulls", "sent"):
        return {
            **{field.name: None for field in entity.fields if not _left_out(entity, field.name, hidden, keep)},
            **told,
        }
    return {name: value for name, value in told.items() if value is not None}


def _left_out(entity: Entity, name: str, hidden: tuple[str, ...], keep: tuple[str, ...]) -> bool:
    field = entity.by_name[name.lower()]
    return (
        (name in hidden and name not in keep)
        or (field.transient and name != "_warning")
        or (entity.uuid and name == "guid")
    )


def _joined(call: Call, entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names of the rows that a row points at, as they are now."""
    told: dict[str, Any] = {}
    for name, reference in entity.references.items():
        if reference.shown and row.get(name) is not None:
            other = find(call.store, reference, row[name])
            if other is not None:
                told[reference.shown] = next((other[each] for each in _NAMES if other.get(each)), None)
    if entity.collection == "Site":
        told["clientsite_name"] = f"{told.get('client_name')}/{row.get('name')}"
        address = row.get("delivery_address") or {}
        lines = enumerate(_ADDRESS_LINES, start=1)
        told |= {f"delivery_address_line{at}": address[name] for at, name in lines if name in address}
    if entity.collection == "Users" and row.get("site_id") is not None:
        told.update(_place_of(call, row["site_id"]))
    return told


def _amounts(call: Call, entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what follows from quantities and prices, so that rows that somebody else changed add up too."""
    if entity.collection in WITH_LINES.values():
        return worked_out(call, row)
    if entity.collection in WITH_LINES:
        return totals({**row, "lines": [worked_out(call, line) for line in row.get("lines") or ()]})
    return {}


def _place_of(call: Call, site_id: Any) -> dict[str, Any]:
    """Return what a user shows of its site's client."""
    site = call.store.get("Site", site_id) or {}
    client = call.store.get("Client", site.get("client_id", 0)) or {}
    told = {"site_id_int": int(site_id), "client_name": client.get("name")}
    return {**told, "client_id": int(site["client_id"])} if site.get("client_id") is not None else told


def _time(text: str, *, fraction: bool) -> str:
    if not text:
        return text
    bare = text.removesuffix("Z") if "T" in text else f"{text}T00:00:00"
    return f"{bare}{FRACTION}" if fraction and "." not in bare else bare


def is_inactive(entity: Entity, row: Mapping[str, Any]) -> bool:
    """Return whether a row is inactive, as its entity says so; items by a status other than 0."""
    return entity.inactive is not None and bool(row.get(entity.inactive))


def is_closed(row: Mapping[str, Any]) -> bool:
    """Return whether a ticket is closed."""
    return bool(row.get("hasbeenclosed"))
