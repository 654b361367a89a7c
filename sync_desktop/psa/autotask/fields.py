"""The field table: for each field that is sent, where it comes from; and what Autotask cannot hold.

Names, required flags and lengths: entity pages of the developer help; the tenant's own `entityInformation/fields`
decides at run time.
"""

from collections.abc import Callable
from typing import Any

from sync_desktop.domain.records import Company, Contact, Named, Opportunity, Product, Quote, Term
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.autotask.drafting import Drafting
from sync_desktop.psa.autotask.kinds import TAX_REGION
from sync_desktop.psa.autotask.rows import opportunity_state
from sync_desktop.psa.autotask.unheld import OF_ITEMS, UNHELD
from sync_desktop.psa.connector import FieldRow
from sync_desktop.psa.drafting import (
    CATEGORY,
    COMPANY_TYPE,
    OWNER,
    PAYMENT_TERM,
    STAGE,
    STATUS,
    Source,
    moment,
    money,
    number,
)

PERIODS = {
    Term.ONE_TIME: ("One-Time", "One Time"),
    Term.MONTHLY: ("Monthly",),
    Term.QUARTERLY: ("Quarterly",),
    Term.SEMI_ANNUAL: ("Semi-Annual", "Semi-Annually"),
    Term.YEARLY: ("Yearly", "Annual"),
}
"""Labels of the pick list periodType; its values differ between tenants."""


def _company_type(record: Company, drafting: Drafting) -> Any:
    """Return the type: by its mapping, where it has one, else that of the same name, else the site's default."""
    source = Named(id=record.type, name=record.type)
    if drafting.mapping_of(COMPANY_TYPE, source) is not None:
        return drafting.mapped(COMPANY_TYPE, source, "companyType")
    same = drafting.info["companyType"].labelled(record.type)
    if record.type and same is None:
        drafting.warnings.append(f"Type: Autotask has no company type “{record.type}”, so its default is sent")
    return number(same.value if same else drafting.refs.default("Companies.companyType"))


def _country(record: Company, drafting: Drafting) -> int | None:
    """Return the country's id. Only ever sent on creation: a list that is not shown must not clear what is there."""
    called = record.address.country
    found = drafting.countries.find(called) if called else None
    if found is not None and found.active:
        return found.id
    if called:
        why = f"Autotask has no country “{called}”" if found is None else f"“{found.name}” is inactive in Autotask"
        if not drafting.countries.rows:
            why = f"Autotask shows this API user no countries, and “{called}” has to be one"
        drafting.warnings.append(f"Country: {why}, so it is not sent")
    return None


def _bill_to(_record: Company, drafting: Drafting) -> int | None:
    """Return where bills go: tenants were seen that refuse a company without it although no description says so."""
    info = drafting.info["billToAddressToUse"]
    own = info.labelled("Company address") or info.labelled("Account address")
    known = info.default or own
    value = drafting.refs.default("Companies.billToAddressToUse") or (known.value if known else "")
    return int(value) if value.isdigit() else None


def _account_manager(record: Company, drafting: Drafting) -> Any:
    if record.account_manager:
        return drafting.mapped(OWNER, record.account_manager, "ownerResourceID")
    mapped = drafting.by_default(OWNER, "ownerResourceID")
    return number(drafting.refs.default("Companies.ownerResourceID")) if mapped is None else mapped


def _open_status(drafting: Drafting) -> str:
    active = drafting.info["status"].labelled("Active")
    return drafting.refs.default("Opportunities.status") or (active.value if active else "")


def _status(record: Opportunity, drafting: Drafting) -> Any:
    """Return a new opportunity's status: by its mapping, where that leads to an open one, else the site's open one.

    A quote is not written into an opportunity that is lost or closed: none is created so.
    """
    usual = _open_status(drafting)
    if record.status and drafting.mapping_of(STATUS, record.status) is not None:
        target = drafting.mapped_target(STATUS, record.status, "status")
        if target is None or target.id == usual or opportunity_state(target.name) == "open":
            return number(target.id) if target else None
        _created_open(drafting, f"it is mapped to “{target.name}”, which does not say that an opportunity is open")
    elif record.status and opportunity_state(word := record.status.name or record.status.id) != "open":
        _created_open(drafting, f"“{word}” is not mapped")
    return number(usual)


