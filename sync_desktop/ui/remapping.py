"""Saving changes of mappings, and retrying exactly what they can clear: from the Mappings page and from an issue."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtWidgets import QWidget

    from sync_desktop.ui.context import Context
    from sync_desktop.ui.issues.actions import IssueActions
    from sync_desktop.workbench.mapping_views import Edit, Impact, SaveResult
    from sync_desktop.workbench.ports import Workbench

T = TypeVar("T")
_TASK = "mappings.save"


@dataclass(frozen=True, slots=True)
class Remap:
    """Changes of one site that a person wants saved."""

    site_id: str
    edits: "tuple[Edit, ...]"
    title: str
    """Of the question that is asked first."""
    seen: bool
    """Whether the person has seen already what the changes touch: then less than two retries need no question."""
    retry_word: str
    """ "retry", or "check" at a site that only reads."""
    after: "Callable[[SaveResult], None] | None" = None
    """Called once more with the result, whatever it is."""


class Remapping(QObject):
    """Counts, asks, saves and retries."""

    running_changed = Signal()
    """`running` changed."""
    saved = Signal(object, object)
    """The `Remap` and its `SaveResult`."""

    def __init__(self, workbench: "Workbench", context: "Context", actions: "IssueActions", window: "QWidget") -> None:
        super().__init__(window)
        self._desk = workbench.mappings
        self._issues = workbench.issues
        self._tasks = context.tasks
        self._notifier = context.notifier
        self._actions = actions
        self._window = window

    @property
    def running(self) -> bool:
        """Whether changes are being counted or saved."""
        return self._tasks.is_running(_TASK)

    def begin(self, wanted: Remap) -> bool:
        """Count anew what the changes touch, ask where that is due, then save; False where a save is under way."""
        return self._start("Count what changes touch", self._count(wanted), partial(self._go_on, wanted))

    def save(self, wanted: Remap) -> bool:
        """Save without a retry and without a question."""
        return self._save(wanted, ())

    async def _count(self, wanted: Remap) -> "tuple[Impact, bool]":
        """Return what the changes touch, and whether a retry would pause after its first record."""
        impact = await self._desk.impact(wanted.site_id, wanted.edits)
        if len(impact.retry_ids) < 2:
            return impact, False
        return impact, (await self._issues.preview(impact.retry_ids)).canary_pauses

    def _go_on(self, wanted: Remap, counted_: "tuple[Impact, bool]") -> None:
        impact, pauses = counted_
        if wanted.seen and len(impact.retry_ids) < 2:
            self._save(wanted, impact.retry_ids)
        else:
            self._ask(wanted, impact, pauses=pauses)

    def _ask(self, wanted: Remap, impact: "Impact", *, pauses: bool) -> None:
        from sync_desktop.ui.dialogs import Question
        from sync_desktop.ui.widgets import button

        sentences = list(impact.sentences)
        if pauses:
            sentences.append(self.tr("The first one goes alone; the rest waits until you have seen how it ended."))
        ids = impact.retry_ids
        yes = self.save_words(wanted.retry_word, len(ids)).removesuffix("…")
        dialog = Question(wanted.title, sentences, yes, "remap", self._window)
        if ids:
            only = button(self.tr("Save only"), "remap.save_only", tip=self.tr("Retry nothing now"))
            only.clicked.connect(partial(self._on_save_only_clicked, wanted))
            only.clicked.connect(dialog.reject)
            dialog.add_button(only)
        dialog.accepted.connect(partial(self._save, wanted, ids))
        dialog.open()

    def save_words(self, retry_word: str, count: int) -> str:
        """Return what the button that saves says; it carries the number that will really be tried."""
        if not count:
            return self.tr("Save")
        words = self.tr("Save and {verb} {count:,}").format(verb=retry_word, count=count)
        return f"{words}…" if count > 1 else words

    def _on_save_only_clicked(self, wanted: Remap, *_checked: object) -> None:
        self._save(wanted, ())

    def _save(self, wanted: Remap, retry_ids: tuple[int, ...]) -> bool:
        work = self._desk.save(wanted.site_id, wanted.edits)
        return self._start("Save mappings", work, partial(self._end, wanted, retry_ids))

    def _end(self, wanted: Remap, retry_ids: tuple[int, ...], result: "SaveResult") -> None:
        if result.saved:
            words = self.tr("{count} saved.").format(count=counted(result.saved, "mapping"))
            if result.todos:
                copies = self.tr("Salesbuildr keeps its own copies: {count} to mend there.")
                words = f"{words} {copies.format(count=result.todos)}"
            self._notifier.info(words)
        for refusal in result.refused:
            self._notifier.warning(self.tr("Not saved: {why}").format(why=refusal.sentence))
        self.saved.emit(wanted, result)
        if wanted.after is not None:
            wanted.after(result)
        # Exactly those that the person has seen counted, as far as what was saved can clear them.
        due = [each for each in retry_ids if each in result.retry_ids]
        if len(due) > 1:
            self._actions.retry_confirmed(due)
        elif due:
            self._actions.retry(due)

    def _start(self, name: str, work: "Coroutine[Any, Any, T]", done: "Callable[[T], None]") -> bool:
        started = self._tasks.start(name, work, key=_TASK, done=done, ended=self.running_changed.emit)
        if started:
            self.running_changed.emit()
        else:
            self._notifier.info(self.tr("Mappings are being saved already."))
        return started
