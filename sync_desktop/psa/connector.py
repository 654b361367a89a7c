"""The protocol that every PSA's folder fulfils, and the shapes in which floor 3 speaks with it.

The rules of safety.md stand once, on floor 3; a connector only knows how its PSA names, reads and writes things.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.links import Candidate, Intent, Link
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.mappings import MappingKind, Target
from sync_desktop.domain.records import AnyRecord, Category, Contact, Quote, RecordRef
from sync_desktop.domain.words import Psa, RecordKind

if TYPE_CHECKING:
    from sync_desktop.psa.whereabouts import Inquiries


class Pending(str):
    """Stands for an identifier that will be known once a step before has been carried out."""

    __slots__ = ()


PENDING = Pending("(created before)")


@dataclass(frozen=True, slots=True)
class Entered:
    """How a row came to be, as far as its PSA tells."""

    by: str = ""
    """Who wrote it first, by the name or the number that the PSA gives; empty where it gives none."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of the PSA as it was just read."""

    entity: str
    id: str
    name: str
    fields: Mapping[str, Any]
    active: bool = True
    state: str = ""
    """Of opportunities: `open`, `won`, `lost` or `unknown`; not `open` with orders behind it is `ordered`.

    Of what lies in a recycle bin, where a PSA still shows it: `deleted`.
    """
    state_label: str = ""
    """What the PSA calls that state; empty where it gives none."""
    parent_id: str = ""
    """The company of a contact or opportunity, the opportunity of a quote, the quote of a line."""
    emails: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """Part numbers and keys by which a product can be recognised besides its name."""
    domain: str = ""
    key: str = ""
    """The stamped natural key, where the entity has one."""
    belongs_to: Mapping[RecordKind, str] = field(default_factory=dict)
    """The identifiers of the records that a row names, such as a quote's opportunity."""
    entered: Entered = Entered()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a record, or a part of one, should be in the PSA."""

    ref: RecordRef
    entity: str
    fields: Mapping[str, Any]
    """Everything that is sent on creation; no member is None. May hold `Pending` in a check."""
    label: str
    """ "quote item “FortiGate 60F”": what steps and sentences call it."""
    name: str = ""
    """Of lines: what the row is called."""
    part: str = ""
    parent_id: str = ""
    updatable: frozenset[str] = frozenset()
    """Fields that may be sent again later, if the quoting side changes them."""
    key: str = ""
    """The natural key in it, where the entity can hold one."""


class TakenOtherwiseError(SyncError):
    """A row was created, and the PSA says in its answer that not all of it is as it was sent: a partial success."""

    def __init__(self, external_id: str, failure: Failure) -> None:
        super().__init__(failure)
        self.external_id = external_id


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, or everything that is in its way."""

    draft: Draft | None
    failures: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()
    """What this PSA cannot hold, in words."""


@dataclass(frozen=True, slots=True)
class QuoteDrafts:
    """A quote as the PSA wants it: parts that must be there first, the quote itself, and its lines."""

    before: tuple[Draft, ...]
    main: Drafted
    lines: tuple[Draft, ...]
    failures: tuple[Failure, ...] = ()
    """What is wrong with single lines."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One row of a connector's field table."""

    field: str
    comes_from: str
    """In words: a member of the record, a mapping, a default of the site, or that the PSA cannot hold it."""
    updates: bool = False
    held: bool = True


class Refs(Protocol):
    """What a connector may ask while it drafts: records, links, mappings and settings of the site."""

    def record(self, kind: RecordKind, record_id: str) -> AnyRecord | None:
        """Return the stored record."""
        ...

    def contacts(self, company_id: str) -> Sequence[Contact]:
        """Return the contacts of a company, as far as the quoting side has them and they are at hand."""
        ...

    def external(self, kind: RecordKind, record_id: str) -> str:
        """Return the identifier in the PSA; `PENDING` where it will be created before; empty where there is none."""
        ...

    def entity(self, record_id: str) -> str:
        """Return the entity that a product is linked to; empty where it is not linked."""
        ...

    def part(self, ref: RecordRef, part: str) -> str:
        """Return the identifier of a part; `PENDING` where it will be created before."""
        ...

    def category(self, category_id: str) -> Category | None:
        """Return the category of the quoting side."""
        ...

    def mapping(self, kind: str, source_id: str) -> ValueMapping | None:
        """Return the mapping that counts."""
        ...

    def target(self, kind: str, target_id: str) -> Target | None:
        """Return the target as the PSA has it now; None where the PSA does not show it."""
        ...

    def default(self, name: str) -> str:
        """Return a default setting of the site, or an empty text."""
        ...


@dataclass(slots=True)
class CallBudget:
    """How many calls are used, ours and the tenant's."""

    ours: int
    our_limit: int
    tenant: int | None = None
    tenant_limit: int | None = None
    span: str = ""
    """Over what ours are counted, in words: "minute", "5 minutes"."""
    published: bool = True
    """Whether the PSA says how many calls it allows."""

    @property
    def used_share(self) -> float:
        """Return the share of the tenant's calls that is used, as far as that is known."""
        return self.tenant / self.tenant_limit if self.tenant and self.tenant_limit else 0.0


class MetadataCache(Protocol):
    """Keeps what a PSA tells of its own fields between sessions."""

    async def get(self, key: str) -> Any | None:
        """Return what was kept and is not too old."""
        ...

    async def put(self, key: str, value: Any) -> None:
        """Keep a JSON value."""
        ...


