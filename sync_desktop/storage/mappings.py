"""Mappings with their origins, and the targets that they can lead to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, delete, insert, select

from sync_desktop.domain.mappings import Mapping, Target
from sync_desktop.domain.words import MappingOrigin, MappingState
from sync_desktop.storage import schema
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.upsert import upsert

_mappings, _targets = schema.mappings, schema.targets
_SAID = (  # what one origin says of a kind
    (_mappings.c.site_id == bindparam("site_id"))
    & (_mappings.c.kind == bindparam("kind"))
    & (_mappings.c.origin == bindparam("origin"))
)
_WHAT_IT_SAYS, _UNSAY = select(_mappings).where(_SAID), delete(_mappings).where(_SAID)
_RANK = {origin.value: rank for rank, origin in enumerate(MappingOrigin)}


def save_mapping(tx: Transaction, site_id: str, mapping: Mapping, *, at: datetime) -> None:
    """Keep a mapping as its origin knows it; those of other origins stay beside it."""
    upsert(tx.conn, _mappings, [_row(site_id, mapping, at)])
    tx.touch("mappings", f"{mapping.kind}/{mapping.source_id}")


def remove_mapping(tx: Transaction, site_id: str, kind: str, source_id: str, origin: MappingOrigin) -> None:
    """Forget what one origin says of a value."""
    of_origin = _of_kind(_mappings, site_id, kind) & (_mappings.c.origin == origin.value)
    tx.conn.execute(delete(_mappings).where(of_origin, _mappings.c.source_id == source_id))
    tx.touch("mappings", f"{kind}/{source_id}")


def replace_origin(
    tx: Transaction, site_id: str, kind: str, origin: MappingOrigin, mappings: Iterable[Mapping], *, at: datetime
) -> None:
    """Put what one origin says of a kind now in the place of what it said; other origins' mappings survive.

    Raises ValueError for a mapping of another kind or origin.
    """
    listed = list(mappings)
    if any(mapping.kind != kind or mapping.origin is not origin for mapping in listed):
        raise ValueError(f"Only mappings of kind {kind} and origin {origin} can take that place")
    theirs = {"site_id": site_id, "kind": kind, "origin": origin.value}
    before = {row.source_id: _mapping(row) for row in tx.conn.execute(_WHAT_IT_SAYS, theirs)}
    after = {mapping.source_id: mapping for mapping in listed}
    if before:
        tx.conn.execute(_UNSAY, theirs)
    upsert(tx.conn, _mappings, [_row(site_id, mapping, at) for mapping in after.values()])
    changed = [source for source in before.keys() | after.keys() if before.get(source) != after.get(source)]
    tx.touch("mappings", *(f"{kind}/{source}" for source in changed))


def mapping(conn: Connection, site_id: str, kind: str, source_id: str) -> Mapping | None:
    """Return the mapping that counts for a value: the first that has a target, in the order of the origins."""
    query = select(_mappings).where(_of_kind(_mappings, site_id, kind), _mappings.c.source_id == source_id)
    return next(iter(_effective(conn.execute(query))), None)


def by_origin(conn: Connection, site_id: str, kind: str, source_id: str) -> dict[MappingOrigin, Mapping]:
    """Return what each origin says of a value, also of one without a target, in the order in which origins count."""
    query = select(_mappings).where(_of_kind(_mappings, site_id, kind), _mappings.c.source_id == source_id)
    found = {MappingOrigin(row.origin): _mapping(row) for row in conn.execute(query)}
    return {origin: found[origin] for origin in MappingOrigin if origin in found}


def all_origins(conn: Connection, site_id: str) -> dict[tuple[str, str], dict[MappingOrigin, Mapping]]:
    """Return what each origin that has a target says, by kind and value; origins in the order in which they count."""
    rows = conn.execute(select(_mappings).where(_mappings.c.site_id == site_id, _mappings.c.target_id != ""))
    found: dict[tuple[str, str], dict[MappingOrigin, Mapping]] = {}
    for row in sorted(rows, key=lambda each: _RANK[each.origin]):
        found.setdefault((row.kind, row.source_id), {})[MappingOrigin(row.origin)] = _mapping(row)
    return found


def mappings(conn: Connection, site_id: str, kind: str | None = None) -> list[Mapping]:
    """Return the mappings that count, one for each value, by kind and name of the value."""
    mine = _mappings.c.site_id == site_id if kind is None else _of_kind(_mappings, site_id, kind)
    effective = _effective(conn.execute(select(_mappings).where(mine)))
    return sorted(effective, key=lambda one: (one.kind, one.source_name.casefold(), one.source_id))


def save_targets(tx: Transaction, site_id: str, kind: str, targets: Iterable[Target], *, at: datetime) -> None:
    """Put the targets that the PSA lists for a kind now in the place of those known; their order is kept."""
    tx.conn.execute(delete(_targets).where(_of_kind(_targets, site_id, kind)))
    rows = [
        {
            "site_id": site_id,
            "kind": kind,
            "target_id": target.id,
            "position": position,
            "name": target.name,
            "active": target.active,
            "valid": target.valid,
            "why_not": target.why_not,
            "detail": target.detail,
            "state": target.state.value,
            "moved_to": target.moved_to,
            "listed_at": at,
        }
        for position, target in enumerate({target.id: target for target in targets}.values())
    ]
    if rows:
        tx.conn.execute(insert(_targets), rows)
    tx.touch("targets", kind)


def targets(conn: Connection, site_id: str, kind: str) -> list[Target]:
    """Return the targets of a kind, in the order in which the PSA listed them."""
    query = select(_targets).where(_of_kind(_targets, site_id, kind)).order_by(_targets.c.position)
    return [
        Target(
            kind=row.kind,
            id=row.target_id,
            name=row.name,
            active=row.active,
            valid=row.valid,
            why_not=row.why_not,
            detail=row.detail,
            state=MappingState(row.state),
            moved_to=row.moved_to,
        )
        for row in conn.execute(query)
    ]


def all_targets(conn: Connection, site_id: str) -> dict[str, dict[str, Target]]:
    """Return the targets of every kind as they were listed last, by kind and identifier."""
    kinds = conn.scalars(select(_targets.c.kind).where(_targets.c.site_id == site_id).distinct())
    return {kind: {target.id: target for target in targets(conn, site_id, kind)} for kind in kinds}


def _of_kind(table: Table, site_id: str, kind: str) -> ColumnElement[bool]:
    """Return the condition that rows belong to a kind of mapping at a site."""
    return (table.c.site_id == site_id) & (table.c.kind == kind)


def _effective(rows: Iterable[Row[Any]]) -> list[Mapping]:
    """Return for each value the mapping of the first origin that has a target."""
    first: dict[tuple[str, str], Row[Any]] = {}
    for row in sorted((row for row in rows if row.target_id), key=lambda row: _RANK[row.origin]):
        first.setdefault((row.kind, row.source_id), row)
    return [_mapping(row) for row in first.values()]


def _row(site_id: str, mapping: Mapping, at: datetime) -> dict[str, Any]:
    """Return the row of a mapping."""
    return {"site_id": site_id, **mapping.model_dump(mode="json"), "saved_at": at}


def _mapping(row: Row[Any]) -> Mapping:
    """Return the mapping that a row holds."""
    return Mapping(
        kind=row.kind,
        source_id=row.source_id,
        source_name=row.source_name,
        target_id=row.target_id,
        target_name=row.target_name,
        origin=MappingOrigin(row.origin),
    )
