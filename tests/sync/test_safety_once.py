"""Rules 8, 11 and 12 of safety: everything is there once, and what is said of it was seen and is written down."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import FailureKind, IssueState, RecordKind
from sync_desktop.storage import links
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.connectwise_side import CONNECTWISE
from tests.worlds.halopsa_side import HALOPSA
from tests.worlds.psa_side import PsaSide
from tests.worlds.quoting_rows import COURIER, item
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
async def test_rule_08_equal_lines_stay_two_also_when_one_of_them_lost_its_link(side: PsaSide, tmp_path: Path) -> None:
    docks = [item("dock", name) for name in "abc"]
    async with staged(tmp_path, world(side, items=docks)) as stage:
        await stage.write("Q-1")
        assert len(stage.lines("Q-1")) == 3
        for part in ("line:i-a", "line:i-c"):
            await stage.workspace.write(
                lambda tx, part=part: links.remove_link(tx, stage.site_id, quote_ref("Q-1"), part)  # type: ignore[misc]
            )
        sent = stage.written()
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == sent
        kept = [await stage.link(quote_ref("Q-1"), f"line:i-{each}") for each in "abc"]
        assert len({link.external_id for link in kept if link}) == 3


@of_every_psa
async def test_rule_08_keys_are_stamped_and_restore_the_links_of_a_lost_workspace(
    side: PsaSide, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    made = world(side, items=[item("newlaptop", "a"), item("dock", "b"), item("dock", "c")], shippingType=COURIER)
    async with staged(first, made) as stage:
        await stage.write("Q-1")
        assert stage.quote_row("Q-1")
        keys = [row.get(side.product_key) for row in stage.there("product").values() if row.get(side.product_key)]
        assert keys == ["newlaptop"]
        made.psa = stage.store.dump()
    async with staged(second, made) as stage:
        rebuilt = await stage.bench.links.rebuild(stage.site_id)
        assert (rebuilt.quotes, rebuilt.lines, rebuilt.products, rebuilt.ambiguous) == (1, 4, 1, 0)
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == []


@of_every_psa
@pytest.mark.parametrize("rebuild", [True, False])
async def test_rule_08_quote_that_salesbuildr_wrote_before_us_is_taken_over(
    side: PsaSide, rebuild: bool, tmp_path: Path
) -> None:
    items = [item("laptop", "a", 2), item("dock", "b"), item("dock", "c"), item("backup", "d", 3)]
    async with staged(tmp_path, world(side, items=items, poNumber="PO-1")) as stage:
        (told,) = await stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-1"])
        assert "id" in told, told
        counts = side.counts(stage.store)
        if rebuild:
            await stage.bench.links.rebuild(stage.site_id)
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert (stage.written(), side.counts(stage.store)) == ([], counts)
        assert stage.quote_row("Q-1")["id"] == told["id"]


@of_every_psa
async def test_rule_08_quote_that_salesbuildr_wrote_without_a_stamp_is_not_doubled(
    side: PsaSide, tmp_path: Path
) -> None:
    items = [item("laptop", "a", 2), item("dock", "b"), item("dock", "c")]
    async with staged(tmp_path, world(side, items=items)) as stage:
        stage.sandbox.switches.set("salesbuildr", "vendor_stamps", "off")
        (told,) = await stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-1"])
        counts = side.counts(stage.store)
        if side is CONNECTWISE:  # there its lines are on the very opportunity, and alike
            assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        else:
            for _ in range(2):
                assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
            (failure,) = (await stage.issue("Q-1")).failures
            assert (failure.kind, failure.message) == (FailureKind.NEAR_MATCH, "Quote has no external identifier")
            assert side.counts(stage.store) == counts
            choice = await stage.bench.links.choice(stage.site_id, RecordKind.QUOTE, "q-1")
            assert [each.external_id for each in choice.candidates] == [str(told["id"])]
            entity = side.collections["quote"]
            await stage.bench.links.link(stage.site_id, RecordKind.QUOTE, "q-1", entity, str(told["id"]))
            assert (await stage.retry("Q-1")).by_outcome == {"in step": 1}
        assert side.counts(stage.store) == counts
        assert stage.written() == []


@with_quotes
async def test_rule_08_unstamped_quote_of_another_name_is_somebody_elses(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side)) as stage:
        stage.sandbox.switches.set("salesbuildr", "vendor_stamps", "off")
        (told,) = await stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-1"])
        stage.change_there("quote", int(told["id"]), {side.titles["quote"]: "Spare parts"})
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["id"] != told["id"]


@of_every_psa
async def test_rule_08_quote_that_salesbuildr_writes_between_check_and_write_is_not_doubled(
    side: PsaSide, tmp_path: Path
) -> None:
    made = world(side)
    made.quote("Q-2")
    async with staged(tmp_path, made) as stage:
        tasks: list[asyncio.Task[Any]] = []

        def overtake(_: object) -> None:
            if stage.side.quotes(stage.store, "Q-1") and not tasks:
                tasks.append(asyncio.ensure_future(stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-2"])))

        stage.bench.runs.subscribe(overtake)
        await stage.write("Q-1")
        for task in tasks:
            await task
        assert tasks
        assert (await stage.write("Q-1", "Q-2")).by_outcome == {"in step": 2}
        assert [len(stage.lines(number)) for number in ("Q-1", "Q-2")] == [1, 1]


@of_every_psa
async def test_rule_08_key_under_another_opportunity_blocks_instead_of_making_it_a_second_time(
    side: PsaSide, tmp_path: Path
) -> None:
    made = world(side)
    made.quote("Q-2")
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        # Somebody moves the quote to another opportunity, and the workspace is lost.
        side.move(stage.store, stage.quote_row("Q-1"), 42)
        await stage.bench.links.unlink(stage.site_id, RecordKind.QUOTE, "q-1")
        sent = stage.written()
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        (failure,) = (await stage.issue("Q-1")).failures
        assert failure.kind is FailureKind.LINK_MISMATCH
        assert stage.written() == sent


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
        assert [each.at for each in told] == sorted(each.at for each in told)


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


async def test_rule_08_stamp_of_another_quote_is_not_ours(tmp_path: Path) -> None:
    """HaloPSA is not searched for numbers: all quotations are looked through, and only the very number counts."""
    made = world(HALOPSA)
    there = {"id": 900, "title": "Offer Q-10", "ticket_id": 41, "client_id": 2001, "third_party_number": "Q-10"}
    made.psa["Quotation"].append({**there, "site_id": 2901, "user_id": 3001, "lines": []})
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["id"] != 900
