"""Rule 6 of safety: which quotes are left out and why, and what waits for a person's word."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.records import Quote
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import Action, FailureKind, Psa
from sync_desktop.sync.eligibility import why_not_eligible
from tests.sync.sync_stage import Stage, staged
from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.connectwise_side import CONNECTWISE
from tests.worlds.psa_side import LOST, UNKNOWN, WON, PsaSide
from tests.worlds.quoting_rows import item
from tests.worlds.sides import of_every_psa
from tests.worlds.small_world import SmallWorld


def world(side: PsaSide = AUTOTASK, state: str = "", **members: Any) -> SmallWorld:
    """Return a quote whose opportunity is in a state."""
    made = SmallWorld(side)
    made.quote("Q-1", **members)
    if state:
        made.there("opportunity", 41).update(side.ended(state))
    return made


async def kinds(stage: Stage, number: str = "Q-1") -> list[FailureKind]:
    return [each.kind for each in (await stage.issue(number)).failures]


async def left_out(stage: Stage) -> tuple[int, str]:
    """Return how many a retry of Q-1's issue would try, and the first sentence of its preview."""
    preview = await stage.bench.issues.preview([(await stage.issue("Q-1")).id])
    return preview.will_try, preview.sentences[0]


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"status": "draft"}, "its status is draft"),
        ({"status": "declined", "declinedAt": "{-1}T10:00:00Z"}, "it was declined"),
        ({"approvedAt": None, "status": "sent", "expiredAt": "{-1}T10:00:00Z"}, "it has expired"),
        ({"status": "expired"}, "its status is expired"),
        ({"deletedAt": "{-1}T10:00:00Z"}, "it is deleted in Salesbuildr"),
    ],
)
async def test_rule_06_quote_is_left_out_with_its_reason(members: dict[str, Any], why: str, tmp_path: Path) -> None:
    async with staged(tmp_path, world(**members)) as stage:
        result = await stage.write("Q-1")
        if result.by_outcome == {"not eligible": 1}:
            assert why in result.text
        else:  # what Salesbuildr does not list any more cannot be read anew
            assert members.get("deletedAt")
        assert stage.written() == []
        assert (await stage.everything()).by_outcome.get("written", 0) == 0


def test_rule_02_quote_without_a_date_is_left_out() -> None:
    site = Site(id="s", name="Fabrikam IT", psa=Psa.AUTOTASK, quoting_url="http://127.0.0.1/public-api")
    undated, now = Quote(id="q", number="Q-1", title="Offer", status="sent"), datetime(2026, 3, 10, tzinfo=UTC)
    assert why_not_eligible(undated, site, now) == "Salesbuildr gives no date for it"
    assert why_not_eligible(undated.model_copy(update={"sent_at": now}), site, now) == ""


async def test_rule_06_issue_of_a_quote_that_is_withdrawn_is_no_longer_counted_as_retryable(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.check("Q-1")
        stage.change_quoting("quote", "q-1", status="draft")
        await stage.bench.runs.read_only()
        preview = await stage.bench.issues.preview([(await stage.issue("Q-1")).id])
        assert preview.will_try == 0
        assert "1 left out: its status is draft; this site writes approved and sent quotes" in preview.sentences


@of_every_psa
async def test_rule_06_lost_opportunity_leaves_its_quote_out(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side, LOST)) as stage:
        await stage.write("Q-1")
        assert await kinds(stage) == [FailureKind.CLOSED]
        assert await left_out(stage) == (0, "1 left out: the opportunity is lost in the PSA")
        await stage.bench.links.confirm_won(stage.site_id, "q-1")
        await stage.write("Q-1")
        assert stage.written() == []


@of_every_psa
async def test_rule_06_won_opportunity_asks_for_each_quote_and_is_written_once_confirmed(
    side: PsaSide, tmp_path: Path
) -> None:
    made = world(side, WON)
    made.quote("Q-2", opportunityId="opp-q-1", primary=side.system != "connectwise")
    async with staged(tmp_path, made) as stage:
        before = dict(stage.there("opportunity")[41])
        await stage.write("Q-1")
        detail = await stage.bench.issues.detail((await stage.issue("Q-1")).id)
        assert detail is not None
        assert Action.CONFIRM_WON in detail.causes[0].actions
        assert stage.written() == []
        await stage.bench.links.confirm_won(stage.site_id, "q-1")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert stage.there("opportunity")[41] == before
        assert "written" not in (await stage.write("Q-2")).by_outcome


@of_every_psa
async def test_rule_06_opportunity_of_unknown_status_asks_and_is_written_once_confirmed(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, world(side, UNKNOWN)) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        detail = await stage.bench.issues.detail((await stage.issue("Q-1")).id)
        assert detail is not None
        assert detail.causes[0].message.startswith(f"{side.label} ")
        assert detail.causes[0].message.endswith("not known whether it is still open")
        assert Action.CONFIRM_OPEN in detail.causes[0].actions
        assert stage.written() == []
        await stage.bench.links.confirm_won(stage.site_id, "q-1")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}


