"""HaloPSA behind the house's connector protocol."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

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
from sync_desktop.psa.halopsa import lists, matches, quotes, rows
from sync_desktop.psa.halopsa.addresses import web_origin
from sync_desktop.psa.halopsa.client import HaloClient, Row
from sync_desktop.psa.halopsa.drafting import Drafting
from sync_desktop.psa.halopsa.fields import BY_ENTITY, field_table, updatable
from sync_desktop.psa.halopsa.kinds import KINDS
from sync_desktop.psa.halopsa.lines import Lines
from sync_desktop.psa.halopsa.lists import Lists
from sync_desktop.psa.halopsa.places import Places
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, KEY_FIELDS, LINES, OPPORTUNITIES, QUOTATION, USERS
from sync_desktop.psa.halopsa.stamps import Stamps
from sync_desktop.psa.halopsa.targets import Targets
from sync_desktop.psa.halopsa.unheld import unheld
from sync_desktop.psa.halopsa.whereabouts import HaloInquiries
from sync_desktop.psa.halopsa.writes import Writes
from sync_desktop.psa.listing import listings
from sync_desktop.transport.budget import RollingBudget

_NEEDED = {
    RecordKind.COMPANY: (lists.CONTROL, lists.CUSTOMER_TYPES),
    RecordKind.CONTACT: (lists.CONTROL,),
    RecordKind.OPPORTUNITY: (lists.CONTROL, lists.TICKET_TYPES),
    RecordKind.PRODUCT: (),
    RecordKind.QUOTE: (lists.CONTROL, lists.QUOTE_STATUSES),
}
_PAGES = {CLIENT: "customers?clientid={}", OPPORTUNITIES: "ticket?id={}"}
"""Where people open records, as published integrations link to them."""


class HaloConnector:
    """One HaloPSA instance. `resource` is the API's address; `budget` counts this program's own calls.

    `lookups` are lookupids by list, for instances that call their lookups by other names.
    """

    psa = Psa.HALOPSA
    mapping_kinds: tuple[MappingKind, ...] = KINDS

    def __init__(
        self,
        client: HaloClient,
        cache: MetadataCache,
        budget: RollingBudget,
        *,
        resource: str,
        lookups: Mapping[str, str],
        grace_seconds: float,
    ) -> None:
        self._client = client
        self._lists = Lists(client, cache, lookups)
        self._targets = Targets(client, self._lists)
        self._places = Places(client)
        self._lines = Lines(client)
        self._stamps = Stamps(client)
        self._writes = Writes(client, self._places, self._lines)
        self._budget = budget
        self._resource = resource
        self.grace_seconds = grace_seconds
        self.inquiries = HaloInquiries(client, self._targets, self.read)
        self.field_table: Mapping[RecordKind, tuple[FieldRow, ...]] = field_table()

    def entity_of(self, record: AnyRecord) -> str:
        """Return the entity that a record becomes."""
        return rows.entity_of(record)

    def creates(self, entity: str) -> bool:
        """Say whether rows of this entity can be created."""
        return entity in BY_ENTITY or entity == LINES

    async def prepare(self, kinds: Collection[RecordKind]) -> None:
        """Read and keep the settings and lists that drafting these kinds needs."""
        await self._lists.load([name for kind in kinds for name in _NEEDED[kind]])

    async def test(self) -> tuple[str, ...]:
        """Find who gives tokens, sign in, and read one page of clients."""
        seen = await self._client.count(CLIENT)
        return (
            "The instance was found, and its authorisation server accepted the client id and secret.",
            f"This application sees {seen:,} clients.",
        )

    async def budget(self, *, fresh: bool = False) -> CallBudget:
        """Return our calls within the window; HaloPSA does not tell those of others."""
        del fresh
        return self.known_budget()

    def known_budget(self) -> CallBudget:
        """Return our calls within the window."""
        return CallBudget(ours=self._budget.used, our_limit=self._budget.limit, span="5 minutes")

    async def read(self, entity: str, ids: Collection[str]) -> dict[str, Seen]:
        """Read rows by id, in as few calls as the instance allows and as their details need."""
        if entity == QUOTATION:
            found = [row for row_id in sorted(ids) if (row := await self._one(entity, row_id)) is not None]
        else:
            found = await self._client.by_ids(entity, ids)
        return {seen.id: seen for seen in await self._seen(entity, found)}

    async def _one(self, entity: str, row_id: str) -> Row | None:
        return await self._client.one(entity, row_id) if row_id.isdigit() else None

    async def _seen(self, entity: str, found: list[Row]) -> list[Seen]:
        if entity == CLIENT:
            places = await self._places.with_places(found)
            return [rows.seen(entity, places[str(row["id"])]) for row in found]
        if entity == USERS:
            homeless = {site for row in found if not row.get("client_id") and (site := rows.identifier(row, "site_id"))}
            clients = await self._places.client_ids(homeless) if homeless else {}
            return [rows.seen(USERS, _with_client(row, clients)) for row in found]
        if entity == OPPORTUNITIES:
            return await self._opportunities(found)
        return [rows.seen(entity, row) for row in found]

    async def _opportunities(self, found: list[Row]) -> list[Seen]:
        seen = [await self._opportunity(row) for row in found]
        ended = {each.id for each in seen if each.state in ("won", "unknown")}
        ordered = {each.id for each in seen if rows.identifier(each.fields, "salesorder_id")}
        ordered |= await matches.followed_up(self._client, ended - ordered)
        return [replace(each, state="ordered") if each.id in ended & ordered else each for each in seen]

    async def _opportunity(self, row: Row) -> Seen:
        if str(row["id"]) in self._writes.made and "details" not in row:
            row = await self._client.one(OPPORTUNITIES, str(row["id"])) or row
        label = rows.text(row, "status_name") or await self._lists.status_name(row.get("status_id"))
        return rows.seen(OPPORTUNITIES, row, state=rows.opportunity_state(row, label), state_label=label)

    async def by_keys(self, entity: str, keys: Collection[str]) -> dict[str, list[Seen]]:
        """Find rows by their stamped key."""
        found: dict[str, list[Seen]] = defaultdict(list)
        if entity == QUOTATION:
            ids = [row_id for each in (await self._stamps.ids(keys)).values() for row_id in each]
            seen = list((await self.read(QUOTATION, ids)).values())
        else:
            seen = await self._seen(entity, await matches.by_key(self._client, keys)) if entity == ITEM else []
        for each in seen:
            if each.key in keys:
                found[each.key].append(each)
        return found

    async def lines(self, quote_ids: Collection[str]) -> dict[str, list[Seen]]:
        """Read the lines of quotations, in HaloPSA's order."""
        found = await self._lines.of([row_id for row_id in quote_ids if row_id.isdigit()])
        return {
            quote_id: [rows.seen(LINES, line, parent_id=quote_id) for line in lines]
            for quote_id, lines in found.items()
        }

    async def stamped_quotes(self) -> list[Seen]:
        """Read every quotation with a third-party number."""
        ids = [row_id for each in (await self._stamps.ids()).values() for row_id in each]
        return [seen for seen in (await self.read(QUOTATION, ids)).values() if seen.key]

    async def unstamped_quotes(self, opportunity_ids: Collection[str]) -> dict[str, list[Seen]]:
        """Read the quotations of opportunities that have no third-party number, a call for each opportunity."""
        return {each: await matches.unstamped(self._client, each) for each in opportunity_ids}

    async def candidates(self, record: AnyRecord, *, parent_id: str) -> list[Candidate]:
        """Find rows that may be this record already, inactive ones included."""
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
                stamped = (await self.by_keys(QUOTATION, record.stamps)).values()
                beside = await matches.unstamped(self._client, parent_id)
                return matches.quotes(record, [*(seen for found in stamped for seen in found), *beside])

    async def came_along(self, contact: Contact, company: Link) -> str:
        """Return the client's main contact where the client was created with this contact as that."""
        return await self._writes.came_along(contact, company)

    async def find_created(self, intent: Intent) -> list[Seen]:
        """Find what a create without an answer has made: all that was sent is in it."""
        if intent.entity == LINES:
            found = (await self.lines([intent.parent_id])).get(intent.parent_id, [])
        else:
            ids = await matches.created(self._client, intent)
            self._writes.made |= set(ids)
            found = list((await self.read(intent.entity, ids)).values())
        return [seen for seen in found if matches.holds(seen.fields, intent.fields)]

    async def targets(self, kind: str, wanted: Collection[str] = ()) -> list[Target]:
        """List the targets of a mapping kind as they are now, with those that mappings lead to asked for by id."""
        return await self._targets.of_kind(kind, wanted)

    async def listings(self, wanted: Mapping[str, Collection[str]]) -> dict[str, Listing]:
        """List the targets of several mapping kinds; one that cannot be read takes nothing from the others."""
        return await listings(self._targets.listing, wanted)

    def further_targets(
        self, kind: str, listed: Sequence[Target], parts: Sequence[Target], text: str
    ) -> Iterator[Target]:
        """Yield nothing: of HaloPSA every target is listed."""
        del kind, listed, parts, text
        return iter(())

    def draft(self, record: AnyRecord, refs: Refs) -> Drafted:
        """Draft a company, contact, opportunity or product."""
        entity = rows.entity_of(record)
        facts = {str(record.kind): record.name, f"{record.kind}_id": record.id}
        drafting = Drafting(ref_of(record), refs, entity, facts=facts, lists=self._lists)
        fields = drafting.values(record, BY_ENTITY[entity])
        company = fields.get("client_id", "")
        draft = Draft(
            ref=ref_of(record),
            entity=entity,
            fields=fields,
            label=f"{record.kind} {record.name}",
            parent_id=company if isinstance(company, Pending) else str(company),
            updatable=updatable(entity),
            key=str(fields.get(KEY_FIELDS.get(entity, ""), "")),
        )
        return Drafted(draft, tuple(drafting.failures), (*drafting.warnings, *unheld(record)))

    def draft_quote(self, quote: Quote, refs: Refs) -> QuoteDrafts:
        """Draft a quotation with its lines."""
        return quotes.QuoteDrafting(quote, refs, self._lists).drafts()

    async def create(self, draft: Draft) -> str:
        """Create one row and return its identifier."""
        return await self._writes.create(draft)

    async def update(
        self, entity: str, external_id: str, parent_id: str, fields: Mapping[str, Any], label: str
    ) -> None:
        """Send changed fields only; of a line, with its quotation and the other lines."""
        await self._writes.update(entity, external_id, parent_id, fields, label)

    async def delete(self, entity: str, external_id: str, parent_id: str, label: str) -> None:
        """Delete a line."""
        del entity
        await self._lines.remove(parent_id, external_id, label=label)

    def same_line(self, draft: Draft, seen: Seen) -> bool:
        """Say whether a line is what a draft would make."""
        return quotes.same_line(draft, seen)

    def same_thing(self, draft: Draft, seen: Seen) -> bool:
        """Say whether a line sells the same item."""
        return quotes.same_thing(draft, seen)

    def line_amount(self, fields: Mapping[str, Any]) -> Decimal:
        """Return what a line costs the customer."""
        return quotes.line_amount(fields)

    def url(self, entity: str, external_id: str) -> str:
        """Return where a person opens a client or an opportunity; others' addresses are not known."""
        page = _PAGES.get(entity, "")
        return f"{web_origin(self._resource)}/{page.format(external_id)}" if page else ""

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _with_client(row: Row, clients: Mapping[str, str]) -> Row:
    """Return a user that says which client it belongs to; some answers name its site only."""
    found = clients.get(rows.identifier(row, "site_id"), "")
    return {**row, "client_id": int(found)} if found else row
