"""The main window: the frame, painted at once, and the pages, made when the workbench has arrived."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from sync_desktop.ui.changes import Changes
from sync_desktop.ui.frame import STATUS_HEIGHT, Band, Rail, StatusBar
from sync_desktop.ui.widgets import EmptyState
from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.help.page import HelpPage
    from sync_desktop.ui.issues.page import IssuesPage
    from sync_desktop.ui.mappings.page import MappingsPage
    from sync_desktop.ui.sites.page import SitesPage
    from sync_desktop.workbench.first_look import FirstLook
    from sync_desktop.workbench.mapping_views import MappingsOverview
    from sync_desktop.workbench.ports import Workbench
    from sync_desktop.workbench.views import Progress, RunResult, SiteBand

_GEOMETRY = "window/geometry"
_AGES_EVERY_MS = 30_000


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
        self.mappings: MappingsPage | None = None
        self.sites: SitesPage | None = None
        self.help: HelpPage | None = None
        self.setWindowTitle(self.tr("Sync Desktop"))
        self.setObjectName("window")
        self.setMinimumSize(900, 560)
        self.resize(1440, 900)
        self.band, self.rail, self.status = Band(), Rail(), StatusBar()
        self._changes = Changes(self)
        self._changes.due.connect(self._on_changes_due)
        self._mappings_wait = False
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
        self.issues = IssuesPage(workbench, self._context, self.pages)
        self.pages.addWidget(self.issues)
        self.issues.open_counted.connect(self._on_issues_open_counted)
        self.issues.site_asked.connect(self.show_site)
        self.issues.mapping_asked.connect(self.show_mapping)
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
            workbench.runs.subscribe(self._on_runs_progress),
            workbench.subscribe_changes(self._changes.take),
        ]
        self.status.show_progress(workbench.runs.progress)
        self._changes.tell()

    def show_problem(self, sentence: str) -> None:
        """Say why there is no workbench, and what to do; what a first look had found is not shown any more."""
        self._workbench = None
        self.issues = self.mappings = self.sites = self.help = None
        self._show_sites(())
        self._on_issues_open_counted(0)
        self.message.show_words(self.tr("The workspace could not be opened"), sentence)
        self.pages.setCurrentWidget(self.message)
        self.rail.setEnabled(False)

    def show_page(self, page: str) -> None:
        """Show a page, made now if it is its first time; first a person says what becomes of unsaved changes."""
        self._leave_for(page, None)

    @Slot(str)
    def show_site(self, site_id: str) -> None:
        """Show the settings of a site; an empty id is a new one."""
        self._leave_for("sites", partial(self._show_site_form, site_id))

    @Slot(str, str, str)
    def show_mapping(self, site_id: str, kind: str, source_id: str) -> None:
        """Show one mapping on its page."""
        self._leave_for("mappings", None)
        if self.mappings is not None:
            self.mappings.show_mapping(site_id, kind, source_id)

    def _leave_for(self, page: str, then: "Callable[[], None] | None") -> None:
        if self.mappings is not None and self.pages.currentWidget() is self.mappings and page != "mappings":
            self.rail.show_page("mappings")  # it is, until the person has decided
            self.mappings.leaving.ask(partial(self._go_to, page, then))
        else:
            self._go_to(page, then)

    def _go_to(self, page: str, then: "Callable[[], None] | None") -> None:
        if self._workbench is None:
            return
        make = {"mappings": self._make_mappings, "sites": self._make_sites, "help": self._make_help}.get(page)
        if getattr(self, page) is None and make is not None:
            make(self._workbench)
        self.rail.show_page(page)
        self.pages.setCurrentWidget(getattr(self, page))
        if page == "sites" and self.sites is not None:
            self.sites.reload()
        elif page == "mappings" and self.mappings is not None:
            self.mappings.reload()
            self.mappings.table.setFocus()
        self._show_page_in_frame()
        if then is not None:
            then()

    def _show_site_form(self, site_id: str) -> None:
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
        self._changes.stop()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []

    def let_close(self) -> None:
        """Close for real."""
        self._may_close = True
        self._changes.stop()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask to be closed, until everything has been settled."""
        if self._may_close:
            self._context.settings.setValue(_GEOMETRY, self.saveGeometry())
            super().closeEvent(event)
        else:
            event.ignore()
            if self.mappings is not None and self.mappings.editing.count():
                self.mappings.leaving.ask(self._on_leaving_done)
            else:
                self._on_leaving_done()

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

        for number, page in enumerate(self.rail.buttons, start=1):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self, partial(self.show_page, page))
        QShortcut(QKeySequence(Qt.Key.Key_F5), self, self.refresh)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self._on_undo_key)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._on_escape_key)

    def _make_mappings(self, workbench: "Workbench") -> None:
        from sync_desktop.ui.mappings.page import MappingsPage

        if self.issues is not None:
            self.mappings = MappingsPage(workbench, self._context, self.issues.actions_, self.pages)
            self.mappings.show_sites(self._sites or ())
            self.mappings.overview_changed.connect(self._show_mappings_count)
            self.mappings.frame_changed.connect(self._show_page_in_frame)
            self.mappings.site_asked.connect(self.show_site)
            self.mappings.refresh_asked.connect(self.refresh)
            self.pages.addWidget(self.mappings)

    def _make_sites(self, workbench: "Workbench") -> None:
        from sync_desktop.ui.sites.page import SitesPage

        self.sites = SitesPage(workbench.sites, self._context)
        self.sites.saved.connect(self._read_sites)
        self.pages.addWidget(self.sites)

    def _make_help(self, workbench: "Workbench") -> None:
        from sync_desktop.ui.help.page import HelpPage

        self.help = HelpPage(workbench.help_topics())
        self.pages.addWidget(self.help)

    @Slot(object)
    def _on_changes_due(self, ids: frozenset[int]) -> None:
        if self.issues is not None:
            self.issues.on_changed(ids)
        self._read_sites()

    @Slot()
    def _read_sites(self) -> None:
        if self._workbench is not None:
            ask = self._workbench.sites.sites
            self._context.tasks.renew("Read sites", ask, key="sites", done=self._on_sites_read)

    def _on_sites_read(self, sites: "tuple[SiteBand, ...]") -> None:
        """Show the sites, then look how mappings stand, which is not worth a wait before."""
        self._show_sites(sites)
        self._read_mappings()

    def _read_mappings(self) -> None:
        """Read the mappings where they are shown, else count them; while something runs, once it has ended."""
        workbench, shown = self._workbench, self._shown_mappings()
        self._mappings_wait = workbench is not None and workbench.runs.progress.running
        if workbench is None or self._mappings_wait:
            return
        if shown is not None:
            shown.reload()
        else:
            ask = workbench.mappings.overview
            self._context.tasks.renew("Count mappings", ask, key="mappings.count", done=self._show_mappings_count)

    def _on_runs_progress(self, progress: "Progress") -> None:
        self.status.show_progress(progress)
        if self._mappings_wait and not progress.running:
            self._read_mappings()

    @Slot(object)
    def _show_mappings_count(self, overview: "MappingsOverview") -> None:
        from sync_desktop.ui.mappings.phrases import rail_words

        self.rail.buttons["mappings"].show_count(overview.needs_attention, rail_words(overview))

    def _show_sites(self, sites: "tuple[SiteBand, ...]") -> None:
        self._sites = sites
        self.band.show_sites(sites, self._context.now())
        troubled = sum(bool(site.problem) for site in sites)
        words = counted(troubled, self.tr("site with a problem"), self.tr("sites with a problem"))
        self.rail.buttons["sites"].show_count(troubled, words)
        self._show_calls()
        if self.issues is not None:
            self.issues.show_sites(sites)
        if self.mappings is not None:
            self.mappings.show_sites(sites)

    @Slot()
    def _show_page_in_frame(self) -> None:
        """Let the band and the status bar speak of the site that the Mappings page is about, while it is shown."""
        shown = self._shown_mappings()
        site_id, words = (shown.site_id, shown.status_words) if shown is not None else ("", "")
        self.band.show_page(site_id, shown.band_note if shown is not None else None, self._context.now())
        self.status.show_idle(words)
        self._show_calls()

    def _shown_mappings(self) -> "MappingsPage | None":
        return self.mappings if self.pages.currentWidget() is self.mappings else None

    @Slot()
    def _show_calls(self) -> None:
        """Show the calls of the site whose issue or mappings are shown, else those of the first site that has any."""
        mappings = self._shown_mappings()
        detail = self.issues.detail.detail if self.issues is not None else None
        site_id = mappings.site_id if mappings is not None else detail.row.site_id if detail is not None else ""
        sites = self._sites or ()
        concerned = [site for site in sites if site.id == site_id]
        texts = [site.calls_text for site in (*concerned, *sites) if site.calls_text]
        self.status.show_calls(texts[0] if texts else "")

    def _tell_result(self, result: "RunResult") -> None:
        if self.issues is not None:
            self.issues.actions_.tell_result(result)

    @Slot(int)
    def _on_issues_open_counted(self, count: int) -> None:
        self.rail.buttons["issues"].show_count(count, counted(count, self.tr("open issue"), self.tr("open issues")))

    @Slot()
    def _on_status_cancel_asked(self) -> None:
        if self._workbench is not None:
            self._context.tasks.start("Cancel", self._workbench.runs.cancel(), key="cancel")

    @Slot()
    def _on_ages_timeout(self) -> None:
        self.band.show_ages(self._context.now())

    def _on_leaving_done(self) -> None:
        self._close_asked = True
        self.close_asked.emit()

    @Slot()
    def _on_undo_key(self) -> None:
        shown = self._shown_mappings()
        if not (shown is not None and shown.undo()) and not self._context.notifier.undo():
            self._context.notifier.info(self.tr("There is nothing to take back."))

    @Slot()
    def _on_escape_key(self) -> None:
        """Clear what is chosen on the page; where nothing is, cancel what runs."""
        for page in (self.issues, self.mappings):
            if page is not None and page is self.pages.currentWidget() and page.clear():
                return
        if self._workbench is not None and self._workbench.runs.progress.running:
            self._on_status_cancel_asked()
