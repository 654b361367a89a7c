"""What products that are in the PSA already say about mappings: each category, and what its linked rows have there.

Salesbuildr's API does not show to what it maps a category for ConnectWise and HaloPSA; its products there tell.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import Connection

from sync_desktop.domain.links import Link
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.mappings import MappingKind, Target
from sync_desktop.domain.records import Product, ref_of
from sync_desktop.domain.words import LinkOrigin, MappingOrigin, RecordKind
from sync_desktop.mapping.needs import CATEGORY, Source
from sync_desktop.psa.connector import Seen
from sync_desktop.psa.matching import names_the_same
from sync_desktop.storage import links, mappings, records
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.calls import keep_calls
from sync_desktop.sync.site_run import SiteRun

IsAsked = Callable[[Product, Link], bool]
"""Whether a linked product is to be asked what it has."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A target, and how many linked rows have it."""

    target: Target
    count: int
    example: str
    """The name of a product that has it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the linked rows of one source say."""

    kind: str
    source_id: str
    source_name: str
    votes: tuple[Vote, ...]
    """The target that most have comes first."""
    counts: ValueMapping | None
    """The mapping that counts now."""

    @property
    def agree(self) -> int:
        """How many say the same."""
        return self.votes[0].count

    @property
    def contradict(self) -> int:
        """How many say something else."""
        return sum(vote.count for vote in self.votes[1:])

    @property
    def mapping(self) -> ValueMapping | None:
        """What can be taken over; None where rows contradict each other, which a person has to decide."""
        if self.contradict:
            return None
        target = self.votes[0].target
        return ValueMapping(
            kind=self.kind,
            source_id=self.source_id,
            source_name=self.source_name,
            target_id=target.id,
            target_name=target.name,
            origin=MappingOrigin.PRODUCTS,
        )


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found at one site. `strangers` are linked rows that are another product by name, and do not count."""

    kinds: tuple[str, ...]
    findings: tuple[Finding, ...]
    strangers: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What the linked rows of one site have, counted, before it is known what their targets are called."""

    kinds: tuple[MappingKind, ...]
    counted: Mapping[Source, Counter[str]]
    """By kind and source: how many rows have which target."""
    examples: Mapping[tuple[Source, str], str]
    """The name of a product for each of them."""
    names: Mapping[str, str]
    """What sources are called."""
    counts: Mapping[Source, ValueMapping]
    """The mappings that count now."""
    strangers: int
    rows: Sequence[tuple[Product, Seen]] = ()
    """What was counted: each product with its row."""

    def wanted(self, kind: str) -> list[str]:
        """Return the targets of a kind that rows have."""
        return sorted({each for (of, _), votes in self.counted.items() if of == kind for each in votes})

    def findings(self, targets: Mapping[str, Mapping[str, Target]]) -> tuple[Finding, ...]:
        """Return what each source's rows say, with the targets as they are listed by kind and id."""
        found = [
            Finding(
                kind=kind,
                source_id=source_id,
                source_name=self.names.get(source_id, ""),
                votes=tuple(
                    Vote(
                        targets.get(kind, {}).get(target_id) or _gone(kind, target_id),
                        count,
                        self.examples[(kind, source_id), target_id],
                    )
                    for target_id, count in votes.most_common()
                ),
                counts=self.counts.get((kind, source_id)),
            )
            for (kind, source_id), votes in self.counted.items()
        ]
        return tuple(sorted(found, key=lambda each: (each.kind, each.source_name.casefold())))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the workspace knows of a site."""

    products: list[Product]
    links: Mapping[str, Link]
    counts: Mapping[Source, ValueMapping]
    names: Mapping[str, str]


async def discover(run: SiteRun, only: Collection[str] = ()) -> Discovery:
    """Read the linked rows of products and return what each source leads to; only for sources of these ids, if any.

    Reads only, and keeps nothing. Raises `SyncError` where the PSA does not answer.
    """
    run.journal.open()
    try:
        tally = await tallied(run, (lambda product, _link: product.category.id in only) if only else _any)
        targets = {kind.name: await _listed(run, kind.name, tally.wanted(kind.name)) for kind in tally.kinds}
    finally:
        await keep_calls(run)
    return Discovery(tuple(kind.name for kind in tally.kinds), tally.findings(targets), tally.strangers)


async def tallied(run: SiteRun, is_asked: IsAsked, *, most: int | None = None) -> Tally:
    """Read the rows of those linked products that are to be asked, and count what they have.

    With `most`, of so many products at most, spread over the sources; what was seen in the PSA before is read first.
    Raises `SyncError` where the PSA does not answer.
    """
    kinds = tuple(kind for kind in run.connector.mapping_kinds if kind.source == CATEGORY and kind.held_by)
    known = await run.workspace.read(lambda conn: _known(conn, run.site.id))
    linked = [(product, known.links.get(product.id) or _claim(run, product)) for product in known.products]
    asked = [(product, link) for product, link in linked if link.external_id and is_asked(product, link)]
    pairs, strangers = await _linked_rows(run, kinds, asked if most is None else _sample(asked, most))
    counted: dict[Source, Counter[str]] = defaultdict(Counter)
    examples: dict[tuple[Source, str], str] = {}
    for kind in kinds:
        for product, seen in pairs:
            if target_id := held_target(kind, seen):
                source = (kind.name, product.category.id)
                counted[source][target_id] += 1
                examples.setdefault((source, target_id), product.name)
    return Tally(kinds, counted, examples, known.names, known.counts, strangers, pairs)


def held_target(kind: MappingKind, seen: Seen) -> str:
    """Return the target of a kind that a product's row has; empty for none."""
    held = [str(seen.fields.get(field) or "") for field in kind.held_by.get(seen.entity, ())]
    return "/".join(takewhile(bool, held))


