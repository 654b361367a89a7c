"""What a tenant tells of its own entities: required fields, lengths, pick lists; read once and kept."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sync_desktop.domain.failures import SyncError
from sync_desktop.psa.autotask.client import AutotaskClient
from sync_desktop.psa.connector import MetadataCache
from sync_desktop.psa.drafting import moment
from sync_desktop.psa.listing import ENDS_ALL


@dataclass(frozen=True, slots=True)
class PickValue:
    """One value of a pick list; Autotask sends the value as text here and as a number in rows."""

    value: str
    label: str
    active: bool
    default: bool


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One field of an entity."""

    name: str
    required: bool
    read_only: bool
    length: int
    values: tuple[PickValue, ...]
    """Empty where the field is no pick list."""
    type: str = ""
    """In lower case: `string`, `integer`, `long`, `decimal`, `double`, `boolean` or `datetime`."""

    def pick(self, value: str) -> PickValue | None:
        """Return the pick-list value with this id."""
        return next((each for each in self.values if each.value == value), None)

    def labelled(self, label: str) -> PickValue | None:
        """Return the active value with this label."""
        return next((v for v in self.values if label and v.active and v.label.casefold() == label.casefold()), None)

    def typed(self, setting: str) -> Any:
        """Return the text of a setting in the field's type; None where it cannot be one."""
        return _TYPED.get(self.type, str)(setting.strip())

    @property
    def default(self) -> PickValue | None:
        """Return the value that Autotask itself marks as the default."""
        return next((each for each in self.values if each.default and each.active), None)


EntityInfo = dict[str, FieldInfo]


class Metadata:
    """Field information of one tenant, by entity. Field names are compared as Autotask spells them."""

    def __init__(self, client: AutotaskClient, cache: MetadataCache) -> None:
        self._client = client
        self._cache = cache
        self._known: dict[str, EntityInfo] = {}
        self._names: dict[str, dict[str, str]] = {}

    async def load(self, entities: Collection[str], *, fresh: bool = False) -> None:
        """Make the entities known, from the cache where it has them unless `fresh` is asked for."""
        for entity in entities:
            if entity in self._known and not fresh:
                continue
            rows = None if fresh else await self._cache.get(f"autotask/fields/{entity}")
            if rows is None:
                rows = _kept(await self._client.fields(entity))
                await self._cache.put(f"autotask/fields/{entity}", rows)
            self._known[entity] = {row["name"]: _field(row) for row in rows}

    async def names(self, entity: str, ids: Collection[str]) -> Mapping[str, str]:
        """Return the names of an entity's rows by id, kept like field information.

        They are read, once in a session at most, where one of these ids is not among those kept. They only help
        people: a user who may not read them has none.
        """
        if entity in self._names:
            return self._names[entity]
        found: dict[str, str] = await self._cache.get(f"autotask/names/{entity}") or {}
        if set(ids) - {""} - found.keys():
            try:
                rows = await self._client.everything(entity, label=f"Read the names of {entity}")
            except SyncError as error:
                if error.failure.kind in ENDS_ALL:
                    raise
                rows = []
            found = self._names[entity] = {str(row["id"]): str(row.get("name") or "") for row in rows}
            await self._cache.put(f"autotask/names/{entity}", found)
        return found

    def entity(self, entity: str) -> EntityInfo:
        """Return the fields of an entity that was loaded."""
        return self._known[entity]

    def field(self, entity: str, name: str) -> FieldInfo | None:
        """Return one field; None where this tenant does not have it."""
        return self._known[entity].get(name)


def _kept(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cut the answer down to what is used, so that the cache stays small."""
    members = ("name", "dataType", "isRequired", "isReadOnly", "length")
    return [
        {
            **{name: row.get(name) for name in members},
            "picklistValues": [
                {name: value.get(name) for name in ("value", "label", "isActive", "isDefaultValue")}
                for value in row.get("picklistValues") or []
            ],
        }
        for row in rows
    ]


def _field(row: dict[str, Any]) -> FieldInfo:
    return FieldInfo(
        name=str(row["name"]),
        required=bool(row.get("isRequired")),
        read_only=bool(row.get("isReadOnly")),
        length=int(row.get("length") or 0),
        values=tuple(
            PickValue(
                value=str(value.get("value")),
                label=str(value.get("label") or ""),
                active=bool(value.get("isActive", True)),
                default=bool(value.get("isDefaultValue")),
            )
            for value in row.get("picklistValues") or []
        ),
        type=str(row.get("dataType") or "").lower(),
    )


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


def _true_or_false(text: str) -> bool | None:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.casefold())


def _time(text: str) -> str | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment(at if at.tzinfo else at.replace(tzinfo=UTC))


_TYPED: Mapping[str, Callable[[str], Any]] = {
    "integer": _whole,
    "long": _whole,
    "decimal": _decimal,
    "double": _decimal,
    "boolean": _true_or_false,
    "datetime": _time,
}
