"""Rows that belong to a record of a site: one way to name it in a table."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind


def of_record(table: Table, site_id: str, ref: RecordRef) -> ColumnElement[bool]:
    """Return the condition that rows of a table belong to a record."""
    return and_(table.c.site_id == site_id, table.c.kind == ref.kind.value, table.c.record_id == ref.id)


def key_of(site_id: str, ref: RecordRef) -> Mapping[str, str]:
    """Return the columns that name a record."""
    return {"site_id": site_id, "kind": ref.kind.value, "record_id": ref.id}


def ref_in(row: Row[Any]) -> RecordRef:
    """Return the record that a row belongs to."""
    return RecordRef(kind=RecordKind(row.kind), id=row.record_id)
