import asyncio
import logging
from collections.abc import Callable
from typing import Never

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from sync_desktop.domain.failures import UserError
from sync_desktop.ui.crash import CrashHook, crash_text
from sync_desktop.ui.main_window import MainWindow
from sync_desktop.ui.session import CANNOT_OPEN, CLOSED_EARLY, serve
from sync_desktop.ui.tokens import DARK, LIGHT
from sync_desktop.ui.widgets import ElidedLabel
from sync_desktop.workbench.later import LaterWorkbench
from sync_desktop.workbench.views import Progress, Wait
from tests.ui.ui_fakes import FakeWorkbench, few
from tests.ui.ui_screen import Screen, Services

Open = Callable[[FakeWorkbench], Screen]


def test_progress_is_shown_with_words_and_can_be_cancelled(screen: Screen) -> None:
    assert not screen.shows("status.cancel")
    wait = Wait("HaloPSA asked us to wait", 10, 2, 4)
    screen.bench.runs.show(Progress(True, "Retrying 37 quotes", 17, 37, "16 written · 1 differs", wait))
    assert screen.find(QLabel, "status.title").text() == "Retrying 37 quotes"
    bar = screen.find(QProgressBar, "status.progress")
    assert (bar.value(), bar.maximum()) == (17, 37)
    words = screen.find(ElidedLabel, "status.words").full_text
    assert words == "16 written · 1 differs · HaloPSA asked us to wait: next call in 10 s, retry 2 of 4"
    screen.press("status.cancel")
    screen.until(lambda: screen.bench.runs.cancelled == 1)
    screen.until(lambda: not screen.shows("status.cancel"))


def test_esc_clears_first_and_then_cancels(screen: Screen) -> None:
    assert screen.window.issues is not None
    screen.bench.runs.show(Progress(running=True, title="Refreshing"))
    screen.window.issues.select_issue(2041)
    screen.key(screen.window, Qt.Key.Key_Escape)
    assert (screen.window.issues.table.selected_ids(), screen.bench.runs.cancelled) == ((), 0)
    screen.key(screen.window, Qt.Key.Key_Escape)
    screen.until(lambda: screen.bench.runs.cancelled == 1)


def test_f5_refreshes_and_says_how_it_ended(screen: Screen) -> None:
    screen.key(screen.window, Qt.Key.Key_F5)
    screen.until(lambda: screen.services.told == ["Read 412 quotes; 5 checked."])


