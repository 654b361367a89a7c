"""What a mapping has broken: which issues wait for it, and which of them a retry can clear once it has changed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import OTHERS
from sync_desktop.domain.records import Quote
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import FailureKind, IssueState
from sync_desktop.mapping.broken import mapping_of
from sync_desktop.storage import issues, mappings, records
from sync_desktop.storage.issue_query import IssueQuery
from sync_desktop.storage.issues import StoredIssue
from sync_desktop.sync.eligibility import why_not_eligible

_ALL = 1_000_000
NO_RECORD = "no record that has been read fits it"
OTHER_MAPPINGS = "another mapping has to be repaired, too"

Key = tuple[str, str]
"""Kind and source of a mapping."""


def retry_can_help(conn: Connection, issue: StoredIssue, changing: Collection[Key] = ()) -> bool:
    """Say whether a retry can come out differently: not while a mapping that has to change is as it was.

    `changing` are mappings that are about to change.
    """
    for failure in issue.failures:
        about = mapping_of(failure)
        if about is None or _is_about(failure, changing):
            continue
        kind, source_id = about
        mapping = mappings.mapping(conn, issue.site_id, kind, source_id)
        mapping = mapping or mappings.mapping(conn, issue.site_id, kind, OTHERS)
        if (mapping.target_id if mapping else "") == failure.facts.get("target_id", ""):
            return False
    return True


def _is_about(failure: Failure, keys: Collection[Key]) -> bool:
    """Say whether one of these mappings is what has to change; the default of a kind helps what has no mapping."""
    about = mapping_of(failure)
    if about is None:
        return False
    return about in keys or (failure.kind is FailureKind.MAPPING_MISSING and (about[0], OTHERS) in keys)


def waiting_for(conn: Connection, site_id: str, kind: str, source_id: str) -> list[StoredIssue]:
    """Return the open issues of a site that a mapping has to change for."""
    return waiting(conn, site_id, {(kind, source_id)})


def waiting(conn: Connection, site_id: str, keys: Collection[Key]) -> list[StoredIssue]:
    """Return the open issues of a site that wait for any of these mappings."""
    found = issues.find(conn, IssueQuery(site_id=site_id, state=IssueState.OPEN, limit=_ALL))
    return [issue for issue in found if any(_is_about(failure, keys) for failure in issue.failures)]


def why_not_retried(conn: Connection, site: Site, issue: StoredIssue, now: datetime) -> str:
    """Return why a retry of several leaves an issue out, in words; empty where it is tried."""
    if issue.state is IssueState.CLEARED:
        return "already cleared"
    if not issue.ref.is_known:
        return NO_RECORD
    closed = next((each for each in issue.failures if each.kind is FailureKind.CLOSED), None)
    if closed is not None and closed.facts.get("state") in ("lost", "ordered"):
        return f"the opportunity is {closed.facts['state']} in the PSA"
    record = records.record(conn, issue.site_id, issue.ref)
    return why_not_eligible(record, site, now) if isinstance(record, Quote) else ""


@dataclass(slots=True)
class Waiting:
    """The issues that wait for mappings: those that a retry can clear once these have changed, and the others."""

    retry: list[StoredIssue] = field(default_factory=list)
    left_out: dict[str, list[StoredIssue]] = field(default_factory=dict)
    """By the reason."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.retry) + sum(map(len, self.left_out.values()))


def retried_after(conn: Connection, site: Site, keys: Iterable[Key], now: datetime) -> Waiting:
    """Return which issues wait for these mappings, and which of them can be retried once all of these are repaired."""
    changing, found = set(keys), Waiting()
    for issue in waiting(conn, site.id, changing):
        why = why_not_retried(conn, site, issue, now)
        if not why and not retry_can_help(conn, issue, changing):
            why = OTHER_MAPPINGS
        if why:
            found.left_out.setdefault(why, []).append(issue)
        else:
            found.retry.append(issue)
    return found
