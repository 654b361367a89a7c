"""A query as it came: filter, page size, fields, and the page that is wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sync_desktop.sandbox import wire
from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.autotask.answers import errors
from sync_desktop.sandbox.autotask.filters import Compiler, Test
from sync_desktop.sandbox.autotask.metadata import Entity

PAGE_SIZE = 500
"""Default and largest page (vendor's help)."""
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Query:
    """One query, checked."""

    test: Test
    size: int
    include: frozenset[str] | None
    """The fields that are wanted, in the entity's own spelling; None for all."""

    @property
    def can_go_on(self) -> bool:
        """Return whether pages after the first exist: they are found by id, so `id` has to be among the fields."""
        return self.include is None or "id" in self.include


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, and the tokens of its neighbours where there are any."""

    rows: Rows
    size: int
    previous: str | None
    following: str | None


def parse_json(text: str) -> dict[str, Any]:
    """Return a query's JSON with lower-case keys. Raises `RefusedError` where it is none."""
    try:
        told = wire.read(text)
    except ValueError:
        raise errors(texts.query_syntax("The query is not valid JSON.")) from None
    if not isinstance(told, dict):
        raise errors(texts.FILTER_MISSING)
    return {str(key).lower(): value for key, value in told.items()}


def parse(told: Mapping[str, Any], entity: Entity, compiler: Compiler) -> Query:
    """Return the query of a body or a `search` parameter. Raises `RefusedError` with the vendor's texts."""
    size = told.get("maxrecords")
    if size is None:
        size = PAGE_SIZE
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= PAGE_SIZE:
        raise errors(texts.query_syntax(f"MaxRecords is a number from 1 to {PAGE_SIZE}."))
    return Query(compiler.compile(told.get("filter")), size, _include(told.get("includefields"), entity))


def _include(told: object, entity: Entity) -> frozenset[str] | None:
    if not told:
        return None
    if not isinstance(told, list):
        raise errors(texts.query_syntax("IncludeFields is a list of names."))
    names: set[str] = set()
    for name in told:
        field = entity.field(str(name))
        if field is None:
            raise errors(texts.unknown_field(str(name), entity.name))
        names.add(field.name)
    return frozenset(names)


def page(rows: Rows, size: int, token: str | None) -> Page:
    """Return the page that a token asks for, the first one without a token; rows are in the order of their ids.

    A token is `{"pageSize": n, "previousIds": [...], "nextIds": [...]}`: the ids at the edge of the page before.
    """
    start = 0
    if token is not None:
        size, after, before = _read_token(token)
        if after is not None:
            start = next((at for at, row in enumerate(rows) if row["id"] > after), len(rows))
        elif before is not None:
            start = max(sum(1 for row in rows if row["id"] < before) - size, 0)
    chosen = rows[start : start + size]
    more = start + size < len(rows)
    return Page(
        chosen,
        size,
        previous=_token(size, before=chosen[0]["id"]) if chosen and start else None,
        following=_token(size, after=chosen[-1]["id"]) if chosen and more else None,
    )


def next_url(root: str, token: str | None, search: str | None) -> str | None:
    """Return the address of a neighbouring page under a `.../query/next` root; None without a token."""
    if token is None:
        return None
    parameters = {"paging": token} if search is None else {"paging": token, "search": search}
    return f"{root}?{urlencode(parameters)}"


def _token(size: int, *, after: int | None = None, before: int | None = None) -> str:
    told = {
        "pageSize": size,
        "previousIds": [] if before is None else [before],
        "nextIds": [] if after is None else [after],
    }
    return wire.written(told)


def _read_token(token: str) -> tuple[int, int | None, int | None]:
    told = parse_json(token)
    try:
        size = int(told["pagesize"])
        following = [int(one) for one in told.get("nextids") or ()]
        previous = [int(one) for one in told.get("previousids") or ()]
    except (KeyError, TypeError, ValueError):
        raise errors(texts.query_syntax("The paging parameter cannot be read.")) from None
    if not 1 <= size <= PAGE_SIZE:
        raise errors(texts.query_syntax("The paging parameter cannot be read."))
    return size, max(following, default=None), min(previous, default=None)
