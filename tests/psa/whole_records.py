"""A record of each kind in which every member has a value, and what tells whether a member reaches the PSA."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from sync_desktop.domain.records import (
    Address,
    AnyRecord,
    Company,
    Contact,
    Discount,
    Named,
    Opportunity,
    Product,
    ProductType,
    Quote,
    QuoteItem,
    Shipping,
    Term,
)
from sync_desktop.psa.connector import Connector
from tests.psa.tenant_client import Known

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
ROSA = Named(id="o1", name="Rosa Varga")
ADDRESS = Address(street="1 Main St", apartment="Suite 4", city="Boise", state="ID", zip="83702", country="US")

COMPANY = Company(
    id="c1",
    name="Litware",
    external_id="10",
    type="Lead",
    phone="555-0101",
    website="litware.example",
    address=ADDRESS,
    account_manager=ROSA,
    payment_term_id="t1",
)
CONTACT = Contact(
    id="p1",
    first_name="Ada",
    last_name="Kaur",
    email="ada@litware.example",
    phone="555-0102",
    mobile="555-0103",
    company=Named(id="c1"),
    external_id="20",
)
OPPORTUNITY = Opportunity(
    id="d1",
    name="New office",
    external_id="30",
    description="Twelve desks",
    company=Named(id="c1"),
    contact=Named(id="p1"),
    owner=ROSA,
    status=Named(id="u1", name="Active"),
    stage=Named(id="s1", name="Proposal"),
    category=Named(id="k1", name="Hardware"),
    probability=Decimal("0.5"),
    revenue=Decimal(1200),
    cost=Decimal(900),
    expected_close_date=AT,
    created_at=AT,
)
LAPTOP = Product(
    id="a1",
    name="Laptop",
    external_id="70",
    description="A laptop",
    category=Named(id="h1", name="Laptops"),
    mpn="LX-5",
    internal_id="SKU-9",
    manufacturer="Corvane",
    cost=Decimal(700),
    price=Decimal(999),
    msrp=Decimal(1099),
    term=Term.MONTHLY,
    raw_term="monthly",
    is_serialized=True,
    is_eligible_for_rma=True,
    does_not_require_procurement=True,
)
SERVICE = LAPTOP.model_copy(update={"type": ProductType.SERVICE, "category": Named(id="m1", name="Managed")})
BUNDLE = SERVICE.model_copy(update={"type": ProductType.BUNDLE})
ITEM = QuoteItem(
    id="i1",
    name="Laptop",
    description="With a dock",
    product=Named(id="a1"),
    category=Named(id="h2", name="Docks"),
    quantity=Decimal(3),
    cost=Decimal(700),
    price=Decimal(999),
    discount_percent=Decimal(10),
    setup_cost=Decimal(20),
    setup_price=Decimal(50),
    term=Term.ONE_TIME,
    raw_term="one-time",
    optional=True,
)
QUOTE = Quote(
    id="q1",
    number="Q-1",
    title="New office",
    status="approved",
    created_at=AT,
    sent_at=AT.replace(day=2),
    approved_at=AT,
    declined_at=AT,
    expired_at=AT,
    expires_at=AT.replace(month=4),
    company=Named(id="c1"),
    contact=Named(id="p1"),
    owner=ROSA,
    opportunity=Named(id="d1"),
    payment_term=Named(id="t1", name="Net 30"),
    shipping=Shipping(type=Named(id="x1", name="Courier"), cost=Decimal(20), price=Decimal(35)),
    delivery_address=ADDRESS.model_copy(update={"street": "4 Dock Street"}),
    discount=Discount(percent=Decimal(5), amount=Decimal(30)),
    po_number="PO-7",
    note="As agreed",
    link="https://litware.example/q1",
    items=(ITEM, ITEM.model_copy(update={"id": "i2", "optional": False, "setup_price": Decimal(0)})),
)


def paths(value: BaseModel) -> list[str]:
    """Return every member of a record, `address.street` for a part of one, `items.price` for one of its items."""
    found: list[str] = []
    for name in type(value).model_fields.keys() - {"kind"}:  # which sort of record it is
        member = getattr(value, name)
        inner = member[0] if isinstance(member, tuple) else member
        parted = isinstance(inner, Address | Shipping | Discount | QuoteItem)
        found += [f"{name}.{part}" for part in paths(inner)] if parted else [name]
    return sorted(found)


def changed(value: Any, path: str) -> Any:
    """Return a copy in which one member says something else; of several items the first is changed."""
    name, _, rest = path.partition(".")
    member = getattr(value, name)
    if isinstance(member, tuple):
        other: Any = (changed(member[0], rest), *member[1:])
    else:
        other = changed(member, rest) if rest else _other(member)
    return value.model_copy(update={name: other})


def _other(value: Any) -> Any:
    """Return nothing in the place of something, or its opposite."""
    match value:
        case Term():
            return Term.YEARLY if value is Term.ONE_TIME else Term.ONE_TIME
        case ProductType():
            return ProductType.LABOR
        case bool():
            return not value
        case Decimal():
            return Decimal(0)
        case Named():
            return Named()
        case str():
            return ""
        case _:
            return None


def drafted(connector: Connector, known: Known, record: AnyRecord) -> tuple[list[Any], set[str]]:
    """Return what would be sent or is in the way, and the warnings."""
    if isinstance(record, Quote):
        drafts = connector.draft_quote(record, known)
        main, parts = drafts.main, [*drafts.before, *drafts.lines]
        told = [*main.failures, *drafts.failures]
    else:
        main, parts = connector.draft(record, known), []
        told = list(main.failures)
    sent = [draft.fields for draft in (main.draft, *parts) if draft is not None]
    return [sent, [(each.kind, each.message, each.facts.get("field")) for each in told]], set(main.warnings)
