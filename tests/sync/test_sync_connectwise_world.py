"""The whole practice world with ConnectWise: what arrives on opportunities, what does not and why, and only once."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from sync_desktop.domain.records import quote_total
from sync_desktop.domain.words import IssueState, MappingState, RecordKind
from sync_desktop.psa.connectwise.kinds import PRODUCT_CATEGORY
from tests.sandbox.world_files import world_of
from tests.sync.practice_cases import refs_of
from tests.sync.sync_stage import Stage
from tests.sync.whole_world import Synced, by_line, expected, synced
from tests.worlds.connectwise_side import LINES

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPPORTUNITIES, CATALOG = "sales/opportunities", "procurement/catalog"
COMPANIES, CONTACTS = "company/companies", "company/contacts"
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
READS_PSA = (
    "not eligible: opportunity lost",
    "not eligible: opportunity closed",
    "not eligible: won with a sales order",
    "not eligible: won with a ticket",
)
NOT_PRIMARY = "not eligible: not the primary quote"
BLOCKED = {
    "category inactive": "catalogItem object is invalid. 41 is an inactive category",
    "category hidden from the API member": "catalogItem object is invalid. Category 43 not found",
    "category deleted": "catalogItem object is invalid. Category 44 not found; Subcategory 441 not found",
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
"""Cases, and the first thing that the issues of their first quotes say."""


def lines_of(stage: Stage, number: str) -> list[dict[str, Any]]:
    """Return the lines that carry a quote's stamp."""
    return [row for row in stage.psa(LINES).values() if str(row.get("integrationXRef")).startswith(f"{number}/")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Synced]:
    async with synced(tmp_path_factory.mktemp("connectwise"), world_of("connectwise")) as made:
        yield made


async def test_each_case_ends_as_its_name_says(world: Synced) -> None:
    assert world.ended() == expected(world.stage, written=WRITTEN, reads_psa=READS_PSA)


@pytest.mark.parametrize("case", BLOCKED)
async def test_what_is_in_the_way_is_said(world: Synced, case: str) -> None:
    issue = await world.stage.issue(world.number(case))
    assert issue.failures[0].message == BLOCKED[case]


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
    world: Synced, position: str
) -> None:
    stage = world.stage
    told = stage.sandbox.site().quoting_store
    names = {row_id: row["name"] for row_id, row in told.rows("category").items()}
    leads = told.rows("category-mapping").values()
    wanted = {names[row["categoryId"]]: stage.side.target(row) for row in leads}
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


async def test_lines_and_totals_of_all_that_arrived_are_those_of_the_quotes(world: Synced) -> None:
    assert len(world.arrived) == 41
    for number in world.arrived:
        quote, there = world.quotes[number], lines_of(world.stage, number)
        items = [item for item in quote.items if not item.optional]
        setups = sum(item.setup_price > 0 for item in items)
        assert len(there) == len(items) + setups + (quote.shipping is not None), number
        total = sum((Decimal(str(row["extPrice"])) for row in there), Decimal(0))
        assert total == by_line(quote), number
        assert abs(total - quote_total(quote)) <= Decimal("0.01"), number  # which is rounded once, at its end


async def test_every_line_of_ours_is_stamped_and_hangs_on_its_quotes_opportunity(world: Synced) -> None:
    ours = [number for number, outcome in world.outcomes.items() if outcome.value == "written"]
    for number, ref in zip(ours, await refs_of(world.stage, ours), strict=True):
        link = await world.stage.link(ref)
        assert link is not None
        assert link.entity == "sales/opportunities/lines"
        there = lines_of(world.stage, number)
        assert {row["opportunity"]["id"] for row in there} == {int(link.external_id)}
        assert len({row["integrationXRef"] for row in there}) == len(there)


async def test_blocked_and_left_out_quotes_put_nothing_on_their_opportunities(world: Synced) -> None:
    cases = world.stage.sandbox.site().cases
    foreign = set(cases["lines added by others"])
    arrived = {*world.arrived, *cases["item refused by the tenant"]}
    with_lines = {number for number in world.quotes if lines_of(world.stage, number)}
    assert with_lines - arrived <= foreign
    assert not with_lines & set(cases[NOT_PRIMARY])


async def test_only_what_was_needed_was_made_and_nothing_changed(world: Synced) -> None:
    assert {request.partition(" ")[0] for request in world.sent_first} == {"POST"}
    made = world.made()
    lines = made.pop(LINES)
    assert lines > 90
    assert made == {COMPANIES: 1, CONTACTS: 2, OPPORTUNITIES: 3, CATALOG: 3}
    refused = len(world.stage.sandbox.site().cases["item refused by the tenant"])
    assert len(world.sent_first) == sum(made.values()) + lines + refused


async def test_second_sync_sends_no_write_and_says_what_was_refused_before(world: Synced) -> None:
    assert len(world.sent_first) > 100
    assert world.sent_second == []
    assert world.second.by_outcome == {"in step": 41, "some items missing": 2, "blocked": 59}
    said = "2 lines were refused before and nothing about them changed; Retry sends them again."
    assert said in world.second.refused


async def test_refused_line_is_a_warning_that_names_the_line_of_a_quote_that_did_arrive(world: Synced) -> None:
    for number in world.stage.sandbox.site().cases["item refused by the tenant"]:
        issue = await world.stage.issue(number)
        assert (issue.state, issue.severity) == (IssueState.OPEN, "warning")
        missing = issue.failures[0].facts["items"]
        names = {row["description"] for row in lines_of(world.stage, number)}
        (left,) = {item.name for item in world.quotes[number].items} - names
        assert missing == f"quote item “{left}”"


async def test_activity_has_every_write_and_agrees_with_what_connectwise_holds(world: Synced) -> None:
    told = [each for each in await world.stage.activity() if each.attempt_id]
    assert len(told) == sum(world.made().values())
    for each in told:
        row = world.stage.psa(each.entity)[int(each.external_id)]
        assert each.what.startswith("Create")
        plain = {name: value for name, value in each.after.items() if "/" not in name}
        assert {name: Decimal(str(row[name])) if isinstance(plain[name], Decimal) else row[name] for name in plain} == (
            plain
        ), each.what
        assert (each.before, bool(each.os_user), each.site_name) == ({}, True, "Proseware Networks")


async def test_no_second_company_was_made_where_something_like_it_was_there(world: Synced) -> None:
    for number in world.stage.sandbox.site().cases["company near match"]:
        issue = await world.stage.issue(number)
        near = [each for each in issue.failures if each.message == "Company has no external identifier"]
        assert [each.record.kind for each in near if each.record] == [RecordKind.COMPANY]
