"""Records of the quoting side, as Salesbuildr's public API gives them, freed of its loose shapes.

Identifiers of the outside world are text. Money is `Decimal` in the tenant's currency. Times are UTC.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from sync_desktop.domain.model import Model
from sync_desktop.domain.values import in_cents
from sync_desktop.domain.words import RecordKind

PASTED = "pasted:"
"""Begins the ids that stand for pasted lines of which no record is known."""


class RecordRef(Model):
    """Which record, at whatever site is talked about."""

    kind: RecordKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"

    @property
    def is_known(self) -> bool:
        """Whether it names a record that was read; a pasted line that fits none has a made-up id."""
        return not self.id.startswith(PASTED)


class Named(Model):
    """A thing that another record points at; any of the three may be unknown (empty)."""

    id: str = ""
    name: str = ""
    external_id: str = ""

    def __bool__(self) -> bool:
        return bool(self.id or self.name or self.external_id)


class Address(Model):
    """A postal address; every part may be empty."""

    street: str = ""
    apartment: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return any((self.street, self.apartment, self.city, self.state, self.zip, self.country))


class Term(StrEnum):
    """How often a line is billed. UNKNOWN is a term that this program does not know; its raw text is beside it."""

    ONE_TIME = "one time"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMI_ANNUAL = "semi-annual"
    YEARLY = "yearly"
    UNKNOWN = "unknown"


class ProductType(StrEnum):
    """What is sold."""

    PRODUCT = "product"
    SERVICE = "service"
    LABOR = "labor"
    BUNDLE = "bundle"


class Company(Model):
    """A customer or prospect."""

    kind: Literal[RecordKind.COMPANY] = RecordKind.COMPANY
    id: str
    name: str
    external_id: str = ""
    type: str = ""
    phone: str = ""
    website: str = ""
    address: Address = Address()
    account_manager: Named = Named()
    payment_term_id: str = ""
    deleted: bool = False


class Contact(Model):
    """A person at a company."""

    kind: Literal[RecordKind.CONTACT] = RecordKind.CONTACT
    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    company: Named = Named()
    external_id: str = ""
    deleted: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Opportunity(Model):
    """A chance to sell; a quote belongs to one."""

    kind: Literal[RecordKind.OPPORTUNITY] = RecordKind.OPPORTUNITY
    id: str
    name: str
    external_id: str = ""
    description: str = ""
    company: Named = Named()
    contact: Named = Named()
    owner: Named = Named()
    status: Named = Named()
    """Whether it is won, lost or still on, as the quoting side calls it; where the deal stands is its stage."""
    stage: Named = Named()
    category: Named = Named()
    probability: Decimal | None = None
    """0 to 1."""
    revenue: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    expected_close_date: datetime | None = None
    created_at: datetime | None = None
    deleted: bool = False


class Product(Model):
    """A catalogue entry: a product, service, kind of labour, or bundle."""

    kind: Literal[RecordKind.PRODUCT] = RecordKind.PRODUCT
    id: str
    name: str
    external_id: str = ""
    type: ProductType = ProductType.PRODUCT
    description: str = ""
    category: Named = Named()
    mpn: str = ""
    internal_id: str = ""
    manufacturer: str = ""
    cost: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    msrp: Decimal | None = None
    term: Term = Term.ONE_TIME
    raw_term: str = ""
    is_serialized: bool = False
    is_eligible_for_rma: bool = False
    does_not_require_procurement: bool = False
    deleted: bool = False


class QuoteItem(Model):
    """One line of a quote."""

    id: str
    name: str
    description: str = ""
    product: Named = Named()
    category: Named = Named()
    quantity: Decimal = Decimal(1)
    cost: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    """For one unit and one billing period, before the discount."""
    discount_percent: Decimal = Decimal(0)
    """0 to 100, off the price."""
    setup_cost: Decimal = Decimal(0)
    setup_price: Decimal = Decimal(0)
    """Charged once, for each unit, beside the recurring price."""
    term: Term = Term.ONE_TIME
    raw_term: str = ""
    optional: bool = False


class Discount(Model):
    """A discount on the whole quote: a share of every line or an amount off the one-off lines."""

    percent: Decimal = Decimal(0)
    """0 to 100."""
    amount: Decimal = Decimal(0)

    def __bool__(self) -> bool:
        return bool(self.percent or self.amount)


class Shipping(Model):
    """How the goods travel, and at what price."""

    type: Named
    cost: Decimal = Decimal(0)
    price: Decimal = Decimal(0)


class Quote(Model):
    """A quote with its lines."""

    kind: Literal[RecordKind.QUOTE] = RecordKind.QUOTE
    id: str
    number: str
    title: str
    status: str = ""
    """Lower case: draft, sent, approved, declined, expired; whatever else the tenant has."""
    primary: bool = True
    created_at: datetime | None = None
    sent_at: datetime | None = None
    approved_at: datetime | None = None
    declined_at: datetime | None = None
    expired_at: datetime | None = None
    expires_at: datetime | None = None
    company: Named = Named()
    contact: Named = Named()
    owner: Named = Named()
    opportunity: Named = Named()
    payment_term: Named = Named()
    shipping: Shipping | None = None
    delivery_address: Address = Address()
    discount: Discount = Discount()
    po_number: str = ""
    note: str = ""
    link: str = ""
    """Where a person opens it in Salesbuildr."""
    items: tuple[QuoteItem, ...] = ()
    deleted: bool = False

    @property
    def name(self) -> str:
        """Number and title, as people call it."""
        return f"{self.number} {self.title}".strip()

    @property
    def stamp(self) -> str:
        """The natural key that is stamped into the PSA: the number, or made of the id while there is no number."""
        return self.stamps[0]

    @property
    def stamps(self) -> tuple[str, ...]:
        """Every key that it may have been stamped with: one that was written without a number may have one by now."""
        by_id = f"id:{self.id}"
        return (self.number, by_id) if self.number else (by_id,)


AnyRecord = Company | Contact | Opportunity | Product | Quote
Record = Annotated[AnyRecord, Field(discriminator="kind")]


class Category(Model):
    """A product category of the quoting side."""

    id: str
    name: str
    parent_id: str = ""
    billing_code: str = ""
    """What Salesbuildr's `Category.billingCode` holds; presumably an Autotask BillingCode id."""
    deleted: bool = False


class FieldValue(Model):
    """One value of a drop-down field of the quoting side, such as a payment term."""

    field: str
    id: str
    name: str
    external_id: str = ""
    deleted: bool = False


class Owner(Model):
    """A person of the MSP who owns opportunities and quotes; known only from the records that name them."""

    id: str
    name: str
    external_id: str = ""


def ref_of(record: AnyRecord) -> RecordRef:
    """Return which record this is."""
    return RecordRef(kind=record.kind, id=record.id)


def company_of(record: AnyRecord) -> Named:
    """Return the company that a record belongs to; empty for products."""
    match record:
        case Company():
            return Named(id=record.id, name=record.name, external_id=record.external_id)
        case Product():
            return Named()
        case _:
            return record.company


def quote_total(quote: Quote) -> Decimal:
    """Return what the customer pays for one period of every line that is not optional, set-up and shipping included.

    The quote's own discount comes off the lines, not off set-up and shipping.
    """
    lines, setup = Decimal(0), Decimal(0)
    for item in quote.items:
        if item.optional:
            continue
        lines += item.quantity * item.price * (1 - item.discount_percent / 100)
        setup += item.quantity * item.setup_price
    total = lines * (1 - quote.discount.percent / 100) - quote.discount.amount + setup
    if quote.shipping:
        total += quote.shipping.price
    return in_cents(total)
