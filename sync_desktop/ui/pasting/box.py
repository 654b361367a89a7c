"""The box that is pasted into; files may be dropped on it."""

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QPlainTextEdit

from sync_desktop.ui.theme import fixed_font


class PasteBox(QPlainTextEdit):
    """Takes text as it comes, and says where a file is dropped on it or pasted into it."""

    file_given = Signal(str)
    """The path of a file on this computer."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("paste.text")
        self.setProperty("boxed", True)
        self.setFont(fixed_font())
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName(self.tr("Lines of Salesbuildr's Issues page"))
        self.setPlaceholderText(
            self.tr(
                "Paste here: the whole page, some lines, a table.\n\n"
                "In Salesbuildr: Admin > Tools > Issues, then select all and copy.\n\n"
                "Or drop a file here: a saved page, CSV or text."
            )
        )

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take texts and files."""
        return source.hasText() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Insert a text; of a file, say where it is."""
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files:
            self.file_given.emit(files[0])
        else:
            super().insertFromMimeData(source)
