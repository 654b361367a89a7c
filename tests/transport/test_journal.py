"""What is kept of an exchange, and that no secret is."""

import base64
import json
import traceback
from decimal import Decimal

import pytest

from sync_desktop.domain.failures import SyncError
from sync_desktop.transport.exchange import KEPT, REMOVED, Redactor
from sync_desktop.transport.session import Answer
from tests.transport.wire import SECRET, answer, create, failure_of, read, reset, rig


async def test_an_exchange_tells_what_was_asked_and_answered() -> None:
    async with rig() as it:
        it.server.script = [answer(200, {"id": 7}, X_Trace="abc")]
        await it.session.send(create(json={"price": Decimal("10.10"), "name": "Straße"}, params={"dry": "1"}))
        kept = it.journal.exchanges[0]
        assert (kept.site_id, kept.system, kept.label, kept.method) == ("site", "test", "Create a thing", "POST")
        assert kept.url == f"{it.server.url}/things?dry=1"
        assert kept.request_body == '{"price":10.10,"name":"Straße"}'
        assert (kept.status, kept.response_body, kept.response_headers["x-trace"]) == (200, '{"id": 7}', "abc")
        assert it.server.received[0].body == kept.request_body


async def test_secrets_are_in_no_part_of_the_journal() -> None:
    async with rig(signature={"Api-Key": SECRET, "X-Custom": "by-the-dialect", "UserName": "api@msp.example"}) as it:
        echo = {"errors": [f"key {SECRET} is unknown"], "Set": SECRET, "accessToken": "other-secret", "list": [1]}
        it.server.script = [answer(400, echo, Set_Cookie="sid=cookie-secret", X_Echo=SECRET)]
        body = {"password": "typed-secret", "nested": {"client_secret": {"value": ["deep-secret"]}}, "note": "kept"}
        failure = await failure_of(it.session, create(json=body, params={"token": "query-secret", "q": SECRET}))
        for secret in (
            SECRET,
            "by-the-dialect",
            "cookie-secret",
            "other-secret",
            "typed-secret",
            "deep-secret",
            "query-",
        ):
            assert secret not in it.journal.text
        assert '"note":"kept"' in it.journal.exchanges[0].request_body
        assert it.journal.exchanges[0].request_headers["UserName"] == "api@msp.example"
        assert failure.message == f"key {REMOVED} is unknown"


async def test_secrets_are_in_no_repr_and_in_no_exception() -> None:
    async with rig() as it:
        it.server.script = [reset, reset, reset, answer(401, {"message": f"{SECRET}?"}, X_Echo=SECRET)]
        for _ in range(2):
            with pytest.raises(SyncError) as caught:
                await it.session.send(read(params={"token": SECRET}))
            assert SECRET not in "".join(traceback.format_exception(caught.value))
            assert SECRET not in repr(caught.value)
        it.latch.renew(2)
        it.server.script = [answer(200, {"echo": SECRET}, X_Echo=SECRET)]
        reply = await it.session.send(read(params={"q": SECRET}))
        assert SECRET not in repr(reply)
        assert SECRET not in reply.url
        assert SECRET not in repr(read(params={"q": SECRET}, json={"q": SECRET}))


def test_the_parts_of_a_basic_header_are_secrets_too() -> None:
    redactor = Redactor(frozenset())
    encoded = base64.b64encode(b"company+public:private-key").decode()
    redactor.learn({"Authorization": f"Basic {encoded}"})
    assert (
        redactor.text(f"a {encoded} b private-key c company+public d") == f"a {REMOVED} b {REMOVED} c company+public d"
    )


def test_a_secret_at_the_cut_is_not_kept_by_half() -> None:
    redactor = Redactor(frozenset())
    redactor.learn({"api-key": "ABCDEFGH-12345678"})
    kept = redactor.body(b"x" * (KEPT - 8) + b"ABCDEFGH-12345678 and more")
    assert "ABCDEFGH" not in kept
    assert kept.endswith("[cut off here]")
    member = redactor.body(b'{"pad":"' + b"x" * (KEPT - 40) + b'","secret":"' + b"y" * 100 + b'"}')
    assert "yy" not in member


@pytest.mark.parametrize(
    "body", ['{"secret": "a\\"b", "n": 1}', '{"secret": 12345, "n": 1}', '{"secret": [{"a": "]"}], "n": 1}']
)
def test_only_the_value_of_a_secret_member_goes(body: str) -> None:
    assert json.loads(Redactor(frozenset()).body(body.encode())) == {"secret": REMOVED, "n": 1}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><html>", "it is a web page, not JSON"),
        (b'{"items": [{"id": 1}, {"id"', "it is cut off after 27 bytes"),
        (b'{"items": nonsense}', "it is no valid JSON from line 1, column 11 on"),
        (b'{"price": NaN}', "it holds NaN, which is no number"),
        (b'{"name": "\xff\xfe"}', "it is not UTF-8 text"),
        (b"[" * 200_000, "it is nested too deeply"),
    ],
)
def test_an_answer_that_cannot_be_read_says_why(body: bytes, wrong: str) -> None:
    with pytest.raises(SyncError) as caught:
        Answer(200, {}, body, "https://psa.example/x").json()
    assert caught.value.failure.message == f"The answer (HTTP 200) could not be read: {wrong}."


async def test_a_large_answer_is_decoded_with_exact_numbers() -> None:
    body = b'{"price": 0.1, "pad": "' + b"x" * 300_000 + b'"}'
    assert (await Answer(200, {}, body, "").decoded())["price"] == Decimal("0.1")
