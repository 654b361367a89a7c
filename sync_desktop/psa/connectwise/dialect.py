"""How ConnectWise says yes and no: the meaning of its statuses and of the shapes that its errors come in.

Errors are mostly `{"code", "message", "errors": [{"code", "message", "resource", "field"}]}`, but also plain text from
the router, web pages from the layer before it, and `{"error", "message"}` for a rate limit (developer guide, and what
others have published of live answers).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.transport.dialect import KINDS, plain_failure, retry_after
from sync_desktop.transport.messages import Answer, Request, Verdict
from sync_desktop.transport.retrying import CONNECTWISE, Policy

_CANNOT_ROUTE = re.compile(r"cannot route", re.IGNORECASE)
_CLIENT_ID = re.compile(r"client-?id", re.IGNORECASE)
_NOT_SIGNED_IN = re.compile(r"UserNotAuthenticated|authentication is incorrect", re.IGNORECASE)
_SSL = re.compile(r"SSL is required", re.IGNORECASE)
_UNREADABLE_VALUE = re.compile(r"was not recognized as a valid|could not find member|correct format", re.IGNORECASE)
_WINDOW = re.compile(r"try again in (\d+(?:\.\d+)?) second", re.IGNORECASE)
_INACTIVE = re.compile(
    r"\b(?P<id>\d+) is an inactive\b(?: (?P<what>subcategory|category|product type|type|\w+))?", re.IGNORECASE
)

PROBE, COUNT = "system/info", "company/companies/count"
"""What every tenant has: cloud servers may answer wrong keys with 404, which cannot be meant of these addresses. Some
tell of themselves to anybody, so that only the second one shows whether the keys are right.
"""
AS_404 = "keys, answered by 404"
"""The fact `reason` of a 404 that is about the keys."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an error body says."""

    code: str
    message: str
    errors: tuple[Mapping[str, Any], ...] = ()

    @property
    def line(self) -> str:
        """The line that Salesbuildr shows: the message, and after a full stop those of its errors."""
        details = dict.fromkeys(str(each.get("message") or "").strip() for each in self.errors)
        *others, last = [self.message, *(each for each in details if each)]
        return "".join(f"{each.rstrip('.')}. " for each in others) + last


def told(answer: Answer) -> Told | None:
    """Return what an error body says; None where it is none of ConnectWise's."""
    try:
        body = answer.json()
    except SyncError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        return None
    errors = body.get("errors")
    nested = tuple(each for each in errors if isinstance(each, dict)) if isinstance(errors, list) else ()
    return Told(str(body.get("code") or body.get("error") or ""), body["message"].strip(), nested)


def is_missing_record(answer: Answer) -> bool:
    """Say whether a 404 is about a record; if not, it is about the address itself."""
    return answer.status == 404 and not _is_about_the_address(answer, told(answer))


def _is_about_the_address(answer: Answer, said: Told | None) -> bool:
    return answer.status == 404 and (said is None or said.code != "NotFound")


def inactive_facts(text: str) -> dict[str, str]:
    """Return which id a text calls inactive, and of what; empty where it calls none so.

    What follows "is an inactive" is not known for sure, so that it may be missing.
    """
    found = _INACTIVE.search(text)
    if found is None:
        return {}
    what = (found["what"] or "").casefold()
    return {"inactive_id": found["id"], "target_state": "inactive", **({"inactive_what": what} if what else {})}


class ConnectWiseDialect:
    """Handed to the transport, which asks it what an answer means."""

    system = "connectwise"
    label = "ConnectWise"
    policy: Policy = CONNECTWISE
    max_per_endpoint: int | None = None
    reads: tuple[tuple[str, str], ...] = (
        ("GET", r"login/companyinfo/[^/]+"),
        ("GET", r"system/(info|(members|locations|departments)(/\d+)?)"),
        ("GET", r"company/(companies|contacts)(/\d+|/count)?"),
        ("GET", r"company/companies/(types|statuses)(/\d+)?"),
        ("GET", r"company/(communicationTypes|countries)"),
        ("GET", r"sales/(opportunities(/statuses|/types)?|stages)(/\d+)?"),
        ("GET", r"sales/probabilities"),
        ("GET", r"procurement/(catalog|products|categories|subcategories|types)(/\d+)?"),
        ("GET", r"procurement/(manufacturers|unitOfMeasures)"),
        ("GET", r"finance/((billingTerms|taxCodes)(/\d+)?|billingCycles|agreements|invoices)"),
        ("GET", r"(sales/orders|service/tickets|project/projects)"),
    )
    secret_headers = frozenset({"authorization", "clientid"})

    def verdict(self, answer: Answer) -> Verdict:
        """Say what an answer means."""
        if answer.status in (200, 201, 204):
            return Verdict.OK
        said = told(answer)
        text = said.message if said else answer.text[:500]
        if answer.status == 401 or _CANNOT_ROUTE.search(text) or _NOT_SIGNED_IN.search(f"{said and said.code} {text}"):
            return Verdict.CREDENTIALS
        if answer.status in (400, 403) and _CLIENT_ID.search(text) and not (said and said.errors):
            return Verdict.CREDENTIALS
        if _SSL.search(text):
            return Verdict.REFUSED
        if _is_about_the_address(answer, said) and urlsplit(answer.url).path.lower().endswith((PROBE, COUNT)):
            return Verdict.CREDENTIALS
        by_status = {403: Verdict.PERMISSION, 404: Verdict.NOT_FOUND, 429: Verdict.RATE_LIMIT}
        if answer.status in by_status:
            return by_status[answer.status]
        if answer.status >= 500 and not (said and _UNREADABLE_VALUE.search(text)):
            return Verdict.SERVER
        return Verdict.REFUSED

    def failure(self, answer: Answer, verdict: Verdict, request: Request) -> Failure:
        """Put a refusal into facts, with the server's own words as its message."""
        said = told(answer)
        facts = {"status": str(answer.status), "request": request.label}
        if answer.status == 404 and verdict is Verdict.CREDENTIALS:
            facts["reason"] = AS_404
        if said is None:
            failure = plain_failure(answer, verdict, self.label)
            return failure.with_facts(**facts, **self._reason(failure.message))
        if said.code:
            facts["code"] = said.code
        if said.errors:
            first = said.errors[0]
            facts |= {"field": str(first.get("field") or ""), "entity": str(first.get("resource") or "")}
            facts["codes"] = ", ".join(dict.fromkeys(str(each.get("code") or "") for each in said.errors))
        facts |= inactive_facts(said.line) | self._reason(said.line)
        kind = KINDS.get(verdict, FailureKind.REFUSED)
        return Failure(kind=kind, message=said.line, facts={name: value for name, value in facts.items() if value})

    def _reason(self, text: str) -> dict[str, str]:
        """Return which part of the connection's settings a refusal is about, where it says so."""
        patterns = ((_CANNOT_ROUTE, "company or codebase"), (_CLIENT_ID, "client id"), (_SSL, "address"))
        return next(({"reason": reason} for pattern, reason in patterns if pattern.search(text)), {})

    def wait_hint(self, answer: Answer) -> float | None:
        """Return the seconds of Retry-After, else those that the message of a rate limit names."""
        asked = retry_after(answer)
        if asked is not None or answer.status != 429:
            return asked
        found = _WINDOW.search(answer.text)
        return float(found[1]) if found else None
