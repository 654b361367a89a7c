"""What a small world needs to know of the PSA behind it; each PSA's rows are a module of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PsaRows:
    """One PSA's side of the small worlds, under the numbers that the rows of Salesbuildr link to."""

    system: str
    """As a world's file names it, `autotask`."""
    rows: Mapping[str, list[Row]]
    """By collection: what is there before a test adds to it."""
    opportunities: str
    """The collection that opportunities are in."""
    opportunity: Callable[[Row, int, int], Row]
    """Makes the row of an opportunity of Salesbuildr's, given the ids of its company and contact there."""
