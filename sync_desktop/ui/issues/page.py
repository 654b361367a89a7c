"""The Issues page: joins table, detail, actions and the workbench."""

from dataclasses import replace
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QWidget

from sync_desktop.domain.words import IssueState
from sync_desktop.ui.issues.actions import IssueActions
from sync_desktop.ui.issues.detail import DetailPane
from sync_desktop.ui.issues.empty import empty_words, offers_paste
from sync_desktop.ui.issues.entries import Folding, entries
from sync_desktop.ui.issues.model import IssuesModel
from sync_desktop.ui.issues.repairs import Repairs
from sync_desktop.ui.issues.table import IssuesTable
from sync_desktop.ui.issues.tones import retry_word
from sync_desktop.ui.issues.toolbar import IssuesToolbar
from sync_desktop.ui.pasting.opening import Pasting
from sync_desktop.ui.remapping import Remapping
from sync_desktop.ui.widgets import EmptyState, column, label
from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.ui.context import Context
    from sync_desktop.workbench.ports import Workbench
    from sync_desktop.workbench.views import IssueDetail, IssuePage, SiteBand

_AGES_EVERY_MS = 20_000
_SPLIT = "issues/splitter"
_GROUPED = "issues/grouped"


class PageState(Enum):
    """Where the page stands with its list."""

    IDLE = auto()
    LOADING = auto()
    READY = auto()
    FAILED = auto()


