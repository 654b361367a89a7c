"""From a `MappingRow`, and what is not saved of it yet, to the line of the table. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from sync_desktop.domain.words import MappingState
from sync_desktop.ui.tokens import Tone

if TYPE_CHECKING:
    from sync_desktop.workbench.mapping_views import MappingPage, MappingRow

Key = tuple[str, str]
"""Kind and source: what an edit is about, at one site."""

_BESIDE = " · "
_CAUTION = (MappingState.MOVED, MappingState.UNMAPPED, MappingState.AMBIGUOUS)
_SEVERITIES = {Tone.ERROR: "error", Tone.WARNING: "warning", Tone.SUCCESS: "in order", Tone.NEUTRAL: "note"}


class Column(IntEnum):
    """The columns, in order."""

    SOURCE = 0
    TARGET = 1
    STATE = 2
    KNOWN = 3
    SUGGESTION = 4
    AFFECTS = 5


class View(StrEnum):
    """What the chips above the table choose between."""

    ATTENTION = "attention"
    ALL = "all"
    COPIES = "copies"


HEADERS = ("Source", "Target", "State", "Known from", "Suggestion", "Affects")


@dataclass(frozen=True, slots=True)
class PendingEdit:
    """One change that is not saved yet."""

    source: str
    target_id: str
    """Empty: what was set by hand is to be taken away."""
    target: str
    """What it would lead to then, in words."""
    was: str
    """The target that counted when the person decided."""
    refused: str = ""
    """Why it was not saved, where that was tried."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: everything that it shows is made beforehand."""

    key: str
    """Unique in the table and the same after each refresh."""
    cells: tuple[str, ...]
    below: tuple[str, ...]
    """The second line of each cell."""
    tone: Tone
    row: "MappingRow"
    pending: PendingEdit | None = None
    usable: bool = False
    """Whether the suggestion has its button: it is there, and not what is chosen already."""

    @property
    def changed_meanwhile(self) -> bool:
        """Whether what counts is another target by now than when the person decided."""
        return self.pending is not None and self.pending.was != self.row.target_id

    def tip(self, column: int) -> str:
        """Return both lines of a cell, which may be cut short in the table; of a target all numbers, of a state why."""
        suggestion = self.row.suggestion
        if column == Column.STATE and self.row.why:
            return self.row.why
        if column == Column.TARGET and self.pending is None:
            return self.row.target
        if column == Column.SUGGESTION and suggestion is not None:
            return f"{suggestion.target}\n{suggestion.evidence}"
        return "\n".join(part for part in (self.cells[column], self.below[column]) if part)

    def spoken(self, column: int) -> str:
        """Return what a screen reader says of a cell."""
        said = ", ".join(part for part in (self.cells[column], self.below[column]) if part)
        if column == Column.STATE:
            return f"{said}, {_SEVERITIES[self.tone]}"
        return f"{said}, U uses it" if column == Column.SUGGESTION and self.usable else said


def key_of(row: "MappingRow") -> Key:
    """Return what an edit of a row is kept by."""
    return row.kind, row.source_id


def text_key(key: Key) -> str:
    """Return a row's key in the table."""
    return " ".join(key)


def state_tone(state: MappingState) -> Tone:
    """Return the colour family of a state; its word says the same."""
    if state in _CAUTION:
        return Tone.WARNING
    if state.is_broken:
        return Tone.ERROR
    return Tone.SUCCESS if state is MappingState.VALID else Tone.NEUTRAL


def entry(row: "MappingRow", pending: PendingEdit | None, *, audited: bool = True) -> Entry:
    """Return the line of one mapping; before the first audit no targets are known that could be suggested."""
    suggestion = row.suggestion
    chosen = pending.target_id if pending else row.target_id
    usable = suggestion is not None and suggestion.target_id != chosen
    target, target_below = (pending.target, _below_pending(row, pending)) if pending else _led(row)
    suggested, suggested_below = _suggested(row, audited=audited)
    affects, affects_below = row.affects
    source_below = "Salesbuildr's copy is open" if row.todo else ""
    cells = (row.source, target, row.state_text, row.known_from, suggested, affects)
    below = (
        source_below,
        target_below,
        "",
        "inferred" if row.inferred else "",
        suggested_below,
        affects_below,
    )
    return Entry(
        key=text_key(key_of(row)),
        cells=cells,
        below=below,
        tone=state_tone(row.state),
        row=row,
        pending=pending,
        usable=usable,
    )


def _led(row: "MappingRow") -> tuple[str, str]:
    """Return the two lines of a target; of one of several parts its names stand above its numbers."""
    if row.lines is None:
        return row.target, ""
    names, beside = row.lines
    return names, _BESIDE.join(part for part in (beside, f"#{row.target_id}") if part)


def _below_pending(row: "MappingRow", pending: PendingEdit) -> str:
    if pending.refused:
        return f"not saved: {pending.refused}"
    leads = row.lines[0] if row.lines else row.target
    if pending.was != row.target_id:
        return f"not saved; meanwhile it leads to {leads}"
    return f"not saved, was {leads}"


def _suggested(row: "MappingRow", *, audited: bool) -> tuple[str, str]:
    """Return the two lines about a suggestion; why it is made says more than the rest of its name."""
    if row.suggestion is not None:
        first, rest = row.suggestion.lines or (row.suggestion.target, "")
        return first, _BESIDE.join(part for part in (row.suggestion.evidence, rest) if part)
    if not row.state.needs_attention:
        return "", ""
    return "no good match" if audited else "known after an audit", ""


class Entries:
    """Makes the lines of rows; a line whose row and edit are the same as last time is not made again."""

    def __init__(self) -> None:
        self._made: dict[str, Entry] = {}
        self._audited = False

    def of(self, page: "MappingPage", pending: "Callable[[Key], PendingEdit | None]") -> list[Entry]:
        """Return the lines of all rows."""
        audited = page.audited_at is not None
        if audited is not self._audited:
            self._made, self._audited = {}, audited
        lines = [self._one(row, pending(key_of(row))) for row in page.rows]
        self._made = {line.key: line for line in lines}
        return lines

    def _one(self, row: "MappingRow", pending: PendingEdit | None) -> Entry:
        known = self._made.get(text_key(key_of(row)))
        if known is not None and known.pending == pending and (known.row is row or known.row == row):
            return known
        return entry(row, pending, audited=self._audited)


def sort_value(line: Entry, column: int) -> "tuple[int, ...] | str":
    """Return by what a column is sorted."""
    row = line.row
    if column == Column.AFFECTS:
        return row.issues, row.quotes, row.products
    if column == Column.STATE:
        return (list(MappingState).index(row.state),)
    return line.cells[column].casefold()


def ordered(lines: Sequence[Entry], column: int, *, descending: bool) -> list[Entry]:
    """Return lines sorted by a column; what needs attention comes first either way. Column -1: as they are given."""
    if column < 0:
        return list(lines)
    by_column = sorted(lines, key=lambda line: sort_value(line, column), reverse=descending)
    return sorted(by_column, key=lambda line: not line.row.state.needs_attention)


def next_sorting(before: tuple[int, bool], column: int) -> tuple[int, bool]:
    """Return column and direction after a click on a heading: the other way at the second, as given at the third."""
    first = column == Column.AFFECTS  # the most first
    if before[0] != column:
        return column, first
    return (column, not first) if before[1] is first else (-1, False)
