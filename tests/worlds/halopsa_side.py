"""HaloPSA behind the small worlds."""

from collections.abc import Iterable
from typing import Any

from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.store import Store
from tests.worlds.psa_side import LOST, WON, End, Line, PsaSide, Row

LINES = "Quotation/lines"
"""No collection: lines live in their quotation."""
SHIPPING, SETUP = 591, 592
"""The items that a practice site's defaults name."""


def _item(row_id: int, name: str, leads: tuple[int, int], price: float, cost: float, **members: Any) -> Row:
    group, kind = leads
    sold = {"baseprice": price, "costprice": cost, "status": 0, "isrecurringitem": False, "taxable": True, "taxcode": 1}
    return {"id": row_id, "name": name, "assetgroup_id": group, "assettype_id": kind, **sold, **members}


def _monthly(price: float, cost: float) -> Row:
    """Return what an item that is billed each month has besides."""
    money = {"recurringprice": price, "recurringcost": cost}
    return {"isrecurringitem": True, "item_default_billing_period": 2, **money}


def _person(row_id: int, first: str, last: str, client: int, mail: str) -> Row:
    named = {"id": row_id, "name": f"{first} {last}", "firstname": first, "surname": last, "inactive": False}
    return {**named, "site_id": client + 900, "emailaddress": mail}


def _site(client: int) -> Row:
    return {"id": client + 900, "name": "Main", "client_id": client, "inactive": False, "isinvoicesite": True}


def _lookup(lookup: int, row_id: int, name: str) -> Row:
    return {"id": row_id, "lookupid": lookup, "name": name, "inactive": False}


HARDWARE, MANAGED, LABOUR = (101, 201), (102, 202), (103, 203)
ROWS: dict[str, list[Row]] = {
    "Control": [{"id": 1, "rshowpipelinestages": True, "rmaincontactcompulsary": True}],
    "TopLevel": [{"id": 1, "name": "Customers", "type": 0}],
    "Agent": [
        {"id": 1, "name": "Sync Desktop API", "is_agent": True, "isapiagent": True, "isdisabled": False},
        {"id": 2, "name": "Salesbuildr API", "is_agent": True, "isapiagent": True, "isdisabled": False},
        {"id": 29682885, "name": "Fiona Ivanov", "is_agent": True, "isdisabled": False, "team": "Sales"},
    ],
    "Team": [{"id": 1, "name": "Sales", "foropps": True, "inactive": False}],
    "TicketType": [
        {"id": 1, "name": "Incident", "use": "ticket", "visible": True, "initial_status": 1},
        {"id": 30, "name": "Opportunity", "use": "opportunity", "visible": True, "initial_status": 1},
    ],
    "Status": [
        {"id": 1, "name": "New", "shortname": "New", "type": 0, "sequence": 1},
        {"id": 23, "name": "Won", "shortname": "Won", "type": 1, "sequence": 10},
        {"id": 24, "name": "Lost", "shortname": "Lost", "type": 1, "sequence": 11},
    ],
    "Category": [{"id": 3, "value": "Sales>Project", "category_name": "Sales>Project", "type_id": 1}],
    "Lookup": [
        _lookup(11, 8, "Customer Types"),
        _lookup(11, 31, "Quotation Statuses"),
        _lookup(11, 51, "Payment Terms"),
        _lookup(11, 76, "Opportunity Pipeline Stages"),
        _lookup(8, 301, "Customer"),
        _lookup(8, 302, "Prospect"),
        _lookup(31, 0, "Draft"),
        _lookup(31, 1, "Sent"),
        _lookup(31, 2, "Approved"),
        _lookup(51, 5, "Net 15"),
        _lookup(51, 6, "Net 30"),
        _lookup(76, 21, "Qualification"),
        _lookup(76, 22, "Proposal"),
    ],
    "AssetGroup": [
        {"id": 101, "name": "Hardware", "showasitem": True, "nominalcode": "4000", "nominalcodepurchase": "5000"},
        {"id": 102, "name": "Managed services", "showasitem": True, "nominalcode": "4100", "nominalcodepurchase": ""},
        {"id": 103, "name": "Labour", "showasitem": True, "nominalcode": "4200", "nominalcodepurchase": ""},
    ],
    "AssetType": [
        {"id": 201, "name": "Laptops", "assetgroup_id": 101},
        {"id": 202, "name": "Backup", "assetgroup_id": 102},
        {"id": 203, "name": "Engineers", "assetgroup_id": 103},
    ],
    "Tax": [{"id": 1, "name": "Standard", "code": "STD", "value": 20.0}],
    "Currency": [{"id": 1, "name": "US dollar", "symbol": "$", "code": "USD", "conversion_rate": 1.0}],
    "Client": [
        {
            "id": 2001,
            "name": "Northwind Traders, Inc.",
            "toplevel_id": 1,
            "inactive": False,
            "website": "www.northwindtraders.example",
            "main_site_id": 2901,
            "main_phonenumber": "(518) 555-1733",
            "customertype": 301,
        },
        {
            "id": 2002,
            "name": "Adatum Corporation",
            "toplevel_id": 1,
            "inactive": False,
            "main_site_id": 2902,
            "main_phonenumber": "(518) 555-2288",
            "customertype": 301,
        },
    ],
    "Site": [_site(2001), _site(2002), _site(2003)],
    "Users": [
        {"id": 3901, "name": "General User", "site_id": 2901, "isgeneraluser": True, "inactive": False},
        {"id": 3902, "name": "General User", "site_id": 2902, "isgeneraluser": True, "inactive": False},
        _person(3001, "Kim", "Abercrombie", 2001, "kim@northwindtraders.example"),
        _person(3002, "Jay", "Adams", 2002, "jay@adatum.example"),
    ],
    "Opportunities": [],
    "Item": [
        _item(SHIPPING, "Shipping", LABOUR, 0, 0),
        _item(SETUP, "Set-up", LABOUR, 0, 0),
        _item(6001, "Corvane L310 laptop", HARDWARE, 780.95, 640.4, supplier_part_code="COR-1001"),
        _item(6002, "Corvane dock", HARDWARE, 100, 80),
        _item(6003, "Workplace kit Basic", HARDWARE, 1000, 600),
        _item(5201, "Managed backup", MANAGED, 18, 14.4, **_monthly(18, 14.4)),
        _item(5801, "Office care Bronze", MANAGED, 90.95, 45.4, **_monthly(90.95, 45.4)),
        _item(7001, "Help desk engineer", LABOUR, 95, 42.75),
    ],
    "Quotation": [],
    "SalesOrder": [],
}
_STATUS: dict[str, Row] = {
    WON: {"status_id": 23, "hasbeenclosed": True},
    LOST: {"status_id": 24, "hasbeenclosed": True},
}


