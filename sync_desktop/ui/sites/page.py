"""The Sites page: the list at the left, the form of one site at the right."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from sync_desktop.ui.sites.form import SiteFields, TestLines
from sync_desktop.ui.sites.role import RoleSwitch
from sync_desktop.ui.widgets import button, label, rich_label

if TYPE_CHECKING:
    from sync_desktop.domain.words import Psa, Role
    from sync_desktop.ui.context import Context
    from sync_desktop.workbench.ports import SitesDesk
    from sync_desktop.workbench.views import SiteBand, SiteForm, SiteInput, TestLine

_ID = Qt.ItemDataRole.UserRole

_FORM_WIDTH = 560 + 2 * 24
"""A form's widest card and the margins beside it."""


class SitesPage(QWidget):
    """Connects a site, tests it, and switches its role."""

    saved = Signal()
    """A site or its role was stored."""

    def __init__(self, desk: "SitesDesk", context: "Context") -> None:
        super().__init__()
        self._desk = desk
        self._context = context
        self._wanted: str | None = None
        self._wanted_psa: Psa | None = None
        self._fields: SiteFields | None = None
        self._list = QListWidget()
        self._list.setObjectName("sites.list")
        self._list.setProperty("boxed", True)
        self._list.setAccessibleName(self.tr("Sites"))
        self._add = button(self.tr("Add a site"), "sites.add")
        self._result = TestLines()
        self._lay_out()
        self._list.currentItemChanged.connect(self._on_list_current_changed)
        self._add.clicked.connect(self._on_add_clicked)

    def reload(self) -> None:
        """Read the list of sites."""
        self._context.tasks.start("Read sites", self._desk.sites(), key="sites.list", done=self._show_list)

    @Slot(str)
    def show_site(self, site_id: str) -> None:
        """Show the form of a site; an empty id is a new one."""
        self._wanted = site_id
        self._mark(site_id)
        self._context.tasks.start(
            "Read a site", self._desk.form(site_id), key=f"sites.form {site_id}", done=partial(self._show_form, site_id)
        )

    def _show_list(self, sites: "tuple[SiteBand, ...]") -> None:
        self._list.blockSignals(True)  # filling is not choosing
        self._list.clear()
        for site in sites:
            item = QListWidgetItem(f"{site.name}\n{site.psa_label} · {site.role_label}")
            item.setData(_ID, site.id)
            item.setToolTip(site.problem)
            self._list.addItem(item)
        self._list.blockSignals(False)
        if self._wanted is None:
            self.show_site(sites[0].id if sites else "")
        else:
            self._mark(self._wanted)

    def _mark(self, site_id: str) -> None:
        self._list.blockSignals(True)
        self._list.setCurrentRow(-1)
        for row in range(self._list.count()):
            if self._list.item(row).data(_ID) == site_id:
                self._list.setCurrentRow(row)
        self._list.blockSignals(False)

    def _show_form(self, wanted: str, form: "SiteForm") -> None:
        if wanted != self._wanted:
            return  # another one has been chosen since
        body = QWidget()
        body.setMaximumWidth(_FORM_WIDTH)  # of the whole, or wrapped texts get the height that they need at full width
        box = QVBoxLayout(body)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        title = form.name if form.id else self.tr("Connect a site")
        box.addWidget(label(title, name="sites.title", heading=1, wrap=True))
        pair = self.tr("Salesbuildr → {psa}").format(psa=form.psa.label)
        box.addWidget(label(pair, name="sites.pair", muted=True))
        self._fields = SiteFields(form)
        self._fields.psa_chosen.connect(self._on_fields_psa_chosen)
        box.addWidget(self._fields)
        for place, sentence in enumerate(self._advice(form)):
            advice = rich_label(sentence, name=f"sites.advice{place}", muted=True)
            advice.setMaximumWidth(560)
            box.addWidget(advice)
        box.addLayout(self._buttons(practice=form.practice))
        self._result = TestLines()
        self._result.grown.connect(self._on_result_grown)
        box.addWidget(self._result)
        if form.id:
            switch = RoleSwitch(form)
            switch.role_asked.connect(partial(self._set_role, form.id))
            box.addWidget(switch)
        box.addStretch(1)
        self._area.setWidget(body)

    @Slot(object)
    def _on_fields_psa_chosen(self, psa: "Psa") -> None:
        if self._fields is not None:
            self._wanted_psa = psa
            self._context.tasks.start(
                "Read a form",
                self._desk.form("", psa),
                key=f"sites.form of {psa}",
                done=partial(self._show_other_form, self._fields.given()),
            )

    def _show_other_form(self, given: "SiteInput", form: "SiteForm") -> None:
        if self._wanted == "" and form.psa is self._wanted_psa:
            self._show_form("", form)
            if self._fields is not None:
                self._fields.take_over(given)

    def _advice(self, form: "SiteForm") -> tuple[str, ...]:
        if not form.practice:
            return form.advice
        return (
            self.tr(
                "Addresses and credentials of a practice site are set by the sandbox and cannot be changed here. The "
                "credentials are no secrets, and are kept in no keyring."
            ),
        )

    def _buttons(self, *, practice: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        test = button(self.tr("Test connection"), "sites.test")
        save = button(self.tr("Save"), "sites.save", primary=True)
        test.clicked.connect(self._on_test_clicked)
        save.clicked.connect(self._on_save_clicked)
        row.addWidget(test)
        row.addWidget(save)
        if practice:
            save.hide()
        row.addStretch(1)
        return row

    def _set_role(self, site_id: str, role: "Role", confirmed: bool, typed: str) -> None:
        self._context.tasks.start(
            "Switch a role",
            self._desk.set_role(site_id, role, push_off_confirmed=confirmed, typed_name=typed),
            key="sites.role",
            done=partial(self._tell_role, site_id),
        )

    def _tell_role(self, site_id: str, _nothing: None) -> None:
        self._context.notifier.info(self.tr("The role of this site has changed."))
        self._changed(site_id)

    def _changed(self, site_id: str) -> None:
        self._wanted = site_id
        self.reload()
        self.show_site(site_id)
        self.saved.emit()

    def _show_test(self, lines: "tuple[TestLine, ...]") -> None:
        self._result.show_lines(tuple((line.ok, line.text) for line in lines))

    @Slot()
    def _on_result_grown(self) -> None:
        QTimer.singleShot(0, self._on_form_grown)  # the form around it, and how far that scrolls, follow

    @Slot()
    def _on_form_grown(self) -> None:
        self._area.ensureWidgetVisible(self._result)

    def _tell_saved(self, site_id: str) -> None:
        if self._fields is not None:
            self._fields.forget_secrets()
        self._context.notifier.info(self.tr("Saved. Secrets are in the keyring of this computer."))
        self._changed(site_id)

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(280)
        column = QVBoxLayout(left)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(8)
        column.addWidget(self._add)
        column.addWidget(self._list, 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(self.tr("Form of the site"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(self._area, 1)

    @Slot()
    def _on_list_current_changed(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.show_site(item.data(_ID))

    @Slot()
    def _on_add_clicked(self) -> None:
        self.show_site("")

    @Slot()
    def _on_test_clicked(self) -> None:
        if self._fields is None:
            return
        if self._context.tasks.start(
            "Test a connection",
            self._desk.test(self._fields.given()),
            key="sites.test",
            done=self._show_test,
            failed=self._show_test_failure,
        ):
            self._result.show_lines(((None, self.tr("Asking Salesbuildr and the PSA …")),))

    def _show_test_failure(self, sentence: str) -> None:
        self._result.show_lines(((False, sentence),))

    @Slot()
    def _on_save_clicked(self) -> None:
        if self._fields is not None:
            self._context.tasks.start(
                "Save a site", self._desk.save(self._fields.given()), key="sites.save", done=self._tell_saved
            )
