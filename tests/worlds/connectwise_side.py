"""ConnectWise behind the small worlds."""

from collections.abc import Iterable
from typing import Any

from sync_desktop.sandbox import credentials
from sync_desktop.sandbox.store import Store
from tests.worlds.psa_side import LOST, WON, End, Line, PsaSide, Row

LINES = "procurement/products"
SHIPPING, SETUP = 791, 792
"""The catalog items that a practice site's defaults name."""


def _item(row_id: int, identifier: str, name: str, leads: str, price: float, cost: float, **members: Any) -> Row:
    category, subcategory, product_type = (int(part) for part in leads.split("/"))
    return {
        "id": row_id,
        "identifier": identifier,
        "description": name,
        "customerDescription": name,
        "category": {"id": category},
        "subcategory": {"id": subcategory},
        "type": {"id": product_type},
        "productClass": "Inventory",
        "unitOfMeasure": {"id": 1},
        "inactiveFlag": False,
        "taxableFlag": True,
        "price": price,
        "cost": cost,
        **members,
    }


def _monthly(price: float, cost: float) -> Row:
    """Return what a catalog item that is billed each month has besides."""
    cycle = {"recurringBillCycle": {"id": 1}, "recurringCycleType": "ContractYear"}
    money = {"recurringFlag": True, "recurringRevenue": price, "recurringCost": cost}
    return {"productClass": "Agreement", "unitOfMeasure": {"id": 2}, **money, **cycle}


def _person(row_id: int, first: str, last: str, company: int, mail: str) -> Row:
    item = {"id": row_id * 10, "type": {"id": 1}, "value": mail, "defaultFlag": True, "communicationType": "Email"}
    place = {"company": {"id": company}, "site": {"id": company + 900}}
    named = {"id": row_id, "firstName": first, "lastName": last, "inactiveFlag": False}
    return {**named, **place, "communicationItems": [item]}


def _site(company: int) -> Row:
    flags = {"inactiveFlag": False, "primaryAddressFlag": True}
    return {"id": company + 900, "name": "Main", "company": {"id": company}, **flags}


