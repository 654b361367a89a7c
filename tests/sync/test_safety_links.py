"""Rules 3 to 5 of safety: what a record is in the PSA, and when nothing is made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import Action, FailureKind, IssueState, RecordKind
from tests.sync.sync_stage import Stage, quote_ref, staged
from tests.worlds.autotask_side import AUTOTASK
from tests.worlds.connectwise_side import CONNECTWISE
from tests.worlds.psa_side import PsaSide
from tests.worlds.sides import of_every_psa, with_quotes
from tests.worlds.small_world import SmallWorld

COMPANY = RecordRef(kind=RecordKind.COMPANY, id="c3")
CONTACT = RecordRef(kind=RecordKind.CONTACT, id="p3")
LINKED = {"company": 2001, "contact": 3001, "opportunity": 41, "product": 6001}
"""What a quote of a known company is linked to, by kind."""
NAME = "Tessellate Ceramics Studio"
PHONED: dict[str, Callable[[str], dict[str, Any]]] = {
    "autotask": lambda number: {"alternatePhone": number},
    "connectwise": lambda number: {
        "communicationItems": [{"id": 1, "type": {"id": 2}, "value": number, "communicationType": "Phone"}]
    },
    "halopsa": lambda number: {"phonenumber": number},
}
"""What a contact with a telephone number has in each PSA."""
PEOPLE = {"autotask": "Resources", "connectwise": "system/members", "halopsa": "Agent"}
"""The collection that each PSA has its own people in."""


def new_company(side: PsaSide) -> SmallWorld:
    """Return a quote of a company, contact and opportunity that are not linked."""
    made = SmallWorld(side)
    made.opportunity("op", name="New studio", companyId="c3", contactId="p3")
    made.quote("Q-1", companyId="c3", contactId="p3", opportunityId="op")
    return made


def known_company(side: PsaSide) -> SmallWorld:
    made = SmallWorld(side)
    made.quote("Q-1")
    return made


async def kinds(stage: Stage, number: str = "Q-1") -> list[FailureKind]:
    return [each.kind for each in (await stage.issue(number)).failures]


@of_every_psa
async def test_rule_03_claimed_identifiers_of_other_names_block(side: PsaSide, tmp_path: Path) -> None:
    made = known_company(side)
    for kind, row_id in LINKED.items():
        made.there(kind, row_id).update(side.renamed(kind))
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        failures = (await stage.issue("Q-1")).failures
        assert {each.kind for each in failures} == {FailureKind.LINK_MISMATCH}
        found = {str(each.record.kind): each.facts["found_name"] for each in failures if each.record}
        named = {"company": "Lucerne Publishing", "contact": "Alan Brewer", "opportunity": "Printer pool"}
        assert found == {**named, "product": "Toner"}
        assert [await stage.link(each.record) for each in failures if each.record] == [None] * 4
        assert stage.written() == []


@of_every_psa
async def test_rule_03_agreeing_names_are_verified_and_a_claim_that_changes_is_verified_anew(
    side: PsaSide, tmp_path: Path
) -> None:
    async with staged(tmp_path, known_company(side)) as stage:
        await stage.check("Q-1")
        link = await stage.link(RecordRef(kind=RecordKind.COMPANY, id="c1"))
        assert link is not None
        assert (link.external_id, link.verified_at) == ("2001", stage.clock.now())
        stage.change_quoting("company", "c1", externalIdentifier="2002")
        await stage.bench.runs.read_only()
        await stage.write("Q-1")
        assert (await kinds(stage))[0] is FailureKind.LINK_MISMATCH
        assert stage.written() == []


@of_every_psa
async def test_rule_03_contact_is_known_by_its_mail_and_whose_a_row_is_and_who_an_owner_is_have_to_agree(
    side: PsaSide, tmp_path: Path
) -> None:
    made = known_company(side)
    made.quote("Q-2", opportunityId=made.opportunity("op", name="New studio")["id"])
    named = {"firstName": "Kim", "lastName": "Brewer", "name": "Kim Brewer", "firstname": "Kim", "surname": "Brewer"}
    contact = made.there("contact", LINKED["contact"])
    contact |= {name: value for name, value in named.items() if name in contact}
    async with staged(tmp_path, made) as stage:
        assert (await stage.check("Q-1")).by_outcome == {"ready": 1}  # she has married, and her address is the same

        opportunity = dict(stage.there("opportunity")[LINKED["opportunity"]])
        theirs = side.opportunity({"externalIdentifier": "41", "name": "Project Q-1"}, 2002, 3002)
        stage.change_there("opportunity", LINKED["opportunity"], theirs)
        assert (await stage.check("Q-1")).by_outcome == {"blocked": 1}
        (failure,) = (await stage.issue("Q-1")).failures
        assert (failure.kind, failure.facts["found_name"]) == (FailureKind.ASSOCIATION, "Adatum Corporation")

        stage.change_there("opportunity", LINKED["opportunity"], opportunity)
        stage.change_quoting("quote", "q-1", contactId="p2")
        await stage.check("Q-1")
        assert await kinds(stage) == [FailureKind.ASSOCIATION]

        person = {name: value.replace("Kim", "Alan") for name, value in named.items()}
        stage.change_psa(PEOPLE[side.system], 29682885, **person)
        assert (await stage.check("Q-2")).by_outcome == {"blocked": 1}
        (failure,) = (await stage.issue("Q-2")).failures
        assert (failure.kind, failure.facts["found_name"]) == (FailureKind.LINK_MISMATCH, "Alan Brewer")


async def test_rule_03_rebuilding_links_no_row_of_another_name(tmp_path: Path) -> None:
    made = SmallWorld()
    made.quote("Q-1", opportunityId=made.opportunity("op", name="New studio")["id"])
    other = {"externalIdentifier": "88", "name": "Printer pool"}
    made.psa["Opportunities"].append(AUTOTASK.opportunity(other, 2001, 3001))
    row = {"id": 900, "name": "Offer Q-1", "opportunityID": 88, "companyID": 2001, "contactID": 3001, "isActive": True}
    made.psa["Quotes"].append({**row, "externalQuoteNumber": "Q-1"})
    async with staged(tmp_path, made) as stage:
        rebuilt = await stage.bench.links.rebuild(stage.site_id)
        assert (rebuilt.quotes, rebuilt.others) == (1, 0)
        assert await stage.link(RecordRef(kind=RecordKind.OPPORTUNITY, id="op")) is None


@of_every_psa
async def test_rule_04_user_who_sees_none_of_a_kind_creates_none(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, new_company(side)) as stage:
        for kind in ("company", "contact", "opportunity"):
            stage.fault("hide", arg=side.collections[kind])
            assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
            failures = (await stage.issue("Q-1")).failures
            assert (FailureKind.NO_EXTERNAL_ID, "cannot tell", kind) in [
                (each.kind, each.facts.get("reason"), each.record and each.record.kind) for each in failures
            ]
            stage.sandbox.faults.clear()
        assert stage.written() == []
        assert (await stage.write("Q-1")).by_outcome == {"written": 1}  # where others of each kind are seen


@of_every_psa
async def test_rule_04_near_match_of_a_company_is_shown_and_nothing_is_made(side: PsaSide, tmp_path: Path) -> None:
    near = {
        "same name": side.company(2003, "TESSELLATE Ceramics Studio, LLC"),
        "similar name": side.company(2003, "Tessellate Ceramics Studio Holding"),
        "same web domain": side.company(2003, "TCS", website="http://tessellate.example/home"),
        "same telephone": side.company(2003, "TCS", phone="614.555.0142"),
        "same name, inactive": side.company(2003, NAME, active=False),
    }
    async with staged(tmp_path, new_company(side)) as stage:
        for agrees, row in near.items():
            stage.store.insert(side.collections["company"], row)
            assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}, agrees
            failure = (await stage.issue("Q-1")).failures[0]
            assert (failure.kind, failure.message) == (FailureKind.NEAR_MATCH, "Company has no external identifier")
            assert failure.record == COMPANY
            choice = await stage.bench.links.choice(stage.site_id, COMPANY.kind, COMPANY.id)
            (candidate,) = choice.candidates
            assert (candidate.external_id, candidate.active) == ("2003", not agrees.endswith("inactive"))
            assert agrees.partition(",")[0] in candidate.agrees
            stage.store.delete(side.collections["company"], 2003)
        assert stage.written() == []


async def test_rule_04_rows_of_claimed_ids_that_are_other_records_prove_no_sight(tmp_path: Path) -> None:
    made = new_company(AUTOTASK)
    for number, row in enumerate(made.psa["Companies"]):
        row |= {"companyName": f"Somebody Else {number}", "phone": "0", "webAddress": None}
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        failure = (await stage.issue("Q-1")).failures[0]
        assert (failure.kind, failure.facts["reason"]) == (FailureKind.NO_EXTERNAL_ID, "cannot tell")
        assert stage.written() == []


@pytest.mark.parametrize("side", [CONNECTWISE], ids=["connectwise"])
async def test_rule_04_company_in_the_recycle_bin_is_a_near_match_too(side: PsaSide, tmp_path: Path) -> None:
    made = new_company(side)
    made.psa["company/companies"].append({**side.company(2003, NAME), "deletedFlag": True})
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert (await kinds(stage))[0] is FailureKind.NEAR_MATCH
        assert stage.written() == []


@of_every_psa
async def test_rule_04_near_match_of_a_contact_by_mail_at_another_company(side: PsaSide, tmp_path: Path) -> None:
    made = new_company(side)
    made.psa[side.collections["contact"]].append(side.contact(3009, 2002, "Ana@Tessellate.example", active=False))
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        (failure,) = (await stage.issue("Q-1")).failures
        assert (failure.kind, failure.record) == (FailureKind.NEAR_MATCH, CONTACT)
        assert stage.written() == []


@of_every_psa
async def test_rule_04_near_match_of_a_contact_by_mobile_number_at_its_company(side: PsaSide, tmp_path: Path) -> None:
    """Not by the other number, which may be everybody's there."""
    made = known_company(side)
    made.quoting["contact"].append({**made.row("contact", "p3"), "id": "p4", "companyId": "c1"})
    made.quote("Q-2", contactId="p4", opportunityId=made.quoting["opportunity"][-1]["id"])
    for row_id, number in ((3008, made.row("contact", "p3")["phone"]), (3009, "+1 614-555-0144")):
        phoned = {**side.contact(row_id, 2001, f"n{row_id}@northwindtraders.example"), **PHONED[side.system](number)}
        made.psa[side.collections["contact"]].append(phoned)
    async with staged(tmp_path, made) as stage:
        assert (await stage.write("Q-2")).by_outcome == {"blocked": 1}
        assert await kinds(stage, "Q-2") == [FailureKind.NEAR_MATCH]
        choice = await stage.bench.links.choice(stage.site_id, RecordKind.CONTACT, "p4")
        assert [each.external_id for each in choice.candidates] == ["3009"]
        assert stage.written() == []


