"""What the practice ConnectWise knows of its entities: paths, fields, references; read from its JSON file.

A field is told in one line: its type, then in any order the longest text, `1900..9999` a range, `=A|B` the allowed
words, `!` required, `+` required on updates, `@2026.11` the API version that brought it, `~F` what is shown where a row
holds nothing. Types are text, int, number, flag, date, any, ids, texts, an object of the file, `XxxReference`, and in
brackets a list of these.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SCHEMA_VERSION = 1
Version = tuple[int, int]
INFO = "_info"
_REFERENCE_MEMBERS = ("id", "identifier", "name", INFO)
EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")
MAIN_COMPANY = "company/companies"


@dataclass(frozen=True, slots=True)
class Field:
    """One member of an entity."""

    name: str
    type: str
    """text, int, number, flag, date, any, ids, texts, or the name of an object or reference."""
    many: bool = False
    """Whether it is a list of objects or references."""
    length: int = 0
    """Longest text; 0 where none is known."""
    range: tuple[int, int] | None = None
    words: tuple[str, ...] = ()
    required: bool = False
    required_on_update: bool = False
    since: Version = (0, 0)
    shown: Any = None
    """What the API shows where a row holds nothing."""

    @property
    def is_reference(self) -> bool:
        """Return whether it points at another record."""
        return self.type.endswith("Reference")


@dataclass(frozen=True, slots=True)
class Parent:
    """Under which record an entity stands in paths: `/company/companies/{id}/sites`."""

    collection: str
    path: str
    member: str
    """The child's member that holds the parent: a reference, or a number where its name ends in Id."""

    def holds(self, row: Mapping[str, Any], parent_id: int) -> bool:
        """Return whether a row belongs to a parent."""
        told = row.get(self.member)
        return (told.get("id") if isinstance(told, Mapping) else told) == parent_id

    def value(self, parent_id: int) -> Any:
        """Return what a row of this parent holds in its member."""
        return parent_id if self.member.endswith("Id") else {"id": parent_id}


@dataclass(frozen=True)
class Entity:
    """One kind of record."""

    name: str
    """As texts name its type: `CatalogItem`."""
    collection: str
    """Its path and its name in the store: `procurement/catalog`."""
    resource: str
    """As validation errors name it: `catalogItem`."""
    label: str
    """As sentences name it: `Catalog Item`."""
    fields: tuple[Field, ...]
    title: tuple[str, ...] = ("name",)
    """The members that make the name of a reference to it."""
    methods: frozenset[str] = frozenset(EVERY_METHOD)
    parent: Parent | None = None
    top: bool = False
    """Whether an entity under a parent has a path of its own too."""
    search: bool = False
    usages: bool = False
    hides: bool = False
    """Whether lists may leave its inactive rows out."""
    tail: str = ""
    """What follows "is an inactive" in a refusal; empty where `label` will do."""

    @cached_property
    def by_lower_name(self) -> Mapping[str, Field]:
        """Return the fields by their names in lower case."""
        return {each.name.lower(): each for each in self.fields}

    def field(self, name: str) -> Field | None:
        """Return a field, in whatever case it is asked for."""
        return self.by_lower_name.get(name.lower())

    def at(self, version: Version) -> tuple[Field, ...]:
        """Return the fields that an API version has."""
        return tuple(each for each in self.fields if each.since <= version)

    def title_of(self, row: Mapping[str, Any]) -> str:
        """Return the name under which references show a row."""
        return " ".join(str(row[name]) for name in self.title if row.get(name) not in (None, ""))


