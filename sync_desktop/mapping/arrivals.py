"""Products that were not in the PSA when a mapping was repaired here: one that Salesbuildr wrote since proves its copy.

What is waited for is kept from the repair on, since later nobody can tell which products were there before it. That
Salesbuildr names a row is not enough: this program, or a person, may have made it. See `authors`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from sqlalchemy import Connection

from sync_desktop.domain.mappings import MappingKind, Todo
from sync_desktop.domain.model import Model
from sync_desktop.domain.records import Product, RecordRef
from sync_desktop.domain.words import LinkOrigin, RecordKind
from sync_desktop.mapping.authors import Authors, Verdict, is_ours
from sync_desktop.mapping.discover import held_target, tallied
from sync_desktop.mapping.needs import CATEGORY
from sync_desktop.mapping.todo import is_shown
from sync_desktop.psa.connector import Seen
from sync_desktop.storage import links, records, settings, todos
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.calls import keep_calls
from sync_desktop.sync.reread import reread
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.sync.write import unbroken

_MOST = 20
"""Products that are read anew at most, those that came last first; a refresh reads all."""
_COMPARED, _OURS = 20, 5
"""Rows of other products that are read beside them at most: who wrote those tells who Salesbuildr is."""


class Arrival(Model):
    """A product that Salesbuildr names a row of the PSA for, and where that row is."""

    name: str
    external_id: str
    target_id: str
    proves: bool = True
    """Whether the row is Salesbuildr's, as far as that can be known."""
    author: str = ""
    """The sentence that says what is known of that, and what is inferred."""


class Awaited(Model):
    """What is waited for, for the to-do that was opened then; ids of to-dos are given out again."""

    opened_at: datetime
    products: tuple[str, ...] = ()
    """The ids of products that Salesbuildr had not written when that was last looked at."""
    arrival: Arrival | None = None
    disproved: tuple[str, ...] = ()
    """The ids of products that Salesbuildr names a row for which is not its own, as far as that can be known."""


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
            beside = await run.workspace.read(lambda conn: _beside(conn, run.site.id, claimed))
            asked = {*claimed, *beside.theirs, *beside.ours}
            tally = await tallied(run, lambda product, _link: product.id in asked)
            await run.workspace.write(lambda tx: _keep_arrivals(tx, run, tally.rows, beside, claimed))
    finally:
        await unbroken(keep_calls(run))
    await run.workspace.write(lambda tx: wait_for(tx, run))


async def _claimed_since(run: SiteRun, *, anew: bool) -> Collection[str]:
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


def _claimed(conn: Connection, site_id: str, waiting: Iterable[str]) -> Collection[str]:
    claiming = records.claiming(conn, site_id, RecordKind.PRODUCT)
    return {each for each in waiting if each in claiming}


class _Beside(NamedTuple):
    """Products beside those that arrived, by whose hand they are in the PSA."""

    theirs: Collection[str]
    ours: Collection[str]


def _beside(conn: Connection, site_id: str, claimed: Collection[str]) -> _Beside:
    """Return products whose rows tell as whom Salesbuildr and this program write; those seen before come first."""
    known = [link for link in links.links_by_kind(conn, site_id, RecordKind.PRODUCT) if not link.part]
    seen = [link for link in known if link.verified_at is not None and link.ref.id not in claimed]
    ours = [link.ref.id for link in seen if link.origin is LinkOrigin.CREATED]
    named = (link for link in seen if link.origin is LinkOrigin.QUOTING)
    theirs = (link.ref.id for link in named if not is_ours(conn, site_id, link.entity, link.external_id))
    unread = records.claiming(conn, site_id, RecordKind.PRODUCT) - {link.ref.id for link in known} - {*claimed}
    return _Beside(tuple(islice(chain(theirs, sorted(unread)), _COMPARED)), ours[:_OURS])


def _keep_arrivals(
    tx: Transaction, run: SiteRun, rows: Sequence[tuple[Product, Seen]], beside: _Beside, claimed: Collection[str]
) -> None:
    """Keep of each to-do what its products prove; those that were judged are waited for no more."""
    authors = Authors.of(
        run.connector.psa.label,
        [seen for product, seen in rows if product.id in beside.theirs],
        [seen for product, seen in rows if product.id in beside.ours],
    )
    kinds = {kind.name: kind for kind in run.connector.mapping_kinds}
    for todo in _told_by_products(tx.conn, run):
        known = awaited(tx.conn, todo)
        judged = {
            product.id: _arrival(tx.conn, todo, product, seen, target_id, authors)
            for product, seen in rows
            if product.id in claimed
            and product.id in known.products
            and (target_id := held_target(kinds[todo.kind], seen))
        }
        if judged:
            best = max(judged.values(), key=lambda each: (each.proves, each.target_id != todo.bad_target_id))
            left = tuple(each for each in known.products if each not in judged)
            disproved = (*known.disproved, *(key for key, each in judged.items() if not each.proves))
            told = {"products": left, "arrival": best, "disproved": disproved}
            _keep(tx, todo, known.model_copy(update=told))


def _arrival(conn: Connection, todo: Todo, product: Product, seen: Seen, target_id: str, authors: Authors) -> Arrival:
    if is_ours(conn, todo.site_id, seen.entity, seen.id):
        verdict = Verdict(proves=False, sentence="This program has written that row itself.")
    else:
        verdict = authors.judge(seen, todo.opened_at)
    return Arrival(
        name=product.name,
        external_id=seen.id,
        target_id=target_id,
        proves=verdict.proves,
        author=verdict.sentence,
    )


def _keep(tx: Transaction, todo: Todo, what: Awaited) -> None:
    settings.put(tx, _key(todo), what.model_dump_json())


def _key(todo: Todo) -> str:
    return f"awaited/{todo.id}"
