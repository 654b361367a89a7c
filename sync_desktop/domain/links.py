"""Links between records and what stands for them in the PSA."""

from datetime import datetime
from typing import Any

from sync_desktop.domain.model import Model
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import LinkOrigin


class Link(Model):
    """A record, or a part of one, and its external identifier at a site."""

    ref: RecordRef
    part: str = ""
    """Empty for the record itself; else `line:<item id>`, `setup:<item id>`, `shipping`, `location:<which>`."""
    entity: str
    """The PSA's own word for what it is there: `Companies`, `Products`, `Services`, `QuoteItems`, ..."""
    external_id: str
    origin: LinkOrigin
    verified_at: datetime | None = None
    """When it was last seen in the PSA with an agreeing name; None where it never was."""
    sent: dict[str, Any] = {}
    """The value last sent, for each PSA field that this program has sent."""


class Intent(Model):
    """A create that was decided and whose answer is not yet known."""

    id: str
    ref: RecordRef
    part: str = ""
    entity: str
    key: str = ""
    """The natural key that was stamped, where the entity can hold one."""
    fields: dict[str, Any]
    """What was sent."""
    parent_id: str = ""
    created_at: datetime


class Candidate(Model):
    """A PSA record that may be the one that a record of the quoting side means."""

    entity: str
    external_id: str
    name: str
    active: bool = True
    agrees: tuple[str, ...] = ()
    """What agrees, in words: "same e-mail domain fabrikam.example"."""
    differs: tuple[str, ...] = ()
    detail: str = ""
    """What helps a person tell it from the others: city, company, number."""
    url: str = ""
    score: float = 0.0
    """0 to 1; for ordering only, never for deciding."""
