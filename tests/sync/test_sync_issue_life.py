"""The life of an issue through real attempts: from what opened it to what was seen, and what happens in between."""

import asyncio
from pathlib import Path

from sync_desktop.domain.links import Link
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import (
    AttemptKind,
    FailureKind,
    IssueOrigin,
    IssueState,
    LinkOrigin,
    RecordKind,
    Severity,
)
from sync_desktop.storage import issues, leases, links
from sync_desktop.storage.issues import OTHER_CAUSE
from sync_desktop.storage.transaction import Transaction
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.quoting_rows import item
from tests.worlds.small_world import SmallWorld

COMPANY = RecordRef(kind=RecordKind.COMPANY, id="c3")
REFUSED = "Docks are sold by the warehouse only."


def unmapped() -> SmallWorld:
    """A quote with a new product whose category has no billing code."""
    made = SmallWorld()
    made.row("category", "hw")["billingCode"] = None
    made.quote("Q-1", [item("newlaptop", "a")])
    return made


def refusing() -> SmallWorld:
    """A quote with two lines, one of which the tenant refuses by a rule of its own."""
    made = SmallWorld()
    made.rules.append({"entity": "QuoteItems", "when": {"productID": 6002}, "errors": [REFUSED]})
    made.quote("Q-1", [item("laptop", "a"), item("dock", "b")])
    return made


async def test_check_opens_an_issue_and_a_failed_write_keeps_it_with_the_newer_failure(tmp_path: Path) -> None:
    made = SmallWorld()
    made.quote("Q-1")
    async with staged(tmp_path, made) as stage:
        await stage.check("Q-1")
        opened = await stage.issue("Q-1")
        assert (opened.state, opened.origin, opened.times_failed) == (IssueState.OPEN, IssueOrigin.CHECK, 1)
        assert opened.failures[0].kind is FailureKind.NOT_ARRIVED
        stage.clock.advance(60)
        stage.change_psa("Companies", 2001, isActive=False)
        await stage.retry("Q-1")
        kept = await stage.issue("Q-1")
        assert (kept.id, kept.state, kept.times_failed) == (opened.id, IssueState.OPEN, 2)
        assert kept.failures[0].message == "Company is inactive in Autotask"
        assert (kept.opened_at, kept.last_failed_at > opened.last_failed_at) == (opened.opened_at, True)


async def test_cleared_with_evidence_and_opened_again_when_it_fails_anew(tmp_path: Path) -> None:
    made = SmallWorld()
    made.quote("Q-1")
    async with staged(tmp_path, made) as stage:
        stage.change_psa("Companies", 2001, isActive=False)
        await stage.write("Q-1")
        stage.change_psa("Companies", 2001, isActive=True)
        await stage.retry("Q-1")
        cleared = await stage.issue("Q-1")
        assert (cleared.state, cleared.note[:18]) == (IssueState.CLEARED, "Seen in Autotask: ")
        stage.change_psa("Quotes", stage.quote_row("Q-1")["id"], isActive=False)
        await stage.check("Q-1")
        again = await stage.issue("Q-1")
        assert (again.id, again.state) == (cleared.id, IssueState.OPEN)
        assert "after it had been cleared" in again.note


async def test_issue_clears_when_somebody_else_brought_the_quote_there(tmp_path: Path) -> None:
    made = SmallWorld()
    made.quote("Q-1")
    async with staged(tmp_path, made) as stage:
        await stage.check("Q-1")
        await stage.sandbox.vendor_sync("Fabrikam IT", ["quote/q-1"])
        assert (await stage.check("Q-1")).by_outcome == {"in step": 1}
        assert (await stage.issue("Q-1")).state is IssueState.CLEARED
        assert stage.written() == []


async def test_mapping_that_is_repaired_lets_the_quote_through(tmp_path: Path) -> None:
    async with staged(tmp_path, unmapped()) as stage:
        await stage.write("Q-1")
        issue = await stage.issue("Q-1")
        assert issue.failures[0].message == "BillingCode does not exist or is invalid"
        waiting = await stage.bench.mappings.choice(issue.id, "product-billing-code", "hw")
        assert waiting.waiting_issue_ids == (issue.id,)
        await stage.bench.mappings.set(stage.site_id, "product-billing-code", "hw", "402")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        made = [row for row in stage.psa("Products").values() if row.get("externalProductID") == "newlaptop"]
        assert [row["productBillingCodeID"] for row in made] == [402]


async def test_dismissed_stays_dismissed_for_the_same_cause_and_counts_it(tmp_path: Path) -> None:
    async with staged(tmp_path, unmapped()) as stage:
        await stage.write("Q-1")
        issue = await stage.issue("Q-1")
        await stage.bench.issues.dismiss([issue.id])
        await stage.write("Q-1")
        await stage.check("Q-1")
        kept = await stage.issue("Q-1")
        assert (kept.state, kept.dismissed_count, kept.times_failed) == (IssueState.DISMISSED, 2, 3)
        await stage.bench.issues.restore([issue.id])
        assert (await stage.issue("Q-1")).state is IssueState.OPEN
        assert stage.written() == []


async def test_dismissed_opens_for_another_cause_and_says_so(tmp_path: Path) -> None:
    async with staged(tmp_path, unmapped()) as stage:
        await stage.write("Q-1")
        await stage.bench.issues.dismiss([(await stage.issue("Q-1")).id])
        stage.change_psa("Companies", 2001, isActive=False)
        await stage.write("Q-1")
        issue = await stage.issue("Q-1")
        assert (issue.state, issue.note) == (IssueState.OPEN, OTHER_CAUSE)
        assert issue.failures[0].message == "Company is inactive in Autotask"


