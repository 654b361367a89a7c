"""A change or deletion without an answer: the attempt looks what became of it, and where it cannot, the next does."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.assembly import wiring
from sync_desktop.domain.words import FailureKind
from sync_desktop.storage.activity import Activity, WriteOutcome
from sync_desktop.transport.session import Session
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.quoting_rows import item
from tests.worlds.small_world import SmallWorld


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server that does not answer be given up after a blink."""
    monkeypatch.setattr(wiring, "Session", partial(Session, timeout=0.05))


def world(**members: Any) -> SmallWorld:
    made = SmallWorld()
    made.quote("Q-1", **members)
    return made


async def newest(stage: Stage) -> Activity:
    return (await stage.activity())[-1]


async def conflicts(stage: Stage) -> list[str]:
    check = (await stage.attempts("Q-1"))[0].check
    assert check is not None
    return [each.field for each in check.differences if each.conflict]


async def lose(stage: Stage, kind: str, arg: Any = None, method: str = "PATCH") -> None:
    """Write Q-1 while no answer to a method comes through, nor any to the reads that look what became of it."""
    stage.fault(kind, method=method, arg=arg)
    stage.clock.on_sleep = lambda: stage.fault("reset_before", method="POST", path="/query$")
    assert (await stage.write("Q-1")).by_outcome == {"failed": 1}
    stage.clock.on_sleep = None
    stage.sandbox.faults.clear()


REFUSAL = {"status": 500, "body": {"errors": ["No purchase orders, please."]}}
TAKEN = [("reset_after", None), ("timeout", "after"), ("truncate", None), ("truncate", "connection")]
NOT_TAKEN = [("status", 502), ("reset_before", None)]


@pytest.mark.usefixtures("impatient")
async def test_lost_change_that_was_taken_is_seen_and_the_attempt_goes_on(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a", 2)])) as stage:
        await stage.write("Q-1")
        for number, (kind, arg) in enumerate(TAKEN, start=3):
            stage.change_quoting("quote", "q-1", poNumber=f"PO-{number}", items=[item("laptop", "a", number)])
            stage.fault(kind, method="PATCH", arg=arg)
            assert (await stage.write("Q-1")).by_outcome == {"written": 1}, kind
            assert stage.quote_row("Q-1")["purchaseOrderNumber"] == f"PO-{number}"
            assert [row["quantity"] for row in stage.line_rows("Q-1")] == [number]
            stage.sandbox.faults.clear()
        assert await stage.open_issues() == []
        assert {each.outcome for each in await stage.activity()} == {WriteOutcome.DONE}


async def test_lost_change_that_is_not_seen_fails_and_says_so(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-0")) as stage:
        await stage.write("Q-1")
        for number, (kind, arg) in enumerate(NOT_TAKEN):
            stage.change_quoting("quote", "q-1", poNumber=f"PO-{number + 1}")
            stage.fault(kind, method="PATCH", arg=arg)
            assert (await stage.write("Q-1")).by_outcome == {"failed": 1}, kind
            stage.sandbox.faults.clear()
            assert stage.quote_row("Q-1")["purchaseOrderNumber"] == f"PO-{number}"
            assert (await stage.write("Q-1")).by_outcome == {"written": 1}, kind
            assert stage.quote_row("Q-1")["purchaseOrderNumber"] == f"PO-{number + 1}"
            told = [each.outcome for each in (await stage.activity())[-2:]]
            assert told == [WriteOutcome.NOT_FOUND, WriteOutcome.DONE], kind


async def test_lost_change_after_which_the_row_is_neither_stays_unknown(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        stage.fault("reset_after", method="PATCH")
        row_id = stage.quote_row("Q-1")["id"]
        stage.clock.on_sleep = lambda: stage.change_psa("Quotes", row_id, purchaseOrderNumber="THEIRS")
        assert (await stage.write("Q-1")).by_outcome == {"failed": 1}
        assert (await newest(stage)).outcome is WriteOutcome.UNKNOWN


async def test_lost_deletion_is_seen_to_have_happened(tmp_path: Path) -> None:
    both = [item("laptop", "a"), item("dock", "b")]
    async with staged(tmp_path, world(items=both)) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", items=both[:1])
        stage.fault("reset_after", method="DELETE")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert [row["productID"] for row in stage.line_rows("Q-1")] == [6001]
        told = await newest(stage)
        assert (told.what, told.outcome) == ("Delete quote item “Corvane dock”", WriteOutcome.DONE)


async def test_lost_deletion_that_did_not_happen_fails_and_says_so(tmp_path: Path) -> None:
    both = [item("laptop", "a"), item("dock", "b")]
    async with staged(tmp_path, world(items=both)) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", items=both[:1])
        stage.fault("reset_before", method="DELETE")
        assert (await stage.write("Q-1")).by_outcome == {"failed": 1}
        assert (await newest(stage)).outcome is WriteOutcome.NOT_FOUND
        stage.sandbox.faults.clear()
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert [row["productID"] for row in stage.line_rows("Q-1")] == [6001]


@pytest.mark.parametrize(
    ("kind", "there", "learned"),
    [("reset_after", "PO-2", WriteOutcome.DONE), ("reset_before", "PO-1", WriteOutcome.NOT_FOUND)],
)
async def test_lost_change_that_cannot_be_looked_for_is_told_and_the_next_one_is_no_conflict(
    tmp_path: Path, kind: str, there: str, learned: WriteOutcome
) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        await lose(stage, kind)
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == there
        told = await newest(stage)
        assert (told.what, told.outcome) == ("Update quote Q-1 Offer Q-1", WriteOutcome.UNKNOWN)
        assert (told.before, told.after) == ({"purchaseOrderNumber": "PO-1"}, {"purchaseOrderNumber": "PO-2"})
        assert (told.external_id, bool(told.os_user)) == (str(stage.quote_row("Q-1")["id"]), True)

        await stage.check("Q-1")
        stage.change_quoting("quote", "q-1", poNumber="PO-3")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert await conflicts(stage) == []
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "PO-3"
        assert [each.outcome for each in (await stage.activity())[-2:]] == [learned, WriteOutcome.DONE]


async def test_lost_change_of_a_line_is_no_conflict_later_either(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a", 2), item("dock", "b")])) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 3), item("dock", "b")])
        await lose(stage, "reset_after")
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert (await newest(stage)).outcome is WriteOutcome.DONE
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 4), item("dock", "b")])
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert [row["quantity"] for row in stage.line_rows("Q-1")] == [4, 1]


async def test_lost_change_of_what_a_quote_needs_is_no_conflict_later(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("newlaptop", "a")])) as stage:
        await stage.write("Q-1")
        for name, outcome in (("Corvane L420 G2", "failed"), ("Corvane L420 G3", "written")):
            stage.change_quoting("product", "newlaptop", name=name)
            await stage.bench.runs.read_only()
            if outcome == "failed":
                await lose(stage, "reset_after")
                await stage.check("Q-1")
            else:
                assert (await stage.write("Q-1")).by_outcome == {outcome: 1}
        names = {row["name"] for row in stage.psa("Products").values()}
        assert "Corvane L420 G3" in names
        assert "Corvane L420 G2" not in names


