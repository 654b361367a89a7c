"""Mappings that only error texts tell of: "41 is an inactive", and the one category that all who failed with it share.

Salesbuildr's API does not show what it maps a category to. Where the quotes that a text names have one category in
common, and nothing else explains the number, that category leads there. Where it could be another one, nothing is said.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.records import AnyRecord, Quote, RecordRef
from sync_desktop.domain.words import IssueState, MappingOrigin, RecordKind
from sync_desktop.mapping.needs import Needs, Source
from sync_desktop.psa.connector import Connector
from sync_desktop.psa.whereabouts import EVERY_PART, Inquiries, Part, Suspect, Where, Whereabouts
from sync_desktop.storage import issues, links, mappings, records
from sync_desktop.storage.issue_query import IssueQuery

_ALL = 1_000_000
_TOLD = (IssueState.OPEN, IssueState.DISMISSED, IssueState.UNLISTED)
_KNOWS_BETTER = (MappingOrigin.SALESBUILDR, MappingOrigin.PRODUCTS)
"""Origins that say where Salesbuildr itself leads a source; what a person set here says nothing about that."""
_MOST = 20
"""Numbers that are looked into in one audit at most."""

_Told = tuple[str, tuple[str, ...]]
"""The number that a text accuses, and what the row may be."""


@dataclass(slots=True)
class Clue:
    """A number that texts accuse, and the only source that can lead to it."""

    row_id: str
    sorts: tuple[str, ...]
    """What the row may be, where the texts do not say which."""
    kind: str
    source_id: str
    source_name: str


@dataclass(slots=True)
class _Accused:
    """What is known of one number."""

    kinds: set[str] = field(default_factory=set)
    needs: list[set[Source]] = field(default_factory=list)
    """What each record that failed with it needs."""


def clues(conn: Connection, site_id: str, connector: Connector) -> list[Clue]:
    """Return what the texts of issues tell that nothing else does; asks nobody."""
    return _Reading(conn, site_id, connector).clues()


async def recovered(connector: Connector, clue: Clue) -> ValueMapping | None:
    """Ask what a clue's number is, and return the mapping; None where that is not clear. Raises `SyncError`."""
    places = connector.inquiries.parts(clue.kind, EVERY_PART)
    asked = [Part(sort, clue.row_id) for sort in clue.sorts] or [Part(places[0].what, clue.row_id, places[0].kind)]
    is_it = _which([await connector.inquiries.ask(part) for part in asked])
    if is_it is None:
        return None
    place = [part.what for part in places].index(is_it.part.what)
    return ValueMapping(
        kind=clue.kind,
        source_id=clue.source_id,
        source_name=clue.source_name,
        target_id=f"{'/' * place}{clue.row_id}",
        target_name=is_it.name,
        origin=MappingOrigin.ERROR_TEXT,
    )


def _which(answers: Sequence[Whereabouts]) -> Whereabouts | None:
    """Return the row that a text means: the only inactive one, else the only one of which anything is known."""
    told = [each for each in answers if each.where is not Where.UNKNOWN]
    inactive = [each for each in told if each.where is Where.INACTIVE]
    there = [each for each in told if each.name or not each.where.is_lost]
    for found in (inactive, there, told):
        if found:
            return found[0] if len(found) == 1 else None
    return None


class _Reading:
    """Reads the issues of a site for numbers that they accuse."""

    def __init__(self, conn: Connection, site_id: str, connector: Connector) -> None:
        self._conn = conn
        self._site_id = site_id
        self._inquiries: Inquiries = connector.inquiries
        self._needs = Needs(connector.mapping_kinds, connector.entity_of)
        self._records: dict[RecordRef, AnyRecord | None] = {}

    def clues(self) -> list[Clue]:
        accused = self._accused()
        if not accused:
            return []
        found = []
        for (row_id, sorts), each in list(accused.items())[:_MOST]:
            shared = set.intersection(*each.needs)
            of_kinds = sorted(source for source in shared if source[0] in each.kinds)
            source = self._only(of_kinds, row_id)
            if source is not None:
                found.append(Clue(row_id, sorts, *source, self._needs.names.get(source, "")))
        return found

    def _accused(self) -> dict[_Told, _Accused]:
        """Return what each number that a text accuses has kept from arriving."""
        found: dict[_Told, _Accused] = defaultdict(_Accused)
        for state in _TOLD:
            for issue in issues.find(self._conn, IssueQuery(site_id=self._site_id, state=state, limit=_ALL)):
                for suspect in filter(None, map(self._suspect, issue.failures)):
                    needs = self._needed_by(issue.ref)
                    if needs:
                        accused = found[suspect.row_id, suspect.sorts]
                        accused.kinds.update(suspect.kinds)
                        accused.needs.append(needs)
        return found

    def _suspect(self, failure: Failure) -> Suspect | None:
        """Return what a text accuses, where it names a number and nobody has found the mapping behind it yet."""
        if failure.facts.get("source_id"):
            return None
        suspect = self._inquiries.suspect(failure)
        return suspect if suspect is not None and suspect.row_id else None

    def _needed_by(self, ref: RecordRef) -> set[Source]:
        record = self._record(ref)
        if record is None:
            return set()
        if not isinstance(record, Quote):
            return set(self._needs.of(record))
        refs = {item.product.id: RecordRef(kind=RecordKind.PRODUCT, id=item.product.id) for item in record.items}
        products = {row_id: found for row_id, each in refs.items() if row_id and (found := self._record(each))}
        return {*self._needs.of(record), *self._needs.of_lines(record, products)}

    def _record(self, ref: RecordRef) -> AnyRecord | None:
        if ref not in self._records:
            self._records[ref] = records.record(self._conn, self._site_id, ref)
        return self._records[ref]

    def _only(self, sources: Iterable[Source], row_id: str) -> Source | None:
        """Return the only source that can lead to a number; None where one is known to, or several could."""
        known = {source: mappings.by_origin(self._conn, self._site_id, *source) for source in sources}
        if any(row_id in mapping.target_id.split("/") for each in known.values() for mapping in each.values()):
            return None
        open_to = [source for source, each in known.items() if not _leads_elsewhere(each)]
        if len(open_to) > 1:
            open_to = [source for source in open_to if not any(source in needs for needs in self._arrived)]
        return open_to[0] if len(open_to) == 1 else None

    @cached_property
    def _arrived(self) -> list[set[Source]]:
        """Return what each quote needs that was seen in the PSA and has no open issue."""
        query = IssueQuery(site_id=self._site_id, state=IssueState.OPEN, limit=_ALL)
        failing = {issue.record_id for issue in issues.listed(self._conn, query) if issue.kind is RecordKind.QUOTE}
        stored = links.links_by_kind(self._conn, self._site_id, RecordKind.QUOTE)
        seen = [link.ref for link in stored if not link.part and link.verified_at and link.ref.id not in failing]
        return [self._needed_by(ref) for ref in seen]


def _leads_elsewhere(by_origin: Mapping[MappingOrigin, ValueMapping]) -> bool:
    return any(by_origin[origin].target_id for origin in _KNOWS_BETTER if origin in by_origin)
