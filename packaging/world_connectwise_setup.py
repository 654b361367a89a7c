"""What an administrator has set up in ConnectWise: the lists that records and mappings point to."""

from typing import Any

MAKERS = ("Corvane", "Telluris", "Brightwell", "Gatekeep", "Parley", "Quire", "Litera", "Nimbus", "Coldstore")

# Salesbuildr's category: its parent there; category, subcategory and product type here
CATEGORY_TARGETS = {
    "Laptops": ("Hardware", 31, 311, 1),
    "Desktops": ("Hardware", 31, 312, 1),
    "Servers": ("Hardware", 31, 313, 1),
    "Storage": ("Hardware", 31, 314, 1),
    "Networking": ("Hardware", 31, 315, 1),
    "Monitors": ("Hardware", 31, 316, 1),
    "Peripherals": ("Hardware", 31, 317, 1),
    "Printers": ("Hardware", 31, 318, 1),
    "Phones": ("Hardware", 36, 361, 1),
    "Licences": ("Software and cloud", 32, 321, 2),
    "Cloud": ("Software and cloud", 33, 331, 4),
    "Managed services": ("Services", 34, 341, 4),
    "Labour": ("Services", 35, 351, 4),
    "Firewalls": ("Hardware", 41, 411, 1),
    "Security": ("Software and cloud", 41, 412, 2),
    "Cloud backup": ("Software and cloud", 43, 431, 1),
    "Cabling": ("Hardware", 44, 441, 1),
    "Audio and video": ("Hardware", 31, 319, 1),
    "Door entry": ("Hardware", 46, 461, 1),
    "Power": ("Hardware", 47, 471, 5),
}
"""Some lead to what cannot be used: 41 is an inactive category, 43 is hidden from the API member, 44 and 441 were
deleted, 319 is an inactive subcategory, 461 has been moved to 42, 5 is an inactive product type."""

# term: id, identifier, name
CYCLES = {
    "monthly": (1, "M", "Monthly"),
    "quarterly": (2, "Q", "Quarterly"),
    "semi-annual": (3, "S", "Semi-Annually"),
    "yearly": (4, "A", "Annually"),
}
CATEGORIES = {
    31: "Hardware",
    32: "Software",
    33: "Cloud",
    34: "Services",
    35: "Labor",
    36: "Telephony",
    41: "Security (2019)",
    42: "Security",
    43: "Backup",
    45: "Racks and cables",
    46: "Building",
    47: "Power",
}
INACTIVE_CATEGORY, HIDDEN_CATEGORY, INACTIVE_SUBCATEGORY, MOVED_SUBCATEGORY, INACTIVE_TYPE = 41, 43, 319, 461, 5
DELETED_SUBCATEGORY = 441
SPARE = {348: ("Shipping", 34), 421: ("Firewalls", 42), 422: ("Endpoint security", 42), 451: ("Cabling", 45)}
"""Subcategories that no category of Salesbuildr leads to yet: where broken mappings can be led."""


def _subcategories() -> list[dict[str, Any]]:
    rows = {sub: (name, category) for name, (_, category, sub, _) in CATEGORY_TARGETS.items()} | SPARE
    rows[MOVED_SUBCATEGORY] = ("Door entry", 42)
    del rows[DELETED_SUBCATEGORY]
    return [
        {
            "id": row_id,
            "name": name,
            "inactiveFlag": row_id == INACTIVE_SUBCATEGORY,
            "integrationXref": f"4{row_id}",
            "category": {"id": category, "name": CATEGORIES[category]},
        }
        for row_id, (name, category) in sorted(rows.items())
    ]


def _named(*names: tuple[int, str], **more: Any) -> list[dict[str, Any]]:
    return [{"id": row_id, "name": name, **more} for row_id, name in names]


