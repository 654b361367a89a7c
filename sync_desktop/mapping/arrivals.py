"""Products that were not in the PSA when a mapping was repaired here: one that Salesbuildr wrote since proves its copy.

What is waited for is kept from the repair on, since later nobody can tell which products were there before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from sync_desktop.domain.mappings import MappingKind, Todo
from sync_desktop.domain.model import Model
from sync_desktop.domain.records import Product, RecordRef
from sync_desktop.domain.words import LinkOrigin, RecordKind
from sync_desktop.mapping.discover import Tally, tallied
from sync_desktop.mapping.needs import CATEGORY
from sync_desktop.mapping.todo import is_shown
from sync_desktop.storage import links, records, settings, todos
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.calls import keep_calls
from sync_desktop.sync.reread import reread
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.sync.write import unbroken

_MOST = 20
"""Products that are read anew at most, those that came last first; a refresh reads all."""


class Arrival(Model):
    """A product that is in the PSA by Salesbuildr's hand, and where it was put there."""

    name: str
    external_id: str
    target_id: str


class Awaited(Model):
    """What is waited for, for the to-do that was opened then; ids of to-dos are given out again."""

    opened_at: datetime
    products: tuple[str, ...] = ()
    """The ids of products that Salesbuildr had not written when that was last looked at."""
    arrival: Arrival | None = None


def awaited(conn: Connection, todo: Todo) -> Awaited:
    """Return what is waited for; nothing where products do not tell of the to-do's mapping."""
    kept = settings.get(conn, _key(todo))
    known = Awaited.model_validate_json(kept) if kept else None
    return known if known is not None and known.opened_at == todo.opened_at else Awaited(opened_at=todo.opened_at)


def still_awaited(conn: Connection, todo: Todo) -> list[str]:
    """Return the products that can still prove something: those that this program has linked itself cannot."""
    products = awaited(conn, todo).products
    known = links.links_by_kind(conn, todo.site_id, RecordKind.PRODUCT) if products else []
    ours = {link.ref.id for link in known if link.origin is not LinkOrigin.QUOTING}
    return [each for each in products if each not in ours]


def wait_for(tx: Transaction, run: SiteRun) -> None:
    """Note for each open to-do of a site which products Salesbuildr has not written yet, beside those noted before."""
    open_ones = _told_by_products(tx.conn, run)
    unwritten = _unwritten(tx.conn, run.site.id) if open_ones else {}
    for todo in open_ones:
        known = awaited(tx.conn, todo)
        products = tuple(dict.fromkeys((*known.products, *unwritten.get(todo.source_id, ()))))
        if products != known.products:
            _keep(tx, todo, known.model_copy(update={"products": products}))


async def look_for_arrivals(run: SiteRun, *, anew: bool) -> None:
    """Look whether Salesbuildr has written a product since; `anew` asks Salesbuildr, else what is stored has to tell.

    A few calls, and none where nothing is waited for. Raises `SyncError` where one of the systems does not answer.
    """
    run.journal.open()
    try:
        if claimed := await _claimed_since(run, anew=anew):
            tally = await tallied(run, lambda product, _link: product.id in claimed)
            await run.workspace.write(lambda tx: _keep_arrivals(tx, run, tally, claimed.values()))
    finally:
        await unbroken(keep_calls(run))
    await run.workspace.write(lambda tx: wait_for(tx, run))


async def _claimed_since(run: SiteRun, *, anew: bool) -> Mapping[str, Product]:
    """Return the awaited products that Salesbuildr says are in the PSA by now."""
    waiting = await run.workspace.read(lambda conn: _waiting(conn, run))
    if anew:
        last_first = [RecordRef(kind=RecordKind.PRODUCT, id=each) for each in reversed(waiting)]
        await reread(run, last_first[:_MOST], ())
    return await run.workspace.read(lambda conn: _claimed(conn, run.site.id, waiting))


def _told_by_products(conn: Connection, run: SiteRun) -> list[Todo]:
    """Return the open to-dos whose mapping the API does not show, but each product that Salesbuildr writes does."""
    kinds = {kind.name for kind in run.connector.mapping_kinds if _is_told_by_products(kind)}
    return [todo for todo in todos.todos(conn, run.site.id) if todo.kind in kinds]


def _is_told_by_products(kind: MappingKind) -> bool:
    return kind.source == CATEGORY and bool(kind.held_by) and not is_shown(kind)


def _unwritten(conn: Connection, site_id: str) -> Mapping[str, Sequence[str]]:
    """Return the products that the quoting side gives no identifier of the PSA, by category."""
    found: dict[str, list[str]] = defaultdict(list)
    for product in records.records(conn, site_id, RecordKind.PRODUCT):
        if isinstance(product, Product) and not product.external_id and not product.deleted:
            found[product.category.id].append(product.id)
    return found


def _waiting(conn: Connection, run: SiteRun) -> Sequence[str]:
    """Return the products that any to-do waits for."""
    found = (each for todo in _told_by_products(conn, run) for each in still_awaited(conn, todo))
    return list(dict.fromkeys(found))


def _claimed(conn: Connection, site_id: str, waiting: Iterable[str]) -> Mapping[str, Product]:
    claiming = records.claiming(conn, site_id, RecordKind.PRODUCT)
    refs = [RecordRef(kind=RecordKind.PRODUCT, id=each) for each in waiting if each in claiming]
    found = (records.record(conn, site_id, ref) for ref in refs)
    return {each.id: each for each in found if isinstance(each, Product) and not each.deleted}


def _keep_arrivals(tx: Transaction, run: SiteRun, tally: Tally, claimed: Iterable[Product]) -> None:
    by_name = {product.name: product for product in claimed}
    for todo in _told_by_products(tx.conn, run):
        for target_id in tally.counted.get((todo.kind, todo.source_id), ()):
            product = by_name[tally.examples[(todo.kind, todo.source_id), target_id]]
            arrival = Arrival(name=product.name, external_id=product.external_id, target_id=target_id)
            _keep(tx, todo, awaited(tx.conn, todo).model_copy(update={"arrival": arrival}))


def _keep(tx: Transaction, todo: Todo, what: Awaited) -> None:
    settings.put(tx, _key(todo), what.model_dump_json())


def _key(todo: Todo) -> str:
    return f"awaited/{todo.id}"
