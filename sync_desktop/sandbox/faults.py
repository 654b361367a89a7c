"""Faults that somebody has ordered: which request they strike, when, and how often."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any


class FaultError(ValueError):
    """An order that cannot be read; its text says what is wrong with it."""


class Kind(StrEnum):
    """What can go wrong."""

    RESET_BEFORE = "reset_before"
    """The connection is reset, and nothing was done."""
    RESET_AFTER = "reset_after"
    """Everything was done, and the connection is reset instead of an answer."""
    TIMEOUT = "timeout"
    """No answer ever comes. `arg` "after" means that everything was done."""
    STATUS = "status"
    """`arg` is a status, or `{"status", "body", "headers"}`; nothing was done."""
    HTML = "html"
    """A page of some machine in between, 502 or the status that `arg` gives."""
    TRUNCATE = "truncate"
    """Half the answer. `arg` "connection" means that its length promises the whole, and the connection ends."""
    SLOW = "slow"
    """The request is dealt with after `arg` seconds."""
    UNAUTHORIZED = "unauthorized"
    """The system's own answer to a wrong secret."""
    FORBIDDEN = "forbidden"
    """The system's own answer to a user whose rights do not reach so far."""
    RATE_LIMIT = "rate_limit"
    """The system's own answer to too many requests; `arg` is what it says to wait, in seconds."""
    HIDE = "hide"
    """`arg` is a collection, or `{"collection", "where": {field: value or values}}`: rows that the user cannot see."""


@dataclass(slots=True)
class Rule:
    """One ordered fault."""

    id: int
    system: str
    kind: Kind
    site: str = ""
    method: str = ""
    path: str = ""
    times: int | None = None
    """How often it strikes; None for ever."""
    after: int = 0
    """How many requests that match are let through first."""
    share: float = 1.0
    arg: Any = None
    struck: int = 0
    passed: int = 0
    undo: Callable[[], None] | None = field(default=None, repr=False)

    def matches(self, site: str, system: str, method: str, path: str) -> bool:
        """Return whether it is meant for such a request; `path` is with its query, and the rule's may end before it."""
        if self.system != system or (self.site and self.site != site):
            return False
        if self.method and self.method != method:
            return False
        bare = path.partition("?")[0]
        return not self.path or any(re.search(self.path, text, re.IGNORECASE) for text in (bare, path))

    def describe(self) -> dict[str, Any]:
        """Return it as JSON, with how often it struck."""
        names = ("id", "system", "site", "method", "path", "times", "after", "share", "arg", "struck")
        return {"kind": self.kind.value, **{name: getattr(self, name) for name in names}}


Hide = Callable[[str, str, str, Callable[[dict[str, Any]], bool]], Callable[[], None]]
"""Hides rows: site (empty for all), system, collection, which; the answer shows them again."""


