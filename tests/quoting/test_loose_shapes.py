"""Records out of shapes that nobody has settled."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.records import (
    Address,
    Category,
    Company,
    Contact,
    Discount,
    FieldValue,
    Named,
    Opportunity,
    Product,
    ProductType,
    Quote,
    Term,
)
from sync_desktop.quoting.loose import LooseError, discount, item_discount_percent, named, term
from sync_desktop.quoting.parse import parse_row, parse_rows
from sync_desktop.quoting.source import Collection, Unreadable

HEX = "14919d18b7790a0a0d0c83f5"


def quote(**members: Any) -> Quote:
    parsed = parse_row(Collection.QUOTE, {"id": "q", **members})
    assert isinstance(parsed, Quote)
    return parsed


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"owner": {"id": 7, "name": "Ann", "externalIdentifier": 42}}, Named(id="7", name="Ann", external_id="42")),
        ({"owner": {"id": "7", "firstName": "Ann", "lastName": "Bee"}}, Named(id="7", name="Ann Bee")),
        ({"owner": "Ann Bee"}, Named(name="Ann Bee")),
        ({"owner": HEX}, Named(id=HEX)),
        ({"owner": "Ann Bee", "ownerId": "7"}, Named(id="7", name="Ann Bee")),
        ({"owner": "7", "ownerId": "7", "ownerName": "Ann"}, Named(id="7", name="Ann")),
        ({"ownerId": 7, "ownerExtId": "42"}, Named(id="7", external_id="42")),
        ({"owner": {"displayValue": "Ann"}, "ownerId": "7"}, Named(id="7", name="Ann")),
        ({"owner": {"id": "7", "externalIdentifiers": {"autotask": "42"}}}, Named(id="7", external_id="42")),
        ({"owner": {"id": "7", "externalIdentifiers": [{"value": "1"}, {"value": "2"}]}}, Named(id="7")),
        ({"owner": None}, Named()),
        ({}, Named()),
    ],
)
def test_what_a_row_points_at_may_have_any_shape(row: dict[str, Any], expected: Named) -> None:
    assert named(row, "owner") == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, Term.ONE_TIME),
        ("one-time", Term.ONE_TIME),
        ("One Time", Term.ONE_TIME),
        ("MONTHLY", Term.MONTHLY),
        ("per quarter", Term.QUARTERLY),
        ("semi-annual", Term.SEMI_ANNUAL),
        ({"id": "y", "name": "Yearly"}, Term.YEARLY),
        ("per incident", Term.UNKNOWN),
        ("biannual", Term.UNKNOWN),
    ],
)
def test_a_term_that_is_not_known_is_called_unknown(raw: object, expected: Term) -> None:
    assert term(raw)[0] is expected


def test_the_raw_text_of_an_unknown_term_is_kept() -> None:
    assert term("per incident") == (Term.UNKNOWN, "per incident")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, Discount()),
        (0, Discount()),
        (Decimal("7.5"), Discount(percent=Decimal("7.5"))),
        ("10", Discount(percent=Decimal(10))),
        ("10 %", Discount(percent=Decimal(10))),
        ({"type": "percentage", "value": 5}, Discount(percent=Decimal(5))),
        ({"unit": "Percentage", "amount": "5"}, Discount(percent=Decimal(5))),
        ({"type": "amount", "value": 100}, Discount(amount=Decimal(100))),
        ({"amount": 100}, Discount(amount=Decimal(100))),
        ({"percentage": 5}, Discount(percent=Decimal(5))),
        ({"type": "amount"}, Discount()),
    ],
)
def test_a_discount_is_a_percentage_or_an_amount(value: object, expected: Discount) -> None:
    assert discount(value) == expected


@pytest.mark.parametrize("value", [101, -5, "a lot", True, {"type": "points", "value": 5}, [5]])
def test_a_discount_that_makes_no_sense_is_not_guessed_at(value: object) -> None:
    with pytest.raises(LooseError):
        discount(value)


def test_an_amount_off_a_line_becomes_a_share_of_its_price() -> None:
    assert item_discount_percent({"type": "amount", "value": 15}, Decimal(60)) == 25
    with pytest.raises(LooseError, match="does not fit"):
        item_discount_percent({"type": "amount", "value": 15}, Decimal(0))


def test_a_whole_quote() -> None:
    parsed = quote(
        number=2041,
        title="Northwind refresh",
        status={"id": "s", "name": "Approved"},
        primary="false",
        createdAt="2026-11-20T10:20:00+02:00",
        expiresAt=1795449600000,
        company={"id": "c", "name": "Northwind", "externalIdentifier": "29761006"},
        opportunity={"id": "o", "name": "Refresh"},
        paymentTerm="Net 30",
        shippingType={"id": "courier", "name": "Courier", "cost": "14.5", "price": 19},
        deliveryAddress={"street": "1 Road", "zip": 12207, "country": None},
        discount={"type": "percentage", "value": 5},
        items=[
            {
                "id": 1,
                "name": "Laptop",
                "shortDescription": "Light",
                "product": {"id": "p", "externalIdentifier": "29686001"},
                "category": "Hardware",
                "quantity": "2",
                "price": "780.95",
                "cost": 640.4,
                "discount": "12.5",
                "setupPrice": 10,
                "term": "per incident",
                "optional": True,
            }
        ],
        surprise={"unknown": "member"},
    )
    assert (parsed.name, parsed.status, parsed.primary) == ("2041 Northwind refresh", "approved", False)
    assert parsed.created_at == datetime(2026, 11, 20, 8, 20, tzinfo=UTC)
    assert parsed.expires_at == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert (parsed.payment_term, parsed.owner) == (Named(name="Net 30"), Named())
    assert parsed.shipping is not None
    assert (parsed.shipping.type.name, parsed.shipping.price) == ("Courier", Decimal(19))
    assert parsed.delivery_address == Address(street="1 Road", zip="12207")
    item = parsed.items[0]
    assert (item.quantity, item.price, item.cost) == (Decimal(2), Decimal("780.95"), Decimal("640.4"))
    assert (item.discount_percent, item.setup_price, item.optional) == (Decimal("12.5"), Decimal(10), True)
    assert (item.term, item.raw_term, item.category) == (Term.UNKNOWN, "per incident", Named(name="Hardware"))


def test_a_quote_of_which_little_is_said() -> None:
    parsed = quote(deliveryAddress="1 Road, Albany", items=None)
    assert (parsed.status, parsed.primary, parsed.items, parsed.shipping) == ("", True, (), None)
    assert parsed.delivery_address == Address(street="1 Road, Albany")


def test_an_opportunity_with_its_profit_and_chance() -> None:
    row = {"id": "o", "name": "Refresh", "onetimeRevenue": 145, "oneTimeProfit": "79.75", "probability": 60}
    stage = {"pipelineStageId": "s", "pipelineStageDisplayValue": "Proposal", "companyId": "c", "deletedAt": "2026"}
    parsed = parse_row(Collection.OPPORTUNITY, {**row, **stage, "statusId": "won"})
    assert isinstance(parsed, Opportunity)
    assert (parsed.revenue, parsed.cost, parsed.probability) == (Decimal(145), Decimal("65.25"), Decimal("0.6"))
    assert (parsed.stage, parsed.company.id, parsed.deleted) == (Named(id="s", name="Proposal"), "c", True)
    assert parsed.status == Named(id="won")


def test_the_other_kinds() -> None:
    company = parse_row(Collection.COMPANY, {"id": "c", "name": "N", "telephone": "1", "quotePaymentTermId": "t"})
    assert company == Company(id="c", name="N", phone="1", payment_term_id="t")
    person = {"id": "p", "firstName": "Ann", "lastName": "Bee", "companyId": "c", "companyName": "N", "deleted": "2026"}
    contact = parse_row(Collection.CONTACT, person)
    expected = Contact(id="p", first_name="Ann", last_name="Bee", company=Named(id="c", name="N"), deleted=True)
    assert contact == expected
    product = parse_row(Collection.PRODUCT, {"id": "x", "name": "Help", "productType": "Labour", "price": "95"})
    assert product == Product(id="x", name="Help", type=ProductType.LABOR, price=Decimal(95))
    category = parse_row(Collection.CATEGORY, {"id": 3, "name": "H", "billingCode": 29682801, "parentCategoryId": 1})
    assert category == Category(id="3", name="H", billing_code="29682801", parent_id="1")
    value = parse_row(Collection.FIELD_VALUE, {"id": "v", "displayValue": "Net 30", "deleted": True}, "payment-term")
    assert value == FieldValue(field="payment-term", id="v", name="Net 30", deleted=True)
    assert parse_row(Collection.FIELD_VALUE, "Net 30", "payment-term") == FieldValue(
        field="payment-term", id="Net 30", name="Net 30"
    )


def test_what_cannot_be_read_is_named_and_stops_nothing() -> None:
    rows = [
        {"id": "1", "items": [{"id": "i", "name": "Laptop", "price": "about 5"}]},
        {"id": "2", "createdAt": "yesterday"},
        {"number": "Q-3"},
        "Q-4",
        {"id": "5", "items": {"not": "a list"}},
        {"id": "6", "items": [{"name": "No id"}]},
        {"id": "7"},
    ]
    items, unreadable = parse_rows(Collection.QUOTE, rows)
    assert [item.id for item in items] == ["7"]
    assert unreadable == (
        Unreadable("1", "item 1 “Laptop”: “price” is no number: 'about 5'"),
        Unreadable("2", "“createdAt” is no time: 'yesterday'"),
        Unreadable("", "it has no id"),
        Unreadable("", "it is no object"),
        Unreadable("5", "its items are no list"),
        Unreadable("6", "item 1 “No id”: it has no id"),
    )


@pytest.mark.parametrize("value", ["NaN", "1,234.50", True, [1], {"a": 1}, "Infinity"])
def test_a_price_is_never_guessed(value: object) -> None:
    _, unreadable = parse_rows(Collection.PRODUCT, [{"id": "p", "price": value}])
    assert unreadable[0].reason.startswith("“price” is no number")


def test_a_product_of_an_unknown_type_is_not_taken_for_something_else() -> None:
    _, unreadable = parse_rows(Collection.PRODUCT, [{"id": "p", "productType": "rental"}])
    assert unreadable == (Unreadable("p", "the product type “rental” is not known"),)
