"""A quote as Autotask wants it: locations first, the quote, then a line for each item, set-up fee and shipping."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.records import Address, Company, Named, Product, Quote, QuoteItem, ref_of
from sync_desktop.domain.values import in_cents, same_value
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.autotask.drafting import Drafting
from sync_desktop.psa.autotask.fields import BY_ENTITY, updatable
from sync_desktop.psa.autotask.metadata import Metadata
from sync_desktop.psa.autotask.rows import entity_of
from sync_desktop.psa.autotask.unheld import unheld, unheld_of_lines
from sync_desktop.psa.connector import Draft, Drafted, QuoteDrafts, Refs, Seen
from sync_desktop.psa.discounts import LineDiscount
from sync_desktop.psa.drafting import SHIPPING, cut_warning, money, number
from sync_desktop.psa.quote_items import discounts_of, product_of

PRODUCT, CHARGE, LABOR, SHIPPING_LINE, SERVICE, BUNDLE = 1, 2, 3, 6, 11, 12
"""QuoteItems.quoteItemType."""

LINE_OF_ENTITY = {
    "Products": (PRODUCT, "productID"),
    "Roles": (LABOR, "laborID"),
    "Services": (SERVICE, "serviceID"),
    "ServiceBundles": (BUNDLE, "serviceBundleID"),
}
REFERENCES = ("productID", "chargeID", "laborID", "expenseID", "shippingID", "serviceID", "serviceBundleID")
_COMPARED = (
    "quoteItemType",
    *REFERENCES,
    "quantity",
    "unitPrice",
    "unitDiscount",
    "lineDiscount",
    "percentageDiscount",
    "isOptional",
)
_NAME, _DESCRIPTION, _ADDRESS_LINE = 100, 2000, 50
_UNSET = {"isOptional": False, "unitDiscount": 0, "lineDiscount": 0, "percentageDiscount": 0}
_ADDRESS = (
    ("address1", "street"),
    ("address2", "apartment"),
    ("city", "city"),
    ("state", "state"),
    ("postalCode", "zip"),
)
_LINE_UPDATES = frozenset(
    {"name", "description", "quantity", "unitPrice", "unitCost", "lineDiscount", "percentageDiscount", "isOptional"}
)


class QuoteDrafting:
    """Drafts one quote."""

    def __init__(self, quote: Quote, refs: Refs, metadata: Metadata) -> None:
        self._quote = quote
        self._refs = refs
        self._metadata = metadata
        self._ref = ref_of(quote)
        self._failures: list[Failure] = []
        self._cuts: list[str] = []
        self._drafted: list[tuple[QuoteItem, Product, str]] = []
        """The items that became lines, with their products and these ones' entities."""

    def drafts(self) -> QuoteDrafts:
        """Return everything that the quote needs in Autotask."""
        locations, lines, main = self._locations(), self._lines(), self._main()
        lost = unheld_of_lines(self._drafted)
        main = Drafted(main.draft, main.failures, (*main.warnings, *lost, *self._cuts))
        return QuoteDrafts(before=locations, main=main, lines=lines, failures=tuple(self._failures))

    def _cut(self, field: str, text: str, limit: int) -> str:
        """Return as much of a text as its field holds, with a warning where that is not all of it."""
        if len(text) > limit:
            self._cuts.append(cut_warning(Drafting.PSA, field, text, limit))
        return text[:limit]

    def _drafting(self, entity: str, **facts: str) -> Drafting:
        return Drafting(self._ref, self._refs, entity, facts=facts, info=self._metadata.entity(entity))

    def _locations(self) -> tuple[Draft, ...]:
        company = self._refs.record(RecordKind.COMPANY, self._quote.company.id)
        billing = company.address if isinstance(company, Company) else Address()
        delivery = self._quote.delivery_address or billing
        return (self._location("bill", billing), self._location("ship", delivery))

    def _location(self, which: str, address: Address) -> Draft:
        fields = {name: self._cut(name, getattr(address, member), _ADDRESS_LINE) for name, member in _ADDRESS}
        return Draft(
            ref=self._ref,
            part=f"location:{which}",
            entity="QuoteLocations",
            fields={name: value for name, value in fields.items() if value},
            label=f"quote location to {which} to",
        )

    def _main(self) -> Drafted:
        drafting = self._drafting("Quotes")
        fields = drafting.values(self._quote, BY_ENTITY["Quotes"])
        draft = Draft(
            ref=self._ref,
            entity="Quotes",
            fields=fields,
            label=f"quote {self._quote.name}",
            updatable=updatable("Quotes"),
            key=self._quote.stamp,
        )
        return Drafted(draft, tuple(drafting.failures), (*drafting.warnings, *unheld(self._quote, "Quotes")))

    def _lines(self) -> tuple[Draft, ...]:
        discounts = discounts_of(self._quote, self._quote.items, "lineDiscount", self._fail)
        lines: list[Draft] = []
        for item, discount in zip(self._quote.items, discounts, strict=True):
            lines += [line for line in (self._item(item, discount), self._setup(item)) if line]
        shipping = self._shipping()
        return tuple([*lines, shipping] if shipping else lines)

    def _fail(self, kind: FailureKind, message: str, **facts: str) -> None:
        self._failures.append(Failure(kind=kind, message=message, facts=facts))

    def _item(self, item: QuoteItem, discount: LineDiscount) -> Draft | None:
        found = product_of(item, self._refs, self._fail)
        if found is None:
            return None
        product, external = found
        entity = self._refs.entity(product.id) or entity_of(product)
        line_type, reference = LINE_OF_ENTITY[entity]
        self._drafted.append((item, product, entity))
        description = item.description or product.description
        return self._line(
            part=f"line:{item.id}",
            name=item.name,
            fields={
                "quoteItemType": line_type,
                reference: number(external),
                "quantity": item.quantity,
                "unitPrice": money(item.price),
                "unitCost": money(item.cost),
                "description": self._cut("description", description, _DESCRIPTION),
                "isOptional": item.optional,
                "percentageDiscount": discount.percentage,
                "lineDiscount": discount.amount,
            },
        )

    def _setup(self, item: QuoteItem) -> Draft | None:
        if not item.setup_price:
            return None
        code = self._charge_code(item)
        if code is None:
            return None
        return self._line(
            part=f"setup:{item.id}",
            name=f"{item.name} (set-up)",
            fields={
                "quoteItemType": CHARGE,
                "chargeID": code,
                "quantity": item.quantity,
                "unitPrice": money(item.setup_price),
                "unitCost": money(item.setup_cost),
                "isOptional": item.optional,
            },
        )

    def _charge_code(self, item: QuoteItem) -> int | None:
        product = self._refs.record(RecordKind.PRODUCT, item.product.id)
        category = item.category or (product.category if isinstance(product, Product) else Named())
        drafting = self._drafting("QuoteItems", product=item.name)
        code = drafting.product_code(category, "chargeID")
        self._failures += drafting.failures
        return code

    def _shipping(self) -> Draft | None:
        shipping = self._quote.shipping
        if shipping is None or not shipping.type:
            return None
        drafting = self._drafting("QuoteItems")
        target = drafting.mapped(SHIPPING, shipping.type, "shippingID")
        self._failures += drafting.failures
        if target is None:
            return None
        return self._line(
            part="shipping",
            name=shipping.type.name,
            fields={
                "quoteItemType": SHIPPING_LINE,
                "shippingID": target,
                "quantity": Decimal(1),
                "unitPrice": money(shipping.price),
                "unitCost": money(shipping.cost),
                "isOptional": False,
            },
        )

    def _line(self, *, part: str, name: str, fields: Mapping[str, Any]) -> Draft:
        whole = {
            "name": self._cut("name", name, _NAME),
            "unitDiscount": Decimal(0),
            "lineDiscount": Decimal(0),
            "percentageDiscount": Decimal(0),
            **{field: value for field, value in fields.items() if value not in (None, "")},
        }
        return Draft(
            ref=self._ref,
            part=part,
            entity="QuoteItems",
            parent_id=self._refs.external(RecordKind.QUOTE, self._quote.id),
            fields=whole,
            label=f"quote item “{name}”",
            name=name,
            updatable=_LINE_UPDATES,
        )


