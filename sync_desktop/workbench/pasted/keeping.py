"""Keeps a pasted list: its lines, the issues that they stand for, and what a list does not name any more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sync_desktop.domain.records import PASTED, Quote, RecordRef, company_of, quote_total
from sync_desktop.domain.words import IssueOrigin, IssueState, RecordKind
from sync_desktop.quoting.pasted.moments import day_comes_first, moment_of
from sync_desktop.storage import imports, issues, records
from sync_desktop.storage.imports import ImportedLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sync_desktop.storage.issues import StoredIssue
    from sync_desktop.storage.transaction import Transaction
    from sync_desktop.workbench.pasted.reading import Told
    from sync_desktop.workbench.pasted.views import PastedLine

UNLISTED_NOTE = "A later list of Salesbuildr's Issues page does not name it; nobody has seen the record in the PSA"
MATCHED_NOTE = "A later list names the record that this line is about, which has an issue of its own"


@dataclass(slots=True)
class Kept:
    """What an import did, counted in issues."""

    opened: int = 0
    known: int = 0
    noted: int = 0
    cleared: int = 0
    """Issues among those noted that have cleared: the record was seen in the PSA."""
    unlisted: int = 0
    unmatched: int = 0


def refs_of(lines: Sequence[PastedLine]) -> dict[int, RecordRef]:
    """Return what each line that is an issue is about, by line: its record, or a made-up one."""
    made_up = _made_up(lines)
    return {
        line.line: RecordRef(kind=line.matched.kind, id=line.matched.id) if line.matched else made_up[line.line]
        for line in lines
        if line.verdict.is_issue
    }


def _made_up(lines: Sequence[PastedLine]) -> dict[int, RecordRef]:
    """Return for each line that is an issue what stands for its record while none is known, the same in every list.

    Lines that name nothing are told apart by how many of the same stand before them.
    """
    seen: Counter[str] = Counter()
    found: dict[int, RecordRef] = {}
    for line in lines:
        if line.verdict.is_issue:
            said = "\n".join((line.kind or "", line.record, line.company)).casefold()
            if not line.record and not line.company:
                said = f"{said}\n{line.message}"
                seen[said] += 1
                said = f"{said}\n{seen[said]}"
            fingerprint = sha256(said.encode()).hexdigest()[:16]
            found[line.line] = RecordRef(kind=line.kind or RecordKind.QUOTE, id=f"{PASTED}{fingerprint}")
    return found


def keep(tx: Transaction, site_id: str, told: Sequence[Told], *, whole: bool, at: datetime) -> Kept:
    """Keep a list in one transaction, and return what became of its lines.

    An issue that an attempt or a check of this program has opened, or one that has cleared, stays as it is. Where the
    list is `whole`, open issues of earlier lists that it lacks are no longer listed.
    """
    kept = Kept()
    listed = [each.line for each in told]
    refs = refs_of(listed)
    day_first = day_comes_first(line.time for line in listed)
    entries: dict[RecordRef, list[Told]] = {}
    for each in told:
        if each.line.line in refs:
            entries.setdefault(refs[each.line.line], []).append(each)
    before = imports.open_imported(tx.conn, site_id)
    issue_of = {
        ref: _keep_entry(tx, site_id, ref, those, kept, failed_at=_failed_at(those, at, day_first), at=at)
        for ref, those in entries.items()
    }
    lines = [_imported(line, issue_of[refs[line.line]] if line.line in refs else None) for line in listed]
    imports.save_import(tx, site_id, lines, whole=whole, at=at)
    found_since = {ref for number, ref in _made_up(listed).items() if refs[number] != ref}
    for ref, issue_id in before.items():
        if ref in found_since:
            issues.unlist(tx, issue_id, note=MATCHED_NOTE, at=at)
        elif whole and ref not in entries:
            issues.unlist(tx, issue_id, note=UNLISTED_NOTE, at=at)
            kept.unlisted += 1
    return kept


def _keep_entry(
    tx: Transaction,
    site_id: str,
    ref: RecordRef,
    told: Sequence[Told],
    kept: Kept,
    *,
    failed_at: datetime | None,
    at: datetime,
) -> int:
    """Open or keep the issue of one record, and return its id."""
    known = issues.issue_for(tx.conn, site_id, ref)
    if known is not None and _is_ours(known):
        kept.noted += 1
        kept.cleared += known.state is IssueState.CLEARED
        return known.id
    kept.unmatched += not ref.is_known
    kept.known += known is not None
    kept.opened += known is None
    record = records.record(tx.conn, site_id, ref) if ref.is_known else None
    first = told[0].line
    quote = record if isinstance(record, Quote) else None
    return issues.record_failure(
        tx,
        site_id,
        ref,
        title=record.name if record else first.record or first.message,
        company=company_of(record).name if record else first.company,
        quote_status=quote.status if quote else "",
        value=quote_total(quote) if quote else None,
        number=quote.number if quote else first.record,
        failures=tuple({each.failure.message: each.failure for each in told if each.failure}.values()),
        diagnoses=tuple({each.diagnosis.cause_key: each.diagnosis for each in told if each.diagnosis}.values()),
        origin=IssueOrigin.IMPORTED,
        at=_last_failure(known, failed_at, at),
    )


def _failed_at(told: Sequence[Told], at: datetime, day_first: bool | None) -> datetime | None:
    """Return when a list says that a record failed, the last of several times; None where it does not say."""
    moments = [moment_of(each.line.time, at, day_first=day_first) for each in told if each.line.time]
    return max((moment for moment in moments if moment is not None), default=None)


def _last_failure(known: StoredIssue | None, failed_at: datetime | None, at: datetime) -> datetime:
    """Return when a listed record failed last: as the list says, else as was known, else when it was first listed."""
    before = known.last_failed_at if known is not None and known.state is IssueState.OPEN else None
    return max((each for each in (failed_at, before) if each is not None), default=at)


def _is_ours(issue: StoredIssue) -> bool:
    """Say whether what is known of an issue is more than a list can tell."""
    return issue.origin is not IssueOrigin.IMPORTED or issue.state is IssueState.CLEARED


def _imported(line: PastedLine, issue_id: int | None) -> ImportedLine:
    return ImportedLine(
        line=line.line,
        text=line.text,
        message=line.message,
        kind=line.kind.value if line.kind else "",
        record=line.record,
        company=line.company,
        time=line.time,
        verdict=line.verdict,
        title=line.title,
        issue_id=issue_id,
    )
