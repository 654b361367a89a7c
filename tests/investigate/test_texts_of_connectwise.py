"""“41 is an inactive”: what leads to 41, what ConnectWise says of it, and what else is broken."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.words import FailureKind, Psa
from sync_desktop.investigate.investigator import Investigator
from tests.diagnosis.provoking import first_of, set_mapping
from tests.investigate.looking import INACTIVE_41, asked, checked, look, newest_exchanges, record_of, world_of
from tests.sync.sync_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

KIND = "product-category"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with world_of(tmp_path_factory.mktemp("texts"), Psa.CONNECTWISE) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(world: Stage) -> AsyncIterator[Stage]:
    world.sandbox.log.clear()
    yield world
    world.sandbox.faults.clear()
    world.sandbox.switches.reset()


@pytest.mark.parametrize("lists_hide", ["on", "off"])
async def test_the_text_is_told_with_the_category_and_product_that_lead_to_41(stage: Stage, lists_hide: str) -> None:
    stage.sandbox.switches.set_all({"connectwise": {"hide_inactive_in_lists": lists_hide}})
    first, *_ = (await look(stage, "category inactive", INACTIVE_41)).failures
    assert first.message == INACTIVE_41.message
    assert first.kind is FailureKind.MAPPING_INVALID
    told = {
        name: first.facts[name] for name in ("category", "products", "inactive_id", "inactive_what", "mapping_kind")
    }
    assert told == {
        "category": "Firewalls",
        "products": "Gatekeep 80 firewall",
        "inactive_id": "41",
        "inactive_what": "category",
        "mapping_kind": KIND,
    }
    assert first.facts["asked"] == (
        "Asked ConnectWise: 41 is a category, “Security (2019)”, inactive (last changed on 2025-01-01)"
    )


@pytest.mark.parametrize("lists_hide", ["on", "off"])
async def test_a_second_broken_mapping_is_named_the_first_time(stage: Stage, lists_hide: str) -> None:
    stage.sandbox.switches.set_all({"connectwise": {"hide_inactive_in_lists": lists_hide}})
    found = (await look(stage, "two categories broken", INACTIVE_41)).failures
    assert [(each.facts["category"], each.facts["inactive_id"], each.facts["inactive_what"]) for each in found] == [
        ("Firewalls", "41", "category"),
        ("Power", "5", "product type"),
    ]
    run = await stage.run()
    record = await record_of(stage, await first_of(stage, "two categories broken"))
    titles = [each.title for each in run.diagnoses(record, found)]
    assert titles == [
        "Category **Firewalls** leads to the inactive category 41",
        "Category **Power** leads to the inactive product type 5",
    ]


async def test_both_causes_stay_on_the_issue_of_an_attempt(stage: Stage) -> None:
    issue = await checked(stage, "two categories broken")
    assert [each.facts["category"] for each in issue.failures] == ["Firewalls", "Power"]
    assert all(each.facts["asked"].startswith("Asked ConnectWise: ") for each in issue.failures)
    assert len(issue.diagnoses) == 2
    labels = [each.label for each in await newest_exchanges(stage, "two categories broken")]
    assert "Ask whether 41 is a category" in labels
    assert "Ask whether 5 is a product type" in labels


async def test_the_detail_shows_what_was_asked(stage: Stage) -> None:
    issue = await checked(stage, "category inactive")
    detail = await stage.bench.issues.detail(issue.id)
    assert detail is not None
    assert issue.failures[0].facts["asked"] + "." in detail.extra


async def test_without_a_mapping_that_leads_there_it_is_asked_what_41_is(stage: Stage) -> None:
    (found,) = (await look(stage, "ready", INACTIVE_41)).failures
    assert "category" not in found.facts
    assert found.kind is FailureKind.REFUSED
    assert found.facts["inactive_what"] == "category"
    assert "41 is a category, “Security (2019)”, inactive" in found.facts["asked"]
    assert {f"procurement/{each}/41" for each in ("categories", "subcategories", "types")} <= set(
        asked(stage, "connectwise")
    )


async def test_what_is_active_again_by_now_breaks_no_mapping(stage: Stage) -> None:
    stage.change_psa("procurement/categories", 41, inactiveFlag=False)
    try:
        (found,) = (await look(stage, "category inactive", INACTIVE_41)).failures
    finally:
        stage.change_psa("procurement/categories", 41, inactiveFlag=True)
    assert found.kind is FailureKind.REFUSED
    assert found.facts["category"] == "Firewalls"
    assert found.facts["asked"] == "Asked ConnectWise: 41 is a category, “Security (2019)”, active"


@pytest.mark.parametrize(
    ("case", "text", "kind", "said"),
    [
        ("owner inactive", "162 is an inactive member.", "owner", "162 is a member, “Niels Nakamura”, inactive"),
        (
            "opportunity type inactive",
            "4 is an inactive opportunity type.",
            "opportunity-category",
            "4 is an opportunity",
        ),
        ("payment term deleted", "Billing Term 9 not found", "payment-term", "billing terms 9 is not shown"),
    ],
)
async def test_what_else_a_text_accuses_is_told_with_the_mapping_that_leads_there(
    stage: Stage, case: str, text: str, kind: str, said: str
) -> None:
    failure = Failure(kind=FailureKind.REFUSED, message=f"opportunity object is invalid. {text}")
    first, *_ = (await look(stage, case, failure)).failures
    assert (first.message, first.kind) == (failure.message, FailureKind.MAPPING_INVALID)
    assert first.facts["mapping_kind"] == kind
    assert first.facts["asked"].startswith(f"Asked ConnectWise: {said}")


@pytest.mark.parametrize(
    "text", ["7 is an inactive manufacturer.", "Contact 40 not found", "Member 3 not found for Board 2"]
)
async def test_a_text_that_accuses_no_mapping_stays_as_it_is(stage: Stage, text: str) -> None:
    failure = Failure(kind=FailureKind.REFUSED, message=f"opportunity object is invalid. {text}")
    assert list((await look(stage, "ready", failure)).failures) == [failure]


def refuse(stage: Stage, path: str, status: int, **order: object) -> None:
    """Let ConnectWise answer some reads by a status."""
    body = {"code": "Security", "message": "You do not have security permission to perform this action."}
    told = {"status": status, "body": body}
    stage.sandbox.faults.order({"system": "connectwise", "kind": "status", "path": path, "arg": told, **order})


async def test_a_part_that_may_not_be_read_breaks_nothing(stage: Stage) -> None:
    refuse(stage, r"/procurement/(categories|types)/\d+$", 403)
    (found,) = (await look(stage, "two categories broken", INACTIVE_41)).failures
    assert found.kind is FailureKind.REFUSED
    assert found.facts["category"] == "Firewalls"
    assert found.facts["asked"] == (
        "Asked ConnectWise: cannot tell what category 41 is (this API user is not allowed to read it); "
        "cannot tell what product type 1 is (this API user is not allowed to read it)"
    )


async def test_a_call_that_fails_in_the_middle_leaves_the_others_told(stage: Stage) -> None:
    refuse(stage, r"/procurement/types/5$", 400)
    (found,) = (await look(stage, "two categories broken", INACTIVE_41)).failures
    assert found.kind is FailureKind.MAPPING_INVALID
    assert found.facts["category"] == "Firewalls"


async def test_a_server_that_is_gone_is_asked_no_more(stage: Stage) -> None:
    stage.sandbox.faults.order({"system": "connectwise", "kind": "reset_before", "path": "/procurement/"})
    found = await look(stage, "two categories broken", INACTIVE_41)
    assert [each.kind for each in found.failures] == [FailureKind.REFUSED]
    assert len(found.asked) == 1


async def test_a_row_that_is_not_shown_was_deleted_or_is_hidden(stage: Stage) -> None:
    issue = await checked(stage, "category hidden from the API member")
    assert issue.failures[0].facts["asked"] == (
        "Asked ConnectWise: category 43 is not shown: it was deleted, or is hidden from this API user"
    )


async def test_a_member_that_sees_half_the_list_names_what_it_cannot_see(stage: Stage) -> None:
    hidden = {"collection": "procurement/subcategories", "where": {"id": 471}}
    stage.sandbox.faults.order({"system": "connectwise", "kind": "hide", "arg": hidden})
    first, second = (await look(stage, "two categories broken", INACTIVE_41)).failures
    assert first.facts["category"] == "Firewalls"
    assert second.facts["category"] == "Power"
    assert second.message == "catalogItem object is invalid. Subcategory 471 not found; 5 is an inactive product type"


async def test_one_batch_asks_for_each_row_once(stage: Stage) -> None:
    by = Investigator(await stage.run())
    await look(stage, "category inactive", INACTIVE_41, by=by)
    first = len(asked(stage, "connectwise"))
    await look(stage, "category inactive", INACTIVE_41, by=by)
    assert first > 0
    assert len(asked(stage, "connectwise")) == first


async def test_every_category_that_leads_to_41_is_a_cause(stage: Stage) -> None:
    power = (await look(stage, "two categories broken", INACTIVE_41)).failures[1].facts
    await set_mapping(stage, KIND, power["source_id"], "41/411/1")
    try:
        found = (await look(stage, "two categories broken", INACTIVE_41)).failures
    finally:
        await set_mapping(stage, KIND, power["source_id"], power["target_id"])
    assert [(each.facts["category"], each.facts["inactive_id"]) for each in found] == [
        ("Firewalls", "41"),
        ("Power", "41"),
    ]
