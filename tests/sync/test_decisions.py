"""What a person decides holds for what the person saw: for fields that both sides changed, and for single lines."""

from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.failures import Failure, UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import FailureKind, RecordKind
from sync_desktop.sync.decisions import arrived_lines, line_words
from sync_desktop.workbench.views import ConflictView
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.quoting_rows import item
from tests.worlds.small_world import SmallWorld

NEW_COMPANY = RecordRef(kind=RecordKind.COMPANY, id="c3")


def world(**members: Any) -> SmallWorld:
    made = SmallWorld()
    made.quote("Q-1", **members)
    return made


async def clash(stage: Stage) -> None:
    """Both sides change the PO number of Q-1, which was written before."""
    await stage.write("Q-1")
    stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], purchaseOrderNumber="THEIRS")
    stage.change_quoting("quote", "q-1", poNumber="OURS")


async def conflicts(stage: Stage, number: str = "Q-1") -> list[ConflictView]:
    """Return the conflicts as the detail of the quote's issue shows them."""
    detail = await stage.bench.issues.detail((await stage.issue(number)).id)
    assert detail is not None
    return list(detail.conflicts)


async def decide(stage: Stage, word: str) -> None:
    for conflict in await conflicts(stage):
        await stage.bench.links.decide_field(stage.site_id, conflict, word)


async def failures(stage: Stage, number: str = "Q-1") -> list[Failure]:
    return list((await stage.attempts(number))[0].failures)


def add_line(stage: Stage, row_id: int, name: str) -> None:
    """Somebody adds a line to Q-1 in Autotask."""
    row = {**stage.line_rows("Q-1")[0], "id": row_id, "name": name, "quantity": 9, "unitPrice": 7}
    stage.sandbox.site().psa_store.insert("QuoteItems", row)


def names(stage: Stage) -> list[str]:
    return sorted(row["name"] for row in stage.line_rows("Q-1"))


async def test_a_field_that_both_sides_changed_is_an_issue_that_shows_both_values(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await clash(stage)
        sent = stage.written()
        assert (await stage.write("Q-1")).by_outcome == {"written, but differs": 1}
        issue = await stage.issue("Q-1")
        detail = await stage.bench.issues.detail(issue.id)
        assert detail is not None
        assert issue.state.value == "open"
        assert detail.causes[0].why.endswith("purchaseOrderNumber: Salesbuildr “OURS”, Autotask “THEIRS”.")
        (shown,) = detail.conflicts
        assert (shown.key, shown.sent, shown.ours, shown.theirs) == ("purchaseOrderNumber", "PO-1", "OURS", "THEIRS")
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "THEIRS"
        assert stage.written() == sent


async def test_salesbuildrs_value_is_taken_once_when_a_person_says_so(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await clash(stage)
        await stage.write("Q-1")
        sent = stage.written()
        await decide(stage, "ours")
        assert stage.written() == sent
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "OURS"
        assert (await stage.issue("Q-1")).state.value == "cleared"
        stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], purchaseOrderNumber="THEIRS AGAIN")
        stage.change_quoting("quote", "q-1", poNumber="OURS AGAIN")
        assert (await stage.write("Q-1")).by_outcome == {"written, but differs": 1}
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "THEIRS AGAIN"


async def test_the_psas_value_that_a_person_leaves_is_not_asked_about_again_until_a_side_changes(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await clash(stage)
        await stage.write("Q-1")
        sent = stage.written()
        await decide(stage, "theirs")
        for _ in range(2):
            assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert (await stage.issue("Q-1")).state.value == "cleared"
        assert stage.written() == sent
        stage.change_quoting("quote", "q-1", poNumber="OURS, AND NEWER")
        assert (await stage.write("Q-1")).by_outcome == {"written, but differs": 1}
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "THEIRS"


async def test_a_decision_does_not_hold_for_a_value_that_the_psa_got_after_it(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await clash(stage)
        await stage.write("Q-1")
        await decide(stage, "ours")
        stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], purchaseOrderNumber="NEWER STILL")
        assert (await stage.retry("Q-1")).by_outcome == {"written, but differs": 1}
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "NEWER STILL"


