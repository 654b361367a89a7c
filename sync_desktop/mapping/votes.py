"""What linked products were found to say about mappings, kept from one audit to the next, so that it costs no calls."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from sync_desktop.mapping.discover import Finding
from sync_desktop.storage import settings
from sync_desktop.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class StoredVote:
    """A target, and how many products of one source have it in the PSA."""

    target_id: str
    count: int


Votes = Mapping[tuple[str, str], tuple[StoredVote, ...]]
"""By mapping kind and source; the target that most have comes first."""


def save_votes(tx: Transaction, site_id: str, findings: Iterable[Finding]) -> None:
    """Keep what products say of these sources, in the place of what they said of them before."""
    kept = dict(votes(tx.conn, site_id))
    for finding in findings:
        counted = tuple(StoredVote(vote.target.id, vote.count) for vote in finding.votes)
        kept[finding.kind, finding.source_id] = counted
    rows = [[*source, [[vote.target_id, vote.count] for vote in counted]] for source, counted in kept.items()]
    settings.put(tx, _key(site_id), json.dumps(rows))


def votes(conn: Connection, site_id: str) -> Votes:
    """Return what products said when they were last asked."""
    rows = json.loads(settings.get(conn, _key(site_id)) or "[]")
    return {
        (kind, source_id): tuple(StoredVote(target_id, count) for target_id, count in counted)
        for kind, source_id, counted in rows
    }


def _key(site_id: str) -> str:
    return f"votes/{site_id}"
