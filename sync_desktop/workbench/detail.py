"""The detail of one issue, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_desktop.domain.records import Named, Opportunity, Quote, RecordRef
from sync_desktop.domain.words import Action, IssueOrigin, Outcome, Psa, RecordKind
from sync_desktop.storage import attempts, imports, links, records
from sync_desktop.workbench.conflicts import conflicts_of, newest_check
from sync_desktop.workbench.pasted.asking import can_be_asked
from sync_desktop.workbench.remap import remap_of
from sync_desktop.workbench.views import AttemptView, CauseView, Dependency, IssueDetail, IssueRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from sync_desktop.domain.failures import Failure
    from sync_desktop.domain.issues import Diagnosis
    from sync_desktop.storage.attempts import Attempt
    from sync_desktop.storage.issues import StoredIssue
    from sync_desktop.sync.site_run import SiteRun
    from sync_desktop.workbench.mapping_views import RemapView

_LISTED_ATTEMPTS = 20
_BY_DESIGN = (
    "Autotask does not report changes of opportunities: it has no webhooks for them, and asking for all of them again "
    "and again would use up the tenant's 10,000 calls an hour. A stage or status changed in Autotask does not come "
    "back to Salesbuildr. Help has more about this."
)


def build_detail(
    conn: Connection, run: SiteRun, issue: StoredIssue, row: IssueRow, *, retry_can_help: bool, now: datetime
) -> IssueDetail:
    """Return what the detail shows. Causes are diagnosed anew from the stored facts, with the rules of today."""
    site = run.site
    record = records.record(conn, site.id, issue.ref)
    known = attempts.attempts_of(conn, site.id, issue.ref, _LISTED_ATTEMPTS)
    check = newest_check(known)
    causes = tuple(
        _cause(issue, failure, diagnosis, _remap(conn, run, failure, diagnosis, now))
        for failure in _each_cause_once(run, issue)
        for diagnosis in run.diagnoses(record, (failure,))
    )
    listed = issue.origin is IssueOrigin.IMPORTED
    writes = site.writes and retry_can_help and not listed
    extra = list(check.warnings if check else ())
    if site.psa is Psa.AUTOTASK and isinstance(record, Opportunity):
        extra.append(_BY_DESIGN)
    extra += dict.fromkeys(f"{each.facts['asked']}." for each in issue.failures if each.facts.get("asked"))
    extra += _listings(conn, issue)
    return IssueDetail(
        row=row,
        heading=f"{issue.ref.kind.label} {issue.title}",
        subheading=f"{site.name} → {site.psa.label} · {_since(issue)}",
        retry_label="Retry" if writes else "Check again",
        retry_enabled=not row.running and (issue.ref.is_known or can_be_asked(run, issue)),
        retry_hint=_hint_of_listed(row, issue, run) if listed else _hint(row, site.writes, retry_can_help),
        causes=causes,
        depends_on=tuple(Dependency(each.label, each.ok, each.detail) for each in (check.depends_on if check else ())),
        attempts=tuple(_attempt(conn, each) for each in known if each.outcome is not None),
        evidence=issue.note if issue.state == "cleared" else "",
        note=issue.note if issue.state != "cleared" else "",
        psa_url=_psa_url(conn, run, issue.ref, record.opportunity if isinstance(record, Quote) else Named()),
        salesbuildr_url=record.link if isinstance(record, Quote) else "",
        extra=tuple(extra),
        reference=str(issue.ref) if issue.ref.is_known else "",
        conflicts=conflicts_of(check),
    )


def _each_cause_once(run: SiteRun, issue: StoredIssue) -> list[Failure]:
    found: dict[str, Failure] = {}
    for failure in issue.failures:
        for diagnosis in run.diagnoses(None, (failure,)):
            found.setdefault(diagnosis.cause_key, failure)
    return list(found.values())


def _since(issue: StoredIssue) -> str:
    since = _moment(issue.opened_at)
    if issue.origin is IssueOrigin.IMPORTED:
        return f"on Salesbuildr's list since {since}"
    return f"failed {'once' if issue.times_failed == 1 else f'{issue.times_failed} times'} since {since}"


def _listings(conn: Connection, issue: StoredIssue) -> list[str]:
    """Return the sentence about the newest list of Salesbuildr's that names an issue; none for an issue in no list."""
    found = imports.listings(conn, issue.id)
    if not found:
        return []
    at, message = found[0]
    if issue.origin is IssueOrigin.IMPORTED:
        return [f"Imported from Salesbuildr's Issues page on {_moment(at)}."]
    return [f"Also listed by Salesbuildr, imported on {_moment(at)}: “{message}”"]


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%d %b %H:%M")


