"""The way out: one session for each site and server, which holds every rule about sending."""

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext

import httpx

from sync_desktop.domain.clock import Clock
from sync_desktop.domain.exchanges import ExchangeJournal
from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind, RequestClass
from sync_desktop.transport.addresses import Home
from sync_desktop.transport.budget import Gate, RollingBudget
from sync_desktop.transport.dialect import Dialect
from sync_desktop.transport.exchange import Redactor
from sync_desktop.transport.latch import CredentialsLatch, Turn
from sync_desktop.transport.messages import Answer, Request, Signer, Verdict, Waiting
from sync_desktop.transport.network import Trouble
from sync_desktop.transport.retrying import Case, Patience, Pause, SetbackError
from sync_desktop.transport.tls import make_client
from sync_desktop.transport.wire import Wire

__all__ = ["Answer", "Dialect", "Request", "Session", "Signer", "Verdict", "Waiting"]

_CASES = {
    Verdict.RATE_LIMIT: Case.RATE_LIMIT,
    Verdict.THREAD_LIMIT: Case.THREAD_LIMIT,
    Verdict.SERVER: Case.SERVER,
}
_UNPROVING = frozenset({Verdict.RATE_LIMIT, Verdict.THREAD_LIMIT, Verdict.BUDGET, Verdict.SERVER})
"""Answers that may come from a server that has not looked at the credentials."""


