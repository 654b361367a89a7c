"""Category, subcategory and product type as one target, such as `41/87/3`: what a catalog item needs all three of.

ConnectWise has a category for each subcategory; product types go with any. Of a mapping that only an error text tells
of, one of the three is known at first: `41`, `/87` or `//3`.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sync_desktop.domain.mappings import BESIDE_PARTS, BETWEEN_PARTS, Target, part_kind
from sync_desktop.domain.words import MappingState
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.kinds import PRODUCT_CATEGORY
from sync_desktop.psa.connectwise.known import Finding, Known, Rows, read_known
from sync_desktop.psa.connectwise.paths import Row
from sync_desktop.psa.connectwise.rows import text
from sync_desktop.psa.listing import ReadOnce

SUBCATEGORIES = "procurement/subcategories"
PARTS = (("procurement/categories", "category"), (SUBCATEGORIES, "subcategory"), ("procurement/types", "product type"))
"""In the order of a target's identifier: path, and the word for one row."""
MOST = 10_000
"""Whole targets that are listed. A tenant with 3,000 subcategories and 50 types has 150,000, which nobody can choose
from: its subcategories are then listed with those types only that mappings lead to most, and with active ones first.
Any other whole target is found by a search, and judged where a mapping, a file or a command names it."""
_ACCOUNTING = {
    "InventoryPart": "inventory part",
    "NonInventoryPart": "non-inventory part",
    "OtherCharge": "other charge",
    "Service": "service",
}
"""`typeXref` of product types, by the vendor's description: what their lines are in accounting."""
_IDENTIFIER = re.compile(r"(?=.*\d)\d*(/\d*){0,2}")
Parts = tuple[str, str, str]


def parts_of(target_id: str) -> Parts:
    """Return the ids of category, subcategory and type in a target's id; those that are not known are empty."""
    category, subcategory, product_type = [*target_id.split("/"), "", "", ""][:3]
    return category, subcategory, product_type


async def listing(client: ConnectWiseClient, wanted: Collection[str], once: ReadOnce) -> Listing:
    """Return whole targets to choose from, whatever is wanted besides, and the rows that they are made of."""
    ids = {target_id: parts_of(target_id) for target_id in wanted if _IDENTIFIER.fullmatch(target_id)}
    known: list[Known] = []
    # Subcategories come first: they tell which categories have to be known besides.
    subcategories = await _known(client, once, 1, (parts[1] for parts in ids.values()))
    parents = [parent_of(subcategories.rows.get(parts[1], {})) for parts in ids.values()]
    known.append(await _known(client, once, 0, [*(parts[0] for parts in ids.values()), *parents]))
    known += [subcategories, await _known(client, once, 2, (parts[2] for parts in ids.values()))]
    return await asyncio.to_thread(_listed, ids, known)  # thousands of targets, and the interface must not wait


def _listed(ids: Mapping[str, Parts], known: Sequence[Known]) -> Listing:
    """Return what can be chosen from these rows, and what is wanted, by its identifier."""
    offered = {"/".join(parts): parts for parts in _offered(known, ids.values())}
    made = {target_id: whole(target_id, known) for target_id in {**offered, **ids}}
    moved = [target.moved_to for target in made.values() if target.moved_to and target.moved_to not in made]
    targets = (*made.values(), *(whole(target_id, known) for target_id in dict.fromkeys(moved)))
    return Listing(targets, tuple(part for each in known for part in _rows_of(each, known[0])))


async def _known(client: ConnectWiseClient, once: ReadOnce, place: int, wanted: Iterable[str]) -> Known:
    path, what = PARTS[place]
    many = f"product {what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return await read_known(client, once, Rows(PRODUCT_CATEGORY, path, what, many), wanted)


def further(listed: Iterable[Target], parts: Iterable[Target], text: str) -> Iterator[Target]:
    """Yield the whole targets that `_offered` had no room for: each listed subcategory with each other type.

    Only those whose name and number hold every word of a text: of 150,000 none is made that nobody asks for.
    """
    words, rows = text.casefold().split(), {(part.kind, part.id): part for part in parts}
    types = [row for (kind, _), row in rows.items() if kind == part_kind(PRODUCT_CATEGORY, PARTS[2][1])]
    places: dict[tuple[str, str], str] = {}
    there = set()
    for target in listed:
        category, subcategory, _ = parts_of(target.id)
        if category and subcategory and not target.moved_to:
            places.setdefault((category, subcategory), target.name.partition(BESIDE_PARTS)[0])
        there.add(target.id)
    folded = [(each, each.name.casefold()) for each in types]
    for (category, subcategory), place in places.items():
        row = rows.get((part_kind(PRODUCT_CATEGORY, PARTS[1][1]), subcategory))
        left = [word for word in words if word not in place.casefold()]
        for each, called in folded if row is not None else ():
            target_id = f"{category}/{subcategory}/{each.id}"
            found = all(word in called or word in f"#{target_id}" for word in left)
            if found and row is not None and target_id not in there:
                yield _together(target_id, f"{place}{BESIDE_PARTS}{each.name}", row, each)


def _together(target_id: str, name: str, subcategory: Target, product_type: Target) -> Target:
    """Return a subcategory with a product type as one target."""
    broken = [row for row in (subcategory, product_type) if not row.valid]
    return Target(
        kind=PRODUCT_CATEGORY,
        id=target_id,
        name=name,
        active=subcategory.active and product_type.active,
        valid=not broken,
        why_not="; ".join(row.why_not for row in broken),
        state=broken[0].state if broken else MappingState.VALID,
    )


