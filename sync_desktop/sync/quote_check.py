"""Compares a quote with the PSA: what it depends on, itself and its lines; reads only."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.plans import DependencyState, FieldDifference
from sync_desktop.domain.records import Product, Quote, RecordRef
from sync_desktop.domain.values import same_value
from sync_desktop.domain.words import FailureKind, LinkOrigin, RecordKind
from sync_desktop.psa.connector import Draft, Pending, QuoteDrafts, Seen
from sync_desktop.sync.decisions import ADOPT, REPLACE, line_words, settled
from sync_desktop.sync.differences import agreed, compare, last_sent, updates
from sync_desktop.sync.eligibility import why_not_eligible
from sync_desktop.sync.lines import LinePairs, pair
from sync_desktop.sync.plan import Act, Agreement, Operation, Plan
from sync_desktop.sync.quote_row import QuoteRow
from sync_desktop.sync.refs import needed_by
from sync_desktop.sync.resolve import Resolver, named

_ORDER = (RecordKind.COMPANY, RecordKind.CONTACT, RecordKind.OPPORTUNITY, RecordKind.PRODUCT)


class QuoteCheck:
    """Checks one quote; `resolver` finds out what stands for the records that it depends on."""

    def __init__(self, resolver: Resolver, quote: Quote) -> None:
        self._resolver = resolver
        self._run = resolver.run
        self._refs = resolver.refs
        self._reader = resolver.reader
        self._quote = quote
        self._plan = Plan(quote)
        self._psa = resolver.run.site.psa.label
        self._opportunity: Seen | None = None
        self._closed: list[Failure] = []
        """What says that the opportunity is closed; only what would be written minds."""

    async def plan(self) -> Plan:
        """Compare the quote, its dependencies and its lines with the PSA."""
        self._plan.not_eligible = why_not_eligible(self._quote, self._run.site, self._run.clock.now())
        if self._plan.not_eligible:
            return self._plan
        await self._dependencies()
        seen = await QuoteRow(self._resolver, self._plan, self._quote, self._opportunity).find()
        if seen is None:
            self._refs.pending.add(self._plan.ref)
        drafts = await self._drafts()
        self._plan.failures += [
            each.with_facts(**named(self._quote)) for each in (*drafts.main.failures, *drafts.failures)
        ]
        self._plan.warnings += drafts.main.warnings
        if seen is not None:
            await self._compare(seen, drafts)
        elif not self._plan.failures:
            self._create_all(drafts)
        if self._plan.writes or self._plan.failures or seen is None:
            # What is in step needs no write, so that a closed opportunity is in nobody's way.
            self._plan.failures = [*self._closed, *self._plan.failures]
        return self._plan

    def _confirmed(self, closed: Failure) -> bool:
        """Say whether a person has said that this quote is written although its opportunity is won, or may be."""
        asks = closed.facts.get("state") in ("won", "unknown")
        return asks and bool(self._refs.decisions.get((self._plan.ref, "won")))

    async def _dependencies(self) -> None:
        states: dict[RecordKind, list[Plan]] = {kind: [] for kind in _ORDER}
        for ref in needed_by(self._quote):
            record = self._refs.records.get(ref)
            if record is None:
                self._unreadable(ref)
                continue
            found = await self._resolver.resolve(record)
            self._plan.warnings += found.told_warnings
            states[ref.kind].append(found)
        if not self._quote.opportunity.id:
            self._fail(FailureKind.NO_EXTERNAL_ID, "Opportunity has no external identifier", reason="no opportunity")
        for kind in _ORDER:
            for plan in states[kind]:
                closed = [each for each in plan.failures if each.kind is FailureKind.CLOSED]
                self._closed += [each for each in closed if not self._confirmed(each)]
                self._plan.failures += [each for each in plan.failures if each not in closed]
                self._plan.operations += plan.operations
                self._plan.agreements += plan.agreements
                self._plan.differences += plan.differences
        self._same_company(states[RecordKind.CONTACT])
        self._opportunity = next((plan.seen for plan in states[RecordKind.OPPORTUNITY]), None)
        self._plan.depends_on = _chain(self._quote, states)

    def _same_company(self, contacts: Sequence[Plan]) -> None:
        """Block a contact that is fine at its own company, which is not the quote's."""
        company = self._refs.external(RecordKind.COMPANY, self._quote.company.id)
        for plan in contacts:
            elsewhere = plan.seen is not None and plan.seen.parent_id not in ("", str(company))
            if elsewhere and company and not isinstance(company, Pending) and not plan.failures:
                facts = {**named(plan.record), "company": self._quote.company.name, "company_id": company}
                self._fail(FailureKind.ASSOCIATION, "companyID is not associated with contactID", **facts)

    def _unreadable(self, ref: RecordRef) -> None:
        message = f"{ref.kind.label} was not found in Salesbuildr"
        self._plan.failures.append(
            Failure(kind=FailureKind.NOT_FOUND, message=message, facts={f"{ref.kind}_id": ref.id}, record=ref)
        )

    def _fail(self, kind: FailureKind, message: str, **facts: str) -> None:
        facts = {**named(self._quote), **facts}
        self._plan.failures.append(Failure(kind=kind, message=message, facts=facts))

    async def _drafts(self) -> QuoteDrafts:
        await self._run.connector.prepare([RecordKind.QUOTE])
        while True:
            drafts = self._run.connector.draft_quote(self._quote, self._refs)
            if not await self._resolver.load_targets():
                return drafts

    def _create_all(self, drafts: QuoteDrafts) -> None:
        parts = [*drafts.before, *([drafts.main.draft] if drafts.main.draft else []), *drafts.lines]
        missing = [draft for draft in parts if self._refs.link(draft.ref, draft.part) is None]
        self._plan.operations += [_creation(draft) for draft in missing]

    async def _compare(self, seen: Seen, drafts: QuoteDrafts) -> None:
        self._plan.seen, self._plan.external_id = seen, seen.id
        self._refs.pending.discard(self._plan.ref)
        if drafts.main.draft is not None:
            self._plan.differences += self._differences(drafts.main.draft, seen)
        links = {part: link.external_id for part, link in self._refs.parts(self._plan.ref).items()}
        rows = await self._reader.lines(seen.id)
        pairs = pair(drafts.lines, rows, links, self._run.connector.same_line)
        self._plan.agreements += self._gone_on_both_sides(drafts, rows)
        self._compare_lines(seen, pairs)
        total = sum((self._run.connector.line_amount(row.fields) for _, row in pairs.pairs), Decimal(0))
        what = "quote" if self._run.site.psa.has_quotes else "opportunity"
        self._plan.evidence = (
            f"Seen in {self._psa}: {what} #{seen.id} “{seen.name}”, {len(pairs.pairs)} lines, total {total:,.2f}"
        )

    def _gone_on_both_sides(self, drafts: QuoteDrafts, rows: Sequence[Seen]) -> list[Agreement]:
        """Return the lines that neither side has any more, as after a deletion whose answer was lost."""
        wanted, there = {draft.part for draft in drafts.lines}, {row.id for row in rows}
        parts = self._refs.parts(self._plan.ref).items()
        lines = {part: link for part, link in parts if not part.startswith("location:")}
        gone = [part for part, link in lines.items() if part not in wanted and link.external_id not in there]
        return [Agreement(self._plan.ref, part, gone=True) for part in gone]

    def _differences(self, draft: Draft, seen: Seen) -> list[FieldDifference]:
        """Return in what a row differs from its draft, and plan what is to be sent of that."""
        sent = last_sent(self._refs.link(draft.ref, draft.part), draft.updatable)
        compared = compare(sent=sent, ours=draft.fields, theirs=seen.fields, updatable=draft.updatable)
        words = self._refs.decided(self._plan.ref, "conflicts")
        found = settled(compared, words, ref=draft.ref, part=draft.part, label=draft.label)
        if changed := updates(found, sent):
            self._update(seen, draft, changed)
        if same := agreed(sent=sent, ours=draft.fields, theirs=seen.fields, updatable=draft.updatable):
            self._plan.agreements.append(Agreement(draft.ref, draft.part, same))
        return found

    def _update(self, seen: Seen, draft: Draft, changed: dict[str, object]) -> None:
        self._plan.operations.append(
            Operation(
                act=Act.UPDATE,
                ref=self._plan.ref,
                part=draft.part,
                entity=seen.entity,
                label=draft.label,
                external_id=seen.id,
                parent_id=seen.parent_id,
                before={name: seen.fields.get(name) for name in changed},
                after=changed,
                draft=draft,
            )
        )

    def _compare_lines(self, seen: Seen, pairs: LinePairs) -> None:
        words = line_words(self._refs.decided(self._plan.ref, "lines"))
        for draft, row in pairs.matched:
            self._plan.operations.append(
                Operation(
                    act=Act.LINK,
                    ref=draft.ref,
                    part=draft.part,
                    entity=draft.entity,
                    label=f"{draft.label} to #{row.id}",
                    external_id=row.id,
                    origin=LinkOrigin.MATCHED,
                    after=_agreed(draft, row),
                )
            )
        for draft, row in pairs.linked:
            self._plan.differences += [each for each in self._differences(draft, row) if each.conflict]
        foreign = self._ours_no_more(seen, pairs)
        self._gone(pairs.gone, words)
        if self._foreign([row for row in foreign if row.id not in words]):
            return
        replaced = [row for row in foreign if words[row.id] == REPLACE]
        self._plan.operations += [_deletion(self._plan.ref, row, seen.id) for row in replaced]
        missing = self._adopt(pairs.missing, [row for row in foreign if words[row.id] == ADOPT])
        if not self._plan.failures:
            self._plan.operations += [_creation(draft) for draft in missing]

    def _foreign(self, asked: Sequence[Seen]) -> bool:
        """Ask about lines that others added and of which nobody has said anything; say whether there are any."""
        if asked:
            names = ", ".join(row.name or f"#{row.id}" for row in asked)
            facts = {"lines": str(len(asked)), "items": names, "line_ids": ",".join(row.id for row in asked)}
            self._fail(FailureKind.FOREIGN_LINES, "Lines were added by others", **facts)
        return bool(asked)

    def _ours_no_more(self, seen: Seen, pairs: LinePairs) -> list[Seen]:
        """Delete lines of ours that the quote no longer has and nobody changed; return what others added."""
        known = self._refs.parts(self._plan.ref).items()
        parts = {(link.entity, link.external_id): (part, link) for part, link in known}
        foreign: list[Seen] = []
        for row in pairs.foreign:
            part, link = parts.get((row.entity, row.id), ("", None))
            ours = link is not None and link.origin is LinkOrigin.CREATED
            if link is None or not ours or not all(same_value(row.fields.get(k), v) for k, v in link.sent.items()):
                foreign.append(row)
            else:
                self._plan.operations.append(_deletion(self._plan.ref, row, seen.id, part))
        return foreign

    def _gone(self, gone: Sequence[Draft], words: Mapping[str, str]) -> None:
        """Block: a line that somebody deleted in the PSA is never made again without a person's word."""
        self._plan.operations += [_creation(draft) for draft in gone if words.get(draft.part) == REPLACE]
        asked = [draft for draft in gone if draft.part not in words]
        if asked:
            items = ", ".join(draft.name for draft in asked)
            facts = {"items": items, "lines": str(len(asked)), "line_ids": ",".join(draft.part for draft in asked)}
            message = f"Lines were deleted in {self._psa}"
            self._fail(FailureKind.DIFFERENCE, message, **facts, reason="lines deleted")

    def _adopt(self, wanted: Sequence[Draft], foreign: Sequence[Seen]) -> list[Draft]:
        """Take lines of others for ours where they name the same thing, and return the lines that are missing still.

        The PSA keeps the values of those that are taken.
        """
        rest, missing = list(foreign), []
        for draft in wanted:
            row = next((row for row in rest if self._run.connector.same_thing(draft, row)), None)
            if row is None:
                missing.append(draft)
                continue
            rest.remove(row)
            self._plan.operations.append(
                Operation(
                    act=Act.LINK,
                    ref=draft.ref,
                    part=draft.part,
                    entity=draft.entity,
                    label=f"{draft.label} to #{row.id}",
                    external_id=row.id,
                    origin=LinkOrigin.HAND,
                )
            )
        return missing


