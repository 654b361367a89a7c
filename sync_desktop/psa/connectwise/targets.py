"""Mapping kinds of ConnectWise, and the lists that their targets come from."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from sync_desktop.domain.mappings import MappingKind, Target
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import Listing
from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.paths import Row, flatten
from sync_desktop.psa.connectwise.rows import CATALOG, is_active, person, text
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE
from sync_desktop.psa.listing import ReadOnce

PRODUCT_CATEGORY = "product-category"

_CATEGORIES, SUBCATEGORIES, _TYPES = "procurement/categories", "procurement/subcategories", "procurement/types"
PARTS = ((_CATEGORIES, "category"), (SUBCATEGORIES, "subcategory"), (_TYPES, "product type"))

KINDS = (
    MappingKind(
        name=PRODUCT_CATEGORY,
        label="Category → product category, subcategory and type",
        source="category",
        source_label="Category",
        target_label="category, subcategory and product type",
        needed_by=(RecordKind.PRODUCT, RecordKind.QUOTE),
        held_by={CATALOG: ("category/id", "subcategory/id", "type/id")},
    ),
    MappingKind(
        name=OWNER,
        label="Owner → member",
        source="owner",
        source_label="Owner",
        target_label="member",
        needed_by=(RecordKind.COMPANY, RecordKind.OPPORTUNITY),
    ),
    MappingKind(
        name=STAGE,
        label="Opportunity stage → sales stage",
        source="opportunity-stage",
        source_label="Stage",
        target_label="sales stage",
        needed_by=(RecordKind.OPPORTUNITY,),
    ),
    MappingKind(
        name=CATEGORY,
        label="Opportunity category → opportunity type",
        source="opportunity-category",
        source_label="Category",
        target_label="opportunity type",
        needed_by=(RecordKind.OPPORTUNITY,),
    ),
    MappingKind(
        name=PAYMENT_TERM,
        label="Payment term → billing terms",
        source="payment-term",
        source_label="Payment term",
        target_label="billing terms",
        needed_by=(RecordKind.COMPANY, RecordKind.QUOTE),
    ),
)


@dataclass(frozen=True, slots=True)
class _List:
    """Where the targets of a kind that is one row each come from, and how a row is shown."""

    path: str
    label: str
    name: Callable[[Row], str]
    detail: Callable[[Row], str]


LISTS = {
    OWNER: _List(
        "system/members", "Read members", person, lambda row: text(row, "officeEmail") or text(row, "identifier")
    ),
    STAGE: _List("sales/stages", "Read sales stages", lambda row: text(row, "name"), lambda _row: ""),
    CATEGORY: _List(
        "sales/opportunities/types",
        "Read opportunity types",
        lambda row: text(row, "description"),
        lambda _row: "",
    ),
    PAYMENT_TERM: _List("finance/billingTerms", "Read billing terms", lambda row: text(row, "name"), lambda _row: ""),
}


class Targets:
    """Lists targets of each kind, whole: without a filter on activity, so that what is inactive can be called so.

    Some tenants' lists leave out inactive rows all the same: those that mappings lead to are then asked for by id.
    """

    def __init__(self, client: ConnectWiseClient) -> None:
        self._client = client

    async def listing(self, kind: str, wanted: Collection[str], once: ReadOnce) -> Listing:
        """Return the targets of a kind, as one of several that are listed in one go."""
        return Listing(tuple(await self.of_kind(kind, wanted, once)))

    async def of_kind(self, kind: str, wanted: Collection[str] = (), once: ReadOnce | None = None) -> list[Target]:
        """Return the targets of a kind; `KeyError` for a kind that ConnectWise does not have.

        `wanted` are the identifiers that mappings lead to.
        """
        once = once or ReadOnce()
        if kind == PRODUCT_CATEGORY:
            return await self._categories(wanted, once)
        found = LISTS[kind]
        rows = await self._rows(found.path, found.label, wanted, once)
        return [one_target(kind, row) for row in rows.values()]

    async def _rows(self, path: str, label: str, wanted: Iterable[str], once: ReadOnce) -> dict[str, Row]:
        listed = await once.of(path, lambda: self._client.everything(path, label=label))
        rows = {text(row, "id"): row for row in listed}
        for row_id in dict.fromkeys(wanted):
            if row_id.isdigit() and row_id not in rows:
                row = await self._one(path, row_id, f"{label}: #{row_id}", once)
                rows |= {row_id: row} if row else {}
        return rows

    async def _one(self, path: str, row_id: str, label: str, once: ReadOnce) -> Row | None:
        return await once.of(f"{path}/{row_id}", lambda: self._client.one(path, row_id, label=label))

    async def _categories(self, wanted: Collection[str], once: ReadOnce) -> list[Target]:
        """Return category, subcategory and type together: each subcategory with each type, and what is wanted."""
        ids = [parts_of(each) for each in wanted]
        known = [
            await self._rows(path, f"Read product {_plural(what)}", [parts[place] for parts in ids], once)
            for place, (path, what) in enumerate(PARTS)
        ]
        combined = [
            (text(flatten(row), "category/id"), sub_id, type_id)
            for sub_id, row in known[1].items()
            for type_id in known[2]
        ]
        await self._parents(known[0], {category for category, _, _ in combined}, once)
        return [found for parts in dict.fromkeys([*combined, *ids]) if (found := joined(parts, known)) is not None]

    async def _parents(self, categories: dict[str, Row], wanted: set[str], once: ReadOnce) -> None:
        """Ask for the categories of subcategories that the list of categories leaves out."""
        for row_id in sorted(wanted - set(categories) - {""}):
            row = await self._one(_CATEGORIES, row_id, f"Read product category #{row_id}", once)
            categories |= {row_id: row} if row else {}


def parts_of(target_id: str) -> tuple[str, str, str]:
    """Return the ids of category, subcategory and type in a target's id such as `41/87/3`."""
    category, subcategory, product_type = [*target_id.split("/"), "", "", ""][:3]
    return category, subcategory, product_type


