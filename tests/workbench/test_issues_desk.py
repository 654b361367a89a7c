"""What the Issues page is told: rows, groups, headline, detail, preview; and what retrying and dismissing do."""

import asyncio
from collections import Counter
from decimal import Decimal

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import Action, AttemptKind, IssueState, RecordKind, Role, Severity
from sync_desktop.sandbox import credentials
from sync_desktop.workbench.views import CauseView, IssueDetail
from tests.workbench.desk_stage import SITE, DeskStage

FIREWALLS, BACKUPS = "billing code inactive", "category without billing code"


async def detail_of(stage: DeskStage, case: str, state: IssueState = IssueState.OPEN) -> IssueDetail:
    detail = await stage.bench.issues.detail((await stage.row(case, state)).id)
    assert detail is not None
    return detail


def cause_of(detail: IssueDetail) -> CauseView:
    (cause,) = detail.causes
    return cause


async def test_issues_are_grouped_by_what_has_to_change_the_largest_group_first(stage: DeskStage) -> None:
    page = await stage.bench.issues.page(state=IssueState.OPEN)
    sizes = [len(group.issue_ids) for group in page.groups]
    assert sizes == sorted(sizes, reverse=True)
    assert sorted(each for group in page.groups for each in group.issue_ids) == sorted(row.id for row in page.rows)
    assert page.counts[IssueState.OPEN] == page.total == len(page.rows)
    firewalls = [row.id for row in await stage.rows(FIREWALLS)]
    group = next(group for group in page.groups if set(group.issue_ids) == set(firewalls))
    value = sum((row.value or Decimal(0) for row in page.rows if row.id in firewalls), Decimal(0))
    assert group.title == "Category **Firewalls** leads to an inactive billing code"
    assert group.subtitle == f"4 quotes · ${value:,.0f}"
    assert (group.badge, group.severity) == ("Fix mapping", Severity.ERROR)


async def test_a_row_says_what_a_person_looks_for(stage: DeskStage) -> None:
    row = await stage.row(FIREWALLS)
    assert row.record.startswith(stage.numbers(FIREWALLS)[0][:2])
    assert row.company
    assert (row.kind, row.state, row.badge) == (RecordKind.QUOTE, IssueState.OPEN, "Open")
    assert row.quote_status in ("Approved", "Sent")
    assert (row.site_id, row.site_name, row.running) == (SITE, "Fabrikam IT", False)


async def test_the_headline_counts_what_repairing_mappings_would_let_through(stage: DeskStage) -> None:
    page = await stage.bench.issues.page(state=IssueState.OPEN)
    repair, _, rest = page.headline.partition(" and ")
    assert repair.startswith("Repair **")
    assert repair.endswith(" mappings**")
    assert f" of {page.total}** issues ($" in rest
    assert rest.endswith("can go through")
    assert (await stage.bench.issues.page(state=IssueState.CLEARED)).headline == ""
    assert (await stage.bench.issues.page(state=IssueState.OPEN, text="Firewalls")).headline == ""


async def test_search_finds_by_number_and_by_cause_and_none_is_no_error(stage: DeskStage) -> None:
    number = stage.numbers(FIREWALLS)[0]
    found = await stage.bench.issues.page(state=IssueState.OPEN, text=number)
    assert [row.record.split(" ")[0] for row in found.rows] == [number]
    assert (await stage.bench.issues.page(state=None, text="no such thing anywhere")).rows == ()
    assert len((await stage.bench.issues.page(state=IssueState.OPEN, limit=3)).rows) == 3


async def test_the_detail_tells_what_is_wrong_why_and_what_to_do(stage: DeskStage) -> None:
    detail = await detail_of(stage, FIREWALLS)
    cause = cause_of(detail)
    assert cause.message == "BillingCode does not exist or is invalid"
    assert cause.why
    assert len(cause.steps) > 1
    assert Action.SET_MAPPING in cause.actions
    assert (cause.mapping_kind, cause.mapping_source_name) == ("product-billing-code", "Firewalls")
    assert detail.heading.startswith("Quote Q-")
    assert detail.subheading.startswith("Fabrikam IT → Autotask · failed once since ")
    assert [each.label for each in detail.depends_on][:1] == ["Company"]
    assert any(each.ok is False for each in detail.depends_on)
    assert [attempt.outcome for attempt in detail.attempts] == ["blocked"]
    assert detail.salesbuildr_url.startswith("http")


async def test_retry_is_offered_only_where_it_can_come_out_differently(stage: DeskStage) -> None:
    blocked, ready = await detail_of(stage, FIREWALLS), await detail_of(stage, "ready")
    assert (blocked.retry_label, ready.retry_label) == ("Check again", "Retry")
    assert blocked.retry_hint.startswith("A retry cannot help until the mapping changes")
    assert ready.retry_hint == ""
    assert blocked.retry_enabled
    assert ready.retry_enabled


