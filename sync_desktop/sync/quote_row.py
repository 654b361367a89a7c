"""Finds the row of the PSA that stands for a quote: by its link, else by its stamp; reads only."""

from collections.abc import Sequence
from dataclasses import replace

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.names import names_agree
from sync_desktop.domain.records import Quote
from sync_desktop.domain.words import FailureKind, LinkOrigin, RecordKind
from sync_desktop.psa.connector import Pending, Seen
from sync_desktop.sync.plan import Act, Operation, Plan
from sync_desktop.sync.resolve import Resolver, named, taken_by_others


class QuoteRow:
    """Finds one quote's row. What is in the way, and a link that was found, go into `plan`.

    `opportunity` is the row of the quote's opportunity, as far as that is fine.
    """

    def __init__(self, resolver: Resolver, plan: Plan, quote: Quote, opportunity: Seen | None) -> None:
        self._run = resolver.run
        self._refs = resolver.refs
        self._reader = resolver.reader
        self._plan = plan
        self._quote = quote
        self._opportunity = opportunity
        self._entity = resolver.reader.entity_of(quote)

    async def find(self) -> Seen | None:
        """Return the row; None where there is none, or where a person has to say which."""
        if not self._run.site.psa.has_quotes:
            return await self._on_opportunity()
        if self._refs.decisions.get((self._plan.ref, "create")):
            return None
        link = self._refs.link(self._plan.ref)
        if link is not None:
            return self._usable(await self._reader.row(link.entity, link.external_id))
        rows = await self._reader.by_keys(self._entity, self._quote.stamps)
        found = [seen for seen in rows if seen.active] or rows
        if found:
            return self._stamped(found)
        await self._ask_about_unstamped()
        return None

    @property
    def _opportunity_id(self) -> str:
        """The opportunity in the PSA; empty where there is none yet."""
        found = self._refs.external(RecordKind.OPPORTUNITY, self._quote.opportunity.id)
        return "" if isinstance(found, Pending) else found

    def _stamped(self, found: Sequence[Seen]) -> Seen | None:
        """Return the one row of the linked opportunity that carries the quote's stamp."""
        under = [seen for seen in found if seen.parent_id == self._opportunity_id]
        if len(under) != 1:
            facts = {"external_id": found[0].id, "candidates": str(len(found)), "found_name": found[0].name}
            if self._opportunity_fails:
                return None  # the opportunity's own failure comes first; the quote is found when it is linked
            if under:
                self._fail(FailureKind.NEAR_MATCH, "Quote has no external identifier", **facts)
            else:
                self._elsewhere(self._quote.name, **facts)
            return None
        self._link_to(under[0])
        return self._usable(under[0])

    async def _ask_about_unstamped(self) -> None:
        """Ask about quotes of the same name under the opportunity that nobody has stamped.

        Whether Salesbuildr's own integration stamps what it writes is not known, so that one of them may be this quote.
        """
        if not self._opportunity_id:
            return
        name = self._quote.title or self._quote.number
        unstamped = await self._reader.unstamped(self._opportunity_id)
        alike = [seen for seen in unstamped if seen.active and names_agree(name, seen.name)]
        others = await taken_by_others(self._run, self._plan.ref, [(each.entity, each.id) for each in alike])
        found = [each for each in alike if each.id not in others]
        if found:
            facts = {"candidates": str(len(found)), "reason": "near match", "found_name": found[0].name}
            self._fail(FailureKind.NEAR_MATCH, "Quote has no external identifier", **facts)

    async def _on_opportunity(self) -> Seen | None:
        """Return the row of the quote's opportunity, which is what stands for the quote where a PSA has none."""
        link, opportunity = self._refs.link(self._plan.ref), self._opportunity_id
        if link is None and await self._stamped_elsewhere(opportunity):
            return None
        if not opportunity:
            return None
        if link is not None and link.external_id != opportunity and self._refs.parts(self._plan.ref):
            facts = {"external_id": link.external_id, "found_name": f"opportunity #{link.external_id}"}
            self._elsewhere(f"{self._quote.opportunity.name} (#{opportunity})", **facts)
            return None
        if self._opportunity is None:
            return None  # why it is not there is said of the opportunity itself
        seen = replace(self._opportunity, entity=self._entity)
        if link is None or link.external_id != seen.id:
            self._link_to(seen)
        return seen

    async def _stamped_elsewhere(self, opportunity: str) -> bool:
        """Say whether lines with the quote's stamp hang on another opportunity: put here too, they would be doubled."""
        rows = await self._reader.by_keys(self._entity, self._quote.stamps)
        others = [seen for seen in rows if seen.id != opportunity]
        if others and not self._opportunity_fails:
            facts = {"external_id": others[0].id, "found_name": f"opportunity #{others[0].id}"}
            self._elsewhere(f"{self._quote.opportunity.name} (#{opportunity})", **facts)
        return bool(others)

    @property
    def _opportunity_fails(self) -> bool:
        failing = (each.record for each in self._plan.failures if each.record)
        return any(record.kind is RecordKind.OPPORTUNITY for record in failing)

    def _elsewhere(self, expected: str, **facts: str) -> None:
        self._fail(FailureKind.LINK_MISMATCH, "Link names another record", **facts, expected_name=expected)

    def _link_to(self, seen: Seen) -> None:
        self._plan.operations.append(
            Operation(
                act=Act.LINK,
                ref=self._plan.ref,
                entity=seen.entity,
                label=f"quote {self._quote.name} to #{seen.id}",
                external_id=seen.id,
                origin=LinkOrigin.MATCHED,
            )
        )

    def _usable(self, seen: Seen | None) -> Seen | None:
        psa, link = self._run.site.psa.label, self._refs.link(self._plan.ref)
        if seen is None:
            facts = {"external_id": link.external_id if link else "", "state": "gone"}
            self._fail(FailureKind.NOT_FOUND, f"Quote was not found in {psa}", **facts)
        elif not seen.active:
            facts = {"external_id": seen.id, "state": "inactive"}
            self._fail(FailureKind.INACTIVE, f"Quote is inactive in {psa}", **facts)
        return seen

    def _fail(self, kind: FailureKind, message: str, **facts: str) -> None:
        self._plan.failures.append(Failure(kind=kind, message=message, facts={**named(self._quote), **facts}))
