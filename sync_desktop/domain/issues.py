"""Issues and their causes."""

from datetime import datetime

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.model import Model
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import Action, CauseClass, IssueOrigin, IssueState, Severity


class Diagnosis(Model):
    """What a rule says of a failure. `**bold**` marks names in texts."""

    rule: str
    """The rule's id, or `unknown`."""
    cause_key: str
    """Rule and the fact that has to change; equal keys are the same cause."""
    title: str
    """The cause in a line, for the group's head."""
    cause_class: CauseClass
    severity: Severity
    why: str
    steps: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    retry_helps: bool = False
    """Whether trying again can help although nothing has changed."""
    matched_on: str = ""
    """On which words and facts the rule matched."""
    badge: str = "Open"
    """The remedy in two words: "Fix mapping", "Link or create"."""


class Issue(Model):
    """A record that is not in step at a site."""

    id: int
    ref: RecordRef
    title: str
    state: IssueState
    origin: IssueOrigin
    failures: tuple[Failure, ...]
    """The newest attempt's; the first is the primary one."""
    cause_keys: tuple[str, ...]
    opened_at: datetime
    last_failed_at: datetime
    times_failed: int
    state_changed_at: datetime
    note: str = ""
    """Why the state last changed: "Another cause than the one dismissed", evidence of clearing."""