async def test_missing_items_are_a_warning_and_only_they_are_tried_again_once_the_rule_is_gone(tmp_path: Path) -> None:
    async with staged(tmp_path, refusing()) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"some items missing": 1}
        issue = await stage.issue("Q-1")
        assert (issue.state, issue.severity) == (IssueState.OPEN, Severity.WARNING)
        assert issue.failures[0].facts["items"] == "quote item “Corvane dock”"
        assert issue.failures[1].message == REFUSED
        assert [row["productID"] for row in stage.line_rows("Q-1")] == [6001]
        stage.sandbox.site().rules.clear()
        stage.sandbox.log.clear()
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        quote_id = stage.quote_row("Q-1")["id"]
        assert stage.written() == [f"POST /ATServicesRest/V1.0/Quotes/{quote_id}/Items"]
        assert [row["productID"] for row in stage.line_rows("Q-1")] == [6001, 6002]
        assert (await stage.issue("Q-1")).state is IssueState.CLEARED


async def test_refused_item_does_not_keep_the_others_from_arriving(tmp_path: Path) -> None:
    made = refusing()
    made.row("quote", "q-1")["items"] = [item("dock", "b"), item("laptop", "a"), item("kit", "c")]
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        assert [row["productID"] for row in stage.line_rows("Q-1")] == [6001, 6003]


async def hold(stage: Stage, ref: RecordRef, owner: str = "elsewhere/1/1") -> None:
    """Somebody on another machine synchronises a record."""
    at = stage.clock.now()

    def store(tx: Transaction) -> None:
        assert leases.acquire(tx, stage.site_id, ref, owner=owner, at=at, ttl_seconds=3600)

    await stage.workspace.write(store)


async def test_own_lease_busy_says_so_at_once_and_opens_no_issue(tmp_path: Path) -> None:
    made = SmallWorld()
    made.quote("Q-1")
    async with staged(tmp_path, made) as stage:
        await hold(stage, quote_ref("Q-1"))
        result = await stage.write("Q-1")
        assert (result.by_outcome, result.refused[0]) == ({"already synchronizing": 1}, "Already synchronizing")
        assert (stage.clock.slept, stage.written()) == ([], [])
        none = await stage.workspace.read(lambda conn: issues.issue_for(conn, stage.site_id, quote_ref("Q-1")))
        assert none is None


async def test_busy_leaves_an_open_issue_as_it_is(tmp_path: Path) -> None:
    async with staged(tmp_path, unmapped()) as stage:
        await stage.write("Q-1")
        before = await stage.issue("Q-1")
        await hold(stage, quote_ref("Q-1"))
        assert (await stage.write("Q-1")).refused == ("Already synchronizing",)
        assert await stage.issue("Q-1") == before


def with_new_company() -> SmallWorld:
    made = SmallWorld()
    made.opportunity("op", name="New studio", companyId="c3", contactId="p3")
    made.quote("Q-1", companyId="c3", contactId="p3", opportunityId="op")
    return made


async def test_dependency_that_somebody_else_synchronises_is_waited_for_and_not_made_twice(tmp_path: Path) -> None:
    async with staged(tmp_path, with_new_company()) as stage:
        await hold(stage, COMPANY)
        others: list[asyncio.Task[None]] = []

        async def finish() -> None:
            row = {"companyName": "Tessellate Ceramics Studio", "companyType": 3, "phone": "1", "isActive": True}
            made = stage.sandbox.site().psa_store.insert("Companies", row)
            at = stage.clock.now()
            link = Link(
                ref=COMPANY,
                entity="Companies",
                external_id=str(made),
                origin=LinkOrigin.CREATED,
                verified_at=at,
                sent={"companyName": "Tessellate Ceramics Studio"},
            )

            def store(tx: Transaction) -> None:
                links.save_link(tx, stage.site_id, link, at=at)
                leases.release(tx, stage.site_id, COMPANY, "elsewhere/1/1")

            await stage.workspace.write(store)

        def waited() -> None:
            if len(stage.clock.slept) == 3:
                others.append(asyncio.ensure_future(finish()))

        stage.clock.on_sleep = waited
        result = await stage.write("Q-1")
        assert others
        assert result.by_outcome == {"written": 1}, result
        named = [row for row in stage.psa("Companies").values() if row["companyName"].startswith("Tessellate")]
        assert len(named) == 1
        assert stage.quote_row("Q-1")["companyID"] == named[0]["id"]


async def test_dependency_that_stays_busy_ends_in_a_failure_that_says_so(tmp_path: Path) -> None:
    async with staged(tmp_path, with_new_company()) as stage:
        await hold(stage, COMPANY)
        assert (await stage.write("Q-1")).by_outcome == {"failed": 1}
        (failure,) = (await stage.issue("Q-1")).failures
        assert (failure.kind, failure.message, failure.record) == (FailureKind.BUSY, "Already synchronizing", COMPANY)
        assert stage.written() == []


async def test_issue_of_a_company_clears_when_a_quote_brings_the_company(tmp_path: Path) -> None:
    async with staged(tmp_path, with_new_company()) as stage:
        await stage.attempt(COMPANY, kind=AttemptKind.CHECK)
        assert (await stage.issue_of(COMPANY)).state is IssueState.OPEN
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}
        issue = await stage.issue_of(COMPANY)
        assert issue.state is IssueState.CLEARED
        assert issue.note.startswith("Create company Tessellate Ceramics Studio: #")
