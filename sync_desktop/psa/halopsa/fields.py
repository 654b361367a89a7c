"""The field table: for each field that is sent, where it comes from.

Names of members: the vendor's API description, and live quotes that an integrator has published. Which setting demands
what: the vendor's database columns. Where telephone and address go: Salesbuildr's page on its HaloPSA fields.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sync_desktop.domain.mappings import OTHERS
from sync_desktop.domain.records import Company, Contact, Named, Opportunity, Product, Quote, Term
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import FieldRow
from sync_desktop.psa.drafting import (
    CATEGORY,
    COMPANY_TYPE,
    OWNER,
    STAGE,
    Source,
    moment,
    money,
    number,
)
from sync_desktop.psa.halopsa import lists
from sync_desktop.psa.halopsa.drafting import Drafting
from sync_desktop.psa.halopsa.kinds import ACCOUNTS, EXPENSE, INCOME, OPPORTUNITY_TYPE, QUOTE_STATUS
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, LINES, MAIN_CONTACT, MAIN_SITE, OPPORTUNITIES, QUOTATION, USERS
from sync_desktop.psa.halopsa.unheld import UNHELD

SHIPPING_ITEM, SETUP_ITEM = f"{LINES}.shippingItem", f"{LINES}.setupItem"
"""Default settings of a site: the items that shipping and set-up prices are sold as."""
PERIOD = "billingperiod"
"""How default settings of a site begin that name HaloPSA's number of a billing period: `billingperiod.yearly`."""

_MONTHLY = 2
"""The one billing period that published quotes show; what the other numbers mean is not known."""


def is_recurring(term: Term) -> bool:
    """Say whether something is billed again and again."""
    return term not in (Term.ONE_TIME, Term.UNKNOWN)


def billing_period(term: Term, drafting: Drafting, **facts: str) -> Any:
    """Return HaloPSA's number of a term: what the site's defaults say, else the one that is known; notes a lack."""
    setting = f"{PERIOD}.{term.value}"
    found = number(drafting.refs.default(setting))
    if found is None and term is Term.MONTHLY:
        return _MONTHLY
    if found is None:
        message = f"No billing period of HaloPSA is set for {term.value} items"
        told = {"field": PERIOD, "reason": term.value, "setting": setting, **facts}
        if not any(failure.message == message for failure in drafting.failures):
            drafting.fail(FailureKind.REQUIRED_FIELD, message, **told)
    return found


def _by_default(name: str) -> Callable[[Any, Drafting], Any]:
    return lambda _record, drafting: drafting.default(name)


def _customer_type(record: Company, drafting: Drafting) -> Any:
    """Return the customer type: by its mapping, where it has one, else that of the same name, else the default."""
    source = Named(id=record.type, name=record.type)
    if drafting.mapping_of(COMPANY_TYPE, source) is not None:
        return drafting.mapped(COMPANY_TYPE, source, "customertype")
    known = drafting.lists.named(lists.CUSTOMER_TYPES, record.type) if record.type else None
    if record.type and known is None:
        drafting.warnings.append(f"Type: HaloPSA shows no customer type “{record.type}”")
    return drafting.default("customertype") if known is None else known


def _account_manager(record: Company, drafting: Drafting) -> Any:
    if not record.account_manager:
        return drafting.by_default(OWNER, "accountmanagertech")
    return drafting.mapped(OWNER, record.account_manager, "accountmanagertech")


def _main_contact(record: Company, drafting: Drafting) -> Contact | None:
    """Return who becomes a new client's main contact, where the instance demands one or does not say so.

    One with an e-mail address is taken first: some instances demand that too.
    """
    if drafting.lists.setting(lists.MAIN_CONTACT) is False:
        return None
    known = [each for each in drafting.refs.contacts(record.id) if each.name and not each.deleted]
    return min(known, key=lambda each: (not each.email, each.name, each.id), default=None)


