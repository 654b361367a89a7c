"""Intents: creates that were decided and whose answer is not yet known."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from sync_desktop.domain.links import Intent
from sync_desktop.domain.records import RecordRef
from sync_desktop.storage import codec, schema
from sync_desktop.storage.refs import key_of, of_record, ref_in
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_intents = schema.intents


def open_intents(conn: Connection, site_id: str, ref: RecordRef | None = None) -> list[Intent]:
    """Return the intents of a site, or of one record there, whose outcome is unknown; oldest first."""
    mine = _intents.c.site_id == site_id if ref is None else of_record(_intents, site_id, ref)
    query = select(_intents).where(mine, _intents.c.settled_at.is_(None))
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
        for row in conn.execute(query.order_by(_intents.c.created_at, _intents.c.id))
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
    settled = update(_intents).where(_intents.c.id == intent_id).values(settled_at=at, external_id=external_id)
    tx.conn.execute(settled)
    tx.touch("intents", intent_id)
