"""The life cycle of issues, as a table of cases and against a model of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import IssueOrigin, IssueState, RecordKind, Severity
from sync_desktop.storage import issues, schema, search, sites
from sync_desktop.storage.issue_query import IssueQuery
from sync_desktop.storage.issues import StoredIssue
from sync_desktop.storage.transaction import Transaction
from sync_desktop.storage.workspace import Workspace
from tests.storage.shelf import NOON, OTHER, QUOTE, SITE, diagnosis, failure

LATER = NOON + timedelta(hours=1)
LATEST = NOON + timedelta(hours=2)


def fail(tx: Transaction, ref: RecordRef = QUOTE, *causes: str, site_id: str = SITE.id, **changed: Any) -> int:
    members: dict[str, Any] = {
        "title": "Q-2041 Northwind refresh",
        "company": "Northwind Traders",
        "quote_status": "approved",
        "value": Decimal("1068.10"),
        "number": "Q-2041",
        "failures": [failure()],
        "diagnoses": [diagnosis(cause) for cause in causes or ("billing-code:1",)],
        "origin": IssueOrigin.ATTEMPT,
        "at": NOON,
    }
    return issues.record_failure(tx, site_id, ref, **{**members, **changed})


async def stored(workspace: Workspace, issue_id: int) -> StoredIssue:
    found = await workspace.read(lambda conn: issues.issue(conn, issue_id))
    assert found is not None
    return found


async def test_a_first_failure_opens_an_issue_that_keeps_what_is_known(workspace: Workspace) -> None:
    issue_id = await workspace.write(lambda tx: fail(tx, QUOTE, "billing-code:1", "owner:7"))
    issue = await stored(workspace, issue_id)
    assert (issue.state, issue.times_failed, issue.opened_at, issue.last_failed_at) == (IssueState.OPEN, 1, NOON, NOON)
    assert (issue.site_id, issue.ref, issue.origin) == (SITE.id, QUOTE, IssueOrigin.ATTEMPT)
    assert (issue.number, issue.company, issue.quote_status) == ("Q-2041", "Northwind Traders", "approved")
    assert issue.value == Decimal("1068.10")
    assert str(issue.value) == "1068.10"
    assert issue.failures == (failure(),)
    assert issue.cause_keys == ("billing-code:1", "owner:7")
    assert (issue.rule, issue.cause_key, issue.severity, issue.badge) == (
        "billing-code",
        "billing-code:1",
        Severity.ERROR,
        "Fix mapping",
    )
    assert issue.diagnoses == (diagnosis("billing-code:1"), diagnosis("owner:7"))


async def test_another_failure_keeps_the_issue_and_shows_the_newer_cause(workspace: Workspace) -> None:
    first = await workspace.write(fail)
    newer = failure("Owner 7 is inactive")
    second = await workspace.write(lambda tx: fail(tx, QUOTE, "owner:7", at=LATER, failures=[newer], value=None))
    issue = await stored(workspace, first)
    assert second == first
    assert (issue.state, issue.times_failed, issue.failures) == (IssueState.OPEN, 2, (newer,))
    assert issue.cause_keys == ("owner:7",)
    assert (issue.opened_at, issue.last_failed_at, issue.value) == (NOON, LATER, None)


async def test_seen_in_the_psa_clears_and_keeps_the_evidence(workspace: Workspace) -> None:
    first = await workspace.write(fail)
    cleared = await workspace.write(
        lambda tx: issues.clear(tx, SITE.id, QUOTE, evidence="Quote 4711 with 12 of 12 items", at=LATER)
    )
    issue = await stored(workspace, first)
    assert cleared == first
    assert (issue.state, issue.note) == (IssueState.CLEARED, "Quote 4711 with 12 of 12 items")
    assert issue.state_changed_at == LATER
    assert issue.failures
    assert await workspace.write(lambda tx: issues.clear(tx, SITE.id, QUOTE, evidence="again", at=LATEST)) is None
    assert (await stored(workspace, first)).note == "Quote 4711 with 12 of 12 items"
    assert await workspace.read(lambda conn: issues.open_issue_for(conn, SITE.id, QUOTE)) is None


async def test_clearing_a_record_without_an_issue_is_nothing(workspace: Workspace) -> None:
    assert await workspace.write(lambda tx: issues.clear(tx, SITE.id, QUOTE, evidence="there", at=NOON)) is None


async def test_a_cleared_issue_opens_again(workspace: Workspace) -> None:
    first = await workspace.write(fail)
    await workspace.write(lambda tx: issues.clear(tx, SITE.id, QUOTE, evidence="there", at=NOON))
    again = await workspace.write(lambda tx: fail(tx, at=LATER, origin=IssueOrigin.CHECK))
    issue = await stored(workspace, first)
    assert again == first
    assert (issue.state, issue.times_failed, issue.origin) == (IssueState.OPEN, 2, IssueOrigin.CHECK)
    assert issue.state_changed_at == LATER


async def test_a_dismissed_issue_stays_so_for_the_same_cause_and_counts_it(workspace: Workspace) -> None:
    first = await workspace.write(fail)
    await workspace.write(lambda tx: issues.dismiss(tx, first, at=NOON))
    for _ in range(2):
        await workspace.write(lambda tx: fail(tx, QUOTE, "billing-code:1", "owner:7", at=LATER))
    issue = await stored(workspace, first)
    assert (issue.state, issue.times_failed, issue.dismissed_count) == (IssueState.DISMISSED, 3, 2)
    assert issue.last_failed_at == LATER
    assert issue.state_changed_at == NOON


async def test_another_cause_reopens_a_dismissed_issue_and_says_so(workspace: Workspace) -> None:
    first = await workspace.write(fail)
    await workspace.write(lambda tx: issues.dismiss(tx, first, at=NOON))
    await workspace.write(lambda tx: fail(tx, QUOTE, "owner:7", at=LATER))
    issue = await stored(workspace, first)
    assert (issue.state, issue.times_failed, issue.state_changed_at) == (IssueState.OPEN, 2, LATER)
    assert issue.note == "Reopened: another cause than the one you dismissed"


async def test_dismiss_can_be_undone_and_cleared_wins_over_dismissed(workspace: Workspace) -> None:
    first = await workspace.write(fail)
    await workspace.write(lambda tx: issues.dismiss(tx, first, at=NOON))
    await workspace.write(lambda tx: issues.restore(tx, first, at=LATER))
    assert (await stored(workspace, first)).state is IssueState.OPEN
    await workspace.write(lambda tx: issues.dismiss(tx, first, at=LATER))
    assert await workspace.write(lambda tx: issues.clear(tx, SITE.id, QUOTE, evidence="there", at=LATEST)) == first
    await workspace.write(lambda tx: issues.restore(tx, first, at=LATEST))  # too late: it is in the PSA
    assert (await stored(workspace, first)).state is IssueState.CLEARED


async def test_an_unknown_issue_is_told(workspace: Workspace) -> None:
    with pytest.raises(LookupError, match="no issue 99"):
        await workspace.write(lambda tx: issues.dismiss(tx, 99, at=NOON))
    assert await workspace.read(lambda conn: issues.issue(conn, 99)) is None


async def test_an_issue_without_a_cause_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="needs a failure and its diagnosis"):
        await workspace.write(lambda tx: fail(tx, diagnoses=[]))


async def test_better_rules_regroup_an_issue_without_touching_its_life(workspace: Workspace) -> None:
    first = await workspace.write(lambda tx: fail(tx, QUOTE, "unknown:text"))
    await workspace.write(lambda tx: issues.dismiss(tx, first, at=NOON))
    better = [diagnosis("billing-code:1", "Switched off")]
    await workspace.write(lambda tx: issues.set_diagnoses(tx, first, better))
    issue = await stored(workspace, first)
    assert (issue.cause_key, issue.state, issue.times_failed) == ("billing-code:1", IssueState.DISMISSED, 1)
    await workspace.write(fail)  # the cause that it was dismissed for, as it is called now
    assert (await stored(workspace, first)).state is IssueState.DISMISSED


async def test_lists_counts_and_pages(workspace: Workspace) -> None:
    def many(tx: Transaction) -> None:
        for n in range(5):
            ref = RecordRef(kind=RecordKind.QUOTE, id=f"q{n}")
            issue_id = fail(
                tx, ref, f"cause:{n % 2}", title=f"Q-{n}", value=Decimal(10**n), at=NOON + timedelta(hours=n)
            )
            if n == 4:
                issues.dismiss(tx, issue_id, at=LATEST)
        fail(tx, QUOTE, site_id=OTHER.id, title="elsewhere", at=NOON)

    await workspace.write(many)

    async def titles(query: IssueQuery) -> list[str]:
        return [issue.title for issue in await workspace.read(lambda conn: issues.find(conn, query))]

    assert await titles(IssueQuery(site_id=SITE.id)) == ["Q-4", "Q-3", "Q-2", "Q-1", "Q-0"]
    assert await titles(IssueQuery(state=IssueState.OPEN, site_id=SITE.id)) == ["Q-3", "Q-2", "Q-1", "Q-0"]
    assert await titles(IssueQuery(site_id=SITE.id, limit=2, offset=1)) == ["Q-3", "Q-2"]
    assert await titles(IssueQuery(site_id=SITE.id, order="value")) == ["Q-4", "Q-3", "Q-2", "Q-1", "Q-0"]
    assert await titles(IssueQuery(order="title", limit=2)) == ["Q-0", "Q-1"]
    assert await titles(IssueQuery(cause_key="cause:1")) == ["Q-3", "Q-1"]
    assert await titles(IssueQuery(severity=Severity.WARNING)) == []
    everything = IssueQuery(limit=1)
    assert await workspace.read(lambda conn: issues.total(conn, everything)) == 6
    assert await workspace.read(lambda conn: issues.counts(conn, SITE.id)) == {
        IssueState.OPEN: 4,
        IssueState.DISMISSED: 1,
        IssueState.UNLISTED: 0,
        IssueState.CLEARED: 0,
    }
    assert (await workspace.read(issues.counts))[IssueState.OPEN] == 5
    with pytest.raises(ValueError, match="not ordered by colour"):
        await titles(IssueQuery(order="colour"))


class Model:
    """The life of one issue as the contract tells it, in as few words as possible."""

    def __init__(self) -> None:
        self.state: IssueState | None = None
        self.cause = ""
        self.times = 0

    def apply(self, action: str) -> None:
        match action, self.state:
            case ("clear", IssueState.OPEN | IssueState.DISMISSED | IssueState.UNLISTED):
                self.state = IssueState.CLEARED
            case ("dismiss", IssueState.OPEN):
                self.state = IssueState.DISMISSED
            case ("restore", IssueState.DISMISSED):
                self.state = IssueState.OPEN
            case ("unlist", IssueState.OPEN):
                self.state = IssueState.UNLISTED
            case (("a" | "b" | "listed a") as told, state):
                cause = told[-1]
                self.times += told != "listed a" or state is None
                if state is not IssueState.DISMISSED or cause != self.cause:
                    self.state = IssueState.OPEN
                self.cause = cause


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "listed a", "unlist", "clear", "dismiss", "restore"]), max_size=12))
def test_whatever_happens_an_issue_lives_as_the_model_says(actions: list[str]) -> None:
    model, engine = Model(), create_engine("sqlite://")
    with engine.begin() as conn:
        schema.metadata.create_all(conn)
        search.create(conn)
        tx = Transaction(conn)
        sites.save_site(tx, SITE)
        for action in actions:
            known = issues.issue_for(conn, SITE.id, QUOTE)
            if action in ("a", "b"):
                fail(tx, QUOTE, action)
            elif action == "listed a":
                fail(tx, QUOTE, "a", origin=IssueOrigin.IMPORTED)
            elif action == "clear":
                issues.clear(tx, SITE.id, QUOTE, evidence="there", at=NOON)
            elif known is not None and action == "unlist":
                issues.unlist(tx, known.id, note="not there", at=NOON)
            elif known is not None:
                {"dismiss": issues.dismiss, "restore": issues.restore}[action](tx, known.id, at=NOON)
            model.apply(action)
            found = issues.issue_for(conn, SITE.id, QUOTE)
            assert (
                (found.state, found.times_failed, found.cause_key)
                == (
                    model.state,
                    model.times,
                    model.cause,
                )
                if found
                else model.state is None
            )
            assert sum(issues.counts(conn).values()) == (model.state is not None)
    engine.dispose()
