"""Autotask behind the small worlds."""

from collections.abc import Iterable
from typing import Any

from sync_desktop.sandbox.credentials import AUTOTASK_USERNAME, VENDOR_USERNAME
from sync_desktop.sandbox.store import Store
from tests.worlds.psa_side import LOST, WON, End, Line, PsaSide, Row

ROWS: dict[str, list[Row]] = {
    "Resources": [
        {"id": 29682001, "firstName": "Sync Desktop", "lastName": "API", "isActive": True},
        {"id": 29682002, "firstName": "Salesbuildr", "lastName": "API", "isActive": True},
        {"id": 29682885, "firstName": "Fiona", "lastName": "Ivanov", "isActive": True},
    ],
    "BillingCodes": [
        {"id": 401, "name": "Hardware", "isActive": True, "useType": 4, "billingCodeType": 0},
        {"id": 402, "name": "Software", "isActive": True, "useType": 4, "billingCodeType": 0},
        {"id": 501, "name": "Managed services", "isActive": True, "useType": 5, "billingCodeType": 0},
    ],
    "Roles": [{"id": 7001, "name": "Help desk engineer", "hourlyRate": 95, "hourlyFactor": 1, "isActive": True}],
    "PaymentTerms": [
        {"id": 5, "name": "Net 15", "paymentDueInDays": 15, "isActive": True},
        {"id": 6, "name": "Net 30", "paymentDueInDays": 30, "isActive": True},
    ],
    "ShippingTypes": [{"id": 1, "name": "Courier", "isActive": True}],
    "OpportunityCategories": [{"id": 3, "name": "Project", "isActive": True}],
    "Companies": [
        {"id": 0, "companyName": "Fabrikam IT", "companyType": 1, "phone": "(518) 555-4333", "isActive": True},
        {
            "id": 2001,
            "companyName": "Northwind Traders, Inc.",
            "companyType": 1,
            "ownerResourceID": 29682885,
            "phone": "(518) 555-1733",
            "webAddress": "www.northwindtraders.example",
            "isActive": True,
        },
        {
            "id": 2002,
            "companyName": "Adatum Corporation",
            "companyType": 1,
            "phone": "(518) 555-2288",
            "isActive": True,
        },
    ],
    "Contacts": [
        {
            "id": 3001,
            "companyID": 2001,
            "firstName": "Kim",
            "lastName": "Abercrombie",
            "emailAddress": "kim@northwindtraders.example",
            "isActive": 1,
        },
        {
            "id": 3002,
            "companyID": 2002,
            "firstName": "Jay",
            "lastName": "Adams",
            "emailAddress": "jay@adatum.example",
            "isActive": 1,
        },
    ],
    "Opportunities": [],
    "Products": [
        {
            "id": 6001,
            "name": "Corvane L310 laptop",
            "isActive": True,
            "unitPrice": 780.95,
            "unitCost": 640.4,
            "productBillingCodeID": 401,
            "manufacturerProductName": "COR-1001",
            "isSerialized": False,
        },
        {"id": 6002, "name": "Corvane dock", "isActive": True, "unitPrice": 100, "productBillingCodeID": 401},
        {"id": 6003, "name": "Workplace kit Basic", "isActive": True, "unitPrice": 1000, "productBillingCodeID": 401},
    ],
    "Services": [
        {"id": 5201, "name": "Managed backup", "isActive": True, "unitPrice": 18, "billingCodeID": 501, "periodType": 2}
    ],
    "ServiceBundles": [
        {"id": 5801, "name": "Office care Bronze", "isActive": True, "billingCodeID": 501, "periodType": 2}
    ],
    "QuoteLocations": [],
    "Quotes": [],
    "QuoteItems": [],
    "SalesOrders": [],
}

_STATUS = {WON: 3, LOST: 2}
_MEMBERS = {"text": "description", "price": "unitPrice"}
"""What the members of a `Line` are called here, where they are not called the same."""


