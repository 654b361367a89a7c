"""What has to be true of a row as a whole: the server's rules, those of its Control row, and the instance's own."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import RuleError
from sync_desktop.sandbox.halopsa.calls import Call

if TYPE_CHECKING:
    from sync_desktop.sandbox.halopsa.validation import Write

OPPORTUNITY = "opportunity"
"""`use` of a ticket type whose tickets are opportunities."""
MANDATORY = 2
"""`technew` of a ticket type's field that has to be filled when a ticket is made."""
GENERAL_USER = -1


def broken_rules(call: Call, write: "Write") -> Iterator[str]:
    """Yield the texts of the rules that a write breaks; warnings go into it."""
    for collections, rule in _RULES:
        if write.entity.collection in collections:
            yield from rule(call, write)
    if write.creating:
        errors, warnings = own_rules(call, write.entity.collection, write.row)
        yield from errors
        write.warnings += warnings


def own_rules(call: Call, entity: str, row: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the errors and the warnings that the instance's own rules have for a new row."""
    errors: list[str] = []
    warnings: list[str] = []
    for rule in call.instance.settings.tenant_rules:
        applies = str(rule["entity"]).lower() == entity.lower()
        if applies and all(row.get(name) == value for name, value in rule.get("when", {}).items()):
            errors += rule.get("errors", ())
            warnings += rule.get("warnings", ())
    return errors, warnings


def group_is_usable(call: Call, group_id: Any) -> bool:
    """Return whether an asset group exists, is shown to the agent, and is used for items."""
    group = call.sees("AssetGroup", group_id)
    return group is not None and bool(group.get("showasitem"))


def accepts_group(call: Call, group_id: Any, warnings: list[str]) -> bool:
    """Return whether a row may have an asset group that is no use; a warning is noted where there is to be one.

    Raises `RuleError` where such a row is refused.
    """
    if not group_id or int(group_id) <= 0 or group_is_usable(call, group_id):
        return True
    text = texts.dead_group(group_id)
    match call.facts.get("dead_asset_group"):
        case "refused":
            raise RuleError(text)
        case "warning":
            warnings.append(text)
            return False
        case _:
            return True


def _main_contact(call: Call, write: "Write") -> Iterator[str]:
    if not write.creating or not call.instance.control("rmaincontactcompulsary"):
        return
    if not write.orders.get("newclient_contactname"):
        yield texts.MAIN_CONTACT_NAME
    if call.facts.at("main_contact_email", "on") and not write.orders.get("newclient_contactemail"):
        yield texts.MAIN_CONTACT_EMAIL


def _user_details(call: Call, write: "Write") -> Iterator[str]:
    if not write.creating:
        return
    if call.instance.control("ruseremailmandatory") and not write.row.get("emailaddress"):
        yield texts.USER_EMAIL
    numbers = ("phonenumber", "phonenumber_preferred", "mobilenumber", "homenumber")
    if call.instance.control("ruserphonemandatory") and not any(write.row.get(name) for name in numbers):
        yield texts.USER_PHONE


def _opportunity_type(call: Call, write: "Write") -> Iterator[str]:
    if not write.touches("tickettype_id"):
        return
    type_id = write.row.get("tickettype_id")
    if not type_id:
        yield texts.PLEASE_SELECT_TYPE
        return
    row = call.store.get("TicketType", type_id)
    if row is not None and row.get("use") != OPPORTUNITY:
        yield texts.NOT_AN_OPPORTUNITY


def _mandatory_fields(call: Call, write: "Write") -> Iterator[str]:
    if not write.creating or write.lenient:
        return
    row = call.store.get("TicketType", write.row.get("tickettype_id") or 0) or {}
    for entry in row.get("fields") or ():
        name = str(entry.get("fieldname", ""))
        if entry.get("technew") == MANDATORY and write.row.get(name) in (None, "", 0):
            yield texts.mandatory(name)


def _site_with_user(_call: Call, write: "Write") -> Iterator[str]:
    if write.touches("user_id", "site_id") and (write.row.get("user_id") or 0) > 0 and not write.row.get("site_id"):
        yield texts.SITE_NEEDED


def _one_client(call: Call, write: "Write") -> Iterator[str]:
    """Yield texts for a site, or a user's site, of another client; -1 is each client's general user."""
    client, row = write.row.get("client_id"), write.row
    if call.store.get("Client", client or 0) is None or not write.touches("client_id", "site_id", "user_id"):
        return
    if call.facts.at("contact_of_other_client", "accepted"):
        return
    user = call.store.get("Users", row.get("user_id") or 0) or {}
    for label, site_id in (("Site", row.get("site_id")), ("User", user.get("site_id"))):
        site = call.store.get("Site", site_id or 0)
        if site is not None and site.get("client_id") != client:
            yield texts.other_client(label)


def _days_to_deliver(call: Call, write: "Write") -> Iterator[str]:
    wanted = write.creating and not write.lenient and call.instance.control("rquotedaystodelivermandatory")
    if wanted and not write.row.get("daystodeliver"):
        yield texts.DAYS_TO_DELIVER


def _item_group(call: Call, write: "Write") -> Iterator[str]:
    if not write.touches("assetgroup_id", "assettype_id"):
        return
    group_id = write.row.get("assetgroup_id")
    if not group_id and call.facts.at("item_group", "required"):
        yield texts.required("asset group")
    if not accepts_group(call, group_id, write.warnings):
        write.row["assetgroup_id"] = None
    kind = call.store.get("AssetType", write.row.get("assettype_id") or 0)
    if kind is not None and group_id and kind.get("assetgroup_id") != group_id:
        yield texts.OTHER_GROUP


_Rule = Callable[[Call, "Write"], Iterator[str]]
_TICKETS = frozenset({"Opportunities", "Tickets", "Projects"})
_RULES: tuple[tuple[frozenset[str], _Rule], ...] = (
    (frozenset({"Client"}), _main_contact),
    (frozenset({"Users"}), _user_details),
    (frozenset({"Opportunities"}), _opportunity_type),
    (_TICKETS, _mandatory_fields),
    (_TICKETS, _site_with_user),
    (_TICKETS | {"Quotation", "SalesOrder"}, _one_client),
    (frozenset({"Quotation"}), _days_to_deliver),
    (frozenset({"Item"}), _item_group),
)
"""Collections and the rule that they are held to."""
