"""What pages and commands are shown: plain values, so that the interface needs neither pydantic nor storage."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync_desktop.workbench.list_views import CauseGroup, IssuePage, IssueRow, SiteBand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sync_desktop.domain.records import RecordRef
    from sync_desktop.domain.words import Action, Psa, RecordKind, Role, Severity
    from sync_desktop.workbench.mapping_views import RemapView

__all__ = ["CauseGroup", "IssuePage", "IssueRow", "SiteBand"]  # those of `list_views`, beside what stands here


@dataclass(frozen=True, slots=True)
class CauseView:
    """One cause of an issue in words."""

    key: str
    title: str
    message: str
    """The raw text of the PSA or of this program."""
    why: str
    steps: tuple[str, ...]
    actions: "tuple[Action, ...]"
    severity: "Severity"
    class_label: str
    matched_on: str
    mapping_kind: str = ""
    """Where a mapping is what has to change: its kind and source."""
    mapping_source: str = ""
    mapping_source_name: str = ""
    remap: "RemapView | None" = None
    """Where a good target for that mapping is known: the repair that is offered in place."""
    record_kind: str = ""
    """Where a record has to be linked or created: which."""
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One link of the chain "what this quote depends on"."""

    label: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """One request and its answer, without secrets."""

    label: str
    method: str
    url: str
    status: str
    """ "500", or why no answer came."""
    milliseconds: int
    request_text: str
    response_text: str


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt."""

    id: int
    at: "datetime"
    what: str
    """The step that decided it: "Create quote item"."""
    outcome: str
    status: str
    """The HTTP status that decided it, or empty."""
    milliseconds: int
    good: bool


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A field that both sides changed; the PSA keeps its value unless a person says otherwise."""

    record_kind: "RecordKind"
    record_id: str
    part: str
    field: str
    about: str
    """ "quote item “FortiGate 60F”": what has the field."""
    sent: object
    """The value that both sides had, as it was last sent; `ours` is Salesbuildr's now, `theirs` the PSA's."""
    ours: object
    theirs: object

    @property
    def key(self) -> str:
        """What a command calls it: "purchaseOrderNumber", "line:i-1.unitPrice", "company/c1.phone"."""
        where = self.part if self.record_kind == "quote" else f"{self.record_kind}/{self.record_id}"
        return f"{where}.{self.field}" if where else self.field


