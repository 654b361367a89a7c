"""Leases during an attempt: the record's own is taken at once or not at all, a dependency's is waited for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import FailureKind
from sync_desktop.storage import attempts, leases
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.site_run import SiteRun

T = TypeVar("T")

TTL_SECONDS = 60.0
_HEARTBEAT_SECONDS = 20.0
_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 120.0
"""How long a dependency that somebody else synchronises is waited for."""


class Leases:
    """Takes, keeps and gives back leases in the name of one owner."""

    def __init__(self, run: SiteRun, owner: str) -> None:
        self._run = run
        self.owner = owner
        """Who holds what is taken here; attempts bear the same name, so that a dead one's can be told."""
        self._held: set[RecordRef] = set()
        """What is held, or may be: taking one goes on by itself where it is cancelled."""

    async def take(self, ref: RecordRef) -> bool:
        """Take a lease; False where somebody holds it. One whose holder has ended is taken over at once."""
        return await self.take_and(ref, lambda _tx: True) is not None

    async def take_and(self, ref: RecordRef, then: Callable[[Transaction], T]) -> T | None:
        """Take a lease and do something more in the same transaction; None where somebody holds it."""
        self._held.add(ref)
        done = await self._run.workspace.write(lambda tx: then(tx) if self._take(tx, ref) else None)
        if done is None:
            self._held.discard(ref)
        return done

    def _take(self, tx: Transaction, ref: RecordRef) -> bool:
        at, site_id = self._run.clock.now(), self._run.site.id
        held_by = leases.holder(tx.conn, site_id, ref, at)
        if held_by is not None and self._run.is_dead(held_by):
            leases.drop_owners(tx, [held_by])
            attempts.mark_interrupted(tx, at=at, live_owners=leases.live_owners(tx.conn, at))
        return leases.acquire(tx, site_id, ref, owner=self.owner, at=at, ttl_seconds=TTL_SECONDS)

    async def give_back(self, ref: RecordRef) -> None:
        """Give a lease back; one that is not held any more costs nothing."""
        if ref in self._held:
            await self._run.workspace.write(lambda tx: self.give_back_in(tx, ref))
            self.gave_back(ref)

    def give_back_in(self, tx: Transaction, ref: RecordRef) -> None:
        """Give a lease back together with what else a transaction does; `gave_back` is to be told once that is kept."""
        leases.release(tx, self._run.site.id, ref, self.owner)

    def gave_back(self, ref: RecordRef) -> None:
        """Know that a lease is not held any more."""
        self._held.discard(ref)

    @asynccontextmanager
    async def waited_for(self, ref: RecordRef) -> AsyncIterator[None]:
        """Hold a dependency's lease, waiting for whoever holds it now; `SyncError` when that takes too long."""
        waited = 0.0
        try:
            while not await self.take(ref):
                if waited >= _PATIENCE_SECONDS:
                    raise SyncError(Failure(kind=FailureKind.BUSY, message="Already synchronizing", record=ref))
                await self._run.clock.sleep(_POLL_SECONDS)
                waited += _POLL_SECONDS
            yield
        finally:  # also where it was cancelled while the lease was being taken, which goes on by itself
            await self.give_back(ref)

    @asynccontextmanager
    async def kept_alive(self) -> AsyncIterator[None]:
        """Move the expiry of all our leases on while the block runs."""
        task = asyncio.create_task(self._beat(), name=f"heartbeat {self.owner}")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _beat(self) -> None:
        while True:
            await self._run.clock.sleep(_HEARTBEAT_SECONDS)
            await self._run.workspace.write(self._move_on)

    def _move_on(self, tx: Transaction) -> None:
        leases.heartbeat(tx, self.owner, at=self._run.clock.now(), ttl_seconds=TTL_SECONDS)
