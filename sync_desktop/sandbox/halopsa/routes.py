"""Which part answers which path. Names in paths ignore case, and a trailing slash changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from aiohttp import web

from sync_desktop.sandbox.halopsa import deletes, reads, special, writes
from sync_desktop.sandbox.halopsa.answers import not_found, wrong_verb
from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.parameters import Parameters

_Answer = Callable[[Call], web.Response]
_SPECIAL: Mapping[tuple[str, ...], tuple[str, _Answer]] = {
    ("agent", "me"): ("GET", special.me),
    ("users", "me"): ("GET", reads.my_user),
    ("client", "me"): ("GET", reads.my_client),
    ("control",): ("GET", special.control),
    ("instanceinfo",): ("GET", special.instance_info),
    ("versioninfo",): ("GET", special.version_info),
    ("testerror",): ("GET", special.failing),
    ("lookup", "clearcache"): ("POST", special.clear_cache),
    ("item", "newaccountsid"): ("POST", special.next_number),
    ("clientcontract", "nextref"): ("POST", special.next_number),
    ("quotation", "approval"): ("POST", special.approval),
}
_VIEW = ("opportunities", "view")


def dispatch(call: Call) -> web.Response:
    """Answer a signed request. Raises `RefusedError` for routes and verbs that are not there."""
    path = tuple(part.lower() for part in call.path)
    if path in _SPECIAL:
        method, respond = _SPECIAL[path]
        _only(call, method)
        return respond(call)
    entity = call.instance.entities.route(path[0]) if path else None
    if entity is None or len(path) > 2:
        raise not_found(call.facts)
    if path == _VIEW:
        _only(call, "POST")
        return reads.read_list(replace(call, query=Parameters(special.opportunity_view(call))), entity)
    if len(path) == 1:
        _only(call, "GET", *([] if entity.read_only else ["POST"]))
        return reads.read_list(call, entity) if call.method == "GET" else writes.post(call, entity)
    _only(call, "GET", *([] if entity.read_only else ["DELETE"]))
    if call.method == "GET":
        return reads.read_one(call, entity, call.path[1])
    return deletes.delete(call, entity, call.path[1])


def _only(call: Call, *methods: str) -> None:
    if call.method not in methods:
        raise wrong_verb()
