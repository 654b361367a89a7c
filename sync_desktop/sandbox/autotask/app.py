"""The practice Autotask as an aiohttp application: from a request to an answer.

Order of a request: length of its address, route prefix, zone and version (unsigned), headers, the hour's count,
threads, then the entity. What is known of the real server is so; what is not is a switch (see `facts`).
"""

from aiohttp import web

from sync_desktop.sandbox.autotask import information
from sync_desktop.sandbox.autotask.answers import RefusedError, UnexpectedError, not_found, wrong_verb
from sync_desktop.sandbox.autotask.calls import Call, Tenant, host_of
from sync_desktop.sandbox.autotask.facts import Facts
from sync_desktop.sandbox.autotask.limits import Limits
from sync_desktop.sandbox.autotask.metadata import Metadata, packaged_entities
from sync_desktop.sandbox.autotask.routes import dispatch, entity_spoken_of, method_name
from sync_desktop.sandbox.autotask.settings import AutotaskSettings
from sync_desktop.sandbox.autotask.signing import Door
from sync_desktop.sandbox.store import Store
from sync_desktop.sandbox.switches import Switches

TENANT: web.AppKey[Tenant] = web.AppKey("autotask-tenant", Tenant)
"""The tenant behind an application, for whoever runs it: its `reset()`, `limits.spend(n)`, `door.unlock()`."""

LONGEST_GET = 2048
"""Characters of a GET address beyond which the real server answers 404 (seen at about 2,048 to 2,100)."""
LARGEST_BODY = 10_000_000
_ROOT = "ATServicesRest"
_VERSION = "V1.0"
_LONGEST_LINE = 65_536


def build_app(store: Store, switches: Switches, settings: AutotaskSettings) -> web.Application:
    """Return the server of one tenant. Declares its switches; reads and writes `store`, collections by route name."""
    facts = Facts(switches)
    metadata = Metadata(settings.entities or packaged_entities(), facts, store)
    tenant = Tenant(settings, store, facts, metadata, Door(settings, facts), Limits(settings, facts))
    # Without this, aiohttp itself would refuse a long address before the 404 of the real server can be given.
    lines = {"max_line_size": _LONGEST_LINE, "max_field_size": _LONGEST_LINE}
    app = web.Application(client_max_size=LARGEST_BODY, handler_args=lines)
    app[TENANT] = tenant
    app.router.add_route("*", "/{path:.*}", _handle)
    return app


async def _handle(request: web.Request) -> web.Response:
    tenant = request.app[TENANT]
    try:
        return await _answer(request, tenant)
    except UnexpectedError:
        return tenant.unexpected().response()
    except RefusedError as refusal:
        return refusal.response()


async def _answer(request: web.Request, tenant: Tenant) -> web.Response:
    host = host_of(request)
    url = host + request.raw_path
    if request.method == "GET" and len(url) > LONGEST_GET:
        raise not_found(url)
    parameters = {name.lower(): value for name, value in request.query.items()}
    parts = tuple(part for part in request.path.split("/") if part)
    unsigned = _unsigned(request, tenant, parts, parameters)
    if unsigned is not None:
        return unsigned
    prefix = (_ROOT, _VERSION)
    exact = tenant.facts.at("path_case", "exact")
    if parts[:2] != prefix if exact else _lower(parts[:2]) != _lower(prefix):
        raise not_found(url)
    body = (await request.read()).decode("utf-8", "replace")
    user = tenant.door.admit(request.headers)
    tenant.limits.count()
    call = Call(tenant, user, request.method, host, url, parts[2:], parameters, request.headers, body)
    with tenant.limits.thread(tenant.door.code_of(user), entity_spoken_of(call), method_name(call)):
        await tenant.limits.delay()
        return dispatch(call)


def _unsigned(
    request: web.Request, tenant: Tenant, parts: tuple[str, ...], parameters: dict[str, str]
) -> web.Response | None:
    """Return the answer of the two calls that need no headers, in any case of their path; None for all others."""
    match _lower(parts):
        case ("atservicesrest", "v1.0", "zoneinformation"):
            if request.method != "GET":
                raise wrong_verb(request.method)
            return information.zone(tenant, host_of(request), parameters.get("user"))
        case ("atservicesrest", "versioninformation") | ("atservicesrest", "v1.0", "versioninformation"):
            if request.method != "GET":
                raise wrong_verb(request.method)
            return information.versions()
        case _:
            return None


def _lower(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.lower() for part in parts)
