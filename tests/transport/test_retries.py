"""Every row of the table "Requests and retries", over real sockets on a clock that nobody waits for."""

import asyncio
from datetime import timedelta

import pytest

from sync_desktop.domain.words import FailureKind
from sync_desktop.transport.budget import RollingBudget
from sync_desktop.transport.retrying import AUTOTASK, CONNECTWISE, HALOPSA, SALESBUILDR, Policy
from sync_desktop.transport.session import Waiting
from tests.transport.wire import FakeClock, answer, change, create, failure_of, never, read, reset, rig


@pytest.mark.parametrize("policy", [CONNECTWISE, HALOPSA, SALESBUILDR])
async def test_a_rate_limit_is_waited_for_four_times_and_then_told(policy: Policy) -> None:
    async with rig(policy=policy) as it:
        it.server.script = [answer(429, {"message": "Too many requests"})] * 5
        failure = await failure_of(it.session, read())
        assert it.clock.slept == [5, 10, 20, 40]
        assert len(it.server.received) == 5
        assert failure.kind is FailureKind.RATE_LIMIT
        assert failure.message == "Too many requests"


async def test_a_longer_retry_after_wins_and_a_shorter_one_does_not() -> None:
    async with rig() as it:
        it.server.script = [answer(429, Retry_After="30"), answer(429, Retry_After="3"), answer(429, Retry_After="90")]
        assert (await it.session.send(read())).json() == {"ok": True}
        assert it.clock.slept == [30, 10, 90]


async def test_a_retry_after_date_is_measured_against_the_servers_own_clock() -> None:
    async with rig() as it:
        dates = {"Date": "Mon, 23 Nov 2026 12:00:00 GMT", "Retry_After": "Mon, 23 Nov 2026 12:00:45 GMT"}
        it.server.script = [answer(429, **dates)]
        await it.session.send(read())
        assert it.clock.slept == [45]


async def test_our_own_wait_is_never_over_a_minute() -> None:
    async with rig(policy=Policy(rate_limit=(200,))) as it:
        it.server.script = [answer(429)]
        await it.session.send(read())
        assert it.clock.slept == [60]


async def test_a_server_that_asks_for_hours_is_not_waited_for() -> None:
    async with rig() as it:
        it.server.script = [answer(429, {"message": "Come back later"}, Retry_After="7200")]
        failure = await failure_of(it.session, read())
        assert it.clock.slept == []
        assert failure.facts["wait"] == "7200"


async def test_a_rate_limited_create_was_not_carried_out_and_is_repeated() -> None:
    async with rig() as it:
        it.server.script = [answer(429)]
        await it.session.send(create())
        assert len(it.server.received) == 2


@pytest.mark.parametrize("policy", [AUTOTASK, CONNECTWISE])
async def test_a_reset_of_a_read_is_survived_twice(policy: Policy) -> None:
    async with rig(policy=policy) as it:
        it.server.script = [reset, reset]
        assert (await it.session.send(read())).status == 200
        assert it.clock.slept == [1, 2]
        assert [exchange.attempt_number for exchange in it.journal.exchanges] == [1, 2, 3]
        assert it.journal.exchanges[0].status is None
        assert "Connection reset" in it.journal.exchanges[0].error


async def test_the_third_reset_is_told_in_a_sentence() -> None:
    async with rig() as it:
        it.server.script = [reset, reset, reset]
        failure = await failure_of(it.session, change())
        assert failure.kind is FailureKind.NETWORK
        assert failure.message.startswith("Connection reset: 127.0.0.1 closed the connection")
        assert failure.facts["sent"] == "unknown"


async def test_a_time_out_is_repeated_like_a_reset() -> None:
    async with rig(patience=0.05) as it:
        it.server.script = [never]
        assert (await it.session.send(read())).status == 200
        assert it.clock.slept == [1]
        assert it.journal.exchanges[0].error == "Time-out: 127.0.0.1 did not answer within 0.05 seconds."


@pytest.mark.parametrize("lost", [reset, answer(502, text="<html>Bad gateway</html>")])
async def test_a_create_whose_answer_was_lost_is_never_repeated(lost: object) -> None:
    async with rig() as it:
        it.server.script = [lost]  # type: ignore[list-item]  # pytest's parameters have no type
        failure = await failure_of(it.session, create())
        assert len(it.server.received) == 1
        assert failure.facts["sent"] == "unknown"


async def test_a_create_that_never_left_says_so() -> None:
    async with rig() as it:
        it.session.base_url = "http://127.0.0.1:9/api"
        failure = await failure_of(it.session, create())
        assert failure.facts["sent"] == "no"
        assert failure.message == "127.0.0.1 refused the connection: nothing answers there."
        assert len(it.journal.exchanges) == 1


async def test_a_refused_create_did_not_happen() -> None:
    async with rig() as it:
        it.server.script = [answer(400, {"errors": ["Name is required."]})]
        failure = await failure_of(it.session, create())
        assert (failure.kind, failure.message) == (FailureKind.REFUSED, "Name is required.")
        assert failure.facts["sent"] == "refused"


