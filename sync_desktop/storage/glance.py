"""The first page of a workspace, read in a few milliseconds while the window opens: with `sqlite3` alone.

This is the one place beside SQLAlchemy that knows the tables. Loading SQLAlchemy, pydantic and what is made with them
takes longer than everything else up to the first page, and a person who opens the window wants to see the list. So
these few statements are written out, for exactly one version of the tables; whatever is not exactly as they expect is
left to `Workspace`, which waits, migrates, or says in a sentence what is wrong. A test holds that both read the same.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sync_desktop.domain.words import IssueState, Psa, RecordKind, Role, Severity
from sync_desktop.storage.listed import ListedIssue, ListedSite, listed_failures

APPLICATION_ID = 0x53594E43
"""Stands in a workspace's header ("SYNC"), so that the database of another program is told from a workspace."""

TABLES_VERSION = 5
"""Whose tables the statements below know. Look at them, then raise it, whenever `schema.SCHEMA_VERSION` is raised."""

_ISSUES = """
SELECT issues.id, issues.site_id, issues.kind, issues.record_id, issues.title, issues.company, issues.quote_status,
       issues.value, issues.last_failed_at, issues.state, issues.failures,
       issue_causes.cause_key, issue_causes.title, issue_causes.severity, issue_causes.badge
FROM issues JOIN issue_causes ON issue_causes.issue_id = issues.id AND issue_causes.position = 0
WHERE issues.state = ? ORDER BY issues.last_failed_at DESC, issues.id DESC LIMIT ?
"""
_COUNTS = "SELECT state, count(*) FROM issues GROUP BY state"
_SITES = """
SELECT sites.data, settings.value FROM sites LEFT JOIN settings ON settings.key = 'refreshed/' || sites.id
"""


@dataclass(frozen=True, slots=True)
class Glance:
    """What was seen: issues of one state, newest failure first, how many there are in each state, and the sites."""

    issues: tuple[ListedIssue, ...]
    counts: dict[IssueState, int]
    sites: tuple[ListedSite, ...]


def glance(path: Path, *, state: IssueState, limit: int) -> Glance | None:
    """Return the first page of a workspace that is at rest and of this version; None of any other.

    It takes no lock and leaves nothing beside the file. That is safe only while nobody writes, so a file with
    something in its log, or one that changed meanwhile, is left to `Workspace` too.
    """
    try:
        before = _at_rest(path)
        if before is None:
            return None
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as driver:
            found = _read(driver, state, limit)
        return found if _at_rest(path) == before else None
    except (OSError, sqlite3.Error, ValueError, LookupError, TypeError, InvalidOperation):
        return None


def _at_rest(path: Path) -> tuple[int, ...] | None:
    """Return what tells one state of a file from another; None for what is no file, or whose log holds something."""
    logs = [path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-journal")]
    if not path.is_file() or any(log.exists() and log.stat().st_size for log in logs):
        return None
    now = path.stat()
    return now.st_ino, now.st_size, now.st_mtime_ns


def _read(driver: sqlite3.Connection, state: IssueState, limit: int) -> Glance | None:
    """Read everything; None where the header is not that of a workspace of this version."""
    header = [driver.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    if header != [APPLICATION_ID, TABLES_VERSION]:
        return None
    counted = dict(driver.execute(_COUNTS).fetchall())
    sites = [_site(*row) for row in driver.execute(_SITES)]
    return Glance(
        issues=tuple(_issue(row) for row in driver.execute(_ISSUES, (state.value, limit))),
        counts={each: counted.get(each.value, 0) for each in IssueState},
        sites=tuple(sorted(sites, key=lambda site: (site.name.casefold(), site.id))),
    )


def _issue(row: tuple[Any, ...]) -> ListedIssue:
    issue_id, site_id, kind, record_id, title, company, quote_status, value, at, state, failures, *cause = row
    cause_key, cause_title, severity, badge = cause
    return ListedIssue(
        id=issue_id,
        site_id=site_id,
        kind=RecordKind(kind),
        record_id=record_id,
        title=title,
        company=company,
        quote_status=quote_status,
        value=None if value is None else Decimal(value),
        last_failed_at=datetime.fromisoformat(at),
        state=IssueState(state),
        cause_key=cause_key,
        cause_title=cause_title,
        severity=Severity(severity),
        badge=badge,
        failures=listed_failures(failures),
    )


def _site(data: str, quotes_read_at: str | None) -> ListedSite:
    site = json.loads(data)
    return ListedSite(
        id=site["id"],
        name=site["name"],
        psa=Psa(site["psa"]),
        role=Role(site["role"]),
        practice=site["practice"],
        quotes_read_at=datetime.fromisoformat(quotes_read_at) if quotes_read_at else None,
    )
