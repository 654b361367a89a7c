"""Rules 1, 2 and 10 of safety: who may write at all, when, and how much."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.links import Intent
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.sites import Scope, Site
from sync_desktop.domain.words import AttemptKind, FailureKind, Psa, RecordKind, Role
from sync_desktop.psa.autotask.connector import AutotaskConnector
from sync_desktop.psa.connectwise.connector import ConnectWiseConnector
from sync_desktop.psa.halopsa.connector import HaloConnector
from sync_desktop.storage import intents
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.workbench.views import SiteInput
from tests.sync.sync_stage import Stage, practice_values, staged
from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.connectwise_side import CONNECTWISE
from tests.worlds.halopsa_side import HALOPSA
from tests.worlds.psa_side import PsaSide
from tests.worlds.quoting_rows import item
from tests.worlds.sides import of_every_psa
from tests.worlds.small_world import SmallWorld

Way = Callable[[Stage], Awaitable[object]]


def world(*numbers: str, side: PsaSide = AUTOTASK) -> SmallWorld:
    made = SmallWorld(side)
    for number in numbers:
        made.quote(number)
    return made


async def _everything(stage: Stage) -> object:
    return await stage.everything()


async def _single(stage: Stage) -> object:
    return await stage.write("Q-1")


async def _link_and_retry(stage: Stage) -> object:
    companies = stage.side.collections["company"]
    await stage.bench.links.link(stage.site_id, RecordKind.COMPANY, "c3", companies, "2002")
    return await stage.write("Q-1", "Q-2")


async def _create_anew(stage: Stage) -> object:
    await stage.check("Q-1")
    with pytest.raises(UserError, match="only reads"):
        await stage.bench.links.create_anew(stage.site_id, RecordKind.COMPANY, "c3")
    return None


async def _retry_issue(stage: Stage) -> object:
    await stage.check("Q-1")
    return await stage.retry("Q-1", confirmed=True)


async def _settle(stage: Stage) -> object:
    ref, side = RecordRef(kind=RecordKind.OPPORTUNITY, id="opp-q-1"), stage.side
    fields = {side.titles["opportunity"]: "Project Q-1"}
    entity = side.collections["opportunity"]
    intent = Intent(id="i1", ref=ref, entity=entity, key="", fields=fields, created_at=stage.clock.now())
    await stage.workspace.write(lambda tx: intents.save_intent(tx, stage.site_id, intent))
    return await stage.write("Q-1")


async def _rebuild(stage: Stage) -> object:
    return await stage.bench.links.rebuild(stage.site_id)


WAYS: tuple[Way, ...] = (_everything, _single, _link_and_retry, _create_anew, _retry_issue, _settle, _rebuild)


@of_every_psa
async def test_rule_01_assist_site_sends_no_write_whatever_is_asked(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", "Q-2", side=side), role=Role.ASSIST, practice=False) as stage:
        before = side.counts(stage.store)
        for way in WAYS:
            stage.sandbox.log.clear()
            await way(stage)
            assert stage.requests(), way
            assert stage.written() == [], way
        assert await stage.activity() == []
        assert side.counts(stage.store) == before


async def test_rule_01_assist_site_says_of_each_quote_that_it_was_not_sent(tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1"), role=Role.ASSIST) as stage:
        assert (await stage.check("Q-1")).by_outcome == {"ready": 1}
        detail = await stage.bench.issues.detail((await stage.issue("Q-1")).id)
        assert detail is not None
        assert (detail.retry_label, detail.row.badge) != ("Retry", "Cleared")
        assert "only reads" in detail.retry_hint


@of_every_psa
async def test_rule_01_new_live_site_is_in_assist_and_sends_no_write(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", side=side)) as stage:
        known = await stage.backstage.site(stage.site_id)
        fields = {**known.connection, "quoting_url": known.quoting_url}
        given = SiteInput("", "Northern office", Psa(side.system), fields, practice_values())
        stage.site_id = await stage.bench.sites.save(given)
        assert (await stage.backstage.site(stage.site_id)).role is Role.ASSIST
        await stage.bench.runs.read_only()
        await stage.everything()
        assert stage.requests()
        assert stage.written() == []


@pytest.mark.parametrize(("confirmed", "typed"), [(False, "Fabrikam IT"), (True, ""), (True, "Fabrikam")])
async def test_rule_01_write_needs_the_confirmation_and_the_name(confirmed: bool, typed: str, tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1"), role=Role.ASSIST, practice=False) as stage:
        with pytest.raises(UserError):
            await stage.bench.sites.set_role(stage.site_id, Role.WRITE, push_off_confirmed=confirmed, typed_name=typed)
        await stage.write("Q-1")
        assert stage.written() == []


async def test_rule_01_switched_site_writes_and_switched_back_it_does_not(tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", "Q-2"), role=Role.ASSIST, practice=False) as stage:
        await stage.bench.sites.set_role(stage.site_id, Role.WRITE, push_off_confirmed=True, typed_name="Fabrikam IT")
        await stage.become(write_previewed=True)
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        sent = stage.written()
        await stage.bench.sites.set_role(stage.site_id, Role.ASSIST, push_off_confirmed=False, typed_name="")
        await stage.write("Q-2")
        assert stage.written() == sent
        assert len(stage.psa("Quotes")) == 1


@of_every_psa
async def test_rule_02_connecting_refreshing_and_checking_write_nothing(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", "Q-2", side=side), refresh=False) as stage:
        site = await stage.backstage.site(stage.site_id)
        fields = {**site.connection, "quoting_url": site.quoting_url}
        lines = await stage.bench.sites.test(SiteInput(site.id, site.name, site.psa, fields, {}))
        assert all(line.ok for line in lines), lines
        result = await stage.bench.runs.refresh()
        assert result.by_outcome == {"ready": 2}
        assert stage.written() == []


async def test_rule_02_connection_is_tried_by_a_run_that_only_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the try would write anyhow: this is the lock behind it."""
    async with staged(tmp_path, world("Q-1"), practice=False, refresh=False) as stage:
        site = await stage.backstage.site(stage.site_id)
        opened, roles = stage.backstage.open_trial, list[Role]()

        async def open_trial(tried: Site, typed: Mapping[str, str]) -> SiteRun:
            roles.append(tried.role)
            return await opened(tried, typed)

        monkeypatch.setattr(stage.backstage, "open_trial", open_trial)
        fields = {**site.connection, "quoting_url": site.quoting_url}
        lines = await stage.bench.sites.test(SiteInput(site.id, site.name, site.psa, fields, {}))
        assert all(line.ok for line in lines), lines
        assert (site.role, roles) == (Role.WRITE, [Role.ASSIST])


