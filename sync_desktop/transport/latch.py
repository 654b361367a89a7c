"""The latch that keeps rejected credentials from being sent again: some servers lock the user after a few tries."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind


class CredentialsLatch:
    """Whether requests may be signed, for one site and one set of its credentials.

    `version` is that of the stored credentials, `rejected_version` the one that a server has rejected. Until one signed
    request was accepted they go one at a time: with a wrong secret, one request is all that leaves. `on_rejected` hears
    of the version that was rejected, so that it can be stored. `system` is what people call who rejects them.
    """

    def __init__(
        self,
        version: int,
        rejected_version: int | None,
        on_rejected: Callable[[int], None],
        *,
        system: str = "The server",
    ) -> None:
        self.version = version
        self._rejected_version = rejected_version
        self._on_rejected = on_rejected
        self._system = system
        self._failure: Failure | None = None
        self._proven = False
        self._generation = 0
        self._alone = asyncio.Lock()

    @property
    def shut(self) -> bool:
        """Whether the present credentials were rejected."""
        return self._rejected_version == self.version

    def is_proven(self) -> bool:
        """Tell whether the present credentials were accepted, and not doubted since."""
        return self._proven

    @property
    def generation(self) -> int:
        """Counts acceptances and renewals, so that a late rejection of older credentials is known as such."""
        return self._generation

    def check(self) -> None:
        """Raise SyncError (CREDENTIALS) if nothing may be signed."""
        if self.shut:
            message = (
                f"{self._system} rejected these credentials. Nothing more is sent with them until they are changed."
            )
            raise SyncError(self._failure or Failure(kind=FailureKind.CREDENTIALS, message=message))

    def renew(self, version: int) -> None:
        """Open the latch for credentials of another version."""
        self.version = version
        self._failure = None
        self._proven = False
        self._generation += 1

    @asynccontextmanager
    async def turn(self) -> AsyncIterator["Turn"]:
        """Wait for the turn to send one signed request; raises SyncError (CREDENTIALS) where none may be sent."""
        turn = Turn(self)
        try:
            await turn.begin()
            yield turn
        finally:
            turn.end()

    async def hold(self) -> None:
        """Wait until nobody else is alone with unproven credentials, and be so."""
        await self._alone.acquire()

    def release(self) -> None:
        """Let the next one go."""
        self._alone.release()

    def prove(self) -> None:
        """Note that a server accepted the credentials."""
        if not self._proven:
            self._proven = True
            self._generation += 1

    def doubt(self) -> None:
        """Note that a server may have rejected the credentials: who comes now waits until that is settled."""
        self._proven = False

    def reject(self, version: int, failure: Failure) -> None:
        """Shut the latch for a version; without effect if the credentials have changed since."""
        if version == self.version and not self.shut:
            self._rejected_version = version
            self._failure = failure
            self._on_rejected(version)


class Turn:
    """One signed request's way through the latch."""

    def __init__(self, latch: CredentialsLatch) -> None:
        self._latch = latch
        self._alone = False
        self._generation = 0
        self._version = latch.version

    async def begin(self) -> None:
        """Wait for the turn; alone where the credentials are not proven."""
        self._latch.check()
        if not self._latch.is_proven():
            await self._be_alone()
            if self._latch.is_proven():
                self.end()
        self._latch.check()
        self._generation, self._version = self._latch.generation, self._latch.version

    def accepted(self) -> None:
        """Note that the server knew the credentials, whatever else it said."""
        if self._version == self._latch.version:
            self._latch.prove()

    async def doubted(self) -> bool:
        """Take the matter in hand after a rejection, all others waiting.

        Returns True where the credentials were renewed or accepted since this turn began, so that another try is worth
        it; raises SyncError (CREDENTIALS) where they were found wrong meanwhile.
        """
        if self._generation == self._latch.generation:
            self._latch.doubt()
        await self._be_alone()
        self._latch.check()
        changed = self._generation != self._latch.generation
        self._generation, self._version = self._latch.generation, self._latch.version
        return changed

    def rejected(self, failure: Failure) -> None:
        """Shut the latch for the credentials of this turn."""
        self._latch.reject(self._version, failure)

    def end(self) -> None:
        """Let the next one go."""
        if self._alone:
            self._alone = False
            self._latch.release()

    async def _be_alone(self) -> None:
        if not self._alone:
            await self._latch.hold()
            self._alone = True
