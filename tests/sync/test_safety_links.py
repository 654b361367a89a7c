"""Rules 3 to 6 of safety: what a record is in the PSA, and when nothing is made or written."""

from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import Action, FailureKind, IssueState, RecordKind
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.psa_side import Row
from tests.worlds.small_world import SmallWorld

COMPANY = RecordRef(kind=RecordKind.COMPANY, id="c3")
CONTACT = RecordRef(kind=RecordKind.CONTACT, id="p3")


def new_company() -> SmallWorld:
    """A quote of a company, contact and opportunity that are not linked."""
    made = SmallWorld()
    made.opportunity("op", name="New studio", companyId="c3", contactId="p3")
    made.quote("Q-1", companyId="c3", contactId="p3", opportunityId="op")
    return made


def known_company() -> SmallWorld:
    made = SmallWorld()
    made.quote("Q-1")
    return made


async def kinds(stage: Stage, number: str = "Q-1") -> list[FailureKind]:
    return [each.kind for each in (await stage.issue(number)).failures]


@pytest.mark.parametrize(
    ("entity", "row_id", "other"),
    [
        ("Companies", 2001, {"companyName": "Lucerne Publishing", "webAddress": "lucerne.example"}),
        (
            "Contacts",
            3001,
            {"firstName": "Alan", "lastName": "Brewer", "emailAddress": "alan@northwindtraders.example"},
        ),
        ("Opportunities", 41, {"title": "Printer pool"}),
        ("Products", 6001, {"name": "Toner", "manufacturerProductName": "TON-1"}),
    ],
)
async def test_rule_03_claimed_identifier_of_another_name_blocks(
    entity: str, row_id: int, other: Row, tmp_path: Path
) -> None:
    made = known_company()
    made.psa_row(entity, row_id).update(other)
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        failure = (await stage.issue("Q-1")).failures[0]
        assert failure.kind is FailureKind.LINK_MISMATCH
        assert failure.facts["found_name"] in (*other.values(), "Alan Brewer")
        assert stage.written() == []
        assert failure.record is not None
        assert await stage.link(failure.record) is None


async def test_rule_03_agreeing_names_are_kept_as_verified(tmp_path: Path) -> None:
    async with staged(tmp_path, known_company()) as stage:
        await stage.check("Q-1")
        link = await stage.link(RecordRef(kind=RecordKind.COMPANY, id="c1"))
        assert link is not None
        assert (link.external_id, link.verified_at) == ("2001", stage.clock.now())


async def test_rule_03_claim_that_changes_later_is_verified_anew(tmp_path: Path) -> None:
    async with staged(tmp_path, known_company()) as stage:
        await stage.check("Q-1")
        stage.change_quoting("company", "c1", externalIdentifier="2002")
        await stage.bench.runs.read_only()
        await stage.write("Q-1")
        assert (await kinds(stage))[0] is FailureKind.LINK_MISMATCH
        assert stage.written() == []


@pytest.mark.parametrize("collection", ["Companies", "Contacts", "Opportunities"])
async def test_rule_04_user_who_sees_none_of_a_kind_creates_none(collection: str, tmp_path: Path) -> None:
    made = new_company()
    async with staged(tmp_path, made) as stage:
        stage.fault("hide", arg=collection)
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        failures = (await stage.issue("Q-1")).failures
        assert FailureKind.NO_EXTERNAL_ID in [each.kind for each in failures]
        assert "cannot tell" in [each.facts.get("reason") for each in failures]
        assert stage.written() == []


async def test_rule_04_rows_of_claimed_ids_that_are_other_records_prove_no_sight(tmp_path: Path) -> None:
    made = new_company()
    for number, row in enumerate(made.psa["Companies"]):
        row |= {"companyName": f"Somebody Else {number}", "phone": "0", "webAddress": None}
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        failure = (await stage.issue("Q-1")).failures[0]
        assert (failure.kind, failure.facts["reason"]) == (FailureKind.NO_EXTERNAL_ID, "cannot tell")
        assert stage.written() == []


