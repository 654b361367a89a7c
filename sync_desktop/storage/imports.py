"""Lists of Salesbuildr's Issues page that were pasted: every line of them, and the issue that it stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from sync_desktop.domain.pasted import Verdict
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import IssueOrigin, IssueState, RecordKind
from sync_desktop.storage import schema
from sync_desktop.storage.transaction import Transaction

_imports, _lines, _issues, _records = schema.imports, schema.import_lines, schema.issues, schema.records


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """One line of a list as it was pasted; `issue_id` is None of a line that became no issue."""

    line: int
    text: str
    message: str
    kind: str
    record: str
    company: str
    time: str
    verdict: Verdict
    title: str
    issue_id: int | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """One list."""

    id: int
    at: datetime
    whole: bool
    lines: tuple[ImportedLine, ...]


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """What a pasted line may name a record by. A quote's name is its number and title."""

    ref: RecordRef
    name: str
    company: str


def save_import(tx: Transaction, site_id: str, lines: Sequence[ImportedLine], *, whole: bool, at: datetime) -> int:
    """Keep a list and return its id."""
    values = {"site_id": site_id, "at": at, "whole": whole}
    import_id: int = tx.conn.execute(insert(_imports).values(values).returning(_imports.c.id)).scalar_one()
    rows = [
        {
            "import_id": import_id,
            "position": position,
            "line": line.line,
            "text": line.text,
            "message": line.message,
            "kind": line.kind,
            "record": line.record,
            "company": line.company,
            "time": line.time,
            "verdict": line.verdict.value,
            "title": line.title,
            "issue_id": line.issue_id,
        }
        for position, line in enumerate(lines)
    ]
    if rows:
        tx.conn.execute(insert(_lines), rows)
    tx.touch("issues", *(line.issue_id for line in lines if line.issue_id is not None))
    return import_id


def newest(conn: Connection, site_id: str) -> Import | None:
    """Return the last list that was imported for a site."""
    return next(iter(lists(conn, site_id, limit=1)), None)


def lists(conn: Connection, site_id: str, *, limit: int = 20) -> list[Import]:
    """Return the last lists that were imported for a site, the newest first."""
    ordered = select(_imports).where(_imports.c.site_id == site_id).order_by(_imports.c.id.desc()).limit(limit)
    found = []
    for row in conn.execute(ordered).all():
        lines = conn.execute(select(_lines).where(_lines.c.import_id == row.id).order_by(_lines.c.position))
        found.append(Import(row.id, row.at, row.whole, tuple(_line(each) for each in lines)))
    return found


def listings(conn: Connection, issue_id: int) -> list[tuple[datetime, str]]:
    """Return when lists named an issue, and with what message, the newest first."""
    query = (
        select(_imports.c.at, _lines.c.message)
        .join(_imports, _imports.c.id == _lines.c.import_id)
        .where(_lines.c.issue_id == issue_id)
        .order_by(_imports.c.id.desc(), _lines.c.position)
    )
    return [(row.at, row.message) for row in conn.execute(query)]


def listed_now(conn: Connection, site_id: str, issue_id: int) -> tuple[str, ...]:
    """Return with what messages the last whole list of a site names an issue, and lists in part since then."""
    of_site = _imports.c.site_id == site_id
    last_whole = select(func.coalesce(func.max(_imports.c.id), 0)).where(of_site, _imports.c.whole).scalar_subquery()
    query = (
        select(_lines.c.message)
        .join(_imports, _imports.c.id == _lines.c.import_id)
        .where(of_site, _imports.c.id >= last_whole, _lines.c.issue_id == issue_id)
        .order_by(_imports.c.id.desc(), _lines.c.position)
    )
    return tuple(dict.fromkeys(conn.execute(query).scalars()))


def open_imported(conn: Connection, site_id: str) -> dict[RecordRef, int]:
    """Return the open issues that nothing but imports tell of: issue id by record."""
    query = select(_issues.c.id, _issues.c.kind, _issues.c.record_id).where(
        _issues.c.site_id == site_id,
        _issues.c.state == IssueState.OPEN.value,
        _issues.c.origin == IssueOrigin.IMPORTED.value,
    )
    return {RecordRef(kind=RecordKind(row.kind), id=row.record_id): row.id for row in conn.execute(query)}


def prune_imports(tx: Transaction, *, before: datetime) -> None:
    """Forget the lines of old lists, but for those that an open issue refers to, and lists that have none left.

    An empty list stays where an older one has lines still: it says what was no longer listed.
    """
    open_issues = select(_issues.c.id).where(_issues.c.state == IssueState.OPEN.value)
    old = select(_imports.c.id).where(_imports.c.at < before)
    unused = _lines.c.issue_id.is_(None) | _lines.c.issue_id.not_in(open_issues)
    tx.conn.execute(delete(_lines).where(_lines.c.import_id.in_(old), unused))
    earlier, others = _imports.alias(), _lines.alias()
    has_lines = select(_lines.c.import_id).where(_lines.c.import_id == _imports.c.id).exists()
    after_one_with_lines = (
        select(earlier.c.id)
        .join(others, others.c.import_id == earlier.c.id)
        .where(earlier.c.site_id == _imports.c.site_id, earlier.c.id < _imports.c.id)
        .exists()
    )
    tx.conn.execute(delete(_imports).where(_imports.c.at < before, ~has_lines, ~after_one_with_lines))


def named_records(conn: Connection, site_id: str) -> list[NamedRecord]:
    """Return what all records of a site are named by, without reading the records themselves."""
    query = select(_records.c.kind, _records.c.record_id, _records.c.name, _records.c.company).where(
        _records.c.site_id == site_id, ~_records.c.deleted
    )
    return [
        NamedRecord(RecordRef(kind=RecordKind(row.kind), id=row.record_id), row.name, row.company)
        for row in conn.execute(query.order_by(_records.c.id))
    ]


def _line(row: Row[Any]) -> ImportedLine:
    return ImportedLine(
        line=row.line,
        text=row.text,
        message=row.message,
        kind=row.kind,
        record=row.record,
        company=row.company,
        time=row.time,
        verdict=Verdict(row.verdict),
        title=row.title,
        issue_id=row.issue_id,
    )
