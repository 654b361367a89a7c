"""What a mapping has broken: which issues wait for it, and whether a retry can come out differently by now."""

from sqlalchemy import Connection

from sync_desktop.domain.words import IssueState
from sync_desktop.mapping.broken import mapping_of
from sync_desktop.storage import issues, mappings
from sync_desktop.storage.issues import IssueQuery, StoredIssue

_ALL = 1_000_000


def retry_can_help(conn: Connection, issue: StoredIssue) -> bool:
    """Say whether a retry can come out differently: not while a mapping that has to change is as it was."""
    for failure in issue.failures:
        about = mapping_of(failure)
        if about is None:
            continue
        mapping = mappings.mapping(conn, issue.site_id, *about)
        if (mapping.target_id if mapping else "") == failure.facts.get("target_id", ""):
            return False
    return True


def waiting_for(conn: Connection, site_id: str, kind: str, source_id: str) -> list[StoredIssue]:
    """Return the open issues of a site that a mapping has to change for."""
    found = issues.find(conn, IssueQuery(site_id=site_id, state=IssueState.OPEN, limit=_ALL))
    return [issue for issue in found if (kind, source_id) in [mapping_of(failure) for failure in issue.failures]]