@dataclass(frozen=True)
class Metadata:
    """All entities, and what references and inner objects may hold."""

    entities: Mapping[str, Entity]
    references: Mapping[str, str]
    """Type of a reference to the entity that it points at; other references are taken as they come."""
    reference_members: Mapping[str, tuple[str, ...]]
    objects: Mapping[str, tuple[Field, ...]]
    _roots: dict[str, Entity] = field(default_factory=dict, init=False)
    _children: dict[tuple[str, str], Entity] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for entity in self.entities.values():
            if entity.parent is not None:
                self._children[entity.parent.collection, entity.parent.path.lower()] = entity
            if entity.parent is None or entity.top:
                self._roots[entity.collection.lower()] = entity

    def root(self, path: str) -> Entity | None:
        """Return the entity at a path such as `company/companies`, in any case."""
        return self._roots.get(path.lower())

    def child(self, entity: Entity, path: str) -> Entity | None:
        """Return the entity under another, `sites` under Company, in any case."""
        return self._children.get((entity.collection, path.lower()))

    def children(self, entity: Entity) -> Iterator[Entity]:
        """Return what stands under an entity."""
        return (child for (collection, _), child in self._children.items() if collection == entity.collection)

    def target(self, each: Field) -> Entity | None:
        """Return the entity that a reference points at, None for one that is not kept here."""
        return self.entities.get(self.references.get(each.type, ""))

    def members(self, type_name: str) -> tuple[Field, ...] | None:
        """Return the members of a reference or inner object; None for a plain type."""
        if type_name.endswith("Reference"):
            names = (*_REFERENCE_MEMBERS, *self.reference_members.get(type_name, ()))
            return tuple(Field(name, "any") for name in names)
        return self.objects.get(type_name)


def packaged_entities() -> "Traversable":
    """Return the file of entities that comes with the package: inside it once installed, beside it in a checkout."""
    inside = files("sync_desktop").joinpath("_resources")
    root: Traversable = inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "resources"
    return root.joinpath("sandbox", "connectwise-entities.json")


def read_metadata(source: "Traversable") -> Metadata:
    """Read a file of entities. Raises `ValueError` for one of another schema version."""
    return _metadata(source.read_text(encoding="utf-8"))


@lru_cache(maxsize=2)  # entities are values, and every practice tenant starts with the same
def _metadata(text: str) -> Metadata:
    raw = json.loads(text)
    if raw["schema_version"] != SCHEMA_VERSION:
        raise ValueError(f"entities of schema version {raw['schema_version']}; this sandbox reads {SCHEMA_VERSION}")
    return Metadata(
        entities={name: _entity(name, entry) for name, entry in raw["entities"].items()},
        references=raw["references"],
        reference_members={name: tuple(members) for name, members in raw["membersOfReferences"].items()},
        objects={name: tuple(_fields(members)) for name, members in raw["objects"].items()},
    )


def _entity(name: str, entry: Mapping[str, Any]) -> Entity:
    told = entry.get("parent")
    return Entity(
        name=name,
        collection=entry["collection"],
        resource=entry.get("resource", name[0].lower() + name[1:]),
        label=entry.get("label", name),
        fields=(Field("id", "int"), *_fields(entry["fields"]), Field(INFO, "any")),
        title=tuple(entry.get("title", ("name",))),
        methods=frozenset(entry.get("methods", EVERY_METHOD)),
        parent=Parent(**told) if told else None,
        top=entry.get("top", False),
        search=entry.get("search", False),
        usages=entry.get("usages", False),
        hides=entry.get("hides", False),
        tail=entry.get("tail", ""),
    )


def _fields(told: Mapping[str, str]) -> Iterable[Field]:
    return (_field(name, notation) for name, notation in told.items())


def _field(name: str, notation: str) -> Field:
    kind, *rest = notation.split()
    told: dict[str, Any] = {}
    for part in rest:
        if part == "!":
            told["required"] = True
        elif part == "+":
            told["required_on_update"] = True
        elif part.startswith("="):
            told["words"] = tuple(part[1:].split("|"))
        elif part.startswith("@"):
            told["since"] = version_of(part[1:])
        elif part.startswith("~"):
            told["shown"] = part[1:] == "true" if kind == "flag" else part[1:]
        elif ".." in part:
            low, _, high = part.partition("..")
            told["range"] = int(low), int(high)
        else:
            told["length"] = int(part)
    return Field(name, kind.strip("[]"), many=kind.startswith("["), **told)


def version_of(text: str) -> Version:
    """Return `2026.11` as numbers that compare."""
    year, _, number = text.partition(".")
    return int(year), int(number or 0)