async def test_after_the_mapping_changed_retry_helps_writes_and_clears_the_issue(stage: DeskStage) -> None:
    before = await detail_of(stage, FIREWALLS)
    cause = cause_of(before)
    choice = await stage.bench.mappings.choice(before.row.id, cause.mapping_kind, cause.mapping_source)
    valid = next(target for target in choice.targets if target.choosable)
    await stage.bench.mappings.set(SITE, cause.mapping_kind, cause.mapping_source, valid.id)
    assert (await detail_of(stage, FIREWALLS)).retry_label == "Retry"
    result = await stage.bench.issues.retry([before.row.id])
    assert result.by_outcome == {"written": 1}
    cleared = await stage.bench.issues.detail(before.row.id)
    assert cleared is not None
    assert cleared.row.state is IssueState.CLEARED
    assert cleared.evidence
    number = before.row.record.split(" ")[0]
    assert [row for row in stage.held("Quotes").values() if row.get("externalQuoteNumber") == number]


async def test_a_blocked_issue_that_is_retried_alone_is_checked_and_nothing_is_written(stage: DeskStage) -> None:
    result = await stage.bench.issues.retry([(await stage.row(FIREWALLS)).id])
    assert result.by_outcome == {"blocked": 1}
    assert stage.writes == []


async def test_an_issue_that_is_gone_is_told_in_a_sentence(stage: DeskStage) -> None:
    assert await stage.bench.issues.detail(99_999) is None
    with pytest.raises(UserError, match="not in the workspace any more"):
        await stage.bench.issues.details_text(99_999)
    assert (await stage.bench.issues.retry([99_999])).text == "There is nothing to retry."


async def test_the_preview_counts_what_is_tried_and_says_why_the_rest_is_not_and_sends_nothing(
    stage: DeskStage,
) -> None:
    cases = ("ready", FIREWALLS, "not eligible: opportunity lost", "not eligible: won with a sales order")
    rows = [row for case in cases for row in await stage.rows(case)]
    sent = len(stage.sandbox.log.entries())
    preview = await stage.bench.issues.preview([row.id for row in rows])
    assert len(stage.sandbox.log.entries()) == sent
    ready, blocked = len(await stage.rows("ready")), len(await stage.rows(FIREWALLS))
    assert preview.will_try == ready + blocked
    assert "2 left out: the opportunity is lost in the PSA" in preview.sentences
    assert "2 left out: the opportunity is ordered in the PSA" in preview.sentences
    assert f"{blocked} still wait for a mapping to change; they will be checked, not written" in preview.sentences
    assert "Records of Fabrikam IT are written into Autotask" in preview.sentences
    assert preview.canary_pauses is False


async def test_a_dismissed_issue_leaves_the_list_and_comes_back_and_nothing_is_sent(stage: DeskStage) -> None:
    row, sent = await stage.row(FIREWALLS), len(stage.sandbox.log.entries())
    await stage.bench.issues.dismiss([row.id])
    open_now = await stage.bench.issues.page(state=IssueState.OPEN)
    dismissed = await stage.bench.issues.page(state=IssueState.DISMISSED)
    assert row.id not in {each.id for each in open_now.rows}
    assert [(each.id, each.badge) for each in dismissed.rows] == [(row.id, "Dismissed")]
    await stage.bench.issues.restore([row.id])
    assert row.id in {each.id for each in (await stage.bench.issues.page(state=IssueState.OPEN)).rows}
    assert len(stage.sandbox.log.entries()) == sent


async def test_a_dismissed_issue_of_the_same_cause_stays_so_when_it_fails_again(stage: DeskStage) -> None:
    row = await stage.row(FIREWALLS)
    await stage.bench.issues.dismiss([row.id])
    await stage.bench.issues.retry([row.id])
    again = await stage.bench.issues.detail(row.id)
    assert again is not None
    assert again.row.state is IssueState.DISMISSED
    assert " · failed 2 times since " in again.subheading


async def test_changes_are_told_with_the_ids_of_the_issues_until_nobody_listens(stage: DeskStage) -> None:
    told: asyncio.Queue[frozenset[int]] = asyncio.Queue()
    stop = stage.bench.subscribe_changes(told.put_nowait)
    first, second = [row.id for row in await stage.rows(FIREWALLS)][:2]
    await stage.bench.issues.dismiss([first])
    assert await asyncio.wait_for(told.get(), 5) == {first}
    stop()
    heard: asyncio.Queue[frozenset[int]] = asyncio.Queue()
    stage.bench.subscribe_changes(heard.put_nowait)
    await stage.bench.issues.dismiss([second])
    assert await asyncio.wait_for(heard.get(), 5) == {second}
    assert told.empty()


async def test_the_text_for_support_holds_everything_but_secrets(stage: DeskStage) -> None:
    row = await stage.row(FIREWALLS)
    text = await stage.bench.issues.details_text(row.id)
    for part in ("What went wrong", "BillingCode does not exist or is invalid", "How to fix", "  1. ", "Recognised by"):
        assert part in text
    assert "**" not in text
    for secret in (credentials.API_KEY, credentials.AUTOTASK_SECRET, credentials.AUTOTASK_INTEGRATION_CODE):
        assert secret not in text


