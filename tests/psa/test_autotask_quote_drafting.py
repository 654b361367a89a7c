"""What a quote becomes in Autotask: two locations, the quote, and a line for each item, set-up fee and shipping."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.records import (
    Address,
    Company,
    Discount,
    Named,
    Product,
    ProductType,
    Quote,
    QuoteItem,
    RecordRef,
    Shipping,
    Term,
    quote_total,
)
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.autotask.kinds import PRODUCT_BILLING_CODE
from sync_desktop.psa.autotask.quotes import REFERENCES, line_amount, same_line
from sync_desktop.psa.connector import PENDING, Draft, QuoteDrafts, Seen
from sync_desktop.psa.drafting import PAYMENT_TERM, SHIPPING
from tests.psa.tenant_client import Desk, Known, desk

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
HARDWARE = Named(id="h1", name="Laptops")


def item(item_id: str, product: str, price: str = "100", quantity: str = "1", **rest: Any) -> QuoteItem:
    told = {"id": item_id, "name": f"Item {item_id}", "product": {"id": product}, "category": HARDWARE}
    return QuoteItem.model_validate({**told, "price": price, "quantity": quantity, **rest})


def quote(*items: QuoteItem, **rest: Any) -> Quote:
    told = {
        "id": "q1",
        "number": "Q-1",
        "title": "New office",
        "created_at": AT,
        "expires_at": AT.replace(month=4),
        "company": {"id": "c1"},
        "contact": {"id": "p1"},
        "opportunity": {"id": "d1"},
        "payment_term": {"id": "t1", "name": "Net 30"},
        "items": items,
    }
    return Quote.model_validate({**told, **rest})


EACH_TYPE = (
    item("i1", "product", "999.90", "3", cost="700", discount_percent="10"),
    item("i2", "service", "12", "25", term=Term.MONTHLY, setup_price="50", setup_cost="20"),
    item("i3", "labor", "120", "7.5"),
    item("i4", "bundle", "300", "2", term=Term.MONTHLY),
    item("i5", "product", "19.99", "1", optional=True),
)


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk() as made:
        await made.connector.prepare([RecordKind.QUOTE])
        yield made


@pytest.fixture
def known() -> Known:
    made = Known()
    made.add(Company(id="c1", name="Litware", address=Address(street="1 Main St", city="Boise")), external="10")
    made.externals[RecordRef(kind=RecordKind.CONTACT, id="p1")] = "20"
    made.externals[RecordRef(kind=RecordKind.OPPORTUNITY, id="d1")] = "30"
    made.add(Product(id="product", name="Laptop", category=HARDWARE), external="70", entity="Products")
    made.add(Product(id="service", name="Backup", type=ProductType.SERVICE), external="90", entity="Services")
    made.add(Product(id="labor", name="Engineer", type=ProductType.LABOR), external="92", entity="Roles")
    made.add(Product(id="bundle", name="All in", type=ProductType.BUNDLE), external="91", entity="ServiceBundles")
    made.parts = {"location:bill": "40", "location:ship": "41"}
    made.map(PAYMENT_TERM, "t1", "6")
    made.map(PRODUCT_BILLING_CODE, "h1", "80")
    made.map(SHIPPING, "x1", "93")
    return made


def lines(drafts: QuoteDrafts) -> dict[str, Mapping[str, Any]]:
    """Return the fields of the lines of a quote that nothing is in the way of."""
    assert drafts.failures == ()
    return {draft.part: draft.fields for draft in drafts.lines}


async def test_the_quote_itself_field_by_field(at: Desk, known: Known) -> None:
    main = at.connector.draft_quote(quote(note="As agreed", po_number="PO-7"), known).main
    assert main.failures == ()
    assert main.draft is not None
    assert main.draft.key == "Q-1"
    assert main.draft.fields == {
        "name": "New office",
        "opportunityID": 30,
        "companyID": 10,
        "contactID": 20,
        "effectiveDate": "2026-03-01T10:00:00Z",
        "expirationDate": "2026-04-01T10:00:00Z",
        "billToLocationID": 40,
        "shipToLocationID": 41,
        "soldToLocationID": 40,
        "isActive": True,
        "description": "As agreed",
        "paymentTerm": 6,
        "purchaseOrderNumber": "PO-7",
        "externalQuoteNumber": "Q-1",
        "primaryQuote": True,
    }


async def test_a_line_of_each_type_has_its_own_number_and_exactly_one_reference(at: Desk, known: Known) -> None:
    shipping = Shipping(type=Named(id="x1", name="Courier"), price=Decimal("35.5"), cost=Decimal(20))
    found = lines(at.connector.draft_quote(quote(*EACH_TYPE, shipping=shipping), known))
    reference = {part: [name for name in REFERENCES if name in held] for part, held in found.items()}
    assert {part: (held["quoteItemType"], reference[part]) for part, held in found.items()} == {
        "line:i1": (1, ["productID"]),
        "line:i2": (11, ["serviceID"]),
        "setup:i2": (2, ["chargeID"]),
        "line:i3": (3, ["laborID"]),
        "line:i4": (12, ["serviceBundleID"]),
        "line:i5": (1, ["productID"]),
        "shipping": (6, ["shippingID"]),
    }
    assert (found["line:i1"]["productID"], found["setup:i2"]["chargeID"], found["shipping"]["shippingID"]) == (
        70,
        80,
        93,
    )
    assert found["line:i5"]["isOptional"] is True
    assert all(None not in held.values() for held in found.values())


async def test_the_lines_cost_what_the_quote_says(at: Desk, known: Known) -> None:
    shipping = Shipping(type=Named(id="x1", name="Courier"), price=Decimal("35.5"))
    made = quote(*EACH_TYPE, shipping=shipping, discount=Discount(amount=Decimal("77.77")))
    found = lines(at.connector.draft_quote(made, known))
    assert sum((line_amount(held) for held in found.values()), Decimal(0)) == quote_total(made)


async def test_autotask_takes_every_line_and_reads_the_same_total(at: Desk, known: Known) -> None:
    shipping = Shipping(type=Named(id="x1", name="Courier"), price=Decimal("35.5"))
    known.externals[RecordRef(kind=RecordKind.QUOTE, id="q1")] = "50"
    made = quote(*EACH_TYPE, shipping=shipping, discount=Discount(percent=Decimal(5)))
    drafts = at.connector.draft_quote(made, known)
    before = {row.id for row in (await at.connector.lines(["50"]))["50"]}
    for draft in drafts.lines:
        await at.connector.create(draft)
    held = [row for row in (await at.connector.lines(["50"]))["50"] if row.id not in before]
    assert len(held) == len(drafts.lines)
    for draft, row in zip(drafts.lines, held, strict=True):
        assert at.connector.same_line(draft, row), draft.part
    assert sum((at.connector.line_amount(row.fields) for row in held), Decimal(0)) == quote_total(made)


async def test_a_quotes_discount_is_told_as_spread_over_the_lines(at: Desk, known: Known) -> None:
    drafts = at.connector.draft_quote(quote(EACH_TYPE[0], discount=Discount(percent=Decimal(5))), known)
    assert drafts.main.warnings == (
        "Discount: an Autotask quote has no discount of its own; it is spread over the lines",
    )
    assert lines(drafts)["line:i1"]["percentageDiscount"] == Decimal("14.5")


@pytest.mark.parametrize(
    "items",
    [(item("i4", "bundle", term=Term.MONTHLY),), (item("i1", "product", "5"),), ()],
    ids=["recurring only", "too little", "no line"],
)
async def test_an_amount_off_the_quote_that_no_line_can_bear_is_in_the_way(
    at: Desk, known: Known, items: tuple[QuoteItem, ...]
) -> None:
    drafts = at.connector.draft_quote(quote(*items, discount=Discount(amount=Decimal(10))), known)
    (failure,) = drafts.failures
    assert failure.kind is FailureKind.INVALID_VALUE
    assert failure.message.startswith("The quote's discount cannot be held")
    assert failure.facts["reason"] == "10 off the whole quote"


async def test_an_optional_line_bears_none_of_an_amount_off_the_quote(at: Desk, known: Known) -> None:
    made = quote(item("i1", "product"), item("i2", "product", optional=True), discount=Discount(amount=Decimal(10)))
    found = lines(at.connector.draft_quote(made, known))
    assert (found["line:i1"]["lineDiscount"], found["line:i2"]["lineDiscount"]) == (Decimal(10), 0)


async def test_locations_hold_the_companys_address_and_where_it_is_delivered(at: Desk, known: Known) -> None:
    bill, ship = at.connector.draft_quote(quote(delivery_address=Address(city="Ames")), known).before
    assert (bill.part, dict(bill.fields)) == ("location:bill", {"address1": "1 Main St", "city": "Boise"})
    assert (ship.part, dict(ship.fields)) == ("location:ship", {"city": "Ames"})
    bill, ship = at.connector.draft_quote(quote(), known).before
    assert bill.fields == ship.fields


async def test_a_line_whose_product_will_be_created_before_is_pending(at: Desk, known: Known) -> None:
    known.externals[RecordRef(kind=RecordKind.PRODUCT, id="product")] = PENDING
    assert lines(at.connector.draft_quote(quote(EACH_TYPE[0]), known))["line:i1"]["productID"] is PENDING


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (item("i9", "gone"), "Product has no external identifier"),
        (item("i9", ""), "Product has no external identifier"),
        (item("i9", "product", term=Term.UNKNOWN, raw_term="weekly"), "Unknown billing term"),
    ],
)
async def test_one_bad_line_is_named_and_the_others_are_drafted(
    at: Desk, known: Known, bad: QuoteItem, message: str
) -> None:
    drafts = at.connector.draft_quote(quote(EACH_TYPE[0], bad, EACH_TYPE[2]), known)
    (failure,) = drafts.failures
    assert failure.message == message
    assert failure.facts["product"] == "Item i9"
    assert [draft.part for draft in drafts.lines] == ["line:i1", "line:i3"]


@pytest.mark.parametrize(
    ("active", "shown", "state"), [(False, True, "inactive"), (True, False, "deleted")], ids=["inactive", "deleted"]
)
async def test_a_payment_term_that_is_gone_is_in_the_way(
    at: Desk, known: Known, active: bool, shown: bool, state: str
) -> None:
    known.targets.clear()
    known.map(PAYMENT_TERM, "t1", "7", active=active, shown=shown)
    (failure,) = at.connector.draft_quote(quote(), known).main.failures
    assert (failure.message, failure.facts["target_state"]) == ("Payment term/type is deleted", state)


async def test_names_and_texts_of_lines_are_cut_to_what_autotask_holds(at: Desk, known: Known) -> None:
    long = item("i1", "product", name="n" * 150, description="d" * 3000)
    held = lines(at.connector.draft_quote(quote(long), known))["line:i1"]
    assert (len(held["name"]), len(held["description"])) == (100, 2000)


LINE = {"quoteItemType": 1, "productID": 70, "quantity": Decimal(2), "unitPrice": Decimal("99.50"), "isOptional": False}


def drafted(**fields: Any) -> Draft:
    return Draft(
        ref=RecordRef(kind=RecordKind.QUOTE, id="q1"), entity="QuoteItems", fields={**LINE, **fields}, label="line"
    )


def row(**fields: Any) -> Seen:
    return Seen(entity="QuoteItems", id="60", name="Laptop", fields={**LINE, **fields})


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Another text", "description": "x", "unitCost": 5},
        {"quantity": 2, "unitPrice": 99.5},
        {"lineDiscount": 0, "percentageDiscount": None, "unitDiscount": "0.00"},
        {"serviceID": None},
    ],
)
def test_a_line_is_the_same_whatever_its_texts_say(other: dict[str, Any]) -> None:
    assert same_line(drafted(), row(**other))


@pytest.mark.parametrize(
    "other",
    [
        {"quoteItemType": 11},
        {"productID": 71},
        {"serviceID": 70},
        {"quantity": 3},
        {"unitPrice": "99.51"},
        {"lineDiscount": 1},
        {"percentageDiscount": 5},
        {"unitDiscount": 1},
        {"isOptional": True},
    ],
)
def test_a_line_with_another_reference_price_or_discount_is_another_line(other: dict[str, Any]) -> None:
    assert not same_line(drafted(), row(**other))


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"quantity": 2, "unitPrice": "99.50"}, "199.00"),
        ({"quantity": 2, "unitPrice": 10, "unitDiscount": 1}, "18.00"),
        ({"quantity": 2, "unitPrice": 10, "percentageDiscount": 12.5}, "17.50"),
        ({"quantity": 2, "unitPrice": 10, "lineDiscount": 3}, "17.00"),
        ({"quantity": 2, "unitPrice": 10, "isOptional": True}, "0"),
        ({}, "0.00"),
    ],
)
def test_what_a_line_costs(fields: dict[str, Any], amount: str) -> None:
    assert str(line_amount(fields)) == amount
