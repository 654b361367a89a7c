"""A searchable list of the targets that a mapping can have; what cannot be chosen is shown, with the reason."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from sync_desktop.ui.lines import Line, LinesTable
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import SearchBox, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.ui.theme import Theme
    from sync_desktop.workbench.views import TargetView

_TARGET, _DETAILS, _STATE = 0, 1, 2
_ASK_AFTER_MS = 250
"""For how long typing rests before more targets are asked for."""
_MOST = {_TARGET: 370, _STATE: 240}
"""However long names and reasons are, the details are read too; what is cut short is whole in the tool tip."""


class TargetsBox(QWidget):
    """A search above a table of targets."""

    chosen_changed = Signal(str)
    """The key of the line that is chosen now, or nothing."""
    opened = Signal()
    """Enter or a double click on a line."""
    more_asked = Signal(str)
    """What a text finds beside the targets that are listed is wanted; `show_more` takes it."""

    def __init__(
        self,
        targets: "Sequence[TargetView]",
        current_id: str,
        theme: "Theme",
        first: Line | None = None,
        *,
        more: bool = False,
    ) -> None:
        super().__init__()
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.setInterval(_ASK_AFTER_MS)
        self._more.timeout.connect(self._on_more_timeout)
        self._has_more = more
        self._targets = {target.id: target for target in targets}
        self._current_id = current_id
        self._first = first
        self.search = SearchBox()
        self.search.setObjectName("chooser.search")
        self.search.setAccessibleName(self.tr("Search targets"))
        every = self.tr("Search all targets by name or number; not all of them are listed")
        self.search.setPlaceholderText(every if more else self.tr("Search by name, number or use"))
        headers = (self.tr("Target"), self.tr("Details"), self.tr("State"))
        self._table = LinesTable(headers, "chooser.table", self.tr("Targets"), theme)
        self._table.setProperty("boxed", True)
        self._table.stretch(_DETAILS)
        for column in _MOST:
            self._table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        self._table.setMinimumHeight(300)
        self._none = label(self.tr("No target matches."), name="chooser.none", muted=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        for widget in (self.search, self._table, self._none):
            box.addWidget(widget)
        self.search.textChanged.connect(self._on_search_changed)
        self.search.left.connect(self._on_search_left)
        self._table.line_chosen.connect(self.chosen_changed)
        self._table.line_opened.connect(self.opened)
        self._show("")
        self._table.choose(current_id)
        self.setFocusProxy(self.search)

    def chosen(self) -> str:
        """Return the key of the line that is chosen, or nothing."""
        return self._table.chosen_key()

    def called(self, target_id: str) -> str:
        """Return a target as people read it: name and number."""
        return called(self._targets[target_id])

    def show_more(self, targets: "Sequence[TargetView]") -> None:
        """Show targets besides, as far as they match what is searched for now."""
        self._targets |= {target.id: target for target in targets}
        self._show(self.search.text())

    @Slot(str)
    def _on_search_changed(self, text: str) -> None:
        self._show(text)
        if self._has_more and text.strip():
            self._more.start()

    @Slot()
    def _on_more_timeout(self) -> None:
        self.more_asked.emit(self.search.text().strip())

    def _show(self, text: str) -> None:
        chosen = self._table.chosen_key()
        words = text.casefold().split()
        found = [self._line(target) for target in self._targets.values() if _matches(target, words)]
        if self._first is not None and not words:
            found.insert(0, self._first)
        self._table.lines_model.show_lines(found)
        for column, most in _MOST.items():
            self._table.setColumnWidth(column, min(most, max(80, self._table.sizeHintForColumn(column) + 8)))
        self._table.choose(chosen)
        self._none.setVisible(not found)
        self.chosen_changed.emit(self._table.chosen_key())

    def _line(self, target: "TargetView") -> Line:
        state = self.tr("Now") if target.id == self._current_id else ""
        why = target.why_not or (self.tr("Cannot be chosen") if not target.choosable else state)
        return Line(
            key=target.id,
            cells=(called(target), target.detail, why),
            choosable=target.choosable,
            tip="\n".join(part for part in (called(target), target.detail, target.why_not) if part),
            tones={_STATE: Tone.ERROR if not target.choosable else Tone.ACCENT},
        )

    @Slot()
    def _on_search_left(self) -> None:
        self._table.setFocus()
        if not self._table.chosen_key():
            self._table.choose_first()


def called(target: "TargetView") -> str:
    """Return a target's name with its number; a composite one that is called by its numbers only once."""
    return target.name if f"#{target.id}" in target.name else f"{target.name} (#{target.id})"


def _matches(target: "TargetView", words: "list[str]") -> bool:
    text = f"{target.name} #{target.id} {target.detail}".casefold()
    return all(word in text for word in words)