def _plural(what: str) -> str:
    return f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"


def joined(parts: tuple[str, str, str], known: list[dict[str, Row]]) -> Target | None:
    """Return one target of three rows; None where none of them is there any more."""
    rows = [rows.get(part) for part, rows in zip(parts, known, strict=True)]
    if not any(rows):
        return None
    names = [text(row, "name") if row else f"#{part}" for part, row in zip(parts, rows, strict=True)]
    problems = list(_problems(parts, rows, known[0]))
    active = all(row is not None and is_active(row) for row in rows)
    return Target(
        kind=PRODUCT_CATEGORY,
        id="/".join(parts),
        name=f"{names[0]} › {names[1]} · {names[2]}",
        active=active,
        valid=not problems,
        why_not="; ".join(problems),
    )


def _problems(parts: tuple[str, str, str], rows: list[Row | None], categories: dict[str, Row]) -> Iterable[str]:
    """Yield what is wrong with each part, as ConnectWise itself would say it.

    A part that is not found was deleted, or is hidden from this API member: ConnectWise does not say which.
    """
    for part, row, (_, what) in zip(parts, rows, PARTS, strict=True):
        if row is None:
            yield f"{what.capitalize()} {part} not found"
        elif not is_active(row):
            yield f"{part} is an inactive {what}"
    parent = text(flatten(rows[1] or {}), "category/id")
    if parent and parent != parts[0]:
        name = text(categories.get(parent, {}), "name")
        yield f"{parts[1]} is a subcategory of {parent}{f' “{name}”' if name else ''} now, not of {parts[0]}"


def one_target(kind: str, row: Row) -> Target:
    """Return a row of one of the lists as a target."""
    active, of = is_active(row), LISTS[kind]
    return Target(
        kind=kind,
        id=text(row, "id"),
        name=of.name(row),
        active=active,
        valid=active,
        why_not="" if active else "inactive in ConnectWise",
        detail=of.detail(row),
    )
