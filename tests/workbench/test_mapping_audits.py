"""An audit as a person asks for it: what it costs, finds and tells, and what stops it; it breaks and writes nothing."""

import asyncio

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import MappingState
from sync_desktop.storage import audits
from sync_desktop.workbench.mapping_views import MappingPage, MappingRow
from sync_desktop.workbench.views import Progress
from tests.workbench.desk_stage import SITE, DeskStage

GOODS, SERVICES, OWNER = "product-billing-code", "service-billing-code", "owner"


async def page(stage: DeskStage, kind: str = GOODS, text: str = "") -> MappingPage:
    return await stage.bench.mappings.page(SITE, kind, text=text)


async def row(stage: DeskStage, source: str, kind: str = GOODS) -> MappingRow:
    return next(each for each in (await page(stage, kind)).rows if each.source == source)


def asked(stage: DeskStage) -> list[str]:
    return [each["path"].rpartition("/V1.0/")[2] for each in stage.sandbox.log.entries(system="autotask")]


async def test_before_the_first_audit_nothing_is_known_and_nothing_broken(stage: DeskStage) -> None:
    found = await page(stage)
    assert (found.audited_at, found.calls, found.since_before) == (None, 0, "")
    assert {each.state for each in found.rows} <= {
        MappingState.UNKNOWN,
        MappingState.UNMAPPED,
        MappingState.UNUSED,
    }
    assert (await row(stage, "Firewalls")).why.endswith("an audit does that.")


async def test_an_audit_reads_each_list_once_writes_nothing_and_tells_its_calls(stage: DeskStage) -> None:
    stage.sandbox.log.clear()
    result = await stage.bench.mappings.audit()
    made = asked(stage)
    # Both kinds of billing codes come from one list, and what it lacks is asked for in one call by its id.
    assert (made.count("BillingCodes/query"), made.count("Resources/query")) == (2, 1)
    assert stage.writes == []
    assert result.calls == len(made) < 20
    assert result.problems == ()
    assert result.text.endswith(f"need attention · {result.calls} calls")
    found = await page(stage)
    assert found.calls == result.calls
    assert found.audited_at is not None


async def test_the_overview_and_the_pages_say_what_needs_attention_first_and_what_it_affects(stage: DeskStage) -> None:
    result = await stage.bench.mappings.audit()
    overview = await stage.bench.mappings.overview()
    (site,) = overview.sites
    assert site.heading == "Fabrikam IT · Autotask"
    pages = [await page(stage, kind.kind) for kind in site.kinds]
    assert [kind.needs_attention for kind in site.kinds] == [
        sum(each.state.needs_attention for each in found.rows) for found in pages
    ]
    assert overview.needs_attention == result.needs_attention == sum(found.needs_attention for found in pages)
    assert [kind.total for kind in site.kinds] == [len(found.rows) for found in pages]
    assert result.broken == sum(each.state.is_broken for found in pages for each in found.rows)
    attention = [each.state.needs_attention for each in pages[0].rows]
    assert attention == sorted(attention, reverse=True)
    searched = await page(stage, text="laptop hardware")
    assert ([each.source for each in searched.rows], searched.total) == (["Laptops"], pages[0].total)
    firewalls = await row(stage, "Firewalls")
    assert firewalls.affects == ("5 products", f"4 issues, {firewalls.quotes} quotes")
    assert (await row(stage, "Net 30", "payment-term")).affects[1] == "0 issues"


async def test_an_audit_shows_its_progress_can_be_cancelled_and_is_not_begun_twice(stage: DeskStage) -> None:
    told: list[Progress] = []
    at_the_lists = asyncio.Event()

    def on_progress(progress: Progress) -> None:
        told.append(progress)
        if progress.words == "Fabrikam IT: the lists of Autotask":
            at_the_lists.set()

    stage.bench.runs.subscribe(on_progress)
    stage.sandbox.faults.order({"system": "autotask", "kind": "slow", "path": "BillingCodes", "arg": 30})
    running = asyncio.ensure_future(stage.bench.mappings.audit([SITE]))
    await at_the_lists.wait()
    assert (await stage.bench.mappings.audit()).text == "Auditing mappings is under way already."
    await stage.bench.runs.cancel()
    assert (await running).text == "Cancelled; what was done is kept."
    assert (await page(stage)).audited_at is None
    assert told[0].title == "Auditing mappings"
    assert not told[-1].running


