"""Quotes of the practice world with ConnectWise: what arrives on opportunities and what does not, and only once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from sync_desktop.domain.records import quote_total
from sync_desktop.domain.words import AttemptKind, MappingState, Outcome
from sync_desktop.psa.connectwise.kinds import PRODUCT_CATEGORY
from tests.sandbox.world_files import world_of
from tests.sync.practice_cases import first_of, led_by_salesbuildr, refs_of
from tests.sync.sync_stage import Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINES, OPPORTUNITIES, CATALOG = "procurement/products", "sales/opportunities", "procurement/catalog"
WRITTEN = (
    "ready",
    "ready: new product",
    "ready: new company",
    "ready: new contact",
    "ready: set-up price",
    "ready: optional item",
    "ready: amount off",
    "ready: primary of two quotes",
)
BLOCKED = {
    "category inactive": "catalogItem object is invalid. 41 is an inactive category",
    "category hidden from the API member": "catalogItem object is invalid. Category 43 not found",
    "subcategory inactive": "catalogItem object is invalid. 319 is an inactive subcategory",
    "subcategory moved": "catalogItem object is invalid. 461 is a subcategory of 42 “Security” now, not of 46",
    "product type inactive": "catalogItem object is invalid. 5 is an inactive product type",
    "category without a target": "Category is not mapped to a product category",
    "owner without external identifier": "Owner is not mapped to a member",
    "opportunity without contact": "The contact field is required.",
    "opportunity title too long": "Opportunity title is longer than 100 characters",
    "not eligible: won with a ticket": "Opportunity is closed in ConnectWise",
    "asks: opportunity won": "Opportunity is closed in ConnectWise",
    "company deleted": "Company is deleted in ConnectWise",
    "company inactive": "Company is inactive in ConnectWise",
    "contact of another company": "companyID is not associated with contactID",
    "payment term deleted": "Payment term/type is deleted",
    "lines added by others": "Lines were added by others",
}
"""Cases, and the first thing that their quotes' issues say."""
OTHERS = ("in step", "not eligible: not the primary quote", "item refused by the tenant")


def written(stage: Stage) -> list[str]:
    """Return every request of ours to ConnectWise that is no read."""
    served = stage.sandbox.log.entries(system="connectwise")
    return [f"{each['method']} {each['path']}" for each in served if each["method"] != "GET"]


def lines_of(stage: Stage, number: str) -> list[dict[str, Any]]:
    """Return the lines that carry a quote's stamp."""
    return [row for row in stage.psa(LINES).values() if str(row.get("integrationXRef")).startswith(f"{number}/")]


def leads_to(row: dict[str, Any]) -> str:
    """Return the target of one of the mappings that Salesbuildr keeps to itself."""
    return f"{row['category']}/{row['subcategory']}/{row['type']}"


