"""Rule 7 of safety: what a write touches of what is there already."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.plans import FieldDifference
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import FailureKind, LinkOrigin, RecordKind
from tests.sync.sync_stage import Stage, staged
from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.connectwise_side import CONNECTWISE
from tests.worlds.halopsa_side import HALOPSA
from tests.worlds.psa_side import PsaSide
from tests.worlds.quoting_rows import item
from tests.worlds.sides import of_every_psa, with_quotes
from tests.worlds.small_world import SmallWorld

LAPTOP = RecordRef(kind=RecordKind.PRODUCT, id="newlaptop")


def world(side: PsaSide, **members: Any) -> SmallWorld:
    made = SmallWorld(side)
    made.quote("Q-1", **members)
    return made


async def differences(stage: Stage) -> tuple[FieldDifference, ...]:
    check = (await stage.attempts("Q-1"))[0].check
    assert check is not None
    return check.differences


def changed(stage: Stage, number: str, **values: Any) -> None:
    """Somebody changes a quote's header in the PSA, whose members are given as Salesbuildr calls them."""
    row_id = stage.quote_row(number)["id"]
    stage.change_there("quote", row_id, {stage.side.headers[name]: value for name, value in values.items()})


def header(stage: Stage, number: str, name: str) -> Any:
    """Return what the PSA holds of a member of a quote's header."""
    return stage.quote_row(number).get(stage.side.headers[name])


@with_quotes
async def test_rule_07_quoting_side_changed_one_field_and_only_that_field_is_sent(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, world(side, poNumber="PO-1", note="As agreed")) as stage:
        await stage.write("Q-1")
        row = dict(stage.quote_row("Q-1"))
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        body = {"id": row["id"], side.headers["poNumber"]: "PO-2"}
        assert await stage.sent("Q-1") == [[body] if side is HALOPSA else body]
        unlike = {name for name, value in stage.quote_row("Q-1").items() if row[name] != value}
        assert unlike - {"lastActivityDate", "last_update_time"} == {side.headers["poNumber"]}


@with_quotes
async def test_rule_07_field_is_filled_later_and_emptied_again(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side)) as stage:
        await stage.write("Q-1")
        for value in ("PO-2", None):
            stage.change_quoting("quote", "q-1", poNumber=value)
            assert (await stage.write("Q-1")).by_outcome == {"written": 1}
            assert header(stage, "Q-1", "poNumber") == value


@with_quotes
async def test_rule_07_psa_changed_a_field_and_keeps_it(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side, poNumber="PO-1")) as stage:
        await stage.write("Q-1")
        sent = stage.written()
        changed(stage, "Q-1", poNumber="THEIRS", note="Call first")
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == sent
        assert header(stage, "Q-1", "poNumber") == "THEIRS"
        assert [each.field for each in await differences(stage) if each.conflict] == []


@with_quotes
async def test_rule_07_row_that_others_made_keeps_what_was_never_sent_from_here(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side, poNumber="PO-1")) as stage:
        await stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-1"])
        changed(stage, "Q-1", title="Renamed by the sales desk")
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", title="Another title")
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == []
        shown = {each.field: (each.ours, each.theirs) for each in await differences(stage)}
        assert shown[side.headers["title"]] == ("Another title", "Renamed by the sales desk")


@with_quotes
async def test_rule_07_both_changed_a_field_and_both_are_shown_while_the_psa_keeps_its_own(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, world(side, poNumber="PO-1", note="As agreed")) as stage:
        await stage.write("Q-1")
        changed(stage, "Q-1", poNumber="THEIRS")
        stage.change_quoting("quote", "q-1", poNumber="OURS", note="As agreed by telephone")
        await stage.write("Q-1")
        assert (header(stage, "Q-1", "poNumber"), header(stage, "Q-1", "note")) == ("THEIRS", "As agreed by telephone")
        (conflict,) = [each for each in await differences(stage) if each.conflict]
        told = (conflict.field, conflict.sent, conflict.ours, conflict.theirs)
        assert told == (side.headers["poNumber"], "PO-1", "OURS", "THEIRS")