ROWS: dict[str, list[Row]] = {
    "system/locations": [{"id": 11, "name": "Head office"}],
    "system/departments": [{"id": 10, "identifier": "SALES", "name": "Sales"}],
    "system/members": [
        {"id": 1, "identifier": "SyncDesktop", "firstName": "Sync Desktop", "lastName": "API", "inactiveFlag": False},
        {"id": 2, "identifier": "Salesbuildr", "firstName": "Salesbuildr", "lastName": "API", "inactiveFlag": False},
        {"id": 29682885, "identifier": "FIvanov", "firstName": "Fiona", "lastName": "Ivanov", "inactiveFlag": False},
    ],
    "company/countries": [{"id": 1, "name": "United States", "countryCode": "US"}],
    "company/companies/statuses": [
        {"id": 1, "name": "Active", "defaultFlag": True, "inactiveFlag": False},
        {"id": 2, "name": "Inactive", "defaultFlag": False, "inactiveFlag": False},
    ],
    "company/companies/types": [{"id": 1, "name": "Customer", "defaultFlag": True}, {"id": 2, "name": "Prospect"}],
    "company/communicationTypes": [
        {"id": 1, "description": "Email", "emailFlag": True, "phoneFlag": False, "defaultFlag": True},
        {"id": 2, "description": "Direct", "emailFlag": False, "phoneFlag": True, "defaultFlag": True},
        {"id": 4, "description": "Mobile", "emailFlag": False, "phoneFlag": True, "defaultFlag": False},
    ],
    "sales/stages": [
        {"id": 21, "name": "1.Qualification", "sequenceNumber": 1, "probability": {"id": 4}},
        {"id": 22, "name": "2.Proposal", "sequenceNumber": 2, "probability": {"id": 6}},
    ],
    "sales/probabilities": [{"id": 4, "probability": 40}, {"id": 6, "probability": 60}],
    "sales/opportunities/statuses": [
        {"id": 1, "name": "Open", "defaultFlag": True, "wonFlag": False, "lostFlag": False, "closedFlag": False},
        {"id": 2, "name": "Won", "defaultFlag": False, "wonFlag": True, "lostFlag": False, "closedFlag": True},
        {"id": 3, "name": "Lost", "defaultFlag": False, "wonFlag": False, "lostFlag": True, "closedFlag": True},
    ],
    "sales/opportunities/types": [{"id": 3, "description": "Project", "inactiveFlag": False}],
    "procurement/categories": [
        {"id": 31, "name": "Hardware", "inactiveFlag": False},
        {"id": 32, "name": "Services", "inactiveFlag": False},
    ],
    "procurement/subcategories": [
        {"id": 311, "name": "Laptops", "category": {"id": 31}, "inactiveFlag": False},
        {"id": 321, "name": "Managed services", "category": {"id": 32}, "inactiveFlag": False},
        {"id": 322, "name": "Labour", "category": {"id": 32}, "inactiveFlag": False},
    ],
    "procurement/types": [
        {"id": 1, "name": "Inventory", "inactiveFlag": False},
        {"id": 4, "name": "Service", "inactiveFlag": False},
    ],
    "procurement/manufacturers": [{"id": 7, "name": "Corvane", "inactiveFlag": False}],
    "procurement/unitOfMeasures": [
        {"id": 1, "name": "Each", "defaultFlag": True, "inactiveFlag": False},
        {"id": 2, "name": "Month", "defaultFlag": False, "inactiveFlag": False},
        {"id": 3, "name": "Hour", "defaultFlag": False, "inactiveFlag": False},
    ],
    "finance/billingTerms": [{"id": 5, "name": "Net 15", "dueDays": 15}, {"id": 6, "name": "Net 30", "dueDays": 30}],
    "finance/billingCycles": [
        {"id": 1, "identifier": "M", "name": "Monthly"},
        {"id": 2, "identifier": "Q", "name": "Quarterly"},
    ],
    "company/companies": [
        {
            "id": 2001,
            "identifier": "NorthwindTraders",
            "name": "Northwind Traders, Inc.",
            "status": {"id": 1},
            "types": [{"id": 1}],
            "site": {"id": 2901},
            "phoneNumber": "(518) 555-1733",
            "website": "www.northwindtraders.example",
            "deletedFlag": False,
        },
        {
            "id": 2002,
            "identifier": "AdatumCorporation",
            "name": "Adatum Corporation",
            "status": {"id": 1},
            "types": [{"id": 1}],
            "site": {"id": 2902},
            "phoneNumber": "(518) 555-2288",
            "deletedFlag": False,
        },
    ],
    "company/companies/sites": [_site(2001), _site(2002)],
    "company/contacts": [
        _person(3001, "Kim", "Abercrombie", 2001, "kim@northwindtraders.example"),
        _person(3002, "Jay", "Adams", 2002, "jay@adatum.example"),
    ],
    "sales/opportunities": [],
    "procurement/catalog": [
        _item(SHIPPING, "SHIPPING", "Shipping and handling", "32/322/4", 0, 0, productClass="Service"),
        _item(SETUP, "SETUP", "One-time set-up", "32/322/4", 0, 0, productClass="Service"),
        _item(6001, "COR-1001", "Corvane L310 laptop", "31/311/1", 780.95, 640.4, manufacturerPartNumber="COR-1001"),
        _item(6002, "COR-2001", "Corvane dock", "31/311/1", 100, 80),
        _item(6003, "KIT", "Workplace kit Basic", "31/311/1", 1000, 600, productClass="Bundle"),
        _item(5201, "BACKUP", "Managed backup", "32/321/4", 18, 14.4, **_monthly(18, 14.4)),
        _item(5801, "CARE", "Office care Bronze", "32/321/4", 90.95, 45.4, **_monthly(90.95, 45.4)),
        _item(7001, "ENGINEER", "Help desk engineer", "32/322/4", 95, 42.75, productClass="Service"),
    ],
    LINES: [],
    "sales/orders": [],
}
_STATUS = {WON: {"id": 2}, LOST: {"id": 3}}


