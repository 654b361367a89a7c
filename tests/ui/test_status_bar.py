"""The status bar: what runs, and the seconds until a server may be asked again."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from sync_desktop.ui.frame import StatusBar
from sync_desktop.workbench.views import Progress, Wait


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def shown(bar: StatusBar) -> str:
    """Return the words beside the progress, once the timer has ticked."""
    timer = bar.findChild(QTimer)
    assert timer is not None
    timer.timeout.emit()
    words = bar.findChild(QLabel, "status.words")
    assert words is not None
    return words.accessibleName()


def test_a_wait_is_counted_down_and_gone_when_it_is_over(qtbot: QtBot) -> None:
    clock = Clock()
    bar = StatusBar(clock)
    qtbot.addWidget(bar)
    bar.resize(1200, 30)
    bar.show()
    wait = Wait("ConnectWise asked us to wait", 10, 2, 4)
    bar.show_progress(Progress(running=True, words="3 written", wait=wait))
    assert shown(bar) == "3 written · ConnectWise asked us to wait: next call in 10 s, retry 2 of 4"
    clock.seconds += 3.5
    assert shown(bar) == "3 written · ConnectWise asked us to wait: next call in 7 s, retry 2 of 4"
    bar.show_progress(Progress(running=True, words="4 written", wait=wait))
    assert shown(bar) == "4 written · ConnectWise asked us to wait: next call in 7 s, retry 2 of 4"
    clock.seconds += 6.5
    assert shown(bar) == "4 written"


def test_the_next_wait_is_counted_from_its_own_beginning(qtbot: QtBot) -> None:
    clock = Clock()
    bar = StatusBar(clock)
    qtbot.addWidget(bar)
    bar.resize(1200, 30)
    bar.show()
    bar.show_progress(Progress(running=True, wait=Wait("HaloPSA asked us to wait", 5, 1, 4)))
    clock.seconds += 4
    bar.show_progress(Progress(running=True, wait=Wait("HaloPSA asked us to wait", 75, 2, 4)))
    assert shown(bar) == "HaloPSA asked us to wait: next call in 75 s, retry 2 of 4"
    bar.show_progress(Progress(running=False))
    assert shown(bar) == ""
