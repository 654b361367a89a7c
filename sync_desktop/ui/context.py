"""What every page is handed: made once by `app`, never global."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_desktop.ui.browser import open_in_browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtCore import QSettings

    from sync_desktop.ui.notifier import Notifier
    from sync_desktop.ui.tasks import Tasks
    from sync_desktop.ui.theme import Theme


def utc_now() -> "datetime":
    """Return the wall clock in UTC."""
    from datetime import UTC, datetime  # late: the first paint needs no clock

    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """The services of the window."""

    tasks: "Tasks"
    notifier: "Notifier"
    theme: "Theme"
    settings: "QSettings"
    """Widths and the like; nothing that matters, and never a secret."""
    now: "Callable[[], datetime]" = utc_now
    open_url: "Callable[[str], None]" = open_in_browser
