"""Safety, rule 9: every member of every record is sent, mapped, or told as a warning; nothing is lost in silence."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync_desktop.domain.records import Address, AnyRecord, Product, Quote, QuoteItem, Term
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connectwise.fields import SETUP_ITEM, SHIPPING_ITEM
from sync_desktop.psa.connectwise.kinds import PRODUCT_CATEGORY
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, STAGE
from tests.psa.connectwise_desk import Desk, desk
from tests.psa.tenant_client import Known
from tests.psa.whole_records import (
    BUNDLE,
    COMPANY,
    CONTACT,
    LAPTOP,
    OPPORTUNITY,
    QUOTE,
    SERVICE,
    changed,
    drafted,
    paths,
)

ROWS = {
    "company/countries": [{"id": 1, "name": "United States", "countryCode": "US"}],
    "company/companies/types": [{"id": 5, "name": "Lead"}],
    "company/communicationTypes": [
        {"id": 1, "description": "Email", "emailFlag": True},
        {"id": 2, "description": "Direct", "phoneFlag": True},
        {"id": 4, "description": "Mobile", "phoneFlag": True},
    ],
    "finance/billingCycles": [{"id": 2, "name": "Monthly"}, {"id": 4, "name": "Annually"}],
}
SOLD = QUOTE.items[0].model_copy(update={"optional": False})
FULL: dict[str, AnyRecord] = {
    "company": COMPANY,
    "contact": CONTACT,
    "opportunity": OPPORTUNITY,
    "product": LAPTOP,
    "service": SERVICE,
    "bundle": BUNDLE,
    "quote": QUOTE.model_copy(update={"items": (SOLD, QUOTE.items[0])}),
}
"""A record in which every member has a value; of the quote's items the first is not optional."""

ONLY_WARNED = {
    "opportunity": {"revenue", "cost", "created_at"},
    "product": {"msrp", "is_eligible_for_rma"},
    "service": {"msrp", "is_eligible_for_rma", "does_not_require_procurement"},
    "bundle": {"msrp", "is_eligible_for_rma", "does_not_require_procurement"},
    "quote": {
        "title",
        "contact",
        "owner",
        "created_at",
        "sent_at",
        "approved_at",
        "declined_at",
        "expired_at",
        "expires_at",
        "po_number",
        "note",
        "delivery_address",
        "payment_term",
        "items.category",
    },
}
"""The members that do not reach ConnectWise, so that a warning says so."""

OURS = {
    "id": "Salesbuildr's own identifier; stamped where ConnectWise has a field for one",
    "external_id": "ConnectWise's identifier: where to write, not what",
    "deleted": "decides whether the record is written",
    "raw_term": "the text that the billing term was read from",
    "status": "decides whether the quote is written (rule 6)",
    "primary": "decides whether the quote is written (rule 6)",
    "company": "of a quote: whose opportunity it has to be",
    "link": "where a person opens the quote in Salesbuildr",
    "items.raw_term": "the text that the billing term was read from",
}
"""Members that are no content of a record, and what they are."""


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk(rows=ROWS) as made:
        await made.connector.prepare(list(RecordKind))
        yield made


@pytest.fixture
def known() -> Known:
    made = Known()
    made.add(COMPANY, external="20")
    made.add(CONTACT, external="40")
    made.add(OPPORTUNITY, external="50")
    made.add(LAPTOP, external="90")
    made.defaults = {SHIPPING_ITEM: "90", SETUP_ITEM: "90"}
    for kind, source, target in (
        (OWNER, "o1", "2"),
        (STAGE, "s1", "8"),
        (CATEGORY, "k1", "2"),
        (PAYMENT_TERM, "t1", "6"),
        (PRODUCT_CATEGORY, "h1", "60/70/80"),
        (PRODUCT_CATEGORY, "m1", "60/70/80"),
    ):
        made.map(kind, source, target, name="Rosa Varga")
    return made


def members(record: AnyRecord) -> list[str]:
    """Return every member of a record; a quote's delivery address as one, since none of it has a place."""
    whole = "delivery_address." if isinstance(record, Quote) else " "
    return sorted({whole.rstrip(".") if path.startswith(whole) else path for path in paths(record)})


def other(record: AnyRecord, path: str) -> AnyRecord:
    if path == "delivery_address":
        return record.model_copy(update={path: Address()})
    copy: AnyRecord = changed(record, path)
    return copy


@pytest.mark.parametrize("name", FULL)
async def test_every_member_is_sent_mapped_or_told_as_a_warning(at: Desk, known: Known, name: str) -> None:
    record = FULL[name]
    sent, warnings = drafted(at.connector, known, record)
    assert sent[1] == [], "nothing may be in the way of the full record"
    only_warned, in_silence = set(), set()
    for path in members(record):
        again, other_warnings = drafted(at.connector, known, other(record, path))
        if again != sent:
            continue
        if other_warnings == warnings:
            in_silence.add(path)
        else:
            only_warned.add(path)
    assert in_silence <= OURS.keys()
    assert only_warned == ONLY_WARNED.get(name, set())


async def test_each_warning_is_a_row_of_the_field_table(at: Desk, known: Known) -> None:
    rows = {row.comes_from for kind in RecordKind for row in at.connector.field_table[kind] if not row.held}
    for record in FULL.values():
        for warning in drafted(at.connector, known, record)[1]:
            assert warning.partition(": ")[2] in rows


@pytest.mark.parametrize(
    ("product", "item", "warning"),
    [
        ({}, {"category": {"id": "h9"}}, "Category of “Laptop”: a line has the one of its catalog item"),
        (
            {"term": Term.MONTHLY},
            {"term": Term.ONE_TIME},
            "Billing term of “Laptop”: its catalog item is billed again and again, which a line cannot take back",
        ),
        ({}, {"setup_cost": 5}, "Set-up cost of “Laptop”: a set-up line needs a price"),
    ],
)
async def test_what_an_item_loses_is_told_with_its_name(
    at: Desk, known: Known, product: dict[str, Any], item: dict[str, Any], warning: str
) -> None:
    known.add(
        Product.model_validate({"id": "a1", "name": "Laptop", "category": {"id": "h1"}, **product}), external="90"
    )
    lossy = QuoteItem.model_validate({"id": "i1", "name": "Laptop", "product": {"id": "a1"}, "price": 5, **item})
    bare = Quote.model_validate(
        {"id": "q1", "number": "Q-1", "title": "", "opportunity": {"id": "d1"}, "items": [lossy]}
    )
    assert drafted(at.connector, known, bare)[1] == {warning}
