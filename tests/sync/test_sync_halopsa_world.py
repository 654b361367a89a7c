"""The whole practice world with HaloPSA in one sync: what arrives as quotations, what does not, and only once."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from sync_desktop.domain.records import RecordRef, quote_total
from sync_desktop.domain.words import FailureKind, IssueState, RecordKind
from tests.sandbox.world_files import world_of
from tests.sync.sync_stage import Stage
from tests.sync.whole_world import Synced, by_line, expected, synced
from tests.worlds.halopsa_side import LINES

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRITTEN = (
    "ready",
    "ready: new product",
    "ready: new company",
    "ready: new contact",
    "ready: set-up price",
    "ready: amount off",
)
READS_PSA = ("not eligible: opportunity lost", "not eligible: won with a sales order")
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
"""Cases, and the first thing that the issues of their first quotes say."""
REFUSED = "item refused by the tenant"
REFUSED_LINE = "Brightwell dock D90 (clearance) was not added: clearance stock is sold by the warehouse only."


def quotation(stage: Stage, number: str) -> dict[str, Any] | None:
    """Return the one quotation with a quote's stamp; fails where there are several."""
    found = stage.side.quotes(stage.store, number)
    assert len(found) < 2, number
    return found[0] if found else None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Synced]:
    async with synced(tmp_path_factory.mktemp("halopsa"), world_of("halopsa")) as made:
        yield made


async def test_each_case_ends_as_its_name_says(world: Synced) -> None:
    assert world.ended() == expected(world.stage, written=WRITTEN, reads_psa=READS_PSA)


@pytest.mark.parametrize("case", BLOCKED)
async def test_what_is_in_the_way_is_said(world: Synced, case: str) -> None:
    assert (await world.stage.issue(world.number(case))).failures[0].message == BLOCKED[case]


async def test_lines_and_totals_of_all_that_arrived_are_those_of_the_quotes(world: Synced) -> None:
    assert len(world.arrived) == 37
    for number in world.arrived:
        quote, row = world.quotes[number], quotation(world.stage, number)
        assert row is not None, number
        setups = sum(item.setup_price > 0 for item in quote.items)
        assert len(row["lines"]) == len(quote.items) + setups + (quote.shipping is not None), number
        total = sum((Decimal(str(line["net_total"])) for line in row["lines"] if not line["optional"]), Decimal(0))
        assert total == by_line(quote), number
        assert abs(total - quote_total(quote)) <= Decimal("0.01"), number  # which is rounded once, at its end


async def test_blocked_and_left_out_quotes_are_no_quotations(world: Synced) -> None:
    cases = world.stage.sandbox.site().cases
    others = {*cases["lines added by others"], *cases["product inactive"]}
    there = {number for number in world.quotes if quotation(world.stage, number)}
    assert there - {*world.arrived, *cases[REFUSED]} <= others


async def test_only_what_was_needed_was_made(world: Synced) -> None:
    made = world.made()
    lines = made.pop(LINES)
    assert lines > 80
    assert made == {"Client": 1, "Site": 1, "Users": 3, "Opportunities": 3, "Item": 3, "Quotation": 17}
    posted = [call.removeprefix("POST /api/") for call in world.sent_first]
    refused = len(world.stage.sandbox.site().cases[REFUSED])
    counted = {name: posted.count(name) for name in set(posted)}
    # A new client brings its site and two users, one of whom is sent what the client's own row has no place for.
    assert counted == {"Client": 1, "Users": 2, "Opportunities": 3, "Item": 3, "Quotation": 17 + lines + refused}


async def test_second_sync_sends_no_write_and_says_what_was_refused_before(world: Synced) -> None:
    assert len(world.sent_first) > 100
    assert world.sent_second == []
    assert world.second.by_outcome == {"in step": 37, "some items missing": 2, "blocked": 55}
    said = "2 lines were refused before and nothing about them changed; Retry sends them again."
    assert said in world.second.refused


async def test_a_line_that_the_instance_leaves_out_is_told_in_its_words(world: Synced) -> None:
    for number in world.stage.sandbox.site().cases[REFUSED]:
        issue, row, quote = await world.stage.issue(number), quotation(world.stage, number), world.quotes[number]
        whole, line = issue.failures
        assert (whole.kind, line.message) == (FailureKind.ITEMS_MISSING, REFUSED_LINE)
        assert (issue.state, issue.severity) == (IssueState.OPEN, "warning")
        assert row is not None
        assert len(row["lines"]) == len(quote.items) + (quote.shipping is not None) - 1


async def test_a_new_company_has_its_main_contact_once(world: Synced) -> None:
    quote = world.quotes[world.number("ready: new company")]
    link = await world.stage.link(RecordRef(kind=RecordKind.COMPANY, id=quote.company.id))
    assert link is not None
    sites = {row["id"] for row in world.stage.psa("Site").values() if row["client_id"] == int(link.external_id)}
    users = [row for row in world.stage.psa("Users").values() if row["site_id"] in sites]
    assert sorted(row["name"] for row in users) == ["General User", quote.contact.name]
    (contact,) = (row for row in users if row["name"] == quote.contact.name)
    assert contact["ismaincontact"]
    assert contact["phonenumber"]


async def test_activity_has_every_write_and_agrees_with_what_halopsa_holds(world: Synced) -> None:
    told = [each for each in await world.stage.activity() if each.attempt_id]
    made = world.made()
    # The client's site and its general user are HaloPSA's own doing; of the main contact it is told what was added.
    assert len(told) == sum(made.values()) - made["Site"] - 1
    lines = {line["id"]: line for row in world.stage.psa("Quotation").values() for line in row["lines"]}
    for each in told:
        rows = lines if each.entity == LINES else world.stage.psa(each.entity)
        row = rows[int(each.external_id)]
        assert each.what.startswith("Create")
        name = {"Opportunities": "summary", "Quotation": "title"}.get(each.entity, "name")
        assert each.after[name] == row[name]
        assert (each.before, bool(each.os_user), each.site_name) == ({}, True, "Adventure Works Support")
