"""What the first page is made of: sites and the list of issues. Apart from the other views, which it does not need."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from sync_desktop.domain.words import IssueState, Psa, RecordKind, Role, Severity


@dataclass(frozen=True, slots=True)
class SiteBand:
    """One site as the band on top names it."""

    id: str
    name: str
    psa: "Psa"
    psa_label: str
    role: "Role"
    role_label: str
    """WRITES TO PSA, ASSIST: READ ONLY or PRACTICE."""
    practice: bool
    quotes_read_at: "datetime | None" = None
    lists_read_at: "datetime | None" = None
    calls_text: str = ""
    """For the status bar: "Autotask 186 of our 1,500 · tenant 2,786 of 10,000"."""
    problem: str = ""
    """One sentence where the site cannot be used: rejected credentials, no secret."""


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One line of the issues table."""

    id: int
    site_id: str
    site_name: str
    kind: "RecordKind"
    record: str
    """ "Q-2041 Northwind refresh"."""
    company: str
    quote_status: str
    value: "Decimal | None"
    last_failed_at: "datetime"
    state: "IssueState"
    badge: str
    """The remedy or state in a word or two: "Fix mapping", "Retrying"."""
    severity: "Severity"
    cause_key: str
    cause_title: str
    running: bool = False


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Issues with one cause."""

    key: str
    title: str
    """May hold `**bold**` names."""
    subtitle: str
    """ "37 quotes · $168,100"."""
    badge: str
    severity: "Severity"
    issue_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IssuePage:
    """The list for one filter."""

    rows: tuple[IssueRow, ...]
    groups: tuple[CauseGroup, ...]
    counts: "Mapping[IssueState, int]"
    total: int
    headline: str = ""
    """The banner: "Repair these **2 mappings** and **48 of 54** issues can go through"; empty where there is none."""
