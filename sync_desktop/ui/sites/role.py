"""The role switch: to write needs a confirmation and the site's name, back to reading needs nothing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout

from sync_desktop.domain.words import Role
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import badge, button, label, rich_label, text_box

if TYPE_CHECKING:
    from sync_desktop.workbench.views import SiteForm

_WIDTH = 560


class RoleSwitch(QFrame):
    """Shows the role of one stored site and asks for another."""

    role_asked = Signal(object, bool, str)
    """Role, whether Salesbuildr's push was confirmed to be off, and the name as it was typed."""

    def __init__(self, form: "SiteForm") -> None:
        super().__init__()
        self._form = form
        self.setProperty("card", True)
        self.setMaximumWidth(_WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(8)
        box.addWidget(label(self.tr("Role"), heading=2))
        if form.practice:
            box.addWidget(badge(self.tr("PRACTICE"), Tone.WARNING, name="sites.role"))
            box.addWidget(
                rich_label(self.tr("A practice site writes into the sandbox only. No real PSA is behind it."))
            )
        elif form.role is Role.WRITE:
            self._add_back(box)
        else:
            self._add_switch(box)

    def _add_back(self, box: QVBoxLayout) -> None:
        box.addWidget(badge(self.tr("WRITES TO PSA"), "writes", name="sites.role"))
        box.addWidget(rich_label(self.tr("Retry writes into the PSA at this site.")))
        back = button(self.tr("Switch to assist: read only"), "sites.role.assist")
        back.clicked.connect(self._on_back_clicked)
        box.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_switch(self, box: QVBoxLayout) -> None:
        box.addWidget(badge(self.tr("ASSIST: READ ONLY"), Tone.NEUTRAL, name="sites.role"))
        box.addWidget(
            rich_label(
                self.tr(
                    "This site only reads. Before it may write, switch off Salesbuildr's own push at this site; "
                    "two writers would create records twice, and in {psa} somebody would have to tell them apart."
                ).format(psa=self._form.psa.label)
            )
        )
        self._confirm = QCheckBox(self.tr("Salesbuildr's own push is off at this site"))
        self._confirm.setObjectName("sites.role.push_off")
        self._confirm.setAccessibleName(self._confirm.text())
        self._typed = text_box("sites.role.name", self.tr("Type the site's name to confirm"))
        self._typed.setPlaceholderText(self.tr("Type “{name}” to confirm").format(name=self._form.name))
        self._write = button(self.tr("Switch to WRITES TO PSA"), "sites.role.write", primary=True)
        self._write.setEnabled(False)
        box.addWidget(self._confirm)
        box.addWidget(self._typed)
        box.addWidget(self._write, 0, Qt.AlignmentFlag.AlignLeft)
        self._confirm.toggled.connect(self._on_confirmation_changed)
        self._typed.textChanged.connect(self._on_confirmation_changed)
        self._write.clicked.connect(self._on_write_clicked)

    @Slot()
    def _on_confirmation_changed(self) -> None:
        named = self._typed.text().strip() == self._form.name
        self._write.setEnabled(self._confirm.isChecked() and named)

    @Slot()
    def _on_write_clicked(self) -> None:
        self.role_asked.emit(Role.WRITE, self._confirm.isChecked(), self._typed.text().strip())

    @Slot()
    def _on_back_clicked(self) -> None:
        self.role_asked.emit(Role.ASSIST, False, "")
