"""Rejected credentials: one request, and nothing more is signed until they change."""

import asyncio

import pytest
from aiohttp import web

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind
from tests.transport.wire import answer, failure_of, read, reset, rig

REJECTED = answer(401, {"message": "Wrong secret."})


async def test_a_wrong_secret_is_one_request_and_nothing_more() -> None:
    async with rig() as it:
        it.server.script = [REJECTED] * 9
        first, second = await failure_of(it.session, read()), await failure_of(it.session, read())
        assert (first.kind, first.message) == (FailureKind.CREDENTIALS, "Wrong secret.")
        assert second == first
        assert len(it.server.received) == 1
        assert it.rejected == [1]


async def test_ten_calls_at_once_with_a_wrong_secret_are_one_request() -> None:
    async with rig(max_per_endpoint=2) as it:
        it.server.script = [REJECTED] * 10
        failures = await asyncio.gather(*(failure_of(it.session, read()) for _ in range(10)))
        assert {failure.kind for failure in failures} == {FailureKind.CREDENTIALS}
        assert len(it.server.received) == 1


async def test_the_first_signed_call_goes_alone_and_then_all_go() -> None:
    async with rig() as it:
        let_go, first_came = asyncio.Event(), asyncio.Event()

        async def held(_request: web.Request) -> web.StreamResponse:
            first_came.set()
            await let_go.wait()
            return web.json_response({})

        it.server.script = [held]
        calls = [asyncio.create_task(it.session.send(read())) for _ in range(5)]
        await first_came.wait()
        await asyncio.sleep(0.01)
        assert len(it.server.received) == 1
        let_go.set()
        await asyncio.gather(*calls)
        assert len(it.server.received) == 5


async def test_a_reset_proves_nothing_so_the_next_still_goes_alone() -> None:
    async with rig() as it:
        it.server.script = [reset, REJECTED]
        failures = await asyncio.gather(*(failure_of(it.session, read()) for _ in range(4)))
        assert len(it.server.received) == 2
        assert {failure.kind for failure in failures} == {FailureKind.CREDENTIALS}


async def test_credentials_rejected_in_an_earlier_run_are_not_tried_again() -> None:
    async with rig(rejected_version=1) as it:
        failure = await failure_of(it.session, read())
        assert failure.kind is FailureKind.CREDENTIALS
        assert "until they are changed" in failure.message
        assert it.server.received == []


async def test_changed_credentials_open_the_latch() -> None:
    async with rig() as it:
        it.server.script = [REJECTED]
        await failure_of(it.session, read())
        it.latch.renew(2)
        assert (await it.session.send(read())).status == 200


async def test_renewing_with_the_version_that_was_rejected_opens_nothing() -> None:
    async with rig(rejected_version=1) as it:
        it.latch.renew(1)
        await failure_of(it.session, read())
        assert it.server.received == []


async def test_an_unsigned_request_needs_no_latch_and_carries_no_secret() -> None:
    async with rig(rejected_version=1) as it:
        await it.session.send(read(signed=False))
        assert "Api-Key" not in it.server.received[0].headers


async def test_after_a_new_token_one_more_try_is_made() -> None:
    async with rig() as it:
        asked: list[int] = []

        async def renewed() -> bool:
            asked.append(1)
            return True

        it.session.on_unauthorized = renewed
        it.server.script = [REJECTED]
        assert (await it.session.send(read())).status == 200
        assert asked == [1]
        assert it.rejected == []
        assert [exchange.attempt_number for exchange in it.journal.exchanges] == [1, 2]


async def test_a_second_rejection_latches_even_after_a_new_token() -> None:
    async with rig() as it:

        async def renewed() -> bool:
            return True

        it.session.on_unauthorized = renewed
        it.server.script = [REJECTED] * 9
        await failure_of(it.session, read())
        await failure_of(it.session, read())
        assert len(it.server.received) == 2


@pytest.mark.parametrize("outcome", [False, SyncError(Failure(kind=FailureKind.NETWORK, message="Zone unknown."))])
async def test_where_nothing_changed_the_rejection_stands(outcome: bool | SyncError) -> None:
    async with rig() as it:

        async def asked() -> bool:
            if isinstance(outcome, SyncError):
                raise outcome
            return outcome

        it.session.on_unauthorized = asked
        it.server.script = [REJECTED] * 9
        assert (await failure_of(it.session, read())).message == "Wrong secret."
        assert len(it.server.received) == 1


async def test_a_token_that_expires_under_several_calls_is_renewed_once() -> None:
    async with rig() as it:
        await it.session.send(read())
        asked: list[int] = []
        both_in = asyncio.Event()

        async def expired(request: web.Request) -> web.StreamResponse:
            if len(it.server.received) == 3:
                both_in.set()
            await both_in.wait()
            return await REJECTED(request)

        async def renewed() -> bool:
            asked.append(1)
            return True

        it.session.on_unauthorized = renewed
        it.server.script = [expired, expired]
        answers = await asyncio.gather(it.session.send(read()), it.session.send(read()))
        assert [reply.status for reply in answers] == [200, 200]
        assert asked == [1]


async def test_a_call_that_is_cancelled_lets_the_next_one_go() -> None:
    async with rig() as it:
        came = asyncio.Event()

        async def held(_request: web.Request) -> web.StreamResponse:
            came.set()
            await asyncio.sleep(5)
            return web.Response()

        it.server.script = [held]
        call = asyncio.create_task(it.session.send(read()))
        await came.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await it.session.send(read())).status == 200
        assert it.journal.exchanges[0].error == "Cancelled before an answer came."


async def test_a_late_rejection_of_old_credentials_does_not_shut_out_the_new_ones() -> None:
    async with rig() as it:
        await it.session.send(read())

        async def changed_meanwhile(request: web.Request) -> web.StreamResponse:
            it.latch.renew(2)
            return await REJECTED(request)

        it.server.script = [changed_meanwhile]
        assert (await it.session.send(read())).status == 200
        assert it.rejected == []


async def test_a_secret_that_no_header_can_hold_is_a_sentence_without_it() -> None:
    async with rig(signature={"Api-Key": "geheimer-schlüssel\n"}) as it:
        failure = await failure_of(it.session, read())
        assert failure.kind is FailureKind.CREDENTIALS
        assert "Enter them again" in failure.message
        assert "geheim" not in failure.message
        assert it.server.received == []
