"""What the practice HaloPSA knows of its entities: members, lists, references; read from its JSON file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SCHEMA_VERSION = 1
LOOKUP = "Lookup"
PART = "none"
_TRANSIENT = ("_", "newclient_", "newsite_")
_COMMANDS = frozenset(
    {"new_external_link", "new_ticket_status", "add_lines", "donotapplytemplateintheapi", "dont_do_rules"}
)


@dataclass(frozen=True, slots=True)
class Field:
    """One member of an entity."""

    name: str
    type: str
    """int, link (an id that is answered as 95.0), float, bool, text, date, uuid, list or object."""
    nested: str | None = None
    """The entity that the objects in it are."""

    @property
    def transient(self) -> bool:
        """Return whether it is an order to the server, which no row keeps."""
        return self.name.startswith(_TRANSIENT) or self.name in _COMMANDS


@dataclass(frozen=True, slots=True)
class Reference:
    """A member that holds the id of another row."""

    to: str
    shown: str | None = None
    """The member that shows that row's name."""
    lookup: tuple[str, ...] = ()
    """For a lookup: words in the name of its type, under lookupid 11; ids of types differ between instances."""


@dataclass(frozen=True)
class Entity:
    """One entity: how it is listed and found, what it needs and what it points at."""

    collection: str
    list: str
    """view (envelope and pages), array, setup and lookup (which of both is a switch), none (a part of others)."""
    fields: tuple[Field, ...]
    key: str = ""
    area: str = "setup"
    capped: bool = False
    """Whether it is a list of tickets, of which 100 rows a page at most are proven."""
    uuid: bool = False
    """Whether its id is the row's `guid`."""
    read_only: bool = False
    required: Mapping[str, str] = field(default_factory=dict)
    """Members that a row must have, and what a sentence calls them."""
    inactive: str | None = None
    """The member that makes a row inactive; for items that is a status other than 0."""
    created: str | None = None
    touched: str | None = None
    """Members that hold when a row was made and last changed."""
    search: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, str] = field(default_factory=dict)
    """Query parameters with one value, and with several between commas, and the members that they compare."""
    advanced: tuple[str, ...] = ()
    references: Mapping[str, Reference] = field(default_factory=dict)
    details: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Members that are shown with includedetails or includenotes only."""

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Return the members by lower-case name: names in bodies ignore case."""
        return {each.name.lower(): each for each in self.fields}

    def field(self, name: str) -> Field | None:
        """Return a member by its name in any case; None where there is none."""
        return self.by_name.get(name.lower())


class Entities:
    """All entities, by their route's name in any case."""

    def __init__(self, source: "Traversable") -> None:
        self._all = _entities(source.name, source.read_text("utf-8"))

    def route(self, name: str) -> Entity | None:
        """Return the entity of a route; None where there is none."""
        entity = self._all.get(name.lower())
        return None if entity is None or entity.list == PART else entity

    def named(self, name: str) -> Entity:
        """Return an entity, also one that is a part of others. Raises `KeyError`."""
        return self._all[name.lower()]


@lru_cache(maxsize=2)  # entities are values, and every practice tenant starts with the same
def _entities(name: str, text: str) -> Mapping[str, Entity]:
    """Return the entities in the text of a file, by lower-case name. Raises ValueError for another schema version."""
    told = json.loads(text)
    if told.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"{name}: schema_version is {told.get('schema_version')}, not {SCHEMA_VERSION}")
    return {name.lower(): _entity(name, entry) for name, entry in told["entities"].items()}


def _entity(collection: str, entry: Mapping[str, Any]) -> Entity:
    nested = entry.get("nested", {})
    fields = [Field(name, kind, nested.get(name)) for kind, names in entry["fields"].items() for name in names]
    told: dict[str, Any] = {
        name: value for name, value in entry.items() if name not in {"fields", "nested", "references"}
    }
    references = {
        name: Reference(each["to"], each.get("shown"), tuple(each.get("lookup", "").split()))
        for name, each in entry.get("references", {}).items()
    }
    lists: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return Entity(collection=collection, fields=tuple(fields), references=references, **lists)
