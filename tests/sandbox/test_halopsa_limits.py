"""The rate limit of the practice HaloPSA."""

import pytest

from sync_desktop.sandbox.halopsa.settings import ApiApplication
from tests.sandbox.halopsa_tenant import practice

OTHER = ApiApplication("other", "o", 2)


async def test_a_window_that_is_full_is_told_in_the_words_of_the_real_server() -> None:
    async with practice(limits=True) as api:
        token = await api.token()
        api.instance.limits.spend(298)
        assert (await api.call("GET", "Client/10", token=token)).status == 200
        reply = await api.call("GET", "Client/10", token=token)
        assert reply.status == 429
        assert reply.json == {"error": "Rate Limit Reached - 300 Requests per rolling 5 minute window"}
        assert "Retry-After" not in reply.headers


async def test_tokens_and_discovery_count_and_are_refused_too() -> None:
    async with practice(limits=True) as api:
        api.instance.limits.spend(298)
        assert (await api.call("GET", "authinfo", token="")).status == 200
        assert (await api.log_in()).status == 200
        assert (await api.call("GET", "authinfo", token="")).status == 429
        assert (await api.log_in()).status == 429


async def test_all_callers_share_one_window() -> None:
    async with practice(OTHER, limits=True) as api:
        other, ours = await api.token("other", "o"), await api.token()
        api.instance.limits.spend(297)
        assert (await api.call("GET", "Client/10", token=other)).status == 200
        assert (await api.call("GET", "Client/10", token=ours)).status == 429


async def test_requests_leave_the_window_after_its_minutes() -> None:
    async with practice(limits=True) as api:
        token = await api.token()
        api.clock.seconds = 100
        api.instance.limits.spend(299)
        assert (await api.call("GET", "Client/10", token=token)).status == 429
        api.clock.seconds = 300
        assert (await api.call("GET", "Client/10", token=token)).status == 200
        assert (await api.call("GET", "Client/10", token=token)).status == 429
        api.clock.seconds = 400
        assert (await api.call("GET", "Client/10", token=token)).status == 200
        assert api.instance.limits.used == 2


async def test_what_is_refused_is_not_counted() -> None:
    async with practice(limits=True) as api:
        token = await api.token()
        api.instance.limits.spend(299)
        for _ in range(3):
            assert (await api.call("GET", "Client/10", token=token)).status == 429
        assert api.instance.limits.used == 300


async def test_limits_that_are_off_refuse_nothing() -> None:
    async with practice() as api:
        api.instance.limits.spend(5000)
        assert (await api.get("Client/10")).status == 200


@pytest.mark.parametrize(("position", "requests", "minutes"), [("450/5", 450, 5), ("500/3", 500, 3), ("700/5", 700, 5)])
async def test_other_instances_allow_other_numbers(position: str, requests: int, minutes: int) -> None:
    async with practice(limits=True) as api:
        api.switch("rate_limit", position)
        token = await api.token()
        api.instance.limits.spend(requests - 1)
        reply = await api.call("GET", "Client/10", token=token)
        assert reply.json["error"] == f"Rate Limit Reached - {requests} Requests per rolling {minutes} minute window"
        api.clock.seconds = 60 * minutes
        assert (await api.call("GET", "Client/10", token=token)).status == 200
