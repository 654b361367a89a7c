"""What has to be true of a row as a whole: the vendor's business rules, and the tenant's own."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from sync_desktop.sandbox.connectwise import texts
from sync_desktop.sandbox.connectwise.answers import Nested, api_error
from sync_desktop.sandbox.connectwise.calls import Call
from sync_desktop.sandbox.connectwise.validation import Write, inactive
from sync_desktop.sandbox.store import Row

ADDRESS = ("addressLine1", "addressLine2", "city", "state", "zip", "country")
LEVELS: Mapping[str, frozenset[str]] = {
    "company": frozenset({"owner", "status", "type", "territory", "company", "integratortag"}),
    "contact": frozenset({"owner", "contact", "company", "status", "type", "territory"}),
    "opportunity": frozenset({"owner", "opportunity", "status", "type", "territory"}),
}
"""Levels of callbacks (developer guide for company, [I] for the others); other types know owner only."""


def broken_rules(call: Call, write: Write) -> Iterator[Nested]:
    """Yield what a row breaks as a whole. Raises `RefusedError` for rules that have an envelope of their own."""
    if write.creating:
        yield from _tenant_rules(call, write)
    for name, rule in _RULES:
        if write.entity.name == name:
            yield from rule(call, write)


def id_of(row: Mapping[str, Any], name: str) -> int | None:
    """Return the id that a reference of a row holds."""
    told = row.get(name)
    found = told.get("id") if isinstance(told, Mapping) else None
    return found if isinstance(found, int) else None


def _tenant_rules(call: Call, write: Write) -> Iterator[Nested]:
    for rule in call.tenant.settings.tenant_rules:
        if str(rule["entity"]).lower() not in (write.entity.name.lower(), write.entity.collection.lower()):
            continue
        if all(_value(write.row, path) == value for path, value in rule.get("when", {}).items()):
            field = str(rule.get("field") or next(iter(rule.get("when", {})), "id"))
            for text in rule["errors"]:
                yield Nested("InvalidField", text, field)


def _value(row: Row, path: str) -> Any:
    """Return what a path such as `catalogItem/id` leads to."""
    told: Any = row
    for part in path.split("/"):
        told = told.get(part) if isinstance(told, Mapping) else None
    return told


def _address(call: Call, write: Write) -> Iterator[Nested]:
    needed = write.creating and call.tenant.facts.at("address_required", "on")
    if needed and not any(write.row.get(name) for name in ADDRESS):
        yield Nested("MissingRequiredField", texts.NO_ADDRESS, "addressLine1")


def _unique_identifier(call: Call, write: Write) -> Iterator[Nested]:
    wanted = str(write.row.get("identifier") or "").casefold()
    if not wanted or "identifier" not in write.sent or call.tenant.facts.at("unique_identifiers", "off"):
        return
    for row_id, row in call.tenant.store.rows(write.entity.collection).items():
        if row_id != write.row_id and str(row.get("identifier") or "").casefold() == wanted:
            yield Nested("ObjectExists", texts.exists(write.entity.label.lower()), "identifier")
            return


def _belongs(call: Call, write: Write, name: str, parent: str) -> Iterator[Nested]:
    """Yield where what one reference points at belongs to another than the one that stands beside it."""
    inner, outer = write.entity.field(name), write.entity.field(parent)
    row_id, parent_id = id_of(write.row, name), id_of(write.row, parent)
    if inner is None or outer is None or row_id is None or parent_id is None:
        return
    target, above = call.tenant.metadata.target(inner), call.tenant.metadata.target(outer)
    if target is None or above is None or not {name, parent} & write.sent:
        return
    row, owner = call.tenant.store.get(target.collection, row_id), call.tenant.store.get(above.collection, parent_id)
    if (
        row is not None
        and owner is not None
        and id_of(row, parent) != parent_id
        and call.tenant.facts.at("association", "refused")
    ):
        yield Nested("NotFound", texts.missing_in(target.label, row_id, above.label, parent_id), f"{name}/id")


def _contact_of_company(call: Call, write: Write) -> Iterator[Nested]:
    yield from _belongs(call, write, "contact", "company")
    yield from _belongs(call, write, "site", "company")


def _site_of_company(call: Call, write: Write) -> Iterator[Nested]:
    yield from _belongs(call, write, "site", "company")


def _no_duplicate_contact(call: Call, write: Write) -> Iterator[Nested]:
    yield from ()
    if not write.creating or write.row.get("ignoreDuplicates"):
        return
    wanted = _identity(write.row)
    if wanted[3] and any(_identity(row) == wanted for row in call.tenant.store.rows("company/contacts").values()):
        raise api_error(400, texts.DUPLICATE_CONTACT, code="ContactApi")


def _identity(row: Row) -> tuple[Any, str, str, frozenset[str]]:
    """Return what makes two contacts duplicates: company, name and e-mail addresses."""
    mails = (one for one in row.get("communicationItems") or () if "@" in str(one.get("value") or ""))
    first, last = (str(row.get(name) or "").strip().casefold() for name in ("firstName", "lastName"))
    return id_of(row, "company"), first, last, frozenset(str(one["value"]).casefold() for one in mails)


def _communication_types(_call: Call, write: Write) -> Iterator[Nested]:
    for number, one in enumerate(write.row.get("communicationItems") or ()):
        for name in ("type", "value"):
            if not one.get(name):
                yield Nested("MissingRequiredField", texts.required(name), f"communicationItems/{number}/{name}")


def _recurring(_call: Call, write: Write) -> Iterator[Nested]:
    row = write.row
    if row.get("recurringFlag") and not row.get("recurringOneTimeFlag") and id_of(row, "recurringBillCycle") is None:
        yield Nested("MissingRequiredField", texts.RECURRING, "recurringOneTimeFlag")
        yield Nested("MissingRequiredField", texts.RECURRING, "recurringBillCycle/id")


def _active_category(call: Call, write: Write) -> Iterator[Nested]:
    """Yield where the subcategory is active and its category is not, unless the item names that category itself."""
    if "subcategory" not in write.checked or call.tenant.facts.at("inactive_parent", "accepted"):
        return
    store, entities = call.tenant.store, call.tenant.metadata.entities
    subcategory = store.get("procurement/subcategories", id_of(write.row, "subcategory") or 0)
    category_id = id_of(subcategory or {}, "category")
    category = store.get("procurement/categories", category_id or 0)
    if category_id is None or category is None or not category.get("inactiveFlag"):
        return
    if id_of(write.row, "category") != category_id or "category" not in write.checked:
        yield inactive(call, entities["Category"], category_id, "category/id")


def _subcategory_of_category(call: Call, write: Write) -> Iterator[Nested]:
    yield from _belongs(call, write, "subcategory", "category")


def _callback(call: Call, write: Write) -> Iterator[Nested]:
    row = write.row
    address = urlsplit(str(row.get("url") or ""))
    if row.get("url") and (address.scheme not in ("http", "https") or not address.netloc):
        yield Nested("InvalidField", texts.INVALID_URL, "url")
    level = str(row.get("level") or "").lower()
    if row.get("type") and level and level not in LEVELS.get(str(row["type"]).lower(), frozenset({"owner"})):
        yield Nested("InvalidObject", texts.UNKNOWN_LEVEL, "level")
    names = ("url", "objectId", "type", "level")
    for other in call.tenant.store.rows("system/callbacks").values():
        if other["id"] != write.row_id and all(other.get(name) == row.get(name) for name in names):
            yield Nested("ObjectExists", texts.CALLBACK_EXISTS, "objectId")


_Rule = Callable[[Call, Write], Iterator[Nested]]
_RULES: tuple[tuple[str, _Rule], ...] = (
    ("Company", _address),
    ("Company", _unique_identifier),
    ("Contact", _communication_types),
    ("Contact", _site_of_company),
    ("Contact", _no_duplicate_contact),
    ("Opportunity", _contact_of_company),
    ("CatalogItem", _unique_identifier),
    ("CatalogItem", _recurring),
    ("CatalogItem", _subcategory_of_category),
    ("CatalogItem", _active_category),
    ("CallbackEntry", _callback),
)
"""Entity and rule, in the order in which they speak."""
