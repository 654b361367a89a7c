"""The walk itself: from the failed quotes to the cleared ones."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListWidget, QWidget

from sync_desktop.domain.words import IssueState, Psa
from sync_desktop.ui.main_window import MainWindow
from sync_desktop.ui.walk.guide import Guide
from sync_desktop.ui.walk.hands import Hands, WalkError, plain
from sync_desktop.ui.walk.other_psas import OtherPsas
from sync_desktop.ui.walk.pasted import Pasted
from sync_desktop.ui.walk.practice import Practice
from sync_desktop.ui.walk.steps import Say, Steps
from sync_desktop.workbench.ports import Workbench
from sync_desktop.workbench.views import IssueRow

FirstRun = Callable[[], Awaitable[None]]

_BROKEN, _REPAIR_WITH = "**Firewalls**", "Security appliances"
_UNMAPPED, _MAP_TO = "**Cloud backup**", "Backup licences"
_GROUPS = 12
"""Causes that are printed; there are more in three sites than anybody reads."""
_LIVE = "Contoso MSP"


class Story(Steps):
    """One walk through all steps; it fails where the window and the servers disagree."""

    def __init__(
        self,
        window: MainWindow,
        bench: Workbench,
        practice: Practice,
        first_run: FirstRun,
        say: Say,
        shots: Path | None,
    ) -> None:
        super().__init__(window, bench, practice, say, Hands(window, shots))
        self._others = OtherPsas(window, bench, practice, say, self._hands)
        self._guide = Guide(window, bench, practice, say, self._hands)
        self._pasted = Pasted(window, bench, practice, say, self._hands)
        self._first_run = first_run
        window.resize(1440, 900)
        self._step = 0

    async def walk(self) -> int:
        """Take all steps; 0 if all held, else 1."""
        steps = (
            self._connect_an_assist_site,
            self._synchronise,
            self._list_by_cause,
            self._explain,
            self._repair_and_retry,
            self._survive_a_reset,
            self._refuse_a_second_retry,
            self._dismiss_and_restore,
            self._show_missing_items,
            self._guide.audit,
            self._guide.repair,
            self._guide.mend_the_copy,
            self._others.repair_halopsa,
            self._pasted.paste_the_issues_page,
            self._clear_what_others_wrote,
            self._check_without_a_write,
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

    async def _synchronise(self) -> None:
        """Read Salesbuildr over HTTP, write into Autotask and check against the other PSAs over HTTP."""
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
        for group in page.groups[:_GROUPS]:
            self._shows(group.badge, f"{group.title.replace('**', '')} · {group.subtitle}")
        self._shows("further causes", str(len(page.groups) - _GROUPS))

    async def _explain(self) -> None:
        """Read in the detail what went wrong, why, and what to do."""
        row = (await self._rows(Psa.AUTOTASK, _BROKEN))[0]
        await self._select(row)
        for name in ("detail.title", "detail.message", "detail.why", "detail.step1", "detail.retry", "detail.hint"):
            self._shows(name, self._hands.text(name))
        self._require("BillingCode does not exist or is invalid" in self._hands.text("detail.message"), "Another text")
        self._require(self._hands.text("detail.retry") == "Check again", "A retry is offered that cannot help yet")
        self._require(not await self._held(Psa.AUTOTASK, row.record.split()[0]), "The quote is in Autotask already")

    async def _repair_and_retry(self) -> None:
        """Repair a billing code; its quotes are retried and cleared."""
        rows = await self._rows(Psa.AUTOTASK, _BROKEN)
        await self._select(rows[0])
        await self._map(_REPAIR_WITH, "chooser.save_retry", len(rows))
        await self._hands.click("preview.yes")
        await self._cleared(Psa.AUTOTASK, rows)

    async def _survive_a_reset(self) -> None:
        """Survive a connection reset by automatic retry."""
        rows = await self._rows(Psa.AUTOTASK, _UNMAPPED)
        await self._select(rows[0])
        await self._map(_MAP_TO, "chooser.save", len(rows))
        await self._hands.until(
            lambda: self._hands.text("detail.retry") == "Retry", "Retry to be offered after the mapping changed"
        )
        await self._practice.fault(system="autotask", method="POST", path="Quotes/query", kind="reset_before", times=1)
        await self._hands.click("detail.retry")
        await self._cleared(Psa.AUTOTASK, rows[:1])
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
        row = (await self._rows(Psa.AUTOTASK, _UNMAPPED))[0]
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
        await self._cleared(Psa.AUTOTASK, [row])
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
            (each for each in page.rows if "items did not" in each.cause_title and each.severity == "warning"), None
        )
        if row is None:
            raise WalkError("No quote arrived with items missing")
        await self._select(row)
        held = await self._held(Psa.AUTOTASK, row.record.split()[0])
        self._require(len(held) == 1, "The quote that arrived in part is not in Autotask")
        for name in ("detail.message", "detail.why"):
            self._shows(name, self._hands.text(name))

    async def _connect_an_assist_site(self) -> None:
        """Connect a new site of one of the three PSAs; it is in assist, which only reads."""
        hands, described = self._hands, self._practice.described["sites"][0]
        await hands.click("rail.sites")
        await hands.click("sites.add")
        for psa in reversed(Psa):
            await self._choose(psa)
        await hands.type("sites.name", _LIVE)
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
        await hands.click("rail.issues")

    async def _choose(self, psa: Psa) -> None:
        """Choose the PSA of a new site, and wait for its form."""
        await self._hands.click(f"sites.psa.{psa}")
        await self._hands.until(lambda: self._hands.text("sites.pair").endswith(psa.label), f"the form of {psa.label}")
        self._shows("form", self._hands.text("sites.pair"))

    async def _clear_what_others_wrote(self) -> None:
        """Clear an issue whose record is seen in the PSA, whoever wrote it."""
        row = await self._mend_elsewhere()
        await self._select(row)
        await self._hands.click("detail.retry")
        await self._cleared(Psa.AUTOTASK, [row])

    async def _check_without_a_write(self) -> None:
        """Check a record of the assist site, which sends no write."""
        row = next((each for each in (await self._page()).rows if each.site_name == _LIVE), None)
        if row is None:
            raise WalkError("The new site shows no issue")
        await self._practice.forget()
        await self._select(row)
        self._require(self._hands.text("detail.retry") == "Check again", "An assist site offers to write")
        await self._hands.click("detail.retry")
        await self._hands.until(lambda: self._bench.runs.progress.running, "the check to begin")
        await self._hands.until(lambda: not self._bench.runs.progress.running, "the check to end")
        asked = len(await self._practice.requests())
        writes = await self._practice.writes()
        self._shows("sent since", f"{asked} requests, {len(writes)} writes")
        self._require(asked > 0, "Nothing was checked")
        self._require(not writes, f"An assist site sent {writes}")

    async def _mend_elsewhere(self) -> IssueRow:
        """Let others mend what an issue waits for, and Salesbuildr's own integration write its quote."""
        row = (await self._rows(Psa.AUTOTASK, "** is inactive"))[0]
        for company in await self._practice.rows("autotask/Companies"):
            if company["companyName"] == row.company:
                await self._practice.change(f"autotask/Companies/{company['id']}", isActive=True)
        await self._practice.vendor_sync(row.record.split()[0])
        self._shows("meanwhile", f"somebody made {row.company} active, and Salesbuildr itself wrote {row.record}")
        return row

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