async def test_a_gateways_web_page_is_a_server_error_that_is_repeated() -> None:
    async with rig() as it:
        it.server.script = [answer(502, text="<html><body>502 Bad Gateway</body></html>")] * 3
        failure = await failure_of(it.session, read())
        assert it.clock.slept == [1, 2]
        assert failure.kind is FailureKind.SERVER
        assert failure.message == "Testdesk answered with HTTP 502 and a web page instead of data."
        assert "502 Bad Gateway" in it.journal.exchanges[0].response_body


async def test_the_thread_limit_is_waited_for_three_times() -> None:
    async with rig(policy=AUTOTASK) as it:
        it.server.script = [answer(429, {"errors": ["Too many threads"]})] * 4
        failure = await failure_of(it.session, read())
        assert it.clock.slept == [1, 2, 4]
        assert failure.kind is FailureKind.RATE_LIMIT


async def test_an_hour_that_is_used_up_is_not_waited_for() -> None:
    async with rig(policy=AUTOTASK) as it:
        it.server.script = [answer(429, {"errors": ["The hour is used up"]})]
        failure = await failure_of(it.session, read())
        assert (failure.kind, it.clock.slept) == (FailureKind.BUDGET, [])


@pytest.mark.parametrize(("status", "kind"), [(403, FailureKind.PERMISSION), (400, FailureKind.REFUSED)])
async def test_what_needs_a_change_first_is_not_repeated(status: int, kind: FailureKind) -> None:
    async with rig() as it:
        it.server.script = [answer(status, {"message": "No."})]
        failure = await failure_of(it.session, read())
        assert (failure.kind, failure.message, len(it.server.received)) == (kind, "No.", 1)


async def test_a_record_that_is_not_there_is_an_answer() -> None:
    async with rig() as it:
        it.server.script = [answer(404, {"message": "Not found"})]
        assert (await it.session.send(read())).status == 404


async def test_each_case_has_its_own_retries() -> None:
    async with rig() as it:
        it.server.script = [reset, answer(503), answer(429), reset]
        await it.session.send(read())
        assert it.clock.slept == [1, 1, 5, 2]


async def test_the_status_bar_hears_of_each_wait() -> None:
    async with rig() as it:
        waits = list[Waiting]()
        it.session.on_wait = waits.append
        it.server.script = [answer(429), answer(429)]
        await it.session.send(read())
        assert [(wait.reason, wait.seconds, wait.retry, wait.of) for wait in waits] == [
            ("Testdesk asked us to wait", 5, 1, 4),
            ("Testdesk asked us to wait", 10, 2, 4),
        ]


async def test_a_site_that_is_told_to_wait_waits_as_a_whole() -> None:
    clock = FakeClock(manual=True)
    async with rig(clock=clock) as it:
        await it.session.send(read("first"))
        it.server.script = [answer(429, Retry_After="30")]
        told = asyncio.create_task(it.session.send(read("told")))
        await clock.sleepers(1)
        other = asyncio.create_task(it.session.send(read("other")))
        await clock.sleepers(2)
        assert [request.path for request in it.server.received] == ["/api/first", "/api/told"]
        clock.advance(30)
        await asyncio.gather(told, other)
        assert len(it.server.received) == 4


async def test_no_more_than_two_requests_at_once_for_each_endpoint() -> None:
    async with rig(policy=AUTOTASK, max_per_endpoint=2) as it:
        await it.session.send(read())
        running = most = 0

        async def busy(_request: object) -> object:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.005)
            running -= 1
            return await answer(200, {})(_request)  # type: ignore[arg-type]  # it looks at nothing

        it.server.script = [busy] * 6  # type: ignore[list-item]  # as above
        await asyncio.gather(*(it.session.send(read(endpoint="Products")) for _ in range(6)))
        assert most == 2


async def test_our_own_cap_refuses_without_a_request_and_says_until_when() -> None:
    clock = FakeClock()
    budget = RollingBudget(2, 3600, clock, "Autotask")
    async with rig(clock=clock, budget=budget) as it:
        await it.session.send(read())
        clock.advance(600)
        await it.session.send(read())
        failure = await failure_of(it.session, read())
        until = clock.now() + timedelta(seconds=3000)
        assert failure.kind is FailureKind.BUDGET
        assert f"The next call is possible at {until.astimezone():%H:%M}." in failure.message
        assert failure.facts["until"] == until.isoformat()
        assert len(it.server.received) == 2
        clock.advance(3000)
        await it.session.send(read())


async def test_a_budget_that_waits_lets_the_oldest_call_leave_first() -> None:
    clock = FakeClock()
    budget = RollingBudget(2, 600, clock, "Salesbuildr", when_full="wait")
    async with rig(clock=clock, budget=budget) as it:
        waits = list[Waiting]()
        it.session.on_wait = waits.append
        await it.session.send(read())
        clock.advance(100)
        await it.session.send(read())
        assert (budget.used, budget.frees_at) == (2, clock.now() + timedelta(seconds=500))
        await it.session.send(read())
        assert clock.slept == [500]
        assert waits[0].reason == "Our calls to Salesbuildr are used up"
        assert (budget.used, budget.total) == (2, 3)


async def test_automatic_retries_count_against_the_budget() -> None:
    clock = FakeClock()
    budget = RollingBudget(2, 3600, clock, "Autotask")
    async with rig(clock=clock, budget=budget) as it:
        it.server.script = [reset, reset]
        assert (await failure_of(it.session, read())).kind is FailureKind.BUDGET
        assert len(it.server.received) == 2
