"""The Mappings page: joins the kinds, the table, what a change touches, Salesbuildr's copies, and the workbench."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sync_desktop.ui.mappings import empty, phrases
from sync_desktop.ui.mappings.actions import PageActions
from sync_desktop.ui.mappings.editing import Editing
from sync_desktop.ui.mappings.entries import Entries, Entry, View, next_sorting, ordered, text_key
from sync_desktop.ui.mappings.kinds import first_kind
from sync_desktop.ui.mappings.known import Known
from sync_desktop.ui.mappings.leaving import Leaving
from sync_desktop.ui.mappings.parts import PageParts
from sync_desktop.ui.remapping import Remapping

if TYPE_CHECKING:
    from datetime import datetime

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.issues.actions import IssueActions
    from sync_desktop.ui.mappings.entries import Key
    from sync_desktop.ui.remapping import Remap
    from sync_desktop.workbench.mapping_views import MappingRow, SaveResult
    from sync_desktop.workbench.ports import Workbench
    from sync_desktop.workbench.views import SiteBand

_KIND = "mappings/kind"
_READING_AFTER_MS, _COUNT_AFTER_MS = 300, 120
"""For how long a list stands empty before it says that it is read, and edits are gathered before they are counted."""


class MappingsPage(QWidget):
    """Shows the mappings of one kind at one site, and edits, saves, audits."""

    frame_changed = Signal()
    """`site_id`, `band_note` or `status_words` changed."""
    overview_changed = Signal(object)
    """How the mappings of all sites stand, a `MappingsOverview`."""
    site_asked = Signal(str)
    """The settings of a site should be shown; an empty id is a new site."""
    refresh_asked = Signal()

    def __init__(
        self, workbench: "Workbench", context: "Context", actions: "IssueActions", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        desk = workbench.mappings
        self._context = context
        self._sites: dict[str, SiteBand] = {}
        self._wanted_key = ""
        self._sorting = (-1, False)
        self._entries = Entries()
        self.known = Known(desk, context.tasks, self)
        self.editing = Editing(desk, context, self)
        self.remapping = Remapping(workbench, context, actions, self)
        self.actions_ = PageActions(desk, context, self.remapping, self)
        self.leaving = Leaving(self.editing, self.remapping, self)
        self.parts = parts = PageParts(context, self)
        self.toolbar, self.kinds, self.table, self.model = parts.toolbar, parts.kinds, parts.table, parts.model
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(parts)
        self._counting, self._reading = QTimer(self), QTimer(self)
        for timer in (self._counting, self._reading):
            timer.setSingleShot(True)
        self._reading.start(_READING_AFTER_MS)
        self._connect()
        self._add_keys()
        self._show()

    # what others ask of the page

    @property
    def site_id(self) -> str:
        """The site whose mappings are shown; empty before there is any."""
        chosen = self.kinds.chosen()
        return chosen[0] if chosen else ""

    @property
    def status_words(self) -> str:
        """What the status bar says while nothing runs."""
        page = self.known.page
        return phrases.status_words(page, self.known.overview) if page is not None else ""

    def band_note(self, now: "datetime") -> str:
        """Return what the band says of the last audit."""
        return phrases.band_note(self.known.page, self._psa(), now) if self.known.page is not None else ""

    def reload(self) -> None:
        """Read everything anew."""
        self.known.read_overview()
        self._read_page()

    def show_sites(self, sites: "tuple[SiteBand, ...]") -> None:
        """Take the sites: what their PSAs are called, and which of them only read."""
        before, self._sites = self._sites, {site.id: site for site in sites}
        if phrases.looks(before.values()) != phrases.looks(sites):
            self._show()

    def show_mapping(self, site_id: str, kind: str, source_id: str) -> None:
        """Show one mapping, whatever is searched for and chosen now."""
        self._wanted_key = text_key((kind, source_id))
        self._context.settings.setValue(_KIND, f"{site_id} {kind}")
        self.toolbar.search.clear()
        self.toolbar.choose(View.ALL)
        self.kinds.choose(site_id, kind)
        self.reload()

    def undo(self) -> bool:
        """Take the last edit back; False where there is none."""
        return self.editing.undo(self.site_id)

    def clear(self) -> bool:
        """Undo the narrowest choice: the search, then edits of chosen rows, then the choice; False where none is."""
        if self.toolbar.search.text():
            self.toolbar.search.clear()
        elif not self.discard():
            if not self.table.chosen():
                return False
            self.table.clearSelection()
        return True

    # verbs on the chosen rows

    @Slot()
    def choose_target(self) -> None:
        """Ask for a target."""
        if self.known.page is not None:
            self.editing.choose(self.known.page, self._chosen())

    @Slot()
    def use_suggestion(self) -> None:
        """Use each chosen row's suggestion."""
        self.editing.use(self._chosen())

    @Slot()
    def reject_suggestion(self) -> None:
        """Reject each chosen row's suggestion."""
        self.editing.reject(self._chosen())

    @Slot()
    def clear_mapping(self) -> None:
        """Take away what was set by hand."""
        self.editing.clear(self._chosen())

    def discard(self) -> bool:
        """Give up what is not saved of the chosen rows; False where there is nothing."""
        return self.editing.discard(self._chosen())

    @Slot()
    def ask_where_used(self) -> None:
        """Ask what depends on a target, which is the chosen row's where one is chosen."""
        rows = self._chosen()
        for site in self.known.overview.sites if self.known.overview else ():
            if site.site_id == self.site_id:
                self.actions_.ask_where_used(site, rows[0] if len(rows) == 1 else None)

    def _chosen(self) -> "list[MappingRow]":
        return [line.row for line in self.table.chosen()]

    # reading

    def _read_page(self) -> None:
        chosen = self.kinds.chosen()
        if chosen is not None:
            self.known.read_page(*chosen, self.toolbar.search.text().strip())

    @Slot(str)
    def _on_known_changed(self, what: str) -> None:
        known = self.known
        if what in ("overview", "page") and known.overview is not None:
            self.kinds.show_overview(known.overview, self._unsaved_of)
            self.overview_changed.emit(known.overview)
            first = first_kind(known.overview, str(self._context.settings.value(_KIND, defaultValue="")))
            if first is None:
                known.forget_page()
            elif self.kinds.chosen() is None:
                self.kinds.choose(*first)  # which reads it
        self._show()
        if what == "page" and self._wanted_key:
            wanted, self._wanted_key = self._wanted_key, ""
            if self.table.choose((wanted,)):
                self.table.setFocus()

    # showing

    @Slot()
    def _show(self) -> None:
        """Show everything as it is known now."""
        if self.known.page is not None:
            self.model.show_first_headers(self.known.page.source_heading, self.known.page.target_heading)
        self.model.show_entries(self._lines())
        self.toolbar.show_counts(phrases.counts(self.known.page, self.known.todos))
        self._show_change()
        self._show_middle()
        self.frame_changed.emit()

    def _lines(self) -> list[Entry]:
        if self.known.page is None:
            return []
        lines = self._entries.of(self.known.page, self.editing.at(self.known.page.site_id).get)
        if self.toolbar.view is View.ATTENTION:
            lines = [line for line in lines if line.row.state.needs_attention or line.pending]
        return ordered(lines, self._sorting[0], descending=self._sorting[1])

    @Slot()
    def _show_change(self) -> None:
        """Show what is not saved, what that touches, and what saving would do."""
        pending = self.editing.at(self.site_id)
        impact = self.known.impact
        self.parts.panel.show_impact(pending, impact, self.known.failures.get("impact", ""))
        self.parts.panel.show_chosen(self.known.page, self.table.chosen())
        count = len(impact.retry_ids) if len(pending) and impact is not None else 0
        words = self.remapping.save_words(self.actions_.retry_verb(self._sites.get(self.site_id)), count)
        self.toolbar.show_save(words, enabled=len(pending) > 0 and not self.remapping.running)

    @Slot()
    def _show_middle(self) -> None:
        auditing, copies = self.actions_.auditing, self.toolbar.view is View.COPIES
        self.toolbar.show_auditing(running=auditing, possible=bool(self.site_id))
        said = self._empty()
        words = ("", "")
        if self.known.page is not None and not copies and said is None:
            words = phrases.notice(self.known.page, self._psa(), auditing=auditing)
        self.parts.notice.show_sentence(*words)
        if copies and self.known.page is not None:
            self.parts.show_copies(self.known.todos, self.known.failures.get("todos", ""))
        elif said is not None and not (said is empty.READING and self._reading.isActive()):
            self.parts.show_empty(said)
        else:
            self.parts.show_list()

    def _empty(self) -> empty.Empty | None:
        """Return what is said in place of the list; None where there is one."""
        shown, text = self.model.rowCount(), self.toolbar.search.text().strip()
        return empty.in_place_of_list(self.known, shown, self.toolbar.view, text, self._psa())

    def _psa(self) -> str:
        site = self._sites.get(self.site_id)
        return site.psa_label if site is not None else self.tr("the PSA")

    def _unsaved_of(self, site_id: str, kind: str) -> int:
        return self.editing.at(site_id).of_kind(kind)

    # making

    def _connect(self) -> None:
        parts = self.parts
        self.known.changed.connect(self._on_known_changed)
        self.editing.changed.connect(self._on_editing_changed)
        self.remapping.saved.connect(self._on_remapping_saved)
        self.remapping.running_changed.connect(self._show_change)
        self.actions_.auditing_changed.connect(self._show_middle)
        self.actions_.changed.connect(self.reload)
        self._counting.timeout.connect(self._on_counting_timeout)
        self._reading.timeout.connect(self._show_middle)
        self.kinds.kind_chosen.connect(self._on_kinds_kind_chosen)
        self.toolbar.view_changed.connect(self._show)
        self.toolbar.search_changed.connect(self._read_page)
        self.toolbar.search.left.connect(self.table.setFocus)
        self.toolbar.history_asked.connect(self._on_toolbar_history_asked)
        self.toolbar.where_used_asked.connect(self.ask_where_used)
        self.toolbar.audit_asked.connect(self._on_audit_asked)
        self.toolbar.save_asked.connect(self._on_save_asked)
        self.table.rows_chosen.connect(self._show_change)
        self.table.edit_asked.connect(self.choose_target)
        self.table.use_asked.connect(self.use_suggestion)
        self.table.reject_asked.connect(self.reject_suggestion)
        self.table.clear_asked.connect(self.clear_mapping)
        self.table.sort_asked.connect(self._on_table_sort_asked)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._on_table_menu_requested)
        parts.notice.action_asked.connect(self._on_audit_asked)
        parts.panel.copies_asked.connect(self._on_panel_copies_asked)
        parts.check_asked.connect(self._on_parts_check_asked)
        parts.empty.action.clicked.connect(self._on_empty_action_clicked)

    def _add_keys(self) -> None:
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, slot in (
            (QKeySequence(QKeySequence.StandardKey.Find), self.focus_search),
            (QKeySequence(QKeySequence.StandardKey.Save), self._on_save_asked),
            (QKeySequence("Ctrl+Y"), self._on_redo_key),
            (QKeySequence("Ctrl+Shift+Z"), self._on_redo_key),
            (QKeySequence("Ctrl+H"), self._on_toolbar_history_asked),
            (QKeySequence("W"), self.ask_where_used),
        ):
            QShortcut(keys, self, slot, context=inside)

    @Slot()
    def focus_search(self) -> None:
        """Put the keys into the search."""
        self.toolbar.search.setFocus()
        self.toolbar.search.selectAll()

    # slots

    @Slot(str, object)
    def _on_editing_changed(self, site_id: str, keys: "tuple[Key, ...]") -> None:
        """Show an edit at once, and count soon what the edits touch; an edit without keys changed what is stored."""
        if not keys:
            self.reload()
        elif site_id == self.site_id:
            self.known.forget_impact(site_id)
            self._counting.start(_COUNT_AFTER_MS)
            shown = {kind for kind, _ in keys}
            if self.known.page is not None and self.known.page.kind not in shown:
                self.kinds.choose(site_id, next(iter(shown)))
                self._wanted_key = text_key(keys[0])
        if self.known.overview is not None:
            self.kinds.show_overview(self.known.overview, self._unsaved_of)
        self._show()

    @Slot()
    def _on_counting_timeout(self) -> None:
        self.known.count(self.editing.at(self.site_id))

    @Slot(object, object)
    def _on_remapping_saved(self, wanted: "Remap", result: "SaveResult") -> None:
        self.editing.at(wanted.site_id).saved(wanted.edits, result.refused)
        self.reload()

    @Slot(str, str)
    def _on_kinds_kind_chosen(self, site_id: str, kind: str) -> None:
        self._context.settings.setValue(_KIND, f"{site_id} {kind}")
        if site_id != self.known.impact_at:
            self.known.forget_impact(site_id)
            self._counting.start(_COUNT_AFTER_MS)
        self._sort((-1, False))
        self._reading.start(_READING_AFTER_MS)
        self._read_page()
        self._show()

    @Slot(int)
    def _on_table_sort_asked(self, column: int) -> None:
        self._sort(next_sorting(self._sorting, column))
        self._show()

    def _sort(self, sorting: tuple[int, bool]) -> None:
        self._sorting = sorting
        self.table.show_sorting(sorting[0], descending=sorting[1])

    @Slot(QPoint)
    def _on_table_menu_requested(self, point: QPoint) -> None:
        from sync_desktop.ui.mappings.menu import row_menu

        if self.table.chosen():
            row_menu(self, self.table.chosen()).popup(self.table.viewport().mapToGlobal(point))

    @Slot()
    def _on_redo_key(self) -> None:
        if not self.editing.redo(self.site_id):
            self._context.notifier.info(self.tr("There is nothing to do again."))

    @Slot()
    def _on_save_asked(self) -> None:
        site, seen = self._sites.get(self.site_id), self.known.impact is not None
        self.actions_.save(self.editing.at(self.site_id), site, seen=seen)

    @Slot()
    def _on_audit_asked(self) -> None:
        if self.site_id:
            self.actions_.audit(self.site_id)

    @Slot()
    def _on_toolbar_history_asked(self) -> None:
        site = self._sites.get(self.site_id)
        if site is not None:
            self.actions_.show_history(site.id, site.name)

    @Slot()
    def _on_panel_copies_asked(self) -> None:
        self.toolbar.choose(View.COPIES)

    @Slot()
    def _on_parts_check_asked(self) -> None:
        self.actions_.check_copies(self.site_id)

    @Slot()
    def _on_empty_action_clicked(self) -> None:
        said = self._empty()
        match said.offer if said is not None else empty.Offer.NOTHING:
            case empty.Offer.CONNECT:
                self.site_asked.emit("")
            case empty.Offer.AGAIN:
                self.reload()
            case empty.Offer.CLEAR_SEARCH:
                self.toolbar.search.clear()
            case empty.Offer.AUDIT:
                self._on_audit_asked()
            case empty.Offer.SHOW_ALL:
                self.toolbar.choose(View.ALL)
            case empty.Offer.REFRESH:
                self.refresh_asked.emit()