@of_every_psa
async def test_rule_07_line_that_both_changed_keeps_the_psas_value_and_both_are_shown(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, world(side, items=[item("laptop", "a", 2)])) as stage:
        await stage.write("Q-1")
        (line,) = stage.lines("Q-1")
        side.change_line(stage.store, stage.quote_row("Q-1"), line.id, quantity=7)
        sent = stage.written()
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}  # on purpose, and nobody else minds
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 3)])
        await stage.write("Q-1")
        assert stage.written() == sent
        (conflict,) = [each for each in await differences(stage) if each.conflict]
        told = [float(value) for value in (conflict.sent, conflict.ours, conflict.theirs)]
        assert (conflict.field, told) == ("quantity", [2, 3, 7])
        assert [line.quantity for line in stage.lines("Q-1")] == [7]


@of_every_psa
async def test_rule_07_line_is_changed_in_its_own_fields_only(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side, items=[item("laptop", "a", 2), item("dock", "b")])) as stage:
        await stage.write("Q-1")
        first, second = stage.lines("Q-1")
        side.change_line(stage.store, stage.quote_row("Q-1"), first.id, text="Theirs, of the first")
        side.change_line(stage.store, stage.quote_row("Q-1"), second.id, text="Theirs")
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 3), item("dock", "b")])
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        told = [(line.id, line.quantity, line.text) for line in stage.lines("Q-1")]
        assert told == [(first.id, 3, "Theirs, of the first"), (second.id, 1, "Theirs")]
        (body,) = await stage.sent("Q-1")
        if side is AUTOTASK:
            assert body == {"id": first.id, "quantity": 3}
        if side is CONNECTWISE:
            assert body == [{"op": "replace", "path": "quantity", "value": 3}]


@of_every_psa
async def test_rule_07_item_that_is_gone_from_the_quote_is_deleted_unless_somebody_changed_it(
    side: PsaSide, tmp_path: Path
) -> None:
    items = [item("laptop", "a"), item("dock", "b"), item("kit", "c")]
    async with staged(tmp_path, world(side, items=items)) as stage:
        await stage.write("Q-1")
        _, dock, kit = stage.lines("Q-1")
        side.change_line(stage.store, stage.quote_row("Q-1"), kit.id, price=1)
        stage.change_quoting("quote", "q-1", items=items[:1])
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert (await stage.issue("Q-1")).failures[0].kind is FailureKind.FOREIGN_LINES
        assert dock.id in {line.id for line in stage.lines("Q-1")}
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "keep")
        await stage.write("Q-1")
        assert [line.product for line in stage.lines("Q-1")] == [6001, 6003]


async def test_rule_07_line_that_was_only_matched_is_not_deleted(tmp_path: Path) -> None:
    items = [item("laptop", "a"), item("dock", "b")]
    async with staged(tmp_path, world(AUTOTASK, items=items)) as stage:
        await stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-1"])
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        stage.change_quoting("quote", "q-1", items=items[:1])
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert (await stage.issue("Q-1")).failures[0].kind is FailureKind.FOREIGN_LINES
        assert stage.written() == []


@of_every_psa
async def test_rule_07_line_that_was_deleted_in_the_psa_is_not_made_again(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, world(side, items=[item("laptop", "a"), item("dock", "b")])) as stage:
        await stage.write("Q-1")
        side.delete_line(stage.store, stage.quote_row("Q-1"), stage.lines("Q-1")[1].id)
        sent = stage.written()
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert (await stage.issue("Q-1")).failures[0].message == f"Lines were deleted in {side.label}"
        assert stage.written() == sent
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "replace")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert [line.product for line in stage.lines("Q-1")] == [6001, 6002]


