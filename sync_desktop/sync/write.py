"""Carries a plan out: one create at a time, remembered before it is sent, linked in the transaction after it."""

import asyncio
import uuid
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.links import Intent, Link
from sync_desktop.domain.plans import Step
from sync_desktop.domain.records import AnyRecord, Quote, RecordRef
from sync_desktop.domain.words import FailureKind, LinkOrigin
from sync_desktop.psa.connector import Draft, Drafted, Pending
from sync_desktop.storage import activity, intents, links, settings
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.check import Checker
from sync_desktop.sync.leases import Leases
from sync_desktop.sync.plan import Act, Operation, Plan
from sync_desktop.sync.refs import decision_key
from sync_desktop.sync.site_run import SiteRun

T = TypeVar("T")

_UNKNOWN_OUTCOME = (FailureKind.NETWORK, FailureKind.UNREADABLE, FailureKind.SERVER)
"""Failures of a create after which it may have happened all the same."""
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


class Writer:
    """Writes one record with its dependencies; built anew for each attempt."""

    def __init__(self, run: SiteRun, checker: Checker, leases: Leases, attempt_id: int) -> None:
        self._run = run
        self._refs = checker.refs
        self._checker = checker
        self._leases = leases
        self._attempt_id = attempt_id
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

    async def carry_out(self, plan: Plan) -> None:
        """Carry out a plan's operations in order; raises `SyncError` for what stops it."""
        for operation in plan.operations:
            try:
                await self._carry_out(operation, plan.record)
            except SyncError as error:
                self._note(operation, failure=error.failure)
                if not (operation.part and error.failure.kind in _ITEM_ONLY and operation.entity != "QuoteLocations"):
                    raise
                self.written.item_failures.append(error.failure.with_facts(item=operation.label))

    async def _carry_out(self, operation: Operation, record: AnyRecord) -> None:
        match operation.act:
            case Act.LINK:
                await self.keep_links([operation])
            case Act.CREATE if operation.ref != self._record_ref(record) and not operation.part:
                await self._create_dependency(operation)
            case Act.CREATE:
                await self._create(operation, await self._current(operation))
            case Act.UPDATE:
                await unbroken(self._update(operation))
            case Act.DELETE:
                await unbroken(self._delete(operation))

    def _record_ref(self, record: AnyRecord) -> RecordRef:
        return RecordRef(kind=record.kind, id=record.id)

    async def keep_links(self, operations: Sequence[Operation]) -> None:
        """Keep links that a check verified or matched, in one transaction."""
        at, site_id = self._run.clock.now(), self._run.site.id
        made = [self._link(operation) for operation in operations]

        def store(tx: Transaction) -> None:
            for link in made:
                links.save_link(tx, site_id, link, at=at)

        if made:
            await self._run.workspace.write(store)
        for operation, link in zip(operations, made, strict=True):
            self._refs.remember(link)
            self._note(operation, external_id=operation.external_id)

    def _link(self, operation: Operation) -> Link:
        known = self._refs.link(operation.ref, operation.part)
        return Link(
            ref=operation.ref,
            part=operation.part,
            entity=operation.entity,
            external_id=operation.external_id,
            origin=operation.origin or LinkOrigin.MATCHED,
            verified_at=self._run.clock.now(),
            sent=known.sent if known and known.external_id == operation.external_id else operation.after,
        )

    async def _store(self, link: Link, intent: Intent | None = None, operation: Operation | None = None) -> None:
        at, site_id = self._run.clock.now(), self._run.site.id
        made_anew = intent is not None and not link.part

        def store(tx: Transaction) -> None:
            links.save_link(tx, site_id, link, at=at)
            if intent is not None:
                intents.settle_intent(tx, intent.id, link.external_id, at=at)
            if made_anew:  # a person's word to create it anew has been kept, and holds for no second one
                settings.put(tx, decision_key(site_id, link.ref, "create"), "")
            if operation is not None:
                sent = operation.after if operation.act is Act.UPDATE else link.sent
                self._record(tx, operation, link.external_id, after=sent)

        await self._run.workspace.write(store)
        self._refs.remember(link)
        if made_anew:
            self._refs.decisions.pop((link.ref, "create"), None)

    def _record(self, tx: Transaction, operation: Operation, external_id: str, *, after: dict[str, Any]) -> None:
        activity.record_write(
            tx,
            self._run.site.id,
            ref=operation.ref,
            what=f"{operation.act.value.capitalize()} {operation.label}",
            entity=operation.entity,
            external_id=external_id,
            before=operation.before,
            after=after,
            at=self._run.clock.now(),
            os_user=self._run.os_user,
            attempt_id=self._attempt_id,
        )

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

    async def _create(self, operation: Operation, draft: Draft) -> None:
        intent = Intent(
            id=uuid.uuid4().hex,
            ref=draft.ref,
            part=draft.part,
            entity=draft.entity,
            key=draft.key,
            fields=dict(draft.fields),
            parent_id=draft.parent_id,
            created_at=self._run.clock.now(),
        )
        site_id = self._run.site.id
        await self._run.workspace.write(lambda tx: intents.save_intent(tx, site_id, intent))
        await unbroken(self._sent(operation, draft, intent))

    async def _sent(self, operation: Operation, draft: Draft, intent: Intent) -> None:
        external_id = await self._send(operation, draft, intent)
        self._note(operation, external_id=external_id, after=dict(draft.fields))

    async def _send(self, operation: Operation, draft: Draft, intent: Intent) -> str:
        try:
            external_id = await self._run.connector.create(draft)
        except SyncError as error:
            if error.failure.kind in _UNKNOWN_OUTCOME and error.failure.facts.get("sent") != "no":
                found = await self._settle(intent, self._run.connector.grace_seconds, operation)
                if found:
                    return found
                raise
            await self._forget(intent)
            raise
        await self._store(self._created(intent, external_id), intent, operation)
        return external_id

    def _created(self, intent: Intent, external_id: str) -> Link:
        return Link(
            ref=intent.ref,
            part=intent.part,
            entity=intent.entity,
            external_id=external_id,
            origin=LinkOrigin.CREATED,
            verified_at=self._run.clock.now(),
            sent=intent.fields,
        )

    async def _forget(self, intent: Intent) -> None:
        at = self._run.clock.now()
        await self._run.workspace.write(lambda tx: intents.settle_intent(tx, intent.id, None, at=at))

    async def _settle(self, intent: Intent, grace: float, operation: Operation | None = None) -> str:
        """Search for what a create without an answer has made; link it, or settle that nothing was made."""
        await self._run.clock.sleep(grace)
        found = await self._run.connector.find_created(intent)
        site_id, entity = self._run.site.id, intent.entity
        taken = await self._run.workspace.read(
            lambda conn: {seen.id for seen in found if links.by_external(conn, site_id, entity, seen.id)}
        )
        free = [seen for seen in found if seen.id not in taken]
        if not free:
            await self._forget(intent)
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
        await self._store(self._created(intent, free[0].id), intent, operation or _found_again(intent))
        return free[0].id

    async def _update(self, operation: Operation) -> None:
        connector = self._run.connector
        label = f"Update {operation.label}"
        await connector.update(operation.entity, operation.external_id, operation.parent_id, operation.after, label)
        known = self._refs.link(operation.ref, operation.part)
        if known is None:
            raise AssertionError(f"{operation.label} was updated without a link")
        link = known.model_copy(
            update={"sent": {**known.sent, **operation.after}, "verified_at": self._run.clock.now()}
        )
        await self._store(link, operation=operation)
        self._note(operation, external_id=operation.external_id)

    async def _delete(self, operation: Operation) -> None:
        label = f"Delete {operation.label}"
        await self._run.connector.delete(operation.entity, operation.external_id, operation.parent_id, label)
        site_id = self._run.site.id

        def store(tx: Transaction) -> None:
            if operation.part:
                links.remove_link(tx, site_id, operation.ref, operation.part)
            self._record(tx, operation, operation.external_id, after={})

        await self._run.workspace.write(store)
        self._refs.links.pop((operation.ref, operation.part), None)
        self._note(operation, external_id=operation.external_id)

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


def _found_again(intent: Intent) -> Operation:
    label = f"{intent.entity} row of an earlier attempt, found again"
    return Operation(act=Act.CREATE, ref=intent.ref, part=intent.part, entity=intent.entity, label=label)
