"""What HaloPSA cannot hold, or is not sent, of each record: a warning on the plan where the record has it (rule 9)."""

from collections.abc import Callable
from typing import Any

from sync_desktop.domain.records import AnyRecord, Named, ProductType
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.drafting import Unheld, unheld_sentences

_NO_ID = "Salesbuildr names it without an identifier, so that it cannot be linked"
_ONE_DATE = "a HaloPSA quote holds its date and its expiry date only"


def _has(member: str) -> Callable[[Any], bool]:
    return lambda record: bool(getattr(record, member))


def _is_open(status: Named) -> bool:
    return (status.name or status.id).strip().casefold() in ("active", "open")


_CONTACT = Unheld("contact", _NO_ID, lambda r: bool(r.contact) and not r.contact.id)
UNHELD: dict[RecordKind, tuple[Unheld, ...]] = {
    RecordKind.COMPANY: (
        Unheld("country", "which codes HaloPSA wants is not published, so it is not sent", lambda r: r.address.country),
        Unheld(
            "payment term", "which numbers HaloPSA wants is not published, so it is not sent", _has("payment_term_id")
        ),
    ),
    RecordKind.CONTACT: (),
    RecordKind.OPPORTUNITY: (
        _CONTACT,
        Unheld("status", "a new opportunity is created as an open one", lambda r: r.status and not _is_open(r.status)),
    ),
    RecordKind.PRODUCT: (
        Unheld(
            "bundle contents",
            "Salesbuildr's API does not say what a bundle holds",
            lambda r: r.type is ProductType.BUNDLE,
        ),
        Unheld("manufacturer", "only newer instances have a field for it, so it is not sent", _has("manufacturer")),
        Unheld("MSRP", "an item has no such price", lambda r: r.msrp is not None),
        Unheld("serialized", "an item has no such mark", _has("is_serialized")),
        Unheld("eligible for RMA", "an item has no such mark", _has("is_eligible_for_rma")),
        Unheld("no procurement needed", "an item has no such mark", _has("does_not_require_procurement")),
    ),
    RecordKind.QUOTE: (
        _CONTACT,
        Unheld("payment term", "a HaloPSA quote has none", _has("payment_term")),
        Unheld("creation date", _ONE_DATE, lambda r: bool(r.created_at and r.sent_at)),
        Unheld("approval date", _ONE_DATE, _has("approved_at")),
        Unheld("date of decline", _ONE_DATE, _has("declined_at")),
        Unheld("date on which it expired", _ONE_DATE, _has("expired_at")),
        Unheld("country of delivery", "a HaloPSA quote has no place for it", lambda r: r.delivery_address.country),
        Unheld("discount", "a HaloPSA quote has none of its own; it is spread over the lines", _has("discount")),
    ),
}


def unheld(record: AnyRecord) -> tuple[str, ...]:
    """Return a sentence for each reason why something of this record does not reach HaloPSA."""
    return unheld_sentences(record, UNHELD[record.kind])
