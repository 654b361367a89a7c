"""The request log: everything that was served, so that a test can say what was sent and what was not."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Served:
    """One request and how it was answered."""

    site: str
    system: str
    method: str
    path: str
    """With its query, as it was sent."""
    status: int | None
    """None where the connection was dropped instead of an answer."""
    milliseconds: int
    who: str
    """The API user; never a secret."""
    at: str
    """UTC, ISO 8601."""
    fault: str = ""
    """The kind of fault that took part, if any."""


class RequestLog:
    """The newest requests, oldest first."""

    def __init__(self, limit: int = 100_000) -> None:
        self._served: deque[Served] = deque(maxlen=limit)

    def record(self, served: Served) -> None:
        """Keep one request; the oldest makes room."""
        self._served.append(served)

    def entries(self, *, system: str = "", site: str = "") -> list[dict[str, Any]]:
        """Return the requests as JSON, of one system or site where one is named."""
        return [
            asdict(served)
            for served in self._served
            if (not system or served.system == system) and (not site or served.site == site)
        ]

    def clear(self) -> None:
        """Forget all."""
        self._served.clear()
