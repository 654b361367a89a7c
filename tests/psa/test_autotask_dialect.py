"""What Autotask's answers mean: every text that was seen, at each status with which it may come."""

import json
from typing import Any

import pytest

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.psa.autotask.dialect import AUTHENTICATION_ERROR, AutotaskDialect
from sync_desktop.sandbox.autotask import texts
from sync_desktop.transport.session import Answer, Request, Verdict

DIALECT = AutotaskDialect()
REQUEST = Request(method="POST", path="/V1.0/Quotes", request_class=RequestClass.CREATE, label="Create quote")


def answer(status: int, *errors: str, body: Any = None, **headers: str) -> Answer:
    """Return an answer of Autotask with these texts, or with this body."""
    held = body if body is not None else json.dumps({"errors": list(errors)}) if errors else ""
    sent = held if isinstance(held, str) else json.dumps(held)
    return Answer(status, headers, sent.encode(), "https://webservices1.autotask.net/ATServicesRest/V1.0/Quotes")


def failure(given: Answer) -> Failure:
    return DIALECT.failure(given, DIALECT.verdict(given), REQUEST)


REFUSALS = [
    texts.reference("productBillingCodeID", "BillingCode"),
    texts.reference_value("contactID", 12345),
    texts.not_an_entity("contactID"),
    texts.picklist_missing("taskType"),
    "Value does not exist for the required field AccountID. ; on record number [1].",
    "When assigning a Resource, you must assign both a assignedResourceID and assignedResourceRoleID.",
    texts.duplicate("ContactGroup", "Test 1"),
    texts.DELETE_MISSING,
    *texts.unexpected(57492),
    texts.unknown_field("limit", "CompanyLocation"),
    texts.SEED_ASSOCIATION,
    texts.TOO_MANY_ORS,
    texts.too_long("title", 128),
]


@pytest.mark.parametrize("text", REFUSALS)
@pytest.mark.parametrize("status", [500, 400, 409, 422])
def test_a_refusal_is_told_in_autotasks_own_words_whatever_its_status(text: str, status: int) -> None:
    given = answer(status, text, texts.record_number("creating"))
    assert DIALECT.verdict(given) is Verdict.REFUSED
    told = failure(given)
    assert (told.kind, told.message) == (FailureKind.REFUSED, text.strip())
    assert told.facts["request"] == "Create quote"
    assert told.facts["status"] == str(status)


@pytest.mark.parametrize(
    ("given", "verdict", "kind"),
    [
        (answer(200, body={"itemId": 1}), Verdict.OK, None),
        (answer(401), Verdict.CREDENTIALS, FailureKind.CREDENTIALS),
        (answer(401, texts.UNAUTHORIZED), Verdict.CREDENTIALS, FailureKind.CREDENTIALS),
        (answer(500, texts.ZONE_UNKNOWN), Verdict.CREDENTIALS, FailureKind.CREDENTIALS),
        (answer(500, texts.INTEGRATION_CODE), Verdict.CREDENTIALS, FailureKind.CREDENTIALS),
        (answer(500, texts.LOCKED), Verdict.CREDENTIALS, FailureKind.CREDENTIALS),
        (answer(401, texts.LOCKED), Verdict.CREDENTIALS, FailureKind.CREDENTIALS),
        (answer(500, texts.no_permission("update")), Verdict.PERMISSION, FailureKind.PERMISSION),
        (answer(403, "anything"), Verdict.PERMISSION, FailureKind.PERMISSION),
        (answer(403), Verdict.PERMISSION, FailureKind.PERMISSION),
        (answer(429, *texts.threads(3, "getFieldInfo")), Verdict.THREAD_LIMIT, FailureKind.RATE_LIMIT),
        (answer(500, *texts.threads(3, "getFieldInfo")), Verdict.THREAD_LIMIT, FailureKind.RATE_LIMIT),
        (answer(500, "Thread Threshold Exceeded"), Verdict.THREAD_LIMIT, FailureKind.RATE_LIMIT),
        (answer(429, texts.hour_used_up(10_000)), Verdict.BUDGET, FailureKind.BUDGET),
        (answer(500, texts.hour_used_up(10_000)), Verdict.BUDGET, FailureKind.BUDGET),
        (answer(429), Verdict.BUDGET, FailureKind.BUDGET),
        (answer(404, body={"Message": texts.no_route("/Contacts")}), Verdict.NOT_FOUND, FailureKind.NOT_FOUND),
        (answer(405, body={"Message": texts.wrong_verb("GET")}), Verdict.REFUSED, FailureKind.REFUSED),
        (answer(500), Verdict.SERVER, FailureKind.SERVER),
        (answer(503, body="<html>The gateway is busy</html>"), Verdict.SERVER, FailureKind.SERVER),
        (answer(500, body=[]), Verdict.SERVER, FailureKind.SERVER),
        (answer(500, body={"errors": []}), Verdict.SERVER, FailureKind.SERVER),
    ],
)
def test_an_answer_means_what_its_text_says_before_what_its_status_says(
    given: Answer, verdict: Verdict, kind: FailureKind | None
) -> None:
    assert DIALECT.verdict(given) is verdict
    if kind is not None:
        assert failure(given).kind is kind


def test_a_401_without_a_body_says_what_to_do() -> None:
    assert failure(answer(401)).message == AUTHENTICATION_ERROR


def test_an_answer_that_says_nothing_is_told_by_its_status() -> None:
    assert failure(answer(502)).message == "Autotask answered HTTP 502 without saying why"


def test_the_record_number_alone_is_still_told() -> None:
    only = texts.record_number("updating")
    assert failure(answer(500, only)).message == only


def test_a_text_that_comes_twice_is_told_once_and_two_texts_are_told_both() -> None:
    assert failure(answer(500, "One.", "One.", "Two.")).message == "One. Two."


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (texts.reference("contactID", "Contact"), {"field": "contactID", "entity": "Contact"}),
        (texts.reference_value("contactID", 12345), {"field": "contactID"}),
        (texts.not_an_entity("contactID"), {"field": "contactID"}),
        (texts.picklist_missing("taskType"), {"field": "taskType"}),
        (texts.required("AccountID"), {"field": "AccountID"}),
        ("Value does not exist for the required field AccountID. ; on record number [1].", {"field": "AccountID"}),
    ],
)
def test_the_field_that_a_text_names_becomes_a_fact(text: str, facts: dict[str, str]) -> None:
    told = failure(answer(500, text)).facts
    assert {name: told.get(name) for name in facts} == facts


def test_a_retry_after_is_kept_to_where_there_is_one() -> None:
    assert DIALECT.wait_hint(answer(429, **{"retry-after": "17"})) == 17.0
    assert DIALECT.wait_hint(answer(429, **{"retry-after": "soon"})) is None
    assert DIALECT.wait_hint(answer(429)) is None


def test_at_most_two_requests_go_to_one_entity_at_once() -> None:
    assert DIALECT.max_per_endpoint == 2
