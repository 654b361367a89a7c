"""A quote as ConnectWise wants it: lines on its opportunity, one for each item, set-up price and shipping.

There is no quote object. What a line is worth is its price times its quantity: what the API's `discount` of a line
means nobody has published, so that discounts are in the price.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sync_desktop.domain.records import Named, Product, Quote, QuoteItem, ref_of
from sync_desktop.domain.values import in_cents, same_value
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import Draft, Drafted, QuoteDrafts, Refs, Seen
from sync_desktop.psa.connectwise.drafting import LIMITS, Drafting, plain
from sync_desktop.psa.connectwise.fields import SETUP_ITEM, SHIPPING_ITEM, bill_cycle, is_recurring
from sync_desktop.psa.connectwise.kinds import BUSINESS_UNIT, LOCATION
from sync_desktop.psa.connectwise.lists import Lists
from sync_desktop.psa.connectwise.rows import KEY, LINES, SHIPPING, parts_of_stamp, stamp
from sync_desktop.psa.connectwise.unheld import unheld, unheld_of_item
from sync_desktop.psa.discounts import LineDiscount, net_price
from sync_desktop.psa.drafting import PAYMENT_TERM, money, number
from sync_desktop.psa.quote_items import discounts_of, product_of

REVENUE, COST, CYCLE = "recurring/recurringRevenue", "recurring/recurringCost", "recurring/billCycleId"
_COMPARED = ("catalogItem/id", "quantity", "price")
_UPDATES = frozenset({"description", "customerDescription", "quantity", "price", "cost", REVENUE, COST})


class QuoteDrafting:
    """Drafts one quote."""

    def __init__(self, quote: Quote, refs: Refs, lists: Lists) -> None:
        self._quote = quote
        self._refs = refs
        self._drafting = Drafting(ref_of(quote), refs, LINES, lists=lists)
        self._location = self._drafting.mapped_or_default(LOCATION, Named(), "locationId")
        self._business_unit = self._drafting.mapped_or_default(BUSINESS_UNIT, Named(), "businessUnitId")

    def drafts(self) -> QuoteDrafts:
        """Return the lines that the opportunity needs; nothing comes before them, and the quote itself is none."""
        self._terms()
        lines = tuple(self._lines())
        warnings = (*dict.fromkeys(self._drafting.warnings), *unheld(self._quote))
        return QuoteDrafts(
            before=(), main=Drafted(None, (), warnings), lines=lines, failures=tuple(self._drafting.failures)
        )

    def _terms(self) -> None:
        """Note billing terms that are mapped to none any more.

        Lines have no billing terms. But Salesbuildr's own push refuses such a quote, and says so nowhere but there.
        """
        term = self._quote.payment_term
        if term and self._refs.mapping(PAYMENT_TERM, term.id) is not None:
            self._drafting.mapped(PAYMENT_TERM, term, "billingTerms/id")

    def _lines(self) -> list[Draft]:
        items = [item for item in self._quote.items if not item.optional]
        discounts = discounts_of(self._quote, items, "price", self._drafting.fail)
        lines: list[Draft] = []
        for item, discount in zip(items, discounts, strict=True):
            lines += [line for line in (self._item(item, discount), self._setup(item)) if line]
        shipping = self._shipping()
        return [*lines, shipping] if shipping else lines

    def _item(self, item: QuoteItem, discount: LineDiscount) -> Draft | None:
        found = product_of(item, self._refs, self._drafting.fail)
        if found is None:
            return None
        product, external = found
        self._drafting.warnings += unheld_of_item(item, product)
        price, cost = net_price(item.quantity, item.price, discount), money(item.cost)
        recurring = {REVENUE: price, COST: cost, CYCLE: self._cycle(item, product)} if is_recurring(item.term) else {}
        return self._line(
            part=f"line:{item.id}",
            name=item.name,
            fields={
                "catalogItem/id": number(external),
                "customerDescription": item.description or product.description,
                "quantity": item.quantity,
                "price": price,
                "cost": cost,
                **recurring,
            },
        )

    def _cycle(self, item: QuoteItem, product: Product) -> Any:
        """Return the billing cycle of an item; one that its catalog item is billed by already need not be known."""
        found = bill_cycle(item.term, self._drafting)
        if not found and item.term is not product.term:
            facts = {"field": CYCLE, "reason": item.term.value, "item": item.name}
            self._drafting.fail(FailureKind.REQUIRED_FIELD, f"ConnectWise shows no {item.term.value} cycle", **facts)
        return found

    def _setup(self, item: QuoteItem) -> Draft | None:
        if not item.setup_price:
            return None
        return self._sold_as(
            SETUP_ITEM,
            "set-up prices",
            part=f"setup:{item.id}",
            name=f"{item.name} (set-up)",
            fields={
                "quantity": item.quantity,
                "price": money(item.setup_price),
                "cost": money(item.setup_cost),
            },
        )

    def _shipping(self) -> Draft | None:
        shipping = self._quote.shipping
        if shipping is None or not (shipping.type or shipping.price or shipping.cost):
            return None
        return self._sold_as(
            SHIPPING_ITEM,
            "shipping",
            part=SHIPPING,
            name=shipping.type.name or "Shipping",
            fields={"quantity": Decimal(1), "price": money(shipping.price), "cost": money(shipping.cost)},
        )

    def _sold_as(self, setting: str, what: str, *, part: str, name: str, fields: Mapping[str, Any]) -> Draft | None:
        """Return a line of a catalog item that the site's defaults name."""
        item = number(self._refs.default(setting))
        if item is None:
            facts = {"field": "catalogItem/id", "entity": "catalogItem", "setting": setting, "item": name}
            message = f"No catalog item is set for {what}"
            if not any(failure.message == message for failure in self._drafting.failures):
                self._drafting.fail(FailureKind.REQUIRED_FIELD, message, **facts)
            return None
        return self._line(part=part, name=name, fields={"catalogItem/id": item, **fields})

    def _line(self, *, part: str, name: str, fields: Mapping[str, Any]) -> Draft:
        opportunity = self._refs.external(RecordKind.OPPORTUNITY, self._quote.opportunity.id)
        key = stamp(self._quote, part)
        whole = {
            "opportunity/id": number(opportunity),
            **fields,
            "description": self._text("description", name),
            "customerDescription": self._text("customerDescription", str(fields.get("customerDescription") or name)),
            "billableOption": "Billable",
            "locationId": self._location,
            "businessUnitId": self._business_unit,
            KEY: key,
        }
        return Draft(
            ref=ref_of(self._quote),
            part=part,
            entity=LINES,
            parent_id=opportunity,
            fields={field: value for field, value in whole.items() if value not in (None, "")},
            label=f"quote item “{name}”",
            name=name,
            updatable=_UPDATES,
            key=key,
        )

    def _text(self, field: str, text: str) -> str:
        return self._drafting.cut(field, plain(text), LIMITS[LINES][field])