SETUP: dict[str, list[dict[str, Any]]] = {
    "system/locations": [
        {"id": row_id, "name": name, "ownerLevelId": row_id, "structureLevel": {"id": 3, "name": "Location"}}
        for row_id, name in ((11, "Main office"), (12, "Branch office"))
    ],
    "system/departments": [
        {"id": 10, "identifier": "Sales", "name": "Sales"},
        {"id": 12, "identifier": "Services", "name": "Professional services"},
    ],
    "system/members": [
        {
            "id": row_id,
            "identifier": identifier,
            "firstName": first,
            "lastName": "API",
            "licenseClass": "A",
            "inactiveFlag": False,
        }
        for row_id, identifier, first in ((101, "SyncDesktop", "Sync Desktop"), (102, "Salesbuildr", "Salesbuildr"))
    ],
    "company/countries": [{"id": 1, "name": "United States", "countryCode": "US", "defaultFlag": True}],
    "company/companies/statuses": [
        {"id": 1, "name": "Active", "defaultFlag": True, "inactiveFlag": False},
        {"id": 2, "name": "Inactive", "defaultFlag": False, "inactiveFlag": False},
        {"id": 3, "name": "Credit hold (old)", "defaultFlag": False, "inactiveFlag": True},
    ],
    "company/companies/types": [
        {"id": 1, "name": "Client", "defaultFlag": True, "vendorFlag": False},
        {"id": 2, "name": "Prospect", "defaultFlag": False, "vendorFlag": False},
        {"id": 3, "name": "Owner", "defaultFlag": False, "vendorFlag": False},
        {"id": 4, "name": "Vendor", "defaultFlag": False, "vendorFlag": True},
    ],
    "company/contacts/types": [{"id": 1, "description": "Decision maker", "defaultFlag": False}],
    "company/communicationTypes": [
        {"id": 1, "description": "Email", "phoneFlag": False, "faxFlag": False, "emailFlag": True, "defaultFlag": True},
        {
            "id": 2,
            "description": "Direct",
            "phoneFlag": True,
            "faxFlag": False,
            "emailFlag": False,
            "defaultFlag": True,
        },
        {"id": 3, "description": "Fax", "phoneFlag": False, "faxFlag": True, "emailFlag": False, "defaultFlag": True},
        {"id": 4, "description": "Cell", "phoneFlag": True, "faxFlag": False, "emailFlag": False, "defaultFlag": False},
    ],
    "sales/stages": [
        {"id": row_id, "name": name, "sequenceNumber": row_id, "probability": {"id": row_id, "name": f"{10 * row_id}"}}
        for row_id, name in (
            (4, "2.Qualification"),
            (6, "3.Proposal"),
            (7, "4.Negotiation"),
            (8, "5.Verbal"),
            (9, "6.Closing"),
        )
    ],
    "sales/probabilities": [{"id": number, "probability": 10 * number} for number in range(1, 11)],
    "sales/opportunities/statuses": [
        {"id": 1, "name": "Open", "wonFlag": False, "lostFlag": False, "closedFlag": False, "defaultFlag": True},
        {"id": 2, "name": "Won", "wonFlag": True, "lostFlag": False, "closedFlag": True, "defaultFlag": False},
        {"id": 3, "name": "Lost", "wonFlag": False, "lostFlag": True, "closedFlag": True, "defaultFlag": False},
        {"id": 4, "name": "No decision", "wonFlag": False, "lostFlag": False, "closedFlag": True, "defaultFlag": False},
    ],
    "sales/opportunities/types": [
        {"id": row_id, "description": name, "inactiveFlag": row_id == 4}
        for row_id, name in ((1, "Hardware"), (2, "Managed services"), (3, "Project"), (4, "Renewal"))
    ],
    "sales/opportunities/ratings": [{"id": 1, "name": "Warm", "sortOrder": 1}],
    "marketing/campaigns": _named((11, "Referral"), (12, "Website"), inactiveFlag=False),
    "procurement/categories": [
        {"id": row_id, "name": name, "inactiveFlag": row_id == INACTIVE_CATEGORY} for row_id, name in CATEGORIES.items()
    ],
    "procurement/subcategories": _subcategories(),
    "procurement/types": [
        {"id": row_id, "name": name, "inactiveFlag": row_id == INACTIVE_TYPE, "typeXref": xref}
        for row_id, name, xref in (
            (1, "Inventory", "InventoryPart"),
            (2, "Software", "NonInventoryPart"),
            (3, "Other charge", "OtherCharge"),
            (4, "Service", "Service"),
            (5, "Equipment (old)", "InventoryPart"),
        )
    ],
    "procurement/manufacturers": [
        {"id": number, "name": name, "inactiveFlag": False} for number, name in enumerate(MAKERS, start=1)
    ],
    "procurement/unitOfMeasures": [
        {"id": row_id, "name": name, "inactiveFlag": False, "defaultFlag": row_id == 1}
        for row_id, name in ((1, "Each"), (2, "Month"), (3, "Hour"))
    ],
    "finance/billingTerms": [
        {"id": row_id, "name": name, "dueDays": days, "defaultFlag": row_id == 6}
        for row_id, name, days in ((5, "Net 15", 15), (6, "Net 30", 30), (7, "Net 45", 45), (8, "Due on receipt", 0))
    ],
    "finance/billingCycles": [
        {"id": row_id, "identifier": identifier, "name": name, "defaultFlag": row_id == 1}
        for row_id, identifier, name in CYCLES.values()
    ],
    "finance/taxCodes": [
        {
            "id": row_id,
            "identifier": identifier,
            "description": name,
            "invoiceCaption": "Sales tax",
            "effectiveDate": "2020-01-01T00:00:00Z",
            "defaultFlag": row_id == 1,
            "levelOneRate": rate,
            **({"cancelDate": cancelled} if cancelled else {}),
        }
        for row_id, identifier, name, rate, cancelled in (
            (1, "STD", "Standard", 8.5, ""),
            (2, "EXEMPT", "Exempt from tax", 0, ""),
            (3, "STD19", "Standard until 2023", 8.25, "2023-12-31T00:00:00Z"),
        )
    ],
    "finance/currencies": [{"id": 1, "currencyIdentifier": "USD", "name": "US Dollars", "symbol": "$"}],
    "service/boards": _named((1, "Projects"), inactiveFlag=False),
}
