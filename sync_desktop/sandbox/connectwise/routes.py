"""Which part answers which path. Names in paths ignore case, and a trailing slash changes nothing.

A route is found before anybody has signed, because the server says that there is no such endpoint to everybody.
"""

from collections.abc import Callable, Mapping
from functools import partial

from aiohttp import web

from sync_desktop.sandbox.connectwise import actions, forecasts, mirrors, reads, writes
from sync_desktop.sandbox.connectwise.answers import no_endpoint, wrong_verb
from sync_desktop.sandbox.connectwise.calls import Call, Tenant
from sync_desktop.sandbox.connectwise.discovery import system_info
from sync_desktop.sandbox.connectwise.metadata import Entity

Handler = Callable[[Call], web.Response]
Parts = tuple[str, ...]
_LONGEST_ROOT = 3
_CHILDREN: Mapping[str, Callable[..., web.Response]] = {"GET": reads.listed, "POST": writes.create}
_SINGLE: Mapping[str, Callable[..., web.Response]] = {
    "GET": reads.read_one,
    "PUT": writes.replace,
    "PATCH": writes.change,
    "DELETE": writes.delete,
}
_CONVERSIONS = {name.lower(): name for name in actions.CONVERSIONS}


def resolve(tenant: Tenant, method: str, rest: Parts) -> Handler:
    """Return what answers a route. Raises `RefusedError` where there is none, or not with this verb."""
    lowered = tuple(part.lower() for part in rest)
    if lowered == ("system", "info"):
        _only(method, "GET")
        return lambda call: system_info(call.tenant, call.media_type)
    for length in range(min(_LONGEST_ROOT, len(rest)), 0, -1):
        entity = tenant.metadata.root("/".join(lowered[:length]))
        if entity is not None:
            return _of_entity(tenant, entity, method, lowered[length:])
    raise no_endpoint()


def _of_entity(tenant: Tenant, entity: Entity, method: str, tail: Parts) -> Handler:
    match tail:
        case ():
            return _collection(entity, method)
        case ("count",):
            _only(method, "GET")
            return _settled(entity, partial(reads.counted, entity=entity))
        case ("info",) | ("info", "count"):
            _only(method, "GET")
            return partial(reads.counted if len(tail) > 1 else reads.listed, entity=entity, trimmed=True)
        case ("default",) if entity.search:
            _only(method, "GET")
            return partial(actions.template, entity=entity)
        case ("search",) if entity.search:
            _only(method, "POST")
            return partial(reads.search, entity=entity)
        case (row_id, *inner) if row_id.isdecimal():
            return _of_row(tenant, entity, method, int(row_id), tuple(inner))
        case _:
            raise no_endpoint()


def _collection(entity: Entity, method: str) -> Handler:
    _only(method, *(entity.methods & {"GET", "POST"}))
    if method == "POST":
        return partial(writes.create, entity=entity)
    return _settled(entity, partial(reads.listed, entity=entity))


def _settled(entity: Entity, handler: Handler) -> Handler:
    """Return a handler before which rows are made that the world's file need not hold."""
    if entity.collection != mirrors.ASSOCIATIONS:
        return handler

    def serve(call: Call) -> web.Response:
        mirrors.settle_associations(call.tenant.store)
        return handler(call)

    return serve


def _of_row(tenant: Tenant, entity: Entity, method: str, row_id: int, tail: Parts) -> Handler:
    match tail:
        case ():
            return _settled(entity, _single(entity, method, row_id))
        case ("info",):
            _only(method, "GET")
            return partial(reads.read_one, entity=entity, row_id=row_id, trimmed=True)
        case ("usages",) | ("usages", "list") if entity.usages:
            _only(method, "GET")
            return partial(reads.usages, entity=entity, row_id=row_id, one_by_one=len(tail) > 1)
        case ("merge",) if entity.name == "Company":
            _only(method, "POST")
            return partial(actions.merge, entity=entity, row_id=row_id)
        case (name,) if entity.name == "Opportunity" and name in _CONVERSIONS:
            _only(method, "POST")
            return partial(actions.convert, entity=entity, row_id=row_id, name=_CONVERSIONS[name])
        case ("communications",) if entity.name == "Contact":
            _only(method, "GET", "POST")
            return partial(actions.communications, entity=entity, contact_id=row_id)
        case ("forecast", *inner) if entity.name == "Opportunity":
            _only(method, *forecasts.methods_of(tuple(inner)))
            return partial(forecasts.serve, parent=entity, opportunity_id=row_id, rest=tuple(inner))
        case (path, *inner):
            child = tenant.metadata.child(entity, path)
            if child is not None:
                return _settled(child, _of_child(entity, child, method, row_id, tuple(inner)))
    raise no_endpoint()


def _single(entity: Entity, method: str, row_id: int, parent_id: int | None = None) -> Handler:
    _only(method, *(entity.methods - {"POST"}))
    return partial(_SINGLE[method], entity=entity, row_id=row_id, parent_id=parent_id)


def _of_child(parent: Entity, child: Entity, method: str, parent_id: int, tail: Parts) -> Handler:
    def under(handler: Handler) -> Handler:
        def serve(call: Call) -> web.Response:
            reads.known(call, parent, parent_id)
            return handler(call)

        return serve

    match tail:
        case ():
            _only(method, *(child.methods & {"GET", "POST"}))
            return under(partial(_CHILDREN[method], entity=child, parent_id=parent_id))
        case ("count",):
            _only(method, "GET")
            return under(partial(reads.counted, entity=child, parent_id=parent_id))
        case (row_id,) if row_id.isdecimal():
            return under(_single(child, method, int(row_id), parent_id))
        case _:
            raise no_endpoint()


def _only(method: str, *methods: str) -> None:
    if method not in methods:
        raise wrong_verb(method)
