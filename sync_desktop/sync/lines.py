"""Pairs the lines that a quote should have with those that the PSA has, as multisets: two equal lines stay two."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sync_desktop.domain.names import names_agree
from sync_desktop.psa.connector import Draft, Seen

SameLine = Callable[[Draft, Seen], bool]


@dataclass(frozen=True, slots=True)
class LinePairs:
    """The result of pairing."""

    linked: tuple[tuple[Draft, Seen], ...]
    """Pairs that a stored link made, whatever their values are."""
    matched: tuple[tuple[Draft, Seen], ...]
    """Pairs found here by equal values."""
    missing: tuple[Draft, ...]
    """Lines that the PSA does not have and that were never there."""
    gone: tuple[Draft, ...]
    """Lines that were there by a link, and are not any more."""
    foreign: tuple[Seen, ...]
    """Lines of the PSA that nothing here stands for."""

    @property
    def pairs(self) -> tuple[tuple[Draft, Seen], ...]:
        """Return all pairs."""
        return (*self.linked, *self.matched)


def pair(drafts: Sequence[Draft], there: Sequence[Seen], links: Mapping[str, str], same: SameLine) -> LinePairs:
    """Pair drafts with rows. `links` is the external id by part of the lines that are linked already."""
    rows = {row.id: row for row in there}
    linked: list[tuple[Draft, Seen]] = []
    gone: list[Draft] = []
    open_drafts: list[Draft] = []
    for draft in drafts:
        external_id = links.get(draft.part)
        if external_id is None:
            open_drafts.append(draft)
        elif external_id in rows:
            linked.append((draft, rows.pop(external_id)))
        else:
            gone.append(draft)
    matched: list[tuple[Draft, Seen]] = []
    missing: list[Draft] = []
    for draft in open_drafts:
        alike = [row for row in rows.values() if same(draft, row)]
        named = [row for row in alike if names_agree(draft.name, row.name)]
        if alike:
            matched.append((draft, rows.pop((named or alike)[0].id)))
        else:
            missing.append(draft)
    return LinePairs(tuple(linked), tuple(matched), tuple(missing), tuple(gone), tuple(rows.values()))
