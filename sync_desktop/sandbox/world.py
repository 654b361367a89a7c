"""Worlds: what the systems hold when the sandbox starts, read from JSON.

A world's dates stand as days from today, `{-12}T09:30:00Z`, so that its quotes never grow old.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources.abc import Traversable
from typing import Any

from sync_desktop.sandbox.faults import FaultError, read_hide
from sync_desktop.sandbox.store import Row

SCHEMA_VERSION = 1
PSAS = ("autotask", "connectwise", "halopsa")
_RELATIVE = re.compile(r"\{([+-]?\d+)\}(T\d\d:\d\d:\d\dZ)?")


class WorldError(ValueError):
    """A world that cannot be read; its text says which and why."""


@dataclass(frozen=True, slots=True)
class SiteWorld:
    """One Salesbuildr tenant and one PSA, with all rows."""

    name: str
    psa: str
    data: Mapping[str, Mapping[str, list[Row]]]
    """System, then collection, then rows."""
    tenant_rules: tuple[Row, ...] = ()
    """What this tenant refuses by rules of its own: `{"entity", "when": {field: value}, "errors": [text]}`."""
    hidden: tuple[Row, ...] = ()
    """Rows of the PSA that its API user cannot see: `{"collection", "where": {field: value or values}}`."""
    cases: Mapping[str, list[str]] = field(default_factory=dict)
    """Which quotes, by number, show what; for tests and demonstrations, the servers know nothing of it."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the sandbox starts with."""

    name: str
    sites: tuple[SiteWorld, ...] = field(default=())


def load_world(source: Traversable | Mapping[str, Any], now: datetime) -> World:
    """Read a world from its file, or from what such a file holds, with its dates set in relation to `now`.

    Raises `WorldError` where there is no such file or it is none of ours.
    """
    raw = source if isinstance(source, Mapping) else _read(source)
    if raw.get("schema_version") != SCHEMA_VERSION:
        raise WorldError(
            f"a world of schema version {raw.get('schema_version')!r}; this sandbox reads {SCHEMA_VERSION}"
        )
    try:
        sites = tuple(_site(site, now) for site in raw["sites"])
        if not sites:
            raise WorldError("the world has no site")
        return World(name=str(raw["name"]), sites=sites)
    except (KeyError, TypeError, AttributeError, FaultError) as error:
        raise WorldError(f"the world lacks something: {error}") from error


def _read(source: Traversable) -> Mapping[str, Any]:
    try:
        raw = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorldError(f"the world {source.name} cannot be read: {error}") from error
    if not isinstance(raw, dict):
        raise WorldError(f"the world {source.name} is no JSON object")
    return raw


def _site(raw: Mapping[str, Any], now: datetime) -> SiteWorld:
    psa = raw["psa"]
    if psa not in PSAS:
        raise WorldError(f"site {raw['name']}: there is no PSA {psa!r}")
    systems = {system: resolve(raw[system], now) for system in ("salesbuildr", psa)}
    rules, hidden = (tuple(raw.get(name, ())) for name in ("tenant_rules", "hidden"))
    for entry in hidden:
        read_hide(entry)
    return SiteWorld(str(raw["name"]), psa, systems, rules, hidden, dict(raw.get("cases", {})))


def resolve(value: Any, now: datetime) -> Any:
    """Return a copy of JSON with every relative date turned into a real one."""
    if isinstance(value, dict):
        return {name: resolve(member, now) for name, member in value.items()}
    if isinstance(value, list):
        return [resolve(member, now) for member in value]
    if isinstance(value, str) and value.startswith("{"):
        match = _RELATIVE.fullmatch(value)
        if match:
            day = (now + timedelta(days=int(match[1]))).date()
            return f"{day.isoformat()}{match[2] or ''}"
    return value
