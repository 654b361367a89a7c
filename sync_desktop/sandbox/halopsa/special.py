"""The calls that are no plain entity: discovery, who am I, settings, and a few actions."""

import json
from typing import Any

from aiohttp import web

from sync_desktop.sandbox import wire
from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import RefusedError, answer, exception, not_found
from sync_desktop.sandbox.halopsa.bodies import Reader
from sync_desktop.sandbox.halopsa.calls import CONTROL, Call, Instance
from sync_desktop.sandbox.halopsa.companions import APPROVED, REJECTED
from sync_desktop.sandbox.halopsa.shapes import shown

VERSION = "2.184.1"


def authinfo(instance: Instance, origin: str) -> web.Response:
    """Answer the discovery, which needs no token; addresses lead back to where the caller came in."""
    ending = {"path": "/auth", "path_slash": "/auth/", "host": ""}[instance.facts.get("auth_url")]
    return answer({"auth_url": f"{origin}{ending}", "tenant_id": instance.settings.tenant})


def me(call: Call) -> web.Response:
    """Answer `GET /Agent/me`: the agent that the application logs in as."""
    row = call.store.get("Agent", call.token.application.agent_id)
    if row is None:
        raise not_found(call.facts)
    return answer(shown(call, call.instance.entities.named("Agent"), row, details=True))


def control(call: Call) -> web.Response:
    """Answer `GET /Control`: the instance's own settings."""
    return answer(dict(call.store.get(CONTROL, 1) or {}))


def instance_info(call: Call) -> web.Response:
    """Answer `GET /InstanceInfo`."""
    return answer({"name": call.instance.settings.tenant, "version": VERSION})


def version_info(_call: Call) -> web.Response:
    """Answer `GET /VersionInfo`."""
    return answer({"version": VERSION})


def failing(_call: Call) -> web.Response:
    """Answer `GET /TestError`: what it is there for."""
    raise RefusedError(500, exception(texts.INVALID_STATE, "System.InvalidOperationException"))


def clear_cache(_call: Call) -> web.Response:
    """Answer `POST /Lookup/ClearCache`."""
    return answer(True, 201)


def next_number(call: Call) -> web.Response:
    """Answer `POST /Item/NewAccountsId` and `POST /ClientContract/NextRef` with a number that nobody has."""
    return answer({"id": str(call.store.next_id("/".join(call.path)))}, 201)


def approval(call: Call) -> web.Response:
    """Answer `POST /Quotation/Approval`: the customer's decision on a quote."""
    quotes = call.instance.entities.named("Quotation")
    call.must_write(quotes)
    told: list[Any] = []
    for body in Reader(call.instance.entities, call.facts).read(
        call.body, call.instance.entities.named("QuotationApproval")
    ):
        quote = call.sees("Quotation", body.row_id)
        if quote is None:
            raise not_found(call.facts)
        decided = {
            "approvalstate": APPROVED if body.values.get("result") else REJECTED,
            "approvaldatetime": call.instance.now(),
        }
        shared = ("approvalname", "approvalemailaddress", "approvalnote", "ponumber", "signature")
        given = {name: body.values[name] for name in shared if name in body.values}
        told.append(
            shown(call, quotes, call.store.update("Quotation", quote["id"], {**decided, **given}), details=True)
        )
    return answer(told[0] if len(told) == 1 else told, 201)


def opportunity_view(call: Call) -> dict[str, str]:
    """Return the parameters that `POST /Opportunities/View` has in its body: the list's, maybe in an array."""
    try:
        told = wire.read(call.body or "{}")
    except ValueError:
        return {}
    first = told[0] if isinstance(told, list) and told else told
    values = first.items() if isinstance(first, dict) else ()
    return {str(name): json.dumps(value) if not isinstance(value, str) else value for name, value in values}
