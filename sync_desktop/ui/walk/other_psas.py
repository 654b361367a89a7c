"""The step at HaloPSA: a broken mapping is named, repaired by the chooser, and its quotes arrive."""

from dataclasses import dataclass

from sync_desktop.domain.words import Psa
from sync_desktop.ui.walk.steps import Steps
from sync_desktop.workbench.views import IssueRow

_BROKEN = "**Firewalls**"


@dataclass(frozen=True, slots=True)
class _Repair:
    """What is broken at a practice site, and what mends it."""

    psa: Psa
    says: str
    """Words of the message that the issue shows."""
    target: str
    """What is typed into the chooser."""


class OtherPsas(Steps):
    """Repairs a mapping by the chooser."""

    async def repair_halopsa(self) -> None:
        """At HaloPSA, name an asset group that is not for items, map to another one, and see the quotes arrive."""
        await self._repair(_Repair(Psa.HALOPSA, "is not used for items", "Hardware Networking"))

    async def _repair(self, repair: _Repair) -> None:
        rows = await self._rows(repair.psa, _BROKEN)
        alone = [row for row in rows if await self._causes(row) == 1]
        await self._select(alone[0])
        for name in ("detail.title", "detail.message", "detail.why", "detail.step1", "detail.retry"):
            self._shows(name, self._hands.text(name))
        self._require(repair.says in self._hands.text("detail.message"), f"The message is not “{repair.says}”")
        self._require(self._hands.text("detail.retry") == "Check again", "A retry is offered that cannot help yet")
        number = alone[0].record.split()[0]
        self._require(not await self._held(repair.psa, number), f"{number} is in {repair.psa.label} already")
        await self._map(repair.target, "chooser.save_retry", len(rows))
        await self._hands.click("preview.yes")
        await self._cleared(repair.psa, alone)
        for row in rows:
            if row not in alone:
                left = await self._causes(row)
                self._shows("still open", f"{row.record}, which another mapping keeps from arriving")
                self._require(left == 1, f"{row.record} has {left} causes left, not one")

    async def _causes(self, row: IssueRow) -> int:
        detail = await self._bench.issues.detail(row.id)
        return len(detail.causes) if detail else 0
