"""A quote as HaloPSA wants it: the quotation, then a line for each item, set-up price and shipping.

A line's `discount` is an amount of which nobody has published whether it is for a unit or the whole line, so that only
percentages are sent; an amount off is in the price.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sync_desktop.domain.records import Quote, QuoteItem, ref_of
from sync_desktop.domain.values import in_cents, same_value
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import Draft, Drafted, QuoteDrafts, Refs, Seen
from sync_desktop.psa.discounts import LineDiscount, net_price
from sync_desktop.psa.drafting import PAYMENT_TERM, money, number
from sync_desktop.psa.halopsa.drafting import Drafting
from sync_desktop.psa.halopsa.fields import (
    BY_ENTITY,
    PERIOD,
    SETUP_ITEM,
    SHIPPING_ITEM,
    billing_period,
    is_recurring,
    updatable,
)
from sync_desktop.psa.halopsa.kinds import TAX
from sync_desktop.psa.halopsa.lists import Lists
from sync_desktop.psa.halopsa.rows import LINES, QUOTATION
from sync_desktop.psa.halopsa.unheld import unheld
from sync_desktop.psa.quote_items import discounts_of, product_of

ITEM_DEFAULT = -1
"""As a line's tax code: the one that its item has."""

_COMPARED = ("item_id", "quantity", "price", "discount_perc", "optional")
_UNSET = {"discount_perc": 0, "optional": False}
_UPDATES = frozenset({"name", "description", "quantity", "price", "costprice", "discount_perc", "optional"})


class QuoteDrafting:
    """Drafts one quote."""

    def __init__(self, quote: Quote, refs: Refs, lists: Lists) -> None:
        self._quote = quote
        self._refs = refs
        self._header = Drafting(ref_of(quote), refs, QUOTATION, lists=lists)
        self._drafting = Drafting(ref_of(quote), refs, LINES, lists=lists)
        self._tax: Any = None
        """The tax code of each line, where one is mapped; one that cannot be used is in the way of the whole quote."""

    def drafts(self) -> QuoteDrafts:
        """Return everything that the quote needs in HaloPSA; nothing comes before it."""
        main, lines = self._main(), self._lines()
        warnings = (*main.warnings, *dict.fromkeys(self._drafting.warnings))
        main = Drafted(main.draft, main.failures, warnings)
        return QuoteDrafts(before=(), main=main, lines=lines, failures=tuple(self._drafting.failures))

    def _main(self) -> Drafted:
        fields = self._header.values(self._quote, BY_ENTITY[QUOTATION])
        self._terms()
        self._tax = self._header.by_default(TAX, "item_tax_code")
        draft = Draft(
            ref=ref_of(self._quote),
            entity=QUOTATION,
            fields=fields,
            label=f"quote {self._quote.name}",
            updatable=updatable(QUOTATION),
            key=self._quote.stamp,
        )
        return Drafted(draft, tuple(self._header.failures), (*self._header.warnings, *unheld(self._quote)))

    def _terms(self) -> None:
        """Note a payment term that is mapped to none any more.

        Quotations have none. But Salesbuildr's own push refuses such a quote, and says so nowhere but there.
        """
        term = self._quote.payment_term
        if term and self._refs.mapping(PAYMENT_TERM, term.id) is not None:
            self._header.mapped(PAYMENT_TERM, term, "payment_term")

    def _lines(self) -> tuple[Draft, ...]:
        discounts = discounts_of(self._quote, self._quote.items, "discount_perc", self._drafting.fail)
        lines: list[Draft] = []
        for item, discount in zip(self._quote.items, discounts, strict=True):
            lines += [line for line in (self._item(item, discount), self._setup(item)) if line]
        shipping = self._shipping()
        return tuple([*lines, shipping] if shipping else lines)

    def _item(self, item: QuoteItem, discount: LineDiscount) -> Draft | None:
        found = product_of(item, self._refs, self._drafting.fail)
        if found is None:
            return None
        product, external = found
        terms: dict[str, Any] = {"item_recurring": is_recurring(item.term)}
        if is_recurring(item.term):
            terms[PERIOD] = billing_period(item.term, self._drafting, item=item.name)
        price = net_price(item.quantity, item.price, discount) if discount.amount else money(item.price)
        return self._line(
            part=f"line:{item.id}",
            name=item.name,
            fields={
                "item_id": number(external),
                "description": item.description or product.description,
                "quantity": item.quantity,
                "price": price,
                "costprice": money(item.cost),
                "discount_perc": discount.percentage,
                "optional": item.optional,
                **terms,
            },
        )

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
                "costprice": money(item.setup_cost),
                "optional": item.optional,
            },
        )

    def _shipping(self) -> Draft | None:
        shipping = self._quote.shipping
        if shipping is None or not (shipping.type or shipping.price):
            return None
        return self._sold_as(
            SHIPPING_ITEM,
            "shipping",
            part="shipping",
            name=shipping.type.name or "Shipping",
            fields={"quantity": Decimal(1), "price": money(shipping.price), "costprice": money(shipping.cost)},
        )

    def _sold_as(self, setting: str, what: str, *, part: str, name: str, fields: Mapping[str, Any]) -> Draft | None:
        """Return a line of an item that the site's defaults name."""
        item = number(self._refs.default(setting))
        if item is None:
            facts = {"field": "item_id", "entity": "Item", "setting": setting, "item": name}
            message = f"No item is set for {what}"
            if not any(failure.message == message for failure in self._drafting.failures):
                self._drafting.fail(FailureKind.REQUIRED_FIELD, message, **facts)
            return None
        once = {"discount_perc": Decimal(0), "optional": False, "item_recurring": False}
        return self._line(part=part, name=name, fields={"item_id": item, **once, **fields})

    def _line(self, *, part: str, name: str, fields: Mapping[str, Any]) -> Draft:
        tax = number(self._refs.default(f"{LINES}.item_tax_code")) if self._tax is None else self._tax
        whole = {**fields, "name": name, "item_tax_code": ITEM_DEFAULT if tax is None else tax}
        return Draft(
            ref=ref_of(self._quote),
            part=part,
            entity=LINES,
            parent_id=self._refs.external(RecordKind.QUOTE, self._quote.id),
            fields={field: value for field, value in whole.items() if value not in (None, "")},
            label=f"quote item “{name}”",
            name=name,
            updatable=_UPDATES,
        )


