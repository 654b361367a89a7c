"""The query grammar: a filter of JSON becomes a test of rows.

Top-level list = AND; groups `and`/`or` nest. Keys, operators and field names ignore case: clients that ship write
`beginswith`. A row whose field is empty matches no comparison, as in SQL.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.autotask.answers import errors
from sync_desktop.sandbox.autotask.metadata import UDF_KEY, Entity, Field, user_type
from sync_desktop.sandbox.autotask.values import BadValueError, comparable

MAX_ORS = 500
"""Values of `in` and members of `or`, all together (vendor's help on queries)."""
Test = Callable[[Mapping[str, Any]], bool]

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: have == want,
    "noteq": lambda have, want: have != want,
    "gt": lambda have, want: have > want,
    "gte": lambda have, want: have >= want,
    "lt": lambda have, want: have < want,
    "lte": lambda have, want: have <= want,
    "beginsWith": lambda have, want: have.startswith(want),
    "endsWith": lambda have, want: have.endswith(want),
    "contains": lambda have, want: want in have,
}
_TEXT_ONLY = frozenset({"beginsWith", "endsWith", "contains"})
_OF_BOOLEANS = frozenset({"eq", "noteq", "exist", "notExist", "in", "notIn"})
_OPERATORS = {op.lower(): op for op in (*_COMPARE, "exist", "notExist", "in", "notIn", "and", "or")}
"""Each operator as it is documented, by its name in lower case."""
DEEPEST = 100
"""Groups within groups; the real limit is not published, and no query needs them."""


@dataclass(slots=True)
class Compiler:
    """Turns one query's filter into a test; raises `RefusedError` with the vendor's text where it cannot."""

    entity: Entity
    user_defined: Mapping[str, Mapping[str, Any]]
    """Definitions of the entity's user-defined fields by lower-case name."""
    cased: bool
    """Whether comparisons of text look at case."""
    _ors: int = field(default=0, init=False)
    _udfs: set[str] = field(default_factory=set, init=False)

    def compile(self, told: object) -> Test:
        """Return the test for the top-level list."""
        if not isinstance(told, list) or not told:
            raise errors(texts.FILTER_MISSING)
        return self._all([self._node(node, 1) for node in told])

    def _node(self, told: object, depth: int) -> Test:
        if not isinstance(told, Mapping):
            raise errors(texts.query_syntax("Each filter is an object."))
        node = {str(key).lower(): value for key, value in told.items()}
        op = _OPERATORS.get(str(node.get("op")).lower())
        if op is None:
            raise errors(texts.query_syntax(f"The operator '{node.get('op')}' is not supported."))
        return self._group(op, node.get("items"), depth) if op in {"and", "or"} else self._leaf(op, node)

    def _group(self, op: str, members: object, depth: int) -> Test:
        if not isinstance(members, list) or not members or depth > DEEPEST:
            raise errors(texts.query_syntax(f"The operator '{op}' needs items."))
        tests = [self._node(member, depth + 1) for member in members]
        if op == "and":
            return self._all(tests)
        self._count(len(tests))
        return lambda row: any(test(row) for test in tests)

    @staticmethod
    def _all(tests: Sequence[Test]) -> Test:
        return lambda row: all(test(row) for test in tests)

    def _count(self, alternatives: int) -> None:
        self._ors += alternatives
        if self._ors > MAX_ORS:
            raise errors(texts.TOO_MANY_ORS)

    def _leaf(self, op: str, node: Mapping[str, Any]) -> Test:
        name = str(node.get("field") or "")
        described, read = self._user_field(name) if node.get("udf") is True else self._field(name)
        if (op in _TEXT_ONLY and described.type != "string") or (
            described.type == "boolean" and op not in _OF_BOOLEANS
        ):
            raise errors(
                texts.query_syntax(f"The operator '{op}' cannot be used on {described.name}, of type {described.type}.")
            )
        if op in {"exist", "notExist"}:
            return lambda row: (read(row) is not None) == (op == "exist")
        return self._comparison(op, described, read, node.get("value"))

    def _comparison(self, op: str, described: Field, read: Callable[[Mapping[str, Any]], Any], value: object) -> Test:
        many = op in {"in", "notIn"}
        if many != isinstance(value, list):
            needed = "a list of values" if many else "one value"
            raise errors(texts.query_syntax(f"The operator '{op}' needs {needed}."))
        try:
            wanted = [self._comparable(described, one) for one in (value if isinstance(value, list) else [value])]
        except BadValueError:
            raise errors(texts.query_syntax(f"The value for {described.name} is not valid.")) from None
        if many:
            self._count(len(wanted))
            inside = op == "in"
            values = frozenset(wanted)
            return self._test(described, read, lambda have: (have in values) == inside)
        compare = _COMPARE[op]
        return self._test(described, read, lambda have: compare(have, wanted[0]))

    def _test(self, described: Field, read: Callable[[Mapping[str, Any]], Any], holds: Callable[[Any], bool]) -> Test:
        def test(row: Mapping[str, Any]) -> bool:
            have = read(row)
            try:
                return have is not None and holds(self._comparable(described, have))
            except BadValueError:  # a user-defined value that is not of its field's type
                return False

        return test

    def _comparable(self, described: Field, value: object) -> Any:
        return comparable(described, value, cased=self.cased)

    def _field(self, name: str) -> tuple[Field, Callable[[Mapping[str, Any]], Any]]:
        described = self.entity.field(name)
        if described is None:
            raise errors(texts.unknown_field(name, self.entity.name))
        if not described.queryable:
            raise errors(texts.not_queryable(described.name, self.entity.name))
        return described, lambda row: row.get(described.name)

    def _user_field(self, name: str) -> tuple[Field, Callable[[Mapping[str, Any]], Any]]:
        if name.lower() not in self.user_defined:
            raise errors(texts.unknown_field(name, self.entity.name))
        self._udfs.add(name.lower())
        if len(self._udfs) > 1:
            raise errors(texts.ONE_UDF)

        def read(row: Mapping[str, Any]) -> Any:
            for entry in row.get(UDF_KEY) or ():
                if str(entry.get("name", "")).lower() == name.lower():
                    return entry.get("value")
            return None

        defined = self.user_defined[name.lower()]
        return Field(name, user_type(defined)), read
