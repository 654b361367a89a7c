"""The practice PSAs: how each is built, what the front says in its name, and what a client needs to reach it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.autotask import app as autotask
from sync_desktop.sandbox.autotask.calls import not_permitted
from sync_desktop.sandbox.autotask.settings import ApiUser, AutotaskSettings
from sync_desktop.sandbox.connectwise import app as connectwise
from sync_desktop.sandbox.connectwise.answers import no_permission
from sync_desktop.sandbox.connectwise.settings import ROUTER, ApiMember, ConnectWiseSettings
from sync_desktop.sandbox.connectwise.signing import who, wrong_keys
from sync_desktop.sandbox.front import Manners, Timing
from sync_desktop.sandbox.halopsa import app as halopsa
from sync_desktop.sandbox.halopsa.answers import forbidden
from sync_desktop.sandbox.halopsa.settings import ApiApplication, HalopsaSettings
from sync_desktop.sandbox.store import Row, Store
from sync_desktop.sandbox.switches import Switches
from sync_desktop.sandbox.world import WorldError


@dataclass(frozen=True, slots=True)
class Psa:
    """One PSA, ready to be served."""

    app: web.Application
    manners: Manners
    reset: Callable[[], None]
    """Forgets what the server counts and whom it has locked out; its rows and switches are not its own."""


@dataclass(frozen=True, slots=True)
class Tenancy:
    """What the server of a site's PSA is built from."""

    store: Store
    switches: Switches
    timing: Timing
    limits: bool
    rules: list[Row]


def build_psa(psa: str, store: Store, switches: Switches, timing: Timing, *, limits: bool, rules: list[Row]) -> Psa:
    """Build the server of a site's PSA. Raises `WorldError` for one that this sandbox does not have."""
    build, _ = _known(psa)
    return build(Tenancy(store, switches, timing, limits, rules))


def describe_psa(psa: str, origin: str) -> dict[str, Any]:
    """Return what a client needs to reach a site's PSA at an origin such as `http://127.0.0.1:8001`."""
    _, describe = _known(psa)
    return describe(origin)


def _known(psa: str) -> tuple[Callable[[Tenancy], Psa], Callable[[str], dict[str, Any]]]:
    if psa not in _PSAS:
        raise WorldError(f"this sandbox has no {psa} yet")
    return _PSAS[psa]


def _autotask(site: Tenancy) -> Psa:
    vendor = ApiUser(
        credentials.VENDOR_USERNAME,
        credentials.VENDOR_SECRET,
        credentials.VENDOR_RESOURCE_ID,
        integration_code=credentials.VENDOR_INTEGRATION_CODE,
    )
    settings = AutotaskSettings(
        username=credentials.AUTOTASK_USERNAME,
        secret=credentials.AUTOTASK_SECRET,
        integration_code=credentials.AUTOTASK_INTEGRATION_CODE,
        resource_id=credentials.API_RESOURCE_ID,
        extra_users=(vendor,),
        limits=site.limits,
        tenant_rules=site.rules,
        now=site.timing.now,
        monotonic=site.timing.monotonic,
        sleep=site.timing.sleep,
    )
    app = autotask.build_app(site.store, site.switches, settings)
    tenant = app[autotask.TENANT]
    manners = Manners(
        identify=lambda request: request.headers.get("UserName") or "nobody",
        unauthorized=lambda: tenant.door.wrong_secret().response(),
        forbidden=lambda request: not_permitted(tenant, _action(request)).response(),
        rate_limit=lambda seconds: tenant.limits.refusal(seconds).response(),
    )
    return Psa(app, manners, tenant.reset)


def _action(request: web.Request) -> str:
    """Return what a request does, as Autotask's refusals call it; its queries are POSTs."""
    if request.method == "GET" or request.path.lower().endswith(("/query", "/count")):
        return "query"
    return {"POST": "create", "DELETE": "delete"}.get(request.method, "update")


