"""Asks whose value counts where Salesbuildr and the PSA both changed a field."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.issues.detail_parts import conflict_words, field_value
from sync_desktop.ui.widgets import button, label, rich_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_desktop.workbench.views import ConflictView

OURS, THEIRS = "ours", "theirs"


class FieldsDialog(Sheet):
    """One choice a field; a field for which nothing is chosen stays undecided."""

    decided = Signal(object)
    """A tuple of (`ConflictView`, `ours` or `theirs`)."""

    def __init__(self, record: str, conflicts: "Sequence[ConflictView]", psa_label: str, parent: QWidget) -> None:
        super().__init__("", "fields", parent, width=560)
        self.set_title(self.tr("Changed on both sides: {record}").format(record=record))
        self._conflicts = tuple(conflicts)
        self._choices: list[dict[str, QRadioButton]] = []
        for place, conflict in enumerate(self._conflicts):
            self.box.addWidget(label(conflict_words(conflict), name=f"fields.{place}", heading=2, wrap=True))
            self._choices.append(self._choice(place, conflict, psa_label))
        self.box.addWidget(
            rich_label(
                self.tr("Nothing is sent now. The next retry writes the values of Salesbuildr that you chose."),
                muted=True,
            )
        )
        self._save = button(self.tr("Save decision"), "fields.save", primary=True)
        self._save.setEnabled(False)
        self._save.clicked.connect(self._on_save_clicked)
        self.add_buttons(self._save)

    def _choice(self, place: int, conflict: "ConflictView", psa_label: str) -> dict[str, QRadioButton]:
        words = {
            THEIRS: self.tr("{psa} keeps {value}").format(psa=psa_label, value=field_value(conflict.theirs)),
            OURS: self.tr("Take {value} from Salesbuildr").format(value=field_value(conflict.ours)),
        }
        group = QButtonGroup(self)
        made: dict[str, QRadioButton] = {}
        for side, text in words.items():
            made[side] = QRadioButton(text)
            made[side].setObjectName(f"fields.{place}.{side}")
            made[side].setAccessibleName(f"{conflict_words(conflict)}: {text}")
            made[side].toggled.connect(self._on_choice_toggled)
            group.addButton(made[side])
            self.box.addWidget(made[side])
        return made

    def _chosen(self) -> "tuple[tuple[ConflictView, str], ...]":
        return tuple(
            (conflict, side)
            for conflict, choices in zip(self._conflicts, self._choices, strict=True)
            for side, choice in choices.items()
            if choice.isChecked()
        )

    @Slot()
    def _on_choice_toggled(self) -> None:
        self._save.setEnabled(bool(self._chosen()))

    @Slot()
    def _on_save_clicked(self) -> None:
        self.decided.emit(self._chosen())
        self.accept()