def _created_open(drafting: Drafting, why: str) -> None:
    drafting.warnings.append(f"Status: {why}, so that a new opportunity is created as an open one")


def _tax_region(_record: Company | Quote, drafting: Drafting) -> int | None:
    return drafting.by_default(TAX_REGION, "taxRegionID")


def _percent(record: Opportunity, _drafting: Drafting) -> int | None:
    return None if record.probability is None else round(record.probability * 100)


def _owner(record: Opportunity, drafting: Drafting) -> int | None:
    if not record.owner:
        return drafting.by_default(OWNER, "ownerResourceID")
    return drafting.mapped(OWNER, record.owner, "ownerResourceID")


def _stage(record: Opportunity, drafting: Drafting) -> int | None:
    return drafting.mapped(STAGE, record.stage, "stage")


def _opportunity_category(record: Opportunity, drafting: Drafting) -> int | None:
    """Return the category; Salesbuildr's own integration needs one for Autotask, so that none is a failure here too."""
    if record.category:
        return drafting.mapped(CATEGORY, record.category, "opportunityCategoryID")
    default = drafting.refs.default("Opportunities.opportunityCategoryID")
    if default.isdigit():
        return int(default)
    drafting.require("opportunityCategoryID")
    return None


def _payment_term(record: Quote, drafting: Drafting) -> int | None:
    return drafting.mapped(PAYMENT_TERM, record.payment_term, "paymentTerm")


def _company(record: Contact | Opportunity | Quote, drafting: Drafting) -> Any:
    return number(drafting.refs.external(RecordKind.COMPANY, record.company.id))


def _contact(record: Opportunity | Quote, drafting: Drafting) -> Any:
    return number(drafting.refs.external(RecordKind.CONTACT, record.contact.id)) if record.contact.id else None


def _opportunity(record: Quote, drafting: Drafting) -> Any:
    return number(drafting.refs.external(RecordKind.OPPORTUNITY, record.opportunity.id))


def _location(which: str) -> Callable[[Quote, Drafting], Any]:
    return lambda _record, drafting: number(drafting.refs.part(drafting.ref, f"location:{which}"))


def _product_category(record: Product, drafting: Drafting) -> int | None:
    known = drafting.info["productCategory"].labelled(record.category.name)
    return int(known.value) if known else None


def period(record: Product, drafting: Drafting) -> int | None:
    """Return the pick-list value of a product's billing period, or note that there is none."""
    for label in PERIODS.get(record.term, ()):
        known = drafting.info["periodType"].labelled(label)
        if known:
            return int(known.value)
    drafting.fail(FailureKind.INVALID_VALUE, "Unknown billing term", field="periodType", reason=record.raw_term)
    return None


_BY_CODE = "by its mapping, else the default billing code"
_BY_OWNER = "by the mapping Owner → resource, else its default"
_THE_TAX_REGION = "the site's tax region, where one is mapped"

