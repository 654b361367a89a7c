"""A small world for rough handling: one quote whose company, contact, opportunity and products are all new to Autotask.

`FULL` is that quote, with a line of each type that Salesbuildr has. `KNOWN` is about things that Autotask has already:
once it was written, the credentials have proven what they can see.
"""

from copy import deepcopy
from typing import Any

Row = dict[str, Any]

FULL = "Q-1"
KNOWN = "Q-7"
LINES = [
    "Corvane hub",
    "Corvane laptop",
    "Courier",
    "Help desk engineer",
    "Managed backup",
    "Printer watch",
    "Workplace kit",
]
"""The lines that FULL has in Autotask, its shipping included."""
CREATES = 15
"""Rows that FULL needs in Autotask."""

_MAIN: dict[str, list[Row]] = {
    "owner": [{"id": "o1", "name": "Fiona Ivanov", "externalIdentifier": "29682885"}],
    "field": [
        {"id": "s1", "field": "stage", "displayValue": "Proposal", "externalIdentifier": "22"},
        {"id": "k1", "field": "opportunity-category", "displayValue": "Project", "externalIdentifier": "3"},
        {"id": "t1", "field": "payment-term", "displayValue": "Net 15", "externalIdentifier": "5"},
    ],
    "category": [
        {"id": "hw", "name": "Laptops", "billingCode": 401, "listed": True},
        {"id": "ms", "name": "Managed services", "billingCode": 501, "listed": True},
        {"id": "lb", "name": "Labour", "billingCode": None, "listed": True},
    ],
    "company": [
        {
            "id": "known",
            "name": "Northwind Traders",
            "type": "Customer",
            "externalIdentifier": "2001",
            "accountManagerId": "o1",
            "telephone": "(518) 555-1733",
            "website": "https://www.northwindtraders.example",
            "address": {"street": "289 Canal Road", "city": "Albany", "state": "NY", "zip": "12207"},
        },
        {
            "id": "new",
            "name": "Tessellate Ceramics Studio",
            "type": "Prospect",
            "externalIdentifier": None,
            "accountManagerId": "o1",
            "telephone": "(614) 555-0142",
            "website": "https://www.tessellate.example",
            "address": {"street": "12 Kiln Lane", "city": "Columbus", "state": "OH", "zip": "43085"},
        },
    ],
    "contact": [
        {
            "id": "known",
            "firstName": "Kim",
            "lastName": "Abercrombie",
            "email": "kim@northwindtraders.example",
            "companyId": "known",
            "externalIdentifier": "3001",
        },
        {
            "id": "new",
            "firstName": "Ana",
            "lastName": "Bowman",
            "email": "ana@tessellate.example",
            "phone": "(614) 555-0143",
            "companyId": "new",
            "externalIdentifier": None,
        },
    ],
    "opportunity": [],
    "product": [],
    "quote": [],
}

_PSA: dict[str, list[Row]] = {
    "Resources": [
        {"id": 29682001, "firstName": "Sync Desktop", "lastName": "API", "isActive": True},
        {"id": 29682002, "firstName": "Salesbuildr", "lastName": "API", "isActive": True},
        {"id": 29682885, "firstName": "Fiona", "lastName": "Ivanov", "isActive": True},
    ],
    "BillingCodes": [
        {"id": 401, "name": "Hardware", "isActive": True, "useType": 4, "billingCodeType": 0},
        {"id": 501, "name": "Managed services", "isActive": True, "useType": 5, "billingCodeType": 0},
        {"id": 409, "name": "Old hardware", "isActive": False, "useType": 4, "billingCodeType": 0},
    ],
    "Roles": [{"id": 7001, "name": "Help desk engineer", "hourlyRate": 95, "hourlyFactor": 1, "isActive": True}],
    "PaymentTerms": [{"id": 5, "name": "Net 15", "paymentDueInDays": 15, "isActive": True}],
    "ShippingTypes": [{"id": 1, "name": "Courier", "isActive": True}],
    "OpportunityCategories": [{"id": 3, "name": "Project", "isActive": True}],
    "Companies": [
        {"id": 0, "companyName": "Fabrikam IT", "companyType": 1, "phone": "(518) 555-4333", "isActive": True},
        {
            "id": 2001,
            "companyName": "Northwind Traders",
            "companyType": 1,
            "ownerResourceID": 29682885,
            "phone": "(518) 555-1733",
            "webAddress": "www.northwindtraders.example",
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
        }
    ],
    "Opportunities": [],
    "Products": [
        {"id": 6001, "name": "Corvane laptop", "isActive": True, "unitPrice": 780.95, "productBillingCodeID": 401},
        {"id": 6003, "name": "Workplace kit", "isActive": True, "unitPrice": 1000, "productBillingCodeID": 401},
    ],
    "Services": [
        {"id": 5201, "name": "Managed backup", "isActive": True, "unitPrice": 18, "billingCodeID": 501, "periodType": 2}
    ],
    "ServiceBundles": [{"id": 5801, "name": "Office care", "isActive": True, "billingCodeID": 501, "periodType": 2}],
    "QuoteLocations": [],
    "Quotes": [],
    "QuoteItems": [],
    "SalesOrders": [],
}