def test_pages_have_keys_in_the_order_of_the_rail(screen: Screen) -> None:
    pages = ("issues.table", "mappings.toolbar", "sites.list", "help.topics")
    for number in (2, 3, 4, 1):
        screen.key(screen.window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        assert screen.shows(pages[number - 1])


def test_the_band_and_the_status_bar_name_role_age_and_calls(screen: Screen) -> None:
    assert screen.find(QLabel, "band.site.contoso").text() == "Contoso MSP"
    assert screen.find(QLabel, "band.role.contoso").text() == "WRITES TO PSA"
    assert screen.find(ElidedLabel, "band.age").full_text == "Quotes read 4 min ago · PSA lists read 2 min ago"
    assert screen.find(ElidedLabel, "status.calls").full_text.startswith("Autotask 186 of our 1,500")


def test_help_explains_and_takes_no_markup(screen: Screen) -> None:
    screen.press("rail.help")
    texts = [label.text() for label in screen.window.findChildren(QLabel) if label.isVisible()]
    assert any("<b>does not report</b> changes. &lt;i&gt;No&lt;/i&gt; webhooks." in text for text in texts)


def test_the_colours_change_while_the_window_is_open(screen: Screen) -> None:
    theme = screen.services.context.theme
    theme._on_hints_scheme_changed(Qt.ColorScheme.Dark)
    assert theme.tokens is DARK
    assert screen.window.palette().window().color().name().upper() == DARK.background
    theme._on_hints_scheme_changed(Qt.ColorScheme.Light)
    assert theme.tokens is LIGHT


def test_a_question_that_is_asked_again_while_it_is_answered_is_asked_once_more(
    qtbot: QtBot, services: Services
) -> None:
    tasks, hold = services.context.tasks, asyncio.Event()
    asked: list[int] = []
    answers: list[int] = []

    async def ask() -> int:
        number = len(asked)
        asked.append(number)
        await hold.wait()
        return number

    for _ in range(3):
        tasks.renew("Count", ask, key="count", done=answers.append)
    hold.set()
    qtbot.waitUntil(lambda: answers == [0, 1] and not tasks.is_running("count"), timeout=5000)
    assert asked == [0, 1]


# from start to end


def start(qtbot: QtBot, services: Services, build: Callable[[], object], **more: object) -> "asyncio.Task[int]":
    window = MainWindow(services.context)
    services.window = window
    work = serve(window, services.context, LaterWorkbench(), build, **more)  # type: ignore[arg-type]  # the tests' own fakes
    return asyncio.get_running_loop().create_task(work)


def test_the_frame_is_painted_before_the_workbench_is_built(qtbot: QtBot, services: Services) -> None:
    seen: list[tuple[bool, bool]] = []

    async def build() -> FakeWorkbench:
        assert services.window is not None
        seen.append((services.window.was_painted, services.window.issues is not None))
        return few()

    task = start(qtbot, services, build)
    qtbot.waitUntil(lambda: bool(seen), timeout=5000)
    assert seen == [(True, True)]
    assert services.window is not None
    services.window.close()
    qtbot.waitUntil(task.done, timeout=5000)
    assert task.result() == 0


def test_closing_during_a_retry_settles_it_and_then_closes(qtbot: QtBot, services: Services) -> None:
    bench = few()
    bench.issues.hold = asyncio.Event()

    async def build() -> FakeWorkbench:
        return bench

    task = start(qtbot, services, build)
    window = services.window
    assert window is not None
    qtbot.waitUntil(lambda: window.issues is not None and window.issues.model.rowCount() > 0, timeout=5000)
    assert window.issues is not None
    window.issues.actions_.retry((2041,))
    bench.runs.show(Progress(running=True, title="Retrying"))
    qtbot.waitUntil(lambda: ("retry", ((2041,), False)) in bench.issues.calls, timeout=5000)
    assert window.close() is False
    assert window.isVisible()
    qtbot.waitUntil(task.done, timeout=5000)
    assert (task.result(), bench.runs.cancelled, bench.issues.cancelled, bench.closed) == (0, 1, 1, 1)
    assert not window.isVisible()
    assert (bench.listeners, bench.runs.listeners) == ([], [])


def test_a_workspace_that_cannot_be_opened_is_one_sentence_in_the_window(qtbot: QtBot, services: Services) -> None:
    async def build() -> Never:
        raise UserError("“quotes.syncws” is damaged: restore it from a backup.")

    task = start(qtbot, services, build)
    window = services.window
    assert window is not None
    text = window.message.findChild(QLabel, "window.message.text")
    assert text is not None
    qtbot.waitUntil(lambda: "is damaged" in text.text(), timeout=5000)
    assert window.message.isVisible()
    window.close()
    qtbot.waitUntil(task.done, timeout=5000)
    assert task.result() == CANNOT_OPEN


def test_what_runs_after_the_start_ends_the_window_with_its_own_status(qtbot: QtBot, services: Services) -> None:
    bench = few()

    async def build() -> FakeWorkbench:
        return bench

    async def walk(window: MainWindow, given: FakeWorkbench) -> int:
        assert given is bench
        assert window.issues is not None
        return 7

    task = start(qtbot, services, build, after_start=walk)
    qtbot.waitUntil(task.done, timeout=5000)
    assert (task.result(), bench.closed) == (7, 1)


def test_closing_the_window_ends_a_walk_early(qtbot: QtBot, services: Services) -> None:
    bench, begun = few(), asyncio.Event()

    async def build() -> FakeWorkbench:
        return bench

    async def walk(_window: MainWindow, _given: FakeWorkbench) -> int:
        begun.set()
        await asyncio.Event().wait()
        return 0

    task = start(qtbot, services, build, after_start=walk)
    qtbot.waitUntil(begun.is_set, timeout=5000)
    assert services.window is not None
    services.window.close()
    qtbot.waitUntil(task.done, timeout=5000)
    assert (task.result(), bench.closed) == (CLOSED_EARLY, 1)


# what nobody expected


def test_an_unexpected_error_of_a_task_is_reported_as_a_crash(screen: Screen) -> None:
    screen.bench.issues.fails = ZeroDivisionError("oh")
    assert screen.window.issues is not None
    screen.window.issues.reload()
    screen.until(lambda: [type(error) for error in screen.services.crashes] == [ZeroDivisionError])
    screen.services.crashes.clear()
    assert screen.services.told == []


@pytest.mark.logs_errors
def test_a_crash_is_reported_once_and_without_secrets(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    hook, texts = CrashHook(), list[str]()
    hook.crashed.connect(texts.append)
    error = RuntimeError("Secret: 'hunter2' for api@contoso.example at https://host/v1?key=abc")
    hook.report(error)
    hook.report(error)
    assert len(texts) == 1
    for cut in ("hunter2", "api@contoso.example", "key=abc"):
        assert cut not in texts[0]
    assert "RuntimeError" in texts[0]


@pytest.mark.parametrize(
    "text",
    ["Authorization: Bearer hunter2", "{'ApiIntegrationCode': 'hunter2'}", "api-key=hunter2", '"password": "hunter2"'],
)
def test_secrets_are_cut_out_of_crash_texts(text: str) -> None:
    assert "hunter2" not in crash_text(ValueError(text))


def test_the_crash_dialog_shows_what_can_be_sent(screen: Screen) -> None:
    from sync_desktop.ui.dialogs import CrashDialog

    CrashDialog("Traceback: oh", screen.window).open()
    screen.press("crash.copy")
    from PySide6.QtGui import QGuiApplication

    assert QGuiApplication.clipboard().text() == "Traceback: oh"
    assert screen.find(QPushButton, "crash.cancel").text() == "Close"
    screen.press("crash.cancel")
