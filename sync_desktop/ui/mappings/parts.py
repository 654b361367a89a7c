"""The widgets of the Mappings page and where they stand; what they show is the page's matter."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from sync_desktop.ui.mappings.kinds import KindsList
from sync_desktop.ui.mappings.model import MappingsModel
from sync_desktop.ui.mappings.notice import Notice
from sync_desktop.ui.mappings.panel import ChangePanel
from sync_desktop.ui.mappings.table import MappingsTable
from sync_desktop.ui.mappings.toolbar import MappingsToolbar
from sync_desktop.ui.widgets import EmptyState, column

if TYPE_CHECKING:
    from sync_desktop.ui.context import Context
    from sync_desktop.ui.mappings.copies import CopiesPane
    from sync_desktop.ui.mappings.empty import Empty
    from sync_desktop.workbench.mapping_views import TodoView

_SPLIT = "mappings/splitter"


class PageParts(QWidget):
    """Tool bar above; kinds at the left; at the right the table over the panel, or what stands in their place."""

    check_asked = Signal()
    """It should be looked whether Salesbuildr's own copies work by now."""

    def __init__(self, context: "Context", parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._settings = context.settings
        self.toolbar = MappingsToolbar()
        self.kinds = KindsList(context.theme)
        self.model = MappingsModel(self)
        self.table = MappingsTable(self.model, context.theme)
        self.panel = ChangePanel()
        self.empty = EmptyState("mappings.empty")
        self.notice = Notice("mappings.notice")
        self._listed = QWidget()
        self._stack = QStackedWidget()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()

    @cached_property
    def copies(self) -> "CopiesPane":
        """Salesbuildr's own copies, made when they are first shown."""
        from sync_desktop.ui.mappings.copies import CopiesPane

        made = CopiesPane(self._context)
        made.check_asked.connect(self.check_asked)
        self._stack.addWidget(made)
        return made

    def show_list(self) -> None:
        """Show the table with what stands below it."""
        self._stack.setCurrentWidget(self._listed)

    def show_copies(self, todos: "tuple[TodoView, ...]", failure: str) -> None:
        """Show Salesbuildr's own copies, or why they could not be read."""
        self.copies.show_todos(todos, failure)
        self._stack.setCurrentWidget(self.copies)

    def show_empty(self, said: "Empty") -> None:
        """Show words in place of a list."""
        self.empty.show_words(said.title, said.text, said.button)
        self._stack.setCurrentWidget(self.empty)

    def _lay_out(self) -> None:
        """Put everything in its place, what holds others first: what gets another holder is styled once more."""
        box = column(self)
        box.addWidget(self.toolbar)
        box.addWidget(self._splitter, 1)
        right = QWidget()
        self._splitter.setObjectName("mappings.splitter")
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.kinds)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([242, 1024])
        kept = self._settings.value(_SPLIT)
        if kept is not None:
            self._splitter.restoreState(kept)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        lines = column(right)
        lines.addWidget(self.notice)
        lines.addWidget(self._stack, 1)
        self._stack.addWidget(self._listed)
        self._stack.addWidget(self.empty)
        listed = column(self._listed)
        listed.addWidget(self.table, 1)
        listed.addWidget(self.panel, 0)

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._settings.setValue(_SPLIT, self._splitter.saveState())
