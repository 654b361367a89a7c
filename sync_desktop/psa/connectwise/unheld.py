"""What ConnectWise cannot hold, or is not sent, of each record: a warning on the plan where the record has it (rule 9).

Everything else of a record is in the field table. Facts: the vendor's API description.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sync_desktop.domain.records import AnyRecord, Product, ProductType, QuoteItem, Term
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.drafting import Unheld, unheld_sentences

_NO_QUOTE = "ConnectWise has no quotes, only lines on the opportunity"
_NO_FIELD = "a catalog item has no field for it"


def _has(member: str) -> Callable[[Any], bool]:
    return lambda record: bool(getattr(record, member))


UNHELD: dict[RecordKind, tuple[Unheld, ...]] = {
    RecordKind.COMPANY: (),
    RecordKind.CONTACT: (),
    RecordKind.OPPORTUNITY: (
        Unheld("revenue", "ConnectWise adds it up from the lines", _has("revenue")),
        Unheld("cost", "ConnectWise adds it up from the lines", _has("cost")),
        Unheld("creation date", "ConnectWise notes its own", _has("created_at")),
    ),
    RecordKind.PRODUCT: (
        Unheld(
            "bundle contents",
            "Salesbuildr's API does not say what a bundle holds",
            lambda r: r.type is ProductType.BUNDLE,
        ),
        Unheld("MSRP", _NO_FIELD, _has("msrp")),
        Unheld("eligible for RMA", _NO_FIELD, _has("is_eligible_for_rma")),
        Unheld(
            "no procurement needed",
            "it is the class of a product that says so, and of others there is one only",
            lambda r: r.does_not_require_procurement and r.type is not ProductType.PRODUCT,
        ),
    ),
    RecordKind.QUOTE: (
        Unheld("title", _NO_QUOTE, _has("title")),
        Unheld("contact", _NO_QUOTE, _has("contact")),
        Unheld("owner", _NO_QUOTE, _has("owner")),
        Unheld("payment term", _NO_QUOTE, _has("payment_term")),
        Unheld("PO number", _NO_QUOTE, _has("po_number")),
        Unheld("note", _NO_QUOTE, _has("note")),
        Unheld("creation date", _NO_QUOTE, _has("created_at")),
        Unheld("date of sending", _NO_QUOTE, _has("sent_at")),
        Unheld("approval date", _NO_QUOTE, _has("approved_at")),
        Unheld("date of decline", _NO_QUOTE, _has("declined_at")),
        Unheld("date on which it expired", _NO_QUOTE, _has("expired_at")),
        Unheld("expiry date", _NO_QUOTE, _has("expires_at")),
        Unheld("delivery address", _NO_QUOTE, _has("delivery_address")),
        Unheld(
            "discounts",
            "the lines have their prices after them",
            lambda r: bool(r.discount) or any(item.discount_percent for item in r.items),
        ),
        Unheld(
            "optional items",
            "a line of ConnectWise is never optional, so that they are left out",
            lambda r: any(item.optional for item in r.items),
        ),
    ),
}

OF_ITEMS = (
    ("Category", "a line has the one of its catalog item"),
    ("Billing term", "its catalog item is billed again and again, which a line cannot take back"),
    ("Set-up cost", "a set-up line needs a price"),
)
"""Of a quote's items: what is lost, and why."""
_CATEGORY, _TERM, _SETUP = OF_ITEMS


def unheld(record: AnyRecord) -> tuple[str, ...]:
    """Return a sentence for each reason why something of this record does not reach ConnectWise."""
    return unheld_sentences(record, UNHELD[record.kind])


def unheld_of_item(item: QuoteItem, product: Product) -> Iterable[str]:
    """Return a sentence for each thing that an item loses."""
    found = {
        _CATEGORY: item.category.id not in ("", product.category.id),
        _TERM: item.term is Term.ONE_TIME and product.term is not Term.ONE_TIME,
        _SETUP: bool(item.setup_cost) and not item.setup_price,
    }
    return (f"{what} of “{item.name}”: {why}" for (what, why), lost in found.items() if lost)
