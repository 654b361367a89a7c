"""What goes out and what comes back, without any HTTP library."""

import asyncio
import json as json_format
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind, RequestClass

LARGE = 256 * 1024
"""Bytes from which on an answer is decoded off the loop's thread."""

Signer = Callable[[], Awaitable[Mapping[str, str]]]
"""Gives the headers that sign a request; asked anew for each one, so that a new token counts at once."""


class Verdict(StrEnum):
    """What an answer means, as the dialect of its system reads it."""

    OK = "ok"
    CREDENTIALS = "credentials"
    PERMISSION = "permission"
    REFUSED = "refused"
    RATE_LIMIT = "rate limit"
    THREAD_LIMIT = "thread limit"
    BUDGET = "budget"
    SERVER = "server"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask of a server.

    `path` is joined to the session's base address; a whole address is taken only if it is of the same origin. `label`
    says in words what the request is for. `endpoint` is the key under which requests are counted where a system limits
    how many may run at once. `headers` are those that it has besides what signs it. `json` may hold `Decimal`, which
    is sent as a JSON number. `form` is sent as a web form, as OAuth's token requests are (RFC 6749, 4.4.2); its values
    of secret-like names are cut out of the journal wherever they stand. An unsigned request carries no credentials in
    its headers.
    """

    method: str
    path: str
    request_class: RequestClass
    label: str
    endpoint: str = ""
    params: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    json: Any = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    signed: bool = True

    def content(self) -> bytes | None:
        """Return the body as it is sent; None where there is none. Raises what `to_json` raises."""
        if self.form is not None:
            return urlencode(self.form).encode()
        return None if self.json is None else to_json(self.json).encode()

    @property
    def content_type(self) -> str:
        """The media type of the body."""
        return "application/json" if self.form is None else "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Header names are lower case. Its repr shows the status only: the rest may echo a secret."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """Return the decoded body; numbers with a fraction are `Decimal`, so that money stays exact.

        Raises SyncError (UNREADABLE) with a sentence that says what is wrong with the answer.
        """
        try:
            return json_format.loads(self.body, parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            reason = _what_is_wrong(self.body, error)
        message = f"The answer (HTTP {self.status}) could not be read: {reason}."
        raise SyncError(Failure(kind=FailureKind.UNREADABLE, message=message, facts={"status": str(self.status)}))

    async def decoded(self) -> Any:
        """Return what `json` returns, decoded in a thread where the body is large."""
        if len(self.body) <= LARGE:
            return self.json()
        return await asyncio.to_thread(self.json)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wait that has begun, for the status bar."""

    until_monotonic: float
    seconds: float
    retry: int
    """Which retry follows; 0 where the wait is for our own budget."""
    of: int
    reason: str
    """In words: "Autotask asked us to wait"."""


def to_json(value: Any) -> str:
    """Return a value as JSON text, `Decimal` as plain numbers.

    The standard encoder has no way to write a `Decimal` without going through a float. Raises TypeError for anything
    that JSON does not know and ValueError for numbers that are not finite.
    """
    match value:
        case None | bool() | str() | int():
            return json_format.dumps(value, ensure_ascii=False)
        case Decimal() | float():
            if not isfinite(value):
                raise ValueError("JSON has no number that is not finite")
            return format(value, "f") if isinstance(value, Decimal) else repr(value)
        case Mapping():
            return "{" + ",".join(f"{to_json(str(name))}:{to_json(member)}" for name, member in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(to_json(member) for member in value) + "]"
        case _:
            raise TypeError(f"JSON cannot hold a {type(value).__name__}")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"it holds {name}, which is no number")


def _what_is_wrong(body: bytes, error: Exception) -> str:
    start = body.lstrip()[:64].lower()
    if not start:
        return "it is empty"
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        return "it is a web page, not JSON"
    match error:
        case json_format.JSONDecodeError() if error.pos >= len(error.doc.rstrip()) or error.msg.startswith(
            "Unterminated"
        ):
            return f"it is cut off after {len(body):,} bytes"
        case json_format.JSONDecodeError():
            return f"it is no valid JSON from line {error.lineno}, column {error.colno} on"
        case UnicodeDecodeError():
            return "it is not UTF-8 text"
        case RecursionError():
            return "it is nested too deeply"
        case _:
            return str(error)
