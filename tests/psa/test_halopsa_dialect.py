"""How HaloPSA's answers are read: every shape of its errors, and the waits that its limit asks for."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.psa.halopsa.dialect import ADVANCED_SEARCH, HaloDialect, TokenDialect, told
from sync_desktop.transport.messages import Answer, Request, Verdict

TEXT = "Please populate main contact name"
REQUEST = Request(method="POST", path="Client", request_class=RequestClass.CREATE, label="Create company Litware")


def answer(status: int, body: Any = b"", headers: Mapping[str, str] | None = None) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, dict(headers or {}), raw, "https://acme.halopsa.com/api/Client")


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        {"ClassName": "System.Exception", "Message": TEXT, "Data": None, "InnerException": None},
        {"Message": TEXT},
        {"error": TEXT},
        {"errors": [TEXT, TEXT]},
        {"errors": [{"message": TEXT}]},
        {"resultCode": 400, "errorMessage": f" {TEXT} "},
    ],
    ids=["text", "exception", "message", "error", "errors", "nested", "result"],
)
def test_a_broken_rule_is_read_in_every_shape_that_clients_have_met(body: Any) -> None:
    dialect, reply = HaloDialect(), answer(400, body)
    assert dialect.verdict(reply) is Verdict.REFUSED
    failure = dialect.failure(reply, Verdict.REFUSED, REQUEST)
    assert (failure.kind, failure.message) == (FailureKind.REFUSED, TEXT)
    assert failure.facts == {"status": "400", "request": "Create company Litware", "field": "main_contact/name"}


def test_a_value_that_cannot_be_read_is_told_with_its_place() -> None:
    wrong = "Could not convert string to integer: abc. Path '[0].lines[1].item_id', line 1, position 12."
    failure = HaloDialect().failure(answer(400, {"[0].lines[1].item_id": [wrong]}), Verdict.REFUSED, REQUEST)
    assert (failure.message, failure.facts["field"]) == (wrong, "lines[1].item_id")
    two = {"id": ["The value 'x' is not valid."], "page_no": ["The value 'y' is not valid."]}
    assert told(answer(400, two)) is not None
    message = HaloDialect().failure(answer(400, two), Verdict.REFUSED, REQUEST).message
    assert message == "The value 'x' is not valid.; The value 'y' is not valid."


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'""', b"<html>no</html>", {"other": 1}, {"id": []}])
def test_an_answer_without_words_is_told_by_its_status(body: Any) -> None:
    reply = answer(400, body)
    assert told(reply) is None
    assert "HTTP 400" in HaloDialect().failure(reply, Verdict.REFUSED, REQUEST).message


@pytest.mark.parametrize(
    ("status", "verdict", "kind"),
    [
        (403, Verdict.PERMISSION, FailureKind.PERMISSION),
        (404, Verdict.NOT_FOUND, FailureKind.NOT_FOUND),
        (429, Verdict.RATE_LIMIT, FailureKind.RATE_LIMIT),
        (500, Verdict.SERVER, FailureKind.SERVER),
        (405, Verdict.REFUSED, FailureKind.REFUSED),
    ],
)
def test_statuses_mean_what_they_mean_elsewhere(status: int, verdict: Verdict, kind: FailureKind) -> None:
    reply = answer(status)
    assert HaloDialect().verdict(reply) is verdict
    assert HaloDialect().failure(reply, verdict, REQUEST).kind is kind


def test_a_token_that_is_not_accepted_is_told_as_that() -> None:
    failure = HaloDialect().failure(answer(401), Verdict.CREDENTIALS, REQUEST)
    assert failure.message == "HaloPSA did not accept the token that it gave"
    assert (failure.kind, failure.facts["reason"]) == (FailureKind.CREDENTIALS, "token")


def test_a_search_that_an_instance_does_not_allow_is_known_by_its_words() -> None:
    reply = answer(400, "Invalid advanced search parameter: externalreference")
    assert HaloDialect().failure(reply, Verdict.REFUSED, REQUEST).facts["reason"] == ADVANCED_SEARCH


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (answer(429, {"error": "Rate Limit Reached - 300 Requests per rolling 5 minute window"}), 75),
        (answer(429, {"error": "Rate Limit Reached - 500 Requests per rolling 3 minute window"}), 45),
        (answer(429, {"error": "Rate Limit Reached"}), None),
        (answer(429, {"error": "300 Requests per rolling 5 minute window"}, {"retry-after": "12"}), 12),
        (answer(500, {"error": "300 Requests per rolling 5 minute window"}), None),
    ],
)
def test_four_waits_together_see_the_window_pass_that_the_message_names(reply: Answer, seconds: float | None) -> None:
    assert HaloDialect().wait_hint(reply) == seconds


def test_the_authorisation_server_says_what_it_minds() -> None:
    dialect = TokenDialect("acme")
    refused = answer(401, {"error": "invalid_client", "error_description": "The credentials are invalid."})
    assert dialect.verdict(refused) is Verdict.CREDENTIALS
    failure = dialect.failure(refused, Verdict.CREDENTIALS, REQUEST)
    assert failure.message == "The credentials are invalid."
    assert (failure.facts["code"], failure.facts["reason"]) == ("invalid_client", "client secret")
    bare = dialect.failure(answer(401, {"error": "invalid_client"}), Verdict.CREDENTIALS, REQUEST)
    assert (bare.message, bare.facts["reason"]) == ("invalid_client", "client secret")
    unknown = {"error": "invalid_client", "error_description": "The specified 'client_id' is invalid."}
    assert dialect.failure(answer(401, unknown), Verdict.CREDENTIALS, REQUEST).facts["reason"] == "client id"
    other = {"error": "unauthorized_client", "error_description": "Not this one."}
    assert dialect.failure(answer(400, other), Verdict.CREDENTIALS, REQUEST).facts["reason"] == "client id or secret"
    scope = answer(400, {"error": "invalid_scope", "error_description": "Not allowed."})
    assert dialect.verdict(scope) is Verdict.PERMISSION
    assert dialect.failure(scope, Verdict.PERMISSION, REQUEST).facts["reason"] == "scope"
    grant = answer(400, {"error": "unsupported_grant_type", "error_description": "No."})
    assert dialect.verdict(grant) is Verdict.REFUSED


@pytest.mark.parametrize("body", ["", "Unauthorized", {"statusCode": 401, "message": "No API key provided"}])
def test_a_401_without_oauths_words_comes_from_another_server(body: object) -> None:
    failure = TokenDialect("acme").failure(answer(401, body), Verdict.CREDENTIALS, REQUEST)
    assert failure.message.startswith("Not HaloPSA's authorisation server: ")
    assert failure.facts["reason"] == "authorisation server"
    assert failure.kind is FailureKind.CREDENTIALS


@pytest.mark.parametrize(
    ("granted", "told"), [("read:crm", "read:crm"), ("all:standard all:teams", None), ("all", None), ("", None)]
)
def test_a_permission_that_is_missing_is_told_with_scopes_that_are_too_few(granted: str, told: str | None) -> None:
    failure = HaloDialect(lambda: granted).failure(answer(403), Verdict.PERMISSION, REQUEST)
    assert failure.facts.get("scope") == told


def test_a_plain_500_for_a_token_is_a_tenant_that_is_not_known() -> None:
    failure = TokenDialect("akme").failure(answer(500), Verdict.SERVER, REQUEST)
    assert failure.message.startswith("HaloPSA does not know the tenant “akme”")
    assert (failure.kind, failure.facts["reason"]) == (FailureKind.SERVER, "tenant")
    nameless = TokenDialect("").failure(answer(500), Verdict.SERVER, REQUEST)
    assert nameless.message.startswith("HaloPSA was not told which tenant is meant")
    busy = TokenDialect("akme").failure(answer(503), Verdict.SERVER, REQUEST)
    assert busy.message == "HaloPSA answered with HTTP 503 and no further words."
    worded = TokenDialect("akme").failure(answer(500, "Out of order"), Verdict.SERVER, REQUEST)
    assert worded.message == "Out of order"