class AutotaskSide(PsaSide):
    """Quotes and their items are rows of their own."""

    system = "autotask"
    label = "Autotask"
    user = AUTOTASK_USERNAME
    vendor = VENDOR_USERNAME
    rows = ROWS
    collections = {
        "company": "Companies",
        "contact": "Contacts",
        "opportunity": "Opportunities",
        "product": "Products",
        "quote": "Quotes",
        "line": "QuoteItems",
    }
    titles = {"company": "companyName", "opportunity": "title", "product": "name", "quote": "name"}
    headers = {"title": "name", "poNumber": "purchaseOrderNumber", "note": "description"}
    product_key = "externalProductID"
    told_apart = {
        "Companies": ("companyName",),
        "Contacts": ("emailAddress",),
        "Opportunities": ("title",),
        "Products": ("name",),
        "Services": ("name",),
        "Quotes": ("externalQuoteNumber",),
        "QuoteItems": ("quoteID", "name"),
        "QuoteLocations": ("address1",),
    }

    creates = r"/(?!query)\w+$"

    def opportunity(self, row: Row, company: int, contact: int) -> Row:
        """Return the row of an opportunity of Salesbuildr's."""
        return {
            "id": int(row["externalIdentifier"]),
            "title": row["name"],
            "companyID": company,
            "contactID": contact,
            "ownerResourceID": 29682885,
            "status": 1,
            "stage": 22,
            "probability": 60,
            "amount": 10,
            "cost": 5,
        }

    def is_read(self, method: str, path: str) -> bool:
        """Queries are POSTs here."""
        return method == "GET" or (method == "POST" and path.endswith(("/query", "/query/count", "/query/next")))

    def quotes(self, store: Store, number: str) -> list[Row]:
        """Return the rows with this external number."""
        return [row for row in store.rows("Quotes").values() if row.get("externalQuoteNumber") == number]

    def lines(self, store: Store, quote: Row) -> list[Line]:
        """Return the items of a quote."""
        rows = sorted(store.rows("QuoteItems").items())
        return [_line(row) for _, row in rows if row["quoteID"] == quote["id"]]

    def line(self, product: int, name: str, quantity: float, price: float) -> Row:
        """Return an item that sells a product."""
        row: Row = {"quoteItemType": 1, "productID": product, "name": name, "quantity": quantity, "unitPrice": price}
        return {**row, "unitDiscount": 0, "lineDiscount": 0, "percentageDiscount": 0, "isOptional": False}

    def add_line(self, store: Store, quote: Row, line: Row) -> int:
        """Add an item."""
        return store.insert("QuoteItems", {**line, "quoteID": quote["id"]})

    def change_line(self, store: Store, quote: Row, line_id: int, **members: Any) -> None:
        """Change an item."""
        del quote
        store.update("QuoteItems", line_id, {_MEMBERS.get(name, name): value for name, value in members.items()})

    def delete_line(self, store: Store, quote: Row, line_id: int) -> None:
        """Delete an item."""
        del quote
        store.delete("QuoteItems", line_id)

    def renamed(self, kind: str) -> Row:
        """Return other names, domains, addresses and part numbers."""
        return {
            "company": {"companyName": "Lucerne Publishing", "webAddress": "lucerne.example"},
            "contact": {"firstName": "Alan", "lastName": "Brewer", "emailAddress": "alan@northwindtraders.example"},
            "opportunity": {"title": "Printer pool"},
            "product": {"name": "Toner", "manufacturerProductName": "TON-1"},
        }[kind]

    def retired(self, kind: str) -> Row:
        """Return what is not active; contacts say it by a number."""
        return {"isActive": 0 if kind == "contact" else False}

    def ended(self, state: str) -> Row:
        """Return a status that says so, or one of which nobody knows what it means."""
        return {"status": _STATUS.get(state)}

    def behind(self, opportunity: int) -> Iterable[tuple[str, Row]]:
        """Yield what names its opportunity; invoices do not."""
        for entity, name in (("SalesOrders", "title"), ("Tickets", "title"), ("Contracts", "contractName")):
            yield entity, {"opportunityID": opportunity, name: "Office", "status": 1}
        yield "Projects", {"opportunityID": opportunity, "projectName": "Office", "status": 1}

    def ends(self) -> Iterable[End]:
        """Return that what is deleted or merged is not there, and contacts and opportunities alike."""
        for kind in ("company", "contact", "opportunity", "product"):
            yield self.gone(kind)
        for kind in ("company", "contact", "product"):
            yield self.inactive(kind)

    def company_of(self, row: Row) -> int:
        """Return its own company."""
        return int(row["companyID"])

    def opportunity_of(self, quote: Row) -> int:
        """Return its own opportunity."""
        return int(quote["opportunityID"])

    def move(self, store: Store, quote: Row, opportunity: int) -> None:
        """Change its opportunity."""
        store.update("Quotes", quote["id"], {"opportunityID": opportunity})

    def owner(self, opportunity: Row) -> int:
        """Return the resource."""
        return int(opportunity["ownerResourceID"])

    def company(self, row_id: int, name: str, *, phone: str = "", website: str = "", active: bool = True) -> Row:
        """Return a customer."""
        row: Row = {"id": row_id, "companyName": name, "companyType": 1, "phone": phone or "0", "isActive": active}
        return {**row, "webAddress": website}

    def contact(self, row_id: int, company: int, mail: str, *, active: bool = True) -> Row:
        """Return a contact, whose second address this is."""
        row: Row = {"id": row_id, "companyID": company, "firstName": "A.", "lastName": "B.", "isActive": int(active)}
        return {**row, "emailAddress2": mail}


def _line(row: Row) -> Line:
    product = row.get("productID") or row.get("serviceID") or row.get("serviceBundleID") or row.get("laborID") or 0
    price, text = row["unitPrice"], row.get("description") or ""
    return Line(row["id"], product, row["name"], text, row["quantity"], price, row)


AUTOTASK = AutotaskSide()
