"""What Salesbuildr lists of a record is asked about when the issue is checked again: what the ids in the text are."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from sync_desktop.domain.words import AttemptKind, IssueState, MappingOrigin, Psa
from sync_desktop.storage import mappings
from sync_desktop.storage.issues import StoredIssue
from sync_desktop.storage.transaction import Transaction
from sync_desktop.workbench.pasted.views import PasteQuestion
from sync_desktop.workbench.views import IssueDetail, RunResult
from tests.diagnosis.provoking import practice_world, set_mapping
from tests.investigate.looking import INACTIVE_41, asked
from tests.sync.sync_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

LISTED = INACTIVE_41.message
STRANGER = "Q-9999"
KIND = "product-category"
NOT_ARRIVED = "Changes have not arrived in ConnectWise yet"
WHAT_41_IS = "41 is a category, “Security (2019)”, inactive (last changed on 2025-01-01)"
BY_ID = ["procurement/categories/41", "procurement/subcategories/41", "procurement/types/41"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A site at which no mapping of categories is known: Salesbuildr keeps them to itself."""
    async with practice_world(tmp_path_factory.mktemp("listed"), Psa.CONNECTWISE, mapped=False) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(world: Stage) -> AsyncIterator[Stage]:
    world.sandbox.log.clear()
    yield world
    world.sandbox.faults.clear()


def number_of(stage: Stage, case: str, place: int = 0) -> str:
    return stage.sandbox.site().cases[case][place]


async def pasted(stage: Stage, number: str, text: str = LISTED) -> StoredIssue:
    """Import one line about a quote and return its issue."""
    await stage.bench.pasted.keep(PasteQuestion(f"{number}: {text}", stage.site_id))
    page = await stage.bench.issues.page(state=None, text=number, site_id=stage.site_id)
    (row,) = page.rows
    return (await stage.bench.issues._issues([row.id]))[0]


async def checked_again(stage: Stage, issue: StoredIssue) -> tuple[RunResult, StoredIssue, IssueDetail]:
    """Press Check again on an issue."""
    result = await stage.bench.issues.retry([issue.id])
    (now,), detail = await stage.bench.issues._issues([issue.id]), await stage.bench.issues.detail(issue.id)
    assert detail is not None
    return result, now, detail


def _forget(tx: Transaction, *, site_id: str, category: str) -> None:
    mappings.remove_mapping(tx, site_id, KIND, category, MappingOrigin.HAND)


async def checked(stage: Stage, issue: StoredIssue) -> StoredIssue:
    """Check an issue's record and write nothing, as a site that only reads does."""
    await stage.attempt(issue.ref, kind=AttemptKind.CHECK)
    return (await stage.bench.issues._issues([issue.id]))[0]


async def test_the_category_is_named_by_what_linked_products_of_it_have(stage: Stage) -> None:
    issue = await pasted(stage, number_of(stage, "category inactive"))
    _, now, detail = await checked_again(stage, issue)
    (found,) = now.failures
    assert found.message == LISTED
    named = {name: found.facts[name] for name in ("category", "products", "inactive_what", "state", "mapping_kind")}
    assert named == {
        "category": "Firewalls",
        "products": "Gatekeep 80 firewall",
        "inactive_what": "category",
        "state": "inactive",
        "mapping_kind": KIND,
    }
    assert detail.causes[0].title == "Category **Firewalls** leads to the inactive category 41"
    said = f"Asked ConnectWise: {WHAT_41_IS}; 2 products of Firewalls are in it, such as Gatekeep 40 firewall."
    assert said in detail.extra
    assert set(BY_ID) <= set(asked(stage, "connectwise"))
    assert "until the mapping changes" in detail.retry_hint


async def test_every_other_broken_mapping_is_named_beside_it(stage: Stage) -> None:
    issue = await pasted(stage, number_of(stage, "two categories broken"))
    _, now, _ = await checked_again(stage, issue)
    assert [each.facts["category"] for each in now.failures] == ["Firewalls", "Power"]


async def test_a_text_that_is_true_stays_where_nothing_here_leads_to_it(stage: Stage) -> None:
    issue = await pasted(stage, number_of(stage, "ready"))
    result, now, detail = await checked_again(stage, issue)
    assert result.text.startswith("Ready to write")
    assert [each.message for each in now.failures] == [LISTED, NOT_ARRIVED]
    assert f"Asked ConnectWise: {WHAT_41_IS}." in detail.extra
    assert detail.causes[0].steps[0].startswith("No mapping that is known here and no linked product leads there.")
    assert detail.retry_label == "Retry"


