"""The main window: the frame, painted at once, and the pages, made when the workbench has arrived."""

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from sync_desktop.ui.frame import STATUS_HEIGHT, Band, Rail, StatusBar
from sync_desktop.ui.widgets import EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.help.page import HelpPage
    from sync_desktop.ui.issues.page import IssuesPage
    from sync_desktop.ui.sites.page import SitesPage
    from sync_desktop.workbench.first_look import FirstLook
    from sync_desktop.workbench.ports import Workbench
    from sync_desktop.workbench.views import RunResult, SiteBand

_GEOMETRY = "window/geometry"
_AGES_EVERY_MS = 30_000

_GATHER_MILLISECONDS, _GATHER_MORE_MILLISECONDS = 200, 1000
"""For how long changes are gathered before they are read; longer while they go on and on, as in a run."""


class MainWindow(QMainWindow):
    """The window. Closing it is asked for by `close_asked`; it closes when `let_close` has been called."""

    painted = Signal()
    """The first paint is on screen."""
    close_asked = Signal()

    def __init__(self, context: "Context") -> None:
        super().__init__()
        self._context = context
        self._workbench: Workbench | None = None
        self._painted = self._may_close = self._close_asked = False
        self._unsubscribe: list[Callable[[], None]] = []
        self._sites: tuple[SiteBand, ...] | None = None
        self.issues: IssuesPage | None = None
        self.sites: SitesPage | None = None
        self.help: HelpPage | None = None
        self.setWindowTitle(self.tr("Sync Desktop"))
        self.setObjectName("window")
        self.setMinimumSize(900, 560)
        self.resize(1440, 900)
        self.band, self.rail, self.status = Band(), Rail(), StatusBar()
        self._changed: list[frozenset[int]] = []
        self._read_at = -math.inf
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.timeout.connect(self._on_reading_timeout)
        self.message = EmptyState("window.message")
        self.message.show_words("", self.tr("Opening the workspace …"))
        self._lay_out()
        kept = context.settings.value(_GEOMETRY)
        if kept is not None:
            self.restoreGeometry(kept)

    def make_pages(self, workbench: "Workbench") -> None:
        """Make the pages over a workbench, which may still be being opened: nothing is asked of it yet."""
        from sync_desktop.ui.issues.page import IssuesPage
        from sync_desktop.ui.toasts import Toasts

        self._workbench = workbench
        self._add_keys()
        self.toasts = Toasts(self._context.notifier, self, bottom=STATUS_HEIGHT)
        self.issues = IssuesPage(workbench, self._context)
        self.pages.addWidget(self.issues)
        self.issues.open_counted.connect(self._on_issues_open_counted)
        self.issues.site_asked.connect(self.show_site)
        self.issues.refresh_asked.connect(self.refresh)
        self.issues.detail.shown_changed.connect(self._show_calls)
        self.show_page("issues")
        self.issues.table.setFocus()

    def show_first(self, look: "FirstLook") -> None:
        """Show what a first look at the workspace has found, until the workbench is asked."""
        self._show_sites(look.sites)
        if self.issues is not None:
            self.issues.show_first(look.page)

    def start(self) -> None:
        """Listen to the workbench from now on, and read everything from it. Needs the loop."""
        workbench = self._workbench
        if workbench is None:
            return
        self._unsubscribe = [
            workbench.runs.subscribe(self.status.show_progress),
            workbench.subscribe_changes(self._on_workbench_changed),
        ]
        self.status.show_progress(workbench.runs.progress)
        self._changed = [frozenset()]
        self._on_reading_timeout()

    def show_problem(self, sentence: str) -> None:
        """Say why there is no workbench, and what to do; what a first look had found is not shown any more."""
        self._workbench = None
        self.issues = self.sites = self.help = None
        self._show_sites(())
        self._on_issues_open_counted(0)
        self.message.show_words(self.tr("The workspace could not be opened"), sentence)
        self.pages.setCurrentWidget(self.message)
        self.rail.setEnabled(False)

    def show_page(self, page: str) -> None:
        """Show a page, made now if it is its first time."""
        if self._workbench is None:
            return
        if page == "sites" and self.sites is None:
            self._make_sites()
        elif page == "help" and self.help is None:
            self._make_help()
        self.rail.show_page(page)
        widget = getattr(self, page)
        self.pages.setCurrentWidget(widget)
        if page == "sites" and self.sites is not None:
            self.sites.reload()

    @Slot(str)
    def show_site(self, site_id: str) -> None:
        """Show the settings of a site; an empty id is a new one."""
        self.show_page("sites")
        if self.sites is not None:
            self.sites.show_site(site_id)

    @Slot()
    def refresh(self) -> None:
        """Read Salesbuildr, then check."""
        if self._workbench is None:
            return
        work = self._workbench.runs.refresh()
        if not self._context.tasks.start("Refresh", work, key="refresh", done=self._tell_result):
            self._context.notifier.info(self.tr("A refresh is running already."))

    @property
    def was_painted(self) -> bool:
        """Whether the first paint is done."""
        return self._painted

    @property
    def close_was_asked(self) -> bool:
        """Whether `close_asked` was emitted already, perhaps before anybody listened."""
        return self._close_asked

    @property
    def has_pages(self) -> bool:
        """Whether `make_pages` was called."""
        return self._workbench is not None

    @property
    def sites_known(self) -> bool:
        """Whether the sites have been read."""
        return self._sites is not None

    def say_closing(self) -> None:
        """Show that what is under way is being settled."""
        self.status.show_idle(self.tr("Finishing what is under way, then closing …"))
        self.pages.setEnabled(False)
        self._reading.stop()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []

    def let_close(self) -> None:
        """Close for real."""
        self._may_close = True
        self._reading.stop()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask to be closed, until everything has been settled."""
        if self._may_close:
            self._context.settings.setValue(_GEOMETRY, self.saveGeometry())
            super().closeEvent(event)
        else:
            event.ignore()
            self._close_asked = True
            self.close_asked.emit()

    def paintEvent(self, event: "QPaintEvent") -> None:
        """Tell when the first paint is done."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        self.pages.setObjectName("pages")
        self.pages.addWidget(self.message)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.band, self.pages, self.status):
            column.addWidget(widget, 1 if widget is self.pages else 0)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(right, 1)
        self.setCentralWidget(content)
        self.rail.page_chosen.connect(self.show_page)
        self.rail.show_page("issues")
        self.band.site_asked.connect(self.show_site)
        self.status.cancel_asked.connect(self._on_status_cancel_asked)
        self._ages = QTimer(self)
        self._ages.timeout.connect(self._on_ages_timeout)
        self._ages.start(_AGES_EVERY_MS)

    def _add_keys(self) -> None:
        from PySide6.QtGui import QKeySequence, QShortcut  # late: the frame has no keys before it has pages

        for number, slot in enumerate((self._on_issues_key, self._on_sites_key, self._on_help_key), start=1):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self, slot)
        QShortcut(QKeySequence(Qt.Key.Key_F5), self, self.refresh)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self._on_undo_key)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._on_escape_key)

    def _make_sites(self) -> None:
        from sync_desktop.ui.sites.page import SitesPage

        if self._workbench is not None:
            self.sites = SitesPage(self._workbench.sites, self._context)
            self.sites.saved.connect(self._read_sites)
            self.pages.addWidget(self.sites)

    def _make_help(self) -> None:
        from sync_desktop.ui.help.page import HelpPage

        if self._workbench is not None:
            self.help = HelpPage(self._workbench.help_topics())
            self.pages.addWidget(self.help)

    def _on_workbench_changed(self, ids: frozenset[int]) -> None:
        """Gather what changes: while a run writes, the list is read once a second, not for each record."""
        self._changed.append(ids)
        if not self._reading.isActive():
            lately = time.monotonic() - self._read_at < _GATHER_MORE_MILLISECONDS / 1000
            self._reading.start(_GATHER_MORE_MILLISECONDS if lately else _GATHER_MILLISECONDS)

    @Slot()
    def _on_reading_timeout(self) -> None:
        changed, self._changed = self._changed, []
        self._read_at = time.monotonic()
        anything = any(not ids for ids in changed)
        if self.issues is not None:
            self.issues.on_changed(frozenset() if anything else frozenset().union(*changed))
        self._read_sites()

    @Slot()
    def _read_sites(self) -> None:
        if self._workbench is not None:
            self._context.tasks.start("Read sites", self._workbench.sites.sites(), key="sites", done=self._show_sites)

    def _show_sites(self, sites: "tuple[SiteBand, ...]") -> None:
        self._sites = sites
        self.band.show_sites(sites, self._context.now())
        self.rail.buttons["sites"].show_count(sum(bool(site.problem) for site in sites))
        self._show_calls()
        if self.issues is not None:
            self.issues.show_sites(sites)

    @Slot()
    def _show_calls(self) -> None:
        """Show the calls of the site whose issue is shown, else those of the first site that has any."""
        shown = self.issues.detail.detail if self.issues is not None else None
        sites = self._sites or ()
        concerned = [site for site in sites if shown is not None and site.id == shown.row.site_id]
        texts = [site.calls_text for site in (*concerned, *sites) if site.calls_text]
        self.status.show_calls(texts[0] if texts else "")

    def _tell_result(self, result: "RunResult") -> None:
        if self.issues is not None:
            self.issues.actions_.tell_result(result)

    @Slot(int)
    def _on_issues_open_counted(self, count: int) -> None:
        self.rail.buttons["issues"].show_count(count)

    @Slot()
    def _on_status_cancel_asked(self) -> None:
        if self._workbench is not None:
            self._context.tasks.start("Cancel", self._workbench.runs.cancel(), key="cancel")

    @Slot()
    def _on_ages_timeout(self) -> None:
        self.band.show_ages(self._context.now())

    @Slot()
    def _on_issues_key(self) -> None:
        self.show_page("issues")

    @Slot()
    def _on_sites_key(self) -> None:
        self.show_page("sites")

    @Slot()
    def _on_help_key(self) -> None:
        self.show_page("help")

    @Slot()
    def _on_undo_key(self) -> None:
        if not self._context.notifier.undo():
            self._context.notifier.info(self.tr("There is nothing to take back."))

    @Slot()
    def _on_escape_key(self) -> None:
        """Clear what is chosen on the page; where nothing is, cancel what runs."""
        shown = self.issues is not None and self.pages.currentWidget() is self.issues
        if shown and self.issues is not None and self.issues.clear():
            return
        if self._workbench is not None and self._workbench.runs.progress.running:
            self._on_status_cancel_asked()
