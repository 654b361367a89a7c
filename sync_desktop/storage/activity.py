"""What this program wrote into PSAs: kept even where the site is forgotten."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from sync_desktop.domain.model import Model
from sync_desktop.domain.records import RecordRef
from sync_desktop.storage import codec, schema
from sync_desktop.storage.refs import key_of, ref_in
from sync_desktop.storage.transaction import Transaction

_activity = schema.activity


class Activity(Model):
    """One request that wrote into a PSA."""

    id: int
    site_id: str
    site_name: str
    """As the site was called then."""
    ref: RecordRef
    what: str
    """In words: "Created quote item “FortiGate 60F”"."""
    entity: str
    external_id: str
    before: dict[str, Any]
    after: dict[str, Any]
    at: datetime
    os_user: str
    attempt_id: int | None


def record_write(
    tx: Transaction,
    site_id: str,
    *,
    ref: RecordRef,
    what: str,
    entity: str,
    external_id: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    at: datetime,
    os_user: str,
    attempt_id: int | None,
) -> None:
    """Write down one request that wrote into a PSA."""
    name = tx.conn.scalar(select(schema.sites.c.name).where(schema.sites.c.id == site_id))
    row = {
        **key_of(site_id, ref),
        "site_name": name or site_id,
        "what": what,
        "entity": entity,
        "external_id": external_id,
        "before": codec.dump_values(before),
        "after": codec.dump_values(after),
        "at": at,
        "os_user": os_user,
        "attempt_id": attempt_id,
    }
    activity_id = tx.conn.execute(insert(_activity).values(row).returning(_activity.c.id)).scalar_one()
    tx.touch("activity", activity_id)


def activity(conn: Connection, site_id: str | None = None, limit: int = 200) -> list[Activity]:
    """Return what was written, at one site or at all, newest first."""
    query = select(_activity).order_by(_activity.c.at.desc(), _activity.c.id.desc()).limit(limit)
    if site_id is not None:
        query = query.where(_activity.c.site_id == site_id)
    return [
        Activity(
            id=row.id,
            site_id=row.site_id,
            site_name=row.site_name,
            ref=ref_in(row),
            what=row.what,
            entity=row.entity,
            external_id=row.external_id,
            before=codec.load_values(row.before),
            after=codec.load_values(row.after),
            at=row.at,
            os_user=row.os_user,
            attempt_id=row.attempt_id,
        )
        for row in conn.execute(query)
    ]
