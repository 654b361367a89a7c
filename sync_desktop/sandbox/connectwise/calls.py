"""One request of the API, taken apart, and the tenant that it is meant for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from aiohttp import web

from sync_desktop.sandbox.connectwise.answers import JSON, no_permission
from sync_desktop.sandbox.connectwise.facts import Facts
from sync_desktop.sandbox.connectwise.limits import Limits
from sync_desktop.sandbox.connectwise.metadata import Entity, Field, Metadata, Version, version_of
from sync_desktop.sandbox.connectwise.settings import ApiMember, ConnectWiseSettings
from sync_desktop.sandbox.store import Row, Store

COMPANY_INFO = "login/companyinfo"
"""The collection whose one row, where the world has it, tells company and codebase of the tenant."""
LATEST: Version = (9999, 0)
_PINNED = re.compile(r"application/vnd\.connectwise\.com\+json\s*;\s*version=(\d{4}(?:\.\d+)?)", re.IGNORECASE)
VENDOR_JSON = "application/vnd.connectwise.com+json"
API_VERSION = "2026.11"


@dataclass(slots=True)
class Tenant:
    """One practice tenant: its rows, its entities, its members and its limits."""

    settings: ConnectWiseSettings
    store: Store
    facts: Facts
    metadata: Metadata
    limits: Limits
    requests: int = 0
    """How many were answered."""

    def next_request_id(self) -> str:
        """Return the number that an answer goes out under."""
        self.requests += 1
        return f"{self.requests:032x}"

    def reset(self) -> None:
        """Begin a new minute and number answers anew; the rows are the store's own business."""
        self.limits.forget()
        self.requests = 0

    @property
    def info(self) -> Row:
        """Return what companyinfo tells of this tenant; the PSA's update changes its Codebase."""
        rows = self.store.rows(COMPANY_INFO)
        told = next(iter(rows.values()), {})
        version = self.settings.version
        return {
            "CompanyName": self.settings.company,
            "Codebase": f"{self.settings.codebase}/",
            "VersionCode": version.rpartition(".")[0],
            "VersionNumber": version,
            "CompanyID": self.settings.company,
            **{name: value for name, value in told.items() if name != "id"},
        }


@dataclass(frozen=True)
class Call:
    """One signed request."""

    tenant: Tenant
    member: ApiMember
    method: str
    host: str
    """Scheme and host as the caller wrote them, so that addresses in answers lead back through a proxy."""
    codebase: str
    """The codebase as the caller wrote it."""
    rest: tuple[str, ...]
    """The path's parts behind /apis/3.0."""
    query: tuple[tuple[str, str], ...]
    """The query as it was written, for the addresses of other pages."""
    headers: Mapping[str, str]
    body: str = field(repr=False)

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Return the query parameters by lower-case name."""
        return {name.lower(): value for name, value in self.query}

    @cached_property
    def version(self) -> Version:
        """Return the version of the API that Accept pins, or the latest."""
        found = _PINNED.search(self.headers.get("Accept", ""))
        return version_of(found[1]) if found else LATEST

    @property
    def media_type(self) -> str:
        """Return the content type of answers."""
        found = _PINNED.search(self.headers.get("Accept", ""))
        vendor = f"{VENDOR_JSON}; version={found[1] if found else API_VERSION}"
        match self.tenant.facts.get("media_type"):
            case "vendor":
                return vendor
            case "json":
                return JSON
            case _:
                return vendor if VENDOR_JSON in self.headers.get("Accept", "") else JSON

    def root(self, *parts: object) -> str:
        """Return the address of a route."""
        return "/".join([f"{self.host}/{self.codebase}/apis/3.0", *map(str, parts)])

    def require(self, entity: Entity) -> None:
        """Raise the role's refusal unless this member may write rows of an entity."""
        if not self.member.may_write(entity.collection):
            raise no_permission()

    def rows(self, entity: Entity, *, trimmed: bool = False) -> list[Row]:
        """Return the rows that this member sees, by id. Raises `RefusedError` where its role lacks the right.

        `trimmed` is for the /info routes, for which inquiry is enough.
        """
        if not trimmed and not self.member.may_see(entity.collection):
            if self.tenant.facts.at("denied_read", "403"):
                raise no_permission()
            return []
        return self.tenant.store.visible(entity.collection)

    def shows(self, each: Field, target: Entity, row_id: Any) -> bool:
        """Return whether a reference tells what it points at."""
        if self.tenant.facts.at("hidden_reference", "shown"):
            return True
        if not self.member.may_see(target.collection):
            return False
        known = self.tenant.store.get(target.collection, row_id) if isinstance(row_id, int) else None
        return known is None or self.tenant.store.shows(target.collection, known)


def host_of(request: web.Request) -> str:
    """Return scheme and host of a request as its Host header has them."""
    return f"{request.scheme}://{request.host}"
