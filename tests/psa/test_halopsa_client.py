"""HaloPSA's lists and rows: what is asked for, and that nothing is taken for whole because a page was full."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync_desktop.domain.failures import SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.halopsa.client import _rows
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, OPPORTUNITIES, QUOTATION, SITE
from sync_desktop.sandbox.halopsa.settings import ApiApplication
from tests.psa.halopsa_desk import Desk, desk
from tests.psa.tenant_client import failing
from tests.sandbox.halopsa_tenant import ROWS

MANY = [{"id": 1000 + at, "name": f"Client {at}", "inactive": at % 7 == 0} for at in range(250)]
ITEMS = [{"id": 2000 + at, "name": f"Item {at}", "status": 0, "externalreference": f"key-{at}"} for at in range(250)]


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    async with desk(rows={CLIENT: [*ROWS[CLIENT], *MANY], ITEM: [*ROWS[ITEM], *ITEMS]}) as made:
        yield made


async def test_all_pages_are_read_although_each_is_cut_without_a_word(at: Desk) -> None:
    found = await at.client.found(CLIENT, label="Read clients")
    assert {row["id"] for row in found} == {10, 11, 12, *(row["id"] for row in MANY)}
    assert at.calls == ["GET Client"] * 3
    assert len(await at.client.found(CLIENT, label="Read clients", page_size="30")) == 253


async def test_a_list_without_a_count_is_read_until_nothing_new_comes(at: Desk) -> None:
    at.practice.switch("item_list", "array")
    assert len(await at.client.found(ITEM, label="Read items")) == 254
    assert at.calls == ["GET Item"] * 4


async def test_a_row_that_is_inactive_is_listed_and_found(at: Desk) -> None:
    assert 12 in {row["id"] for row in await at.client.found(CLIENT, label="Read clients")}
    assert (await at.client.one(CLIENT, "12") or {})["inactive"] is True


@pytest.mark.parametrize("position", ["404", "null", "empty"])
async def test_an_id_that_is_unknown_is_no_row(at: Desk, position: str) -> None:
    at.practice.switch("unknown_id", position)
    assert await at.client.one(CLIENT, "9999") is None
    assert await at.client.by_ids(CLIENT, {"10", "9999", "none"}) != []


async def test_a_few_rows_are_asked_for_by_their_ids_and_many_in_one_search(at: Desk) -> None:
    assert [row["id"] for row in await at.client.by_ids(CLIENT, ["10", "11"])] == [10, 11]
    assert at.calls == ["GET Client/10", "GET Client/11"]
    at.forget()
    wanted = [str(row["id"]) for row in MANY[:120]]
    found = await at.client.by_ids(CLIENT, [*wanted, "9999"])
    assert sorted(str(row["id"]) for row in found) == sorted(wanted)
    assert at.calls == ["GET Client", "GET Client", "GET Client", "GET Client/9999"]


async def test_where_an_instance_refuses_the_search_the_list_is_read_or_each_row(at: Desk) -> None:
    at.client._unsearchable.add((CLIENT, "id"))
    wanted = [str(row["id"]) for row in MANY[:10]]
    assert len(await at.client.by_ids(CLIENT, wanted)) == 10
    assert at.calls == ["GET Client"] * 4  # the count, and three pages: fewer than ten rows by themselves
    at.forget()
    assert len(await at.client.by_ids(CLIENT, wanted[:3])) == 3
    assert at.calls == ["GET Client", *(f"GET Client/{row_id}" for row_id in wanted[:3])]


async def test_a_member_that_may_not_be_searched_is_asked_about_once(at: Desk) -> None:
    assert await at.client.having(CLIENT, "colour", ["red"]) is None
    assert await at.client.having(CLIENT, "colour", ["blue"]) is None
    assert at.calls == ["GET Client"]


async def test_a_search_that_an_instance_pays_no_heed_to_is_not_believed(at: Desk) -> None:
    assert await at.client.having(QUOTATION, "third_party_number", ["Q-none"]) is None


async def test_a_search_brings_all_pages(at: Desk) -> None:
    keys = [str(row["externalreference"]) for row in ITEMS[:60]]
    found = await at.client.having(ITEM, "externalreference", keys)
    assert found is not None
    assert sorted(row["externalreference"] for row in found) == sorted(keys)


async def test_other_refusals_of_a_search_are_failures() -> None:
    clerk = ApiApplication("clerk", "c", 2, denied=frozenset({"Item"}))
    async with desk(clerk, client_id="clerk", secret="c") as at:
        assert (await failing(at.client.having(ITEM, "id", ["1"]))).kind is FailureKind.PERMISSION


@pytest.mark.parametrize("wrapped", ["array", "envelope"])
async def test_lists_of_setup_come_bare_or_wrapped(at: Desk, wrapped: str) -> None:
    at.practice.switch("setup_lists", wrapped)
    at.practice.switch("lookup_list", wrapped)
    assert len(await at.client.listed("Status", label="Read statuses", showall="true")) == 5
    assert len(await at.client.listed("Lookup", label="Read", lookupid="11", showallcodes="true")) == 3


async def test_what_is_posted_is_an_array_and_what_comes_back_one_row(at: Desk) -> None:
    made = await at.client.post(CLIENT, {"name": "Litware"}, label="Create company Litware")
    assert made["name"] == "Litware"
    assert at.exchanges[-1].request_body == '[{"name":"Litware"}]'


async def test_a_row_that_is_gone_cannot_be_changed(at: Desk) -> None:
    failure = await failing(at.client.post(CLIENT, {"id": 9999, "name": "x"}, label="Update company"))
    assert (failure.kind, failure.facts["sent"]) == (FailureKind.NOT_FOUND, "refused")


@pytest.mark.parametrize(("creates", "times"), [(True, 1), (False, 3)])
async def test_what_makes_something_new_is_never_repeated_blindly(at: Desk, creates: bool, times: int) -> None:
    await at.client.count(CLIENT)
    await at.practice.server.close()
    at.forget()
    await failing(at.client.post(QUOTATION, {"id": 600, "lines": []}, label="Change lines", creates=creates))
    assert at.posts == [QUOTATION] * times


@pytest.mark.parametrize("body", [[1, 2], {"clients": "none"}, "text", {"a": [], "b": []}])
def test_a_list_that_is_none_is_unreadable(body: Any) -> None:
    with pytest.raises(SyncError) as caught:
        _rows(body, CLIENT)
    assert caught.value.failure.kind is FailureKind.UNREADABLE


async def test_the_instance_waits_as_its_message_says() -> None:
    async with desk(settings={"limits": True}) as busy:
        await busy.client.count(SITE)
        busy.practice.instance.limits.spend(300)
        failure = await failing(busy.client.count(OPPORTUNITIES))
        assert failure.message == "Rate Limit Reached - 300 Requests per rolling 5 minute window"
        assert busy.clock.slept == [75, 75, 75, 75]
