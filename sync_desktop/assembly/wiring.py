"""What the sessions of one connected site share: journal, latches, gates, and where their secrets come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx
from pydantic import SecretStr

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.sites import Side, Site
from sync_desktop.domain.words import FailureKind
from sync_desktop.psa.registry import folder
from sync_desktop.quoting.salesbuildr import (
    SalesbuildrSource,
    salesbuildr_budget,
    salesbuildr_dialect,
    salesbuildr_signer,
)
from sync_desktop.secrets import AsyncSecrets
from sync_desktop.sync.journal import Journal
from sync_desktop.transport.budget import Gate, RollingBudget
from sync_desktop.transport.dialect import Dialect
from sync_desktop.transport.latch import CredentialsLatch
from sync_desktop.transport.messages import Signer, Waiting
from sync_desktop.transport.session import Session

SessionMaker = Callable[[str, Dialect, Signer, RollingBudget | None], Session]
"""Makes a session for a base address."""


@dataclass(slots=True)
class Wiring:
    """Makes the sessions of one site; `typed` are secrets that count before those that are kept.

    `secrets` is None for a site that is not kept itself: it has no secrets but those that were typed.

    Each side has a latch and a gate of its own, so that one system that rejects its credentials, or asks to wait,
    leaves the other alone.
    """

    site: Site
    typed: Mapping[str, str]
    secrets: AsyncSecrets | None
    clock: Clock
    client: httpx.AsyncClient
    latches: Mapping[Side, CredentialsLatch]
    on_wait: Callable[[Waiting], None] | None
    """Hears of each wait that a server asks for."""
    journal: Journal = field(default_factory=Journal)
    _gates: dict[Side, Gate] = field(init=False)

    def __post_init__(self) -> None:
        self._gates = {side: Gate(self.clock) for side in Side}

    async def optional_secret(self, name: str) -> SecretStr | None:
        """Return a secret; None where there is none."""
        if name in self.typed:
            return SecretStr(self.typed[name])
        return await self.secrets.get(self.site.id, name) if self.secrets is not None else None

    async def secret(self, name: str) -> str:
        """Return a secret that is needed; raises SyncError (CREDENTIALS) where there is none."""
        found = await self.optional_secret(name)
        if found is None:
            labels = {field.name: field.label for field in folder(self.site.psa).FORM}
            what = f"{self.site.psa.label} {labels.get(name, name).casefold()}"
            message = f"No {what} is stored for {self.site.name}: enter it on the Sites page"
            raise SyncError(Failure(kind=FailureKind.CREDENTIALS, message=message, facts={"reason": "none stored"}))
        return found.get_secret_value()

    def maker(self, side: Side) -> SessionMaker:
        """Return what makes sessions of one side."""

        def make(url: str, dialect: Dialect, signer: Signer, budget: RollingBudget | None) -> Session:
            made = Session(
                site_id=self.site.id,
                base_url=url,
                dialect=dialect,
                signer=signer,
                journal=self.journal,
                clock=self.clock,
                latch=self.latches[side],
                gate=self._gates[side],
                writes=self.site.writes,
                budget=budget,
                client=self.client,
            )
            made.on_wait = self.on_wait
            return made

        return make

    def source(self, recent: tuple[float, ...]) -> SalesbuildrSource:
        """Return the quoting side; `recent` are the seconds since each call to it in the last hour."""
        budget = salesbuildr_budget(self.clock)
        budget.seed(recent)
        session = self.maker(Side.QUOTING)
        signer = salesbuildr_signer(self.optional_secret)
        return SalesbuildrSource(session(self.site.quoting_url, salesbuildr_dialect(), signer, budget))