async def test_rule_02_scope_leaves_out_status_and_age_until_the_site_says_otherwise(tmp_path: Path) -> None:
    made = SmallWorld()
    made.quote("Q-1", status="draft")
    made.quote("Q-2", status="draft", createdAt="{-95}T10:00:00Z", sentAt=None, approvedAt=None)
    made.quote("Q-3", createdAt="{-120}T10:00:00Z", sentAt="{-100}T10:00:00Z", approvedAt="{-91}T10:00:00Z")
    made.quote("Q-4", createdAt="{-120}T10:00:00Z", sentAt="{-100}T10:00:00Z", approvedAt="{-88}T10:00:00Z")
    async with staged(tmp_path, made) as stage:
        assert (await stage.everything()).by_outcome == {"written": 1}
        assert (await stage.write("Q-1", "Q-2", "Q-3")).by_outcome == {"not eligible": 3}
        assert [row["externalQuoteNumber"] for row in stage.psa("Quotes").values()] == ["Q-4"]
        await stage.become(scope=Scope(statuses=frozenset({"draft"}), max_age_days=90))
        assert (await stage.everything()).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")
        await stage.become(scope=Scope(max_age_days=365, from_date=stage.clock.now().date() - timedelta(days=90)))
        assert (await stage.write("Q-3")).by_outcome == {"not eligible": 1}
        assert "from which on this site writes" in (await stage.attempts("Q-3"))[0].summary
        await stage.become(scope=Scope(max_age_days=365, from_date=stage.clock.now().date() - timedelta(days=91)))
        assert (await stage.write("Q-3")).by_outcome == {"written": 1}


