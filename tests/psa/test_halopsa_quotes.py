"""What a quote becomes in HaloPSA: a quotation, and lines that cost to the cent what the quote costs."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.records import (
    Address,
    Company,
    Contact,
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
from sync_desktop.psa.connector import PENDING, QuoteDrafts, Seen
from sync_desktop.psa.drafting import OWNER, PAYMENT_TERM
from sync_desktop.psa.halopsa.fields import SETUP_ITEM, SHIPPING_ITEM
from sync_desktop.psa.halopsa.kinds import QUOTE_STATUS
from sync_desktop.psa.halopsa.quotes import line_amount
from sync_desktop.psa.halopsa.rows import LINES, QUOTATION
from tests.psa.halopsa_desk import Desk, desk
from tests.psa.tenant_client import Known

HARDWARE = Named(id="h1", name="Laptops")
OPPORTUNITY = RecordRef(kind=RecordKind.OPPORTUNITY, id="d1")
QUOTE = RecordRef(kind=RecordKind.QUOTE, id="q1")


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
    made.add(Company(id="c1", name="Northwind"), external="10")
    made.add(Contact(id="p1", first_name="Kim", company=Named(id="c1")), external="31")
    made.externals[OPPORTUNITY] = "500"
    made.externals[QUOTE] = "600"
    made.add(Product(id="product", name="Laptop", description="A laptop", category=HARDWARE), external="90")
    made.add(
        Product(id="service", name="Backup", type=ProductType.SERVICE, term=Term.MONTHLY, category=HARDWARE),
        external="91",
    )
    made.defaults = {SHIPPING_ITEM: "90", SETUP_ITEM: "91"}
    return made


def lines(drafts: QuoteDrafts) -> dict[str, Mapping[str, Any]]:
    """Return the fields of the lines of a quote that nothing is in the way of."""
    assert (drafts.failures, drafts.main.failures) == ((), ())
    return {draft.part: draft.fields for draft in drafts.lines}


FOUR = (
    item("i1", "product", "999.90", "3", cost="700", discount_percent="10", description="Fourteen inches"),
    item("i2", "service", "12", "25", cost="4.5", term=Term.MONTHLY, setup_price="50", setup_cost="20"),
    item("i3", "product", "19.99", optional=True),
)
COURIER = Shipping(type=Named(id="x1", name="Courier"), price=Decimal("15.50"), cost=Decimal(12))
PLAIN: dict[str, Any] = {"discount_perc": Decimal(0), "optional": False, "item_recurring": False, "item_tax_code": -1}
FIELDS: dict[str, dict[str, Any]] = {
    "line:i1": {
        **PLAIN,
        "item_id": 90,
        "name": "Item i1",
        "description": "Fourteen inches",
        "quantity": Decimal(3),
        "price": Decimal("999.9"),
        "costprice": Decimal(700),
        "discount_perc": Decimal(10),
    },
    "line:i2": {
        **PLAIN,
        "item_id": 91,
        "name": "Item i2",
        "quantity": Decimal(25),
        "price": Decimal(12),
        "costprice": Decimal("4.5"),
        "item_recurring": True,
        "billingperiod": 2,
    },
    "setup:i2": {
        **PLAIN,
        "item_id": 91,
        "name": "Item i2 (set-up)",
        "quantity": Decimal(25),
        "price": Decimal(50),
        "costprice": Decimal(20),
    },
    "line:i3": {
        **PLAIN,
        "item_id": 90,
        "name": "Item i3",
        "description": "A laptop",
        "quantity": Decimal(1),
        "price": Decimal("19.99"),
        "costprice": Decimal(0),
        "optional": True,
    },
    "shipping": {
        **PLAIN,
        "item_id": 90,
        "name": "Courier",
        "quantity": Decimal(1),
        "price": Decimal("15.5"),
        "costprice": Decimal(12),
    },
}


async def test_the_quotation_field_by_field(at: Desk, known: Known) -> None:
    known.map(OWNER, "o1", "2", name="Ana Bowman")
    whole = quote(
        contact={"id": "p1"},
        owner={"id": "o1", "name": "Ana Bowman"},
        status="sent",
        sent_at=datetime(2026, 3, 2, 14, 5, tzinfo=UTC),
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        expires_at=datetime(2026, 4, 1, tzinfo=UTC),
        po_number="PO-7",
        note="As agreed",
        link="https://acme.example/quotes/q1",
        delivery_address=Address(street="1 Dock Road", city="Boise", state="ID", zip="83702", country="US"),
    )
    drafts = at.connector.draft_quote(whole, known)
    assert drafts.before == ()
    assert drafts.main.draft is not None
    assert (drafts.main.draft.entity, drafts.main.draft.key) == (QUOTATION, "Q-1")
    assert dict(drafts.main.draft.fields) == {
        "title": "New office",
        "ticket_id": 500,
        "client_id": 10,
        "user_id": 31,
        "status": 101,
        "date": "2026-03-02T14:05:00Z",
        "expiry_date": "2026-04-01T00:00:00Z",
        "agent_id": 2,
        "po_ref": "PO-7",
        "note": "As agreed",
        "deladdress1": "1 Dock Road",
        "deladdress3": "Boise",
        "deladdress4": "ID",
        "deladdress5": "83702",
        "third_party_url": "https://acme.example/quotes/q1",
        "third_party_number": "Q-1",
    }
    told = {each.partition(":")[0] for each in drafts.main.warnings}
    assert told == {"Creation date", "Country of delivery"}


async def test_every_line_field_by_field(at: Desk, known: Known) -> None:
    drafts = at.connector.draft_quote(quote(*FOUR, shipping=COURIER), known)
    assert lines(drafts) == FIELDS
    assert {(draft.entity, draft.parent_id) for draft in drafts.lines} == {(LINES, "600")}


async def test_lines_are_taken_and_held_as_they_were_sent(at: Desk, known: Known) -> None:
    drafts = at.connector.draft_quote(quote(*FOUR, shipping=COURIER), known)
    before = [seen.id for seen in (await at.connector.lines(["600"]))["600"]]
    made = {await at.connector.create(draft): draft for draft in drafts.lines}
    there = {seen.id: seen for seen in (await at.connector.lines(["600"]))["600"]}
    assert list(there) == [*before, *made]
    for external_id, draft in made.items():
        held = there[external_id]
        assert {name: held.fields.get(name) for name in draft.fields} == dict(draft.fields)
        assert at.connector.same_line(draft, held)
        assert at.connector.same_thing(draft, held)
        assert at.connector.line_amount(held.fields) == at.connector.line_amount(draft.fields)


async def test_what_the_lines_cost_is_what_the_quote_costs(at: Desk, known: Known) -> None:
    whole = quote(*FOUR, shipping=COURIER, discount=Discount(percent=Decimal(5), amount=Decimal("33.33")))
    drafted = lines(at.connector.draft_quote(whole, known))
    assert sum(map(line_amount, drafted.values()), Decimal(0)) == quote_total(whole)
    assert drafted["line:i1"]["discount_perc"] == 0  # an amount off is in the price
    assert drafted["line:i2"]["discount_perc"] == 5


async def test_a_tax_code_of_the_site_counts_before_the_items_own(at: Desk, known: Known) -> None:
    known.defaults = {**known.defaults, f"{LINES}.item_tax_code": "40"}
    assert lines(at.connector.draft_quote(quote(FOUR[0]), known))["line:i1"]["item_tax_code"] == 40


async def test_lines_wait_for_a_quotation_that_is_made_before(at: Desk, known: Known) -> None:
    known.externals[QUOTE] = PENDING
    known.externals[OPPORTUNITY] = PENDING
    drafts = at.connector.draft_quote(quote(FOUR[0]), known)
    assert drafts.lines[0].parent_id is PENDING
    assert drafts.main.draft is not None
    assert drafts.main.draft.fields["ticket_id"] is PENDING


@pytest.mark.parametrize(
    ("setting", "whole", "message"),
    [
        (SHIPPING_ITEM, quote(shipping=COURIER), "No item is set for shipping"),
        (SETUP_ITEM, quote(FOUR[1], FOUR[1]), "No item is set for set-up prices"),
    ],
)
async def test_what_needs_an_item_of_the_site_says_so_once(
    at: Desk, known: Known, setting: str, whole: Quote, message: str
) -> None:
    known.defaults = {name: value for name, value in known.defaults.items() if name != setting}
    (failure,) = at.connector.draft_quote(whole, known).failures
    assert (failure.kind, failure.message) == (FailureKind.REQUIRED_FIELD, message)
    assert failure.facts["setting"] == setting


async def test_a_term_that_no_number_is_known_of_is_said_once(at: Desk, known: Known) -> None:
    yearly = (item("i1", "service", term=Term.YEARLY), item("i2", "service", term=Term.YEARLY))
    (failure,) = at.connector.draft_quote(quote(*yearly), known).failures
    assert failure.message == "No billing period of HaloPSA is set for yearly items"
    assert (failure.facts["setting"], failure.facts["item"]) == ("billingperiod.yearly", "Item i1")
    known.defaults = {**known.defaults, "billingperiod.yearly": "5"}
    assert lines(at.connector.draft_quote(quote(*yearly), known))["line:i2"]["billingperiod"] == 5


async def test_an_item_without_a_product_or_with_an_unknown_term(at: Desk, known: Known) -> None:
    stray = quote(item("i1", ""), item("i2", "service", term=Term.UNKNOWN, raw_term="fortnightly"))
    first, second = at.connector.draft_quote(stray, known).failures
    assert (first.kind, first.message) == (FailureKind.NO_EXTERNAL_ID, "Product has no external identifier")
    assert (second.message, second.facts["reason"]) == ("Unknown billing term", "fortnightly")


async def test_a_discount_that_no_line_can_bear_is_in_the_way(at: Desk, known: Known) -> None:
    (failure,) = at.connector.draft_quote(quote(FOUR[1], discount=Discount(amount=Decimal(5))), known).failures
    assert failure.message == "The quote's discount cannot be held: its one-time lines cannot bear it"


async def test_a_status_is_the_one_that_is_mapped_else_the_one_of_its_name(at: Desk, known: Known) -> None:
    def status(name: str) -> Any:
        draft = at.connector.draft_quote(quote(status=name), known).main.draft
        return draft.fields.get("status") if draft else None

    assert (status("sent"), status("draft"), status("retired"), status("approved")) == (101, 0, None, None)
    (told,) = at.connector.draft_quote(quote(status="approved"), known).main.warnings
    assert told == "Status: HaloPSA shows no quote status “approved”, so that its own counts"
    known.map(QUOTE_STATUS, "approved", "0", name="Draft")
    assert status("approved") == 0
    known.map(QUOTE_STATUS, "approved", "102", name="Retired", active=False)
    (failure,) = at.connector.draft_quote(quote(status="approved"), known).main.failures
    assert failure.message == "Quote status is mapped to an inactive or deleted quote status"


async def test_an_owner_who_is_no_agent_leaves_the_quote_without_one(at: Desk, known: Known) -> None:
    drafts = at.connector.draft_quote(quote(owner={"id": "o7", "name": "Joyce"}), known)
    assert drafts.main.draft is not None
    assert "agent_id" not in drafts.main.draft.fields
    assert drafts.main.failures == ()
    assert drafts.main.warnings == ("Owner: the quote is sent without an agent. Owner is not mapped to an agent",)


async def test_a_payment_term_that_was_deleted_is_told_although_quotations_have_none(at: Desk, known: Known) -> None:
    whole = quote(FOUR[0], payment_term={"id": "t1", "name": "Net 60"})
    known.map(PAYMENT_TERM, "t1", "9", shown=False)
    (failure,) = at.connector.draft_quote(whole, known).main.failures
    assert (failure.kind, failure.message) == (FailureKind.MAPPING_INVALID, "Payment term/type is deleted")
    known.map(PAYMENT_TERM, "t1", "121")
    assert at.connector.draft_quote(whole, known).main.failures == ()


async def test_days_to_deliver_come_from_the_site_where_the_instance_demands_them(known: Known) -> None:
    async with desk(rows={"Control": [{"id": 1, "rquotedaystodelivermandatory": True}]}) as at:
        await at.connector.prepare([RecordKind.QUOTE])
        (failure,) = at.connector.draft_quote(quote(), known).main.failures
        assert (failure.kind, failure.message) == (FailureKind.REQUIRED_FIELD, "Please populate days to deliver")
        known.defaults = {f"{QUOTATION}.daystodeliver": "14"}
        draft = at.connector.draft_quote(quote(), known).main.draft
        assert draft is not None
        assert draft.fields["daystodeliver"] == 14


def seen(**fields: Any) -> Seen:
    return Seen(entity=LINES, id="1", name="x", fields=fields)


async def test_a_line_of_others_is_ours_by_what_it_sells_and_costs(at: Desk, known: Known) -> None:
    (draft,) = at.connector.draft_quote(quote(item("i1", "product", "100", "2")), known).lines
    row = {"item_id": 90, "quantity": 2, "price": 100}
    assert at.connector.same_line(draft, seen(**row))
    assert at.connector.same_line(draft, seen(**row, discount_perc=0, discount=0, optional=None))
    for other in (
        {"quantity": 3},
        {"price": 99},
        {"item_id": 91},
        {"discount_perc": 5},
        {"discount": 5},
        {"optional": 1},
    ):
        assert not at.connector.same_line(draft, seen(**{**row, **other}))
    assert not at.connector.same_thing(draft, seen(item_id=91))
    off = replace(draft, fields={**draft.fields, "discount_perc": Decimal(10)})
    assert at.connector.same_line(off, seen(**row, discount_perc=10, discount=20))


def test_what_a_line_costs() -> None:
    assert line_amount({"quantity": 3, "price": 10, "discount_perc": 10}) == 27
    assert line_amount({"quantity": 3, "price": 10, "optional": True}) == 0
    assert line_amount({"quantity": 3, "price": 10, "discount": 2, "net_total": 24.0}) == 24
    assert line_amount({"quantity": 3, "price": 10, "discount": 3, "discount_perc": 10, "net_total": 1}) == 27
