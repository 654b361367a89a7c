"""What Autotask holds in the small worlds."""

from tests.worlds.psa_rows import PsaRows, Row

_ROWS: dict[str, list[Row]] = {
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


def _opportunity(row: Row, company: int, contact: int) -> Row:
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


AUTOTASK = PsaRows("autotask", _ROWS, "Opportunities", _opportunity)
