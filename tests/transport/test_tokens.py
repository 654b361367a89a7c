"""Signing with a token that is asked for on the way, as OAuth's client credentials are."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.transport.session import Request
from tests.transport.wire import SECRET, Rig, answer, failure_of, read, rig

TOKEN = "a-token-that-nobody-else-may-read"


def token_request() -> Request:
    return Request(
        method="POST",
        path="/token",
        request_class=RequestClass.READ,
        label="Ask for a token",
        form={"grant_type": "client_credentials", "client_id": "desk & co", "client_secret": SECRET},
        signed=False,
    )


def sign_with_token(it: Rig) -> None:
    """Let the session's signer ask for a token first, through the session itself."""

    async def sign() -> Mapping[str, str]:
        reply = await it.session.send(token_request())
        return {"Authorization": f"Bearer {reply.json()['access_token']}"}

    it.sign = sign


async def test_a_form_goes_out_as_a_form_and_leaves_no_secret_in_the_journal() -> None:
    async with rig() as it:
        it.server.script = [answer(200, {"access_token": TOKEN, "echo": f"{SECRET}"})]
        await it.session.send(token_request())
        (received,) = it.server.received
        assert received.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert parse_qs(received.body) == {
            "grant_type": ["client_credentials"],
            "client_id": ["desk & co"],
            "client_secret": [SECRET],
        }
        assert "grant_type=client_credentials" in it.journal.exchanges[0].request_body
        for secret in (SECRET, TOKEN, "s3cr3t"):
            assert secret not in it.journal.text


async def test_a_token_refused_for_a_wrong_secret_is_one_request_and_nothing_more() -> None:
    async with rig() as it:
        sign_with_token(it)
        it.server.script = [answer(401, {"error": "invalid_client"})] * 3
        first, second = await failure_of(it.session, read()), await failure_of(it.session, read())
        assert first.kind is second.kind is FailureKind.CREDENTIALS
        assert len(it.server.received) == 1
        assert it.rejected == [1]


async def test_a_token_server_that_is_down_rejects_nothing() -> None:
    async with rig() as it:
        sign_with_token(it)
        it.server.script = [answer(500, {"message": "down"})] * 3
        failure = await failure_of(it.session, read())
        assert failure.kind is FailureKind.SERVER
        assert it.rejected == []
        it.server.script = [answer(200, {"access_token": TOKEN})]
        assert (await it.session.send(read())).status == 200
