"""The changes that were saved at a site, and rolling them back."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.lines import Line, LinesTable
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import button, label, rich_label, set_rich
from sync_desktop.ui.words import ago, exact

if TYPE_CHECKING:
    from sync_desktop.ui.context import Context
    from sync_desktop.workbench.mapping_views import ChangeView, RollbackResult
    from sync_desktop.workbench.ports import MappingsPageDesk

_STATE = 3


class HistoryDialog(Sheet):
    """Lists changes, newest first; one can be rolled back, or all that were saved with it."""

    rolled_back = Signal()

    def __init__(
        self, desk: "MappingsPageDesk", context: "Context", site_id: str, site_name: str, parent: QWidget
    ) -> None:
        super().__init__("", "history", parent, width=820)
        self.set_title(self.tr("Saved changes: {site}").format(site=site_name))
        self._desk, self._context, self._site_id = desk, context, site_id
        self._changes: tuple[ChangeView, ...] = ()
        headers = (self.tr("Change"), self.tr("Saved"), self.tr("By"), self.tr("State"))
        self._table = LinesTable(headers, "history.table", self.tr("Saved changes"), context.theme)
        self._table.setProperty("boxed", True)
        self._table.stretch(0)
        self._table.setMinimumHeight(200)
        self._none = label(self.tr("Nothing was saved here yet."), name="history.none", muted=True)
        self._said = rich_label("", name="history.said")
        heading = self.tr("Written under it meanwhile; a rollback leaves it as it is")
        self._written = LinesTable((heading,), "history.written", heading, context.theme)
        self._written.setProperty("boxed", True)
        self._written.stretch(0)
        self._written.setMinimumHeight(170)
        self._all = button("", "history.roll_back_all")
        self._one = button(self.tr("Roll back"), "history.roll_back", primary=True)
        for widget in (self._table, self._none, self._said, self._written):
            self.box.addWidget(widget)
        self.add_buttons(self._all, self._one).setText(self.tr("Close"))
        self._table.line_chosen.connect(self._on_table_line_chosen)
        self._one.clicked.connect(self._on_one_clicked)
        self._all.clicked.connect(self._on_all_clicked)
        self._show(())
        self._none.hide()
        self._read()

    def _read(self) -> None:
        work = self._desk.changes(self._site_id)
        self._context.tasks.start("Read saved changes", work, key="mappings.history", done=self._show)

    def _show(self, changes: "tuple[ChangeView, ...]") -> None:
        if not self.is_open:
            return
        chosen = self._table.chosen_key()
        self._changes = changes
        self._table.lines_model.show_lines([self._line(change) for change in changes])
        self._none.setVisible(not changes)
        if not self._table.choose(chosen):
            self._table.choose_first()
        self._on_table_line_chosen(self._table.chosen_key())

    def _line(self, change: "ChangeView") -> Line:
        state = self.tr("Rolled back") if change.rolled_back else ""
        return Line(
            key=str(change.id),
            cells=(change.text, ago(change.at, self._context.now()), change.os_user, state),
            tip=f"{change.text}\n{exact(change.at)}",
            tones={_STATE: Tone.NEUTRAL},
        )

    def _chosen(self) -> "ChangeView | None":
        key = self._table.chosen_key()
        return next((change for change in self._changes if str(change.id) == key), None)

    def _together(self, change: "ChangeView") -> "list[ChangeView]":
        """Return what was saved with a change and is not rolled back."""
        return [each for each in self._changes if each.batch == change.batch and not each.rolled_back]

    @Slot(str)
    def _on_table_line_chosen(self, _key: str) -> None:
        change = self._chosen()
        together = self._together(change) if change is not None else []
        possible = change is not None and not change.rolled_back
        self._one.setEnabled(possible)
        self._all.setVisible(len(together) > 1)
        self._all.setText(self.tr("Roll back all {count:,} saved together").format(count=len(together)))
        self._all.setAccessibleName(self._all.text())
        set_rich(self._said, self._about(change) if change is not None else "")
        written = change.written_since if change is not None else ()
        self._written.setVisible(bool(written))
        self._written.lines_model.show_lines([Line(key=text, cells=(text,), tip=text) for text in written])

    def _about(self, change: "ChangeView") -> str:
        if change.rolled_back:
            return self.tr("This change was rolled back.")
        puts = self.tr("Rolling back puts what counted before in its place.")
        nothing = self.tr("Nothing was written under this change meanwhile.")
        return puts if change.written_since else f"{puts} {nothing}"

    @Slot()
    def _on_one_clicked(self) -> None:
        change = self._chosen()
        if change is not None:
            self._roll_back([change])

    @Slot()
    def _on_all_clicked(self) -> None:
        change = self._chosen()
        if change is not None:
            self._roll_back(self._together(change))

    def _roll_back(self, changes: "list[ChangeView]") -> None:
        work = self._desk.rollback(self._site_id, [change.id for change in changes])
        for each in (self._one, self._all):
            each.setEnabled(False)
        tasks = self._context.tasks
        tasks.start("Roll mappings back", work, key="mappings.rollback", done=self._tell, ended=self._on_ended)

    def _on_ended(self) -> None:
        if self.is_open:
            self._all.setEnabled(True)
            self._read()

    def _tell(self, result: "RollbackResult") -> None:
        notifier = self._context.notifier
        notifier.info(result.text)
        for sentence in result.refused:
            notifier.warning(sentence)
        if self.is_open:
            self.rolled_back.emit()


def open_history(
    desk: "MappingsPageDesk", context: "Context", site_id: str, site_name: str, parent: QWidget
) -> HistoryDialog:
    """Show the saved changes of a site."""
    dialog = HistoryDialog(desk, context, site_id, site_name, parent)
    dialog.open()
    return dialog