@of_every_psa
async def test_rule_04_near_match_of_an_opportunity_of_the_same_company(side: PsaSide, tmp_path: Path) -> None:
    made = known_company(side)
    made.opportunity("op", name="Wi-Fi extension")
    made.quote("Q-2", opportunityId="op")
    there = side.opportunity({"externalIdentifier": "77", "name": "Wi-Fi Extension"}, 2001, 3001)
    made.psa[side.collections["opportunity"]].append({**there, **side.ended("lost")})
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-2")
        assert await kinds(stage, "Q-2") == [FailureKind.NEAR_MATCH]
        assert stage.written() == []


@of_every_psa
async def test_rule_04_person_links_one_of_the_candidates(side: PsaSide, tmp_path: Path) -> None:
    made = new_company(side)
    made.psa[side.collections["company"]].append(side.company(2003, "Tessellate Ceramics", phone="6145550142"))
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        await stage.bench.links.link(stage.site_id, COMPANY.kind, COMPANY.id, side.collections["company"], "2003")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert side.company_of(stage.quote_row("Q-1")) == 2003
        assert len(stage.there("company")) == len(made.psa[side.collections["company"]])


@of_every_psa
async def test_rule_04_person_creates_it_all_the_same_and_only_that_one(side: PsaSide, tmp_path: Path) -> None:
    made = new_company(side)
    made.psa[side.collections["company"]].append(side.company(2003, NAME, active=False))
    async with staged(tmp_path, made) as stage:
        await stage.write("Q-1")
        result = await stage.bench.links.create_anew(stage.site_id, COMPANY.kind, COMPANY.id)
        assert result.by_outcome == {"written": 1}
        assert [each.rpartition(side.collections["company"])[2] for each in stage.written()] == [""]
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        names = [row[side.titles["company"]] for row in stage.there("company").values()]
        assert names.count(NAME) == 2
        for _ in range(2):
            await stage.attempt(COMPANY)
        assert len(stage.there("company")) == len(names)