def _main_contact_name(record: Company, drafting: Drafting) -> str:
    contact = _main_contact(record, drafting)
    if contact is None and drafting.lists.setting(lists.MAIN_CONTACT):
        drafting.require(f"{MAIN_CONTACT}name")
    return contact.name if contact else ""


def _main_contact_email(record: Company, drafting: Drafting) -> str:
    contact = _main_contact(record, drafting)
    return contact.email if contact else ""


def _company(record: Contact | Opportunity | Quote, drafting: Drafting) -> Any:
    return number(drafting.refs.external(RecordKind.COMPANY, record.company.id))


def _contact(record: Opportunity | Quote, drafting: Drafting) -> Any:
    return number(drafting.refs.external(RecordKind.CONTACT, record.contact.id)) if record.contact.id else None


def _opportunity(record: Quote, drafting: Drafting) -> Any:
    return number(drafting.refs.external(RecordKind.OPPORTUNITY, record.opportunity.id))


def _email(record: Contact, drafting: Drafting) -> str:
    if not record.email and drafting.lists.setting(lists.USER_EMAIL):
        drafting.require("emailaddress")
    return record.email


def _phone(record: Contact, drafting: Drafting) -> str:
    if not (record.phone or record.mobile) and drafting.lists.setting(lists.USER_PHONE):
        drafting.require("phonenumber")
    return record.phone


def _opportunity_type(_record: Opportunity, drafting: Drafting) -> Any:
    """Return the ticket type of opportunities: the mapped one, else the site's default, else the only one there is."""
    field = "tickettype_id"
    if drafting.refs.mapping(OPPORTUNITY_TYPE, OTHERS) is not None:
        return drafting.by_default(OPPORTUNITY_TYPE, field)
    default = drafting.default(field)
    known = drafting.lists.opportunity_types()
    if default or len(known) == 1:
        return default or known[0]
    facts = {
        "mapping_kind": OPPORTUNITY_TYPE,
        "mapping_label": "Opportunity type → ticket type",
        "source_id": OTHERS,
        "source_name": "Opportunity type",
        "field": field,
        "setting": f"{OPPORTUNITIES}.{field}",
        "count": str(len(known)),
        "target_state": "missing",
    }
    drafting.fail(FailureKind.MAPPING_MISSING, "No opportunity type is set", **facts)
    return None


def _stage(record: Opportunity, drafting: Drafting) -> Any:
    if record.stage and drafting.lists.setting(lists.STAGES_ON) is False:
        drafting.warnings.append("Stage: pipeline stages are switched off in HaloPSA, so that it is not sent")
        return None
    return drafting.mapped(STAGE, record.stage, "pipeline_stage_id")


def _category(record: Opportunity, drafting: Drafting) -> Any:
    """Return the category; Salesbuildr's own integration needs one for HaloPSA, so that none is a failure here too."""
    if record.category:
        return drafting.mapped(CATEGORY, record.category, "categoryid_1")
    default = drafting.default("categoryid_1")
    if not default:
        drafting.require("categoryid_1", "category")
    return default


def _category_text(record: Opportunity, drafting: Drafting) -> str:
    """Return a category's text, which tickets hold beside its id; a mapping that is in the way was noted there."""
    mapping = drafting.refs.mapping(CATEGORY, record.category.id) if record.category else None
    target = drafting.refs.target(CATEGORY, mapping.target_id) if mapping else None
    return target.name if target is not None and target.valid else ""


def _owner(record: Opportunity, drafting: Drafting) -> Any:
    if not record.owner:
        return drafting.by_default(OWNER, "agent_id")
    return drafting.mapped(OWNER, record.owner, "agent_id")


def _percent(record: Opportunity, _drafting: Drafting) -> Decimal | None:
    return None if record.probability is None else money(record.probability * 100)


def _group(place: int) -> Callable[[Product, Drafting], int | None]:
    def part(record: Product, drafting: Drafting) -> int | None:
        found = drafting.group(record)
        return found[place] if found else None

    return part


