"""What the demo's walk prints reads as the window shows it: no markup."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from PySide6.QtCore import qInstallMessageHandler, qWarning

from sync_desktop.ui.walk.hands import without_noise
from sync_desktop.ui.walk.story import Story
from tests.ui.ui_fakes import FakeWorkbench
from tests.ui.ui_screen import Screen


@dataclass
class HelpfulBench(FakeWorkbench):
    """Its help has the topic that the walk reads."""

    def help_topics(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        return (("autotask-opportunities", "Autotask and opportunities", ("There is **no webhook** for them.",)),)


async def nothing() -> None:
    """There is nothing to write first."""


def test_help_is_printed_as_it_reads(open_screen: Callable[[FakeWorkbench], Screen]) -> None:
    screen = open_screen(HelpfulBench())
    told: list[str] = []
    practice = cast("Any", None)
    story = Story(screen.window, cast("Any", screen.bench), practice, nothing, told.append, None)
    walked = asyncio.get_running_loop().create_task(story._read_help())
    screen.until(walked.done)
    assert walked.exception() is None
    assert "   help: There is no webhook for them." in told
    assert not [line for line in told if "<" in line or "\n" in line]


def test_what_qts_off_screen_platform_says_of_every_dialog_is_left_out_and_nothing_else() -> None:
    heard: list[str] = []
    before = qInstallMessageHandler(lambda _kind, _context, text: heard.append(text))
    try:
        with without_noise():
            for text in ("This plugin does not support propagateSizeHints()", "something else"):
                qWarning(text)
        qWarning("afterwards")
    finally:
        qInstallMessageHandler(before)
    assert heard == ["something else", "afterwards"]
