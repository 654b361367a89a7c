"""Nobody has settled every fact about HaloPSA: the connector holds at each position of each switch."""

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
    RecordRef,
)
from sync_desktop.domain.values import same_value
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.psa.connector import Draft, TakenOtherwiseError
from sync_desktop.psa.drafting import CATEGORY, OWNER, STAGE
from sync_desktop.psa.halopsa.kinds import PRODUCT_GROUP
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, LINES, OPPORTUNITIES, QUOTATION, USERS
from sync_desktop.sandbox.halopsa.facts import FACTS
from tests.psa.halopsa_desk import Desk, desk
from tests.psa.tenant_client import Known, failing

ROUNDS = max(len(fact.positions) for fact in FACTS)
"""In so many rounds each switch stands at each of its positions once; all are turned together, which keeps it short."""


def known() -> Known:
    made = Known()
    made.map(OWNER, "o1", "2", name="Ana Bowman")
    made.map(STAGE, "s1", "-9")
    made.map(CATEGORY, "k1", "1", name="Sales")
    made.map(PRODUCT_GROUP, "h1", "70/80")
    made.defaults = {f"{OPPORTUNITIES}.tickettype_id": "40"}
    return made


ADA = Contact(id="p9", first_name="Ada", last_name="Kaur", email="ada@x.example", company=Named(id="c9"))
RECORDS: tuple[AnyRecord, ...] = (
    Company(id="c9", name="Litware", phone="555 0100", address=Address(street="1 Main St", city="Boise")),
    ADA,
    Opportunity(
        id="d9",
        name="Server & racks",
        description="First\nsecond line",
        company=Named(id="c9"),
        contact=Named(id="p9"),
        owner=Named(id="o1", name="Ana Bowman"),
        stage=Named(id="s1"),
        category=Named(id="k1"),
    ),
    Product(id="a9", name="Firewall", mpn="FW-1", category=Named(id="h1"), price=Decimal("9.99")),
)
ITEM_ONE = QuoteItem(id="i1", name="Firewall", product=Named(id="a9"), quantity=Decimal(2), price=Decimal("9.99"))
QUOTE = Quote(
    id="q1",
    number="Q-1",
    title="Server",
    status="sent",
    company=Named(id="c9"),
    contact=Named(id="p9"),
    opportunity=Named(id="d9"),
    items=(ITEM_ONE, ITEM_ONE.model_copy(update={"id": "i2", "discount_percent": Decimal(10)})),
)


