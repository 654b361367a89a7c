"""The repairs that a cause offers: a mapping, a link, and the decisions that only a person can take."""

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sync_desktop.domain.words import Action, RecordKind

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.issues.actions import IssueActions
    from sync_desktop.ui.issues.chooser import ChooserDialog
    from sync_desktop.ui.remapping import Remapping
    from sync_desktop.workbench.mapping_views import RemapView
    from sync_desktop.workbench.ports import Workbench
    from sync_desktop.workbench.views import CauseView, ConflictView, IssueDetail, LinkChoice, TargetChoice

REPAIRS: dict[Action, str] = {
    Action.SET_MAPPING: "Set mapping…",
    Action.LINK: "Link or create…",
    Action.KEEP_LINES: "Decide on lines…",
    Action.CONFIRM_WON: "Write to the won opportunity…",
    Action.CONFIRM_OPEN: "Write to this opportunity…",
    Action.CREDENTIALS: "Change credentials…",
    Action.SITE_SETTINGS: "Open site settings",
}
"""What stands on the buttons under "How to fix"."""


class Mend(StrEnum):
    """What else is offered where a mapping is the cause; no rule names these."""

    REMAP = "remap"
    OPEN_MAPPING = "open mapping"


def offers(cause: "CauseView") -> "list[tuple[Action | Mend, str]]":
    """Return what is offered for a cause, the best first, and what stands on its button."""
    found: list[tuple[Action | Mend, str]] = [(each, REPAIRS[each]) for each in cause.actions if each in REPAIRS]
    if cause.mapping_kind and Action.SET_MAPPING in cause.actions:
        place = next(place for place, (each, _) in enumerate(found) if each is Action.SET_MAPPING)
        found.insert(place + 1, (Mend.OPEN_MAPPING, "Open mapping"))
        if cause.remap is not None:
            found.insert(place, (Mend.REMAP, remap_words(cause.remap)))
    return found


def remap_words(remap: "RemapView") -> str:
    """Return what the button says that maps to the suggested target; it carries the number that is retried then."""
    verb = "check" if remap.only_reads else "retry"
    return f"Remap and {verb} {remap.retry:,}…" if remap.retry else "Remap…"


