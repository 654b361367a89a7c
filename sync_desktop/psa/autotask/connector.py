"""Autotask behind the house's connector protocol."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.links import Candidate, Intent, Link
from sync_desktop.domain.mappings import MappingKind, Target
from sync_desktop.domain.records import AnyRecord, Contact, Product, ProductType, Quote, ref_of
from sync_desktop.domain.words import FailureKind, Psa, RecordKind
from sync_desktop.psa.autotask import matches, quotes, rows
from sync_desktop.psa.autotask.client import AutotaskClient, Row
from sync_desktop.psa.autotask.countries import Countries, read_countries
from sync_desktop.psa.autotask.drafting import Drafting
from sync_desktop.psa.autotask.fields import BY_ENTITY, field_table, updatable
from sync_desktop.psa.autotask.kinds import KINDS
from sync_desktop.psa.autotask.metadata import Metadata
from sync_desktop.psa.autotask.targets import Targets
from sync_desktop.psa.autotask.unheld import unheld
from sync_desktop.psa.autotask.whereabouts import AutotaskInquiries
from sync_desktop.psa.connector import (
    CallBudget,
    Draft,
    Drafted,
    FieldRow,
    Listing,
    MetadataCache,
    QuoteDrafts,
    Refs,
    Seen,
)
from sync_desktop.psa.listing import listings
from sync_desktop.transport.budget import RollingBudget

_NEEDED_ENTITIES = {
    RecordKind.COMPANY: ("Companies",),
    RecordKind.CONTACT: ("Contacts",),
    RecordKind.OPPORTUNITY: ("Opportunities",),
    RecordKind.PRODUCT: ("Products", "Services", "ServiceBundles"),
    RecordKind.QUOTE: ("Quotes", "QuoteItems"),
}
_THRESHOLD_EVERY = 100
"""Calls of ours after which the tenant's count is read again."""