async def arrived(at: Desk, draft: Draft | None) -> str:
    """Create a row and see that it is what was sent."""
    assert draft is not None
    made = await at.connector.create(draft)
    if draft.entity == LINES:
        seen = {each.id: each for each in (await at.connector.lines([draft.parent_id]))[draft.parent_id]}[made]
    else:
        seen = (await at.connector.read(draft.entity, [made]))[made]
    unlike = {name: (value, seen.fields.get(name)) for name, value in draft.fields.items()}
    assert {name: pair for name, pair in unlike.items() if not same_value(*pair)} == {}
    return made


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_every_kind_of_record_arrives_is_changed_and_found_again(turn: int) -> None:
    async with desk() as at:
        at.practice.setting("rmaincontactcompulsary")
        for fact in FACTS:
            at.practice.switch(fact.name, fact.positions[turn % len(fact.positions)])
        refs, connector = known(), at.connector
        refs.add(ADA)
        assert len(await connector.test()) == 2
        await connector.prepare(list(RecordKind))
        made = {}
        for record in RECORDS:
            drafted = connector.draft(record, refs)
            assert drafted.failures == ()
            made[record.kind] = await arrived(at, drafted.draft)
            refs.add(record, external=made[record.kind])
            found = await connector.candidates(record, parent_id=made[RecordKind.COMPANY])
            assert made[record.kind] in {each.external_id for each in found}
        quote_id = await arrived(at, connector.draft_quote(QUOTE, refs).main.draft)
        refs.externals[RecordRef(kind=RecordKind.QUOTE, id="q1")] = quote_id
        line_ids = [await arrived(at, line) for line in connector.draft_quote(QUOTE, refs).lines]
        assert [seen.id for seen in (await connector.by_keys(QUOTATION, ["Q-1"]))["Q-1"]] == [quote_id]
        assert [seen.id for seen in (await connector.by_keys(ITEM, ["a9"]))["a9"]] == [made[RecordKind.PRODUCT]]
        company, contact = made[RecordKind.COMPANY], made[RecordKind.CONTACT]
        await connector.update(CLIENT, company, "", {"main_site/phonenumber": "555 0199"}, "Update company")
        await connector.update(USERS, contact, company, {"emailaddress": "k@x.example"}, "Update contact")
        await connector.update(OPPORTUNITIES, made[RecordKind.OPPORTUNITY], company, {"summary": "Anew"}, "Update")
        await connector.update(LINES, line_ids[0], quote_id, {"quantity": Decimal(3)}, "Update line")
        lines = (await connector.lines([quote_id]))[quote_id]
        assert [connector.line_amount(seen.fields) for seen in lines] == [Decimal("29.97"), Decimal("17.98")]
        assert (await connector.read(USERS, [contact]))[contact].emails == ("k@x.example",)
        assert (await connector.read(CLIENT, [company]))[company].fields["main_site/phonenumber"] == "555 0199"
        assert await connector.read(CLIENT, ["9999"]) == {}
        told = {each.id: each.why_not for each in await connector.targets(PRODUCT_GROUP, ["72/80", "70/99"])}
        assert told["72/80"].startswith("Asset Group 72 not found")
        assert told["70/99"] == "Asset Type 99 not found"


@pytest.mark.parametrize("position", ["exception", "string", "message", "error", "errors", "result", "bare"])
async def test_a_refusal_is_told_in_the_instances_words_or_as_one_without_any(position: str) -> None:
    async with desk() as at:
        at.practice.setting("rmaincontactcompulsary")
        at.practice.switch("business_error", position)
        draft = Draft(RecordRef(kind=RecordKind.COMPANY, id="c9"), CLIENT, {"name": "Litware"}, "it")
        failure = await failing(at.connector.create(draft))
        said = {"bare": "HaloPSA answered with HTTP 400 and no further words."}
        assert failure.kind is FailureKind.REFUSED
        assert failure.message == said.get(position, "Please populate main contact name")


@pytest.mark.parametrize("position", ["refused", "warning", "accepted"])
async def test_an_item_of_an_asset_group_that_is_no_use_is_refused_warned_of_or_taken(position: str) -> None:
    async with desk() as at:
        at.practice.switch("dead_asset_group", position)
        ref = RecordRef(kind=RecordKind.PRODUCT, id="a9")
        draft = Draft(ref, ITEM, {"name": "Van", "assetgroup_id": 71, "externalreference": "a9"}, "it", key="a9")
        if position == "refused":
            assert (await failing(at.connector.create(draft))).message == "Asset Group 71 is not available for Items"
        elif position == "warning":
            with pytest.raises(TakenOtherwiseError) as caught:
                await at.connector.create(draft)
            message = "HaloPSA warned: Asset Group 71 is not available for Items"
            assert caught.value.failure.message == message
        else:
            assert await at.connector.create(draft)


@pytest.mark.parametrize(("position", "kind"), [("400", FailureKind.REFUSED), ("500", FailureKind.SERVER)])
async def test_a_reference_to_what_is_gone_is_refused(position: str, kind: FailureKind) -> None:
    async with desk() as at:
        at.practice.switch("dead_reference", position)
        ref = RecordRef(kind=RecordKind.PRODUCT, id="a9")
        draft = Draft(ref, ITEM, {"name": "Van", "assetgroup_id": 70, "assettype_id": 999}, "it")
        assert (await failing(at.connector.create(draft))).kind is kind
