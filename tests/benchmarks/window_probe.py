"""One window in a process of its own, which tells when it was painted and ends: `bare`, or `window WORKSPACE`.

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
    """Open the window by its command, and close it once the table of issues was painted with rows in it."""
    from sync_desktop.cli.main import main
    from sync_desktop.ui.main_window import MainWindow

    paint, attach = MainWindow.paintEvent, MainWindow.attach

    def painted(window: MainWindow, event: "QPaintEvent") -> None:
        first = not window.was_painted
        paint(window, event)
        if first:
            tell("paint")

    def attached(window: MainWindow, workbench: "Workbench") -> None:
        attach(window, workbench)
        watch(window)

    for name, probe in (("paintEvent", painted), ("attach", attached)):
        setattr(MainWindow, name, probe)
    return main(["open", "--workspace", workspace])


def watch(window: "MainWindow") -> None:
    """Tell when the table is painted with rows, then close the window."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QTableView

    table: QTableView = window.findChildren(QTableView, "issues.table")[0]

    class Watcher(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() is QEvent.Type.Paint and table.model().rowCount() > 0:
                table.viewport().removeEventFilter(self)
                QTimer.singleShot(0, shown)
            return False

    def shown() -> None:
        tell("page")
        window.close()

    table.viewport().installEventFilter(Watcher(table))


if __name__ == "__main__":
    sys.exit(bare() if sys.argv[1] == "bare" else ours(sys.argv[2]))
