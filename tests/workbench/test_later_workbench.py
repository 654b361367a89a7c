"""What stands for the workbench while it is opened: what is asked waits, and is cancelled where none comes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from sync_desktop.workbench.later import LaterWorkbench
from sync_desktop.workbench.ports import Workbench
from sync_desktop.workbench.views import Progress, RunResult


@dataclass
class Desk:
    """Writes down what it is asked."""

    asked: list[str]

    def __getattr__(self, name: str) -> Callable[..., Awaitable[str]]:
        async def answer(*args: object, **named: object) -> str:
            self.asked.append(f"{name} {args} {named}")
            return f"answer to {name}"

        return answer


@dataclass
class Runs:
    """Tells one progress."""

    progress: Progress = field(default_factory=lambda: Progress(running=True, title="Refreshing"))
    listeners: list[Callable[[Progress], None]] = field(default_factory=list)
    cancelled: int = 0

    def subscribe(self, fn: Callable[[Progress], None]) -> Callable[[], None]:
        self.listeners.append(fn)
        return lambda: self.listeners.remove(fn)

    async def refresh(self) -> RunResult:
        return RunResult("Read 3 records.", {})

    async def cancel(self) -> None:
        self.cancelled += 1


@dataclass
class Bench:
    """A workbench that was opened."""

    asked: list[str] = field(default_factory=list)
    runs: Runs = field(default_factory=Runs)
    listeners: list[Callable[[frozenset[int]], None]] = field(default_factory=list)
    closed: int = 0

    def __getattr__(self, name: str) -> Desk:
        return Desk(self.asked)

    def subscribe_changes(self, fn: Callable[[frozenset[int]], None]) -> Callable[[], None]:
        self.listeners.append(fn)
        return lambda: self.listeners.remove(fn)

    async def close(self) -> None:
        self.closed += 1


def as_workbench(bench: Bench) -> Workbench:
    return cast("Workbench", cast("Any", bench))


async def begun(*work: Awaitable[Any]) -> "list[asyncio.Future[Any]]":
    """Start these one after the other, each until it waits."""
    tasks: list[asyncio.Future[Any]] = []
    for each in work:
        tasks.append(asyncio.ensure_future(each))
        await asyncio.sleep(0)
    return tasks


async def test_what_is_asked_before_it_is_there_is_answered_in_that_order_once_it_is() -> None:
    later, bench = LaterWorkbench(), Bench()
    tasks = await begun(later.issues.retry([7], confirmed=True), later.sites.sites(), later.issues.detail(7))
    assert bench.asked == []
    later.arrive(as_workbench(bench))
    assert await asyncio.gather(*tasks) == ["answer to retry", "answer to sites", "answer to detail"]
    assert bench.asked == ["retry ([7],) {'confirmed': True}", "sites () {}", "detail (7,) {}"]
    await later.issues.dismiss([1])
    assert bench.asked[-1] == "dismiss ([1],) {}"


async def test_a_refresh_waits_too() -> None:
    later = LaterWorkbench()
    (refresh,) = await begun(later.runs.refresh())
    later.arrive(as_workbench(Bench()))
    assert (await refresh).text == "Read 3 records."


async def test_what_was_cancelled_while_it_waited_is_not_asked() -> None:
    later, bench = LaterWorkbench(), Bench()
    (retry, detail) = await begun(later.issues.retry([7]), later.issues.detail(7))
    retry.cancel()
    later.arrive(as_workbench(bench))
    await asyncio.wait((retry, detail))
    assert (retry.cancelled(), bench.asked) == (True, ["detail (7,) {}"])


async def test_where_none_comes_everything_is_cancelled() -> None:
    later = LaterWorkbench()
    (waiting,) = await begun(later.issues.detail(7))
    later.give_up()
    (afterwards,) = await begun(later.sites.sites())
    await asyncio.wait((waiting, afterwards))
    assert (waiting.cancelled(), afterwards.cancelled()) == (True, True)


async def test_nothing_runs_until_it_is_there_and_then_what_runs_is_told() -> None:
    later, bench = LaterWorkbench(), Bench()
    told: list[Progress] = []
    changed: list[frozenset[int]] = []
    ends = [later.runs.subscribe(told.append), later.subscribe_changes(changed.append)]
    await later.runs.cancel()
    assert (later.runs.progress, told) == (Progress(running=False), [])
    later.arrive(as_workbench(bench))
    assert (later.runs.progress, told) == (bench.runs.progress, [bench.runs.progress])
    bench.listeners[0](frozenset({3}))
    assert changed == [frozenset({3})]
    await later.runs.cancel()
    assert bench.runs.cancelled == 1
    for end in (*ends, *ends):
        end()
    assert (bench.runs.listeners, bench.listeners) == ([], [])


async def test_a_subscription_that_ended_before_is_not_begun() -> None:
    later, bench = LaterWorkbench(), Bench()
    later.subscribe_changes(lambda _ids: pytest.fail("nobody listens"))()
    later.arrive(as_workbench(bench))
    assert bench.listeners == []


async def test_closing_closes_what_is_there() -> None:
    later, bench = LaterWorkbench(), Bench()
    await later.close()
    later.arrive(as_workbench(bench))
    await later.close()
    assert bench.closed == 1


def test_help_needs_no_workbench() -> None:
    topics = LaterWorkbench().help_topics()
    assert any("webhooks" in " ".join(paragraphs) for _, _, paragraphs in topics)