async def test_rule_04_where_the_user_sees_others_of_the_kind_all_is_created(tmp_path: Path) -> None:
    async with staged(tmp_path, new_company()) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}


@pytest.mark.parametrize(
    ("there", "agrees"),
    [
        ({"companyName": "TESSELLATE Ceramics Studio, LLC"}, "same name"),
        ({"companyName": "Tessellate Ceramics Studio Holding"}, "similar name"),
        ({"companyName": "TCS", "webAddress": "http://tessellate.example/home"}, "same web domain"),
        ({"companyName": "TCS", "phone": "614.555.0142"}, "same telephone"),
        ({"companyName": "Tessellate Ceramics Studio", "isActive": False}, "same name"),
    ],
)
async def test_rule_04_near_match_of_a_company_is_shown_and_nothing_is_made(
    there: Row, agrees: str, tmp_path: Path
) -> None:
    made = new_company()
    made.psa["Companies"].append({"id": 2003, "companyType": 1, "phone": "0", "isActive": True, **there})
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        failure = (await stage.issue("Q-1")).failures[0]
        assert (failure.kind, failure.message) == (FailureKind.NEAR_MATCH, "Company has no external identifier")
        assert failure.record == COMPANY
        assert stage.written() == []
        choice = await stage.bench.links.choice(stage.site_id, COMPANY.kind, COMPANY.id)
        (candidate,) = choice.candidates
        assert (candidate.external_id, candidate.active) == ("2003", there.get("isActive", True))
        assert agrees in candidate.agrees


async def test_rule_04_near_match_of_a_contact_by_mail_at_another_company(tmp_path: Path) -> None:
    made = new_company()
    row = {"id": 3009, "companyID": 2002, "firstName": "A.", "lastName": "B.", "isActive": 0}
    made.psa["Contacts"].append({**row, "emailAddress2": "Ana@Tessellate.example"})
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        (failure,) = (await stage.issue("Q-1")).failures
        assert (failure.kind, failure.record) == (FailureKind.NEAR_MATCH, CONTACT)
        assert stage.written() == []


async def test_rule_04_near_match_of_a_contact_by_mobile_number_at_its_company(tmp_path: Path) -> None:
    made = known_company()
    made.quoting["contact"].append({**made.row("contact", "p3"), "id": "p4", "companyId": "c1"})
    made.quote("Q-2", contactId="p4", opportunityId=made.quoting["opportunity"][-1]["id"])
    row = {"companyID": 2001, "firstName": "Née", "lastName": "Otherwise", "isActive": 1}
    made.psa["Contacts"] += [
        {"id": 3008, **row, "phone": made.row("contact", "p3")["phone"]},
        {"id": 3009, **row, "alternatePhone": "+1 614-555-0144"},
    ]
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-2")).by_outcome == {"blocked": 1}
        assert await kinds(stage, "Q-2") == [FailureKind.NEAR_MATCH]
        choice = await stage.bench.links.choice(stage.site_id, RecordKind.CONTACT, "p4")
        assert [each.external_id for each in choice.candidates] == ["3009"]
        assert stage.written() == []


async def test_rule_04_near_match_of_an_opportunity_of_the_same_company(tmp_path: Path) -> None:
    made = known_company()
    made.opportunity("op", name="Wi-Fi extension")
    made.quote("Q-2", opportunityId="op")
    made.psa["Opportunities"].append({"id": 77, "title": "Wi-Fi Extension", "companyID": 2001, "status": 2})
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-2")
        assert await kinds(stage, "Q-2") == [FailureKind.NEAR_MATCH]
        assert stage.written() == []


async def test_rule_04_person_links_one_of_the_candidates(tmp_path: Path) -> None:
    made = new_company()
    made.psa["Companies"].append(
        {"id": 2003, "companyName": "Tessellate Ceramics", "companyType": 1, "phone": "6145550142", "isActive": True}
    )
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        await stage.bench.links.link(stage.site_id, COMPANY.kind, COMPANY.id, "Companies", "2003")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["companyID"] == 2003
        assert len(stage.psa("Companies")) == 4


