"""How HaloPSA says yes and no: the meaning of its statuses and of the many shapes that its errors come in.

There are no error codes. A broken rule is a serialised .NET exception, a JSON text or one of a few other objects;
values that cannot be read come as texts by path; 401, 403 and 404 usually say nothing at all (clients that others have
published read all of these).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.transport.dialect import KINDS, is_web_page, plain_failure, retry_after, verdict_by_status
from sync_desktop.transport.messages import Answer, Request, Verdict
from sync_desktop.transport.retrying import HALOPSA, Policy

_WINDOW = re.compile(r"(\d+) Requests per rolling (\d+) minute", re.IGNORECASE)
_ADVANCED_SEARCH = re.compile(r"Invalid advanced search parameter", re.IGNORECASE)
_PLACE = re.compile(r"^\[\d+\]\.?")
_FIELDS = (
    (re.compile(r"main contact name", re.IGNORECASE), "main_contact/name"),
    (re.compile(r"main contact email", re.IGNORECASE), "main_contact/emailaddress"),
)
"""What texts without a path are about, as fields are called in drafts."""
_OAUTH = re.compile(r"[a-z]+(_[a-z]+)+")
"""What OAuth's codes look like, which may come without a description (RFC 6749, 5.2)."""
_REFUSED_CLIENT = ("invalid_client", "unauthorized_client")
_UNKNOWN_CLIENT = re.compile(r"'client_id' (parameter )?is invalid", re.IGNORECASE)
_EVERYTHING = frozenset({"all", "all:standard", "admin"})
"""Scopes with any of which an application may do what this program does, as far as its agent's role lets it."""

ADVANCED_SEARCH = "advanced search"
"""The fact `reason` of a refusal of a member that this instance does not let be searched."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an error body says."""

    message: str
    code: str = ""
    field: str = ""


def told(answer: Answer) -> Told | None:
    """Return what an error body says; None where it says nothing."""
    if not answer.body.strip() or is_web_page(answer):
        return None
    try:
        body = answer.json()
    except SyncError:
        return None
    if isinstance(body, str):
        return Told(body.strip()) if body.strip() else None
    return _of_object(body) if isinstance(body, dict) else None


def _of_object(body: Mapping[str, Any]) -> Told | None:
    error = body.get("error")
    code = error if isinstance(error, str) and (body.get("error_description") or _OAUTH.fullmatch(error)) else ""
    for name in ("error_description", "Message", "message", "errorMessage", "error", "errors"):
        if message := "; ".join(dict.fromkeys(_texts(body.get(name)))):
            return Told(message, code)
    if body and all(isinstance(texts, list) for texts in body.values()):
        message = "; ".join(dict.fromkeys(text for texts in body.values() for text in _texts(texts)))
        return Told(message, field=_PLACE.sub("", next(iter(body)))) if message else None
    return None


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str) and value.strip():
        yield value.strip()
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping) and (said := _of_object(value)):
        yield said.message


