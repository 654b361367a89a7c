"""What products that are in the PSA already say about mappings: each category, and what its linked rows have there.

Salesbuildr's API does not show to what it maps a category for ConnectWise and HaloPSA; its products there tell.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import Connection

from sync_desktop.domain.links import Link
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.mappings import MappingKind, Target
from sync_desktop.domain.records import Product, ref_of
from sync_desktop.domain.words import LinkOrigin, MappingOrigin, RecordKind
from sync_desktop.psa.connector import Seen
from sync_desktop.psa.matching import names_the_same
from sync_desktop.storage import links, mappings, records
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.calls import keep_calls
from sync_desktop.sync.site_run import SiteRun

_SOURCE = "category"
"""What products can tell about."""


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
class _Known:
    """What the workspace knows of a site."""

    products: list[Product]
    links: Mapping[str, Link]
    counts: Mapping[tuple[str, str], ValueMapping]
    names: Mapping[str, str]


async def discover(run: SiteRun, only: Collection[str] = ()) -> Discovery:
    """Read the linked rows of products and return what each source leads to; only for sources of these ids, if any.

    Reads only, and keeps nothing. Raises `SyncError` where the PSA does not answer.
    """
    kinds = [kind for kind in run.connector.mapping_kinds if kind.source == _SOURCE and kind.held_by]
    known = await run.workspace.read(lambda conn: _known(conn, run.site.id))
    products = [each for each in known.products if not only or each.category.id in only]
    run.journal.open()
    try:
        pairs, strangers = await _linked_rows(run, kinds, products, known.links)
        found = [finding for kind in kinds for finding in await _findings(run, kind, pairs, known)]
    finally:
        await keep_calls(run)
    found.sort(key=lambda each: (each.kind, each.source_name.casefold()))
    return Discovery(tuple(kind.name for kind in kinds), tuple(found), strangers)


def take_over(tx: Transaction, site_id: str, discovery: Discovery, *, at: datetime) -> list[ValueMapping]:
    """Keep what was discovered in the place of what products said before; returns what was kept.

    Mappings by hand, from a file or by Salesbuildr go before these.
    """
    found = [mapping for finding in discovery.findings if (mapping := finding.mapping) is not None]
    for kind in discovery.kinds:
        of_kind = [mapping for mapping in found if mapping.kind == kind]
        mappings.replace_origin(tx, site_id, kind, MappingOrigin.PRODUCTS, of_kind, at=at)
    return found


def _known(conn: Connection, site_id: str) -> _Known:
    products = [each for each in records.records(conn, site_id, RecordKind.PRODUCT) if isinstance(each, Product)]
    return _Known(
        products=[each for each in products if each.category.id and not each.deleted],
        links={link.ref.id: link for link in links.links_by_kind(conn, site_id, RecordKind.PRODUCT) if not link.part},
        counts={(each.kind, each.source_id): each for each in mappings.mappings(conn, site_id)},
        names={each.id: each.name for each in records.categories(conn, site_id)},
    )


async def _linked_rows(
    run: SiteRun, kinds: Iterable[MappingKind], products: Iterable[Product], stored: Mapping[str, Link]
) -> tuple[list[tuple[Product, Seen]], int]:
    """Return the products with their rows in the PSA, and how many rows turned out to be another product."""
    entities = {entity for kind in kinds for entity in kind.held_by}
    by_entity: dict[str, dict[str, list[tuple[Product, Link]]]] = defaultdict(lambda: defaultdict(list))
    for product in products:
        link = stored.get(product.id) or _claim(run, product)
        if link.external_id and link.entity in entities:
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


def _claim(run: SiteRun, product: Product) -> Link:
    """Return what the quoting side says that a product is linked to, which its row has yet to confirm."""
    entity = run.connector.entity_of(product)
    return Link(ref=ref_of(product), entity=entity, external_id=product.external_id, origin=LinkOrigin.QUOTING)


def _is_it(product: Product, seen: Seen) -> bool:
    return names_the_same(product, name=seen.name, emails=seen.emails, numbers=seen.numbers, domain=seen.domain)


async def _findings(
    run: SiteRun, kind: MappingKind, pairs: Iterable[tuple[Product, Seen]], known: _Known
) -> list[Finding]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    examples: dict[tuple[str, str], str] = {}
    for product, seen in pairs:
        held = [str(seen.fields.get(field) or "") for field in kind.held_by.get(seen.entity, ())]
        if target_id := "/".join(takewhile(bool, held)):
            counted[product.category.id][target_id] += 1
            examples.setdefault((product.category.id, target_id), product.name)
    if not counted:
        return []
    wanted = {target_id for votes in counted.values() for target_id in votes}
    targets = {target.id: target for target in await run.connector.targets(kind.name, sorted(wanted))}
    return [
        Finding(
            kind=kind.name,
            source_id=source_id,
            source_name=known.names.get(source_id, ""),
            votes=tuple(
                Vote(targets.get(target_id) or _gone(kind, target_id), count, examples[source_id, target_id])
                for target_id, count in votes.most_common()
            ),
            counts=known.counts.get((kind.name, source_id)),
        )
        for source_id, votes in counted.items()
    ]


def _gone(kind: MappingKind, target_id: str) -> Target:
    """Return a target that rows still have although the PSA does not list it any more."""
    why = "it was deleted, or is not shown to this API user"
    return Target(kind=kind.name, id=target_id, name=f"#{target_id}", active=False, valid=False, why_not=why)
