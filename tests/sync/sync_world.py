"""A world written by hand for the tests of what is written: few rows, and numbers that one can check with a pencil."""

from copy import deepcopy
from typing import Any

from tests.sync.sync_psa_rows import PSA

Row = dict[str, Any]

SENT, CREATED, EXPIRES = "{-3}T14:05:00Z", "{-4}T10:20:00Z", "{+27}T23:00:00Z"
CLOSES = "{+60}T00:00:00Z"

QUOTING: dict[str, list[Row]] = {
    "owner": [
        {"id": "o1", "name": "Fiona Ivanov", "externalIdentifier": "29682885"},
        {"id": "o2", "name": "Wanda Kaur", "externalIdentifier": None},
    ],
    "field": [
        {"id": "s1", "field": "stage", "displayValue": "Proposal", "externalIdentifier": "22"},
        {"id": "k1", "field": "opportunity-category", "displayValue": "Project", "externalIdentifier": "3"},
        {"id": "t1", "field": "payment-term", "displayValue": "Net 15", "externalIdentifier": "5"},
        {"id": "t2", "field": "payment-term", "displayValue": "Net 30", "externalIdentifier": "6"},
    ],
    "category": [
        {"id": "hw", "name": "Laptops", "billingCode": 401, "listed": True},
        {"id": "ms", "name": "Managed services", "billingCode": 501, "listed": True},
        {"id": "lb", "name": "Labour", "billingCode": None, "listed": True},
    ],
    "company": [
        {
            "id": "c1",
            "name": "Northwind Traders",
            "type": "Customer",
            "externalIdentifier": "2001",
            "accountManagerId": "o1",
            "telephone": "(518) 555-1733",
            "website": "https://www.northwindtraders.example",
            "address": {
                "street": "289 Canal Road",
                "apartment": "Suite 414",
                "city": "Albany",
                "state": "NY",
                "zip": "12207",
                "country": "US",
            },
        },
        {
            "id": "c2",
            "name": "Adatum Corporation",
            "type": "Customer",
            "externalIdentifier": "2002",
            "accountManagerId": "o1",
            "telephone": "(518) 555-2288",
            "website": "https://www.adatum.example",
            "address": {"street": "7 Birch Avenue", "city": "Troy", "state": "NY", "zip": "12180"},
        },
        {
            "id": "c3",
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
            "id": "p1",
            "firstName": "Kim",
            "lastName": "Abercrombie",
            "email": "kim@northwindtraders.example",
            "companyId": "c1",
            "externalIdentifier": "3001",
        },
        {
            "id": "p2",
            "firstName": "Jay",
            "lastName": "Adams",
            "email": "jay@adatum.example",
            "companyId": "c2",
            "externalIdentifier": "3002",
        },
        {
            "id": "p3",
            "firstName": "Ana",
            "lastName": "Bowman",
            "email": "ana@tessellate.example",
            "phone": "(614) 555-0143",
            "mobilePhone": "(614) 555-0144",
            "companyId": "c3",
            "externalIdentifier": None,
        },
    ],
    "opportunity": [],
    "product": [
        {
            "id": "laptop",
            "name": "Corvane L310 laptop",
            "shortDescription": "14 inch, delivered",
            "productType": "product",
            "categoryId": "hw",
            "externalIdentifier": "6001",
            "mpn": "COR-1001",
            "cost": 640.4,
            "price": 780.95,
            "term": "one-time",
        },
        {
            "id": "dock",
            "name": "Corvane dock",
            "shortDescription": "USB-C dock",
            "productType": "product",
            "categoryId": "hw",
            "externalIdentifier": "6002",
            "mpn": "COR-2001",
            "cost": 80,
            "price": 100,
            "term": "one-time",
        },
        {
            "id": "kit",
            "name": "Workplace kit Basic",
            "shortDescription": "Laptop and dock",
            "productType": "bundle",
            "categoryId": "hw",
            "externalIdentifier": "6003",
            "cost": 600,
            "price": 1000,
            "term": "one-time",
        },
        {
            "id": "backup",
            "name": "Managed backup",
            "shortDescription": "Nightly",
            "productType": "service",
            "categoryId": "ms",
            "externalIdentifier": "5201",
            "cost": 14.4,
            "price": 18,
            "term": "monthly",
        },
        {
            "id": "care",
            "name": "Office care Bronze",
            "shortDescription": "All in",
            "productType": "bundle",
            "categoryId": "ms",
            "externalIdentifier": "5801",
            "cost": 45.4,
            "price": 90.95,
            "term": "monthly",
        },
        {
            "id": "engineer",
            "name": "Help desk engineer",
            "shortDescription": "By the hour",
            "productType": "labor",
            "categoryId": "lb",
            "externalIdentifier": "7001",
            "cost": 42.75,
            "price": 95,
            "term": "one-time",
        },
        {
            "id": "newlaptop",
            "name": "Corvane L420 laptop",
            "shortDescription": "16 inch, delivered",
            "productType": "product",
            "categoryId": "hw",
            "externalIdentifier": None,
            "internalProductId": "FAB-2001",
            "mpn": "COR-3001",
            "vendor": "Corvane",
            "cost": 700.25,
            "price": 899.5,
            "msrp": 999,
            "term": "one-time",
            "isSerialized": True,
            "isEligibleForRma": True,
            "doesNotRequireProcurement": False,
        },
        {
            "id": "newservice",
            "name": "Managed firewall",
            "shortDescription": "Rules and patches",
            "productType": "service",
            "categoryId": "ms",
            "externalIdentifier": None,
            "cost": 20,
            "price": 44.5,
            "term": "quarterly",
        },
    ],
    "quote": [],
}

