"""Issues: one for each record that is not in step at a site, through their whole life. None is ever deleted.

none or cleared, then a failure: open. Open, then a failure: open, with the newer failures. Dismissed, then a failure
of the same primary cause: dismissed, and counted; of another one: open, and the note says so. Seen in the PSA: cleared.
Imported, open, and missing in a later import: no longer listed; then a failure, or listed again: open. What is only
listed is no failure, and is not counted as one.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, update

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.issues import Diagnosis, Issue
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import IssueOrigin, IssueState, RecordKind, Severity
from sync_desktop.storage import codec, schema, search
from sync_desktop.storage.issue_query import IssueQuery, matching, page
from sync_desktop.storage.listed import ListedFailure, ListedIssue, listed_failures
from sync_desktop.storage.refs import key_of, of_named, ref_in
from sync_desktop.storage.transaction import Transaction

_issues, _causes = schema.issues, schema.issue_causes
_OF_RECORD = select(_issues).where(of_named(_issues))
_ONE = select(_issues).where(_issues.c.id == bindparam("issue"))
_OPEN = insert(_issues).returning(_issues.c.id)
_CHANGE = update(_issues).where(_issues.c.id == bindparam("issue"))
_FORGET_CAUSES = delete(_causes).where(_causes.c.issue_id == bindparam("issue"))
_ADD_CAUSES = insert(_causes)
_CAUSES = select(_causes).where(_causes.c.issue_id.in_(bindparam("issues", expanding=True)))
_CAUSES = _CAUSES.order_by(_causes.c.issue_id, _causes.c.position)
_PRIMARY = select(_causes.c.cause_key).where(_causes.c.issue_id == bindparam("issue"), _causes.c.position == 0)

OTHER_CAUSE = "Reopened: another cause than the one you dismissed"
LISTED_AGAIN = "Reopened: Salesbuildr lists it again"
FAILS_STILL = "Reopened: it was no longer listed, and it fails still"


class StoredIssue(Issue):
    """An issue as it is kept, with its diagnoses; the members from `rule` to `badge` are the primary one's."""

    site_id: str
    number: str
    company: str
    quote_status: str
    value: Decimal | None
    rule: str
    cause_key: str
    cause_title: str
    severity: Severity
    badge: str
    diagnoses: tuple[Diagnosis, ...]
    dismissed_count: int
    """How often it failed for the same cause since it was dismissed."""

    def listed(self) -> ListedIssue:
        """Return what a list shows of it."""
        return ListedIssue(
            id=self.id,
            site_id=self.site_id,
            kind=self.ref.kind,
            record_id=self.ref.id,
            title=self.title,
            company=self.company,
            quote_status=self.quote_status,
            value=self.value,
            last_failed_at=self.last_failed_at,
            state=self.state,
            cause_key=self.cause_key,
            cause_title=self.cause_title,
            severity=self.severity,
            badge=self.badge,
            failures=tuple(ListedFailure(failure.kind, failure.facts) for failure in self.failures),
        )


def record_failure(
    tx: Transaction,
    site_id: str,
    ref: RecordRef,
    *,
    title: str,
    company: str,
    quote_status: str,
    value: Decimal | None,
    number: str,
    failures: Sequence[Failure],
    diagnoses: Sequence[Diagnosis],
    origin: IssueOrigin,
    at: datetime,
) -> int:
    """Write down that a record failed, and return its issue's id.

    The first diagnosis is the primary cause. Raises ValueError without a failure or a diagnosis.
    """
    if not failures or not diagnoses:
        raise ValueError("An issue needs a failure and its diagnosis")
    newest = {
        "title": title,
        "company": company,
        "quote_status": quote_status,
        "value": value,
        "number": number,
        "failures": codec.dump_failures(tuple(failures)),
        "last_failed_at": at,
    }
    known = _row_of(tx.conn, site_id, ref)
    if known is None:
        issue_id = _open(tx, {**key_of(site_id, ref), **newest, "origin": origin.value}, at)
    else:
        issue_id = known.id
        again = _failed_again(known, _primary(tx.conn, issue_id), diagnoses[0].cause_key, origin, at)
        tx.conn.execute(_CHANGE, {"issue": issue_id, **newest, **again})
    set_diagnoses(tx, issue_id, diagnoses)
    return issue_id


