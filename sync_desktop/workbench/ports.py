"""What the pages ask of the workbench: protocols only, so that the window is painted before the workbench is loaded."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sync_desktop.domain.words import IssueState, Psa, RecordKind, Role
    from sync_desktop.workbench.mapping_views import (
        AuditResult,
        ChangeView,
        Edit,
        Impact,
        MappingPage,
        MappingsOverview,
        RollbackResult,
        SaveResult,
        TodoView,
        WhereUsed,
    )
    from sync_desktop.workbench.pasted.views import ImportResult, LastImport, PasteQuestion, PasteView
    from sync_desktop.workbench.views import (
        ConflictView,
        ExchangeView,
        IssueDetail,
        IssuePage,
        LinkChoice,
        Progress,
        RetryPreview,
        RunResult,
        SiteBand,
        SiteForm,
        SiteInput,
        TargetChoice,
        TargetView,
        TestLine,
    )


class IssuesDesk(Protocol):
    """What the Issues page asks for. Every method may raise `UserError`."""

    async def page(self, *, state: "IssueState | None", text: str = "", limit: int = 1000) -> "IssuePage":
        """Return the issues in one state (None: in any) that hold `text`, newest failure first, at most `limit`."""
        ...

    async def detail(self, issue_id: int) -> "IssueDetail | None":
        """Return everything about one issue, or None where there is no such issue."""
        ...

    async def retry(self, issue_ids: "Sequence[int]", *, confirmed: bool = False) -> "RunResult":
        """Check, and at a write site write. Running rows are named in `refused`; `confirmed`: preview accepted."""
        ...

    async def preview(self, issue_ids: "Sequence[int]") -> "RetryPreview":
        """Count what a bulk retry would do, without a request that writes."""
        ...

    async def dismiss(self, issue_ids: "Sequence[int]") -> None:
        """Hide issues here; nothing changes elsewhere."""
        ...

    async def restore(self, issue_ids: "Sequence[int]") -> None:
        """Take a dismissal back."""
        ...

    async def details_text(self, issue_id: int) -> str:
        """Return plain text about one issue that can be sent to support, without secrets."""
        ...

    async def exchanges(self, attempt_id: int) -> "tuple[ExchangeView, ...]":
        """Return the requests of one attempt in the order in which they were sent."""
        ...


class MappingsDesk(Protocol):
    """What the target chooser of an issue asks for."""

    async def choice(self, issue_id: int, kind: str, source_id: str) -> "TargetChoice":
        """Return the targets that a mapping of an issue's site can have, those that cannot be chosen included."""
        ...

    async def find_targets(self, site_id: str, kind: str, text: str) -> "tuple[TargetView, ...]":
        """Return targets that a text finds beside those that are listed, where there are too many to list all."""
        ...

    async def set(self, site_id: str, kind: str, source_id: str, target_id: str) -> None:
        """Store a mapping made by hand."""
        ...


class MappingsPageDesk(MappingsDesk, Protocol):
    """What the Mappings page asks for besides. Every method may raise `UserError`."""

    async def overview(self) -> "MappingsOverview":
        """Return the mapping kinds of every site with counts; asks no PSA."""
        ...

    async def page(self, site_id: str, kind: str, *, text: str = "") -> "MappingPage":
        """Return the mappings of a kind as the last audit left them, those that need attention first."""
        ...

    async def audit(self, site_ids: "Sequence[str]" = ()) -> "AuditResult":
        """Compare every mapping of these sites (none given: of all) with the PSA as it is now. Reads only."""
        ...

    async def targets(self, site_id: str, kind: str, source_id: str) -> "TargetChoice":
        """Return the targets that a mapping can have, those that cannot be chosen included, as they were read last."""
        ...

    async def impact(self, site_id: str, edits: "Sequence[Edit]") -> "Impact":
        """Say what changes touch before they are saved: products, open quotes, issues, and what can be retried."""
        ...

    async def save(self, site_id: str, edits: "Sequence[Edit]") -> "SaveResult":
        """Save changes by hand, each after looking that its target is valid now and that nobody changed it."""
        ...

    async def reject(self, site_id: str, kind: str, source_id: str, target_id: str) -> None:
        """Keep that a suggestion is not wanted, until what it rests on has changed."""
        ...

    async def take_back_rejection(self, site_id: str, kind: str, source_id: str, target_id: str) -> None:
        """Let a suggestion that was rejected be shown again."""
        ...

    async def changes(self, site_id: str) -> "tuple[ChangeView, ...]":
        """Return the changes that were saved at a site, newest first."""
        ...

    async def rollback(self, site_id: str, change_ids: "Sequence[int]") -> "RollbackResult":
        """Put back what counted before; what was written under it meanwhile is named and left alone."""
        ...

    async def todos(self, site_id: str = "", *, closed: bool = False) -> "tuple[TodoView, ...]":
        """Return Salesbuildr's own copies that are still to be mended; with `closed` those that were, too."""
        ...

    async def check_todos(self, site_id: str = "") -> "tuple[TodoView, ...]":
        """Look what Salesbuildr shows and what checks have proved, close what works, and return what is left."""
        ...

    async def where_used(self, site_id: str, what: str, target_id: str) -> "WhereUsed":
        """Return what depends on a target; `what` is a mapping kind or the PSA's word for the row ("category")."""
        ...


