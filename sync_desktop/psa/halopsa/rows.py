"""HaloPSA's rows as floor 3 sees them: flat, without the dates that stand for none, and with what others hold of them.

A client's telephone, address and main contact are its main site's: `main_site/phonenumber`, `main_contact/name`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sync_desktop.domain.names import domain_of
from sync_desktop.domain.records import AnyRecord
from sync_desktop.domain.values import moment_in
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import Entered, Seen
from sync_desktop.psa.halopsa.client import Row

CLIENT, SITE, USERS = "Client", "Site", "Users"
OPPORTUNITIES = "Opportunities"
ITEM = "Item"
QUOTATION = "Quotation"
LINES = "Quotation/lines"
"""Not a path of the API: lines live in their quotation."""

ENTITIES = {
    RecordKind.COMPANY: CLIENT,
    RecordKind.CONTACT: USERS,
    RecordKind.OPPORTUNITY: OPPORTUNITIES,
    RecordKind.PRODUCT: ITEM,
    RecordKind.QUOTE: QUOTATION,
}
KEY_FIELDS = {QUOTATION: "third_party_number", ITEM: "externalreference"}
"""Where a key is stamped."""

MAIN_SITE, MAIN_CONTACT = "main_site/", "main_contact/"
"""How names of fields begin that a client's main site and its main contact hold."""
ADDRESS_LINES = ("line1", "line2", "line3", "line4", "postcode")
GENERAL_USER = "General User"
"""The user that each site has for nobody in particular."""

_NO_DATES = ("1900-01-01", "0001-01-01")
_WON, _LOST = ("won", "closed won", "accepted"), ("lost", "closed lost", "declined", "rejected")
"""How names of statuses begin that say how an opportunity ended; the names are each instance's own."""


def entity_of(record: AnyRecord) -> str:
    """Return the entity that a record becomes."""
    return ENTITIES[record.kind]


def text(row: Mapping[str, Any], name: str) -> str:
    """Return a member as text; empty for a missing one and for null."""
    value = row.get(name)
    return "" if value is None else str(value)


def identifier(row: Mapping[str, Any], name: str) -> str:
    """Return a member that holds an id as text: some ids come as 95.0; those that stand for none are empty."""
    value = row.get(name)
    if not isinstance(value, int | float | Decimal) or value != int(value):
        return ""
    return str(int(value)) if value > 0 else ""


def is_active(entity: str, row: Mapping[str, Any]) -> bool:
    """Say whether a row is active. Items have no flag: any status but 0 is one of those that are not sold any more."""
    return not (row.get("status") if entity == ITEM else row.get("inactive"))


def flat(row: Mapping[str, Any]) -> Row:
    """Return a row's plain members; dates that stand for none are none."""
    found: Row = {}
    for name, value in row.items():
        if isinstance(value, dict | list):
            continue
        empty = isinstance(value, str) and value.startswith(_NO_DATES)
        found[name] = None if empty else value
    return found


def opportunity_state(row: Mapping[str, Any], status: str) -> str:
    """Return `open`, `won` or `lost` for an opportunity and the name of its status; `unknown` where neither tells.

    What is closed without being called won counts as lost.
    """
    plain, closed = status.strip().casefold(), row.get("hasbeenclosed")
    if plain.startswith(_WON):
        return "won"
    if closed or plain.startswith(_LOST):
        return "lost"
    return "unknown" if closed is None else "open"


def client_fields(row: Row, site: Row | None, contact: Row | None) -> Row:
    """Return a client's flat fields with what its main site and its main contact hold."""
    found = flat(row)
    address = row.get("main_delivery_address") if site is None else site.get("delivery_address")
    if not isinstance(address, dict):  # lists show the lines one by one
        lines = {line: (site or {}).get(f"delivery_address_{line}") for line in ADDRESS_LINES}
        address = {line: value for line, value in lines.items() if value is not None}
    found |= {f"{MAIN_SITE}{line}": address.get(line) for line in ADDRESS_LINES}
    phone = row.get("main_phonenumber") if site is None else site.get("phonenumber")
    name = text(row, "main_contact_name") or text(site or {}, "maincontact_name") or text(contact or {}, "name")
    found |= {f"{MAIN_SITE}phonenumber": phone, f"{MAIN_CONTACT}name": name or None}
    found[f"{MAIN_CONTACT}emailaddress"] = (contact or {}).get("emailaddress")
    return found


def person(row: Mapping[str, Any]) -> str:
    """Return a user's name."""
    return text(row, "name") or f"{text(row, 'firstname')} {text(row, 'surname')}".strip()


_NAMES: dict[str, Callable[[Row], str]] = {
    CLIENT: lambda row: text(row, "name"),
    USERS: person,
    OPPORTUNITIES: lambda row: text(row, "summary"),
    ITEM: lambda row: text(row, "name"),
    QUOTATION: lambda row: text(row, "title"),
    LINES: lambda row: text(row, "name") or text(row, "description"),
}
_PARENTS = {USERS: "client_id", OPPORTUNITIES: "client_id", QUOTATION: "ticket_id", LINES: "qhid"}
_OWNERS = {RecordKind.COMPANY: "client_id", RecordKind.CONTACT: "user_id", RecordKind.OPPORTUNITY: "ticket_id"}
_MAILS = ("emailaddress", "email2", "email3")
_NUMBERS = ("externalreference", "internalreference", "supplier_part_code", "sku")


def emails(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the e-mail addresses of a user's row."""
    return tuple(text(row, name) for name in _MAILS if row.get(name))


def phones(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the telephone numbers of a user's row."""
    names = ("phonenumber", "phonenumber_preferred", "mobilenumber", "homenumber")
    return tuple(text(row, name) for name in names if row.get(name))


def seen(entity: str, row: Row, *, state: str = "", state_label: str = "", parent_id: str = "") -> Seen:
    """Return a row of HaloPSA as floor 3 sees it; `parent_id` is for rows that do not name their parent."""
    of_sale = entity in (OPPORTUNITIES, QUOTATION)
    found = flat(row)
    return Seen(
        entity=entity,
        id=text(row, "id"),
        name=_NAMES[entity](row),
        fields=found,
        active=is_active(entity, row) if entity in (CLIENT, USERS, ITEM) else True,
        state=state,
        state_label=state_label,
        parent_id=parent_id or identifier(row, _PARENTS.get(entity, "")),
        emails=emails(row) if entity == USERS else (),
        numbers=tuple(text(row, name) for name in _NUMBERS if entity == ITEM and row.get(name)),
        domain=domain_of(text(row, "website")),
        key=text(row, KEY_FIELDS.get(entity, "")),
        belongs_to={kind: owner for kind, name in _OWNERS.items() if of_sale and (owner := identifier(row, name))},
        entered=Entered(at=moment_in(found.get("datecreated"))),  # nothing published says by whom
    )
