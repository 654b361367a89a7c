"""Imported issues through their whole life, over the default practice world."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import AttemptKind, IssueOrigin, IssueState, RecordKind
from sync_desktop.storage import imports, issues
from sync_desktop.storage.issues import StoredIssue
from sync_desktop.storage.workspace import Workspace
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.pasted.views import ImportResult, PasteQuestion
from sync_desktop.workbench.views import IssueRow
from tests.workbench.desk_stage import SITE, DeskStage
from tests.worlds.issues_page import BILLING, GONE, as_csv, fifty_six

IN_STEP = "Q-2001"
FIREWALLS = "billing code inactive"
STRANGER = "Q-9999"


def workspace_of(bench: Workbench) -> Workspace:
    return bench._stage.workspace


def question(*lines: str, **more: object) -> PasteQuestion:
    return PasteQuestion("\n".join(lines), site_id=SITE, **more)  # type: ignore[arg-type]  # members by name


async def paste(stage: DeskStage, *lines: str, **more: object) -> ImportResult:
    return await stage.bench.pasted.keep(question(*lines, **more))


async def row_of(stage: DeskStage, number: str) -> IssueRow:
    page = await stage.bench.issues.page(state=None)
    return next(row for row in page.rows if row.record.split(" ")[0] == number)


async def stored(stage: DeskStage, number: str) -> StoredIssue:
    issue_id = (await row_of(stage, number)).id
    found = await workspace_of(stage.bench).read(lambda conn: issues.issue(conn, issue_id))
    assert found is not None
    return found


async def counts(stage: DeskStage) -> dict[IssueState, int]:
    return dict((await stage.bench.issues.page(state=None)).counts)


async def test_a_line_becomes_the_issue_of_its_record_with_its_text_and_its_cause(stage: DeskStage) -> None:
    result = await paste(stage, f"Quote {IN_STEP}: {BILLING}")
    assert (result.opened, result.known, result.noted, result.unmatched) == (1, 0, 0, 0)
    issue = await stored(stage, IN_STEP)
    assert (issue.origin, issue.state, issue.ref.kind) == (IssueOrigin.IMPORTED, IssueState.OPEN, RecordKind.QUOTE)
    assert issue.ref.id == stage.quoting_id("quote", number=IN_STEP)
    assert [failure.message for failure in issue.failures] == [BILLING]
    assert issue.rule == "autotask.billing-code-invalid"
    assert issue.company
    assert issue.value
    detail = await stage.bench.issues.detail(issue.id)
    assert detail is not None
    assert detail.retry_label == "Check again"
    assert "on Salesbuildr's list since" in detail.subheading
    assert detail.causes[0].message == BILLING
    assert stage.writes == []


async def test_an_issue_shows_when_it_failed_as_far_as_the_list_says(stage: DeskStage) -> None:
    now = stage.bench._stage.clock.now()
    table = "\n".join(
        (
            "Entity,Name,Error,Date",
            f"Quote,{IN_STEP},{BILLING},{now - timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}",
            f"Quote,{IN_STEP},{GONE},{now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
            f"Quote,{STRANGER},{BILLING},",
        )
    )
    await paste(stage, table)
    issue = await stored(stage, IN_STEP)
    assert issue.last_failed_at == (now - timedelta(days=1)).replace(microsecond=0)
    assert issue.opened_at == issue.last_failed_at
    assert (await stored(stage, STRANGER)).last_failed_at >= now
    await paste(stage, f"Quote {IN_STEP}: {BILLING}")
    assert (await stored(stage, IN_STEP)).last_failed_at == issue.last_failed_at


async def test_records_of_one_cause_that_pasted_words_do_not_tell_apart_are_one_group(stage: DeskStage) -> None:
    await paste(stage, f"{STRANGER}: {BILLING}", f"Q-9998: {BILLING}", f"Q-9997: {GONE}")
    page = await stage.bench.issues.page(state=IssueState.OPEN)
    groups = {group.title: len(group.issue_ids) for group in page.groups}
    assert groups["Billing code of a product's category is not valid"] == 2


async def test_checking_again_clears_with_evidence_what_is_in_the_psa(stage: DeskStage) -> None:
    await paste(stage, f"{IN_STEP}: {BILLING}")
    result = await stage.bench.issues.retry([(await row_of(stage, IN_STEP)).id])
    assert result.by_outcome == {"in step": 1}
    issue = await stored(stage, IN_STEP)
    assert (issue.state, issue.note.startswith("Seen in Autotask: ")) == (IssueState.CLEARED, True)
    assert stage.writes == []


async def test_checking_again_puts_the_real_failure_in_place_of_the_pasted_text(stage: DeskStage) -> None:
    number = stage.numbers(FIREWALLS)[0]
    issue_id = (await row_of(stage, number)).id
    await workspace_of(stage.bench).write(lambda tx: tx.conn.exec_driver_sql("DELETE FROM issues"))
    await paste(stage, f"{number}: Already synchronizing")
    imported = await row_of(stage, number)
    assert imported.id != issue_id or imported.cause_title == "Already synchronizing"
    await stage.bench.issues.retry([imported.id])
    issue = await stored(stage, number)
    assert (issue.state, issue.origin) == (IssueState.OPEN, IssueOrigin.CHECK)
    assert issue.cause_title == "Category **Firewalls** leads to an inactive billing code"
    assert stage.writes == []
    await paste(stage, f"{STRANGER}: {GONE}")
    assert (await stored(stage, number)).state is IssueState.OPEN  # a list that lacks it proves nothing any more


async def test_an_issue_of_our_own_is_only_noted_as_listed(stage: DeskStage) -> None:
    number = stage.numbers(FIREWALLS)[0]
    before = await stored(stage, number)
    result = await paste(stage, f"{number}: {GONE}")
    assert (result.opened, result.noted) == (0, 1)
    assert "only noted as listed" in result.text
    assert await stored(stage, number) == before
    detail = await stage.bench.issues.detail(before.id)
    assert detail is not None
    assert any(each.startswith("Also listed by Salesbuildr") and GONE in each for each in detail.extra)
    assert GONE in await stage.bench.issues.details_text(before.id)


async def test_what_a_later_list_lacks_is_no_longer_listed_and_never_cleared(stage: DeskStage) -> None:
    await paste(stage, f"{IN_STEP}: {BILLING}", f"{STRANGER}: {GONE}")
    cleared = (await counts(stage))[IssueState.CLEARED]
    later = question(f"{STRANGER}: {GONE}")
    assert (await stage.bench.pasted.preview(later)).leaving == 1
    result = await stage.bench.pasted.keep(later)
    assert (result.unlisted, result.known) == (1, 1)
    assert "1 issue of earlier lists is no longer listed" in result.text
    row = await row_of(stage, IN_STEP)
    assert (row.state, row.badge) == (IssueState.UNLISTED, "No longer listed")
    assert (await counts(stage))[IssueState.CLEARED] == cleared
    assert (await counts(stage))[IssueState.UNLISTED] == 1
    assert "nobody has seen the record in the PSA" in (await stored(stage, IN_STEP)).note
    await stage.bench.issues.dismiss([row.id])
    assert (await row_of(stage, IN_STEP)).state is IssueState.UNLISTED
    await stage.bench.issues.retry([row.id])
    assert (await row_of(stage, IN_STEP)).state is IssueState.CLEARED


async def test_a_part_of_a_list_proves_nothing_about_the_rest(stage: DeskStage) -> None:
    await paste(stage, f"{IN_STEP}: {BILLING}")
    part = question(f"{STRANGER}: {GONE}", whole=False)
    assert (await stage.bench.pasted.preview(part)).leaving == 0
    assert (await stage.bench.pasted.keep(part)).unlisted == 0
    assert (await row_of(stage, IN_STEP)).state is IssueState.OPEN


async def test_what_is_listed_again_is_open_again_and_was_counted_once(stage: DeskStage) -> None:
    await paste(stage, f"{IN_STEP}: {BILLING}")
    await paste(stage, f"{STRANGER}: {GONE}")
    result = await paste(stage, f"{IN_STEP}: {BILLING}")
    assert (result.known, result.unlisted) == (1, 1)
    issue = await stored(stage, IN_STEP)
    assert (issue.state, issue.times_failed) == (IssueState.OPEN, 1)
    assert issue.note == issues.LISTED_AGAIN


async def test_what_was_seen_in_the_psa_stays_cleared_though_the_list_names_it(stage: DeskStage) -> None:
    await paste(stage, f"{IN_STEP}: {BILLING}")
    await stage.bench.issues.retry([(await row_of(stage, IN_STEP)).id])
    result = await paste(stage, f"{IN_STEP}: {BILLING}")
    assert (result.opened, result.known, result.noted) == (0, 0, 1)
    assert "1 of these is cleared, because the record was seen in the PSA" in result.text
    assert (await row_of(stage, IN_STEP)).state is IssueState.CLEARED


async def test_a_dismissed_issue_that_is_listed_again_stays_dismissed(stage: DeskStage) -> None:
    await paste(stage, f"{IN_STEP}: {BILLING}")
    await stage.bench.issues.dismiss([(await row_of(stage, IN_STEP)).id])
    await paste(stage, f"{IN_STEP}: {BILLING}")
    assert (await row_of(stage, IN_STEP)).state is IssueState.DISMISSED
    await paste(stage, f"{IN_STEP}: {GONE}")
    assert (await stored(stage, IN_STEP)).note == issues.OTHER_CAUSE


async def test_a_line_without_a_record_is_kept_shown_and_never_tried(stage: DeskStage) -> None:
    result = await paste(stage, f"Quote {STRANGER} - Nobody Ltd: {BILLING}")
    assert (result.opened, result.unmatched) == (1, 1)
    row = await row_of(stage, STRANGER)
    assert (row.company, row.kind) == ("Nobody Ltd", RecordKind.QUOTE)
    detail = await stage.bench.issues.detail(row.id)
    assert detail is not None
    assert not detail.retry_enabled
    assert "No record that has been read fits this line" in detail.retry_hint
    tried = await stage.bench.issues.retry([row.id])
    assert tried.by_outcome == {}
    assert tried.refused == (f"Left out: {STRANGER}, because no record that has been read fits it.",)
    before = await stored(stage, STRANGER)
    await stage.bench.runs.everything(SITE, AttemptKind.CHECK)
    assert await stored(stage, STRANGER) == before


async def test_equal_lines_that_name_nothing_stay_as_many_as_they_are(stage: DeskStage) -> None:
    before = await counts(stage)
    result = await paste(stage, GONE, GONE, BILLING)
    assert result.opened == 3
    assert (await paste(stage, GONE, GONE, BILLING)).known == 3
    assert (await counts(stage))[IssueState.OPEN] == before[IssueState.OPEN] + 3


async def test_a_line_that_may_be_about_several_records_is_asked_about_first(stage: DeskStage) -> None:
    before = await counts(stage)
    ids = [stage.quoting_id("quote", number=number) for number in (IN_STEP, stage.numbers(FIREWALLS)[0])]
    await workspace_of(stage.bench).write(
        lambda tx: tx.conn.exec_driver_sql(
            "UPDATE records SET name = 'Q-7 Twin' WHERE kind = 'quote' AND record_id IN (?, ?)", tuple(ids)
        )
    )
    asked = question("Quote Q-7: Already synchronizing")
    view = await stage.bench.pasted.preview(asked)
    (line,) = view.undecided
    assert {each.id for each in line.candidates} == set(ids)
    with pytest.raises(UserError, match="Say first which record is meant: lines 1"):
        await stage.bench.pasted.keep(asked)
    assert await counts(stage) == before
    unmatched = await stage.bench.pasted.keep(replace(asked, choices={1: "none"}))
    assert unmatched.unmatched == 1
    decided = await stage.bench.pasted.keep(replace(asked, choices={1: f"quote/{ids[0]}"}))
    assert (decided.opened, decided.unmatched, decided.unlisted) == (1, 0, 0)
    page = await stage.bench.issues.page(state=IssueState.UNLISTED)
    (left,) = page.rows
    found = await workspace_of(stage.bench).read(lambda conn: issues.issue(conn, left.id))
    assert found is not None
    assert "has an issue of its own" in found.note


async def test_two_lines_about_one_record_are_one_issue_with_both_causes(stage: DeskStage) -> None:
    await paste(stage, f"{IN_STEP}: {BILLING}", f"{IN_STEP}: {GONE}")
    issue = await stored(stage, IN_STEP)
    assert [failure.message for failure in issue.failures] == [BILLING, GONE]
    detail = await stage.bench.issues.detail(issue.id)
    assert detail is not None
    assert [cause.message for cause in detail.causes] == [BILLING, GONE]


async def test_a_whole_page_is_kept_with_the_lines_that_are_no_sync_failures(stage: DeskStage) -> None:
    before = await counts(stage)
    asked = PasteQuestion(as_csv(fifty_six()), site_id=SITE)
    view = await stage.bench.pasted.preview(asked)
    assert view.importable == 54
    assert view.psa_words == "Diagnosed with the rules for Autotask, the PSA of Fabrikam IT."
    result = await stage.bench.pasted.keep(asked)
    assert (result.opened, result.unmatched) == (54, 54)
    assert (await counts(stage))[IssueState.OPEN] == before[IssueState.OPEN] + 54
    last = await stage.bench.pasted.last(SITE)
    assert last is not None
    assert (last.lines, last.issues, len(last.others)) == (56, 54, 2)
    kept = await workspace_of(stage.bench).read(lambda conn: imports.newest(conn, SITE))
    assert kept is not None
    assert [line.text for line in kept.lines] == [line.text for line in view.lines]


async def test_a_text_without_an_issue_is_refused_and_nothing_is_kept(stage: DeskStage) -> None:
    with pytest.raises(UserError, match="no issue in this text"):
        await paste(stage, "User was not automatically linked")
    assert await stage.bench.pasted.last(SITE) is None


async def test_a_bulk_retry_checks_what_only_a_list_tells_of(stage: DeskStage) -> None:
    await paste(stage, f"{IN_STEP}: {BILLING}")
    ids = [(await row_of(stage, number)).id for number in (IN_STEP, stage.numbers(FIREWALLS)[0])]
    preview = await stage.bench.issues.preview(ids)
    assert "1 are known from Salesbuildr's list only; they will be checked, not written" in preview.sentences
    await stage.bench.issues.retry(ids)
    assert (await row_of(stage, IN_STEP)).state is IssueState.CLEARED