@of_every_psa
async def test_rule_02_first_write_of_a_live_site_waits_for_its_counted_preview(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", side=side), practice=False) as stage:
        await stage.check("Q-1")
        issue = await stage.issue("Q-1")
        preview = await stage.bench.issues.preview([issue.id])
        assert (preview.will_try, preview.sentences) == (1, (f"Records of Fabrikam IT are written into {side.label}",))
        asked = await stage.bench.issues.retry([issue.id])
        assert (asked.needs_preview, stage.written()) == (True, [])
        assert (await stage.bench.issues.retry([issue.id], confirmed=True)).by_outcome == {"written": 1}


async def test_rule_02_after_the_first_preview_one_retry_is_one_click(tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", "Q-2"), practice=False) as stage:
        await stage.check("Q-1", "Q-2")
        await stage.retry("Q-1", confirmed=True)
        assert (await stage.retry("Q-2")).by_outcome == {"written": 1}


async def test_rule_02_creating_one_record_is_a_first_write_like_any_other(tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1"), practice=False) as stage:
        with pytest.raises(UserError, match="preview"):
            await stage.bench.links.create_anew(stage.site_id, RecordKind.COMPANY, "c3")
        assert stage.written() == []
        await stage.check("Q-1")
        await stage.retry("Q-1", confirmed=True)
        assert (await stage.bench.links.create_anew(stage.site_id, RecordKind.COMPANY, "c3")).by_outcome == {
            "written": 1
        }


async def test_rule_02_bulk_at_a_live_site_stops_after_its_first_write(tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", "Q-2", "Q-3", "Q-4", "Q-5"), practice=False) as stage:
        await stage.check("Q-1", "Q-2", "Q-3")
        ids = [issue.id for issue in await stage.open_issues()]
        assert (await stage.bench.issues.preview(ids)).canary_pauses
        result = await stage.bench.issues.retry(ids, confirmed=True)
        assert result.by_outcome == {"written": 1}
        assert len(stage.psa("Quotes")) == 1
        assert result.refused == (
            "The first one was written as a trial. Look at it in the PSA, then retry the other 2.",
        )
        left = [issue.id for issue in await stage.open_issues()]
        assert (result.pause, sorted(result.rest)) == (result.refused, sorted(left))
        rest = await stage.bench.issues.retry(result.rest, confirmed=True)
        assert (rest.by_outcome, rest.rest) == ({"written": 2}, ())
        assert len(stage.psa("Quotes")) == 3
        # Others than those that were left pause anew.
        await stage.check("Q-4", "Q-5")
        others = [issue.id for issue in await stage.open_issues()]
        assert (await stage.bench.issues.retry(others, confirmed=True)).by_outcome == {"written": 1}


@pytest.mark.parametrize(("used", "single", "batch"), [(4400, True, True), (4600, True, False), (7600, False, False)])
async def test_rule_10_tenants_hour_stops_a_batch_before_a_single_action(
    used: int, single: bool, batch: bool, tmp_path: Path
) -> None:
    async with staged(tmp_path, world("Q-1", "Q-2", "Q-3")) as stage:
        stage.tenant.limits.spend(used)
        many = await stage.write("Q-2", "Q-3")
        assert ("written" in many.by_outcome) is batch, many
        assert bool([row for row in stage.psa("Quotes").values() if row["name"] != "Offer Q-1"]) is batch
        one = await stage.write("Q-1")
        assert ("written" in one.by_outcome) is single, one
        if not batch:
            assert "calls that this tenant may make in an hour" in many.refused[0]
            assert any("were not tried" in each for each in many.refused)


async def test_rule_10_threshold_is_read_before_a_batch_and_after_every_hundred_calls(tmp_path: Path) -> None:
    made = world()
    for number in range(13):
        made.quote(f"Q-{number}", [item("laptop", f"{number}-{each}") for each in range(9)])
    async with staged(tmp_path, made) as stage:
        await stage.everything()
        sent = stage.requests()
        asked = [place for place, each in enumerate(sent) if each.endswith("/ThresholdInformation")]
        assert len(sent) > 250
        assert asked[0] <= 1
        gaps = [later - earlier for earlier, later in zip(asked, [*asked[1:], len(sent)], strict=True)]
        assert max(gaps) <= 115, gaps  # it is looked at after each record, which may be in the middle of one


async def test_rule_10_threshold_is_read_anew_before_each_batch(tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", "Q-2")) as stage:
        for _ in range(2):
            stage.sandbox.log.clear()
            await stage.everything(AttemptKind.CHECK)
            first = next(each for each in stage.requests() if "zoneinformation" not in each.lower())
            assert first.endswith("/ThresholdInformation")


async def test_rule_10_batch_stops_where_others_use_up_the_hour_meanwhile(tmp_path: Path) -> None:
    made = world()
    for number in range(12):
        made.quote(f"Q-{number}", [item("laptop", f"{number}-{each}") for each in range(6)])
    async with staged(tmp_path, made) as stage:
        stage.tenant.limits.spend(4420)
        result = await stage.everything()
        assert 0 < result.by_outcome["written"] < 12
        assert "45%" in result.refused[0]
        begun = result.by_outcome.get("failed", 0)  # the record in whose middle it stopped
        assert begun <= 1
        assert len(stage.psa("Quotes")) == result.by_outcome["written"] + begun
        sent = [each for each in stage.requests() if "zoneinformation" not in each.lower()]
        assert 4420 + len(sent) <= 4500 + 101  # what others use up is seen after a hundred calls of ours


async def test_rule_10_one_large_quote_stops_in_its_middle_and_a_retry_writes_the_rest(tmp_path: Path) -> None:
    lines = [item("laptop", f"{each}", quantity=each) for each in range(1, 121)]
    made = SmallWorld()
    made.quote("Q-1", lines)
    async with staged(tmp_path, made) as stage:
        stage.tenant.limits.spend(7430)
        result = await stage.write("Q-1")
        assert result.by_outcome == {"failed": 1}
        assert "calls that this tenant may make in an hour" in result.text
        written = len(stage.line_rows("Q-1"))
        assert 50 < written < 110
        assert f"; {written + 3} of 123 steps were carried out and are kept" in result.text
        (issue,) = await stage.open_issues()
        assert issue.failures[0].kind is FailureKind.BUDGET
        assert len([each for each in await stage.activity() if each.entity == "QuoteItems"]) == written

        stage.clock.advance(3600)
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert sorted(row["quantity"] for row in stage.line_rows("Q-1")) == list(range(1, 121))


async def test_rule_10_check_of_many_unlinked_records_stops_at_the_tenants_share_too(tmp_path: Path) -> None:
    made = world()
    for number in range(120):
        made.quote(f"Q-{number}", opportunityId=made.opportunity(f"op-{number}", name=f"Own {number * 7}")["id"])
    async with staged(tmp_path, made) as stage:
        stage.tenant.limits.spend(4450)
        result = await stage.everything(AttemptKind.CHECK)
        assert "45%" in result.refused[0]
        assert len(stage.requests()) <= 110  # the count is read anew after a hundred calls


async def test_rule_10_our_own_cap_ends_a_batch_and_says_until_when(tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", "Q-2")) as stage:
        connector = (await stage.run()).connector
        assert isinstance(connector, AutotaskConnector)
        while connector._budget.used < 1490:
            await connector._budget.take()
        result = await stage.everything()
        assert any("Our own limit of 1,500 calls to Autotask in one hour is used up" in each for each in result.refused)
        assert connector.known_budget().our_limit == 1500
        assert 0 < len(stage.requests()) <= 10
        stage.clock.advance(3601)
        assert (await stage.everything()).by_outcome == {"written": 2}


@pytest.mark.parametrize("side", [CONNECTWISE, HALOPSA], ids=["connectwise", "halopsa"])
async def test_rule_10_our_own_cap_at_a_live_site_is_waited_out(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", side=side), practice=False) as stage:
        await stage.become(write_previewed=True)
        connector = (await stage.run()).connector
        cap = connector.known_budget().our_limit
        assert cap == {"connectwise": 500, "halopsa": 200}[side.system]
        assert isinstance(connector, ConnectWiseConnector | HaloConnector)
        while connector._budget.used < cap - 4:
            await connector._budget.take()
        stage.clock.slept.clear()
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert len(stage.requests()) > 4
        assert {"connectwise": 60, "halopsa": 300}[side.system] in stage.clock.slept


@of_every_psa
async def test_rule_10_calls_of_an_earlier_run_of_the_program_count(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world("Q-1", side=side)) as stage:
        await stage.check("Q-1")
        before = (await stage.run()).connector.known_budget()
        later = await stage.backstage.open_run(await stage.backstage.site(stage.site_id))
        assert later.connector.known_budget().ours == before.ours > 3
        await stage.backstage.close_run(later)
