"""What this program wrote into PSAs: kept even where the site is forgotten.

An entry is made before its request leaves, with its outcome unknown, so that neither a lost answer nor the end of the
program leaves a write untold.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sync_desktop.domain.model import Model
from sync_desktop.domain.records import RecordRef
from sync_desktop.storage import codec, schema
from sync_desktop.storage.refs import key_of, of_record, ref_in
from sync_desktop.storage.transaction import Transaction

_activity, _outcomes = schema.activity, schema.activity_outcomes
_SITE_NAME = select(schema.sites.c.name).where(schema.sites.c.id == bindparam("site_id"))
_ADD = insert(_activity).returning(_activity.c.id)
_ADD_OUTCOME = insert(_outcomes)
_OF_INTENT = select(_outcomes.c.activity_id).where(
    _outcomes.c.intent_id == bindparam("intent_id"), _outcomes.c.outcome == bindparam("outcome")
)
_KNOWN, _FOUND = (_outcomes.c.activity_id == bindparam("entry")), (_activity.c.id == bindparam("entry"))
_SETTLE, _DOUBT, _NAME = (
    delete(_outcomes).where(_KNOWN),
    update(_outcomes).where(_KNOWN),
    update(_activity).where(_FOUND),
)
_LOST_CHANGES = (
    select(_activity.c.id, _activity.c.before, _activity.c.after)
    .select_from(_activity.join(_outcomes, _outcomes.c.activity_id == _activity.c.id))
    .where(
        *(_activity.c[name] == bindparam(name) for name in ("site_id", "entity", "external_id")),
        *(_outcomes.c[name] == bindparam(name) for name in ("outcome", "intent_id")),
    )
)


class WriteOutcome(StrEnum):
    """What became of a request that writes."""

    DONE = "done"
    UNKNOWN = "outcome unknown"
    """It was sent, or about to be, and no answer says whether it took effect."""
    NOT_FOUND = "outcome unknown, not found afterwards"
    """Sent without an answer, and a look into the PSA afterwards did not show it: it most likely took no effect."""


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
    outcome: WriteOutcome


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
    outcome: WriteOutcome = WriteOutcome.DONE,
    intent_id: str = "",
) -> int:
    """Write down one request that writes into a PSA, and return the entry's id.

    `intent_id` names the intent of a create, by which a later attempt finds the entry.
    """
    name = tx.conn.scalar(_SITE_NAME, {"site_id": site_id})
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
    activity_id: int = tx.conn.execute(_ADD, row).scalar_one()
    if outcome is not WriteOutcome.DONE:
        known = {"activity_id": activity_id, "outcome": outcome.value, "intent_id": intent_id}
        tx.conn.execute(_ADD_OUTCOME, known)
    tx.touch("activity", activity_id)
    return activity_id


def settle_write(tx: Transaction, activity_id: int, outcome: WriteOutcome, *, external_id: str = "") -> None:
    """Say what became of a write; `external_id` where the PSA gave one."""
    if outcome is WriteOutcome.DONE:
        tx.conn.execute(_SETTLE, {"entry": activity_id})
    else:
        tx.conn.execute(_DOUBT, {"entry": activity_id, "outcome": outcome.value})
    if external_id:
        tx.conn.execute(_NAME, {"entry": activity_id, "external_id": external_id})
    tx.touch("activity", activity_id)


def drop_write(tx: Transaction, activity_id: int) -> None:
    """Take an entry back: its request never left, or the PSA said that it did not take it."""
    tx.conn.execute(delete(_activity).where(_activity.c.id == activity_id))
    tx.touch("activity", activity_id)


def write_of(conn: Connection, intent_id: str) -> int | None:
    """Return the entry of a create whose outcome is not known yet, by its intent."""
    return conn.scalar(_OF_INTENT, {"intent_id": intent_id, "outcome": WriteOutcome.UNKNOWN.value})


class LostChange(NamedTuple):
    """An update or a deletion whose answer was lost; a deletion sent nothing."""

    entry: int
    before: dict[str, Any]
    sent: dict[str, Any]


def lost_changes(conn: Connection, site_id: str, entity: str, external_id: str) -> list[LostChange]:
    """Return the updates and deletions of a row whose outcome is not known."""
    row = {"site_id": site_id, "entity": entity, "external_id": external_id}
    found = conn.execute(_LOST_CHANGES, {**row, "outcome": WriteOutcome.UNKNOWN.value, "intent_id": ""})
    return [LostChange(each.id, codec.load_values(each.before), codec.load_values(each.after)) for each in found]


def wrote(conn: Connection, site_id: str, ref: RecordRef) -> bool:
    """Say whether this program has ever written a record, or a part of it."""
    return conn.scalar(select(_activity.c.id).where(of_record(_activity, site_id, ref)).limit(1)) is not None


def wrote_row(conn: Connection, site_id: str, entity: str, external_id: str) -> bool:
    """Say whether this program has ever written a row of the PSA, for whatever record."""
    row = (_activity.c.site_id == site_id) & (_activity.c.entity == entity) & (_activity.c.external_id == external_id)
    return conn.scalar(select(_activity.c.id).where(row).limit(1)) is not None


def activity(conn: Connection, site_id: str | None = None, limit: int = 200) -> list[Activity]:
    """Return what was written, at one site or at all, newest first."""
    joined = _activity.outerjoin(_outcomes, _outcomes.c.activity_id == _activity.c.id)
    query = select(_activity, _outcomes.c.outcome).select_from(joined)
    query = query.order_by(_activity.c.at.desc(), _activity.c.id.desc()).limit(limit)
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
            outcome=WriteOutcome(row.outcome or WriteOutcome.DONE),
        )
        for row in conn.execute(query)
    ]
