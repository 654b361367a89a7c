"""A mistake of this program in the middle of an attempt: a sentence, an open issue, and nothing lost or doubled."""

from pathlib import Path

import pytest

from sync_desktop.domain.words import FailureKind, IssueState, Outcome
from sync_desktop.psa.connector import Draft
from tests.sync.sync_stage import staged
from tests.worlds.quoting_rows import item
from tests.worlds.small_world import SmallWorld

SENTENCE = "This program made a mistake (KeyError); nothing more was sent for this record"
LAPTOP, DOCK = "Corvane L310 laptop", "Corvane dock"


@pytest.mark.logs_errors
@pytest.mark.parametrize("sent", [False, True], ids=["before the request", "after the answer"])
async def test_a_mistake_of_ours_is_told_and_the_next_retry_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bool
) -> None:
    made = SmallWorld()
    made.quote("Q-1", [item("laptop", "a"), item("dock", "b")])
    async with staged(tmp_path, made) as stage:
        connector = (await stage.run()).connector
        create = connector.create

        async def mistaken(draft: Draft) -> str:
            if draft.part == "line:i-b":
                if sent:
                    await create(draft)
                raise KeyError("unitPrice")
            return await create(draft)

        with monkeypatch.context() as broken:
            broken.setattr(connector, "create", mistaken)
            assert (await stage.write("Q-1")).by_outcome == {"failed": 1}
        issue = await stage.issue("Q-1")
        detail = await stage.bench.issues.detail(issue.id)
        assert detail is not None
        assert (issue.state, issue.failures[0].kind) == (IssueState.OPEN, FailureKind.INTERNAL)
        assert (detail.causes[0].message, detail.causes[0].title) == (SENTENCE, "Fault in this program")
        assert detail.retry_label == "Retry"
        assert (await stage.attempts("Q-1"))[0].outcome is Outcome.FAILED
        assert [row["name"] for row in stage.line_rows("Q-1")] == [LAPTOP, DOCK][: 1 + sent]
        assert (await stage.retry("Q-1")).by_outcome == {"in step" if sent else "written": 1}
        assert [row["name"] for row in stage.line_rows("Q-1")] == [LAPTOP, DOCK]
        assert (await stage.issue("Q-1")).state is IssueState.CLEARED
        told = {each.external_id for each in await stage.activity()}
        assert {str(row["id"]) for row in stage.line_rows("Q-1")} <= told


@pytest.mark.logs_errors
async def test_a_mistake_with_one_record_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = SmallWorld()
    for number in ("Q-1", "Q-2", "Q-3"):
        made.quote(number)
    async with staged(tmp_path, made) as stage:
        connector = (await stage.run()).connector
        create = connector.create

        async def mistaken(draft: Draft) -> str:
            if draft.ref.id == "q-2":
                raise ZeroDivisionError
            return await create(draft)

        monkeypatch.setattr(connector, "create", mistaken)
        assert (await stage.write("Q-1", "Q-2", "Q-3")).by_outcome == {"written": 2, "failed": 1}
        assert (await stage.issue("Q-2")).state is IssueState.OPEN
        assert stage.quote_row("Q-3")
