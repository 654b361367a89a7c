"""The forecast of an opportunity: items that mirror its lines or were written by hand, and their totals.

The API's description gives a list of forecasts although an opportunity has one; a switch has it either way.
"""

from aiohttp import web

from sync_desktop.sandbox.connectwise import mirrors, reads, shapes, writes
from sync_desktop.sandbox.connectwise.answers import answer, no_content, no_endpoint, wrong_verb
from sync_desktop.sandbox.connectwise.bodies import parse
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.metadata import Entity
from sync_desktop.sandbox.store import Row

_BY_TYPE = {
    "Product": "productRevenue",
    "Service": "serviceRevenue",
    "Agreement": "agreementRevenue",
    "Other1": "otherRevenue1",
    "Other2": "otherRevenue2",
}


def methods_of(rest: tuple[str, ...]) -> tuple[str, ...]:
    """Return the verbs of a route behind `/forecast`. Raises `RefusedError` where there is no such route."""
    match rest:
        case ():
            return ("GET", "POST", "DELETE")
        case ("count",):
            return ("GET",)
        case (item_id,) if item_id.isdecimal():
            return ("GET", "POST", "PUT", "PATCH", "DELETE")
        case _:
            raise no_endpoint()


def serve(call: Call, parent: Entity, opportunity_id: int, rest: tuple[str, ...]) -> web.Response:
    """Answer everything behind `/sales/opportunities/{id}/forecast`."""
    item = call.tenant.metadata.entities["ForecastItem"]
    opportunity = reads.known(call, parent, opportunity_id)
    mirrors.settle_forecast(call.tenant.store, opportunity_id)
    match call.method, rest:
        case "GET", ("count",):
            return reads.counted(call, item, parent_id=opportunity_id)
        case "GET", ():
            told = _forecast(call, item, opportunity)
            single = call.tenant.facts.at("forecast_shape", "object")
            return answer(told if single else [told], media_type=call.media_type)
        case "POST", ():
            return _add_all(call, item, opportunity)
        case "DELETE", ():
            call.require(item)
            for row in _items(call, item, opportunity_id):
                call.tenant.store.delete(item.collection, row["id"])
            return no_content()
        case "GET", (item_id,):
            return reads.read_one(call, item, int(item_id), parent_id=opportunity_id)
        case "POST", (_,):
            return writes.create(call, item, opportunity_id)
        case "PUT", (item_id,):
            return writes.replace(call, item, int(item_id), opportunity_id)
        case "PATCH", (item_id,):
            return writes.change(call, item, int(item_id), opportunity_id)
        case "DELETE", (item_id,):
            return writes.delete(call, item, int(item_id), opportunity_id)
    raise wrong_verb(call.method)


def _add_all(call: Call, item: Entity, opportunity: Row) -> web.Response:
    """Answer `POST /forecast`: its items are added."""
    call.require(item)
    told = parse(call.body)
    for one in told.get("forecastItems") or () if isinstance(told, dict) else ():
        row = {name: value for name, value in one.items() if name != "id"}
        writes.keep_new(call, item, {**row, "opportunity": {"id": opportunity["id"]}})
    return answer(_forecast(call, item, opportunity), 201, media_type=call.media_type)


def _items(call: Call, item: Entity, opportunity_id: int) -> list[Row]:
    return [row for row in call.rows(item) if item.parent is not None and item.parent.holds(row, opportunity_id)]


def _forecast(call: Call, item: Entity, opportunity: Row) -> Row:
    rows = _items(call, item, opportunity["id"])
    counted = [row for row in rows if row.get("includeFlag", True)]
    told: Row = {"id": opportunity["id"], "forecastItems": [shapes.shown(call, item, row) for row in rows]}
    for kind, name in _BY_TYPE.items():
        told[name] = _totals([row for row in counted if row.get("forecastType") == kind])
    told["forecastRevenueTotals"] = told["inclusiveRevenueTotals"] = _totals(counted)
    told["recurringTotal"] = sum(float(row.get("recurringRevenue") or 0) for row in counted)
    told["expectedProbability"] = 100
    return told


def _totals(rows: list[Row]) -> Row:
    revenue, cost = (round(sum(float(row.get(name) or 0) for row in rows), 2) for name in ("revenue", "cost"))
    margin = round(revenue - cost, 2)
    return {"revenue": revenue, "cost": cost, "margin": margin, "percentage": _percent(margin, revenue)}


def _percent(margin: float, revenue: float) -> float:
    return round(100 * margin / revenue, 2) if revenue else 0.0
