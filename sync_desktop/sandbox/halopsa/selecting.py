"""Which rows a list shows, and in which order: what clients of the API ask for in query parameters."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sync_desktop.sandbox.halopsa.advanced import advanced_test
from sync_desktop.sandbox.halopsa.calls import Call
from sync_desktop.sandbox.halopsa.companions import is_general_user
from sync_desktop.sandbox.halopsa.entities import Entity
from sync_desktop.sandbox.halopsa.shapes import is_closed, is_inactive, shown
from sync_desktop.sandbox.store import Row

Test = Callable[[Row], bool]
_ORDERS = ("", "2", "3", "4", "5")
_TICKETS = frozenset({"Opportunities", "Tickets", "Projects"})
_OPPORTUNITIES = "opps"
_BEHIND = {("SalesOrder", "ticket_id"), ("Invoice", "ticket_id"), ("Tickets", "parent_id"), ("Projects", "parent_id")}
"""Lists of what is made of a ticket, and the parameter that asks for that."""
EVERY_KIND, OPPORTUNITIES_ONLY = 0, 1
"""Values of a status's `type`; all others are for tickets of other kinds. Inferred."""
_PHONES = ("phonenumber", "phonenumber_preferred", "mobilenumber", "mobilenumber2", "homenumber")


def selected(call: Call, entity: Entity) -> list[Row]:
    """Return the rows that a list is asked for, in order. Raises `RefusedError` and `RuleError` for bad parameters."""
    if not call.may_read(entity):
        return []
    tests = list(_tests(call, entity))
    rows = [row for row in _all(call, entity) if all(test(row) for test in tests)]
    for suffix in reversed(_ORDERS):
        name = call.query.text(f"order{suffix}").lower()
        field = entity.field(name) if name else None
        if field is not None:
            rows.sort(key=lambda row: _sort_key(row.get(field.name)), reverse=call.query.on(f"orderdesc{suffix}"))
    return rows


def _all(call: Call, entity: Entity) -> list[Row]:
    if entity.collection in _TICKETS and call.query.on("deleted"):
        return [row for row in call.store.visible(entity.collection) if row.get("deleted")]
    return call.visible(entity.collection)


def _tests(call: Call, entity: Entity) -> Iterator[Test]:
    yield from _activity(call, entity)
    for parameter, member in entity.filters.items():
        yield from _equal(call, entity, parameter, member)
    for parameter, member in entity.many.items():
        yield from _among(call, parameter, member)
    if words := call.query.text("search").casefold():
        yield lambda row: _found(call, entity, row, words)
    yield from _changed(call, entity)
    if (told := call.query.text("advanced_search")) and entity.advanced:
        yield advanced_test(told, entity)
    special = _SPECIAL.get("Opportunities" if entity.collection in _TICKETS else entity.collection)
    if special:
        yield from special(call)


def _activity(call: Call, entity: Entity) -> Iterator[Test]:
    """Yield which of active and inactive rows are asked for; without a word, the active ones."""
    if entity.inactive is None:
        return
    inactive, active = call.query.on("includeinactive"), call.query.flag("includeactive") is not False
    if entity.collection == "Lookup":
        inactive = call.query.on("showallcodes") or call.query.on("showall")
    elif entity.collection == "Agent":
        inactive = call.query.on("includedisabled") or call.query.on("showall")
        active = call.query.flag("includeenabled") is not False
    if both := call.query.text("activeinactive").lower():
        first, _, second = both.partition(",")
        active, inactive = first.strip() == "true", second.strip() == "true"
    yield lambda row: inactive if is_inactive(entity, row) else active


def _equal(call: Call, entity: Entity, parameter: str, member: str) -> Iterator[Test]:
    field = entity.field(member)
    told = call.query.text(parameter)
    if not told or ((entity.collection, parameter) in _BEHIND and call.facts.at("behind_filters", "ignored")):
        return
    if field is not None and field.type in {"int", "link"}:
        wanted = call.query.number(parameter)
        if entity.collection == "Users" and member == "client_id":
            yield lambda row: _client_of(call, row) == wanted
        elif wanted is not None and (wanted > 0 or entity.collection == "Lookup"):
            yield lambda row: row.get(member) == wanted
    else:
        yield lambda row: str(row.get(member, "")).casefold() == told.casefold()


