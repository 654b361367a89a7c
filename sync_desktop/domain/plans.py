"""Checks, plans and their steps."""

from typing import Any

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.model import Model
from sync_desktop.domain.records import RecordRef


class FieldDifference(Model):
    """One field in which record and PSA are not the same."""

    field: str
    sent: Any = None
    """What this program last sent; None where it never sent the field."""
    ours: Any = None
    theirs: Any = None
    conflict: bool = False
    """Both sides changed it since: the PSA keeps its value unless a person says otherwise."""
    ref: RecordRef | None = None
    """The record that has the field."""
    part: str = ""
    """The part of it that has the field, as links name parts; empty for the record itself."""
    about: str = ""
    """What the record or part is called: "quote item “FortiGate 60F”"."""

    @property
    def name(self) -> str:
        """Return the field as a sentence names it, with the part that has it."""
        return f"{self.about}: {self.field}" if self.part else self.field


class Step(Model):
    """One thing that a write does, or did."""

    action: str
    """`create`, `update`, `delete`, `link`, `read back`."""
    entity: str
    ref: RecordRef
    part: str = ""
    label: str
    """In words: "Create quote item “FortiGate 60F”"."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    external_id: str = ""
    done: bool = False
    failure: Failure | None = None


class DependencyState(Model):
    """One thing that a record depends on, as the detail's chain shows it."""

    label: str
    """ "Company", "1 of 4 categories", "12 items"."""
    ok: bool | None
    """None where it was not looked at."""
    detail: str = ""


class Check(Model):
    """What comparing a record with the PSA brought to light."""

    ref: RecordRef
    in_step: bool = False
    not_eligible: str = ""
    """Why it is not to be written, where the site's rules leave it out."""
    blockers: tuple[Failure, ...] = ()
    """Everything that has to change first, not the first thing only."""
    differences: tuple[FieldDifference, ...] = ()
    warnings: tuple[str, ...] = ()
    """What this PSA cannot hold, in words."""
    steps: tuple[Step, ...] = ()
    """What a write would do, in order."""
    depends_on: tuple[DependencyState, ...] = ()
    external_id: str = ""
    evidence: str = ""
    """What was seen in the PSA, in words."""
