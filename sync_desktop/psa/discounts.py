"""A quote's own discount spread over its lines, for PSAs whose quotes have none.

A line then has one discount of one sort, a percentage or an amount: more than one is what Autotask's lines cannot hold
(entity page QuoteItems), and what others would have to be told which of the two comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sync_desktop.domain.values import CENT, in_cents

_SHARE = Decimal("0.0001")
_PRICE_PLACES = range(2, 7)
"""Decimals that a price after its discount may have: as few as the line's amount needs to come out to the cent."""
_ALL = Decimal(100)


@dataclass(frozen=True, slots=True)
class LinePrice:
    """What a line costs before the quote's discount. Shipping and set-up lines have no discount of their own."""

    quantity: Decimal
    price: Decimal
    percent: Decimal
    one_time: bool
    """Whether an amount off the quote may come off this line."""
    discountable: bool = True
    """Whether a percentage off the quote applies to this line."""

    @property
    def net(self) -> Decimal:
        """Return the line's amount after its own discount."""
        return self.quantity * self.price * (1 - self.percent / _ALL)


@dataclass(frozen=True, slots=True)
class LineDiscount:
    """A line's discount as it is sent: at most one of the two is above zero."""

    percentage: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


def spread(lines: Sequence[LinePrice], *, percent: Decimal, amount: Decimal) -> list[LineDiscount]:
    """Return each line's discount with the quote's own discount in it.

    `percent` is off every line and is multiplied with the line's own. `amount` is off the one-time lines in proportion
    to what they cost, to the cent: the cents that rounding leaves go to the largest remainders, the earlier line first.
    Where the one-time lines cannot bear it, nothing is spread; the caller tells by the sum.
    """
    shares = _shares(lines, percent, amount)
    result: list[LineDiscount] = []
    for line, share in zip(lines, shares, strict=True):
        combined = _combined(line, percent)
        if share:
            own = line.quantity * line.price * combined / _ALL
            result.append(LineDiscount(amount=in_cents(own + share)))
        else:
            result.append(LineDiscount(percentage=combined))
    return result


def net_price(quantity: Decimal, price: Decimal, discount: LineDiscount) -> Decimal:
    """Return the price of one unit after its discount, with as few decimals as keep the line's amount to the cent.

    Where the amount would end on half a cent, which one PSA may round up and another down, the price is that of the
    whole cent. A price without a discount is what was quoted.
    """
    if not quantity or discount == LineDiscount():
        return price.normalize() + 0
    whole = quantity * price * (1 - discount.percentage / _ALL) - discount.amount
    amount = in_cents(whole)
    for places in _PRICE_PLACES:
        for exact in (whole, amount):
            net = (exact / quantity).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
            if in_cents(net * quantity) == amount and not _is_half_a_cent(net * quantity):
                return net.normalize() + 0
    return net.normalize() + 0


def _is_half_a_cent(amount: Decimal) -> bool:
    return abs(amount % CENT) == CENT / 2


def _combined(line: LinePrice, percent: Decimal) -> Decimal:
    if not (percent and line.discountable):
        return line.percent
    return (_ALL * (1 - (1 - line.percent / _ALL) * (1 - percent / _ALL))).quantize(_SHARE).normalize() + 0


def _shares(lines: Sequence[LinePrice], percent: Decimal, amount: Decimal) -> list[Decimal]:
    none = [Decimal(0)] * len(lines)
    if amount <= 0:
        return none
    bearing = [line for line in lines if line.one_time and line.discountable and line.net > 0]
    wanted = int(in_cents(amount) * 100)
    if wanted > int(sum((line.net * (1 - percent / _ALL) for line in bearing), Decimal(0)) * 100):
        return none
    bases = [line.quantity * line.price * (1 - _combined(line, percent) / _ALL) * (line in bearing) for line in lines]
    whole, most = sum(bases, Decimal(0)), [int(base * 100) for base in bases]
    # In fractions: decimals would cut thirds at different places, and so find a largest of equal remainders.
    exact = [Fraction(amount) * Fraction(base) / Fraction(whole) if whole else Fraction(0) for base in bases]
    cents = [min(int(share * 100), limit) for share, limit in zip(exact, most, strict=True)]
    left = min(wanted, sum(most)) - sum(cents)  # a line bears no part of a cent, so that some cents may find no place
    by_remainder = sorted(range(len(lines)), key=lambda i: (cents[i] - exact[i] * 100, i))
    while left > 0:
        for i in by_remainder:
            given = min(left, 1, most[i] - cents[i])
            cents[i] += given
            left -= given
    return [CENT * share for share in cents]
