"""Fills in the names behind bare ids, for servers that send an id where others send an object."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from sync_desktop.domain.model import Model
from sync_desktop.domain.records import Company, Contact, FieldValue, Named, Opportunity, Product, Quote
from sync_desktop.quoting.parse import Item

M = TypeVar("M", bound=Model)

Key = tuple[str, str]
"""What sort of thing an id is of, and the id: nothing promises that ids are unique over all sorts."""

_SORTS = {
    "owner": "person",
    "account_manager": "person",
    "stage": "fieldvalue",
    "status": "fieldvalue",
    "payment_term": "fieldvalue",
}
_WITH_EXTERNAL = (Company, Contact, Opportunity, Product, FieldValue)


def names_of(items: Iterable[Item]) -> dict[Key, Named]:
    """Return the names and external identifiers that items have, and those of what they point at."""
    known: dict[Key, Named] = {}
    for item in items:
        for field, named in _pointers(item):
            if named.name or named.external_id:
                known[_sort(item, field), named.id] = named
        if not isinstance(item, Quote):
            sort = type(item).__name__.lower()
            external = item.external_id if isinstance(item, _WITH_EXTERNAL) else ""
            known[sort, item.id] = Named(id=item.id, name=item.name, external_id=external)
    return known


def with_names(item: M, known: Mapping[Key, Named]) -> M:
    """Return an item in which everything that is an id and nothing else has its name and external identifier."""
    changes: dict[str, object] = {}
    for field, value in _pointers(item):
        key = _sort(item, field), value.id
        if key in known and not (value.name or value.external_id):
            changes[field] = known[key]
    if isinstance(item, Quote):
        changes["items"] = tuple(with_names(line, known) for line in item.items)
    return item.model_copy(update=changes) if changes else item


def _pointers(item: Model) -> list[tuple[str, Named]]:
    return [(field, value) for field, value in item.__dict__.items() if isinstance(value, Named) and value.id]


def _sort(item: Model, field: str) -> str:
    if field == "category" and isinstance(item, Opportunity):
        return "fieldvalue"
    return _SORTS.get(field, field)
