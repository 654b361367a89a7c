"""Which mappings one record needs: kind and source of each, told from the record alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sync_desktop.domain.mappings import OTHERS, SITE, MappingKind
from sync_desktop.domain.records import AnyRecord, Named, Product, Quote, QuoteItem
from sync_desktop.sync.refresh import values_of

CATEGORY = "category"
"""The source that products have; quotes have it through their lines."""

EntityOf = Callable[[AnyRecord], str]
"""Which entity of the PSA a record becomes."""
Source = tuple[str, str]
"""Mapping kind and id of the source."""


class Needs:
    """Knows the kinds of one PSA; `names` grows with what records call the sources that they name."""

    def __init__(self, kinds: Sequence[MappingKind], entity_of: EntityOf) -> None:
        self._kinds = kinds
        self._entity_of = entity_of
        self.names: dict[Source, str] = {}

    def of(self, record: AnyRecord) -> tuple[Source, ...]:
        """Return what a record needs itself; of a quote, without what its lines need."""
        return tuple(self._of(record))

    def of_line(self, item: QuoteItem, product: AnyRecord | None) -> tuple[Source, ...]:
        """Return what the product of a line needs; one that is not stored, as its line tells of it."""
        if product is not None:
            return self.of(product)
        if not item.category.id:
            return ()
        return self.of(Product(id=item.product.id, name=item.name, category=item.category))

    def of_lines(self, quote: Quote, products: Mapping[str, AnyRecord]) -> set[Source]:
        """Return what the products of a quote's lines need, by the products that are known."""
        return {need for item in quote.items for need in self.of_line(item, products.get(item.product.id))}

    def _of(self, record: AnyRecord) -> Iterable[Source]:
        for kind in self._kinds:
            if record.kind in kind.needed_by and self._is_for(kind, record):
                for value in _values(kind, record):
                    if value.id:
                        source = (kind.name, value.id)
                        self.names[source] = self.names.get(source) or value.name
                        yield source

    def _is_for(self, kind: MappingKind, record: AnyRecord) -> bool:
        """Say whether a kind is for what a record becomes: a service needs no billing code for products."""
        if not isinstance(record, Product):
            return True
        return not kind.held_by or self._entity_of(record) in kind.held_by


def _values(kind: MappingKind, record: AnyRecord) -> Iterable[Named]:
    """Return the values of a kind's source that a record names; what the whole site has, every record names."""
    if kind.source == SITE:
        return (Named(id=OTHERS),)
    if kind.source == CATEGORY:
        return (record.category,) if isinstance(record, Product) else ()
    return values_of(record, kind.source)
