"""Lines of quotes and orders: how a POST merges them, what the server works out of them. Money is decimal meanwhile."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import RuleError
from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.entities import Entity
from sync_desktop.sandbox.halopsa.rules import accepts_group, own_rules
from sync_desktop.sandbox.halopsa.validation import check_part
from sync_desktop.sandbox.store import Row

ITEM_DEFAULT = -1
"""As a line's item_tax_code: the tax code that the item has."""
_CENT = Decimal("0.01")
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
        line = {**(before or _defaults(call, told, order)), **kept}
        if told.get(_LINK):
            line["external_link"] = told[_LINK]
        if before is None:
            line["id"] = call.store.next_id(entity.collection)
        if _may_be_there(call, entity, line, warnings, new=before is None):
            lines.append(worked_out(call, line))
    left = list(known.values()) if call.facts.at("lines_left_out", "kept") else []
    return sorted([*left, *lines], key=lambda line: (line.get("sort_seq") or 0, line["id"]))


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
    warnings += [texts.line_left_out(name, text) for text in told]
    return not told


def worked_out(call: Call, line: Row) -> Row:
    """Return a line with the amounts that follow from quantity, price, discount and tax."""
    quantity, price, cost = (decimal(line.get(name)) for name in ("quantity", "price", "costprice"))
    whole = quantity * price
    if line.get("discount_perc"):
        off = whole * decimal(line["discount_perc"]) / 100
    else:
        units = quantity if call.facts.at("line_discount", "unit") else Decimal(1)
        off = decimal(line.get("discount")) * units
    net = whole - off
    tax = net * _rate(call, line) / 100
    amounts = {
        "total_price": whole,
        "total_discount": off,
        "net_total": net,
        "total_net_total": net,
        "total_costprice": quantity * cost,
        "total_profit": net - quantity * cost,
        "total_tax": tax,
    }
    return {**line, **{name: number(value) for name, value in amounts.items()}}


def _rate(call: Call, line: Row) -> Decimal:
    code = line.get("item_tax_code")
    if code == ITEM_DEFAULT:
        code = (call.store.get("Item", line.get("item_id") or 0) or {}).get("taxcode")
    return decimal((call.store.get("Tax", code or 0) or {}).get("value"))


def totals(row: Mapping[str, Any]) -> Row:
    """Return the amounts of a quote or an order; lines that the customer may leave out do not count."""
    lines = [line for line in row.get("lines") or () if not line.get("optional")]
    revenue = sum((decimal(line.get("net_total")) for line in lines), decimal(row.get("carriage_price")))
    cost = sum((decimal(line.get("total_costprice")) for line in lines), Decimal(0))
    tax = sum((decimal(line.get("total_tax")) for line in lines), Decimal(0))
    amounts = {"revenue": revenue, "cost": cost, "profit": revenue - cost, "tax_total": tax, "total": revenue + tax}
    return {name: number(value) for name, value in amounts.items()}


def decimal(value: Any) -> Decimal:
    """Return a JSON number as a decimal; nothing counts as 0."""
    return Decimal(str(value or 0))


def number(value: Decimal) -> float:
    """Return an amount as a JSON number, in whole cents."""
    return float(value.quantize(_CENT, ROUND_HALF_UP))
