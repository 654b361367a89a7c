"""Lines of quotes and orders: how a POST merges them with those that are there."""

from collections.abc import Iterable, Mapping
from typing import Any

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.amounts import ITEM_DEFAULT, worked_out
from sync_desktop.sandbox.halopsa.answers import RuleError
from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.entities import Entity
from sync_desktop.sandbox.halopsa.rules import accepts_group, own_rules
from sync_desktop.sandbox.halopsa.validation import check_part
from sync_desktop.sandbox.store import Row

_LINK = "new_external_link"
_FROM_ITEM = {"name": "name", "price": "baseprice", "costprice": "costprice", "assetgroup_id": "assetgroup_id"}


def merge(call: Call, entity: Entity, old: Iterable[Row], sent: list[Row], warnings: list[str]) -> list[Row]:
    """Return the lines that a POST leaves: those with a known id are changed, the others are new.

    Lines that it does not name go or stay, as a switch says. Raises `RuleError` where one of them cannot be.
    """
    known = {line["id"]: line for line in old}
    lines: list[Row] = []
    for order, told in enumerate(sent, start=1):
        before = known.pop(told.get("id") or 0, None)
        kept = {name: value for name, value in told.items() if not name.startswith("_") and name != _LINK}
        line = {**_started(call, before, told, order), **kept}
        if told.get(_LINK):
            line["external_link"] = told[_LINK]
        if before is not None:
            line["id"] = before["id"]
        else:
            line["id"] = call.store.next_id(entity.collection)
        if _may_be_there(call, entity, line, warnings, new=before is None):
            lines.append(worked_out(call, line))
    left = list(known.values()) if call.facts.at("lines_left_out", "kept") else []
    return sorted([*left, *lines], key=lambda line: (line.get("sort_seq") or 0, line["id"]))


def _started(call: Call, before: Row | None, told: Mapping[str, Any], order: int) -> Row:
    """Return what a line is before what was sent: what it was, or what a new one is, as a switch says."""
    return _defaults(call, told, order) if before is None or call.facts.at("line_members", "reset") else before


def _defaults(call: Call, told: Mapping[str, Any], order: int) -> Row:
    item = call.store.get("Item", told.get("item_id") or 0) or {}
    taken = {name: item.get(source) for name, source in _FROM_ITEM.items() if item.get(source) is not None}
    return {"sort_seq": order, "item_tax_code": ITEM_DEFAULT, "quantity": 1, **taken}


def _may_be_there(call: Call, entity: Entity, line: Row, warnings: list[str], *, new: bool) -> bool:
    check_part(call, entity, line)
    name = line.get("name") or line.get("item_id")
    dead: list[str] = []
    if not accepts_group(call, line.get("assetgroup_id"), dead):
        warnings.append(texts.line_left_out(name, dead[0]))
        return False
    errors, told = own_rules(call, entity.collection, line) if new else ([], [])
    if errors:
        raise RuleError(errors[0])
    warnings += told
    return not told
