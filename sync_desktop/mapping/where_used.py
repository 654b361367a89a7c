"""What depends on a target of the PSA, or on a row that targets are made of: "category 41" finds all that have it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync_desktop.domain.mappings import MappingKind, Target, part_kind
from sync_desktop.mapping.standing import Entry, Standing
from sync_desktop.mapping.usage import Use
from sync_desktop.psa.connector import Connector
from sync_desktop.psa.whereabouts import EVERY_PART, Part


@dataclass(frozen=True, slots=True)
class Dependents:
    """The mappings that lead to something, and all that needs them."""

    what: str
    """The PSA's word for it."""
    target_id: str
    target: Target | None
    """It, as the last audit saw it; None where no audit has."""
    entries: Sequence[Entry]
    use: Use


def where_used(standing: Standing, connector: Connector, what: str, target_id: str) -> Dependents | None:
    """Return what depends on a target; None where the PSA knows no such word.

    `what` is a mapping kind, whose targets are then meant whole, or from their first part on; or the PSA's word for a
    row, such as "category" or "billing codes".
    """
    kind = next((each for each in standing.kinds if each.name == what), None)
    word = _word_of(connector, standing.kinds, what)
    if kind is None and word is None:
        return None
    found = [entry for entry in standing.all() if _leads_to(connector, entry, kind, word or "", target_id)]
    use = Use()
    for entry in found:
        use.add(entry.use)
    target = _seen(standing, connector, kind, word or "", target_id)
    return Dependents(word or (kind.target_label if kind else what), target_id, target, found, use)


def words(connector: Connector, kinds: Iterable[MappingKind]) -> tuple[str, ...]:
    """Return the PSA's words for the rows that mappings lead to."""
    return tuple(dict.fromkeys(part.what for kind in kinds for part in _parts(connector, kind)))


def _parts(connector: Connector, kind: MappingKind) -> tuple[Part, ...]:
    return connector.inquiries.parts(kind.name, EVERY_PART)


def _word_of(connector: Connector, kinds: Iterable[MappingKind], what: str) -> str | None:
    """Return which of the PSA's words is meant, in whatever number and spelling."""
    known = {_plain(word): word for word in words(connector, kinds)}
    return known.get(_plain(what))


def _plain(word: str) -> str:
    """Return a word in one spelling: "Product-Types" and "product type" are the same."""
    plain = re.sub(r"[\W_]+", " ", word).strip().casefold()
    return f"{plain[:-3]}y" if plain.endswith("ies") else plain.removesuffix("s")


def _leads_to(connector: Connector, entry: Entry, kind: MappingKind | None, word: str, target_id: str) -> bool:
    if entry.mapping is None:
        return False
    leads_to = entry.mapping.target_id
    if kind is not None:
        return entry.kind is kind and (leads_to == target_id or leads_to.startswith(f"{target_id}/"))
    parts = connector.inquiries.parts(entry.kind.name, leads_to)
    return any(part.what == word and part.id == target_id for part in parts)


def _seen(
    standing: Standing, connector: Connector, kind: MappingKind | None, word: str, target_id: str
) -> Target | None:
    """Return a target or row as the last audit saw it."""
    if kind is not None:
        return standing.targets.get(kind.name, {}).get(target_id)
    for each in standing.kinds:
        parts = _parts(connector, each)
        if word in [part.what for part in parts]:
            kept_under = each.name if len(parts) == 1 else part_kind(each.name, word)
            if found := standing.targets.get(kept_under, {}).get(target_id):
                return found
    return None
