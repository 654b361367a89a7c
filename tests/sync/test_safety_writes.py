"""Rules 7, 8, 11 and 12 of safety: what a write touches, that it happens once, and what is said of it."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.links import Link
from sync_desktop.domain.plans import FieldDifference
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import FailureKind, IssueState, LinkOrigin, Outcome, RecordKind
from sync_desktop.storage import links
from sync_desktop.storage.attempts import Attempt
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.quoting_rows import COURIER, item
from tests.worlds.small_world import SmallWorld

LAPTOP = RecordRef(kind=RecordKind.PRODUCT, id="newlaptop")


def world(**members: Any) -> SmallWorld:
    made = SmallWorld()
    made.quote("Q-1", **members)
    return made


async def last(stage: Stage, number: str = "Q-1") -> Attempt:
    return (await stage.attempts(number))[0]


async def bodies(stage: Stage, method: str) -> list[dict[str, Any]]:
    """Return what the newest attempt at Q-1 sent with a method."""
    found = await stage.exchanges((await last(stage)).id)
    return [json.loads(each.request_body) for each in found if each.method == method and each.request_class != "read"]


async def differences(stage: Stage) -> tuple[FieldDifference, ...]:
    check = (await last(stage)).check
    assert check is not None
    return check.differences


async def test_rule_07_quoting_side_changed_one_field_and_only_that_field_is_sent(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1", note="As agreed")) as stage:
        await stage.write("Q-1")
        row = dict(stage.quote_row("Q-1"))
        stage.sandbox.log.clear()
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert stage.written() == ["PATCH /ATServicesRest/V1.0/Quotes"]
        assert await bodies(stage, "PATCH") == [{"id": row["id"], "purchaseOrderNumber": "PO-2"}]
        changed = {name for name, value in stage.quote_row("Q-1").items() if row[name] != value}
        assert changed - {"lastActivityDate"} == {"purchaseOrderNumber"}


async def test_rule_07_field_that_was_empty_when_the_quote_was_made_is_sent_once_it_is_filled(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", poNumber="PO-2")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "PO-2"


async def test_rule_07_field_taken_away_on_the_quoting_side_is_emptied(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", poNumber=None)
        await stage.write("Q-1")
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] is None


async def test_rule_07_psa_changed_a_field_and_keeps_it(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await stage.write("Q-1")
        sent = stage.written()
        quote_id = stage.quote_row("Q-1")["id"]
        stage.change_psa("Quotes", quote_id, purchaseOrderNumber="THEIRS", description="Call first")
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == sent
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "THEIRS"
        assert [each.field for each in await differences(stage) if each.conflict] == []


async def test_rule_07_row_that_others_made_keeps_what_was_never_sent_from_here(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1")) as stage:
        await stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-1"])
        stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], name="Renamed by the sales desk")
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", poNumber="PO-2", title="Another title")
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == []
        shown = {each.field: (each.ours, each.theirs) for each in await differences(stage)}
        assert shown["name"] == ("Another title", "Renamed by the sales desk")


async def test_rule_07_both_changed_a_field_and_both_are_shown_while_the_psa_keeps_its_own(tmp_path: Path) -> None:
    async with staged(tmp_path, world(poNumber="PO-1", note="As agreed")) as stage:
        await stage.write("Q-1")
        stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], purchaseOrderNumber="THEIRS")
        stage.change_quoting("quote", "q-1", poNumber="OURS", note="As agreed by telephone")
        await stage.write("Q-1")
        row = stage.quote_row("Q-1")
        assert (row["purchaseOrderNumber"], row["description"]) == ("THEIRS", "As agreed by telephone")
        (conflict,) = [each for each in await differences(stage) if each.conflict]
        told = (conflict.field, conflict.sent, conflict.ours, conflict.theirs)
        assert told == ("purchaseOrderNumber", "PO-1", "OURS", "THEIRS")


async def test_rule_07_line_is_changed_in_its_own_fields_only(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a", 2), item("dock", "b")])) as stage:
        await stage.write("Q-1")
        first, second = stage.line_rows("Q-1")
        changed = [item("laptop", "a", 3), item("dock", "b")]
        stage.change_quoting("quote", "q-1", items=changed)
        stage.change_psa("QuoteItems", second["id"], description="Theirs")
        await stage.write("Q-1")
        assert await bodies(stage, "PATCH") == [{"id": first["id"], "quantity": 3}]
        assert [row["quantity"] for row in stage.line_rows("Q-1")] == [3, 1]


async def test_rule_07_item_that_is_gone_from_the_quote_is_deleted_unless_somebody_changed_it(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a"), item("dock", "b"), item("kit", "c")])) as stage:
        await stage.write("Q-1")
        _, dock, kit = stage.line_rows("Q-1")
        stage.change_psa("QuoteItems", kit["id"], unitPrice=1)
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a")])
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert (await stage.issue("Q-1")).failures[0].kind is FailureKind.FOREIGN_LINES
        assert dock in stage.line_rows("Q-1")
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "keep")
        await stage.write("Q-1")
        assert [row["productID"] for row in stage.line_rows("Q-1")] == [6001, 6003]


async def test_rule_07_line_that_was_deleted_in_the_psa_is_not_made_again(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a"), item("dock", "b")])) as stage:
        await stage.write("Q-1")
        stage.sandbox.site().psa_store.delete("QuoteItems", stage.line_rows("Q-1")[1]["id"])
        sent = stage.written()
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert (await stage.issue("Q-1")).failures[0].message == "Lines were deleted in Autotask"
        assert stage.written() == sent
        await stage.bench.links.decide_lines(stage.site_id, "q-1", "replace")
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert [row["productID"] for row in stage.line_rows("Q-1")] == [6001, 6002]


async def test_rule_07_prices_owners_and_stages_of_what_exists_are_never_sent(tmp_path: Path) -> None:
    made = world()
    made.opportunity("op", name="New studio", companyId="c3", contactId="p3")
    items = [item("newlaptop", "a"), item("newservice", "b"), item("laptop", "c")]
    made.quote("Q-2", items, companyId="c3", contactId="p3", opportunityId="op")
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-2")
        entities = ("Companies", "Contacts", "Opportunities", "Products", "Services")
        before = {entity: {key: dict(row) for key, row in stage.psa(entity).items()} for entity in entities}
        stage.sandbox.log.clear()
        stage.change_quoting("opportunity", "op", probability=0.9, ownerId="o1", onetimeRevenue=999)
        stage.change_quoting("opportunity", "op", expectedCloseDate="2026-08-01T00:00:00Z", categoryId="k1")
        stage.change_quoting("product", "newlaptop", price=1, cost=1, msrp=2, categoryId="ms", isSerialized=False)
        stage.change_quoting("product", "newservice", price=1, cost=1, term="monthly")
        stage.change_quoting("product", "laptop", price=5, name="Corvane L310 laptop")
        stage.change_quoting("company", "c3", type="Customer")
        await stage.bench.runs.read_only()
        await stage.write("Q-2")
        after = {entity: {key: dict(row) for key, row in stage.psa(entity).items()} for entity in entities}
        assert after == before
        assert stage.written() == []


async def test_rule_07_name_of_a_product_that_was_made_here_follows_the_quoting_side(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("newlaptop", "a")])) as stage:
        await stage.write("Q-1")
        link = await stage.link(LAPTOP)
        assert link is not None
        assert link.origin is LinkOrigin.CREATED
        stage.sandbox.log.clear()
        stage.change_quoting("product", "newlaptop", name="Corvane L420 G2", price=1)
        await stage.attempt(LAPTOP)
        row = stage.psa("Products")[int(link.external_id)]
        assert (row["name"], row["unitPrice"]) == ("Corvane L420 G2", 899.5)
        assert stage.written() == ["PATCH /ATServicesRest/V1.0/Products"]


async def test_rule_07_reads_just_before_it_writes(tmp_path: Path) -> None:
    made = world(poNumber="PO-1")
    made.quote("Q-2", poNumber="PO-1")
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1", "Q-2")
        for number in ("q-1", "q-2"):
            stage.change_quoting("quote", number, poNumber="PO-2")
        await stage.bench.runs.read_only()
        second = stage.quote_row("Q-2")["id"]

        meddled: list[str] = []

        def meddle(_: object) -> None:
            if stage.quote_row("Q-1")["purchaseOrderNumber"] == "PO-2" and not meddled:
                meddled.append("once")
                stage.change_psa("Quotes", second, purchaseOrderNumber="THEIRS")

        stage.bench.runs.subscribe(meddle)
        await stage.write("Q-1", "Q-2")
        assert meddled
        assert stage.quote_row("Q-1")["purchaseOrderNumber"] == "PO-2"
        assert stage.quote_row("Q-2")["purchaseOrderNumber"] == "THEIRS"


async def test_rule_08_equal_lines_stay_two_also_when_one_of_them_lost_its_link(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("dock", "a"), item("dock", "b"), item("dock", "c")])) as stage:
        await stage.write("Q-1")
        assert len(stage.line_rows("Q-1")) == 3
        for part in ("line:i-a", "line:i-c"):
            await stage.workspace.write(
                lambda tx, part=part: links.remove_link(tx, stage.site_id, quote_ref("Q-1"), part)  # type: ignore[misc]
            )
        sent = stage.written()
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == sent
        kept = [await stage.link(quote_ref("Q-1"), f"line:i-{each}") for each in "abc"]
        assert len({link.external_id for link in kept if link}) == 3


async def test_rule_08_keys_are_stamped_and_restore_the_links_of_a_lost_workspace(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    made = world(items=[item("newlaptop", "a"), item("dock", "b"), item("dock", "c")], shippingType=COURIER)
    async with staged(first, made) as stage:
        await stage.write("Q-1")
        assert stage.quote_row("Q-1")["externalQuoteNumber"] == "Q-1"
        (stamped,) = [row for row in stage.psa("Products").values() if row.get("externalProductID")]
        assert stamped["externalProductID"] == "newlaptop"
        made.psa = stage.sandbox.site().psa_store.dump()
    async with staged(second, made) as stage:
        rebuilt = await stage.bench.links.rebuild(stage.site_id)
        assert (rebuilt.quotes, rebuilt.lines, rebuilt.products, rebuilt.ambiguous) == (1, 4, 1, 0)
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert stage.written() == []


@pytest.mark.parametrize("rebuild", [True, False])
async def test_rule_08_quote_that_salesbuildr_wrote_before_us_is_taken_over(rebuild: bool, tmp_path: Path) -> None:
    items = [item("laptop", "a", 2, discount=10, setupPrice=49), item("dock", "b"), item("dock", "c")]
    async with staged(tmp_path, world(items=items, shippingType=COURIER, poNumber="PO-1")) as stage:
        (told,) = await stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-1"])
        assert "id" in told, told
        rows = len(stage.psa("QuoteItems"))
        if rebuild:
            await stage.bench.links.rebuild(stage.site_id)
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        assert (stage.written(), len(stage.psa("QuoteItems"))) == ([], rows)
        assert stage.quote_row("Q-1")["id"] == told["id"]


async def test_rule_08_quote_that_salesbuildr_writes_between_check_and_write_is_not_doubled(tmp_path: Path) -> None:
    made = world()
    made.quote("Q-2")
    async with staged(tmp_path, made) as stage:
        tasks: list[asyncio.Task[Any]] = []

        def overtake(_: object) -> None:
            if stage.psa("Quotes") and not tasks:
                tasks.append(asyncio.ensure_future(stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-2"])))

        stage.bench.runs.subscribe(overtake)
        await stage.write("Q-1")
        for task in tasks:
            await task
        assert tasks
        assert (await stage.write("Q-1", "Q-2")).by_outcome == {"in step": 2}
        counted = Counter(row["externalQuoteNumber"] for row in stage.psa("Quotes").values())
        assert counted == {"Q-1": 1, "Q-2": 1}


async def test_rule_08_key_under_another_opportunity_blocks_instead_of_making_a_second_quote(tmp_path: Path) -> None:
    made = world()
    made.quote("Q-2")
    made.psa["Quotes"].append({"id": 900, "name": "Offer Q-1", "opportunityID": 42, "externalQuoteNumber": "Q-1"})
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        assert (await stage.issue("Q-1")).failures[0].kind is FailureKind.LINK_MISMATCH
        assert stage.written() == []


async def test_rule_11_cleared_says_what_was_seen_in_the_psa(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.check("Q-1")
        assert (await stage.issue("Q-1")).state is IssueState.OPEN
        await stage.retry("Q-1")
        issue = await stage.issue("Q-1")
        quote_id = stage.quote_row("Q-1")["id"]
        seen = f"Seen in Autotask: quote #{quote_id} “Offer Q-1”, 1 lines, total 780.95"
        assert (issue.state, issue.note) == (IssueState.CLEARED, seen)


async def test_rule_11_written_but_not_seen_is_not_cleared(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.check("Q-1")
        stage.fault("status", method="POST", path="Quotes/query", after=1, arg={"status": 500, "body": ""})
        result = await stage.retry("Q-1")
        assert set(result.by_outcome).isdisjoint({"written", "in step"})
        assert (await stage.issue("Q-1")).state is IssueState.OPEN
        assert stage.quote_row("Q-1")


@pytest.mark.parametrize(
    ("entity", "change", "said"),
    [
        ("Quotes", {"name": "Renamed by a workflow"}, "name: sent Offer Q-1, found Renamed by a workflow"),
        ("QuoteItems", {"unitPrice": 1}, "unitPrice: sent 780.95, found 1"),
        ("QuoteItems", {"quantity": 7}, "quantity: sent 1, found 7"),
    ],
)
async def test_rule_11_written_but_differs_is_told_with_both_values(
    entity: str, change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    async with staged(tmp_path, world()) as stage:
        store = stage.sandbox.site().psa_store
        insert = store.insert

        def altered(collection: str, row: Any) -> int:
            """A rule of the tenant changes each row as soon as it is there."""
            made = insert(collection, row)
            if collection == entity:
                store.update(collection, made, change)
            return made

        store.insert = altered  # type: ignore[method-assign]
        assert (await stage.write("Q-1")).by_outcome == {"written, but differs": 1}
        issue = await stage.issue("Q-1")
        assert issue.state is IssueState.OPEN
        assert issue.failures[0].message == "Written, but differs"
        assert said in " ".join(each.facts["field"] for each in issue.failures)


async def test_rule_11_what_others_changed_on_purpose_is_no_difference_of_a_later_write(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a", 2)])) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], name="Renamed on purpose")
        stage.change_psa("QuoteItems", stage.line_rows("Q-1")[0]["id"], quantity=7)
        stage.change_quoting("quote", "q-1", items=[item("laptop", "a", 2), item("dock", "b")])
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert len(stage.line_rows("Q-1")) == 2
        assert stage.quote_row("Q-1")["name"] == "Renamed on purpose"


async def test_rule_11_what_is_left_out_is_not_called_cleared(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.check("Q-1")
        stage.change_quoting("quote", "q-1", status="declined", declinedAt="2026-03-10T07:00:00Z")
        assert (await stage.retry("Q-1")).by_outcome == {"not eligible": 1}
        issue = await stage.issue("Q-1")
        assert issue.state is IssueState.DISMISSED
        assert issue.note == "Left out: it was declined"
        assert stage.psa("Quotes") == {}


async def test_rule_12_every_write_is_written_down_with_values_before_and_after(tmp_path: Path) -> None:
    async with staged(tmp_path, world(items=[item("laptop", "a"), item("dock", "b")], poNumber="PO-1")) as stage:
        await stage.write("Q-1")
        stage.change_quoting("quote", "q-1", poNumber="PO-2", items=[item("laptop", "a", 2)])
        await stage.write("Q-1")
        told = await stage.activity()
        sent = [each.partition(" ")[0] for each in stage.written()]
        words = {"Create": "POST", "Update": "PATCH", "Delete": "DELETE"}
        assert [words[each.what.partition(" ")[0]] for each in told] == sent
        assert Counter(sent) == {"POST": 5, "PATCH": 2, "DELETE": 1}
        by_what = {each.what: each for each in told}
        header = by_what["Update quote Q-1 Offer Q-1"]
        assert (header.before, header.after) == ({"purchaseOrderNumber": "PO-1"}, {"purchaseOrderNumber": "PO-2"})
        line = by_what["Update quote item “Corvane L310 laptop”"]
        assert (line.before, line.after) == ({"quantity": 1}, {"quantity": 2})
        gone = by_what["Delete quote item “Corvane dock”"]
        assert (gone.before["productID"], gone.after) == (6002, {})
        os_user = (await stage.run()).os_user
        assert {(each.os_user, each.site_name, each.ref) for each in told} == {
            (os_user, "Fabrikam IT", quote_ref("Q-1"))
        }
        assert [each.at for each in told] == sorted(each.at for each in told)


async def test_rule_12_create_whose_answer_was_lost_is_written_down_once(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        stage.fault("reset_after", method="POST", path="V1.0/Quotes$", times=1)
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")
        told = [each for each in await stage.activity() if each.entity == "Quotes"]
        assert [each.after["externalQuoteNumber"] for each in told] == ["Q-1"]


async def test_rule_12_links_and_checks_are_no_writes(tmp_path: Path) -> None:
    async with staged(tmp_path, world()) as stage:
        await stage.check("Q-1")
        link = await stage.link(RecordRef(kind=RecordKind.COMPANY, id="c1"))
        assert isinstance(link, Link)
        assert await stage.activity() == []
        assert (await last(stage)).outcome is Outcome.READY
