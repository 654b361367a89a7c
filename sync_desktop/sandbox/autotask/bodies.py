"""The body of a write, taken apart: names in any case, types, nulls, what may be written and what may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync_desktop.sandbox import wire
from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.autotask.answers import UnexpectedError
from sync_desktop.sandbox.autotask.facts import Facts
from sync_desktop.sandbox.autotask.metadata import UDF_KEY, Entity, Field
from sync_desktop.sandbox.autotask.values import BadValueError, as_number, take


@dataclass(frozen=True, slots=True)
class Body:
    """What a write sent, in the entity's own spelling."""

    row_id: int | None
    values: Mapping[str, Any]
    """Values of the fields that may be written; nulls only where a field is to be emptied."""
    user_defined: tuple[Mapping[str, Any], ...] | None
    """Values of user-defined fields, `{"name", "value"}`; None where the body has none."""
    refused: tuple[str, ...]
    """Texts for properties that the switches refuse."""


class Reader:
    """Reads the bodies of one entity. Raises `UnexpectedError` where the vendor has no better answer."""

    def __init__(self, entity: Entity, user_defined: Mapping[str, Mapping[str, Any]], facts: Facts) -> None:
        self._entity = entity
        self._user_defined = user_defined
        self._facts = facts
        self._parent_key = entity.parent.key if entity.parent else None
        """Stands in the path as well, so that nobody minds it in a body."""

    def read(self, text: str, *, creating: bool) -> Body:
        """Return the body of a create, or of an update (where the id is in it and null empties a field)."""
        try:
            told = wire.read(text)
        except ValueError:
            raise UnexpectedError from None
        if not isinstance(told, dict):
            raise UnexpectedError
        row_id: int | None = None
        values: dict[str, Any] = {}
        user_defined: tuple[Mapping[str, Any], ...] | None = None
        refused: list[str] = []
        for name, value in told.items():
            field = self._entity.field(str(name))
            if name.lower() == "id":
                row_id = self._id(value)
            elif name.lower() == UDF_KEY.lower():
                user_defined = self._user_values(value, refused)
            elif field is None:
                if self._facts.at("unknown_properties", "refused"):
                    refused.append(texts.unknown_property(str(name), self._entity.name))
            elif value is None and self._null_fails(field, creating=creating):
                raise UnexpectedError
            elif field.read_only or not (creating or field.updatable):
                if field.name != self._parent_key and self._facts.at("read_only_properties", "refused"):
                    refused.append(texts.read_only(field.name))
            elif value is not None or not creating:
                values[field.name] = self._take(field, value)
        return Body(row_id, values, user_defined, tuple(refused))

    def _null_fails(self, field: Field, *, creating: bool) -> bool:
        # sortOrderID is the field that people stumble over: read-only, and an error when it comes as null.
        if field.required or field.read_only:
            return True
        return creating and self._facts.at("null_on_create", "unexpected")

    @staticmethod
    def _id(value: object) -> int | None:
        if value is None:
            return None
        try:
            return int(as_number(value))
        except BadValueError:
            raise UnexpectedError from None

    @staticmethod
    def _take(field: Field, value: object) -> Any:
        try:
            return take(field, value)
        except BadValueError:
            raise UnexpectedError from None

    def _user_values(self, value: object, refused: list[str]) -> tuple[Mapping[str, Any], ...] | None:
        if value is None:
            return None
        if not isinstance(value, list):
            raise UnexpectedError
        told: list[Mapping[str, Any]] = []
        for entry in value:
            if not isinstance(entry, Mapping) or "name" not in entry:
                raise UnexpectedError
            defined = self._user_defined.get(str(entry["name"]).lower())
            if defined is None:
                refused.append(texts.unknown_field(str(entry["name"]), self._entity.name))
                continue
            text = entry.get("value")
            told.append({"name": str(defined["name"]), "value": None if text is None else str(text)})
        return tuple(told)
