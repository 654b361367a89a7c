"""The tool bar of the Issues page: search first, state chips with counts, actions at the right."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from sync_desktop.domain.words import IssueState
from sync_desktop.ui.widgets import SearchBox, button

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEARCH_WIDTH = 320
_STATES = (IssueState.OPEN, IssueState.DISMISSED, IssueState.UNLISTED, IssueState.CLEARED)


class IssuesToolbar(QWidget):
    """Says which issues are wanted."""

    filter_changed = Signal()
    grouping_changed = Signal()
    refresh_asked = Signal()
    paste_asked = Signal()

    def __init__(self, *, grouped: bool) -> None:
        super().__init__()
        self.setProperty("toolbar", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = SearchBox()
        self.search.setObjectName("issues.search")
        self.search.setAccessibleName(self.tr("Search issues"))
        self.search.setPlaceholderText(self.tr("Search issues  Ctrl+F"))
        self.search.setMaximumWidth(_SEARCH_WIDTH)
        self.search.setMinimumWidth(120)
        self.group = button(self.tr("Group: cause"), "issues.group", tip=self.tr("Put issues with one cause together"))
        self.group.setCheckable(True)
        self.group.setChecked(grouped)
        self.refresh = button(self.tr("Refresh"), "issues.refresh", tip=self.tr("Read Salesbuildr, then check (F5)"))
        self.paste = button(
            self.tr("Paste issues…"), "issues.paste", tip=self.tr("Lines of Salesbuildr's Issues page (Ctrl+V)")
        )
        self.chips: dict[IssueState, QPushButton] = {}
        self._exclusive = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(8)
        row.addWidget(self.search, 1)
        for state in _STATES:
            row.addWidget(self._make_chip(state))
        row.addStretch(1)
        row.addWidget(self.group)
        row.addWidget(self.paste)
        row.addWidget(self.refresh)
        self.show_counts({})
        self.search.textChanged.connect(self._on_filter_changed)
        self._exclusive.buttonClicked.connect(self._on_filter_changed)
        self.group.toggled.connect(self._on_group_toggled)
        self.refresh.clicked.connect(self._on_refresh_clicked)
        self.paste.clicked.connect(self._on_paste_clicked)

    @property
    def state(self) -> IssueState:
        """The state whose issues are wanted."""
        return next(state for state, chip in self.chips.items() if chip.isChecked())

    def show_counts(self, counts: "Mapping[IssueState, int]") -> None:
        """Put the number of issues on each chip; without a number where it is not known yet."""
        for state, chip in self.chips.items():
            word = self.tr(state.value.capitalize())
            chip.setText(f"{word} {counts[state]:,}" if state in counts else word)
            chip.setAccessibleName(chip.text())
        # Few people import lists: what they alone need takes no room from the others.
        unlisted = self.chips[IssueState.UNLISTED]
        unlisted.setVisible(bool(counts.get(IssueState.UNLISTED)) or unlisted.isChecked())

    def _make_chip(self, state: IssueState) -> QPushButton:
        chip = button("", f"issues.chip.{state.name.lower()}", kind="chip")
        chip.setCheckable(True)
        chip.setChecked(state is IssueState.OPEN)
        self.chips[state] = chip
        self._exclusive.addButton(chip)
        return chip

    @Slot()
    def _on_filter_changed(self) -> None:
        self.filter_changed.emit()

    @Slot()
    def _on_group_toggled(self) -> None:
        self.grouping_changed.emit()

    @Slot()
    def _on_refresh_clicked(self) -> None:
        self.refresh_asked.emit()

    @Slot()
    def _on_paste_clicked(self) -> None:
        self.paste_asked.emit()