def _account(kind: str) -> Callable[[Product, Drafting], Any]:
    """Return the source of an account code: the mapping of the item's asset group, else the site's default for it.

    Without either, HaloPSA takes the account of the asset group.
    """
    name = ACCOUNTS[kind]

    def code(record: Product, drafting: Drafting) -> str:
        found = drafting.group(record)
        source = Named(id=str(found[0])) if found else Named()
        if source and drafting.mapping_of(kind, source) is not None:
            target = drafting.mapped_target(kind, source, name)
            return target.id if target else ""
        own = drafting.refs.default(f"{ITEM}.{name}/{source.id}") if source else ""
        return own or drafting.refs.default(f"{ITEM}.{name}")

    return code


def _item_period(record: Product, drafting: Drafting) -> Any:
    if record.term is Term.UNKNOWN:
        facts = {"field": "item_default_billing_period", "reason": record.raw_term}
        drafting.fail(FailureKind.INVALID_VALUE, "Unknown billing term", **facts)
        return None
    return billing_period(record.term, drafting) if is_recurring(record.term) else None


def _if_recurring(value: Callable[[Product], Any]) -> Callable[[Product, Drafting], Any]:
    return lambda record, _drafting: value(record) if is_recurring(record.term) else None


def _quote_status(record: Quote, drafting: Drafting) -> Any:
    """Return the quote status: by its mapping, else the one of the same name."""
    source = Named(id=record.status, name=record.status)
    if source and drafting.refs.mapping(QUOTE_STATUS, source.id) is not None:
        return drafting.mapped(QUOTE_STATUS, source, "status")
    known = drafting.lists.named(lists.QUOTE_STATUSES, record.status)
    if known is None and record.status:
        drafting.warnings.append(f"Status: HaloPSA shows no quote status “{record.status}”, so that its own counts")
    return known


def _quote_owner(record: Quote, drafting: Drafting) -> Any:
    """Return the agent of a quote where its owner is one; its opportunity has an owner that has to be."""
    trial = Drafting(drafting.ref, drafting.refs, drafting.entity, lists=drafting.lists)
    agent = trial.mapped(OWNER, record.owner, "agent_id")
    drafting.warnings += [f"Owner: the quote is sent without an agent. {each.message}" for each in trial.failures]
    return agent


def _days_to_deliver(_record: Quote, drafting: Drafting) -> Any:
    default = drafting.default("daystodeliver")
    if not default and drafting.lists.setting(lists.DAYS_TO_DELIVER):
        drafting.require("daystodeliver", "days to deliver")
    return default


_BY_OWNER = "by the mapping Owner → agent, else its default"
_BY_GROUP = "by its mapping, else by that of the product's type, else the default asset group"
_BY_ACCOUNT = "by its mapping, else site default, else HaloPSA takes the group's"