@dataclass(frozen=True, slots=True)
class Synced:
    """One quote of each case, written twice."""

    stage: Stage
    numbers: dict[str, str]
    outcomes: dict[str, Outcome]
    sent_first: list[str]
    sent_second: list[str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def synced(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Synced]:
    async with staged(tmp_path_factory.mktemp("connectwise"), world_of("connectwise")) as stage:
        await led_by_salesbuildr(stage, PRODUCT_CATEGORY, leads_to)
        numbers = first_of(stage, (*WRITTEN, *BLOCKED, *OTHERS))
        refs = await refs_of(stage, numbers.values())
        stage.sandbox.log.clear()
        await stage.attempt(*refs)
        sent_first = written(stage)
        outcomes = {}
        for case, ref in zip(numbers, refs, strict=True):
            newest = (await stage.attempts_of(ref.id))[0]
            assert newest.outcome is not None
            outcomes[case] = newest.outcome
        stage.sandbox.log.clear()
        again = [ref for case, ref in zip(numbers, refs, strict=True) if outcomes[case] is not Outcome.PARTIAL]
        await stage.attempt(*again)  # tried by hand, what was refused would be sent once more
        yield Synced(stage, numbers, outcomes, sent_first, written(stage))


async def test_each_case_ends_as_it_should(synced: Synced) -> None:
    wanted = dict.fromkeys(WRITTEN, Outcome.WRITTEN) | dict.fromkeys(BLOCKED, Outcome.BLOCKED)
    wanted |= {
        "in step": Outcome.IN_STEP,
        "not eligible: not the primary quote": Outcome.NOT_ELIGIBLE,
        "item refused by the tenant": Outcome.PARTIAL,
    }
    assert synced.outcomes == wanted


@pytest.mark.parametrize("case", BLOCKED)
async def test_what_is_in_the_way_is_said(synced: Synced, case: str) -> None:
    issue = await synced.stage.issue(synced.numbers[case])
    assert issue.failures[0].message == BLOCKED[case]
    assert lines_of(synced.stage, synced.numbers[case]) == [] or case == "lines added by others"


STATES = {
    "Firewalls": MappingState.INACTIVE,
    "Security": MappingState.INACTIVE,
    "Cloud backup": MappingState.GONE,
    "Cabling": MappingState.GONE,
    "Audio and video": MappingState.INACTIVE,
    "Door entry": MappingState.MOVED,
    "Power": MappingState.INACTIVE,
}
"""Categories that Salesbuildr leads to what somebody has changed in the practice world; all others can be used."""


@pytest.mark.parametrize("position", ["on", "off"])
async def test_each_category_that_was_changed_has_its_state_and_no_other_is_called_broken(
    synced: Synced, position: str
) -> None:
    stage = synced.stage
    told = stage.sandbox.site().quoting_store
    names = {row_id: row["name"] for row_id, row in told.rows("category").items()}
    wanted = {names[row["categoryId"]]: leads_to(row) for row in told.rows("category-mapping").values()}
    stage.sandbox.switches.set("connectwise", "hide_inactive_in_lists", position)
    try:
        found = await (await stage.run()).connector.listings({PRODUCT_CATEGORY: wanted.values()})
    finally:
        stage.sandbox.switches.set("connectwise", "hide_inactive_in_lists", "on")
    states = {target.id: target.state for target in found[PRODUCT_CATEGORY].targets}
    assert len(wanted) > len(STATES)
    assert {name: states[target] for name, target in wanted.items()} == dict.fromkeys(
        wanted, MappingState.VALID
    ) | STATES


async def test_what_arrived_costs_what_the_quote_costs(synced: Synced) -> None:
    quotes = await synced.stage.quotes()
    for case in (*WRITTEN, "in step"):
        quote = quotes[synced.numbers[case]]
        there = lines_of(synced.stage, quote.number)
        items = [item for item in quote.items if not item.optional]
        setups = sum(bool(item.setup_price) for item in items)
        assert len(there) == len(items) + setups + (quote.shipping is not None), case
        total = sum((Decimal(str(row["quantity"])) * Decimal(str(row["price"])) for row in there), Decimal(0))
        assert total.quantize(Decimal("0.01")) == quote_total(quote), case


async def test_every_line_is_stamped_and_hangs_on_the_quotes_opportunity(synced: Synced) -> None:
    for case in WRITTEN:
        (ref,) = await refs_of(synced.stage, [synced.numbers[case]])
        link = await synced.stage.link(ref)
        assert link is not None
        assert link.entity == "sales/opportunities/lines"
        there = lines_of(synced.stage, synced.numbers[case])
        assert {row["opportunity"]["id"] for row in there} == {int(link.external_id)}
        assert len({row["integrationXRef"] for row in there}) == len(there)


async def test_the_lines_of_a_second_quote_are_not_put_on_top(synced: Synced) -> None:
    assert lines_of(synced.stage, synced.numbers["not eligible: not the primary quote"]) == []


async def test_a_second_sync_sends_nothing(synced: Synced) -> None:
    assert len(synced.sent_first) > 30
    assert synced.sent_second == []


async def test_nothing_but_lines_and_what_they_need_was_made(synced: Synced) -> None:
    made = {request.partition("/apis/3.0/")[2] for request in synced.sent_first}
    assert all(request.startswith("POST ") for request in synced.sent_first)
    assert made == {LINES, OPPORTUNITIES, CATALOG, "company/companies", "company/contacts"}


async def test_what_was_changed_is_sent_and_nothing_else(synced: Synced) -> None:
    stage, number = synced.stage, synced.numbers["ready"]
    (ref,) = await refs_of(stage, [number])
    row = stage.sandbox.site().quoting_store.rows("quote")[ref.id]
    row["items"][0]["quantity"] += 1
    stage.sandbox.log.clear()
    await stage.attempt(ref)
    (sent,) = written(stage)
    assert sent.startswith(f"PATCH /v2026_1/apis/3.0/{LINES}/")
    quote = (await stage.quotes())[number]
    prices = [Decimal(str(each["quantity"])) * Decimal(str(each["price"])) for each in lines_of(stage, number)]
    assert sum(prices, Decimal(0)).quantize(Decimal("0.01")) == quote_total(quote)


@pytest.mark.parametrize(
    ("collection", "case"),
    [
        ("company/companies", "ready: new company"),
        ("company/contacts", "ready: new contact"),
        (OPPORTUNITIES, "ready: new company"),
        (CATALOG, "ready: new product"),
        (LINES, "ready"),
    ],
)
@pytest.mark.asyncio(loop_scope="function")
async def test_a_create_whose_answer_is_lost_happens_once(tmp_path: Path, collection: str, case: str) -> None:
    async with staged(tmp_path, world_of("connectwise")) as stage:
        await led_by_salesbuildr(stage, PRODUCT_CATEGORY, leads_to)
        (number,) = first_of(stage, [case]).values()
        refs = await refs_of(stage, [number])
        before = len(stage.psa(collection))
        stage.fault("reset_after", system="connectwise", method="POST", path=f"{collection}$", times=1)
        stage.sandbox.log.clear()
        await stage.attempt(*refs)
        sent = len([each for each in written(stage) if each.endswith(collection)])
        assert len(stage.psa(collection)) == before + sent
        assert (await stage.attempts_of(refs[0].id))[0].outcome is Outcome.WRITTEN


@pytest.mark.asyncio(loop_scope="function")
async def test_the_links_of_a_lost_workspace_come_back_from_the_stamps(tmp_path: Path) -> None:
    async with staged(tmp_path, world_of("connectwise")) as stage:
        await led_by_salesbuildr(stage, PRODUCT_CATEGORY, leads_to)
        rebuilt = await stage.bench.links.rebuild(stage.site_id)
        assert (rebuilt.quotes, rebuilt.ambiguous) == (24, 0)
        assert rebuilt.lines > 100
        refs = await refs_of(stage, first_of(stage, ["in step"]).values())
        link = await stage.link(refs[0])
        assert link is not None
        assert link.entity == "sales/opportunities/lines"
        stage.sandbox.log.clear()
        await stage.attempt(*refs)
        assert (await stage.attempts_of(refs[0].id))[0].outcome is Outcome.IN_STEP
        assert written(stage) == []


@pytest.mark.asyncio(loop_scope="function")
async def test_a_rate_limit_is_waited_out_four_times_and_then_left_to_a_person(tmp_path: Path) -> None:
    async with staged(tmp_path, world_of("connectwise")) as stage:
        refs = await refs_of(stage, first_of(stage, ["in step"]).values())
        stage.clock.slept.clear()
        stage.fault("rate_limit", system="connectwise", times=100, arg=0)
        await stage.attempt(*refs, kind=AttemptKind.CHECK)
        newest = (await stage.attempts_of(refs[0].id))[0]
        assert newest.outcome is Outcome.FAILED
        assert stage.clock.slept[:4] == [5, 10, 20, 40]
        assert newest.failures[0].message.startswith("Too many requests.")
