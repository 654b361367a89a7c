"""What all steps of the walk share: saying, looking, choosing, and comparing with what the servers hold."""

import asyncio
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt

from sync_desktop.domain.words import IssueState, Psa
from sync_desktop.ui.main_window import MainWindow
from sync_desktop.ui.walk.hands import Hands, WalkError
from sync_desktop.ui.walk.practice import Practice
from sync_desktop.workbench.ports import Workbench
from sync_desktop.workbench.views import IssuePage, IssueRow

Say = Callable[[str], None]

_LOOK, _LOOKS = 0.02, 1500
"""How often it is looked whether issues have cleared, in seconds, and how many times."""


class Steps:
    """The walk's means; each step prints what the window shows and what the servers hold."""

    def __init__(self, window: MainWindow, bench: Workbench, practice: Practice, say: Say, hands: Hands) -> None:
        self._window = window
        self._bench = bench
        self._practice = practice
        self._say = say
        self._hands = hands

    def _shows(self, what: str, text: str) -> None:
        self._say(f"   {what}: {text}")

    @staticmethod
    def _require(condition: bool, sentence: str) -> None:
        if not condition:
            raise WalkError(sentence)

    def _site(self, psa: Psa) -> str:
        """Return the name of a PSA's practice site."""
        return next(str(site["name"]) for site in self._practice.described["sites"] if site["psa"] == psa)

    async def _page(self, state: IssueState | None = IssueState.OPEN) -> IssuePage:
        return await self._bench.issues.page(state=state)

    async def _rows(self, psa: Psa, title: str) -> list[IssueRow]:
        """Return the open issues of a PSA's practice site whose cause has this in its title; some are required."""
        page = await self._page()
        name = self._site(psa)
        found = [row for row in page.rows if row.site_name == name and title in row.cause_title]
        self._require(bool(found), f"No issue of {name} is about “{title}”")
        return found

    async def _select(self, row: IssueRow) -> None:
        """Click a row of the table and wait for its detail."""
        page = self._window.issues
        self._require(page is not None, "The Issues page is not there")
        if page is None:
            return
        await self._hands.until(lambda: page.select_issue(row.id), f"{row.record} to be listed")
        index = page.table.currentIndex()
        await self._hands.click_at(page.table.viewport(), page.table.visualRect(index).center())
        await self._hands.until(lambda: self._shows_detail(row), f"the detail of {row.record} at {row.site_name}")

    def _shows_detail(self, row: IssueRow) -> bool:
        """Say whether the detail is that of a row; two sites may have records of one name."""
        title, below = self._hands.text("detail.title"), self._hands.text("detail.sub")
        return row.record in title and below.startswith(f"{row.site_name} →")

    async def _map(self, target: str, button: str, waiting: int) -> None:
        """Open the chooser from the detail, type a target's name, choose it by key, press a button."""
        hands = self._hands
        await hands.click("detail.fix.set_mapping")
        await hands.type("chooser.search", target)
        hands.shot(f"choose {target}")
        await hands.key(Qt.Key.Key_Down)
        label = hands.text("chooser.save_retry")
        self._shows("button", label)
        self._require(str(waiting) in label, f"The button does not carry the number {waiting}")
        await hands.click(button)

    async def _cleared(self, psa: Psa, rows: list[IssueRow]) -> None:
        """Wait until issues are cleared, and look that the PSA holds each quote once, with its lines."""
        ids = {row.id for row in rows}
        for _ in range(_LOOKS):
            page = await self._page(IssueState.CLEARED)
            if ids <= {row.id for row in page.rows} and not self._bench.runs.progress.running:
                break
            await asyncio.sleep(_LOOK)
        else:
            raise WalkError("The issues did not clear")
        for row in rows:
            number = row.record.split()[0]
            lines = await self._lines_held(psa, number)
            detail = await self._bench.issues.detail(row.id)
            evidence = detail.evidence if detail else ""
            self._require(f"{lines} lines" in evidence, f"The evidence “{evidence}” does not name {lines} lines")
            self._shows("cleared", evidence)

    async def _held(self, psa: Psa, number: str) -> list[dict[str, Any]]:
        """Return what a PSA holds under a quote's number: quotes, or where there are none opportunities."""
        if psa is Psa.AUTOTASK:
            rows = await self._practice.rows("autotask/Quotes")
            return [each for each in rows if each["externalQuoteNumber"] == number]
        if psa is Psa.HALOPSA:
            rows = await self._practice.rows("halopsa/Quotation")
            return [each for each in rows if str(each.get("third_party_number", "")) == number]
        lines = await self._practice.rows("connectwise/procurement/products")
        ours = {each["opportunity"]["id"] for each in lines if _is_of(each, number)}
        rows = await self._practice.rows("connectwise/sales/opportunities")
        return [each for each in rows if each["id"] in ours]

    async def _lines_held(self, psa: Psa, number: str) -> int:
        """Return how many lines a PSA holds of a quote, which has to be there once."""
        held = await self._held(psa, number)
        self._require(len(held) == 1, f"{psa.label} holds {len(held)} quotes {number}, not one")
        if psa is Psa.HALOPSA:
            return len(held[0]["lines"])
        if psa is Psa.AUTOTASK:
            items = await self._practice.rows("autotask/QuoteItems")
            return sum(item["quoteID"] == held[0]["id"] for item in items)
        lines = await self._practice.rows("connectwise/procurement/products")
        return sum(_is_of(each, number) for each in lines)


def _is_of(line: dict[str, Any], number: str) -> bool:
    """Say whether a line of a ConnectWise opportunity carries a quote's stamp."""
    return str(line.get("integrationXRef", "")).startswith(f"{number}/")
