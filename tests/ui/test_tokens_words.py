from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sync_desktop.ui.tokens import DARK, LIGHT, READ_ON, Tokens, contrast
from sync_desktop.ui.words import ago, money, plain, rich

NOW = datetime(2026, 11, 23, 11, 6, tzinfo=UTC)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), READ_ON)
def test_every_text_stands_out_from_its_ground(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "2 d ago"),
    ],
)
def test_an_age_is_said_in_one_unit(before: timedelta, words: str) -> None:
    assert ago(NOW - before, NOW) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (Decimal(18240), "$18,240"),
        (Decimal("18240.00"), "$18,240"),
        (Decimal("9610.5"), "$9,610.50"),
        (Decimal(-20), "-$20"),
    ],
)
def test_an_amount_has_cents_only_where_it_needs_them(value: Decimal | None, words: str) -> None:
    assert money(value) == words


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Map **Firewalls** now", "Map <b>Firewalls</b> now"),
        ("<img src=x> & **<b>**", "&lt;img src=x&gt; &amp; <b>&lt;b&gt;</b>"),
        ("one\ntwo", "one<br>two"),
        ("2 ** 3", "2 ** 3"),
        ("**a** and ** alone", "<b>a</b> and ** alone"),
    ],
)
def test_only_bold_marks_become_markup(text: str, html: str) -> None:
    assert rich(text) == html


def test_plain_text_has_no_marks() -> None:
    assert plain("Map **Firewalls**") == "Map Firewalls"