def same_line(draft: Draft, seen: Seen) -> bool:
    """Say whether a row is what the draft would make: item, quantity, price and discount; not texts."""
    if _amount_off(seen.fields):
        return False
    return all(same_value(_compared(draft.fields, name), _compared(seen.fields, name)) for name in _COMPARED)


def _amount_off(fields: Mapping[str, Any]) -> bool:
    """Say whether a line has an amount off; beside a percentage, that is only what the percentage comes to."""
    return bool(_decimal(fields.get("discount"))) and not _decimal(fields.get("discount_perc"))


def _compared(fields: Mapping[str, Any], name: str) -> Any:
    """Return a field's value; what is missing counts as what HaloPSA takes it for."""
    value = fields.get(name)
    return _UNSET.get(name) if value is None else value


def same_thing(draft: Draft, seen: Seen) -> bool:
    """Say whether a row sells the item of a draft."""
    return same_value(draft.fields.get("item_id"), seen.fields.get("item_id"))


def line_amount(fields: Mapping[str, Any]) -> Decimal:
    """Return what a line costs the customer for one period; nothing for an optional line.

    Of a line with an amount off, which others may have added, HaloPSA's own net amount counts.
    """
    if fields.get("optional"):
        return Decimal(0)
    if _amount_off(fields) and fields.get("net_total") is not None:
        return in_cents(_decimal(fields["net_total"]))
    whole = _decimal(fields.get("quantity")) * _decimal(fields.get("price"))
    return in_cents(whole * (1 - _decimal(fields.get("discount_perc")) / 100))


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value)) if value is not None else Decimal(0)
