"""What a review of the write path found, each told once: a record lost, moved, deleted or decided about in between."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.links import Intent
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, FailureKind, LinkOrigin, Outcome, RecordKind, Role
from sync_desktop.storage import intents, schema
from sync_desktop.sync.write import unbroken
from sync_desktop.workbench.views import SiteInput
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.quoting_rows import item
from tests.worlds.small_world import SmallWorld

COMPANY = RecordRef(kind=RecordKind.COMPANY, id="c1")
NEW_COMPANY = RecordRef(kind=RecordKind.COMPANY, id="c3")
DEAL = RecordRef(kind=RecordKind.OPPORTUNITY, id="deal")


def world(**members: Any) -> SmallWorld:
    made = SmallWorld()
    made.quote("Q-1", **members)
    return made


def new_deal() -> SmallWorld:
    """Return a world whose Q-1 has an opportunity that Autotask does not have yet."""
    made = SmallWorld()
    made.opportunity("deal", name="Server renewal")
    made.quote("Q-1", opportunityId="deal")
    return made


async def lose_links(stage: Stage) -> None:
    """The workspace is lost, and with it every link."""
    await stage.workspace.write(lambda tx: tx.conn.execute(schema.links.delete()))


async def kinds(stage: Stage, number: str = "Q-1") -> set[FailureKind]:
    return {each.kind for each in (await stage.attempts(number))[0].failures}


def add_line(stage: Stage, row_id: int, name: str) -> None:
    """Somebody adds a line to Q-1 in Autotask."""
    base = stage.line_rows("Q-1")[0]
    row = {**base, "id": row_id, "name": name, "quantity": 9, "unitPrice": 7}
    stage.sandbox.site().psa_store.insert("QuoteItems", row)


def names(stage: Stage) -> list[str]:
    return sorted(row["name"] for row in stage.line_rows("Q-1"))


async def test_quote_under_a_renamed_opportunity_whose_link_is_lost_is_made_no_second_time(tmp_path: Path) -> None:
    async with staged(tmp_path, new_deal()) as stage:
        await stage.write("Q-1")
        stage.change_psa("Opportunities", stage.quote_row("Q-1")["opportunityID"], title="Hardware of next year")
        await lose_links(stage)
        stage.sandbox.log.clear()
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert FailureKind.LINK_MISMATCH in await kinds(stage)
        assert stage.written() == []


@pytest.mark.parametrize("kept_as_deleted", [True, False])
async def test_quote_deleted_after_it_was_read_is_not_written(tmp_path: Path, kept_as_deleted: bool) -> None:
    async with staged(tmp_path, world()) as stage:
        if kept_as_deleted:
            stage.change_quoting("quote", "q-1", deletedAt="2026-03-09T00:00:00Z")
        else:
            stage.sandbox.site().quoting_store.delete("quote", "q-1")
        await stage.write("Q-1")
        assert stage.written() == []
        assert not [row for row in stage.psa("Quotes").values() if row.get("externalQuoteNumber") == "Q-1"]


async def test_quote_deleted_after_it_failed_is_not_written_by_a_retry(tmp_path: Path) -> None:
    async with staged(tmp_path, world(opportunityId=None)) as stage:
        await stage.write("Q-1")
        stage.sandbox.site().quoting_store.delete("quote", "q-1")
        await stage.retry("Q-1")
        assert stage.written() == []
        assert (await stage.attempts("Q-1"))[0].outcome is not Outcome.WRITTEN
        assert (await stage.quotes())["Q-1"].deleted


async def test_company_deleted_in_salesbuildr_is_not_created(tmp_path: Path) -> None:
    made = world()
    made.row("company", "c3")["deletedAt"] = "2026-03-09T00:00:00Z"
    async with staged(tmp_path, made) as stage:
        assert (await stage.attempt(NEW_COMPANY)).by_outcome == {"blocked": 1}
        assert stage.written() == []
        assert (await stage.issue_of(NEW_COMPANY)).state.value == "open"


async def test_quantity_changed_after_a_line_was_matched_again_is_sent_for_that_line_alone(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a"), item("dock", "b")])) as stage:
        await stage.write("Q-1")
        await lose_links(stage)
        await stage.check("Q-1")
        laptop, dock = stage.line_rows("Q-1")
        link = await stage.link(quote_ref("Q-1"), "line:i-a")
        assert link is not None
        assert link.origin is LinkOrigin.MATCHED
        before = dict(dock)
        stage.sandbox.log.clear()
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 5), item("dock", "b")])
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert [each.partition(" ")[0] for each in stage.written()] == ["PATCH"]
        rows = {row["id"]: row for row in stage.line_rows("Q-1")}
        assert rows[laptop["id"]]["quantity"] == 5
        assert rows[dock["id"]] == before


async def test_word_to_replace_lines_of_others_counts_once(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.write("Q-1")
        add_line(stage, 90001, "Foreign")
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "replace")
        await stage.write("Q-1")
        assert names(stage) == ["Corvane L310 laptop"]
        add_line(stage, 90002, "Later")
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert names(stage) == ["Corvane L310 laptop", "Later"]


async def test_word_to_make_a_deleted_line_again_counts_once(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a"), item("dock", "b")])) as stage:
        await stage.write("Q-1")
        for written in (1, 0):
            stage.sandbox.site().psa_store.delete("QuoteItems", stage.line_rows("Q-1")[1]["id"])
            assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
            if written:
                await stage.bench.links.decide_lines(stage.site_id, "q-1", "replace")
                assert (await stage.write("Q-1")).by_outcome == {"written": 1}
            assert len(stage.line_rows("Q-1")) == 1 + written


async def test_word_to_keep_lines_of_others_stays(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.write("Q-1")
        add_line(stage, 90001, "Foreign")
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "keep")
        stage.change_quoting("quote", "q-1", poNumber="PO-1")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert names(stage) == ["Corvane L310 laptop", "Foreign"]


async def test_opportunity_is_created_under_the_company_that_salesbuildr_names_now(tmp_path: Path) -> None:
    made = world()
    made.psa["Companies"].append({**made.psa_row("Companies", 2001), "id": 2900})
    made.opportunity("deal", name="Brand new deal", contactId=None)
    made.quote("Q-2", opportunityId="deal", contactId=None)
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        stage.change_quoting("company", "c1", externalIdentifier="2900")
        await stage.bench.runs.read_only()
        assert (await stage.write("Q-2")).by_outcome == {"written": 1}
        opportunity = stage.psa("Opportunities")[stage.quote_row("Q-2")["opportunityID"]]
        assert opportunity["companyID"] == 2900
        link = await stage.link(COMPANY)
        assert link is not None
        assert link.external_id == "2900"


async def test_link_by_hand_ends_what_was_unknown_and_stays(tmp_path: Path) -> None:
    async with staged(tmp_path, new_deal()) as stage:
        await stage.write("Q-1")
        made = await stage.link(DEAL)
        assert made is not None
        at = stage.clock.now()
        intent = Intent(id="unknown", ref=DEAL, entity="Opportunities", fields=made.sent, created_at=at)
        await stage.workspace.write(lambda tx: intents.save_intent(tx, stage.site_id, intent))
        await stage.bench.links.link(stage.site_id, RecordKind.OPPORTUNITY, "deal", "Opportunities", "4999")
        assert await stage.workspace.read(lambda conn: intents.open_intents(conn, stage.site_id, DEAL)) == []
        await stage.attempt(DEAL, kind=AttemptKind.CHECK)
        link = await stage.link(DEAL)
        assert link is not None
        assert (link.external_id, link.origin) == ("4999", LinkOrigin.HAND)


async def test_live_site_that_is_pointed_at_another_user_only_reads_and_doubts_its_links(tmp_path: Path) -> None:
    async with staged(tmp_path, world(), practice=False) as stage:
        await stage.become(write_previewed=True, push_off_confirmed=True)
        await stage.check("Q-1")
        link = await stage.link(COMPANY)
        assert link is not None
        assert link.verified_at is not None
        form = await stage.bench.sites.form(stage.site_id)
        fields = {each.name: each.value for each in form.fields} | {"username": "api@other-tenant.example"}
        given = SiteInput(id=stage.site_id, name=form.name, psa=form.psa, fields=fields, secrets={})
        await stage.bench.sites.save(given)
        site = await stage.backstage.site(stage.site_id)
        assert (site.role, site.write_previewed, site.push_off_confirmed) == (Role.ASSIST, False, False)
        doubted = await stage.link(COMPANY)
        assert doubted is not None
        assert doubted.verified_at is None


async def test_billing_code_that_is_no_number_is_an_issue_and_other_quotes_go_on(tmp_path: Path) -> None:
    made = SmallWorld()
    made.row("category", "hw")["billingCode"] = "Hardware"
    made.quote("Q-1", [item("newlaptop", "a")])
    made.quote("Q-2", [item("dock", "b")])
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1", "Q-2")).by_outcome == {"blocked": 1, "written": 1}
        assert FailureKind.MAPPING_INVALID in await kinds(stage)
        assert (await stage.issue("Q-1")).state.value == "open"


@pytest.mark.parametrize(("hours", "outcomes"), [(2, {"written": 1}), (0, {})])
async def test_used_up_hour_is_read_anew_before_anything_is_refused(
    tmp_path: Path, hours: int, outcomes: dict[str, int]
) -> None:
    async with staged(tmp_path, world()) as stage:
        connector = (await stage.run()).connector
        stage.tenant.limits.spend(8_000)
        assert (await connector.budget(fresh=True)).used_share > 0.75
        stage.clock.advance(hours * 3600)
        assert (await stage.write("Q-1")).by_outcome == outcomes
        assert bool(stage.written()) is bool(outcomes)


async def test_two_cancels_in_a_row_let_the_work_finish() -> None:
    go, finished = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await go.wait()
        finished.set()

    task = asyncio.ensure_future(unbroken(work()))
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
        for _ in range(3):
            await asyncio.sleep(0)
        assert not task.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert finished.is_set()


async def test_credits_arrive_with_their_signs_and_lower_the_total(tmp_path: Path) -> None:
    made = SmallWorld()
    credit, given_back = item("dock", "b", 1, price=-120.5), item("laptop", "c", -2, price=40)
    made.quote("Q-1", [item("laptop", "a", 3, price=100), credit, given_back])
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        lines = [(row["quantity"], row["unitPrice"]) for row in stage.line_rows("Q-1")]
        assert lines == [(3, 100), (1, -120.5), (-2, 40)]
        assert "3 lines, total 99.50" in (await stage.attempts("Q-1"))[0].summary
        sent = stage.written()
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == sent
