"""Sites: one Salesbuildr tenant paired with one PSA connection."""

from datetime import date
from enum import StrEnum

from sync_desktop.domain.model import Model
from sync_desktop.domain.words import Psa, Role


class Scope(Model):
    """Which quotes a site writes. The default is what safety demands: approved and sent, none older than 90 days."""

    statuses: frozenset[str] = frozenset({"approved", "sent"})
    max_age_days: int = 90
    from_date: date | None = None


class Side(StrEnum):
    """One of the two systems that a site pairs; each has credentials of its own."""

    QUOTING = "quoting"
    PSA = "psa"


class Credentials(Model):
    """What is known of the stored credentials of one side; the secrets themselves are in the keyring."""

    version: int = 1
    """Raised whenever a secret of this side is saved or forgotten."""
    rejected_version: int | None = None
    """The version that the server has rejected: with it nothing is signed any more."""

    @property
    def rejected(self) -> bool:
        """Whether the server has rejected what is stored now."""
        return self.rejected_version == self.version

    def renewed(self) -> "Credentials":
        """Return them after a secret has changed."""
        return self.model_copy(update={"version": self.version + 1})


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
    quoting_credentials: Credentials = Credentials()
    psa_credentials: Credentials = Credentials()

    @property
    def writes(self) -> bool:
        """Whether anything but reads may leave the transport."""
        return self.role is Role.WRITE

    @property
    def role_label(self) -> str:
        """The role as the band shows it."""
        return self.role.label(practice=self.practice)

    def credentials(self, side: Side) -> Credentials:
        """Return what is known of one side's credentials."""
        return self.quoting_credentials if side is Side.QUOTING else self.psa_credentials

    def with_credentials(self, side: Side, credentials: Credentials) -> "Site":
        """Return the site with other credentials of one side; the other side's stay."""
        return self.model_copy(update={f"{side}_credentials": credentials})

    def system_label(self, side: Side) -> str:
        """Return what people call the system of one side."""
        return "Salesbuildr" if side is Side.QUOTING else self.psa.label

    @property
    def rejected(self) -> tuple[Side, ...]:
        """The sides whose servers have rejected what is stored now."""
        return tuple(side for side in Side if self.credentials(side).rejected)
