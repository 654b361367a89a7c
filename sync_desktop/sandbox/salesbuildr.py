"""Salesbuildr's public API, as its help pages and the clients of others describe it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sync_desktop.sandbox.front import Manners
from sync_desktop.sandbox.salesbuildr_lists import AskedError, page
from sync_desktop.sandbox.salesbuildr_shapes import Shapes
from sync_desktop.sandbox.store import Row, TextStore
from sync_desktop.sandbox.switches import OFF, Switches

SYSTEM = "salesbuildr"
PREFIX = "/public-api"
LISTED = ("company", "contact", "opportunity", "product", "quote")
WRITABLE = ("company", "contact", "product")
EXTERNAL = ("company", "contact", "opportunity", "product")
CALLS = 500
"""Requests in the rolling window of ten minutes (help page "Public API")."""
WINDOW_SECONDS = 600.0
RESET: web.AppKey[Callable[[], None]] = web.AppKey("salesbuildr-reset")
"""What makes an application forget the requests that it has counted."""


@dataclass(frozen=True, slots=True)
class SalesbuildrSettings:
    """What a tenant is set up with."""

    api_key: str
    limits: bool
    monotonic: Callable[[], float]


def declare_switches(switches: Switches) -> None:
    """Make known what nobody has settled about this API."""
    shapes = "The members that the reference marks (*): objects, or plain text (an id or a word)."
    switches.declare(SYSTEM, "nested_objects", "object", ("object", "string"), "I", shapes)
    key = "Whether the header integration-key, with the same key, is needed beside api-key (one caller sends both)."
    switches.declare(SYSTEM, "integration_key", OFF, grade="N", about=key)
    stages = ("opportunity-stage", "opportunity-pipeline-stage", "pipeline-stage")
    switches.declare(SYSTEM, "stage_field", stages[0], stages, "I", "The name of the field that holds pipeline stages.")
    terms = ("payment-term", "quote-payment-term")
    switches.declare(SYSTEM, "payment_term_field", terms[0], terms, "I", "The name of the field of payment terms.")
    size = "A page size over 100: cut to 100, or refused."
    switches.declare(SYSTEM, "oversize", "cut", ("cut", "refuse"), "W", size)
    flat = "All categories as a bare list, or in the envelope that other lists have."
    switches.declare(SYSTEM, "category_shape", "list", ("list", "envelope"), "I", flat)
    deleted = "Whether lists hold rows that were deleted in Salesbuildr."
    switches.declare(SYSTEM, "deleted_in_lists", "on", grade="I", about=deleted)


def refusal(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    """Return an error in the shape that real callers read: `message`, then `error`."""
    return web.json_response({"statusCode": status, "message": message}, status=status, headers=headers)


def manners(settings: SalesbuildrSettings) -> Manners:
    """Return how this API answers a wrong key and too many requests."""
    return Manners(
        identify=lambda request: (
            "practice key" if request.headers.get("api-key") == settings.api_key else "unknown key"
        ),
        unauthorized=lambda: refusal(401, "Invalid API key provided"),
        forbidden=lambda _: refusal(403, "Forbidden resource"),
        rate_limit=_too_many,
    )


def _too_many(seconds: int) -> web.Response:
    return refusal(429, "Too Many Requests", {"Retry-After": str(seconds), "X-RateLimit-Remaining": "0"})


def build_app(store: TextStore, switches: Switches, settings: SalesbuildrSettings) -> web.Application:
    """Build the server of one tenant; its paths start with `/public-api`."""
    declare_switches(switches)
    tenant = _Tenant(store, switches, settings)
    app = web.Application(middlewares=[tenant.guard])
    app[RESET] = tenant.reset
    add = app.router.add_route
    add("GET", f"{PREFIX}/category", tenant.categories)
    add("GET", f"{PREFIX}/category/tree", tenant.category_tree)
    add("GET", f"{PREFIX}/field/{{field}}", tenant.field)
    add("PUT", f"{PREFIX}/sync-state/{{entity:quote|product}}/{{id}}", tenant.sync_state)
    listed, external, writable = "|".join(LISTED), "|".join(EXTERNAL), "|".join(WRITABLE)
    add("GET", f"{PREFIX}/{{kind:{listed}}}", tenant.list)
    add("GET", f"{PREFIX}/{{kind:{external}}}/ext/{{external}}", tenant.by_external)
    add("GET", f"{PREFIX}/{{kind:{listed}}}/{{id}}", tenant.single)
    add("POST", f"{PREFIX}/{{kind:{writable}}}", tenant.create)
    add("PUT", f"{PREFIX}/{{kind:{writable}}}/{{id}}", tenant.change)
    add("DELETE", f"{PREFIX}/{{kind:{writable}}}/{{id}}", tenant.remove)
    return app


class _Tenant:
    """The handlers of one tenant."""

    def __init__(self, store: TextStore, switches: Switches, settings: SalesbuildrSettings) -> None:
        self._store = store
        self._switches = switches
        self._settings = settings
        self._calls: deque[float] = deque()

    def reset(self) -> None:
        """Begin a new window."""
        self._calls.clear()

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Check the key, count the call, and answer refusals as JSON."""
        refused = self._refused(request) or self._over_limit(request)
        if refused is not None:
            return refused
        try:
            answer = await handler(request)
        except AskedError as error:
            answer = refusal(400, str(error))
        except web.HTTPNotFound:
            answer = refusal(404, f"Cannot {request.method} {request.path}")
        except web.HTTPMethodNotAllowed:
            answer = refusal(405, "Method Not Allowed")
        except ValueError:
            answer = refusal(400, "The body cannot be read")
        answer.headers["X-RateLimit-Remaining"] = str(max(0, CALLS - len(self._calls)))
        return answer

    def _refused(self, request: web.Request) -> web.Response | None:
        key = request.headers.get("api-key")
        if not key:
            return refusal(401, "No API key provided")
        if key != self._settings.api_key:
            return refusal(401, "Invalid API key provided")
        if self._switches.on(SYSTEM, "integration_key") and request.headers.get("integration-key") != key:
            return refusal(401, "No integration key provided")
        return None

    def _over_limit(self, request: web.Request) -> web.Response | None:
        """Count the call; the endpoint of sync states is exempt (help page "API and integration errors")."""
        if not self._settings.limits or "/sync-state/" in request.path:
            return None
        now = self._settings.monotonic()
        while self._calls and self._calls[0] <= now - WINDOW_SECONDS:
            self._calls.popleft()
        if len(self._calls) >= CALLS:
            return _too_many(max(1, round(self._calls[0] + WINDOW_SECONDS - now + 0.5)))
        self._calls.append(now)
        return None

    def _shape(self, kind: str, row: Row) -> Row:
        as_text = self._switches.get(SYSTEM, "nested_objects") == "string"
        return Shapes(self._store, as_text=as_text).shape(kind, row)

    async def list(self, request: web.Request) -> web.Response:
        """Answer a list of one kind."""
        kind = request.match_info["kind"]
        rows = self._store.visible(kind)
        if not self._switches.on(SYSTEM, "deleted_in_lists"):
            rows = [row for row in rows if not _is_deleted(row)]
        if kind == "product" and request.query.get("includeBundles", "true").lower() == "false":
            rows = [row for row in rows if row.get("productType") != "bundle"]
        refuse = self._switches.get(SYSTEM, "oversize") == "refuse"
        return web.json_response(page(rows, partial(self._shape, kind), request.query, refuse_oversize=refuse))

    async def single(self, request: web.Request) -> web.Response:
        """Answer one row by its id."""
        kind, row = request.match_info["kind"], self._row(request)
        return _not_found(kind) if row is None else web.json_response(self._shape(kind, row))

    async def by_external(self, request: web.Request) -> web.Response:
        """Answer one row by its identifier in the PSA."""
        kind, external = request.match_info["kind"], request.match_info["external"]
        for row in self._store.visible(kind):
            if str(row.get("externalIdentifier") or "") == external:
                return web.json_response(self._shape(kind, row))
        return _not_found(kind)

    async def categories(self, _request: web.Request) -> web.Response:
        """Answer all categories, flat."""
        rows = self._store.visible("category")
        if self._switches.get(SYSTEM, "category_shape") == "envelope":
            return web.json_response({"results": rows, "total": len(rows)})
        return web.json_response(rows)

    async def category_tree(self, request: web.Request) -> web.Response:
        """Answer all categories as a tree; empty ones only where they are asked for."""
        rows = self._store.visible("category")
        keep_empty = request.query.get("includeEmpty", "").lower() == "true"
        used = {row.get("categoryId") for row in self._store.visible("product")}

        def branches(parent: str | None) -> list[Row]:
            found = []
            for row in rows:
                if (row.get("parentCategoryId") or None) == parent:
                    children = branches(row["id"])
                    if keep_empty or children or row["id"] in used:
                        found.append({**row, "children": children})
            return found

        return web.json_response(branches(None))

    async def field(self, request: web.Request) -> web.Response:
        """Answer the values of one drop-down field."""
        asked = request.match_info["field"]
        names = {
            self._switches.get(SYSTEM, "stage_field"): "stage",
            self._switches.get(SYSTEM, "payment_term_field"): "payment-term",
            "opportunity-category": "opportunity-category",
            "opportunity-source": "opportunity-source",
        }
        if asked not in names:
            return _not_found("field")
        values = [row for row in self._store.visible("field") if row["field"] == names[asked]]
        told = [{name: value for name, value in row.items() if name != "field"} for row in values]
        return web.json_response({"values": told})

    async def sync_state(self, request: web.Request) -> web.Response:
        """Take what an integrator reports of its own sync; it can never be read again."""
        body = await request.json()
        if not isinstance(body, dict) or not {"error", "externalIdentifier", "state"} <= set(body):
            return refusal(400, "error, externalIdentifier and state are required")
        of = {"entity": request.match_info["entity"], "entityId": request.match_info["id"]}
        self._store.insert("sync-state", {**body, **of})
        return web.json_response({})

    async def create(self, request: web.Request) -> web.Response:
        """Make a row."""
        kind = request.match_info["kind"]
        row_id = self._store.insert(kind, {**await _body(request), "id": None})
        return web.json_response(self._shape(kind, self._store.rows(kind)[row_id]))

    async def change(self, request: web.Request) -> web.Response:
        """Change a row."""
        kind, row = request.match_info["kind"], self._row(request)
        if row is None:
            return _not_found(kind)
        return web.json_response(self._shape(kind, self._store.update(kind, row["id"], await _body(request))))

    async def remove(self, request: web.Request) -> web.Response:
        """Take a row away."""
        kind, row = request.match_info["kind"], self._row(request)
        if row is None:
            return _not_found(kind)
        self._store.delete(kind, row["id"])
        return web.json_response({})

    def _row(self, request: web.Request) -> Row | None:
        wanted = request.match_info["id"]
        return next((row for row in self._store.visible(request.match_info["kind"]) if row["id"] == wanted), None)


def _not_found(kind: str) -> web.Response:
    return refusal(404, f"{kind.capitalize()} not found")


async def _body(request: web.Request) -> dict[str, Any]:
    body = await request.json()
    if not isinstance(body, dict):
        raise AskedError("The body must be an object")
    return body


def _is_deleted(row: Row) -> bool:
    return any(row.get(name) for name in ("deleted", "deletedAt"))
