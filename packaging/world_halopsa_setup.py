"""What an administrator has set up in HaloPSA: the lists that records and mappings point to."""

from typing import Any

from sync_desktop.sandbox.credentials import HALOPSA_AGENT_ID, HALOPSA_VENDOR_AGENT_ID

MAKERS = ("Corvane", "Telluris", "Brightwell", "Gatekeep", "Parley", "Quire", "Litera", "Nimbus", "Coldstore")
FIRST_MAKER = 61

# asset group: name, may be used for items, income account, expense account
GROUPS = {
    101: ("Hardware", True, "4000", "5000"),
    102: ("Software", True, "4100", "5100"),
    103: ("Cloud services", True, "4200", "5200"),
    104: ("Managed services", True, "4300", "5300"),
    105: ("Labour", True, "4400", "5400"),
    106: ("Security appliances", False, "4000", "5000"),
    108: ("Backup", True, "4200", "5200"),
    109: ("Presentation", True, "4000", "5000"),
    110: ("Freight", True, "4900", "5900"),
}
HIDDEN_GROUP, MOVED_TYPE, DELETED_TYPE = 108, 222, 220

# Salesbuildr's category: its parent there; asset group and asset type here
CATEGORY_TARGETS = {
    "Laptops": ("Hardware", 101, 201),
    "Desktops": ("Hardware", 101, 202),
    "Servers": ("Hardware", 101, 203),
    "Storage": ("Hardware", 101, 204),
    "Networking": ("Hardware", 101, 205),
    "Monitors": ("Hardware", 101, 206),
    "Peripherals": ("Hardware", 101, 207),
    "Printers": ("Hardware", 101, 208),
    "Phones": ("Hardware", 101, 209),
    "Licences": ("Software and cloud", 102, 210),
    "Cloud": ("Software and cloud", 103, 211),
    "Managed services": ("Services", 104, 212),
    "Labour": ("Services", 105, 213),
    "Firewalls": ("Hardware", 106, 214),
    "Cabling": ("Hardware", 107, 216),
    "Cloud backup": ("Software and cloud", HIDDEN_GROUP, 218),
    "Security": ("Software and cloud", 102, DELETED_TYPE),
    "Audio and video": ("Hardware", 101, MOVED_TYPE),
}
"""Some lead to what cannot be used: 106 is not for items any more, 107 and 220 were deleted, 108 is hidden from the API
agent, 222 has been moved to 109."""
SHIPPING_TYPE = 230
TAX_PERCENT = 20

# lookup types under lookupid 11, then their values; ids of a lookup may be 0 or negative
CUSTOMER_TYPES, QUOTE_STATUSES, PAYMENT_TERMS, PIPELINE_STAGES, NOMINAL_CODES = 8, 31, 51, 76, 91
CUSTOMER, PROSPECT = 301, 302
QUOTE_STATUS = {"draft": 0, "sent": 1, "approved": 2, "declined": 3, "expired": -9}
INACTIVE_TERM = 63
ACCOUNTS = {
    "4000": "Sales of hardware",
    "4100": "Sales of licences",
    "4200": "Sales of cloud services",
    "4300": "Sales of managed services",
    "4400": "Sales of labour",
    "4900": "Freight charged",
    "5000": "Purchases of hardware",
    "5100": "Purchases of licences",
    "5200": "Purchases of cloud services",
    "5300": "Purchases of services",
    "5400": "Subcontractors",
    "5900": "Freight paid",
    "4800": "Sales of telephony (until 2023)",
}
"""Account codes and what they are called."""
CLOSED_ACCOUNT = "4800"
OPPORTUNITY_TYPE = 30
NEW, IN_PROGRESS, WON, LOST = 1, 2, 23, 24
"""Statuses of opportunities; the first two are HaloPSA's own."""
PERIODS = {"monthly": 2, "quarterly": 3, "semi-annual": 4, "yearly": 5}
"""Billing periods of lines and items: 2 was seen as monthly, the others follow the order of the asset types' costs."""


def _asset_types() -> list[dict[str, Any]]:
    rows = [
        {"id": type_id, "name": name, "assetgroup_id": 109 if type_id == MOVED_TYPE else group}
        for name, (_, group, type_id) in CATEGORY_TARGETS.items()
        if type_id != DELETED_TYPE and group in GROUPS
    ]
    return [*rows, {"id": SHIPPING_TYPE, "name": "Shipping", "assetgroup_id": 110}]


