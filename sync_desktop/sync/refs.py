"""What drafting and checking need of storage, read in one go; and targets of the PSA, read when first asked for."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync_desktop.domain.links import Intent, Link
from sync_desktop.domain.mappings import Mapping, Target
from sync_desktop.domain.records import (
    AnyRecord,
    Category,
    Company,
    Contact,
    Opportunity,
    Quote,
    RecordRef,
    ref_of,
)
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import PENDING
from sync_desktop.storage import intents, links, mappings, records, settings
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.decisions import arrived_lines

DECISIONS = ("create", "lines", "won", "conflicts")
"""What a person can decide for one record: create anew; keep, adopt or replace lines; write to a won opportunity;
whose value counts where both sides changed it."""


def decision_key(site_id: str, ref: RecordRef, name: str) -> str:
    """Return under which setting a person's decision is kept."""
    return f"decision/{site_id}/{ref}/{name}"


def end_decisions(tx: Transaction, site_id: str, ref: RecordRef) -> None:
    """End the decisions that were made for a write, which has arrived.

    Lines of others that were kept stay kept, and a decision about a field ends when a side changes the field again.
    """
    for name in DECISIONS:
        key = decision_key(site_id, ref, name)
        stored = settings.get(tx.conn, key)
        left = {"lines": arrived_lines(stored or ""), "conflicts": stored}.get(name, "")
        if stored and left != stored:
            settings.put(tx, key, left or "")


def needed_by(record: AnyRecord) -> tuple[RecordRef, ...]:
    """Return the records that this one depends on, in the order in which they have to be there."""
    found: list[RecordRef] = []
    if isinstance(record, Contact | Opportunity | Quote) and record.company.id:
        found.append(RecordRef(kind=RecordKind.COMPANY, id=record.company.id))
    if isinstance(record, Opportunity | Quote) and record.contact.id:
        found.append(RecordRef(kind=RecordKind.CONTACT, id=record.contact.id))
    if isinstance(record, Quote):
        if record.opportunity.id:
            found.append(RecordRef(kind=RecordKind.OPPORTUNITY, id=record.opportunity.id))
        products = dict.fromkeys(item.product.id for item in record.items if item.product.id)
        found += [RecordRef(kind=RecordKind.PRODUCT, id=product_id) for product_id in products]
    return tuple(found)


