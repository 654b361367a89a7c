"""The guide of the inactive category, end to end: audit, repair in two clicks, and Salesbuildr's own copy mended."""

from PySide6.QtWidgets import QListWidget

from sync_desktop.domain.words import Psa
from sync_desktop.ui.walk.hands import WalkError
from sync_desktop.ui.walk.steps import Steps
from sync_desktop.workbench.views import IssueDetail, IssueRow

_BROKEN, _SOURCE = "**Firewalls**", "Firewalls"
_MENDED = {"category": 42, "subcategory": 421, "type": 1}
"""Where somebody leads Salesbuildr's own mapping in the end: Security › Firewalls · Inventory."""


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

    async def mend_the_copy(self) -> None:
        """Salesbuildr's own copy stays on the to-do list until what Salesbuildr itself wrote proves that it works."""
        await self._hands.click("rail.mappings")
        await self._hands.click("mappings.chip.copies")
        await self._hands.until(lambda: bool(self._hands.text("copies.title")), "the to-do")
        for name in ("copies.count", "copies.title", "copies.step1"):
            self._shows(name, self._hands.text(name))
        self._require("Looked at last" in await self._checked(), "The copy is called proved by nothing")
        self._hands.shot("salesbuildr's own copy is to be mended")
        await self._mend_in_salesbuildr()
        self._require("Proved by" in await self._checked(), "What Salesbuildr wrote has not proved its copy")
        for name in ("copies.count", "copies.title"):
            self._shows(name, self._hands.text(name))
        self._hands.shot("salesbuildr's own copy works")
        await self._hands.click("rail.issues")

    async def _checked(self) -> str:
        """Click "Check now" and return what the check says of the to-do."""
        before = self._hands.text("copies.evidence")
        await self._hands.click("copies.check")
        await self._hands.until(lambda: self._hands.text("copies.evidence") not in ("", before), "what the check says")
        said = self._hands.text("copies.evidence")
        self._shows("copies.evidence", said)
        return said

    async def _mend_in_salesbuildr(self) -> None:
        """Let somebody mend Salesbuildr's mapping and approve a draft with a new firewall, which Salesbuildr writes."""
        site = self._site(Psa.CONNECTWISE)
        mappings, quotes, products, categories = [
            await self._practice.rows(f"salesbuildr/{name}?site={site}")
            for name in ("category-mapping", "quote", "product", "category")
        ]
        (firewalls,) = [each["id"] for each in categories if each["name"] == _SOURCE]
        (mapping,) = [each["id"] for each in mappings if each["categoryId"] == firewalls]
        await self._practice.change(f"salesbuildr/category-mapping/{mapping}?site={site}", **_MENDED)
        new = {each["id"] for each in products if each["categoryId"] == firewalls and not each["externalIdentifier"]}
        drafts = [each for each in quotes if each["status"] == "draft"]
        (draft,) = [each for each in drafts if any(item["productId"] in new for item in each["items"])]
        await self._practice.change(f"salesbuildr/quote/{draft['id']}?site={site}", status="approved")
        await self._practice.vendor_sync(draft["number"])
        number = draft["number"]
        self._shows("meanwhile", f"somebody mended Salesbuildr's mapping and approved {number}, which it wrote itself")

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
