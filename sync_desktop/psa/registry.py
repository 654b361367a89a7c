"""Which PSAs there are: one line a PSA."""

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sync_desktop.domain.sites import Side
from sync_desktop.domain.words import Psa

if TYPE_CHECKING:
    from sync_desktop.psa.connector import Connector
    from sync_desktop.psa.tools import FormField, Tools

FOLDERS: dict[Psa, str] = {
    Psa.AUTOTASK: "sync_desktop.psa.autotask",
    Psa.CONNECTWISE: "sync_desktop.psa.connectwise",
    Psa.HALOPSA: "sync_desktop.psa.halopsa",
}


class Folder(Protocol):
    """What a PSA's package declares."""

    FORM: "tuple[FormField, ...]"
    ADVICE: tuple[str, ...]

    def build(self, tools: "Tools") -> "Connector":
        """Build the connector of one site; nothing is sent yet."""
        ...


def folder(psa: Psa) -> Folder:
    """Return a PSA's package, loaded when it is first needed."""
    return cast(Folder, import_module(FOLDERS[psa]))


def side_of(psa: Psa, secret: str) -> Side:
    """Return whose secret a name of the connection form is: the PSA's, or else the quoting side's."""
    return Side.PSA if any(field.secret and field.name == secret for field in folder(psa).FORM) else Side.QUOTING
