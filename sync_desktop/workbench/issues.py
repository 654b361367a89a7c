"""What the Issues page and the commands about issues ask for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, IssueOrigin, IssueState
from sync_desktop.mapping.affected import NO_RECORD, retry_can_help, why_not_retried
from sync_desktop.storage import attempts, issues, sites
from sync_desktop.storage.issue_query import IssueQuery
from sync_desktop.workbench.counting import plural, records_of
from sync_desktop.workbench.detail import build_detail, details_text
from sync_desktop.workbench.listing import FIRST_PAGE, Found, issue_page, issue_row
from sync_desktop.workbench.pasted.asking import ask_about, can_be_asked
from sync_desktop.workbench.views import ExchangeView, IssueDetail, IssuePage, RetryPreview, RunResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from sync_desktop.domain.sites import Site
    from sync_desktop.storage.issues import StoredIssue
    from sync_desktop.storage.listed import ListedIssue
    from sync_desktop.storage.transaction import Transaction
    from sync_desktop.workbench.backstage import Backstage
    from sync_desktop.workbench.runs import RunsDesk

_NAMED = 5
"""Records that a sentence names at most of those that a retry leaves out."""


class IssuesDesk:
    """Lists issues, explains them, retries and dismisses them."""

    def __init__(self, stage: Backstage, runs: RunsDesk) -> None:
        self._stage = stage
        self._runs = runs

    async def page(
        self, *, state: IssueState | None, text: str = "", limit: int = FIRST_PAGE, site_id: str | None = None
    ) -> IssuePage:
        """Return the issues of one state, of one site or of all, grouped by cause, newest failure first."""
        query = IssueQuery(state=state, text=text, limit=limit, site_id=site_id)

        def read(conn: Connection) -> Found:
            names = {site.id: site.name for site in sites.all_sites(conn)}
            return Found(issues.listed(conn, query), issues.counts(conn, site_id), issues.total(conn, query), names)

        found = await self._stage.workspace.read(read)
        running = frozenset(each.id for each in found.issues if self._is_running(each))
        return issue_page(found, running, headline=state is IssueState.OPEN and not text)

    def _is_running(self, issue: ListedIssue) -> bool:
        return self._runs.is_running(issue.site_id, RecordRef(kind=issue.kind, id=issue.record_id))

    async def detail(self, issue_id: int) -> IssueDetail | None:
        """Return everything about one issue."""
        issue = await self._stage.workspace.read(lambda conn: issues.issue(conn, issue_id))
        if issue is None:
            return None
        site = await self._stage.site(issue.site_id)
        run, now = await self._stage.run(issue.site_id), self._stage.clock.now()

        def read(conn: Connection) -> IssueDetail:
            listed = issue.listed()
            row = issue_row(listed, site.name, running=self._is_running(listed))
            helps = retry_can_help(conn, issue)
            return build_detail(conn, run, issue, row, retry_can_help=helps, now=now)

        return await self._stage.workspace.read(read)

    async def details_text(self, issue_id: int) -> str:
        """Return an issue as plain text for a support ticket."""
        detail = await self.detail(issue_id)
        if detail is None:
            raise UserError("This issue is not in the workspace any more.")
        return details_text(detail)

    async def exchanges(self, attempt_id: int) -> tuple[ExchangeView, ...]:
        """Return an attempt's requests and answers, without secrets."""
        found = await self._stage.workspace.read(lambda conn: attempts.exchanges_of(conn, attempt_id))
        return tuple(
            ExchangeView(
                label=each.label,
                method=each.method,
                url=each.url,
                status=str(each.status) if each.status is not None else each.error or "no answer",
                milliseconds=each.milliseconds,
                request_text=each.request_body,
                response_text=each.response_body,
            )
            for each in found
        )

    async def _issues(self, issue_ids: Sequence[int]) -> list[StoredIssue]:
        def read(conn: Connection) -> list[StoredIssue]:
            return [found for each in issue_ids if (found := issues.issue(conn, each)) is not None]

        return await self._stage.workspace.read(read)

    async def known(self, issue_ids: Sequence[int]) -> None:
        """Raise `LookupError` where one of these is not in the workspace."""
        found = {issue.id for issue in await self._issues(issue_ids)}
        for each in issue_ids:
            if each not in found:
                raise LookupError(f"There is no issue {each}")

    async def retry(self, issue_ids: Sequence[int], *, confirmed: bool = False) -> RunResult:
        """Retry issues: write where the site writes, check where it only reads.

        Of several, those that the preview leaves out are not tried, and it is said which and why. Before the first
        write of a live site nothing is tried until its preview was confirmed. Of an issue that is about no record
        which has been read, the PSA is asked what its text names.
        """
        asked = await self._issues(issue_ids)
        texts = await self._texts(asked)
        records = _without(asked, texts)
        result = await self._retry(records, confirmed=confirmed) if records or not texts else None
        if result is not None and result.needs_preview:
            return result
        told = [await self._ask(site_id, texts) for site_id in dict.fromkeys(issue.site_id for issue in texts)]
        return _together([*told, *([result] if result else [])], ())

    async def _texts(self, asked: Sequence[StoredIssue]) -> list[StoredIssue]:
        """Return the issues of which only the text can be asked about."""
        return [issue for issue in asked if can_be_asked(await self._stage.run(issue.site_id), issue)]

    async def _ask(self, site_id: str, texts: Sequence[StoredIssue]) -> RunResult:
        run, those = await self._stage.run(site_id), [issue for issue in texts if issue.site_id == site_id]
        title = f"Asking {run.site.psa.label} about {plural(len(those), 'text')}"
        return await self._runs.aside(title, lambda: ask_about(run, those))

    async def _retry(self, asked: Sequence[StoredIssue], *, confirmed: bool) -> RunResult:
        running = [issue for issue in asked if self._runs.is_running(issue.site_id, issue.ref)]
        free = _without(asked, running)
        left_out = await self._left_out(free) if len(asked) > 1 else _nameless(free)
        chosen = _without(free, *left_out.values())
        refused = (*(f"{issue.title} is already synchronizing." for issue in running), *_left_out_words(left_out))
        if not chosen:
            text = "Already synchronizing" if running else "There is nothing to retry."
            return RunResult(text=text, by_outcome={}, refused=refused)
        by_site: dict[tuple[str, bool], list[StoredIssue]] = {}
        for issue in chosen:
            by_site.setdefault((issue.site_id, issue.origin is IssueOrigin.IMPORTED), []).append(issue)
        plans = [(await self._stage.site(site_id), each) for (site_id, _), each in by_site.items()]
        kinds = [await self._kind(site, each) for site, each in plans]
        first = [
            site
            for (site, _), kind in zip(plans, kinds, strict=True)
            if kind is AttemptKind.WRITE and not site.practice and not site.write_previewed
        ]
        if first and not confirmed:
            return RunResult(text="", by_outcome={}, needs_preview=True)
        for site in first:
            previewed = site.model_copy(update={"write_previewed": True})
            await self._stage.workspace.write(partial(sites.save_site, site=previewed))
        results = []
        for (site, each), kind in zip(plans, kinds, strict=True):
            refs = [issue.ref for issue in each]
            verb = "Retrying" if kind is AttemptKind.WRITE else "Checking"
            failures = [failure for issue in each for failure in issue.failures]
            title = f"{verb} {records_of([ref.kind for ref in refs])}"
            result = await self._runs.batch(site.id, refs, kind, title, retried=failures)
            results.append(replace(result, rest=tuple(issue.id for issue in each if issue.ref in result.left)))
        return _together(results, refused)

    async def _kind(self, site: Site, chosen: list[StoredIssue]) -> AttemptKind:
        """Return whether these are written or only checked.

        One that cannot be helped yet is checked, and so are those that only a list of Salesbuildr's tells of.
        """
        if chosen[0].origin is IssueOrigin.IMPORTED or not site.writes:
            return AttemptKind.CHECK
        if len(chosen) == 1 and not await self._can_help(chosen[0]):
            return AttemptKind.CHECK
        return AttemptKind.WRITE

    async def preview(self, issue_ids: Sequence[int]) -> RetryPreview:
        """Count what a bulk retry would try, and say why the others are left out; sends nothing."""
        chosen = await self._issues(issue_ids)
        texts = await self._texts(chosen)
        chosen = _without(chosen, texts)
        left_out = await self._left_out(chosen)
        tried = _without(chosen, *left_out.values())
        blocked = sum([not await self._can_help(issue) for issue in tried])
        site_ids = {issue.site_id for issue in chosen}
        known = [await self._stage.site(site_id) for site_id in site_ids]
        sentences = [f"{len(each)} left out: {why}" for why, each in left_out.items()]
        if blocked:
            sentences.append(f"{blocked} still wait for a mapping to change; they will be checked, not written")
        if listed := sum(issue.origin is IssueOrigin.IMPORTED for issue in tried):
            sentences.append(f"{listed} are known from Salesbuildr's list only; they will be checked, not written")
        if texts:
            sentences.append(f"{len(texts)} are about no record that has been read; the PSA is asked about their texts")
        for site in known:
            role = "written into" if site.writes else "checked against"
            sentences.append(f"Records of {site.name} are {role} {site.psa.label}")
        pauses = len(tried) > 1 and any(site.writes and not site.practice for site in known)
        return RetryPreview(will_try=len(tried) + len(texts), sentences=tuple(sentences), canary_pauses=pauses)

    async def _can_help(self, issue: StoredIssue) -> bool:
        return await self._stage.workspace.read(lambda conn: retry_can_help(conn, issue))

    async def _left_out(self, chosen: Sequence[StoredIssue]) -> dict[str, list[StoredIssue]]:
        """Return the issues that a bulk retry does not try, by the reason."""
        found: dict[str, list[StoredIssue]] = {}
        for issue in chosen:
            if why := await self._why_left_out(issue):
                found.setdefault(why, []).append(issue)
        return found

    async def _why_left_out(self, issue: StoredIssue) -> str:
        if self._runs.is_running(issue.site_id, issue.ref):
            return "already synchronizing"
        site, now = await self._stage.site(issue.site_id), self._stage.clock.now()
        return await self._stage.workspace.read(lambda conn: why_not_retried(conn, site, issue, now))

    async def dismiss(self, issue_ids: Sequence[int]) -> None:
        """Hide issues here; nothing changes elsewhere."""
        at = self._stage.clock.now()

        def store(tx: Transaction) -> None:
            for each in issue_ids:
                issues.dismiss(tx, each, at=at)

        await self._stage.workspace.write(store)

    async def restore(self, issue_ids: Sequence[int]) -> None:
        """Take dismissed issues back."""
        at = self._stage.clock.now()

        def store(tx: Transaction) -> None:
            for each in issue_ids:
                issues.restore(tx, each, at=at)

        await self._stage.workspace.write(store)