async def test_a_list_that_fails_breaks_nothing_and_keeps_nothing_from_the_others(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    before = await row(stage, "Laptops")
    stage.sandbox.faults.order({"system": "autotask", "kind": "status", "path": "BillingCodes/query", "arg": 500})
    result = await stage.bench.mappings.audit()
    assert len(result.problems) == 2
    assert all("500" in each for each in result.problems)
    after = await row(stage, "Laptops")
    assert (before.state, after.state) == (MappingState.VALID, MappingState.UNKNOWN)
    assert after.target == before.target
    assert "500" in (await page(stage)).problem
    assert (await row(stage, "Carmen Nakamura", OWNER)).state is MappingState.INACTIVE
    stage.sandbox.faults.clear()
    await stage.bench.mappings.audit()
    assert (await row(stage, "Laptops")).state is MappingState.VALID


async def test_where_nothing_can_be_read_the_last_audit_stays(stage: DeskStage) -> None:
    first = await stage.bench.mappings.audit()
    at = (await page(stage)).audited_at
    stage.sandbox.faults.order({"system": "autotask", "kind": "unauthorized"})
    result = await stage.bench.mappings.audit()
    assert result.problems[0].startswith("Fabrikam IT: ")
    assert (result.calls, result.broken) == (0, first.broken)
    assert (await page(stage)).audited_at == at


async def test_an_audit_leaves_the_tenants_hour_to_others(stage: DeskStage) -> None:
    stage.sandbox.faults.order(
        {
            "system": "autotask",
            "kind": "status",
            "path": "ThresholdInformation",
            "arg": {
                "status": 200,
                "body": {
                    "externalRequestThreshold": 10000,
                    "requestThresholdTimeframe": 60,
                    "currentTimeframeRequestCount": 4600,
                },
            },
        }
    )
    stage.sandbox.log.clear()
    result = await stage.bench.mappings.audit()
    assert "Autotask has answered 4,600 of the 10,000 calls" in result.problems[0]
    assert not any("query" in each for each in asked(stage))


async def test_the_next_audit_says_what_changed_in_the_psa_meanwhile(stage: DeskStage) -> None:
    await stage.bench.mappings.audit()
    codes = stage.sandbox.site().psa_store
    name = stage.held("BillingCodes")[405]["name"]
    codes.update("BillingCodes", 405, {"name": f"{name} and paper"})
    codes.insert("BillingCodes", {**stage.held("BillingCodes")[401], "id": 9001, "name": "Drones"})
    await stage.bench.mappings.audit()
    found = await page(stage)
    assert found.since_before == "since the last audit 1 billing code was renamed, 1 added"
    assert (await page(stage, OWNER)).since_before == ""
    await stage.bench.mappings.audit()
    assert (await page(stage)).since_before == ""
    kept = await stage.bench._stage.workspace.read(lambda conn: audits.latest(conn, SITE))
    assert [len(each.changes) for each in kept] == [0, 4, 0]


async def test_pages_hear_that_an_audit_has_ended_and_what_is_not_there_is_told(stage: DeskStage) -> None:
    told = asyncio.Event()
    heard: set[int] = set()
    waiting = {each.id for each in await stage.rows("billing code inactive")}

    def on_changes(ids: frozenset[int]) -> None:
        heard.update(ids)
        if waiting <= heard:
            told.set()

    stage.bench.subscribe_changes(on_changes)
    await stage.bench.mappings.audit()
    await told.wait()
    with pytest.raises(UserError, match="has no mapping kind “colour”; there are: product-billing-code"):
        await page(stage, "colour")
    with pytest.raises(UserError, match="has no site “nowhere”"):
        await stage.bench.mappings.audit(["nowhere"])
