"""The grammar of `conditions`, `childConditions` and `customFieldConditions`: text becomes a test of rows.

Facts (developer guide, §3.1 of the project's reference): and/or in any case, parentheses, names with `/`, strings in
either quotes, times in brackets, `*` and `%` as wildcards of like, `[[]` for a bracket inside a string.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.connectwise.answers import bad_condition
from sync_desktop.sandbox.connectwise.facts import Facts
from sync_desktop.sandbox.connectwise.values import BadValueError, as_moment, as_number

Test = Callable[[Any], bool]
Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Named:
    """What a name of a condition stands for: its type and how to read it."""

    type: str
    read: Read


Resolve = Callable[[str], Named | None]
"""Finds what a name stands for; None where it is not recognized."""

_GRAMMAR = r"""\s*(?:(?P<string>{double}|{single})|\[(?P<date>[^\]]*)\]|(?P<number>-?\d+(?:\.\d+)?)(?![\w-])
|(?P<sign><=|>=|!=|<>|=|<|>)|(?P<mark>[(),])|(?P<word>[A-Za-z_][\w/]*))"""
DEEPEST = 100
"""Parentheses within parentheses; the real limit is not published, and no condition needs them."""
_LITERALS = {"true": True, "false": False, "null": None}
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda have, want: have == want,
    "!=": lambda have, want: have != want,
    "<": lambda have, want: have < want,
    "<=": lambda have, want: have <= want,
    ">": lambda have, want: have > want,
    ">=": lambda have, want: have >= want,
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Value:
    """A literal: string, number, word (true, false, null) or date."""

    kind: str
    value: Any


class Conditions:
    """Reads one text of conditions. Raises `RefusedError` (ApiFindCondition) where it cannot."""

    def __init__(self, text: str, resolve: Resolve, facts: Facts, *, lists: bool = True) -> None:
        """Split a text into its words; `lists` False refuses `in`, which conditions on children do not have."""
        self._resolve = resolve
        self._facts = facts
        self._lists = lists
        self._tokens = self._split(text)
        self._at = 0
        self._depth = 0

    def compile(self) -> Test:
        """Return the test of a row."""
        test = self._any()
        if self._at < len(self._tokens):
            self._refuse()
        return test

    def _split(self, text: str) -> list[_Token]:
        doubled = self._facts.at("doubled_quotes", "on")
        double, single = (r'"(?:[^"]|"")*"', r"'(?:[^']|'')*'") if doubled else (r'"[^"]*"', r"'[^']*'")
        pattern = re.compile(_GRAMMAR.format(double=double, single=single), re.VERBOSE)
        tokens, at = [], 0
        while text[at:].strip():
            found = pattern.match(text, at)
            if found is None or found.lastgroup is None:
                raise bad_condition(texts.bad_condition(text[at : at + 20].strip()))
            tokens.append(_Token(found.lastgroup, found[found.lastgroup]))
            at = found.end()
        return tokens

    def _refuse(self) -> NoReturn:
        at = min(self._at, len(self._tokens) - 1)  # where the text ends too early: its last word
        near = " ".join(token.text for token in self._tokens[at : at + 3])
        raise bad_condition(texts.bad_condition(near))

    def _next(self, kind: str = "", *words: str) -> str | None:
        """Return the next token's text and step over it, where it is of a kind and, in any case, one of these."""
        if self._at >= len(self._tokens):
            return None
        token = self._tokens[self._at]
        if (kind and token.kind != kind) or (words and token.text.lower() not in words):
            return None
        self._at += 1
        return token.text

    def _any(self) -> Test:
        tests = [self._all()]
        while self._next("word", "or"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _all(self) -> Test:
        tests = [self._term()]
        while self._next("word", "and"):
            tests.append(self._term())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _term(self) -> Test:
        if self._next("mark", "("):
            return self._inner()
        name = self._next("word")
        if name is None:
            self._refuse()
        named = self._resolve(name)
        if named is None:
            raise bad_condition(texts.unknown_name(name))
        sign = self._next("sign")
        if sign is not None:
            return self._compare(named, "!=" if sign == "<>" else sign, self._literal())
        negated = self._next("word", "not") is not None
        op = self._next("word", "contains", "like", "in")
        if op is None or (op.lower() == "in" and not self._lists):
            self._refuse()
        test = self._member(named) if op.lower() == "in" else self._match(named, op.lower())
        return (lambda row: named.read(row) is not None and not test(row)) if negated else test

    def _inner(self) -> Test:
        """Return the test between two parentheses."""
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse()
        test = self._any()
        if not self._next("mark", ")"):
            self._refuse()
        self._depth -= 1
        return test

    def _literal(self) -> _Value:
        for kind in ("string", "number", "date"):
            text = self._next(kind)
            if text is not None:
                return _Value(kind, self._text(text) if kind == "string" else text)
        word = self._next("word", *_LITERALS)
        if word is None:
            self._refuse()
        return _Value("word", _LITERALS[word.lower()])

    @staticmethod
    def _text(quoted: str) -> str:
        mark = quoted[0]
        return quoted[1:-1].replace(mark * 2, mark).replace("[[]", "[")

    def _compare(self, named: Named, sign: str, literal: _Value) -> Test:
        if literal.kind == "word" and literal.value is None:
            if sign not in ("=", "!="):
                self._refuse()
            return lambda row: (named.read(row) is None) == (sign == "=")
        if named.type == "date":
            return self._compare_date(named, sign, literal)
        want = self._wanted(named, literal)
        compare = _SIGNS[sign]

        def test(row: Any) -> bool:
            have = self._have(named, row)
            return have is not None and compare(have, want)

        return test

    def _compare_date(self, named: Named, sign: str, literal: _Value) -> Test:
        if literal.kind != "date" and not (literal.kind == "string" and self._facts.at("quoted_dates", "accepted")):
            self._refuse()
        try:
            want = as_moment(str(literal.value).strip())
        except BadValueError:
            self._refuse()
        if self._facts.at("date_conditions", "day_only"):
            if "T" in str(literal.value):
                return lambda _row: False
            if sign == ">=":
                want += timedelta(days=1)
        compare = _SIGNS[sign]

        def test(row: Any) -> bool:
            have = _moment(named.read(row))
            return have is not None and compare(have, want)

        return test

    def _member(self, named: Named) -> Test:
        if not self._next("mark", "("):
            self._refuse()
        wanted = [self._wanted(named, self._literal())]
        while self._next("mark", ","):
            wanted.append(self._wanted(named, self._literal()))
        if not self._next("mark", ")"):
            self._refuse()
        return lambda row: self._have(named, row) in wanted

    def _match(self, named: Named, op: str) -> Test:
        literal = self._literal()
        if named.type != "text" or literal.kind not in ("string", "number"):
            self._refuse()
        want = self._fold(str(literal.value))
        if op == "contains":
            return lambda row: want in self._fold(str(named.read(row) or ""))
        parts = re.split(r"[*%]", want)
        pattern = re.compile(".*".join(re.escape(part) for part in parts), re.DOTALL)
        return lambda row: pattern.fullmatch(self._fold(str(named.read(row) or ""))) is not None

    def _fold(self, text: str) -> str:
        return text if self._facts.at("text_compare", "sensitive") else text.casefold()

    def _wanted(self, named: Named, literal: _Value) -> Any:
        """Return a literal in the form in which values of the named member compare."""
        try:
            match named.type:
                case "number":
                    return as_number(literal.value)
                case "flag":
                    if literal.kind == "word" and literal.value is not None:
                        return literal.value
                    return {"true": True, "false": False}[str(literal.value).lower()]
                case _ if literal.kind in ("string", "number"):
                    return self._fold(str(literal.value))
                case _:
                    self._refuse()
        except (BadValueError, KeyError):
            self._refuse()

    def _have(self, named: Named, row: Any) -> Any:
        value = named.read(row)
        if named.type == "flag":
            return bool(value)
        if value is None:
            return None
        return as_number(value) if named.type == "number" else self._fold(str(value))


def _moment(value: object) -> datetime | None:
    try:
        return None if value is None else as_moment(value)
    except BadValueError:
        return None


def names_in(text: str) -> Sequence[str]:
    """Return the words with a slash in a text of conditions; childConditions name their list by the first of them."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
    return re.findall(r"[A-Za-z_]\w*(?:/\w+)+", bare)
