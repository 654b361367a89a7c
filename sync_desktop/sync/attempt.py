"""One attempt at one record: lease, check, write, read back, and the one transaction that keeps its outcome."""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sync_desktop.domain.failures import Failure, SyncError, UserError
from sync_desktop.domain.issues import Diagnosis
from sync_desktop.domain.plans import Check, Step
from sync_desktop.domain.records import (
    AnyRecord,
    Quote,
    RecordRef,
    company_of,
    ref_of,
)
from sync_desktop.domain.words import AttemptKind, FailureKind, IssueOrigin, IssueState, Outcome
from sync_desktop.storage import attempts, issues, links, records
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.calls import keep_calls
from sync_desktop.sync.check import Checker
from sync_desktop.sync.decisions import conflict_failure
from sync_desktop.sync.leases import Leases
from sync_desktop.sync.listed import listed_failures
from sync_desktop.sync.plan import Act, Operation, Plan
from sync_desktop.sync.refs import end_decisions, load, needed_by
from sync_desktop.sync.refusals import HeldBackError, refusal_of, refused_before
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.sync.telling import in_a_line, items_missing, nameless, value_of
from sync_desktop.sync.verify import read_back
from sync_desktop.sync.write import Guard, Writer, unbroken

log = logging.getLogger(__name__)

_INVESTIGATED = (Outcome.BLOCKED, Outcome.FAILED, Outcome.PARTIAL)
"""Outcomes after which the PSA is asked about the rows behind the failures.

After a check that found nothing in the way, it is asked about what Salesbuildr lists of the record.
"""


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """How an attempt ended."""

    ref: RecordRef
    outcome: Outcome
    summary: str
    failures: tuple[Failure, ...] = ()
    check: Check | None = None
    attempt_id: int | None = None
    steps: tuple[Step, ...] = ()
    held_back: tuple[Operation, ...] = ()
    """What was not sent, because the PSA has refused exactly that before."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A check just made, with what it knew."""

    plan: Plan
    checker: Checker


@dataclass(slots=True)
class _Running:
    """What an attempt has come to so far."""

    record: AnyRecord
    attempt_id: int
    kind: AttemptKind
    leases: Leases
    plan: Plan | None = None
    writer: Writer | None = None
    failures: list[Failure] = field(default_factory=list)
    is_known: bool = True
    """The record was read at some time; where not, only its name is missing in `record`."""
    as_before: bool = False
    """It failed of nothing but what the PSA had refused before and was not sent again."""