async def test_rule_06_status_of_an_unknown_meaning_is_named(tmp_path: Path) -> None:
    made = world()
    made.there("opportunity", 41)["status"] = 5
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        said = "Autotask has this opportunity in the status “Not Ready To Buy”, of which it is not known whether it is"
        assert (await stage.issue("Q-1")).failures[0].message == f"{said} still open"


@of_every_psa
async def test_rule_06_quote_that_is_in_step_stays_so_when_its_opportunity_is_closed(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, world(side)) as stage:
        await stage.write("Q-1")
        sent = stage.written()
        for state in (LOST, WON, UNKNOWN):
            stage.change_there("opportunity", 41, side.ended(state))
            assert (await stage.write("Q-1")).by_outcome == {"in step": 1}, state
        stage.change_quoting("quote", "q-1", items=[item("laptop", "q-1", 2)])
        for state in (LOST, WON, UNKNOWN):
            stage.change_there("opportunity", 41, side.ended(state))
            assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}, state
        side.delete_line(stage.store, stage.quote_row("Q-1"), stage.lines("Q-1")[0].id)
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert stage.written() == sent


@of_every_psa
async def test_rule_06_what_was_ordered_already_is_left_out_even_if_confirmed(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side, WON)) as stage:
        await stage.bench.links.confirm_won(stage.site_id, "q-1")
        for collection, row in side.behind(41):
            made = stage.store.insert(collection, row)
            for state in (WON, UNKNOWN):
                stage.change_there("opportunity", 41, side.ended(state))
                await stage.write("Q-1")
                told = (0, "1 left out: the opportunity is ordered in the PSA")
                assert await left_out(stage) == told, (collection, state)
            stage.store.delete(collection, made)
        assert stage.written() == []
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}


@of_every_psa
@pytest.mark.parametrize(("decision", "left"), [("keep", [6001, 6002]), ("adopt", [6001, 6002]), ("replace", [6001])])
async def test_rule_06_lines_of_others_wait_for_a_persons_decision(
    side: PsaSide, decision: str, left: list[int], tmp_path: Path
) -> None:
    async with staged(tmp_path, world(side)) as stage:
        await stage.write("Q-1")
        sent = stage.written()
        row = stage.quote_row("Q-1")
        side.add_line(stage.store, row, side.line(6002, "Corvane dock", 1, 99))
        stage.change_quoting("quote", "q-1", items=[item("laptop", "q-1", 2)])
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        (failure,) = (await stage.issue("Q-1")).failures
        assert (failure.kind, failure.facts["items"]) == (FailureKind.FOREIGN_LINES, "Corvane dock")
        assert stage.written() == sent
        await stage.bench.links.decide_lines(stage.site_id, "q-1", decision)
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert sorted(line.product for line in side.lines(stage.store, row)) == left
        assert [line.quantity for line in side.lines(stage.store, row) if line.product == 6001] == [2]


@of_every_psa
async def test_rule_06_line_of_others_that_is_adopted_stands_for_the_item_that_it_sells(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, world(side)) as stage:
        await stage.write("Q-1")
        side.add_line(stage.store, stage.quote_row("Q-1"), side.line(6002, "Corvane dock", 1, 99))
        stage.change_quoting("quote", "q-1", items=[item("laptop", "q-1"), item("dock", "d")])
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "adopt")
        sent = stage.written()
        await stage.retry("Q-1")
        assert [(line.product, line.price) for line in stage.lines("Q-1")] == [(6001, 780.95), (6002, 99)]
        assert stage.written() == sent


async def test_rule_06_lines_of_two_quotes_never_lie_on_one_opportunity_of_connectwise(tmp_path: Path) -> None:
    made = world(CONNECTWISE)
    made.quote("Q-2", [item("dock", "2")], opportunityId="opp-q-1", primary=False)
    async with staged(tmp_path, made) as stage:
        result = await stage.write("Q-1", "Q-2")
        assert result.by_outcome == {"written": 1, "not eligible": 1}
        assert [line.product for line in stage.lines("Q-1")] == [6001]
        # Now the second one becomes the primary quote: what the first one has put there is still there.
        sent = stage.written()
        for number, primary in (("q-1", False), ("q-2", True)):
            stage.change_quoting("quote", number, primary=primary)
        await stage.bench.runs.read_only()
        assert (await stage.write("Q-1", "Q-2")).by_outcome == {"not eligible": 1, "blocked": 1}
        (failure,) = (await stage.issue("Q-2")).failures
        assert (failure.kind, failure.facts["items"]) == (FailureKind.FOREIGN_LINES, "Corvane L310 laptop")
        assert stage.written() == sent
        await stage.bench.links.decide_lines(stage.site_id, "q-2", "replace")
        assert (await stage.retry("Q-2")).by_outcome == {"written": 1}
        assert [line.product for line in stage.lines("Q-2")] == [6002]