def set_diagnoses(tx: Transaction, issue_id: int, diagnoses: Sequence[Diagnosis]) -> None:
    """Put diagnoses in the place of an issue's; its state stays, also where a better rule pack says it differently."""
    tx.conn.execute(_FORGET_CAUSES, {"issue": issue_id})
    rows = [
        {
            "issue_id": issue_id,
            "position": position,
            "rule": diagnosis.rule,
            "cause_key": diagnosis.cause_key,
            "title": diagnosis.title,
            "severity": diagnosis.severity.value,
            "badge": diagnosis.badge,
            "data": diagnosis.model_dump_json(),
        }
        for position, diagnosis in enumerate(diagnoses)
    ]
    tx.conn.execute(_ADD_CAUSES, rows)
    tx.conn.execute(_CHANGE, {"issue": issue_id, "severity": diagnoses[0].severity.value})
    row = tx.conn.execute(_ONE, {"issue": issue_id}).one()
    messages = (failure.message for failure in codec.load_failures(row.failures))
    titles = (diagnosis.title for diagnosis in diagnoses)
    search.put_issue(tx.conn, issue_id, (row.title, row.number, row.company, *messages, *titles))
    tx.touch("issues", issue_id)


def clear(tx: Transaction, site_id: str, ref: RecordRef, *, evidence: str, at: datetime) -> int | None:
    """Clear the issue of a record that was seen in the PSA and return its id; None where nothing was to be cleared."""
    known = _row_of(tx.conn, site_id, ref)
    if known is None or known.state == IssueState.CLEARED:
        return None
    _change_state(tx, known.id, IssueState.CLEARED, evidence, at)
    return int(known.id)


def leave(tx: Transaction, site_id: str, ref: RecordRef, *, note: str, at: datetime) -> int | None:
    """Hide the open issue of a record that is not to be written any more, and return its id.

    It is not called cleared: the record was not seen in the PSA.
    """
    known = _row_of(tx.conn, site_id, ref)
    if known is None or known.state != IssueState.OPEN:
        return None
    _change_state(tx, known.id, IssueState.DISMISSED, note, at, dismissed_count=0)
    return int(known.id)


def unlist(tx: Transaction, issue_id: int, *, note: str, at: datetime) -> None:
    """Say of an open issue that Salesbuildr's list does not name it any more; in any other state nothing changes.

    It is not called cleared: the record was not seen in the PSA. Raises LookupError for an unknown id.
    """
    if _state(tx.conn, issue_id) is IssueState.OPEN:
        _change_state(tx, issue_id, IssueState.UNLISTED, note, at)


def dismiss(tx: Transaction, issue_id: int, *, at: datetime) -> None:
    """Hide an open issue here; in any other state nothing changes. Raises LookupError for an unknown id."""
    if _state(tx.conn, issue_id) is IssueState.OPEN:
        _change_state(tx, issue_id, IssueState.DISMISSED, "Dismissed by hand", at, dismissed_count=0)


def restore(tx: Transaction, issue_id: int, *, at: datetime) -> None:
    """Open a dismissed issue again; in any other state nothing changes. Raises LookupError for an unknown id."""
    if _state(tx.conn, issue_id) is IssueState.DISMISSED:
        _change_state(tx, issue_id, IssueState.OPEN, "Restored by hand", at)


def issue(conn: Connection, issue_id: int) -> StoredIssue | None:
    """Return one issue."""
    return next(iter(_with_causes(conn, conn.execute(_ONE, {"issue": issue_id}).all())), None)


def issue_for(conn: Connection, site_id: str, ref: RecordRef) -> StoredIssue | None:
    """Return the issue of a record, in whatever state it is."""
    return next(iter(_with_causes(conn, conn.execute(_OF_RECORD, key_of(site_id, ref)).all())), None)


def open_issue_for(conn: Connection, site_id: str, ref: RecordRef) -> StoredIssue | None:
    """Return the issue of a record where it is open."""
    found = issue_for(conn, site_id, ref)
    return found if found is not None and found.state is IssueState.OPEN else None


def find(conn: Connection, query: IssueQuery) -> list[StoredIssue]:
    """Return a page of the issues that a query names. Raises ValueError for an unknown order."""
    return _with_causes(conn, conn.execute(page(query, select(_issues))).all())


def listed(conn: Connection, query: IssueQuery) -> list[ListedIssue]:
    """Return the same page with only what a list shows; `glance` reads it without SQLAlchemy."""
    primary = and_(_causes.c.issue_id == _issues.c.id, _causes.c.position == 0)
    columns = (_causes.c.cause_key, _causes.c.title.label("cause_title"), _causes.c.badge)
    severity = _causes.c.severity.label("cause_severity")
    rows = page(query, select(_issues, *columns, severity).join(_causes, primary))
    return [_listed(row) for row in conn.execute(rows)]


def total(conn: Connection, query: IssueQuery) -> int:
    """Return how many issues a query names, beyond the page too."""
    return conn.scalar(select(func.count()).select_from(_issues).where(matching(query))) or 0


def counts(conn: Connection, site_id: str | None = None) -> dict[IssueState, int]:
    """Return how many issues are in each state, at one site or at all."""
    query = select(_issues.c.state, func.count().label("issues")).group_by(_issues.c.state)
    if site_id is not None:
        query = query.where(_issues.c.site_id == site_id)
    found = {row.state: row.issues for row in conn.execute(query)}
    return {state: found.get(state.value, 0) for state in IssueState}


