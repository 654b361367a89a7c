"""Rules 11 and 12 of safety: what is said of a record was seen, and what was written is written down."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import IssueState, RecordKind
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.connectwise_side import CONNECTWISE
from tests.worlds.psa_side import PsaSide
from tests.worlds.quoting_rows import item
from tests.worlds.sides import of_every_psa, with_quotes
from tests.worlds.small_world import SmallWorld


def world(side: PsaSide, **members: Any) -> SmallWorld:
    made = SmallWorld(side)
    made.quote("Q-1", **members)
    return made


def tenant_changes(stage: Stage, change: Callable[[int], None]) -> None:
    """Let a rule of the tenant change Q-1's lines with whatever is saved; `change` gets the id of each."""
    store = stage.store
    insert, update = store.insert, store.update
    at_it: list[int] = []

    def lines() -> None:
        for row in stage.side.quotes(store, "Q-1") if not at_it else ():
            at_it.extend(line.id for line in stage.side.lines(store, row))
            for line in tuple(at_it):
                change(line)
            at_it.clear()

    def inserted(collection: str, row: Any) -> int:
        made = insert(collection, row)
        lines()
        return made

    def updated(collection: str, row_id: int, changes: Any) -> Any:
        update(collection, row_id, changes)
        lines()
        return store.rows(collection)[row_id]

    store.insert = inserted  # type: ignore[method-assign]
    store.update = updated  # type: ignore[method-assign]


@of_every_psa
async def test_rule_11_cleared_says_what_was_seen_in_the_psa(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side)) as stage:
        await stage.check("Q-1")
        assert (await stage.issue("Q-1")).state is IssueState.OPEN
        await stage.retry("Q-1")
        issue, row = await stage.issue("Q-1"), stage.quote_row("Q-1")
        what, name = ("opportunity", "Project Q-1") if side is CONNECTWISE else ("quote", "Offer Q-1")
        seen = f"Seen in {side.label}: {what} #{row['id']} “{name}”, 1 lines, total 780.95"
        assert (issue.state, issue.note) == (IssueState.CLEARED, seen)


@of_every_psa
async def test_rule_11_written_but_not_seen_is_not_cleared(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side)) as stage:
        await stage.check("Q-1")
        method = "POST" if side is AUTOTASK else "GET"
        path = "/query$" if side is AUTOTASK else ""

        def blind(_line: int) -> None:
            stage.fault("status", method=method, path=path, arg={"status": 500, "body": ""})

        tenant_changes(stage, blind)
        result = await stage.retry("Q-1")
        assert set(result.by_outcome).isdisjoint({"written", "in step"})
        assert (await stage.issue("Q-1")).state is IssueState.OPEN
        assert stage.quote_row("Q-1")


async def test_rule_11_row_that_is_gone_after_its_write_is_not_cleared(tmp_path: Path) -> None:
    async with staged(tmp_path, world(AUTOTASK)) as stage:
        await stage.check("Q-1")
        tenant_changes(stage, lambda _line: stage.store.delete("Quotes", stage.quote_row("Q-1")["id"]))
        await stage.retry("Q-1")
        issue = await stage.issue("Q-1")
        assert (issue.state, issue.failures[0].message) == (IssueState.OPEN, "Quote was not found in Autotask")


@of_every_psa
async def test_rule_11_written_but_differs_is_told_with_both_values(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side)) as stage:

        def doubles(line: int) -> None:
            side.change_line(stage.store, stage.quote_row("Q-1"), line, quantity=7, price=1)

        tenant_changes(stage, doubles)
        assert (await stage.write("Q-1")).by_outcome == {"written, but differs": 1}
        issue = await stage.issue("Q-1")
        assert issue.state is IssueState.OPEN
        assert issue.failures[0].message == "Written, but differs"
        said = " ".join(each.facts["field"] for each in issue.failures)
        price = "unitPrice" if side is AUTOTASK else "price"
        for told in ("quantity: sent 1, found 7", f"{price}: sent 780.95, found 1", "total: sent 780.95, found 7.00"):
            assert told in said


@with_quotes
async def test_rule_11_header_that_differs_is_told_with_both_values(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side)) as stage:

        def renames(_line: int) -> None:
            row = stage.quote_row("Q-1")
            stage.store.rows(side.collections["quote"])[row["id"]][side.titles["quote"]] = "Renamed by a workflow"

        tenant_changes(stage, renames)
        assert (await stage.write("Q-1")).by_outcome == {"written, but differs": 1}
        said = (await stage.issue("Q-1")).failures[0].facts["field"]
        assert f"{side.titles['quote']}: sent Offer Q-1, found Renamed by a workflow" in said


