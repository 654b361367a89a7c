"""The control server: look into the world, change it behind everybody's back, order faults, move switches."""

import json
from typing import Any, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from sync_desktop.sandbox.faults import FaultError, Faults
from sync_desktop.sandbox.log import RequestLog
from sync_desktop.sandbox.store import BaseStore
from sync_desktop.sandbox.switches import SwitchError, Switches
from sync_desktop.sandbox.vendor import VendorError
from sync_desktop.sandbox.world import WorldError

AnyStore = BaseStore[Any]


class Controlled(Protocol):
    """What the control server acts on."""

    faults: Faults
    switches: Switches
    log: RequestLog

    def store(self, system: str, site: str = "") -> AnyStore:
        """Return what a system of a site holds, of the first site that has it where none is named; or `KeyError`."""
        ...

    def describe(self) -> dict[str, Any]:
        """Return what the command prints."""
        ...

    async def vendor_sync(self, site: str, records: list[str]) -> list[dict[str, Any]]:
        """Let Salesbuildr's own integration write records; raises `VendorError`."""
        ...

    def reset(self, *, world: str | None, seed: int | None) -> None:
        """Start over with a fresh world, all but the log; raises `WorldError`."""
        ...


class RefusedError(Exception):
    """A call that cannot be carried out: the status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def build_app(controlled: Controlled) -> web.Application:
    """Build the control server."""
    handlers = _Handlers(controlled)
    app = web.Application(middlewares=[_as_json])
    add = app.router.add_route
    add("GET", "/", handlers.describe)
    add("GET", "/world/{system}", handlers.collections)
    add("GET", "/world/{system}/{path:.+}", handlers.look)
    add("POST", "/world/{system}/{path:.+}", handlers.add)
    add("PATCH", "/world/{system}/{path:.+}", handlers.change)
    add("DELETE", "/world/{system}/{path:.+}", handlers.delete)
    add("GET", "/faults", handlers.faults)
    add("POST", "/faults", handlers.order_fault)
    add("DELETE", "/faults", handlers.clear_faults)
    add("GET", "/switches", handlers.switches)
    add("POST", "/switches", handlers.move_switches)
    add("GET", "/requests", handlers.requests)
    add("DELETE", "/requests", handlers.clear_requests)
    add("POST", "/vendor-sync", handlers.vendor_sync)
    add("POST", "/reset", handlers.reset)
    return app


@web.middleware
async def _as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every refusal as `{"error": sentence}`."""
    try:
        return await handler(request)
    except RefusedError as refusal:
        return _error(refusal.status, str(refusal))
    except (FaultError, SwitchError, WorldError, VendorError) as error:
        return _error(400, str(error))
    except web.HTTPException as refusal:
        return _error(refusal.status, refusal.reason)


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)


