"""What has to be true of a row as a whole: the vendor's business rules, and the tenant's own."""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any

from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.autotask.answers import UnexpectedError
from sync_desktop.sandbox.autotask.calls import Tenant
from sync_desktop.sandbox.autotask.metadata import Entity
from sync_desktop.sandbox.store import Store

Row = Mapping[str, Any]

ITEM_REFERENCES: Mapping[int, str] = {
    1: "productID",
    2: "chargeID",
    3: "laborID",
    4: "expenseID",
    6: "shippingID",
    11: "serviceID",
    12: "serviceBundleID",
}
"""The one reference that a quote item of each quoteItemType has."""
DISCOUNTS = ("unitDiscount", "lineDiscount", "percentageDiscount")
STANDARD_BILLING = 1
MONTHLY = 2


def broken_rules(tenant: Tenant, entity: Entity, row: Row, sent: Set[str], *, creating: bool) -> Iterator[str]:
    """Yield the texts of the rules that a row breaks; an update is held only to rules on fields that it sent.

    Raises `UnexpectedError` for a company without billToAddressToUse where that switch says so.
    """
    if creating:
        yield from _tenant_rules(tenant, entity, row)
        if (
            entity.collection == "Companies"
            and row.get("billToAddressToUse") is None
            and tenant.facts.at("bill_to_address", "required")
        ):
            raise UnexpectedError
    for collection, fields, rule in _RULES:
        if entity.collection == collection and (creating or fields & sent):
            yield from rule(tenant, row)


def company_of_opportunity(store: Store, row: Row) -> Any:
    """Return the company of a quote's opportunity, which a quote without a company of its own takes over."""
    opportunity = store.get("Opportunities", row["opportunityID"]) if row.get("opportunityID") is not None else None
    return None if opportunity is None else opportunity.get("companyID")


def _tenant_rules(tenant: Tenant, entity: Entity, row: Row) -> Iterator[str]:
    values = {name.lower(): value for name, value in row.items()}
    for rule in tenant.settings.tenant_rules:
        applies = str(rule["entity"]).lower() == entity.collection.lower()
        if applies and all(values.get(name.lower()) == value for name, value in rule.get("when", {}).items()):
            yield from rule["errors"]


def _contact_of_company(tenant: Tenant, row: Row) -> Iterator[str]:
    if row.get("contactID") is None:
        return
    contact = tenant.store.get("Contacts", row["contactID"])
    if contact is None or contact.get("companyID") != row.get("companyID"):
        seed = tenant.facts.at("association_text", "seed")
        yield texts.SEED_ASSOCIATION if seed else texts.not_an_entity("contactID")


def _one_reference(_tenant: Tenant, row: Row) -> Iterator[str]:
    given = [name for name in ITEM_REFERENCES.values() if row.get(name) is not None]
    wanted = ITEM_REFERENCES.get(row.get("quoteItemType") or 0)
    if given != [wanted]:
        yield texts.ONE_REFERENCE.format(fields=", ".join(ITEM_REFERENCES.values()))


def _one_discount(_tenant: Tenant, row: Row) -> Iterator[str]:
    if sum(1 for name in DISCOUNTS if (row.get(name) or 0) > 0) > 1:
        yield texts.ONE_DISCOUNT


def _monthly_unless_standard(_tenant: Tenant, row: Row) -> Iterator[str]:
    billing = row.get("billingType")
    if billing not in (None, STANDARD_BILLING) and row.get("periodType") != MONTHLY:
        yield texts.PERIOD_TYPE


_Rule = Callable[[Tenant, Row], Iterator[str]]
_ASSOCIATION = frozenset({"companyID", "contactID"})
_RULES: tuple[tuple[str, frozenset[str], _Rule], ...] = (
    ("Quotes", _ASSOCIATION, _contact_of_company),
    ("Opportunities", _ASSOCIATION, _contact_of_company),
    ("SalesOrders", _ASSOCIATION, _contact_of_company),
    ("QuoteItems", frozenset({"quoteItemType", *ITEM_REFERENCES.values()}), _one_reference),
    ("QuoteItems", frozenset(DISCOUNTS), _one_discount),
    ("Products", frozenset({"periodType"}), _monthly_unless_standard),
)
"""Collection, the fields that bring a rule into play, the rule."""