class ConnectWiseSide(PsaSide):
    """There are no quotes: the row of one is the opportunity that its stamped lines hang on."""

    system = "connectwise"
    label = "ConnectWise"
    user = f"{credentials.CONNECTWISE_COMPANY}+{credentials.CONNECTWISE_PUBLIC_KEY}"
    vendor = f"{credentials.CONNECTWISE_COMPANY}+{credentials.CONNECTWISE_VENDOR_PUBLIC_KEY}"
    rows = ROWS
    collections = {
        "company": "company/companies",
        "contact": "company/contacts",
        "opportunity": "sales/opportunities",
        "product": "procurement/catalog",
        "quote": "sales/opportunities",
        "line": LINES,
    }
    titles = {"company": "name", "opportunity": "name", "product": "description", "quote": "name"}
    product_key = "integrationXRef"
    told_apart = {
        "company/companies": ("name",),
        "company/contacts": ("firstName", "lastName"),
        "sales/opportunities": ("name",),
        "procurement/catalog": ("description",),
        LINES: ("integrationXRef",),
    }
    creates = "/apis/3.0/"
    leads = (
        {"id": "lead-hw", "categoryId": "hw", "category": 31, "subcategory": 311, "type": 1},
        {"id": "lead-ms", "categoryId": "ms", "category": 32, "subcategory": 321, "type": 4},
        {"id": "lead-lb", "categoryId": "lb", "category": 32, "subcategory": 322, "type": 4},
    )

    led_as = "product-category"

    def target(self, lead: Row) -> str:
        """Return category, subcategory and type."""
        return f"{lead['category']}/{lead['subcategory']}/{lead['type']}"

    def opportunity(self, row: Row, company: int, contact: int) -> Row:
        """Return the row of an opportunity of Salesbuildr's."""
        return {
            "id": int(row["externalIdentifier"]),
            "name": row["name"],
            "company": {"id": company},
            "contact": {"id": contact},
            "site": {"id": company + 900},
            "primarySalesRep": {"id": 29682885},
            "type": {"id": 3},
            "stage": {"id": 22},
            "status": {"id": 1},
            "probability": {"id": 6},
            "expectedCloseDate": "{+60}T00:00:00Z",
            "locationId": 11,
            "businessUnitId": 10,
        }

    def is_read(self, method: str, path: str) -> bool:
        """Whatever is no GET may change something."""
        del path
        return method == "GET"

    def quotes(self, store: Store, number: str) -> list[Row]:
        """Return the opportunities that lines with the quote's stamp hang on."""
        stamped = [row for row in store.rows(LINES).values() if _stamp(row).startswith(f"{number}/")]
        return [store.rows("sales/opportunities")[row_id] for row_id in {row["opportunity"]["id"] for row in stamped}]

    def lines(self, store: Store, quote: Row) -> list[Line]:
        """Return the lines of an opportunity."""
        rows = [row for _, row in sorted(store.rows(LINES).items()) if row["opportunity"]["id"] == quote["id"]]
        return [_line(row) for row in rows]

    def line(self, product: int, name: str, quantity: float, price: float) -> Row:
        """Return a line without a stamp."""
        row: Row = {"catalogItem": {"id": product}, "description": name, "customerDescription": name}
        return {**row, "quantity": quantity, "price": price, "cost": 0, "billableOption": "Billable"}

    def add_line(self, store: Store, quote: Row, line: Row) -> int:
        """Add a line to an opportunity."""
        return store.insert(LINES, {**line, "opportunity": {"id": quote["id"]}})

    def change_line(self, store: Store, quote: Row, line_id: int, **members: Any) -> None:
        """Change a line."""
        del quote
        words = {"text": "customerDescription", "name": "description"}
        store.update(LINES, line_id, {words.get(name, name): value for name, value in members.items()})

    def delete_line(self, store: Store, quote: Row, line_id: int) -> None:
        """Delete a line."""
        del quote
        store.delete(LINES, line_id)

    def renamed(self, kind: str) -> Row:
        """Return other names, domains, addresses and part numbers."""
        mail = {"id": 1, "type": {"id": 1}, "value": "alan@northwindtraders.example", "communicationType": "Email"}
        others: dict[str, Row] = {
            "company": {"name": "Lucerne Publishing", "identifier": "Lucerne", "website": "lucerne.example"},
            "contact": {"firstName": "Alan", "lastName": "Brewer", "communicationItems": [mail]},
            "opportunity": {"name": "Printer pool"},
            "product": {"description": "Toner", "identifier": "TON-1", "manufacturerPartNumber": "TON-1"},
        }
        return others[kind]

    def retired(self, kind: str) -> Row:
        """Return an inactive status for a company, which has no flag for that, and the flag for others."""
        return {"status": {"id": 2}} if kind == "company" else {"inactiveFlag": True}

    def ended(self, state: str) -> Row:
        """Return a status that says so, or none."""
        return {"status": _STATUS.get(state)}

    def behind(self, opportunity: int) -> Iterable[tuple[str, Row]]:
        """Yield what names its opportunity."""
        for path in ("sales/orders", "service/tickets", "project/projects", "finance/agreements", "finance/invoices"):
            yield path, {"opportunity": {"id": opportunity}}

    def ends(self) -> Iterable[End]:
        """Return that companies go to a recycle bin, merged ones too, and are shown there."""
        binned = {"deletedFlag": True, "deletedBy": "rvarga"}
        yield "company", lambda store, row_id: store.update("company/companies", row_id, binned), "is deleted"
        for kind in ("company", "contact", "opportunity", "product"):
            yield self.gone(kind)
        for kind in ("company", "contact", "product"):
            yield self.inactive(kind)

    def company_of(self, row: Row) -> int:
        """Return its opportunity's company."""
        return int(row["company"]["id"])

    def opportunity_of(self, quote: Row) -> int:
        """Return itself."""
        return int(quote["id"])

    def move(self, store: Store, quote: Row, opportunity: int) -> None:
        """Move its lines."""
        for line in self.lines(store, quote):
            store.update(LINES, line.id, {"opportunity": {"id": opportunity}})

    def owner(self, opportunity: Row) -> int:
        """Return the sales representative."""
        return int(opportunity["primarySalesRep"]["id"])

    def company(self, row_id: int, name: str, *, phone: str = "", website: str = "", active: bool = True) -> Row:
        """Return a customer."""
        row: Row = {"id": row_id, "identifier": f"C{row_id}", "name": name, "phoneNumber": phone, "website": website}
        return {**row, "status": {"id": 1 if active else 2}, "types": [{"id": 1}], "deletedFlag": False}

    def contact(self, row_id: int, company: int, mail: str, *, active: bool = True) -> Row:
        """Return a contact."""
        return {**_person(row_id, "A.", "B.", company, mail), "inactiveFlag": not active}


def _stamp(row: Row) -> str:
    return str(row.get("integrationXRef") or "")


def _line(row: Row) -> Line:
    product, text = row["catalogItem"]["id"], row["customerDescription"]
    return Line(row["id"], product, row["description"], text, row["quantity"], row["price"], row)


CONNECTWISE = ConnectWiseSide()
