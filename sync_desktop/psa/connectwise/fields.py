"""The field table: for each field that is sent, where it comes from; and what ConnectWise cannot hold.

Names, required flags and lengths: the vendor's API description; which class, unit and price attribute a product gets:
Salesbuildr's page on its ConnectWise fields.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from sync_desktop.domain.records import (
    Company,
    Contact,
    Named,
    Opportunity,
    Product,
    ProductType,
    Term,
)
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import FieldRow
from sync_desktop.psa.connectwise.drafting import EMAIL, MOBILE, PHONE, Drafting
from sync_desktop.psa.connectwise.kinds import BUSINESS_UNIT, COMPANY_STATUS, LOCATION, TAX_CODE
from sync_desktop.psa.connectwise.lists import COMPANY_TYPES, MANUFACTURERS
from sync_desktop.psa.connectwise.rows import CATALOG, COMPANIES, CONTACTS, KEY, LINES, OPPORTUNITIES
from sync_desktop.psa.connectwise.unheld import OF_ITEMS, UNHELD
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

SHIPPING_ITEM, SETUP_ITEM = f"{LINES}.shippingItem", f"{LINES}.setupItem"
"""Default settings of a site: the catalog items that shipping and set-up prices are sold as."""

_COMPANY_IDENTIFIER, _ITEM_IDENTIFIER = 25, 60
"""Characters: 25 letters and digits are known to be taken; catalog items held 60 before they held 75."""
_DIGEST = 6

_LOCATION = "the mapping of the location of new opportunities"
_BUSINESS_UNIT = "the mapping of the business unit of new opportunities"
_RECURRING_WITHOUT_CYCLE = "recurringBillCycle or recurringOneTimeFlag is required."


def _identifier(text: str, limit: int) -> str:
    """Return a text as an identifier; what is cut off still counts, so that two long names do not become one."""
    if len(text) <= limit:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
    return text[: limit - _DIGEST] + digest


def company_identifier(record: Company) -> str:
    """Return the letters and digits of a company's name, as ConnectWise's short name of a company wants them."""
    plain = re.sub(r"[^A-Za-z0-9]", "", unicodedata.normalize("NFKD", record.name))
    return (
        _identifier(plain, _COMPANY_IDENTIFIER) or f"SB{re.sub(r'[^A-Za-z0-9]', '', record.id)}"[:_COMPANY_IDENTIFIER]
    )


def item_identifier(record: Product) -> str:
    """Return what a catalog item is called for short: the internal id, else the part number, else the name."""
    return _identifier(record.internal_id or record.mpn or record.name, _ITEM_IDENTIFIER)


def _company_type(record: Company, drafting: Drafting) -> Any:
    source = Named(id=record.type, name=record.type)
    if source and drafting.mapping_of(COMPANY_TYPE, source) is not None:
        return drafting.mapped(COMPANY_TYPE, source, "types/id")
    known = drafting.lists.named(COMPANY_TYPES, record.type) if record.type else None
    default = drafting.default("types/id")
    if record.type and known is None:
        drafting.warnings.append(f"Type: ConnectWise shows no company type “{record.type}”")
    return known or default


def _country(record: Company, drafting: Drafting) -> int | None:
    name = record.address.country
    known = drafting.lists.country(name) if name else None
    if name and known is None:
        drafting.warnings.append(f"Country: ConnectWise shows no country “{name}”")
    return known


def _account_manager(record: Company, drafting: Drafting) -> int | None:
    return drafting.mapped(OWNER, record.account_manager, "territoryManager/id")


def _billing_terms(record: Company, drafting: Drafting) -> int | None:
    """Return the billing terms where they are mapped; Salesbuildr itself leaves them to ConnectWise."""
    term = Named(id=record.payment_term_id)
    if term and drafting.refs.mapping(PAYMENT_TERM, term.id) is None:
        drafting.warnings.append("Payment term: it is not mapped, so that ConnectWise's own billing terms count")
        return None
    return drafting.mapped(PAYMENT_TERM, term, "billingTerms/id")


def _one_address_part(record: Company, drafting: Drafting) -> str:
    """Return the street; the vendor's description wants at least one part of an address for a new company."""
    address = record.address
    if not any((address.street, address.apartment, address.city, address.state, address.zip, address.country)):
        message = "At least one address field is required"
        drafting.fail(FailureKind.REQUIRED_FIELD, message, field="addressLine1")
    return address.street


