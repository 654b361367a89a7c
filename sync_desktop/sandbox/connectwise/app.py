"""The practice ConnectWise as an aiohttp application: from a request to an answer.

Order of a request: host, codebase, route, the minute's count, clientId, keys, security role, body, unknown members,
validation. What is known of the real server is so; what is not is a switch (see `facts`).
"""

from aiohttp import web

from sync_desktop.sandbox.connectwise import discovery, texts
from sync_desktop.sandbox.connectwise.answers import RefusedError, api_error, cannot_route, no_endpoint, wrong_verb
from sync_desktop.sandbox.connectwise.calls import Call, Tenant, host_of
from sync_desktop.sandbox.connectwise.facts import Facts
from sync_desktop.sandbox.connectwise.limits import Limits
from sync_desktop.sandbox.connectwise.metadata import packaged_entities, read_metadata
from sync_desktop.sandbox.connectwise.routes import resolve
from sync_desktop.sandbox.connectwise.settings import ROUTER, ApiMember, ConnectWiseSettings
from sync_desktop.sandbox.connectwise.signing import admit
from sync_desktop.sandbox.store import Store
from sync_desktop.sandbox.switches import Switches

TENANT: web.AppKey[Tenant] = web.AppKey("connectwise-tenant", Tenant)
"""The tenant behind an application, for whoever runs it: `limits.spend(n)`, `limits.forget()`."""

LARGEST_BODY = 10_000_000
LONGEST_LINE = 65_536
_API = ("apis", "3.0")
_CLOUD = ".myconnectwise.net"


def build_app(store: Store, switches: Switches, settings: ConnectWiseSettings) -> web.Application:
    """Return the server of one tenant. Declares its switches; reads and writes `store`, collections by their path."""
    facts = Facts(switches)
    metadata = read_metadata(settings.entities or packaged_entities())
    lines = {"max_line_size": LONGEST_LINE, "max_field_size": LONGEST_LINE}
    app = web.Application(client_max_size=LARGEST_BODY, handler_args=lines)
    app[TENANT] = Tenant(settings, store, facts, metadata, Limits(settings, facts))
    app.router.add_route("*", "/{path:.*}", _handle)
    return app


async def _handle(request: web.Request) -> web.Response:
    tenant = request.app[TENANT]
    try:
        reply = await _answer(request, tenant)
    except RefusedError as refusal:
        reply = refusal.response()
    reply.headers["api-current-version"] = tenant.settings.version
    reply.headers["x-cw-request-id"] = tenant.next_request_id()
    return reply


async def _answer(request: web.Request, tenant: Tenant) -> web.Response:
    host = request.host.partition(":")[0].lower()
    if host.endswith(_CLOUD) and not host.startswith("api-"):
        raise api_error(403, texts.SSL_REQUIRED, code="Security", errors=True)
    parts = tuple(part for part in request.path.split("/") if part)
    if _lower(parts[:2]) == ("login", "companyinfo") and len(parts) == 3:
        if request.method != "GET":
            raise wrong_verb(request.method)
        return discovery.company_info(tenant, parts[2])
    rest = _behind_codebase(tenant, parts)
    handler = resolve(tenant, request.method, rest)
    tenant.limits.count()
    open_to_all = _lower(rest) == ("system", "info") and tenant.facts.at("system_info_auth", "off")
    member = ApiMember("", "") if open_to_all else admit(tenant, request.headers)
    body = (await request.read()).decode("utf-8", "replace")
    kind = request.headers.get("Content-Type", "")
    if body and kind and "json" not in kind.lower():
        raise api_error(415, texts.MEDIA_TYPE)
    query = tuple(request.query.items())
    return handler(Call(tenant, member, request.method, host_of(request), parts[0], rest, query, request.headers, body))


def _behind_codebase(tenant: Tenant, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return what follows `/{codebase}/apis/3.0`. Raises `RefusedError` as the router before the API does."""
    if "apis" not in _lower(parts):
        raise no_endpoint()
    if _lower(parts[1:3]) != _API or "apis" in _lower(parts[3:]):
        raise cannot_route()
    if parts[0].lower() not in (ROUTER, str(tenant.info["Codebase"]).strip("/").lower()):
        raise no_endpoint() if tenant.facts.at("wrong_codebase", "404") else cannot_route()
    return parts[3:]


def _lower(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.lower() for part in parts)
