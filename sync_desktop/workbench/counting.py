"""Counts in words. Plain: the first page is made with it before SQLAlchemy and pydantic are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.domain.words import RecordKind


def plural(count: int, noun: str) -> str:
    """Return "1 quote" or "3 quotes"; what has no plural of its own, such as "billing terms", stays as it is."""
    return f"{count:,} {noun if count == 1 else many(noun)}"


def many(noun: str) -> str:
    """Return the plural of a noun."""
    if noun.endswith("y"):
        return f"{noun[:-1]}ies"
    if noun.endswith("us"):
        return f"{noun}es"
    return noun if noun.endswith("s") else f"{noun}s"


def records_of(kinds: Sequence[RecordKind]) -> str:
    """Return "3 quotes", or "5 records" where they are of several kinds or none."""
    different = set(kinds)
    return plural(len(kinds), different.pop().value if len(different) == 1 else "record")
