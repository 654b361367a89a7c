"""What the practice Autotask knows of its entities: routes, fields, picklists; read from its JSON file.

Collections carry the entity's route name (`QuoteItems`); texts and references carry its type (`QuoteItem`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync_desktop.sandbox.autotask.facts import Facts
from sync_desktop.sandbox.store import Store

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SCHEMA_VERSION = 1
UDF_KEY = "userDefinedFields"
EDITED = "picklists/"
"""Begins the collections in which a world, or somebody behind our back, edits a picklist of the file of entities.

A row's id is a value. `{"isActive": false}` makes it inactive, `{"name": ...}` renames it, `{"deleted": true}` takes it
away; one that the list does not have is added.
"""
_USER_TYPES = {"3": "double", "4": "datetime"}
"""Types of user-defined fields, by UserDefinedFieldDefinitions.dataType; all others are text."""


@dataclass(frozen=True, slots=True)
class PickValue:
    """One entry of a picklist; `value` is text, as the field information gives it."""

    value: str
    label: str
    active: bool = True
    system: bool = False
    default: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity."""

    name: str
    type: str
    """string, integer, long, decimal, double, boolean or datetime."""
    length: int = 0
    """Longest text; 0 for what is no text."""
    required: bool = False
    read_only: bool = False
    updatable: bool = True
    """False for a field that is set by the create and never again."""
    queryable: bool = True
    reference: str | None = None
    """The type that the number points at, `Company`."""
    use_type: int | None = None
    """The use that a billing code must have here (4 Material, 5 Services, 2 Expenses)."""
    picklist: tuple[PickValue, ...] | None = None
    picklist_from: str | None = None
    """The collection whose rows are the picklist's values, where it has any."""
    picklist_name: str = ""
    """What the picklist is called in the file of entities; `EDITED` and this name is the collection of its edits."""
    default: Any = None
    on_create: str | None = None
    on_update: str | None = None
    """What the server fills in: now, caller, impersonator, number."""
    unique: bool = False
    since: int = 0
    """The year in which the vendor added it; 0 for long ago."""

    @property
    def is_number(self) -> bool:
        """Return whether values are whole or decimal numbers."""
        return self.type in {"integer", "long", "decimal", "double"}


@dataclass(frozen=True, slots=True)
class Parent:
    """Where a child entity hangs: `/Quotes/{id}/Items` with `quoteID` as key."""

    collection: str
    path: str
    key: str
    methods: frozenset[str]


@dataclass(frozen=True)
class Entity:
    """One entity: its collection, its type's name, what can be done to it, its fields."""

    collection: str
    name: str
    fields: tuple[Field, ...]
    write: frozenset[str] = frozenset()
    """POST, PUT, PATCH at the entity's own route."""
    delete: bool = False
    """Whether `DELETE /{collection}/{id}` is a route."""
    parent: Parent | None = None
    udf_type: str | None = None
    """The value of UserDefinedFieldDefinitions.udfType that means this entity; None where it has no such fields."""
    webhooks: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Return the fields by lower-case name: names in bodies and filters ignore case."""
        return {field.name.lower(): field for field in self.fields}

    def field(self, name: str) -> Field | None:
        """Return a field by its name in any case; None where there is none."""
        return self.by_name.get(name.lower())

    def can(self, method: str) -> bool:
        """Return whether a method (POST, PUT, PATCH, DELETE) is open at the own route or at the parent's."""
        own = method in self.write or (method == "DELETE" and self.delete)
        return own or (self.parent is not None and method in self.parent.methods)