class IssuesPage(QWidget):
    """Lists issues at the left and shows one at the right."""

    state_changed = Signal()
    open_counted = Signal(int)
    """How many issues are open."""
    site_asked = Signal(str)
    """The settings of a site should be shown; an empty id is a new site."""
    mapping_asked = Signal(str, str, str)
    """A mapping should be shown on its page: site, kind and source."""
    refresh_asked = Signal()

    def __init__(self, workbench: "Workbench", context: "Context", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._context = context
        self._sites: tuple[SiteBand, ...] | None = None
        self._page: IssuePage | None = None
        self._folding = Folding()
        self._again = False
        self._wanted = 0
        self._failure = ""
        self.state = PageState.IDLE
        grouped = context.settings.value(_GROUPED, defaultValue=True, type=bool)
        self.toolbar = IssuesToolbar(grouped=bool(grouped))
        self.actions_ = IssueActions(workbench, context.tasks, context.notifier, self)
        remapping = Remapping(workbench, context, self.actions_, self)
        self.repairs = Repairs(workbench, context, self.actions_, remapping, self)
        self.pasting = Pasting(workbench, context, self)
        self.model = IssuesModel(self)
        self.table = IssuesTable(self.model, context.theme)
        self.detail = DetailPane(self.actions_, self.repairs, context.theme)
        self.empty = EmptyState("issues.empty")
        self._footer = label("", name="issues.footer")
        self._footer.setProperty("footer", True)
        self._lay_out()
        self._connect()
        self._add_keys()
        self._ages = QTimer(self)
        self._ages.timeout.connect(self._on_ages_timeout)
        self._ages.start(_AGES_EVERY_MS)

    # what others tell the page

    def show_first(self, page: "IssuePage") -> None:
        """Show a list that was read beside the workbench; the next reading changes only what differs."""
        self._show_page(page)

    def show_sites(self, sites: "tuple[SiteBand, ...]") -> None:
        """Take the sites: an empty list says what to do about them, and assist sites are checked, not retried."""
        self._sites = self.pasting.sites = sites
        self.actions_.retry_word = self.tr(retry_word(frozenset(site.role for site in sites)))
        self._show_empty()

    def on_changed(self, ids: frozenset[int]) -> None:
        """Read again what changed; an empty set means that anything may have."""
        self.reload()
        if self._wanted and (not ids or self._wanted in ids):
            self._load_detail()

    def select_issue(self, issue_id: int) -> bool:
        """Select an issue, opening its cause where that is folded; False where the filter does not show it."""
        if self.table.select_issue(issue_id) or self._page is None:
            return self.model.row_of_issue(issue_id) >= 0
        for group in self._page.groups:
            if issue_id in group.issue_ids:
                self._fold(self._folding.with_all_of(group.key))
        return self.table.select_issue(issue_id)

    # the list

    def reload(self) -> None:
        """Read the list for what is typed and chosen; while it is being read, once more afterwards."""
        self._again = True
        self._start_reading()

    def _start_reading(self) -> None:
        tasks = self._context.tasks
        if not self._again or tasks.is_running("issues.page"):
            return
        self._again = False
        work = self._workbench.issues.page(state=self.toolbar.state, text=self.toolbar.search.text().strip())
        started = tasks.start(
            "Read issues",
            work,
            key="issues.page",
            done=self._show_page,
            failed=self._show_failure,
            ended=self._start_reading,
        )
        if started and self._page is None:
            self._enter(PageState.LOADING)

    def _show_page(self, page: "IssuePage") -> None:
        self._page = page
        self._failure = ""
        self.actions_.know(page.rows)
        self.toolbar.show_counts(page.counts)
        self.open_counted.emit(page.counts.get(IssueState.OPEN, 0))
        hidden = page.total > len(page.rows)
        shown = self.tr("The first {shown:,} of {total:,} are shown. Search to narrow the list.")
        self._footer.setText(shown.format(shown=len(page.rows), total=page.total) if hidden else "")
        self._footer.setVisible(hidden)
        self._show_entries()
        self._enter(PageState.READY)

    def _show_failure(self, sentence: str) -> None:
        self._failure = sentence
        self._context.notifier.error(sentence)
        self._enter(PageState.FAILED)

    def _show_entries(self) -> None:
        if self._page is None:
            return
        running = self.actions_.running
        rows = tuple(replace(row, running=True) if row.id in running else row for row in self._page.rows)
        shown = replace(self._page, rows=rows)
        self.model.show_entries(
            entries(shown, self._folding, self._context.now(), grouped=self.toolbar.group.isChecked())
        )

    def _enter(self, state: PageState) -> None:
        self.state = state
        self._show_empty()
        self.state_changed.emit()

    def _show_empty(self) -> None:
        empty = self._page is None or not self._page.rows
        if empty:
            loading = self.state in (PageState.IDLE, PageState.LOADING) or self._sites is None
            sites = None if loading else self._sites
            asked = (self.toolbar.state, self.toolbar.search.text().strip(), sites, self._failure)
            self.empty.show_words(*empty_words(*asked), self.tr("Paste issues…") if offers_paste(*asked) else "")
        self._stack.setCurrentWidget(self.empty if empty else self.table)

    def _fold(self, folding: Folding) -> None:
        self._folding = folding
        self._show_entries()

    # the detail

    def _load_detail(self) -> None:
        self._context.tasks.start(
            "Read an issue",
            self._workbench.issues.detail(self._wanted),
            key=f"issues.detail {self._wanted}",
            done=partial(self._show_detail, self._wanted),
        )

    def _show_detail(self, wanted: int, detail: "IssueDetail | None") -> None:
        if wanted != self._wanted:
            return  # another one has been chosen since
        if detail is None:
            self.detail.show_nothing(self.tr("This issue is not there any more."))
            return
        site = next((site for site in self._sites or () if site.id == detail.row.site_id), None)
        self.detail.show_detail(detail, site.psa_label if site else self.tr("PSA"))

    def _targets(self) -> tuple[int, ...]:
        """Return what a key acts on: the selection, or the issue that the detail still shows."""
        shown = self.detail.detail
        return self.table.selected_ids() or ((shown.row.id,) if shown is not None else ())

    def _toggle_dismissed(self, ids: "Sequence[int]") -> None:
        if self.toolbar.state is IssueState.DISMISSED:
            self.actions_.restore(ids)
        elif self.toolbar.state is IssueState.OPEN:
            self.actions_.dismiss(ids)

    # making

    def _lay_out(self) -> None:
        """Put everything in its place, what holds others first: what gets another holder is styled once more."""
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        box = column(self)
        box.addWidget(self.toolbar)
        box.addWidget(self.splitter, 1)
        left = QWidget()
        self.splitter.setObjectName("issues.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([812, 458])
        kept = self._context.settings.value(_SPLIT)
        if kept is not None:
            self.splitter.restoreState(kept)
        self._stack = QStackedWidget()
        lines = column(left)
        lines.addWidget(self._stack, 1)
        lines.addWidget(self._footer)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self._footer.hide()

    def _connect(self) -> None:
        self.toolbar.filter_changed.connect(self.reload)
        self.toolbar.grouping_changed.connect(self._on_grouping_changed)
        self.toolbar.refresh_asked.connect(self.refresh_asked)
        self.toolbar.paste_asked.connect(self.pasting.open_empty)
        self.toolbar.search.left.connect(self.table.setFocus)
        self.table.issues_chosen.connect(self._on_table_issues_chosen)
        self.table.details_asked.connect(self.detail.setFocus)
        self.table.head_toggled.connect(self._on_table_head_toggled)
        self.table.more_asked.connect(self._on_table_more_asked)
        self.table.retry_asked.connect(self.actions_.retry)
        self.table.dismiss_asked.connect(self._toggle_dismissed)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._on_table_menu_requested)
        self.actions_.running_changed.connect(self._show_entries)
        self.repairs.site_asked.connect(self.site_asked)
        self.repairs.mapping_asked.connect(self.mapping_asked)
        self.empty.action.clicked.connect(self._on_empty_action_clicked)
        self.empty.other.clicked.connect(self.pasting.open_empty)
        self.splitter.splitterMoved.connect(self._on_splitter_moved)

    def _add_keys(self) -> None:
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, slot in (("R", self._on_retry_key), ("D", self._on_dismiss_key)):
            QShortcut(QKeySequence(keys), self, slot, context=inside)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.focus_search, context=inside)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.pasting.open_clipboard, context=inside)

    def focus_search(self) -> None:
        """Put the keys into the search."""
        self.toolbar.search.setFocus()
        self.toolbar.search.selectAll()

    def clear(self) -> bool:
        """Undo the narrowest choice: the search, then the selection; False where there is none."""
        if self.toolbar.search.text():
            self.toolbar.search.clear()
        elif self.table.selected_ids():
            self.table.clearSelection()
        else:
            return False
        return True

    # slots

    @Slot(object)
    def _on_table_issues_chosen(self, ids: tuple[int, ...]) -> None:
        if len(ids) == 1 and ids[0] != self._wanted:
            self._wanted = ids[0]
            if self.detail.detail is None:
                self.detail.show_nothing(self.tr("Reading the issue …"))
            self._load_detail()
        elif len(ids) > 1:
            self._wanted = 0
            chosen = self.tr("{count} chosen. R tries them after a preview, D dismisses them.")
            self.detail.show_nothing(chosen.format(count=counted(len(ids), "issue")))

    @Slot(str)
    def _on_table_head_toggled(self, cause_key: str) -> None:
        self._fold(self._folding.toggled(cause_key))

    @Slot(str)
    def _on_table_more_asked(self, cause_key: str) -> None:
        self._fold(self._folding.with_all_of(cause_key))

    @Slot(QPoint)
    def _on_table_menu_requested(self, point: QPoint) -> None:
        from sync_desktop.ui.issues.row_menu import row_menu

        ids = self.table.selected_ids()
        if ids:
            menu: QMenu = row_menu(self, ids, self.toolbar.state)
            menu.popup(self.table.viewport().mapToGlobal(point))

    @Slot()
    def _on_grouping_changed(self) -> None:
        self._context.settings.setValue(_GROUPED, self.toolbar.group.isChecked())
        self._show_entries()

    @Slot()
    def _on_empty_action_clicked(self) -> None:
        if self.toolbar.search.text().strip():
            self.toolbar.search.clear()
        elif self._failure:
            self.reload()
        elif not self._sites:
            self.site_asked.emit("")
        else:
            self.refresh_asked.emit()

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._context.settings.setValue(_SPLIT, self.splitter.saveState())

    @Slot()
    def _on_ages_timeout(self) -> None:
        self._show_entries()

    @Slot()
    def _on_retry_key(self) -> None:
        self.actions_.retry(self._targets())

    @Slot()
    def _on_dismiss_key(self) -> None:
        self._toggle_dismissed(self._targets())