class HaloDialect:
    """What the transport asks about the resource server's answers."""

    system = "halopsa"
    label = "HaloPSA"
    policy: Policy = HALOPSA
    max_per_endpoint: int | None = None
    reads: tuple[tuple[str, str], ...] = (
        ("GET", r"(authinfo|Control)"),
        ("GET", r"(Client|Site|Users|Opportunities|Item|Quotation)(/\d+)?"),
        ("GET", r"(Agent|AssetGroup|AssetType|Category|Lookup|Tax|TicketType)(/-?\d+)?"),
        ("GET", r"(SalesOrder|Invoice|Tickets|Projects|Status)"),
    )
    secret_headers = frozenset({"authorization"})

    def __init__(self, granted: Callable[[], str] = str) -> None:
        """`granted` returns the scopes of the token that is in use, as the authorisation server told them."""
        self._granted = granted

    def verdict(self, answer: Answer) -> Verdict:
        """Say what an answer means."""
        return verdict_by_status(answer.status)

    def failure(self, answer: Answer, verdict: Verdict, request: Request) -> Failure:
        """Put a refusal into facts, with the server's own words as its message where it has any."""
        said = told(answer)
        facts = {"status": str(answer.status), "request": request.label}
        if verdict is Verdict.PERMISSION and (scopes := self._granted()) and not _EVERYTHING & set(scopes.split()):
            facts["scope"] = scopes
        if said is None:
            failure = plain_failure(answer, verdict, self.label)
            if verdict is Verdict.CREDENTIALS:
                message = "HaloPSA did not accept the token that it gave"
                return failure.model_copy(update={"message": message}).with_facts(**facts, reason="token")
            return failure.with_facts(**facts)
        facts |= {"code": said.code, "field": said.field or _field_of(said.message)}
        if _ADVANCED_SEARCH.search(said.message):
            facts["reason"] = ADVANCED_SEARCH
        kind = KINDS.get(verdict, FailureKind.REFUSED)
        return Failure(kind=kind, message=said.message, facts={name: value for name, value in facts.items() if value})

    def wait_hint(self, answer: Answer) -> float | None:
        """Return the seconds of Retry-After, else a part of the window that the message of a rate limit names.

        Where it is not said how long to wait, each of the policy's retries waits its share of the window, so that all
        of them together see the whole window pass.
        """
        asked = retry_after(answer)
        if asked is not None or answer.status != 429:
            return asked
        found = _WINDOW.search(answer.text)
        return float(found[2]) * 60 / len(self.policy.rate_limit) if found else None


def _field_of(text: str) -> str:
    return next((name for pattern, name in _FIELDS if pattern.search(text)), "")


class TokenDialect(HaloDialect):
    """What the transport asks about the authorisation server's answers, whose errors are OAuth's (RFC 6749, 5.2)."""

    reads = (("POST", r"(auth/)?token"),)

    def __init__(self, tenant: str) -> None:
        super().__init__()
        self._tenant = tenant

    def verdict(self, answer: Answer) -> Verdict:
        """Say what an answer means."""
        said = told(answer)
        if said is not None and said.code in _REFUSED_CLIENT:
            return Verdict.CREDENTIALS
        if said is not None and said.code == "invalid_scope":
            return Verdict.PERMISSION
        return super().verdict(answer)

    def failure(self, answer: Answer, verdict: Verdict, request: Request) -> Failure:
        """Say what was refused: client id, secret, scopes, the tenant, or that nobody gives tokens at this address."""
        failure, said = super().failure(answer, verdict, request), told(answer)
        if verdict is Verdict.SERVER and answer.status == 500 and said is None:
            return self._unknown_tenant(failure)
        if verdict is Verdict.CREDENTIALS and (said is None or not said.code):
            return _no_authority(failure, answer)
        if verdict is Verdict.CREDENTIALS and said is not None:
            part = "client id" if _UNKNOWN_CLIENT.search(said.message) else "client secret"
            return failure.with_facts(reason=part if said.code == "invalid_client" else "client id or secret")
        return failure.with_facts(reason="scope") if verdict is Verdict.PERMISSION else failure

    def _unknown_tenant(self, failure: Failure) -> Failure:
        """Return what a plain 500 to a request for a token means (a published client notes it of a wrong tenant)."""
        what = f"does not know the tenant “{self._tenant}”" if self._tenant else "was not told which tenant is meant"
        message = f"HaloPSA {what}: its authorisation server answered with HTTP 500, as it does then"
        facts = {"reason": "tenant", "tenant": self._tenant}
        return failure.model_copy(update={"message": message, "facts": {**failure.facts, **facts}})


def _no_authority(failure: Failure, answer: Answer) -> Failure:
    """Return what a 401 without OAuth's own words means: RFC 6749 demands them of whoever gives tokens."""
    where = answer.url.partition("?")[0]
    message = (
        f"Not HaloPSA's authorisation server: {urlsplit(where).netloc} answered the request for a token with "
        f"HTTP {answer.status}, and not in the words of a server that gives any"
    )
    facts = {"reason": "authorisation server", "url": where}
    return failure.model_copy(update={"message": message, "facts": {**failure.facts, **facts}})
