"""What a write leaves in the workspace: told before it is sent, and again when its outcome is known (rule 12)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sync_desktop.domain.links import Intent, Link
from sync_desktop.domain.values import same_value
from sync_desktop.domain.words import LinkOrigin
from sync_desktop.psa.connector import Draft
from sync_desktop.storage import activity, intents, links, refusals, settings
from sync_desktop.storage.activity import LostChange, WriteOutcome
from sync_desktop.storage.refusals import Refusal
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.plan import Act, Agreement, Operation
from sync_desktop.sync.refs import SiteRefs, decision_key
from sync_desktop.sync.site_run import SiteRun


class Ledger:
    """Keeps the books of one attempt; each method is one transaction. `refs` learns every link that is stored."""

    def __init__(self, run: SiteRun, refs: SiteRefs, attempt_id: int) -> None:
        self._run = run
        self._refs = refs
        self._attempt_id = attempt_id

    async def begin_create(self, operation: Operation, draft: Draft) -> Intent:
        """Remember that a row is about to be created."""
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

        def store(tx: Transaction) -> None:
            intents.save_intent(tx, self._run.site.id, intent)
            self._record(tx, operation, intent.fields, WriteOutcome.UNKNOWN, intent.id)

        await self._run.workspace.write(store)
        return intent

    async def created(self, intent: Intent, external_id: str) -> None:
        """Link what a create has made, and settle its intent."""
        at, site_id = self._run.clock.now(), self._run.site.id
        link = Link(
            ref=intent.ref,
            part=intent.part,
            entity=intent.entity,
            external_id=external_id,
            origin=LinkOrigin.CREATED,
            verified_at=at,
            sent=intent.fields,
        )

        def store(tx: Transaction) -> None:
            links.save_link(tx, site_id, link, at=at)
            intents.settle_intent(tx, intent.id, external_id, at=at)
            refusals.forget_refusal(tx, site_id, link.ref, link.part)
            if not link.part:  # a person's word to create it anew has been kept, and holds for no second one
                settings.put(tx, decision_key(site_id, link.ref, "create"), "")
            told = activity.write_of(tx.conn, intent.id)
            if told is None:  # an intent from before the activity had outcomes
                self._record(tx, _found_again(intent, external_id), intent.fields, WriteOutcome.DONE)
            else:
                activity.settle_write(tx, told, WriteOutcome.DONE, external_id=external_id)

        await self._run.workspace.write(store)
        self._refs.remember(link)
        if not link.part:
            self._refs.decisions.pop((link.ref, "create"), None)

    async def not_created(self, intent: Intent, refusal: Refusal | None = None) -> None:
        """Settle a create that did not happen: it never left, or the PSA refused it."""
        at, site_id = self._run.clock.now(), self._run.site.id

        def store(tx: Transaction) -> None:
            intents.settle_intent(tx, intent.id, None, at=at)
            if (told := activity.write_of(tx.conn, intent.id)) is not None:
                activity.drop_write(tx, told)
            if refusal is not None:
                refusals.save_refusal(tx, site_id, intent.ref, refusal, at=at)

        await self._run.workspace.write(store)

    async def not_found(self, intent: Intent) -> None:
        """Settle a create without an answer, of which the PSA shows nothing."""
        at = self._run.clock.now()

        def store(tx: Transaction) -> None:
            intents.settle_intent(tx, intent.id, None, at=at)
            if (told := activity.write_of(tx.conn, intent.id)) is not None:
                activity.settle_write(tx, told, WriteOutcome.NOT_FOUND)

        await self._run.workspace.write(store)

    async def begin(self, operation: Operation) -> int:
        """Tell of an update or a deletion that is about to be sent, and return the entry's id."""

        def store(tx: Transaction) -> int:
            self._learn_lost(tx, operation)
            return self._record(tx, operation, operation.after, WriteOutcome.UNKNOWN)

        return await self._run.workspace.write(store)

    def _learn_lost(self, tx: Transaction, operation: Operation) -> None:
        """Settle earlier changes of this row whose answers were lost, where it is now as it was before them."""
        for lost in self._lost(tx, operation.entity, operation.external_id):
            now = operation.before
            if all(name in now and same_value(now[name], lost.before.get(name)) for name in lost.sent):
                activity.settle_write(tx, lost.entry, WriteOutcome.NOT_FOUND)

    def _lost(self, tx: Transaction, entity: str, external_id: str) -> list[LostChange]:
        return activity.lost_changes(tx.conn, self._run.site.id, entity, external_id)

    async def updated(self, operation: Operation, entry: int) -> None:
        """Keep the values that were sent, which the PSA has taken."""
        at, site_id = self._run.clock.now(), self._run.site.id
        known = self._refs.link(operation.ref, operation.part)
        if known is None:
            raise AssertionError(f"{operation.label} was updated without a link")
        link = known.model_copy(update={"sent": {**known.sent, **operation.after}, "verified_at": at})

        def store(tx: Transaction) -> None:
            links.save_link(tx, site_id, link, at=at)
            refusals.forget_refusal(tx, site_id, link.ref, link.part)
            activity.settle_write(tx, entry, WriteOutcome.DONE)

        await self._run.workspace.write(store)
        self._refs.remember(link)

    async def deleted(self, operation: Operation, entry: int) -> None:
        """Forget the link of a row that was deleted."""
        site_id = self._run.site.id

        def store(tx: Transaction) -> None:
            if operation.part:
                links.remove_link(tx, site_id, operation.ref, operation.part)
                refusals.forget_refusal(tx, site_id, operation.ref, operation.part)
            activity.settle_write(tx, entry, WriteOutcome.DONE)

        await self._run.workspace.write(store)
        self._refs.links.pop((operation.ref, operation.part), None)

    async def not_done(self, operation: Operation, entry: int, refusal: Refusal | None = None) -> None:
        """Take back what was told of an update or a deletion: it never left, or the PSA refused it."""
        at, site_id = self._run.clock.now(), self._run.site.id

        def store(tx: Transaction) -> None:
            activity.drop_write(tx, entry)
            if refusal is not None:
                refusals.save_refusal(tx, site_id, operation.ref, refusal, at=at)

        await self._run.workspace.write(store)

    async def not_seen(self, entry: int) -> None:
        """Settle an update or a deletion without an answer, which the PSA does not show."""
        await self._run.workspace.write(lambda tx: activity.settle_write(tx, entry, WriteOutcome.NOT_FOUND))

    async def keep_links(self, operations: Sequence[Operation]) -> None:
        """Keep links that a check verified or matched."""
        at, site_id = self._run.clock.now(), self._run.site.id
        made = [self._link(operation) for operation in operations]

        def store(tx: Transaction) -> None:
            for link in made:
                links.save_link(tx, site_id, link, at=at)

        if made:
            await self._run.workspace.write(store)
        for link in made:
            self._refs.remember(link)

    async def keep_agreements(self, agreements: Sequence[Agreement]) -> None:
        """Take for sent what both sides have come to agree on, so that the next change of one side is told as that."""
        at, site_id = self._run.clock.now(), self._run.site.id
        renewed = [
            link.model_copy(update={"sent": {**link.sent, **each.fields}})
            for each in agreements
            if each.fields and (link := self._refs.link(each.ref, each.part)) is not None
        ]
        gone = [each for each in agreements if each.gone]
        known = [link for each in gone if (link := self._refs.link(each.ref, each.part)) is not None]

        def store(tx: Transaction) -> None:
            for link in renewed:
                links.save_link(tx, site_id, link, at=at)
            for each in gone:
                links.remove_link(tx, site_id, each.ref, each.part)
            self._learn_done(tx, renewed, known)

        if renewed or gone:
            await self._run.workspace.write(store)
        for link in renewed:
            self._refs.remember(link)
        for each in gone:
            self._refs.links.pop((each.ref, each.part), None)

    def _learn_done(self, tx: Transaction, agreed: Sequence[Link], gone: Sequence[Link]) -> None:
        """Settle changes whose answers were lost, and which the PSA shows now."""
        for link in agreed:
            for lost in self._lost(tx, link.entity, link.external_id):
                if lost.sent and all(same_value(link.sent.get(name), value) for name, value in lost.sent.items()):
                    activity.settle_write(tx, lost.entry, WriteOutcome.DONE)
        for link in gone:
            for lost in self._lost(tx, link.entity, link.external_id):
                if not lost.sent:
                    activity.settle_write(tx, lost.entry, WriteOutcome.DONE)

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

    def _record(
        self,
        tx: Transaction,
        operation: Operation,
        after: Mapping[str, Any],
        outcome: WriteOutcome,
        intent_id: str = "",
    ) -> int:
        return activity.record_write(
            tx,
            self._run.site.id,
            ref=operation.ref,
            what=f"{operation.act.value.capitalize()} {operation.label}",
            entity=operation.entity,
            external_id=operation.external_id,
            before=operation.before,
            after=after,
            at=self._run.clock.now(),
            os_user=self._run.os_user,
            attempt_id=self._attempt_id,
            outcome=outcome,
            intent_id=intent_id,
        )


def _found_again(intent: Intent, external_id: str) -> Operation:
    return Operation(
        act=Act.CREATE,
        ref=intent.ref,
        part=intent.part,
        entity=intent.entity,
        label=f"{intent.entity} row of an earlier attempt",
        external_id=external_id,
    )
