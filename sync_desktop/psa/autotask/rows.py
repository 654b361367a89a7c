"""Autotask's rows as floor 3 sees them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sync_desktop.domain.names import domain_of
from sync_desktop.domain.records import AnyRecord, Product, ProductType, Term
from sync_desktop.domain.values import moment_in
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.autotask.client import Row
from sync_desktop.psa.connector import Entered, Seen

ENTITIES = {
    RecordKind.COMPANY: "Companies",
    RecordKind.CONTACT: "Contacts",
    RecordKind.OPPORTUNITY: "Opportunities",
    RecordKind.QUOTE: "Quotes",
}

KEY_FIELDS = {
    "Quotes": "externalQuoteNumber",
    "Products": "externalProductID",
    "Services": "externalID",
    "ServiceBundles": "externalID",
}
"""Where a key can be stamped. Services and bundles have the field since 2026 only: a tenant's metadata tells."""

OPEN, LOST, WON = ("active", "open"), ("lost",), ("closed", "implemented", "won")
"""How labels of an opportunity's status begin; what a tenant calls otherwise, only the tenant knows."""


def entity_of(record: AnyRecord) -> str:
    """Return the entity that a record becomes.

    Labour is sold by role, and roles cannot be created here. A bundle that is billed once is a product: service
    bundles are recurring.
    """
    if not isinstance(record, Product):
        return ENTITIES[record.kind]
    if record.type is ProductType.BUNDLE:
        return "Products" if record.term is Term.ONE_TIME else "ServiceBundles"
    return {ProductType.PRODUCT: "Products", ProductType.SERVICE: "Services", ProductType.LABOR: "Roles"}[record.type]


def opportunity_state(label: str) -> str:
    """Return `open`, `won` or `lost` for the label of an opportunity's status, `unknown` for any other or none."""
    plain = label.strip().casefold()
    known = {"open": OPEN, "lost": LOST, "won": WON}
    return next((state for state, beginnings in known.items() if plain.startswith(beginnings)), "unknown")


def text(row: Mapping[str, Any], name: str) -> str:
    """Return a member as text; empty for a missing one and for null."""
    value = row.get(name)
    return "" if value is None else str(value)


def is_active(row: Mapping[str, Any]) -> bool:
    """Say whether a row is active; contacts say so with 1 and 0, and entities without the field always are."""
    return row.get("isActive") not in (False, 0, "0")


def _contact_name(row: Row) -> str:
    return f"{text(row, 'firstName')} {text(row, 'lastName')}".strip()


def _plain_name(row: Row) -> str:
    return text(row, "name")


_NAMES: dict[str, Callable[[Row], str]] = {
    "Companies": lambda row: text(row, "companyName"),
    "Contacts": _contact_name,
    "Resources": _contact_name,
    "Opportunities": lambda row: text(row, "title"),
}
_PARENTS = {"Contacts": "companyID", "Opportunities": "companyID", "Quotes": "opportunityID", "QuoteItems": "quoteID"}
_OWNERS = {
    RecordKind.COMPANY: "companyID",
    RecordKind.CONTACT: "contactID",
    RecordKind.OPPORTUNITY: "opportunityID",
}
_NUMBERS = (
    "externalProductID",
    "internalProductID",
    "manufacturerProductName",
    "sku",
    "externalID",
    "vendorProductNumber",
)
_EMAILS = ("emailAddress", "emailAddress2", "emailAddress3", "email")
_CREATORS = ("impersonatorCreatorResourceID", "createdByResourceID", "creatorResourceID")
"""Who created a row, by entity; where an API user acts in somebody's name, it is the one that counts."""
_CREATED = ("createdTime", "createDate")
"""Products have their time since 2026 only."""


def seen(entity: str, row: Row, *, state: str = "", state_label: str = "") -> Seen:
    """Return a row of Autotask as floor 3 sees it."""
    return Seen(
        entity=entity,
        id=text(row, "id"),
        name=_NAMES.get(entity, _plain_name)(row),
        fields=row,
        active=is_active(row),
        state=state,
        state_label=state_label,
        parent_id=text(row, _PARENTS.get(entity, "")),
        emails=tuple(text(row, name) for name in _EMAILS if row.get(name)),
        numbers=tuple(text(row, name) for name in _NUMBERS if row.get(name)),
        domain=domain_of(text(row, "webAddress")),
        key=text(row, KEY_FIELDS.get(entity, "")),
        belongs_to={kind: text(row, name) for kind, name in _OWNERS.items() if row.get(name)},
        entered=Entered(_first(row, _CREATORS), moment_in(_first(row, _CREATED))),
    )


def _first(row: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((text(row, name) for name in names if row.get(name)), "")
