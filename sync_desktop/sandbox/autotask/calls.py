"""One request of the API, taken apart, and the tenant that it is meant for."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from sync_desktop.sandbox.autotask import texts
from sync_desktop.sandbox.autotask.answers import RefusedError, errors
from sync_desktop.sandbox.autotask.facts import Facts
from sync_desktop.sandbox.autotask.limits import Limits
from sync_desktop.sandbox.autotask.metadata import Entity, Metadata
from sync_desktop.sandbox.autotask.settings import ApiUser, AutotaskSettings
from sync_desktop.sandbox.autotask.signing import Door
from sync_desktop.sandbox.store import Store

FIRST_ERROR_ID = 57_492


@dataclass(slots=True)
class Tenant:
    """One practice tenant: its rows, its entities, its users and its limits."""

    settings: AutotaskSettings
    store: Store
    facts: Facts
    metadata: Metadata
    door: Door
    limits: Limits
    next_error_id: int = FIRST_ERROR_ID

    def reset(self) -> None:
        """Unlock every user and begin a new hour; the rows are the store's own business."""
        self.door.unlock()
        self.limits.forget()
        self.next_error_id = FIRST_ERROR_ID

    def unexpected(self) -> RefusedError:
        """Return the answer for what the vendor calls an unexpected error, with a number of its own."""
        number = self.next_error_id
        self.next_error_id += 1
        return RefusedError(500, {"errors": texts.unexpected(number), "errorId": number})


@dataclass(frozen=True, slots=True)
class Call:
    """One signed request."""

    tenant: Tenant
    user: ApiUser
    method: str
    host: str
    """Scheme and host as the caller wrote them, so that addresses in answers lead back through a proxy."""
    url: str
    rest: tuple[str, ...]
    """The path's parts behind V1.0."""
    parameters: Mapping[str, str]
    """Query parameters by lower-case name."""
    headers: Mapping[str, str]
    body: str

    def root(self, *parts: object) -> str:
        """Return the address of a route."""
        return "/".join([f"{self.host}/ATServicesRest/V1.0", *map(str, parts)])

    def refuse_unless(self, allowed: bool, action: str) -> None:
        """Raise the refusal for a missing right where an action is not allowed."""
        if not allowed:
            raise not_permitted(self.tenant, action)

    def may_read(self, entity: Entity) -> bool:
        """Return whether rows are shown; False means an empty result. Raises `RefusedError` where it is an error."""
        if self.user.may_see(entity.collection):
            return True
        position = self.tenant.facts.get("denied_read")
        if position == "empty":
            return False
        raise errors(texts.no_permission("query"), status=int(position))


def not_permitted(tenant: Tenant, action: str) -> RefusedError:
    """Return the refusal of an action for which the user lacks the right."""
    return errors(texts.no_permission(action), status=tenant.facts.status("missing_permission"))


def host_of(request: web.Request) -> str:
    """Return scheme and host of a request as its Host header has them."""
    return f"{request.scheme}://{request.host}"
