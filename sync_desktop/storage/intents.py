"""Intents: creates that were decided and whose answer is not yet known."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from sync_desktop.domain.links import Intent
from sync_desktop.domain.records import RecordRef
from sync_desktop.storage import codec, schema
from sync_desktop.storage.refs import key_of, of_named, ref_in
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_intents = schema.intents
_OPEN = select(_intents).where(_intents.c.settled_at.is_(None)).order_by(_intents.c.created_at, _intents.c.id)
_OPEN_OF_SITE = _OPEN.where(_intents.c.site_id == bindparam("site_id"))
_OPEN_OF_RECORD = _OPEN.where(of_named(_intents))
_SETTLE = update(_intents).where(_intents.c.id == bindparam("intent"))


def open_intents(conn: Connection, site_id: str, ref: RecordRef | None = None) -> list[Intent]:
    """Return the intents of a site, or of one record there, whose outcome is unknown; oldest first."""
    if ref is None:
        found = conn.execute(_OPEN_OF_SITE, {"site_id": site_id})
    else:
        found = conn.execute(_OPEN_OF_RECORD, key_of(site_id, ref))
    return [
        Intent(
            id=row.id,
            ref=ref_in(row),
            part=row.part,
            entity=row.entity,
            key=row.key,
            fields=codec.load_values(row.fields),
            parent_id=row.parent_id,
            created_at=row.created_at,
        )
        for row in found
    ]


def save_intent(tx: Transaction, site_id: str, intent: Intent) -> None:
    """Keep an intent; it must be on disk before the create is sent."""
    row = {
        "id": intent.id,
        **key_of(site_id, intent.ref),
        "part": intent.part,
        "entity": intent.entity,
        "key": intent.key,
        "fields": codec.dump_values(intent.fields),
        "parent_id": intent.parent_id,
        "created_at": intent.created_at,
    }
    upsert(tx.conn, _intents, [row])
    tx.touch("intents", intent.id)


def settle_intent(tx: Transaction, intent_id: str, external_id: str | None, *, at: datetime) -> None:
    """Say what became of a create: the identifier that the PSA gave, or None where it never took effect."""
    tx.conn.execute(_SETTLE, {"intent": intent_id, "settled_at": at, "external_id": external_id})
    tx.touch("intents", intent_id)
