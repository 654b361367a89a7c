"""The walk itself: from the failed quotes to the cleared ones."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListWidget, QWidget

from sync_desktop.domain.words import IssueState
from sync_desktop.ui.main_window import MainWindow
from sync_desktop.ui.walk.hands import Hands, WalkError, plain
from sync_desktop.ui.walk.practice import Practice
from sync_desktop.workbench.ports import Workbench
from sync_desktop.workbench.views import IssuePage, IssueRow

Say = Callable[[str], None]
FirstRun = Callable[[], Awaitable[None]]

_LOOK, _LOOKS = 0.02, 1500
"""How often it is looked whether issues have cleared, in seconds, and how many times."""
_BROKEN, _REPAIR_WITH = "Firewalls", "Security appliances"
_UNMAPPED, _MAP_TO = "Cloud backup", "Backup licences"


class Story:
    """One walk; each step prints what the window shows and what the servers hold, and fails where they disagree."""

    def __init__(
        self,
        window: MainWindow,
        bench: Workbench,
        practice: Practice,
        first_run: FirstRun,
        say: Say,
        shots: Path | None,
    ) -> None:
        self._window = window
        self._bench = bench
        self._practice = practice
        self._first_run = first_run
        self._say = say
        self._hands = Hands(window, shots)
        window.resize(1440, 900)
        self._step = 0

    async def walk(self) -> int:
        """Take all steps; 0 if all held, else 1."""
        steps = (
            self._synchronise,
            self._list_by_cause,
            self._explain,
            self._repair_and_retry,
            self._survive_a_reset,
            self._refuse_a_second_retry,
            self._dismiss_and_restore,
            self._show_missing_items,
            self._clear_by_itself,
            self._connect_an_assist_site,
            self._read_help,
        )
        for step in steps:
            self._step += 1
            title = (step.__doc__ or "").rstrip(".")
            self._say(f"\n{self._step}. {title}")
            try:
                await step()
            except WalkError as error:
                self._say(f"   FAILED: {error}")
                self._hands.shot(f"failed {title}")
                return 1
            self._hands.shot(title)
        self._say(f"\nAll {self._step} steps held.")
        return 0

    # what the steps share

    def _shows(self, what: str, text: str) -> None:
        self._say(f"   {what}: {text}")

    @staticmethod
    def _require(condition: bool, sentence: str) -> None:
        if not condition:
            raise WalkError(sentence)

    async def _page(self, state: IssueState | None = IssueState.OPEN) -> IssuePage:
        return await self._bench.issues.page(state=state)

    async def _row(self, number: str) -> IssueRow:
        page = await self._page(None)
        found = next((row for row in page.rows if row.record.startswith(number)), None)
        if found is None:
            raise WalkError(f"There is no issue about {number}")
        return found

    async def _waiting_for(self, category: str) -> list[IssueRow]:
        page = await self._page()
        found = [row for row in page.rows if f"**{category}**" in row.cause_title]
        self._require(bool(found), f"No issue is about the category {category}")
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
        await self._hands.until(lambda: row.record in self._hands.text("detail.title"), f"the detail of {row.record}")

    async def _held(self, number: str) -> list[dict[str, Any]]:
        """Return the quotes that Autotask holds under a number."""
        return [each for each in await self._practice.rows("autotask/Quotes") if each["externalQuoteNumber"] == number]

    async def _cleared(self, rows: list[IssueRow]) -> None:
        """Wait until issues are cleared, and look that Autotask holds each quote once, with its lines."""
        ids = {row.id for row in rows}
        for _ in range(_LOOKS):
            page = await self._page(IssueState.CLEARED)
            if ids <= {row.id for row in page.rows} and not self._bench.runs.progress.running:
                break
            await asyncio.sleep(_LOOK)
        else:
            raise WalkError("The issues did not clear")
        items = await self._practice.rows("autotask/QuoteItems")
        for row in rows:
            number = row.record.split()[0]
            held = await self._held(number)
            self._require(len(held) == 1, f"Autotask holds {len(held)} quotes {number}, not one")
            lines = sum(item["quoteID"] == held[0]["id"] for item in items)
            detail = await self._bench.issues.detail(row.id)
            evidence = detail.evidence if detail else ""
            self._require(f"{lines} lines" in evidence, f"The evidence “{evidence}” does not name {lines} lines")
            self._shows("cleared", evidence)

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

    # the steps

    async def _synchronise(self) -> None:
        """Read Salesbuildr over HTTP, check and write into Autotask over HTTP."""
        await self._first_run()
        held = await self._practice.rows("autotask/Quotes")
        writes = await self._practice.writes()
        self._shows("Autotask holds", f"{len(held)} quotes after {len(writes)} writes")
        self._require(bool(writes), "Nothing was written")

    async def _list_by_cause(self) -> None:
        """List failures by their cause."""
        page = await self._page()
        self._require(len(page.rows) > 0, "Nothing failed, which the practice world does not allow")
        table = self._window.issues.table if self._window.issues else None
        await self._hands.until(
            lambda: table is not None and table.model().rowCount() >= len(page.groups), "the causes in the table"
        )
        self._shows("banner", page.headline.replace("**", ""))
        for group in page.groups:
            self._shows(group.badge, f"{group.title.replace('**', '')} · {group.subtitle}")

    async def _explain(self) -> None:
        """Read in the detail what went wrong, why, and what to do."""
        row = (await self._waiting_for(_BROKEN))[0]
        await self._select(row)
        for name in ("detail.title", "detail.message", "detail.why", "detail.step1", "detail.retry", "detail.hint"):
            self._shows(name, self._hands.text(name))
        self._require("BillingCode does not exist or is invalid" in self._hands.text("detail.message"), "Another text")
        self._require(self._hands.text("detail.retry") == "Check again", "A retry is offered that cannot help yet")
        self._require(not await self._held(row.record.split()[0]), "The quote is in Autotask already")

    async def _repair_and_retry(self) -> None:
        """Repair a billing code; its quotes are retried and cleared."""
        rows = await self._waiting_for(_BROKEN)
        await self._select(rows[0])
        await self._map(_REPAIR_WITH, "chooser.save_retry", len(rows))
        await self._hands.click("preview.yes")
        await self._cleared(rows)

    async def _survive_a_reset(self) -> None:
        """Survive a connection reset by automatic retry."""
        rows = await self._waiting_for(_UNMAPPED)
        await self._select(rows[0])
        await self._map(_MAP_TO, "chooser.save", len(rows))
        await self._hands.until(
            lambda: self._hands.text("detail.retry") == "Retry", "Retry to be offered after the mapping changed"
        )
        await self._practice.fault(system="autotask", method="POST", path="Quotes/query", kind="reset_before", times=1)
        await self._hands.click("detail.retry")
        await self._cleared(rows[:1])
        await self._practice.clear_faults()
        detail = await self._bench.issues.detail(rows[0].id)
        newest = detail.attempts[0].id if detail else 0
        exchanges = await self._bench.issues.exchanges(newest)
        broken = [each for each in exchanges if not each.status.isdigit()]
        self._require(len(broken) == 1, f"{len(broken)} requests were cut off, not one")
        self._shows(
            "cut off, then tried again", f"{broken[0].method} {broken[0].url.split('/V1.0/')[-1]}: {broken[0].status}"
        )

    async def _refuse_a_second_retry(self) -> None:
        """Retry a running quote a second time: "already synchronizing"."""
        row = (await self._waiting_for(_UNMAPPED))[0]
        await self._select(row)
        await self._practice.fault(system="autotask", kind="slow", arg=0.3, times=6)
        if self._window.issues:
            self._window.issues.table.setFocus()
        await self._hands.key(Qt.Key.Key_R)
        await self._hands.key(Qt.Key.Key_R)
        await self._hands.until(
            lambda: any("already synchronizing" in text for text in self._hands.toasts()), "“already synchronizing”"
        )
        self._shows("message", next(text for text in self._hands.toasts() if "already" in text))
        self._shows("badge", next(each.badge for each in (await self._page()).rows if each.id == row.id))
        await self._cleared([row])
        await self._practice.clear_faults()

    async def _dismiss_and_restore(self) -> None:
        """Dismiss one issue, and take it back."""
        row = (await self._page()).rows[0]
        before = (await self._page()).counts[IssueState.OPEN]
        await self._select(row)
        await self._hands.click("detail.dismiss")
        await self._hands.until(lambda: any("Dismissed" in text for text in self._hands.toasts()), "the dismissal")
        self._shows("message", next(text for text in self._hands.toasts() if "Dismissed" in text))
        page = await self._page()
        self._require(page.counts[IssueState.OPEN] == before - 1, "The dismissed issue is still counted as open")
        await self._hands.until(lambda: f"{before - 1}" in self._hands.text("issues.chip.open"), "the chip's count")
        await self._hands.click("toast.undo")
        await self._hands.until(lambda: f"{before}" in self._hands.text("issues.chip.open"), "the restored issue")
        self._shows("chip", self._hands.text("issues.chip.open"))

    async def _show_missing_items(self) -> None:
        """Show a quote that arrived with items missing as a warning that names them."""
        page = await self._page()
        row = next(
            (each for each in page.rows if "item" in each.cause_title.casefold() and each.severity == "warning"), None
        )
        if row is None:
            raise WalkError("No quote arrived with items missing")
        await self._select(row)
        held = await self._held(row.record.split()[0])
        self._require(len(held) == 1, "The quote that arrived in part is not in Autotask")
        for name in ("detail.message", "detail.why"):
            self._shows(name, self._hands.text(name))

    async def _clear_by_itself(self) -> None:
        """Clear an issue by itself when its record is seen in the PSA."""
        found = [
            row for row in (await self._page()).rows if f"Company **{row.company}** is inactive" in row.cause_title
        ]
        self._require(bool(found), "No quote waits for an inactive company")
        row = found[0]
        for company in await self._practice.rows("autotask/Companies"):
            if company["companyName"] == row.company:
                await self._practice.change(f"autotask/Companies/{company['id']}", isActive=True)
        await self._practice.vendor_sync(row.record.split()[0])
        self._shows("meanwhile", f"somebody made {row.company} active, and Salesbuildr itself wrote {row.record}")
        await self._hands.click("issues.refresh")
        await self._cleared([row])

    async def _connect_an_assist_site(self) -> None:
        """Connect a new site, which is in assist: it is checked and sends no write."""
        hands, described = self._hands, self._practice.described["sites"][0]
        await hands.click("rail.sites")
        await hands.click("sites.add")
        await hands.type("sites.name", "Contoso MSP")
        await hands.type("sites.field.quoting_url", described["salesbuildr"]["base_url"])
        await hands.type("sites.field.username", described["autotask"]["username"])
        await hands.type("sites.field.zone_url", described["autotask"]["zone_url"])
        await hands.type("sites.secret.api-key", described["salesbuildr"]["api_key"])
        await hands.type("sites.secret.autotask.secret", described["autotask"]["secret"])
        await hands.type("sites.secret.autotask.integration_code", described["autotask"]["integration_code"])
        await hands.click("sites.test")
        await hands.until(lambda: bool(hands.text("sites.test_result.2")), "the test of the connection")
        for place in range(3):
            self._shows("test", hands.text(f"sites.test_result.{place}"))
        self._require("accepted" in hands.text("sites.test_result.1"), "Autotask did not accept the practice user")
        await hands.click("sites.save")
        await hands.until(lambda: hands.seen("sites.role.push_off", QWidget) is not None, "the role of the new site")
        self._shows("role", hands.text("sites.role"))
        hands.shot("the new site is in assist")
        await self._practice.forget()
        await hands.click("rail.issues")
        await hands.click("issues.refresh")
        await hands.until(lambda: self._bench.runs.progress.running, "the refresh to begin")
        await hands.until(lambda: not self._bench.runs.progress.running, "the refresh to end")
        row = next((each for each in (await self._page()).rows if each.site_name == "Contoso MSP"), None)
        if row is None:
            raise WalkError("The new site shows no issue")
        await self._select(row)
        self._require(hands.text("detail.retry") == "Check again", "An assist site offers to write")
        await hands.click("detail.retry")
        await hands.until(lambda: not self._bench.runs.progress.running, "the check to end")
        writes = await self._practice.writes()
        self._shows("writes sent since", str(len(writes)))
        self._require(not writes, f"An assist site sent {writes}")

    async def _read_help(self) -> None:
        """Read in Help what is by design."""
        await self._hands.click("rail.help")
        topics = await self._hands.widget("help.topics", QListWidget)
        (item,) = [topics.item(row) for row in range(topics.count()) if "Autotask" in topics.item(row).text()]
        await self._hands.click_at(topics.viewport(), topics.visualItemRect(item).center())
        page = await self._hands.widget("help.autotask-opportunities", QWidget)
        words = [plain(label.text()) for label in page.findChildren(QLabel)]
        for text in words:
            self._shows("help", text)
        self._require(any("webhook" in text for text in words), "Help does not say why opportunities do not come back")
