"""What the items of a quote are for every PSA: what is in the way of one, and the discounts that each line has."""

from collections.abc import Sequence
from typing import Protocol

from sync_desktop.domain.records import Product, Quote, QuoteItem, Term
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import Refs
from sync_desktop.psa.discounts import LineDiscount, LinePrice, spread


class Fail(Protocol):
    """Notes what is in the way."""

    def __call__(self, kind: FailureKind, message: str, **facts: str) -> None:
        """Take one failure, as a kind, a sentence and facts."""
        ...


def product_of(item: QuoteItem, refs: Refs, fail: Fail) -> tuple[Product, str] | None:
    """Return an item's product and what that is in the PSA; None where the item cannot be a line now.

    Of a product that is not in the PSA nothing is noted: why not is said where the product itself is looked at.
    """
    product = refs.record(RecordKind.PRODUCT, item.product.id) if item.product.id else None
    if not isinstance(product, Product):
        facts = {"product": item.name, "product_id": item.product.id, "item": item.name}
        fail(FailureKind.NO_EXTERNAL_ID, "Product has no external identifier", **facts)
        return None
    if item.term is Term.UNKNOWN:
        facts = {"product": item.name, "reason": item.raw_term, "field": "term"}
        fail(FailureKind.INVALID_VALUE, "Unknown billing term", **facts)
        return None
    external = refs.external(RecordKind.PRODUCT, product.id)
    return (product, external) if external else None


def discounts_of(quote: Quote, items: Sequence[QuoteItem], field: str, fail: Fail) -> list[LineDiscount]:
    """Return the discount of each item with the quote's own in it.

    `field` is where the PSA would hold what no line can bear, which is noted.
    """
    whole = quote.discount
    prices = [
        LinePrice(item.quantity, item.price, item.discount_percent, item.term is Term.ONE_TIME and not item.optional)
        for item in items
    ]
    discounts = spread(prices, percent=whole.percent, amount=whole.amount)
    if whole.amount and not any(each.amount for each in discounts):
        message = "The quote's discount cannot be held: its one-time lines cannot bear it"
        fail(FailureKind.INVALID_VALUE, message, field=field, reason=f"{whole.amount} off the whole quote")
    return discounts
