"""The envelopes of the API, and refusals as exceptions that carry their answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.wire import written


class RefusedError(Exception):
    """A request that is answered with an error: HTTP status and JSON body (None: no body)."""

    def __init__(self, status: int, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})

    def response(self) -> web.Response:
        """Return the answer."""
        if self.body is None:
            return web.Response(status=self.status, headers=self.headers)
        return answer(self.body, self.status, self.headers)


class UnexpectedError(Exception):
    """What the vendor answers with an "unexpected error" and a number; the number is given at the door."""


def answer(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a JSON answer."""
    text = written(body)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json", charset="utf-8")


def errors(*lines: str, status: int = 500, headers: Mapping[str, str] | None = None) -> RefusedError:
    """Return a refusal with `errors`; they come with status 500 unless noted."""
    return RefusedError(status, {"errors": list(lines)}, headers)


def not_found(url: str) -> RefusedError:
    """Return the refusal of a route that does not exist."""
    return RefusedError(404, {"Message": texts.no_route(url)})


def wrong_verb(method: str) -> RefusedError:
    """Return the refusal of a verb that a route does not have."""
    return RefusedError(405, {"Message": texts.wrong_verb(method)})


def item(row: Mapping[str, Any] | None) -> web.Response:
    """Return one row, or a null item."""
    return answer({"item": row})


def item_id(row_id: int) -> web.Response:
    """Return what a write that succeeded answers: 200, never 201."""
    return answer({"itemId": row_id})


def items(
    rows: Sequence[Mapping[str, Any]], size: int, previous: str | None = None, following: str | None = None
) -> web.Response:
    """Return rows with the details of their page; `size` is the page size that was asked for."""
    details = {"count": len(rows), "requestCount": size, "prevPageUrl": previous, "nextPageUrl": following}
    return answer({"items": list(rows), "pageDetails": details})