class AutotaskConnector:
    """One Autotask tenant. `web_url` is where people open records; `budget` counts this program's own calls.

    `open_status` is the value of the status that the site gives to new opportunities, where it is set: whatever that
    status is called, it is an open one.
    """

    psa = Psa.AUTOTASK
    mapping_kinds: tuple[MappingKind, ...] = KINDS

    def __init__(
        self,
        client: AutotaskClient,
        cache: MetadataCache,
        budget: RollingBudget,
        *,
        web_url: str,
        grace_seconds: float,
        open_status: str = "",
    ) -> None:
        self._client = client
        self._cache = cache
        self._metadata = Metadata(client, cache)
        self._countries: Countries | None = None
        self._targets = Targets(client, self._metadata)
        self._budget = budget
        self._web_url = web_url
        self._open_status = open_status
        self._tenant: tuple[int, int] | None = None
        self._tenant_read_at = 0
        self.grace_seconds = grace_seconds
        self.inquiries = AutotaskInquiries(self._targets, self.read)
        self.field_table: Mapping[RecordKind, tuple[FieldRow, ...]] = field_table()

    def entity_of(self, record: AnyRecord) -> str:
        """Return the entity that a record becomes."""
        return rows.entity_of(record)

    def creates(self, entity: str) -> bool:
        """Say whether rows can be created: roles, billing codes and resources cannot."""
        return entity in BY_ENTITY or entity in ("QuoteItems", "QuoteLocations")

    async def prepare(self, kinds: Collection[RecordKind]) -> None:
        """Read and keep the field information that drafting these kinds needs."""
        await self._metadata.load([entity for kind in kinds for entity in _NEEDED_ENTITIES[kind]])
        if RecordKind.COMPANY in kinds and self._countries is None:
            self._countries = await read_countries(self._client, self._cache)

    async def test(self) -> tuple[str, ...]:
        """Find the zone, sign one call and tell the call count."""
        await self._client.session()
        used, limit = await self._client.threshold()
        return (
            "The zone was found and the user name, secret and integration code were accepted.",
            f"The tenant used {used:,} of its {limit:,} calls in the last hour, all integrations together.",
        )

    async def budget(self, *, fresh: bool = False) -> CallBudget:
        """Return our calls and the tenant's; the tenant's count is read on request and after every 100 of ours."""
        if fresh or self._tenant is None or self._budget.total - self._tenant_read_at >= _THRESHOLD_EVERY:
            self._tenant = await self._client.threshold()
            self._tenant_read_at = self._budget.total
        return self.known_budget()

    def known_budget(self) -> CallBudget:
        """Return our calls, and the tenant's as of the last reading."""
        tenant, limit = self._tenant or (None, None)
        return CallBudget(ours=self._budget.used, our_limit=self._budget.limit, tenant=tenant, tenant_limit=limit)

    async def read(self, entity: str, ids: Collection[str]) -> dict[str, Seen]:
        """Read rows by id, in as few calls as Autotask's limit of 500 values allows."""
        found = await self._client.by_ids(entity, ids)
        if entity == "Opportunities":
            return {seen.id: seen for seen in await self._opportunities(found)}
        return {str(row["id"]): rows.seen(entity, row) for row in found}

    async def _opportunities(self, found: list[Row]) -> list[Seen]:
        await self._metadata.load(("Opportunities",))
        labels = {str(row["id"]): self._status_label(rows.text(row, "status")) for row in found}
        states = {external_id: rows.opportunity_state(label) for external_id, label in labels.items()}
        for row in found:
            if self._open_status and rows.text(row, "status") == self._open_status:
                states[str(row["id"])] = "open"
        ordered = {str(row["id"]) for row in found if row.get("salesOrderID")}
        asked = {external_id for external_id, state in states.items() if state in ("won", "unknown")}
        ordered |= await matches.followed_up(self._client, asked - ordered)
        states |= dict.fromkeys(asked & ordered, "ordered")
        return [
            rows.seen("Opportunities", row, state=states[str(row["id"])], state_label=labels[str(row["id"])])
            for row in found
        ]

    def _status_label(self, value: str) -> str:
        """Return what the tenant calls a status; its number where the pick list has no name for it."""
        status = self._metadata.field("Opportunities", "status")
        known = status.pick(value) if status else None
        return (known.label.strip() if known else "") or (f"#{value}" if value else "")

    async def by_keys(self, entity: str, keys: Collection[str]) -> dict[str, list[Seen]]:
        """Find rows by their stamped key; empty where this tenant's entity has no such field."""
        found: dict[str, list[Seen]] = defaultdict(list)
        field = rows.KEY_FIELDS.get(entity)
        if not field or not keys:
            return found
        await self._metadata.load((entity,))
        if self._metadata.field(entity, field) is None:
            return found
        wanted = sorted(keys)
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            for row in await self._client.query(
                entity, [{"op": "in", "field": field, "value": part}], label=f"Find {entity} by key"
            ):
                found[rows.text(row, field)].append(rows.seen(entity, row))
        return found

    async def lines(self, quote_ids: Collection[str]) -> dict[str, list[Seen]]:
        """Read quote items; at the root, because child collections cannot be filtered."""
        found: dict[str, list[Seen]] = defaultdict(list)
        for row in await self._client.by_ids("QuoteItems", quote_ids, field="quoteID", label="Read quote items"):
            found[rows.text(row, "quoteID")].append(rows.seen("QuoteItems", row))
        return found

    async def stamped_quotes(self) -> list[Seen]:
        """Read every quote with an external quote number."""
        found = await self._client.query(
            "Quotes", [{"op": "exist", "field": "externalQuoteNumber"}], label="Read stamped quotes"
        )
        return [seen for row in found if (seen := rows.seen("Quotes", row)).key]

    async def unstamped_quotes(self, opportunity_ids: Collection[str]) -> dict[str, list[Seen]]:
        """Read the quotes of opportunities that have no external quote number."""
        found: dict[str, list[Seen]] = defaultdict(list)
        label = "Read the quotes of opportunities"
        for row in await self._client.by_ids("Quotes", opportunity_ids, field="opportunityID", label=label):
            if not (seen := rows.seen("Quotes", row)).key:
                found[seen.parent_id].append(seen)
        return found

    async def candidates(self, record: AnyRecord, *, parent_id: str) -> list[Candidate]:
        """Find rows that may be this record already, inactive ones included."""
        return await matches.candidates(self._client, record, parent_id)

    async def came_along(self, contact: Contact, company: Link) -> str:
        """Return nothing: a new company brings nobody along."""
        del contact, company
        return ""

    async def find_created(self, intent: Intent) -> list[Seen]:
        """Find what a create without an answer has made."""
        return [rows.seen(intent.entity, row) for row in await matches.find_created(self._client, intent)]

    async def targets(self, kind: str, wanted: Collection[str] = ()) -> list[Target]:
        """List the targets of a mapping kind as they are now; Autotask's lists leave nothing out."""
        return await self._targets.of_kind(kind, wanted)

    async def listings(self, wanted: Mapping[str, Collection[str]]) -> dict[str, Listing]:
        """List the targets of several mapping kinds; one that cannot be read takes nothing from the others."""
        return await listings(self._targets.listing, wanted)

    def further_targets(
        self, kind: str, listed: Sequence[Target], parts: Sequence[Target], text: str
    ) -> Iterator[Target]:
        """Yield nothing: of Autotask every target is listed."""
        del kind, listed, parts, text
        return iter(())

    def draft(self, record: AnyRecord, refs: Refs) -> Drafted:
        """Draft a company, contact, opportunity or product."""
        entity = rows.entity_of(record)
        if isinstance(record, Product) and record.type is ProductType.LABOR:
            failure = Failure(
                kind=FailureKind.NO_EXTERNAL_ID,
                message="Labour has no role",
                facts={"product": record.name, "product_id": record.id, "entity": "Role"},
                record=ref_of(record),
            )
            return Drafted(None, (failure,))
        info = self._metadata.entity(entity)
        drafting = Drafting(
            ref_of(record), refs, entity, facts=_facts(record), info=info, countries=self._countries or Countries()
        )
        fields = drafting.values(record, BY_ENTITY[entity])
        key_field = rows.KEY_FIELDS.get(entity, "")
        draft = Draft(
            ref=ref_of(record),
            entity=entity,
            fields=fields,
            label=f"{record.kind} {record.name}",
            parent_id=str(fields.get("companyID", "")) if entity == "Contacts" else "",
            updatable=updatable(entity),
            key=record.id if fields.get(key_field) else "",
        )
        return Drafted(draft, tuple(drafting.failures), (*drafting.warnings, *unheld(record, entity)))

    def draft_quote(self, quote: Quote, refs: Refs) -> QuoteDrafts:
        """Draft a quote with its locations and lines."""
        return quotes.QuoteDrafting(quote, refs, self._metadata).drafts()

    async def create(self, draft: Draft) -> str:
        """Create one row; children through their parent."""
        return await self._client.create(draft.entity, draft.parent_id, draft.fields, label=f"Create {draft.label}")

    async def update(
        self, entity: str, external_id: str, parent_id: str, fields: Mapping[str, Any], label: str
    ) -> None:
        """Change these fields only."""
        await self._client.patch(entity, parent_id, external_id, fields, label=label)

    async def delete(self, entity: str, external_id: str, parent_id: str, label: str) -> None:
        """Delete a quote item."""
        await self._client.delete(entity, parent_id, external_id, label=label)

    def same_line(self, draft: Draft, seen: Seen) -> bool:
        """Say whether a line is what a draft would make."""
        return quotes.same_line(draft, seen)

    def same_thing(self, draft: Draft, seen: Seen) -> bool:
        """Say whether a line sells the same product, service, role or shipping."""
        return quotes.same_thing(draft, seen)

    def line_amount(self, fields: Mapping[str, Any]) -> Decimal:
        """Return what a line costs the customer."""
        return quotes.line_amount(fields)

    def url(self, entity: str, external_id: str) -> str:
        """Return Autotask's deep link for the entities that have one."""
        commands = {
            "Companies": ("OpenAccount", "AccountID"),
            "Contacts": ("OpenContact", "ContactID"),
            "Opportunities": ("OpenOpportunity", "OpportunityID"),
        }
        if entity not in commands or not self._web_url:
            return ""
        command, argument = commands[entity]
        base = self._web_url.rstrip("/")
        return f"{base}/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code={command}&{argument}={external_id}"

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _facts(record: AnyRecord) -> dict[str, str]:
    return {str(record.kind): record.name, f"{record.kind}_id": record.id}
