"""Safety, rule 9: every member of every record is sent, mapped, or told as a warning; nothing is lost in silence."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from sync_desktop.domain.records import (
    AnyRecord,
    Named,
    Quote,
    QuoteItem,
    Term,
)
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.autotask.kinds import PRODUCT_BILLING_CODE, SERVICE_BILLING_CODE
from sync_desktop.psa.drafting import CATEGORY, OWNER, PAYMENT_TERM, SHIPPING, STAGE
from tests.psa.tenant_client import Desk, Known, desk
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

COUNTRY = {"id": 237, "name": "United States", "displayName": "United States", "countryCode": "US", "isActive": True}
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
    "status": "decides whether a quote is written (rule 6); a new opportunity is an open one, whatever its status",
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


@pytest.mark.parametrize("entity", FULL)
async def test_every_member_is_sent_mapped_or_told_as_a_warning(at: Desk, known: Known, entity: str) -> None:
    record = FULL[entity]
    sent, warnings = drafted(at.connector, known, record)
    assert sent[1] == [], "nothing may be in the way of the full record"
    only_warned, in_silence = set(), set()
    for path in paths(record):
        other, other_warnings = drafted(at.connector, known, changed(record, path))
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
        for warning in drafted(at.connector, known, record)[1]:
            assert warning.partition(": ")[2] in rows


async def test_what_a_service_loses_is_told_once_for_each_reason(at: Desk, known: Known) -> None:
    everywhere = "not every tenant's services have a field for it, so it is not sent"
    assert drafted(at.connector, known, SERVICE)[1] == {
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
    assert drafted(at.connector, known, bare)[1] == set()
    lossy = bare.model_copy(update={"items": (plain.model_copy(update=change),)})
    assert drafted(at.connector, known, lossy)[1] == {warning}


async def test_a_contact_that_is_only_named_is_told_as_not_linked(at: Desk, known: Known) -> None:
    named = OPPORTUNITY.model_copy(update={"contact": Named(name="Ada Kaur")})
    warning = "Contact: Salesbuildr names it without an identifier, so that it cannot be linked"
    assert drafted(at.connector, known, named)[1] == {warning}


async def test_a_company_type_that_autotask_does_not_have_is_told(at: Desk, known: Known) -> None:
    known.defaults = {"Companies.companyType": "3"}
    odd = COMPANY.model_copy(update={"type": "Friend", "payment_term_id": ""})
    sent, warnings = drafted(at.connector, known, odd)
    assert sent[0][0]["companyType"] == 3
    assert warnings == {"Type: Autotask has no company type “Friend”, so its default is sent"}