COMPANY = (
    Source("name", "company name", lambda r, _: r.name, updates=True),
    Source("website", "website", lambda r, _: r.website, updates=True),
    Source("toplevel_id", "site default, else HaloPSA's own default", _by_default("toplevel_id")),
    Source("customertype", "type, by its mapping, else the one of the same name, else site default", _customer_type),
    Source("accountmanagertech", f"account manager, {_BY_OWNER}", _account_manager),
    Source(f"{MAIN_SITE}phonenumber", "telephone", lambda r, _: r.phone, updates=True),
    Source(f"{MAIN_SITE}line1", "street", lambda r, _: r.address.street, updates=True),
    Source(f"{MAIN_SITE}line2", "apartment", lambda r, _: r.address.apartment, updates=True),
    Source(f"{MAIN_SITE}line3", "city", lambda r, _: r.address.city, updates=True),
    Source(f"{MAIN_SITE}line4", "state", lambda r, _: r.address.state, updates=True),
    Source(f"{MAIN_SITE}postcode", "zip", lambda r, _: r.address.zip, updates=True),
    Source(f"{MAIN_CONTACT}name", "a contact of the company, unless the instance does without", _main_contact_name),
    Source(f"{MAIN_CONTACT}emailaddress", "that contact's e-mail", _main_contact_email),
)
CONTACT = (
    Source("name", "first and last name", lambda r, _: r.name, updates=True),
    Source("firstname", "first name", lambda r, _: r.first_name, updates=True),
    Source("surname", "last name", lambda r, _: r.last_name, updates=True),
    Source("client_id", "the linked company, at its main site", _company),
    Source("emailaddress", "e-mail", _email, updates=True),
    Source("phonenumber", "phone", _phone, updates=True),
    Source("mobilenumber", "mobile phone", lambda r, _: r.mobile, updates=True),
)
OPPORTUNITY = (
    Source("summary", "name", lambda r, _: r.name, updates=True),
    Source("details", "description; on creation only, it is the first entry of a ticket", lambda r, _: r.description),
    Source("tickettype_id", "the mapped type, else site default, else the only one there is", _opportunity_type),
    Source("status_id", "site default, else that of the type", _by_default("status_id")),
    Source("pipeline_stage_id", "stage, by its mapping", _stage),
    Source("client_id", "the linked company", _company),
    Source("user_id", "the linked contact", _contact),
    Source("agent_id", f"owner, {_BY_OWNER}", _owner),
    Source("team", "site default, else that of the type", _by_default("team")),
    Source("categoryid_1", "category, by its mapping; else site default", _category),
    Source("category_1", "the text of that category", _category_text),
    Source("targetdate", "expected close date", lambda r, _: moment(r.expected_close_date)),
    Source("oppvalue", "one-off revenue", lambda r, _: money(r.revenue)),
    Source("oppprofit", "one-off profit", lambda r, _: money(r.revenue - r.cost)),
    Source("oppconversionprobability", "probability in percent", _percent),
)
PRODUCT = (
    Source("name", "product name", lambda r, _: r.name, updates=True),
    Source("description", "short description", lambda r, _: r.description, updates=True),
    Source("assetgroup_id", f"category, {_BY_GROUP}", _group(0)),
    Source("assettype_id", "category, by its mapping, else the default asset type", _group(1)),
    Source("baseprice", "price", lambda r, _: money(r.price)),
    Source("costprice", "cost", lambda r, _: money(r.cost)),
    Source("isrecurringitem", "whether it has a billing term", lambda r, _: is_recurring(r.term)),
    Source("recurringprice", "price, of what is recurring", _if_recurring(lambda r: money(r.price))),
    Source("recurringcost", "cost, of what is recurring", _if_recurring(lambda r: money(r.cost))),
    Source("item_default_billing_period", "billing term: monthly is known, others by site default", _item_period),
    Source("supplier_part_code", "manufacturer's part number", lambda r, _: r.mpn),
    Source("internalreference", "internal product id", lambda r, _: r.internal_id),
    Source("externalreference", "stamp: the product's id in Salesbuildr", lambda r, _: r.id),
    Source("nominalcode", f"asset group, {_BY_ACCOUNT} income account", _account(INCOME)),
    Source("purchasenominalcode", f"asset group, {_BY_ACCOUNT} expense account", _account(EXPENSE)),
)
QUOTE = (
    Source("title", "title", lambda r, _: r.title or r.number, updates=True),
    Source("ticket_id", "the linked opportunity", _opportunity),
    Source("client_id", "the linked company", _company),
    Source("user_id", "the linked contact", _contact),
    Source("status", "status, by its mapping, else the one of the same name", _quote_status),
    Source("date", "sent on, else created on", lambda r, _: moment(r.sent_at or r.created_at)),
    Source("expiry_date", "expires on", lambda r, _: moment(r.expires_at), updates=True),
    Source("agent_id", "owner, where the mapping Owner → agent has a valid one", _quote_owner),
    Source("po_ref", "PO number", lambda r, _: r.po_number, updates=True),
    Source("note", "note", lambda r, _: r.note, updates=True),
    Source("daystodeliver", "site default", _days_to_deliver),
    Source("deladdress1", "street of delivery", lambda r, _: r.delivery_address.street, updates=True),
    Source("deladdress2", "apartment of delivery", lambda r, _: r.delivery_address.apartment, updates=True),
    Source("deladdress3", "city of delivery", lambda r, _: r.delivery_address.city, updates=True),
    Source("deladdress4", "state of delivery", lambda r, _: r.delivery_address.state, updates=True),
    Source("deladdress5", "zip of delivery", lambda r, _: r.delivery_address.zip, updates=True),
    Source("third_party_url", "the quote's address in Salesbuildr", lambda r, _: r.link),
    Source("third_party_number", "stamp: the quote's number, else made of its id", lambda r, _: r.stamp),
)

