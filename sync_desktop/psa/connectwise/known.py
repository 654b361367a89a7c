"""What is known of the rows of one list of ConnectWise: as it was listed, and as single rows were asked for besides.

Some tenants' lists leave out what is inactive. By its id, ConnectWise answers 200 with a flag for what is there, 404
for what was deleted and for what is hidden from the API member alike, and 403 for what its role may not see at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.words import MappingState
from sync_desktop.psa.connectwise.client import ConnectWiseClient
from sync_desktop.psa.connectwise.paths import Row
from sync_desktop.psa.connectwise.rows import is_active, text
from sync_desktop.psa.listing import ReadOnce, no_values, unlearnt


@dataclass(frozen=True, slots=True)
class Rows:
    """One list: where it is, for which mapping kind it is read, and the words for one row and for many."""

    kind: str
    path: str
    what: str
    many: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one row, in the words in which ConnectWise itself would say it."""

    state: MappingState
    why: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The rows of one sort; `what` is the word for one of them."""

    what: str
    rows: Mapping[str, Row]
    asked: Mapping[str, Failure | None] = field(default_factory=dict)
    """Those that were asked for by id and came back without a row: why not, None where ConnectWise shows nothing."""

    def name(self, row_id: str) -> str:
        """Return what a row is called; its number where that is not known."""
        return text(self.rows.get(row_id, {}), "name") or f"#{row_id}"

    def found(self, row_id: str) -> Finding:
        """Return what is known of a row; what nobody has asked for is not known to be anything."""
        row = self.rows.get(row_id)
        if row is not None:
            if is_active(row):
                return Finding(MappingState.VALID)
            return Finding(MappingState.INACTIVE, f"{row_id} is an inactive {self.what}")
        if row_id not in self.asked:
            why = f"{self.what} {row_id} is not in ConnectWise's list: inactive, or hidden from this API member"
            return Finding(MappingState.UNKNOWN, why)
        return without_row(self.what, row_id, self.asked[row_id])


def without_row(what: str, row_id: str, answer: Failure | None) -> Finding:
    """Return what it means that a question about a row came back without one; what is gone in ConnectWise's words."""
    if answer is None:
        return Finding(MappingState.GONE, f"{what[:1].upper()}{what[1:]} {row_id} not found")
    state = unlearnt(answer)
    refused = f"this API member may not read {what} {row_id}"
    why = refused if state is MappingState.NOT_PERMITTED else f"ConnectWise did not tell of {what} {row_id}"
    return Finding(state, f"{why}: {answer.message}")


async def read_known(client: ConnectWiseClient, once: ReadOnce, of: Rows, wanted: Iterable[str]) -> Known:
    """Read a list, and by their ids those wanted rows that it does not show; what is no number is the id of none.

    Raises `SyncError` where the list is refused, and where it is empty although mappings lead to it: some roles are
    shown nothing instead of being refused.
    """
    listed = await once.of(of.path, lambda: client.everything(of.path, label=f"Read {of.many}"))
    rows = {text(row, "id"): row for row in listed}
    asked: dict[str, Failure | None] = {}
    for row_id in dict.fromkeys(each for each in wanted if each.isdigit() and each not in rows):
        answer = await _ask(client, once, of, row_id)
        if isinstance(answer, dict):
            rows[row_id] = answer
            continue
        if not rows:
            raise no_values("ConnectWise", of.kind, of.many)
        asked[row_id] = answer
    return Known(of.what, rows, asked)


async def _ask(client: ConnectWiseClient, once: ReadOnce, of: Rows, row_id: str) -> Row | Failure | None:
    label = f"Ask for {of.what} {row_id}"
    return await once.asked(f"{of.path}/{row_id}", lambda: client.one(of.path, row_id, label=label))
