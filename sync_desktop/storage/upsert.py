"""Insert or replace rows: the one statement that SQLite and PostgreSQL share and that SQLAlchemy keeps per dialect."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite


def upsert(conn: Connection, table: Table, rows: Iterable[Mapping[str, Any]], *, keys: tuple[str, ...] = ()) -> None:
    """Insert rows, or replace all members but the keys of those that exist.

    `keys` are the columns of a unique constraint; the primary key where left out. Every row names the same columns.
    """
    listed = [dict(row) for row in rows]
    if not listed:
        return
    keys = keys or tuple(column.name for column in table.primary_key)
    statement = _insert(conn, table)
    kept = {name: statement.excluded[name] for name in listed[0] if name not in keys}
    conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=kept), listed)


def _insert(conn: Connection, table: Table) -> sqlite.Insert:
    """Return the dialect's own INSERT; PostgreSQL's module is large and loaded only where it is spoken."""
    if conn.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return cast("sqlite.Insert", postgresql.insert(table))
