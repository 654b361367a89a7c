"""DELETE: what goes, what goes with it, and what stays because something else needs it."""

from aiohttp import web

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import RuleError, answer, not_found
from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.companions import is_general_user
from sync_desktop.sandbox.halopsa.entities import Entity
from sync_desktop.sandbox.halopsa.reads import one
from sync_desktop.sandbox.halopsa.shapes import shown

_TICKETS = frozenset({"Opportunities", "Tickets", "Projects"})
_NEEDED_BY: dict[str, tuple[tuple[str, str], ...]] = {
    "Client": tuple((name, "client_id") for name in ("Opportunities", "Quotation", "SalesOrder", "ClientContract")),
    "Site": (("Users", "site_id"), ("Opportunities", "site_id"), ("Quotation", "site_id")),
    "Users": (("Opportunities", "user_id"), ("Quotation", "user_id"), ("SalesOrder", "user_id")),
    "AssetGroup": (("Item", "assetgroup_id"), ("AssetType", "assetgroup_id")),
    "AssetType": (("Item", "assettype_id"),),
    "TicketType": (("Opportunities", "tickettype_id"),),
    "Status": (("Opportunities", "status_id"),),
    "Supplier": (("Item", "supplier_id"),),
    "Tax": (("Item", "taxcode"),),
}
"""Rows that keep others from being deleted, and the member that points at them. Inferred."""


def delete(call: Call, entity: Entity, row_id: str) -> web.Response:
    """Answer DELETE: 200 with the object or its id. Raises `RuleError` where the row is still needed."""
    call.must_write(entity)
    row = one(call, entity, row_id)
    if row is None:
        raise not_found(call.facts)
    _must_not_be_needed(call, entity, row["id"])
    told = shown(call, entity, row, details=True)
    if entity.collection in _TICKETS:
        call.store.update(entity.collection, row["id"], {"deleted": True})
    else:
        _take_with(call, entity, row["id"])
        call.store.delete(entity.collection, row["id"])
    return answer({"id": told["id"]} if call.facts.at("delete_body", "id") else told)


def _must_not_be_needed(call: Call, entity: Entity, row_id: int) -> None:
    for collection, member in _NEEDED_BY.get(entity.collection, ()):
        rows = call.store.rows(collection).values()
        if any(row.get(member) == row_id and not row.get("deleted") and not is_general_user(row) for row in rows):
            raise RuleError(texts.linked(entity.collection, collection))
    if entity.collection == "Item":
        quotes = call.store.rows("Quotation").values()
        if any(line.get("item_id") == row_id for quote in quotes for line in quote.get("lines") or ()):
            raise RuleError(texts.linked("Item", "Quotation"))


def _take_with(call: Call, entity: Entity, row_id: int) -> None:
    """Take away with a client its sites, and with a site its users."""
    if entity.collection == "Client":
        for site in [row["id"] for row in call.store.rows("Site").values() if row.get("client_id") == row_id]:
            _take_users(call, site)
            call.store.delete("Site", site)
    elif entity.collection == "Site":
        _take_users(call, row_id)


def _take_users(call: Call, site_id: int) -> None:
    for user in [row["id"] for row in call.store.rows("Users").values() if row.get("site_id") == site_id]:
        call.store.delete("Users", user)
