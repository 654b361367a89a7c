"""Many records: one shared check of all of them, then one attempt each, in the order of dependency."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.records import AnyRecord, Quote, RecordRef, ref_of
from sync_desktop.domain.words import AttemptKind, FailureKind, IssueState, Outcome, RecordKind
from sync_desktop.storage import issues, leases, links, records
from sync_desktop.storage.issue_query import IssueQuery
from sync_desktop.sync.attempt import AttemptResult, Attempts, Checked
from sync_desktop.sync.budget_guard import BATCH_SHARE, SINGLE_SHARE, guard
from sync_desktop.sync.calls import keep_calls
from sync_desktop.sync.check import Checker
from sync_desktop.sync.eligibility import why_not_eligible
from sync_desktop.sync.plan import Act
from sync_desktop.sync.refs import load, needed_by
from sync_desktop.sync.reread import reread
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.sync.write import unbroken

_STOPPERS = (FailureKind.CREDENTIALS, FailureKind.BUDGET, FailureKind.READ_ONLY)
_UNANSWERED = (FailureKind.NETWORK, FailureKind.SERVER, FailureKind.RATE_LIMIT)
_IN_A_ROW = 2
"""Records that a batch tries without a proper answer before it takes the server to be down."""
_ORDER = list(RecordKind)


@dataclass(frozen=True, slots=True)
class BatchEvent:
    """One record is about to be tried (`result` None), or was."""

    done: int
    total: int
    record: str
    result: AttemptResult | None = None


@dataclass(slots=True)
class BatchResult:
    """How a batch ended. `stopped` says why it did not go on to its end."""

    results: list[AttemptResult] = field(default_factory=list)
    not_tried: list[RecordRef] = field(default_factory=list)
    stopped: Failure | None = None
    cancelled: bool = False


OnEvent = Callable[[BatchEvent], None]
Canary = Callable[[AttemptResult], Awaitable[bool]]


class Batch:
    """Checks or writes a frozen set of records of one site."""

    def __init__(
        self,
        run: SiteRun,
        *,
        on_event: OnEvent,
        canary: Canary | None = None,
        retried: Sequence[Failure] = (),
        resend: bool = True,
    ) -> None:
        """With `retried`, the failures of issues that are retried, what they are about is first read anew.

        Unless `resend`, what the PSA has refused is not sent again as long as nothing about it changes.
        """
        self._run = run
        self._retried = retried
        self._attempts = Attempts(run, guard=self._guard_during, resend=resend)
        self._on_event = on_event
        self._canary = canary
        self._total = 0
        self._result = BatchResult()

    async def in_scope(self) -> list[RecordRef]:
        """Return the quotes that this site writes, and every other record with an open issue."""
        site = self._run.site
        quotes = await self._run.workspace.read(lambda conn: records.records(conn, site.id, RecordKind.QUOTE))
        now = self._run.clock.now()
        wanted = [ref_of(q) for q in quotes if isinstance(q, Quote) and not why_not_eligible(q, site, now)]
        query = IssueQuery(site_id=site.id, limit=100_000)
        known = await self._run.workspace.read(lambda conn: issues.find(conn, query))
        wanted += [issue.ref for issue in known if issue.state is not IssueState.CLEARED and issue.ref.is_known]
        return list(dict.fromkeys(wanted))

    async def run(self, refs: Sequence[RecordRef], kind: AttemptKind) -> BatchResult:
        """Attempt each record once; every outcome is kept as it comes. Cancelling keeps what was done."""
        frozen = sorted(dict.fromkeys(refs), key=lambda ref: _ORDER.index(ref.kind))
        self._total = len(frozen)
        self._result = BatchResult(not_tried=list(frozen))
        self._run.journal.open()
        try:
            if len(frozen) == 1:
                await self._single(frozen[0], kind)
            else:
                await self._guard(len(frozen))
                if self._retried:
                    await reread(self._run, frozen, self._retried)
                await self._many(frozen, kind)
        except SyncError as error:
            self._result.stopped = error.failure
        except asyncio.CancelledError:
            self._result.cancelled = True
            raise
        finally:
            await unbroken(keep_calls(self._run))
        return self._result

    async def _single(self, ref: RecordRef, kind: AttemptKind) -> None:
        """Attempt one record; where not even the budget can be read, that is the attempt's own failure."""
        self._run.journal.open()
        try:
            await self._guard(1)
            if self._retried:
                await reread(self._run, (), self._retried)
        except SyncError as error:
            if error.failure.kind is FailureKind.BUDGET:
                raise
            self._count(ref, await self._attempts.failed(ref, kind, error.failure))
            return
        await self._attempt(ref, kind)

    async def _guard(self, count: int) -> None:
        """Stop before the tenant's hour is used up for everybody."""
        await guard(self._run, _share(count), fresh=count > 1)

    async def _many(self, refs: Sequence[RecordRef], kind: AttemptKind) -> None:
        known = await self._check_all(refs)
        paused, unanswered = False, 0
        for ref in refs:
            checked = known.get(ref)
            writes = kind is AttemptKind.WRITE and checked is not None and checked.plan.ready
            again = writes or (checked is not None and await self._moved_on(checked))
            result = await self._attempt(ref, kind, checked, again=again)
            no_answer = [each for each in result.failures if each.kind in _UNANSWERED]
            unanswered = unanswered + 1 if no_answer else 0
            stoppers = [each for each in result.failures if _stops(each)]
            if stoppers or unanswered == _IN_A_ROW:
                raise SyncError((stoppers or no_answer)[0])
            await self._guard_during()
            wrote = any(step.done and step.action != Act.LINK.value for step in result.steps)
            if wrote and self._canary is not None and not paused:
                paused = True
                if not await self._canary(result):
                    return

    async def _moved_on(self, checked: Checked) -> bool:
        """Say whether a shared check is not the last word.

        It is not while a create of an earlier attempt has no known outcome, nor where somebody here creates, or has
        created meanwhile, what looked like a stranger in the PSA.
        """
        plan, unsettled = checked.plan, checked.checker.refs.intents
        if any(unsettled.get(ref) for ref in (plan.ref, *needed_by(plan.record))):
            return True
        if not plan.near_matches:
            return False
        site_id, now = self._run.site.id, self._run.clock.now()

        def read(conn: Connection) -> bool:
            near = plan.near_matches
            return any(links.link(conn, site_id, ref) or leases.holder(conn, site_id, ref, now) for ref in near)

        return await self._run.workspace.read(read)

    async def _guard_during(self) -> None:
        """Look at the count again, between records and before each write; it is read anew after a hundred calls."""
        budget = await self._run.connector.budget()
        if budget.used_share > _share(self._total):
            await self._guard(self._total)

    async def _check_all(self, refs: Sequence[RecordRef]) -> dict[RecordRef, Checked]:
        """Check all records together, which costs a handful of calls instead of several for each."""
        run, site = self._run, self._run.site

        def read(conn: Connection) -> list[AnyRecord]:
            found = (records.record(conn, site.id, ref) for ref in refs)
            return [record for record in found if record is not None]

        stored = await run.workspace.read(read)
        loaded = await run.workspace.read(lambda conn: load(conn, site, stored))
        checker = Checker(run, loaded)
        await checker.prefetch(stored)
        known: dict[RecordRef, Checked] = {}
        for record in stored:
            self._on_event(BatchEvent(0, self._total, f"Checking {record.name}"))
            try:
                known[ref_of(record)] = Checked(await checker.check(record), checker)
            except SyncError as error:
                if _stops(error.failure) or error.failure.kind in _UNANSWERED:
                    raise
                continue  # this record's own attempt meets the same, and keeps it as its failure
            await self._guard_during()
        await keep_calls(run)
        return known

    async def _attempt(
        self, ref: RecordRef, kind: AttemptKind, checked: Checked | None = None, *, again: bool = False
    ) -> AttemptResult:
        """Make one attempt; a check just made is only kept, unless it is to be made `again` before a write."""
        done = len(self._result.results)
        name = checked.plan.record.name if checked else await self._name(ref)
        self._on_event(BatchEvent(done, self._total, name))
        result = await self._attempts.attempt(ref, kind, checked=None if again else checked)
        self._count(ref, result)
        self._on_event(BatchEvent(done + 1, self._total, name, result))
        return result

    def _count(self, ref: RecordRef, result: AttemptResult) -> None:
        self._result.results.append(result)
        self._result.not_tried.remove(ref)

    async def _name(self, ref: RecordRef) -> str:
        site_id = self._run.site.id
        record = await self._run.workspace.read(lambda conn: records.record(conn, site_id, ref))
        return record.name if record is not None else str(ref)


def _share(count: int) -> float:
    return BATCH_SHARE if count > 1 else SINGLE_SHARE


def _stops(failure: Failure) -> bool:
    """Say whether every further record would fail of the same, for example because a server cannot be reached."""
    unreachable = failure.kind is FailureKind.NETWORK and failure.facts.get("sent") == "no"
    return failure.kind in _STOPPERS or unreachable


def counted(results: Sequence[AttemptResult]) -> dict[Outcome, int]:
    """Return how many attempts ended how, in the outcomes' own order."""
    found = [result.outcome for result in results]
    return {outcome: found.count(outcome) for outcome in Outcome if outcome in found}