class Faults:
    """All ordered faults, in the order in which they came; the first that is due strikes."""

    def __init__(self, hide: Hide, *, seed: int = 1) -> None:
        self._hide = hide
        self._random = Random(seed)  # noqa: S311 - which request fails has to be repeatable, not secret
        self._rules: list[Rule] = []
        self._made = 0

    def order(self, spec: Mapping[str, Any]) -> Rule:
        """Add a fault as `POST /faults` describes it. Raises `FaultError` where the order cannot be read."""
        rule = self._read(spec)
        if rule.kind is Kind.HIDE:
            collection, hides = read_hide(rule.arg)
            rule.undo = self._hide(rule.site, rule.system, collection, hides)
        self._rules.append(rule)
        return rule

    def seed(self, seed: int) -> None:
        """Draw anew which requests a share strikes."""
        self._random.seed(seed)

    def clear(self) -> None:
        """Take all faults back; what was hidden shows again."""
        for rule in self._rules:
            if rule.undo:
                rule.undo()
        self._rules.clear()

    def describe(self) -> list[dict[str, Any]]:
        """Return all faults as JSON."""
        return [rule.describe() for rule in self._rules]

    def strike(self, site: str, system: str, method: str, path: str) -> Rule | None:
        """Return the fault that strikes this request, counted; None where it goes well."""
        for rule in self._rules:
            if rule.kind is Kind.HIDE or not rule.matches(site, system, method, path):
                continue
            if rule.times is not None and rule.struck >= rule.times:
                continue
            if rule.passed < rule.after:
                rule.passed += 1
                continue
            if rule.share < 1 and self._random.random() >= rule.share:
                continue
            rule.struck += 1
            return rule
        return None

    def _read(self, spec: Mapping[str, Any]) -> Rule:
        unknown = set(spec) - {"system", "site", "method", "path", "kind", "times", "after", "share", "arg"}
        if unknown:
            raise FaultError(f"a fault has no {', '.join(sorted(unknown))}")
        if not spec.get("system"):
            raise FaultError("a fault needs a system")
        try:
            kind = Kind(spec.get("kind", ""))
            re.compile(spec.get("path") or "")
            share, after = float(spec.get("share", 1)), int(spec.get("after") or 0)
            times = None if spec.get("times") is None else int(spec["times"])
        except (ValueError, TypeError, re.error) as error:
            raise FaultError(f"the fault cannot be read: {error}") from error
        if not 0 <= share <= 1 or after < 0 or (times is not None and times < 0):
            raise FaultError("share is from 0 to 1; after and times are not negative")
        _check_arg(kind, spec.get("arg"))
        self._made += 1
        return Rule(
            id=self._made,
            system=str(spec["system"]),
            kind=kind,
            site=str(spec.get("site") or ""),
            method=str(spec.get("method") or "").upper(),
            path=str(spec.get("path") or ""),
            times=times,
            after=after,
            share=share,
            arg=spec.get("arg"),
        )


def _check_arg(kind: Kind, arg: Any) -> None:
    """Raise `FaultError` where a kind can do nothing with its `arg`; `hide` reads its own."""
    match kind:
        case Kind.SLOW if not _is_seconds(arg):
            raise FaultError("slow needs arg, the seconds")
        case Kind.RATE_LIMIT if arg is not None and not _is_seconds(arg):
            raise FaultError("rate_limit takes arg, the seconds that it says to wait")
        case Kind.HTML if arg is not None and not _is_status(arg):
            raise FaultError("html takes arg, a status from 200 to 599")
        case Kind.STATUS if not _is_answer(arg):
            raise FaultError("status takes arg, a status from 200 to 599 or {status, body, headers}")
        case Kind.TRUNCATE | Kind.TIMEOUT if arg not in (None, _WORDS[kind]):
            raise FaultError(f'{kind.value} takes no arg, or "{_WORDS[kind]}"')


_WORDS = {Kind.TRUNCATE: "connection", Kind.TIMEOUT: "after"}


def _is_seconds(arg: Any) -> bool:
    return isinstance(arg, int | float) and arg >= 0


def _is_status(arg: Any) -> bool:
    return isinstance(arg, int) and 200 <= arg <= 599


def _is_answer(arg: Any) -> bool:
    if not isinstance(arg, Mapping):
        return arg is None or _is_status(arg)
    headers = arg.get("headers") or {}
    known = set(arg) <= {"status", "body", "headers"} and isinstance(headers, Mapping)
    return known and _is_status(arg.get("status", 500)) and all(isinstance(value, str) for value in headers.values())


def read_hide(arg: Any) -> tuple[str, Callable[[dict[str, Any]], bool]]:
    """Return the collection and which of its rows are hidden. Raises `FaultError` where `arg` says neither."""
    if isinstance(arg, str) and arg:
        return arg, lambda _row: True
    if not isinstance(arg, dict) or not arg.get("collection"):
        raise FaultError("hide needs arg, a collection or {collection, where}")
    wanted = {
        name: {str(value) for value in (values if isinstance(values, list) else [values])}
        for name, values in (arg.get("where") or {}).items()
    }
    return arg["collection"], lambda row: all(str(row.get(name)) in values for name, values in wanted.items())
