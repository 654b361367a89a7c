"""What a refresh read from the quoting side: records, categories, field values, and how far it came."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from sync_desktop.domain.records import (
    AnyRecord,
    Category,
    Company,
    Contact,
    FieldValue,
    Product,
    Quote,
    Record,
    RecordRef,
    company_of,
    ref_of,
)
from sync_desktop.domain.words import RecordKind
from sync_desktop.storage import schema, search
from sync_desktop.storage.refs import chunks, key_of, keys_of, of_named, of_several, ref_in
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_records = schema.records
_adapter: TypeAdapter[AnyRecord] = TypeAdapter(Record)
_ONE = select(_records).where(of_named(_records))
_SEVERAL = select(_records).where(of_several(_records))
_MINE = (_records.c.site_id == bindparam("site")) & (_records.c.kind == bindparam("of_kind"))
_OF_KIND = select(_records).where(_MINE).order_by(_records.c.id)
_UNSEEN = _MINE & (_records.c.seen_at < bindparam("seen_before")) & ~_records.c.deleted
_MISSING = select(_records.c.record_id).where(_UNSEEN)
_MARK = update(_records).where(_UNSEEN)
_categories, _values = schema.categories, schema.field_values
_CATEGORIES = select(_categories.c.data).where(_categories.c.site_id == bindparam("site"))
_CATEGORIES = _CATEGORIES.order_by(_categories.c.name, _categories.c.category_id)
_ALL_VALUES = select(_values.c.data).where(_values.c.site_id == bindparam("site"))
_ALL_VALUES = _ALL_VALUES.order_by(_values.c.field, _values.c.name, _values.c.value_id)
_VALUES = _ALL_VALUES.where(_values.c.field == bindparam("of_field"))


def save_records(tx: Transaction, site_id: str, records: Iterable[AnyRecord], *, at: datetime) -> None:
    """Keep records as they were seen at a moment; only those that changed are published."""
    for chunk in chunks({ref_of(record): record for record in records}.values()):
        _save_chunk(tx, site_id, chunk, at)


def record(conn: Connection, site_id: str, ref: RecordRef) -> AnyRecord | None:
    """Return a record as it was last seen; `deleted` where the quoting side no longer has it."""
    row = conn.execute(_ONE, key_of(site_id, ref)).first()
    return None if row is None else _record(row)


def records_of(conn: Connection, site_id: str, refs: Iterable[RecordRef]) -> list[AnyRecord]:
    """Return those of many records that are known, as they were last seen."""
    return [_record(row) for row in _rows_of(conn, site_id, refs)]


def records(conn: Connection, site_id: str, kind: RecordKind) -> list[AnyRecord]:
    """Return all records of a kind, deleted ones included, in the order in which they were first seen."""
    return [_record(row) for row in conn.execute(_OF_KIND, {"site": site_id, "of_kind": kind.value})]


def contacts_of(conn: Connection, site_id: str, company: Company) -> list[Contact]:
    """Return the contacts of a company, deleted ones included."""
    mine = (_records.c.site_id == site_id) & (_records.c.kind == RecordKind.CONTACT.value)
    rows = conn.execute(select(_records).where(mine, _records.c.company == company.name).order_by(_records.c.id))
    found = (_record(row) for row in rows)
    return [each for each in found if isinstance(each, Contact) and each.company.id == company.id]


def claimed(conn: Connection, site_id: str, kind: RecordKind, external_ids: Collection[str]) -> dict[str, str]:
    """Return which of these identifiers of the PSA the quoting side gives to records: record id by external id."""
    mine = (_records.c.site_id == site_id) & (_records.c.kind == kind.value) & ~_records.c.deleted
    query = select(_records.c.external_id, _records.c.record_id).where(
        mine, _records.c.external_id.in_(set(external_ids) - {""})
    )
    return {row.external_id: row.record_id for row in conn.execute(query)}


def claiming(conn: Connection, site_id: str, kind: RecordKind) -> frozenset[str]:
    """Return the ids of the records of a kind that the quoting side gives any external identifier."""
    mine = (_records.c.site_id == site_id) & (_records.c.kind == kind.value) & (_records.c.external_id != "")
    return frozenset(conn.scalars(select(_records.c.record_id).where(mine)))


def count(conn: Connection, site_id: str, kind: RecordKind | None = None) -> int:
    """Return how many records, of one kind or of all, the quoting side still has."""
    query = select(func.count()).select_from(_records).where(_records.c.site_id == site_id, ~_records.c.deleted)
    if kind is not None:
        query = query.where(_records.c.kind == kind.value)
    return conn.scalar(query) or 0


def find(
    conn: Connection, site_id: str, words: str, kind: RecordKind | None = None, limit: int = 200
) -> list[AnyRecord]:
    """Return records whose name, number, company or e-mail holds all words; the first `limit` by name."""
    query = select(_records).where(_records.c.site_id == site_id)
    if kind is not None:
        query = query.where(_records.c.kind == kind.value)
    if (hits := search.record_rows(words)) is not None:
        query = query.where(_records.c.id.in_(hits))
    return [_record(row) for row in conn.execute(query.order_by(_records.c.name, _records.c.id).limit(limit))]


def mark_missing_deleted(tx: Transaction, site_id: str, kind: RecordKind, seen_before: datetime) -> int:
    """Mark records deleted that a whole reading, begun at `seen_before`, did not see; return how many these are."""
    unseen = {"site": site_id, "of_kind": kind.value, "seen_before": seen_before}
    ids = tx.conn.scalars(_MISSING, unseen).all()
    if ids:
        tx.conn.execute(_MARK, {**unseen, "deleted": True})
    tx.touch("records", *(RecordRef(kind=kind, id=record_id) for record_id in ids))
    return len(ids)


def save_categories(tx: Transaction, site_id: str, categories: Iterable[Category]) -> None:
    """Put the categories that the quoting side has now in the place of those known."""
    tx.conn.execute(delete(_categories).where(_categories.c.site_id == site_id))
    rows = [
        {"site_id": site_id, "category_id": one.id, "name": one.name, "data": one.model_dump_json()}
        for one in categories
    ]
    upsert(tx.conn, _categories, _last_of_each(rows, "category_id"))
    tx.touch("categories", site_id)


def categories(conn: Connection, site_id: str) -> list[Category]:
    """Return the categories of a site, by name."""
    return [Category.model_validate_json(data) for data in conn.scalars(_CATEGORIES, {"site": site_id})]


def save_field_values(tx: Transaction, site_id: str, values: Iterable[FieldValue]) -> None:
    """Put the drop-down values that the quoting side has now in the place of those known."""
    tx.conn.execute(delete(_values).where(_values.c.site_id == site_id))
    rows = [
        {"site_id": site_id, "field": one.field, "value_id": one.id, "name": one.name, "data": one.model_dump_json()}
        for one in values
    ]
    upsert(tx.conn, _values, _last_of_each(rows, "field", "value_id"))
    tx.touch("field_values", site_id)


def field_values(conn: Connection, site_id: str, field: str | None = None) -> list[FieldValue]:
    """Return the values of one drop-down field, or of all, by field and name."""
    asked = {"site": site_id} if field is None else {"site": site_id, "of_field": field}
    found = conn.scalars(_ALL_VALUES if field is None else _VALUES, asked)
    return [FieldValue.model_validate_json(data) for data in found]


def save_progress(tx: Transaction, site_id: str, key: str, value: str) -> None:
    """Keep how far a refresh came, so that the next one goes on there."""
    upsert(tx.conn, schema.progress, [{"site_id": site_id, "key": key, "value": value}])
    tx.touch("progress", site_id)


def progress(conn: Connection, site_id: str) -> dict[str, str]:
    """Return how far a refresh came, by key."""
    table = schema.progress
    rows = conn.execute(select(table.c.key, table.c.value).where(table.c.site_id == site_id).order_by(table.c.key))
    return {row.key: row.value for row in rows}


def _save_chunk(tx: Transaction, site_id: str, chunk: Sequence[AnyRecord], at: datetime) -> None:
    """Keep some records."""
    known = _known(tx.conn, site_id, chunk)
    changed: list[AnyRecord] = []
    rows = []
    for one in chunk:
        data = one.model_dump_json()
        if known.get(ref_of(one)) != (data, one.deleted):
            changed.append(one)
        rows.append(
            {
                **key_of(site_id, ref_of(one)),
                "external_id": "" if isinstance(one, Quote) else one.external_id,
                "name": one.name,
                "company": company_of(one).name,
                "deleted": one.deleted,
                "seen_at": at,
                "data": data,
            }
        )
    upsert(tx.conn, _records, rows, keys=("site_id", "kind", "record_id"))
    row_ids = _row_ids(tx.conn, site_id, changed)
    search.put_records(tx.conn, {row_ids[ref_of(one)]: _found_by(one) for one in changed})
    tx.touch("records", *map(ref_of, changed))


def _rows_of(conn: Connection, site_id: str, refs: Iterable[RecordRef]) -> Iterator[Row[Any]]:
    """Return the rows of those records that are known."""
    for keys in keys_of(site_id, refs):
        yield from conn.execute(_SEVERAL, keys)


def _known(conn: Connection, site_id: str, chunk: Sequence[AnyRecord]) -> dict[RecordRef, tuple[str, bool]]:
    """Return content and deletion of those records that are known."""
    return {ref_in(row): (row.data, row.deleted) for row in _rows_of(conn, site_id, map(ref_of, chunk))}


def _row_ids(conn: Connection, site_id: str, chunk: Sequence[AnyRecord]) -> dict[RecordRef, int]:
    """Return the rows' own ids."""
    return {ref_in(row): row.id for row in _rows_of(conn, site_id, map(ref_of, chunk))}


def _record(row: Row[Any]) -> AnyRecord:
    """Return the record that a row holds."""
    found = _parsed(row.data)
    return found.model_copy(update={"deleted": True}) if row.deleted and not found.deleted else found


@lru_cache(maxsize=1024)  # records are values, and a batch reads the same company and products for each of its quotes
def _parsed(data: str) -> AnyRecord:
    """Return the record that JSON tells of."""
    return _adapter.validate_json(data)


def _found_by(one: AnyRecord) -> tuple[str, ...]:
    """Return what a record is searched for by."""
    match one:
        case Quote():
            return one.number, one.title, one.company.name
        case Contact():
            return one.name, one.email, one.company.name
        case Product():
            return one.name, one.mpn, one.internal_id, one.category.name
        case _:
            return one.name, company_of(one).name


def _last_of_each(rows: Iterable[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Return rows without repetitions; of equal keys the last counts."""
    return list({tuple(row[name] for name in names): row for row in rows}.values())