def _hint_of_listed(row: IssueRow, issue: StoredIssue, run: SiteRun) -> str:
    psa = run.site.psa.label
    if row.running:
        return "Already synchronizing"
    if can_be_asked(run, issue):
        return f"No record that has been read fits this line. Check again asks {psa} about what its text names."
    if not issue.ref.is_known:
        return "No record that has been read fits this line. Refresh, then paste the list again."
    return f"Only Salesbuildr's list tells of this. Check again looks what is wrong in {psa}; it writes nothing."


def _hint(row: IssueRow, writes_site: bool, can_help: bool) -> str:
    if row.running:
        return "Already synchronizing"
    if not writes_site:
        return "This site only reads: Check again looks whether the record has arrived."
    if not can_help:
        return "A retry cannot help until the mapping changes. If you changed something in the PSA, check again."
    return ""


def _remap(conn: Connection, run: SiteRun, failure: Failure, diagnosis: Diagnosis, now: datetime) -> RemapView | None:
    return remap_of(conn, run, failure, now) if Action.SET_MAPPING in diagnosis.actions else None


def _cause(issue: StoredIssue, failure: Failure, diagnosis: Diagnosis, remap: RemapView | None) -> CauseView:
    facts = failure.facts
    about = failure.record if Action.LINK in diagnosis.actions and failure.record is not None else issue.ref
    return CauseView(
        key=diagnosis.cause_key,
        title=diagnosis.title,
        message=failure.message,
        why=diagnosis.why,
        steps=diagnosis.steps,
        actions=diagnosis.actions,
        severity=diagnosis.severity,
        class_label=str(diagnosis.cause_class),
        matched_on=diagnosis.matched_on,
        mapping_kind=facts.get("mapping_kind", ""),
        mapping_source=facts.get("source_id", ""),
        mapping_source_name=facts.get("source_name", ""),
        remap=remap,
        record_kind=str(about.kind),
        record_id=about.id,
    )


def _attempt(conn: Connection, attempt: Attempt) -> AttemptView:
    outcome = attempt.outcome or Outcome.INTERRUPTED
    failed = next((step for step in attempt.steps if step.failure is not None), None)
    written = [step for step in attempt.steps if step.done and step.action != "link"]
    last = failed or (written[-1] if written else None)
    status = next((each.facts["status"] for each in attempt.failures if each.facts.get("status")), "")
    ended = attempt.ended_at or attempt.started_at
    good = outcome in (Outcome.IN_STEP, Outcome.WRITTEN, Outcome.READY)
    return AttemptView(
        id=attempt.id or 0,
        at=attempt.started_at,
        what=last.label if last else attempt.kind.value.capitalize(),
        outcome=outcome.value,
        status=status,
        milliseconds=round((ended - attempt.started_at).total_seconds() * 1000),
        good=good,
    )


def _psa_url(conn: Connection, run: SiteRun, ref: RecordRef, opportunity: Named) -> str:
    """Return where a person opens the record in the PSA; a quote opens at its opportunity where quotes have no link."""
    for each in (ref, RecordRef(kind=RecordKind.OPPORTUNITY, id=opportunity.id)):
        link = links.link(conn, run.site.id, each)
        if link is not None and (url := run.connector.url(link.entity, link.external_id)):
            return url
    return ""


def details_text(detail: IssueDetail) -> str:
    """Return a detail as plain text that can be pasted into a ticket; it holds no secrets."""
    lines = [detail.heading, detail.subheading, *([f"Record: {detail.reference}"] if detail.reference else []), ""]
    for cause in detail.causes:
        lines += ["What went wrong", f"  {cause.message}", "Why", f"  {cause.why}", "How to fix"]
        lines += [f"  {number}. {step}" for number, step in enumerate(cause.steps, start=1)]
        lines += [*_what_to_name(detail, cause), f"Recognised by: {cause.matched_on}", ""]
    lines += [f"Evidence: {detail.evidence}", ""] if detail.evidence else []
    lines += ["Also to know", *(f"  {sentence}" for sentence in detail.extra), ""] if detail.extra else []
    lines += ["Attempts"]
    lines += [
        f"  {each.at:%Y-%m-%d %H:%M:%S} UTC  {each.what}: {each.outcome} {each.status}".rstrip()
        for each in detail.attempts
    ]
    return "\n".join(lines).replace("**", "")


def _what_to_name(detail: IssueDetail, cause: CauseView) -> list[str]:
    """Return what a command that repairs a cause has to be given."""
    if cause.mapping_kind and cause.mapping_source:
        return [f"Mapping: {cause.mapping_kind} {cause.mapping_source}"]
    about = f"{cause.record_kind}/{cause.record_id}"
    return [f"About: {about}"] if cause.record_id and about != detail.reference else []
