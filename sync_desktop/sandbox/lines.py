"""How a quote of Salesbuildr stands in Autotask, line by line, as Salesbuildr's integration and this project write it.

One item is one line, its set-up price a second one, the shipping a last one. Money is decimal here and leaves as JSON
numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from sync_desktop.sandbox.store import Row

PRODUCT, COST, LABOR, SHIPPING, SERVICE, BUNDLE = 1, 2, 3, 6, 11, 12
"""Values of Autotask's `quoteItemType` (autotask.md 8)."""
REFERENCE = {
    PRODUCT: "productID",
    COST: "chargeID",
    LABOR: "laborID",
    SHIPPING: "shippingID",
    SERVICE: "serviceID",
    BUNDLE: "serviceBundleID",
}
ONE_TIME = "one-time"
_CENT = Decimal("0.01")
_PERCENT = Decimal("0.0001")


@dataclass(slots=True)
class Line:
    """One line on its way into Autotask."""

    type: int
    target: int
    """The id that the reference field of this type holds."""
    name: str
    quantity: Decimal
    price: Decimal
    cost: Decimal
    one_time: bool
    description: str = ""
    optional: bool = False
    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)

    def row(self) -> Row:
        """Return it as a row of Autotask's QuoteItems, without id and quote."""
        return {
            "quoteItemType": self.type,
            REFERENCE[self.type]: self.target,
            "name": self.name[:100],
            "description": self.description[:2000],
            "quantity": number(self.quantity),
            "unitPrice": number(self.price),
            "unitCost": number(self.cost),
            "unitDiscount": 0,
            "lineDiscount": number(self.amount),
            "percentageDiscount": number(self.percent),
            "isOptional": self.optional,
        }


def number(value: Decimal) -> int | float:
    """Return a decimal as a JSON number, whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def decimal(value: Any) -> Decimal:
    """Return a JSON number as a decimal; nothing counts as 0."""
    return Decimal(str(value or 0))


def line_type(product_type: str, term: str) -> int:
    """Return the `quoteItemType` of what is sold: a bundle that is paid once is a product."""
    if product_type == "service":
        return SERVICE
    if product_type == "labor":
        return LABOR
    return BUNDLE if product_type == "bundle" and term != ONE_TIME else PRODUCT


def lines_of(quote: Row, product_of: Callable[[str], Row], billing_code_of: Callable[[Row], int]) -> list[Row]:
    """Return the rows of QuoteItems for a quote as Salesbuildr holds it.

    `product_of` gives a product by its id, with its `externalIdentifier`; `billing_code_of` the billing code of an
    item's set-up. Raises what these raise.
    """
    lines: list[Line] = []
    discounted: list[Line] = []
    for item in quote["items"]:
        product = product_of(item["productId"])
        kind = line_type(product["productType"], item["term"])
        line = Line(
            type=kind,
            target=int(product["externalIdentifier"]),
            name=item["name"],
            description=item.get("shortDescription") or product.get("shortDescription") or "",
            quantity=decimal(item["quantity"]),
            price=decimal(item["price"]),
            cost=decimal(item["cost"]),
            one_time=item["term"] == ONE_TIME,
            optional=bool(item.get("optional")),
            percent=decimal(item.get("discount")),
        )
        lines.append(line)
        discounted.append(line)
        if decimal(item.get("setupPrice")) > 0:
            lines.append(_setup(item, line, billing_code_of(item)))
    _apply(quote.get("discount") or {}, discounted)
    shipping = quote.get("shippingType")
    if shipping:
        lines.append(_shipping(shipping))
    return [line.row() for line in lines]


def _setup(item: Row, line: Line, billing_code: int) -> Line:
    return Line(
        type=COST,
        target=billing_code,
        name=f"{item['name']} (set-up)",
        quantity=line.quantity,
        price=decimal(item["setupPrice"]),
        cost=decimal(item.get("setupCost")),
        one_time=True,
        optional=line.optional,
    )


def _shipping(shipping: Row) -> Line:
    return Line(
        type=SHIPPING,
        target=int(shipping["externalIdentifier"]),
        name=shipping["name"],
        quantity=Decimal(1),
        price=decimal(shipping.get("price")),
        cost=decimal(shipping.get("cost")),
        one_time=True,
    )


def _apply(discount: Row, lines: list[Line]) -> None:
    """Bring the quote's own discount into its lines; set-up and shipping are not discounted."""
    value = decimal(discount.get("value"))
    if not value:
        return
    if discount.get("type") == "percentage":
        for line in lines:
            left = (1 - line.percent / 100) * (1 - value / 100)
            line.percent = (100 * (1 - left)).quantize(_PERCENT, ROUND_HALF_UP)
    else:
        _spread(value, [line for line in lines if line.one_time and not line.optional])


def _spread(amount: Decimal, lines: list[Line]) -> None:
    """Spread an amount in proportion to what lines cost; cents left over go by largest remainder, then in order."""
    net = [line.quantity * line.price * (1 - line.percent / 100) for line in lines]
    total = sum(net, Decimal(0))
    if not total:
        return
    exact = [100 * Fraction(amount) * Fraction(part) / Fraction(total) for part in net]
    cents = [int(part) for part in exact]
    left = int(100 * amount) - sum(cents)
    order = sorted(range(len(lines)), key=lambda index: (cents[index] - exact[index], index))
    for index in order[:left]:
        cents[index] += 1
    for line, share in zip(lines, (cent * _CENT for cent in cents), strict=True):
        if share:
            own = line.quantity * line.price * line.percent / 100
            line.amount, line.percent = (own + share).quantize(_CENT, ROUND_HALF_UP), Decimal(0)