def _agreed(draft: Draft, row: Seen) -> dict[str, object]:
    """Return the fields in which a matched row is what it should be: from there on, a change of one side is told."""
    known = {name: value for name, value in draft.fields.items() if name in draft.updatable}
    return {name: value for name, value in known.items() if same_value(value, row.fields.get(name))}


def _creation(draft: Draft) -> Operation:
    return Operation(
        act=Act.CREATE,
        ref=draft.ref,
        part=draft.part,
        entity=draft.entity,
        label=draft.label,
        parent_id=draft.parent_id,
        after=dict(draft.fields),
        draft=draft,
    )


def _deletion(ref: RecordRef, row: Seen, parent_id: str, part: str = "") -> Operation:
    return Operation(
        act=Act.DELETE,
        ref=ref,
        part=part,
        entity=row.entity,
        label=f"quote item “{row.name}”",
        external_id=row.id,
        parent_id=parent_id,
        before=dict(row.fields),
    )


def _chain(quote: Quote, states: dict[RecordKind, list[Plan]]) -> list[DependencyState]:
    """Return what the quote depends on, in order, as the detail shows it."""
    chain = [_state(kind.label, states[kind]) for kind in _ORDER[:3] if states[kind]]
    products = states[RecordKind.PRODUCT]
    bad = {plan.record.category.id for plan in products if plan.blocked and isinstance(plan.record, Product)}
    categories = {item.category.id for item in quote.items if item.category.id}
    if categories:
        label = f"{len(bad)} of {len(categories)} categories" if bad else f"{len(categories)} categories"
        chain.append(DependencyState(label=label, ok=not bad))
    failing = sum(plan.blocked for plan in products)
    label = f"{failing} of {len(quote.items)} items" if failing else f"{len(quote.items)} items"
    chain.append(DependencyState(label=label, ok=not failing))
    return chain


def _state(label: str, plans: Sequence[Plan]) -> DependencyState:
    message = next((failure.message for plan in plans for failure in plan.failures), "")
    return DependencyState(label=label, ok=not message, detail=message)
