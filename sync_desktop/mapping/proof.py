"""What proves that Salesbuildr's own copy of a mapping works: its API, a later list, or what it wrote itself since.

That nothing was heard of an error proves nothing: a list counts where an earlier one named it, and a record counts
where this program did not write it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import MappingKind, Todo
from sync_desktop.domain.records import Product, Quote, RecordRef
from sync_desktop.domain.words import FailureKind, IssueState, MappingOrigin, RecordKind
from sync_desktop.mapping.arrivals import Arrival, awaited, still_awaited
from sync_desktop.mapping.authors import day, is_ours
from sync_desktop.mapping.broken import mapping_of
from sync_desktop.mapping.needs import Needs
from sync_desktop.mapping.todo import is_shown
from sync_desktop.psa.connector import Connector
from sync_desktop.storage import activity, imports, issues, links, mappings, records, settings, todos
from sync_desktop.storage.imports import Import
from sync_desktop.storage.issue_query import IssueQuery
from sync_desktop.storage.issues import StoredIssue
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.site_run import SiteRun

_MOST = 5_000
"""Issues that are looked through at most, those that failed last first."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was seen, in a sentence, and whether that proves that the copy works."""

    sentence: str
    works: bool = False


def proof(conn: Connection, site_id: str, connector: Connector, todo: Todo, kind: MappingKind) -> Proof:
    """Return the best that is known of Salesbuildr's copy, from what is stored alone."""
    looking = _Looking(conn, site_id, connector, todo, kind)
    looks = (looking.by_api(), looking.by_list(), looking.by_arrival(), looking.by_product())
    found = [each for each in looks if each is not None]
    nothing = Proof("Nothing that was read so far says whether Salesbuildr's own mapping works.")
    return next((each for each in found if each.works), next(iter(found), nothing))


def issues_about(
    conn: Connection, site_id: str, connector: Connector, todo: Todo, kind: MappingKind
) -> list[StoredIssue]:
    """Return the issues, in whatever state, that a to-do's mapping has caused, the newest failure first."""
    looking = _Looking(conn, site_id, connector, todo, kind)
    return [issue for issue in issues.find(conn, IssueQuery(site_id=site_id, limit=_MOST)) if looking.is_about(issue)]


async def settle(run: SiteRun) -> int:
    """Say of each to-do of a site what is known by now, close those that are proved, and return how many these are.

    Asks nobody: what was read and checked before has to tell.
    """
    site_id, kinds = run.site.id, {kind.name: kind for kind in run.connector.mapping_kinds}

    def look(conn: Connection) -> dict[int, Proof]:
        return {
            todo.id: proof(conn, site_id, run.connector, todo, kinds[todo.kind])
            for todo in todos.todos(conn, site_id)
            if todo.kind in kinds
        }

    found = await run.workspace.read(look)
    at = run.clock.now()

    def tell(tx: Transaction) -> None:
        for todo_id, each in found.items():
            todos.tell(tx, todo_id, each.sentence, closed_at=at if each.works else None)

    if found:
        await run.workspace.write(tell)
    return sum(each.works for each in found.values())


