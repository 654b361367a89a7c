"""Salesbuildr's own copies of repaired mappings: what is still to be mended there, and what was seen to work."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from sync_desktop.ui.lines import Line, LinesTable
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import RawText, button, label, rich_label
from sync_desktop.ui.words import ago, counted, exact

if TYPE_CHECKING:
    from datetime import datetime

    from sync_desktop.ui.context import Context
    from sync_desktop.workbench.mapping_views import TodoView

_STATE = 1


class CopiesPane(QWidget):
    """Lists to-dos above, and shows one below with its steps and the packet for support."""

    check_asked = Signal()

    def __init__(self, context: "Context") -> None:
        super().__init__()
        self._context = context
        self._todos: tuple[TodoView, ...] = ()
        self._shown: tuple[object, str] = ((), "not shown yet")
        self.setObjectName("mappings.copies")
        self._count = label("", name="copies.count", heading=2)
        self.check = button(self.tr("Check now"), "copies.check")
        self.check.setToolTip(self.tr("Look what Salesbuildr shows and what checks have proved; it only reads"))
        headers = (self.tr("Salesbuildr's copy"), self.tr("State"), self.tr("Since"))
        self._table = LinesTable(headers, "copies.table", self.tr("Salesbuildr's own copies"), context.theme)
        self._table.stretch(0)
        self._table.setMinimumHeight(120)
        self._area = QScrollArea()
        self._area.setObjectName("copies.detail")
        self._area.setAccessibleName(self.tr("What is to be done"))
        self._area.setWidgetResizable(True)
        self._lay_out()
        self.check.clicked.connect(self.check_asked)
        self._table.line_chosen.connect(self._on_table_line_chosen)
        self.show_todos(())

    def show_todos(self, todos: "tuple[TodoView, ...]", failure: str = "") -> None:
        """Show to-dos, open ones first; or why they could not be read. The same ones again change nothing."""
        if (todos, failure) == self._shown:
            return
        self._shown = (todos, failure)
        chosen = self._table.chosen_key()
        self._todos = tuple(sorted(todos, key=lambda todo: todo.closed_at is not None))
        left = sum(todo.closed_at is None for todo in todos)
        still = self.tr("{count} of Salesbuildr's own still to be mended").format(count=counted(left, "copy", "copies"))
        self._count.setText(failure or (still if left else self.tr("Nothing is left to be mended in Salesbuildr")))
        now = self._context.now()
        self._table.lines_model.show_lines([self._line(todo, now) for todo in self._todos])
        if not self._table.choose(chosen):
            self._table.choose_first()
        self._on_table_line_chosen(self._table.chosen_key())

    def choose(self, todo_id: int) -> bool:
        """Choose a to-do; False where it is not listed."""
        return self._table.choose(str(todo_id))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(16, 12, 16, 4)
        top.addWidget(self._count, 1)
        top.addWidget(self.check)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self._table)
        split.addWidget(self._area)
        split.setSizes([220, 420])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(split, 1)

    def _line(self, todo: "TodoView", now: "datetime") -> Line:
        is_open = todo.closed_at is None
        state = self.tr("To be mended") if is_open else self.tr("Seen to work")
        return Line(
            key=str(todo.id),
            cells=(todo.title, state, ago(todo.closed_at or todo.opened_at, now)),
            tip=f"{todo.title}\n{exact(todo.opened_at)}",
            tones={_STATE: Tone.WARNING if is_open else Tone.SUCCESS},
        )

    @Slot(str)
    def _on_table_line_chosen(self, key: str) -> None:
        todo = next((each for each in self._todos if str(each.id) == key), None)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(8)
        if todo is not None:
            self._fill(box, todo)
        else:
            nothing = self.tr("What is repaired here is only this program's mapping. Salesbuildr keeps its own copy: ")
            then = self.tr("once one was repaired, what is to be done there stands here until it was seen to work.")
            box.addWidget(rich_label(nothing + then, name="copies.none", muted=True))
        box.addStretch(1)
        self._area.setWidget(body)

    def _fill(self, box: QVBoxLayout, todo: "TodoView") -> None:
        box.addWidget(label(todo.title, name="copies.title", heading=1, wrap=True))
        if todo.evidence:
            word = self.tr("Looked at last") if todo.closed_at is None else self.tr("Proved by")
            box.addWidget(rich_label(f"**{word}:** {todo.evidence}", name="copies.evidence"))
        if todo.closed_at is not None:
            return
        box.addWidget(label(self.tr("How to mend it in Salesbuildr"), heading=2))
        for place, step in enumerate(todo.steps, start=1):
            box.addWidget(rich_label(f"{place}. {step}", name=f"copies.step{place}"))
        if todo.packet:
            box.addWidget(label(self.tr("Or let Salesbuildr's support do it; send this"), heading=2))
            box.addWidget(RawText(todo.packet, "copies.packet", self.tr("Packet for support")))
            copy = button(self.tr("Copy packet for support"), "copies.copy")
            copy.clicked.connect(self._on_copy_clicked)
            row = QHBoxLayout()
            row.addWidget(copy)
            row.addStretch(1)
            box.addLayout(row)

    @Slot()
    def _on_copy_clicked(self) -> None:
        todo = next((each for each in self._todos if str(each.id) == self._table.chosen_key()), None)
        if todo is not None:
            QGuiApplication.clipboard().setText(todo.packet)
            self._context.notifier.info(self.tr("The packet for Salesbuildr's support is on the clipboard."))