@of_every_psa
async def test_rule_11_what_others_changed_on_purpose_is_no_difference_of_a_later_write(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, world(side, items=[item("laptop", "a", 2)])) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        side.change_line(stage.store, stage.quote_row("Q-1"), stage.lines("Q-1")[0].id, quantity=7)
        if side is not CONNECTWISE:
            name = side.titles["quote"]
            stage.change_there("quote", stage.quote_row("Q-1")["id"], {name: "Renamed on purpose"})
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 2), item("dock", "b")])
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert [line.quantity for line in stage.lines("Q-1")] == [7, 1]


async def test_rule_11_what_is_left_out_is_not_called_cleared(tmp_path: Path) -> None:
    async with staged(tmp_path, world(AUTOTASK)) as stage:
        await stage.check("Q-1")
        stage.change_quoting("quote", "q-1", status="declined", declinedAt="2026-03-10T07:00:00Z")
        assert (await stage.retry("Q-1")).by_outcome == {"not eligible": 1}
        issue = await stage.issue("Q-1")
        assert issue.state is IssueState.DISMISSED
        assert issue.note == "Left out: it was declined"
        assert stage.psa("Quotes") == {}


@of_every_psa
async def test_rule_12_every_write_is_written_down_with_values_before_and_after(side: PsaSide, tmp_path: Path) -> None:
    items = [item("laptop", "a"), item("dock", "b")]
    async with staged(tmp_path, world(side, items=items, poNumber="PO-1")) as stage:
        begun = stage.clock.now()
        await stage.write("Q-1")
        dock = stage.lines("Q-1")[1]
        stage.change_quoting("quote", "q-1", poNumber="PO-2", items=[item("laptop", "a", 2)])
        await stage.write("Q-1")
        told = await stage.activity()
        assert len(told) == len(stage.written())
        words = Counter(each.what.partition(" ")[0] for each in told)
        header = side is not CONNECTWISE
        locations = 2 if side is AUTOTASK else 0
        assert words == {"Create": 2 + header + locations, "Update": 1 + header, "Delete": 1}
        by_what = {each.what: each for each in told}
        if header:
            changed, po = by_what["Update quote Q-1 Offer Q-1"], side.headers["poNumber"]
            assert (changed.before, changed.after) == ({po: "PO-1"}, {po: "PO-2"})
        line = by_what["Update quote item “Corvane L310 laptop”"]
        assert (line.before, line.after) == ({"quantity": 1}, {"quantity": 2})
        gone = by_what["Delete quote item “Corvane dock”"]
        assert (gone.external_id, gone.before["quantity"], gone.after) == (str(dock.id), 1, {})
        os_user = (await stage.run()).os_user
        assert {(each.os_user, each.site_name, each.ref) for each in told} == {
            (os_user, "Fabrikam IT", quote_ref("Q-1"))
        }
        times = [begun, *(each.at for each in told), stage.clock.now()]
        assert times == sorted(times)


async def test_rule_12_every_write_is_written_down_before_it_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [item("laptop", "a"), item("dock", "b")]
    async with staged(tmp_path, world(AUTOTASK, items=items)) as stage:
        connector, ahead = (await stage.run()).connector, list[int]()

        def watched(send: Callable[..., Any]) -> Callable[..., Any]:
            async def sending(*args: Any) -> Any:
                ahead.append(len(await stage.activity()) - len(stage.written()))
                return await send(*args)

            return sending

        for name in ("create", "update", "delete"):
            monkeypatch.setattr(connector, name, watched(getattr(connector, name)))
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 2)])
        await stage.write("Q-1")
        assert ahead == [1] * len(stage.written())
        assert {each.partition(" ")[0] for each in stage.written()} == {"POST", "PATCH", "DELETE"}


@of_every_psa
async def test_rule_12_create_whose_answer_was_lost_is_written_down_once(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side)) as stage:
        stage.fault("reset_after", method="POST", path=side.creates, times=1)
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        told = [(each.entity, each.external_id) for each in await stage.activity()]
        assert len(set(told)) == len(told) == len(stage.written())


@of_every_psa
async def test_rule_12_links_and_checks_are_no_writes(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side)) as stage:
        assert (await stage.check("Q-1")).by_outcome == {"ready": 1}
        assert await stage.link(RecordRef(kind=RecordKind.COMPANY, id="c1")) is not None
        assert await stage.activity() == []