class Metadata:
    """All entities as the switches and the rows of the store make them at this moment."""

    def __init__(self, source: "Traversable", facts: Facts, store: Store) -> None:
        self._facts = facts
        self._store = store
        self._entities = _entities(source.name, source.read_text("utf-8"))
        self._collections = {entity.name: entity.collection for entity in self._entities.values()}
        self._shaped: dict[tuple[str, bool, bool, bool, str], Entity] = {}

    def entity(self, collection: str) -> Entity | None:
        """Return an entity by its route name in any case, with the fields that the switches leave it."""
        entity = self._entities.get(collection.lower())
        if entity is None or (
            entity.collection == "OpportunityCategories" and self._facts.at("opportunity_categories", "absent")
        ):
            return None
        key = (
            entity.collection,
            self._facts.at("services_2026_fields", "on"),
            self._facts.at("project_opportunity", "on"),
            self._facts.at("location_tax_field", "account"),
            self._facts.get("product_name_length"),
        )
        if key not in self._shaped:
            self._shaped[key] = replace(entity, fields=tuple(self._shape(entity)))
        return self._shaped[key]

    def child(self, parent: str, path: str) -> Entity | None:
        """Return the entity that hangs under a parent's route, `child("Quotes", "Items")`; None where none does."""
        for entity in self._entities.values():
            at = entity.parent
            if at and (at.collection.lower(), at.path.lower()) == (parent.lower(), path.lower()):
                return self.entity(entity.collection)
        return None

    def collection_of(self, name: str) -> str | None:
        """Return the collection of a type (`Company` -> `Companies`); None for one that the sandbox does not hold."""
        return self._collections.get(name)

    def picklist(self, field: Field) -> tuple[PickValue, ...] | None:
        """Return a field's values at this moment; those of a collection follow its rows. None: no picklist."""
        rows = self._store.rows(field.picklist_from) if field.picklist_from else {}
        if not rows:
            return self._edited(field)
        return tuple(
            PickValue(str(row_id), str(row.get("name") or row_id), active=row.get("isActive") is not False)
            for row_id, row in sorted(rows.items())
        )

    def _edited(self, field: Field) -> tuple[PickValue, ...] | None:
        """Return a picklist of the file of entities with the edits that were made to it."""
        collection = f"{EDITED}{field.picklist_name}"
        if field.picklist is None or collection not in self._store.collections:
            return field.picklist
        values = {value.value: value for value in field.picklist}
        for row_id, edit in self._store.rows(collection).items():
            if edit.get("deleted"):
                values.pop(str(row_id), None)
                continue
            known = values.get(str(row_id), PickValue(str(row_id), str(row_id)))
            active = bool(edit.get("isActive", known.active))
            values[known.value] = replace(known, label=str(edit.get("name", known.label)), active=active)
        return tuple(values.values())

    def user_defined(self, entity: Entity) -> dict[str, dict[str, Any]]:
        """Return the definitions of an entity's active user-defined fields, by lower-case name."""
        if entity.udf_type is None:
            return {}
        return {
            str(row.get("name", "")).lower(): row
            for row in self._store.rows("UserDefinedFieldDefinitions").values()
            if str(row.get("udfType")) == entity.udf_type and row.get("isActive") is not False
        }

    def _shape(self, entity: Entity) -> Iterable[Field]:
        for field in entity.fields:
            if field.since and not self._facts.at("services_2026_fields", "on"):
                continue
            if (entity.collection, field.name) == ("Projects", "opportunityID") and not self._facts.at(
                "project_opportunity", "on"
            ):
                continue
            if field.name == "overrideAccountTaxSettings" and self._facts.at("location_tax_field", "company"):
                yield replace(field, name="overrideCompanyTaxSettings")
            elif (entity.collection, field.name) == ("Products", "name"):
                yield replace(field, length=int(self._facts.get("product_name_length")))
            else:
                yield field


def user_type(definition: Mapping[str, Any]) -> str:
    """Return the type of a user-defined field by its definition: double, datetime or string."""
    return _USER_TYPES.get(str(definition.get("dataType")), "string")


def packaged_entities() -> "Traversable":
    """Return the file of entities that comes with the package: inside it once installed, beside it in a checkout."""
    inside = files("sync_desktop").joinpath("_resources")
    root: Traversable = inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "resources"
    return root.joinpath("sandbox", "autotask-entities.json")


@lru_cache(maxsize=2)  # entities are values, and every practice tenant starts with the same
def _entities(name: str, text: str) -> Mapping[str, Entity]:
    """Return the entities in the text of a file, by lower-case route. Raises ValueError for another schema version."""
    told = json.loads(text)
    if told.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"{name}: schema_version is {told.get('schema_version')}, not {SCHEMA_VERSION}")
    picklists = {name: tuple(PickValue(**value) for value in values) for name, values in told["picklists"].items()}
    return {collection.lower(): _entity(collection, entry, picklists) for collection, entry in told["entities"].items()}


def _entity(collection: str, entry: Mapping[str, Any], picklists: Mapping[str, tuple[PickValue, ...]]) -> Entity:
    told = entry.get("parent")
    parent = Parent(told["entity"], told["path"], told["key"], frozenset(told["methods"])) if told else None
    return Entity(
        collection=collection,
        name=entry["name"],
        fields=tuple(_field(field, picklists) for field in entry["fields"]),
        write=frozenset(entry["write"]),
        delete=entry.get("delete", False),
        parent=parent,
        udf_type=entry.get("userDefinedFields"),
        webhooks=entry.get("webhooks", False),
    )


def _field(entry: Mapping[str, Any], picklists: Mapping[str, tuple[PickValue, ...]]) -> Field:
    return Field(
        name=entry["name"],
        type=entry["type"],
        length=entry.get("length", 0),
        required=entry.get("required", False),
        read_only=entry.get("readOnly", False),
        updatable=entry.get("updatable", True),
        queryable=entry.get("queryable", True),
        reference=entry.get("reference"),
        use_type=entry.get("useType"),
        picklist=picklists[entry["picklist"]] if "picklist" in entry else None,
        picklist_from=entry.get("picklistFrom"),
        picklist_name=entry.get("picklist", ""),
        default=entry.get("default"),
        on_create=entry.get("onCreate"),
        on_update=entry.get("onUpdate"),
        unique=entry.get("unique", False),
        since=entry.get("since", 0),
    )