@of_every_psa
async def test_rule_05_deleted_inactive_and_merged_links_never_make_a_new_row(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, known_company(side)) as stage:
        await stage.check("Q-1")
        for kind, end, said in side.ends():
            row_id, before = LINKED[kind], dict(stage.there(kind)[LINKED[kind]])
            end(stage.store, row_id)
            counts = side.counts(stage.store)
            for _ in range(2):
                assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}, (kind, said)
            issue = await stage.issue("Q-1")
            message = f"{kind.capitalize()} {said} in {side.label}"
            assert (issue.failures[0].message, issue.failures[0].facts["external_id"]) == (message, str(row_id))
            assert side.counts(stage.store) == counts
            detail = await stage.bench.issues.detail(issue.id)
            assert detail is not None
            assert Action.LINK in detail.causes[0].actions
            stage.store.rows(side.collections[kind])[row_id] = before
        assert stage.written() == []


@with_quotes
async def test_rule_05_dead_quote_is_made_anew_only_on_a_persons_word(side: PsaSide, tmp_path: Path) -> None:
    async with staged(tmp_path, known_company(side)) as stage:
        await stage.write("Q-1")
        old = stage.quote_row("Q-1")["id"]
        stage.store.delete(side.collections["quote"], old)
        sent = stage.written()
        for _ in range(2):
            assert (await stage.write("Q-1")).by_outcome == {"blocked": 1}
        assert (await stage.issue("Q-1")).failures[0].message == f"Quote was not found in {side.label}"
        assert stage.written() == sent
        result = await stage.bench.links.create_anew(stage.site_id, RecordKind.QUOTE, "q-1")
        assert result.by_outcome == {"written": 1}
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}
        link = await stage.link(quote_ref("Q-1"))
        assert link is not None
        assert link.external_id == str(stage.quote_row("Q-1")["id"]) != str(old)


