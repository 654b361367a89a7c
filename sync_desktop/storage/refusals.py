"""Refusals: what the PSA did not take, so that it is not sent again for as long as nothing about it changes."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.model import Model
from sync_desktop.domain.records import RecordRef
from sync_desktop.storage import schema
from sync_desktop.storage.refs import key_of, of_named
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_refusals = schema.refusals
_OF_RECORD = select(_refusals).where(of_named(_refusals)).order_by(_refusals.c.part)
_FORGET = delete(_refusals).where(of_named(_refusals), _refusals.c.part == bindparam("part"))


class Refusal(Model):
    """The newest refusal of a record, or of a part of one."""

    part: str
    fingerprint: str
    """Stands for exactly what was sent."""
    failure: Failure
    """What the PSA said."""


def refusals_of(conn: Connection, site_id: str, ref: RecordRef) -> list[Refusal]:
    """Return what the PSA refused of a record and its parts, and has not taken since."""
    return [
        Refusal(part=row.part, fingerprint=row.fingerprint, failure=Failure.model_validate_json(row.failure))
        for row in conn.execute(_OF_RECORD, key_of(site_id, ref))
    ]


def save_refusal(tx: Transaction, site_id: str, ref: RecordRef, refusal: Refusal, *, at: datetime) -> None:
    """Keep a refusal in the place of an earlier one of the same record or part."""
    row = {
        **key_of(site_id, ref),
        "part": refusal.part,
        "fingerprint": refusal.fingerprint,
        "failure": refusal.failure.model_dump_json(),
        "refused_at": at,
    }
    upsert(tx.conn, _refusals, [row])
    tx.touch("refusals", ref)


def forget_refusal(tx: Transaction, site_id: str, ref: RecordRef, part: str = "") -> None:
    """Forget what was refused of a record or a part: the PSA has taken it since."""
    tx.conn.execute(_FORGET, {**key_of(site_id, ref), "part": part})
    tx.touch("refusals", ref)


def forget_refusals(tx: Transaction, site_id: str) -> None:
    """Forget all refusals of a site: it leads to a tenant that may take what the other one did not."""
    tx.conn.execute(delete(_refusals).where(_refusals.c.site_id == site_id))
    tx.touch("refusals", site_id)