BY_ENTITY: dict[str, tuple[Source, ...]] = {
    CLIENT: COMPANY,
    USERS: CONTACT,
    OPPORTUNITIES: OPPORTUNITY,
    ITEM: PRODUCT,
    QUOTATION: QUOTE,
}

MORE_ROWS: dict[RecordKind, tuple[FieldRow, ...]] = {
    RecordKind.CONTACT: (FieldRow(f"{USERS}.site_id", "the main site of the linked company"),),
    RecordKind.OPPORTUNITY: (FieldRow(f"{OPPORTUNITIES}.site_id", "the contact's site, else the company's main site"),),
    RecordKind.QUOTE: (
        FieldRow(f"{QUOTATION}.site_id", "the contact's site, else the company's main site"),
        FieldRow(f"{LINES}.item_id", "the linked product; site defaults for set-up and shipping"),
        FieldRow(f"{LINES}.name", "item name; with “(set-up)” for its set-up price", updates=True),
        FieldRow(f"{LINES}.description", "item description, else the product's", updates=True),
        FieldRow(f"{LINES}.quantity", "quantity; 1 for shipping", updates=True),
        FieldRow(f"{LINES}.price", "price, set-up or shipping price; after an amount off, what is left", updates=True),
        FieldRow(f"{LINES}.costprice", "cost, set-up cost or shipping cost", updates=True),
        FieldRow(f"{LINES}.discount_perc", "discounts of item and quote, multiplied", updates=True),
        FieldRow(f"{LINES}.optional", "optional", updates=True),
        FieldRow(f"{LINES}.item_recurring", "whether the item has a billing term"),
        FieldRow(f"{LINES}.{PERIOD}", "billing term: monthly is known, others by site default"),
        FieldRow(f"{LINES}.item_tax_code", "the mapped tax, else site default, else -1: that of the item"),
        FieldRow(f"{LINES}.sort_seq", "behind the lines that are there"),
    ),
}
"""What is sent besides the table: sites, which are found when a row is made, and lines, which `quotes` drafts."""


def updatable(entity: str) -> frozenset[str]:
    """Return the fields of an entity that may be sent again when the quoting side changes them."""
    return frozenset(source.field for source in BY_ENTITY[entity] if source.updates)


def field_table() -> dict[RecordKind, tuple[FieldRow, ...]]:
    """Return the whole table, for people and for tests."""
    entities = {
        RecordKind.COMPANY: CLIENT,
        RecordKind.CONTACT: USERS,
        RecordKind.OPPORTUNITY: OPPORTUNITIES,
        RecordKind.PRODUCT: ITEM,
        RecordKind.QUOTE: QUOTATION,
    }
    return {
        kind: tuple(
            FieldRow(f"{entity}.{source.field}", source.comes_from, updates=source.updates)
            for source in BY_ENTITY[entity]
        )
        + MORE_ROWS.get(kind, ())
        + tuple(FieldRow(each.member, each.why, held=False) for each in UNHELD[kind])
        for kind, entity in entities.items()
    }
