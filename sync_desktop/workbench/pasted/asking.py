"""Asks the PSA about listed texts that are about no record that has been read: what the ids in them are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_desktop.domain.words import AttemptKind, IssueOrigin, IssueState, Outcome
from sync_desktop.investigate.findings import ASKED
from sync_desktop.investigate.investigator import Investigator
from sync_desktop.storage import attempts, issues
from sync_desktop.workbench.views import RunResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.domain.failures import Failure
    from sync_desktop.storage.issues import StoredIssue
    from sync_desktop.storage.transaction import Transaction
    from sync_desktop.sync.site_run import SiteRun


def can_be_asked(run: SiteRun, issue: StoredIssue) -> bool:
    """Say whether an issue is about no known record, and names a row that its PSA can be asked about."""
    if issue.ref.is_known or issue.state is not IssueState.OPEN:
        return False
    return any((suspect := run.connector.inquiries.suspect(each)) and suspect.row_id for each in issue.failures)


async def ask_about(run: SiteRun, asked: Sequence[StoredIssue]) -> RunResult:
    """Ask about the rows that the texts of a site's issues name, and keep the answers on each, with every exchange."""
    investigator = Investigator(run)
    said = [f"{issue.title}: {await _ask(run, investigator, issue)}." for issue in asked]
    return RunResult(text=" ".join(said), by_outcome={str(Outcome.BLOCKED): len(said)})


async def _ask(run: SiteRun, investigator: Investigator, issue: StoredIssue) -> str:
    """Ask about one issue's texts; returns what was answered."""
    started = run.clock.now()
    run.journal.open()
    found = await investigator.investigate_texts(issue.failures)
    exchanges, at = run.journal.drain(), run.clock.now()
    said = _in_words(found.failures) or f"{run.site.psa.label} could not be asked"
    diagnoses = run.diagnoses(None, found.failures)

    def store(tx: Transaction) -> None:
        attempt_id = attempts.begin(tx, issue.site_id, issue.ref, AttemptKind.CHECK, at=started, owner=run.owner)
        attempts.finish(tx, attempt_id, outcome=Outcome.BLOCKED, summary=said, failures=found.failures, steps=(), at=at)
        attempts.save_exchanges(tx, attempt_id, exchanges)
        issues.record_failure(
            tx,
            issue.site_id,
            issue.ref,
            title=issue.title,
            company=issue.company,
            quote_status=issue.quote_status,
            value=issue.value,
            number=issue.number,
            failures=found.failures,
            diagnoses=diagnoses,
            origin=IssueOrigin.IMPORTED,
            at=issue.last_failed_at,
        )

    await run.workspace.write(store)
    return said


def _in_words(failures: Sequence[Failure]) -> str:
    """Return what was answered, and the further categories that lead to the same."""
    told = [each for each in failures if each.facts.get(ASKED)]
    others = [f"category {each.facts['category']} leads there too" for each in told[1:] if each.facts.get("category")]
    return "; ".join([*(each.facts[ASKED] for each in told[:1]), *others])
