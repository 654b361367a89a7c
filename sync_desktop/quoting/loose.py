"""Reads single values out of JSON whose shapes are not settled: missing members, text for numbers, text for objects.

Salesbuildr's public API is known second hand only (generated code in which nested objects became plain text), so every
reader takes each shape that a sensible server might send, and raises LooseError where guessing would be worse than
saying so.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sync_desktop.domain.records import Address, Discount, Named, Term

Row = Mapping[str, Any]

_ID = re.compile(r"\d+|[0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAMES = ("name", "displayValue", "title", "label")

_TERMS = {
    "onetime": Term.ONE_TIME,
    "oneoff": Term.ONE_TIME,
    "once": Term.ONE_TIME,
    "month": Term.MONTHLY,
    "monthly": Term.MONTHLY,
    "permonth": Term.MONTHLY,
    "quarter": Term.QUARTERLY,
    "quarterly": Term.QUARTERLY,
    "perquarter": Term.QUARTERLY,
    "semiannual": Term.SEMI_ANNUAL,
    "semiannually": Term.SEMI_ANNUAL,
    "halfyearly": Term.SEMI_ANNUAL,
    "year": Term.YEARLY,
    "yearly": Term.YEARLY,
    "annual": Term.YEARLY,
    "annually": Term.YEARLY,
    "peryear": Term.YEARLY,
}


class LooseError(ValueError):
    """A value that no reading makes sense of; its text says which and why, as the end of a sentence."""


def text(value: Any) -> str:
    """Return a word as text: text itself, a number, or the name within an object; empty for nothing."""
    match value:
        case None | bool() | list():
            return ""
        case Mapping():
            return next((text(value[name]) for name in (*_NAMES, "id") if text(value.get(name))), "")
        case _:
            return str(value).strip()


def first_text(row: Row, *names: str) -> str:
    """Return the first of several members that says something; empty where none does."""
    return next((found for found in (text(row.get(name)) for name in names) if found), "")


def number(row: Row, name: str, default: str = "0") -> Decimal:
    """Return a number that may come as text; the default where it is missing. Raises LooseError for anything else."""
    value = row.get(name)
    if value is None or value == "":
        return Decimal(default)
    return to_number(value, name)


def to_number(value: Any, name: str) -> Decimal:
    """Return a value as a finite number; raises LooseError where it is none."""
    if not isinstance(value, bool | dict | list | None):
        try:
            found = Decimal(str(value).strip())
        except InvalidOperation:
            found = Decimal("NaN")
        if found.is_finite():
            return found
    raise LooseError(f"“{name}” is no number: {_quoted(value)}")


def flag(row: Row, name: str, *, default: bool = False) -> bool:
    """Return a yes or no that may come as text or number."""
    value = row.get(name)
    if value is None or value == "":
        return default
    return str(value).strip().lower() in {"true", "1", "yes"}


def time(row: Row, name: str) -> datetime | None:
    """Return a time in UTC from ISO 8601 text (without a zone: UTC) or milliseconds since 1970; None where missing."""
    value = row.get(name)
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int | Decimal):
            return datetime.fromtimestamp(float(value) / 1000, UTC)
        found = datetime.fromisoformat(str(value))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        raise LooseError(f"“{name}” is no time: {_quoted(value)}") from None


def deleted(row: Row) -> bool:
    """Tell whether a row says that it was deleted, by a flag or by a time."""
    marks = (row.get("deleted"), row.get("deletedAt"), row.get("isDeleted"))
    return any(mark not in (None, False, "", 0, "false") for mark in marks)


def named(row: Row, name: str) -> Named:
    """Return what a row points at, from `name` as an object or text and from its twins `nameId`, `nameExtId`, ...

    Bare text without an id beside it is an id if it has the form of one, else a name (inferred: the generated client
    declares these members as text, and says nothing about which).
    """
    value = row.get(name)
    beside = Named(
        id=text(row.get(f"{name}Id")),
        name=first_text(row, f"{name}Name", f"{name}DisplayValue"),
        external_id=text(row.get(f"{name}ExtId")),
    )
    if isinstance(value, Mapping):
        return Named(
            id=text(value.get("id")) or beside.id,
            name=_name_within(value) or beside.name,
            external_id=external_id(value) or beside.external_id,
        )
    bare = text(value)
    if not bare or bare == beside.id:
        return beside
    if not beside.id and _ID.fullmatch(bare):
        return beside.model_copy(update={"id": bare})
    return beside.model_copy(update={"name": bare})


def external_id(row: Row) -> str:
    """Return a row's identifier in the PSA: `externalIdentifier`, else the only one among `externalIdentifiers`.

    How the latter is keyed is not known; where it names several, none is taken.
    """
    if single := text(row.get("externalIdentifier")):
        return single
    several = row.get("externalIdentifiers")
    members = list(several.values()) if isinstance(several, Mapping) else several
    if not isinstance(members, list):
        return ""
    found = {_identifier(member) for member in members} - {""}
    return found.pop() if len(found) == 1 else ""


def address(value: Any) -> Address:
    """Return a postal address from an object; from plain text, its whole text as the street."""
    if not isinstance(value, Mapping):
        return Address(street=text(value))
    return Address(**{part: text(value.get(part)) for part in Address.model_fields})


def term(value: Any) -> tuple[Term, str]:
    """Return a billing term and its raw text; nothing said is one time, words that are not known are UNKNOWN."""
    raw = text(value)
    plain = re.sub(r"[^a-z]", "", raw.lower())
    return (_TERMS.get(plain, Term.UNKNOWN) if raw else Term.ONE_TIME), raw


def discount(value: Any) -> Discount:
    """Return a discount as a percentage or an amount.

    Inferred, since no source describes the shape: a plain number (or its text, with or without a per cent sign) is a
    percentage from 0 to 100. An object says which it is in `type` or `unit`, "percentage" or "amount", with the number
    in `value`, `amount` or `percentage`; without a word it is what the member with the number is called.
    """
    if value in (None, "", [], {}):
        return Discount()
    if not isinstance(value, Mapping):
        return Discount(percent=_percent(value))
    word = first_text(value, "type", "unit").lower()
    name = next((name for name in ("value", "percentage", "percent", "amount") if value.get(name) is not None), "")
    if not name:
        return Discount()
    if word.startswith("percent") or word == "%" or (not word and name != "amount"):
        return Discount(percent=_percent(value[name]))
    if word in {"amount", "fixed", "absolute"} or (not word and name == "amount"):
        return Discount(amount=to_number(value[name], "discount"))
    raise LooseError(f"the discount's type “{word}” is not known")


def item_discount_percent(value: Any, price: Decimal) -> Decimal:
    """Return a line's discount as a percentage of its price; an amount is taken to be off each unit (inferred)."""
    found = discount(value)
    if not found.amount:
        return found.percent
    if price <= 0 or found.amount > price:
        raise LooseError(f"a discount of {found.amount} does not fit the price {price}")
    return found.amount / price * 100


def _percent(value: Any) -> Decimal:
    percent = to_number(value.strip().removesuffix("%") if isinstance(value, str) else value, "discount")
    if not 0 <= percent <= 100:
        raise LooseError(f"a discount of {percent} per cent is not possible")
    return percent


def _name_within(value: Row) -> str:
    person = f"{text(value.get('firstName'))} {text(value.get('lastName'))}".strip()
    return first_text(value, *_NAMES) or person or text(value.get("email"))


def _identifier(member: Any) -> str:
    if isinstance(member, Mapping):
        return first_text(member, "externalIdentifier", "identifier", "value", "id")
    return text(member)


def _quoted(value: Any) -> str:
    return repr(value)[:60]
