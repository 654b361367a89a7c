"""Suggestions over two hundred labelled names; the rates stand at the end of the tests' output beside plain ratio's."""

from collections.abc import Callable

import pytest

from tests.conftest import SUGGESTIONS
from tests.mapping.labelled_pairs import CASES
from tests.mapping.suggestion_quality import Comparison, compare

LEAST_RIGHT = 98
MOST_FALSE = 0
"""A little below what was measured when they were set, 101; nothing false was suggested."""


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare()


def test_the_set_is_whole() -> None:
    assert len(CASES) == 200
    assert len({(case.source, case.targets) for case in CASES}) == len(CASES)
    assert 60 <= sum(case.expected is None for case in CASES) <= 80
    for case in CASES:
        assert 4 <= len(case.targets) <= 12, case
        assert case.expected is None or case.targets.count(case.expected) == 1, case


def test_more_is_right_and_less_is_false_than_by_plain_ratio(
    compared: Comparison, record_property: Callable[[str, object], None]
) -> None:
    record_property(SUGGESTIONS, "\n".join([*compared.table(), "", *compared.failings()]))
    for plain in (compared.usual, compared.best):
        assert compared.ours.right >= plain.right
        assert compared.ours.false * 3 <= plain.false
    assert compared.ours.false * 3 <= compared.nearest.false


def test_no_less_is_right_and_no_more_false_than_once_was(compared: Comparison) -> None:
    assert compared.ours.right >= LEAST_RIGHT
    assert compared.ours.false <= MOST_FALSE
