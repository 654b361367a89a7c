"""Rows that belong to a record of a site: one way to name it in a table."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Row, Table, and_, bindparam

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind

T = TypeVar("T")
_CHUNK = 500  # parameters of one statement are limited


def of_record(table: Table, site_id: str, ref: RecordRef) -> ColumnElement[bool]:
    """Return the condition that rows of a table belong to a record."""
    return and_(table.c.site_id == site_id, table.c.kind == ref.kind.value, table.c.record_id == ref.id)


def of_named(table: Table) -> ColumnElement[bool]:
    """Return the condition that rows belong to the record that the statement's parameters, `key_of`, name.

    For statements that are made once: making one takes longer than running it.
    """
    return and_(*(table.c[name] == bindparam(name) for name in ("site_id", "kind", "record_id")))


def of_several(table: Table) -> ColumnElement[bool]:
    """Return the condition that rows belong to the records that the statement's parameters, `keys_of`, name."""
    ids: BindParameter[list[str]] = bindparam("record_ids", expanding=True)
    return and_(table.c.site_id == bindparam("site_id"), table.c.kind == bindparam("kind"), table.c.record_id.in_(ids))


def keys_of(site_id: str, refs: Iterable[RecordRef]) -> Iterator[Mapping[str, Any]]:
    """Return parameters that together name many records, each as many as one statement can."""
    by_kind: dict[str, list[str]] = {}
    for ref in refs:
        by_kind.setdefault(ref.kind.value, []).append(ref.id)
    for kind, ids in by_kind.items():
        for chunk in chunks(ids):
            yield {"site_id": site_id, "kind": kind, "record_ids": chunk}


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut items into lists that fit into one statement."""
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def key_of(site_id: str, ref: RecordRef) -> Mapping[str, str]:
    """Return the columns that name a record."""
    return {"site_id": site_id, "kind": ref.kind.value, "record_id": ref.id}


def ref_in(row: Row[Any]) -> RecordRef:
    """Return the record that a row belongs to."""
    return RecordRef(kind=RecordKind(row.kind), id=row.record_id)