def _by_default(name: str) -> Callable[[Any, Drafting], Any]:
    return lambda _record, drafting: drafting.default(name)


def _of_site(kind: str, name: str) -> Callable[[Any, Drafting], Any]:
    """Return the source of what the whole site has one value of."""
    return lambda _record, drafting: drafting.mapped_or_default(kind, Named(), name)


def _company(record: Contact | Opportunity, drafting: Drafting) -> Any:
    return number(drafting.refs.external(RecordKind.COMPANY, record.company.id))


def _contact(record: Opportunity, drafting: Drafting) -> Any:
    return number(drafting.refs.external(RecordKind.CONTACT, record.contact.id)) if record.contact.id else None


def _sales_representative(record: Opportunity, drafting: Drafting) -> Any:
    """Return the sales representative, whom ConnectWise requires; nobody is invented."""
    if record.owner:
        return drafting.mapped(OWNER, record.owner, "primarySalesRep/id")
    return drafting.mapped_or_default(OWNER, Named(), "primarySalesRep/id")


def _stage(record: Opportunity, drafting: Drafting) -> int | None:
    return drafting.mapped(STAGE, record.stage, "stage/id")


def _type(record: Opportunity, drafting: Drafting) -> Any:
    if record.category:
        return drafting.mapped(CATEGORY, record.category, "type/id")
    return drafting.mapped_or_default(CATEGORY, Named(), "type/id")


def _status(record: Opportunity, drafting: Drafting) -> Any:
    return drafting.mapped_or_default(STATUS, record.status, "status/id")


def _probability(record: Opportunity, drafting: Drafting) -> int | None:
    if record.probability is None:
        return None
    percent = round(record.probability * 100)
    known = drafting.lists.probability(percent)
    if known is None:
        drafting.warnings.append(f"Probability: ConnectWise has no {percent} %, so that its stage's own counts")
    return known


def _category(place: int) -> Callable[[Product, Drafting], int | None]:
    def part(record: Product, drafting: Drafting) -> int | None:
        found = drafting.category(record.category)
        return found[place] if found else None

    return part


def _class(record: Product, drafting: Drafting) -> str:
    once = record.term is Term.ONE_TIME
    match record.type:
        case ProductType.LABOR:
            return "Service"
        case ProductType.SERVICE:
            return "Service" if once else "Agreement"
        case ProductType.BUNDLE:
            return "Bundle" if once else "Agreement"
    default = str(drafting.default("productClass"))
    return default or ("NonInventory" if record.does_not_require_procurement else "Inventory")


def _unit(record: Product, drafting: Drafting) -> Any:
    return drafting.lists.unit(record) or drafting.default("unitOfMeasure/id")


def _manufacturer(record: Product, drafting: Drafting) -> int | None:
    name = record.manufacturer
    known = drafting.lists.named(MANUFACTURERS, name) if name else None
    if name and known is None:
        drafting.warnings.append(f"Manufacturer: ConnectWise shows no manufacturer “{name}”")
    return known


def is_recurring(term: Term) -> bool:
    """Say whether something is billed again and again."""
    return term not in (Term.ONE_TIME, Term.UNKNOWN)


def bill_cycle(term: Term, drafting: Drafting) -> Any:
    """Return the billing cycle of a term: the tenant's of that name, else what the site's defaults say."""
    return drafting.lists.bill_cycle(term) or number(drafting.refs.default(f"finance/billingCycles.{term.value}"))


def _cycle(record: Product, drafting: Drafting) -> Any:
    if record.term is Term.UNKNOWN:
        facts = {"field": "recurringBillCycle/id", "reason": record.raw_term}
        drafting.fail(FailureKind.INVALID_VALUE, "Unknown billing term", **facts)
        return None
    if not is_recurring(record.term):
        return None
    found = bill_cycle(record.term, drafting)
    if not found:
        facts = {"field": "recurringBillCycle/id", "reason": record.term.value}
        drafting.fail(FailureKind.REQUIRED_FIELD, _RECURRING_WITHOUT_CYCLE, **facts)
    return found


