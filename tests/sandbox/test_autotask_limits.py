"""The hour of the practice Autotask, and its threads."""

import asyncio

import pytest

from sync_desktop.sandbox.autotask.settings import ApiUser
from tests.sandbox.autotask_tenant import EVERYTHING, Practice, practice, signature

OTHER = ApiUser("vendor@salesbuildr.example", "v", 2, integration_code="OTHER")
AS_OTHER = signature(OTHER.username, "v", "OTHER")


async def used(api: Practice) -> int:
    reply = await api.get("ThresholdInformation")
    assert reply.status == 200
    return int(reply.json["currentTimeframeRequestCount"])


async def test_the_hour_counts_the_calls_of_everybody_together() -> None:
    async with practice(OTHER) as api:
        await api.get("Companies/10")
        await api.call("GET", "Companies/10", headers=AS_OTHER)
        assert (await api.get("thresholdinformation/")).json == {
            "externalRequestThreshold": 10000,
            "requestThresholdTimeframe": 60,
            "currentTimeframeRequestCount": 3,
        }


async def test_what_is_refused_at_the_door_is_not_counted() -> None:
    async with practice() as api:
        await api.call("GET", "Companies/10", headers={"Secret": "guess"})
        await api.call("GET", "/atservicesrest/v1.0/zoneInformation")
        assert await used(api) == 1


async def test_calls_leave_the_count_after_an_hour() -> None:
    async with practice() as api:
        assert await used(api) == 1
        api.clock.seconds = 1800
        assert await used(api) == 2
        api.clock.seconds = 3600
        assert await used(api) == 2
        api.clock.seconds = 9000
        assert await used(api) == 1


@pytest.mark.parametrize(("before", "delay"), [(0, 0.02), (48, 0.02), (49, 0.52), (74, 1.02)])
async def test_calls_are_slower_from_half_of_the_hour_on(before: int, delay: float) -> None:
    async with practice(limits=True, hourly_threshold=100) as api:
        api.tenant.limits.spend(before)
        await api.get("Companies/10")
        assert api.clock.slept == [pytest.approx(delay)]


async def test_an_hour_that_is_used_up_suspends_the_whole_tenant_until_it_has_passed() -> None:
    async with practice(OTHER, limits=True, hourly_threshold=100) as api:
        api.tenant.limits.spend(100)
        for headers in (None, AS_OTHER):
            reply = await api.call("GET", "ThresholdInformation", headers=headers)
            assert reply.status == 429
            assert "threshold of 100 external requests per 60 minutes has been exceeded" in reply.json["errors"][0]
        api.clock.seconds = 3601
        assert await used(api) == 1


async def test_limits_that_are_off_neither_wait_nor_refuse() -> None:
    async with practice(hourly_threshold=10) as api:
        api.tenant.limits.spend(50)
        assert await used(api) == 51
        assert api.clock.slept == []


async def test_a_fourth_call_at_once_is_one_too_many() -> None:
    let_go = asyncio.Event()
    working = asyncio.Semaphore(0)

    async def wait(_seconds: float) -> None:
        working.release()
        await let_go.wait()

    async with practice(OTHER, limits=True, sleep=wait) as api, asyncio.TaskGroup() as tasks:
        first = [tasks.create_task(api.post("Companies/query", EVERYTHING)) for _ in range(3)]
        for _ in first:
            await working.acquire()
        fourth = await api.get("companies/entityInformation/fields")
        assert fourth.status == 429
        assert fourth.json["errors"] == [
            "Thread Threshold Exceeded",
            "The Autotask API thread threshold of 3 threads has been exceeded. Method: getFieldInfo [Itgenatr005]",
        ]
        elsewhere = [
            tasks.create_task(api.get("Quotes/50")),
            tasks.create_task(api.get("Companies/10/Contacts")),
            tasks.create_task(api.call("GET", "Companies/10", headers=AS_OTHER)),
        ]
        for _ in elsewhere:
            await working.acquire()
        let_go.set()
        assert [(await task).status for task in first + elsewhere] == [200] * 6
        assert (await api.get("Companies/10")).status == 200


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "Quotes/50", "query"),
        ("POST", "Quotes", "create"),
        ("PATCH", "Quotes", "update"),
        ("DELETE", "Quotes/50", "delete"),
        ("GET", "", "query"),
    ],
)
async def test_the_text_of_the_thread_limit_names_the_method(method: str, path: str, name: str) -> None:
    async with practice(limits=True, threads=0) as api:
        reply = await api.call(method, path, {} if method != "GET" else None)
        assert f"Method: {name} " in reply.json["errors"][1]
