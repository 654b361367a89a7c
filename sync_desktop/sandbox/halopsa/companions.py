"""What a write brings with it: a new client's site and users, external links, merges, a sales order from a quote."""

from collections.abc import Mapping
from typing import Any

from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.validation import Write
from sync_desktop.sandbox.store import Row

GENERAL_USER = "General User"
_HOLDERS = {
    "Client": ("Opportunities", "Quotation", "SalesOrder", "Tickets", "ClientContract", "Site"),
    "Users": ("Opportunities", "Quotation", "SalesOrder", "Tickets"),
}
_KEY = {"Client": "client_id", "Users": "user_id"}
APPROVED, REJECTED = 1, 2
"""Values of approvalstate; 0 is one that nobody has decided."""
_ORDER_LINE = {"description": "item_description", "id": "quotation_line_id"}
_NOT_IN_ORDERS = frozenset({"optional", "qhid", "printitem"})


def follow(call: Call, write: Write, row_id: int) -> None:
    """Do everything that a row brings with it once it is kept."""
    _external_link(call, write, row_id)
    match write.entity.collection:
        case "Client" if write.creating:
            _new_client(call, write, row_id)
        case "Site" if write.creating and write.orders.get("newsite_contactname"):
            _contact(call, row_id, write.orders, "newsite")
        case "Users":
            _main_contact(call, row_id)
        case "Quotation":
            _opportunity_status(call, write, row_id)
            if write.orders.get("_create_so"):
                _sales_order(call, row_id)
    target = write.orders.get("_merge_client_into") or write.orders.get("_merge_user_into")
    if target and write.entity.collection in _HOLDERS:
        _merge(call, write.entity.collection, row_id, int(target))


def _external_link(call: Call, write: Write, row_id: int) -> None:
    link = write.orders.get("new_external_link")
    if not link:
        return
    row = call.store.rows(write.entity.collection)[row_id]
    made = {**link, "id": call.store.next_id("ExternalLink"), "halo_id": row_id}
    call.store.update(write.entity.collection, row_id, {"external_links": [*(row.get("external_links") or ()), made]})


def _new_client(call: Call, write: Write, client_id: int) -> None:
    """Make the main site, its general user, and the main contact that the POST named."""
    orders = write.orders
    if call.facts.at("client_makes", "nothing"):
        return
    address = orders.get("newclient_delivery_address") or {}
    now = call.instance.now()
    site: Row = {
        "name": orders.get("newclient_sitename") or "Main",
        "client_id": float(client_id),
        "inactive": False,
        "phonenumber": orders.get("newclient_phonenumber"),
        "timezone": orders.get("newclient_timezone"),
        "country_code": orders.get("newclient_countrycode"),
        "region_code": orders.get("newclient_regioncode"),
        "emaildomain": orders.get("newclient_domain"),
        "isinvoicesite": True,
        "defaultdelivery": True,
        "datecreated": now,
        "slastupdate": now,
        "delivery_address": dict(address) or None,
    }
    site_id = call.store.insert("Site", site)
    told: Row = {"main_site_id": site_id, "main_phonenumber": orders.get("newclient_phonenumber")}
    if address:
        told["main_delivery_address"] = address
    if orders.get("newclient_domain"):
        told["domain"] = orders["newclient_domain"]
    call.store.update("Client", client_id, told)
    if call.facts.at("client_makes", "site_and_user"):
        _insert_user(call, {"name": GENERAL_USER, "site_id": float(site_id), "isgeneraluser": True})
    if orders.get("newclient_contactname"):
        _contact(call, site_id, orders, "newclient")


def _contact(call: Call, site_id: int, orders: Mapping[str, Any], prefix: str) -> None:
    first, _, last = str(orders[f"{prefix}_contactname"]).strip().rpartition(" ")
    person = {
        "name": orders[f"{prefix}_contactname"],
        "firstname": first or last,
        "surname": last if first else "",
        "emailaddress": orders.get(f"{prefix}_contactemail"),
        "title": orders.get(f"{prefix}_contacttitle"),
        "site_id": float(site_id),
        "ismaincontact": True,
        "isimportantcontact": True,
    }
    _main_contact(call, _insert_user(call, person))


def _insert_user(call: Call, person: Row) -> int:
    now = call.instance.now()
    return call.store.insert("Users", {"inactive": False, "datecreated": now, "ulastupdate": now, **person})


def _main_contact(call: Call, user_id: int) -> None:
    """Let site and client name the user who is the main contact."""
    user = call.store.rows("Users")[user_id]
    site = call.store.get("Site", int(user.get("site_id") or 0))
    if not user.get("ismaincontact") or site is None:
        return
    call.store.update("Site", site["id"], {"maincontact_id": user_id, "maincontact_name": user.get("name")})
    client = call.store.get("Client", int(site.get("client_id") or 0))
    if client is not None and client.get("main_site_id") == site["id"]:
        call.store.update("Client", client["id"], {"main_contact_name": user.get("name")})


def is_general_user(row: Mapping[str, Any]) -> bool:
    """Return whether a user is the one that every client has."""
    return bool(row.get("isgeneraluser")) or row.get("name") == GENERAL_USER


def _opportunity_status(call: Call, write: Write, quote_id: int) -> None:
    status = write.orders.get("new_ticket_status")
    ticket = call.store.get("Opportunities", call.store.rows("Quotation")[quote_id].get("ticket_id") or 0)
    if status and ticket is not None:
        call.store.update("Opportunities", ticket["id"], {"status_id": status, "last_update": call.instance.now()})


def _sales_order(call: Call, quote_id: int) -> None:
    quote = call.store.rows("Quotation")[quote_id]
    if quote.get("salesorder_id"):
        return
    shared = ("title", "ticket_id", "user_id", "site_id", "client_id", "currency_code", "revenue", "cost", "profit")
    order = {name: quote.get(name) for name in (*shared, "tax_total", "total", "assigned_agent")}
    lines = [
        {
            **{_ORDER_LINE.get(name, name): value for name, value in line.items() if name not in _NOT_IN_ORDERS},
            "id": call.store.next_id("OrderLine"),
        }
        for line in quote.get("lines") or ()
        if not line.get("optional")
    ]
    made = {**order, "date": call.instance.now(), "quotation_id": quote_id, "status": 0, "lines": lines}
    call.store.update("Quotation", quote_id, {"salesorder_id": call.store.insert("SalesOrder", made)})


def _merge(call: Call, collection: str, row_id: int, target: int) -> None:
    """Move everything that points at a row to another one, and take the row away."""
    key = _KEY[collection]
    for holder in _HOLDERS[collection]:
        for row in list(call.store.rows(holder).values()):
            if row.get(key) == row_id:
                call.store.update(holder, row["id"], {key: float(target) if holder == "Site" else target})
    call.store.delete(collection, row_id)