def _if_recurring(value: Callable[[Product], Any]) -> Callable[[Product, Drafting], Any]:
    return lambda record, _drafting: value(record) if is_recurring(record.term) else None


def _price_attribute(record: Product, _drafting: Drafting) -> str | None:
    return "FixedFee" if record.type is ProductType.SERVICE else None


COMPANY = (
    Source("identifier", "stamp: letters and digits of the name", lambda r, _: company_identifier(r)),
    Source("name", "company name", lambda r, _: r.name, updates=True),
    Source(
        "status/id",
        "the mapping of the status of new companies, else site default, else ConnectWise's own default",
        _of_site(COMPANY_STATUS, "status/id"),
    ),
    Source(
        "types/id",
        "type, by its mapping; else the one of the same name, else site default; at first only",
        _company_type,
    ),
    Source("territory/id", "site default", _by_default("territory/id")),
    Source("territoryManager/id", "account manager, by the mapping Owner → sales representative", _account_manager),
    Source("billingTerms/id", "payment term, where it is mapped", _billing_terms),
    Source(
        "taxCode/id",
        "the mapping of the tax code of new companies, else site default",
        _of_site(TAX_CODE, "taxCode/id"),
    ),
    Source("phoneNumber", "telephone", lambda r, _: r.phone, updates=True, cut=True),
    Source("website", "website", lambda r, _: r.website, updates=True),
    Source("addressLine1", "street", _one_address_part, updates=True, cut=True),
    Source("addressLine2", "apartment", lambda r, _: r.address.apartment, updates=True, cut=True),
    Source("city", "city", lambda r, _: r.address.city, updates=True, cut=True),
    Source("state", "state", lambda r, _: r.address.state, updates=True, cut=True),
    Source("zip", "zip", lambda r, _: r.address.zip, updates=True, cut=True),
    Source("country/id", "country, by its name or code", _country),
)
CONTACT = (
    Source("firstName", "first name", lambda r, _: r.first_name, updates=True),
    Source("lastName", "last name", lambda r, _: r.last_name, updates=True),
    Source("company/id", "the linked company", _company),
    Source(EMAIL, "e-mail", lambda r, _: r.email, updates=True),
    Source(PHONE, "phone", lambda r, _: r.phone, updates=True),
    Source(MOBILE, "mobile phone", lambda r, _: r.mobile, updates=True),
)
OPPORTUNITY = (
    Source("name", "name", lambda r, _: r.name, updates=True),
    Source("company/id", "the linked company", _company),
    Source("contact/id", "the linked contact", _contact),
    Source(
        "primarySalesRep/id",
        "owner, by the mapping Owner → sales representative; without one that of all others, else site default",
        _sales_representative,
    ),
    Source("type/id", "category, by its mapping; without one that of all others, else site default", _type),
    Source("stage/id", "stage, by its mapping", _stage),
    Source(
        "status/id",
        "status, by its mapping where it has one; else site default, else ConnectWise's own default, which is open",
        _status,
    ),
    Source("probability/id", "the probability of the same percentage", _probability),
    Source("expectedCloseDate", "expected close date", lambda r, _: moment(r.expected_close_date)),
    Source("locationId", f"{_LOCATION}, else site default", _of_site(LOCATION, "locationId")),
    Source("businessUnitId", f"{_BUSINESS_UNIT}, else site default", _of_site(BUSINESS_UNIT, "businessUnitId")),
    Source("notes", "description", lambda r, _: r.description, updates=True),
)
CATALOG_ITEM = (
    Source("identifier", "internal product id, else part number, else name", lambda r, _: item_identifier(r)),
    Source("description", "product name", lambda r, _: r.name, updates=True, cut=True),
    Source("category/id", "category, by its mapping", _category(0)),
    Source("subcategory/id", "category, by its mapping", _category(1)),
    Source("type/id", "category, by its mapping", _category(2)),
    Source(
        "productClass",
        "Agreement for what is recurring, Service, Bundle; of products the site default, else by need",
        _class,
    ),
    Source("unitOfMeasure/id", "the unit of the billing term's name, else site default", _unit),
    Source("price", "price", lambda r, _: money(r.price)),
    Source("cost", "cost", lambda r, _: money(r.cost)),
    Source("priceAttribute", "fixed fee for services", _price_attribute),
    Source(
        "customerDescription",
        "short description, else name",
        lambda r, _: r.description or r.name,
        updates=True,
        cut=True,
    ),
    Source("manufacturer/id", "the manufacturer of the same name", _manufacturer),
    Source("manufacturerPartNumber", "manufacturer's part number", lambda r, _: r.mpn, cut=True),
    Source("serializedFlag", "is serialized", lambda r, _: r.is_serialized or None),
    Source("recurringFlag", "whether it has a billing term", _if_recurring(lambda _r: True)),
    Source("recurringRevenue", "price, of what is recurring", _if_recurring(lambda r: money(r.price))),
    Source("recurringCost", "cost, of what is recurring", _if_recurring(lambda r: money(r.cost))),
    Source("recurringBillCycle/id", "the billing cycle of the billing term's name, else site default", _cycle),
    Source(
        "recurringCycleType", "always by contract year, of what is recurring", _if_recurring(lambda _r: "ContractYear")
    ),
    Source(KEY, "stamp: the product's id in Salesbuildr", lambda r, _: r.id),
)

