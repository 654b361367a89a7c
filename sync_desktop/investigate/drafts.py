"""Which mappings a record needs, and what is wrong with them: found by drafting all that belongs to it once more.

A draft asks for every mapping that the connector's field table knows, and words what is wrong with it as a check does.
Nothing of these drafts is sent.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Mapping, Target
from sync_desktop.domain.records import AnyRecord, Product, Quote, RecordRef, ref_of
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import Connector
from sync_desktop.sync.refs import SiteRefs, needed_by

_MAPPING = (FailureKind.MAPPING_INVALID, FailureKind.MAPPING_MISSING)


@dataclass(slots=True)
class Use:
    """One mapping that a record needs."""

    mapping: Mapping
    source_name: str
    products: dict[str, None] = field(default_factory=dict)
    """The names of the products that lead to it, each once."""
    needed: bool = False
    """Whether something needs it that is not in the PSA yet, or that is tried for itself."""
    of_category: bool = False
    """Whether it is a category that is mapped."""

    @property
    def key(self) -> tuple[str, str]:
        """Kind and source, which a mapping is known by."""
        return self.mapping.kind, self.mapping.source_id


@dataclass(slots=True)
class _NotingRefs(SiteRefs):
    """Notes which mappings are asked for; targets are those that were asked for by id, and all others pass."""

    at: AnyRecord | None = None
    own: RecordRef | None = None
    """The record that is tried."""
    uses: dict[tuple[str, str], Use] = field(default_factory=dict)
    answered: dict[tuple[str, str], Target | None] = field(default_factory=dict)

    def mapping(self, kind: str, source_id: str) -> Mapping | None:
        """Return the mapping that counts."""
        found = self.mappings.get((kind, source_id))
        if found is not None:
            use = self.uses.setdefault((kind, source_id), use_of(found, self))
            if isinstance(self.at, Product):
                use.products[self.at.name] = None
            use.needed = use.needed or (self.at is not None and self.needs_all(self.at))
        return found

    def needs_all(self, record: AnyRecord) -> bool:
        """Say whether a record would be sent whole: the one that is tried, and those that are not in the PSA yet."""
        ref = ref_of(record)
        return ref == self.own or (self.link(ref) is None and not getattr(record, "external_id", ""))

    def target(self, kind: str, target_id: str) -> Target | None:
        """Return the target as it was answered; one that was not asked for passes."""
        return self.answered.get((kind, target_id), Target(kind=kind, id=target_id, name=""))


def use_of(mapping: Mapping, refs: SiteRefs) -> Use:
    """Return a mapping with what its source is called."""
    category = refs.categories.get(mapping.source_id)
    name = mapping.source_name or (category.name if category else "")
    return Use(mapping, name, of_category=category is not None)


class Unmatched:
    """Stands for a record that is not known: any category of the site may be meant, and nothing is drafted."""

    def __init__(self, refs: SiteRefs, leading: Collection[Mapping]) -> None:
        """`leading` are the mappings that lead to what is asked about."""
        self._refs = refs
        self._leading = leading

    async def prepare(self) -> None:
        """Nothing is read."""

    def uses(self) -> list[Use]:
        """Return the mappings that lead to what is asked about."""
        return [use_of(mapping, self._refs) for mapping in self._leading]

    def broken(self, answered: dict[tuple[str, str], Target | None]) -> list[Failure]:
        """Return nothing: what a record would need of mappings is not known."""
        del answered
        return []

    def products_of(self, category_id: str) -> list[str]:
        """Return nothing, for the same reason."""
        del category_id
        return []

    def categories(self) -> list[str]:
        """Return all categories of the site."""
        return list(self._refs.categories)


class Drafts:
    """Drafts a record and all that it needs, as often as more is known of targets."""

    def __init__(self, connector: Connector, refs: SiteRefs, record: AnyRecord) -> None:
        self._connector = connector
        known = {each.name: getattr(refs, each.name) for each in fields(refs)}
        self._refs = _NotingRefs(**known, own=ref_of(record))
        self._records = list(_all_of(record, refs))

    def products_of(self, category_id: str) -> list[str]:
        """Return the names of the record's products that are of a category."""
        found = [each for each in self._records if isinstance(each, Product) and each.category.id == category_id]
        return list(dict.fromkeys(product.name for product in found))

    def categories(self) -> list[str]:
        """Return the categories of the record's products."""
        return list(dict.fromkeys(each.category.id for each in self._records if isinstance(each, Product)))

    async def prepare(self) -> None:
        """Read what drafting needs; raises `SyncError`."""
        await self._connector.prepare(sorted({record.kind for record in self._records}))

    def uses(self) -> list[Use]:
        """Return the mappings that are there for what the record needs."""
        self._failures()
        return list(self._refs.uses.values())

    def broken(self, answered: dict[tuple[str, str], Target | None]) -> list[Failure]:
        """Return what is wrong with mappings, each once, with targets as they were answered.

        A mapping that is missing matters only for what would be sent whole.
        """
        self._refs.answered = answered
        found: dict[tuple[str, str], Failure] = {}
        for record, failure in self._failures():
            if failure.kind not in _MAPPING or "mapping_kind" not in failure.facts:
                continue
            if failure.kind is FailureKind.MAPPING_MISSING and not self._refs.needs_all(record):
                continue
            found.setdefault((failure.facts["mapping_kind"], failure.facts.get("source_id", "")), failure)
        return list(found.values())

    def _failures(self) -> Iterable[tuple[AnyRecord, Failure]]:
        return [(record, failure) for record in self._records for failure in self._draft(record)]

    def _draft(self, record: AnyRecord) -> tuple[Failure, ...]:
        self._refs.at = record
        if isinstance(record, Quote):
            drafts = self._connector.draft_quote(record, self._refs)
            return (*drafts.main.failures, *drafts.failures)
        return self._connector.draft(record, self._refs).failures


def _all_of(record: AnyRecord, refs: SiteRefs) -> Iterable[AnyRecord]:
    """Yield what a record needs and the record itself; a product that is not stored, as its line tells of it."""
    lines = {item.product.id: item for item in record.items} if isinstance(record, Quote) else {}
    for ref in needed_by(record):
        found = refs.records.get(ref)
        if found is not None:
            yield found
        elif ref.kind is RecordKind.PRODUCT and lines[ref.id].category:
            yield Product(id=ref.id, name=lines[ref.id].name, category=lines[ref.id].category)
    yield record