def take_over(tx: Transaction, site_id: str, discovery: Discovery, *, at: datetime) -> list[ValueMapping]:
    """Keep what was discovered in the place of what products said before; returns what was kept.

    Mappings by hand, from a file or by Salesbuildr go before these.
    """
    found = [mapping for finding in discovery.findings if (mapping := finding.mapping) is not None]
    for kind in discovery.kinds:
        of_kind = [mapping for mapping in found if mapping.kind == kind]
        mappings.replace_origin(tx, site_id, kind, MappingOrigin.PRODUCTS, of_kind, at=at)
    return found


def keep_findings(tx: Transaction, site_id: str, findings: Iterable[Finding], *, at: datetime) -> None:
    """Keep what the products of some sources say; where they contradict each other, what they said before goes."""
    for finding in findings:
        mapping = finding.mapping
        if mapping is not None:
            mappings.save_mapping(tx, site_id, mapping, at=at)
        else:
            mappings.remove_mapping(tx, site_id, finding.kind, finding.source_id, MappingOrigin.PRODUCTS)


def _known(conn: Connection, site_id: str) -> _Known:
    products = [each for each in records.records(conn, site_id, RecordKind.PRODUCT) if isinstance(each, Product)]
    return _Known(
        products=[each for each in products if each.category.id and not each.deleted],
        links={link.ref.id: link for link in links.links_by_kind(conn, site_id, RecordKind.PRODUCT) if not link.part},
        counts={(each.kind, each.source_id): each for each in mappings.mappings(conn, site_id)},
        names={each.id: each.name for each in records.categories(conn, site_id)},
    )


async def _linked_rows(
    run: SiteRun, kinds: Iterable[MappingKind], linked: Iterable[tuple[Product, Link]]
) -> tuple[list[tuple[Product, Seen]], int]:
    """Return the products with their rows in the PSA, and how many rows turned out to be another product."""
    entities = {entity for kind in kinds for entity in kind.held_by}
    by_entity: dict[str, dict[str, list[tuple[Product, Link]]]] = defaultdict(lambda: defaultdict(list))
    for product, link in linked:
        if link.entity in entities:
            by_entity[link.entity][link.external_id].append((product, link))
    pairs: list[tuple[Product, Seen]] = []
    strangers = 0
    for entity, wanted in by_entity.items():
        there = await run.connector.read(entity, wanted)
        for external_id, seen in there.items():
            for product, link in wanted[external_id]:
                if link.verified_at is None and not _is_it(product, seen):
                    strangers += 1
                else:
                    pairs.append((product, seen))
    return pairs, strangers


def _any(_product: Product, _link: Link) -> bool:
    return True


def _sample(linked: Iterable[tuple[Product, Link]], most: int) -> list[tuple[Product, Link]]:
    """Return as many of each source, those seen before first: a row that lists do not show costs a call of its own."""
    by_source: dict[str, list[tuple[Product, Link]]] = defaultdict(list)
    for product, link in sorted(linked, key=lambda each: each[1].verified_at is None):
        by_source[product.category.id].append((product, link))
    of_each = max(1, most // max(1, len(by_source)))
    return [each for those in by_source.values() for each in those[:of_each]][:most]


def _claim(run: SiteRun, product: Product) -> Link:
    """Return what the quoting side says that a product is linked to, which its row has yet to confirm."""
    entity = run.connector.entity_of(product)
    return Link(ref=ref_of(product), entity=entity, external_id=product.external_id, origin=LinkOrigin.QUOTING)


def _is_it(product: Product, seen: Seen) -> bool:
    return names_the_same(product, name=seen.name, emails=seen.emails, numbers=seen.numbers, domain=seen.domain)


async def _listed(run: SiteRun, kind: str, wanted: Collection[str]) -> dict[str, Target]:
    """Return the targets of a kind by id; nothing is asked where no row has any."""
    return {target.id: target for target in await run.connector.targets(kind, wanted)} if wanted else {}


def _gone(kind: str, target_id: str) -> Target:
    """Return a target that rows still have although the PSA does not list it any more."""
    why = "it was deleted, or is not shown to this API user"
    return Target(kind=kind, id=target_id, name=f"#{target_id}", active=False, valid=False, why_not=why)
