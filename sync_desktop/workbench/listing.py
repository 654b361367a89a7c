"""Makes the Issues page from what storage lists. Plain: used by the workbench, and before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_desktop.mapping.broken import mapping_of
from sync_desktop.workbench.counting import plural, records_of
from sync_desktop.workbench.list_views import CauseGroup, IssuePage, IssueRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sync_desktop.domain.words import IssueState
    from sync_desktop.storage.listed import ListedIssue

FIRST_PAGE = 1000
"""How many issues are listed at most, unless somebody asks for more."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was listed for one filter."""

    issues: Sequence[ListedIssue]
    counts: Mapping[IssueState, int]
    total: int
    """How many the filter names, beyond those that are listed too."""
    site_names: Mapping[str, str]


def issue_page(found: Found, running: frozenset[int] = frozenset(), *, headline: bool) -> IssuePage:
    """Return the page, grouped by cause; `running` are the issues whose records are being worked on.

    `headline` says what repairing the broken mappings would let through, which holds for the open issues as a whole.
    """
    return IssuePage(
        rows=tuple(
            issue_row(each, found.site_names.get(each.site_id, each.site_id), running=each.id in running)
            for each in found.issues
        ),
        groups=_groups(found.issues),
        counts=found.counts,
        total=found.total,
        headline=_headline(found.issues) if headline else "",
    )


def issue_row(issue: ListedIssue, site_name: str, *, running: bool) -> IssueRow:
    """Return an issue as the table shows it."""
    return IssueRow(
        id=issue.id,
        site_id=issue.site_id,
        site_name=site_name,
        kind=issue.kind,
        record=issue.title,
        company=issue.company,
        quote_status=issue.quote_status.capitalize(),
        value=issue.value,
        last_failed_at=issue.last_failed_at,
        state=issue.state,
        badge="Retrying" if running else issue.state.value.capitalize(),
        severity=issue.severity,
        cause_key=issue.cause_key,
        cause_title=issue.cause_title,
        running=running,
    )


def _groups(found: Sequence[ListedIssue]) -> tuple[CauseGroup, ...]:
    by_cause: dict[str, list[ListedIssue]] = {}
    for issue in found:
        by_cause.setdefault(issue.cause_key, []).append(issue)
    groups = []
    for key, members in by_cause.items():
        value = sum(issue.value for issue in members if issue.value is not None)
        money = f" · ${value:,.0f}" if value else ""
        groups.append(
            CauseGroup(
                key=key,
                title=members[0].cause_title,
                subtitle=f"{records_of([issue.kind for issue in members])}{money}",
                badge=members[0].badge,
                severity=members[0].severity,
                issue_ids=tuple(issue.id for issue in members),
            )
        )
    return tuple(sorted(groups, key=lambda group: -len(group.issue_ids)))


def _headline(found: Sequence[ListedIssue]) -> str:
    """Return what repairing the broken mappings would let through; only where mappings are all that is wrong."""
    fixable = [issue for issue in found if issue.failures and all(mapping_of(each) for each in issue.failures)]
    needed = {mapping_of(each) for issue in fixable for each in issue.failures}
    if not fixable:
        return ""
    value = sum(issue.value for issue in fixable if issue.value is not None)
    money = f" (${value:,.0f} of quotes)" if value else ""
    repair = f"Repair **{plural(len(needed), 'mapping')}** and **{len(fixable)} of {len(found)}** issues"
    return f"{repair}{money} can go through"
