"""A quote's own discount spread over its lines: to the cent, one discount a line, and the same total."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_desktop.domain.records import Discount, Quote, QuoteItem, Term, quote_total
from sync_desktop.domain.values import CENT, in_cents
from sync_desktop.psa.autotask.quotes import line_amount
from sync_desktop.psa.discounts import LineDiscount, LinePrice, spread

PRICES = st.decimals(0, 20_000, places=2)
QUANTITIES = st.integers(1, 400).map(Decimal)
PERCENTS = st.sampled_from([Decimal(each) for each in ("0", "0", "5", "10", "12.5", "33.33", "100")])
LINES = st.lists(
    st.builds(LinePrice, quantity=QUANTITIES, price=PRICES, percent=PERCENTS, one_time=st.booleans()), max_size=12
)
PLAIN = st.lists(
    st.builds(LinePrice, quantity=QUANTITIES, price=PRICES, percent=st.just(Decimal(0)), one_time=st.just(True)),
    min_size=1,
    max_size=12,
)


def amounts(lines: list[LinePrice], discounts: list[LineDiscount]) -> list[Decimal]:
    """Return what each line costs in Autotask."""
    return [
        line_amount(
            {
                "quantity": line.quantity,
                "unitPrice": line.price,
                "percentageDiscount": discount.percentage,
                "lineDiscount": discount.amount,
            }
        )
        for line, discount in zip(lines, discounts, strict=True)
    ]


def total(lines: list[LinePrice], *, percent: Decimal, amount: Decimal) -> Decimal:
    """Return what the quote says that the customer pays."""
    items = tuple(
        QuoteItem(
            id=str(number),
            name="Line",
            quantity=line.quantity,
            price=line.price,
            discount_percent=line.percent,
            term=Term.ONE_TIME if line.one_time else Term.MONTHLY,
        )
        for number, line in enumerate(lines)
    )
    return quote_total(
        Quote(id="q", number="Q-1", title="", items=items, discount=Discount(percent=percent, amount=amount))
    )


def bearable(lines: list[LinePrice], percent: Decimal = Decimal(0)) -> Decimal:
    """Return what the one-time lines cost before an amount comes off, rounded down to cents."""
    net = sum((line.net * (1 - percent / 100) for line in lines if line.one_time), Decimal(0))
    return net.quantize(CENT, "ROUND_DOWN")


@given(PLAIN, st.integers(1, 10**6))
def test_an_amount_off_plain_lines_adds_up_to_the_cent(lines: list[LinePrice], cents: int) -> None:
    amount = min(cents * CENT, bearable(lines))
    discounts = spread(lines, percent=Decimal(0), amount=amount)
    assert sum((each.amount for each in discounts), Decimal(0)) == amount
    assert sum(amounts(lines, discounts), Decimal(0)) == total(lines, percent=Decimal(0), amount=amount)


@given(LINES, PERCENTS, st.integers(0, 10**6))
def test_no_line_has_two_discounts_and_none_becomes_negative(
    lines: list[LinePrice], percent: Decimal, cents: int
) -> None:
    discounts = spread(lines, percent=percent, amount=min(cents * CENT, bearable(lines, percent)))
    for line, discount, left in zip(lines, discounts, amounts(lines, discounts), strict=True):
        assert not (discount.percentage and discount.amount)
        assert discount.percentage >= 0
        assert discount.amount >= 0
        assert discount.amount == discount.amount.quantize(CENT)
        assert 0 <= left <= in_cents(line.quantity * line.price)


@given(LINES, PERCENTS, st.integers(0, 10**6))
def test_the_lines_make_the_quotes_total_but_for_each_lines_own_rounding(
    lines: list[LinePrice], percent: Decimal, cents: int
) -> None:
    amount = min(cents * CENT, bearable(lines, percent))
    held = sum(amounts(lines, spread(lines, percent=percent, amount=amount)), Decimal(0))
    gross = sum((line.quantity * line.price for line in lines), Decimal(0))
    # Half a cent a line for rounding to cents, and a percentage is kept to four decimals.
    allowed = CENT * (len(lines) + 1) + gross * Decimal("0.00005") / 100
    assert abs(held - total(lines, percent=percent, amount=amount)) <= allowed


@given(LINES, st.integers(1, 10**6))
def test_an_amount_comes_off_one_time_lines_only(lines: list[LinePrice], cents: int) -> None:
    amount = min(cents * CENT, bearable(lines))
    for line, discount in zip(lines, spread(lines, percent=Decimal(0), amount=amount), strict=True):
        if not line.one_time:
            assert discount == LineDiscount(percentage=line.percent)


@given(PLAIN, st.integers(1, 10**6))
def test_shares_are_in_proportion_to_less_than_a_cent(lines: list[LinePrice], cents: int) -> None:
    amount, whole = min(cents * CENT, bearable(lines)), bearable(lines)
    for line, discount in zip(lines, spread(lines, percent=Decimal(0), amount=amount), strict=True):
        assert abs(discount.amount - (amount * line.net / whole if whole else 0)) < CENT


CREDITS = st.lists(
    st.builds(
        LinePrice, quantity=QUANTITIES, price=st.decimals(-500, 500, places=2), percent=PERCENTS, one_time=st.booleans()
    ),
    max_size=12,
)


@given(CREDITS, PERCENTS, st.integers(0, 10**6))
def test_a_line_that_gives_money_back_bears_no_part_of_an_amount_and_the_total_stays(
    lines: list[LinePrice], percent: Decimal, cents: int
) -> None:
    amount = min(cents * CENT, bearable([each for each in lines if each.price > 0], percent))
    discounts = spread(lines, percent=percent, amount=amount)
    assert not [each for each, found in zip(lines, discounts, strict=True) if each.price < 0 and found.amount]
    assert all(each.amount >= 0 and each.percentage >= 0 for each in discounts)
    held = sum(amounts(lines, discounts), Decimal(0))
    gross = sum((abs(each.quantity * each.price) for each in lines), Decimal(0))
    allowed = CENT * (len(lines) + 1) + gross * Decimal("0.00005") / 100
    assert abs(held - total(lines, percent=percent, amount=amount)) <= allowed


def line(price: str, *, percent: str = "0", one_time: bool = True, quantity: str = "1") -> LinePrice:
    return LinePrice(Decimal(quantity), Decimal(price), Decimal(percent), one_time)


@pytest.mark.parametrize(
    ("lines", "percent", "amount", "expected"),
    [
        ([line("100"), line("200")], "0", "30", [("0", "10.00"), ("0", "20.00")]),
        ([line("1"), line("1"), line("1")], "0", "1", [("0", "0.34"), ("0", "0.33"), ("0", "0.33")]),
        ([line("100"), line("50", one_time=False)], "10", "0", [("10", "0"), ("10", "0")]),
        ([line("100", percent="10")], "5", "0", [("14.5", "0")]),
        ([line("100", percent="10")], "0", "9", [("0", "19.00")]),
        ([line("100"), line("50", one_time=False)], "10", "9", [("0", "19.00"), ("10", "0")]),
        ([line("0"), line("10")], "0", "5", [("0", "0"), ("0", "5.00")]),
        ([line("100"), line("-50"), line("200")], "0", "30", [("0", "10.00"), ("0", "0"), ("0", "20.00")]),
        ([line("100"), line("-50", percent="10")], "10", "9", [("0", "19.00"), ("19", "0")]),
        ([line("100", quantity="-1"), line("40")], "0", "30", [("0", "0"), ("0", "30.00")]),
    ],
)
def test_discounts_worked_out_by_hand(
    lines: list[LinePrice], percent: str, amount: str, expected: list[tuple[str, str]]
) -> None:
    found = spread(lines, percent=Decimal(percent), amount=Decimal(amount))
    assert found == [LineDiscount(Decimal(share), Decimal(off)) for share, off in expected]


@pytest.mark.parametrize(
    "lines", [[], [line("10", one_time=False)], [line("0")], [line("10", percent="100")], [line("4.99")], [line("-50")]]
)
def test_an_amount_that_the_one_time_lines_cannot_bear_is_not_spread(lines: list[LinePrice]) -> None:
    assert not any(each.amount for each in spread(lines, percent=Decimal(0), amount=Decimal(5)))