@dataclass(frozen=True, slots=True)
class Listing:
    """The targets of one mapping kind as the PSA has them now."""

    targets: tuple[Target, ...] = ()
    """Inactive and wrong ones included and marked; what mappings lead to and is not there any more, too."""
    parts: tuple[Target, ...] = ()
    """Where targets are made of several rows: each of those rows, as a target of the kind `part_kind(kind, word)`."""
    failure: Failure | None = None
    """Why they could not be read; nothing is known of the kind then, and nothing of it is called broken."""


class Connector(Protocol):
    """One PSA at one site. Every read takes many identifiers, so that a batch costs few calls."""

    psa: Psa
    mapping_kinds: tuple[MappingKind, ...]
    field_table: Mapping[RecordKind, tuple[FieldRow, ...]]
    grace_seconds: float
    """How long after a create without an answer the PSA is asked whether it happened."""

    @property
    def inquiries(self) -> "Inquiries":
        """What this PSA can be asked about one row, when a record failed."""
        ...

    def entity_of(self, record: AnyRecord) -> str:
        """Return the entity that a record becomes; empty where this PSA has none for it."""
        ...

    def creates(self, entity: str) -> bool:
        """Say whether rows of this entity can be created through the API."""
        ...

    async def prepare(self, kinds: Collection[RecordKind]) -> None:
        """Read and cache what drafting these kinds needs: required fields, pick lists."""
        ...

    async def test(self) -> tuple[str, ...]:
        """Sign one call and return what was seen, a sentence each; raises `SyncError`."""
        ...

    async def budget(self, *, fresh: bool = False) -> CallBudget:
        """Return the call budget; reads the tenant's count when asked to, or when it is old."""
        ...

    def known_budget(self) -> CallBudget:
        """Return the call budget as far as it is known; asks nobody."""
        ...

    async def read(self, entity: str, ids: Collection[str]) -> dict[str, Seen]:
        """Read rows by identifier; those that the PSA does not show are left out."""
        ...

    async def by_keys(self, entity: str, keys: Collection[str]) -> dict[str, list[Seen]]:
        """Find rows by their stamped natural key, inactive ones included."""
        ...

    async def lines(self, quote_ids: Collection[str]) -> dict[str, list[Seen]]:
        """Read the lines of quotes, in the PSA's order."""
        ...

    async def stamped_quotes(self) -> list[Seen]:
        """Read every quote that carries a natural key, to rebuild lost links."""
        ...

    async def unstamped_quotes(self, opportunity_ids: Collection[str]) -> dict[str, list[Seen]]:
        """Read the quotes of opportunities that carry no natural key, by opportunity; inactive ones included."""
        ...

    async def candidates(self, record: AnyRecord, *, parent_id: str) -> list[Candidate]:
        """Find rows that may be this record already, inactive ones included, best first.

        `parent_id` is the company of a contact or opportunity, and the opportunity of a quote; empty where there is
        none. Of quotes these are those with its stamp, and under the opportunity those of its name with no stamp.
        """
        ...

    async def came_along(self, contact: Contact, company: Link) -> str:
        """Return the identifier of the row of a contact that its company brought along when it was created here.

        Creating the contact takes that row; it is nobody else's. Empty where there is none.
        """
        ...

    async def find_created(self, intent: Intent) -> list[Seen]:
        """Find what a create without an answer has made: by its key, or by all that was sent."""
        ...

    async def targets(self, kind: str, wanted: Collection[str] = ()) -> list[Target]:
        """List the targets of a mapping kind, inactive and wrong ones included and marked.

        `wanted` are the identifiers that mappings lead to: where lists leave out what is inactive, these are asked for
        one by one.
        """
        ...

    async def listings(self, wanted: Mapping[str, Collection[str]]) -> dict[str, Listing]:
        """List the targets of several mapping kinds, each list of the PSA read once for all of them.

        `wanted` are the identifiers that mappings lead to, by kind. Those that no list shows are asked for one by one,
        and only those; what is not there under its id either comes back with the state that this PSA lets be known.
        A kind whose list fails or is not permitted has its failure; raises `SyncError` only where nothing can be read
        at all: credentials, network, budget.
        """
        ...

    def further_targets(
        self, kind: str, listed: Sequence[Target], parts: Sequence[Target], text: str
    ) -> Iterator[Target]:
        """Yield the targets that are not listed because there are too many, from what was listed; asks nobody.

        `parts` are the rows of every sort that targets of the kind are made of. Each holds all words of `text`.
        """
        ...

    def draft(self, record: AnyRecord, refs: Refs) -> Drafted:
        """Draft a company, contact, opportunity or product."""
        ...

    def draft_quote(self, quote: Quote, refs: Refs) -> QuoteDrafts:
        """Draft a quote with its parts and lines."""
        ...

    async def create(self, draft: Draft) -> str:
        """Create one row and return its identifier."""
        ...

    async def update(
        self, entity: str, external_id: str, parent_id: str, fields: Mapping[str, Any], label: str
    ) -> None:
        """Send changed fields only."""
        ...

    async def delete(self, entity: str, external_id: str, parent_id: str, label: str) -> None:
        """Delete a line; nothing else is ever deleted."""
        ...

    def same_line(self, draft: Draft, seen: Seen) -> bool:
        """Say whether a line of the PSA is what a draft would make (texts aside)."""
        ...

    def same_thing(self, draft: Draft, seen: Seen) -> bool:
        """Say whether a line of the PSA sells what a draft would sell, whatever its amounts."""
        ...

    def line_amount(self, fields: Mapping[str, Any]) -> Any:
        """Return what a line costs the customer, as `Decimal`; nothing for optional lines."""
        ...

    def url(self, entity: str, external_id: str) -> str:
        """Return where a person opens it in the PSA; empty where that is not known."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...
