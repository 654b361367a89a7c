"""What the server fills in where a new record says nothing. Inferred, unless a comment names the source."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.rules import id_of
from sync_desktop.sandbox.connectwise.values import as_text
from sync_desktop.sandbox.lines import decimal
from sync_desktop.sandbox.store import Row

EMAIL, PHONE, FAX = "Email", "Phone", "Fax"
_DAYS_TO_CLOSE = 30
_CENT = Decimal("0.01")


def with_defaults(call: Call, name: str, row: Row) -> Row:
    """Return a new row of an entity with its gaps filled; what the caller said stays."""
    fill = _FILL.get(name)
    if fill is None:
        return row
    told = {key: value for key, value in fill(call, row).items() if value is not None}
    return {**told, **{key: value for key, value in row.items() if value is not None or key not in told}}


def brought_in_order(call: Call, name: str, row: Row) -> None:
    """Set what the server keeps by itself in every row that is saved, new or not."""
    if name == "Contact":
        _order_communication(call, row)
    if name == "ProductItem":
        row.update(sums(row))


def first_default(call: Call, collection: str) -> Row | None:
    """Return a reference to the row that is the default of a list; None where there is none."""
    rows = call.tenant.store.rows(collection)
    found = next((row for row in rows.values() if row.get("defaultFlag") and not row.get("inactiveFlag")), None)
    return None if found is None else {"id": found["id"]}


def _company(call: Call, _row: Row) -> Row:
    return {
        "status": first_default(call, "company/companies/statuses"),
        "deletedFlag": False,
        "leadFlag": False,
        "unsubscribeFlag": False,
        "isVendorFlag": False,
        "types": [],
        "dateAcquired": as_text(call.tenant.settings.now()),
    }


def _contact(call: Call, row: Row) -> Row:
    # The captured answer to a create has just these values.
    filled = {"portalSecurityLevel": 1, "disablePortalLoginFlag": True, "inactiveFlag": False, "types": []}
    return {**filled, "communicationItems": [], "defaultFlag": False, "site": _site_of(call, row)}


def _site_of(call: Call, row: Row) -> Row | None:
    company = call.tenant.store.get("company/companies", id_of(row, "company") or 0) or {}
    site_id = id_of(company, "site")
    return None if site_id is None else {"id": site_id}


def _opportunity(call: Call, row: Row) -> Row:
    settings = call.tenant.settings
    now = settings.now()
    stages = sorted(
        call.tenant.store.rows("sales/stages").values(),
        key=lambda stage: (stage.get("sequenceNumber") or 0, stage["id"]),
    )
    stage = call.tenant.store.get("sales/stages", id_of(row, "stage") or 0) or (stages[0] if stages else {})
    return {
        "status": first_default(call, "sales/opportunities/statuses"),
        "stage": {"id": stage["id"]} if stage else None,
        "probability": stage.get("probability"),
        "site": _site_of(call, row),
        "locationId": settings.location_id,
        "businessUnitId": settings.business_unit_id,
        "expectedCloseDate": as_text(now + timedelta(days=_DAYS_TO_CLOSE)),
        "dateBecameLead": as_text(now),
        "pipelineChangeDate": as_text(now),
    }


def _catalog_item(call: Call, row: Row) -> Row:
    subcategory = call.tenant.store.get("procurement/subcategories", id_of(row, "subcategory") or 0) or {}
    category = id_of(subcategory, "category")
    return {
        "inactiveFlag": False,
        "productClass": "NonInventory",
        "unitOfMeasure": first_default(call, "procurement/unitOfMeasures"),
        "category": None if category is None else {"id": category},
        "price": 0,
        "cost": 0,
        "taxableFlag": True,
        "serializedFlag": False,
        "recurringFlag": False,
        "dateEntered": as_text(call.tenant.settings.now()),
    }


def _line(call: Call, row: Row) -> Row:
    store, settings = call.tenant.store, call.tenant.settings
    item = store.get("procurement/catalog", id_of(row, "catalogItem") or 0) or {}
    opportunity = store.get("sales/opportunities", id_of(row, "opportunity") or 0) or {}
    beside = [
        line
        for line in store.rows("procurement/products").values()
        if id_of(line, "opportunity") == id_of(row, "opportunity")
    ]
    return {
        "description": item.get("description"),
        "customerDescription": item.get("customerDescription") or item.get("description"),
        "quantity": 1,
        "price": item.get("price", 0),
        "cost": item.get("cost", 0),
        "discount": 0,
        "priceMethod": "PricePerUnit",
        "productClass": item.get("productClass"),
        "unitOfMeasure": item.get("unitOfMeasure"),
        "taxableFlag": item.get("taxableFlag", False),
        "cancelledFlag": False,
        "locationId": opportunity.get("locationId", settings.location_id),
        "businessUnitId": opportunity.get("businessUnitId", settings.business_unit_id),
        "company": opportunity.get("company"),
        "forecastStatus": opportunity.get("status"),
        "recurring": _recurring(item),
        "sequenceNumber": max((line.get("sequenceNumber") or 0 for line in beside), default=0) + 1,
    }


def _recurring(item: Mapping[str, Any]) -> Row | None:
    if not item.get("recurringFlag"):
        return None
    cycle = item.get("recurringBillCycle")
    told = {
        "recurringRevenue": item.get("recurringRevenue"),
        "recurringCost": item.get("recurringCost"),
        "billCycleId": (cycle or {}).get("id"),
        "billCycle": cycle,
        "cycleType": item.get("recurringCycleType"),
    }
    return {name: value for name, value in told.items() if value is not None}


def sums(row: Mapping[str, Any]) -> Row:
    """Return what a line comes to: extPrice, extCost and margin."""
    quantity, price, cost = (decimal(row.get(name)) for name in ("quantity", "price", "cost"))
    revenue, spent = quantity * price - decimal(row.get("discount")), quantity * cost
    told = {"extPrice": revenue, "extCost": spent, "margin": revenue - spent}
    return {name: float(value.quantize(_CENT, ROUND_HALF_UP)) for name, value in told.items()}


def _order_communication(call: Call, row: Row) -> None:
    """Give each item its id, its kind and its domain, and each kind one default."""
    taken: set[str] = set()
    items = row.get("communicationItems") or []
    last = max(
        (
            one.get("id") or 0
            for contact in call.tenant.store.rows("company/contacts").values()
            for one in contact.get("communicationItems") or ()
        ),
        default=0,
    )
    for one in sorted(items, key=lambda one: not one.get("defaultFlag")):
        kind = one.get("communicationType") or _kind(call, one)
        one["communicationType"] = kind
        one["defaultFlag"] = kind not in taken
        taken.add(kind)
        if kind == EMAIL and "@" in str(one.get("value")):
            one["domain"] = "@" + str(one["value"]).rpartition("@")[2]
    for one in items:
        if not one.get("id"):
            last += 1
            one["id"] = last
    phone: Row = next((one for one in items if one["communicationType"] == PHONE and one["defaultFlag"]), {})
    row["defaultPhoneType"] = (phone.get("type") or {}).get("name")
    row["defaultPhoneNbr"], row["defaultPhoneExtension"] = phone.get("value"), phone.get("extension")


def _kind(call: Call, one: Mapping[str, Any]) -> str:
    kind = call.tenant.store.get("company/communicationTypes", id_of(one, "type") or 0) or {}
    return EMAIL if kind.get("emailFlag") else FAX if kind.get("faxFlag") else PHONE


def _site(_call: Call, _row: Row) -> Row:
    return {"inactiveFlag": False, "primaryAddressFlag": False}


def _active(_call: Call, _row: Row) -> Row:
    return {"inactiveFlag": False}


def _callback(_call: Call, _row: Row) -> Row:
    # As captured by an integration vendor.
    return {
        "inactiveFlag": False,
        "payloadVersion": "3.0.0",
        "isSoapCallbackFlag": False,
        "isSelfSuppressedFlag": False,
    }


def _note(call: Call, _row: Row) -> Row:
    return {"flagged": False, "enteredBy": call.member.identifier}


_FILL: dict[str, Callable[[Call, Row], Row]] = {
    "Company": _company,
    "CompanySite": _site,
    "Contact": _contact,
    "Opportunity": _opportunity,
    "CatalogItem": _catalog_item,
    "ProductItem": _line,
    "Category": _active,
    "SubCategory": _active,
    "LegacySubCategory": _active,
    "ProductType": _active,
    "Manufacturer": _active,
    "UnitOfMeasure": _active,
    "CallbackEntry": _callback,
    "OpportunityNote": _note,
}
