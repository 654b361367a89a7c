"""Safety, rule 9: every member of every record is sent, mapped, or told as a warning; nothing is lost in silence."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
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
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.autotask.targets import PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, SHIPPING, STAGE
from tests.psa.tenant_client import Desk, Known, desk

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
COUNTRY = {"id": 237, "name": "United States", "displayName": "United States", "countryCode": "US", "isActive": True}
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
FULL: dict[str, AnyRecord] = {
    "Companies": COMPANY,
    "Contacts": CONTACT,
    "Opportunities": OPPORTUNITY,
    "Products": LAPTOP,
    "Services": SERVICE,
    "ServiceBundles": BUNDLE,
    "Quotes": QUOTE,
}
"""By entity, a record in which every member has a value."""

OF_SERVICES = {
    "mpn",
    "internal_id",
    "manufacturer",
    "msrp",
    "is_serialized",
    "is_eligible_for_rma",
    "does_not_require_procurement",
}
ONLY_WARNED = {
    "Companies": {"payment_term_id"},
    "Contacts": set[str](),
    "Opportunities": set[str](),
    "Products": {"term"},
    "Services": OF_SERVICES,
    "ServiceBundles": OF_SERVICES | {"cost"},
    "Quotes": {
        "owner",
        "created_at",
        "approved_at",
        "declined_at",
        "expired_at",
        "delivery_address.country",
        "items.term",
    },
}
"""By entity, the members that do not reach Autotask, so that a warning says so."""

OURS = {
    "id": "Salesbuildr's own identifier; stamped where Autotask has a field for one",
    "external_id": "Autotask's identifier: where to write, not what",
    "deleted": "decides whether the record is written",
    "raw_term": "the text that the billing term was read from",
    "status": "decides whether the quote is written (rule 6)",
    "link": "where a person opens the quote in Salesbuildr",
    "items.id": "tells lines apart",
    "items.raw_term": "the text that the billing term was read from",
}
"""Members that are no content of a record, and what they are."""


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk(rows={"Countries": [COUNTRY]}) as made:
        await made.connector.prepare(list(RecordKind))
        yield made


@pytest.fixture
def known() -> Known:
    made = Known()
    made.add(COMPANY, external="10")
    made.add(CONTACT, external="20")
    made.add(OPPORTUNITY, external="30")
    made.add(LAPTOP, external="70", entity="Products")
    made.parts = {"location:bill": "40", "location:ship": "41"}
    for kind, source, target in (
        (OWNER, "o1", "3"),
        (STAGE, "s1", "22"),
        (CATEGORY, "k1", "1"),
        (PAYMENT_TERM, "t1", "6"),
        (SHIPPING, "x1", "93"),
        (PRODUCT_BILLING_CODE, "h1", "80"),
        (PRODUCT_BILLING_CODE, "h2", "83"),
        (SERVICE_BILLING_CODE, "m1", "82"),
    ):
        made.map(kind, source, target, name="Rosa Varga" if kind == OWNER else "Target")
    return made


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


def drafted(at: Desk, known: Known, record: AnyRecord) -> tuple[list[Any], set[str]]:
    """Return what would be sent or is in the way, and the warnings."""
    if isinstance(record, Quote):
        drafts = at.connector.draft_quote(record, known)
        main, parts = drafts.main, [*drafts.before, *drafts.lines]
        told = [*main.failures, *drafts.failures]
    else:
        main, parts = at.connector.draft(record, known), []
        told = list(main.failures)
    sent = [draft.fields for draft in (main.draft, *parts) if draft is not None]
    return [sent, [(each.kind, each.message, each.facts.get("field")) for each in told]], set(main.warnings)


@pytest.mark.parametrize("entity", FULL)
async def test_every_member_is_sent_mapped_or_told_as_a_warning(at: Desk, known: Known, entity: str) -> None:
    record = FULL[entity]
    sent, warnings = drafted(at, known, record)
    assert sent[1] == [], "nothing may be in the way of the full record"
    only_warned, in_silence = set(), set()
    for path in paths(record):
        other, other_warnings = drafted(at, known, changed(record, path))
        if other != sent:
            continue
        if other_warnings == warnings:
            in_silence.add(path)
        else:
            only_warned.add(path)
    assert in_silence <= OURS.keys()
    assert only_warned == ONLY_WARNED[entity]


@pytest.mark.parametrize("entity", FULL)
def test_the_full_records_have_a_value_in_every_member(entity: str) -> None:
    for path in paths(FULL[entity]):
        value: Any = FULL[entity]
        for name in path.split("."):
            value = getattr(value[0] if isinstance(value, tuple) else value, name)
        assert value or path == "deleted", path


async def test_each_warning_is_a_row_of_the_field_table(at: Desk, known: Known) -> None:
    rows = {row.comes_from for kind in RecordKind for row in at.connector.field_table[kind] if not row.held}
    for record in FULL.values():
        for warning in drafted(at, known, record)[1]:
            assert warning.partition(": ")[2] in rows


async def test_what_a_service_loses_is_told_once_for_each_reason(at: Desk, known: Known) -> None:
    everywhere = "not every tenant's services have a field for it, so it is not sent"
    assert drafted(at, known, SERVICE)[1] == {
        f"Part number, internal product id, manufacturer: {everywhere}",
        "MSRP, serialized, eligible for RMA, no procurement needed: Autotask has a field for it at products only",
    }


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"category": Named(id="h9", name="Else")}, "Category of “Laptop”: Autotask takes the one of the product"),
        (
            {"term": Term.MONTHLY},
            "Billing term of “Laptop”: Autotask bills a line as its service, bundle or product is billed",
        ),
        ({"setup_cost": Decimal(5)}, "Set-up of “Laptop”: a set-up line needs a price above 0"),
    ],
)
async def test_what_an_item_loses_is_told_with_its_name(
    at: Desk, known: Known, change: dict[str, Any], warning: str
) -> None:
    plain = QuoteItem(id="i1", name="Laptop", product=Named(id="a1"), category=LAPTOP.category, price=Decimal(5))
    bare = Quote(
        id="q1", number="Q-1", title="Desk", company=Named(id="c1"), opportunity=Named(id="d1"), items=(plain,)
    )
    assert drafted(at, known, bare)[1] == set()
    lossy = bare.model_copy(update={"items": (plain.model_copy(update=change),)})
    assert drafted(at, known, lossy)[1] == {warning}


async def test_a_contact_that_is_only_named_is_told_as_not_linked(at: Desk, known: Known) -> None:
    named = OPPORTUNITY.model_copy(update={"contact": Named(name="Ada Kaur")})
    warning = "Contact: Salesbuildr names it without an identifier, so that it cannot be linked"
    assert drafted(at, known, named)[1] == {warning}


async def test_a_company_type_that_autotask_does_not_have_is_told(at: Desk, known: Known) -> None:
    known.defaults = {"Companies.companyType": "3"}
    odd = COMPANY.model_copy(update={"type": "Friend", "payment_term_id": ""})
    sent, warnings = drafted(at, known, odd)
    assert sent[0][0]["companyType"] == 3
    assert warnings == {"Type: Autotask has no company type “Friend”, so its default is sent"}
