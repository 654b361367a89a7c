"""Amounts that the server works out of lines. Money is decimal meanwhile, and leaves as JSON numbers in whole cents."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.store import Row

ITEM_DEFAULT = -1
"""As a line's item_tax_code: the tax code that the item has."""
_CENT = Decimal("0.01")


def worked_out(call: Call, line: Mapping[str, Any]) -> Row:
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


def _rate(call: Call, line: Mapping[str, Any]) -> Decimal:
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
