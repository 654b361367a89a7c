"""A mappings desk in memory, for the window's tests: two sites, as an MSP might have them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sync_desktop.domain.words import MappingState, SuggestedBy
from sync_desktop.workbench.mapping_views import (
    AuditResult,
    ChangeView,
    Edit,
    Impact,
    KindEntry,
    MappingPage,
    MappingRow,
    MappingsOverview,
    Refusal,
    RollbackResult,
    SaveResult,
    SiteKinds,
    SuggestionView,
    TodoView,
    UsedPart,
    WhereUsed,
)
from sync_desktop.workbench.views import TargetChoice, TargetView

NOW = datetime(2026, 11, 23, 11, 6, tzinfo=UTC)
SITE, KIND = "contoso", "product-category"
FIREWALL = SuggestionView(
    "57/131", "Network Security (#57) › Firewall (#131)", "28 synchronised products are there", SuggestedBy.PRODUCTS
)


def row(source_id: str = "cat-7", **changes: Any) -> MappingRow:
    """Return a mapping whose target is inactive, with a good suggestion."""
    made = MappingRow(
        site_id=SITE,
        kind=KIND,
        source_id=source_id,
        source="Firewalls",
        target_id="41/112",
        target="Security HW (#41) › UTM (#112)",
        state=MappingState.INACTIVE,
        state_text="Inactive",
        why="Category 41 “Security HW” is inactive in ConnectWise, which rejects each new catalog item that uses it.",
        known_from="error text",
        inferred=True,
        suggestion=FIREWALL,
        products=12,
        issues=37,
        quotes=0,
        lines=None if "target" in changes else ("Security HW › UTM", ""),
    )
    return replace(made, **changes)


def valid(source_id: str, source: str, target_id: str, target: str, **changes: Any) -> MappingRow:
    """Return a mapping that is in order, set by hand over what Salesbuildr says."""
    made = row(
        source_id,
        source=source,
        target_id=target_id,
        target=target,
        state=MappingState.VALID,
        state_text="Valid",
        why="",
        known_from="set by hand",
        inferred=False,
        suggestion=None,
        products=9,
        issues=0,
        by_hand=True,
    )
    return replace(made, **changes)


def broken_rows() -> list[MappingRow]:
    """Return the four of the design that need attention."""
    cables = SuggestionView("19", "Cables & Racks (#19)", "same name but for “& Racks”", SuggestedBy.NAME)
    notebooks = SuggestionView(
        "5/9", "End-user (#5) › Notebooks (#9)", "the same subcategory, new parent", SuggestedBy.MOVED
    )
    return [
        row(),
        row(
            "cat-8",
            source="Cabling",
            target_id="88",
            target="#88",
            state=MappingState.GONE,
            state_text="Gone or hidden",
            why="ConnectWise shows no category 88. It does not say whether it was deleted or is hidden.",
            known_from="products",
            suggestion=cables,
            products=31,
            issues=0,
            quotes=2,
        ),
        row(
            "cat-9",
            source="Managed SOC",
            target_id="",
            target="–",
            state=MappingState.UNMAPPED,
            state_text="Not mapped",
            why="Nothing says where products of this category belong.",
            known_from="–",
            inferred=False,
            suggestion=None,
            products=4,
            issues=0,
        ),
        row(
            "cat-10",
            source="Laptops",
            target_id="2/9",
            target="Hardware (#2) › Notebooks (#9)",
            lines=("Hardware › Notebooks", ""),
            state=MappingState.MOVED,
            state_text="Subcategory moved to #5",
            why="Subcategory 9 “Notebooks” belongs to category 5 “End-user” by now.",
            known_from="set by hand",
            inferred=False,
            by_hand=True,
            beneath="#2, says Salesbuildr",
            suggestion=notebooks,
            products=208,
            issues=0,
            quotes=9,
            todo=True,
        ),
    ]


def targets() -> tuple[TargetView, ...]:
    """Return five targets, two of which cannot be chosen."""
    return (
        TargetView("57/131", "Network Security › Firewall", "Hardware · GL 4010 · taxable", choosable=True, why_not=""),
        TargetView("19", "Cables & Racks", "Hardware · GL 4020 · taxable", choosable=True, why_not=""),
        TargetView("5/9", "End-user › Notebooks", "Hardware · GL 4010 · taxable", choosable=True, why_not=""),
        TargetView(
            "41/112", "Security HW › UTM", "Hardware · GL 4010", choosable=False, why_not="Category 41 inactive"
        ),
        TargetView("60", "Managed SOC", "Service · GL 4100", choosable=False, why_not="Not for items"),
    )


@dataclass
class FakeMappings:
    """Answers at once from what it holds; `hold` makes a save or an audit wait."""

    rows: dict[tuple[str, str], list[MappingRow]] = field(default_factory=dict)
    overview_sites: tuple[SiteKinds, ...] = ()
    audited_at: datetime | None = NOW - timedelta(minutes=2)
    problem: str = ""
    fails: Exception | None = None
    hold: asyncio.Event | None = None
    hold_pages: asyncio.Event | None = None
    hold_overview: asyncio.Event | None = None
    refuse: dict[str, str] = field(default_factory=dict)
    """By source: why its edit is not saved."""
    retry_ids: tuple[int, ...] = ()
    saved: list[tuple[str, str, str, str]] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    waiting: tuple[int, ...] = ()
    further: tuple[TargetView, ...] = ()
    stored_todos: list[TodoView] = field(default_factory=list)
    stored_changes: list[ChangeView] = field(default_factory=list)

    # what an issue asks for

    async def choice(self, issue_id: int, kind: str, source_id: str) -> TargetChoice:
        found = (
            TargetView("41", "Security HW", "Material · GL 4010", choosable=False, why_not="Inactive in Autotask"),
            TargetView("57", "Network Security", "Material · GL 4010", choosable=True, why_not=""),
            TargetView("58", "Cabling", "Material · GL 4020", choosable=True, why_not=""),
            TargetView(
                "60", "Managed SOC", "Service · GL 4100", choosable=False, why_not="Use type Service, not Material"
            ),
        )
        note = "**4** open issues wait for this. Salesbuildr keeps its own copy."
        return TargetChoice(
            "contoso", kind, "Billing code of category", source_id, "Firewalls", "41", found, note, self.waiting
        )

    async def set(self, site_id: str, kind: str, source_id: str, target_id: str) -> None:
        self.saved.append((site_id, kind, source_id, target_id))

    # what the page asks for

    async def overview(self) -> MappingsOverview:
        if self.fails is not None:
            raise self.fails
        await self._wait(self.hold_overview)
        sites = tuple(map(self._counted_site, self.overview_sites))
        return MappingsOverview(sites, sum(todo.closed_at is None for todo in self.stored_todos))

    def _counted_site(self, site: SiteKinds) -> SiteKinds:
        kinds = tuple(map(self._counted, site.kinds))
        return replace(site, kinds=kinds, audited=self.audited_at is not None)

    def _counted(self, kind: KindEntry) -> KindEntry:
        rows = self.rows.get((kind.site_id, kind.kind), [])
        return replace(kind, needs_attention=sum(each.state.needs_attention for each in rows), total=len(rows))

    async def page(self, site_id: str, kind: str, *, text: str = "") -> MappingPage:
        self.calls.append(("page", (site_id, kind, text)))
        await self._wait(self.hold_pages)
        rows = self.rows.get((site_id, kind), [])
        found = [each for each in rows if text.casefold() in f"{each.source} {each.target}".casefold()]
        psa = "ConnectWise" if site_id == SITE else "Autotask"
        counted = map(self._counted_site, self.overview_sites)
        return MappingPage(
            site_id=site_id,
            kind=kind,
            kind_label="Category",
            source_heading="Category",
            target_heading=f"{psa} target",
            rows=tuple(sorted(found, key=lambda each: not each.state.needs_attention)),
            total=len(rows),
            needs_attention=sum(each.state.needs_attention for each in rows),
            audited_at=self.audited_at,
            calls=3,
            since_before="since the last audit 1 category was deactivated, 1 deleted" if self.audited_at else "",
            problem=self.problem,
            valid_when="active, with an active subcategory",
            hangs_on="general ledger account and tax of each line",
            site=next((made for made in counted if made.site_id == site_id), SiteKinds(site_id, "", ())),
        )

    async def audit(self, site_ids: Sequence[str] = ()) -> AuditResult:
        self.calls.append(("audit", tuple(site_ids)))
        await self._wait(self.hold)
        self.audited_at = NOW
        return AuditResult("86 mappings, 4 need attention · 3 calls", broken=3, needs_attention=4, calls=3)

    async def targets(self, site_id: str, kind: str, source_id: str) -> TargetChoice:
        current = next(each for each in self.rows[site_id, kind] if each.source_id == source_id)
        return TargetChoice(
            site_id,
            kind,
            "Category",
            source_id,
            current.source,
            current.target_id,
            targets(),
            "",
            more=bool(self.further),
        )

    async def find_targets(self, site_id: str, kind: str, text: str) -> tuple[TargetView, ...]:
        self.calls.append(("find", (site_id, kind, text)))
        return tuple(each for each in self.further if text.casefold() in each.name.casefold())

    async def impact(self, site_id: str, edits: Sequence[Edit]) -> Impact:
        self.calls.append(("impact", (site_id, tuple(edits))))
        if self.fails is not None:
            raise self.fails
        first = (
            "Firewalls → **Network Security (#57) › Firewall (#131)**, type Hardware, general ledger 4010, taxable. "
            f"37 failed quotes: **{len(self.retry_ids)} can be retried**, 2 have a closed opportunity, 1 is not the "
            "primary quote, 1 has lines that others added."
        )
        then = (
            "Items that already exist in ConnectWise keep their category. Salesbuildr's own mapping is not changed by "
            "this: it stays on the to-do list until it is seen to work."
        )
        return Impact((first, then), products=12, quotes=0, issues=37, retry_ids=self.retry_ids)

    async def save(self, site_id: str, edits: Sequence[Edit]) -> SaveResult:
        await self._wait(self.hold)
        refused = tuple(
            Refusal(edit.kind, edit.source_id, self.refuse[edit.source_id])
            for edit in edits
            if edit.source_id in self.refuse
        )
        good = [edit for edit in edits if edit.source_id not in self.refuse]
        for edit in good:
            self.saved.append((site_id, edit.kind, edit.source_id, edit.target_id))
            rows = self.rows.get((site_id, edit.kind), [])
            self.rows[site_id, edit.kind] = [self._after(each, edit) for each in rows]
        return SaveResult("b1" if good else "", len(good), refused, self.retry_ids if good else (), todos=len(good))

    def _after(self, before: MappingRow, edit: Edit) -> MappingRow:
        if before.source_id != edit.source_id:
            return before
        name = next((each.name for each in targets() if each.id == edit.target_id), edit.target_id)
        target = f"{name} (#{edit.target_id})"
        return valid(before.source_id, before.source, edit.target_id, target, products=before.products)

    async def reject(self, site_id: str, kind: str, source_id: str, target_id: str) -> None:
        self.calls.append(("reject", (site_id, kind, source_id, target_id)))
        self._suggest(site_id, kind, source_id, None)

    async def take_back_rejection(self, site_id: str, kind: str, source_id: str, target_id: str) -> None:
        self.calls.append(("take back", (site_id, kind, source_id, target_id)))
        self._suggest(site_id, kind, source_id, FIREWALL)

    def _suggest(self, site_id: str, kind: str, source_id: str, suggestion: SuggestionView | None) -> None:
        self.rows[site_id, kind] = [
            replace(each, suggestion=suggestion) if each.source_id == source_id else each
            for each in self.rows[site_id, kind]
        ]

    async def changes(self, site_id: str) -> tuple[ChangeView, ...]:
        return tuple(self.stored_changes)

    async def rollback(self, site_id: str, change_ids: Sequence[int]) -> RollbackResult:
        self.calls.append(("rollback", (site_id, tuple(change_ids))))
        self.stored_changes = [
            replace(each, rolled_back=each.rolled_back or each.id in change_ids) for each in self.stored_changes
        ]
        return RollbackResult("1 change was rolled back.", (), ("Q-2041", "Q-2038"))

    async def todos(self, site_id: str = "", *, closed: bool = False) -> tuple[TodoView, ...]:
        return tuple(todo for todo in self.stored_todos if todo.site_id == site_id and (closed or not todo.closed_at))

    async def check_todos(self, site_id: str = "") -> tuple[TodoView, ...]:
        self.calls.append(("check", site_id))
        self.stored_todos = [
            replace(todo, closed_at=NOW, evidence="Quote Q-2041 arrived with its Firewalls items.")
            for todo in self.stored_todos
        ]
        return ()

    async def where_used(self, site_id: str, what: str, target_id: str) -> WhereUsed:
        self.calls.append(("where used", (site_id, what, target_id)))
        parts = (
            UsedPart("Categories", 1, ("Firewalls",)),
            UsedPart("Products", 12, ("FortiGate 60F", "FortiGate 100F", "Meraki MX67")),
            UsedPart("Open quotes", 0, ()),
            UsedPart("Open issues", 37, ("Q-2041", "Q-2038")),
        )
        heading = f"Category {target_id} “Security HW” in ConnectWise, inactive"
        return WhereUsed(heading, "Contoso MSP", parts, "**12 products** and 37 issues depend on it.")

    @staticmethod
    async def _wait(hold: asyncio.Event | None) -> None:
        if hold is not None:
            await hold.wait()


def kind(site_id: str, name: str, label: str) -> KindEntry:
    """Return a kind whose counts are filled in by the desk."""
    return KindEntry(site_id, name, label, 0, 0)


def todo(number: int = 1, **changes: Any) -> TodoView:
    """Return a copy of Salesbuildr's that is still to be mended."""
    made = TodoView(
        id=number,
        site_id=SITE,
        title="Laptops still leads to Hardware (#2) › Notebooks (#9) in Salesbuildr",
        steps=(
            "In ConnectWise, make category **Hardware (#2)** active for a moment (System > Setup Tables > Category).",
            "In Salesbuildr, run the field sync (Admin > Integrations > ConnectWise).",
            "Map **Laptops** to **End-user (#5) › Notebooks (#9)** there.",
            "Deactivate category 2 in ConnectWise again.",
        ),
        packet="Please remove the mapping of category Laptops (cat-10) to ConnectWise category 2 at Contoso MSP.",
        evidence="Salesbuildr's API does not show this mapping; no quote with Laptops was written since.",
        opened_at=NOW - timedelta(hours=3),
        closed_at=None,
    )
    return replace(made, **changes)


