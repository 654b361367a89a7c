"""What needs each source of a mapping: records, open quotes and open issues, found in one pass over a site."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from sync_desktop.domain.mappings import MappingKind
from sync_desktop.domain.records import AnyRecord, Quote, QuoteItem, RecordRef, ref_of
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import IssueState, RecordKind
from sync_desktop.mapping.broken import mapping_of
from sync_desktop.mapping.needs import EntityOf, Needs, Source
from sync_desktop.storage import issues, records
from sync_desktop.storage.issue_query import IssueQuery
from sync_desktop.sync.eligibility import why_not_eligible

_ALL = 1_000_000


@dataclass(slots=True)
class Use:
    """What needs one source. Each member is a set in the order in which it was read."""

    records: dict[RecordRef, None] = field(default_factory=dict)
    """Records but quotes: products, or companies and opportunities where products do not have the source."""
    quotes: dict[RecordRef, None] = field(default_factory=dict)
    """Open quotes, in the site's scope."""
    issues: dict[int, None] = field(default_factory=dict)
    """Open issues that wait for the mapping to change."""

    def __bool__(self) -> bool:
        return bool(self.records or self.quotes or self.issues)

    def add(self, other: "Use") -> None:
        """Take in what needs another source."""
        self.records |= other.records
        self.quotes |= other.quotes
        self.issues |= other.issues


@dataclass(slots=True)
class Usage:
    """What needs which source."""

    sources: dict[Source, str] = field(default_factory=dict)
    """The sources that records name, with what they call them."""
    names: dict[RecordRef, str] = field(default_factory=dict)
    """What records are called."""
    titles: dict[int, str] = field(default_factory=dict)
    """What issues are called."""
    uses: dict[Source, Use] = field(default_factory=lambda: defaultdict(Use))

    def of(self, kind: str, source_id: str) -> Use:
        """Return what needs a source; nothing where it is not named anywhere."""
        return self.uses.get((kind, source_id)) or Use()

    def together(self, sources: Iterable[Source]) -> Use:
        """Return what needs any of these sources."""
        found = Use()
        for kind, source_id in sources:
            found.add(self.of(kind, source_id))
        return found


def usage(conn: Connection, site: Site, kinds: Sequence[MappingKind], entity_of: EntityOf, now: datetime) -> Usage:
    """Read what needs each source of these kinds at a site."""
    return with_issues(conn, site.id, usage_of_records(conn, site, kinds, entity_of, now))


def usage_of_records(
    conn: Connection, site: Site, kinds: Sequence[MappingKind], entity_of: EntityOf, now: datetime
) -> Usage:
    """Read which records and open quotes need each source: most of the work, and seldom another result."""
    return _Pass(site, kinds, entity_of, now).read(conn)


def with_issues(conn: Connection, site_id: str, known: Usage) -> Usage:
    """Return what is known of records with the open issues that wait for each source's mapping."""
    found = Usage(known.sources, known.names)
    for source, use in known.uses.items():
        found.uses[source] = Use(use.records, use.quotes)
    for issue in issues.listed(conn, IssueQuery(site_id=site_id, state=IssueState.OPEN, limit=_ALL)):
        for about in filter(None, map(mapping_of, issue.failures)):
            found.uses[about].issues[issue.id] = None
            found.titles[issue.id] = issue.title
    return found


class _Pass:
    """One pass: each record is read once, whatever the number of kinds."""

    def __init__(self, site: Site, kinds: Sequence[MappingKind], entity_of: EntityOf, now: datetime) -> None:
        self._site = site
        self._wanted = {kind for each in kinds for kind in each.needed_by} - {RecordKind.QUOTE}
        self._needs = Needs(kinds, entity_of)
        self._now = now
        self._found = Usage(sources=self._needs.names)
        self._known: dict[tuple[RecordKind, str], tuple[Source, ...]] = {}
        """What each record but quotes needs; by plain keys, since a model as a key costs more than all else here."""

    def read(self, conn: Connection) -> Usage:
        for kind in RecordKind:
            if kind in self._wanted:
                for record in records.records(conn, self._site.id, kind):
                    self._record(record)
        for record in records.records(conn, self._site.id, RecordKind.QUOTE):
            if isinstance(record, Quote) and not why_not_eligible(record, self._site, self._now):
                self._quote(record)
        return self._found

    def _record(self, record: AnyRecord) -> None:
        if record.deleted:
            return
        ref = ref_of(record)
        self._found.names[ref] = record.name
        self._known[record.kind, record.id] = needs = self._needs.of(record)
        for source in needs:
            self._found.uses[source].records[ref] = None

    def _quote(self, quote: Quote) -> None:
        """Count a quote for what it names itself, and for what its company, opportunity and products need."""
        ref = ref_of(quote)
        self._found.names[ref] = quote.name
        needed = chain(
            self._needs.of(quote),
            self._known.get((RecordKind.COMPANY, quote.company.id), ()),
            self._known.get((RecordKind.OPPORTUNITY, quote.opportunity.id), ()),
            *(self._line(item) for item in quote.items),
        )
        for source in dict.fromkeys(needed):
            self._found.uses[source].quotes[ref] = None

    def _line(self, item: QuoteItem) -> tuple[Source, ...]:
        known = self._known.get((RecordKind.PRODUCT, item.product.id))
        return known if known is not None else self._needs.of_line(item, None)
