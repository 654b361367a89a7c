"""Rows that the server keeps by itself beside those that were written: sites, type associations, forecast items.

The world's file need not hold forecast items and type associations; they are made when somebody first asks for them.
"""

from typing import Any

from sync_desktop.sandbox.connectwise.defaults import sums
from sync_desktop.sandbox.connectwise.metadata import Entity
from sync_desktop.sandbox.connectwise.rules import ADDRESS, id_of
from sync_desktop.sandbox.store import Row, Store

COMPANIES, SITES = "company/companies", "company/companies/sites"
ASSOCIATIONS = "company/companyTypeAssociations"
LINES, FORECAST = "procurement/products", "sales/opportunities/forecast"
_FORECAST_TYPES = {"Service": "Service", "Agreement": "Agreement"}


def after_create(store: Store, entity: Entity, row: Row) -> None:
    """Make what belongs to a new row."""
    if entity.collection == COMPANIES:
        _main_site(store, row)
        settle_associations(store)
    elif entity.collection == ASSOCIATIONS:
        _show_types(store, id_of(row, "company") or 0)
    elif entity.collection == LINES:
        _mirror(store, row)


def after_update(store: Store, entity: Entity, row: Row) -> None:
    """Let what belongs to a changed row follow it."""
    if entity.collection == LINES and row.get("forecastDetailId") in store.rows(FORECAST):
        store.update(FORECAST, row["forecastDetailId"], _forecast_item(row))


def after_delete(store: Store, entity: Entity, row: Row) -> None:
    """Take away what belonged to a row that is gone."""
    if entity.collection == LINES:
        store.rows(FORECAST).pop(row.get("forecastDetailId") or 0, None)
    elif entity.collection == ASSOCIATIONS:
        _show_types(store, id_of(row, "company") or 0)


def settle_associations(store: Store) -> None:
    """Make an association for each type of each company that has none yet."""
    there = {(id_of(row, "company"), id_of(row, "type")) for row in store.rows(ASSOCIATIONS).values()}
    for company in store.rows(COMPANIES).values():
        for one in company.get("types") or ():
            if (company["id"], one.get("id")) not in there:
                named = {"id": company["id"], "identifier": company.get("identifier"), "name": company.get("name")}
                store.insert(ASSOCIATIONS, {"type": one, "company": named})


def settle_forecast(store: Store, opportunity_id: int) -> None:
    """Make the forecast item of each line of an opportunity that has none yet."""
    for line in list(store.rows(LINES).values()):
        if id_of(line, "opportunity") == opportunity_id and line.get("forecastDetailId") not in store.rows(FORECAST):
            _mirror(store, line)


def _show_types(store: Store, company_id: int) -> None:
    rows = store.rows(ASSOCIATIONS).values()
    types = [row["type"] for row in rows if id_of(row, "company") == company_id]
    store.update(COMPANIES, company_id, {"types": types})


def _main_site(store: Store, company: Row) -> None:
    name = (company.get("site") or {}).get("name") or "Main"
    address = {key: company[key] for key in ADDRESS if company.get(key) and key != "state"}
    flags = dict.fromkeys(
        ("primaryAddressFlag", "defaultShippingFlag", "defaultBillingFlag", "defaultMailingFlag"), True
    )
    site = {"name": name, **address, **flags, "inactiveFlag": False, "company": {"id": company["id"]}}
    company["site"] = {"id": store.insert(SITES, site), "name": name}


def _mirror(store: Store, line: Row) -> None:
    """Make the forecast item of a line of an opportunity, unless the line's writer asked for none."""
    if id_of(line, "opportunity") is None or line.get("bypassForecastUpdate"):
        return
    line["forecastDetailId"] = store.insert(FORECAST, _forecast_item(line))


def _forecast_item(line: Row) -> Row:
    recurring: dict[str, Any] = line.get("recurring") or {}
    money = sums(line)
    return {
        "forecastDescription": str(line.get("description") or "")[:50],
        "opportunity": line.get("opportunity"),
        "quantity": line.get("quantity"),
        "status": line.get("forecastStatus"),
        "catalogItem": line.get("catalogItem"),
        "productDescription": line.get("description"),
        "productClass": line.get("productClass"),
        "revenue": money["extPrice"],
        "cost": money["extCost"],
        "margin": money["margin"],
        "percentage": 100,
        "includeFlag": True,
        "forecastType": _FORECAST_TYPES.get(str(line.get("productClass")), "Product"),
        "linkFlag": False,
        "recurringFlag": bool(recurring),
        "recurringRevenue": recurring.get("recurringRevenue") or 0,
        "recurringCost": recurring.get("recurringCost") or 0,
        "billCycle": recurring.get("billCycle"),
        "cycles": recurring.get("cycles"),
        "sequenceNumber": line.get("sequenceNumber"),
        "subNumber": 0,
        "taxableFlag": bool(line.get("taxableFlag")),
    }
