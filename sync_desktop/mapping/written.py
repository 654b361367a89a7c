"""What was written into the PSA under a saved mapping: a rollback names it, and leaves it alone."""

from collections.abc import Iterable

from sqlalchemy import Connection

from sync_desktop.domain.mappings import MappingChange
from sync_desktop.domain.records import Product, Quote, RecordRef
from sync_desktop.domain.words import RecordKind
from sync_desktop.mapping.needs import Needs
from sync_desktop.storage import activity, records
from sync_desktop.storage.activity import Activity

_LATEST = 2_000
"""Entries of the activity that are looked at, the newest first."""


def written_under(conn: Connection, changes: Iterable[MappingChange], needs: Needs) -> dict[int, list[Activity]]:
    """Return by change what was written since it was saved for records that need its mapping, the newest first."""
    wanted = list(changes)
    found: dict[int, list[Activity]] = {change.id: [] for change in wanted}
    if not wanted:
        return found
    oldest = min(change.at for change in wanted)
    known: dict[RecordRef, frozenset[tuple[str, str]]] = {}
    for entry in activity.activity(conn, wanted[0].site_id, _LATEST):
        if entry.at < oldest:
            break
        if entry.ref not in known:
            known[entry.ref] = frozenset(_needed(conn, entry, needs))
        for change in wanted:
            until = change.rolled_back_at
            inside = change.at <= entry.at and (until is None or entry.at < until)
            if inside and (change.kind, change.source_id) in known[entry.ref]:
                found[change.id].append(entry)
    return found


def _needed(conn: Connection, entry: Activity, needs: Needs) -> Iterable[tuple[str, str]]:
    """Yield the mappings that a written record needs; of a quote, what its lines' products need, too."""
    record = records.record(conn, entry.site_id, entry.ref)
    if record is None:
        return
    yield from needs.of(record)
    if isinstance(record, Quote):
        products = {item.product.id: _product(conn, entry.site_id, item.product.id) for item in record.items}
        yield from needs.of_lines(record, {key: found for key, found in products.items() if found is not None})


def _product(conn: Connection, site_id: str, product_id: str) -> Product | None:
    found = records.record(conn, site_id, RecordRef(kind=RecordKind.PRODUCT, id=product_id))
    return found if isinstance(found, Product) else None
