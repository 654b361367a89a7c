"""POST: creates and partial updates, of one object or several in an array."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from aiohttp import web

from sync_desktop.sandbox.halopsa.amounts import decimal, number, totals
from sync_desktop.sandbox.halopsa.answers import answer, not_found
from sync_desktop.sandbox.halopsa.bodies import Body, Reader
from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.companions import follow
from sync_desktop.sandbox.halopsa.entities import Entity
from sync_desktop.sandbox.halopsa.quotes import merge
from sync_desktop.sandbox.halopsa.rules import OPPORTUNITY
from sync_desktop.sandbox.halopsa.shapes import WITH_LINES, shown
from sync_desktop.sandbox.halopsa.validation import Write, check
from sync_desktop.sandbox.store import Row

NEW, CLOSED = 1, 9
"""Ids of two statuses, as instances have them unless somebody changed that."""
_CLOSING = frozenset({"closed", "won", "lost"})
"""Names of statuses that close a ticket too. Inferred: which ones do is a setting of each instance."""
_TICKETS = frozenset({"Opportunities", "Tickets", "Projects"})


def post(call: Call, entity: Entity) -> web.Response:
    """Answer POST: 201 with the object, or with all of them where several were sent."""
    call.must_write(entity)
    bodies = Reader(call.instance.entities, call.facts).read(call.body, entity)
    made = [save(call, entity, body) for body in bodies]
    one = len(made) == 1 or (made and call.facts.at("many_answer", "first"))
    return answer(made[0] if one else made, 201)


def save(call: Call, entity: Entity, body: Body) -> Any:
    """Create or change one row and return it as the API answers it. Raises `RuleError` and `RefusedError`."""
    current = _current(call, entity, body)
    # A null in a new row is the same as nothing at all; in an update it empties a member.
    values = {name: value for name, value in body.values.items() if current is not None or value is not None}
    sent = values.pop("lines", None) if entity.collection in WITH_LINES else None
    row = {**(current or _defaults(call, entity, body)), **values}
    _complete(call, entity, row, values)
    write = Write(entity, row, values.keys(), body.orders, creating=current is None)
    check(call, write)
    if entity.collection in WITH_LINES:
        _lines(call, write, sent, current or {})
    warning = {"_warning": " ".join(write.warnings)} if write.warnings else {}
    if body.orders.get("_validateonly") or body.orders.get("_validate_only"):
        return {**shown(call, entity, row, details=True), **warning}
    row_id = _keep(call, write, current)
    follow(call, write, row_id)
    kept = call.store.get(entity.collection, row_id) or {**row, "id": row_id}
    return {**shown(call, entity, kept, details=True), **warning}


def _current(call: Call, entity: Entity, body: Body) -> Row | None:
    """Return the row that an id means; None for a new one. Raises `RefusedError` (404) for an id that is unknown."""
    if entity.uuid:
        rows = call.visible(entity.collection)
        current = next((row for row in rows if row.get("guid") == body.row_id), None)
        wanted = bool(body.row_id) and body.row_id != "00000000-0000-0000-0000-000000000000"
    else:
        current = None if body.row_id is None else call.sees(entity.collection, body.row_id)
        wanted = isinstance(body.row_id, int) and body.row_id > 0
    if current is None and wanted:
        raise not_found(call.facts)
    return current


def _defaults(call: Call, entity: Entity, body: Body) -> Row:
    now = call.instance.now()
    told: Row = {entity.created: now} if entity.created else {}
    if entity.inactive in {"inactive", "isdisabled"}:
        told[entity.inactive] = False
    if entity.uuid:
        told["guid"] = str(uuid4())
    if entity.collection in _TICKETS:
        kind = call.store.get("TicketType", body.values.get("tickettype_id") or 0) or _default_type(call)
        told |= {
            "tickettype_id": kind.get("id"),
            "status_id": kind.get("initial_status") or NEW,
            "hasbeenclosed": False,
        }
        if not body.orders.get("donotapplytemplateintheapi") and kind.get("default_team"):
            told["team"] = kind["default_team"]
    if entity.collection == "Quotation":
        told |= {"date": now, "approvalstate": 0, "use": "quote"}
    if entity.collection == "Item":
        told["status"] = 0
    return told


def _default_type(call: Call) -> Row:
    """Return the type that an opportunity without one is given, where a switch says that it is given one."""
    if call.facts.at("opportunity_type_missing", "refused"):
        return {}
    return next((row for row in call.visible("TicketType") if row.get("use") == OPPORTUNITY), {})


def _complete(call: Call, entity: Entity, row: Row, values: Mapping[str, Any]) -> None:
    """Work out the members that follow from others."""
    if entity.touched:
        row[entity.touched] = call.instance.now()
    if entity.collection in _TICKETS:
        _complete_ticket(call, row, values)
    elif entity.collection == "Users":
        _complete_user(row, values)
    if entity.collection in {*_TICKETS, *WITH_LINES} and not row.get("client_id"):
        _complete_client(call, row)


def _complete_ticket(call: Call, row: Row, values: Mapping[str, Any]) -> None:
    if not call.instance.control("rshowpipelinestages"):
        row.pop("pipeline_stage_id", None)
    row["oppvalueadjusted"] = number(decimal(row.get("oppvalue")) * decimal(row.get("oppconversionprobability")) / 100)
    if "status_id" in values:
        status = call.store.get("Status", row["status_id"] or 0) or {}
        row["hasbeenclosed"] = row["status_id"] == CLOSED or str(status.get("name")).casefold() in _CLOSING
        row["dateclosed"] = call.instance.now() if row["hasbeenclosed"] else None


def _complete_user(row: Row, values: Mapping[str, Any]) -> None:
    parts = [str(row[name]) for name in ("firstname", "surname") if row.get(name)]
    if values.get("name"):
        if "firstname" not in values and "surname" not in values:
            first, _, last = str(values["name"]).strip().rpartition(" ")
            row["firstname"], row["surname"] = (first, last) if first else (last, "")
    elif parts:
        row["name"] = " ".join(parts)


def _complete_client(call: Call, row: Row) -> None:
    """Take the client over from the quote's opportunity or from the site, where none was named."""
    ticket = call.store.get("Opportunities", row.get("ticket_id") or 0) or {}
    site = call.store.get("Site", row.get("site_id") or 0) or {}
    client = ticket.get("client_id") or site.get("client_id")
    if client:
        row["client_id"] = int(client)


def _lines(call: Call, write: Write, sent: list[Row] | None, current: Row) -> None:
    part = call.instance.entities.named(WITH_LINES[write.entity.collection])
    lines = list(current.get("lines") or ())
    if sent is not None:
        lines = merge(call, part, lines, sent, write.warnings)
    if write.orders.get("add_lines"):
        lines += merge(call, part, (), list(write.orders["add_lines"]), write.warnings)
    write.row["lines"] = lines
    write.row.update(totals(write.row))


def _keep(call: Call, write: Write, current: Row | None) -> int:
    """Store a row and return its id; its lines learn which quote or order they belong to."""
    if current is None:
        row_id = call.store.insert(write.entity.collection, {**write.row, "id": 0})
    else:
        row_id = int(current["id"])
        call.store.update(write.entity.collection, row_id, write.row)
    parent = {"Quotation": "qhid", "SalesOrder": "salesorder_id"}.get(write.entity.collection)
    if parent:
        lines = [{**line, parent: row_id} for line in write.row["lines"]]
        call.store.update(write.entity.collection, row_id, {"lines": lines})
    return row_id
