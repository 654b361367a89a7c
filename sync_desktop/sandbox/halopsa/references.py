"""What members point at: rows of other entities, and values of lookups whose type has to be found first."""

from typing import Any

from sync_desktop.sandbox.halopsa.entities import LOOKUP, Reference
from sync_desktop.sandbox.store import Row, Store

LOOKUP_TYPES = 11
"""The lookup that lists all lookups: its rows' ids are the lookupids of the others."""


def find(store: Store, reference: Reference, value: Any) -> Row | None:
    """Return the row that a member points at; None where there is none."""
    try:
        row = store.get(reference.to, int(value))
    except (TypeError, ValueError):
        return None
    if row is None or not reference.lookup:
        return row
    kind = lookup_type(store, reference.lookup)
    return row if kind is None or row.get("lookupid") == kind else None


def lookup_type(store: Store, words: tuple[str, ...]) -> int | None:
    """Return the lookupid of the lookup whose name has all these words; None where the instance has none."""
    for row in store.rows(LOOKUP).values():
        if row.get("lookupid") == LOOKUP_TYPES and all(word in str(row.get("name", "")).lower() for word in words):
            return int(row["id"])
    return None


def is_dead(store: Store, reference: Reference, value: Any) -> bool:
    """Return whether a member points at a row that is not there; 0 and less mean nothing in particular.

    A lookup whose type the instance does not have cannot be checked.
    """
    if value is None or value == "" or int(value) <= 0:
        return False
    if reference.lookup and lookup_type(store, reference.lookup) is None:
        return False
    return find(store, reference, value) is None