async def test_rule_04_person_creates_it_all_the_same_and_only_that_one(tmp_path: Path) -> None:
    made = new_company()
    made.psa["Companies"].append(
        {"id": 2003, "companyName": "Tessellate Ceramics Studio", "companyType": 1, "phone": "0", "isActive": False}
    )
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        result = await stage.bench.links.create_anew(stage.site_id, COMPANY.kind, COMPANY.id)
        assert result.by_outcome == {"written": 1}
        assert [each.partition("/V1.0/")[2] for each in stage.written()] == ["Companies"]
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        names = [row["companyName"] for row in stage.psa("Companies").values()]
        assert names.count("Tessellate Ceramics Studio") == 2
        for _ in range(2):
            await stage.attempt(COMPANY)
        assert len(stage.psa("Companies")) == len(names)


@pytest.mark.parametrize(
    ("entity", "gone"),
    [("Companies", True), ("Opportunities", True), ("Products", True), ("Companies", False), ("Products", False)],
)
async def test_rule_05_deleted_or_inactive_link_never_makes_a_new_row(entity: str, gone: bool, tmp_path: Path) -> None:
    row_id = {"Companies": 2001, "Opportunities": 41, "Products": 6001}[entity]
    async with staged(tmp_path, known_company()) as stage:
        await stage.check("Q-1")
        store, before = stage.sandbox.site().psa_store, len(stage.psa(entity))
        if gone:
            store.delete(entity, row_id)
        else:
            store.update(entity, row_id, {"isActive": False})
        for _ in range(2):
            assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        failure = (await stage.issue("Q-1")).failures[0]
        word = {"Companies": "Company", "Opportunities": "Opportunity", "Products": "Product"}[entity]
        said = f"{word} was not found in Autotask" if gone else f"{word} is inactive in Autotask"
        assert (failure.message, failure.facts["external_id"]) == (said, str(row_id))
        assert (stage.written(), len(stage.psa(entity))) == ([], before - gone)
        detail = await stage.bench.issues.detail((await stage.issue("Q-1")).id)
        assert detail is not None
        assert Action.LINK in detail.causes[0].actions


async def test_rule_05_dead_quote_is_made_anew_only_on_a_persons_word(tmp_path: Path) -> None:
    async with staged(tmp_path, known_company()) as stage:
        await stage.write("Q-1")
        old = stage.quote_row("Q-1")["id"]
        stage.change_psa("Quotes", old, isActive=False)
        sent = stage.written()
        await stage.write("Q-1")
        assert (await stage.issue("Q-1")).failures[0].message == "Quote is inactive in Autotask"
        assert stage.written() == sent
        result = await stage.bench.links.create_anew(stage.site_id, RecordKind.QUOTE, "q-1")
        assert result.by_outcome == {"written": 1}
        rows = [row["id"] for row in stage.psa("Quotes").values() if row["externalQuoteNumber"] == "Q-1"]
        assert len(rows) == 2
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        link = await stage.link(quote_ref("Q-1"))
        assert link is not None
        assert link.external_id != str(old)


async def test_rule_05_relinked_to_another_row_the_quote_goes_there(tmp_path: Path) -> None:
    made = known_company()
    made.psa["Opportunities"].append(
        {"id": 88, "title": "Project Q-1, second try", "companyID": 2001, "contactID": 3001, "status": 1}
    )
    async with staged(tmp_path, made) as stage:
        stage.sandbox.site().psa_store.delete("Opportunities", 41)
        await stage.write("Q-1")
        await stage.bench.links.link(stage.site_id, RecordKind.OPPORTUNITY, "opp-q-1", "Opportunities", "88")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert stage.quote_row("Q-1")["opportunityID"] == 88