BY_ENTITY: dict[str, tuple[Source, ...]] = {
    COMPANIES: COMPANY,
    CONTACTS: CONTACT,
    OPPORTUNITIES: OPPORTUNITY,
    CATALOG: CATALOG_ITEM,
}

LINE_ROWS = (
    FieldRow(f"{LINES}.catalogItem/id", "the linked product; site defaults for set-up and shipping"),
    FieldRow(f"{LINES}.opportunity/id", "the linked opportunity"),
    FieldRow(f"{LINES}.description", "item name; with “(set-up)” for its set-up price", updates=True),
    FieldRow(f"{LINES}.customerDescription", "item description, else the product's, else the name", updates=True),
    FieldRow(f"{LINES}.quantity", "quantity; 1 for shipping", updates=True),
    FieldRow(f"{LINES}.price", "price after the discounts of item and quote, set-up or shipping price", updates=True),
    FieldRow(f"{LINES}.cost", "cost, set-up cost or shipping cost", updates=True),
    FieldRow(f"{LINES}.billableOption", "always Billable"),
    FieldRow(f"{LINES}.recurring/recurringRevenue", "the price, of what is recurring", updates=True),
    FieldRow(f"{LINES}.recurring/recurringCost", "the cost, of what is recurring", updates=True),
    FieldRow(f"{LINES}.recurring/billCycleId", "the billing cycle of the billing term's name, else site default"),
    FieldRow(f"{LINES}.locationId", f"{_LOCATION}, else site default"),
    FieldRow(f"{LINES}.businessUnitId", f"{_BUSINESS_UNIT}, else site default"),
    FieldRow(f"{LINES}.{KEY}", "stamp: the quote's number and the item's id"),
)
"""What a quote's lines are made of; `quotes` drafts them."""
OF_ITEM_ROWS = tuple(FieldRow(f"{what} of an item", why, held=False) for what, why in OF_ITEMS)


def field_table() -> dict[RecordKind, tuple[FieldRow, ...]]:
    """Return the whole table, for people and for tests."""
    entities = {
        RecordKind.COMPANY: (COMPANIES,),
        RecordKind.CONTACT: (CONTACTS,),
        RecordKind.OPPORTUNITY: (OPPORTUNITIES,),
        RecordKind.PRODUCT: (CATALOG,),
        RecordKind.QUOTE: (),
    }
    return {
        kind: tuple(
            FieldRow(f"{entity}.{source.field}", source.comes_from, updates=source.updates)
            for entity in names
            for source in BY_ENTITY[entity]
        )
        + (LINE_ROWS if kind is RecordKind.QUOTE else ())
        + tuple(FieldRow(each.member, each.why, held=False) for each in UNHELD[kind])
        + (OF_ITEM_ROWS if kind is RecordKind.QUOTE else ())
        for kind, names in entities.items()
    }
