"""Settings of the workspace, by key."""

from sqlalchemy import Connection, select

from sync_desktop.storage import schema
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert


def get(conn: Connection, key: str) -> str | None:
    """Return a setting; None where it was never put."""
    return conn.scalar(select(schema.settings.c.value).where(schema.settings.c.key == key))


def put(tx: Transaction, key: str, value: str) -> None:
    """Keep a setting."""
    upsert(tx.conn, schema.settings, [{"key": key, "value": value}])
    tx.touch("settings", key)


def refreshed_key(site_id: str) -> str:
    """Return the setting that says when the quoting side was last read to the end."""
    return f"refreshed/{site_id}"
