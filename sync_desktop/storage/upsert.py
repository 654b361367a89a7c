"""Insert or replace rows: the one statement that SQLite and PostgreSQL share and that SQLAlchemy keeps per dialect."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite


def upsert(conn: Connection, table: Table, rows: Iterable[Mapping[str, Any]], *, keys: tuple[str, ...] = ()) -> None:
    """Insert rows, or replace all members but the keys of those that exist.

    `keys` are the columns of a unique constraint; the primary key where left out. Every row names the same columns.
    """
    listed = [dict(row) for row in rows]
    if listed:
        conn.execute(_statement(conn.dialect.name, table, tuple(listed[0]), keys), listed)


@cache
def _statement(dialect: str, table: Table, names: tuple[str, ...], keys: tuple[str, ...]) -> sqlite.Insert:
    """Return the statement for rows of these columns; making it takes longer than running it, so each is made once."""
    keys = keys or tuple(column.name for column in table.primary_key)
    statement = _insert(dialect, table)
    kept = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=kept)


def _insert(dialect: str, table: Table) -> sqlite.Insert:
    """Return the dialect's own INSERT; PostgreSQL's module is large and loaded only where it is spoken."""
    if dialect != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return cast("sqlite.Insert", postgresql.insert(table))