async def test_rule_05_inactive_quote_beside_the_new_one_is_left_alone(tmp_path: Path) -> None:
    async with staged(tmp_path, known_company(AUTOTASK)) as stage:
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
        await stage.bench.links.unlink(stage.site_id, RecordKind.QUOTE, "q-1")
        assert (await stage.write("Q-1")).by_outcome == {"in step": 1}  # found by its stamp, which the old one has too


@of_every_psa
async def test_rule_05_relinked_to_another_row_the_quote_goes_there(side: PsaSide, tmp_path: Path) -> None:
    made, opportunities = known_company(side), side.collections["opportunity"]
    there = side.opportunity({"externalIdentifier": "88", "name": "Project Q-1, second try"}, 2001, 3001)
    made.psa[opportunities].append(there)
    async with staged(tmp_path, made) as stage:
        stage.store.delete(opportunities, 41)
        await stage.write("Q-1")
        await stage.bench.links.link(stage.site_id, RecordKind.OPPORTUNITY, "opp-q-1", opportunities, "88")
        assert (await stage.retry("Q-1")).by_outcome == {"written": 1}
        assert side.opportunity_of(stage.quote_row("Q-1")) == 88


@of_every_psa
async def test_rule_05_link_by_hand_to_a_row_that_is_not_there_is_refused(side: PsaSide, tmp_path: Path) -> None:
    entity = side.collections["company"]
    async with staged(tmp_path, new_company(side)) as stage:
        with pytest.raises(UserError, match=f"shows no {entity} row #9999"):
            await stage.bench.links.link(stage.site_id, COMPANY.kind, COMPANY.id, entity, "9999")
        await stage.bench.links.link(stage.site_id, RecordKind.COMPANY, "c1", entity, "2001")
        with pytest.raises(UserError, match="already linked"):
            await stage.bench.links.link(stage.site_id, COMPANY.kind, COMPANY.id, entity, "2001")


async def test_rule_05_skipped_it_stays_out_of_the_list(tmp_path: Path) -> None:
    async with staged(tmp_path, known_company(AUTOTASK)) as stage:
        stage.store.delete("Opportunities", 41)
        await stage.write("Q-1")
        await stage.bench.issues.dismiss([(await stage.issue("Q-1")).id])
        await stage.write("Q-1")
        issue = await stage.issue("Q-1")
        assert (issue.state, issue.dismissed_count) == (IssueState.DISMISSED, 1)
        assert stage.written() == []
