"""Sites: one Salesbuildr tenant paired with one PSA connection."""

from datetime import date

from sync_desktop.domain.model import Model
from sync_desktop.domain.words import Psa, Role


class Scope(Model):
    """Which quotes a site writes. The default is what safety demands: approved and sent, none older than 90 days."""

    statuses: frozenset[str] = frozenset({"approved", "sent"})
    max_age_days: int = 90
    from_date: date | None = None


class Site(Model):
    """A site and its settings; secrets are elsewhere (`sync_desktop.secrets`)."""

    id: str
    name: str
    psa: Psa
    role: Role = Role.ASSIST
    practice: bool = False
    quoting_url: str
    """Salesbuildr's public API, `https://tenant.salesbuildr.com/public-api`."""
    connection: dict[str, str] = {}
    """What the connector needs besides secrets: `zone_url`, `username`, ..."""
    scope: Scope = Scope()
    defaults: dict[str, str] = {}
    """Values for fields that the quoting side does not have, by the names that the connector's field table gives."""
    push_off_confirmed: bool = False
    """The administrator has confirmed that Salesbuildr's own push is off here."""
    write_previewed: bool = False
    """The counted preview before the first write has been accepted."""
    credentials_version: int = 1
    """Raised whenever a secret is saved."""
    rejected_version: int | None = None
    """The version of the credentials that a server has rejected: with it nothing is signed any more."""

    @property
    def writes(self) -> bool:
        """Whether anything but reads may leave the transport."""
        return self.role is Role.WRITE

    @property
    def role_label(self) -> str:
        """The role as the band shows it."""
        if self.practice:
            return "PRACTICE"
        return "WRITES TO PSA" if self.writes else "ASSIST: READ ONLY"
