"""A line above the table that says what is to be known of all of it, with a button for what can be done."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from sync_desktop.ui.widgets import button, label


class Notice(QFrame):
    """One sentence on an amber ground; hidden where there is nothing to say."""

    action_asked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("notice", "warning")
        self._text = label("", name=f"{name}.text", wrap=True)
        self._action = button("", f"{name}.action", kind="small")
        self._action.clicked.connect(self.action_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        self.hide()

    def show_sentence(self, sentence: str, action: str = "") -> None:
        """Show a sentence, or nothing; with `action` a button that says it."""
        self._text.setText(sentence)
        self._text.setAccessibleName(sentence)
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        self.setVisible(bool(sentence))
