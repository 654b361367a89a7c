"""What ConnectWise's answers mean: every shape of error that was seen, and which words of it people are shown."""

import json
from typing import Any

import pytest

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.psa.connectwise.dialect import AS_404, ConnectWiseDialect, inactive_facts
from sync_desktop.sandbox.connectwise import texts
from sync_desktop.transport.session import Answer, Request, Verdict

DIALECT = ConnectWiseDialect()
REQUEST = Request(
    method="POST", path="procurement/catalog", request_class=RequestClass.CREATE, label="Create product Firewall"
)
BASE = "https://api-na.myconnectwise.net/v2026_1/apis/3.0"


def answer(status: int, body: Any = "", path: str = "procurement/catalog", **headers: str) -> Answer:
    sent = body if isinstance(body, str) else json.dumps(body)
    return Answer(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, sent.encode(), f"{BASE}/{path}"
    )


def said(code: str, message: str, *nested: dict[str, str], key: str = "code") -> dict[str, Any]:
    return {key: code, "message": message, "errors": list(nested) or None}


def nested(message: str, field: str, code: str = "InvalidField", resource: str = "catalogItem") -> dict[str, str]:
    return {"code": code, "message": message, "resource": resource, "field": field}


def failure(given: Answer) -> Failure:
    return DIALECT.failure(given, DIALECT.verdict(given), REQUEST)


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("12 is an inactive subcategory.", "catalogItem object is invalid. 12 is an inactive subcategory."),
        ("41 is an inactive", "catalogItem object is invalid. 41 is an inactive"),
    ],
)
def test_a_refused_record_is_told_in_the_line_that_salesbuildr_shows(told: str, line: str) -> None:
    given = answer(400, said("InvalidObject", "catalogItem object is invalid", nested(told, "subcategory/id")))
    assert DIALECT.verdict(given) is Verdict.REFUSED
    found = failure(given)
    assert (found.kind, found.message) == (FailureKind.REFUSED, line)
    assert found.facts["field"] == "subcategory/id"
    assert found.facts["entity"] == "catalogItem"
    assert found.facts["target_state"] == "inactive"


def test_all_details_of_a_refusal_are_told_each_once() -> None:
    given = answer(
        400,
        said(
            "InvalidObject",
            "catalogItem object is invalid",
            nested("41 is an inactive", "category/id"),
            nested(texts.RECURRING, "recurringOneTimeFlag", "MissingRequiredField"),
            nested(texts.RECURRING, "recurringBillCycle/id", "MissingRequiredField"),
        ),
    )
    found = failure(given)
    assert found.message == f"catalogItem object is invalid. 41 is an inactive. {texts.RECURRING}"
    assert found.facts["codes"] == "InvalidField, MissingRequiredField"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("41 is an inactive", {"inactive_id": "41"}),
        ("41 is an inactive category", {"inactive_id": "41", "inactive_what": "category"}),
        ("87 is an inactive subcategory.", {"inactive_id": "87", "inactive_what": "subcategory"}),
        ("3 is an inactive product type.", {"inactive_id": "3", "inactive_what": "product type"}),
        ("9 is an inactive unit of measure.", {"inactive_id": "9", "inactive_what": "unit"}),
        ("41 is active", None),
    ],
)
def test_what_is_inactive_is_known_with_or_without_the_tail_of_the_sentence(
    text: str, facts: dict[str, str] | None
) -> None:
    assert inactive_facts(text) == ({**facts, "target_state": "inactive"} if facts else {})


CREDENTIALS = [
    (answer(401, said("ConnectWiseApi", texts.NOT_AUTHENTICATED)), ""),
    (answer(401, said("Unauthorized", texts.UNAUTHORIZED)), ""),
    (answer(400, texts.CANNOT_ROUTE), "company or codebase"),
    (answer(403, said("Security", texts.CLIENT_ID)), "client id"),
    (answer(400, said("InvalidObject", texts.CLIENT_ID)), "client id"),
    (answer(401, said("Unauthorized", texts.CLIENT_ID)), "client id"),
    (answer(401), ""),
    (answer(404, said("ConnectWiseApi", texts.NO_ENDPOINT), "system/info"), AS_404),
    (answer(404, "", "System/Info"), AS_404),
]


