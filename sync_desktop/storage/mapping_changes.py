"""Mappings that a person saved, each with what it replaced, so that it can be rolled back; and rejected suggestions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.mappings import MappingChange, Suggestion
from sync_desktop.storage import schema
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_changes, _rejected = schema.mapping_changes, schema.rejected_suggestions


def save_changes(tx: Transaction, changes: Iterable[MappingChange]) -> list[int]:
    """Write down what was saved, and return the ids that the changes got; the ids that they come with do not count."""
    made = []
    for change in changes:
        values = {
            "batch": change.batch,
            "site_id": change.site_id,
            "kind": change.kind,
            "source_id": change.source_id,
            "source_name": change.source_name,
            "before": _dumped(change.before),
            "counted_before": _dumped(change.counted_before),
            "after": change.after.model_dump_json(),
            "at": change.at,
            "os_user": change.os_user,
            "rolled_back_at": change.rolled_back_at,
        }
        made.append(tx.conn.execute(insert(_changes).values(values).returning(_changes.c.id)).scalar_one())
    tx.touch("mapping_changes", *made)
    return made


def change(conn: Connection, change_id: int) -> MappingChange | None:
    """Return one saved change."""
    row = conn.execute(select(_changes).where(_changes.c.id == change_id)).first()
    return _change(row) if row is not None else None


def changes(conn: Connection, site_id: str | None = None, *, batch: str = "", limit: int = 200) -> list[MappingChange]:
    """Return what was saved, at one site or at all, newest first; only those saved together where a batch is given."""
    query = select(_changes).order_by(_changes.c.id.desc()).limit(limit)
    if site_id is not None:
        query = query.where(_changes.c.site_id == site_id)
    if batch:
        query = query.where(_changes.c.batch == batch)
    return [_change(row) for row in conn.execute(query)]


def mark_rolled_back(tx: Transaction, change_id: int, *, at: datetime) -> None:
    """Say that a change was taken back."""
    tx.conn.execute(update(_changes).where(_changes.c.id == change_id).values(rolled_back_at=at))
    tx.touch("mapping_changes", change_id)


def reject(tx: Transaction, site_id: str, suggestion: Suggestion, *, at: datetime) -> None:
    """Keep that a suggestion is not wanted; it returns only when what it rests on has changed."""
    row = {
        "site_id": site_id,
        "kind": suggestion.kind,
        "source_id": suggestion.source_id,
        "target_id": suggestion.target.id,
        "fingerprint": suggestion.fingerprint,
        "rejected_at": at,
    }
    upsert(tx.conn, _rejected, [row])
    tx.touch("mappings", f"{suggestion.kind}/{suggestion.source_id}")


def take_back_rejection(tx: Transaction, site_id: str, kind: str, source_id: str, target_id: str) -> None:
    """Forget that a suggestion is not wanted."""
    mine = (_rejected.c.site_id == site_id) & (_rejected.c.kind == kind) & (_rejected.c.source_id == source_id)
    tx.conn.execute(delete(_rejected).where(mine, _rejected.c.target_id == target_id))
    tx.touch("mappings", f"{kind}/{source_id}")


def rejected(conn: Connection, site_id: str) -> Mapping[tuple[str, str, str], str]:
    """Return the fingerprints of rejected suggestions by kind, source and target."""
    rows = conn.execute(select(_rejected).where(_rejected.c.site_id == site_id))
    return {(row.kind, row.source_id, row.target_id): row.fingerprint for row in rows}


def _dumped(mapping: ValueMapping | None) -> str | None:
    return mapping.model_dump_json() if mapping is not None else None


def _loaded(text: str | None) -> ValueMapping | None:
    return ValueMapping.model_validate_json(text) if text is not None else None


def _change(row: Row[Any]) -> MappingChange:
    return MappingChange(
        id=row.id,
        batch=row.batch,
        site_id=row.site_id,
        kind=row.kind,
        source_id=row.source_id,
        source_name=row.source_name,
        before=_loaded(row.before),
        counted_before=_loaded(row.counted_before),
        after=ValueMapping.model_validate_json(row.after),
        at=row.at,
        os_user=row.os_user,
        rolled_back_at=row.rolled_back_at,
    )
