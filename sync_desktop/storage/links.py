"""Links between records, or parts of them, and what stands for them in the PSA."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, select, update

from sync_desktop.domain.links import Link
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import LinkOrigin, RecordKind
from sync_desktop.storage import codec, schema
from sync_desktop.storage.refs import key_of, keys_of, of_named, of_record, of_several, ref_in
from sync_desktop.storage.refusals import forget_refusals
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_links = schema.links
_OF_RECORD = select(_links).where(of_named(_links)).order_by(_links.c.part)
_OF_RECORDS = select(_links).where(of_several(_links)).order_by(_links.c.record_id, _links.c.part)
_OF_PART = select(_links).where(of_named(_links), _links.c.part == bindparam("part"))


def link(conn: Connection, site_id: str, ref: RecordRef, part: str = "") -> Link | None:
    """Return the link of a record or of one part of it."""
    row = conn.execute(_OF_PART, {**key_of(site_id, ref), "part": part}).first()
    return None if row is None else _link(row)


def links_of(conn: Connection, site_id: str, ref: RecordRef) -> list[Link]:
    """Return the link of a record, first, and those of its parts."""
    return [_link(row) for row in conn.execute(_OF_RECORD, key_of(site_id, ref))]


def links_of_all(conn: Connection, site_id: str, refs: Iterable[RecordRef]) -> list[Link]:
    """Return the links of many records and of their parts."""
    return [_link(row) for keys in keys_of(site_id, refs) for row in conn.execute(_OF_RECORDS, keys)]


def links_by_kind(conn: Connection, site_id: str, kind: RecordKind) -> list[Link]:
    """Return all links of the records of a kind, those of their parts included."""
    return _select(conn, (_links.c.site_id == site_id) & (_links.c.kind == kind.value))


def by_external(conn: Connection, site_id: str, entity: str, external_id: str) -> list[Link]:
    """Return what is linked to one thing in the PSA; more than one where two records share it."""
    there = (_links.c.entity == entity) & (_links.c.external_id == external_id)
    return _select(conn, (_links.c.site_id == site_id) & there)


def save_link(tx: Transaction, site_id: str, link: Link, *, at: datetime) -> None:
    """Keep a link, new or changed; the values last sent come back as the amounts and times that they are."""
    row = {
        **key_of(site_id, link.ref),
        "part": link.part,
        "entity": link.entity,
        "external_id": link.external_id,
        "origin": link.origin.value,
        "verified_at": link.verified_at,
        "saved_at": at,
        "sent": codec.dump_values(link.sent),
    }
    upsert(tx.conn, _links, [row])
    tx.touch("links", link.ref)


def doubt_links(tx: Transaction, site_id: str) -> None:
    """Take every link of a site as unverified: the site leads to another tenant, where the same ids are other rows.

    What the former tenant refused counts no more, either.
    """
    tx.conn.execute(update(_links).where(_links.c.site_id == site_id).values(verified_at=None))
    tx.touch("links", site_id)
    forget_refusals(tx, site_id)


def remove_link(tx: Transaction, site_id: str, ref: RecordRef, part: str = "") -> None:
    """Forget one link; the links of a record's parts stay."""
    tx.conn.execute(delete(_links).where(of_record(_links, site_id, ref), _links.c.part == part))
    tx.touch("links", ref)


def _select(conn: Connection, condition: ColumnElement[bool]) -> list[Link]:
    """Return the links that meet a condition."""
    query = select(_links).where(condition).order_by(_links.c.kind, _links.c.record_id, _links.c.part)
    return [_link(row) for row in conn.execute(query)]


def _link(row: Row[Any]) -> Link:
    """Return the link that a row holds."""
    return Link(
        ref=ref_in(row),
        part=row.part,
        entity=row.entity,
        external_id=row.external_id,
        origin=LinkOrigin(row.origin),
        verified_at=row.verified_at,
        sent=codec.load_values(row.sent),
    )
