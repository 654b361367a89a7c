"""Drafts of rows for a small practice instance, as floor 3 would hand them to the connector."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sync_desktop.domain.links import Intent
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.connector import Draft
from sync_desktop.psa.halopsa.rows import CLIENT, LINES, USERS

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def draft(entity: str, kind: RecordKind, parent_id: str = "", key: str = "", **fields: Any) -> Draft:
    """Return a draft; a double underscore in a name stands for the slash of a path."""
    told = {name.replace("__", "/"): value for name, value in fields.items()}
    ref = RecordRef(kind=kind, id="r1")
    return Draft(ref=ref, entity=entity, fields=told, label="it", parent_id=parent_id, key=key)


def client(name: str = "Litware", **fields: Any) -> Draft:
    return draft(CLIENT, RecordKind.COMPANY, name=name, **fields)


def user(client_id: int = 10, **fields: Any) -> Draft:
    person = {"name": "Ada Kaur", "firstname": "Ada", "surname": "Kaur", "emailaddress": "ada@x.example"}
    return draft(USERS, RecordKind.CONTACT, client_id=client_id, **{**person, **fields})


def line(quote_id: str = "600", **fields: Any) -> Draft:
    sold = {"item_id": 90, "name": "Dock", "quantity": Decimal(2), "price": Decimal("19.95"), "item_tax_code": -1}
    return draft(LINES, RecordKind.QUOTE, quote_id, **{**sold, **fields})


def intent(made: Draft) -> Intent:
    told = {"id": "i", "ref": made.ref, "entity": made.entity, "key": made.key, "parent_id": made.parent_id}
    return Intent.model_validate({**told, "fields": dict(made.fields), "created_at": MOMENT})
