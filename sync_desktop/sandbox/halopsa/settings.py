"""What one practice instance of HaloPSA is told when it is built: who may call, and which limits hold."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

EVERYTHING = frozenset({"all"})


def utc_now() -> datetime:
    """Return the time of day in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ApiApplication:
    """An application under Configuration > Integrations > Halo API, with the agent whose rights it has."""

    client_id: str
    client_secret: str = field(repr=False)
    agent_id: int = 1
    """The row of `Agent` that it logs in as."""
    scopes: frozenset[str] = EVERYTHING
    """The permissions that it may ask for; `all` is every one of them."""
    denied: frozenset[str] = frozenset()
    """Entities (`Quotation`, case does not matter) that the agent's role neither shows nor lets it write."""
    read_only: bool = False

    def may_see(self, collection: str) -> bool:
        """Return whether the agent's role shows the rows of an entity."""
        return collection.lower() not in {name.lower() for name in self.denied}


@dataclass(frozen=True, slots=True)
class HalopsaSettings:
    """One instance: its tenant name, its applications, its limits, its own rules, and the clocks that it lives by."""

    tenant: str
    applications: Sequence[ApiApplication]
    limits: bool = False
    """Whether the rate limit is real; the switch `rate_limit` says how high it is."""
    token_seconds: int = 3600
    tenant_rules: Sequence[Mapping[str, Any]] = ()
    """What this instance refuses by rules of its own: `{"entity", "when": {field: value}, "errors": [text]}`.

    With `warnings` instead of `errors` the row is saved with a `_warning`, and a quote's line is left out. The entity
    is a route's name, or `QuotationDetail` for lines of quotes. Read at each write, so a list may change meanwhile.
    """
    entities: "Traversable | None" = None
    """A file of entities other than the one that comes with the package."""
    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic


def packaged_entities() -> "Traversable":
    """Return the file of entities that comes with the package: inside it once installed, beside it in a checkout."""
    inside = files("sync_desktop").joinpath("_resources")
    root: Traversable = inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "resources"
    return root.joinpath("sandbox", "halopsa-entities.json")
