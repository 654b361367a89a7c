"""Ordered faults strike on real sockets, and only the requests that they are meant for."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientError, ClientPayloadError, ClientSession

from sync_desktop.sandbox.autotask.texts import no_permission
from sync_desktop.sandbox.server import Sandbox
from tests.sandbox.practice import SMALL, Caller, StillClock


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def caller(clock: StillClock) -> AsyncIterator[Caller]:
    async with Sandbox(SMALL, timing=clock.timing) as sandbox, ClientSession() as http:
        yield Caller(sandbox, http)


async def make(caller: Caller) -> tuple[int, Any]:
    """Make a company, which can be seen afterwards."""
    status, body, _ = await caller.quoting("/company", method="POST", json={"name": "Relecloud"})
    return status, body


def made(caller: Caller) -> int:
    """Return how many were made."""
    rows = caller.sandbox.site().quoting_store.rows("company").values()
    return sum(row["name"] == "Relecloud" for row in rows)


async def test_reset_before_does_nothing_and_resets_the_connection(caller: Caller) -> None:
    await caller.fault("reset_before", method="POST", times=1)
    with pytest.raises(ClientConnectionError, match="reset"):
        await make(caller)
    assert made(caller) == 0
    assert (await make(caller))[0] == 200


async def test_reset_after_does_it_and_resets_the_connection(caller: Caller) -> None:
    await caller.fault("reset_after", method="POST", times=1)
    with pytest.raises(ClientConnectionError, match="reset"):
        await make(caller)
    assert made(caller) == 1


@pytest.mark.parametrize(("arg", "done"), [(None, 0), ("after", 1)])
async def test_timeout_never_answers(caller: Caller, arg: str | None, done: int) -> None:
    await caller.fault("timeout", arg=arg)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(make(caller), 0.1)
    assert made(caller) == done


async def test_whoever_waits_at_the_end_is_cut_off(clock: StillClock) -> None:
    async with ClientSession() as http:
        async with Sandbox(SMALL, timing=clock.timing) as sandbox:
            caller = Caller(sandbox, http)
            await caller.fault("timeout")
            waiting = asyncio.create_task(make(caller))
            while not (await caller.control("/faults"))[1][0]["struck"]:
                pass
        with pytest.raises(ClientError):
            await waiting


async def test_status_answers_with_the_body_and_headers_of_the_order(caller: Caller) -> None:
    await caller.fault(
        "status", arg={"status": 503, "body": {"why": "closed"}, "headers": {"Retry-After": "9"}}, times=1
    )
    status, body, headers = await caller.quoting("/company")
    assert (status, body, headers["Retry-After"]) == (503, {"why": "closed"}, "9")
    await caller.fault("status", arg=500, times=1)
    assert (await caller.quoting("/company"))[:2] == (500, "")


@pytest.mark.parametrize(("arg", "status"), [(None, 502), (200, 200)])
async def test_html_is_a_page_of_a_machine_in_between(caller: Caller, arg: int | None, status: int) -> None:
    await caller.fault("html", arg=arg)
    told, body, headers = await caller.quoting("/company")
    assert (told, headers["Content-Type"].partition(";")[0]) == (status, "text/html")
    assert "<html" in body


async def test_truncate_cuts_the_json_or_the_connection(caller: Caller) -> None:
    await caller.fault("truncate", times=1)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting|delimiter"):
        await caller.quoting("/company")
    await caller.fault("truncate", arg="connection")
    with pytest.raises(ClientPayloadError):
        await caller.quoting("/company")


async def test_slow_takes_the_seconds_of_the_order(caller: Caller, clock: StillClock) -> None:
    await caller.fault("slow", arg=12)
    assert (await caller.quoting("/company"))[0] == 200
    assert clock.slept == [12]
    assert caller.sandbox.log.entries()[-1]["milliseconds"] == 12_000


async def test_unauthorized_and_rate_limit_are_in_each_systems_own_words(caller: Caller) -> None:
    for system in ("salesbuildr", "autotask"):
        await caller.fault("unauthorized", system=system, times=1)
        await caller.fault("rate_limit", system=system, arg=7)
    assert (await caller.quoting("/company"))[0] == 401
    status, _, headers = await caller.quoting("/company")
    assert (status, headers["Retry-After"]) == (429, "7")
    assert await caller.psa("/Companies/11") == (401, "")
    status, body = await caller.psa("/Companies/11")
    assert status == 429
    assert "thread threshold of 3 threads" in body["errors"][1]


async def test_faults_speak_as_the_switches_say(caller: Caller) -> None:
    for name, position in (("unauthorized_body", "errors"), ("thread_limit_status", "500")):
        caller.sandbox.switches.set("autotask", name, position)
    await caller.fault("unauthorized", system="autotask", times=1)
    assert (await caller.psa("/Companies/11"))[1]["errors"] == ["The username or secret is not correct."]
    await caller.fault("rate_limit", system="autotask")
    assert (await caller.psa("/Companies/11"))[0] == 500


async def test_forbidden_is_in_each_systems_own_words(caller: Caller) -> None:
    for system in ("salesbuildr", "autotask"):
        await caller.fault("forbidden", system=system)
    assert (await caller.quoting("/company"))[0] == 403
    status, body = await caller.psa("/Companies", json={"companyName": "x"})
    assert status == 500
    assert body["errors"] == [no_permission("create")]
    assert (await caller.psa("/Companies/11"))[1]["errors"] == [no_permission("query")]


async def test_hide_makes_rows_unseen_until_the_faults_are_taken_back(caller: Caller) -> None:
    everything = {"filter": [{"op": "exist", "field": "id"}]}
    await caller.fault("hide", system="autotask", arg={"collection": "companies", "where": {"id": [11, 12]}})
    await caller.fault("hide", arg="contact")
    assert [row["id"] for row in (await caller.psa("/Companies/query", json=everything))[1]["items"]] == [0]
    assert (await caller.quoting("/contact"))[1]["total"] == 0
    await caller.control("/faults", method="DELETE")
    assert len((await caller.psa("/Companies/query", json=everything))[1]["items"]) == 2
    assert (await caller.quoting("/contact/p1"))[0] == 200


async def test_an_order_says_which_requests_after_how_many_and_how_often(caller: Caller) -> None:
    await caller.fault("status", arg=500, path=r"/COMPANY$", after=1, times=2)
    statuses = [
        (await caller.quoting(path))[0] for path in ("/company", "/contact", "/company?size=1", "/company", "/company")
    ]
    assert statuses == [200, 200, 500, 500, 200]
    assert caller.sandbox.faults.describe()[0]["struck"] == 2


async def test_a_share_strikes_some_of_them_and_the_same_ones_with_the_same_seed(caller: Caller) -> None:
    async def round_of() -> list[int]:
        await caller.control("/reset", method="POST", json={"seed": 5})
        await caller.fault("status", arg=500, share=0.5)
        return [(await caller.quoting("/company"))[0] for _ in range(20)]

    first = await round_of()
    assert set(first) == {200, 500}
    assert await round_of() == first


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({"kind": "status"}, "needs a system"),
        ({"system": "salesbuildr", "kind": "explode"}, "explode"),
        ({"system": "salesbuildr", "kind": "status", "path": "("}, "cannot be read"),
        ({"system": "salesbuildr", "kind": "status", "share": 2}, "share"),
        ({"system": "salesbuildr", "kind": "slow"}, "seconds"),
        ({"system": "salesbuildr", "kind": "hide"}, "collection"),
        ({"system": "salesbuildr", "kind": "status", "tmes": 1}, "tmes"),
        ({"system": "sap", "kind": "status"}, "sap"),
        ({"system": "halopsa", "kind": "status"}, "halopsa"),
        ({"system": "autotask", "kind": "status", "site": "Nowhere"}, "Nowhere"),
        ({"system": "salesbuildr", "kind": "status", "arg": "busy"}, "status takes"),
        ({"system": "salesbuildr", "kind": "status", "arg": 99}, "status takes"),
        ({"system": "salesbuildr", "kind": "status", "arg": {"status": 500, "head": {}}}, "status takes"),
        ({"system": "salesbuildr", "kind": "status", "arg": {"headers": {"Retry-After": 5}}}, "status takes"),
        ({"system": "salesbuildr", "kind": "html", "arg": "504"}, "html takes"),
        ({"system": "salesbuildr", "kind": "rate_limit", "arg": "soon"}, "rate_limit takes"),
        ({"system": "salesbuildr", "kind": "slow", "arg": -1}, "seconds"),
        ({"system": "salesbuildr", "kind": "truncate", "arg": "half"}, "connection"),
        ({"system": "salesbuildr", "kind": "timeout", "arg": 5}, "after"),
    ],
)
async def test_an_order_that_cannot_be_read_is_refused_in_a_sentence(
    caller: Caller, order: dict[str, Any], says: str
) -> None:
    status, body = await caller.control("/faults", method="POST", json=order)
    assert status == 400
    assert says in body["error"]
    assert await caller.control("/faults") == (200, [])


async def test_a_struck_request_is_logged_with_its_fault_and_without_a_status(caller: Caller) -> None:
    await caller.fault("reset_before")
    with pytest.raises(ClientConnectionError):
        await caller.quoting("/company?size=1")
    entry = caller.sandbox.log.entries()[-1]
    assert (entry["path"], entry["status"], entry["fault"]) == ("/public-api/company?size=1", None, "reset_before")
