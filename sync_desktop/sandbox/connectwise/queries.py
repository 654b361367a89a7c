"""What the names of a query mean for one entity, and which rows it finds in which order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sync_desktop.sandbox.connectwise import shapes, texts
from sync_desktop.sandbox.connectwise.answers import bad_condition
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.conditions import Conditions, Named, Test, names_in
from sync_desktop.sandbox.connectwise.metadata import INFO, Entity, Field
from sync_desktop.sandbox.store import Row

KINDS = {"int": "number", "number": "number", "flag": "flag", "date": "date"}
INFO_KINDS = {"lastupdated": "date", "dateentered": "date", "updatedby": "text", "enteredby": "text"}
"""Members of `_info`, which conditions take without its name too."""
_INFO_NAMES = {"lastupdated": "lastUpdated", "dateentered": "dateEntered", "updatedby": "updatedBy"}
FILTERS = ("conditions", "childconditions", "customfieldconditions")


class Names:
    """Finds what a name stands for in the rows of one entity."""

    def __init__(self, call: Call, entity: Entity) -> None:
        self._call = call
        self._entity = entity

    def of_row(self, name: str) -> Named | None:
        """Return what a name of `conditions` or `orderBy` stands for: `status/name`, `_info/lastUpdated`."""
        first, *deeper = name.lower().split("/")
        if first == INFO and len(deeper) == 1:
            return self._info(deeper[0])
        found = self._entity.field(first)
        if found is None or found.since > self._call.version:
            return None if deeper else self._info(first)
        if found.many or len(deeper) > 1 or found.type in ("ids", "texts", "any"):
            return None
        if found.is_reference:
            return self._of_reference(found, deeper[0] if deeper else "id")
        if deeper:
            return self._of_object(found, deeper[0])
        return Named(KINDS.get(found.type, "text"), lambda row: row.get(found.name))

    def of_child(self, list_name: str) -> Callable[[str], Named | None]:
        """Return what finds names in the members of a list: `communicationItems/value`, `types/id`."""
        found = self._entity.field(list_name)
        members = self._call.tenant.metadata.members(found.type) if found is not None and found.many else None

        def resolve(name: str) -> Named | None:
            first, *deeper = name.lower().split("/")
            if members is None or found is None or first != found.name.lower() or not deeper:
                return None
            return _in(members, deeper)

        return resolve

    def of_custom_field(self, name: str) -> Named | None:
        """Return what a name of `customFieldConditions` stands for."""
        members = self._call.tenant.metadata.members("CustomFieldValue") or ()
        return _in(members, [name.lower()])

    def _of_reference(self, found: Field, inner: str) -> Named | None:
        members = {each.name.lower(): each.name for each in self._call.tenant.metadata.members(found.type) or ()}
        name = members.get(inner)
        if name is None or name == INFO:
            return None

        def read(row: Any) -> Any:
            told = shapes.member(self._call, self._entity, row, found)
            return told.get(name) if isinstance(told, Mapping) else None

        return Named("number" if name == "id" else "text", read)

    def _of_object(self, found: Field, inner: str) -> Named | None:
        members = self._call.tenant.metadata.members(found.type)
        named = _in(members, [inner]) if members is not None else None
        if named is None:
            return None
        return Named(named.type, lambda row: named.read(row.get(found.name) or {}))

    def _info(self, inner: str) -> Named | None:
        kind = INFO_KINDS.get(inner)
        if kind is None:
            return None
        name = _INFO_NAMES.get(inner, "enteredBy")
        told = next(each for each in self._entity.fields if each.name == INFO)
        return Named(kind, lambda row: shapes.member(self._call, self._entity, row, told).get(name))


def _in(members: Sequence[Field], path: list[str]) -> Named | None:
    """Return what a path stands for inside an element: a member, or a member of its reference."""
    found = next((each for each in members if each.name.lower() == path[0]), None)
    if found is None or len(path) > 2 or (len(path) == 2) != found.is_reference:
        return None
    if len(path) == 1:
        kind = "number" if found.name == "id" else KINDS.get(found.type, "text")
        return Named(kind, lambda element: element.get(found.name))
    inner = path[1]
    return Named(
        "number" if inner == "id" else "text",
        lambda element: {key.lower(): one for key, one in (element.get(found.name) or {}).items()}.get(inner),
    )


def find(call: Call, entity: Entity, rows: list[Row], told: Mapping[str, str]) -> list[Row]:
    """Return the rows that the conditions in `told` (names in lower case) let through.

    Raises `RefusedError` where conditions cannot be read.
    """
    names, facts = Names(call, entity), call.tenant.facts
    tests: list[Test] = []
    if text := told.get("conditions", "").strip():
        tests.append(Conditions(text, names.of_row, facts).compile())
    if text := told.get("childconditions", "").strip():
        tests.append(_of_children(call, entity, names, text))
    if text := told.get("customfieldconditions", "").strip():
        holds = Conditions(text, names.of_custom_field, facts, lists=False).compile()
        tests.append(lambda row: any(holds(each) for each in row.get("customFields") or ()))
    return [row for row in rows if all(test(row) for test in tests)]


def _of_children(call: Call, entity: Entity, names: Names, text: str) -> Test:
    """Return the test that one element of a list has to pass as a whole."""
    spoken = names_in(text)
    list_name = spoken[0].partition("/")[0] if spoken else ""
    found = entity.field(list_name)
    holds = Conditions(text, names.of_child(list_name), call.tenant.facts, lists=False).compile()
    if found is None:
        raise bad_condition(texts.bad_condition(text))
    return lambda row: any(holds(shapes.inner(call, found, each)) for each in row.get(found.name) or ())


def ordered(call: Call, entity: Entity, rows: list[Row], order_by: str) -> list[Row]:
    """Return rows in the order of `name asc, company/name desc`; without one, by id.

    Raises `RefusedError` for a name that is not recognized.
    """
    names = Names(call, entity)
    for part in reversed([part.split() for part in order_by.split(",") if part.strip()]):
        named = names.of_row(part[0])
        if named is None:
            raise bad_condition(texts.unknown_name(part[0]))
        if len(part) > 2 or (len(part) == 2 and part[1].lower() not in ("asc", "desc")):
            raise bad_condition(texts.bad_condition(" ".join(part)))
        rows = sorted(rows, key=_key(named), reverse=len(part) == 2 and part[1].lower() == "desc")
    return rows


def _key(named: Named) -> Callable[[Row], tuple[bool, Any]]:
    def key(row: Row) -> tuple[bool, Any]:
        value = named.read(row)
        if value is None:
            return False, 0 if named.type in ("number", "flag") else ""
        return True, str(value).casefold() if named.type in ("text", "date") else value

    return key