def parent_of(subcategory: Row) -> str:
    """Return the id of the category that a subcategory belongs to now; empty where its row does not say so."""
    return text(_category_of(subcategory), "id")


def _category_of(subcategory: Row) -> Row:
    above = subcategory.get("category")
    return above if isinstance(above, dict) else {}


def _offered(known: Sequence[Known], wanted: Iterable[Parts]) -> Iterable[Parts]:
    """Yield each subcategory with each product type, or with as many as there is room for."""
    subcategories, types = known[1].rows, known[2]
    used = Counter(product_type for *_, product_type in wanted if product_type)

    def first(type_id: str) -> tuple[bool, int]:
        return types.found(type_id).state is not MappingState.VALID, -used[type_id]

    chosen = sorted(types.rows, key=first)[: max(1, MOST // max(1, len(subcategories)))]
    in_order = [type_id for type_id in types.rows if type_id in set(chosen)]
    for row_id, row in subcategories.items():
        yield from ((parent_of(row), row_id, type_id) for type_id in in_order)


def whole(target_id: str, known: Sequence[Known]) -> Target:
    """Return a target of three rows, judged by what is known of them."""
    parts = parts_of(target_id)
    found = [each.found(part) if part else None for part, each in zip(parts, known, strict=True)]
    subcategory = known[1].rows.get(parts[1], {})
    now = parent_of(subcategory)
    moved = bool(parts[0] and now and now != parts[0])
    if moved:
        found[0] = None  # what has become of the category that it was moved out of is in nobody's way
    state = _state(found, moved=moved)
    whys = [each.why for each in found if each is not None and each.why]
    if moved:
        whys.append(_moved_sentence(parts, subcategory, known[0]))
        above = known[0].found(now)
        if state is MappingState.MOVED and above.state is MappingState.INACTIVE:
            state = MappingState.PARENT_INACTIVE  # so that it cannot be followed there either
            whys.append(above.why)
    missing = [what for part, (_, what) in zip(parts, PARTS, strict=True) if not part]
    if missing:
        whys.append(f"nothing is known of its {' and its '.join(missing)}")
    return Target(
        kind=PRODUCT_CATEGORY,
        id=target_id,
        name=_name(parts, known),
        active=not any(each.state in _NOT_ACTIVE for each in found if each is not None),
        valid=state is MappingState.VALID,
        why_not="; ".join(whys),
        detail=_detail([each.rows.get(part, {}) for part, each in zip(parts, known, strict=True)]),
        state=state,
        moved_to="/".join((now, *parts[1:])).rstrip("/") if moved else "",
    )


_NOT_ACTIVE = (MappingState.INACTIVE, MappingState.GONE)


def _state(found: Sequence[Finding | None], *, moved: bool) -> MappingState:
    """Return the state of a whole target: what has to change first, else what keeps anybody from telling.

    `found` has None for a part that its identifier does not name, or that does not matter.
    """
    category, *others = [None if each is None else each.state for each in found]
    for state in (MappingState.GONE, MappingState.INACTIVE):
        if state in others:
            return state
    if moved:
        return MappingState.MOVED
    if category in _NOT_ACTIVE:
        return category
    if None in (category, *others):
        return MappingState.UNMAPPED  # nothing can be sent that leads to a part of a target only
    for state in (MappingState.NOT_PERMITTED, MappingState.UNKNOWN):
        if state in (category, *others):
            return state
    return MappingState.VALID


def _moved_sentence(parts: Parts, subcategory: Row, categories: Known) -> str:
    now = parent_of(subcategory)
    name = text(categories.rows.get(now, {}), "name") or text(_category_of(subcategory), "name")
    return f"{parts[1]} is a subcategory of {now}{f' “{name}”' if name else ''} now, not of {parts[0]}"


def _name(parts: Parts, known: Sequence[Known]) -> str:
    """Return "Security › Firewalls · Inventory"; parts that are not known are left out."""
    *levels, product_type = [each.name(part) if part else "" for part, each in zip(parts, known, strict=True)]
    path = BETWEEN_PARTS.join(level for level in levels if level)
    return BESIDE_PARTS.join(each for each in (path, product_type) if each)


def _detail(rows: Sequence[Row]) -> str:
    """Return what accounting makes of a target: the sort of the product type, and references to its accounts."""
    category, subcategory, product_type = rows
    sort = _ACCOUNTING.get(text(product_type, "typeXref"), "")
    reference = text(subcategory, "integrationXref") or text(category, "integrationXref")
    return BESIDE_PARTS.join(each for each in (sort, f"reference {reference}" if reference else "") if each)


def _rows_of(known: Known, categories: Known) -> Iterable[Target]:
    """Yield the rows of one sort as targets of their own, those that were asked for and are not shown included."""
    for row_id in (*known.rows, *known.asked):
        found = known.found(row_id)
        parent = parent_of(known.rows.get(row_id, {}))
        above = categories.found(parent) if parent and found.state is MappingState.VALID else None
        if above is not None and above.state is MappingState.INACTIVE:
            found = Finding(MappingState.PARENT_INACTIVE, above.why)
        yield Target(
            kind=part_kind(PRODUCT_CATEGORY, known.what),
            id=row_id,
            name=known.name(row_id),
            active=found.state not in _NOT_ACTIVE,
            valid=found.state is MappingState.VALID,
            why_not=found.why,
            detail=categories.name(parent) if parent else "",
            state=found.state,
        )
