"""Records as the house speaks of them: totals, names, references, and what a wrong member does."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.records import (
    Address,
    AnyRecord,
    Company,
    Contact,
    Discount,
    Named,
    Opportunity,
    Product,
    Quote,
    QuoteItem,
    Record,
    Shipping,
    Term,
    company_of,
    quote_total,
    ref_of,
)
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import FailureKind, Outcome, Psa, RecordKind, Role


def quote(*items: QuoteItem, **rest: object) -> Quote:
    return Quote.model_validate({"id": "q", "number": "Q-1", "title": "Server", "items": items, **rest})


def item(price: str, quantity: str = "1", **rest: object) -> QuoteItem:
    return QuoteItem.model_validate({"id": "i", "name": "Line", "price": price, "quantity": quantity, **rest})


@pytest.mark.parametrize(
    ("made", "total"),
    [
        (quote(), "0.00"),
        (quote(item("19.99", "3")), "59.97"),
        (quote(item("100", discount_percent="10")), "90.00"),
        (quote(item("100"), item("50", optional=True)), "100.00"),
        (quote(item("100", "2", setup_price="25", term=Term.MONTHLY)), "250.00"),
        (quote(item("100", optional=True, setup_price="25")), "0.00"),
        (quote(item("100", setup_price="25"), discount=Discount(percent=Decimal(10))), "115.00"),
        (quote(item("100"), discount=Discount(amount=Decimal("12.34"))), "87.66"),
        (quote(item("100"), shipping=Shipping(type=Named(id="s"), price=Decimal("9.5"))), "109.50"),
        (
            quote(item("100"), shipping=Shipping(type=Named(id="s"), price=Decimal(10)), discount={"percent": 50}),
            "60.00",
        ),
    ],
)
def test_a_quotes_total_is_what_the_customer_pays(made: Quote, total: str) -> None:
    assert str(quote_total(made)) == total


@given(st.lists(st.tuples(st.integers(1, 50), st.decimals(0, 5000, places=2)), max_size=8))
def test_a_total_without_discounts_is_the_plain_sum(lines: list[tuple[int, Decimal]]) -> None:
    made = quote(*(item(str(price), str(count)) for count, price in lines))
    assert quote_total(made) == sum((count * price for count, price in lines), Decimal(0))


RECORDS: tuple[AnyRecord, ...] = (
    Company(id="c", name="Litware"),
    Contact(id="p", first_name="Ada", last_name="Kaur", company=Named(id="c")),
    Opportunity(id="o", name="Refresh", company=Named(id="c")),
    Product(id="a", name="Laptop"),
    quote(company=Named(id="c")),
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record.kind))
def test_a_record_comes_back_from_json_as_its_own_kind(record: AnyRecord) -> None:
    adapter: TypeAdapter[AnyRecord] = TypeAdapter(Record)
    assert adapter.validate_json(record.model_dump_json()) == record
    assert str(ref_of(record)) == f"{record.kind}/{record.id}"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record.kind))
def test_every_record_but_a_product_belongs_to_a_company(record: AnyRecord) -> None:
    assert company_of(record).id == ("" if isinstance(record, Product) else "c")


def test_people_and_quotes_are_called_by_both_of_their_names() -> None:
    assert [record.name for record in RECORDS] == ["Litware", "Ada Kaur", "Refresh", "Laptop", "Q-1 Server"]
    assert Contact(id="p", last_name="Kaur").name == "Kaur"
    assert Quote(id="q", number="Q-1", title="").name == "Q-1"


def test_nothing_known_of_a_thing_counts_as_none_there() -> None:
    assert not Named()
    assert Named(name="Rosa")
    assert not Address()
    assert Address(city="Boise")
    assert not Discount()
    assert Discount(amount=Decimal(1))


def test_an_unknown_member_is_refused_and_a_known_one_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Company.model_validate({"id": "c", "name": "Litware", "colour": "red"})
    with pytest.raises(ValidationError, match="frozen"):
        RECORDS[0].__setattr__("name", "Other")


def test_more_facts_about_a_failure_do_not_replace_those_that_are_known() -> None:
    failure = Failure(kind=FailureKind.REFUSED, message="No", facts={"field": "title"})
    assert failure.with_facts(field="other", request="Create").facts == {"field": "title", "request": "Create"}


def test_only_what_was_seen_whole_has_arrived() -> None:
    assert {outcome for outcome in Outcome if outcome.arrived} == {Outcome.IN_STEP, Outcome.WRITTEN}


def test_records_depend_on_those_of_the_kinds_before_theirs() -> None:
    assert list(RecordKind) == ["company", "contact", "opportunity", "product", "quote"]
    assert RecordKind.QUOTE.label == "Quote"
    assert [psa.label for psa in Psa] == ["Autotask", "ConnectWise", "HaloPSA"]


@pytest.mark.parametrize(
    ("role", "practice", "label", "writes"),
    [
        (Role.ASSIST, False, "ASSIST: READ ONLY", False),
        (Role.WRITE, False, "WRITES TO PSA", True),
        (Role.WRITE, True, "PRACTICE", True),
        (Role.ASSIST, True, "PRACTICE: READ ONLY", False),
    ],
)
def test_a_site_says_what_it_may_do(role: Role, practice: bool, label: str, writes: bool) -> None:
    site = Site(id="s", name="Site", psa=Psa.AUTOTASK, role=role, practice=practice, quoting_url="https://x.example")
    assert (site.role_label, site.writes) == (label, writes)


def test_a_new_site_only_reads_approved_and_sent_quotes_of_the_last_90_days() -> None:
    site = Site(id="s", name="Site", psa=Psa.AUTOTASK, quoting_url="https://x.example")
    assert site.role is Role.ASSIST
    assert (set(site.scope.statuses), site.scope.max_age_days) == ({"approved", "sent"}, 90)