def change(number: int, **changes: Any) -> ChangeView:
    """Return a saved change."""
    made = ChangeView(
        id=number,
        batch="b1",
        text="Firewalls: Security HW (#41) › UTM (#112) → Network Security (#57) › Firewall (#131)",
        at=NOW - timedelta(minutes=10),
        os_user="dana",
        rolled_back=False,
    )
    return replace(made, **changes)


def contoso() -> FakeMappings:
    """Return a desk with the sites and mappings of the design."""
    made = FakeMappings()
    made.overview_sites = (
        SiteKinds(
            "fabrikam",
            "Fabrikam IT · Autotask",
            (
                kind("fabrikam", "product-billing-code", "Category billing codes"),
                kind("fabrikam", "owner", "Owners"),
                kind("fabrikam", "stage", "Opportunity stages"),
                kind("fabrikam", "payment-term", "Payment terms"),
            ),
        ),
        SiteKinds(
            SITE,
            "Contoso MSP · ConnectWise",
            (
                kind(SITE, KIND, "Categories"),
                kind(SITE, "owner", "Owners"),
                kind(SITE, "status", "Opportunity statuses"),
                kind(SITE, "payment-term", "Billing terms"),
            ),
            parts=(("category", "Category"), ("subcategory", "Subcategory")),
        ),
    )
    others = [
        valid(f"cat-{number}", f"Category {number}", f"{number}", f"Target {number} (#{number})")
        for number in range(100, 182)
    ]
    made.rows = {
        (SITE, KIND): [*others, *broken_rows()],
        (SITE, "owner"): [
            replace(valid("o-1", "Dana Reyes", "7", "dreyes (#7)"), kind="owner"),
            replace(row("o-2", source="Kim Abe", suggestion=None), kind="owner", state=MappingState.VALID),
        ],
        ("fabrikam", "product-billing-code"): [replace(row("b-1"), site_id="fabrikam", kind="product-billing-code")],
        ("fabrikam", "payment-term"): [replace(row("p-1"), site_id="fabrikam", kind="payment-term")],
    }
    return made