async def test_rule_05_link_by_hand_to_a_row_that_is_not_there_is_refused(tmp_path: Path) -> None:
    async with staged(tmp_path, new_company()) as stage:
        with pytest.raises(UserError, match="shows no Companies row #9999"):
            await stage.bench.links.link(stage.site_id, COMPANY.kind, COMPANY.id, "Companies", "9999")
        await stage.bench.links.link(stage.site_id, RecordKind.COMPANY, "c1", "Companies", "2001")
        with pytest.raises(UserError, match="already linked"):
            await stage.bench.links.link(stage.site_id, COMPANY.kind, COMPANY.id, "Companies", "2001")


async def test_rule_05_skipped_it_stays_out_of_the_list(tmp_path: Path) -> None:
    async with staged(tmp_path, known_company()) as stage:
        stage.sandbox.site().psa_store.delete("Opportunities", 41)
        await stage.write("Q-1")
        await stage.bench.issues.dismiss([(await stage.issue("Q-1")).id])
        await stage.write("Q-1")
        issue = await stage.issue("Q-1")
        assert (issue.state, issue.dismissed_count) == (IssueState.DISMISSED, 1)
        assert stage.written() == []


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"status": "draft"}, "its status is draft"),
        ({"status": "declined", "declinedAt": "{-1}T10:00:00Z"}, "it was declined"),
        ({"approvedAt": None, "status": "sent", "expiredAt": "{-1}T10:00:00Z"}, "it has expired"),
        ({"status": "expired"}, "its status is expired"),
        ({"deletedAt": "{-1}T10:00:00Z"}, "it is deleted in Salesbuildr"),
    ],
)
async def test_rule_06_quote_is_left_out_with_its_reason(members: dict[str, Any], why: str, tmp_path: Path) -> None:
    made = SmallWorld()
    made.quote("Q-1", **members)
    async with staged(tmp_path, made) as stage:
        result = await stage.write("Q-1")
        if result.by_outcome == {"not eligible": 1}:
            assert why in result.text
        else:  # what Salesbuildr does not list any more cannot be read anew
            assert members.get("deletedAt")
        assert stage.written() == []
        assert (await stage.everything()).by_outcome.get("written", 0) == 0


async def test_rule_06_issue_of_a_quote_that_is_withdrawn_is_no_longer_counted_as_retryable(tmp_path: Path) -> None:
    async with staged(tmp_path, known_company()) as stage:
        await stage.check("Q-1")
        stage.change_quoting("quote", "q-1", status="draft")
        await stage.bench.runs.read_only()
        preview = await stage.bench.issues.preview([(await stage.issue("Q-1")).id])
        assert preview.will_try == 0
        assert "1 left out: its status is draft; this site writes approved and sent quotes" in preview.sentences


async def test_rule_06_lost_opportunity_leaves_its_quote_out(tmp_path: Path) -> None:
    made = known_company()
    made.psa_row("Opportunities", 41)["status"] = 2
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        assert await kinds(stage) == [FailureKind.CLOSED]
        preview = await stage.bench.issues.preview([(await stage.issue("Q-1")).id])
        assert (preview.will_try, preview.sentences[0]) == (0, "1 left out: the opportunity is lost in the PSA")
        await stage.bench.links.confirm_won(stage.site_id, "q-1")
        await stage.write("Q-1")
        assert stage.written() == []


async def test_rule_06_won_opportunity_asks_and_is_written_once_confirmed(tmp_path: Path) -> None:
    made = known_company()
    made.psa_row("Opportunities", 41)["status"] = 3
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        detail = await stage.bench.issues.detail((await stage.issue("Q-1")).id)
        assert detail is not None
        assert Action.CONFIRM_WON in detail.causes[0].actions
        assert stage.written() == []
        await stage.bench.links.confirm_won(stage.site_id, "q-1")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert stage.psa("Opportunities")[41]["status"] == 3


