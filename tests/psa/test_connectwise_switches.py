"""Nobody has settled every fact about ConnectWise: the connector holds at each position of each switch."""

from decimal import Decimal

import pytest

from sync_desktop.domain.records import (
    Address,
    AnyRecord,
    Company,
    Contact,
    Named,
    Opportunity,
    Product,
    Quote,
    QuoteItem,
)
from sync_desktop.domain.values import same_value
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import Draft
from sync_desktop.psa.connectwise.kinds import KINDS, PRODUCT_CATEGORY
from sync_desktop.psa.connectwise.rows import CATALOG, COMPANIES, CONTACTS, LINES, OPPORTUNITIES, QUOTES
from sync_desktop.psa.drafting import OWNER, STAGE
from sync_desktop.sandbox.connectwise.facts import FACTS
from tests.psa.connectwise_desk import Desk, desk
from tests.psa.tenant_client import Known

ROUNDS = max(len(fact.positions) for fact in FACTS)
"""In so many rounds each switch stands at each of its positions once; all are turned together, which keeps it short."""


def known() -> Known:
    made = Known()
    made.add(Company(id="c1", name="Northwind Traders"), external="20")
    made.add(Contact(id="p1", first_name="Kim"), external="40")
    made.map(OWNER, "o1", "2", name="Rosa Varga")
    made.map(STAGE, "s1", "8")
    made.map(PRODUCT_CATEGORY, "h1", "60/70/80")
    return made


RECORDS: tuple[AnyRecord, ...] = (
    Company(id="c9", name="Litware", phone="555 0100", address=Address(city="Boise", country="United States")),
    Contact(id="p9", first_name="Ada", last_name="Kaur", email="ada@x.example", company=Named(id="c1")),
    Opportunity(
        id="d9",
        name="Server & racks",
        description="First\nsecond line",
        company=Named(id="c1"),
        contact=Named(id="p1"),
        owner=Named(id="o1", name="Rosa Varga"),
        stage=Named(id="s1"),
    ),
    Product(id="a9", name="Firewall", mpn="FW-1", category=Named(id="h1"), price=Decimal("9.99")),
)


async def arrived(at: Desk, draft: Draft | None) -> str:
    """Create a row and see that it is what was sent."""
    assert draft is not None
    made = await at.connector.create(draft)
    seen = (await at.connector.read(draft.entity, [made]))[made]
    unlike = {name: (value, seen.fields.get(name)) for name, value in draft.fields.items()}
    assert {name: pair for name, pair in unlike.items() if not same_value(*pair)} == {}
    return made


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_every_kind_of_record_arrives_is_changed_and_found_again(turn: int) -> None:
    async with desk() as at:
        for fact in FACTS:
            at.practice.switch(fact.name, fact.positions[turn % len(fact.positions)])
        refs, connector = known(), at.connector
        assert len(await connector.test()) == 2
        await connector.prepare(list(RecordKind))
        made = {}
        for record in RECORDS:
            drafted = connector.draft(record, refs)
            assert drafted.failures == ()
            made[record.kind] = await arrived(at, drafted.draft)
            found = await connector.candidates(record, parent_id="20")
            assert made[record.kind] in {each.external_id for each in found}
            refs.add(record, external=made[record.kind])
        item = QuoteItem(id="i1", name="Firewall", product=Named(id="a9"), quantity=Decimal(2), price=Decimal("9.99"))
        quote = Quote(id="q1", number="Q-1", title="Server", opportunity=Named(id="d9"), items=(item,))
        (line,) = connector.draft_quote(quote, refs).lines
        line_id = await arrived(at, line)
        opportunity = made[RecordKind.OPPORTUNITY]
        assert [seen.id for seen in (await connector.by_keys(QUOTES, ["Q-1"]))["Q-1"]] == [opportunity]
        assert [seen.id for seen in (await connector.by_keys(CATALOG, ["a9"]))["a9"]] == [made[RecordKind.PRODUCT]]
        await connector.update(COMPANIES, "20", "", {"phoneNumber": "555 0199"}, "Update company")
        await connector.update(CONTACTS, "40", "20", {"communicationItems/Email/1": "k@x.example"}, "Update contact")
        await connector.update(OPPORTUNITIES, opportunity, "20", {"name": "Anew", "notes": None}, "Update opportunity")
        await connector.update(LINES, line_id, opportunity, {"quantity": Decimal(3)}, "Update line")
        (seen,) = (await connector.lines([opportunity]))[opportunity]
        assert connector.line_amount(seen.fields) == Decimal("29.97")
        assert (await connector.read(CONTACTS, ["40"]))["40"].emails == ("k@x.example",)
        told = {each.id: each.why_not for each in await connector.targets(PRODUCT_CATEGORY, ["41/72/80", "60/71/80"])}
        assert told["41/72/80"] == "41 is an inactive category"
        assert told["60/71/80"] == "71 is an inactive subcategory"
        listed = await connector.listings({kind.name: () for kind in KINDS})
        assert [kind for kind, listing in listed.items() if listing.failure is not None] == []
        assert all(any(target.valid for target in listing.targets) for listing in listed.values())
        await connector.delete(LINES, line_id, opportunity, "Delete line")
        assert (await connector.lines([opportunity])).get(opportunity, []) == []
