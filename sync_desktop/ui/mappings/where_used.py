"""Where used: what depends on a target of the PSA, asked before somebody deactivates it there."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.widgets import button, label, rich_label, text_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.ui.tasks import Tasks
    from sync_desktop.workbench.mapping_views import UsedPart, WhereUsed
    from sync_desktop.workbench.ports import MappingsPageDesk


class WhereUsedDialog(Sheet):
    """Asks for a kind of target and its id, and shows what depends on it."""

    def __init__(
        self,
        desk: "MappingsPageDesk",
        tasks: "Tasks",
        site_id: str,
        choices: "Sequence[tuple[str, str]]",
        parent: QWidget,
    ) -> None:
        super().__init__("", "where_used", parent, width=620)
        self.set_title(self.tr("Where used"))
        self._desk, self._tasks, self._site_id = desk, tasks, site_id
        words = self.tr("What depends on it here: the question to ask before it is deactivated in the PSA.")
        self.box.addWidget(rich_label(words, muted=True))
        self._what = QComboBox()
        self._what.setObjectName("where_used.what")
        self._what.setAccessibleName(self.tr("What it is"))
        for word, shown in choices:
            self._what.addItem(shown, word)
        hint = self.tr("Its number in the PSA, such as 41")
        self._id = text_box("where_used.id", self.tr("Number in the PSA"), hint=hint)
        self._ask = button(self.tr("Look"), "where_used.look", primary=True)
        self._ask.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._what, 1)
        row.addWidget(self._id, 1)
        row.addWidget(self._ask)
        self.box.addLayout(row)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setMinimumHeight(240)
        self._area.setAccessibleName(self.tr("What depends on it"))
        self.box.addWidget(self._area, 1)
        self.add_buttons().setText(self.tr("Close"))
        self._ask.clicked.connect(self._on_ask_clicked)
        self._id.returnPressed.connect(self._on_ask_clicked)
        self._id.textChanged.connect(self._on_id_text_changed)
        listed = self.tr("What maps to it, and the products, open quotes and issues that need that, will stand here, ")
        self._show_sentence(listed + self.tr("as of the last audit. The PSA is not asked."))
        self._on_id_text_changed("")
        self._id.setFocus()

    def ask(self, what: str, target_id: str) -> None:
        """Fill the form and, where it is whole, look at once."""
        self._what.setCurrentIndex(max(0, self._what.findData(what)))
        self._id.setText(target_id)
        self._on_ask_clicked()

    @Slot(str)
    def _on_id_text_changed(self, text: str) -> None:
        self._ask.setEnabled(bool(text.strip()))

    @Slot()
    def _on_ask_clicked(self) -> None:
        target_id = self._id.text().strip().lstrip("#")
        if not target_id:
            return
        work = self._desk.where_used(self._site_id, str(self._what.currentData()), target_id)
        if self._tasks.start(
            "Look where a target is used",
            work,
            key="mappings.where_used",
            done=self._show,
            failed=self._show_sentence,
        ):
            self._show_sentence(self.tr("Looking …"))

    def _show_sentence(self, sentence: str) -> None:
        if not self.is_open:
            return
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 8, 8, 0)
        box.addWidget(rich_label(sentence, name="where_used.sentence", muted=True))
        box.addStretch(1)
        self._area.setWidget(body)

    def _show(self, used: "WhereUsed") -> None:
        if not self.is_open:
            return
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 8, 8, 0)
        box.setSpacing(8)
        box.addWidget(label(used.heading, name="where_used.heading", heading=1, wrap=True))
        box.addWidget(label(used.site_name, name="where_used.site", muted=True))
        box.addWidget(rich_label(used.sentence, name="where_used.sentence"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        for line, part in enumerate(used.parts):
            self._add(grid, line, part)
        box.addLayout(grid)
        box.addStretch(1)
        self._area.setWidget(body)

    def _add(self, grid: QGridLayout, line: int, part: "UsedPart") -> None:
        more = part.count - len(part.names)
        names = ", ".join(part.names)
        if more > 0 and part.names:
            names = self.tr("{names} and {count:,} more").format(names=names, count=more)
        count = label(f"{part.count:,}", name=f"where_used.count{line}")
        bold = count.font()
        bold.setWeight(QFont.Weight.DemiBold)
        count.setFont(bold)
        grid.addWidget(label(part.label), line, 0)
        grid.addWidget(count, line, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(label(names or "–", name=f"where_used.names{line}", muted=True, wrap=True), line, 2)
