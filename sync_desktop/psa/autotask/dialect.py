"""How Autotask says yes and no: the meaning of its statuses and texts.

Autotask answers most refusals with 500 and `{"errors": [...]}`, so that status alone decides nothing
(developer help, REST "Updating data"; texts from public threads, see the rule packs).
"""

import json
import re

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.words import FailureKind
from sync_desktop.transport.retrying import AUTOTASK, Policy
from sync_desktop.transport.session import Answer, Request, Verdict

_CREDENTIALS = re.compile(
    r"zone information could not be determined|integrationcode is invalid|account has been locked", re.IGNORECASE
)
_PERMISSION = re.compile(r"adequate permissions", re.IGNORECASE)
_THREADS = re.compile(r"thread threshold|itgenatr005", re.IGNORECASE)
_THRESHOLD = re.compile(r"threshold.{0,80}exceeded|exceeded.{0,80}threshold|request limit", re.IGNORECASE | re.DOTALL)
_RECORD_NUMBER = re.compile(r"^Error (creating|updating) entity for record number \[\d+\]\.$", re.IGNORECASE)
_REFERENCE = re.compile(
    r"Reference value on field: (?P<field>\w+) of type: (?P<entity>\w+) does not exist or is invalid", re.IGNORECASE
)
_VALUE_OF_FIELD = re.compile(
    r"for (?:the required field )?(?P<field>\w+) ?\.|^(?P<older>\w+): Value \S+ does not exist", re.IGNORECASE
)
_UNKNOWN_FIELD = re.compile(r"Unable to find (?P<field>\w+) in the (?P<entity>\w+) Entity", re.IGNORECASE)

NO_SUCH_FIELD = "no such field"
"""The fact `reason` of a refusal of a question about a field that this tenant's entity does not have."""
AUTHENTICATION_ERROR = "Autotask authentication error: please verify your credentials"

_KINDS = {
    Verdict.CREDENTIALS: FailureKind.CREDENTIALS,
    Verdict.PERMISSION: FailureKind.PERMISSION,
    Verdict.RATE_LIMIT: FailureKind.RATE_LIMIT,
    Verdict.THREAD_LIMIT: FailureKind.RATE_LIMIT,
    Verdict.BUDGET: FailureKind.BUDGET,
    Verdict.SERVER: FailureKind.SERVER,
    Verdict.NOT_FOUND: FailureKind.NOT_FOUND,
}


def errors_of(answer: Answer) -> list[str]:
    """Return the texts of an error body; empty where the body is not Autotask's."""
    try:
        body = json.loads(answer.body or b"null")
    except ValueError:
        return []
    if not isinstance(body, dict):
        return []
    if isinstance(body.get("errors"), list):
        return [str(text).strip() for text in body["errors"] if str(text).strip()]
    return [str(body["Message"])] if body.get("Message") else []


class AutotaskDialect:
    """Handed to the transport, which asks it what an answer means."""

    system = "autotask"
    label = "Autotask"
    policy: Policy = AUTOTASK
    max_per_endpoint: int | None = 2
    """Autotask allows three at once per integration and endpoint; other programs of the integration count too."""
    reads: tuple[tuple[str, str], ...] = (("GET", r".*"), ("POST", r".*/query(/count|/next)?$"))
    secret_headers = frozenset({"secret", "apiintegrationcode"})

    def verdict(self, answer: Answer) -> Verdict:
        """Say what an answer means."""
        if answer.status == 200:
            return Verdict.OK
        texts = errors_of(answer)
        text = " ".join(texts)
        by_text = (
            (_CREDENTIALS, Verdict.CREDENTIALS),
            (_PERMISSION, Verdict.PERMISSION),
            (_THREADS, Verdict.THREAD_LIMIT),
            (_THRESHOLD, Verdict.BUDGET),
        )
        for pattern, verdict in by_text:
            if pattern.search(text):
                return verdict
        by_status = {401: Verdict.CREDENTIALS, 403: Verdict.PERMISSION, 404: Verdict.NOT_FOUND, 429: Verdict.BUDGET}
        if answer.status in by_status:
            return by_status[answer.status]
        return Verdict.REFUSED if texts else Verdict.SERVER

    def failure(self, answer: Answer, verdict: Verdict, request: Request) -> Failure:
        """Put a refusal into facts, with the server's own words as its message."""
        texts = errors_of(answer)
        telling = [text for text in texts if not _RECORD_NUMBER.match(text)] or texts
        message = " ".join(dict.fromkeys(telling))
        facts = {"status": str(answer.status), "request": request.label}
        if verdict is Verdict.CREDENTIALS and not message:
            message = AUTHENTICATION_ERROR
        if found := _REFERENCE.search(message):
            facts |= {"field": found["field"], "entity": found["entity"]}
        elif found := _UNKNOWN_FIELD.search(message):
            facts |= {"field": found["field"], "entity": found["entity"], "reason": NO_SUCH_FIELD}
        elif found := _VALUE_OF_FIELD.search(message):
            facts["field"] = found["field"] or found["older"]
        if not message:
            message = f"Autotask answered HTTP {answer.status} without saying why"
        return Failure(kind=_KINDS.get(verdict, FailureKind.REFUSED), message=message, facts=facts)

    def wait_hint(self, answer: Answer) -> float | None:
        """Return the seconds of a Retry-After, which Autotask is not known to send but may."""
        value = answer.headers.get("retry-after", "")
        return float(value) if value.isdigit() else None
