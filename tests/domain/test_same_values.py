"""When two field values mean the same, so that nothing equal is ever sent."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_desktop.domain.values import in_cents, same_value

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.decimals(-(10**6), 10**6, places=4),
    st.text(max_size=20),
    st.datetimes(timezones=st.just(UTC)),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (5, "5"),
        (Decimal("5.0"), 5),
        ("5.00000", Decimal(5)),
        (Decimal("1.00004"), Decimal("1.00000")),
        (True, 1),
        (False, 0),
        (True, "true"),
        (AT, "2026-03-01T09:30:00Z"),
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00.250Z"),
        ("2026-03-01T10:30:00+01:00", "2026-03-01T09:30:00Z"),
        ("2026-03-01T09:30:00", "2026-03-01T09:30:00Z"),
        ("first\r\nsecond ", "first\nsecond"),
    ],
)
def test_what_only_looks_different_is_the_same(one: Any, other: Any) -> None:
    assert same_value(one, other)
    assert same_value(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, 0),
        ("", False),
        (Decimal("1.0001"), 1),
        (True, 0),
        (True, 2),
        ("Fabrikam", "fabrikam"),
        (AT, AT + timedelta(seconds=1)),
        (AT, datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))),
        ("one two", "onetwo"),
        ("NaN", "Infinity"),
        ("5", "five"),
    ],
)
def test_what_differs_is_not_the_same(one: Any, other: Any) -> None:
    assert not same_value(one, other)
    assert not same_value(other, one)


@given(PLAIN)
def test_a_value_is_the_same_as_itself(value: Any) -> None:
    assert same_value(value, value)


@given(PLAIN, PLAIN)
def test_the_order_of_the_two_never_matters(one: Any, other: Any) -> None:
    assert same_value(one, other) == same_value(other, one)


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("94.905", "94.91"), ("94.9049", "94.90"), ("-0.005", "-0.01"), ("7", "7")],
)
def test_half_a_cent_counts_as_a_whole_one(amount: str, cents: str) -> None:
    assert in_cents(Decimal(amount)) == Decimal(cents)
