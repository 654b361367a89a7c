"""The window's event loop: in order, one turn of Qt's for all that is ready, and nothing lost."""

from collections.abc import Callable
from contextvars import ContextVar, copy_context

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from sync_desktop.ui.loop import WindowLoop


def _turn(app: QApplication, until: Callable[[], object]) -> None:
    for _ in range(1000):
        if until():
            return
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
    raise AssertionError("it did not come to that")


def test_callbacks_run_in_the_order_in_which_they_were_asked_for(loop: WindowLoop, qapp: QApplication) -> None:
    ran: list[int] = []
    for number in range(50):
        loop.call_soon(ran.append, number)
    assert ran == []
    _turn(qapp, lambda: len(ran) == 50)
    assert ran == list(range(50))


def test_one_that_was_cancelled_does_not_run(loop: WindowLoop, qapp: QApplication) -> None:
    ran: list[str] = []
    loop.call_soon(ran.append, "first")
    loop.call_soon(ran.append, "cancelled").cancel()
    loop.call_soon(ran.append, "last")
    _turn(qapp, lambda: "last" in ran)
    assert ran == ["first", "last"]


def test_what_a_callback_asks_for_waits_for_qts_own_events(loop: WindowLoop, qapp: QApplication) -> None:
    ran: list[str] = []

    def again() -> None:
        ran.append("again")
        if len(ran) < 200:
            loop.call_soon(again)

    QTimer.singleShot(0, lambda: ran.append("a key"))
    loop.call_soon(again)
    _turn(qapp, lambda: len(ran) >= 200)
    assert ran.index("a key") < 20


def test_one_that_fails_is_told_and_the_others_run(loop: WindowLoop, qapp: QApplication) -> None:
    told: list[str] = []
    ran: list[str] = []

    def fail() -> None:
        raise LookupError("of the callback")

    loop.set_exception_handler(lambda _, context: told.append(str(context["exception"])))
    loop.call_soon(fail)
    loop.call_soon(ran.append, "after")
    _turn(qapp, lambda: ran)
    assert told == ["of the callback"]


def test_a_loop_of_qts_inside_a_callback_goes_on_with_the_rest(loop: WindowLoop, qapp: QApplication) -> None:
    ran: list[str] = []
    inner = QEventLoop()

    def leave() -> None:
        ran.append("asked inside")
        inner.quit()

    def nest() -> None:
        loop.call_soon(leave)
        inner.exec()
        ran.append("left")

    loop.call_soon(nest)
    loop.call_soon(ran.append, "the rest of the turn")
    _turn(qapp, lambda: "left" in ran)
    assert ran == ["the rest of the turn", "asked inside", "left"]


def test_callbacks_have_the_context_that_they_were_asked_for_in(loop: WindowLoop, qapp: QApplication) -> None:
    whose: ContextVar[str] = ContextVar("whose", default="nobody's")
    ran: list[str] = []
    other = copy_context()
    other.run(whose.set, "another's")
    whose.set("ours")
    loop.call_soon(lambda: ran.append(whose.get()))
    loop.call_soon(lambda: ran.append(whose.get()), context=other)
    _turn(qapp, lambda: len(ran) == 2)
    assert ran == ["ours", "another's"]
