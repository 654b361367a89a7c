"""From an `IssuePage` to the lines of the table: heads of causes, issues, and "34 more". No Qt here."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from sync_desktop.domain.words import Severity
from sync_desktop.ui.issues.tones import severity_tone, state_tone
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.words import ago, exact, money, plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sync_desktop.workbench.views import CauseGroup, IssuePage, IssueRow

FOLDED_ROWS = 5
"""So many issues of a cause are shown before "more" is asked for; one more than that is shown too."""


class Column(IntEnum):
    """The columns, in order."""

    RECORD = 0
    COMPANY = 1
    QUOTE = 2
    VALUE = 3
    LAST_FAILED = 4
    STATE = 5


HEADERS = ("Record", "Company", "Quote", "Value", "Last failed", "State")


class EntryKind(StrEnum):
    """What a line of the table is."""

    HEAD = "head"
    ISSUE = "issue"
    MORE = "more"
    BANNER = "banner"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: everything that it shows is made beforehand."""

    kind: EntryKind
    key: str
    """Unique in the table and the same after each refresh: "issue 7", "head <cause key>"."""
    cells: tuple[str, ...]
    tips: tuple[str, ...]
    tone: Tone
    severity: Severity
    cause_key: str
    issue_ids: tuple[int, ...]
    """The issue itself, or all issues of the cause."""
    row: "IssueRow | None" = None
    is_open: bool = True
    """Whether a head shows its issues."""
    title: str = ""
    """The part of a head's text that is set in bold; the banner's text with its `**`."""

    def tip(self, column: int) -> str:
        """Return what a cell says in full."""
        return self.tips[column]

    def spoken(self, column: int) -> str:
        """Return what a screen reader says of a cell."""
        if self.kind is EntryKind.HEAD and column == Column.RECORD:
            return f"{self.cells[column]}, {'open' if self.is_open else 'folded'}"
        if self.row is not None and column == Column.STATE:
            return f"{self.cells[column]}, {self.severity.value}"
        return self.cells[column]


@dataclass(frozen=True, slots=True)
class Folding:
    """Which causes are folded together and which are shown to their last issue."""

    closed: frozenset[str] = frozenset()
    unfolded: frozenset[str] = frozenset()

    def toggled(self, cause_key: str) -> "Folding":
        """Open a closed cause, close an open one."""
        return Folding(self.closed ^ {cause_key}, self.unfolded)

    def with_all_of(self, cause_key: str) -> "Folding":
        """Show a cause with all its issues."""
        return Folding(self.closed - {cause_key}, self.unfolded | {cause_key})


def entries(page: "IssuePage", folding: Folding, now: "datetime", *, grouped: bool) -> list[Entry]:
    """Return the table's lines; issues that no group names come last, without a head."""
    made = [_banner_entry(page.headline)] if page.headline else []
    if not grouped:
        return made + [issue_entry(row, now) for row in page.rows]
    by_id = {row.id: row for row in page.rows}
    for group in page.groups:
        rows = [by_id.pop(issue_id) for issue_id in group.issue_ids if issue_id in by_id]
        made += _group_entries(group, rows, folding, now)
    return made + [issue_entry(row, now) for row in by_id.values()]


def _group_entries(group: "CauseGroup", rows: "list[IssueRow]", folding: Folding, now: "datetime") -> "Iterable[Entry]":
    is_open = group.key not in folding.closed
    title = plain(group.title)
    text = f"{title} · {plain(group.subtitle)}" if group.subtitle else title
    tip = f"{text}\n{'Left arrow folds it' if is_open else 'Right arrow or Enter opens it'}"
    yield Entry(
        kind=EntryKind.HEAD,
        key=f"head {group.key}",
        cells=(text, "", "", "", "", group.badge),
        tips=(tip,) * len(Column),
        tone=severity_tone(group.severity),
        severity=group.severity,
        cause_key=group.key,
        issue_ids=group.issue_ids,
        is_open=is_open,
        title=title,
    )
    if not is_open:
        return
    whole = group.key in folding.unfolded or len(rows) <= FOLDED_ROWS + 1
    yield from (issue_entry(row, now) for row in (rows if whole else rows[:FOLDED_ROWS]))
    if not whole:
        yield _more_entry(group, len(rows) - FOLDED_ROWS)


def _banner_entry(headline: str) -> Entry:
    return Entry(
        kind=EntryKind.BANNER,
        key="banner",
        cells=(plain(headline), "", "", "", "", ""),
        tips=(plain(headline),) * len(Column),
        tone=Tone.ACCENT,
        severity=Severity.INFO,
        cause_key="",
        issue_ids=(),
        title=headline,
    )


def _more_entry(group: "CauseGroup", hidden: int) -> Entry:
    return Entry(
        kind=EntryKind.MORE,
        key=f"more {group.key}",
        cells=(f"{hidden:,} more", "", "", "", "", ""),
        tips=("Enter or a click shows them",) * len(Column),
        tone=Tone.NEUTRAL,
        severity=group.severity,
        cause_key=group.key,
        issue_ids=(),
    )


def issue_entry(row: "IssueRow", now: "datetime") -> Entry:
    """Return the line of one issue."""
    badge = "Retrying" if row.running else row.badge
    value = money(row.value) if row.value is not None else ""
    return Entry(
        kind=EntryKind.ISSUE,
        key=f"issue {row.id}",
        cells=(row.record, row.company, row.quote_status or "–", value, ago(row.last_failed_at, now), badge),
        tips=(
            f"{row.kind.label} · {row.record}",
            row.company,
            row.quote_status,
            value,
            exact(row.last_failed_at),
            f"{row.severity.value.capitalize()}: {plain(row.cause_title)}",
        ),
        tone=state_tone(row.state, row.severity, running=row.running),
        severity=row.severity,
        cause_key=row.cause_key,
        issue_ids=(row.id,),
        row=row,
    )
