"""What the Mappings page and the commands about mappings are shown: plain values, as in `views`."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync_desktop.domain.mappings import BESIDE_PARTS
from sync_desktop.workbench.counting import plural

if TYPE_CHECKING:
    from datetime import datetime

    from sync_desktop.domain.words import MappingState, SuggestedBy


@dataclass(frozen=True, slots=True)
class KindEntry:
    """One entry of the page's list of kinds."""

    site_id: str
    kind: str
    label: str
    """ "Category billing codes"."""
    needs_attention: int
    total: int


@dataclass(frozen=True, slots=True)
class SiteKinds:
    """The kinds of one site."""

    site_id: str
    heading: str
    """ "Contoso MSP · ConnectWise"."""
    kinds: tuple[KindEntry, ...]
    parts: tuple[tuple[str, str], ...] = ()
    """What "where used" can be asked for besides the kinds: the PSA's word for a row that targets are made of, and its
    label, such as `category` and "Category"."""
    audited: bool = True
    """Whether anybody has compared its mappings with the PSA; before that, nothing is known to be broken."""

    @property
    def needs_attention(self) -> int:
        """Return how many of its mappings need attention, of all kinds."""
        return sum(kind.needs_attention for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class MappingsOverview:
    """What the page shows at the left, and the rail counts."""

    sites: tuple[SiteKinds, ...]
    todos: int
    """Salesbuildr's own copies that are still to be mended."""

    @property
    def needs_attention(self) -> int:
        """Return how many mappings need attention, of all kinds at all sites."""
        return sum(site.needs_attention for site in self.sites)

    def with_site(self, newer: SiteKinds) -> "MappingsOverview":
        """Return this with one site as it was read later."""
        sites = tuple(newer if site.site_id == newer.site_id else site for site in self.sites)
        return replace(self, sites=sites)


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A valid target that a row could lead to; nothing applies it but a click."""

    target_id: str
    target: str
    """ "Network Security (#57) › Firewall (#131) · Hardware (#1)"."""
    evidence: str
    """ "28 synchronised products are there"."""
    by: "SuggestedBy"
    lines: tuple[str, str] | None = None
    """As `MappingRow.lines`."""

    @property
    def called(self) -> str:
        """Return the target with its number once, names first: "Network Security › Firewall · Hardware (#57/131/1)"."""
        if self.lines is None:
            return self.target
        return f"{BESIDE_PARTS.join(part for part in self.lines if part)} (#{self.target_id})"


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One value of the quoting side and where it leads."""

    site_id: str
    kind: str
    source_id: str
    source: str
    """ "Firewalls"; of a kind's default "All others"."""
    target_id: str
    """Empty where it is not mapped."""
    target: str
    """ "Security HW (#41) › UTM (#112)"; "–" where it is not mapped."""
    state: "MappingState"
    state_text: str
    """The state as the page says it: "Subcategory moved to #5"."""
    why: str
    """The whole sentence behind the state, for tooltip and detail."""
    known_from: str
    """ "error text", "products", "set by hand"; "–" where it is not mapped."""
    inferred: bool
    """Whether nobody and no system has said so."""
    suggestion: SuggestionView | None
    products: int
    """Products of the quoting side that need it; of kinds that products do not need, the records that do."""
    issues: int
    """Open issues that it has caused."""
    quotes: int
    """Open quotes, in the site's scope, that need it."""
    counted: str = "product"
    """What `products` counts: "product", "opportunity"; empty of kinds that only quotes need."""
    by_hand: bool = False
    """Whether what counts was set by hand, so that it can be taken away again."""
    beneath: str = ""
    """What would count without what was set by hand: "Security HW (#41), says Salesbuildr"; empty: it is not mapped."""
    todo: bool = False
    """Whether it was repaired here, and Salesbuildr's own copy has not been seen to work yet."""
    lines: tuple[str, str] | None = None
    """The target's names without numbers, where it is of several parts: "Security HW › UTM", and what is beside that,
    "Hardware" or nothing."""

    @property
    def affects(self) -> tuple[str, str]:
        """Return the two lines of the column Affects."""
        quotes, issues = plural(self.quotes, "quote"), plural(self.issues, "issue")
        if not self.counted:
            return quotes, issues
        return plural(self.products, self.counted), f"{issues}, {quotes}" if self.quotes else issues


@dataclass(frozen=True, slots=True)
class MappingPage:
    """The mappings of one kind at one site, what needs attention first."""

    site_id: str
    kind: str
    kind_label: str
    source_heading: str
    """ "Category"."""
    target_heading: str
    """ "ConnectWise target"."""
    rows: tuple[MappingRow, ...]
    """All that match what is searched for; the page filters by state itself."""
    total: int
    needs_attention: int
    audited_at: "datetime | None"
    calls: int
    """What the last audit of the site cost."""
    since_before: str
    """ "since the last audit 1 category was deactivated, 1 deleted"; empty where nothing changed."""
    problem: str
    """Why nothing new is known of this kind: the sentence of a call that failed or was not permitted."""
    valid_when: str
    hangs_on: str
    site: SiteKinds
    """The counts of all kinds of the site, read at the same moment."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that is not saved yet."""

    kind: str
    source_id: str
    target_id: str
    """Empty: what was set by hand is taken away, so that another origin's counts again."""
    was: str
    """The target that counted when the editing began; a save is refused where it is another one by now."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change touches, before it is saved."""

    sentences: tuple[str, ...]
    """With `**bold**`: "37 failed quotes: **33 can be retried**, 2 have a closed opportunity"."""
    products: int
    quotes: int
    issues: int
    retry_ids: tuple[int, ...]
    """The issues that it can clear, as far as is known."""
    left_out: tuple[tuple[str, int], ...] = ()
    """Why issues cannot be retried, and how many."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one edit was not saved: its target is not valid any more, or somebody changed the mapping meanwhile."""

    kind: str
    source_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What was saved."""

    batch: str
    """By which it can be rolled back; empty where nothing was saved."""
    saved: int
    refused: tuple[Refusal, ...]
    """The edits that were not saved; the page keeps them and says why on their rows."""
    retry_ids: tuple[int, ...]
    """Exactly the issues that the saved changes can clear."""
    todos: int
    """To-dos that were opened for Salesbuildr's own copies."""


@dataclass(frozen=True, slots=True)
class RemapView:
    """The repair that an issue offers in place: its mapping, a good target for it, and what that lets be retried."""

    site_id: str
    kind: str
    source_id: str
    source: str
    was: str
    """As in `Edit`."""
    suggestion: SuggestionView
    retry: int
    """How many issues it can clear, as far as is known."""
    only_reads: bool = False
    """Whether the site is in assist, so that those are checked again and not written."""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A saved change, as the history shows it."""

    id: int
    batch: str
    text: str
    """ "Firewalls: Security HW (#41) → Network Security › Firewall (#131)"."""
    at: "datetime"
    os_user: str
    rolled_back: bool
    written_since: tuple[str, ...] = ()
    """What was written under it meanwhile, which a rollback leaves alone."""


@dataclass(frozen=True, slots=True)
class RollbackResult:
    """What a rollback did."""

    text: str
    refused: tuple[str, ...]
    """A sentence for each change that was not rolled back, because it was changed again since."""
    left_alone: tuple[str, ...]
    """What was written under the changes meanwhile."""


@dataclass(frozen=True, slots=True)
class AuditResult:
    """How an audit ended."""

    text: str
    """ "86 mappings, 4 need attention · 3 calls"."""
    broken: int
    needs_attention: int
    calls: int
    milliseconds: int = 0
    problems: tuple[str, ...] = ()
    """What could not be read; none of it makes a mapping broken."""


@dataclass(frozen=True, slots=True)
class TodoView:
    """One copy of Salesbuildr's that is to be mended."""

    id: int
    site_id: str
    title: str
    """ "Firewalls still leads to Security HW (#41) in Salesbuildr"."""
    steps: tuple[str, ...]
    packet: str
    """Plain text to send to Salesbuildr's support, ready to be copied."""
    evidence: str
    """What was looked at last, or what proved it."""
    opened_at: "datetime"
    closed_at: "datetime | None"


@dataclass(frozen=True, slots=True)
class UsedPart:
    """One sort of thing that depends on a target: its count, and the first of them by name."""

    label: str
    """ "Categories", "Products", "Open quotes", "Open issues"."""
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhereUsed:
    """What depends on a target of the PSA: the question to ask before somebody deactivates it."""

    heading: str
    """ "Category 41 “Security HW” in ConnectWise, inactive"."""
    site_name: str
    parts: tuple[UsedPart, ...]
    sentence: str
    """ "Nothing here depends on it.", or what would fail."""