@dataclass(frozen=True, slots=True)
class IssueDetail:
    """Everything that the detail at the right shows."""

    row: IssueRow
    heading: str
    subheading: str
    """ "Contoso MSP → Autotask · failed 3 times since 09:12"."""
    retry_label: str
    """ "Retry", or "Check again" at an assist site."""
    retry_enabled: bool
    retry_hint: str
    """Why a retry cannot help yet; empty where it can."""
    causes: tuple[CauseView, ...]
    depends_on: tuple[Dependency, ...]
    attempts: tuple[AttemptView, ...]
    evidence: str
    """For a cleared issue: what was seen in the PSA."""
    note: str
    psa_url: str
    salesbuildr_url: str
    extra: tuple[str, ...] = ()
    """Further sentences: by-design limits of the PSA, warnings of the plan."""
    reference: str = ""
    """What commands call the record: "quote/q-1"."""
    conflicts: tuple[ConflictView, ...] = ()
    """Fields that both sides had changed when the record was last compared, those of its company and so on included."""


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target in the chooser."""

    id: str
    name: str
    detail: str
    choosable: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """The chooser's content for one mapping."""

    site_id: str
    kind: str
    kind_label: str
    source_id: str
    source_name: str
    current_id: str
    targets: tuple[TargetView, ...]
    note: str
    """What the change touches: "4 open issues wait for this; Salesbuildr keeps its own copy"."""
    waiting_issue_ids: tuple[int, ...] = ()
    more: bool = False
    """Whether there are targets beside these, too many to list: a search finds them."""


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A PSA record that a record may be linked to."""

    external_id: str
    entity: str
    name: str
    detail: str
    active: bool
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """The link dialog's content for one record."""

    site_id: str
    kind: "RecordKind"
    record_id: str
    record: str
    linked_to: str
    """The external id of the present link, or empty."""
    candidates: tuple[CandidateView, ...]
    may_create: bool
    why_not_create: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that a server asked for, or our own limit, from when it was told."""

    reason: str
    """ "ConnectWise asked us to wait"."""
    seconds: float
    retry: int = 0
    """Which retry follows; 0 where the wait is for our own limit."""
    of: int = 0

    def words(self, left: float) -> str:
        """Return it for so many seconds that are left: "HaloPSA asked us to wait: next call in 10 s, retry 2 of 4"."""
        retry = f", retry {self.retry} of {self.of}" if self.of else ""
        return f"{self.reason}: next call in {left:.0f} s{retry}"


@dataclass(frozen=True, slots=True)
class Progress:
    """What runs now."""

    running: bool
    title: str = ""
    """ "Retrying 37 quotes"."""
    done: int = 0
    total: int = 0
    words: str = ""
    """ "16 written · 1 differs · 0 failed"."""
    wait: Wait | None = None
    cancellable: bool = True

    @property
    def waiting(self) -> str:
        """What is waited for, in words, as it was when the wait began; empty for nothing."""
        return self.wait.words(self.wait.seconds) if self.wait else ""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended, in words that promise nothing."""

    text: str
    by_outcome: "Mapping[str, int]"
    refused: tuple[str, ...] = ()
    """Sentences about what was not tried: "Q-2041 is already synchronizing"."""
    cancelled: bool = False
    needs_preview: bool = False
    """Nothing was tried: this is the first write of a live site, whose preview has to be confirmed."""
    pause: tuple[str, ...] = ()
    """Of `refused` the sentences about why a run did not go on: a live site's first record, which goes alone until a
    person has looked at it, or something of which all others would fail too, such as a limit."""
    left: "tuple[RecordRef, ...]" = ()
    """The records that were not tried because of that."""
    rest: tuple[int, ...] = ()
    """The issues of these."""


@dataclass(frozen=True, slots=True)
class RetryPreview:
    """What a bulk retry would do, counted."""

    will_try: int
    sentences: tuple[str, ...]
    """ "2 have a closed opportunity"."""
    canary_pauses: bool


@dataclass(frozen=True, slots=True)
class TestLine:
    """One line of "Test connection"."""

    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class SecretField:
    """A secret that the form asks for; its value is never shown again."""

    name: str
    label: str
    stored: bool
    help: str = ""
    optional: bool = False
    """Whether most sites do without it; a stored one can be forgotten again."""
    rejected_by: str = ""
    """The system that rejected the stored secrets that this is one of; empty where none did."""


@dataclass(frozen=True, slots=True)
class TextField:
    """A plain field of the site form."""

    name: str
    label: str
    value: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class FormPart:
    """What a form asks for about one of the two systems."""

    system: str
    """ "Salesbuildr", "Autotask"."""
    asked: tuple[TextField | SecretField, ...]


@dataclass(frozen=True, slots=True)
class SiteForm:
    """The form of one site, new or stored."""

    id: str
    """Empty for a new site."""
    name: str
    psa: "Psa"
    role: "Role"
    practice: bool
    """Of a practice site nothing can be changed."""
    parts: tuple[FormPart, ...]
    advice: tuple[str, ...] = ()
    """ "Give this program an API user of its own, never Salesbuildr's"."""
    psas: "tuple[Psa, ...]" = ()
    """What a new site can be paired with; a stored one keeps its PSA."""

    @property
    def fields(self) -> tuple[TextField, ...]:
        """The plain fields of all parts."""
        return tuple(each for part in self.parts for each in part.asked if isinstance(each, TextField))

    @property
    def secrets(self) -> tuple[SecretField, ...]:
        """The secrets of all parts."""
        return tuple(each for part in self.parts for each in part.asked if isinstance(each, SecretField))


@dataclass(frozen=True, slots=True)
class SiteInput:
    """What a person typed into the form.

    `secrets` holds only those that were typed anew, `forget` the names of stored ones that are to go.
    """

    id: str
    name: str
    psa: "Psa"
    fields: "Mapping[str, str]"
    secrets: "Mapping[str, str]" = field(repr=False)
    forget: frozenset[str] = frozenset()
