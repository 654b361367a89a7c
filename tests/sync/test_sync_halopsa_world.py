"""Quotes of the practice world with HaloPSA: what arrives as quotations and what does not, and only once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from sync_desktop.domain.records import RecordRef, quote_total
from sync_desktop.domain.words import AttemptKind, FailureKind, Outcome, RecordKind
from sync_desktop.psa.halopsa.kinds import PRODUCT_GROUP, QUOTE_STATUS
from tests.sandbox.world_files import world_of
from tests.sync.practice_cases import first_of, led_by_salesbuildr, refs_of
from tests.sync.sync_stage import Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRITTEN = (
    "ready",
    "ready: new product",
    "ready: new company",
    "ready: new contact",
    "ready: set-up price",
    "ready: amount off",
)
BLOCKED = {
    "asset group not for items": "Asset Group 106 “Security appliances” is not used for items",
    "asset group deleted": "Asset Group 107 not found",
    "asset group hidden from the API agent": "Asset Group 108 not found",
    "asset type deleted": "Asset Type 220 not found",
    "asset type moved": "Asset Type 222 is now of Asset Group 109 “Presentation”, not of 101",
    "category without a target": "Category is not mapped to an asset group",
    "opportunity stage unmapped": "Opportunity stage is not mapped",
    "opportunity category missing": "Please populate category",
    "owner without external identifier": "Owner is not mapped to an agent",
    "owner inactive": "Owner is mapped to an inactive or deleted agent",
    "not eligible: won with a sales order": "Opportunity is closed in HaloPSA",
    "asks: opportunity won": "Opportunity is closed in HaloPSA",
    "main contact compulsory": "Please populate main contact name",
    "company inactive": "Company is inactive in HaloPSA",
    "company merged": "Company was not found in HaloPSA",
    "company near match": "Company has no external identifier",
    "contact of another company": "companyID is not associated with contactID",
    "payment term inactive": "Payment term/type is deleted",
    "product inactive": "Product is inactive in HaloPSA",
    "lines added by others": "Lines were added by others",
}
"""Cases, and the first thing that their quotes' issues say."""
REFUSED = "item refused by the tenant"
REFUSED_LINE = "Brightwell dock D90 (clearance) was not added: clearance stock is sold by the warehouse only."
WARNED_PRODUCT, WARNING = "Telluris cellular failover kit", "Stock of this item is not tracked."
"""What the second quote with a new product sells, and what the instance says when it is made."""

_AMOUNTS = ("quantity", "price", "discount_perc")


def world() -> dict[str, Any]:
    """Return the practice world; one new item is taken with a warning."""
    made = deepcopy(world_of("halopsa"))
    rule = {"entity": "Item", "when": {"name": WARNED_PRODUCT}, "warnings": [WARNING]}
    made["sites"][0]["tenant_rules"].append(rule)
    return made


@asynccontextmanager
async def practised(folder: Path) -> AsyncIterator[Stage]:
    async with staged(folder, world()) as stage:
        await led_by_salesbuildr(stage, PRODUCT_GROUP, lambda row: f"{row['assetGroup']}/{row['assetType']}")
        stage.sandbox.log.clear()
        yield stage


def written(stage: Stage) -> list[str]:
    """Return every request of ours to HaloPSA that is no read: method and entity."""
    served = stage.sandbox.log.entries(system="halopsa")
    calls = [f"{each['method']} {each['path'].partition('?')[0]}" for each in served if each["method"] != "GET"]
    return [call.replace("/api/", "") for call in calls if not call.endswith("/token")]


def quotation(stage: Stage, number: str) -> dict[str, Any] | None:
    """Return the one quotation with a quote's stamp; fails where there are several."""
    found = [row for row in stage.psa("Quotation").values() if row.get("third_party_number") == number]
    assert len(found) < 2, number
    return found[0] if found else None


def total(row: dict[str, Any]) -> Decimal:
    """Return what a quotation's lines cost together, but for optional ones, rounded once."""
    sold = [line for line in row["lines"] if not line["optional"]]
    lines = [{name: Decimal(str(line[name])) for name in _AMOUNTS} for line in sold]
    amounts = [line["quantity"] * line["price"] * (1 - line["discount_perc"] / 100) for line in lines]
    return sum(amounts, Decimal(0)).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Synced:
    """One quote of each case, written twice."""

    stage: Stage
    numbers: dict[str, str]
    outcomes: dict[str, Outcome]
    sent_first: list[str]
    sent_second: list[str]


