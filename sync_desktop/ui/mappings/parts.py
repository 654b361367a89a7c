"""The widgets of the Mappings page and where they stand; what they show is the page's matter."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from sync_desktop.ui.mappings.copies import CopiesPane
from sync_desktop.ui.mappings.kinds import KindsList
from sync_desktop.ui.mappings.model import MappingsModel
from sync_desktop.ui.mappings.notice import Notice
from sync_desktop.ui.mappings.panel import ChangePanel
from sync_desktop.ui.mappings.table import MappingsTable
from sync_desktop.ui.mappings.toolbar import MappingsToolbar
from sync_desktop.ui.widgets import EmptyState

if TYPE_CHECKING:
    from sync_desktop.ui.context import Context
    from sync_desktop.ui.mappings.empty import Empty

_SPLIT = "mappings/splitter"


class PageParts(QWidget):
    """Tool bar above; kinds at the left; at the right the table over the panel, or what stands in their place."""

    def __init__(self, context: "Context") -> None:
        super().__init__()
        self._settings = context.settings
        self.toolbar = MappingsToolbar()
        self.kinds = KindsList(context.theme)
        self.model = MappingsModel(self)
        self.table = MappingsTable(self.model, context.theme)
        self.panel = ChangePanel()
        self.copies = CopiesPane(context)
        self.empty = EmptyState("mappings.empty")
        self.notice = Notice("mappings.notice")
        self._listed = QWidget()
        self._stack = QStackedWidget()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()

    def show_list(self) -> None:
        """Show the table with what stands below it."""
        self._stack.setCurrentWidget(self._listed)

    def show_copies(self) -> None:
        """Show Salesbuildr's own copies."""
        self._stack.setCurrentWidget(self.copies)

    def show_empty(self, said: "Empty") -> None:
        """Show words in place of a list."""
        self.empty.show_words(said.title, said.text, said.button)
        self._stack.setCurrentWidget(self.empty)

    def _lay_out(self) -> None:
        listed = _column(self._listed)
        listed.addWidget(self.table, 1)
        listed.addWidget(self.panel, 0)
        for widget in (self._listed, self.empty, self.copies):
            self._stack.addWidget(widget)
        right = QWidget()
        column = _column(right)
        column.addWidget(self.notice)
        column.addWidget(self._stack, 1)
        self._splitter.setObjectName("mappings.splitter")
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.kinds)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([236, 1030])
        kept = self._settings.value(_SPLIT)
        if kept is not None:
            self._splitter.restoreState(kept)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        box = _column(self)
        box.addWidget(self.toolbar)
        box.addWidget(self._splitter, 1)

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._settings.setValue(_SPLIT, self._splitter.saveState())


def _column(widget: QWidget) -> QVBoxLayout:
    box = QVBoxLayout(widget)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    return box
