"""Compares a record with the PSA; reads only, and finds everything that is wrong at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sync_desktop.domain.records import AnyRecord, Opportunity, Product, Quote, ref_of
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import Pending, Seen
from sync_desktop.sync.plan import Agreement, Operation, Plan
from sync_desktop.sync.quote_check import QuoteCheck
from sync_desktop.sync.reader import Reader
from sync_desktop.sync.refs import SiteRefs, needed_by
from sync_desktop.sync.resolve import Resolver
from sync_desktop.sync.site_run import SiteRun

if TYPE_CHECKING:
    from sync_desktop.domain.failures import Failure


class Checker:
    """Checks records of one site, sharing what was read between them."""

    def __init__(self, run: SiteRun, refs: SiteRefs, reader: Reader | None = None) -> None:
        self.run = run
        self.refs = refs
        self.reader = reader or Reader(run.connector)
        self.resolver = Resolver(run, refs, self.reader)

    async def prefetch(self, records: Sequence[AnyRecord]) -> None:
        """Read what many records need in a few calls."""
        rows: set[tuple[str, str]] = set()
        keys: dict[str, set[str]] = {}
        for record in records:
            for ref in (ref_of(record), *needed_by(record)):
                each, link = self.refs.records.get(ref), self.refs.link(ref)
                if isinstance(each, Quote) and link is not None and not self.run.site.psa.has_quotes:
                    continue  # its opportunity is among what it needs
                if link is not None:
                    rows.add((link.entity, link.external_id))
                elif isinstance(each, Quote):
                    keys.setdefault(self.reader.entity_of(each), set()).update(each.stamps)
                elif each is not None and each.external_id:
                    rows.add((self.reader.entity_of(each), each.external_id))
                elif isinstance(each, Product):
                    keys.setdefault(self.reader.entity_of(each), set()).add(each.id)
        await self.reader.prefetch(rows)
        for entity, wanted in keys.items():
            await self.reader.prefetch_keys(entity, wanted)
        await self.reader.prefetch_lines(await self._quote_rows(records))
        await self.reader.prefetch_unstamped(await self._opportunities_of_new(records))

    async def _quote_rows(self, records: Sequence[AnyRecord]) -> set[str]:
        """Return the identifiers of the rows that quotes are, or may turn out to be."""
        found: set[str] = set()
        for record in records:
            if not isinstance(record, Quote):
                continue
            link = self.refs.link(ref_of(record))
            if not self.run.site.psa.has_quotes:
                found |= self._opportunity_of(record)
            elif link is not None:
                found.add(link.external_id)
            else:
                found |= {seen.id for seen in await self.reader.by_keys(self.reader.entity_of(record), record.stamps)}
        return found

    async def _opportunities_of_new(self, records: Sequence[AnyRecord]) -> set[str]:
        """Return the rows of the opportunities whose quotes are neither linked nor found by their stamp."""
        found: set[str] = set()
        for record in records:
            if not isinstance(record, Quote) or not self.run.site.psa.has_quotes or self.refs.link(ref_of(record)):
                continue
            opportunity = self.refs.external(RecordKind.OPPORTUNITY, record.opportunity.id)
            known = opportunity and not isinstance(opportunity, Pending)
            if known and not await self.reader.by_keys(self.reader.entity_of(record), record.stamps):
                found.add(opportunity)
        return found

    def _opportunity_of(self, quote: Quote) -> set[str]:
        external = self.refs.external(RecordKind.OPPORTUNITY, quote.opportunity.id)
        record = self.refs.record(RecordKind.OPPORTUNITY, quote.opportunity.id)
        claimed = record.external_id if isinstance(record, Opportunity) else ""
        return {found for found in (external or claimed,) if found}

    async def check(self, record: AnyRecord) -> Plan:
        """Return the plan for a record, its dependencies included."""
        if isinstance(record, Quote):
            return await QuoteCheck(self.resolver, record).plan()
        plan = await self._with_dependencies(record)
        plan.evidence = evidence(self.run, plan.record, plan.seen)
        return plan

    async def _with_dependencies(self, record: AnyRecord) -> Plan:
        warnings: list[str] = []
        before: list[Operation] = []
        failures: list[Failure] = []
        agreements: list[Agreement] = []
        for ref in needed_by(record):
            dependency = self.refs.records.get(ref)
            if dependency is not None and ref.kind is not RecordKind.PRODUCT:
                found = await self.resolver.resolve(dependency)
                warnings += found.told_warnings
                before += found.operations
                agreements += found.agreements
                failures += found.failures
        plan = await self.resolver.resolve(record)
        plan.warnings = [*warnings, *plan.warnings]
        plan.operations = [*before, *plan.operations]
        plan.failures = [*failures, *plan.failures]
        plan.agreements = [*agreements, *plan.agreements]
        return plan


def evidence(run: SiteRun, record: AnyRecord, seen: Seen | None) -> str:
    """Return what was seen in the PSA, in words; empty where nothing was."""
    if seen is None:
        return ""
    return f"Seen in {run.site.psa.label}: {record.kind} #{seen.id} “{seen.name}”"
