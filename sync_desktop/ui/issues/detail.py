"""The detail at the right: what is wrong, why, what to do, what it depends on, and what was tried."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QScrollArea, QVBoxLayout, QWidget

from sync_desktop.domain.words import IssueState
from sync_desktop.ui.issues import detail_parts
from sync_desktop.ui.widgets import FlowLayout, button, label, rich_label

if TYPE_CHECKING:
    from sync_desktop.domain.words import Action
    from sync_desktop.ui.issues.actions import IssueActions
    from sync_desktop.ui.issues.repairs import Mend, Repairs
    from sync_desktop.ui.theme import Theme
    from sync_desktop.workbench.views import AttemptView, CauseView, IssueDetail

_LEAST_WIDTH = 340


class DetailPane(QScrollArea):
    """Shows one `IssueDetail`, or a sentence in its place."""

    shown_changed = Signal()

    def __init__(self, actions: "IssueActions", repairs: "Repairs", theme: "Theme") -> None:
        super().__init__()
        self._actions = actions
        self._repairs = repairs
        self._theme = theme
        self._psa_label = "PSA"
        self.detail: IssueDetail | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setObjectName("detail")
        self.setAccessibleName(self.tr("Details of the issue"))
        self.setProperty("pane", True)
        self._make_header()
        self._lay_out()
        actions.running_changed.connect(self._on_actions_running_changed)
        self.show_nothing(self.tr("Choose an issue to see what is wrong and what to do."))

    def show_nothing(self, sentence: str) -> None:
        """Show a sentence instead of an issue."""
        self.detail = None
        self._buttons.setVisible(False)
        for widget, text in ((self._title, ""), (self._sub, sentence), (self._hint, "")):
            widget.setText(text)
            widget.setVisible(bool(text))
        self._replace_body(None)

    def show_detail(self, detail: "IssueDetail", psa_label: str) -> None:
        """Show an issue. The same detail again changes nothing, so that a text being read or selected stays."""
        self._psa_label = psa_label
        if detail == self.detail:
            self._show_state()
            return
        same_issue = self.detail is not None and self.detail.row.id == detail.row.id
        self.detail = detail
        self._title.setText(detail.heading)
        self._sub.setText(detail.subheading)
        self._title.show()
        self._sub.show()
        self._buttons.setVisible(True)
        self._show_state()
        self._replace_body(detail)
        if not same_issue:
            self.verticalScrollBar().setValue(0)
        self.shown_changed.emit()

    def _make_header(self) -> None:
        self._title = label("", name="detail.title", heading=1, wrap=True)
        self._sub = label("", name="detail.sub", muted=True, wrap=True)
        self._hint = label("", name="detail.hint", muted=True, wrap=True)
        self._retry = button(self.tr("Retry"), "detail.retry", tip=self.tr("R"))
        self._dismiss = button(self.tr("Dismiss"), "detail.dismiss", tip=self.tr("D"))
        self._copy = button(self.tr("Copy details"), "detail.copy")
        self._open = button(self.tr("Open in…"), "detail.open", tip=self.tr("The PSA or Salesbuildr, in the browser"))
        menu = QMenu(self._open)
        self._open_psa, self._open_quoting = QAction(menu), QAction(self.tr("Salesbuildr"), menu)
        self._open_psa.setObjectName("detail.open_psa")
        self._open_quoting.setObjectName("detail.open_salesbuildr")
        menu.addActions([self._open_psa, self._open_quoting])
        self._open.setMenu(menu)
        self._retry.clicked.connect(self._on_retry_clicked)
        self._dismiss.clicked.connect(self._on_dismiss_clicked)
        self._copy.clicked.connect(self._on_copy_clicked)
        self._open_psa.triggered.connect(self._on_open_psa_triggered)
        self._open_quoting.triggered.connect(self._on_open_quoting_triggered)

    def _lay_out(self) -> None:
        content = QWidget()
        content.setProperty("pane", True)
        self._buttons = QWidget()
        flow = FlowLayout(gap=6)  # so that the four fit beside each other
        flow.setContentsMargins(0, 4, 0, 0)
        self._buttons.setLayout(flow)
        for each in (self._retry, self._dismiss, self._open, self._copy):
            flow.addWidget(each)
        self._box = QVBoxLayout(content)
        self._box.setContentsMargins(16, 16, 16, 16)
        self._box.setSpacing(6)
        for widget in (self._title, self._sub, self._buttons, self._hint):
            self._box.addWidget(widget)
        self._body = QWidget()
        self._box.addWidget(self._body)
        self._box.addStretch(1)
        self.setWidget(content)

    def _show_state(self) -> None:
        detail = self.detail
        if detail is None:
            return
        running = detail.row.running or detail.row.id in self._actions.running
        self._retry.setText(self.tr("Retrying") if running else detail.retry_label)
        self._retry.setAccessibleName(self._retry.text())
        # Not disabled while it runs: a second click has to say that the record is already synchronizing.
        self._retry.setEnabled(running or detail.retry_enabled)
        self._hint.setText("" if running else detail.retry_hint)
        self._hint.setVisible(bool(self._hint.text()))
        dismissed = detail.row.state is IssueState.DISMISSED
        self._dismiss.setText(self.tr("Restore") if dismissed else self.tr("Dismiss"))
        self._dismiss.setAccessibleName(self._dismiss.text())
        self._dismiss.setVisible(detail.row.state in (IssueState.OPEN, IssueState.DISMISSED))
        self._open_psa.setText(self._psa_label)
        self._open_psa.setEnabled(bool(detail.psa_url))
        self._open_quoting.setEnabled(bool(detail.salesbuildr_url))
        self._open.setEnabled(bool(detail.psa_url or detail.salesbuildr_url))

    def _replace_body(self, detail: "IssueDetail | None") -> None:
        new = QWidget()
        box = QVBoxLayout(new)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(6)
        if detail is not None:
            self._fill(box, detail)
        if self._body.isAncestorOf(self.window().focusWidget()):
            self.setFocus()  # or it would go to the first thing of the window
        self._box.replaceWidget(self._body, new)
        self._body.hide()
        self._body.deleteLater()
        self._body = new
        new.show()

    def _fill(self, box: QVBoxLayout, detail: "IssueDetail") -> None:
        if detail.evidence:
            detail_parts.add_section(
                box, self.tr("Seen in the PSA"), rich_label(detail.evidence, name="detail.evidence")
            )
        if detail.note:
            box.addWidget(rich_label(detail.note, name="detail.note", muted=True))
        for place, cause in enumerate(detail.causes):
            repair = None if detail.row.state is IssueState.CLEARED else partial(self._on_repair_asked, cause)
            detail_parts.add_cause(box, cause, place, repair)
        if detail.extra:
            known = [rich_label(text, name=f"detail.extra{place}") for place, text in enumerate(detail.extra)]
            detail_parts.add_section(box, self.tr("Also to know"), *known)
        if detail.conflicts:
            lines = detail_parts.conflict_lines(detail.conflicts, self._psa_label, self._on_decide_fields_clicked)
            detail_parts.add_section(box, self.tr("Changed on both sides"), *lines)
        if detail.depends_on:
            kind = detail.row.kind.label.lower()
            chips = detail_parts.dependency_chips(detail.depends_on)
            detail_parts.add_section(box, self.tr("What this {kind} depends on").format(kind=kind), chips)
        if detail.attempts:
            table = detail_parts.attempts_table(detail.attempts, self._theme)
            table.line_opened.connect(self._on_attempt_opened)
            table.clicked.connect(partial(self._on_attempt_clicked, detail.attempts))
            detail_parts.add_section(box, self.tr("Attempts"), table)

    @Slot()
    def _on_actions_running_changed(self) -> None:
        self._show_state()

    @Slot()
    def _on_retry_clicked(self) -> None:
        if self.detail is not None:
            self._actions.retry((self.detail.row.id,))

    @Slot()
    def _on_dismiss_clicked(self) -> None:
        if self.detail is None:
            return
        ids = (self.detail.row.id,)
        (self._actions.restore if self.detail.row.state is IssueState.DISMISSED else self._actions.dismiss)(ids)

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self.detail is not None:
            self._actions.copy_details(self.detail.row.id)

    @Slot()
    def _on_open_psa_triggered(self) -> None:
        if self.detail is not None:
            self._repairs.open_url(self.detail.psa_url)

    @Slot()
    def _on_open_quoting_triggered(self) -> None:
        if self.detail is not None:
            self._repairs.open_url(self.detail.salesbuildr_url)

    def _on_repair_asked(self, cause: "CauseView", action: "Action | Mend") -> None:
        if self.detail is not None:
            self._repairs.carry_out(action, self.detail, cause)

    @Slot()
    def _on_decide_fields_clicked(self) -> None:
        if self.detail is not None:
            self._repairs.decide_fields(self.detail, self._psa_label)

    @Slot(str)
    def _on_attempt_opened(self, key: str) -> None:
        self._actions.show_exchanges(int(key))

    def _on_attempt_clicked(self, attempts: "tuple[AttemptView, ...]", index: QModelIndex) -> None:
        self._actions.show_exchanges(attempts[index.row()].id)
