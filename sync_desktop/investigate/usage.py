"""Which categories lead to a row of the PSA by what their linked products have there.

Salesbuildr does not show to what it maps a category; where no mapping is known here, its products tell.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sync_desktop.domain.failures import SyncError
from sync_desktop.investigate.asking import Asking
from sync_desktop.mapping.discover import tallied
from sync_desktop.psa.whereabouts import Suspect
from sync_desktop.sync.site_run import SiteRun

_MOST = 40
"""Linked products that are looked at for one record."""


@dataclass(frozen=True, slots=True)
class Led:
    """A category of which linked products have a target in the PSA that a text accuses."""

    kind: str
    source_id: str
    source_name: str
    target_id: str
    products: int
    """How many of those that were looked at."""
    example: str


class Usage:
    """Reads linked products of one site, as far as there is room for such calls."""

    def __init__(self, run: SiteRun, asking: Asking) -> None:
        self._run = run
        self._asking = asking

    async def leading_to(self, suspect: Suspect, categories: Collection[str]) -> list[Led]:
        """Return which of these categories lead to what a text accuses; none where it cannot be read."""
        if not suspect.row_id or not categories or not self._asking.may_ask:
            return []
        try:
            tally = await tallied(self._run, lambda product, _link: product.category.id in categories, most=_MOST)
        except SyncError:
            return []
        found: list[Led] = []
        for (kind, source_id), votes in tally.counted.items():
            for target_id, count in votes.items():
                if kind in suspect.kinds and self._is_in(suspect, kind, target_id):
                    example = tally.examples[(kind, source_id), target_id]
                    found.append(Led(kind, source_id, tally.names.get(source_id, ""), target_id, count, example))
        return found

    def _is_in(self, suspect: Suspect, kind: str, target_id: str) -> bool:
        parts = self._run.connector.inquiries.parts(kind, target_id)
        return any(suspect.may_be(part) for part in parts)
