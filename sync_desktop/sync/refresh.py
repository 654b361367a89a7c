"""Reads the quoting side into the workspace, page by page; a cancelled refresh goes on where it was."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from sync_desktop.domain.mappings import Mapping, MappingKind
from sync_desktop.domain.records import AnyRecord, Category, Company, FieldValue, Named, Opportunity, Quote
from sync_desktop.domain.words import MappingOrigin, RecordKind
from sync_desktop.quoting.source import Collection, Page, read_all
from sync_desktop.storage import mappings, records, settings
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.calls import keep_calls
from sync_desktop.sync.site_run import SiteRun

OnPage = Callable[[Page], None]

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
        await run.workspace.write(partial(_keep, run=run, page=page))
        await keep_calls(run)
        read += len(page.items)
        on_page(page)
    await run.workspace.write(lambda tx: _finish(tx, run, datetime.fromisoformat(resume[_STARTED])))
    return read


def _keep(tx: Transaction, run: SiteRun, page: Page) -> None:
    """Keep a page and its cursor in one transaction, so that neither is ever without the other."""
    site_id, at = run.site.id, run.clock.now()
    if page.kind is Collection.CATEGORY:
        records.save_categories(tx, site_id, [item for item in page.items if isinstance(item, Category)])
    elif page.kind is Collection.FIELD_VALUE:
        records.save_field_values(tx, site_id, [item for item in page.items if isinstance(item, FieldValue)])
    else:
        found = [item for item in page.items if not isinstance(item, Category | FieldValue)]
        records.save_records(tx, site_id, found, at=at)
    records.save_progress(tx, site_id, page.kind, page.cursor)


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
    for kind in run.connector.mapping_kinds:
        known = _mappings(tx, site_id, kind)
        mappings.replace_origin(tx, site_id, kind.name, MappingOrigin.SALESBUILDR, known, at=at)


def _mappings(tx: Transaction, site_id: str, kind: MappingKind) -> list[Mapping]:
    """Return what Salesbuildr's API shows of a mapping kind: the sources that have a target."""
    found: dict[str, Mapping] = {}
    for source_id, name, target in sources(tx.conn, site_id, kind):
        if source_id and target and (name or source_id not in found):
            found[source_id] = Mapping(
                kind=kind.name,
                source_id=source_id,
                source_name=name,
                target_id=target,
                origin=MappingOrigin.SALESBUILDR,
            )
    return list(found.values())


def sources(conn: Connection, site_id: str, kind: MappingKind) -> Iterable[tuple[str, str, str]]:
    """Return identifier, name and target of each source of a mapping kind."""
    if kind.source == "category":
        for category in records.categories(conn, site_id):
            yield category.id, category.name, getattr(category, kind.quoting_member, "")
        return
    for value in records.field_values(conn, site_id, kind.source):
        yield value.id, value.name, value.external_id
    for named in _named(conn, site_id, kind.source):
        yield named.id, named.name, named.external_id


_NAMED_BY = {
    "owner": (RecordKind.COMPANY, RecordKind.OPPORTUNITY),
    "shipping-type": (RecordKind.QUOTE,),
    "opportunity-stage": (RecordKind.OPPORTUNITY,),
    "opportunity-category": (RecordKind.OPPORTUNITY,),
    "payment-term": (RecordKind.QUOTE,),
    "quote-status": (RecordKind.QUOTE,),
}
"""Which records name values of a source, beside the lists that the API has of it."""


def _named(conn: Connection, site_id: str, source: str) -> Iterable[Named]:
    for kind in _NAMED_BY.get(source, ()):
        for record in records.records(conn, site_id, kind):
            yield from _values_of(record, source)


def _values_of(record: AnyRecord, source: str) -> Iterable[Named]:
    match record, source:
        case Company(), "owner":
            yield record.account_manager
        case Opportunity(), "owner":
            yield record.owner
        case Opportunity(), "opportunity-stage":
            yield record.stage
        case Opportunity(), "opportunity-category":
            yield record.category
        case Quote(), "payment-term":
            yield record.payment_term
        case Quote(), "quote-status":
            yield Named(id=record.status, name=record.status)
        case Quote(), "shipping-type" if record.shipping is not None:
            yield record.shipping.type
