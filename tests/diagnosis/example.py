"""What the catalogues of failures are made of."""

from dataclasses import dataclass, field

from sync_desktop.domain.words import FailureKind as Kind
from sync_desktop.domain.words import Psa


@dataclass(frozen=True, slots=True)
class Example:
    """A failure as a server, Salesbuildr or this program's check words it."""

    rule: str
    message: str
    kind: Kind = Kind.REFUSED
    facts: dict[str, str] = field(default_factory=dict)
    psa: Psa | None = Psa.AUTOTASK
