"""The link dialog: which PSA record a record is, or that it has to be created."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.lines import Line, LinesTable
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import button, label, rich_label

if TYPE_CHECKING:
    from sync_desktop.ui.theme import Theme
    from sync_desktop.workbench.views import CandidateView, LinkChoice


class LinkDialog(Sheet):
    """Lists candidates with what agrees and what differs; one is linked at a time."""

    link_chosen = Signal(str, str)
    """Entity and external id."""
    create_chosen = Signal()
    unlink_chosen = Signal()
    open_asked = Signal(str)

    def __init__(self, choice: "LinkChoice", theme: "Theme", parent: QWidget) -> None:
        super().__init__("", "link", parent, width=720)
        self._choice = choice
        self._candidates = {f"{each.entity} {each.external_id}": each for each in choice.candidates}
        title = self.tr("{kind}: {record}").format(kind=choice.kind.label, record=choice.record)
        self.set_title(title)
        if choice.note:
            self.box.addWidget(rich_label(choice.note, name="link.note", muted=True))
        if choice.linked_to:
            self.box.addWidget(label(self.tr("Linked now to #{id}.").format(id=choice.linked_to), name="link.now"))
        self._table = LinesTable(
            (self.tr("In the PSA"), self.tr("Details"), self.tr("State")), "link.table", self.tr("Candidates"), theme
        )
        self._table.setProperty("boxed", True)
        self._table.stretch(1)
        self._table.setMinimumHeight(160)
        self._table.lines_model.show_lines([self._line(key, each) for key, each in self._candidates.items()])
        self._table.setVisible(bool(choice.candidates))
        none = label(self.tr("Nothing in the PSA looks like this record."), name="link.none", muted=True)
        none.setVisible(not choice.candidates)
        self._agrees = rich_label("", name="link.agrees")
        self._differs = rich_label("", name="link.differs")
        for widget in (self._table, none, self._agrees, self._differs):
            self.box.addWidget(widget)
        self._add_actions()
        self._table.line_chosen.connect(self._on_table_line_chosen)
        self._table.line_opened.connect(self._on_link_clicked)
        if len(self._candidates) == 1:
            self._table.choose(next(iter(self._candidates)))
        self._on_table_line_chosen(self._table.chosen_key())

    def _line(self, key: str, candidate: "CandidateView") -> Line:
        state = self.tr("Active") if candidate.active else self.tr("Inactive")
        return Line(
            key=key,
            cells=(f"{candidate.name} (#{candidate.external_id})", candidate.detail, state),
            tones={2: Tone.SUCCESS if candidate.active else Tone.WARNING},
        )

    def _add_actions(self) -> None:
        choice, others = self._choice, QHBoxLayout()
        self._create = button(self.tr("Create in the PSA"), "link.create")
        self._create.setEnabled(choice.may_create)
        self._create.setToolTip(choice.why_not_create)
        self._unlink = button(self.tr("Unlink"), "link.unlink")
        self._unlink.setVisible(bool(choice.linked_to))
        self._open = button(self.tr("Open in the PSA"), "link.open")
        self._link = button(self.tr("Link"), "link.link", primary=True)
        for each in (self._open, self._unlink, self._create):
            others.addWidget(each)
        others.addStretch(1)
        self.box.addLayout(others)
        if not choice.may_create and choice.why_not_create:
            self.box.addWidget(rich_label(choice.why_not_create, name="link.why_not_create", muted=True))
        self.add_buttons(self._link)
        self._create.clicked.connect(self._on_create_clicked)
        self._unlink.clicked.connect(self._on_unlink_clicked)
        self._open.clicked.connect(self._on_open_clicked)
        self._link.clicked.connect(self._on_link_clicked)

    @Slot(str)
    def _on_table_line_chosen(self, key: str) -> None:
        candidate = self._candidates.get(key)
        self._link.setEnabled(candidate is not None)
        self._open.setEnabled(candidate is not None and bool(candidate.url))
        for shown, word, facts in (
            (self._agrees, self.tr("Agrees"), candidate.agrees if candidate else ()),
            (self._differs, self.tr("Differs"), candidate.differs if candidate else ()),
        ):
            replaced = rich_label(f"**{word}:** " + " · ".join(facts))
            shown.setText(replaced.text())
            shown.setAccessibleName(replaced.accessibleName())
            shown.setVisible(bool(facts))

    @Slot()
    def _on_link_clicked(self) -> None:
        candidate = self._candidates.get(self._table.chosen_key())
        if candidate is not None:
            self.link_chosen.emit(candidate.entity, candidate.external_id)
            self.accept()

    @Slot()
    def _on_open_clicked(self) -> None:
        candidate = self._candidates.get(self._table.chosen_key())
        if candidate is not None:
            self.open_asked.emit(candidate.url)

    @Slot()
    def _on_create_clicked(self) -> None:
        self.create_chosen.emit()
        self.accept()

    @Slot()
    def _on_unlink_clicked(self) -> None:
        self.unlink_chosen.emit()
        self.accept()
