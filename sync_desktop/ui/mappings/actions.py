"""What the tool bar of the Mappings page does: save, audit, ask where a target is used, show what was saved."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sync_desktop.domain.words import Role
from sync_desktop.ui.remapping import Remap
from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.mappings.pending import PendingEdits
    from sync_desktop.ui.remapping import Remapping
    from sync_desktop.workbench.mapping_views import AuditResult, MappingRow, SiteKinds, TodoView
    from sync_desktop.workbench.ports import MappingsPageDesk
    from sync_desktop.workbench.views import SiteBand

_AUDIT = "mappings.audit"


class PageActions(QObject):
    """The verbs of the page that ask the workbench; each says how it ended."""

    auditing_changed = Signal()
    """`auditing` changed."""
    changed = Signal()
    """Something that the page shows may have changed."""

    def __init__(self, desk: "MappingsPageDesk", context: "Context", remapping: "Remapping", window: "QWidget") -> None:
        super().__init__(window)
        self._desk = desk
        self._context = context
        self._remapping = remapping
        self._window = window

    @property
    def auditing(self) -> bool:
        """Whether an audit is under way."""
        return self._context.tasks.is_running(_AUDIT)

    def retry_verb(self, site: "SiteBand | None") -> str:
        """Return what a retry is called at a site: assist sites only read."""
        reads = site is not None and site.role is Role.ASSIST
        return self.tr("check") if reads else self.tr("retry")

    def save(self, pending: "PendingEdits", site: "SiteBand | None", *, seen: bool) -> None:
        """Save what is not saved at a site, and retry exactly what that can clear; `seen` as in `Remap`."""
        if len(pending):
            title = self.tr("Save {count}").format(count=counted(len(pending), "mapping"))
            verb = self.retry_verb(site)
            self._remapping.begin(Remap(pending.site_id, pending.edits(), title, seen=seen, retry_word=verb))

    def audit(self, site_id: str) -> None:
        """Compare every mapping of a site with its PSA as it is now."""
        work = self._desk.audit((site_id,) if site_id else ())
        if self._context.tasks.start(
            "Audit mappings", work, key=_AUDIT, done=self._tell_audit, ended=self.auditing_changed.emit
        ):
            self.auditing_changed.emit()

    def check_copies(self, site_id: str) -> None:
        """Look whether Salesbuildr's own copies work by now."""
        work = self._desk.check_todos(site_id)
        self._context.tasks.start("Check Salesbuildr's copies", work, key="mappings.check", done=self._tell_checked)

    def show_history(self, site_id: str, site_name: str) -> None:
        """Show what was saved at a site."""
        from sync_desktop.ui.mappings.history import HistoryDialog

        dialog = HistoryDialog(self._desk, self._context, site_id, site_name, self._window)
        dialog.rolled_back.connect(self.changed)
        dialog.open()

    def ask_where_used(self, site: "SiteKinds", row: "MappingRow | None") -> None:
        """Ask what depends on a target; that of a chosen row is looked up at once."""
        from sync_desktop.ui.mappings.where_used import WhereUsedDialog

        choices = [*((kind.kind, kind.label) for kind in site.kinds), *site.parts]
        dialog = WhereUsedDialog(self._desk, self._context.tasks, site.site_id, choices, self._window)
        dialog.open()
        if row is not None and row.target_id:
            dialog.ask(row.kind, row.target_id)

    def _tell_audit(self, result: "AuditResult") -> None:
        (self._context.notifier.warning if result.broken else self._context.notifier.info)(result.text)
        for problem in result.problems:
            self._context.notifier.warning(problem)
        self.changed.emit()

    def _tell_checked(self, left: "tuple[TodoView, ...]") -> None:
        words = self.tr("Looked: {count} of Salesbuildr's own still to be mended.")
        text = words.format(count=counted(len(left), "copy", "copies"))
        self._context.notifier.info(text if left else self.tr("Looked: every copy of Salesbuildr's works by now."))
        self.changed.emit()
