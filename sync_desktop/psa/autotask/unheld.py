"""What Autotask cannot hold, or is not sent, of each record: a warning on the plan where the record has it (rule 9).

Everything else of a record is in the field table. Facts: the fields of the entity pages of the developer help.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sync_desktop.domain.records import AnyRecord, Product, ProductType, QuoteItem, Term
from sync_desktop.psa.drafting import Unheld, unheld_sentences

_PRODUCTS_ONLY = "Autotask has a field for it at products only"
_NOT_EVERYWHERE = "not every tenant's services have a field for it, so it is not sent"
_TWO_DATES = "an Autotask quote holds an effective date and an expiration date only"
_NO_ID = "Salesbuildr names it without an identifier, so that it cannot be linked"


def _has(member: str) -> Callable[[Any], bool]:
    return lambda record: bool(getattr(record, member))


_CONTACT = Unheld("contact", _NO_ID, lambda r: bool(r.contact) and not r.contact.id)
_CONTENTS = Unheld(
    "bundle contents", "Salesbuildr's API does not say what a bundle holds", lambda r: r.type is ProductType.BUNDLE
)
_OF_SERVICES = (
    Unheld("part number", _NOT_EVERYWHERE, _has("mpn")),
    Unheld("internal product id", _NOT_EVERYWHERE, _has("internal_id")),
    Unheld("manufacturer", _NOT_EVERYWHERE, _has("manufacturer")),
    Unheld("MSRP", _PRODUCTS_ONLY, _has("msrp")),
    Unheld("serialized", _PRODUCTS_ONLY, _has("is_serialized")),
    Unheld("eligible for RMA", _PRODUCTS_ONLY, _has("is_eligible_for_rma")),
    Unheld("no procurement needed", _PRODUCTS_ONLY, _has("does_not_require_procurement")),
)

UNHELD: dict[str, tuple[Unheld, ...]] = {
    "Companies": (
        Unheld("payment term", "an Autotask company has none; each quote has its own", _has("payment_term_id")),
    ),
    "Contacts": (),
    "Opportunities": (_CONTACT,),
    "Products": (
        _CONTENTS,
        Unheld("billing term", "a product is sent to Autotask as sold once", lambda r: r.term is not Term.ONE_TIME),
    ),
    "Services": _OF_SERVICES,
    "ServiceBundles": (
        _CONTENTS,
        *_OF_SERVICES,
        Unheld("cost", "Autotask adds a bundle's cost up from its services", _has("cost")),
    ),
    "Quotes": (
        Unheld("owner", "an Autotask quote has no owner; its opportunity has one", _has("owner")),
        _CONTACT,
        Unheld("creation date", _TWO_DATES, lambda r: bool(r.created_at and r.sent_at)),
        Unheld("approval date", _TWO_DATES, _has("approved_at")),
        Unheld("date of decline", _TWO_DATES, _has("declined_at")),
        Unheld("date on which it expired", _TWO_DATES, _has("expired_at")),
        Unheld(
            "country of delivery",
            "an Autotask quote location has no country",
            lambda r: bool(r.delivery_address.country),
        ),
        Unheld(
            "discount", "an Autotask quote has no discount of its own; it is spread over the lines", _has("discount")
        ),
    ),
}
"""By entity; roles are never sent."""

OF_ITEMS = (
    ("Category", "Autotask takes the one of the product"),
    ("Billing term", "Autotask bills a line as its service, bundle or product is billed"),
    ("Set-up", "a set-up line needs a price above 0"),
)
"""Of a quote's items: what is lost, and why."""
_CATEGORY, _TERM, _SETUP = OF_ITEMS


def unheld(record: AnyRecord, entity: str) -> tuple[str, ...]:
    """Return a sentence for each reason why something of this record does not reach Autotask."""
    return unheld_sentences(record, UNHELD[entity])


def unheld_of_lines(items: Iterable[tuple[QuoteItem, Product, str]]) -> tuple[str, ...]:
    """Return a sentence for each thing that items lose; an item comes with its product and that one's entity."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item, product, entity in items:
        for lost in _lost(item, product, entity):
            found[lost].append(f"“{item.name}”")
    return tuple(f"{what} of {', '.join(dict.fromkeys(names))}: {why}" for (what, why), names in found.items())


def _lost(item: QuoteItem, product: Product, entity: str) -> Iterable[tuple[str, str]]:
    if item.category.id not in ("", product.category.id) and item.setup_price <= 0:
        yield _CATEGORY
    billed = product.term if entity in ("Services", "ServiceBundles") else Term.ONE_TIME
    if item.term is not billed:
        yield _TERM
    if (item.setup_cost or item.setup_price) and item.setup_price <= 0:
        yield _SETUP