class _Looking:
    """Looks for one to-do."""

    def __init__(self, conn: Connection, site_id: str, connector: Connector, todo: Todo, kind: MappingKind) -> None:
        self._conn = conn
        self._site_id = site_id
        self._inquiries = connector.inquiries
        self._psa = connector.psa.label
        self._todo = todo
        self._kind = kind
        self._source = (todo.kind, todo.source_id)
        self._needs = Needs((kind,), connector.entity_of)
        self._bad = set(todo.bad_target_id.split("/")) - {""}

    def by_api(self) -> Proof | None:
        """Look what Salesbuildr's API shows, where it shows mappings of this kind."""
        if not is_shown(self._kind):
            return None
        known = mappings.by_origin(self._conn, self._site_id, *self._source).get(MappingOrigin.SALESBUILDR)
        read_at = _moment(settings.get(self._conn, settings.refreshed_key(self._site_id)))
        if known is None or not known.target_id:
            return Proof(f"Salesbuildr's API shows no mapping of it, as of {read_at}.")
        listed = {target.id: target for target in mappings.targets(self._conn, self._site_id, self._kind.name)}
        target = listed.get(known.target_id)
        if target is None:
            return Proof(f"Salesbuildr's API shows #{known.target_id}, of which no audit has learnt anything yet.")
        if target.valid:
            return Proof(f"Salesbuildr's API shows {target.called}, which can be used.", works=True)
        return Proof(f"Salesbuildr's API still shows {target.called}, as of {read_at}: {target.state.value}.")

    def by_list(self) -> Proof | None:
        """Look whether Salesbuildr's list of issues has ceased to name the error."""
        lists = imports.lists(self._conn, self._site_id)
        later = next((each for each in lists if each.whole and each.at > self._todo.opened_at), None)
        if later is None:
            return None
        if self._names(later):
            return Proof(f"Salesbuildr's list of {day(later.at)} still names it.")
        before = next((each for each in lists if each.at < later.at and self._names(each)), None)
        if before is None:
            return None
        said = f"Salesbuildr's list of {day(later.at)} does not name it any more, as that of {day(before.at)} did."
        return Proof(said, works=True)

    def by_arrival(self) -> Proof | None:
        """Look for a record that had failed of this, and is in the PSA now although this program did not write it."""
        query = IssueQuery(site_id=self._site_id, state=IssueState.CLEARED, limit=_MOST)
        for issue in issues.find(self._conn, query):
            if issue.state_changed_at > self._todo.opened_at and self.is_about(issue) and self._is_theirs(issue.ref):
                seen = issue.note.rstrip(".") or "it is in the PSA"
                said = f"{issue.title} had failed of it and has arrived, and this program did not write it. {seen}."
                return Proof(f"{said} That Salesbuildr did is inferred.", works=True)
        return None

    def by_product(self) -> Proof | None:
        """Look for a product that was not in the PSA at the repair, and that Salesbuildr has written since."""
        arrival = awaited(self._conn, self._todo).arrival
        if arrival is not None and arrival.proves:
            works = arrival.target_id != self._todo.bad_target_id
            return Proof(f"{self._arrived(arrival)} {arrival.author}".rstrip(), works=works)
        count = len(still_awaited(self._conn, self._todo))
        if arrival is None and not count:
            return None
        nothing = "Nothing shows yet that Salesbuildr's own mapping works."
        why_not = f"{self._arrived(arrival)} {arrival.author} That proves nothing." if arrival is not None else nothing
        them = f"{count:,} products" if count > 1 else "A product"
        later = f"{them} of {self._todo.source_name} can still show it, as soon as Salesbuildr itself writes one."
        return Proof(f"{why_not} {later}" if count else why_not)

    def _arrived(self, arrival: Arrival) -> str:
        listed = {target.id: target for target in mappings.targets(self._conn, self._site_id, self._kind.name)}
        target = listed.get(arrival.target_id)
        where = target.called if target is not None else f"#{arrival.target_id}"
        return (
            f"When this was repaired, Salesbuildr had no “{arrival.name}” in {self._psa}; "
            f"since then it names #{arrival.external_id}, which is in {where}."
        )

    def _names(self, listed: Import) -> bool:
        """Say whether a list of Salesbuildr's names the error of this mapping."""
        for line in listed.lines:
            failure = Failure(kind=FailureKind.REFUSED, message=line.message)
            issue = issues.issue(self._conn, line.issue_id) if line.issue_id is not None else None
            if self._accuses(failure) and (issue is None or not issue.ref.is_known or self._is_needed_by(issue.ref)):
                return True
        return False

    def is_about(self, issue: StoredIssue) -> bool:
        """Say whether an issue was caused by the mapping."""
        if any(mapping_of(failure) == self._source for failure in issue.failures):
            return True
        return any(map(self._accuses, issue.failures)) and self._is_needed_by(issue.ref)

    def _accuses(self, failure: Failure) -> bool:
        """Say whether a text accuses what Salesbuildr's copy leads to."""
        suspect = self._inquiries.suspect(failure)
        if suspect is None or self._kind.name not in suspect.kinds:
            return False
        return not suspect.row_id or suspect.row_id in self._bad

    def _is_needed_by(self, ref: RecordRef) -> bool:
        record = records.record(self._conn, self._site_id, ref)
        if record is None:
            return False
        products = self._products(record) if isinstance(record, Quote) else ()
        needed = {*self._needs.of(record), *(each for product in products for each in self._needs.of(product))}
        return self._source in needed

    def _products(self, quote: Quote) -> Iterable[Product]:
        refs = {RecordRef(kind=RecordKind.PRODUCT, id=item.product.id) for item in quote.items if item.product.id}
        found = (records.record(self._conn, self._site_id, ref) for ref in refs)
        return (record for record in found if isinstance(record, Product))

    def _is_theirs(self, ref: RecordRef) -> bool:
        """Say whether neither a record nor what it needs this mapping for was written by this program."""
        record = records.record(self._conn, self._site_id, ref)
        if record is None or activity.wrote(self._conn, self._site_id, ref) or self._is_ours(ref):
            return False
        if not isinstance(record, Quote):
            return True
        needing = [each for each in self._products(record) if self._source in self._needs.of(each)]
        disproved = awaited(self._conn, self._todo).disproved
        if any(each.id in disproved for each in needing):
            return False
        return all(not self._is_ours(RecordRef(kind=RecordKind.PRODUCT, id=each.id)) for each in needing)

    def _is_ours(self, ref: RecordRef) -> bool:
        link = links.link(self._conn, self._site_id, ref)
        return link is not None and is_ours(self._conn, self._site_id, link.entity, link.external_id)


def _moment(text: str | None) -> str:
    return day(datetime.fromisoformat(text)) if text else "its last reading"