_PRODUCTS: list[Row] = [
    {"id": "laptop", "name": "Corvane laptop", "productType": "product", "externalIdentifier": "6001"},
    {"id": "kit", "name": "Workplace kit", "productType": "bundle", "externalIdentifier": "6003"},
    {"id": "backup", "name": "Managed backup", "productType": "service", "externalIdentifier": "5201"},
    {"id": "engineer", "name": "Help desk engineer", "productType": "labor", "externalIdentifier": "7001"},
    {"id": "newdock", "name": "Corvane hub", "productType": "product", "mpn": "COR-9001"},
    {"id": "newcare", "name": "Printer watch", "productType": "service"},
]
_CATEGORY = {"service": "ms", "labor": "lb"}


def _product(row: Row) -> Row:
    kind = row["productType"]
    return {
        "externalIdentifier": None,
        "categoryId": _CATEGORY.get(kind, "hw"),
        "cost": 60,
        "price": 80,
        "term": "monthly" if kind == "service" else "one-time",
        **row,
    }


def _item(product: str, item_id: str, quantity: float = 1) -> Row:
    row = _product(next(each for each in _PRODUCTS if each["id"] == product))
    return {
        "id": item_id,
        "name": row["name"],
        "productId": product,
        "quantity": quantity,
        "cost": row["cost"],
        "price": row["price"],
        "discount": 0,
        "setupCost": 0,
        "setupPrice": 0,
        "term": row["term"],
        "optional": False,
    }


class RoughWorld:
    """Rows of both systems, to change before they are served."""

    def __init__(self) -> None:
        self.quoting = deepcopy(_MAIN)
        self.psa = deepcopy(_PSA)
        self.quoting["product"] = [_product(row) for row in _PRODUCTS]
        self.plain(KNOWN)

    def full(self, number: str = FULL) -> "RoughWorld":
        """Add the quote of which nothing is known to Autotask."""
        products = ("laptop", "kit", "backup", "engineer", "newdock", "newcare")
        courier = {"id": "courier", "name": "Courier", "cost": 14.5, "price": 19, "externalIdentifier": "1"}
        items = [_item(product, f"{number}-{product}", 1 + at) for at, product in enumerate(products)]
        here = {"street": "4 Foundry Row", "city": "Dublin", "state": "OH", "zip": "43016"}
        opportunity = self.opportunity(f"opp-{number.lower()}", "new", external="")
        return self._quote(number, items, opportunity, "new", shippingType=courier, deliveryAddress=here)

    def plain(self, number: str, product: str = "laptop") -> "RoughWorld":
        """Add a quote of one line about things that Autotask knows."""
        external = f"4{''.join(each for each in number if each.isdigit())}"
        opportunity = self.opportunity(f"opp-{number.lower()}", "known", external)
        self.psa["Opportunities"].append(
            {
                "id": int(external),
                "title": f"Project opp-{number.lower()}",
                "companyID": 2001,
                "contactID": 3001,
                "ownerResourceID": 29682885,
                "status": 1,
                "stage": 22,
                "probability": 60,
                "amount": 10,
                "cost": 5,
            }
        )
        there = {"street": f"Dock {number}", "city": "Albany", "state": "NY", "zip": "12207"}
        return self._quote(number, [_item(product, f"{number}-{product}")], opportunity, "known", deliveryAddress=there)

    def opportunity(self, opportunity_id: str, whose: str, external: str) -> str:
        """Add an opportunity of the quoting side and return its id."""
        self.quoting["opportunity"].append(
            {
                "id": opportunity_id,
                "name": f"Project {opportunity_id}",
                "externalIdentifier": external or None,
                "companyId": whose,
                "contactId": whose,
                "ownerId": "o1",
                "pipelineStageId": "s1",
                "categoryId": "k1",
                "probability": 0.6,
                "onetimeRevenue": 145.5,
                "oneTimeProfit": 79.75,
                "expectedCloseDate": "{+60}T00:00:00Z",
                "createdAt": "{-4}T10:20:00Z",
                "deletedAt": None,
            }
        )
        return opportunity_id

    def row(self, kind: str, row_id: str) -> Row:
        """Return a row of the quoting side."""
        return next(row for row in self.quoting[kind] if row["id"] == row_id)

    def _quote(self, number: str, items: list[Row], opportunity: str, whose: str, **members: Any) -> "RoughWorld":
        self.quoting["quote"].append(
            {
                "id": number.lower(),
                "number": number,
                "title": f"Offer {number}",
                "status": "approved",
                "primary": True,
                "createdAt": "{-4}T10:20:00Z",
                "sentAt": "{-3}T14:05:00Z",
                "approvedAt": "{-1}T11:45:00Z",
                "expiresAt": "{+27}T23:00:00Z",
                "deletedAt": None,
                "companyId": whose,
                "contactId": whose,
                "ownerId": "o1",
                "opportunityId": opportunity,
                "paymentTermId": "t1",
                "items": items,
                **members,
            }
        )
        return self

    def as_file(self) -> Row:
        """Return it in the form of a world's file."""
        site = {"name": "Fabrikam IT", "psa": "autotask", "salesbuildr": self.quoting, "autotask": self.psa}
        return {"schema_version": 1, "name": "rough", "sites": [{**site, "tenant_rules": [], "cases": {}}]}