def _row_of(conn: Connection, site_id: str, ref: RecordRef) -> Row[Any] | None:
    """Return the row of a record's issue, in whatever state it is."""
    return conn.execute(_OF_RECORD, key_of(site_id, ref)).first()


def _primary(conn: Connection, issue_id: int) -> str | None:
    """Return the key of an issue's primary cause."""
    return conn.scalar(_PRIMARY, {"issue": issue_id})


def _state(conn: Connection, issue_id: int) -> IssueState:
    """Return the state of an issue; raises LookupError for an unknown id."""
    state = conn.scalar(select(_issues.c.state).where(_issues.c.id == issue_id))
    if state is None:
        raise LookupError(f"There is no issue {issue_id}")
    return IssueState(state)


def _open(tx: Transaction, members: dict[str, Any], at: datetime) -> int:
    """Insert a new issue and return its id."""
    row = {
        **members,
        "state": IssueState.OPEN.value,
        "severity": Severity.ERROR.value,
        "opened_at": at,
        "state_changed_at": at,
        "times_failed": 1,
        "dismissed_count": 0,
        "note": "",
    }
    issue_id: int = tx.conn.execute(_OPEN, row).scalar_one()
    return issue_id


def _failed_again(
    known: Row[Any], primary: str | None, cause_key: str, origin: IssueOrigin, at: datetime
) -> dict[str, Any]:
    """Return what another failure changes of the life of an issue whose primary cause so far was `primary`."""
    failed = origin is not IssueOrigin.IMPORTED
    changes: dict[str, Any] = {"times_failed": known.times_failed + failed}
    reopened = {"state": IssueState.OPEN.value, "state_changed_at": at, "origin": origin.value}
    match IssueState(known.state):
        case IssueState.OPEN:
            # From here on this program knows for itself what an import told it.
            return {**changes, "origin": origin.value} if known.origin == IssueOrigin.IMPORTED else changes
        case IssueState.UNLISTED:
            return {**changes, **reopened, "note": FAILS_STILL if failed else LISTED_AGAIN}
        case IssueState.CLEARED:
            return {**changes, **reopened, "note": "Reopened: it failed again after it had been cleared"}
        case IssueState.DISMISSED:
            if cause_key == primary:
                return {**changes, "dismissed_count": known.dismissed_count + failed}
            return {**changes, **reopened, "note": OTHER_CAUSE}


def _change_state(
    tx: Transaction, issue_id: int, state: IssueState, note: str, at: datetime, **members: object
) -> None:
    """Move an issue into another state."""
    values = {"issue": issue_id, "state": state.value, "note": note, "state_changed_at": at, **members}
    tx.conn.execute(_CHANGE, values)
    tx.touch("issues", issue_id)


def _with_causes(conn: Connection, rows: Sequence[Row[Any]]) -> list[StoredIssue]:
    """Return the issues that rows hold, with their diagnoses."""
    diagnoses: dict[int, list[Diagnosis]] = {}
    for row in conn.execute(_CAUSES, {"issues": [row.id for row in rows]}):
        diagnoses.setdefault(row.issue_id, []).append(Diagnosis.model_validate_json(row.data))
    return [_issue(row, tuple(diagnoses[row.id])) for row in rows]


def _listed(row: Row[Any]) -> ListedIssue:
    """Return what a list shows of an issue."""
    return ListedIssue(
        id=row.id,
        site_id=row.site_id,
        kind=RecordKind(row.kind),
        record_id=row.record_id,
        title=row.title,
        company=row.company,
        quote_status=row.quote_status,
        value=row.value,
        last_failed_at=row.last_failed_at,
        state=IssueState(row.state),
        cause_key=row.cause_key,
        cause_title=row.cause_title,
        severity=Severity(row.cause_severity),
        badge=row.badge,
        failures=listed_failures(row.failures),
    )


def _issue(row: Row[Any], diagnoses: tuple[Diagnosis, ...]) -> StoredIssue:
    """Return the issue that a row and its diagnoses make."""
    primary = diagnoses[0]
    return StoredIssue(
        id=row.id,
        ref=ref_in(row),
        title=row.title,
        state=IssueState(row.state),
        origin=IssueOrigin(row.origin),
        failures=codec.load_failures(row.failures),
        cause_keys=tuple(diagnosis.cause_key for diagnosis in diagnoses),
        opened_at=row.opened_at,
        last_failed_at=row.last_failed_at,
        times_failed=row.times_failed,
        state_changed_at=row.state_changed_at,
        note=row.note,
        site_id=row.site_id,
        number=row.number,
        company=row.company,
        quote_status=row.quote_status,
        value=row.value,
        rule=primary.rule,
        cause_key=primary.cause_key,
        cause_title=primary.title,
        severity=primary.severity,
        badge=primary.badge,
        diagnoses=diagnoses,
        dismissed_count=row.dismissed_count,
    )
