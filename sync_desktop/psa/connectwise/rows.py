"""ConnectWise's rows as floor 3 sees them, under the flat names of `paths`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sync_desktop.domain.names import domain_of
from sync_desktop.domain.records import AnyRecord, Quote
from sync_desktop.domain.values import moment_in
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import Entered, Seen
from sync_desktop.psa.connectwise.paths import INFO, ITEMS, Row, flatten

COMPANIES = "company/companies"
CONTACTS = "company/contacts"
OPPORTUNITIES = "sales/opportunities"
CATALOG = "procurement/catalog"
LINES = "procurement/products"
QUOTES = "sales/opportunities/lines"
"""Not a path of the API: an opportunity's row as that of the quote whose lines hang on it."""

ENTITIES = {
    RecordKind.COMPANY: COMPANIES,
    RecordKind.CONTACT: CONTACTS,
    RecordKind.OPPORTUNITY: OPPORTUNITIES,
    RecordKind.PRODUCT: CATALOG,
    RecordKind.QUOTE: QUOTES,
}
KEY = "integrationXRef"
"""The field of catalog items and lines that a key is stamped into."""
_RETIRED = ("inactive", "in-active", "not active", "not-active")
"""How names of the statuses begin that companies of the past have."""
SHIPPING = "shipping"
"""The part of a quote that its shipping line is."""


def entity_of(record: AnyRecord) -> str:
    """Return the entity that a record becomes."""
    return ENTITIES[record.kind]


def path_of(entity: str) -> str:
    """Return the API's path of an entity."""
    return OPPORTUNITIES if entity == QUOTES else entity


def stamp(quote: Quote, part: str) -> str:
    """Return the key that a line is stamped with: the quote's key and the part of it that the line is."""
    return f"{quote.stamp}/{part}"


def parts_of_stamp(key: str) -> tuple[str, str]:
    """Return the quote's key and the part in the stamp of one of its lines; two empty texts for a stamp of others."""
    quote, _, part = key.rpartition("/")
    return (quote, part) if part == SHIPPING or part.startswith(("line:", "setup:")) else ("", "")


def key_of_quote(key: str) -> str:
    """Return the quote's key in the stamp of one of its lines; empty for a stamp of others."""
    return parts_of_stamp(key)[0]


def text(row: Mapping[str, Any], name: str) -> str:
    """Return a flat field as text; empty for a missing one and for null."""
    value = row.get(name)
    return "" if value is None else str(value)


def is_active(row: Mapping[str, Any]) -> bool:
    """Say whether a row is neither inactive nor in the recycle bin, where deleted companies go.

    Companies have no flag for being inactive but a status, whose name is the tenant's own.
    """
    status = row.get("status")
    name = text(status, "name") if isinstance(status, Mapping) else text(row, "status/name")
    retired = "identifier" in row and counts_as_retired(name)
    return not (row.get("inactiveFlag") or row.get("deletedFlag") or retired)


def counts_as_retired(status: str) -> bool:
    """Say whether a company's status is, by its name, one of the companies of the past."""
    return status.strip().casefold().startswith(_RETIRED)


def opportunity_state(status: Mapping[str, Any] | None) -> str:
    """Return `open`, `won` or `lost` for a status's row; one that is closed without being won counts as lost."""
    if status is None:
        return "unknown"
    if status.get("wonFlag"):
        return "won"
    return "lost" if status.get("lostFlag") or status.get("closedFlag") else "open"


def emails(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the e-mail addresses of a contact's row, as the API gives it."""
    return tuple(_items(row, "@"))


def phones(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the telephone numbers of a contact's row, as the API gives it."""
    return tuple(value for value in _items(row, "") if "@" not in value)


def _items(row: Mapping[str, Any], mark: str) -> list[str]:
    items = row.get(ITEMS) or ()
    values = (str(item.get("value") or "") for item in items if isinstance(item, Mapping))
    return [value for value in values if value and mark in value]


def person(row: Mapping[str, Any]) -> str:
    """Return first and last name."""
    return f"{text(row, 'firstName')} {text(row, 'lastName')}".strip()


def _line_name(row: Mapping[str, Any]) -> str:
    return text(row, "description") or text(row, "catalogItem/identifier")


_NAMES: dict[str, Callable[[Row], str]] = {
    COMPANIES: lambda row: text(row, "name"),
    CONTACTS: person,
    OPPORTUNITIES: lambda row: text(row, "name"),
    QUOTES: lambda row: text(row, "name"),
    CATALOG: lambda row: text(row, "description"),
    LINES: _line_name,
}
_PARENTS = {CONTACTS: "company/id", OPPORTUNITIES: "company/id", QUOTES: "id", LINES: "opportunity/id"}
_OWNERS = {RecordKind.COMPANY: "company/id", RecordKind.CONTACT: "contact/id"}
_NUMBERS = ("identifier", "manufacturerPartNumber", "vendorSku", KEY)


def flat(entity: str, row: Row) -> Row:
    """Return a row's flat fields; a line's bill cycle by the one name that is sent, whichever of two it came under."""
    found = flatten(row)
    if entity == LINES and not found.get("recurring/billCycleId") and "recurring/billCycle/id" in found:
        found["recurring/billCycleId"] = found["recurring/billCycle/id"]
    return found


def seen(entity: str, row: Row, *, state: str = "", state_label: str = "") -> Seen:
    """Return a row of ConnectWise as floor 3 sees it."""
    found = flat(entity, row)
    of_sale = entity in (OPPORTUNITIES, QUOTES)
    belongs_to = {kind: text(found, name) for kind, name in _OWNERS.items() if of_sale and text(found, name)}
    return Seen(
        entity=entity,
        id=text(found, "id"),
        name=_NAMES[entity](found),
        fields=found,
        active=is_active(found),
        state="deleted" if found.get("deletedFlag") else state,
        state_label=state_label,
        parent_id=text(found, _PARENTS.get(entity, "")),
        emails=emails(row),
        numbers=tuple(text(found, name) for name in _NUMBERS if entity == CATALOG and found.get(name)),
        domain=domain_of(text(found, "website")),
        key=text(found, KEY) if entity in (CATALOG, LINES) else "",
        belongs_to={**belongs_to, RecordKind.OPPORTUNITY: text(found, "id")} if entity == QUOTES else belongs_to,
        entered=_entered(row.get(INFO)),
    )


def _entered(info: Any) -> Entered:
    """Return who entered a row: every record has read-only `_info {dateEntered, enteredBy, …}`."""
    told = info if isinstance(info, Mapping) else {}
    return Entered(text(told, "enteredBy"), moment_in(told.get("dateEntered")))


def as_quote(opportunity: Seen, key: str) -> Seen:
    """Return an opportunity's row as that of the quote whose stamp its lines carry."""
    belongs_to = {**opportunity.belongs_to, RecordKind.OPPORTUNITY: opportunity.id}
    return replace(opportunity, entity=QUOTES, parent_id=opportunity.id, key=key, belongs_to=belongs_to)