def _client_of(call: Call, row: Row) -> Any:
    return (call.store.get("Site", row.get("site_id") or 0) or {}).get("client_id")


def _among(call: Call, parameter: str, member: str) -> Iterator[Test]:
    if call.query.text(parameter):
        if member == "team":
            wanted = {part.strip().casefold() for part in call.query.text(parameter).split(",")}
            yield lambda row: str(row.get(member, "")).casefold() in wanted
            return
        numbers = call.query.numbers(parameter) or frozenset()
        yield lambda row: row.get(member) in numbers


def _found(call: Call, entity: Entity, row: Row, words: str) -> bool:
    members = entity.search or ("name", "value")
    if entity.collection == "Client" and call.query.on("search_name_only"):
        members = ("name",)
    if entity.collection == "Users" and call.query.on("search_phonenumbers"):
        members = (*members, *_PHONES)
    told = shown(call, entity, row, details=True)
    return any(words in str(told.get(member) or "").casefold() for member in members)


def _changed(call: Call, entity: Entity) -> Iterator[Test]:
    """Yield the tests of lastupdatefromdate and lastupdatetodate, which hold dates whatever the description says."""
    touched = entity.touched
    if touched is None:
        return
    first, last = (call.query.text(name).removesuffix("Z") for name in ("lastupdatefromdate", "lastupdatetodate"))
    if first:
        yield lambda row: str(row.get(touched) or "") >= first
    if last:
        yield lambda row: str(row.get(touched) or "") <= last


def _users(call: Call) -> Iterator[Test]:
    if call.query.on("exclude_generaluser"):
        yield lambda row: not is_general_user(row)
    if call.query.on("exclude_agents"):
        yield lambda row: not row.get("linked_agent_id")


def _tickets(call: Call) -> Iterator[Test]:
    if call.query.on("open_only"):
        yield lambda row: not is_closed(row)
    if call.query.on("closed_only"):
        yield is_closed
    date = call.query.text("datesearch") or "dateoccurred"
    start, end = call.query.text("startdate").removesuffix("Z"), call.query.text("enddate").removesuffix("Z")
    if start:
        yield lambda row: str(row.get(date) or "") >= start
    if end:
        yield lambda row: str(row.get(date) or "") <= (end if "T" in end else f"{end}T23:59:59")


def _items(call: Call) -> Iterator[Test]:
    if call.query.on("excluderecurring"):
        yield lambda row: not row.get("isrecurringitem")
    if call.query.on("recurringonly"):
        yield lambda row: bool(row.get("isrecurringitem"))


def _quotes(call: Call) -> Iterator[Test]:
    if call.query.on("open"):
        yield lambda row: not row.get("approvalstate")
    if call.query.on("closed"):
        yield lambda row: bool(row.get("approvalstate"))


def _lookups(call: Call) -> Iterator[Test]:
    if call.query.on("exclude_zero"):
        yield lambda row: row["id"] != 0


def _statuses(call: Call) -> Iterator[Test]:
    if _OPPORTUNITIES in (call.query.text("type").lower(), call.query.text("domain").lower()):
        yield lambda row: row.get("type") in (None, EVERY_KIND, OPPORTUNITIES_ONLY)
    if call.query.on("excludeclosed"):
        yield lambda row: str(row.get("name", "")).casefold() != "closed"
    kind = call.query.number("tickettype_id")
    if kind:
        yield lambda row: not row.get("tickettypes") or any(each.get("id") == kind for each in row["tickettypes"])


def _ticket_types(call: Call) -> Iterator[Test]:
    if call.query.text("domain").lower() == _OPPORTUNITIES:
        yield lambda row: row.get("use") == "opportunity"
    if not call.query.on("showinactive") and not call.query.on("showall"):
        yield lambda row: row.get("visible") is not False


def _groups(call: Call) -> Iterator[Test]:
    if call.query.text("type").lower() in {"item", "items"}:
        yield lambda row: bool(row.get("showasitem"))


_SPECIAL: Mapping[str, Callable[[Call], Iterator[Test]]] = {
    "Users": _users,
    "Opportunities": _tickets,
    "Item": _items,
    "Quotation": _quotes,
    "Lookup": _lookups,
    "Status": _statuses,
    "TicketType": _ticket_types,
    "AssetGroup": _groups,
}


def _sort_key(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    return (1, value) if isinstance(value, int | float) else (2, str(value).casefold())
