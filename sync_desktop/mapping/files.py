"""Mappings from and to CSV files: a row for each source, with what it leads to."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.mappings import MappingKind, Target
from sync_desktop.domain.words import MappingOrigin

T = TypeVar("T")

COLUMNS = ("kind", "source", "source_name", "target", "target_name", "origin")
"""What is written; of these `kind`, `source` and `target` are read, the others are for people."""
_NEEDED = ("kind", "source", "target")
_DELIMITERS = ",;\t"
_FORMULA = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet would calculate."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file. Source and target are given by identifier or by name."""

    row: int
    """As a spreadsheet counts: the heading is row 1."""
    kind: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row cannot be taken over, in a sentence."""

    row: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file comes to. With any error nothing of it is kept."""

    mappings: tuple[ValueMapping, ...]
    errors: tuple[RowError, ...]
    left: int = 0
    """Rows that leave their source as it is: without a target, or with the one that counts already."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What rows of one kind can name: sources by identifier, targets, and what each source leads to now."""

    kind: MappingKind
    sources: Mapping[str, str]
    targets: Sequence[Target]
    counts: Mapping[str, str]


def read_entries(text: str) -> list[Entry]:
    """Return the rows of a CSV file that has a heading; separated by commas, semicolons or tabs.

    Raises `UserError` where that is not what it is.
    """
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    heading = lines[0] if lines else ""
    delimiter = max(_DELIMITERS, key=heading.count)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UserError(f"This is no CSV file: {error}.") from error
    names = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if missing := [name for name in _NEEDED if name not in names]:
        raise UserError(
            f"The first row has to name the columns {', '.join(_NEEDED)}; it lacks {', '.join(missing)}. "
            "“sync-desktop map list --csv” prints such a file."
        )
    places = [names.index(name) for name in _NEEDED]
    found = []
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            kind, source, target = (cells[at].strip() if at < len(cells) else "" for at in places)
            found.append(Entry(number, kind, source, target))
    return found


def resolve(entries: Iterable[Entry], choices: Mapping[str, Choices]) -> Imported:
    """Find what rows name among what there is, by kind; every row that is wrong is told."""
    found: dict[tuple[str, str], tuple[Entry, ValueMapping]] = {}
    errors: list[RowError] = []
    left = 0
    for entry in entries:
        if entry.kind in choices and entry.target in ("", choices[entry.kind].counts.get(entry.source)):
            left += 1
            continue
        try:
            mapping = _mapping(entry, choices)
        except ValueError as error:
            errors.append(RowError(entry.row, str(error)))
            continue
        before, known = found.setdefault((mapping.kind, mapping.source_id), (entry, mapping))
        if known.target_id != mapping.target_id:
            errors.append(RowError(entry.row, f"row {before.row} maps “{mapping.source_name}” to something else."))
    return Imported(tuple(mapping for _, mapping in found.values()), tuple(errors), left)


def write(rows: Iterable[Sequence[str]]) -> str:
    """Return a file with these rows, in the order of `COLUMNS`."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return made.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _mapping(entry: Entry, choices: Mapping[str, Choices]) -> ValueMapping:
    """Return what a row says; raises ValueError with a sentence about what is wrong with it."""
    if entry.kind not in choices:
        raise ValueError(f"there is no kind “{entry.kind}”; there are: {', '.join(choices)}.")
    among = choices[entry.kind]
    if not entry.source:
        raise ValueError("it names no source.")
    what = among.kind.source_label.casefold()
    source_id = _one(entry.source, among.sources, lambda name: name, what)
    targets = {target.id: target for target in among.targets}
    target = targets[_one(entry.target, targets, lambda each: each.name, among.kind.target_label)]
    if not target.valid:
        raise ValueError(f"“{target.name}” cannot be chosen: {target.why_not}.")
    return ValueMapping(
        kind=entry.kind,
        source_id=source_id,
        source_name=among.sources[source_id],
        target_id=target.id,
        target_name=target.name,
        origin=MappingOrigin.FILE,
    )


def _one(text: str, known: Mapping[str, T], name: Callable[[T], str], what: str) -> str:
    """Return the id that a text gives, or the id of the only thing of that name."""
    if text in known:
        return text
    named = [each for each, value in known.items() if name(value).casefold() == text.casefold()]
    if not named:
        raise ValueError(f"there is no {what} “{text}”.")
    if len(named) > 1:
        raise ValueError(f"there are {len(named)} called “{text}”: give the id of one ({', '.join(named)}).")
    return named[0]