def same_line(draft: Draft, seen: Seen) -> bool:
    """Say whether a row is what the draft would make: by its stamp, else by item, quantity and price; not by texts.

    A row that carries the stamp of another line of the same quote is that line. The quote's own key may have changed
    meanwhile, from one made of its id to its number; ids of items belong to one quote only.
    """
    (quote, part), (its_quote, its_part) = parts_of_stamp(draft.key), parts_of_stamp(seen.key)
    if its_part and (quote == its_quote or (part == its_part != SHIPPING)):
        return part == its_part
    return all(same_value(draft.fields.get(name), seen.fields.get(name)) for name in _COMPARED)


def same_thing(draft: Draft, seen: Seen) -> bool:
    """Say whether a row sells the catalog item of a draft."""
    return same_value(draft.fields.get("catalogItem/id"), seen.fields.get("catalogItem/id"))


def line_amount(fields: Mapping[str, Any]) -> Decimal:
    """Return what a line costs the customer for one period; nothing for what was cancelled."""
    if fields.get("cancelledFlag"):
        return Decimal(0)
    quantity = _decimal(fields.get("quantity")) - _decimal(fields.get("quantityCancelled"))
    return in_cents(quantity * _decimal(fields.get("price")))


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value)) if value is not None else Decimal(0)
