"""The paste box as a dialog: text at the left, what it means at the right, and one button that keeps it."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QHeaderView, QMenu, QSplitter, QVBoxLayout, QWidget

from sync_desktop.ui.dialogs import Sheet
from sync_desktop.ui.lines import LinesTable
from sync_desktop.ui.pasting.box import PasteBox
from sync_desktop.ui.pasting.columns import ColumnsRow
from sync_desktop.ui.pasting.lines import LinePane, shown_lines
from sync_desktop.ui.widgets import button, label, rich_label, set_rich
from sync_desktop.ui.words import counted, exact
from sync_desktop.workbench.pasted.views import PasteQuestion

if TYPE_CHECKING:
    from sync_desktop.ui.context import Context
    from sync_desktop.workbench.pasted.views import ImportResult, LastImport, PastedLine, PasteView
    from sync_desktop.workbench.ports import PasteDesk
    from sync_desktop.workbench.views import SiteBand

_WIDTHS = {1: 190, 3: 150}
"""Columns whose texts are of any length; what they cut off is in the tool tip."""
_PAUSE_MS = 250
"""How long typing has to pause before the text is read."""


class PasteSheet(Sheet):
    """Shows what a pasted list means while it is being typed or pasted; nothing is kept before the button says so."""

    imported = Signal(object)
    """An `ImportResult`."""

    def __init__(self, desk: "PasteDesk", context: "Context", sites: "tuple[SiteBand, ...]", parent: QWidget) -> None:
        super().__init__("", "paste", parent, width=900)
        self._room = parent.window().size()
        self._desk = desk
        self._context = context
        self._sites = {site.id: site for site in sites}
        self._question = PasteQuestion("", site_id=sites[0].id if sites else "")
        self._view: PasteView | None = None
        self._again = False
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(_PAUSE_MS)
        self._make()
        self._lay_out()
        self._connect()
        self._show_nothing()
        self._read_last()
        self.text.setFocus()

    def show_text(self, text: str) -> None:
        """Put a text into the box in place of what is there, and read it."""
        self.text.setPlainText(text)

    def read_file(self, path: str) -> None:
        """Put the text of a file into the box."""
        self._context.tasks.start(
            "Read a file", self._desk.file(path), key="paste.file", done=self.show_text, failed=self._show_problem
        )

    # reading

    def _ask(self, **changed: object) -> None:
        self._question = replace(self._question, **changed)  # type: ignore[arg-type]  # members by name
        self._again = True
        self._start_reading()

    @Slot()
    def _start_reading(self) -> None:
        """Read what is in the box now; while it is being read, once more afterwards."""
        if not self._again or self._context.tasks.is_running("paste.preview"):
            return
        self._again = False
        if not self._question.text.strip():
            self._show_nothing()
            return
        self._context.tasks.start(
            "Read pasted issues",
            self._desk.preview(self._question),
            key="paste.preview",
            done=self._show_view,
            failed=self._show_problem,
            ended=self._start_reading,
        )

    def _show_view(self, view: "PasteView") -> None:
        self._view = view
        count, causes = view.summary.split(";", maxsplit=1) if ";" in view.summary else (view.summary, "")
        set_rich(self._summary, f"**{count}**" + (f";{causes}" if causes else ""))
        self._psa.setText(view.psa_words)
        self._columns.show_columns(view.columns)
        kept = self._table.chosen_key()
        self._table.lines_model.show_lines(shown_lines(view, matched=bool(self._question.site_id)))
        self._none.hide()
        self._right.show()
        if not (kept and self._table.choose(kept)):
            self._table.choose_first()
        self._on_table_line_chosen(self._table.chosen_key())
        self._show_button(view)

    def _show_button(self, view: "PasteView") -> None:
        undecided = len(view.undecided)
        leaving = counted(view.leaving, "issue")
        hint = ""
        if not self._sites:
            hint = self.tr("Connect a site to keep these lines as issues.")
        elif undecided:
            hint = self.tr("{count} may be about several records: say which.").format(count=counted(undecided, "line"))
        elif view.leaving:
            hint = self.tr("{count} of earlier lists will be shown as no longer listed.").format(count=leaving)
        self._hint.setText(hint)
        self._import.setText(self.tr("Import {count}").format(count=counted(view.importable, "issue")))
        self._import.setAccessibleName(self._import.text())
        self._import.setEnabled(bool(self._sites and view.importable and not undecided))

    def _show_nothing(self, sentence: str = "") -> None:
        self._view = None
        self._right.hide()
        self._none.setText(sentence or self.tr("What the lines mean is shown here as soon as there are any."))
        self._none.show()
        self._hint.setText("")
        self._import.setText(self.tr("Import issues"))
        self._import.setEnabled(False)

    def _show_problem(self, sentence: str) -> None:
        self._show_nothing(sentence)

    def _read_last(self) -> None:
        if self._question.site_id:
            self._context.tasks.start(
                "Read the last import", self._desk.last(self._question.site_id), key="paste.last", done=self._show_last
            )

    def _show_last(self, last: "LastImport | None") -> None:
        if last is None:
            self._last.setText(self.tr("No list has been imported for this site yet."))
            return
        told = self.tr("Last import: {at}, {lines}, {issues}.").format(
            at=exact(last.at), lines=counted(last.lines, "line"), issues=counted(last.issues, "issue")
        )
        self._last.setText(told)
        self._last.setToolTip("\n".join(last.others))

    # making

    def _make(self) -> None:
        self.set_title(self.tr("Paste issues"))
        self.text = PasteBox()
        self._open = button(self.tr("Open a file…"), "paste.open")
        self._site = button("", "paste.site")
        self._whole = QCheckBox(self.tr("This is the whole list"))
        self._whole.setObjectName("paste.whole")
        self._whole.setChecked(True)
        self._whole.setToolTip(self.tr("Issues of earlier imports that a whole list lacks are no longer listed"))
        self._last = label("", name="paste.last", muted=True, wrap=True)
        self._summary = rich_label("", name="paste.summary")
        self._psa = label("", name="paste.psa", muted=True, wrap=True)
        self._columns = ColumnsRow()
        self._none = label("", name="paste.none", muted=True, wrap=True)
        headers = [self.tr("Line"), self.tr("About"), self.tr("Cause or text")]
        headers += [self.tr("Record")] if self._sites else []
        self._table = LinesTable((*headers, ""), "paste.table", self.tr("Pasted lines"), self._context.theme)
        self._table.setProperty("boxed", True)
        self._table.stretch(2)
        for column, width in _WIDTHS.items():
            if column < len(headers):
                self._table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
                self._table.setColumnWidth(column, width)
        self._pane = LinePane()
        self._hint = label("", name="paste.hint", muted=True, wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._import = button("", "paste.import", primary=True)
        self._fill_sites()

    def _fill_sites(self) -> None:
        menu = QMenu(self._site)
        for site in self._sites.values():
            action = menu.addAction(f"{site.name} → {site.psa_label}")
            action.triggered.connect(partial(self._on_site_chosen, site.id))
        self._site.setMenu(menu)
        self._show_site()

    def _show_site(self) -> None:
        site = self._sites.get(self._question.site_id)
        self._site.setVisible(len(self._sites) > 1)
        self._site.setText(self.tr("For {site} ▾").format(site=site.name) if site else "")
        self._site.setAccessibleName(self._site.text().rstrip(" ▾"))

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(self._open)
        row.addWidget(self._site)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.text, 1)
        column.addWidget(self._whole)
        column.addWidget(self._last)
        self._right = QWidget()
        shown = QVBoxLayout(self._right)
        shown.setContentsMargins(0, 0, 0, 0)
        shown.setSpacing(8)
        for widget in (self._summary, self._psa, self._columns):
            shown.addWidget(widget)
        shown.addWidget(self._table, 3)
        shown.addWidget(self._pane, 2)
        right = QWidget()
        both = QVBoxLayout(right)
        both.setContentsMargins(16, 0, 0, 0)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        both.addWidget(self._none, 1)
        both.addWidget(self._right, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setSizes([320, 700])
        self.box.addWidget(splitter, 1)
        self.box.addWidget(self._hint)
        self.add_buttons(self._import)
        room = self._room
        self.resize(min(1180, max(900, room.width() - 160)), min(780, max(520, room.height() - 120)))

    def _connect(self) -> None:
        self.text.textChanged.connect(self._on_text_changed)
        self.text.file_given.connect(self.read_file)
        self._reading.timeout.connect(self._on_reading_timeout)
        self._open.clicked.connect(self._on_open_clicked)
        self._whole.toggled.connect(self._on_whole_toggled)
        self._columns.changed.connect(self._on_columns_changed)
        self._table.line_chosen.connect(self._on_table_line_chosen)
        self._pane.chosen.connect(self._on_pane_chosen)
        self._import.clicked.connect(self._on_import_clicked)

    # slots

    @Slot()
    def _on_text_changed(self) -> None:
        self._import.setEnabled(False)  # what stands there belongs to another text
        self._reading.start()

    @Slot()
    def _on_reading_timeout(self) -> None:
        self._ask(text=self.text.toPlainText(), columns=None, choices=None)

    def _on_site_chosen(self, site_id: str, *_checked: object) -> None:
        self._ask(site_id=site_id, choices=None)
        self._show_site()
        self._read_last()

    @Slot(bool)
    def _on_whole_toggled(self, on: bool) -> None:
        self._ask(whole=on)

    @Slot(object)
    def _on_columns_changed(self, columns: "dict[int, str]") -> None:
        self._ask(columns=columns, choices=None)

    @Slot(int, str)
    def _on_pane_chosen(self, line: int, record: str) -> None:
        self._ask(choices={**(self._question.choices or {}), line: record})

    @Slot(str)
    def _on_table_line_chosen(self, key: str) -> None:
        line = self._line(key)
        view = self._view
        cause = next((each for each in view.causes if line and line.line in each.lines), None) if view else None
        choice = (self._question.choices or {}).get(line.line, "") if line else ""
        self._pane.show_line(line, cause, choice)

    def _line(self, key: str) -> "PastedLine | None":
        return next((line for line in self._view.lines if str(line.line) == key), None) if self._view else None

    @Slot()
    def _on_open_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Open a saved list"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Pages, tables and texts (*.html *.htm *.csv *.tsv *.txt *.md)"), self.tr("All files (*)")]
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    @Slot()
    def _on_import_clicked(self) -> None:
        self._import.setEnabled(False)
        self._context.tasks.start(
            "Import issues",
            self._desk.keep(self._question),
            key="paste.import",
            done=self._finish,
            failed=self._on_import_failed,
        )

    def _finish(self, result: "ImportResult") -> None:
        self.imported.emit(result)
        self.accept()

    def _on_import_failed(self, sentence: str) -> None:
        self._hint.setText(sentence)
        if self._view is not None:
            self._import.setEnabled(bool(self._view.importable))
