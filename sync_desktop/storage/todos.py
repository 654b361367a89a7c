"""To-dos: Salesbuildr's own copies of mappings that were repaired here, until they are seen to work as well."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sync_desktop.domain.mappings import Todo
from sync_desktop.storage import schema
from sync_desktop.storage.transaction import Transaction

_todos = schema.todos


def open_todo(tx: Transaction, todo: Todo) -> int:
    """Keep a to-do and return the id that it got; one that is open for the same mapping is replaced."""
    mine = (_todos.c.site_id == todo.site_id) & (_todos.c.kind == todo.kind) & (_todos.c.source_id == todo.source_id)
    tx.conn.execute(delete(_todos).where(mine, _todos.c.closed_at.is_(None)))
    values = todo.model_dump(exclude={"id"})
    made: int = tx.conn.execute(insert(_todos).values(values).returning(_todos.c.id)).scalar_one()
    tx.touch("todos", made)
    return made


def tell(tx: Transaction, todo_id: int, evidence: str, *, closed_at: datetime | None = None) -> None:
    """Say what was seen of Salesbuildr's copy, and close the to-do where that proves that it works."""
    tx.conn.execute(update(_todos).where(_todos.c.id == todo_id).values(evidence=evidence, closed_at=closed_at))
    tx.touch("todos", todo_id)


def drop(tx: Transaction, todo_id: int) -> None:
    """Forget a to-do: the repair that it came from was rolled back."""
    tx.conn.execute(delete(_todos).where(_todos.c.id == todo_id))
    tx.touch("todos", todo_id)


def todos(conn: Connection, site_id: str | None = None, *, closed: bool = False) -> list[Todo]:
    """Return the to-dos that are open, oldest first; with `closed` all of them."""
    query = select(_todos).order_by(_todos.c.id)
    if site_id is not None:
        query = query.where(_todos.c.site_id == site_id)
    if not closed:
        query = query.where(_todos.c.closed_at.is_(None))
    return [_todo(row) for row in conn.execute(query)]


def _todo(row: Row[Any]) -> Todo:
    return Todo(
        id=row.id,
        site_id=row.site_id,
        kind=row.kind,
        source_id=row.source_id,
        source_name=row.source_name,
        bad_target_id=row.bad_target_id,
        bad_target_name=row.bad_target_name,
        good_target_id=row.good_target_id,
        good_target_name=row.good_target_name,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        evidence=row.evidence,
    )