class _Handlers:
    """One method for each call of the control server."""

    def __init__(self, controlled: Controlled) -> None:
        self._it = controlled

    async def describe(self, _request: web.Request) -> web.Response:
        return web.json_response(self._it.describe())

    async def collections(self, request: web.Request) -> web.Response:
        store = self._store(request)
        return web.json_response({name: len(store.rows(name)) for name in store.collections})

    async def look(self, request: web.Request) -> web.Response:
        """Answer a collection, or one row; `?field=value` keeps the rows that hold it."""
        store, collection, row_id = self._place(request)
        if row_id is not None:
            return web.json_response(_row(store, collection, row_id))
        wanted = {name: value for name, value in request.query.items() if name != "site"}
        rows = store.rows(collection)
        found = [rows[key] for key in sorted(rows) if all(_says(rows[key].get(name), wanted[name]) for name in wanted)]
        return web.json_response(found)

    async def add(self, request: web.Request) -> web.Response:
        store, collection, row_id = self._place(request, new=True)
        if row_id is not None:
            raise RefusedError(400, "post to the collection, not to a row")
        try:
            made = store.insert(collection, await _object(request))
        except (KeyError, ValueError) as error:
            raise RefusedError(400, str(error.args[0])) from error
        return web.json_response(store.get(collection, made))

    async def change(self, request: web.Request) -> web.Response:
        store, collection, row_id = self._place(request)
        row = _row(store, collection, row_id)
        return web.json_response(store.update(collection, row["id"], await _object(request)))

    async def delete(self, request: web.Request) -> web.Response:
        store, collection, row_id = self._place(request)
        row = _row(store, collection, row_id)
        store.delete(collection, row["id"])
        return web.json_response(row)

    async def faults(self, _request: web.Request) -> web.Response:
        return web.json_response(self._it.faults.describe())

    async def order_fault(self, request: web.Request) -> web.Response:
        spec = await _object(request)
        if spec.get("system"):
            try:
                self._it.store(str(spec["system"]), str(spec.get("site") or ""))
            except KeyError as error:
                raise RefusedError(400, str(error.args[0])) from error
        return web.json_response(self._it.faults.order(spec).describe())

    async def clear_faults(self, _request: web.Request) -> web.Response:
        self._it.faults.clear()
        return web.json_response({})

    async def switches(self, _request: web.Request) -> web.Response:
        return web.json_response(self._it.switches.describe())

    async def move_switches(self, request: web.Request) -> web.Response:
        values = await _object(request)
        if not all(isinstance(names, dict) for names in values.values()):
            raise RefusedError(400, "switches are {system: {name: value}}")
        self._it.switches.set_all(values)
        return web.json_response(self._it.switches.describe())

    async def requests(self, request: web.Request) -> web.Response:
        wanted = {name: request.query.get(name, "") for name in ("system", "site")}
        return web.json_response(self._it.log.entries(**wanted))

    async def clear_requests(self, _request: web.Request) -> web.Response:
        self._it.log.clear()
        return web.json_response({})

    async def vendor_sync(self, request: web.Request) -> web.Response:
        body = await _object(request)
        records = body.get("records")
        if not isinstance(records, list):
            raise RefusedError(400, 'records is a list such as ["quote/5f0c"]')
        return web.json_response({"records": await self._it.vendor_sync(str(body.get("site") or ""), records)})

    async def reset(self, request: web.Request) -> web.Response:
        body = await _object(request) if request.can_read_body else {}
        world, seed = body.get("world"), body.get("seed")
        if set(body) - {"world", "seed"} or not (isinstance(world, str | None) and isinstance(seed, int | None)):
            raise RefusedError(400, "a reset takes a world, the name of one, and a seed, a whole number")
        self._it.reset(world=world, seed=seed)
        return web.json_response(self._it.describe())

    def _store(self, request: web.Request) -> AnyStore:
        try:
            return self._it.store(request.match_info["system"], request.query.get("site", ""))
        except KeyError as error:
            raise RefusedError(404, str(error.args[0])) from error

    def _place(self, request: web.Request, *, new: bool = False) -> tuple[AnyStore, str, str | None]:
        """Return store, collection and id; collections may have slashes in their names, and any case."""
        store = self._store(request)
        path = request.match_info["path"].strip("/")
        known = {name.lower(): name for name in store.collections}
        if path.lower() in known:
            return store, known[path.lower()], None
        collection, _, row_id = path.rpartition("/")
        if collection.lower() in known:
            return store, known[collection.lower()], row_id
        if new:
            return store, path, None
        raise RefusedError(404, f"there is no collection {path}; there are: {', '.join(store.collections)}")


def _row(store: AnyStore, collection: str, row_id: str | None) -> dict[str, Any]:
    if row_id is None:
        raise RefusedError(400, "which row? Its id belongs at the end of the path")
    try:
        row = store.get(collection, store.to_id(row_id))
    except ValueError:
        row = None
    if row is None:
        raise RefusedError(404, f"{collection} has no {row_id}")
    return row


def _says(value: object, text: str) -> bool:
    """Compare a value with a query's text: as JSON spells it, or as text."""
    return text in (str(value), json.dumps(value))


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise RefusedError(400, "the body is no JSON") from error
    if not isinstance(body, dict):
        raise RefusedError(400, "the body is no JSON object")
    return body
