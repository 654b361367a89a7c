"""Reads the quoting side into the workspace, page by page; a cancelled refresh goes on where it was."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection

from sync_desktop.domain.exchanges import Exchange
from sync_desktop.domain.mappings import BETWEEN_PARTS, OTHERS, OTHERS_LABEL, SITE, MappingKind
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.records import AnyRecord, Category, FieldValue, Named
from sync_desktop.domain.words import MappingOrigin, RecordKind
from sync_desktop.quoting.source import Collection, Page, read_all
from sync_desktop.storage import attempts, mappings, records, settings
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.calls import calls_made
from sync_desktop.sync.site_run import SiteRun

OnPage = Callable[[Page], None]

_Read = Callable[[RecordKind], list[AnyRecord]]
_STARTED = "started"


async def refresh(run: SiteRun, on_page: OnPage) -> int:
    """Read everything of the quoting side and keep it; returns how many records were read.

    Nothing is written into the PSA. Mappings that a person set stay; those that Salesbuildr's API shows are renewed.
    """
    site_id = run.site.id
    resume = await run.workspace.read(lambda conn: records.progress(conn, site_id))
    if not resume.get(_STARTED):
        resume = {_STARTED: run.clock.now().isoformat()}
        await run.workspace.write(lambda tx: records.save_progress(tx, site_id, _STARTED, resume[_STARTED]))
    read = 0
    async for page in read_all(run.source, resume):
        await run.workspace.write(partial(_keep, run=run, page=page, calls=calls_made(run)))
        read += len(page.items)
        on_page(page)
    await run.workspace.write(lambda tx: _finish(tx, run, datetime.fromisoformat(resume[_STARTED])))
    return read


def _keep(tx: Transaction, run: SiteRun, page: Page, calls: Sequence[Exchange]) -> None:
    """Keep a page, its cursor and its calls in one transaction, so that none is ever without the others."""
    site_id, at = run.site.id, run.clock.now()
    if page.kind is Collection.CATEGORY:
        records.save_categories(tx, site_id, [item for item in page.items if isinstance(item, Category)])
    elif page.kind is Collection.FIELD_VALUE:
        records.save_field_values(tx, site_id, [item for item in page.items if isinstance(item, FieldValue)])
    else:
        found = [item for item in page.items if not isinstance(item, Category | FieldValue)]
        records.save_records(tx, site_id, found, at=at)
    records.save_progress(tx, site_id, page.kind, page.cursor)
    attempts.save_exchanges(tx, None, calls)


def _finish(tx: Transaction, run: SiteRun, started: datetime) -> None:
    """Mark what was not seen any more, renew Salesbuildr's mappings, and let the next refresh start anew."""
    site_id, at = run.site.id, run.clock.now()
    for kind in RecordKind:
        records.mark_missing_deleted(tx, site_id, kind, started)
    renew_mappings(tx, run)
    for name in (_STARTED, *Collection):
        records.save_progress(tx, site_id, name, "")
    settings.put(tx, settings.refreshed_key(site_id), at.isoformat())


def renew_mappings(tx: Transaction, run: SiteRun) -> None:
    """Put what Salesbuildr's API shows of each mapping kind in the place of what it showed before."""
    site_id, at = run.site.id, run.clock.now()
    read = cache(partial(records.records, tx.conn, site_id))
    for kind in run.connector.mapping_kinds:
        known = _mappings(tx, site_id, kind, read)
        mappings.replace_origin(tx, site_id, kind.name, MappingOrigin.SALESBUILDR, known, at=at)


def _mappings(tx: Transaction, site_id: str, kind: MappingKind, read: _Read) -> list[ValueMapping]:
    """Return what Salesbuildr's API shows of a mapping kind: the sources that have a target."""
    found: dict[str, ValueMapping] = {}
    for source_id, name, target in sources(tx.conn, site_id, kind, read):
        if source_id and target and (name or source_id not in found):
            found[source_id] = ValueMapping(
                kind=kind.name,
                source_id=source_id,
                source_name=name,
                target_id=target,
                origin=MappingOrigin.SALESBUILDR,
            )
    return list(found.values())


def sources(
    conn: Connection, site_id: str, kind: MappingKind, read: _Read | None = None
) -> Iterable[tuple[str, str, str]]:
    """Return identifier, name and target of each source of a mapping kind; of some kinds one is `OTHERS`.

    `read` gives the records of a kind, where somebody asks about many mapping kinds.
    """
    if kind.source == SITE:
        yield OTHERS, kind.source_label, ""
        return
    if kind.has_default:
        yield OTHERS, OTHERS_LABEL, ""
    if kind.source == "category":
        for category in records.categories(conn, site_id):
            yield category.id, category.name, getattr(category, kind.quoting_member, "")
        return
    for value in records.field_values(conn, site_id, kind.source):
        yield value.id, value.name, value.external_id
    for named in _named(kind.source, read or partial(records.records, conn, site_id)):
        yield named.id, named.name, named.external_id
    for target_id, name in _targets_of(conn, site_id, kind.sources_from).items():
        yield target_id, name, ""


def _word(text: str) -> Named:
    """Return what is known by a word alone."""
    return Named(id=text, name=text)


_NAMED_BY: Mapping[str, Mapping[RecordKind, Callable[[Any], Named]]] = {
    "owner": {RecordKind.COMPANY: lambda r: r.account_manager, RecordKind.OPPORTUNITY: lambda r: r.owner},
    "company-type": {RecordKind.COMPANY: lambda r: _word(r.type)},
    "opportunity-stage": {RecordKind.OPPORTUNITY: lambda r: r.stage},
    "opportunity-status": {RecordKind.OPPORTUNITY: lambda r: r.status},
    "opportunity-category": {RecordKind.OPPORTUNITY: lambda r: r.category},
    "product-type": {RecordKind.PRODUCT: lambda r: _word(r.type.value)},
    "payment-term": {
        RecordKind.COMPANY: lambda r: Named(id=r.payment_term_id),
        RecordKind.QUOTE: lambda r: r.payment_term,
    },
    "shipping-type": {RecordKind.QUOTE: lambda r: r.shipping.type if r.shipping else Named()},
    "quote-status": {RecordKind.QUOTE: lambda r: _word(r.status)},
}
"""Which records name values of a source, beside the lists that the API has of it, and where in them."""


def values_of(record: AnyRecord, source: str) -> Iterable[Named]:
    """Yield the value of a source that a record names, if any."""
    value = _NAMED_BY.get(source, {}).get(record.kind)
    if value is not None and (named := value(record)):
        yield named


def _named(source: str, read: _Read) -> Iterable[Named]:
    for kind, value in _NAMED_BY.get(source, {}).items():
        for record in read(kind):
            yield value(record)


def _targets_of(conn: Connection, site_id: str, kinds: Iterable[str]) -> dict[str, str]:
    """Return the names of what mappings of these kinds lead to, by identifier: of targets in parts, of the first."""
    found: dict[str, str] = {}
    for mapping in (each for kind in kinds for each in mappings.mappings(conn, site_id, kind)):
        first = mapping.target_id.partition("/")[0]
        found[first] = found.get(first) or mapping.target_name.partition(BETWEEN_PARTS)[0]
    return found
