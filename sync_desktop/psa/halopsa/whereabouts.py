"""What HaloPSA tells of one row by its id; an answer without one says the same of deleted and of hidden rows."""

import re
from collections.abc import Sequence

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Target
from sync_desktop.psa.halopsa.asset_groups import GROUP, PATHS, TYPE, Shown, joined, parts_of
from sync_desktop.psa.halopsa.client import HaloClient, Row
from sync_desktop.psa.halopsa.kinds import KINDS, PRODUCT_GROUP, PRODUCT_TYPE
from sync_desktop.psa.halopsa.rows import text
from sync_desktop.psa.halopsa.targets import Targets
from sync_desktop.psa.listing import ReadOnce
from sync_desktop.psa.whereabouts import (
    Part,
    ReadRows,
    Suspect,
    Where,
    Whereabouts,
    of_target,
    unasked,
    whereabouts_of,
)

_WORDS = {kind.name: kind.target_label for kind in KINDS}
_ACCUSED = re.compile(r"\bAsset ?(?P<what>Group|Type)\b(?: (?P<id>\d+))?", re.IGNORECASE)
_REFUSED = re.compile(r"not found|does not exist|invalid|inactive|not (used|available) for items", re.IGNORECASE)


class HaloInquiries:
    """Asks one instance; `read` reads the rows of records."""

    def __init__(self, client: HaloClient, targets: Targets, read: ReadRows) -> None:
        self._client = client
        self._targets = targets
        self._read = read

    def suspect(self, failure: Failure) -> Suspect | None:
        """Return the asset group or type that a text calls missing or of no use."""
        found = _ACCUSED.search(failure.message)
        if found is None or not _REFUSED.search(failure.message):
            return None
        return Suspect((PRODUCT_GROUP, PRODUCT_TYPE), found["id"] or "", (f"asset {found['what'].casefold()}",))

    def parts(self, kind: str, target_id: str) -> tuple[Part, ...]:
        """Return asset group and asset type of a product's category; of another kind the one row."""
        if kind != PRODUCT_GROUP:
            return (Part(_WORDS[kind], target_id, kind),)
        group, asset_type = parts_of(target_id)
        return (Part(GROUP, group), Part(TYPE, asset_type)) if asset_type else (Part(GROUP, group),)

    async def ask(self, part: Part, once: ReadOnce | None = None) -> Whereabouts:
        """Ask for a row by its id; values of lookups have no row of their own, so that their list is read."""
        if part.kind:
            targets = await self._targets.of_kind(part.kind, [part.id], once)
            return of_target(part, next((each for each in targets if each.id == part.id), None))
        row = await self._client.one(PATHS[part.what], part.id, label=f"Ask for {part.what} {part.id}")
        if row is None:
            return Whereabouts(part, Where.GONE)
        detail = "not used for items" if part.what == GROUP and not row.get("showasitem") else ""
        return Whereabouts(part, Where.ACTIVE, text(row, "name"), detail, row=row)

    def judged(self, kind: str, target_id: str, answers: Sequence[Whereabouts]) -> Target | None:
        """Put the answers about asset group and type together, in the words of a check."""
        if kind != PRODUCT_GROUP:
            (answer,) = answers
            return unasked(answer.part) if answer.where is Where.UNKNOWN else answer.target
        if all(answer.where is Where.GONE for answer in answers):
            return None
        group, asset_type = parts_of(target_id)
        types = _known(answers[-1], group) if asset_type else {}
        return joined(group, asset_type, Shown(_known(answers[0], group), types))

    async def record(self, entity: str, row_id: str, what: str) -> Whereabouts:
        """Ask for the row of a record, inactive ones included."""
        found = await self._read(entity, [row_id])
        return whereabouts_of(found.get(row_id), Part(what, row_id))


def _known(answer: Whereabouts, group: str) -> dict[str, Row]:
    """Return the row by its id; a row that cannot be told of passes as one in use, where it is thought to be."""
    if answer.where is Where.UNKNOWN:
        return {answer.part.id: {"name": f"#{answer.part.id}", "assetgroup_id": group}}
    return {answer.part.id: dict(answer.row)} if answer.row else {}