def _without(issues: Sequence[StoredIssue], *others: Sequence[StoredIssue]) -> list[StoredIssue]:
    left = {issue.id for each in others for issue in each}
    return [issue for issue in issues if issue.id not in left]


def _nameless(issues: Sequence[StoredIssue]) -> dict[str, list[StoredIssue]]:
    found = [issue for issue in issues if not issue.ref.is_known]
    return {NO_RECORD: found} if found else {}


def _left_out_words(left_out: Mapping[str, Sequence[StoredIssue]]) -> list[str]:
    """Return a sentence for each reason, with the first of the records that it leaves out."""
    sentences: list[str] = []
    for why, those in left_out.items():
        named = ", ".join(issue.title for issue in those[:_NAMED])
        more = f" and {len(those) - _NAMED} more" if len(those) > _NAMED else ""
        sentences.append(f"Left out: {named}{more}, because {why}.")
    return sentences


def _together(results: Sequence[RunResult], refused: tuple[str, ...]) -> RunResult:
    counts: dict[str, int] = {}
    for result in results:
        for outcome, count in result.by_outcome.items():
            counts[outcome] = counts.get(outcome, 0) + count
    return RunResult(
        text=" ".join(result.text for result in results if result.text),
        by_outcome=counts,
        refused=(*refused, *(each for result in results for each in result.refused)),
        cancelled=any(result.cancelled for result in results),
        pause=tuple(each for result in results for each in result.pause),
        left=tuple(each for result in results for each in result.left),
        rest=tuple(each for result in results for each in result.rest),
    )
