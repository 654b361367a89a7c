"""Restores the links of a lost workspace from the keys that were stamped into the PSA (safety, rule 8)."""

from dataclasses import dataclass
from typing import Any

from sync_desktop.domain.links import Link
from sync_desktop.domain.records import AnyRecord, Product, Quote, RecordRef, ref_of
from sync_desktop.domain.words import LinkOrigin, RecordKind
from sync_desktop.psa.connector import Seen
from sync_desktop.psa.matching import names_the_same
from sync_desktop.storage import links, records
from sync_desktop.sync.check import Checker
from sync_desktop.sync.plan import Act
from sync_desktop.sync.refs import load, needed_by
from sync_desktop.sync.site_run import SiteRun


@dataclass(slots=True)
class Rebuilt:
    """What was restored."""

    quotes: int = 0
    lines: int = 0
    products: int = 0
    others: int = 0
    ambiguous: int = 0
    """Records whose keys several rows carry; a person decides."""


class Rebuild:
    """Rebuilds the links of one site. Reads the PSA; writes only this workspace."""

    def __init__(self, run: SiteRun) -> None:
        self._run = run
        self._done = Rebuilt()

    async def rebuild(self) -> Rebuilt:
        """Link products by their stamped ids, quotes by their stamped keys, then what those quotes belong to."""
        await self._products()
        quotes = [quote for quote in await self._records(RecordKind.QUOTE) if isinstance(quote, Quote)]
        of_stamp = {stamp: quote for quote in quotes for stamp in quote.stamps}
        rows: dict[str, list[Seen]] = {}
        for seen in await self._run.connector.stamped_quotes():
            if seen.active and seen.key in of_stamp:
                rows.setdefault(of_stamp[seen.key].id, []).append(seen)
        self._done.ambiguous += sum(len(found) > 1 for found in rows.values())
        sure = [(quote, rows[quote.id][0]) for quote in quotes if len(rows.get(quote.id, ())) == 1]
        for quote, seen in sure:
            await self._quote(quote, seen)
        await self._lines(sure)
        return self._done

    async def _records(self, kind: RecordKind) -> list[AnyRecord]:
        site_id = self._run.site.id
        return await self._run.workspace.read(lambda conn: records.records(conn, site_id, kind))

    async def _save(
        self, ref: RecordRef, entity: str, external_id: str, part: str = "", sent: dict[str, Any] | None = None
    ) -> bool:
        """Keep a link unless the record, or its part, has one already."""
        at, site_id = self._run.clock.now(), self._run.site.id
        if await self._run.workspace.read(lambda conn: links.link(conn, site_id, ref, part)) is not None:
            return False
        link = Link(
            ref=ref,
            part=part,
            entity=entity,
            external_id=external_id,
            origin=LinkOrigin.MATCHED,
            verified_at=at,
            sent=sent or {},
        )
        await self._run.workspace.write(lambda tx: links.save_link(tx, site_id, link, at=at))
        return True

    async def _products(self) -> None:
        by_entity: dict[str, dict[str, Product]] = {}
        for product in await self._records(RecordKind.PRODUCT):
            if isinstance(product, Product):
                by_entity.setdefault(self._run.connector.entity_of(product), {})[product.id] = product
        for entity, products in by_entity.items():
            for key, rows in (await self._run.connector.by_keys(entity, list(products))).items():
                active = [seen for seen in rows if seen.active]
                if len(active) != 1:
                    self._done.ambiguous += bool(active)
                elif await self._save(ref_of(products[key]), entity, active[0].id):
                    self._done.products += 1

    async def _quote(self, quote: Quote, seen: Seen) -> None:
        """Link a quote, and the opportunity, company and contact that its row names, where the names agree."""
        if await self._save(ref_of(quote), seen.entity, seen.id):
            self._done.quotes += 1
        for ref in needed_by(quote):
            if external_id := seen.belongs_to.get(ref.kind, ""):
                await self._named(ref, external_id)

    async def _named(self, ref: RecordRef, external_id: str) -> None:
        site_id = self._run.site.id
        record = await self._run.workspace.read(lambda conn: records.record(conn, site_id, ref))
        if record is None or isinstance(record, Quote) or record.external_id:
            return
        entity = self._run.connector.entity_of(record)
        row = (await self._run.connector.read(entity, [external_id])).get(external_id)
        if row is None:
            return
        same = names_the_same(record, name=row.name, emails=row.emails, numbers=row.numbers, domain=row.domain)
        if same and await self._save(ref_of(record), entity, external_id):
            self._done.others += 1

    async def _lines(self, quotes: list[tuple[Quote, Seen]]) -> None:
        """Pair the lines of each quote as multisets; what does not pair is left to the next check."""
        stored = await self._run.workspace.read(lambda conn: load(conn, self._run.site, [q for q, _ in quotes]))
        checker = Checker(self._run, stored)
        await checker.prefetch([quote for quote, _ in quotes])
        for quote, _ in quotes:
            plan = await checker.check(quote)
            for operation in plan.operations:
                own_line = operation.ref == plan.ref and operation.part and operation.act is Act.LINK
                if own_line and await self._save(
                    operation.ref, operation.entity, operation.external_id, operation.part, operation.after
                ):
                    self._done.lines += 1