class LinksDesk(Protocol):
    """What the link dialog and the decisions about one quote ask for."""

    async def choice(self, site_id: str, kind: "RecordKind", record_id: str) -> "LinkChoice":
        """Return the PSA records that a record may be linked to."""
        ...

    async def link(self, site_id: str, kind: "RecordKind", record_id: str, entity: str, external_id: str) -> None:
        """Store a link set by hand."""
        ...

    async def unlink(self, site_id: str, kind: "RecordKind", record_id: str) -> None:
        """Remove a link; the PSA is not changed."""
        ...

    async def create_anew(self, site_id: str, kind: "RecordKind", record_id: str) -> "RunResult":
        """Create the record in the PSA although no link is known."""
        ...

    async def decide_lines(self, site_id: str, quote_id: str, decision: str) -> None:
        """Say what happens to lines that others added to a quote: `keep`, `adopt` or `replace`."""
        ...

    async def decide_field(self, site_id: str, conflict: "ConflictView", decision: str) -> None:
        """Say whose value counts where both sides changed a field: `ours`, Salesbuildr's, or `theirs`, the PSA's."""
        ...

    async def confirm_won(self, site_id: str, quote_id: str) -> None:
        """Allow a quote to be written although its opportunity is won."""
        ...


class PasteDesk(Protocol):
    """What the paste box asks for. Every method may raise `UserError`."""

    async def file(self, path: str) -> str:
        """Return the text of a saved page, CSV or text."""
        ...

    async def preview(self, question: "PasteQuestion") -> "PasteView":
        """Return what a pasted list means, and which records it is about."""
        ...

    async def keep(self, question: "PasteQuestion") -> "ImportResult":
        """Keep a pasted list as issues of its site; nothing is kept where something is still to be decided."""
        ...

    async def last(self, site_id: str) -> "LastImport | None":
        """Return the newest list that was kept for a site."""
        ...


class SitesDesk(Protocol):
    """What the Sites page and the band ask for."""

    async def sites(self) -> "tuple[SiteBand, ...]":
        """Return every site of the workspace."""
        ...

    async def form(self, site_id: str = "", psa: "Psa | None" = None) -> "SiteForm":
        """Return the form of a stored site, or that of a new one with this PSA."""
        ...

    async def save(self, given: "SiteInput") -> str:
        """Store a site and the secrets typed anew; return the site's id."""
        ...

    async def test(self, given: "SiteInput") -> "tuple[TestLine, ...]":
        """Try the connection with what was typed, and the stored secrets for what was not."""
        ...

    async def set_role(self, site_id: str, role: "Role", *, push_off_confirmed: bool, typed_name: str) -> None:
        """Switch a site's role. To write needs the confirmation and the site's name as typed by the person."""
        ...


class Runs(Protocol):
    """What runs now. One run at a time; what asks for another is refused with a sentence."""

    @property
    def progress(self) -> "Progress":
        """The latest progress."""
        ...

    def subscribe(self, fn: "Callable[[Progress], None]") -> "Callable[[], None]":
        """Call `fn` on the loop at each progress; return what ends the subscription."""
        ...

    async def refresh(self) -> "RunResult":
        """Read Salesbuildr, then check. Writes nothing into a PSA."""
        ...

    async def cancel(self) -> None:
        """Ask the run to stop, and return when it has settled."""
        ...


class Workbench(Protocol):
    """The one door between the interface and everything below it."""

    @property
    def issues(self) -> IssuesDesk:
        """The Issues page's desk."""
        ...

    @property
    def mappings(self) -> MappingsPageDesk:
        """The Mappings page's desk, and that of the target chooser."""
        ...

    @property
    def links(self) -> LinksDesk:
        """The link dialog's desk."""
        ...

    @property
    def pasted(self) -> PasteDesk:
        """The paste box's desk."""
        ...

    @property
    def sites(self) -> SitesDesk:
        """The Sites page's desk."""
        ...

    @property
    def runs(self) -> Runs:
        """What runs."""
        ...

    def help_topics(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Return the help texts: id, title, paragraphs (with `**bold**`)."""
        ...

    def subscribe_changes(self, fn: "Callable[[frozenset[int]], None]") -> "Callable[[], None]":
        """Call `fn` on the loop with the ids of issues that changed; an empty set means anything else changed."""
        ...

    async def close(self) -> None:
        """Stop what runs, settle it and close the workspace."""
        ...
