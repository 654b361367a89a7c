"""What runs now: refreshes and batches, their progress in words, and cancelling them.

The rooms that do the work are loaded with a site's connections, so that the window shows its first page before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind, FailureKind, Outcome
from sync_desktop.workbench.counting import plural
from sync_desktop.workbench.views import Progress, RunResult, Wait

if TYPE_CHECKING:
    from sync_desktop.domain.sites import Site
    from sync_desktop.quoting.source import Page
    from sync_desktop.sync.attempt import AttemptResult
    from sync_desktop.sync.batch import BatchEvent, BatchResult
    from sync_desktop.sync.site_run import SiteRun
    from sync_desktop.transport.messages import Waiting
    from sync_desktop.workbench.backstage import Backstage

OnProgress = Callable[[Progress], None]
Tell = Callable[[int, int, str], None]
"""Takes how much is done of how much, and what is at work, in words."""
SiteRef = tuple[str, RecordRef]

_SHORT = {
    Outcome.IN_STEP: "in step",
    Outcome.WRITTEN: "written",
    Outcome.READY: "ready to write",
    Outcome.DIFFERS: "in the PSA but differ",
    Outcome.PARTIAL: "with items missing",
    Outcome.BLOCKED: "blocked",
    Outcome.FAILED: "failed",
    Outcome.NOT_ELIGIBLE: "left out",
    Outcome.BUSY: "already synchronizing",
    Outcome.CANCELLED: "cancelled",
}


def in_words(by_outcome: dict[Outcome, int]) -> str:
    """Return counts as "16 written · 1 failed"."""
    return " · ".join(f"{count} {_SHORT[outcome]}" for outcome, count in by_outcome.items())


@dataclass(slots=True)
class _Active:
    """One run under way."""

    progress: Progress
    refs: set[SiteRef] = field(default_factory=set)
    task: asyncio.Task[RunResult] | None = None


class RunsDesk:
    """Starts runs, tells of them, stops them. Several may go on at once; the newest one is told of."""

    def __init__(self, stage: Backstage) -> None:
        self._stage = stage
        self._active: list[_Active] = []
        self._listeners: list[OnProgress] = []
        self._on_left: list[Callable[[], None]] = []
        self._after_trial: dict[str, set[RecordRef]] = {}
        """By live site: what was left of the last batch after its first write, and may go on without another pause."""
        self.progress = Progress(running=False)

    def subscribe(self, fn: OnProgress) -> Callable[[], None]:
        """Call `fn` at each progress; returns how to stop that."""
        self._listeners.append(fn)

        def stop() -> None:
            with suppress(ValueError):
                self._listeners.remove(fn)

        return stop

    def subscribe_left(self, fn: Callable[[], None]) -> Callable[[], None]:
        """Call `fn` when a run ends that has left records as they were: nothing else says that they run no more."""
        self._on_left.append(fn)

        def stop() -> None:
            with suppress(ValueError):
                self._on_left.remove(fn)

        return stop

    def is_running(self, site_id: str, ref: RecordRef) -> bool:
        """Say whether a run of this program is at work on a record, or will be."""
        return any((site_id, ref) in active.refs for active in self._active)

    def waiting(self, wait: Waiting) -> None:
        """Show that a server asked us to wait; the transport calls this."""
        told = Wait(wait.reason, wait.seconds, wait.retry, wait.of)
        if self._active:
            self._tell(self._active[-1], replace(self._active[-1].progress, wait=told))

    async def refresh(self) -> RunResult:
        """Read Salesbuildr at every site, then check what is in scope; nothing is written into a PSA."""
        return await self._run(_Active(Progress(running=True, title="Reading Salesbuildr")), self._refresh_and_check)

    async def read_only(self) -> RunResult:
        """Read Salesbuildr at every site, and check nothing."""
        return await self._run(_Active(Progress(running=True, title="Reading Salesbuildr")), self._refresh)

    async def batch(
        self,
        site_id: str,
        refs: Sequence[RecordRef],
        kind: AttemptKind,
        title: str,
        *,
        retried: Sequence[Failure] = (),
        resend: bool = True,
    ) -> RunResult:
        """Check or write records of one site; those that already run are refused with a sentence.

        `retried` are the failures of issues that are retried: what they are about is first read anew from Salesbuildr.
        Unless `resend`, what the PSA has refused is not sent again as long as nothing about it changes.
        """
        free = [ref for ref in refs if not self.is_running(site_id, ref)]
        refused = tuple(f"{ref} is already synchronizing." for ref in refs if ref not in free)
        if not refs:
            return RunResult(text="Nothing was to be done", by_outcome={})
        if not free:
            return RunResult(text="Already synchronizing", by_outcome={str(Outcome.BUSY): len(refs)}, refused=refused)
        active = _Active(Progress(running=True, title=title, total=len(free)), refs={(site_id, ref) for ref in free})
        result = await self._run(active, lambda each: self._batch(each, site_id, free, kind, retried, resend))
        return replace(result, refused=(*refused, *result.refused))

    async def everything(self, site_id: str, kind: AttemptKind) -> RunResult:
        """Check or write all that is in a site's scope, but for what the PSA has refused and nothing has changed."""
        run = await self._stage.run(site_id)
        from sync_desktop.sync.batch import Batch

        refs = await Batch(run, on_event=lambda _: None).in_scope()
        verb = "Synchronising" if kind is AttemptKind.WRITE else "Checking"
        return await self.batch(site_id, refs, kind, f"{verb} {plural(len(refs), 'record')}", resend=False)

    async def other(self, title: str, work: Callable[[Tell], Awaitable[RunResult]]) -> RunResult:
        """Run what is neither a refresh nor a batch, with progress and Cancel; one under each title at a time."""
        if any(active.progress.title == title for active in self._active):
            sentence = f"{title} is under way already."
            return RunResult(text=sentence, by_outcome={}, refused=(sentence,))

        async def told(active: _Active) -> RunResult:
            def tell(done: int, total: int, words: str) -> None:
                self._tell(active, Progress(running=True, title=title, done=done, total=total, words=words))

            return await work(tell)

        return await self._run(_Active(Progress(running=True, title=title)), told)

    async def aside(self, title: str, work: Callable[[], Awaitable[RunResult]]) -> RunResult:
        """Do something else that takes a while and can be cancelled, and tell of it as of a run."""
        return await self._run(_Active(Progress(running=True, title=title)), lambda _: work())

    async def cancel(self) -> None:
        """Stop every run and wait until it has settled; creates that were sent are kept."""
        tasks = [active.task for active in self._active if active.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _run(self, active: _Active, work: Callable[[_Active], Awaitable[RunResult]]) -> RunResult:
        self._active.append(active)
        self._tell(active, active.progress)
        active.task = asyncio.ensure_future(_settled(work(active)))
        try:
            return await asyncio.shield(active.task)
        except asyncio.CancelledError:
            if active.task.cancelled():
                return RunResult(text="Cancelled; what was done is kept.", by_outcome={}, cancelled=True)
            active.task.cancel()
            await asyncio.wait([active.task])
            raise
        finally:
            self._active.remove(active)
            rest = self._active[-1].progress if self._active else Progress(running=False)
            self._publish(rest)
            for tell in list(self._on_left) if active.refs else ():
                tell()

    async def _refresh(self, active: _Active) -> RunResult:
        result, _ = await self._read(active)
        return result

    async def _read(self, active: _Active) -> tuple[RunResult, list[Site]]:
        """Read every site's quoting side; return which could be read. One that refuses us does not stop the others."""
        sites = await self._stage.all_sites()
        read, readable = 0, []
        refused: list[str] = []
        for site in sites:
            run = await self._stage.run(site.id)
            from sync_desktop.sync.refresh import refresh

            run.journal.open()
            try:
                read += await refresh(run, partial(self._on_page, active, site.name))
                readable.append(site)
            except SyncError as error:
                if len(sites) == 1:
                    raise
                refused.append(f"{site.name}: {sentence(error.failure)}")
        text = f"Read {plural(read, 'record')} from Salesbuildr."
        return RunResult(text=text, by_outcome={}, refused=tuple(refused)), readable

    async def _refresh_and_check(self, active: _Active) -> RunResult:
        result, readable = await self._read(active)
        from sync_desktop.sync.batch import Batch

        texts = [result.text]
        counts: dict[str, int] = {}
        refused = list(result.refused)
        for site in readable:
            run = await self._stage.run(site.id)
            refs = await Batch(run, on_event=lambda _: None).in_scope()
            refs = [ref for ref in refs if not self.is_running(site.id, ref)]
            self._tell(active, Progress(running=True, title=f"Checking {plural(len(refs), 'record')}", total=len(refs)))
            checked = await self._batch(active, site.id, refs, AttemptKind.CHECK)
            texts.append(f"{site.name}: {checked.text}.")
            refused += [f"{site.name}: {each}" for each in checked.refused]
            for outcome, count in checked.by_outcome.items():
                counts[outcome] = counts.get(outcome, 0) + count
            refused += await _settle_copies(run)
        return RunResult(text=" ".join(texts), by_outcome=counts, refused=tuple(refused))

    def _on_page(self, active: _Active, site: str, page: Page) -> None:
        words = f"{site}: {page.kind} {page.done:,} of {page.total:,}"
        self._tell(active, replace(active.progress, done=page.done, total=page.total, words=words))

    async def _batch(
        self,
        active: _Active,
        site_id: str,
        refs: Sequence[RecordRef],
        kind: AttemptKind,
        retried: Sequence[Failure] = (),
        resend: bool = True,
    ) -> RunResult:
        run = await self._stage.run(site_id)
        from sync_desktop.sync.batch import Batch, counted

        results: list[AttemptResult] = []

        def on_event(event: BatchEvent) -> None:
            if event.result is not None:
                results.append(event.result)
                active.refs.discard((site_id, event.result.ref))
            words = in_words(counted(results)) or event.record
            self._tell(active, replace(active.progress, done=event.done, total=event.total, words=words, wait=None))

        looked_at = set(refs) <= self._after_trial.get(site_id, set())
        trial = not run.site.practice and kind is AttemptKind.WRITE and len(refs) > 1 and not looked_at
        canary = _stop_after_first if trial else None
        batch = Batch(run, on_event=on_event, canary=canary, retried=retried, resend=resend)
        result = await batch.run(refs, kind)
        if trial:
            self._after_trial[site_id] = set(result.not_tried)
        return _result(result, trial=trial)

    def _tell(self, active: _Active, progress: Progress) -> None:
        active.progress = progress
        if self._active and self._active[-1] is active:
            self._publish(progress)

    def _publish(self, progress: Progress) -> None:
        self.progress = progress
        for listener in list(self._listeners):
            listener(progress)


async def _settle_copies(run: SiteRun) -> list[str]:
    """Close the to-dos about Salesbuildr's own mappings of which a refresh and its check have proved that they work.

    Returns a sentence where the PSA did not answer.
    """
    from sync_desktop.mapping.arrivals import look_for_arrivals
    from sync_desktop.mapping.proof import settle

    refused: list[str] = []
    try:
        await look_for_arrivals(run, anew=False)
    except SyncError as error:
        refused.append(f"{run.site.name}: {sentence(error.failure)}")
    await settle(run)
    return refused


async def _stop_after_first(_result: AttemptResult) -> bool:
    """Let the first write of a batch at a live site be the only one, until a person has looked at it."""
    return False


async def _settled(work: Awaitable[RunResult]) -> RunResult:
    try:
        return await work
    except SyncError as error:
        return RunResult(text=sentence(error.failure), by_outcome={}, refused=(sentence(error.failure),))


def sentence(failure: Failure) -> str:
    """Return a failure's message as a sentence."""
    text = failure.message.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _result(batch: BatchResult, *, trial: bool) -> RunResult:
    from sync_desktop.sync.batch import counted

    by_outcome = counted(batch.results)
    refused: list[str] = [result.summary for result in batch.results if result.outcome is Outcome.BUSY]
    text = in_words(by_outcome) or ("Nothing was to be done" if batch.stopped is None else "Nothing was tried")
    refused += _held_back(batch.results)
    pause = [_why_stopped(batch.stopped)] if batch.stopped is not None else []
    left = len(batch.not_tried)
    if trial and left and batch.stopped is None:
        pause.append(f"The first one was written as a trial. Look at it in the PSA, then retry the other {left}.")
    elif left:
        pause.append(f"{plural(left, 'record')} {'was' if left == 1 else 'were'} not tried.")
    refused += pause
    if len(batch.results) == 1 and batch.results[0].outcome is not Outcome.BUSY:
        text = _alone(batch.results[0])
    counts = {str(outcome): count for outcome, count in by_outcome.items()}
    paused, not_tried = tuple(pause), tuple(batch.not_tried) if pause else ()
    return RunResult(text=text, by_outcome=counts, refused=tuple(refused), pause=paused, left=not_tried)


def _why_stopped(failure: Failure) -> str:
    """Return why a run did not go on; what servers say of too many calls is no sentence for people."""
    said = sentence(failure)
    if failure.kind is not FailureKind.RATE_LIMIT:
        return said
    return f"The server refuses further calls for now: “{said.rstrip('.')}”. Go on in a few minutes."


def _alone(result: AttemptResult) -> str:
    """Return how the only attempt ended: "Written and seen in Autotask: …", "Failed: …"."""
    short, summary = _SHORT[result.outcome].capitalize(), result.summary
    return (
        f"{short} and {summary[:1].lower()}{summary[1:]}" if summary.startswith("Seen in ") else f"{short}: {summary}"
    )


def _held_back(results: Sequence[AttemptResult]) -> list[str]:
    """Return the sentence about what was not sent again, because the PSA had refused it; empty for nothing."""
    held = [operation for result in results for operation in result.held_back]
    lines = sum(operation.is_line for operation in held)
    counts = [plural(count, noun) for count, noun in ((lines, "line"), (len(held) - lines, "record")) if count]
    if not counts:
        return []
    was, them = ("was", "it") if len(held) == 1 else ("were", "them")
    return [f"{' and '.join(counts)} {was} refused before and nothing about {them} changed; Retry sends {them} again."]