async def test_same_change_on_both_sides_is_what_counts_from_then_on(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], purchaseOrderNumber="PO-2")
        assert (await stage.check("Q-1")).by_outcome == {"in step": 1}
        stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], purchaseOrderNumber="THEIRS")
        stage.sandbox.log.clear()
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == []
        assert await conflicts(stage) == []


async def test_lost_deletion_is_told_with_the_line_and_the_line_can_come_back(tmp_path: Path) -> None:
    both = [item("laptop", "a"), item("dock", "b")]
    async with staged(tmp_path, world(items=both)) as stage:
        await stage.write("Q-1")
        dock = stage.line_rows("Q-1")[1]
        stage.change_quoting("quote", "q-1", items=both[:1])
        await lose(stage, "reset_after", method="DELETE")
        assert [row["productID"] for row in stage.line_rows("Q-1")] == [6001]
        told = await newest(stage)
        assert (told.what, told.outcome) == ("Delete quote item “Corvane dock”", WriteOutcome.UNKNOWN)
        assert (told.external_id, told.before["productID"], told.after) == (str(dock["id"]), 6002, {})

        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert (await newest(stage)).outcome is WriteOutcome.DONE
        assert await stage.link(quote_ref("Q-1"), "line:i-b") is None
        stage.change_quoting("quote", "q-1", items=both)
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert [row["productID"] for row in stage.line_rows("Q-1")] == [6001, 6002]


async def test_refused_change_is_in_no_activity_for_it_changed_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await stage.write("Q-1")
        before = await stage.activity()
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        await lose(stage, "status", REFUSAL)
        assert await stage.activity() == before
        assert {each.outcome for each in before} == {WriteOutcome.DONE}
        assert (await stage.issue("Q-1")).failures[0].kind is FailureKind.REFUSED


async def test_change_that_was_lost_once_and_then_refused_is_seen_to_have_happened(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        stage.fault("reset_after", method="PATCH", times=1)  # strikes first, and then the other one does
        stage.fault("status", method="PATCH", arg=REFUSAL)
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "PO-2"
        assert (await newest(stage)).outcome is WriteOutcome.DONE


async def test_lost_create_is_in_the_activity_once_whatever_became_of_it(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        stage.fault("reset_before", method="POST", path="/Quotes$", times=1)
        assert (await stage.write("Q-1")).by_outcome == {"failed": 1}
        told = [each for each in await stage.activity() if each.entity == "Quotes"]
        assert [(each.outcome, each.external_id) for each in told] == [(WriteOutcome.NOT_FOUND, "")]
        assert told[0].after["externalQuoteNumber"] == "Q-1"

        stage.sandbox.faults.clear()
        stage.fault("reset_after", method="POST", path="/Quotes$", times=1)
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        found = [each for each in await stage.activity() if each.entity == "Quotes"][1:]
        quote_id = str(stage.quote_row("Q-1")["id"])
        assert [(each.outcome, each.external_id) for each in found] == [(WriteOutcome.DONE, quote_id)]


async def test_create_that_a_later_attempt_finds_is_told_as_what_the_earlier_one_sent(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        stage.fault("reset_after", method="POST", path="/Quotes$", times=1)
        stage.fault("status", method="POST", path="/Quotes/query$", arg=502, after=2)
        assert (await stage.write("Q-1")).by_outcome == {"failed": 1}
        stage.sandbox.faults.clear()
        (told,) = [each for each in await stage.activity() if each.entity == "Quotes"]
        assert (told.outcome, told.external_id) == (WriteOutcome.UNKNOWN, "")

        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        (later,) = [each for each in await stage.activity() if each.entity == "Quotes"]
        assert (later.outcome, later.external_id) == (WriteOutcome.DONE, str(stage.quote_row("Q-1")["id"]))
        assert (later.id, later.attempt_id) == (told.id, told.attempt_id)
