"""What one practice tenant of ConnectWise is told when it is built: who may call, and which limits hold."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

ROUTER = "v4_6_release"
"""The codebase that leads to whichever version the tenant runs (developer guide)."""


def utc_now() -> datetime:
    """Return the time of day in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ApiMember:
    """An API member with its key pair and the rights of its security role."""

    public_key: str
    private_key: str = field(repr=False)
    client_id: str = ""
    """The clientId of the program that uses these keys."""
    identifier: str = "SyncDesktop"
    """What `_info.updatedBy` and `enteredBy` say."""
    read_only: bool = False
    denied: frozenset[str] = frozenset()
    """Collections (`sales/opportunities`, case does not matter) for which its role lacks the right."""

    def may_see(self, collection: str) -> bool:
        """Return whether the role lets this member inquire."""
        return collection.lower() not in {name.lower() for name in self.denied}

    def may_write(self, collection: str) -> bool:
        """Return whether the role lets this member add, edit and delete."""
        return not self.read_only and self.may_see(collection)


@dataclass(frozen=True, slots=True)
class ConnectWiseSettings:
    """One tenant: its members, its limits, its own rules, and the clocks that it lives by."""

    company: str
    """The company id that people log in with."""
    members: Sequence[ApiMember]
    codebase: str = "v2026_1"
    """The codebase of the running version; a row of `login/companyinfo` in the store wins over it."""
    version: str = "v2026.1.105333"
    limits: bool = False
    calls_per_minute: int = 1_000
    """Requests in a minute from which on the guide says that limiting is likely."""
    cool_down: int = 30
    """Seconds until requests are served again, as the 429's text and header have them."""
    tenant_rules: Sequence[Mapping[str, Any]] = ()
    """The tenant's own refusals on create: `{"entity": "CatalogItem", "when": {"vendorSku": "X"}, "errors": [text]}`.

    Read at each create, so that a list may be changed while the server runs.
    """
    location_id: int = 11
    business_unit_id: int = 10
    """What new opportunities get where the caller names none."""
    entities: "Traversable | None" = None
    """A file of entities other than the one that comes with the package."""
    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
