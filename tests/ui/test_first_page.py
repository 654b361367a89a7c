"""The first page stands before the workbench is there, and the workbench takes over without anybody noticing."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import IssueState
from sync_desktop.ui.issues.entries import Column
from sync_desktop.ui.issues.page import IssuesPage
from sync_desktop.ui.main_window import MainWindow
from sync_desktop.ui.session import CANNOT_OPEN, serve
from sync_desktop.workbench.first_look import FirstLook
from sync_desktop.workbench.later import LaterWorkbench
from sync_desktop.workbench.views import IssuePage
from tests.ui.ui_fakes import FakeWorkbench, few, row, workbench
from tests.ui.ui_screen import Screen, Services


@dataclass
class Opening:
    """A window with a first page, whose workspace is being opened until the test says how that ends."""

    screen: Screen
    task: "asyncio.Task[int]"
    opened: "asyncio.Future[FakeWorkbench]"

    @property
    def page(self) -> IssuesPage:
        page = self.screen.window.issues
        assert page is not None
        return page

    def arrive(self) -> None:
        """Let the workbench arrive, and wait until it has been asked for its list."""
        bench, before = self.screen.bench, len(self.screen.bench.issues.calls)
        self.opened.set_result(bench)
        self.screen.until(lambda: any(call[0] == "page" for call in bench.issues.calls[before:]))
        self.screen.until(lambda: not self.screen.services.context.tasks.is_running("issues.page"))

    def fail(self, sentence: str) -> None:
        """Let the workspace turn out not to be usable."""
        self.opened.set_exception(UserError(sentence))
        self.screen.until(lambda: self.screen.shows("window.message"))


Open = Callable[[FakeWorkbench], Opening]


@pytest.fixture
def many() -> FakeWorkbench:
    """Return a workbench with as many causes as do not fit on the screen."""
    rows = [row(each, cause_key=f"cause {each % 9}", cause_title=f"Cause {each % 9}") for each in range(1, 46)]
    bench = workbench(rows)
    bench.issues.headline = "Repair **2 mappings**"
    return bench


@pytest.fixture
def open_first(qtbot: QtBot, services: Services, loop: asyncio.AbstractEventLoop) -> Iterator[Open]:
    """Return what opens a window as `app` does, up to the first page."""
    made: list[Opening] = []

    def open_(bench: FakeWorkbench) -> Opening:
        window, later = MainWindow(services.context), LaterWorkbench()
        services.window = window
        opened: asyncio.Future[FakeWorkbench] = loop.create_future()

        async def build() -> FakeWorkbench:
            return await opened

        window.show()
        window.make_pages(later)
        window.show_first(FirstLook(first_page(bench), tuple(bench.sites.stored)))
        task = loop.create_task(serve(window, services.context, later, build))
        made.append(Opening(Screen(qtbot, window, services, bench), task, opened))
        qtbot.waitUntil(lambda: services.context.tasks.is_running("issues.page"), timeout=5000)
        return made[-1]

    yield open_
    for each in made:
        assert each.screen.services.crashes == []
        each.screen.window.close()
        qtbot.waitUntil(each.task.done, timeout=5000)


def first_page(bench: FakeWorkbench) -> IssuePage:
    """Return the page of a workbench in memory, whose answer waits for nothing."""
    reading = bench.issues.page(state=IssueState.OPEN)
    with pytest.raises(StopIteration) as answered:
        reading.send(None)
    bench.issues.calls.clear()
    page: IssuePage = answered.value.value
    return page


def test_rows_counts_and_sites_are_there_before_the_workbench(open_first: Open) -> None:
    opening = open_first(few())
    assert "Q-2041 Northwind refresh" in opening.screen.rows()
    assert opening.page.toolbar.chips[IssueState.OPEN].text() == "Open 3"
    assert opening.screen.find(QLabel, "band.role.contoso").text() == "WRITES TO PSA"
    assert opening.screen.bench.issues.calls == []


def test_the_workbench_takes_over_without_a_change_of_any_row(open_first: Open, many: FakeWorkbench) -> None:
    opening = open_first(many)
    table, model = opening.page.table, opening.page.model
    changes: list[str] = []
    for name in ("dataChanged", "rowsInserted", "rowsRemoved", "layoutChanged", "modelReset"):
        getattr(model, name).connect(lambda *_args, name=name: changes.append(name))
    opening.page.select_issue(12)
    table.verticalScrollBar().setValue(90)
    scrolled = table.verticalScrollBar().value()
    assert scrolled > 0
    changes.clear()
    opening.arrive()
    assert changes == []
    assert (table.selected_ids(), table.verticalScrollBar().value()) == ((12,), scrolled)
    opening.screen.until(lambda: opening.page.detail.detail is not None)
    assert opening.screen.find(QLabel, "detail.title").text().startswith("Quote Q-12")


def test_what_changed_since_the_first_look_changes_only_its_rows(open_first: Open, many: FakeWorkbench) -> None:
    opening = open_first(many)
    opening.page.select_issue(12)
    many.issues.rows[3] = replace(many.issues.rows[3], company="Tailspin Toys")
    del many.issues.rows[1]
    opening.arrive()
    model = opening.page.model
    assert opening.page.table.selected_ids() == (12,)
    assert model.index(model.row_of_issue(3), Column.COMPANY).data() == "Tailspin Toys"
    assert model.row_of_issue(1) == -1


def test_what_is_pressed_meanwhile_waits_and_is_then_done_once(open_first: Open) -> None:
    opening = open_first(few())
    screen = opening.screen
    opening.page.select_issue(2041)
    screen.key(opening.page.table, Qt.Key.Key_R)
    screen.key(opening.page.table, Qt.Key.Key_R)
    assert screen.services.told == ["Q-2041 Northwind refresh is already synchronizing."]
    assert screen.bench.issues.calls == []
    opening.arrive()
    screen.until(lambda: "1 written and seen in Autotask." in screen.services.told)
    assert [call for call in screen.bench.issues.calls if call[0] == "retry"] == [("retry", ((2041,), False))]


def test_a_search_typed_meanwhile_is_what_is_read(open_first: Open) -> None:
    opening = open_first(few())
    opening.page.toolbar.search.setText("adatum")
    opening.arrive()
    opening.screen.until(lambda: ("page", (IssueState.OPEN, "adatum")) in opening.screen.bench.issues.calls)
    opening.screen.until(lambda: opening.page.model.row_of_issue(2041) == -1)
    assert opening.page.model.row_of_issue(2038) >= 0


def test_a_refresh_asked_for_meanwhile_runs_once_it_can(open_first: Open) -> None:
    opening = open_first(few())
    opening.screen.key(opening.screen.window, Qt.Key.Key_F5)
    opening.screen.key(opening.screen.window, Qt.Key.Key_F5)
    assert opening.screen.services.told == ["A refresh is running already."]
    opening.arrive()
    opening.screen.until(lambda: opening.screen.bench.runs.refreshed == 1)


def test_the_sites_page_opened_meanwhile_shows_its_sites_later(open_first: Open) -> None:
    opening = open_first(few())
    opening.screen.press("rail.sites")
    opening.arrive()
    opening.screen.until(lambda: opening.screen.shows("sites.role"))


def test_a_workspace_that_cannot_be_opened_takes_the_first_page_away(open_first: Open) -> None:
    opening = open_first(few())
    screen = opening.screen
    opening.page.select_issue(2041)
    screen.key(opening.page.table, Qt.Key.Key_R)
    opening.fail("“quotes.syncws” is damaged; put back a copy of it.")
    assert screen.find(QLabel, "window.message.text").text() == "“quotes.syncws” is damaged; put back a copy of it."
    assert not screen.shows("issues.table")
    assert not screen.shows("band.role.contoso")
    assert not screen.find(QWidget, "rail.issues").isEnabled()
    screen.key(screen.window, Qt.Key.Key_F5)
    screen.key(screen.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert screen.shows("window.message")
    screen.until(lambda: not screen.services.context.tasks.is_running("issues.page"))
    assert (screen.services.told, screen.bench.issues.calls, screen.bench.runs.refreshed) == ([], [], 0)
    screen.window.close()
    screen.until(opening.task.done)
    assert opening.task.result() == CANNOT_OPEN


def test_closing_before_the_workbench_is_there_ends_at_once(open_first: Open) -> None:
    opening = open_first(few())
    opening.page.select_issue(2041)
    opening.screen.key(opening.page.table, Qt.Key.Key_R)
    opening.screen.window.close()
    opening.screen.until(opening.task.done)
    assert (opening.task.result(), opening.opened.cancelled(), opening.screen.bench.issues.calls) == (0, True, [])
    assert not opening.screen.window.isVisible()


def test_a_close_asked_for_before_the_loop_ran_is_not_forgotten(qtbot: QtBot, services: Services) -> None:
    window = services.window = MainWindow(services.context)
    window.show()
    window.close()

    async def build() -> FakeWorkbench:
        await asyncio.Event().wait()
        return few()

    task = asyncio.get_running_loop().create_task(serve(window, services.context, LaterWorkbench(), build))
    qtbot.waitUntil(task.done, timeout=5000)
    assert (task.result(), window.isVisible()) == (0, False)