async def test_rule_06_won_is_asked_for_each_quote(tmp_path: Path) -> None:
    made = known_company()
    made.psa_row("Opportunities", 41)["status"] = 3
    made.quote("Q-2", opportunityId="opp-q-1")
    async with staged(tmp_path, made) as stage:
        await stage.bench.links.confirm_won(stage.site_id, "q-1")
        assert (await stage.write("Q-1", "Q-2")).by_outcome == {"written": 1, "blocked": 1}
        assert stage.quote_row("Q-1")
        assert await kinds(stage, "Q-2") == [FailureKind.CLOSED]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (5, "Autotask has this opportunity in the status “Not Ready To Buy”, of which it is not known whether it is"),
        (None, "Autotask gives no status for this opportunity, so that it is not known whether it is"),
    ],
)
async def test_rule_06_opportunity_of_unknown_status_asks_and_is_written_once_confirmed(
    status: int | None, said: str, tmp_path: Path
) -> None:
    made = known_company()
    made.psa_row("Opportunities", 41)["status"] = status
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        detail = await stage.bench.issues.detail((await stage.issue("Q-1")).id)
        assert detail is not None
        assert detail.causes[0].message == f"{said} still open"
        assert Action.CONFIRM_OPEN in detail.causes[0].actions
        assert stage.written() == []
        await stage.bench.links.confirm_won(stage.site_id, "q-1")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}


@pytest.mark.parametrize("status", [2, 3, 5])
async def test_rule_06_quote_that_is_in_step_stays_so_when_its_opportunity_is_closed(
    status: int, tmp_path: Path
) -> None:
    async with staged(tmp_path, known_company()) as stage:
        await stage.write("Q-1")
        sent = stage.written()
        stage.change_psa("Opportunities", 41, status=status)
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        stage.change_quoting("quote", "q-1", poNumber="PO-1")
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        stage.sandbox.site().psa_store.delete("QuoteItems", stage.line_rows("Q-1")[0]["id"])
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert stage.written() == sent


@pytest.mark.parametrize("status", [3, 5])
async def test_rule_06_won_with_a_sales_order_behind_it_is_left_out_even_if_confirmed(
    status: int, tmp_path: Path
) -> None:
    made = known_company()
    made.psa_row("Opportunities", 41)["status"] = status
    made.psa["SalesOrders"].append({"id": 9, "opportunityID": 41, "title": "Order", "status": 1})
    async with staged(tmp_path, made) as stage:
        await stage.bench.links.confirm_won(stage.site_id, "q-1")
        await stage.write("Q-1")
        preview = await stage.bench.issues.preview([(await stage.issue("Q-1")).id])
        assert (preview.will_try, preview.sentences[0]) == (0, "1 left out: the opportunity is ordered in the PSA")
        assert stage.written() == []


def foreign_line(quote_id: int, **members: Any) -> Row:
    return {
        "id": 555,
        "quoteID": quote_id,
        "quoteItemType": 1,
        "productID": 6002,
        "name": "Corvane dock",
        "quantity": 1,
        "unitPrice": 99,
        "unitDiscount": 0,
        "lineDiscount": 0,
        "percentageDiscount": 0,
        "isOptional": False,
        **members,
    }


@pytest.mark.parametrize(("decision", "left"), [("keep", [6001, 6002]), ("adopt", [6001, 6002]), ("replace", [6001])])
async def test_rule_06_lines_of_others_wait_for_a_persons_decision(
    decision: str, left: list[int], tmp_path: Path
) -> None:
    async with staged(tmp_path, known_company()) as stage:
        await stage.write("Q-1")
        sent = stage.written()
        stage.sandbox.site().psa_store.insert("QuoteItems", foreign_line(stage.quote_row("Q-1")["id"]))
        stage.change_quoting("quote", "q-1", title="Another title")
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        (failure,) = (await stage.issue("Q-1")).failures
        assert (failure.kind, failure.facts["items"]) == (FailureKind.FOREIGN_LINES, "Corvane dock")
        assert stage.written() == sent
        await stage.bench.links.decide_lines(stage.site_id, "q-1", decision)
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert [row["productID"] for row in sorted(stage.line_rows("Q-1"), key=lambda row: row["productID"])] == left
        assert stage.quote_row("Q-1")["name"] == "Another title"
