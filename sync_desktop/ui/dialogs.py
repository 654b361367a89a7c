"""The base of every dialog, and the two that any page may need: a question, and the text of a crash."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from sync_desktop.ui.widgets import RawText, button, label, rich_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

_GRID = 8


class Sheet(QDialog):
    """A dialog that is shown by `open()` and forgets itself when it ends; Esc closes it."""

    def __init__(self, title: str, name: str, parent: QWidget, *, width: int = 480) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName(name)
        self.setMinimumWidth(width)
        self.is_open = True
        """Whether it can still show an answer that it waits for."""
        self.finished.connect(self._on_finished)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(2 * _GRID, 2 * _GRID, 2 * _GRID, 2 * _GRID)
        self.box.setSpacing(_GRID)
        if title:
            self.set_title(title)

    def set_title(self, title: str) -> None:
        """Name the dialog, in its frame and as its first line."""
        self.setWindowTitle(title)
        self.box.addWidget(label(title, name=f"{self.objectName()}.title", heading=1, wrap=True))

    def add_buttons(self, *buttons: QPushButton) -> QPushButton:
        """Put buttons at the lower right, after a Cancel that is returned."""
        cancel = button(self.tr("Cancel"), f"{self.objectName()}.cancel")
        cancel.clicked.connect(self.reject)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(_GRID)
        self._buttons.addStretch(1)
        for each in (cancel, *buttons):
            self._buttons.addWidget(each)
        self.box.addSpacing(_GRID)
        self.box.addLayout(self._buttons)
        return cancel

    @Slot()
    def _on_finished(self) -> None:
        self.is_open = False

    def add_button(self, made: QPushButton) -> None:
        """Put one more button between Cancel and the last one."""
        self._buttons.insertWidget(self._buttons.count() - 1, made)


class Question(Sheet):
    """Sentences, and a button that says what happens when it is pressed."""

    def __init__(self, title: str, sentences: "Sequence[str]", yes: str, name: str, parent: QWidget) -> None:
        super().__init__(title, name, parent)
        for place, sentence in enumerate(sentences):
            self.box.addWidget(rich_label(sentence, name=f"{name}.sentence{place}"))
        self.box.addStretch(1)
        self.yes = button(yes, f"{name}.yes", primary=True)
        self.yes.clicked.connect(self.accept)
        self.yes.setDefault(True)
        self.add_buttons(self.yes)

    def showEvent(self, event: "QShowEvent") -> None:
        """Be no higher than the sentences at this width: Qt reckons with lines that break sooner."""
        super().showEvent(event)
        self.resize(self.width(), self.box.totalHeightForWidth(self.width()))


class CrashDialog(Sheet):
    """Shows exactly the text that could be sent to support. The program goes on."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__("", "crash", parent, width=640)
        self.set_title(self.tr("Something unexpected happened"))
        self._text = text
        self.box.addWidget(
            rich_label(
                self.tr(
                    "This is a mistake of this program. What was stored is unharmed; you can go on, or close the "
                    "window and start again. If it happens again, send the text below to support. Secrets, e-mail "
                    "addresses and your home folder are cut out of it."
                )
            )
        )
        self.box.addWidget(RawText(text, "crash.text", self.tr("Technical text"), lines=18))
        copy = button(self.tr("Copy text"), "crash.copy", primary=True)
        copy.clicked.connect(self._on_copy_clicked)
        self.add_buttons(copy).setText(self.tr("Close"))

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