async def outcome_of(stage: Stage, ref: RecordRef) -> Outcome:
    newest = (await stage.attempts_of(ref.id))[0]
    assert newest.outcome is not None
    return newest.outcome


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def synced(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Synced]:
    async with practised(tmp_path_factory.mktemp("halopsa")) as stage:
        numbers = first_of(stage, (*WRITTEN, *BLOCKED, "in step", REFUSED))
        refs = await refs_of(stage, numbers.values())
        await stage.attempt(*refs)
        sent_first = written(stage)
        outcomes = {case: await outcome_of(stage, ref) for case, ref in zip(numbers, refs, strict=True)}
        stage.sandbox.log.clear()
        again = [ref for case, ref in zip(numbers, refs, strict=True) if outcomes[case] is not Outcome.PARTIAL]
        await stage.attempt(*again)  # tried by hand, what was refused would be sent once more
        yield Synced(stage, numbers, outcomes, sent_first, written(stage))


async def test_each_case_ends_as_it_should(synced: Synced) -> None:
    wanted = dict.fromkeys(WRITTEN, Outcome.WRITTEN) | dict.fromkeys(BLOCKED, Outcome.BLOCKED)
    assert synced.outcomes == {**wanted, "in step": Outcome.IN_STEP, REFUSED: Outcome.PARTIAL}


@pytest.mark.parametrize("case", BLOCKED)
async def test_what_is_in_the_way_is_said_and_nothing_is_written(synced: Synced, case: str) -> None:
    number = synced.numbers[case]
    assert (await synced.stage.issue(number)).failures[0].message == BLOCKED[case]
    assert quotation(synced.stage, number) is None or case in ("lines added by others", "product inactive")


async def test_what_arrived_costs_what_the_quote_costs(synced: Synced) -> None:
    quotes = await synced.stage.quotes()
    for case in (*WRITTEN, "in step"):
        quote = quotes[synced.numbers[case]]
        row = quotation(synced.stage, quote.number)
        assert row is not None, case
        setups = sum(bool(item.setup_price) for item in quote.items)
        assert len(row["lines"]) == len(quote.items) + setups + (quote.shipping is not None), case
        assert total(row) == quote_total(quote), case


async def test_a_line_that_the_instance_leaves_out_is_told_in_its_words(synced: Synced) -> None:
    whole, line = (await synced.stage.issue(synced.numbers[REFUSED])).failures
    assert (whole.kind, line.message) == (FailureKind.ITEMS_MISSING, REFUSED_LINE)
    row = quotation(synced.stage, synced.numbers[REFUSED])
    quote = (await synced.stage.quotes())[synced.numbers[REFUSED]]
    assert row is not None
    assert len(row["lines"]) == len(quote.items) + (quote.shipping is not None) - 1


async def test_a_second_sync_sends_nothing(synced: Synced) -> None:
    assert len(synced.sent_first) > 30
    assert synced.sent_second == []


async def test_only_what_was_needed_was_made(synced: Synced) -> None:
    made = [call.removeprefix("POST ") for call in synced.sent_first]
    assert {name: made.count(name) for name in set(made) - {"Quotation"}} == {
        "Client": 1,
        "Users": 2,
        "Opportunities": 2,
        "Item": 1,
    }


async def test_a_new_company_has_its_main_contact_once(synced: Synced) -> None:
    quote = (await synced.stage.quotes())[synced.numbers["ready: new company"]]
    link = await synced.stage.link(RecordRef(kind=RecordKind.COMPANY, id=quote.company.id))
    assert link is not None
    sites = {row["id"] for row in synced.stage.psa("Site").values() if row["client_id"] == int(link.external_id)}
    users = [row for row in synced.stage.psa("Users").values() if row["site_id"] in sites]
    assert sorted(row["name"] for row in users) == ["General User", quote.contact.name]
    (contact,) = (row for row in users if row["name"] == quote.contact.name)
    assert contact["ismaincontact"]
    assert contact["phonenumber"]


async def test_what_was_changed_is_sent_and_the_other_lines_stay(synced: Synced) -> None:
    stage, number = synced.stage, synced.numbers["ready"]
    (ref,) = await refs_of(stage, [number])
    before = deepcopy(quotation(stage, number))
    assert before is not None
    stage.sandbox.site().quoting_store.rows("quote")[ref.id]["items"][0]["quantity"] += 1
    await stage.bench.runs.read_only()
    stage.sandbox.log.clear()
    await stage.attempt(ref)
    assert await outcome_of(stage, ref) is Outcome.WRITTEN
    assert written(stage) == ["POST Quotation"]
    after = quotation(stage, number)
    assert after is not None
    unlike = [new["id"] for old, new in zip(before["lines"], after["lines"], strict=True) if old != new]
    assert unlike == [after["lines"][0]["id"]]
    quote = (await stage.quotes())[number]
    assert total(after) == quote_total(quote)