COURIER: Row = {"id": "courier", "name": "Courier", "cost": 14.5, "price": 19, "externalIdentifier": "1"}


class SmallWorld:
    """Rows of both systems, which a test changes and adds quotes to before it serves them."""

    def __init__(self) -> None:
        self.quoting = deepcopy(QUOTING)
        self.psa = deepcopy(PSA)
        self.rules: list[Row] = []
        # One that is known to be there, which proves that these credentials can see opportunities.
        self.opportunity("known", name="Known", companyId="c2", contactId="p2", externalIdentifier="4999")

    def row(self, kind: str, row_id: str) -> Row:
        """Return a row of the quoting side."""
        return next(row for row in self.quoting[kind] if row["id"] == row_id)

    def psa_row(self, entity: str, row_id: int) -> Row:
        """Return a row of Autotask."""
        return next(row for row in self.psa[entity] if row["id"] == row_id)

    def opportunity(self, opportunity_id: str, **members: Any) -> Row:
        """Add an opportunity; with an `externalIdentifier`, Autotask has it too."""
        row: Row = {
            "id": opportunity_id,
            "name": f"Project {opportunity_id}",
            "description": None,
            "externalIdentifier": None,
            "companyId": "c1",
            "contactId": "p1",
            "ownerId": "o1",
            "pipelineStageId": "s1",
            "categoryId": "k1",
            "probability": 0.6,
            "onetimeRevenue": 145.5,
            "oneTimeProfit": 79.75,
            "expectedCloseDate": CLOSES,
            "createdAt": CREATED,
            "deletedAt": None,
            **members,
        }
        self.quoting["opportunity"].append(row)
        external = row["externalIdentifier"]
        if external:
            there = {"c1": (2001, 3001), "c2": (2002, 3002)}
            company, contact = there[row["companyId"]]
            self.psa["Opportunities"].append(
                {
                    "id": int(external),
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
            )
        return row

    def quote(self, number: str, items: list[Row] | None = None, **members: Any) -> Row:
        """Add a quote that could be written; its opportunity is one of its own that Autotask has, unless named."""
        quote_id = number.lower()
        if "opportunityId" not in members:
            digits = "".join(each for each in number if each.isdigit())
            made = {"externalIdentifier": f"4{digits}", "name": f"Project {number}"}
            given = {name: members[name] for name in ("companyId", "contactId") if name in members}
            members["opportunityId"] = self.opportunity(f"opp-{quote_id}", **made, **given)["id"]
        row: Row = {
            "id": quote_id,
            "number": number,
            "title": f"Offer {number}",
            "status": "approved",
            "primary": True,
            "createdAt": CREATED,
            "sentAt": SENT,
            "approvedAt": "{-1}T11:45:00Z",
            "declinedAt": None,
            "expiredAt": None,
            "expiresAt": EXPIRES,
            "deletedAt": None,
            "companyId": "c1",
            "contactId": "p1",
            "ownerId": "o1",
            "paymentTermId": None,
            "shippingType": None,
            "deliveryAddress": None,
            "discount": None,
            "poNumber": None,
            "note": None,
            "items": [item("laptop", quote_id)] if items is None else items,
            **members,
        }
        self.quoting["quote"].append(row)
        return row

    def as_file(self) -> Row:
        """Return it in the form of a world's file."""
        site = {"name": "Fabrikam IT", "psa": "autotask", "salesbuildr": self.quoting, "autotask": self.psa}
        return {"schema_version": 1, "name": "small", "sites": [{**site, "tenant_rules": self.rules, "cases": {}}]}


_PRICES: dict[str, tuple[float, float, str, str]] = {
    row["id"]: (row["cost"], row["price"], row["term"], row["name"]) for row in QUOTING["product"]
}


def item(product: str, item_id: str, quantity: float = 1, **members: Any) -> Row:
    """Return an item of a quote at the product's own price."""
    cost, price, term, name = _PRICES[product]
    return {
        "id": f"i-{item_id}",
        "name": name,
        "shortDescription": None,
        "productId": product,
        "quantity": quantity,
        "cost": cost,
        "price": price,
        "discount": 0,
        "setupCost": 0,
        "setupPrice": 0,
        "term": term,
        "optional": False,
        **members,
    }
