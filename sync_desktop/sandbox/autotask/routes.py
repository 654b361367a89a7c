"""Which part answers which path: entities, queries, children; wrong verbs and unknown routes.

Names in paths ignore case, and a trailing slash changes nothing.
"""

from aiohttp import web

from sync_desktop.sandbox.autotask import information, reads, writes
from sync_desktop.sandbox.autotask.answers import RefusedError, not_found, wrong_verb
from sync_desktop.sandbox.autotask.calls import Call
from sync_desktop.sandbox.autotask.metadata import Entity


def entity_spoken_of(call: Call) -> str:
    """Return the name under which the thread limit counts a request: the entity, the child's where there is one."""
    if not call.rest:
        return ""
    if len(call.rest) > 2 and (child := call.tenant.metadata.child(call.rest[0], call.rest[2])):
        return child.collection
    return call.rest[0]


def method_name(call: Call) -> str:
    """Return what the thread limit's text calls a request."""
    if any(part.lower() == "entityinformation" for part in call.rest):
        return "getFieldInfo"
    if any(part.lower() == "query" for part in call.rest) or call.method == "GET":
        return "query"
    return {"POST": "create", "DELETE": "delete"}.get(call.method, "update")


def dispatch(call: Call) -> web.Response:
    """Answer a signed request. Raises `RefusedError` for routes and verbs that are not there."""
    if not call.rest:
        raise not_found(call.url)
    first = call.rest[0].lower()
    if first in {"thresholdinformation", "version"} and len(call.rest) == 1:
        _only(call, "GET")
        return information.threshold(call.tenant) if first == "thresholdinformation" else information.versions()
    entity = call.tenant.metadata.entity(first)
    if entity is None:
        raise not_found(call.url)
    if len(call.rest) == 1:
        return _root(call, entity)
    match tuple(part.lower() for part in call.rest[1:]):
        case ("query",) | ("query", "count" | "next") as path:
            _only(call, "GET", "POST")
            return reads.query(call, entity, path[1:])
        case ("entityinformation",):
            _only(call, "GET")
            return information.entity_information(call, entity)
        case ("entityinformation", "fields"):
            _only(call, "GET")
            return information.fields(call, entity)
        case ("entityinformation", "userdefinedfields"):
            _only(call, "GET")
            return information.user_defined_fields(call, entity)
        case (row_id, *tail) if _is_number(row_id):
            return _row(call, entity, int(row_id), tail)
        case _:
            raise not_found(call.url)


def _root(call: Call, entity: Entity) -> web.Response:
    if not entity.write:
        raise _no_root(call, entity)
    _only(call, *entity.write)
    return writes.create(call, entity) if call.method == "POST" else writes.update(call, entity)


def _no_root(call: Call, entity: Entity) -> RefusedError:
    if entity.parent is None and call.tenant.facts.at("read_only_root", "405"):
        return wrong_verb(call.method)
    return not_found(call.url)


def _row(call: Call, entity: Entity, row_id: int, tail: list[str]) -> web.Response:
    if not tail:
        _only(call, "GET", *(["DELETE"] if entity.delete else []))
        return writes.delete(call, entity, row_id) if call.method == "DELETE" else reads.read_one(call, entity, row_id)
    child = call.tenant.metadata.child(entity.collection, tail[0])
    if child is None or child.parent is None or len(tail) > 2 or (len(tail) == 2 and not _is_number(tail[1])):
        raise not_found(call.url)
    key, methods = child.parent.key, child.parent.methods
    if len(tail) == 2:
        _only(call, *(methods & {"GET", "DELETE"}))
        child_id = int(tail[1])
        if call.method == "DELETE":
            return writes.delete(call, child, child_id, (key, row_id))
        return reads.read_one(call, child, child_id, (key, row_id))
    _only(call, *(methods - {"DELETE"}))
    if call.method == "GET":
        return reads.read_children(call, child, key, row_id)
    if call.method == "POST":
        return writes.create(call, child, (key, row_id))
    return writes.update(call, child, (key, row_id))


def _only(call: Call, *methods: str) -> None:
    if call.method not in methods:
        raise wrong_verb(call.method)


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit()
