"""One request of the API, taken apart, and the instance that it is meant for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync_desktop.sandbox.halopsa.answers import forbidden
from sync_desktop.sandbox.halopsa.entities import Entities, Entity
from sync_desktop.sandbox.halopsa.facts import Facts
from sync_desktop.sandbox.halopsa.limits import Limits
from sync_desktop.sandbox.halopsa.parameters import Parameters
from sync_desktop.sandbox.halopsa.settings import HalopsaSettings
from sync_desktop.sandbox.halopsa.signing import Door, Token
from sync_desktop.sandbox.store import Row, Store

CONTROL = "Control"
"""The collection whose one row, id 1, holds the instance's own settings."""


@dataclass(slots=True)
class Instance:
    """One practice instance: its rows, its entities, its applications and its limits."""

    settings: HalopsaSettings
    store: Store
    facts: Facts
    entities: Entities
    door: Door
    limits: Limits

    def reset(self) -> None:
        """Forget all tokens and requests; the rows are the store's own business."""
        self.door.revoke()
        self.limits.forget()

    def control(self, name: str) -> bool:
        """Return a setting of the instance's Control row by its name in lower case; what it does not say is off."""
        settings = self.store.get(CONTROL, 1) or {}
        return any(bool(value) for key, value in settings.items() if key.lower() == name)

    def now(self) -> str:
        """Return the time as rows keep it: UTC, without zone."""
        return self.settings.now().replace(microsecond=0, tzinfo=None).isoformat()


@dataclass(frozen=True, slots=True)
class Call:
    """One signed request."""

    instance: Instance
    token: Token
    method: str
    path: tuple[str, ...]
    """The path's parts behind /api."""
    query: Parameters
    body: str

    @property
    def facts(self) -> Facts:
        """The switches."""
        return self.instance.facts

    @property
    def store(self) -> Store:
        """The rows."""
        return self.instance.store

    def may_read(self, entity: Entity) -> bool:
        """Return whether rows are shown; False means an empty list. Raises `RefusedError` where it is an error."""
        if not self.token.opens(entity.area, writing=False):
            raise forbidden(self.facts)
        if self.token.application.may_see(entity.collection):
            return True
        if self.facts.at("denied_read", "empty"):
            return False
        raise forbidden(self.facts)

    def must_write(self, entity: Entity) -> None:
        """Raise `RefusedError` (403) where scopes or role do not let this caller write an entity."""
        seen = self.token.application.may_see(entity.collection)
        if entity.read_only or not seen or not self.token.opens(entity.area, writing=True):
            raise forbidden(self.facts)

    def visible(self, collection: str) -> list[Row]:
        """Return the rows that this caller's agent may see, in the order of their ids; deleted tickets are not."""
        agent = self.token.application.agent_id
        return [row for row in self.store.visible(collection) if not row.get("deleted") and _lets_in(row, agent)]

    def sees(self, collection: str, row_id: Any) -> Row | None:
        """Return one row where this caller's agent may see it."""
        return next((row for row in self.visible(collection) if row["id"] == row_id), None)


def _lets_in(row: Mapping[str, Any], agent_id: int) -> bool:
    """Return whether a row's access_control, where it has one, names an agent."""
    entries = row.get("access_control") or ()
    return not entries or any(entry.get("agent_id") == agent_id for entry in entries)