@dataclass(slots=True)
class SiteRefs:
    """Fulfils the connector's `Refs`; also knows intents and decisions. Kept up to date while a write goes on."""

    site: Site
    records: dict[RecordRef, AnyRecord] = field(default_factory=dict)
    links: dict[tuple[RecordRef, str], Link] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    mappings: dict[tuple[str, str], Mapping] = field(default_factory=dict)
    intents: dict[RecordRef, list[Intent]] = field(default_factory=dict)
    decisions: dict[tuple[RecordRef, str], str] = field(default_factory=dict)
    targets: dict[str, dict[str, Target]] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    """Mapping kinds whose targets were asked for and are not loaded yet."""
    people: dict[str, list[Contact]] = field(default_factory=dict)
    """The contacts of companies that are looked at for themselves and are not in the PSA, by company."""
    pending: set[RecordRef] = field(default_factory=set)
    """Records that a step of the plan will create, or that a person will have to link first."""

    def record(self, kind: RecordKind, record_id: str) -> AnyRecord | None:
        """Return the stored record."""
        return self.records.get(RecordRef(kind=kind, id=record_id))

    def contacts(self, company_id: str) -> list[Contact]:
        """Return the contacts of a company that are at hand."""
        loaded = [each for each in self.records.values() if isinstance(each, Contact)]
        known = {each.id: each for each in (*loaded, *self.people.get(company_id, ()))}
        return [each for each in known.values() if each.company.id == company_id]

    def link(self, ref: RecordRef, part: str = "") -> Link | None:
        """Return the stored link of a record or a part of one."""
        return self.links.get((ref, part))

    def external(self, kind: RecordKind, record_id: str) -> str:
        """Return the identifier in the PSA, or `PENDING`, or an empty text."""
        ref = RecordRef(kind=kind, id=record_id)
        link = self.links.get((ref, ""))
        if link is not None:
            return link.external_id
        return PENDING if ref in self.pending else ""

    def entity(self, record_id: str) -> str:
        """Return the entity that a product is linked to."""
        link = self.links.get((RecordRef(kind=RecordKind.PRODUCT, id=record_id), ""))
        return link.entity if link else ""

    def part(self, ref: RecordRef, part: str) -> str:
        """Return the identifier of a part; `PENDING` where it is not there yet."""
        link = self.links.get((ref, part))
        return link.external_id if link else PENDING

    def category(self, category_id: str) -> Category | None:
        """Return the category of the quoting side."""
        return self.categories.get(category_id)

    def mapping(self, kind: str, source_id: str) -> Mapping | None:
        """Return the mapping that counts."""
        return self.mappings.get((kind, source_id))

    def mapped_to(self, kind: str) -> set[str]:
        """Return the identifiers of all targets that mappings of a kind lead to."""
        return {mapping.target_id for (name, _), mapping in self.mappings.items() if name == kind}

    def target(self, kind: str, target_id: str) -> Target | None:
        """Return the target; one that is not loaded yet passes as valid and is noted in `wanted`."""
        if kind not in self.targets:
            self.wanted.add(kind)
            return Target(kind=kind, id=target_id, name="")
        return self.targets[kind].get(target_id)

    def default(self, name: str) -> str:
        """Return a default setting of the site."""
        return self.site.defaults.get(name, "")

    def decided(self, ref: RecordRef, name: str) -> str:
        """Return a person's decision as it is stored, or an empty text."""
        return self.decisions.get((ref, name), "")

    def parts(self, ref: RecordRef) -> dict[str, Link]:
        """Return the links of a record's parts, by part."""
        return {
            part: link
            for (each, part), link in self.links.items()
            if part and each.id == ref.id and each.kind is ref.kind  # a model's own comparison takes ten times as long
        }

    def remember(self, link: Link) -> None:
        """Take a link that was just stored."""
        self.links[(link.ref, link.part)] = link
        if not link.part:
            self.pending.discard(link.ref)


def load(conn: Connection, site: Site, wanted: "list[AnyRecord]", *, beside: SiteRefs | None = None) -> SiteRefs:
    """Read everything that these records need, in one read transaction.

    What is the whole site's, its categories and mappings, is taken from what was loaded `beside` it for the same work.
    """
    refs = SiteRefs(site=site, records={ref_of(record): record for record in wanted})
    _load_needed(conn, refs)
    refs.links = {(link.ref, link.part): link for link in links.links_of_all(conn, site.id, refs.records)}
    decided = {decision_key(site.id, ref, name): (ref, name) for ref in refs.records for name in DECISIONS}
    refs.decisions = {decided[key]: value for key, value in settings.those_of(conn, decided).items()}
    for record in wanted:
        if isinstance(record, Company) and not record.external_id and refs.link(ref_of(record)) is None:
            refs.people[record.id] = records.contacts_of(conn, site.id, record)
    for intent in intents.open_intents(conn, site.id):
        refs.intents.setdefault(intent.ref, []).append(intent)
    if beside is not None:
        refs.categories, refs.mappings = beside.categories, beside.mappings
        return refs
    refs.categories = {category.id: category for category in records.categories(conn, site.id)}
    refs.mappings = {(each.kind, each.source_id): each for each in mappings.mappings(conn, site.id)}
    return refs


def _load_needed(conn: Connection, refs: SiteRefs) -> None:
    """Read what the records need, what that needs, and so on: a few statements, however many records these are."""
    newest = list(refs.records.values())
    while missing := dict.fromkeys(ref for each in newest for ref in needed_by(each) if ref not in refs.records):
        newest = records.records_of(conn, refs.site.id, missing)
        refs.records |= {ref_of(record): record for record in newest}