async def test_an_attempts_requests_are_shown_without_secrets(stage: DeskStage) -> None:
    row = await stage.row("ready")
    await stage.bench.issues.retry([row.id])
    detail = await stage.bench.issues.detail(row.id)
    assert detail is not None
    exchanges = await stage.bench.issues.exchanges(detail.attempts[0].id)
    assert "Create quote" in {each.label[: len("Create quote")] for each in exchanges}
    assert {each.status for each in exchanges} == {"200"}
    shown = "\n".join(f"{each.url} {each.request_text} {each.response_text}" for each in exchanges)
    assert credentials.AUTOTASK_SECRET not in shown


async def test_an_autotask_opportunity_says_that_its_changes_are_never_reported(stage: DeskStage) -> None:
    quote = await detail_of(stage, FIREWALLS)
    assert not [text for text in quote.extra if "webhooks" in text]
    number = stage.numbers("opportunity title too long")[0]
    record_id = stage.sandbox.site().quoting_store.rows("quote")[stage.quoting_id("quote", number=number)][
        "opportunityId"
    ]
    ref = RecordRef(kind=RecordKind.OPPORTUNITY, id=record_id)
    await stage.bench.runs.batch(SITE, [ref], AttemptKind.CHECK, "Checking 1 opportunity")
    page = await stage.bench.issues.page(state=IssueState.OPEN)
    (row,) = [each for each in page.rows if each.kind is RecordKind.OPPORTUNITY]
    detail = await stage.bench.issues.detail(row.id)
    assert detail is not None
    assert any("no webhooks" in text and "10,000 calls an hour" in text for text in detail.extra)


async def test_at_an_assist_site_the_button_only_checks_and_says_why(stage: DeskStage) -> None:
    await stage.bench.sites.set_role(SITE, Role.ASSIST, push_off_confirmed=False, typed_name="")
    detail = await detail_of(stage, "ready")
    assert detail.retry_label == "Check again"
    assert detail.retry_hint.startswith("This site only reads")
    result = await stage.bench.issues.retry([detail.row.id])
    assert result.by_outcome == {"ready": 1}
    assert stage.writes == []
    preview = await stage.bench.issues.preview([detail.row.id])
    assert preview.sentences == ("Records of Fabrikam IT are checked against Autotask",)


async def test_a_quotes_products_are_read_in_one_call_for_each_entity(stage: DeskStage) -> None:
    rows = stage.sandbox.site().quoting_store.rows("quote")
    most = max(stage.numbers("ready"), key=lambda number: len(rows[stage.quoting_id("quote", number=number)]["items"]))
    row = next(each for each in await stage.rows("ready") if each.record.startswith(f"{most} "))
    stage.sandbox.log.clear()
    assert (await stage.bench.issues.retry([row.id])).by_outcome == {"written": 1}
    asked = Counter(each["path"] for each in stage.sandbox.log.entries(system="autotask") if each["method"] == "POST")
    reads = {path.split("/")[-2]: count for path, count in asked.items() if path.endswith("/query")}
    assert {entity: reads[entity] for entity in ("Companies", "Contacts", "Opportunities", "Products")} == {
        "Companies": 1,
        "Contacts": 1,
        "Opportunities": 1,
        "Products": 1,
    }


async def test_a_bulk_retry_tries_what_its_preview_counts_and_says_which_are_left_out_and_why(
    stage: DeskStage,
) -> None:
    lost, ordered = "not eligible: opportunity lost", "not eligible: won with a sales order"
    ready = (await stage.rows("ready"))[:2]
    left_out = {case: await stage.rows(case) for case in (lost, ordered)}
    ids = [row.id for rows in ([*ready], *left_out.values()) for row in rows]
    preview = await stage.bench.issues.preview(ids)
    result = await stage.bench.issues.retry(ids)
    assert sum(result.by_outcome.values()) == preview.will_try == len(ready)
    for case, state in ((lost, "lost"), (ordered, "ordered")):
        (sentence,) = [each for each in result.refused if f"because the opportunity is {state} in the PSA." in each]
        assert sentence.startswith("Left out: ")
        assert all(row.record in sentence for row in left_out[case])


async def test_a_bulk_retry_of_nothing_that_may_be_tried_sends_nothing(stage: DeskStage) -> None:
    rows = await stage.rows("not eligible: opportunity lost")
    sent = len(stage.sandbox.log.entries())
    result = await stage.bench.issues.retry([row.id for row in rows])
    assert (result.text, result.by_outcome) == ("There is nothing to retry.", {})
    assert len(result.refused) == 1
    assert len(stage.sandbox.log.entries()) == sent


async def test_a_single_retry_of_what_a_bulk_retry_leaves_out_is_one_click_and_looks_again(stage: DeskStage) -> None:
    row = await stage.row("not eligible: opportunity lost")
    assert (await stage.bench.issues.retry([row.id])).by_outcome == {"blocked": 1}
    assert stage.writes == []
