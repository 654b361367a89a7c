"""HTTP exchanges as they are kept: with every secret cut out."""

from datetime import datetime
from typing import Protocol

from sync_desktop.domain.model import Model
from sync_desktop.domain.words import RequestClass


class Exchange(Model):
    """One request and its answer, or the lack of one."""

    site_id: str
    label: str
    """What the request was for, in words: "Create quote item"."""
    system: str
    """`salesbuildr`, `autotask`, ..."""
    request_class: RequestClass
    method: str
    url: str
    request_headers: dict[str, str] = {}
    request_body: str = ""
    status: int | None = None
    """None where no answer came."""
    response_headers: dict[str, str] = {}
    response_body: str = ""
    error: str = ""
    """Why no answer came, in words."""
    started_at: datetime
    milliseconds: int
    attempt_number: int = 1
    """1 for the first try of a request, 2 for its first automatic retry."""


class ExchangeJournal(Protocol):
    """Whoever keeps exchanges; handed to the transport by whoever builds it."""

    def record(self, exchange: Exchange) -> None:
        """Keep one exchange. Never blocks and never raises."""
        ...
