"""What one practice tenant of Autotask is told when it is built: who may call, and which limits hold."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def utc_now() -> datetime:
    """Return the time of day in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ApiUser:
    """A user who may call the API, with the rights that it has."""

    username: str
    secret: str = field(repr=False)
    resource_id: int = 1
    """Its row in Resources: what `creatorResourceID` becomes."""
    integration_code: str | None = None
    """Its own tracking identifier; None means the tenant's."""
    read_only: bool = False
    denied: frozenset[str] = frozenset()
    """Entities (`Quotes`, case does not matter) that it may neither see nor write."""

    def may_see(self, entity: str) -> bool:
        """Return whether the rows of an entity are shown to this user."""
        return entity.lower() not in {name.lower() for name in self.denied}

    def may_write(self, entity: str) -> bool:
        """Return whether this user may create, change or delete rows of an entity."""
        return not self.read_only and self.may_see(entity)


@dataclass(frozen=True, slots=True)
class AutotaskSettings:
    """One tenant: its users, its limits, its own rules, and the clocks that it lives by.

    The zone's address is no setting: it is read off each request's Host header, so that a proxy in between works.
    """

    username: str
    secret: str = field(repr=False)
    integration_code: str
    resource_id: int = 1
    """The main user's row in Resources."""
    extra_users: Sequence[ApiUser] = ()
    """Further users: read-only ones, ones that lack an entity, the vendor's own second writer."""
    lockout_after: int = 5
    """Wrong secrets in a row until a user is locked. The real number is not published."""
    limits: bool = False
    """Whether the hour's threshold, its delays, the thread limit and a call's duration are real."""
    hourly_threshold: int = 10_000
    threads: int = 3
    """Requests at once for one tracking identifier and entity."""
    call_seconds: float = 0.02
    """How long a call takes where limits are real; without it, two calls would never be there at once."""
    tenant_rules: Sequence[Mapping[str, Any]] = ()
    """The tenant's own refusals on create: `{"entity": "QuoteItems", "when": {"productID": 7}, "errors": ["..."]}`.

    Read at each create, so that a list may be changed while the server runs.
    """
    ci: int = 100_001
    """The tenant's number, which zoneInformation tells."""
    entities: "Traversable | None" = None
    """A file of entities other than the one that comes with the package."""
    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def users(self) -> tuple[ApiUser, ...]:
        """Return every user, the main one first."""
        main = ApiUser(self.username, self.secret, self.resource_id)
        return (main, *self.extra_users)
