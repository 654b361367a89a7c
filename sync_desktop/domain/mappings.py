"""Mappings: a value of the quoting side and its target in the PSA."""

import re
from datetime import datetime

from sync_desktop.domain.model import Model
from sync_desktop.domain.words import MappingOrigin, MappingState, RecordKind, SuggestedBy

OTHERS = "*"
"""As a source: whatever has no mapping of its own. Its mapping is the kind's default."""
OTHERS_LABEL = "All others"
"""What that source is called on screen."""
BETWEEN_PARTS = " › "
"""Between the names of a target's parts, of which the first is the one that the others are within."""
BESIDE_PARTS = " · "
"""What stands between such a path and what is beside it: "Security › Firewalls · Inventory"."""
_NUMBER = re.compile(r"#\d")
SITE = "site"
"""As what a kind maps: nothing of the quoting side, but the site itself; its only source is `OTHERS`."""


def part_kind(kind: str, what: str) -> str:
    """Return under which kind a row is kept that targets of `kind` are made of; `what` is the PSA's word for it."""
    return f"{kind}/{what}"


def is_whole(name: str) -> bool:
    """Say whether a target's name is known, and of one in parts that of each; "#88" stands for a name that is not."""
    return bool(name.strip()) and _NUMBER.search(name) is None


class MappingKind(Model):
    """What a connector declares of one kind of mapping."""

    name: str
    """In commands: `product-billing-code`."""
    label: str
    """On screen: "Category → billing code (products)"."""
    short_label: str = ""
    """In the page's list of kinds: "Category billing codes"; the label where it is empty."""
    source: str
    """What is mapped: `category`, `owner`, the name of a drop-down field, or `site` for a default of the site."""
    source_label: str
    sources_from: tuple[str, ...] = ()
    """Kinds whose targets are what this one maps, by the first part of their identifiers: account codes of groups."""
    target_label: str
    """What it is mapped to, in the PSA's words: "billing code of use type Material"."""
    needed_by: tuple[RecordKind, ...]
    quoting_member: str = "external_id"
    """The member of the source in which Salesbuildr's API shows its own mapping; of categories, where it has one."""
    held_by: dict[str, tuple[str, ...]] = {}
    """By entity of the PSA: the fields in which its rows hold the parts of a target's identifier, joined by `/`;
    what follows an empty one is left out.

    From rows that are linked already it can be discovered what a source leads to.
    """
    has_default: bool = False
    """Whether `OTHERS` is one of its sources: what has no mapping of its own then has that one."""
    optional: bool = False
    """Whether a source without a mapping is in nobody's way, for example because the same name is looked for."""
    valid_when: str = ""
    """What makes a target valid, in words: "active, and of use type Material"."""
    hangs_on: str = ""
    """What else depends on the choice, in words: "general ledger account and tax category of each line"."""
    salesbuildr_page: str = ""
    """Where Salesbuildr keeps its own copy: "Admin > Integrations > ConnectWise > Categories"."""
    psa_page: str = ""
    """Where the PSA keeps the targets: "System > Setup Tables > Products/Category"."""


class Target(Model):
    """Something in the PSA that a mapping can lead to."""

    kind: str
    """The name of the mapping kind that it was listed for."""
    id: str
    name: str
    active: bool = True
    valid: bool = True
    """Active, and of the use or type that the kind demands: only such may be chosen."""
    why_not: str = ""
    """Why it cannot be chosen, in words."""
    detail: str = ""
    """Use type, general ledger account, tax category: what helps choosing."""
    state: MappingState = MappingState.VALID
    """What an audit calls a mapping that leads here."""
    moved_to: str = ""
    """Of what was moved to another parent: the whole target with the parent that it has now."""

    @property
    def can_be_sent(self) -> bool:
        """Whether a draft may lead here: it is valid, or nobody can say that it is not, and the PSA will tell."""
        return self.valid or self.state in (MappingState.NOT_PERMITTED, MappingState.UNKNOWN)

    @property
    def called(self) -> str:
        """Name and id as people read them; only the id where it has no name."""
        return f"{self.name} (#{self.id})" if self.name and self.name != f"#{self.id}" else f"#{self.id}"


class Mapping(Model):
    """One value of the quoting side and the target it leads to, as one origin knows it."""

    kind: str
    source_id: str
    source_name: str
    target_id: str
    target_name: str = ""
    origin: MappingOrigin


class Suggestion(Model):
    """A valid target that a mapping could lead to, and why."""

    kind: str
    source_id: str
    target: Target
    by: SuggestedBy
    evidence: str
    """In words: "28 synchronised products are there"."""
    score: float
    """0 to 1, among suggestions that rest on the same."""

    @property
    def fingerprint(self) -> str:
        """What it rests on; a suggestion that was rejected comes back once this is another."""
        return f"{self.by}: {self.target.id}: {self.evidence}"


class TargetChange(Model):
    """What one audit found changed in the PSA since the one before."""

    kind: str
    target_id: str
    name: str
    was: MappingState | None
    """None of what had not been there."""
    now: MappingState
    at: datetime
    was_called: str = ""
    """Its name before, of what was renamed."""


class MappingChange(Model):
    """One mapping that a person saved or a file held: what counted before and after. Can be rolled back."""

    id: int
    batch: str
    """Those saved together have the same."""
    site_id: str
    kind: str
    source_id: str
    source_name: str
    before: Mapping | None
    """What its origin said before; None where that was nothing, so that another one's counted, or nothing did."""
    counted_before: Mapping | None
    """What counted before, of whatever origin."""
    after: Mapping
    at: datetime
    os_user: str
    rolled_back_at: datetime | None = None


class Todo(Model):
    """Salesbuildr's own copy of a mapping that was repaired here, until it is seen to work as well."""

    id: int
    site_id: str
    kind: str
    source_id: str
    source_name: str
    bad_target_id: str
    """Where Salesbuildr's copy leads as far as is known."""
    bad_target_name: str
    good_target_id: str
    good_target_name: str
    opened_at: datetime
    closed_at: datetime | None = None
    evidence: str = ""
    """What proved it, in words; of one that is open, what was looked at last."""
