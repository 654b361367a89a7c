"""Leases: who synchronises a record now.

A lease excludes everybody, its own owner's other tasks too. It ends at its expiry unless the owner's heartbeat moves
that on, so that a program that died does not hold a record for ever. A write transaction is alone in the file, which
makes taking one atomic between processes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from sync_desktop.domain.records import RecordRef
from sync_desktop.storage import schema
from sync_desktop.storage.refs import key_of, of_named, ref_in
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_leases = schema.leases
_HOLDER = select(_leases.c.owner).where(of_named(_leases), _leases.c.expires_at > bindparam("at"))
_OWNERS = select(_leases.c.owner).where(_leases.c.expires_at > bindparam("at"))
_RELEASE = delete(_leases).where(of_named(_leases), _leases.c.owner == bindparam("owner"))


def acquire(tx: Transaction, site_id: str, ref: RecordRef, *, owner: str, at: datetime, ttl_seconds: float) -> bool:
    """Take a record's lease; False where one is held and has not expired, by whomever."""
    if holder(tx.conn, site_id, ref, at) is not None:
        return False
    expires_at = at + timedelta(seconds=ttl_seconds)
    row = {**key_of(site_id, ref), "owner": owner, "taken_at": at, "expires_at": expires_at}
    upsert(tx.conn, _leases, [row])
    tx.touch("leases", ref)
    return True


def heartbeat(tx: Transaction, owner: str, *, at: datetime, ttl_seconds: float) -> int:
    """Move the expiry of all leases that an owner holds, and return how many these are."""
    expires_at = at + timedelta(seconds=ttl_seconds)
    return tx.conn.execute(update(_leases).where(_leases.c.owner == owner).values(expires_at=expires_at)).rowcount


def release(tx: Transaction, site_id: str, ref: RecordRef, owner: str) -> None:
    """Give a lease back; one that somebody else has taken since stays his."""
    if tx.conn.execute(_RELEASE, {**key_of(site_id, ref), "owner": owner}).rowcount:
        tx.touch("leases", ref)


def holder(conn: Connection, site_id: str, ref: RecordRef, at: datetime) -> str | None:
    """Return who holds a record's lease at a moment."""
    return conn.scalar(_HOLDER, {**key_of(site_id, ref), "at": at})


def live_owners(conn: Connection, at: datetime) -> frozenset[str]:
    """Return everybody who holds a lease at a moment."""
    return frozenset(conn.scalars(_OWNERS, {"at": at}))


def drop_owners(tx: Transaction, owners: Iterable[str]) -> None:
    """Forget the leases of owners that are known to have ended."""
    gone = _leases.c.owner.in_(list(owners))
    tx.touch("leases", *(ref_in(row) for row in tx.conn.execute(select(_leases).where(gone))))
    tx.conn.execute(delete(_leases).where(gone))


def drop_expired(tx: Transaction, *, at: datetime) -> None:
    """Forget leases that nobody holds any more."""
    expired = _leases.c.expires_at <= at
    tx.touch("leases", *(ref_in(row) for row in tx.conn.execute(select(_leases).where(expired))))
    tx.conn.execute(delete(_leases).where(expired))
