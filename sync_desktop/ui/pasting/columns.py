"""What the columns of a pasted table are taken for: a button a column, whose menu changes it."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from sync_desktop.ui.widgets import FlowLayout, button, label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from sync_desktop.workbench.pasted.views import PastedColumn

_ROLES = ("message", "record", "kind", "company", "time", "psa", "other")
_SURE = 0.9


def role_words(role: str) -> str:
    """Return how a role is called on screen."""
    return {"psa": "PSA", "other": "not used"}.get(role, role)


class ColumnsRow(QWidget):
    """Shows what each column holds; hidden where a text has none."""

    changed = Signal(object)
    """What all columns hold now, by number from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("paste.columns")
        self._shown: tuple[PastedColumn, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label(self.tr("Columns"), heading=2))
        self._place = QWidget()
        row.addWidget(self._place, 1)
        self._row = row
        self.hide()

    def show_columns(self, columns: "tuple[PastedColumn, ...]") -> None:
        """Show other columns; the same ones change nothing, so that an open menu stays."""
        if columns == self._shown:
            return
        self._shown = columns
        place = QWidget()
        flow = FlowLayout(gap=6)
        place.setLayout(flow)
        for column in columns:
            flow.addWidget(self._button(column))
        self._row.replaceWidget(self._place, place)
        self._place.hide()
        self._place.deleteLater()
        self._place = place
        place.show()
        self.setVisible(bool(columns))

    def _button(self, column: "PastedColumn") -> "QPushButton":
        named = f"{column.header}: " if column.header else f"{column.number}: "
        unsure = "" if column.sure >= _SURE or column.role == "other" else " ?"
        made = button(
            f"{named}{self.tr(role_words(column.role))}{unsure} ▾", f"paste.column.{column.number}", kind="small"
        )
        made.setAccessibleName(
            self.tr("Column {number} {header}: {role}").format(
                number=column.number, header=column.header, role=role_words(column.role)
            )
        )
        made.setToolTip(self.tr("Choose what this column holds"))
        menu = QMenu(made)
        for role in _ROLES:
            action = menu.addAction(self.tr(role_words(role)))
            action.setObjectName(f"paste.column.{column.number}.{role}")
            action.setCheckable(True)
            action.setChecked(role == column.role)
            action.triggered.connect(partial(self._choose, column.number, role))
        made.setMenu(menu)
        return made

    def _choose(self, number: int, role: str, *_checked: object) -> None:
        roles = {column.number: column.role for column in self._shown}
        if role != "other":  # each role has one column
            roles = {each: "other" if held == role else held for each, held in roles.items()}
        self.changed.emit({**roles, number: role})