@of_every_psa
async def test_rule_07_prices_owners_and_stages_of_what_exists_are_never_sent(side: PsaSide, tmp_path: Path) -> None:
    made = SmallWorld(side)
    made.opportunity("op", name="New studio", companyId="c3", contactId="p3")
    items = [item("newlaptop", "a"), item("newservice", "b"), item("laptop", "c")]
    made.quote("Q-2", items, companyId="c3", contactId="p3", opportunityId="op")
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-2")).by_outcome == {"written": 1}
        before = deepcopy(side.written(stage.store))
        stage.sandbox.log.clear()
        stage.change_quoting("opportunity", "op", probability=0.9, ownerId="o1", onetimeRevenue=999)
        stage.change_quoting("opportunity", "op", expectedCloseDate="2026-08-01T00:00:00Z", categoryId="k1")
        stage.change_quoting("product", "newlaptop", price=1, cost=1, msrp=2, categoryId="ms", isSerialized=False)
        stage.change_quoting("product", "newservice", price=1, cost=1, term="monthly")
        stage.change_quoting("product", "laptop", price=5, name="Corvane L310 laptop")
        stage.change_quoting("company", "c3", type="Customer")
        await stage.bench.runs.read_only()
        await stage.write("Q-2")
        assert side.written(stage.store) == before
        assert stage.written() == []


@of_every_psa
async def test_rule_07_name_of_a_product_that_was_made_here_follows_the_quoting_side(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, world(side, items=[item("newlaptop", "a")])) as stage:
        await stage.write("Q-1")
        link = await stage.link(LAPTOP)
        assert link is not None
        assert link.origin is LinkOrigin.CREATED
        before = dict(stage.there("product")[int(link.external_id)])
        stage.sandbox.log.clear()
        stage.change_quoting("product", "newlaptop", name="Corvane L420 G2", price=1)
        await stage.attempt(LAPTOP)
        row, title = stage.there("product")[int(link.external_id)], side.titles["product"]
        assert row[title] == "Corvane L420 G2"
        unlike = {name for name, value in row.items() if before.get(name) != value}
        assert unlike - {"_info", "lastmodified", "lastActivityDate"} == {title}
        assert len(stage.written()) == 1


@of_every_psa
async def test_rule_07_reads_just_before_it_writes(side: PsaSide, tmp_path: Path) -> None:
    made = world(side, items=[item("laptop", "a", 2)])
    made.quote("Q-2", [item("laptop", "b", 2)])
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1", "Q-2")
        for number, name in (("q-1", "a"), ("q-2", "b")):
            stage.change_quoting("quote", number, items=[item("laptop", name, 3)])
        await stage.bench.runs.read_only()
        second, (line,) = stage.quote_row("Q-2"), stage.lines("Q-2")
        meddled: list[str] = []

        def meddle(_: object) -> None:
            if stage.lines("Q-1")[0].quantity == 3 and not meddled:
                meddled.append("once")
                side.change_line(stage.store, second, line.id, quantity=9)

        stage.bench.runs.subscribe(meddle)
        await stage.write("Q-1", "Q-2")
        assert meddled
        assert [line.quantity for number in ("Q-1", "Q-2") for line in stage.lines(number)] == [3, 9]


@pytest.mark.parametrize("side", [HALOPSA], ids=["halopsa"])
async def test_rule_07_line_that_somebody_adds_in_the_last_moment_is_not_lost(
    side: PsaSide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HaloPSA is sent all lines of a quotation with each change of one, so that others' must be among them."""
    async with staged(tmp_path, world(side, items=[item("laptop", "a", 2)])) as stage:
        await stage.write("Q-1")
        quote = stage.quote_row("Q-1")
        connector = (await stage.run()).connector
        update = connector.update

        async def late(*args: Any) -> None:
            side.add_line(stage.store, quote, side.line(6002, "Corvane dock", 1, 99))
            await update(*args)

        monkeypatch.setattr(connector, "update", late)
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 3)])
        await stage.write("Q-1")
        told = sorted((line.product, line.quantity, line.price) for line in stage.lines("Q-1"))
        assert told == [(6001, 3, 780.95), (6002, 1, 99)]
