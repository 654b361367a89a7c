"""Rule 8 of safety: everything is there once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.words import Action, FailureKind, RecordKind
from sync_desktop.storage import links
from tests.sync.sync_stage import quote_ref, staged
from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.connectwise_side import CONNECTWISE
from tests.worlds.halopsa_side import HALOPSA
from tests.worlds.psa_side import PsaSide
from tests.worlds.quoting_rows import COURIER, item
from tests.worlds.sides import of_every_psa, with_quotes
from tests.worlds.small_world import SmallWorld

PART_NUMBER = {
    "autotask": "manufacturerProductName",
    "connectwise": "manufacturerPartNumber",
    "halopsa": "supplier_part_code",
}
"""The member of a product's row that holds the manufacturer's part number."""


def world(side: PsaSide, **members: Any) -> SmallWorld:
    made = SmallWorld(side)
    made.quote("Q-1", **members)
    return made


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
async def test_rule_08_product_is_known_by_its_stamp_and_never_by_its_name_alone(side: PsaSide, tmp_path: Path) -> None:
    made, title, part = world(side, items=[item("newlaptop", "a")]), side.titles["product"], PART_NUMBER[side.system]
    like = made.there("product", 6001)
    made.psa[side.collections["product"]].append(
        {**like, "id": 6099, "identifier": "X-6099", title: "Corvane L420 laptop", part: "X-6099"}
    )
    retired = side.retired("product")
    in_use = {name: like.get(name) for name in retired}
    async with staged(tmp_path, made) as stage:
        for changes in ({}, {part: "COR-3001", **retired}):
            stage.change_there("product", 6099, changes)
            assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}, changes
            assert (await stage.issue("Q-1")).failures[0].kind is FailureKind.NEAR_MATCH
        assert stage.written() == []
        stamped = {side.product_key: "newlaptop", title: "Renamed since", part: "X-6099"}
        stage.change_there("product", 6099, {**stamped, **in_use})
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert [line.product for line in stage.lines("Q-1")] == [6099]


def renamed_product(side: PsaSide, *ids: int, retired: bool) -> SmallWorld:
    """Return a quote of one product whose rows carry its stamp, and are called otherwise; nothing links them."""
    made, products = world(side, items=[item("newlaptop", "a")]), side.collections["product"]
    like, part = made.there("product", 6001), PART_NUMBER[side.system]
    named = {side.titles["product"]: "Renamed since", part: "X-1", side.product_key: "newlaptop"}
    ended = side.retired("product") if retired else {}
    made.psa[products] += [{**like, "id": row_id, "identifier": f"X-{row_id}", **named, **ended} for row_id in ids]
    return made


@of_every_psa
async def test_rule_08_stamped_product_that_is_out_of_use_is_told_so_and_never_made_a_second_time(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, renamed_product(side, 6099, retired=True)) as stage:
        for _ in range(2):
            assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
            (failure,) = (await stage.issue("Q-1")).failures
            assert (failure.kind, failure.facts["external_id"]) == (FailureKind.INACTIVE, "6099")
            assert failure.message == f"Product is inactive in {side.label}"
        assert stage.written() == []
        detail = await stage.bench.issues.detail((await stage.issue("Q-1")).id)
        assert detail is not None
        assert Action.LINK in detail.causes[0].actions
        choice = await stage.bench.links.choice(stage.site_id, RecordKind.PRODUCT, "newlaptop")
        (candidate,) = choice.candidates
        assert (candidate.external_id, candidate.active, candidate.agrees) == ("6099", False, ("same Salesbuildr id",))
        before = dict(stage.there("product")[6099])
        await stage.bench.links.create_anew(stage.site_id, RecordKind.PRODUCT, "newlaptop")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        (line,) = stage.lines("Q-1")
        assert (line.product != 6099, stage.there("product")[6099]) == (True, before)


@of_every_psa
async def test_rule_08_two_products_with_one_stamp_are_left_to_a_person(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, renamed_product(side, 6098, 6099, retired=False)) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        (failure,) = (await stage.issue("Q-1")).failures
        assert (failure.kind, failure.facts["candidates"]) == (FailureKind.NEAR_MATCH, "2")
        assert stage.written() == []
        choice = await stage.bench.links.choice(stage.site_id, RecordKind.PRODUCT, "newlaptop")
        assert [each.external_id for each in choice.candidates] == ["6098", "6099"]
        entity = choice.candidates[1].entity
        await stage.bench.links.link(stage.site_id, RecordKind.PRODUCT, "newlaptop", entity, "6099")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert [line.product for line in stage.lines("Q-1")] == [6099]


async def test_rule_08_create_that_two_rows_may_be_the_result_of_is_left_to_a_person(tmp_path: Path) -> None:
    async with staged(tmp_path, world(AUTOTASK)) as stage:

        def twin() -> None:
            rows = list(stage.psa("Quotes").values())
            if len(rows) == 1:
                stage.store.insert("Quotes", {**rows[0], "id": 77777})

        stage.fault("reset_after", method="POST", path="/Quotes$", times=1)
        stage.clock.on_sleep = twin
        for _ in range(2):
            await stage.write("Q-1")
            assert (await stage.issue("Q-1")).failures[0].kind is FailureKind.UNCLEAR_CREATE
        assert len(stage.psa("Quotes")) == 2
        assert len([each for each in stage.written() if each.endswith("/Quotes")]) == 1


async def test_rule_08_stamp_of_another_quote_is_not_ours(tmp_path: Path) -> None:
    """HaloPSA is not searched for numbers: all quotations are looked through, and only the very number counts."""
    made = world(HALOPSA)
    there = {"id": 900, "title": "Offer Q-10", "ticket_id": 41, "client_id": 2001, "third_party_number": "Q-10"}
    made.psa["Quotation"].append({**there, "site_id": 2901, "user_id": 3001, "lines": []})
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["id"] != 900


async def test_rule_08_row_of_an_equal_line_is_not_taken_for_the_result_of_a_lost_create(tmp_path: Path) -> None:
    async with staged(tmp_path, world(AUTOTASK, items=[item("dock", "a"), item("dock", "b")])) as stage:
        stage.fault("reset_before", method="POST", path="/Items$", after=1, times=1)
        await stage.write("Q-1")
        assert len(stage.lines("Q-1")) == 1
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert len(stage.lines("Q-1")) == 2
