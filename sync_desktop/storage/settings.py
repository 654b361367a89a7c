"""Settings of the workspace, by key."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from sync_desktop.storage import schema
from sync_desktop.storage.refs import chunks
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_settings = schema.settings
_ONE = select(_settings.c.value).where(_settings.c.key == bindparam("key"))
_SEVERAL = select(_settings).where(_settings.c.key.in_(bindparam("keys", expanding=True)), _settings.c.value != "")


def get(conn: Connection, key: str) -> str | None:
    """Return a setting; None where it was never put."""
    return conn.scalar(_ONE, {"key": key})


def those_of(conn: Connection, keys: Collection[str]) -> dict[str, str]:
    """Return those of many settings that were put and are not empty, by key."""
    found: dict[str, str] = {}
    for chunk in chunks(keys):
        found.update((row.key, row.value) for row in conn.execute(_SEVERAL, {"keys": chunk}))
    return found


def put(tx: Transaction, key: str, value: str) -> None:
    """Keep a setting."""
    upsert(tx.conn, _settings, [{"key": key, "value": value}])
    tx.touch("settings", key)


def refreshed_key(site_id: str) -> str:
    """Return the setting that says when the quoting side was last read to the end."""
    return f"refreshed/{site_id}"
