"""Stands for the workbench while it is being opened, so that the pages are made and used before it is loaded.

What is asked of it meanwhile waits, in the order in which it was asked for. Where the workspace turns out not to be
usable, what waits is cancelled: the window says why in one sentence, and not once more for each thing that was asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from sync_desktop.workbench.ports import IssuesDesk, LinksDesk, MappingsPageDesk, PasteDesk, SitesDesk, Workbench
    from sync_desktop.workbench.views import Progress, RunResult

    Begin = Callable[[Workbench], Callable[[], None]]


class LaterWorkbench:
    """A workbench that is there at once; `arrive` or `give_up` ends the waiting."""

    def __init__(self) -> None:
        self._there: Workbench | None = None
        self._given_up = False
        self._waiting: list[asyncio.Future[None]] = []
        self._subscriptions: list[_Subscription] = []
        self.runs = _LaterRuns(self)
        self.issues = cast("IssuesDesk", _LaterDesk(self, "issues"))
        self.mappings = cast("MappingsPageDesk", _LaterDesk(self, "mappings"))
        self.links = cast("LinksDesk", _LaterDesk(self, "links"))
        self.pasted = cast("PasteDesk", _LaterDesk(self, "pasted"))
        self.sites = cast("SitesDesk", _LaterDesk(self, "sites"))

    @property
    def there(self) -> Workbench | None:
        """The workbench, once it has arrived."""
        return self._there

    def arrive(self, workbench: Workbench) -> None:
        """Hand everything to the workbench that has been opened."""
        self._there = workbench
        for subscription in self._subscriptions:
            subscription.begin_at(workbench)
        self._subscriptions.clear()
        for each in self._waiting:
            if not each.done():
                each.set_result(None)
        self._waiting.clear()

    def give_up(self) -> None:
        """Cancel what waits and whatever will be asked: there will be no workbench."""
        self._given_up = True
        for each in self._waiting:
            each.cancel()
        self._waiting.clear()

    async def arrived(self) -> Workbench:
        """Return the workbench once it is there."""
        if self._there is None:
            import asyncio  # late: the first page is painted before asyncio is loaded

            if self._given_up:
                raise asyncio.CancelledError
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            await waiting
        if self._there is None:
            raise RuntimeError("A workbench was awaited that had not arrived")
        return self._there

    def help_topics(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Return Help's topics, which need no workspace."""
        from sync_desktop.workbench.help import help_topics

        return help_topics()

    def subscribe_changes(self, fn: Callable[[frozenset[int]], None]) -> Callable[[], None]:
        """Call `fn` with the ids of issues that changed, from the workbench's arrival on."""
        return self.subscribe(lambda workbench: workbench.subscribe_changes(fn))

    def subscribe(self, begin: Begin) -> Callable[[], None]:
        """Subscribe to something of the workbench now or when it has arrived; returns what ends it."""
        made = _Subscription(begin)
        if self._there is not None:
            made.begin_at(self._there)
        else:
            self._subscriptions.append(made)
        return made.stop

    async def close(self) -> None:
        """Close the workbench where it has arrived."""
        if self._there is not None:
            await self._there.close()


@dataclass(slots=True)
class _Subscription:
    """One subscription, which may be ended before it has begun."""

    begin: Begin
    end: Callable[[], None] | None = None
    stopped: bool = False

    def begin_at(self, workbench: Workbench) -> None:
        if not self.stopped:
            self.end = self.begin(workbench)

    def stop(self) -> None:
        self.stopped = True
        end, self.end = self.end, None
        if end is not None:
            end()


@dataclass(frozen=True, slots=True)
class _LaterDesk:
    """Any desk: each of its methods is a coroutine function, which waits for the workbench and then asks its desk."""

    later: LaterWorkbench
    name: str

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        async def ask(*args: Any, **named: Any) -> Any:
            desk = getattr(await self.later.arrived(), self.name)
            return await getattr(desk, method)(*args, **named)

        return ask


@dataclass(frozen=True, slots=True)
class _LaterRuns:
    """What runs: nothing, as long as there is no workbench."""

    later: LaterWorkbench

    @property
    def progress(self) -> Progress:
        """The latest progress."""
        from sync_desktop.workbench.views import Progress  # late: the first page tells of none

        return self.later.there.runs.progress if self.later.there is not None else Progress(running=False)

    def subscribe(self, fn: Callable[[Progress], None]) -> Callable[[], None]:
        """Call `fn` at each progress, and with what runs already when the workbench arrives."""

        def begin(workbench: Workbench) -> Callable[[], None]:
            fn(workbench.runs.progress)
            return workbench.runs.subscribe(fn)

        return self.later.subscribe(begin)

    async def refresh(self) -> RunResult:
        """Read Salesbuildr, then check."""
        return await (await self.later.arrived()).runs.refresh()

    async def cancel(self) -> None:
        """Ask the run to stop, where there is one."""
        if self.later.there is not None:
            await self.later.there.runs.cancel()