class Attempts:
    """Makes attempts at one site."""

    def __init__(self, run: SiteRun, *, guard: Guard | None = None, resend: bool = True) -> None:
        """`guard` is asked before each request that writes. Unless `resend`, what the PSA refused is not sent again."""
        self._run = run
        self._guard = guard
        self._resend = resend
        self._investigate = run.investigation(run) if run.investigation is not None else None

    async def fresh(self, ref: RecordRef) -> AnyRecord | None:
        """Read a record anew from the quoting side and keep it; None where it is not there any more."""
        record = await self._run.source.record(ref)
        at, site_id = self._run.clock.now(), self._run.site.id
        if record is not None:
            found = record
            await self._run.workspace.write(lambda tx: records.save_records(tx, site_id, [found], at=at))
        return record

    async def _deleted(self, stored: AnyRecord) -> AnyRecord:
        """Keep that the quoting side does not have a record any more: it is not written from what was known of it."""
        gone = stored.model_copy(update={"deleted": True})
        at, site_id = self._run.clock.now(), self._run.site.id
        await self._run.workspace.write(lambda tx: records.save_records(tx, site_id, [gone], at=at))
        return gone

    async def attempt(self, ref: RecordRef, kind: AttemptKind, *, checked: Checked | None = None) -> AttemptResult:
        """Check or write one record, which is first read anew from the quoting side: what was mended there counts.

        With `checked`, a check just made whose outcome is only to be kept, nothing is read again.
        """
        leases = self._leases()
        await keep_calls(self._run)
        self._run.journal.open()
        try:
            begun = await self._begin(ref, kind, leases)
            if begun is None:
                failure = Failure(kind=FailureKind.BUSY, message="Already synchronizing", record=ref)
                return AttemptResult(ref, Outcome.BUSY, "Already synchronizing", (failure,))
            async with leases.kept_alive():
                return await self._leased(ref, begun, checked)
        finally:  # where how it ended was kept, that has given it back
            await unbroken(leases.give_back(ref))

    async def failed(self, ref: RecordRef, kind: AttemptKind, failure: Failure) -> AttemptResult:
        """Keep an attempt that failed before anything of the record was read, with the exchanges that led to it."""
        begun = await self._begin(ref, kind, self._leases(), leased=False)
        if begun is None:
            raise AssertionError("An attempt without a lease is held by nobody")
        begun.failures = [failure]
        return await unbroken(self._finish(begun, Outcome.FAILED))

    def _leases(self) -> Leases:
        return Leases(self._run, f"{self._run.owner}/{uuid.uuid4().hex[:8]}")

    async def _leased(self, ref: RecordRef, running: _Running, checked: Checked | None) -> AttemptResult:
        running.plan = checked.plan if checked else None
        try:
            if checked is None:
                stored = running.record if running.is_known else None
                record = await self.fresh(ref) or (stored and await self._deleted(stored))
                if record is not None:
                    running.record, running.is_known = record, True
            if not running.is_known:
                return await self._unknown_record(running)
            outcome = await self._work(running, checked)
        except SyncError as error:
            outcome = Outcome.FAILED
            running.failures = [error.failure]
            running.as_before = isinstance(error, HeldBackError) and not _requests(running)
        except UserError:
            raise  # nothing can be written down: the workspace itself is what failed
        except Exception as error:
            log.exception("An attempt at %s ended in a mistake of ours", ref)
            outcome = Outcome.FAILED
            message = f"This program made a mistake ({type(error).__name__}); nothing more was sent for this record"
            running.failures = [Failure(kind=FailureKind.INTERNAL, message=message)]
        except asyncio.CancelledError:
            await unbroken(self._finish(running, Outcome.CANCELLED))
            raise
        try:
            await self._look_closer(running, outcome)
        finally:  # also where it is cancelled in the middle: how it ended is known by now
            result = await unbroken(self._finish(running, outcome))
        return result

    async def _look_closer(self, running: _Running, outcome: Outcome) -> None:
        """Ask the PSA about what failed; what goes wrong in that leaves the failures as they are."""
        if self._investigate is None or outcome not in (*_INVESTIGATED, Outcome.READY):
            return
        checked = outcome in (Outcome.BLOCKED, Outcome.READY)
        listed = await listed_failures(self._run, ref_of(running.record)) if checked else ()
        if outcome is Outcome.READY and not listed:
            return
        try:
            running.failures = list(await self._investigate(running.record, tuple(running.failures), listed))
        except UserError:
            raise
        except Exception:
            log.exception("Looking closer at %s ended in a mistake of ours", ref_of(running.record))

    async def _begin(
        self, ref: RecordRef, kind: AttemptKind, leases: Leases, *, leased: bool = True
    ) -> _Running | None:
        """Take the record's lease and write down that an attempt starts, in one transaction; None where it is held.

        One that is cancelled just then is written down as cancelled.
        """
        at, site_id = self._run.clock.now(), self._run.site.id

        def begin(tx: Transaction) -> _Running:
            stored = records.record(tx.conn, site_id, ref)
            attempt_id = attempts.begin(tx, site_id, ref, kind, at=at, owner=leases.owner)
            return _Running(stored or nameless(ref), attempt_id, kind, leases, is_known=stored is not None)

        begun = asyncio.ensure_future(leases.take_and(ref, begin) if leased else self._run.workspace.write(begin))
        try:
            return await asyncio.shield(begun)
        except asyncio.CancelledError:
            await unbroken(self._cancel(begun))  # a person may cancel more than once
            raise

    async def _cancel(self, begun: asyncio.Future[_Running | None]) -> None:
        await asyncio.wait([begun])
        if begun.exception() is None and (running := begun.result()) is not None:
            await self._finish(running, Outcome.CANCELLED)

    async def _unknown_record(self, running: _Running) -> AttemptResult:
        ref = ref_of(running.record)
        message = f"{ref.kind.label} was not found in Salesbuildr"
        running.failures = [Failure(kind=FailureKind.NOT_FOUND, message=message, facts={f"{ref.kind}_id": ref.id})]
        running.kind = AttemptKind.CHECK
        return await self._finish(running, Outcome.BLOCKED)

    async def _work(self, running: _Running, checked: Checked | None) -> Outcome:
        leases = running.leases
        checker = checked.checker if checked else await self._checker(running.record)
        writer = running.writer = self._writer(checker, leases, running)
        if running.plan is None:
            own = ref_of(running.record)
            for ref in (*needed_by(running.record), own):
                await writer.settle(ref, own=ref == own)
            running.plan = await _checked(checker, running.record)
            if await self._overtaken(running.plan, leases):
                checker = await self._checker(running.record)
                writer = running.writer = self._writer(checker, leases, running)
                running.plan = await _checked(checker, running.record)
        plan = running.plan
        if plan.not_eligible:
            return Outcome.NOT_ELIGIBLE
        if running.kind is AttemptKind.CHECK or plan.blocked or not plan.writes:
            await self._keep_links(plan, writer)
            return self._judge(running, plan, await self._refused(plan))
        await writer.carry_out(plan)
        return await self._read_back(running, checker)

    def _writer(self, checker: Checker, leases: Leases, running: _Running) -> Writer:
        return Writer(self._run, checker, leases, running.attempt_id, guard=self._guard, resend=self._resend)

    async def _overtaken(self, plan: Plan, leases: Leases) -> bool:
        """Wait for whoever creates what looked like a stranger; say whether it has been linked meanwhile."""
        site_id = self._run.site.id
        for ref in plan.near_matches - {plan.ref}:
            async with leases.waited_for(ref):
                if await self._run.workspace.read(lambda conn, of=ref: links.link(conn, site_id, of)):  # type: ignore[misc]
                    return True
        return False

    async def _checker(self, record: AnyRecord) -> Checker:
        refs = await self._run.workspace.read(lambda conn: load(conn, self._run.site, [record]))
        return Checker(self._run, refs)

    async def _keep_links(self, plan: Plan, writer: Writer) -> None:
        """Keep what was verified or matched on the way: it is our own knowledge, not a write into the PSA."""
        blocked = {failure.record for failure in plan.failures}
        own_lines_unclear = any(failure.record is None for failure in plan.failures)
        kept: list[Operation] = []
        for operation in plan.operations:
            own = operation.ref == plan.ref
            if operation.act is Act.LINK and operation.ref not in blocked and not (own and own_lines_unclear):
                kept.append(operation)
        await writer.keep(plan, kept)

    async def _refused(self, plan: Plan) -> list[Failure]:
        """Return what the PSA has refused before, where that leaves nothing that a write would send anew."""
        known = await refused_before(self._run, plan.writes)
        said: list[Failure] = []
        for operation in plan.writes:
            refusal = refusal_of(operation, known)
            if refusal is None:
                return []
            if not operation.is_line:
                return [refusal.failure]
            said.append(refusal.failure.with_facts(item=operation.label))
        return said

    def _judge(self, running: _Running, plan: Plan, refused: list[Failure]) -> Outcome:
        """Put a check's result into an outcome and its failures."""
        if plan.blocked:
            running.failures = list(plan.failures)
            return Outcome.BLOCKED
        if refused:
            partial = plan.seen is not None and "item" in refused[0].facts
            running.failures = items_missing(refused) if partial else refused
            running.as_before = True
            return Outcome.PARTIAL if partial else Outcome.BLOCKED
        psa = self._run.site.psa.label
        conflict = conflict_failure(plan.differences, plan.ref, psa)
        if plan.in_step:
            running.failures = conflict
            return Outcome.DIFFERS if conflict else Outcome.IN_STEP
        message = f"Not in {psa} yet" if plan.seen is None else f"Changes have not arrived in {psa} yet"
        waiting = Failure(kind=FailureKind.NOT_ARRIVED, message=message, facts={"count": str(len(plan.writes))})
        running.failures = [waiting, *conflict]
        return Outcome.READY

    async def _read_back(self, running: _Running, checker: Checker) -> Outcome:
        """See in the PSA what was written, lines and totals included."""
        writer, record = running.writer, running.record
        if writer is None or running.plan is None:
            raise AssertionError("Nothing was written")
        plan, differences = await read_back(self._run, checker, record, writer.written.steps)
        plan.warnings = [*running.plan.warnings, *plan.warnings]  # what was left out of rows that are there by now
        running.plan = plan
        await self._keep_links(plan, writer)
        items, warned = writer.written.item_failures, writer.written.warned
        if items:
            running.failures = [*items_missing(items), *warned]
            running.as_before = not writer.written.requests
            return Outcome.PARTIAL
        conflict = conflict_failure(plan.differences, plan.ref, self._run.site.psa.label)
        running.failures = [*plan.failures, *warned, *conflict, *differences]
        return Outcome.DIFFERS if running.failures else Outcome.WRITTEN

    async def _finish(self, running: _Running, outcome: Outcome) -> AttemptResult:
        """Keep how an attempt ended, with what it exchanged and what becomes of its issue, in one transaction."""
        run, plan = self._run, running.plan
        steps = tuple(running.writer.written.steps) if running.writer else ()
        failures = tuple(running.failures)
        check = plan.check() if plan else None
        summary = in_a_line(outcome, plan, failures, steps)
        ref, held_back = ref_of(running.record), tuple(running.writer.written.held_back) if running.writer else ()
        result = AttemptResult(ref, outcome, summary, failures, check, running.attempt_id, steps, held_back)
        exchanges = run.journal.drain()
        at, diagnoses = run.clock.now(), run.diagnoses(running.record, failures)

        def store(tx: Transaction) -> None:
            attempts.finish(
                tx,
                running.attempt_id,
                outcome=outcome,
                summary=summary,
                failures=failures,
                steps=steps,
                at=at,
                check=check,
            )
            attempts.save_exchanges(tx, running.attempt_id, exchanges)
            if outcome.arrived:
                self._arrived(tx, running, result, at)
            elif outcome is Outcome.NOT_ELIGIBLE:
                issues.leave(tx, run.site.id, result.ref, note=summary, at=at)
            elif outcome is not Outcome.CANCELLED:
                self._failed(tx, running, result, diagnoses, at)
            running.leases.give_back_in(tx, ref)

        await run.workspace.write(store)
        running.leases.gave_back(ref)
        return result

    def _arrived(self, tx: Transaction, running: _Running, result: AttemptResult, at: datetime) -> None:
        """Clear the issues of all that arrived, and end the decisions that were made for this write."""
        site_id, ref, plan = self._run.site.id, result.ref, running.plan
        issues.clear(tx, site_id, ref, evidence=plan.evidence if plan else result.summary, at=at)
        for step in result.steps:
            if step.ref != ref and not step.part and step.done:
                issues.clear(tx, site_id, step.ref, evidence=f"{step.label}: #{step.external_id}", at=at)
        if running.kind is AttemptKind.WRITE:
            end_decisions(tx, site_id, ref)

    def _failed(
        self, tx: Transaction, running: _Running, result: AttemptResult, diagnoses: Sequence[Diagnosis], at: datetime
    ) -> None:
        """Open the record's issue, or keep the new failure on it; one that says the same already stays as it is."""
        record = running.record
        known = issues.issue_for(tx.conn, self._run.site.id, result.ref) if running.as_before else None
        if known is not None and known.state is not IssueState.CLEARED and known.failures == result.failures:
            return
        issues.record_failure(
            tx,
            self._run.site.id,
            result.ref,
            title=record.name,
            company=company_of(record).name,
            quote_status=record.status if isinstance(record, Quote) else "",
            value=value_of(record),
            number=record.number if isinstance(record, Quote) else "",
            failures=result.failures,
            diagnoses=diagnoses,
            origin=IssueOrigin.ATTEMPT if running.kind is AttemptKind.WRITE else IssueOrigin.CHECK,
            at=at,
        )


def _requests(running: _Running) -> int:
    return running.writer.written.requests if running.writer else 0


async def _checked(checker: Checker, record: AnyRecord) -> Plan:
    """Check one record, with all that it depends on read in a call for each entity."""
    await checker.prefetch([record])
    return await checker.check(record)
