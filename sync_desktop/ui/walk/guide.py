"""The guide of the inactive category, end to end: audit, repair in two clicks, Salesbuildr's own copy on the list."""

from PySide6.QtWidgets import QListWidget

from sync_desktop.domain.words import Psa
from sync_desktop.ui.walk.hands import WalkError
from sync_desktop.ui.walk.steps import Steps
from sync_desktop.workbench.views import IssueDetail, IssueRow

_BROKEN, _SOURCE = "**Firewalls**", "Firewalls"


class Guide(Steps):
    """Walks the guide at ConnectWise."""

    async def audit(self) -> None:
        """Audit ConnectWise's mappings: each broken one with its state, what it affects, and a suggestion."""
        await self._hands.click("rail.mappings")
        await self._choose_categories()
        await self._practice.forget()
        await self._hands.click("mappings.audit")
        await self._hands.until(self._audited, "the audit of ConnectWise")
        page = self._window.mappings
        rows = page.known.page.rows if page is not None and page.known.page is not None else ()
        for row in rows:
            if row.state.needs_attention:
                suggested = f"; suggested: {row.suggestion.target}, {row.suggestion.evidence}" if row.suggestion else ""
                self._shows(row.state_text, f"{row.source} → {row.target}; {' · '.join(row.affects)}{suggested}")
        self._shows("band", self._hands.text("band.age"))
        self._require(not await self._practice.writes(), "An audit has written")
        states = {row.source: row.state_text for row in rows}
        self._require(states.get(_SOURCE) == "Inactive", f"{_SOURCE} is {states.get(_SOURCE)}, not inactive")

    async def repair(self) -> None:
        """Repair the inactive category in two clicks from the issue; its quotes are retried and cleared."""
        await self._hands.click("rail.issues")
        rows = await self._rows(Psa.CONNECTWISE, _BROKEN)
        alone = [row for row in rows if len((await self._detail(row)).causes) == 1]
        await self._select(alone[0])
        for name in ("detail.title", "detail.message", "detail.why", "detail.step1", "detail.retry"):
            self._shows(name, self._hands.text(name))
        number = alone[0].record.split()[0]
        self._require(not await self._held(Psa.CONNECTWISE, number), f"{number} is in ConnectWise already")
        self._shows("button", self._hands.text("detail.fix.remap"))
        await self._hands.click("detail.fix.remap")
        await self._hands.until(lambda: bool(self._hands.text("remap.yes")), "what the change touches")
        self._shows("button", self._hands.text("remap.yes"))
        self._require(str(len(alone)) in self._hands.text("remap.yes"), f"The button does not say {len(alone)}")
        self._hands.shot("what the change touches")
        await self._hands.click("remap.yes")
        await self._cleared(Psa.CONNECTWISE, alone)

    async def show_the_copy(self) -> None:
        """Salesbuildr's own copy stays on the to-do list, with steps and a packet, as long as nothing proves it."""
        await self._hands.click("rail.mappings")
        await self._hands.click("mappings.chip.copies")
        await self._hands.until(lambda: bool(self._hands.text("copies.title")), "the to-do")
        for name in ("copies.count", "copies.title", "copies.step1"):
            self._shows(name, self._hands.text(name))
        before = self._hands.text("copies.evidence")
        await self._hands.click("copies.check")
        await self._hands.until(lambda: self._hands.text("copies.evidence") not in ("", before), "what the check says")
        self._shows("copies.evidence", self._hands.text("copies.evidence"))
        self._require("Looked at last" in self._hands.text("copies.evidence"), "The copy is called proved by nothing")
        await self._hands.click("rail.issues")

    async def _choose_categories(self) -> None:
        """Click the kind Categories of the ConnectWise site in the list at the left."""
        kinds = await self._hands.widget("mappings.kinds", QListWidget)
        site = self._site(Psa.CONNECTWISE)
        await self._hands.until(lambda: kinds.count() > 0, "the kinds of mappings")
        texts = [kinds.item(row).text() for row in range(kinds.count())]
        heading = next(row for row, text in enumerate(texts) if text.startswith(site))
        item = kinds.item(heading + 1)
        kinds.scrollToItem(item)
        await self._hands.click_at(kinds.viewport(), kinds.visualItemRect(item).center())

    def _audited(self) -> bool:
        page = self._window.mappings
        known = page.known.page if page is not None else None
        return known is not None and known.audited_at is not None and not self._bench.runs.progress.running

    async def _detail(self, row: IssueRow) -> IssueDetail:
        found = await self._bench.issues.detail(row.id)
        if found is None:
            raise WalkError(f"{row.record} is not listed any more")
        return found
