"""The Help page: what the workbench explains, the keys, the versions."""

import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot, qVersion
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from sync_desktop import __version__
from sync_desktop.ui.widgets import label, rich_label

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS: tuple[tuple[str, str], ...] = (
    ("R", "Retry, or check again where a site only reads; several after a counted preview"),
    ("D", "Dismiss, or restore among the dismissed"),
    ("Ctrl+Z", "Take the last dismissal back"),
    ("Enter", "Details of an issue; open or fold a cause"),
    ("Left, Right", "Fold or open a cause"),
    ("Ctrl+A", "Choose all of this filter"),
    ("Ctrl+F", "Search"),
    ("Ctrl+V", "Paste what Salesbuildr's Issues page says"),
    ("Ctrl+1, Ctrl+2, Ctrl+3, Ctrl+4", "Issues, Mappings, Sites, Help"),
    ("F5", "Refresh: read Salesbuildr, then check"),
    ("Esc", "Clear the search or the selection; then cancel what runs"),
    ("Mappings: Enter, F2", "Choose a target for what is chosen, one or many; nothing is saved by it"),
    ("Mappings: U, X", "Use a suggestion; reject it"),
    ("Mappings: Delete", "Take away what was set by hand"),
    ("Mappings: Ctrl+Z, Ctrl+Y", "Undo and redo until it is saved; Esc discards what is chosen"),
    ("Mappings: Ctrl+S", "Save, and retry exactly what that can clear"),
    ("Mappings: W, Ctrl+H", "Where a target is used; the changes that were saved"),
)
_TEXT_WIDTH = 720
_TOPIC_HEIGHT = 34


class HelpPage(QWidget):
    """Topics at the left, the chosen one at the right."""

    def __init__(self, topics: "Sequence[tuple[str, str, tuple[str, ...]]]") -> None:
        super().__init__()
        self._topics = QListWidget()
        self._topics.setObjectName("help.topics")
        self._topics.setAccessibleName(self.tr("Topics"))
        self._topics.setFixedWidth(260)
        self._areas: list[QScrollArea] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._topics)
        for topic, title, paragraphs in topics:
            self._add(row, topic, title, *(rich_label(text) for text in paragraphs))
        self._add(row, "keys", self.tr("Keys"), self._keys())
        self._add(row, "versions", self.tr("Versions"), self._versions())
        self._topics.currentRowChanged.connect(self._on_topics_row_changed)
        self._topics.setCurrentRow(0)

    def _add(self, row: QHBoxLayout, topic: str, title: str, *widgets: QWidget) -> None:
        area, body = QScrollArea(), QWidget()
        body.setMaximumWidth(_TEXT_WIDTH + 2 * 24)
        area.setObjectName(f"help.{topic}")
        area.setAccessibleName(title)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(body)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(10)
        box.addWidget(label(title, heading=1, wrap=True))
        for widget in widgets:
            widget.setMaximumWidth(_TEXT_WIDTH)
            box.addWidget(widget)
        box.addStretch(1)
        area.setWidget(body)
        area.hide()
        row.addWidget(area, 1)
        self._areas.append(area)
        item = QListWidgetItem(title)
        item.setSizeHint(QSize(0, _TOPIC_HEIGHT))  # the style sheet's own height comes too late for a hidden page
        self._topics.addItem(item)

    def _keys(self) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        for line, (key, what) in enumerate(KEYS):
            grid.addWidget(rich_label(f"**{self.tr(key)}**"), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(self.tr(what), wrap=True), line, 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, 170)
        return table

    def _versions(self) -> QWidget:
        words = self.tr("Sync Desktop {own}\nPython {python}\nQt {qt}\n{system}").format(
            own=__version__, python=platform.python_version(), qt=qVersion(), system=platform.platform()
        )
        made = label(words, name="help.versions.text", wrap=True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made

    @Slot(int)
    def _on_topics_row_changed(self, row: int) -> None:
        for place, area in enumerate(self._areas):
            area.setVisible(place == row)