class Session:
    """Sends the requests of one site to one server.

    `latch` and `gate` are shared by whatever signs with the same credentials and waits together. `writes` is False at
    an assist site. `timeout` is in seconds. `client` is for whoever wants to share one; a client that the session makes
    itself is closed with it. Raises SyncError for an address that may not be used.
    """

    def __init__(
        self,
        *,
        site_id: str,
        base_url: str,
        dialect: Dialect,
        signer: Signer,
        journal: ExchangeJournal,
        clock: Clock,
        latch: CredentialsLatch,
        gate: Gate,
        writes: bool,
        budget: RollingBudget | None = None,
        timeout: float = 30.0,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self.on_wait: Callable[[Waiting], None] | None = None
        """Hears of each wait when it begins."""
        self.on_unauthorized: Callable[[], Awaitable[bool]] | None = None
        """Asked once for a rejected request. True: something has changed, a new token or another zone, so that one
        more try is worth it. False or SyncError: the credentials count as rejected. It must not send signed requests
        through this latch, which is held meanwhile."""
        self._home = Home(base_url)
        self._own_client: httpx.AsyncClient | None = None
        self._dialect = dialect
        self._signer = signer
        self._clock = clock
        self._latch = latch
        self._gate = gate
        self._budget = budget
        self._may_write = writes and not dialect.policy.reads_only
        if client is None:
            client = self._own_client = make_client(timeout)
        self._redactor = Redactor(dialect.secret_headers)
        self._wire = Wire(
            client=client,
            site_id=site_id,
            system=dialect.system,
            timeout=timeout,
            journal=journal,
            clock=clock,
            redactor=self._redactor,
        )
        self._slots: dict[str, asyncio.Semaphore] = {}

    @property
    def base_url(self) -> str:
        """The address that paths are joined to. May be set where a server has moved; the rules for it stay."""
        return self._home.text

    @base_url.setter
    def base_url(self, url: str) -> None:
        self._home = Home(url)

    async def send(self, request: Request) -> Answer:
        """Send a request, with the automatic retries of its system's policy, and return an answer that is OK or 404.

        Raises SyncError for everything else. Where a create or change failed, the fact `sent` says `no` if it cannot
        have reached the server, and `unknown` if it may have taken effect although no answer says so.
        """
        self._check_allowed(request)
        numbers = itertools.count(1)
        in_doubt = False

        async def attempt() -> Answer:
            nonlocal in_doubt
            try:
                return await self._attempt(request, numbers)
            except SyncError as error:
                if in_doubt:  # an earlier try may have taken effect, whatever became of this one
                    doubt = {**error.failure.facts, "sent": "unknown"}
                    error.failure = error.failure.model_copy(update={"facts": doubt})
                writes = request.request_class is not RequestClass.READ
                in_doubt = writes and error.failure.facts.get("sent") == "unknown"
                raise

        patience = Patience(self._dialect.policy)
        answer: Answer = await patience.retrying(self._clock, self._before_wait)(attempt)
        return answer

    async def aclose(self) -> None:
        """Close the connections, unless they are somebody else's."""
        if self._own_client:
            await self._own_client.aclose()

    def _check_allowed(self, request: Request) -> None:
        """Refuse what may not leave: at an assist site, and to a system that is only read, all but listed reads."""
        url = self._home.join(request.path)
        if self._may_write:
            return
        path = self._home.relative(url)
        listed = any(request.method == method and re.fullmatch(form, path) for method, form in self._dialect.reads)
        if request.request_class is RequestClass.READ and listed:
            return
        why = "this site is in assist, which reads only"
        if self._dialect.policy.reads_only:
            why = f"{self._dialect.label} is only ever read by this program"
        message = f"“{request.label}” was not sent: {why}."
        raise SyncError(Failure(kind=FailureKind.READ_ONLY, message=message, facts={"sent": "no"}))

    async def _attempt(self, request: Request, numbers: Iterator[int]) -> Answer:
        async with self._slot(request.endpoint):
            await self._allowance()
            if not request.signed:
                answer, verdict = await self._exchange(request, {}, numbers)
            else:
                async with self._latch.turn() as turn:
                    answer, verdict = await self._signed(request, turn, numbers)
        if verdict in (Verdict.OK, Verdict.NOT_FOUND):
            return answer
        raise self._error(request, answer, verdict)

    async def _signed(self, request: Request, turn: Turn, numbers: Iterator[int]) -> tuple[Answer, Verdict]:
        answer, verdict = await self._exchange(request, await self._signature(turn), numbers)
        if verdict is Verdict.CREDENTIALS:
            failure = self._failure(request, answer, verdict)
            if not (await turn.doubted() or await self._has_changed()):
                turn.rejected(failure)
                raise SyncError(failure)
            await self._allowance()
            answer, verdict = await self._exchange(request, await self._signature(turn), numbers)
            if verdict is Verdict.CREDENTIALS:
                failure = self._failure(request, answer, verdict)
                turn.rejected(failure)
                raise SyncError(failure)
        if verdict not in _UNPROVING:
            turn.accepted()
        return answer, verdict

    async def _signature(self, turn: Turn) -> Mapping[str, str]:
        """Return the headers that sign a request. Nothing is awaited between the latch's last word and the sending."""
        await self._gate.passed()
        try:
            headers = await self._signer()
        except SyncError as error:
            # A signer may ask a server itself, as for a token, and hear there that the credentials are wrong.
            if error.failure.kind is FailureKind.CREDENTIALS and "status" in error.failure.facts:
                turn.rejected(error.failure)
            raise SyncError(error.failure) from error  # no set-back any more: its own request was repeated already
        self._redactor.learn(headers)
        for value in headers.values():
            if not (value.isascii() and value.isprintable()):
                message = (
                    f"The stored credentials for {self._dialect.label} hold a character that cannot be sent, "
                    "such as a line break or an accent. Enter them again."
                )
                raise SyncError(Failure(kind=FailureKind.CREDENTIALS, message=message, facts={"sent": "no"}))
        self._latch.check()
        return headers

    async def _has_changed(self) -> bool:
        try:
            return self.on_unauthorized is not None and await self.on_unauthorized()
        except SyncError:
            return False

    async def _allowance(self) -> None:
        if self._budget:
            budget = self._budget
            await budget.take(lambda seconds: self._tell(seconds, 0, 0, f"Our calls to {budget.name} are used up"))
        await self._gate.passed()

    async def _exchange(
        self, request: Request, headers: Mapping[str, str], numbers: Iterator[int]
    ) -> tuple[Answer, Verdict]:
        self._redactor.learn(request.form or {})
        answer = await self._wire.carry(request, self._home, headers, request.content(), next(numbers))
        if isinstance(answer, Trouble):
            failure = self._redactor.failure(answer.failure(self._home.host))
            if answer.may_pass and request.request_class is not RequestClass.CREATE:
                raise SetbackError(Case.NETWORK, failure)
            raise SyncError(failure)
        return answer, self._dialect.verdict(answer)

    def _error(self, request: Request, answer: Answer, verdict: Verdict) -> SyncError:
        failure = self._failure(request, answer, verdict)
        asked = self._dialect.wait_hint(answer)
        if asked is not None:
            failure = failure.with_facts(wait=f"{asked:g}")
        case = _CASES.get(verdict)
        # Whoever answers 5xx to a create may have carried it out: that is for the intent to find out.
        if case is None or (case is Case.SERVER and request.request_class is RequestClass.CREATE):
            return SyncError(failure)
        return SetbackError(case, failure, asked)

    def _failure(self, request: Request, answer: Answer, verdict: Verdict) -> Failure:
        failure = self._dialect.failure(answer, verdict, request)
        if request.request_class is not RequestClass.READ:
            failure = failure.with_facts(sent="unknown" if verdict is Verdict.SERVER else "refused")
        return self._redactor.failure(failure)

    def _before_wait(self, pause: Pause) -> None:
        setback = pause.setback
        label = self._dialect.label
        if setback.case is Case.RATE_LIMIT or setback.asked:
            self._gate.pause(pause.seconds)
        reason = {
            Case.RATE_LIMIT: f"{label} asked us to wait",
            Case.THREAD_LIMIT: f"{label} is busy with other requests of ours",
            Case.NETWORK: f"{label} could not be reached",
            Case.SERVER: f"{label} had an error of its own",
        }[setback.case]
        self._tell(pause.seconds, pause.retry, pause.of, reason)

    def _tell(self, seconds: float, retry: int, of: int, reason: str) -> None:
        if self.on_wait:
            until = self._clock.monotonic() + seconds
            self.on_wait(Waiting(until_monotonic=until, seconds=seconds, retry=retry, of=of, reason=reason))

    def _slot(self, endpoint: str) -> AbstractAsyncContextManager[object]:
        limit = self._dialect.max_per_endpoint
        if limit is None:
            return nullcontext()
        return self._slots.setdefault(endpoint, asyncio.Semaphore(limit))
