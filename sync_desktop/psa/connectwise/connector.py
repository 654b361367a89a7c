"""ConnectWise behind the house's connector protocol."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.links import Candidate, Intent, Link
from sync_desktop.domain.mappings import MappingKind, Target
from sync_desktop.domain.records import AnyRecord, Company, Contact, Opportunity, Product, Quote, ref_of
from sync_desktop.domain.words import Psa, RecordKind
from sync_desktop.psa.connector import (
    CallBudget,
    Draft,
    Drafted,
    FieldRow,
    Listing,
    MetadataCache,
    Pending,
    QuoteDrafts,
    Refs,
    Seen,
)
from sync_desktop.psa.connectwise import categories, lists, matches, quotes, rows
from sync_desktop.psa.connectwise.addresses import web_origin
from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.drafting import Drafting
from sync_desktop.psa.connectwise.fields import BY_ENTITY, field_table
from sync_desktop.psa.connectwise.kinds import KINDS, PRODUCT_CATEGORY
from sync_desktop.psa.connectwise.lists import Lists
from sync_desktop.psa.connectwise.paths import Row, nest, operations
from sync_desktop.psa.connectwise.rows import CATALOG, COMPANIES, CONTACTS, KEY, LINES, OPPORTUNITIES, QUOTES
from sync_desktop.psa.connectwise.targets import Targets
from sync_desktop.psa.connectwise.unheld import unheld
from sync_desktop.psa.connectwise.whereabouts import ConnectWiseInquiries
from sync_desktop.psa.listing import listings
from sync_desktop.psa.matching import ranked
from sync_desktop.transport.budget import RollingBudget

_NEEDED = {
    RecordKind.COMPANY: (lists.COMPANY_TYPES, lists.COUNTRIES),
    RecordKind.CONTACT: (lists.COMMUNICATION_TYPES,),
    RecordKind.OPPORTUNITY: (lists.PROBABILITIES,),
    RecordKind.PRODUCT: (lists.UNITS, lists.MANUFACTURERS, lists.BILL_CYCLES),
    RecordKind.QUOTE: (lists.BILL_CYCLES,),
}
_PAGES = {COMPANIES: "CompanyFV", CONTACTS: "ContactFV", OPPORTUNITIES: "OpportunityFV", QUOTES: "OpportunityFV"}


class ConnectWiseConnector:
    """One ConnectWise tenant. `site` is where people log in; `budget` counts this program's own calls."""

    psa = Psa.CONNECTWISE
    mapping_kinds: tuple[MappingKind, ...] = KINDS

    def __init__(
        self,
        client: ConnectWiseClient,
        cache: MetadataCache,
        budget: RollingBudget,
        clock: Clock,
        *,
        site: str,
        company: str,
        grace_seconds: float,
    ) -> None:
        self._client = client
        self._lists = Lists(client, cache)
        self._targets = Targets(client, clock)
        self._budget = budget
        self._site = site
        self._company = company
        self.grace_seconds = grace_seconds
        self.inquiries = ConnectWiseInquiries(client, self._targets, self.read)
        self.field_table: Mapping[RecordKind, tuple[FieldRow, ...]] = field_table()

    def entity_of(self, record: AnyRecord) -> str:
        """Return the entity that a record becomes."""
        return rows.entity_of(record)

    def creates(self, entity: str) -> bool:
        """Say whether rows can be created: a quote is nothing by itself here."""
        return entity in BY_ENTITY or entity == LINES

    async def prepare(self, kinds: Collection[RecordKind]) -> None:
        """Read and keep the lists that drafting these kinds needs."""
        await self._lists.load([path for kind in kinds for path in _NEEDED[kind]])

    async def test(self) -> tuple[str, ...]:
        """Find the codebase, sign two calls and tell what answered: some servers tell of themselves to anybody."""
        info = await self._client.info()
        seen = await self._client.count(COMPANIES)
        version = rows.text(info, "version")
        return (
            f"The company was found, and its keys and client id were accepted by ConnectWise {version}.".replace(
                " .", "."
            ),
            f"This API member sees {seen:,} companies.",
        )

    async def budget(self, *, fresh: bool = False) -> CallBudget:
        """Return our calls of the last minute; ConnectWise does not tell those of others."""
        del fresh
        return self.known_budget()

    def known_budget(self) -> CallBudget:
        """Return our calls of the last minute."""
        return CallBudget(ours=self._budget.used, our_limit=self._budget.limit, span="minute", published=False)

    async def read(self, entity: str, ids: Collection[str]) -> dict[str, Seen]:
        """Read rows by id in as few calls as addresses have room for; what a list leaves out is asked for by its id."""
        path = rows.path_of(entity)
        found = await self._client.by_ids(path, ids)
        known = {str(row["id"]) for row in found}
        for row_id in sorted(set(ids) - known):
            if row_id.isdigit() and (row := await self._client.one(path, row_id)) is not None:
                found.append(row)
        if path == OPPORTUNITIES:
            return {seen.id: seen for seen in await self._opportunities(entity, found)}
        return {str(row["id"]): rows.seen(entity, row) for row in found}

    async def _opportunities(self, entity: str, found: list[Row]) -> list[Seen]:
        made: list[Seen] = []
        for row in found:
            flat = rows.flat(entity, row)
            status = await self._lists.status(rows.text(flat, "status/id"))
            label = rows.text(status or {}, "name") or rows.text(flat, "status/name")
            made.append(rows.seen(entity, row, state=rows.opportunity_state(status), state_label=label))
        ordered = await matches.followed_up(
            self._client, {seen.id for seen in made if seen.state in ("won", "unknown")}
        )
        return [replace(seen, state="ordered") if seen.id in ordered else seen for seen in made]

    async def by_keys(self, entity: str, keys: Collection[str]) -> dict[str, list[Seen]]:
        """Find rows by their stamped key; of quotes, the opportunities whose lines are stamped with it."""
        found: dict[str, list[Seen]] = defaultdict(list)
        if entity == QUOTES:
            for seen in await self._stamped(await matches.lines_of_quotes(self._client, keys)):
                found[seen.key].append(seen)
        elif entity in (CATALOG, LINES):
            for row in await matches.by_keys(self._client, entity, keys):
                found[rows.text(row, KEY)].append(rows.seen(entity, row))
        return found

    async def _stamped(self, lines: list[Row]) -> list[Seen]:
        """Return the opportunities that stamped lines hang on, once for each quote on them."""
        flat = [rows.flat(LINES, line) for line in lines]
        pairs = dict.fromkeys(
            (rows.text(line, "opportunity/id"), rows.key_of_quote(rows.text(line, KEY))) for line in flat
        )
        there = await self.read(QUOTES, {opportunity for opportunity, _ in pairs if opportunity})
        return [rows.as_quote(there[opportunity], key) for opportunity, key in pairs if opportunity in there and key]

    async def unstamped_quotes(self, opportunity_ids: Collection[str]) -> dict[str, list[Seen]]:
        """Return nothing: there are no quotes beside the opportunities themselves."""
        del opportunity_ids
        return {}

    async def lines(self, quote_ids: Collection[str]) -> dict[str, list[Seen]]:
        """Read the lines of opportunities, in ConnectWise's order."""
        found: dict[str, list[Seen]] = defaultdict(list)
        label = "Read the lines of opportunities"
        for row in await self._client.by_ids(LINES, quote_ids, field="opportunity/id", label=label):
            seen = rows.seen(LINES, row)
            found[seen.parent_id].append(seen)
        for lines in found.values():
            lines.sort(key=lambda seen: (float(seen.fields.get("sequenceNumber") or 0), int(seen.id)))
        return found

    async def stamped_quotes(self) -> list[Seen]:
        """Read every quote whose stamp lines carry."""
        lines = await self._client.find(LINES, f"{KEY}!=null", label="Read stamped lines")
        return await self._stamped([line for line in lines if rows.key_of_quote(rows.text(line, KEY))])

    async def candidates(self, record: AnyRecord, *, parent_id: str) -> list[Candidate]:
        """Find rows that may be this record already, inactive and deleted ones included."""
        match record:
            case Company():
                return await matches.companies(self._client, record)
            case Contact():
                return await matches.contacts(self._client, record, parent_id)
            case Opportunity():
                return await matches.opportunities(self._client, record, parent_id)
            case Product():
                return await matches.products(self._client, record)
            case _:
                return await self._quotes(record)

    async def _quotes(self, record: Quote) -> list[Candidate]:
        return ranked(
            Candidate(
                entity=QUOTES,
                external_id=seen.id,
                name=seen.name,
                agrees=("lines with the quote's stamp",),
                detail=f"opportunity #{seen.id}",
                score=1.0,
            )
            for found in (await self.by_keys(QUOTES, record.stamps)).values()
            for seen in found
        )

    async def came_along(self, contact: Contact, company: Link) -> str:
        """Return nothing: a new company brings nobody along."""
        del contact, company
        return ""

    async def find_created(self, intent: Intent) -> list[Seen]:
        """Find what a create without an answer has made."""
        return [rows.seen(intent.entity, row) for row in await matches.find_created(self._client, intent)]

    async def targets(self, kind: str, wanted: Collection[str] = ()) -> list[Target]:
        """List the targets of a mapping kind as they are now, with those that mappings lead to asked for by id."""
        return list((await self._targets.listing(kind, wanted)).targets)

    async def listings(self, wanted: Mapping[str, Collection[str]]) -> dict[str, Listing]:
        """List the targets of several mapping kinds; one that cannot be read takes nothing from the others."""
        return await listings(self._targets.listing, wanted)

    def further_targets(
        self, kind: str, listed: Sequence[Target], parts: Sequence[Target], text: str
    ) -> Iterator[Target]:
        """Yield subcategories with those product types that are not listed with them."""
        return categories.further(listed, parts, text) if kind == PRODUCT_CATEGORY else iter(())

    def draft(self, record: AnyRecord, refs: Refs) -> Drafted:
        """Draft a company, contact, opportunity or product."""
        entity = rows.entity_of(record)
        facts = {str(record.kind): record.name, f"{record.kind}_id": record.id}
        drafting = Drafting(ref_of(record), refs, entity, facts=facts, lists=self._lists)
        fields = drafting.values(record, BY_ENTITY[entity])
        company = fields.get("company/id", "")
        draft = Draft(
            ref=ref_of(record),
            entity=entity,
            fields=fields,
            label=f"{record.kind} {record.name}",
            parent_id=company if isinstance(company, Pending) else str(company),
            updatable=frozenset(drafting.name_of(source.field) for source in BY_ENTITY[entity] if source.updates)
            - {""},
            key=str(fields.get(KEY, "")),
        )
        return Drafted(draft, tuple(drafting.failures), (*drafting.warnings, *unheld(record)))

    def draft_quote(self, quote: Quote, refs: Refs) -> QuoteDrafts:
        """Draft the lines that a quote puts on its opportunity."""
        return quotes.QuoteDrafting(quote, refs, self._lists).drafts()

    async def create(self, draft: Draft) -> str:
        """Create one row and return its identifier."""
        made = await self._client.create(draft.entity, nest(draft.fields), label=f"Create {draft.label}")
        return str(made["id"])

    async def update(
        self, entity: str, external_id: str, parent_id: str, fields: Mapping[str, Any], label: str
    ) -> None:
        """Change these fields only; the row is read first, because lists in it are changed by place."""
        del parent_id
        path = rows.path_of(entity)
        row = await self._client.one(path, external_id) or {}
        await self._client.patch(path, external_id, operations(fields, row), row, label=label)

    async def delete(self, entity: str, external_id: str, parent_id: str, label: str) -> None:
        """Delete a line."""
        del parent_id
        await self._client.delete(entity, external_id, label=label)

    def same_line(self, draft: Draft, seen: Seen) -> bool:
        """Say whether a line is what a draft would make."""
        return quotes.same_line(draft, seen)

    def same_thing(self, draft: Draft, seen: Seen) -> bool:
        """Say whether a line sells the same catalog item."""
        return quotes.same_thing(draft, seen)

    def line_amount(self, fields: Mapping[str, Any]) -> Decimal:
        """Return what a line costs the customer."""
        return quotes.line_amount(fields)

    def url(self, entity: str, external_id: str) -> str:
        """Return ConnectWise's link to a record, for the entities that have one."""
        if entity not in _PAGES:
            return ""
        query = f"locale=en_US&companyName={self._company}&recordType={_PAGES[entity]}&recid={external_id}"
        return f"{web_origin(self._site)}/v4_6_release/services/system_io/router/openrecord.rails?{query}"

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
