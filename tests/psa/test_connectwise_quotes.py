"""What a quote becomes in ConnectWise: lines on its opportunity, to the cent, each with its stamp."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from sync_desktop.psa.connector import PENDING, QuoteDrafts
from sync_desktop.psa.connectwise.fields import SETUP_ITEM, SHIPPING_ITEM
from sync_desktop.psa.connectwise.quotes import line_amount
from sync_desktop.psa.discounts import LineDiscount, net_price
from sync_desktop.psa.drafting import PAYMENT_TERM
from tests.psa.connectwise_desk import Desk, desk
from tests.psa.tenant_client import Known

HARDWARE = Named(id="h1", name="Laptops")
OPPORTUNITY = RecordRef(kind=RecordKind.OPPORTUNITY, id="d1")


def item(item_id: str, product: str, price: str = "100", quantity: str = "1", **rest: Any) -> QuoteItem:
    told = {"id": item_id, "name": f"Item {item_id}", "product": {"id": product}, "category": HARDWARE}
    return QuoteItem.model_validate({**told, "price": price, "quantity": quantity, **rest})


def quote(*items: QuoteItem, **rest: Any) -> Quote:
    told = {"id": "q1", "number": "Q-1", "title": "New office", "company": {"id": "c1"}, "opportunity": {"id": "d1"}}
    return Quote.model_validate({**told, "items": items, **rest})


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk() as made:
        await made.connector.prepare([RecordKind.QUOTE])
        yield made


@pytest.fixture
def known() -> Known:
    made = Known()
    made.add(Company(id="c1", name="Northwind"), external="20")
    made.externals[OPPORTUNITY] = "50"
    made.add(Product(id="product", name="Laptop", description="A laptop", category=HARDWARE), external="90")
    made.add(
        Product(id="service", name="Backup", type=ProductType.SERVICE, term=Term.MONTHLY, category=HARDWARE),
        external="90",
    )
    made.add(Product(id="labor", name="Engineer", type=ProductType.LABOR, category=HARDWARE), external="90")
    made.defaults = {SHIPPING_ITEM: "90", SETUP_ITEM: "90"}
    return made


def lines(drafts: QuoteDrafts) -> dict[str, Mapping[str, Any]]:
    """Return the fields of the lines of a quote that nothing is in the way of."""
    assert drafts.failures == ()
    return {draft.part: draft.fields for draft in drafts.lines}


FIVE = (
    item("i1", "product", "999.90", "3", cost="700", discount_percent="10", description="Fourteen inches"),
    item("i2", "service", "12", "25", cost="4.5", term=Term.MONTHLY, setup_price="50", setup_cost="20"),
    item("i3", "labor", "120", "7.5"),
    item("i4", "product", "19.99", optional=True),
)
FIELDS: dict[str, dict[str, Any]] = {
    "line:i1": {
        "opportunity/id": 50,
        "catalogItem/id": 90,
        "description": "Item i1",
        "customerDescription": "Fourteen inches",
        "quantity": Decimal(3),
        "price": Decimal("899.91"),
        "cost": Decimal(700),
        "billableOption": "Billable",
        "integrationXRef": "Q-1/line:i1",
    },
    "line:i2": {
        "opportunity/id": 50,
        "catalogItem/id": 90,
        "description": "Item i2",
        "customerDescription": "Item i2",
        "quantity": Decimal(25),
        "price": Decimal(12),
        "cost": Decimal("4.5"),
        "recurring/recurringRevenue": Decimal(12),
        "recurring/recurringCost": Decimal("4.5"),
        "recurring/billCycleId": 2,
        "billableOption": "Billable",
        "integrationXRef": "Q-1/line:i2",
    },
    "setup:i2": {
        "opportunity/id": 50,
        "catalogItem/id": 90,
        "description": "Item i2 (set-up)",
        "customerDescription": "Item i2 (set-up)",
        "quantity": Decimal(25),
        "price": Decimal(50),
        "cost": Decimal(20),
        "billableOption": "Billable",
        "integrationXRef": "Q-1/setup:i2",
    },
    "line:i3": {
        "opportunity/id": 50,
        "catalogItem/id": 90,
        "description": "Item i3",
        "customerDescription": "Item i3",
        "quantity": Decimal("7.5"),
        "price": Decimal(120),
        "cost": Decimal(0),
        "billableOption": "Billable",
        "integrationXRef": "Q-1/line:i3",
    },
    "shipping": {
        "opportunity/id": 50,
        "catalogItem/id": 90,
        "description": "Courier",
        "customerDescription": "Courier",
        "quantity": Decimal(1),
        "price": Decimal("15.5"),
        "cost": Decimal(12),
        "billableOption": "Billable",
        "integrationXRef": "Q-1/shipping",
    },
}
COURIER = Shipping(type=Named(id="x1", name="Courier"), price=Decimal("15.50"), cost=Decimal(12))


async def test_every_line_field_by_field(at: Desk, known: Known) -> None:
    assert lines(at.connector.draft_quote(quote(*FIVE, shipping=COURIER), known)) == FIELDS


async def test_there_is_no_quote_beside_its_lines(at: Desk, known: Known) -> None:
    drafts = at.connector.draft_quote(quote(*FIVE), known)
    assert drafts.before == ()
    assert drafts.main.draft is None
    assert {draft.parent_id for draft in drafts.lines} == {"50"}
    assert all(draft.key == draft.fields["integrationXRef"] for draft in drafts.lines)


async def test_lines_are_taken_and_held_as_they_were_sent(at: Desk, known: Known) -> None:
    drafts = at.connector.draft_quote(quote(*FIVE, shipping=COURIER), known)
    made = {await at.connector.create(draft): draft for draft in drafts.lines}
    there = {seen.id: seen for seen in (await at.connector.lines(["50"]))["50"] if seen.id in made}
    assert list(there) == list(made)
    for external_id, draft in made.items():
        held = there[external_id]
        assert {name: held.fields.get(name) for name in draft.fields} == dict(draft.fields)
        assert at.connector.same_line(draft, held)
        assert at.connector.line_amount(held.fields) == at.connector.line_amount(draft.fields)


async def test_what_the_lines_cost_is_what_the_quote_costs(at: Desk, known: Known) -> None:
    whole = quote(*FIVE, shipping=COURIER, discount=Discount(percent=Decimal(5), amount=Decimal("33.33")))
    drafted = lines(at.connector.draft_quote(whole, known))
    assert sum(map(line_amount, drafted.values()), Decimal(0)) == quote_total(whole)


async def test_lines_wait_for_an_opportunity_that_is_made_before(at: Desk, known: Known) -> None:
    known.externals[OPPORTUNITY] = PENDING
    drafted = at.connector.draft_quote(quote(FIVE[0]), known)
    assert drafted.lines[0].parent_id is PENDING
    assert drafted.lines[0].fields["opportunity/id"] is PENDING


@pytest.mark.parametrize(
    ("setting", "whole", "message"),
    [
        (SHIPPING_ITEM, quote(shipping=COURIER), "No catalog item is set for shipping"),
        (SETUP_ITEM, quote(FIVE[1], FIVE[1]), "No catalog item is set for set-up prices"),
    ],
)
async def test_what_needs_a_catalog_item_of_the_site_says_so_once(
    at: Desk, known: Known, setting: str, whole: Quote, message: str
) -> None:
    known.defaults = {name: value for name, value in known.defaults.items() if name != setting}
    (failure,) = at.connector.draft_quote(whole, known).failures
    assert (failure.kind, failure.message) == (FailureKind.REQUIRED_FIELD, message)
    assert failure.facts["setting"] == setting


async def test_an_item_without_a_product_or_with_an_unknown_term(at: Desk, known: Known) -> None:
    stray = quote(item("i1", ""), item("i2", "service", term=Term.UNKNOWN, raw_term="fortnightly"))
    first, second = at.connector.draft_quote(stray, known).failures
    assert (first.kind, first.message) == (FailureKind.NO_EXTERNAL_ID, "Product has no external identifier")
    assert (second.message, second.facts["reason"]) == ("Unknown billing term", "fortnightly")


async def test_a_product_that_is_not_there_yet_is_somebody_elses_failure(at: Desk, known: Known) -> None:
    known.externals[RecordRef(kind=RecordKind.PRODUCT, id="product")] = ""
    drafts = at.connector.draft_quote(quote(FIVE[0]), known)
    assert (drafts.lines, drafts.failures) == ((), ())


async def test_a_term_other_than_the_products_needs_a_cycle_that_is_there(at: Desk, known: Known) -> None:
    (failure,) = at.connector.draft_quote(quote(item("i1", "service", term=Term.YEARLY)), known).failures
    assert failure.message == "ConnectWise shows no yearly cycle"
    known.defaults = {**known.defaults, "finance/billingCycles.yearly": "9"}
    drafted = lines(at.connector.draft_quote(quote(item("i1", "service", term=Term.YEARLY)), known))
    assert drafted["line:i1"]["recurring/billCycleId"] == 9


async def test_a_discount_that_no_line_can_bear_is_in_the_way(at: Desk, known: Known) -> None:
    whole = quote(FIVE[1], discount=Discount(amount=Decimal(5)))
    (failure,) = at.connector.draft_quote(whole, known).failures
    assert failure.message == "The quote's discount cannot be held: its one-time lines cannot bear it"


async def test_what_a_quote_has_besides_is_said_to_stay_behind(at: Desk, known: Known) -> None:
    whole = quote(
        *FIVE,
        note="As agreed",
        po_number="PO-7",
        payment_term={"id": "t1", "name": "Net 30"},
        delivery_address=Address(city="Boise"),
        expires_at="2026-04-01T00:00:00Z",
    )
    lost = "Title, payment term, PO number, note, expiry date, delivery address"
    assert at.connector.draft_quote(whole, known).main.warnings == (
        f"{lost}: ConnectWise has no quotes, only lines on the opportunity",
        "Discounts: the lines have their prices after them",
        "Optional items: a line of ConnectWise is never optional, so that they are left out",
    )


async def test_a_payment_term_that_was_deleted_is_told_although_lines_have_none(at: Desk, known: Known) -> None:
    whole = quote(FIVE[0], payment_term={"id": "t1", "name": "Net 60"})
    known.map(PAYMENT_TERM, "t1", "9", shown=False)
    (failure,) = at.connector.draft_quote(whole, known).failures
    assert (failure.kind, failure.message) == (FailureKind.MAPPING_INVALID, "Payment term/type is deleted")
    known.map(PAYMENT_TERM, "t1", "6")
    assert at.connector.draft_quote(whole, known).failures == ()


async def test_texts_that_are_too_long_are_cut_and_said_once(at: Desk, known: Known) -> None:
    long = item("i1", "product", name="n" * 2001, description="d\n" * 4000)
    drafts = at.connector.draft_quote(quote(long), known)
    (line,) = drafts.lines
    assert len(line.fields["description"]) == 2000
    assert len(line.fields["customerDescription"]) == 6000
    assert "\n" not in line.fields["customerDescription"]
    assert [each for each in drafts.main.warnings if "is cut" in each] == list(drafts.main.warnings[:2])


async def test_a_line_is_known_by_its_stamp_and_without_one_by_what_it_sells(at: Desk, known: Known) -> None:
    two = at.connector.draft_quote(quote(item("i1", "product"), item("i2", "product")), known).lines
    made = [await at.connector.create(draft) for draft in two]
    there = {seen.id: seen for seen in (await at.connector.lines(["50"]))["50"]}
    first, second = (there[each] for each in made)
    pairs = [[at.connector.same_line(draft, seen) for seen in (first, second)] for draft in two]
    assert pairs == [[True, False], [False, True]]
    stranger = replace(first, key="", fields={**first.fields, "integrationXRef": ""})
    assert at.connector.same_line(two[1], stranger)
    assert not at.connector.same_line(two[1], replace(stranger, fields={**stranger.fields, "price": 99}))
    assert at.connector.same_line(two[1], replace(first, key="salesbuildr-123"))


async def test_a_line_that_was_stamped_before_its_quote_had_a_number_is_still_that_line(at: Desk, known: Known) -> None:
    numberless = at.connector.draft_quote(quote(item("i1", "product"), number=""), known).lines[0]
    assert numberless.key == "id:q1/line:i1"
    made = await at.connector.create(numberless)
    (seen,) = (each for each in (await at.connector.lines(["50"]))["50"] if each.id == made)
    numbered, other = at.connector.draft_quote(quote(item("i1", "product", "7"), item("i2", "product")), known).lines
    assert at.connector.same_line(numbered, seen)
    assert at.connector.same_line(other, seen)  # by what it sells: the pairing takes each row once


def test_what_was_cancelled_costs_nothing() -> None:
    sold = {"quantity": 5, "price": 10}
    assert line_amount(sold) == 50
    assert line_amount({**sold, "quantityCancelled": 2}) == 30
    assert line_amount({**sold, "cancelledFlag": True}) == 0


@given(
    quantity=st.decimals("0.25", 5_000, places=2),
    price=st.decimals(0, 20_000, places=2),
    percentage=st.decimals(0, 100, places=2),
)
@settings(max_examples=200, deadline=None)
def test_a_price_after_its_discount_keeps_the_lines_amount(
    quantity: Decimal, price: Decimal, percentage: Decimal
) -> None:
    whole = quantity * price * (1 - percentage / 100)
    net = net_price(quantity, price, LineDiscount(percentage=percentage))
    assert line_amount({"quantity": quantity, "price": net}) == whole.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert -int(net.as_tuple().exponent) <= 6
    # However a PSA rounds, it comes to the same; but a price without a discount is nobody's to change.
    down = (quantity * net).quantize(Decimal("0.01"), ROUND_HALF_DOWN)
    assert net == price if not percentage else down == line_amount({"quantity": quantity, "price": net})