def _asset_groups() -> list[dict[str, Any]]:
    return [
        {
            "id": row_id,
            "name": name,
            "showasitem": for_items,
            "showasequip": not for_items,
            "nominalcode": income,
            "nominalcodepurchase": expense,
            "tax_id": 1,
            **({"access_control": [{"agent_id": 21}]} if row_id == HIDDEN_GROUP else {}),
        }
        for row_id, (name, for_items, income, expense) in GROUPS.items()
    ]


def _lookups() -> list[dict[str, Any]]:
    kinds = (
        (CUSTOMER_TYPES, "Customer Types", {CUSTOMER: "Customer", PROSPECT: "Prospect"}),
        (QUOTE_STATUSES, "Quotation Statuses", {value: name.capitalize() for name, value in QUOTE_STATUS.items()}),
        (PAYMENT_TERMS, "Payment Terms", {61: "Net 15", 62: "Net 30", INACTIVE_TERM: "Net 45", 64: "Due on receipt"}),
        (
            PIPELINE_STAGES,
            "Opportunity Pipeline Stages",
            {401: "Qualification", 402: "Proposal", 403: "Negotiation", 404: "Verbal", 405: "Closing"},
        ),
        (22, "Ticket Sources", {221: "Portal", 222: "Telephone"}),
    )
    types = [{"id": kind, "lookupid": 11, "name": name, "inactive": False} for kind, name, _ in kinds]
    values = [
        {"id": row_id, "lookupid": kind, "name": name, "sequence": place, "inactive": row_id == INACTIVE_TERM}
        for kind, _, names in kinds
        for place, (row_id, name) in enumerate(names.items(), start=1)
    ]
    codes = [
        {
            "id": 911 + place,
            "lookupid": NOMINAL_CODES,
            "name": code,
            "value2": called,
            "inactive": code == CLOSED_ACCOUNT,
        }
        for place, (code, called) in enumerate(ACCOUNTS.items())
    ]
    types.append({"id": NOMINAL_CODES, "lookupid": 11, "name": "Nominal Codes", "inactive": False})
    return [*types, *values, *codes]


SETUP: dict[str, list[dict[str, Any]]] = {
    "Control": [{"id": 1, "rshowpipelinestages": True, "rmaincontactcompulsary": True}],
    "TopLevel": [{"id": 1, "name": "Customers", "type": 0}],
    "Agent": [
        {"id": row_id, "name": name, "is_agent": True, "isapiagent": True, "isdisabled": False, "team": "Sales"}
        for row_id, name in ((HALOPSA_AGENT_ID, "Sync Desktop API"), (HALOPSA_VENDOR_AGENT_ID, "Salesbuildr API"))
    ],
    "Team": [{"id": 1, "name": "Sales", "foropps": True, "inactive": False}],
    "TicketType": [
        {"id": 1, "name": "Incident", "use": "ticket", "visible": True, "initial_status": NEW},
        {"id": OPPORTUNITY_TYPE, "name": "Opportunity", "use": "opportunity", "visible": True, "initial_status": NEW},
    ],
    "Status": [
        {"id": NEW, "name": "New", "shortname": "New", "type": 0, "sequence": 1},
        {"id": IN_PROGRESS, "name": "In Progress", "shortname": "Open", "type": 0, "sequence": 2},
        {"id": 9, "name": "Closed", "shortname": "Closed", "type": 0, "sequence": 9},
        {"id": WON, "name": "Won", "shortname": "Won", "type": 1, "sequence": 10},
        {"id": LOST, "name": "Lost", "shortname": "Lost", "type": 1, "sequence": 11},
    ],
    "Category": [
        {"id": row_id, "value": name, "category_name": name, "type_id": 1}
        for row_id, name in ((501, "Sales>Hardware"), (502, "Sales>Managed services"), (503, "Sales>Project"))
    ],
    "Lookup": _lookups(),
    "AssetGroup": _asset_groups(),
    "AssetType": _asset_types(),
    "Tax": [
        {"id": 1, "name": "Standard", "code": "STD", "value": float(TAX_PERCENT)},
        {"id": 2, "name": "Zero", "code": "ZERO", "value": 0.0},
    ],
    "Currency": [{"id": 1, "name": "US dollar", "symbol": "$", "code": "USD", "conversion_rate": 1.0}],
    "CostCentres": [{"id": 1, "name": "Sales", "chargeable": True}],
    "Supplier": [
        {"id": FIRST_MAKER + place, "name": name, "is_supplier": True, "is_manufacturer": True, "inactive": False}
        for place, name in enumerate(MAKERS)
    ],
}
