"""Whether a row that Salesbuildr names was written by Salesbuildr: what the PSA tells, and what is only inferred."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from sync_desktop.domain.words import LinkOrigin
from sync_desktop.psa.connector import Seen
from sync_desktop.storage import activity, links

_CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the PSA's clock may be from this one's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a row can prove anything about Salesbuildr, and the sentence that says why or why not."""

    proves: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Authors:
    """Who wrote the rows whose origin is known: `theirs` Salesbuildr had linked before, `ours` this program created."""

    psa: str
    """What the PSA is called."""
    theirs: Counter[str]
    ours: frozenset[str]

    @classmethod
    def of(cls, psa: str, theirs: Iterable[Seen], ours: Iterable[Seen]) -> "Authors":
        """Count who wrote these rows, as far as the PSA tells."""
        return cls(
            psa,
            Counter(seen.entered.by for seen in theirs if seen.entered.by),
            frozenset(seen.entered.by for seen in ours if seen.entered.by),
        )

    def judge(self, seen: Seen, since: datetime) -> Verdict:
        """Judge a row that Salesbuildr did not name at a time, and names now; this program did not write it."""
        by, at = seen.entered.by, seen.entered.at
        when = f" on {day(at)}" if at else ""
        if at is not None and at < since - _CLOCKS_DIFFER:
            return Verdict(proves=False, sentence=f"{self.psa} says that it was entered{when}, before the repair.")
        if not by:
            tells = (
                f"{self.psa} says that it was entered{when}, not by whom" if at else f"{self.psa} does not say who did"
            )
            return Verdict(proves=True, sentence=f"{tells}: that Salesbuildr did is inferred from its naming it.")
        said = f"{self.psa} says that {by} entered it{when}"
        return self._compared(by, said)

    def _compared(self, by: str, said: str) -> Verdict:
        """Judge by who wrote the other rows: people make products too, and Salesbuildr links some of those."""
        known, same, most = self.theirs.total(), self.theirs[by], max(self.theirs.values(), default=0)
        others = f"{known:,} products that Salesbuildr had linked before"
        if by in self.ours and not same:
            return Verdict(proves=False, sentence=f"{said}, as whom this program writes.")
        if not known:
            inferred = f"Whether Salesbuildr writes as {by} is not known; that it did is inferred from its naming it."
            return Verdict(proves=True, sentence=f"{said}. {inferred}")
        alone = list(self.theirs.values()).count(most) == 1
        if same < most or not alone:
            count = f"only {same:,}" if same else "none"
            return Verdict(proves=False, sentence=f"{said}, and {count} of the {others}: a person may have made it.")
        also = ", and this program writes as the same, but has not written this" if by in self.ours else ""
        return Verdict(proves=True, sentence=f"{said}, as {same:,} of the {others}{also}.")


def is_ours(conn: Connection, site_id: str, entity: str, external_id: str) -> bool:
    """Say whether this program has written a row, for whatever record: its activity says so, or a link of its own."""
    if activity.wrote_row(conn, site_id, entity, external_id):
        return True
    linked = links.by_external(conn, site_id, entity, external_id)
    return any(link.origin is LinkOrigin.CREATED for link in linked)


def day(at: datetime) -> str:
    """Return a moment as evidence names it, in the machine's own time zone."""
    return f"{at.astimezone():%d %b %H:%M}"