@pytest.mark.parametrize(("given", "reason"), CREDENTIALS)
def test_rejected_keys_companies_and_client_ids_are_credentials(given: Answer, reason: str) -> None:
    assert DIALECT.verdict(given) is Verdict.CREDENTIALS
    found = failure(given)
    assert found.kind is FailureKind.CREDENTIALS
    assert found.facts.get("reason", "") == reason
    assert found.message


@pytest.mark.parametrize(
    ("given", "verdict", "kind"),
    [
        (answer(200, []), Verdict.OK, None),
        (answer(201, {"id": 1}), Verdict.OK, None),
        (answer(204), Verdict.OK, None),
        (answer(403, said("Security", texts.NO_PERMISSION)), Verdict.PERMISSION, FailureKind.PERMISSION),
        (answer(403, said("Security", texts.SSL_REQUIRED)), Verdict.REFUSED, FailureKind.REFUSED),
        (answer(404, said("NotFound", "Contact 57919 not found")), Verdict.NOT_FOUND, FailureKind.NOT_FOUND),
        (answer(404, said("ConnectWiseApi", texts.NO_ENDPOINT)), Verdict.NOT_FOUND, FailureKind.NOT_FOUND),
        (answer(400, said("ApiFindCondition", texts.unknown_name("x/id"))), Verdict.REFUSED, FailureKind.REFUSED),
        (answer(409, said("ConnectWiseApi", texts.in_use("Category", 3))), Verdict.REFUSED, FailureKind.REFUSED),
        (answer(415, said("ConnectWiseApi", texts.MEDIA_TYPE)), Verdict.REFUSED, FailureKind.REFUSED),
        (answer(500, said("ConnectWiseApi", texts.BAD_BOOLEAN)), Verdict.REFUSED, FailureKind.REFUSED),
        (answer(500, said("ConnectWiseApi", "Query read timeout")), Verdict.SERVER, FailureKind.SERVER),
        (answer(502, "<html>Bad gateway</html>"), Verdict.SERVER, FailureKind.SERVER),
        (
            answer(429, said("ConnectWiseAPI", texts.too_many(30), key="error")),
            Verdict.RATE_LIMIT,
            FailureKind.RATE_LIMIT,
        ),
        (answer(429, "<html>Slow down</html>"), Verdict.RATE_LIMIT, FailureKind.RATE_LIMIT),
    ],
)
def test_what_an_answer_means(given: Answer, verdict: Verdict, kind: FailureKind | None) -> None:
    assert DIALECT.verdict(given) is verdict
    if kind is not None:
        found = failure(given)
        assert found.kind is kind
        assert found.facts["status"] == str(given.status)


def test_an_invalid_record_that_names_a_client_id_says_nothing_about_credentials() -> None:
    body = said("InvalidObject", "member object is invalid: clientId", nested("Too long", "clientId"))
    assert DIALECT.verdict(answer(400, body)) is Verdict.REFUSED


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (answer(429, said("ConnectWiseAPI", texts.too_many(30), key="error"), retry_after="45"), 45),
        (answer(429, said("ConnectWiseAPI", texts.too_many(30), key="error")), 30),
        (answer(429, "<html>Slow down</html>"), None),
        (answer(503, "Please try again in 30 seconds."), None),
    ],
)
def test_how_long_to_wait_stands_in_the_header_or_else_in_the_text(given: Answer, seconds: float | None) -> None:
    assert DIALECT.wait_hint(given) == seconds


def test_a_web_page_is_not_shown_as_the_servers_words() -> None:
    found = failure(answer(429, "<!doctype html><html>cf</html>", content_type="text/html"))
    assert found.message == "ConnectWise answered with HTTP 429 and a web page instead of data."
