"""Which PSAs there are: one line a PSA."""

from sync_desktop.domain.words import Psa

FOLDERS: dict[Psa, str] = {
    Psa.AUTOTASK: "sync_desktop.psa.autotask",
}
"""The package of each PSA; its `build` makes a connector."""
