"""Answers and refusals in the shapes of the API. Refusals are exceptions that carry their answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.wire import written

JSON = "application/json"
_ALWAYS = {
    "Cache-Control": "no-cache",
    "Pragma": "no-cache",
    "X-Frame-Options": "SAMEORIGIN",
    "x-server-name": "practice",
}


@dataclass(frozen=True, slots=True)
class Nested:
    """One entry of a refused write's `errors`."""

    code: str
    message: str
    field: str

    def told(self, resource: str) -> dict[str, str]:
        """Return it as JSON."""
        return {"code": self.code, "message": self.message, "resource": resource, "field": self.field}


class RefusedError(Exception):
    """A request that is answered with an error; a body that is text goes out as plain text."""

    def __init__(
        self,
        status: int,
        body: Mapping[str, Any] | str,
        headers: Mapping[str, str] | None = None,
        *,
        html: bool = False,
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        self._html = html

    def response(self) -> web.Response:
        """Return the answer."""
        if isinstance(self.body, str):
            kind = "text/html" if self._html else "text/plain"
            return web.Response(text=self.body, status=self.status, headers=self.headers, content_type=kind)
        return answer(self.body, self.status, self.headers)


def answer(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None, media_type: str = JSON
) -> web.Response:
    """Return a JSON answer with the headers that every answer has."""
    text = written(body)
    told = {**_ALWAYS, **(headers or {}), "Content-Type": f"{media_type}; charset=utf-8"}
    return web.Response(body=text.encode(), status=status, headers=told)


def no_content() -> web.Response:
    """Return what a delete answers."""
    return web.Response(status=204, headers=_ALWAYS)


def api_error(status: int, message: str, *, code: str = "ConnectWiseApi", errors: bool = False) -> RefusedError:
    """Return an error without details; `errors` puts the empty member that some of them have."""
    body: dict[str, Any] = {"code": code, "message": message}
    if errors:
        body["errors"] = None
    return RefusedError(status, body)


def not_found(label: str, row_id: object) -> RefusedError:
    """Return the refusal for a record that is not there."""
    return api_error(404, texts.missing(label, row_id), code="NotFound")


def no_endpoint() -> RefusedError:
    """Return the refusal of a route that does not exist."""
    return api_error(404, texts.NO_ENDPOINT)


def wrong_verb(method: str) -> RefusedError:
    """Return the refusal of a verb that a route does not have."""
    return api_error(405, texts.wrong_verb(method))


def cannot_route() -> RefusedError:
    """Return the router's refusal, which is no JSON."""
    return RefusedError(400, texts.CANNOT_ROUTE)


def no_permission() -> RefusedError:
    """Return the refusal of a security role."""
    return api_error(403, texts.NO_PERMISSION, code="Security")


def bad_condition(message: str) -> RefusedError:
    """Return the refusal of conditions; there is no `errors` in it."""
    return api_error(400, message, code="ApiFindCondition")


def invalid(resource: str, problems: Sequence[Nested]) -> RefusedError:
    """Return the refusal of a write, with everything that is wrong with it."""
    body = {
        "code": "InvalidObject",
        "message": texts.invalid(resource),
        "errors": [problem.told(resource) for problem in problems],
    }
    return RefusedError(400, body)
