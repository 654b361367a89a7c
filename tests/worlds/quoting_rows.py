"""What Salesbuildr holds in the small worlds: few rows, and numbers that one can check with a pencil.

Of the companies and contacts two of each are linked, and the third is new; so are the last two products. External
identifiers are the same numbers in whichever PSA stands behind.
"""

from typing import Any

Row = dict[str, Any]

SENT, CREATED, EXPIRES = "{-3}T14:05:00Z", "{-4}T10:20:00Z", "{+27}T23:00:00Z"
CLOSES = "{+60}T00:00:00Z"

COURIER: Row = {"id": "courier", "name": "Courier", "cost": 14.5, "price": 19, "externalIdentifier": "1"}

ROWS: dict[str, list[Row]] = {
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

_PRODUCTS: dict[str, Row] = {row["id"]: row for row in ROWS["product"]}


def item(product: str, item_id: str, quantity: float = 1, **members: Any) -> Row:
    """Return an item of a quote at the product's own price."""
    sold = _PRODUCTS[product]
    return {
        "id": f"i-{item_id}",
        "name": sold["name"],
        "shortDescription": None,
        "productId": product,
        "quantity": quantity,
        "cost": sold["cost"],
        "price": sold["price"],
        "discount": 0,
        "setupCost": 0,
        "setupPrice": 0,
        "term": sold["term"],
        "optional": False,
        **members,
    }