class Repairs(QObject):
    """Carries out what a button under "How to fix" says."""

    site_asked = Signal(str)
    """The settings of this site should be shown."""
    mapping_asked = Signal(str, str, str)
    """This mapping should be shown: site, kind and source."""

    def __init__(
        self,
        workbench: "Workbench",
        context: "Context",
        actions: "IssueActions",
        remapping: "Remapping",
        window: "QWidget",
    ) -> None:
        super().__init__(window)
        self._workbench = workbench
        self._tasks = context.tasks
        self._notifier = context.notifier
        self._theme = context.theme
        self._actions = actions
        self._remapping = remapping
        self._window = window
        self.open_url = context.open_url

    def carry_out(self, action: "Action | Mend", detail: "IssueDetail", cause: "CauseView") -> None:
        """Begin a repair of one cause of an issue."""
        match action:
            case Mend.REMAP if cause.remap is not None:
                self._remap(cause.remap)
            case Mend.OPEN_MAPPING:
                self.mapping_asked.emit(detail.row.site_id, cause.mapping_kind, cause.mapping_source)
            case Action.SET_MAPPING:
                self._read_targets(detail, cause)
            case Action.LINK:
                self._read_candidates(detail, cause)
            case Action.KEEP_LINES:
                self._ask_about_lines(detail, cause)
            case Action.CONFIRM_WON:
                said = self.tr("The opportunity of **{record}** is won in the PSA already.")
                self._ask_about_won(detail, cause, self.tr("The opportunity is won"), said)
            case Action.CONFIRM_OPEN:
                said = self.tr("Nobody knows here whether the opportunity of **{record}** is still open in the PSA.")
                self._ask_about_won(detail, cause, self.tr("The opportunity may be closed"), said)
            case Action.CREDENTIALS | Action.SITE_SETTINGS:
                self.site_asked.emit(detail.row.site_id)

    def _remap(self, remap: "RemapView") -> None:
        """Save the suggested target after its counted preview, and retry exactly what that can clear."""
        from sync_desktop.ui.remapping import Remap
        from sync_desktop.workbench.mapping_views import Edit

        edit = Edit(remap.kind, remap.source_id, remap.suggestion.target_id, remap.was)
        title = self.tr("Map {source} to {target}").format(source=remap.source, target=remap.suggestion.target)
        verb = self.tr("check") if remap.only_reads else self.tr("retry")
        self._remapping.begin(Remap(remap.site_id, (edit,), title, seen=False, retry_word=verb))

    def _read_targets(self, detail: "IssueDetail", cause: "CauseView") -> None:
        self._tasks.start(
            "Read targets",
            self._workbench.mappings.choice(detail.row.id, cause.mapping_kind, cause.mapping_source),
            key="repair",
            done=self._open_chooser,
        )

    def _open_chooser(self, choice: "TargetChoice") -> None:
        from sync_desktop.ui.issues.chooser import ChooserDialog

        dialog = ChooserDialog(choice, self._theme, self._window)
        dialog.target_chosen.connect(partial(self._save_mapping, choice))
        dialog.more_asked.connect(partial(self._find_more, choice, dialog))
        dialog.open()

    def _find_more(self, choice: "TargetChoice", dialog: "ChooserDialog", text: str) -> None:
        work = self._workbench.mappings.find_targets(choice.site_id, choice.kind, text)
        self._tasks.start("Search targets", work, key=f"mappings.find {text}", done=dialog.show_more)

    def _save_mapping(self, choice: "TargetChoice", target_id: str, retry: bool) -> None:
        self._tasks.start(
            "Save a mapping",
            self._workbench.mappings.set(choice.site_id, choice.kind, choice.source_id, target_id),
            key="save",
            done=partial(self._end_mapping, choice.waiting_issue_ids if retry else (), choice.source_name),
        )

    def _end_mapping(self, waiting: tuple[int, ...], source: str, _nothing: None) -> None:
        self._notifier.info(
            self.tr("Mapping saved here for {source}. Salesbuildr keeps its own copy.").format(source=source)
        )
        if waiting:
            self._actions.retry(waiting)

    def _read_candidates(self, detail: "IssueDetail", cause: "CauseView") -> None:
        kind = RecordKind(cause.record_kind) if cause.record_kind else detail.row.kind
        self._tasks.start(
            "Read candidates",
            self._workbench.links.choice(detail.row.site_id, kind, cause.record_id),
            key="repair",
            done=self._open_links,
        )

    def _open_links(self, choice: "LinkChoice") -> None:
        from sync_desktop.ui.issues.link_dialog import LinkDialog

        dialog = LinkDialog(choice, self._theme, self._window)
        dialog.link_chosen.connect(partial(self._link, choice))
        dialog.unlink_chosen.connect(partial(self._unlink, choice))
        dialog.create_chosen.connect(partial(self._create, choice))
        dialog.open_asked.connect(self.open_url)
        dialog.open()

    def _link(self, choice: "LinkChoice", entity: str, external_id: str) -> None:
        self._tasks.start(
            "Link a record",
            self._workbench.links.link(choice.site_id, choice.kind, choice.record_id, entity, external_id),
            key="save",
            done=partial(
                self._tell, self.tr("{record} is linked to #{id} now.").format(record=choice.record, id=external_id)
            ),
        )

    def _unlink(self, choice: "LinkChoice") -> None:
        self._tasks.start(
            "Unlink a record",
            self._workbench.links.unlink(choice.site_id, choice.kind, choice.record_id),
            key="save",
            done=partial(self._tell, self.tr("{record} is not linked any more.").format(record=choice.record)),
        )

    def _create(self, choice: "LinkChoice") -> None:
        self._tasks.start(
            f"Create {choice.record}",
            self._workbench.links.create_anew(choice.site_id, choice.kind, choice.record_id),
            key="save",
            done=self._actions.tell_result,
        )

    def _ask_about_lines(self, detail: "IssueDetail", cause: "CauseView") -> None:
        from sync_desktop.ui.issues.small_dialogs import LinesDialog

        dialog = LinesDialog(detail.row.record, self._window)
        dialog.decided.connect(partial(self._decide_lines, detail.row.site_id, cause.record_id))
        dialog.open()

    def _decide_lines(self, site_id: str, quote_id: str, decision: str) -> None:
        self._tasks.start(
            "Decide on lines",
            self._workbench.links.decide_lines(site_id, quote_id, decision),
            key="save",
            done=partial(self._tell, self.tr("Saved. The next retry goes by it.")),
        )

    def decide_fields(self, detail: "IssueDetail", psa_label: str) -> None:
        """Ask whose value counts where both sides changed a field."""
        from sync_desktop.ui.issues.fields_dialog import FieldsDialog

        dialog = FieldsDialog(detail.row.record, detail.conflicts, psa_label, self._window)
        dialog.decided.connect(partial(self._save_fields, detail.row.site_id))
        dialog.open()

    def _save_fields(self, site_id: str, decisions: "tuple[tuple[ConflictView, str], ...]") -> None:
        self._tasks.start(
            "Decide on fields",
            self._keep_fields(site_id, decisions),
            key="save",
            done=partial(self._tell, self.tr("Saved. The next retry goes by it.")),
        )

    async def _keep_fields(self, site_id: str, decisions: "tuple[tuple[ConflictView, str], ...]") -> None:
        for conflict, side in decisions:
            await self._workbench.links.decide_field(site_id, conflict, side)

    def _ask_about_won(self, detail: "IssueDetail", cause: "CauseView", title: str, said: str) -> None:
        from sync_desktop.ui.dialogs import Question

        dialog = Question(
            title,
            (
                said.format(record=detail.row.record),
                self.tr("Nothing is sent now. The next retry of this quote writes to it all the same."),
            ),
            self.tr("Allow for this quote"),
            "won",
            self._window,
        )
        dialog.accepted.connect(partial(self._confirm_won, detail.row.site_id, cause.record_id))
        dialog.open()

    def _confirm_won(self, site_id: str, quote_id: str) -> None:
        self._tasks.start(
            "Confirm a won opportunity",
            self._workbench.links.confirm_won(site_id, quote_id),
            key="save",
            done=partial(self._tell, self.tr("Allowed. Retry the quote when you are ready.")),
        )

    def _tell(self, text: str, _nothing: None) -> None:
        self._notifier.info(text)
