"""One window in a process of its own, which tells when it was painted and ends: `bare`, or `window WORKSPACE`.

Ours is watched from outside, by methods of its classes that are wrapped; nothing is loaded earlier for that.

Times are of the system's monotonic clock, which the process that started this one reads too. Imports stand where each
window needs them, because loading them is what is measured.
"""

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from sync_desktop.ui.main_window import MainWindow
    from sync_desktop.workbench.ports import Workbench


def tell(what: str) -> None:
    """Print a moment."""
    sys.stdout.write(f"{what}={time.monotonic_ns()}\n")
    sys.stdout.flush()


def bare() -> int:
    """Show an empty main window."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Bare(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
            super().paintEvent(event)
            tell("paint")
            QTimer.singleShot(0, QApplication.quit)

    app = QApplication(sys.argv[:1])
    window = Bare()
    window.resize(1440, 900)
    window.show()
    return app.exec()


def ours(workspace: str) -> int:
    """Open the window by its command; close it once the workbench has read the list that was painted before."""
    from sync_desktop import app
    from sync_desktop.cli.main import main

    load_qt = app.load_qt

    def loaded() -> None:
        load_qt()
        watch_window()

    setattr(app, "load_qt", loaded)  # noqa: B010 - a function cannot be assigned to
    return main(["open", "--workspace", workspace])


def watch_window() -> None:
    """Tell when the window is first painted, and watch what comes after that."""
    from sync_desktop.ui.main_window import MainWindow

    paint, make_pages = MainWindow.paintEvent, MainWindow.make_pages

    def painted(window: MainWindow, event: "QPaintEvent") -> None:
        first = not window.was_painted
        paint(window, event)
        if first:
            tell("paint")

    def made(window: MainWindow, workbench: "Workbench") -> None:
        watch_table()
        make_pages(window, workbench)
        watch_workbench(window)

    for name, probe in (("paintEvent", painted), ("make_pages", made)):
        setattr(MainWindow, name, probe)


def watch_table() -> None:
    """Tell when the table of issues is first painted with rows in it."""
    from PySide6.QtWidgets import QTableView

    from sync_desktop.ui.issues.table import IssuesTable

    told: list[str] = []

    def painted(table: IssuesTable, event: "QPaintEvent") -> None:
        QTableView.paintEvent(table, event)
        if not told and table.model().rowCount() > 0:
            told.append("page")
            tell("page")

    setattr(IssuesTable, "paintEvent", painted)  # noqa: B010 - a method cannot be assigned to


def watch_workbench(window: "MainWindow") -> None:
    """Tell when the list was read by the workbench, which is when everything can be done with it; then close."""
    from sync_desktop.workbench.later import LaterWorkbench

    arrive = LaterWorkbench.arrive

    def told() -> None:
        tell("ready")
        window.close()

    def arrived(later: LaterWorkbench, workbench: "Workbench") -> None:
        if window.issues is not None:
            window.issues.state_changed.connect(told)
        arrive(later, workbench)

    setattr(LaterWorkbench, "arrive", arrived)  # noqa: B010 - a method cannot be assigned to


if __name__ == "__main__":
    sys.exit(bare() if sys.argv[1] == "bare" else ours(sys.argv[2]))
