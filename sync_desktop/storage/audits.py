"""Audits of a site's mappings: when, at what cost, what could not be read, and what had changed in the PSA."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import TargetChange
from sync_desktop.domain.words import MappingState
from sync_desktop.storage import schema
from sync_desktop.storage.transaction import Transaction

_audits, _changes = schema.audits, schema.target_snapshots
_PROBLEMS = TypeAdapter(dict[str, Failure])
_KEPT = 50
"""Audits that are kept for each site; older ones go with what they found."""


@dataclass(frozen=True, slots=True)
class Audit:
    """One look at all mappings of a site."""

    at: datetime
    calls: int
    milliseconds: int
    problems: Mapping[str, Failure] = field(default_factory=dict)
    """By kind, why its targets could not be read; of those kinds nothing new is known."""
    changes: tuple[TargetChange, ...] = ()


def save_audit(tx: Transaction, site_id: str, audit: Audit) -> int:
    """Keep an audit with what it found changed, and return its id."""
    values = {
        "site_id": site_id,
        "at": audit.at,
        "calls": audit.calls,
        "milliseconds": audit.milliseconds,
        "problems": _PROBLEMS.dump_json(dict(audit.problems)).decode(),
    }
    audit_id: int = tx.conn.execute(insert(_audits).values(values).returning(_audits.c.id)).scalar_one()
    if rows := [_row(audit_id, change) for change in audit.changes]:
        tx.conn.execute(insert(_changes), rows)
    newest = select(_audits.c.id).where(_audits.c.site_id == site_id).order_by(_audits.c.id.desc()).limit(_KEPT)
    tx.conn.execute(delete(_audits).where(_audits.c.site_id == site_id, _audits.c.id.not_in(newest)))
    tx.touch("audits", site_id)
    return audit_id


def newest(conn: Connection, site_id: str) -> Audit | None:
    """Return the last audit of a site; None where there was none."""
    return next(iter(latest(conn, site_id, limit=1)), None)


def latest(conn: Connection, site_id: str, *, limit: int = 10) -> Sequence[Audit]:
    """Return the last audits of a site, newest first."""
    query = select(_audits).where(_audits.c.site_id == site_id).order_by(_audits.c.id.desc()).limit(limit)
    return [
        Audit(
            at=row.at,
            calls=row.calls,
            milliseconds=row.milliseconds,
            problems=_PROBLEMS.validate_json(row.problems),
            changes=tuple(_found(conn, row.id, row.at)),
        )
        for row in conn.execute(query)
    ]


def _found(conn: Connection, audit_id: int, at: datetime) -> Iterable[TargetChange]:
    for row in conn.execute(select(_changes).where(_changes.c.audit_id == audit_id).order_by(_changes.c.id)):
        yield TargetChange(
            kind=row.kind,
            target_id=row.target_id,
            name=row.name,
            was=MappingState(row.was) if row.was is not None else None,
            now=MappingState(row.now),
            at=at,
            was_called=row.was_called,
        )


def _row(audit_id: int, change: TargetChange) -> dict[str, object]:
    return {
        "audit_id": audit_id,
        "kind": change.kind,
        "target_id": change.target_id,
        "name": change.name,
        "was": change.was.value if change.was is not None else None,
        "now": change.now.value,
        "was_called": change.was_called,
    }