def _describe_autotask(origin: str) -> dict[str, Any]:
    return {
        "base_url": f"{origin}/ATServicesRest",
        "zone_url": f"{origin}/atservicesrest/v1.0/zoneInformation",
        "username": credentials.AUTOTASK_USERNAME,
        "secret": credentials.AUTOTASK_SECRET,
        "integration_code": credentials.AUTOTASK_INTEGRATION_CODE,
    }


def _connectwise(site: Tenancy) -> Psa:
    ours = ApiMember(
        credentials.CONNECTWISE_PUBLIC_KEY, credentials.CONNECTWISE_PRIVATE_KEY, credentials.CONNECTWISE_CLIENT_ID
    )
    vendor = ApiMember(
        credentials.CONNECTWISE_VENDOR_PUBLIC_KEY,
        credentials.CONNECTWISE_VENDOR_PRIVATE_KEY,
        credentials.CONNECTWISE_VENDOR_CLIENT_ID,
        identifier="Salesbuildr",
    )
    settings = ConnectWiseSettings(
        company=credentials.CONNECTWISE_COMPANY,
        members=(ours, vendor),
        limits=site.limits,
        tenant_rules=site.rules,
        now=site.timing.now,
        monotonic=site.timing.monotonic,
    )
    app = connectwise.build_app(site.store, site.switches, settings)
    tenant = app[connectwise.TENANT]
    manners = Manners(
        identify=lambda request: who(request.headers),
        unauthorized=lambda: wrong_keys(tenant).response(),
        forbidden=lambda _: no_permission().response(),
        rate_limit=lambda seconds: tenant.limits.refusal(seconds).response(),
    )
    return Psa(app, manners, tenant.reset)


def _describe_connectwise(origin: str) -> dict[str, Any]:
    return {
        "base_url": f"{origin}/{ROUTER}/apis/3.0",
        "site": origin,
        "company": credentials.CONNECTWISE_COMPANY,
        "public_key": credentials.CONNECTWISE_PUBLIC_KEY,
        "private_key": credentials.CONNECTWISE_PRIVATE_KEY,
        "client_id": credentials.CONNECTWISE_CLIENT_ID,
    }


def _halopsa(site: Tenancy) -> Psa:
    ours = ApiApplication(
        credentials.HALOPSA_CLIENT_ID, credentials.HALOPSA_CLIENT_SECRET, credentials.HALOPSA_AGENT_ID
    )
    vendor = ApiApplication(
        credentials.HALOPSA_VENDOR_CLIENT_ID,
        credentials.HALOPSA_VENDOR_CLIENT_SECRET,
        credentials.HALOPSA_VENDOR_AGENT_ID,
        scopes=frozenset({"all:standard", "all:teams", "admin:webhooks"}),
    )
    settings = HalopsaSettings(
        tenant=credentials.HALOPSA_TENANT,
        applications=(ours, vendor),
        limits=site.limits,
        tenant_rules=site.rules,
        now=site.timing.now,
        monotonic=site.timing.monotonic,
    )
    app = halopsa.build_app(site.store, site.switches, settings)
    instance = app[halopsa.INSTANCE]
    manners = Manners(
        identify=lambda request: instance.door.who(request.headers),
        unauthorized=lambda: web.Response(status=401),
        forbidden=lambda _: forbidden(instance.facts).response(),
        rate_limit=lambda seconds: instance.limits.refusal(seconds).response(),
        unauthorized_at=lambda request: halopsa.wrong_secret(instance, request.path),
    )
    return Psa(app, manners, instance.reset)


def _describe_halopsa(origin: str) -> dict[str, Any]:
    return {
        "base_url": f"{origin}/api",
        "auth_url": f"{origin}/auth",
        "tenant": credentials.HALOPSA_TENANT,
        "client_id": credentials.HALOPSA_CLIENT_ID,
        "client_secret": credentials.HALOPSA_CLIENT_SECRET,
    }


_PSAS: Mapping[str, tuple[Callable[[Tenancy], Psa], Callable[[str], dict[str, Any]]]] = {
    "autotask": (_autotask, _describe_autotask),
    "connectwise": (_connectwise, _describe_connectwise),
    "halopsa": (_halopsa, _describe_halopsa),
}
"""How each is built, and how it is described."""