async def test_a_text_that_is_no_longer_true_is_only_told_as_listed(stage: Stage) -> None:
    stage.change_psa("procurement/categories", 41, inactiveFlag=False)
    try:
        issue = await pasted(stage, number_of(stage, "ready: optional item"))
        _, now, detail = await checked_again(stage, issue)
    finally:
        stage.change_psa("procurement/categories", 41, inactiveFlag=True)
    assert [each.message for each in now.failures] == [NOT_ARRIVED]
    assert any(each.startswith("Also listed by Salesbuildr") and LISTED in each for each in detail.extra)


async def test_a_text_that_cannot_be_judged_stays_and_says_so(stage: Stage) -> None:
    stage.sandbox.faults.order({"system": "connectwise", "kind": "forbidden", "path": r"/(categories|types)/41$"})
    issue = await pasted(stage, number_of(stage, "ready: amount off"))
    _, now, detail = await checked_again(stage, issue)
    assert now.failures[0].facts["state"] == "cannot tell"
    assert "cannot be told from here" in detail.causes[0].why


async def test_a_mapping_that_was_set_here_meanwhile_goes_before_what_products_have(stage: Stage) -> None:
    quote = (await stage.quotes())[number_of(stage, "category inactive", 1)]
    issue = await pasted(stage, quote.number)
    assert (await checked(stage, issue)).failures[0].facts["category"] == "Firewalls"
    categories = {item.category.id for item in quote.items}
    for category in categories:
        await set_mapping(stage, KIND, category, "34/341/4")
    try:
        assert [each.message for each in (await checked(stage, issue)).failures] == [NOT_ARRIVED]
    finally:
        for category in categories:
            await stage.workspace.write(partial(_forget, site_id=stage.site_id, category=category))


async def test_what_a_later_whole_list_lacks_is_not_asked_about_any_more(stage: Stage) -> None:
    issue = await pasted(stage, number_of(stage, "ready: set-up price"))
    assert [each.message for each in (await checked(stage, issue)).failures] == [LISTED, NOT_ARRIVED]
    await pasted(stage, STRANGER, "Already synchronizing")
    stage.sandbox.log.clear()
    assert [each.message for each in (await checked(stage, issue)).failures] == [NOT_ARRIVED]
    assert not set(BY_ID) & set(asked(stage, "connectwise"))


async def test_a_line_about_no_known_record_is_asked_about_all_the_same(stage: Stage) -> None:
    issue = await pasted(stage, STRANGER)
    before = await stage.bench.issues.detail(issue.id)
    assert before is not None
    assert before.retry_enabled
    assert before.retry_hint == (
        "No record that has been read fits this line. Check again asks ConnectWise about what its text names."
    )
    preview = await stage.bench.issues.preview([issue.id])
    assert (preview.will_try, preview.sentences[0]) == (
        1,
        "1 are about no record that has been read; the PSA is asked about their texts",
    )
    result, now, detail = await checked_again(stage, issue)
    said = f"Asked ConnectWise: {WHAT_41_IS}; 2 products of Firewalls are in it, such as Gatekeep 40 firewall"
    assert result.text == f"{STRANGER}: {said}; category Security leads there too."
    assert now.failures[0].facts["category"] == "Firewalls"
    assert (now.state, now.times_failed, now.last_failed_at) == (IssueState.OPEN, 1, issue.last_failed_at)
    assert detail.attempts[0].outcome == "blocked"
    labels = [each.label for each in await stage.bench.issues.exchanges(detail.attempts[0].id)]
    assert "Ask whether 41 is a category" in labels


async def test_a_line_about_no_known_record_that_names_no_row_is_left_out(stage: Stage) -> None:
    issue = await pasted(stage, "Q-9998", "Opportunity was not found in ConnectWise")
    detail = await stage.bench.issues.detail(issue.id)
    assert detail is not None
    assert not detail.retry_enabled
    result = await stage.bench.issues.retry([issue.id])
    assert result.refused == ("Left out: Q-9998, because no record that has been read fits it.",)


async def test_halopsas_text_about_an_asset_group_is_asked_about_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    case, folder = "asset group not for items", tmp_path_factory.mktemp("halo")
    async with practice_world(folder, Psa.HALOPSA, only=case, mapped=False) as stage:
        issue = await pasted(stage, number_of(stage, "ready"), "Asset Group 106 is not available for Items")
        _, now, detail = await checked_again(stage, issue)
        assert now.failures[0].facts["state"] == "not usable"
        said = "106 is an asset group, “Security appliances”, active (not used for items)"
        assert any(said in each for each in detail.extra)
