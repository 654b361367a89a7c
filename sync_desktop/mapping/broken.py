"""Which mapping a failure is about. Plain: the first page is made with it before SQLAlchemy and pydantic are loaded."""

from collections.abc import Mapping
from typing import Protocol

from sync_desktop.domain.words import FailureKind

_MAPPING_FAILURES = (FailureKind.MAPPING_MISSING, FailureKind.MAPPING_INVALID)


class Told(Protocol):
    """What has to be known of a failure: `domain.failures.Failure`, or what a list holds of one."""

    @property
    def kind(self) -> FailureKind:
        """What kind of thing went wrong."""
        ...

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts by name."""
        ...


def mapping_of(failure: Told) -> tuple[str, str] | None:
    """Return the kind and source of the mapping that a failure is about."""
    if failure.kind not in _MAPPING_FAILURES or not failure.facts.get("mapping_kind"):
        return None
    return failure.facts["mapping_kind"], failure.facts.get("source_id", "")
