"""What a connector hands in so that its server's way of answering is understood."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind
from sync_desktop.transport.messages import Answer, Request, Verdict
from sync_desktop.transport.retrying import Policy

KINDS = {
    Verdict.CREDENTIALS: FailureKind.CREDENTIALS,
    Verdict.PERMISSION: FailureKind.PERMISSION,
    Verdict.REFUSED: FailureKind.REFUSED,
    Verdict.RATE_LIMIT: FailureKind.RATE_LIMIT,
    Verdict.THREAD_LIMIT: FailureKind.RATE_LIMIT,
    Verdict.BUDGET: FailureKind.BUDGET,
    Verdict.SERVER: FailureKind.SERVER,
    Verdict.NOT_FOUND: FailureKind.NOT_FOUND,
}
"""The kind of failure that a verdict usually is."""


class Dialect(Protocol):
    """How one system speaks: its name, its limits, what its answers mean."""

    @property
    def system(self) -> str:
        """`autotask`, as exchanges name it."""
        ...

    @property
    def label(self) -> str:
        """`Autotask`, as people read it."""
        ...

    @property
    def policy(self) -> Policy:
        """Which automatic retries it gets."""
        ...

    @property
    def max_per_endpoint(self) -> int | None:
        """How many requests may run at once for each endpoint; None for no limit."""
        ...

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """Method and pattern of the whole path, relative to the base address: all that an assist site may send."""
        ...

    @property
    def secret_headers(self) -> frozenset[str]:
        """Names, in lower case, of the headers that hold secrets."""
        ...

    def verdict(self, answer: Answer) -> Verdict:
        """Say what an answer means."""
        ...

    def failure(self, answer: Answer, verdict: Verdict, request: Request) -> Failure:
        """Return an answer that is not OK as a failure, with the server's own words."""
        ...

    def wait_hint(self, answer: Answer) -> float | None:
        """Return for how many seconds the server asks us to wait; None where it does not say."""
        ...


def verdict_by_status(status: int) -> Verdict:
    """Return what a status means to a server that keeps to HTTP's own meanings."""
    match status:
        case 401:
            return Verdict.CREDENTIALS
        case 403:
            return Verdict.PERMISSION
        case 404:
            return Verdict.NOT_FOUND
        case 429:
            return Verdict.RATE_LIMIT
        case _ if 200 <= status < 300:
            return Verdict.OK
        case _ if status >= 500:
            return Verdict.SERVER
        case _:
            return Verdict.REFUSED


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, given as seconds or as a date (RFC 9110, 10.2.3).

    A date is measured against the answer's own `Date`, since the two clocks need not agree.
    """
    text = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    until, sent = _http_date(text), _http_date(answer.headers.get("date", ""))
    if until is None or sent is None:
        return None
    return max(0.0, (until - sent).total_seconds())


def is_web_page(answer: Answer) -> bool:
    """Tell whether an answer is HTML, as gateways and log-in pages send in a server's place."""
    kind = answer.headers.get("content-type", "")
    return "html" in kind or answer.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))


def words_of(answer: Answer) -> str:
    """Return what a server says of an error, by the members that such answers usually have; empty for nothing."""
    if is_web_page(answer):
        return ""
    try:
        said = answer.json()
    except SyncError:
        return answer.text.strip()[:500]
    return "; ".join(dict.fromkeys(_sentences(said)))


def plain_failure(answer: Answer, verdict: Verdict, label: str) -> Failure:
    """Return a failure in the server's words, or in ours where it has none; `label` is the system's name."""
    message = words_of(answer)
    if not message:
        what = "a web page instead of data" if is_web_page(answer) else "no further words"
        message = f"{label} answered with HTTP {answer.status} and {what}."
    return Failure(kind=KINDS[verdict], message=message, facts={"status": str(answer.status)})


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _sentences(said: Any) -> Iterable[str]:
    match said:
        case str():
            yield said.strip()
        case list():
            for member in said:
                yield from _sentences(member)
        case dict():
            found = [said[name] for name in ("message", "Message", "error", "errors", "detail") if said.get(name)]
            for member in found:
                yield from _sentences(member)
        case _:
            return
