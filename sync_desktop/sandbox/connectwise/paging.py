"""Pages of a list: numbered ones with a navigable Link, and forward-only ones that walk the ids.

Facts (developer guide): pages count from 1, 25 rows where nothing is asked for, 1,000 at most; Link keeps the query.
"""

from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.connectwise.answers import Nested, answer, bad_condition, invalid
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.store import Row

PAGE_SIZE = 25
LARGEST_PAGE = 1_000
_LARGEST_NUMBER = 2**31 - 1


def is_forward_only(call: Call) -> bool:
    """Return whether a request asks for pages by id."""
    return call.headers.get("pagination-type", "").strip().lower() == "forward-only"


def checked_order(call: Call, order_by: str) -> str:
    """Return what to order by. Raises `RefusedError` where forward-only pages are to have an order of their own."""
    if order_by and is_forward_only(call):
        raise bad_condition(texts.FORWARD_ORDER)
    return order_by


def page(call: Call, rows: Sequence[Row]) -> tuple[Sequence[Row], str]:
    """Return the rows of the page that is asked for, and its Link (empty where there is none).

    Raises `RefusedError` for numbers that cannot be.
    """
    size = _size(call)
    if is_forward_only(call):
        after = _number(call, "pageId", 0, 0, _LARGEST_NUMBER)
        rest = [row for row in rows if row["id"] > after]
        chosen = rest[:size]
        more = len(rest) > size or call.tenant.facts.at("forward_last_link", "on")
        return chosen, _link(call, "pageId", chosen[-1]["id"], "next") if chosen and more else ""
    number = _number(call, "page", 1, 1, _LARGEST_NUMBER)
    last = max(1, -(-len(rows) // size))
    links = []
    if number > 1:
        links += [_link(call, "page", 1, "first"), _link(call, "page", number - 1, "prev")]
    if number < last:
        links += [_link(call, "page", number + 1, "next"), _link(call, "page", last, "last")]
    return rows[(number - 1) * size : number * size], ", ".join(links)


def paged(call: Call, rows: Sequence[Row], link: str) -> web.Response:
    """Answer one page: a bare array."""
    return answer(list(rows), headers={"Link": link} if link else None, media_type=call.media_type)


def _size(call: Call) -> int:
    if call.tenant.facts.at("oversize_page", "capped"):
        return min(_number(call, "pageSize", PAGE_SIZE, 1, _LARGEST_NUMBER), LARGEST_PAGE)
    return _number(call, "pageSize", PAGE_SIZE, 1, LARGEST_PAGE)


def _number(call: Call, name: str, default: int, low: int, high: int) -> int:
    told = call.parameters.get(name.lower(), "").strip()
    if not told:
        return default
    number = int(told) if told.isascii() and told.removeprefix("-").isdigit() else low - 1
    if low <= number <= high:
        return number
    raise invalid(name, [Nested("OutOfRange", texts.out_of_range(name, low, high), name)])


def _link(call: Call, name: str, value: int, relation: str) -> str:
    """Return an entry of Link: the request's own address with another page."""
    kept = [(key, told) for key, told in call.query if key.lower() != name.lower()]
    query = "&".join(f"{quote(key)}={quote(told, safe='')}" for key, told in [*kept, (name, str(value))])
    return f'<{call.root(*call.rest)}?{query}>; rel="{relation}"'
