"""What ConnectWise tells of one row by its id: 200 with a flag, 404 for what is deleted or hidden, 403 for neither."""

import re
from collections.abc import Mapping, Sequence

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.mappings import Target
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.connectwise.categories import PARTS, SUBCATEGORIES, parts_of, whole
from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.dialect import inactive_facts
from sync_desktop.psa.connectwise.kinds import (
    BUSINESS_UNIT,
    COMPANY_STATUS,
    KINDS,
    LOCATION,
    PRODUCT_CATEGORY,
    TAX_CODE,
)
from sync_desktop.psa.connectwise.known import Known
from sync_desktop.psa.connectwise.paths import INFO, flatten
from sync_desktop.psa.connectwise.rows import CATALOG, is_active, text
from sync_desktop.psa.connectwise.targets import Targets
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, STAGE, STATUS
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

_SORTS = tuple(what for _, what in PARTS)
_PATHS = {what: path for path, what in PARTS}
_FIELDS = {"subcategory": "subcategory", "product type": "type"}
"""By what a catalog item refers to each."""
_WORDS = {kind.name: kind.target_label for kind in KINDS}
_ABOUT_CATALOG = re.compile(r"catalog ?item", re.IGNORECASE)
_SAID = {
    "member": OWNER,
    "opportunity status": STATUS,
    "opportunity stage": STAGE,
    "sales stage": STAGE,
    "opportunity type": CATEGORY,
    "company type": COMPANY_TYPE,
    "company status": COMPANY_STATUS,
    "billing terms": PAYMENT_TERM,
    "billing term": PAYMENT_TERM,
    "tax code": TAX_CODE,
    "location": LOCATION,
    "department": BUSINESS_UNIT,
}
"""What texts may call the row of a kind of which each target is one row."""
_OF_ONE_ROW = re.compile(
    rf"\b(?P<inactive>\d+) is an inactive (?P<what>{'|'.join(_SAID)})\b"
    rf"|\b(?P<lost>{'|'.join(_SAID)}) (?P<missing>\d+) not found\b(?! for )",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(r"\b(?P<what>Subcategory|Category|Product Type) (?P<id>\d+) not found", re.IGNORECASE)


class ConnectWiseInquiries:
    """Asks one tenant; `read` reads the rows of records."""

    def __init__(self, client: ConnectWiseClient, targets: Targets, read: ReadRows) -> None:
        self._client = client
        self._targets = targets
        self._read = read

    def suspect(self, failure: Failure) -> Suspect | None:
        """Return what mappings lead to that a text calls inactive or not found."""
        if found := _OF_ONE_ROW.search(failure.message):
            return Suspect((_SAID[(found["what"] or found["lost"]).casefold()],), found["inactive"] or found["missing"])
        told = inactive_facts(failure.message)
        if told:
            what = told.get("inactive_what", "")
            sort = "product type" if what == "type" else what
            if sort in _SORTS or (not sort and _ABOUT_CATALOG.search(failure.message)):
                # Which one it is stands in no text for sure, so that all three are asked.
                return Suspect((PRODUCT_CATEGORY,), told["inactive_id"], _SORTS)
        if found := _NOT_FOUND.search(failure.message):
            return Suspect((PRODUCT_CATEGORY,), found["id"], (found["what"].casefold(),))
        return None

    def parts(self, kind: str, target_id: str) -> tuple[Part, ...]:
        """Return category, subcategory and type of a product's category; of another kind the one row."""
        if kind != PRODUCT_CATEGORY:
            return (Part(_WORDS[kind], target_id, kind),)
        return tuple(Part(what, each) for what, each in zip(_SORTS, parts_of(target_id), strict=True))

    async def ask(self, part: Part, once: ReadOnce | None = None) -> Whereabouts:
        """Ask for a row by its id, which shows inactive ones too; no list is read for that."""
        del once
        if part.kind:
            return of_target(part, await self._targets.one(part.kind, part.id))
        row = await self._client.one(_PATHS[part.what], part.id, label=f"Ask whether {part.id} is a {part.what}")
        if row is None:
            return await self._lost(part)
        where = Where.ACTIVE if is_active(row) else Where.INACTIVE
        return Whereabouts(part, where, text(row, "name"), _changed(row) if where is Where.INACTIVE else "", row=row)

    async def _lost(self, part: Part) -> Whereabouts:
        """Tell what a row was called that is not shown any more, where something that refers to it still says so.

        That does not tell deleted from hidden: some tenants blank the names of what the API member may not see, and
        nothing is known for sure of references to deleted rows.
        """
        path, field = (SUBCATEGORIES, "category") if part.what == "category" else (CATALOG, _FIELDS[part.what])
        label = f"Look what refers to {part.what} {part.id}"
        try:
            row = await self._client.first(path, f"{field}/id={part.id}", label=label)
        except SyncError:
            row = None  # the name is all that is missed
        return Whereabouts(part, Where.GONE, text(flatten(row or {}), f"{field}/name"))

    def judged(self, kind: str, target_id: str, answers: Sequence[Whereabouts]) -> Target | None:
        """Put the answers about category, subcategory and type together, in the words of a check."""
        if kind != PRODUCT_CATEGORY:
            (answer,) = answers
            if answer.where is Where.UNKNOWN:
                return unasked(answer.part)
            return answer.target
        by_sort = {answer.part.what: answer for answer in answers}
        return whole(target_id, [_known(what, by_sort.get(what)) for what in _SORTS])

    async def record(self, entity: str, row_id: str, what: str) -> Whereabouts:
        """Ask for the row of a record; companies in the recycle bin are still shown."""
        found = await self._read(entity, [row_id])
        return whereabouts_of(found.get(row_id), Part(what, row_id))


def _known(what: str, answer: Whereabouts | None) -> Known:
    """Return what an answer says of the row of one sort, which a partial target may lack."""
    if answer is None:
        return Known(what, {})
    row_id = answer.part.id
    if answer.where is Where.UNKNOWN:
        return Known(what, {}, {row_id: Failure(kind=FailureKind.SERVER, message=answer.detail or "no answer")})
    return Known(what, {row_id: dict(answer.row)} if answer.row else {}, {} if answer.row else {row_id: None})


def _changed(row: Mapping[str, object]) -> str:
    """Return when a row was last changed, which is at the earliest when it became what it is; empty if not told."""
    info = row.get(INFO)
    at = str(info.get("lastUpdated") or "") if isinstance(info, Mapping) else ""
    return f"last changed on {at[:10]}" if at else ""
