"""The body of a POST, bound as the real server binds it: an array of objects, names in any case, unknown ones ignored.

What cannot be read is told with path, line and position, all of it together.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sync_desktop.sandbox import wire
from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import binding
from sync_desktop.sandbox.halopsa.entities import Entities, Entity, Field
from sync_desktop.sandbox.halopsa.facts import Facts
from sync_desktop.sandbox.halopsa.locating import Path, place, spelled

INT32 = 2**31
_EMPTIED = frozenset({"int", "link", "float", "bool", "list", "object"})
"""Types of which the JSON library, Newtonsoft's, makes null where an empty text comes; an id must be there."""


@dataclass(frozen=True, slots=True)
class Body:
    """One object that was sent, in the entity's own spelling."""

    row_id: int | str | None
    """None where it has none, which makes it a new row."""
    values: Mapping[str, Any]
    """Members that rows keep; None empties one."""
    orders: Mapping[str, Any]
    """Members that are orders to the server."""


class _UnreadableError(Exception):
    """A value that is not of its member's type; its text lacks only the place."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Reader:
    """Reads bodies for one instance."""

    def __init__(self, entities: Entities, facts: Facts) -> None:
        self._entities = entities
        self._facts = facts
        self._text = ""
        self._errors: dict[str, list[str]] = {}

    def read(self, text: str, entity: Entity) -> list[Body]:
        """Return the objects of a body. Raises `RefusedError` (400) with everything that cannot be read."""
        self._text, self._errors = text, {}
        try:
            told = wire.read(text)
        except ValueError:
            spot = "Path '', line 0, position 0."
            wrong = texts.unexpected_character(text.strip()[:1], spot) if text.strip() else texts.NO_BODY
            raise binding({"": [wrong]}) from None
        if not isinstance(told, list):
            raise binding({"": [texts.not_an_array(place(text, ()))]})
        bodies = [self._body(entity, each, (index,)) for index, each in enumerate(told)]
        if self._errors:
            raise binding(self._errors)
        return bodies

    def _body(self, entity: Entity, told: Any, path: Path) -> Body:
        values = self._object(entity, told, path)
        row_id = values.pop("id", None)
        orders = {name: values.pop(name) for name in list(values) if (entity.by_name[name.lower()]).transient}
        return Body(row_id, values, orders)

    def _object(self, entity: Entity, told: Any, path: Path) -> dict[str, Any]:
        """Return the known members of an object; what cannot be read is noted and left out."""
        if not isinstance(told, dict):
            self._note(path, texts.not_an_object(place(self._text, path)))
            return {}
        values: dict[str, Any] = {}
        for name, value in told.items():
            field = entity.field(str(name))
            if field is None:
                continue
            here = (*path, str(name))
            try:
                values[field.name] = self._value(field, value, here)
            except _UnreadableError as error:
                self._note(here, error.text)
        return values

    def _value(self, field: Field, value: Any, path: Path) -> Any:
        if value is None or (value == "" and field.type in _EMPTIED and field.name != "id"):
            return None
        match field.type:
            case "int" | "link":
                return self._integer(field, value, path)
            case "float":
                return self._number(value, path)
            case "bool":
                return self._boolean(value, path)
            case "list":
                return self._list(field, value, path)
            case "object":
                return self._nested(field, value, path)
            case kind:
                return self._textual(kind, value, path)

    def _integer(self, field: Field, value: Any, path: Path) -> int | float:
        number: int | None = None
        if isinstance(value, str):
            number = _spelled_integer(value)
            if number is None:
                raise _UnreadableError(texts.no_conversion(value, "integer", place(self._text, path)))
        elif isinstance(value, float):
            if field.type != "link" or not value.is_integer() or self._facts.at("float_ids", "refused"):
                raise _UnreadableError(texts.not_an_integer(value, place(self._text, path)))
            number = int(value)
        else:
            self._no_other_kind(value, path, allowed=int)
            number = int(value)
        if not -INT32 <= number < INT32:
            raise _UnreadableError(texts.not_an_integer(value, place(self._text, path)))
        return float(number) if field.type == "link" else number

    def _number(self, value: Any, path: Path) -> int | float:
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                raise _UnreadableError(texts.no_conversion(value, "double", place(self._text, path))) from None
        self._no_other_kind(value, path, allowed=int | float)
        return value if isinstance(value, int | float) else 0.0

    def _boolean(self, value: Any, path: Path) -> bool:
        if isinstance(value, str):
            if value.lower() not in {"true", "false"}:
                raise _UnreadableError(texts.no_conversion(value, "boolean", place(self._text, path)))
            return value.lower() == "true"
        if isinstance(value, dict | list):
            raise _UnreadableError(texts.unexpected_character(json.dumps(value)[0], place(self._text, path)))
        return bool(value)

    def _textual(self, kind: str, value: Any, path: Path) -> str:
        if isinstance(value, dict | list):
            raise _UnreadableError(texts.unexpected_character(json.dumps(value)[0], place(self._text, path)))
        told = value if isinstance(value, str) else json.dumps(value)
        try:
            return _moment(told) if kind == "date" and told else str(UUID(told)) if kind == "uuid" and told else told
        except ValueError:
            name = {"date": "DateTime", "uuid": "Guid"}[kind]
            raise _UnreadableError(texts.no_conversion(told, name, place(self._text, path))) from None

    def _list(self, field: Field, value: Any, path: Path) -> list[Any]:
        if not isinstance(value, list):
            raise _UnreadableError(texts.not_an_array(place(self._text, path)))
        if field.nested is None:
            return value
        entity = self._entities.named(field.nested)
        return [self._object(entity, each, (*path, index)) for index, each in enumerate(value)]

    def _nested(self, field: Field, value: Any, path: Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _UnreadableError(texts.not_an_object(place(self._text, path)))
        return value if field.nested is None else self._object(self._entities.named(field.nested), value, path)

    def _no_other_kind(self, value: Any, path: Path, *, allowed: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, allowed):
            raise _UnreadableError(texts.unexpected_character(json.dumps(value)[0], place(self._text, path)))

    def _note(self, path: Path, text: str) -> None:
        self._errors.setdefault(spelled(path), []).append(text)


def _spelled_integer(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _moment(text: str) -> str:
    """Return a time as rows keep it: UTC, without zone. Raises `ValueError` where it is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat()