COMPANY = (
    Source("companyName", "company name", lambda r, _: r.name, updates=True),
    Source(
        "companyType",
        "type, by its mapping, else the one of the same name, else site default, else Autotask's own default",
        _company_type,
    ),
    Source("ownerResourceID", f"account manager, {_BY_OWNER}; without one also site default", _account_manager),
    Source("billToAddressToUse", "site default, else Autotask's own default, else the company's own address", _bill_to),
    Source("phone", "telephone", lambda r, _: r.phone, updates=True, cut=True),
    Source("webAddress", "website", lambda r, _: r.website, updates=True),
    Source("address1", "street", lambda r, _: r.address.street, updates=True, cut=True),
    Source("address2", "apartment", lambda r, _: r.address.apartment, updates=True, cut=True),
    Source("city", "city", lambda r, _: r.address.city, updates=True, cut=True),
    Source("state", "state", lambda r, _: r.address.state, updates=True, cut=True),
    Source("postalCode", "zip", lambda r, _: r.address.zip, updates=True, cut=True),
    Source("countryID", "the country of that name or ISO code", _country),
    Source("taxRegionID", _THE_TAX_REGION, _tax_region),
    Source("isActive", "always true on creation", lambda _r, _d: True),
)
CONTACT = (
    Source("companyID", "the linked company", _company),
    Source("firstName", "first name", lambda r, _: r.first_name, updates=True),
    Source("lastName", "last name", lambda r, _: r.last_name, updates=True),
    Source("emailAddress", "e-mail", lambda r, _: r.email, updates=True),
    Source("phone", "phone", lambda r, _: r.phone, updates=True, cut=True),
    Source("mobilePhone", "mobile phone", lambda r, _: r.mobile, updates=True, cut=True),
    Source("isActive", "always 1 on creation; a number in Autotask", lambda _r, _d: 1),
)
OPPORTUNITY = (
    Source("title", "name", lambda r, _: r.name, updates=True),
    Source("companyID", "the linked company", _company),
    Source("contactID", "the linked contact", _contact),
    Source("ownerResourceID", f"owner, {_BY_OWNER}", _owner),
    Source("status", "status, by its mapping where that is an open one; else site default, else Active", _status),
    Source("stage", "stage, by its mapping", _stage),
    Source("probability", "probability in percent", _percent),
    Source("amount", "one-off revenue", lambda r, _: money(r.revenue)),
    Source("cost", "one-off revenue less profit", lambda r, _: money(r.cost)),
    Source("projectedCloseDate", "expected close date", lambda r, _: moment(r.expected_close_date)),
    Source("createDate", "creation in Salesbuildr", lambda r, _: moment(r.created_at)),
    Source("useQuoteTotals", "always true: the quote's totals count", lambda _r, _d: True),
    Source("opportunityCategoryID", "category, by its mapping", _opportunity_category),
    Source("description", "description", lambda r, _: r.description, updates=True, cut=True),
)
PRODUCTS = (
    Source("name", "product name", lambda r, _: r.name, updates=True, cut=True),
    Source(
        "productBillingCodeID",
        f"category, {_BY_CODE} (use type Material)",
        lambda r, d: d.product_code(r.category, "productBillingCodeID"),
    ),
    Source("isActive", "always true on creation", lambda _r, _d: True),
    Source("isSerialized", "is serialized", lambda r, _: r.is_serialized),
    Source("productCategory", "the product category of the same name, where Autotask has one", _product_category),
    Source("description", "short description", lambda r, _: r.description, updates=True, cut=True),
    Source("externalProductID", "stamp: the product's id in Salesbuildr", lambda r, _: r.id),
    Source("internalProductID", "internal product id", lambda r, _: r.internal_id, cut=True),
    Source("manufacturerProductName", "manufacturer's part number", lambda r, _: r.mpn, cut=True),
    Source("manufacturerName", "vendor", lambda r, _: r.manufacturer, cut=True),
    Source("unitCost", "cost", lambda r, _: money(r.cost)),
    Source("unitPrice", "price", lambda r, _: money(r.price)),
    Source("msrp", "msrp", lambda r, _: money(r.msrp)),
    Source("doesNotRequireProcurement", "does not require procurement", lambda r, _: r.does_not_require_procurement),
    Source("isEligibleForRma", "is eligible for RMA", lambda r, _: r.is_eligible_for_rma),
)
SERVICES = (
    Source("name", "product name", lambda r, _: r.name, updates=True, cut=True),
    Source(
        "billingCodeID",
        f"category, {_BY_CODE} (use type Service)",
        lambda r, d: d.service_code(r.category, "billingCodeID"),
    ),
    Source("periodType", "billing term", period),
    Source("unitPrice", "price", lambda r, _: money(r.price)),
    Source("unitCost", "cost", lambda r, _: money(r.cost)),
    Source("description", "short description", lambda r, _: r.description, updates=True, cut=True),
    Source("isActive", "always true on creation", lambda _r, _d: True),
    Source("externalID", "stamp: the product's id in Salesbuildr, where the tenant has the field", lambda r, _: r.id),
)
BUNDLES = tuple(source for source in SERVICES if source.field != "unitCost")
QUOTE = (
    Source("name", "title", lambda r, _: r.title or r.number, updates=True, cut=True),
    Source("opportunityID", "the linked opportunity", _opportunity),
    Source("companyID", "the linked company", _company),
    Source("contactID", "the linked contact", _contact),
    Source("effectiveDate", "sent on, else created on", lambda r, _: moment(r.sent_at or r.created_at)),
    Source("expirationDate", "expires on", lambda r, _: moment(r.expires_at), updates=True),
    Source("billToLocationID", "a quote location with the company's address", _location("bill")),
    Source("shipToLocationID", "a quote location with the delivery address, else the company's", _location("ship")),
    Source("soldToLocationID", "the location billed to", _location("bill")),
    Source("isActive", "always true on creation", lambda _r, _d: True),
    Source("description", "note", lambda r, _: r.note, updates=True, cut=True),
    Source("paymentTerm", "payment term, by its mapping", _payment_term, updates=True),
    Source("taxRegionID", _THE_TAX_REGION, _tax_region),
    Source("purchaseOrderNumber", "PO number", lambda r, _: r.po_number, updates=True, cut=True),
    Source("externalQuoteNumber", "stamp: the quote's number, else made of its id", lambda r, _: r.stamp),
    Source("primaryQuote", "primary", lambda r, _: r.primary),
)

