"""What pasted text turns into."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sync_desktop.domain.words import RecordKind

Recognised = Callable[[str], bool]
"""Says whether some rule knows a text; handed in, so that reading stays apart from diagnosis."""


class Layout(StrEnum):
    """In what shape the lines came."""

    TABLE = "table"
    WEB_PAGE = "web page"
    TEXT = "text"


class Role(StrEnum):
    """What a column holds."""

    MESSAGE = "message"
    RECORD = "record"
    """A quote's number, or the name of a record."""
    KIND = "kind"
    """Quote, company, contact, opportunity, product."""
    COMPANY = "company"
    TIME = "time"
    PSA = "psa"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Column:
    """What one column is taken for."""

    role: Role
    header: str = ""
    sure: float = 0.0
    """0 to 1: the share of cells that look like it; 1 where a header or a person says so."""


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One issue as it was pasted."""

    line: int
    """Where it begins, counted from 1."""
    text: str
    """All of it, as it was pasted."""
    message: str
    kind: RecordKind | None = None
    record: str = ""
    company: str = ""
    time: str = ""
    psa: str = ""


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line that is no issue as far as anybody can tell; it is shown all the same."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """Everything that was pasted, sorted: each line that is not empty is in an issue or is kept."""

    layout: Layout
    columns: tuple[Column, ...]
    issues: tuple[IssueLine, ...]
    kept: tuple[KeptLine, ...]