async def test_a_field_of_a_line_is_decided_for_that_line_alone(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a", 2), item("laptop", "b", 3)])) as stage:
        await stage.write("Q-1")
        for row in stage.line_rows("Q-1"):
            stage.change_psa("QuoteItems", row["id"], quantity=row["quantity"] + 10)
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 4), item("laptop", "b", 5)])
        await stage.write("Q-1")
        first, second = await conflicts(stage)
        assert (first.key, second.key) == ("line:i-a.quantity", "line:i-b.quantity")
        await stage.bench.links.decide_field(stage.site_id, first, "ours")
        await stage.retry("Q-1")
        assert [row["quantity"] for row in stage.line_rows("Q-1")] == [4, 13]


async def test_a_field_of_the_company_is_shown_with_its_quote_and_taken_with_its_retry(tmp_path: Path) -> None:
    made = SmallWorld()
    made.opportunity("deal", name="New studio", companyId="c3", contactId="p3")
    made.quote("Q-1", companyId="c3", contactId="p3", opportunityId="deal", poNumber="PO-1")
    async with staged(tmp_path, made) as stage:
        await clash(stage)
        (company,) = [key for key, row in stage.psa("Companies").items() if row["companyName"].startswith("Tess")]
        stage.change_psa("Companies", company, phone="555-0001")
        stage.change_quoting("company", "c3", telephone="555-0002")
        await stage.attempt(NEW_COMPANY)
        await stage.write("Q-1")
        shown = {each.key: (each.ours, each.theirs) for each in await conflicts(stage)}
        assert shown["company/c3.phone"] == ("555-0002", "555-0001")
        await decide(stage, "ours")
        await stage.retry("Q-1")
        assert stage.psa("Companies")[company]["phone"] == "555-0002"


@pytest.mark.parametrize("word", ["", "both"])
async def test_a_field_is_decided_in_one_of_two_ways_only(tmp_path: Path, word: str) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await clash(stage)
        await stage.write("Q-1")
        (shown,) = await conflicts(stage)
        with pytest.raises(UserError, match="ours or theirs"):
            await stage.bench.links.decide_field(stage.site_id, shown, word)


@pytest.mark.parametrize("word", ["keep", "adopt", "replace"])
async def test_lines_that_others_add_after_the_decision_are_asked_about_anew(tmp_path: Path, word: str) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.write("Q-1")
        add_line(stage, 90001, "Foreign")
        await stage.write("Q-1")
        await stage.bench.links.decide_lines(stage.site_id, "q-1", word)
        add_line(stage, 90002, "Later")
        stage.sandbox.log.clear()
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        (failure,) = await failures(stage)
        assert (failure.kind, failure.facts["items"]) == (FailureKind.FOREIGN_LINES, "Later")
        assert stage.written() == []
        assert names(stage) == ["Corvane L310 laptop", "Foreign", "Later"]


async def test_each_line_keeps_the_word_that_was_said_of_it(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.write("Q-1")
        add_line(stage, 90001, "Kept")
        await stage.write("Q-1")
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "keep")
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        add_line(stage, 90002, "Unwanted")
        await stage.write("Q-1")
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "replace")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert names(stage) == ["Corvane L310 laptop", "Kept"]
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}


async def test_what_was_not_adopted_stays_and_is_not_asked_about_again(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.write("Q-1")
        add_line(stage, 90001, "Foreign")
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "adopt")
        for _ in range(2):
            assert (await stage.write("Q-1")).by_outcome == {"in step": 1}


async def test_a_line_that_is_deleted_after_others_were_given_up_is_asked_about(tmp_path: Path) -> None:
    items = [item("laptop", "a"), item("dock", "b"), item("kit", "c")]
    async with staged(tmp_path, world(items=items)) as stage:
        await stage.write("Q-1")
        store = stage.sandbox.site().psa_store
        store.delete("QuoteItems", stage.line_rows("Q-1")[2]["id"])
        await stage.write("Q-1")
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "keep")
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        store.delete("QuoteItems", stage.line_rows("Q-1")[1]["id"])
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        (failure,) = await failures(stage)
        assert failure.facts["items"] == "Corvane dock"


async def test_a_quote_that_was_never_read_cannot_be_decided_about(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        with pytest.raises(UserError, match="not in this workspace: refresh first"):
            await stage.bench.links.decide_lines(stage.site_id, quote_ref("Q-9").id, "keep")


@pytest.mark.parametrize("stored", ["", "keep", "replace"])
def test_a_word_that_names_no_lines_holds_for_none(stored: str) -> None:
    """Earlier versions kept one word for all lines that there would ever be."""
    assert line_words(stored) == {}
    assert arrived_lines(stored) == ""