@pytest.mark.parametrize(
    ("entity", "case", "after"),
    [
        ("Client", "ready: new company", 0),
        ("Users", "ready: new contact", 0),
        ("Opportunities", "ready: new company", 0),
        ("Item", "ready: new product", 0),
        ("Quotation", "ready", 0),
        ("Quotation", "ready", 2),
    ],
    ids=["client", "user", "opportunity", "item", "quotation", "line"],
)
@pytest.mark.asyncio(loop_scope="function")
async def test_a_create_whose_answer_is_lost_happens_once(tmp_path: Path, entity: str, case: str, after: int) -> None:
    async with practised(tmp_path) as stage:
        (number,) = first_of(stage, [case]).values()
        (ref,) = await refs_of(stage, [number])
        before = len(stage.psa(entity))
        stage.fault("reset_after", system="halopsa", method="POST", path=f"/api/{entity}$", times=1, after=after)
        await stage.attempt(ref)
        assert await outcome_of(stage, ref) is Outcome.WRITTEN
        assert len(stage.psa(entity)) == before + 1
        quote, row = (await stage.quotes())[number], quotation(stage, number)
        assert row is not None
        assert total(row) == quote_total(quote)


@pytest.mark.asyncio(loop_scope="function")
async def test_what_is_taken_with_a_warning_is_linked_and_told_once(tmp_path: Path) -> None:
    async with practised(tmp_path) as stage:
        number = stage.sandbox.site().cases["ready: new product"][1]
        (ref,) = await refs_of(stage, [number])
        await stage.attempt(ref)
        assert await outcome_of(stage, ref) is Outcome.DIFFERS
        issue = await stage.issue(number)
        assert [each.message for each in issue.failures] == [f"HaloPSA warned: {WARNING}"]
        detail = await stage.bench.issues.detail(issue.id)
        assert detail is not None
        assert WARNING in detail.causes[0].why
        (item,) = (row for row in stage.psa("Item").values() if row["name"] == WARNED_PRODUCT)
        product = next(each.product.id for each in (await stage.quotes())[number].items if each.name == WARNED_PRODUCT)
        link = await stage.link(RecordRef(kind=RecordKind.PRODUCT, id=product))
        assert link is not None
        assert link.external_id == str(item["id"])
        stage.sandbox.log.clear()
        await stage.attempt(ref)
        assert await outcome_of(stage, ref) is Outcome.IN_STEP
        assert written(stage) == []


@pytest.mark.asyncio(loop_scope="function")
async def test_a_status_of_quotes_can_be_led_elsewhere_by_hand(tmp_path: Path) -> None:
    async with practised(tmp_path) as stage:
        (number,) = first_of(stage, ["ready"]).values()
        (ref,) = await refs_of(stage, [number])
        status = (await stage.quotes())[number].status
        await stage.bench.mappings.set(stage.site_id, QUOTE_STATUS, status, "-9")
        await stage.attempt(ref)
        row = quotation(stage, number)
        assert row is not None
        assert row["status"] == -9


@pytest.mark.asyncio(loop_scope="function")
async def test_a_company_by_itself_takes_a_contact_along(tmp_path: Path) -> None:
    async with practised(tmp_path) as stage:
        (number,) = first_of(stage, ["ready: new company"]).values()
        company = (await stage.quotes())[number].company
        ref = RecordRef(kind=RecordKind.COMPANY, id=company.id)
        result = await stage.attempt(ref)
        assert dict(result.by_outcome) == {Outcome.WRITTEN: 1}
        assert written(stage) == ["POST Client"]


@pytest.mark.asyncio(loop_scope="function")
async def test_the_links_of_a_lost_workspace_come_back_from_the_stamps(tmp_path: Path) -> None:
    async with practised(tmp_path) as stage:
        rebuilt = await stage.bench.links.rebuild(stage.site_id)
        assert (rebuilt.quotes, rebuilt.ambiguous) == (24, 0)
        assert rebuilt.lines > 100
        (ref,) = await refs_of(stage, first_of(stage, ["in step"]).values())
        stage.sandbox.log.clear()
        await stage.attempt(ref)
        assert await outcome_of(stage, ref) is Outcome.IN_STEP
        assert written(stage) == []


@pytest.mark.asyncio(loop_scope="function")
async def test_a_rate_limit_is_waited_out_four_times_and_then_left_to_a_person(tmp_path: Path) -> None:
    async with practised(tmp_path) as stage:
        (ref,) = await refs_of(stage, first_of(stage, ["in step"]).values())
        stage.clock.slept.clear()
        stage.fault("rate_limit", system="halopsa", times=100)
        await stage.attempt(ref, kind=AttemptKind.CHECK)
        assert await outcome_of(stage, ref) is Outcome.FAILED
        assert stage.clock.slept[:4] == [75, 75, 75, 75]
        (newest, *_) = await stage.attempts_of(ref.id)
        assert newest.failures[0].message == "Rate Limit Reached - 300 Requests per rolling 5 minute window"


@pytest.mark.asyncio(loop_scope="function")
async def test_a_site_that_only_reads_sends_no_write(tmp_path: Path) -> None:
    async with practised(tmp_path) as stage:
        refs = await refs_of(stage, first_of(stage, ["ready", "in step"]).values())
        await stage.attempt(*refs, kind=AttemptKind.CHECK)
        assert [await outcome_of(stage, ref) for ref in refs] == [Outcome.READY, Outcome.IN_STEP]
        assert written(stage) == []