def same_line(draft: Draft, seen: Seen) -> bool:
    """Say whether a row is what the draft would make: type, reference, quantity, price, discounts; not texts."""
    return all(same_value(_compared(draft.fields, name), _compared(seen.fields, name)) for name in _COMPARED)


def _compared(fields: Mapping[str, Any], name: str) -> Any:
    """Return a field's value; what is missing or null counts as what Autotask takes it for."""
    value = fields.get(name)
    return _UNSET.get(name) if value is None else value


def same_thing(draft: Draft, seen: Seen) -> bool:
    """Say whether a row names what a draft names."""
    named = [field for field in REFERENCES if field in draft.fields]
    return bool(named) and all(same_value(draft.fields[field], seen.fields.get(field)) for field in named)


def line_amount(fields: Mapping[str, Any]) -> Decimal:
    """Return what a line costs the customer for one period; nothing for an optional line."""
    if fields.get("isOptional"):
        return Decimal(0)
    quantity, price = _decimal(fields.get("quantity")), _decimal(fields.get("unitPrice"))
    gross = (
        quantity
        * (price - _decimal(fields.get("unitDiscount")))
        * (1 - _decimal(fields.get("percentageDiscount")) / 100)
    )
    return in_cents(gross - _decimal(fields.get("lineDiscount")))


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value)) if value is not None else Decimal(0)
