"""What the PSA has refused is sent again by a person's Retry, or when something about it has changed; else not."""

from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.words import AttemptKind, FailureKind, IssueState
from tests.sync.sync_stage import Stage, staged
from tests.worlds.quoting_rows import item
from tests.worlds.small_world import SmallWorld

NOT_THE_DOCK: dict[str, Any] = {
    "entity": "QuoteItems",
    "when": {"productID": 6002},
    "errors": ["The dock is not for sale."],
}
NOT_HARDWARE: dict[str, Any] = {
    "entity": "Products",
    "when": {"productBillingCodeID": 401},
    "errors": ["New hardware is made by the warehouse only."],
}
ONE_LINE = "1 line was refused before and nothing about it changed; Retry sends it again."
ONE_RECORD = "1 record was refused before and nothing about it changed; Retry sends it again."


def refusal(text: str) -> dict[str, Any]:
    """Return what Autotask answers where it refuses."""
    return {"status": 500, "body": {"errors": [text]}}


def with_dock() -> SmallWorld:
    """Return a quote of which Autotask refuses one line."""
    made = SmallWorld()
    made.rules.append(NOT_THE_DOCK)
    made.quote("Q-1", [item("laptop", "a"), item("dock", "b")])
    return made


def with_new_laptop() -> SmallWorld:
    """Return a quote that needs a product which Autotask refuses."""
    made = SmallWorld()
    made.rules.append(NOT_HARDWARE)
    made.quote("Q-1", [item("newlaptop", "a")])
    return made


async def assert_nothing_is_sent(stage: Stage, said: str) -> None:
    """Assert that a sync of everything sends no write and leaves the issue as it was."""
    before = await stage.issue("Q-1")
    stage.sandbox.log.clear()
    result = await stage.everything()
    assert stage.written() == []
    assert said in result.refused
    assert await stage.issue("Q-1") == before


async def test_refused_line_is_not_sent_again_until_somebody_retries_it(tmp_path: Path) -> None:
    async with staged(tmp_path, with_dock()) as stage:
        assert (await stage.everything()).by_outcome == {"some items missing": 1}
        await assert_nothing_is_sent(stage, ONE_LINE)
        await assert_nothing_is_sent(stage, ONE_LINE)
        assert (await stage.issue("Q-1")).times_failed == 1
        await stage.retry("Q-1")
        assert len(stage.written()) == 1
        assert (await stage.issue("Q-1")).times_failed == 2


async def test_line_that_the_tenant_takes_by_now_arrives_with_a_retry_and_is_held_back_no_more(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path, with_dock()) as stage:
        await stage.everything()
        await assert_nothing_is_sent(stage, ONE_LINE)
        stage.sandbox.site().rules.clear()
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert (await stage.everything()).refused == ()


async def test_line_that_was_changed_is_sent_again(tmp_path: Path) -> None:
    async with staged(tmp_path, with_dock()) as stage:
        await stage.everything()
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a"), item("dock", "b", 2)])
        await stage.bench.runs.read_only()
        stage.sandbox.log.clear()
        assert "refused before" not in " ".join((await stage.everything()).refused)
        assert len(stage.written()) == 1
        await assert_nothing_is_sent(stage, ONE_LINE)


async def test_record_that_a_quote_needs_is_not_sent_again_until_its_mapping_changes(tmp_path: Path) -> None:
    async with staged(tmp_path, with_new_laptop()) as stage:
        assert (await stage.everything()).by_outcome == {"failed": 1}
        assert len(stage.written()) == 1
        await assert_nothing_is_sent(stage, ONE_RECORD)
        await stage.bench.mappings.set(stage.site_id, "product-billing-code", "hw", "402")
        result = await stage.everything()
        assert (result.by_outcome, result.refused) == ({"written": 1}, ())
        assert (await stage.issue("Q-1")).state is IssueState.CLEARED


@pytest.mark.parametrize("made", [with_dock, with_new_laptop])
async def test_check_keeps_the_cause_of_what_was_refused(tmp_path: Path, made: Any) -> None:
    async with staged(tmp_path, made()) as stage:
        await stage.everything()
        before = await stage.issue("Q-1")
        await stage.everything(AttemptKind.CHECK)
        await stage.bench.runs.refresh()
        assert await stage.issue("Q-1") == before


async def test_dismissed_issue_of_a_refused_line_stays_dismissed_and_is_not_counted(tmp_path: Path) -> None:
    async with staged(tmp_path, with_dock()) as stage:
        await stage.everything()
        await stage.bench.issues.dismiss([(await stage.issue("Q-1")).id])
        await assert_nothing_is_sent(stage, ONE_LINE)
        issue = await stage.issue("Q-1")
        assert (issue.state, issue.dismissed_count) == (IssueState.DISMISSED, 0)


async def test_refused_change_is_not_sent_again_either(tmp_path: Path) -> None:
    made = SmallWorld()
    made.quote("Q-1", poNumber="PO-1")
    async with staged(tmp_path, made) as stage:
        await stage.everything()
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        stage.fault("status", method="PATCH", arg=refusal("No purchase orders, please."))
        assert (await stage.everything()).by_outcome == {"failed": 1}
        await assert_nothing_is_sent(stage, ONE_RECORD)
        stage.sandbox.faults.clear()
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "PO-2"
        for number in ("PO-3", "PO-2"):  # what was taken once is held back no more
            stage.change_quoting("quote", "q-1", poNumber=number)
            assert (await stage.everything()).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "PO-2"


async def test_permission_that_was_missing_waits_for_a_retry_too(tmp_path: Path) -> None:
    said = "The logged in Resource does not have the adequate permissions to create this entity type."
    made = SmallWorld()
    made.quote("Q-1")
    async with staged(tmp_path, made) as stage:
        stage.fault("status", method="POST", path="/Quotes$", arg=refusal(said))
        await stage.everything()
        assert (await stage.issue("Q-1")).failures[0].kind is FailureKind.PERMISSION
        stage.sandbox.faults.clear()
        await assert_nothing_is_sent(stage, ONE_RECORD)
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}


@pytest.mark.parametrize(
    ("kind", "arg", "outcome"),
    [
        ("status", 503, "failed"),
        ("reset_before", None, "failed"),
        ("rate_limit", None, "failed"),
        ("status", refusal("The operation timed out."), "some items missing"),
    ],
)
async def test_what_may_pass_by_itself_is_tried_again_by_the_next_sync(
    tmp_path: Path, kind: str, arg: Any, outcome: str
) -> None:
    made = SmallWorld()
    made.quote("Q-1")
    async with staged(tmp_path, made) as stage:
        stage.fault(kind, method="POST", path="/Items$", arg=arg)
        assert (await stage.everything()).by_outcome == {outcome: 1}
        stage.sandbox.faults.clear()
        result = await stage.everything()
        assert (result.by_outcome, result.refused) == ({"written": 1}, ())
