"""The step with Salesbuildr's own Issues page, which its API does not show: it is pasted."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from sync_desktop.domain.words import Psa
from sync_desktop.ui.walk.steps import Steps
from sync_desktop.workbench.views import IssueRow

_PSA = Psa.HALOPSA
"""The paste box proposes the first site, which is this one's."""
_QUOTES = 3
_SAYS = "Rate Limit Reached - 300 Requests per rolling 5 minute window"
_NO_FAILURE = "User,dana@adventureworks.example,,User was not automatically linked"


class Pasted(Steps):
    """Pastes a page that is older than what the PSA holds."""

    async def paste_the_issues_page(self) -> None:
        """Paste Salesbuildr's Issues page: it is explained and kept, and what has arrived meanwhile clears."""
        numbers = (await self._arrived())[:_QUOTES]
        lines = [f"Quote,{number},,{_SAYS}" for number in numbers]
        await self._paste("\n".join(["Entity,Name,Company,Error", *lines, _NO_FAILURE]))
        self._shows("paste.summary", self._hands.text("paste.summary"))
        self._shows("button", self._hands.text("paste.import"))
        self._require(str(_QUOTES) in self._hands.text("paste.import"), "Not every quote can be imported")
        self._hands.shot("a pasted Issues page")
        await self._hands.click("paste.import")
        await self._hands.until(lambda: any("kept" in text for text in self._hands.toasts()), "the lines to be kept")
        self._shows("message", next(text for text in self._hands.toasts() if "kept" in text))
        row = await self._listed(numbers[0])
        await self._select(row)
        self._shows("detail.message", self._hands.text("detail.message"))
        await self._hands.click("detail.retry")
        await self._cleared(_PSA, [row])

    async def _arrived(self) -> list[str]:
        """Return the numbers of quotes that the PSA has, and that no issue is about."""
        page = await self._page(None)
        known = {row.record.split()[0] for row in page.rows}
        held = [str(each.get("third_party_number") or "") for each in await self._practice.rows("halopsa/Quotation")]
        return [number for number in held if number and number not in known]

    async def _paste(self, text: str) -> None:
        await self._hands.click("issues.paste")
        await self._hands.click("paste.text")
        QGuiApplication.clipboard().setText(text)
        await self._hands.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        await self._hands.until(lambda: "causes" in self._hands.text("paste.summary"), "the pasted lines to be read")

    async def _listed(self, number: str) -> IssueRow:
        page = await self._page()
        found = [row for row in page.rows if row.record.startswith(number)]
        self._require(len(found) == 1, f"{len(found)} issues are about {number}")
        return found[0]
