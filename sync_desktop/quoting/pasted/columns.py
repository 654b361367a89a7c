"""Guesses what the columns of a table hold: from their headings, else from what stands in them."""

from collections.abc import Callable, Sequence

from sync_desktop.quoting.pasted.shapes import Column, Recognised, Role
from sync_desktop.quoting.pasted.tables import Row
from sync_desktop.quoting.pasted.words import is_button, is_number, is_time, kind_of, psa_of

_SAMPLE = 200
_LEAST = 0.5
"""Share of the cells that have to look like something for a column to be taken for it."""
_HEADINGS = {
    Role.MESSAGE: "error|error message|message|issue|reason|description|details|failure|problem|what went wrong|cause",
    Role.RECORD: "record|name|number|quote|quote number|title|reference|record name|entity name|object|item|subject",
    Role.KIND: "entity|type|kind|entity type|record type|object type",
    Role.COMPANY: "company|customer|client|account|company name",
    Role.TIME: "date|time|created|created at|when|failed at|last attempt|last failed|updated|timestamp|age",
    Role.PSA: "psa|integration|system|target|destination",
}
_ROLE_OF = {heading: role for role, headings in _HEADINGS.items() for heading in headings.split("|")}


def heading_row(rows: Sequence[Row], recognised: Recognised) -> Row | None:
    """Return the first row where it holds headings."""
    if not rows:
        return None
    first = rows[0]
    named = [cell for cell in first.cells if _ROLE_OF.get(_plain(cell))]
    told = any(recognised(cell) for cell in first.cells if not _ROLE_OF.get(_plain(cell)))
    return first if named and not told and 2 * len(named) >= sum(bool(cell) for cell in first.cells) else None


def guess(rows: Sequence[Row], heading: Row | None, recognised: Recognised) -> tuple[Column, ...]:
    """Return what each column is taken for; every role but OTHER at most once."""
    width = max((len(row.cells) for row in rows), default=0)
    cells = [[row.cells[at] for row in rows[:_SAMPLE] if at < len(row.cells) and row.cells[at]] for at in range(width)]
    headings = [heading.cells[at] if heading and at < len(heading.cells) else "" for at in range(width)]
    found: dict[int, Column] = {}
    for at, text in enumerate(headings):
        role = _ROLE_OF.get(_plain(text))
        if role and all(column.role is not role for column in found.values()):
            found[at] = Column(role, text, 1.0)
    for role, looks in _looks(recognised).items():
        if any(column.role is role for column in found.values()):
            continue
        shares = {at: _share(cells[at], looks) for at in range(width) if at not in found}
        best = max(shares, key=lambda at: (shares[at], _length(cells[at])), default=None)
        if best is not None and shares[best] >= _LEAST:
            found[best] = Column(role, headings[best], round(shares[best], 2))
    _message_by_length(found, cells, headings)
    _record_by_place(found, cells, headings)
    return tuple(found.get(at, Column(Role.OTHER, headings[at])) for at in range(width))


def _looks(recognised: Recognised) -> dict[Role, Callable[[str], bool]]:
    """Return by what each role is known; those that are known most surely come first."""
    return {
        Role.KIND: lambda cell: kind_of(cell) is not None,
        Role.TIME: is_time,
        Role.PSA: lambda cell: psa_of(cell) is not None,
        Role.MESSAGE: recognised,
        Role.RECORD: is_number,
    }


def _message_by_length(found: dict[int, Column], cells: list[list[str]], headings: list[str]) -> None:
    """Take the column with the longest texts for the messages where no rule knows any of them."""
    if any(column.role is Role.MESSAGE for column in found.values()):
        return
    free = [at for at in range(len(cells)) if at not in found and cells[at]]
    best = max(free, key=lambda at: _length(cells[at]), default=None)
    if best is not None:
        found[best] = Column(Role.MESSAGE, headings[best], 0.3)


def _record_by_place(found: dict[int, Column], cells: list[list[str]], headings: list[str]) -> None:
    """Take the first column that is still free for the record's name; the next one for the company's."""
    roles = {column.role for column in found.values()}
    free = [at for at in range(len(cells)) if at not in found and cells[at] and _share(cells[at], is_button) < _LEAST]
    for role in (Role.RECORD, Role.COMPANY):
        if role not in roles and free:
            at = free.pop(0)
            found[at] = Column(role, headings[at], 0.3)


def _share(cells: Sequence[str], looks: Callable[[str], bool]) -> float:
    return sum(looks(cell) for cell in cells) / len(cells) if cells else 0.0


def _length(cells: Sequence[str]) -> float:
    return sum(len(cell) for cell in cells) / len(cells) if cells else 0.0


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").split()).rstrip(":")
