"""The small dialogs of the Issues page: what was sent and answered, and what becomes of lines that others added."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QRadioButton, QScrollArea, QVBoxLayout, QWidget

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.widgets import RawText, button, label, rich_label

if TYPE_CHECKING:
    from sync_desktop.workbench.views import ExchangeView


class ExchangesDialog(Sheet):
    """The requests of one attempt and their answers, without secrets."""

    def __init__(self, exchanges: "tuple[ExchangeView, ...]", parent: QWidget) -> None:
        super().__init__("", "exchanges", parent, width=760)
        self.set_title(self.tr("Requests of this attempt"))
        body, area = QWidget(), QScrollArea()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 8, 0)
        for place, exchange in enumerate(exchanges):
            self._add(inside, place, exchange)
        if not exchanges:
            inside.addWidget(
                label(
                    self.tr("Nothing was sent, or the requests were too old to be kept."),
                    name="exchanges.none",
                    muted=True,
                )
            )
        inside.addStretch(1)
        area.setWidgetResizable(True)
        area.setWidget(body)
        area.setMinimumHeight(420)
        self.box.addWidget(area)
        self.add_buttons().setText(self.tr("Close"))

    def _add(self, box: QVBoxLayout, place: int, exchange: "ExchangeView") -> None:
        title = f"{exchange.label} · {exchange.status} · {exchange.milliseconds:,} ms"
        box.addWidget(label(title, name=f"exchanges.{place}.title", heading=2, wrap=True))
        sent = f"{exchange.method} {exchange.url}\n{exchange.request_text}".rstrip()
        box.addWidget(RawText(sent, f"exchanges.{place}.request", self.tr("Request")))
        if exchange.response_text:
            box.addWidget(RawText(exchange.response_text, f"exchanges.{place}.response", self.tr("Answer")))
        box.addSpacing(8)


class LinesDialog(Sheet):
    """Asks what becomes of quote lines in the PSA that this program did not write."""

    decided = Signal(str)
    """keep, adopt or replace."""

    def __init__(self, record: str, parent: QWidget) -> None:
        super().__init__("", "lines", parent)
        title = self.tr("Lines that others added: {record}").format(record=record)
        self.set_title(title)
        self._choices = {
            "keep": QRadioButton(self.tr("Keep them; write our lines beside them")),
            "adopt": QRadioButton(self.tr("Adopt those that equal ours; keep the rest")),
            "replace": QRadioButton(self.tr("Replace them; the next retry removes what is not in the quote")),
        }
        for name, choice in self._choices.items():
            choice.setObjectName(f"lines.{name}")
            choice.setAccessibleName(choice.text())
            choice.toggled.connect(self._on_choice_toggled)
            self.box.addWidget(choice)
        self.box.addWidget(
            rich_label(self.tr("Nothing is sent now. The next retry of this quote goes by it."), muted=True)
        )
        self._save = button(self.tr("Save decision"), "lines.save", primary=True)
        self._save.setEnabled(False)
        self._save.clicked.connect(self._on_save_clicked)
        self.add_buttons(self._save)

    @Slot()
    def _on_choice_toggled(self) -> None:
        self._save.setEnabled(any(choice.isChecked() for choice in self._choices.values()))

    @Slot()
    def _on_save_clicked(self) -> None:
        for name, choice in self._choices.items():
            if choice.isChecked():
                self.decided.emit(name)
        self.accept()
