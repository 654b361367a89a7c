"""What a list shows of issues and sites: plain values, so that reading them needs neither SQLAlchemy nor pydantic."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sync_desktop.domain.words import FailureKind, IssueState, Psa, RecordKind, Role, Severity


@dataclass(frozen=True, slots=True)
class ListedFailure:
    """What the list needs of a failure."""

    kind: FailureKind
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListedIssue:
    """An issue in a list; the members from `cause_key` to `badge` are its primary diagnosis'."""

    id: int
    site_id: str
    kind: RecordKind
    record_id: str
    title: str
    company: str
    quote_status: str
    value: Decimal | None
    last_failed_at: datetime
    state: IssueState
    cause_key: str
    cause_title: str
    severity: Severity
    badge: str
    failures: tuple[ListedFailure, ...]


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A site as the band on top names it."""

    id: str
    name: str
    psa: Psa
    role: Role
    practice: bool
    quotes_read_at: datetime | None
    """When the quoting side was last read to the end."""


def listed_failures(text: str) -> tuple[ListedFailure, ...]:
    """Return the failures in an issue's column, which `codec` writes; ValueError or KeyError for anything else."""
    return tuple(ListedFailure(FailureKind(each["kind"]), each.get("facts", {})) for each in json.loads(text))
