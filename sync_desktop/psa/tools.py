"""What every PSA's folder is handed to build its connector, and what it declares of its connection."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.sites import Site
from sync_desktop.psa.connector import MetadataCache
from sync_desktop.transport.budget import RollingBudget
from sync_desktop.transport.dialect import Dialect
from sync_desktop.transport.messages import Signer
from sync_desktop.transport.session import Session

SecretOf = Callable[[str], Awaitable[str]]
"""Returns a secret of the site by its name; raises `SyncError` where none is stored."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The surroundings of one connector."""

    site: Site
    secret: SecretOf
    cache: MetadataCache
    clock: Clock
    make_session: Callable[[str, Dialect, Signer, RollingBudget | None], Session]
    """Makes a session for a base address; it already knows the site's role, journal, gate and latch."""
    recent_calls: tuple[float, ...] = ()
    """Seconds since each call to this PSA that earlier runs of the program made in the last hour."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the connection form; a secret one is kept in the keyring."""

    name: str
    label: str
    secret: bool = False
    default: str = ""
    help: str = ""
    optional: bool = False
    """Most sites do without it; what is not optional has to be filled in."""
