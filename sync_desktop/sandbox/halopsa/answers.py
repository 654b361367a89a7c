"""The answers of the API, and refusals as exceptions that carry theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.facts import Facts
from sync_desktop.sandbox.wire import written

HTML = "text/html"


class RefusedError(Exception):
    """A request that is answered with an error: HTTP status and what it says (None: nothing at all)."""

    def __init__(
        self, status: int, body: Any = None, headers: Mapping[str, str] | None = None, *, page: str | None = None
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        self.page = page

    def response(self) -> web.Response:
        """Return the answer."""
        if self.page is not None:
            return web.Response(status=self.status, text=self.page, content_type=HTML)
        if self.body is None:
            return web.Response(status=self.status, headers=self.headers)
        return answer(self.body, self.status, self.headers)


class RuleError(Exception):
    """A rule of the instance that a write breaks: the text, whose shape is decided at the door."""


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a JSON answer."""
    text = written(body)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json", charset="utf-8")


def broken_rule(text: str, facts: Facts) -> RefusedError:
    """Return the 400 for a broken rule, in the shape that a switch says."""
    match facts.get("business_error"):
        case "string":
            return RefusedError(400, text)
        case "message":
            return RefusedError(400, {"Message": text})
        case "error":
            return RefusedError(400, {"error": text})
        case "errors":
            return RefusedError(400, {"errors": [text]})
        case "result":
            return RefusedError(400, {"resultCode": 400, "errorMessage": text})
        case "bare":
            return RefusedError(400)
        case _:
            return RefusedError(400, exception(text))


def exception(text: str, name: str = "System.Exception") -> dict[str, Any]:
    """Return a .NET exception as its serialiser writes it."""
    return {
        "ClassName": name,
        "Message": text,
        "Data": None,
        "InnerException": None,
        "HelpURL": None,
        "StackTraceString": None,
        "RemoteStackTraceString": None,
        "RemoteStackIndex": 0,
        "ExceptionMethod": None,
        "HResult": -2146233088,
        "Source": None,
        "WatsonBuckets": None,
    }


def binding(errors: Mapping[str, Sequence[str]]) -> RefusedError:
    """Return the 400 for values that cannot be read: texts by path, `{"[0].id": [text]}`."""
    return RefusedError(400, {path: list(lines) for path, lines in errors.items()})


def not_found(facts: Facts) -> RefusedError:
    """Return the refusal of a route or row that does not exist."""
    return RefusedError(404, page=texts.NOT_FOUND_PAGE if facts.at("not_found_body", "page") else None)


def forbidden(facts: Facts) -> RefusedError:
    """Return the refusal of what scopes or role do not allow."""
    return RefusedError(403, page=texts.FORBIDDEN if facts.at("forbidden_body", "minimal") else None)


def unauthorized(facts: Facts) -> RefusedError:
    """Return the refusal of a token that is missing, wrong or old."""
    return RefusedError(401, page=texts.UNAUTHORIZED if facts.at("unauthorized_body", "minimal") else None)


def wrong_verb() -> RefusedError:
    """Return the refusal of a verb that a route does not have: there is no PUT and no PATCH."""
    return RefusedError(405)


def invalid_client(text: str = texts.INVALID_CLIENT) -> RefusedError:
    """Return the token endpoint's answer to a wrong secret, or to an unknown id where that is told apart."""
    return oauth("invalid_client", text, 401)


def oauth(error: str, description: str, status: int = 400) -> RefusedError:
    """Return an error of the token endpoint."""
    return RefusedError(status, {"error": error, "error_description": description})
