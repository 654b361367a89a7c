"""Opens the paste box for the Issues page, and tells how an import ended."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.pasting.sheet import PasteSheet
    from sync_desktop.workbench.pasted.views import ImportResult
    from sync_desktop.workbench.ports import Workbench
    from sync_desktop.workbench.views import SiteBand


class Pasting(QObject):
    """One paste box at a time."""

    def __init__(self, workbench: "Workbench", context: "Context", window: "QWidget") -> None:
        super().__init__(window)
        self._workbench = workbench
        self._context = context
        self._window = window
        self._sheet: PasteSheet | None = None
        self.sites: tuple[SiteBand, ...] = ()

    @Slot()
    def open_empty(self) -> None:
        """Open the box with nothing in it."""
        self._open()

    @Slot()
    def open_clipboard(self) -> None:
        """Open the box with what is in the clipboard: a text, or a file that was copied."""
        sheet = self._open()
        mime = QGuiApplication.clipboard().mimeData()
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        if files:
            sheet.read_file(files[0])
        elif mime.hasText():
            sheet.show_text(mime.text())

    def _open(self) -> "PasteSheet":
        from sync_desktop.ui.pasting.sheet import PasteSheet

        if self._sheet is None:
            self._sheet = PasteSheet(self._workbench.pasted, self._context, self.sites, self._window)
            self._sheet.imported.connect(self._on_sheet_imported)
            self._sheet.finished.connect(self._on_sheet_finished)
            self._sheet.open()
        return self._sheet

    @Slot(object)
    def _on_sheet_imported(self, result: "ImportResult") -> None:
        self._context.notifier.info(result.text)

    @Slot()
    def _on_sheet_finished(self) -> None:
        self._sheet = None
