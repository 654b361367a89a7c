"""The target chooser: which PSA target a value of the quoting side maps to."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.lines import Line, LinesTable
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import SearchBox, button, label, rich_label

if TYPE_CHECKING:
    from sync_desktop.ui.theme import Theme
    from sync_desktop.workbench.views import TargetChoice, TargetView

_STATE = 2


class ChooserDialog(Sheet):
    """Lists every target; those that cannot be chosen are shown with the reason."""

    target_chosen = Signal(str, bool)
    """The target's id, and whether the waiting issues are to be retried afterwards."""

    def __init__(self, choice: "TargetChoice", theme: "Theme", parent: QWidget) -> None:
        super().__init__("", "chooser", parent, width=680)
        title = self.tr("{kind}: {source}").format(kind=choice.kind_label, source=choice.source_name)
        self.set_title(title)
        self._choice = choice
        if choice.note:
            self.box.addWidget(rich_label(choice.note, name="chooser.note", muted=True))
        self._search = SearchBox()
        self._search.setObjectName("chooser.search")
        self._search.setAccessibleName(self.tr("Search targets"))
        self._search.setPlaceholderText(self.tr("Search by name, number or use"))
        self._table = LinesTable(
            (self.tr("Target"), self.tr("Details"), self.tr("State")), "chooser.table", self.tr("Targets"), theme
        )
        self._table.setProperty("boxed", True)
        self._table.stretch(1)
        self._table.setMinimumHeight(300)
        self._none = label(self.tr("No target matches."), name="chooser.none", muted=True)
        self._save = button(self.tr("Save"), "chooser.save", primary=not choice.waiting_issue_ids)
        waiting = self.tr("Save and retry {count}…" if len(choice.waiting_issue_ids) > 1 else "Save and retry {count}")
        self._save_retry = button(
            waiting.format(count=len(choice.waiting_issue_ids)), "chooser.save_retry", primary=True
        )
        self._save_retry.setVisible(bool(choice.waiting_issue_ids))
        for widget in (self._search, self._table, self._none):
            self.box.addWidget(widget)
        self.add_buttons(self._save, self._save_retry)
        self._connect()
        self._show("")
        self._table.choose(choice.current_id)
        self._search.setFocus()

    def _connect(self) -> None:
        self._search.textChanged.connect(self._show)
        self._search.left.connect(self._on_search_left)
        self._table.line_chosen.connect(self._on_table_line_chosen)
        self._table.line_opened.connect(self._on_save_clicked)
        self._save.clicked.connect(self._on_save_clicked)
        self._save_retry.clicked.connect(self._on_save_retry_clicked)

    @Slot(str)
    def _show(self, text: str) -> None:
        chosen = self._table.chosen_key()
        words = text.casefold().split()
        found = [self._line(target) for target in self._choice.targets if _matches(target, words)]
        self._table.lines_model.show_lines(found)
        self._table.choose(chosen)
        self._none.setVisible(not found)
        self._on_table_line_chosen(self._table.chosen_key())

    def _line(self, target: "TargetView") -> Line:
        state = self.tr("Now") if target.id == self._choice.current_id else ""
        why = target.why_not or (self.tr("Cannot be chosen") if not target.choosable else state)
        tone = Tone.ERROR if not target.choosable else Tone.ACCENT
        return Line(
            key=target.id,
            cells=(f"{target.name} (#{target.id})", target.detail, why),
            choosable=target.choosable,
            tip=target.why_not,
            tones={_STATE: tone},
        )

    @Slot(str)
    def _on_table_line_chosen(self, key: str) -> None:
        self._save.setEnabled(bool(key))
        self._save_retry.setEnabled(bool(key))

    @Slot()
    def _on_search_left(self) -> None:
        self._table.setFocus()
        if not self._table.chosen_key():
            self._table.choose_first()

    @Slot()
    def _on_save_clicked(self) -> None:
        self._finish(retry=False)

    @Slot()
    def _on_save_retry_clicked(self) -> None:
        self._finish(retry=True)

    def _finish(self, *, retry: bool) -> None:
        key = self._table.chosen_key()
        if key:
            self.target_chosen.emit(key, retry)
            self.accept()


def _matches(target: "TargetView", words: "list[str]") -> bool:
    text = f"{target.name} #{target.id} {target.detail}".casefold()
    return all(word in text for word in words)