class HaloSide(PsaSide):
    """Quotes are rows with their lines in them."""

    system = "halopsa"
    label = "HaloPSA"
    user = credentials.HALOPSA_CLIENT_ID
    vendor = credentials.HALOPSA_VENDOR_CLIENT_ID
    rows = ROWS
    collections = {
        "company": "Client",
        "contact": "Users",
        "opportunity": "Opportunities",
        "product": "Item",
        "quote": "Quotation",
        "line": LINES,
    }
    titles = {"company": "name", "opportunity": "summary", "product": "name", "quote": "title"}
    headers = {"title": "title", "poNumber": "po_ref", "note": "note"}
    product_key = "externalreference"
    told_apart = {
        "Client": ("name",),
        "Site": ("client_id", "name"),
        "Users": ("site_id", "name"),
        "Opportunities": ("summary",),
        "Item": ("name",),
        "Quotation": ("third_party_number",),
        LINES: ("quote", "name"),
    }
    creates = "^/api/"
    leads = (
        {"id": "lead-hw", "categoryId": "hw", "assetGroup": 101, "assetType": 201},
        {"id": "lead-ms", "categoryId": "ms", "assetGroup": 102, "assetType": 202},
        {"id": "lead-lb", "categoryId": "lb", "assetGroup": 103, "assetType": 203},
    )

    led_as = "product-group"

    def target(self, lead: Row) -> str:
        """Return asset group and asset type."""
        return f"{lead['assetGroup']}/{lead['assetType']}"

    def opportunity(self, row: Row, company: int, contact: int) -> Row:
        """Return the row of an opportunity of Salesbuildr's."""
        return {
            "id": int(row["externalIdentifier"]),
            "summary": row["name"],
            "tickettype_id": 30,
            "status_id": 1,
            "pipeline_stage_id": 22,
            "client_id": company,
            "site_id": company + 900,
            "user_id": contact,
            "agent_id": 29682885,
            "categoryid_1": 3,
            "category_1": "Sales>Project",
            "oppvalue": 10,
            "oppconversionprobability": 60,
            "hasbeenclosed": False,
            "is_opportunity": True,
        }

    def is_read(self, method: str, path: str) -> bool:
        """A POST for a token changes nothing."""
        return method == "GET" or (method == "POST" and path.endswith("/token"))

    def quotes(self, store: Store, number: str) -> list[Row]:
        """Return the quotations with this third-party number."""
        return [row for row in store.rows("Quotation").values() if row.get("third_party_number") == number]

    def lines(self, store: Store, quote: Row) -> list[Line]:
        """Return the lines of a quotation."""
        rows = store.rows("Quotation")[quote["id"]].get("lines") or ()
        return [_line(row) for row in sorted(rows, key=lambda row: row["id"])]

    def line(self, product: int, name: str, quantity: float, price: float) -> Row:
        """Return a line as somebody else would add it."""
        sold = {"item_id": product, "name": name, "description": name, "quantity": quantity, "price": price}
        return {**sold, "sort_seq": 9, "costprice": 0, "discount_perc": 0, "optional": False}

    def add_line(self, store: Store, quote: Row, line: Row) -> int:
        """Add a line to a quotation."""
        row_id = store.next_id("QuotationDetail")
        self._keep(store, quote, [*self._rows(store, quote), {**line, "id": row_id}])
        return row_id

    def change_line(self, store: Store, quote: Row, line_id: int, **members: Any) -> None:
        """Change a line."""
        told = {"description" if name == "text" else name: value for name, value in members.items()}
        rows = self._rows(store, quote)
        self._keep(store, quote, [{**row, **told} if row["id"] == line_id else row for row in rows])

    def delete_line(self, store: Store, quote: Row, line_id: int) -> None:
        """Take a line out of its quotation."""
        self._keep(store, quote, [row for row in self._rows(store, quote) if row["id"] != line_id])

    @staticmethod
    def _rows(store: Store, quote: Row) -> list[Row]:
        return list(store.rows("Quotation")[quote["id"]].get("lines") or ())

    @staticmethod
    def _keep(store: Store, quote: Row, lines: list[Row]) -> None:
        store.update("Quotation", quote["id"], {"lines": lines})

    def renamed(self, kind: str) -> Row:
        """Return other names, domains, addresses and part numbers."""
        mail = "alan@northwindtraders.example"
        return {
            "company": {"name": "Lucerne Publishing", "website": "lucerne.example"},
            "contact": {"name": "Alan Brewer", "firstname": "Alan", "surname": "Brewer", "emailaddress": mail},
            "opportunity": {"summary": "Printer pool"},
            "product": {"name": "Toner", "supplier_part_code": "TON-1"},
        }[kind]

    def retired(self, kind: str) -> Row:
        """Return a status other than 0 for an item, which has no flag, and the flag for others."""
        return {"status": 1} if kind == "product" else {"inactive": True}

    def ended(self, state: str) -> Row:
        """Return a status that says so, or neither a status that does nor whether it was closed."""
        return _STATUS.get(state, {"status_id": 1, "hasbeenclosed": None})

    def behind(self, opportunity: int) -> Iterable[tuple[str, Row]]:
        """Yield what names its opportunity as its ticket, and other tickets, whose parent it is."""
        yield "SalesOrder", {"ticket_id": opportunity, "title": "Order", "client_id": 2001, "user_id": 3001}
        yield "Invoice", {"ticket_id": opportunity, "client_id": 2001}
        for path in ("Tickets", "Projects"):
            yield path, {"parent_id": opportunity, "summary": "Office", "client_id": 2001}

    def ends(self) -> Iterable[End]:
        """Return that an opportunity is a ticket, which is only marked as deleted; merged clients are not there."""
        marked = {"deleted": True}
        yield "opportunity", lambda store, row_id: store.update("Opportunities", row_id, marked), "was not found"
        for kind in ("company", "contact", "opportunity", "product"):
            yield self.gone(kind)
        for kind in ("company", "contact", "product"):
            yield self.inactive(kind)

    def company_of(self, row: Row) -> int:
        """Return its own client."""
        return int(row["client_id"])

    def opportunity_of(self, quote: Row) -> int:
        """Return its own opportunity."""
        return int(quote["ticket_id"])

    def move(self, store: Store, quote: Row, opportunity: int) -> None:
        """Change its opportunity."""
        store.update("Quotation", quote["id"], {"ticket_id": opportunity})

    def owner(self, opportunity: Row) -> int:
        """Return the agent."""
        return int(opportunity["agent_id"])

    def company(self, row_id: int, name: str, *, phone: str = "", website: str = "", active: bool = True) -> Row:
        """Return a client; 2003 has a main site already."""
        row: Row = {"id": row_id, "name": name, "toplevel_id": 1, "inactive": not active, "main_site_id": row_id + 900}
        return {**row, "main_phonenumber": phone, "website": website}

    def contact(self, row_id: int, company: int, mail: str, *, active: bool = True) -> Row:
        """Return a user, whose second address this is."""
        return {**_person(row_id, "A.", "B.", company, ""), "email2": mail, "inactive": not active}

    def written(self, store: Store) -> dict[str, list[Row]]:
        """Return the rows of each sort that this program writes; lines come out of their quotations."""
        quotes = store.rows("Quotation").values()
        lines = [{**row, "quote": quote["id"]} for quote in quotes for row in quote.get("lines") or ()]
        return {sort: lines if sort == LINES else list(store.rows(sort).values()) for sort in self.told_apart}


def _line(row: Row) -> Line:
    text = row.get("description") or ""
    return Line(row["id"], row["item_id"], row["name"], text, row["quantity"], row["price"], row)


HALOPSA = HaloSide()