BY_ENTITY: dict[str, tuple[Source, ...]] = {
    "Companies": COMPANY,
    "Contacts": CONTACT,
    "Opportunities": OPPORTUNITY,
    "Products": PRODUCTS,
    "Services": SERVICES,
    "ServiceBundles": BUNDLES,
    "Quotes": QUOTE,
}

LINES = (
    FieldRow("QuoteItems.quoteItemType", "what the item's product is in Autotask; cost for set-up, shipping"),
    FieldRow("QuoteItems.productID", "the linked product, of products and one-time bundles"),
    FieldRow("QuoteItems.serviceID", "the linked product, of services"),
    FieldRow("QuoteItems.serviceBundleID", "the linked product, of recurring bundles"),
    FieldRow("QuoteItems.laborID", "the linked product, of labour: a role"),
    FieldRow("QuoteItems.chargeID", f"of a set-up price: the category's billing code, {_BY_CODE}"),
    FieldRow("QuoteItems.shippingID", "shipping type, by its mapping"),
    FieldRow("QuoteItems.name", "item name; with “(set-up)” for its set-up price", updates=True),
    FieldRow("QuoteItems.description", "item description, else the product's", updates=True),
    FieldRow("QuoteItems.quantity", "quantity; 1 for shipping", updates=True),
    FieldRow("QuoteItems.unitPrice", "price, set-up price or shipping price", updates=True),
    FieldRow("QuoteItems.unitCost", "cost, set-up cost or shipping cost", updates=True),
    FieldRow("QuoteItems.unitDiscount", "always 0: one discount of one sort is all that a line can have"),
    FieldRow("QuoteItems.lineDiscount", "the item's share of an amount off the quote, with its own", updates=True),
    FieldRow("QuoteItems.percentageDiscount", "discounts of item and quote, multiplied", updates=True),
    FieldRow("QuoteItems.isOptional", "optional", updates=True),
)
"""What a quote's lines are made of; `quotes` drafts them."""
LOCATIONS = tuple(
    FieldRow(f"QuoteLocations.{name}", f"{member} of the company's address, or of the delivery address")
    for name, member in (
        ("address1", "street"),
        ("address2", "apartment"),
        ("city", "city"),
        ("state", "state"),
        ("postalCode", "zip"),
    )
)


def updatable(entity: str) -> frozenset[str]:
    """Return the fields of an entity that may be sent again when the quoting side changes them."""
    return frozenset(source.field for source in BY_ENTITY.get(entity, ()) if source.updates)


def field_table() -> dict[RecordKind, tuple[FieldRow, ...]]:
    """Return the whole table, for people and for tests."""
    entities = {
        RecordKind.COMPANY: ("Companies",),
        RecordKind.CONTACT: ("Contacts",),
        RecordKind.OPPORTUNITY: ("Opportunities",),
        RecordKind.PRODUCT: ("Products", "Services", "ServiceBundles"),
        RecordKind.QUOTE: ("Quotes",),
    }
    parts = {RecordKind.QUOTE: (*LINES, *LOCATIONS)}
    unheld_parts = {RecordKind.QUOTE: tuple(FieldRow(f"{what} of an item", why, held=False) for what, why in OF_ITEMS)}
    return {
        kind: tuple(
            FieldRow(f"{entity}.{source.field}", source.comes_from, updates=source.updates)
            for entity in names
            for source in BY_ENTITY[entity]
        )
        + parts.get(kind, ())
        + tuple(dict.fromkeys(FieldRow(each.member, each.why, held=False) for name in names for each in UNHELD[name]))
        + unheld_parts.get(kind, ())
        for kind, names in entities.items()
    }
