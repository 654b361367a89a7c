"""The form of one site: Salesbuildr and PSA together. Secrets go in and never come back out."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from sync_desktop.domain.words import Psa
from sync_desktop.ui.widgets import button, label, rich_label, text_box
from sync_desktop.workbench.views import SecretField, SiteInput

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from sync_desktop.workbench.views import FormPart, SiteForm, TextField

_FIELD_WIDTH = 520


class PsaChoice(QWidget):
    """Which PSA a new site is paired with: one chip each, chosen by click, space or the arrow keys."""

    psa_chosen = Signal(object)

    def __init__(self, psas: "tuple[Psa, ...]", chosen: Psa) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("PSA of the new site"))
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for psa in psas:
            chip = button(psa.label, f"sites.psa.{psa.value}", kind="chip")
            chip.setCheckable(True)
            chip.setChecked(psa is chosen)
            self._group.addButton(chip)
            row.addWidget(chip)
        row.addStretch(1)
        self._group.buttonToggled.connect(self._on_group_button_toggled)

    def take_focus(self) -> None:
        """Go on from the chosen one by keys."""
        chosen = self._group.checkedButton()
        if chosen is not None:
            chosen.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(QAbstractButton, bool)
    def _on_group_button_toggled(self, chip: QAbstractButton, checked: bool) -> None:
        if checked:
            self.psa_chosen.emit(Psa(chip.objectName().rpartition(".")[2]))


class SiteFields(QFrame):
    """Shows a `SiteForm` and reads what was typed as a `SiteInput`."""

    edited = Signal()
    psa_chosen = Signal(object)
    """Another PSA was chosen for a new site; its form is another one."""

    def __init__(self, form: "SiteForm") -> None:
        super().__init__()
        self._form = form
        self._texts: dict[str, QLineEdit] = {}
        self._secrets: dict[str, QLineEdit] = {}
        self._forget: dict[str, QCheckBox] = {}
        self.setProperty("card", True)
        self.setMaximumWidth(_FIELD_WIDTH + 40)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(4)
        self._choice = self._add_choice(box)
        self._name = self._add_line(box, self.tr("Name of the site"), "sites.name", form.name)
        for part in form.parts:
            self._add_part(box, part)

    def given(self) -> SiteInput:
        """Return what stands in the form; of the secrets only those that were typed anew."""
        typed = {name: box.text() for name, box in self._secrets.items() if box.text()}
        texts = {name: box.text().strip() for name, box in self._texts.items()}
        forget = frozenset(name for name, box in self._forget.items() if box.isChecked())
        return SiteInput(self._form.id, self._name.text().strip(), self._form.psa, texts, typed, forget)

    def take_over(self, given: SiteInput) -> None:
        """Fill in what was typed into the form of another PSA, as far as this one asks for the same."""
        self._name.setText(given.name)
        for typed, boxes in ((given.fields, self._texts), (given.secrets, self._secrets)):
            for name in typed.keys() & boxes.keys():
                boxes[name].setText(typed[name])
        if self._choice is not None:
            self._choice.take_focus()

    def forget_secrets(self) -> None:
        """Empty the lines of the secrets."""
        for box in self._secrets.values():
            box.clear()

    def _add_choice(self, box: QVBoxLayout) -> PsaChoice | None:
        if len(self._form.psas) < 2:
            return None
        choice = PsaChoice(self._form.psas, self._form.psa)
        choice.psa_chosen.connect(self.psa_chosen)
        box.addWidget(label(self.tr("PSA")))
        box.addWidget(choice)
        return choice

    def _add_part(self, box: QVBoxLayout, part: "FormPart") -> None:
        """Add what is asked for about one system; of a practice site, whose secrets are no secrets, the addresses."""
        box.addSpacing(16)
        box.addWidget(label(part.system, heading=2))
        for asked in part.asked:
            if not isinstance(asked, SecretField):
                self._add_text(box, asked)
            elif not self._form.practice:
                self._add_secret(box, asked)

    def _add_text(self, box: QVBoxLayout, field: "TextField") -> None:
        line = self._add_line(box, field.label, f"sites.field.{field.name}", field.value)
        self._texts[field.name] = line
        if field.help:
            line.setAccessibleDescription(field.help)
            box.addWidget(rich_label(field.help, muted=True))

    def _add_secret(self, box: QVBoxLayout, secret: "SecretField") -> None:
        line = self._add_line(box, secret.label, f"sites.secret.{secret.name}", "")
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhSensitiveData
        )
        line.setPlaceholderText(self._hint(secret))
        if secret.help:
            box.addWidget(rich_label(secret.help, muted=True))
        words = self._state(secret)
        line.setAccessibleDescription(" ".join(part for part in (secret.help, words) if part))
        state = label(words, name=f"sites.secret.{secret.name}.state", muted=not secret.rejected_by, wrap=True)
        if secret.rejected_by:
            state.setProperty("says", "bad")
        box.addWidget(state)
        self._secrets[secret.name] = line
        if secret.optional and secret.stored:
            self._add_forget(box, secret)

    def _hint(self, secret: "SecretField") -> str:
        if secret.stored:
            return self.tr("Leave empty to keep the stored one")
        return self.tr("Not needed by most") if secret.optional else self.tr("Not stored yet")

    def _state(self, secret: "SecretField") -> str:
        if secret.rejected_by:
            words = self.tr("✕ {system} rejected what is stored. Nothing more is sent there until it is entered anew.")
            return words.format(system=secret.rejected_by)
        if secret.stored:
            return self.tr("✓ Stored in the keyring. It is not shown again.")
        return self.tr("It goes into the keyring of this computer and nowhere else.")

    def _add_forget(self, box: QVBoxLayout, secret: "SecretField") -> None:
        """Offer to forget a secret that the site may do without: an empty line means that it stays."""
        forget = QCheckBox(self.tr("Forget the stored one"))
        forget.setObjectName(f"sites.secret.{secret.name}.forget")
        forget.setAccessibleName(self.tr("Forget the stored {secret}").format(secret=secret.label))
        forget.toggled.connect(self.edited)
        box.addWidget(forget)
        self._forget[secret.name] = forget

    def _add_line(self, box: QVBoxLayout, title: str, name: str, value: str) -> QLineEdit:
        head: QLabel = label(title)
        line = text_box(name, title)
        line.setText(value)
        line.setReadOnly(self._form.practice)
        line.setMaximumWidth(_FIELD_WIDTH)
        line.textEdited.connect(self.edited)
        head.setBuddy(line)
        if box.count():
            box.addSpacing(8)
        box.addWidget(head)
        box.addWidget(line)
        return line


class TestLines(QWidget):
    """What "Test connection" found, line by line."""

    grown = Signal()
    """It has taken the room that its lines need, perhaps out of view."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sites.test_result")
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Tell that it has become higher."""
        super().resizeEvent(event)
        if event.size().height() > max(0, event.oldSize().height()):
            self.grown.emit()

    def show_lines(self, lines: "tuple[tuple[bool | None, str], ...]") -> None:
        """Show lines: good, bad, or (None) neither."""
        while (item := self._box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, (good, text) in enumerate(lines):
            sign = {True: "✓", False: "✕", None: "…"}[good]
            line = label(f"{sign}  {text}", name=f"sites.test_result.{place}", wrap=True)
            line.setAccessibleName(text)
            if good is not None:
                line.setProperty("says", "good" if good else "bad")
            self._box.addWidget(line)
