"""A workbench in memory, for the window's tests: it answers at once, or waits for the test to say so."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sync_desktop.domain.words import Action, IssueState, Psa, RecordKind, Role, Severity
from sync_desktop.workbench.views import (
    AttemptView,
    CandidateView,
    CauseGroup,
    CauseView,
    ConflictView,
    Dependency,
    ExchangeView,
    FormPart,
    IssueDetail,
    IssuePage,
    IssueRow,
    LinkChoice,
    Progress,
    RetryPreview,
    RunResult,
    SecretField,
    SiteBand,
    SiteForm,
    SiteInput,
    TestLine,
    TextField,
)
from tests.ui.mapping_fakes import FakeMappings
from tests.ui.paste_fakes import FakePaste

NOW = datetime(2026, 11, 23, 11, 6, tzinfo=UTC)
FIREWALLS = "Category “Firewalls” has no active Autotask billing code"
TAILSPIN = "Company “Tailspin Toys” is not in Autotask"


def row(issue_id: int, **changes: Any) -> IssueRow:
    """Return an open issue of the Firewalls cause."""
    made = IssueRow(
        id=issue_id,
        site_id="contoso",
        site_name="Contoso MSP",
        kind=RecordKind.QUOTE,
        record=f"Q-{issue_id} Northwind refresh",
        company="Northwind Traders",
        quote_status="Approved",
        value=Decimal(18240),
        last_failed_at=NOW - timedelta(minutes=2),
        state=IssueState.OPEN,
        badge="Open",
        severity=Severity.ERROR,
        cause_key="firewalls",
        cause_title=FIREWALLS,
    )
    return replace(made, **changes)


def site(**changes: Any) -> SiteBand:
    """Return a site that writes."""
    made = SiteBand(
        id="contoso",
        name="Contoso MSP",
        psa=Psa.AUTOTASK,
        psa_label="Autotask",
        role=Role.WRITE,
        role_label="WRITES TO PSA",
        practice=False,
        quotes_read_at=NOW - timedelta(minutes=4),
        lists_read_at=NOW - timedelta(minutes=2),
        calls_text="Autotask 186 of our 1,500 · tenant 2,786 of 10,000",
    )
    return replace(made, **changes)


def cause(**changes: Any) -> CauseView:
    """Return the Firewalls cause."""
    made = CauseView(
        key="firewalls",
        title=FIREWALLS,
        message="Billing code is inactive. <b>29682885</b>",
        why="The category **Firewalls** still points to the billing code **Security HW**, which is inactive.",
        steps=("Map **Firewalls** to an active billing code with use type Material.", "Retry the quotes."),
        actions=(Action.SET_MAPPING, Action.RETRY),
        severity=Severity.ERROR,
        class_label="Configuration",
        matched_on="billing code inactive",
        mapping_kind="billing_code",
        mapping_source="cat-7",
        mapping_source_name="Firewalls",
    )
    return replace(made, **changes)


def attempts() -> tuple[AttemptView, ...]:
    """Return three failed attempts."""
    return tuple(
        AttemptView(
            number, NOW - timedelta(minutes=2 + 25 * number), "Create quote item", "failed", "500", 212, good=False
        )
        for number in range(1, 4)
    )


@dataclass
class FakeIssues:
    """Holds rows; a retry clears them unless told otherwise."""

    rows: dict[int, IssueRow] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    tell: Callable[[frozenset[int]], None] = lambda _ids: None
    hold: asyncio.Event | None = None
    """A retry waits for it where it is set."""
    fails: Exception | None = None
    causes: tuple[CauseView, ...] = (cause(),)
    conflicts: tuple[ConflictView, ...] = ()
    retry_enabled: bool = True
    retry_hint: str = ""
    headline: str = ""
    cancelled: int = 0
    total: int = 0

    async def page(self, *, state: IssueState | None, text: str = "", limit: int = 1000) -> IssuePage:
        if self.fails is not None:
            raise self.fails
        self.calls.append(("page", (state, text)))
        wanted = [each for each in self.rows.values() if state in (None, each.state)]
        found = [each for each in wanted if text.casefold() in f"{each.record} {each.company}".casefold()][:limit]
        counts = {each: sum(row.state is each for row in self.rows.values()) for each in IssueState}
        total = self.total or len(found)
        return IssuePage(tuple(found), self._groups(found), counts, total, self.headline if found else "")

    def _groups(self, rows: list[IssueRow]) -> tuple[CauseGroup, ...]:
        by_key: dict[str, list[IssueRow]] = {}
        for each in rows:
            by_key.setdefault(each.cause_key, []).append(each)
        return tuple(
            CauseGroup(
                key=key,
                title=members[0].cause_title,
                subtitle=f"{len(members)} quotes · ${sum(each.value or 0 for each in members):,.0f}",
                badge="Fix mapping" if key == "firewalls" else "Link or create",
                severity=members[0].severity,
                issue_ids=tuple(each.id for each in members),
            )
            for key, members in by_key.items()
        )

    async def detail(self, issue_id: int) -> IssueDetail | None:
        found = self.rows.get(issue_id)
        if found is None:
            return None
        cleared = found.state is IssueState.CLEARED
        return IssueDetail(
            row=found,
            heading=f"{found.kind.label} {found.record.replace(' ', ' · ', 1)}",
            subheading=f"{found.site_name} → Autotask · failed 3 times since 09:12",
            retry_label="Retry",
            retry_enabled=self.retry_enabled,
            retry_hint=self.retry_hint,
            causes=self.causes,
            depends_on=(
                Dependency("Company", True, "Northwind Traders (#174)"),
                Dependency("Contact", True, "Dana Reyes (#9001)"),
                Dependency("Opportunity", True, "Northwind refresh (#551)"),
                Dependency("1 of 4 categories", False, "Firewalls: the billing code is inactive"),
                Dependency("12 items", None, ""),
            ),
            attempts=attempts(),
            evidence="Quote #801 with 12 items, total $18,240.00, read back 11:06:12." if cleared else "",
            note="",
            psa_url="https://ww5.autotask.net/quote/801",
            salesbuildr_url="https://portal.salesbuildr.com/quote/2041",
            conflicts=self.conflicts,
        )

    async def retry(self, issue_ids: Sequence[int], *, confirmed: bool = False) -> RunResult:
        self.calls.append(("retry", (tuple(issue_ids), confirmed)))
        if self.hold is not None:
            try:
                await self.hold.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        for each in issue_ids:
            self.rows[each] = replace(self.rows[each], state=IssueState.CLEARED, badge="Cleared")
        self.tell(frozenset(issue_ids))
        return RunResult(f"{len(issue_ids)} written and seen in Autotask.", {"written": len(issue_ids)})

    async def preview(self, issue_ids: Sequence[int]) -> RetryPreview:
        return RetryPreview(len(issue_ids) - 1, ("1 has a closed opportunity and is left out.",), canary_pauses=True)

    async def dismiss(self, issue_ids: Sequence[int]) -> None:
        self._set(issue_ids, IssueState.DISMISSED, "Dismissed")

    async def restore(self, issue_ids: Sequence[int]) -> None:
        self._set(issue_ids, IssueState.OPEN, "Open")

    async def details_text(self, issue_id: int) -> str:
        return f"{self.rows[issue_id].record}: {self.causes[0].message}"

    async def exchanges(self, attempt_id: int) -> tuple[ExchangeView, ...]:
        return (
            ExchangeView(
                "Create quote item",
                "POST",
                "/v1.0/Quotes/801/Items",
                "500",
                212,
                '{"quantity": 2}',
                '{"errors": ["no"]}',
            ),
        )

    def _set(self, ids: Sequence[int], state: IssueState, badge: str) -> None:
        self.calls.append((state.value, tuple(ids)))
        for each in ids:
            self.rows[each] = replace(self.rows[each], state=state, badge=badge)
        self.tell(frozenset(ids))


@dataclass
class FakeLinks:
    """Offers one candidate."""

    calls: list[tuple[str, ...]] = field(default_factory=list)
    may_create: bool = True

    async def choice(self, site_id: str, kind: RecordKind, record_id: str) -> LinkChoice:
        candidates = (
            CandidateView(
                "174",
                "Companies",
                "Tailspin Toys Inc.",
                "tailspintoys.example · Reno",
                True,
                ("name", "web site"),
                ("phone: 555-0100, there 555-0199",),
                "https://ww5.autotask.net/company/174",
            ),
        )
        why = "" if self.may_create else "These credentials have not read back another company yet."
        return LinkChoice(site_id, kind, record_id, "Tailspin Toys", "", candidates, self.may_create, why)

    async def link(self, site_id: str, kind: RecordKind, record_id: str, entity: str, external_id: str) -> None:
        self.calls.append(("link", site_id, kind.value, record_id, entity, external_id))

    async def unlink(self, site_id: str, kind: RecordKind, record_id: str) -> None:
        self.calls.append(("unlink", site_id, kind.value, record_id))

    async def create_anew(self, site_id: str, kind: RecordKind, record_id: str) -> RunResult:
        self.calls.append(("create", site_id, kind.value, record_id))
        return RunResult("Tailspin Toys was created and seen in Autotask.", {"written": 1})

    async def decide_lines(self, site_id: str, quote_id: str, decision: str) -> None:
        self.calls.append(("lines", site_id, quote_id, decision))

    async def decide_field(self, site_id: str, conflict: ConflictView, decision: str) -> None:
        self.calls.append(("field", site_id, conflict.key, decision))

    async def confirm_won(self, site_id: str, quote_id: str) -> None:
        self.calls.append(("won", site_id, quote_id))


@dataclass
class FakeSites:
    """Holds sites; the form of a stored one says that its secrets are stored."""

    stored: list[SiteBand] = field(default_factory=lambda: [site()])
    saved: list[SiteInput] = field(default_factory=list)
    roles: list[tuple[str, Role, bool, str]] = field(default_factory=list)
    rejected_by: str = ""
    """Who rejected the first secret of a stored site."""
    advice: tuple[str, ...] = ("Give this program an API user of its own, **never** Salesbuildr's.",)

    async def sites(self) -> tuple[SiteBand, ...]:
        return tuple(self.stored)

    async def form(self, site_id: str = "", psa: Psa | None = None) -> SiteForm:
        known = next((each for each in self.stored if each.id == site_id), None)
        label = (psa or Psa.AUTOTASK).label
        quoting = (
            TextField(
                "quoting_url", "Salesbuildr address", "https://portal.salesbuildr.com/public-api" if known else ""
            ),
            SecretField("api_key", "Salesbuildr API key", stored=known is not None, rejected_by=self.rejected_by),
            SecretField("second", "Second key", stored=known is not None, help="Most have none.", optional=True),
        )
        paired = (
            TextField(
                "username", f"{label} user name", "api@contoso.example" if known else "", "Ends in your own domain."
            ),
            SecretField(f"{psa.value}_secret" if psa else "secret", f"{label} secret", stored=known is not None),
        )
        return SiteForm(
            id=site_id,
            name=known.name if known else "",
            psa=psa or Psa.AUTOTASK,
            role=known.role if known else Role.ASSIST,
            practice=known.practice if known else False,
            parts=(FormPart("Salesbuildr", quoting), FormPart(label, paired)),
            advice=self.advice,
            psas=() if known else tuple(Psa),
        )

    async def save(self, given: SiteInput) -> str:
        self.saved.append(given)
        if not given.id:
            self.stored.append(site(id="new", name=given.name, role=Role.ASSIST, role_label="ASSIST: READ ONLY"))
        return given.id or "new"

    async def test(self, given: SiteInput) -> tuple[TestLine, ...]:
        return (
            TestLine(ok=True, text="Salesbuildr answers: 412 quotes."),
            TestLine(ok=False, text="Autotask says that the integration code is not known."),
        )

    async def set_role(self, site_id: str, role: Role, *, push_off_confirmed: bool, typed_name: str) -> None:
        self.roles.append((site_id, role, push_off_confirmed, typed_name))
        label = "WRITES TO PSA" if role is Role.WRITE else "ASSIST: READ ONLY"
        self.stored = [
            replace(each, role=role, role_label=label) if each.id == site_id else each for each in self.stored
        ]


@dataclass
class FakeRuns:
    """Progress that the test sets."""

    progress: Progress = field(default_factory=lambda: Progress(running=False))
    listeners: list[Callable[[Progress], None]] = field(default_factory=list)
    refreshed: int = 0
    cancelled: int = 0

    def subscribe(self, fn: Callable[[Progress], None]) -> Callable[[], None]:
        self.listeners.append(fn)
        return lambda: self.listeners.remove(fn)

    def show(self, progress: Progress) -> None:
        self.progress = progress
        for fn in tuple(self.listeners):
            fn(progress)

    async def refresh(self) -> RunResult:
        self.refreshed += 1
        return RunResult("Read 412 quotes; 5 checked.", {})

    async def cancel(self) -> None:
        self.cancelled += 1
        self.show(Progress(running=False))


@dataclass
class FakeWorkbench:
    """Everything that the window asks for."""

    issues: FakeIssues = field(default_factory=FakeIssues)
    mappings: FakeMappings = field(default_factory=FakeMappings)
    links: FakeLinks = field(default_factory=FakeLinks)
    pasted: FakePaste = field(default_factory=FakePaste)
    sites: FakeSites = field(default_factory=FakeSites)
    runs: FakeRuns = field(default_factory=FakeRuns)
    listeners: list[Callable[[frozenset[int]], None]] = field(default_factory=list)
    closed: int = 0

    def help_topics(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        return (
            (
                "opportunities",
                "Autotask and opportunities",
                ("Autotask **does not report** changes. <i>No</i> webhooks.",),
            ),
        )

    def subscribe_changes(self, fn: Callable[[frozenset[int]], None]) -> Callable[[], None]:
        self.listeners.append(fn)
        return lambda: self.listeners.remove(fn)

    def tell(self, ids: frozenset[int]) -> None:
        for fn in tuple(self.listeners):
            fn(ids)

    async def close(self) -> None:
        self.closed += 1


def workbench(rows: Sequence[IssueRow] = ()) -> FakeWorkbench:
    """Return a workbench with these issues."""
    made = FakeWorkbench()
    made.issues.rows = {each.id: each for each in rows}
    made.issues.tell = made.tell
    return made


def few() -> FakeWorkbench:
    """Return a workbench with two quotes of one cause and a contact of another."""
    return workbench(
        (
            row(2041),
            row(
                2038,
                record="Q-2038 Edge firewall x2",
                company="Adatum",
                value=Decimal("9610.50"),
                last_failed_at=NOW - timedelta(hours=3),
            ),
            row(
                7,
                kind=RecordKind.CONTACT,
                record="Dana Reyes (contact)",
                company="Tailspin Toys",
                quote_status="",
                value=None,
                severity=Severity.WARNING,
                cause_key="tailspin",
                cause_title=TAILSPIN,
            ),
        )
    )
