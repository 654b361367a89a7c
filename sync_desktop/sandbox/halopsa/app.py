"""The practice HaloPSA as an aiohttp application: from a request to an answer.

Order of a request: the rate limit, discovery and tokens (unsigned), the bearer, then the entity with its scope. What is
known of the real server is so; what is not is a switch (see `facts`).
"""

from urllib.parse import parse_qsl

from aiohttp import web

from sync_desktop.sandbox.halopsa import special
from sync_desktop.sandbox.halopsa.answers import (
    RefusedError,
    RuleError,
    answer,
    broken_rule,
    invalid_client,
    not_found,
    unauthorized,
    wrong_verb,
)
from sync_desktop.sandbox.halopsa.calls import Call, Instance
from sync_desktop.sandbox.halopsa.entities import Entities
from sync_desktop.sandbox.halopsa.facts import Facts
from sync_desktop.sandbox.halopsa.limits import Limits
from sync_desktop.sandbox.halopsa.parameters import Parameters
from sync_desktop.sandbox.halopsa.routes import dispatch
from sync_desktop.sandbox.halopsa.settings import HalopsaSettings, packaged_entities
from sync_desktop.sandbox.halopsa.signing import Door
from sync_desktop.sandbox.store import Store
from sync_desktop.sandbox.switches import Switches

INSTANCE: web.AppKey[Instance] = web.AppKey("halopsa-instance", Instance)
"""The instance behind an application, for whoever runs it: its `reset()`, `limits.spend(n)`, `door.revoke()`."""

LARGEST_BODY = 10_000_000
_LONGEST_LINE = 65_536
_FORM = "application/x-www-form-urlencoded"


def build_app(store: Store, switches: Switches, settings: HalopsaSettings) -> web.Application:
    """Return the server of one instance. Declares its switches; reads and writes `store`, collections by route name."""
    facts = Facts(switches)
    entities = Entities(settings.entities or packaged_entities())
    instance = Instance(settings, store, facts, entities, Door(settings, facts), Limits(settings, facts))
    lines = {"max_line_size": _LONGEST_LINE, "max_field_size": _LONGEST_LINE}
    app = web.Application(client_max_size=LARGEST_BODY, handler_args=lines)
    app[INSTANCE] = instance
    app.router.add_route("*", "/{path:.*}", _handle)
    return app


def wrong_secret(instance: Instance, path: str) -> web.Response:
    """Return the answer to whoever cannot sign in: the token endpoint's own, or that to a token that does not hold."""
    refusal = invalid_client() if is_token_request(instance, path) else unauthorized(instance.facts)
    return refusal.response()


def is_token_request(instance: Instance, path: str) -> bool:
    """Return whether a path is the authorisation server's for tokens."""
    parts = tuple(part.lower() for part in path.split("/") if part)
    return parts == ("auth", "token") or (parts == ("token",) and instance.facts.at("auth_url", "host"))


async def _handle(request: web.Request) -> web.Response:
    instance = request.app[INSTANCE]
    try:
        return await _answer(request, instance)
    except RuleError as broken:
        return broken_rule(str(broken), instance.facts).response()
    except RefusedError as refusal:
        return refusal.response()


async def _answer(request: web.Request, instance: Instance) -> web.Response:
    instance.limits.count()
    parts = tuple(part for part in request.path.split("/") if part)
    if is_token_request(instance, request.path):
        return await _token(request, instance)
    if not parts or parts[0].lower() != "api":
        raise not_found(instance.facts)
    match tuple(part.lower() for part in parts[1:]):
        case ("authinfo",):
            _get_only(request)
            return special.authinfo(instance, f"{request.scheme}://{request.host}")
        case ("health",):
            _get_only(request)
            return answer("Healthy")
    token = instance.door.admit(request.headers)
    body = (await request.read()).decode("utf-8", "replace")
    return dispatch(Call(instance, token, request.method, parts[1:], Parameters(request.query), body))


async def _token(request: web.Request, instance: Instance) -> web.Response:
    if request.method != "POST":
        raise wrong_verb()
    text = (await request.read()).decode("utf-8", "replace")
    form = dict(parse_qsl(text, keep_blank_values=True))
    tenant = Parameters(request.query).text("tenant")
    return answer(instance.door.give(form, tenant or None, is_form=request.content_type == _FORM))


def _get_only(request: web.Request) -> None:
    if request.method != "GET":
        raise wrong_verb()
