"""Carries a plan out: one request at a time, told before it is sent, linked in the transaction after its answer."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.links import Intent
from sync_desktop.domain.plans import Step
from sync_desktop.domain.records import Quote, RecordRef
from sync_desktop.domain.values import same_value
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.connector import Draft, Drafted, Pending, TakenOtherwiseError
from sync_desktop.storage import intents, links
from sync_desktop.storage.activity import WriteOutcome
from sync_desktop.storage.refusals import Refusal
from sync_desktop.sync.afterwards import look_afterwards
from sync_desktop.sync.check import Checker
from sync_desktop.sync.leases import Leases
from sync_desktop.sync.ledger import Ledger
from sync_desktop.sync.plan import Act, Operation, Plan
from sync_desktop.sync.refusals import HeldBackError, Refused, fingerprint, is_lasting, refusal_of, refused_before
from sync_desktop.sync.site_run import SiteRun

T = TypeVar("T")
Guard = Callable[[], Awaitable[None]]
"""Asked before each request that writes; raises `SyncError` where no more may be sent."""

_UNKNOWN_OUTCOME = (FailureKind.NETWORK, FailureKind.UNREADABLE, FailureKind.SERVER)
"""Failures after which a request may have taken effect all the same."""
_ITEM_ONLY = (FailureKind.REFUSED, FailureKind.PERMISSION, FailureKind.NOT_FOUND)
"""Refusals of one line, after which the others are still tried."""


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end even where the caller is cancelled, and only then let the cancellation through."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():  # a person may cancel more than once
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled() and task.exception() is not None:
            raise asyncio.CancelledError from task.exception()
        raise


@dataclass(slots=True)
class Written:
    """What a write did."""

    steps: list[Step] = field(default_factory=list)
    item_failures: list[Failure] = field(default_factory=list)
    requests: int = 0
    """Requests that write and were sent, whatever became of them."""
    warned: list[Failure] = field(default_factory=list)
    """What the PSA said of rows that it created, but not as they were sent."""
    held_back: list[Operation] = field(default_factory=list)
    """What was not sent, because the PSA has refused exactly that before."""


class Writer:
    """Writes one record with its dependencies; built anew for each attempt.

    Unless `resend`, what the PSA has refused before is not sent again as long as nothing about it changes.
    """

    def __init__(
        self,
        run: SiteRun,
        checker: Checker,
        leases: Leases,
        attempt_id: int,
        *,
        guard: Guard | None = None,
        resend: bool = True,
    ) -> None:
        self._run = run
        self._refs = checker.refs
        self._leases = leases
        self._ledger = Ledger(run, checker.refs, attempt_id)
        self._guard = guard
        self._resend = resend
        self._refused: Refused = {}
        self.written = Written()

    async def settle(self, ref: RecordRef, *, own: bool) -> None:
        """Find out what became of creates that an earlier attempt could not see the answer of.

        A dependency's lease is held meanwhile, so that a create that is under way elsewhere is waited for.
        """
        if not self._refs.intents.pop(ref, []):
            return
        if own:
            await self._settle_open(ref)
        else:
            async with self._leases.waited_for(ref):
                await self._settle_open(ref)

    async def _settle_open(self, ref: RecordRef) -> None:
        site_id = self._run.site.id
        known = await self._run.workspace.read(lambda conn: links.links_of(conn, site_id, ref))
        for link in known:
            self._refs.remember(link)
        for intent in await self._run.workspace.read(lambda conn: intents.open_intents(conn, site_id, ref)):
            waited = (self._run.clock.now() - intent.created_at).total_seconds()
            await self._settle(intent, max(0.0, self._run.connector.grace_seconds - waited))

    async def keep(self, plan: Plan, operations: Sequence[Operation]) -> None:
        """Keep what a check has found to be so; nothing is sent. `operations` are links that it verified or matched."""
        await self._ledger.keep_agreements(plan.agreements)
        await self._keep_links(operations)

    async def _keep_links(self, operations: Sequence[Operation]) -> None:
        await self._ledger.keep_links(operations)
        for operation in operations:
            self._note(operation)

    async def carry_out(self, plan: Plan) -> None:
        """Carry out a plan's operations in order; raises `SyncError` for what stops it."""
        await self._ledger.keep_agreements(plan.agreements)
        if not self._resend:
            self._refused = await refused_before(self._run, plan.writes)
        for operation in plan.operations:
            try:
                await self._carry_out(operation, plan.ref)
            except SyncError as error:
                self._note(operation, failure=error.failure)
                if not (operation.is_line and error.failure.kind in _ITEM_ONLY):
                    raise
                self.written.item_failures.append(error.failure.with_facts(item=operation.label))

    async def _carry_out(self, operation: Operation, own: RecordRef) -> None:
        if operation.act is Act.LINK:
            await self._keep_links([operation])
            return
        if self._guard is not None:
            await self._guard()
        dependency = operation.ref != own and not operation.part
        match operation.act:
            case Act.CREATE if dependency:
                await self._create_dependency(operation)
            case Act.CREATE:
                await self._create(operation, await self._current(operation))
            case Act.UPDATE if dependency:
                await self._update_dependency(operation)
            case Act.UPDATE | Act.DELETE:
                await self._change(operation)

    async def _create_dependency(self, operation: Operation) -> None:
        """Create what the record needs, unless somebody else has done so while we waited for its lease."""
        async with self._leases.waited_for(operation.ref):
            site_id = self._run.site.id
            link = await self._run.workspace.read(lambda conn: links.link(conn, site_id, operation.ref))
            anew = self._refs.decisions.get((operation.ref, "create"))
            if link is None and not anew:
                await self._settle_open(operation.ref)
                link = self._refs.link(operation.ref)
            if link is not None and not anew:
                self._refs.remember(link)
                return
            await self._create(operation, await self._current(operation))

    async def _update_dependency(self, operation: Operation) -> None:
        """Update what the record needs, but for what somebody else has changed since the check."""
        async with self._leases.waited_for(operation.ref):
            changed = await self._unchanged_since(operation)
            if changed:
                before = {name: value for name, value in operation.before.items() if name in changed}
                await self._change(replace(operation, before=before, after=changed))

    async def _unchanged_since(self, operation: Operation) -> dict[str, Any]:
        """Return the fields of an update that neither another program nor the PSA has changed since the check."""
        site_id, known = self._run.site.id, self._refs.link(operation.ref)
        link = await self._run.workspace.read(lambda conn: links.link(conn, site_id, operation.ref))
        if link is None or known is None or link.external_id != operation.external_id:
            return {}
        self._refs.remember(link)
        rows = await self._run.connector.read(operation.entity, [operation.external_id])
        row = rows.get(operation.external_id)
        if row is None:
            return {}
        return {
            name: value
            for name, value in operation.after.items()
            if same_value(row.fields.get(name), operation.before.get(name))
            and same_value(link.sent.get(name), known.sent.get(name))
        }

    async def _current(self, operation: Operation) -> Draft:
        """Draft anew what still held identifiers that are known by now."""
        draft = operation.draft
        if draft is None:
            raise AssertionError(f"{operation.label} has no draft")
        if not any(isinstance(value, Pending) for value in (*draft.fields.values(), draft.parent_id)):
            return draft
        record = self._refs.records[operation.ref]
        if isinstance(record, Quote):
            drafts = self._run.connector.draft_quote(record, self._refs)
            parts = [*drafts.before, *([drafts.main.draft] if drafts.main.draft else []), *drafts.lines]
            found = next((each for each in parts if each.part == operation.part), None)
            drafted = Drafted(found, (*drafts.main.failures, *drafts.failures))
        else:
            drafted = self._run.connector.draft(record, self._refs)
        if drafted.draft is None or drafted.failures:
            failure = drafted.failures[0] if drafted.failures else _no_draft(operation)
            raise SyncError(failure)
        return drafted.draft

    def _hold_back(self, operation: Operation, draft: Draft | None = None) -> None:
        refusal = refusal_of(operation, self._refused, draft)
        if refusal is not None:
            self.written.held_back.append(operation)
            raise HeldBackError(refusal.failure)

    def _refusal(self, operation: Operation, failure: Failure, draft: Draft | None = None) -> Refusal | None:
        """Return what is to be remembered of a failure; None where the PSA may take the same another time."""
        if not is_lasting(self._run, self._refs.records.get(operation.ref), failure):
            return None
        return Refusal(part=operation.part, fingerprint=fingerprint(operation, draft), failure=failure)

    async def _create(self, operation: Operation, draft: Draft) -> None:
        self._hold_back(operation, draft)
        intent = await self._ledger.begin_create(operation, draft)
        await unbroken(self._send_create(operation, draft, intent))

    async def _send_create(self, operation: Operation, draft: Draft, intent: Intent) -> None:
        self.written.requests += 1
        try:
            external_id = await self._run.connector.create(draft)
        except TakenOtherwiseError as error:
            external_id = error.external_id
            self.written.warned.append(error.failure)
            await self._ledger.created(intent, external_id)
        except SyncError as error:
            if not _may_have_happened(error.failure):
                await self._ledger.not_created(intent, self._refusal(operation, error.failure, draft))
                raise
            external_id = await self._settle(intent, self._run.connector.grace_seconds)
            if not external_id:
                raise
        else:
            await self._ledger.created(intent, external_id)
        self._note(operation, external_id=external_id, after=dict(draft.fields))

    async def _settle(self, intent: Intent, grace: float) -> str:
        """Search for what a create without an answer has made; link it, or settle that nothing was made."""
        await self._run.clock.sleep(grace)
        found = await self._run.connector.find_created(intent)
        site_id, entity = self._run.site.id, intent.entity
        taken = await self._run.workspace.read(
            lambda conn: {seen.id for seen in found if links.by_external(conn, site_id, entity, seen.id)}
        )
        free = [seen for seen in found if seen.id not in taken]
        if not free:
            await self._ledger.not_found(intent)
            return ""
        if len(free) > 1 and not intent.part:
            raise SyncError(
                Failure(
                    kind=FailureKind.UNCLEAR_CREATE,
                    message="An earlier create has no known outcome",
                    facts={"entity": entity, "count": str(len(free)), "found_name": free[0].name},
                    record=intent.ref,
                )
            )
        await self._ledger.created(intent, free[0].id)
        return free[0].id

    async def _change(self, operation: Operation) -> None:
        """Send an update or a deletion."""
        self._hold_back(operation)
        await unbroken(self._send_change(operation))

    async def _send_change(self, operation: Operation) -> None:
        entry = await self._ledger.begin(operation)
        self.written.requests += 1
        try:
            await self._sent(operation)
        except SyncError as error:
            if not _may_have_happened(error.failure):
                await self._ledger.not_done(operation, entry, self._refusal(operation, error.failure))
                raise
            if not await self._took_effect(operation, entry):
                raise
        if operation.act is Act.UPDATE:
            await self._ledger.updated(operation, entry)
        else:
            await self._ledger.deleted(operation, entry)
        self._note(operation)

    async def _took_effect(self, operation: Operation, entry: int) -> bool:
        """Look whether an update or a deletion without an answer is seen in the PSA; its entry says what was found."""
        await self._run.clock.sleep(self._run.connector.grace_seconds)
        try:
            outcome = await look_afterwards(self._run.connector, operation)
        except SyncError:
            return False  # what the lost answer's own failure says is what matters; the next check looks again
        if outcome is WriteOutcome.NOT_FOUND:
            await self._ledger.not_seen(entry)
        return outcome is WriteOutcome.DONE

    async def _sent(self, operation: Operation) -> None:
        connector, where = self._run.connector, (operation.entity, operation.external_id, operation.parent_id)
        if operation.act is Act.UPDATE:
            await connector.update(*where, operation.after, f"Update {operation.label}")
        else:
            await connector.delete(*where, f"Delete {operation.label}")

    def _note(
        self,
        operation: Operation,
        *,
        external_id: str = "",
        after: dict[str, Any] | None = None,
        failure: Failure | None = None,
    ) -> None:
        step = operation.step().model_copy(
            update={
                "external_id": external_id or operation.external_id,
                "done": failure is None,
                "failure": failure,
                **({"after": {name: str(value) for name, value in after.items()}} if after else {}),
            }
        )
        self.written.steps.append(step)


def _no_draft(operation: Operation) -> Failure:
    return Failure(kind=FailureKind.INTERNAL, message=f"{operation.label} cannot be drafted any more")


def _may_have_happened(failure: Failure) -> bool:
    """Say whether a request that failed may have taken effect all the same."""
    sent = failure.facts.get("sent", "")
    return sent == "unknown" or (failure.kind in _UNKNOWN_OUTCOME and sent not in ("no", "refused"))
