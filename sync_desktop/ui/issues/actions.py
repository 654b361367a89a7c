"""What can be done about issues: each action asks the workbench through the task runner and says how it ended."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from sync_desktop.domain.words import Outcome
from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sync_desktop.ui.notifier import Notifier
    from sync_desktop.ui.tasks import Tasks
    from sync_desktop.workbench.ports import Workbench
    from sync_desktop.workbench.views import (
        ExchangeView,
        IssueRow,
        RetryPreview,
        RunResult,
    )

_GOOD = frozenset({Outcome.WRITTEN.value, Outcome.IN_STEP.value, Outcome.READY.value})


class IssueActions(QObject):
    """The verbs of the Issues page."""

    running_changed = Signal()
    """`running` changed."""

    def __init__(
        self,
        workbench: "Workbench",
        tasks: "Tasks",
        notifier: "Notifier",
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workbench = workbench
        self._tasks = tasks
        self._notifier = notifier
        self._window = window
        self.running: set[int] = set()
        self._known: dict[int, IssueRow] = {}
        self.retry_word = self.tr("Retry")
        """Retry, or Check again where every site only reads."""

    def know(self, rows: "Iterable[IssueRow]") -> None:
        """Remember rows, for their names and whether they run."""
        self._known = {row.id: row for row in rows}

    def name(self, issue_id: int) -> str:
        """Return what an issue is called in a sentence."""
        row = self._known.get(issue_id)
        return row.record if row is not None else self.tr("The record")

    # retry

    def retry(self, issue_ids: "Sequence[int]") -> None:
        """Retry one issue at once, several after a counted preview. Those that run already are refused in words."""
        free = [each for each in issue_ids if not self._runs(each)]
        busy = [each for each in issue_ids if self._runs(each)]
        if len(busy) == 1:
            self._notifier.info(self.tr("{record} is already synchronizing.").format(record=self.name(busy[0])))
        elif busy:
            self._notifier.info(self.tr("{count:,} of these are already synchronizing.").format(count=len(busy)))
        self._begin(free)

    def _begin(self, ids: "Sequence[int]", refused: "Callable[[], None] | None" = None) -> None:
        """Begin a retry: of one issue at once, of several with their preview; `refused` is called where that is."""
        if len(ids) == 1:
            self._start_retry(list(ids), confirmed=False)
        elif ids:
            self._ask_first(list(ids), refused)

    def retry_confirmed(self, issue_ids: "Sequence[int]") -> None:
        """Retry issues whose counted preview was accepted already."""
        free = [each for each in issue_ids if not self._runs(each)]
        if free:
            self._start_retry(free, confirmed=True)

    def _runs(self, issue_id: int) -> bool:
        row = self._known.get(issue_id)
        return issue_id in self.running or (row is not None and row.running)

    def _show_preview(self, ids: "list[int]", refused: "Callable[[], None] | None", preview: "RetryPreview") -> None:
        from sync_desktop.ui.dialogs import Question

        title = self.tr("{word}: {count}").format(word=self.retry_word, count=counted(len(ids), "issue"))
        told = [each if each.endswith(".") else f"{each}." for each in preview.sentences]
        sentences = [self.tr("**{count:,}** will be tried.").format(count=preview.will_try), *told]
        if preview.canary_pauses:
            sentences.append(self.tr("The first one goes alone; the rest waits until you have seen how it ended."))
        yes = f"{self.retry_word} {preview.will_try:,}"
        dialog = Question(title, sentences, yes, "preview", self._window)
        dialog.yes.setEnabled(preview.will_try > 0)
        dialog.accepted.connect(partial(self._start_retry, ids, confirmed=True))
        if refused is not None:
            dialog.rejected.connect(refused)
        dialog.open()

    def _start_retry(self, ids: "list[int]", *, confirmed: bool) -> None:
        self.running.update(ids)
        self.running_changed.emit()
        self._tasks.start(
            f"Retry {counted(len(ids), 'issue')}",
            self._workbench.issues.retry(ids, confirmed=confirmed),
            done=partial(self._retried, ids),
            ended=partial(self._end_retry, ids),
        )

    def _retried(self, ids: "list[int]", result: "RunResult") -> None:
        if result.needs_preview:
            self._ask_first(ids)
        else:
            self.tell_result(result)

    def _ask_first(self, ids: "list[int]", refused: "Callable[[], None] | None" = None) -> None:
        self._tasks.start(
            "Count what a retry would do",
            self._workbench.issues.preview(ids),
            key="preview",
            done=partial(self._show_preview, ids, refused),
        )

    def _end_retry(self, ids: "list[int]") -> None:
        self.running.difference_update(ids)
        self.running_changed.emit()

    def tell_result(self, result: "RunResult") -> None:
        """Say how a run ended, in the workbench's own words; what did not arrive is never said like a success."""
        for sentence in result.refused:
            if sentence not in result.pause:
                self._notifier.warning(sentence)
        if result.pause:
            self._tell_pause(result)
            return
        if not result.text:
            return
        good = all(not count or outcome in _GOOD for outcome, count in result.by_outcome.items())
        (self._notifier.info if good and not result.cancelled else self._notifier.warning)(result.text)

    def _tell_pause(self, result: "RunResult") -> None:
        """Say why a run did not go on, until it is put away, and offer to go on with what was not tried."""
        done = result.text if result.by_outcome else ""  # that nothing was tried, the rest says better
        text = " ".join(each if each.endswith(".") else f"{each}." for each in (done, *result.pause) if each)
        if result.rest:
            word = self.tr("{word} the other {count:,}…").format(word=self.retry_word, count=len(result.rest))
            again = partial(self._tell_pause, result)  # offered until it is put away, not until it was looked at
            self._notifier.offer(text, word, partial(self._begin, result.rest, again))
        else:
            self._notifier.error(text)

    # dismiss

    def dismiss(self, issue_ids: "Sequence[int]") -> None:
        """Dismiss at once and offer to take it back."""
        ids = tuple(issue_ids)
        if ids:
            self._tasks.start(
                "Dismiss",
                self._workbench.issues.dismiss(ids),
                key="dismiss",
                done=partial(self._tell_dismissed, self._called(ids), ids),
            )

    def restore(self, issue_ids: "Sequence[int]", called: str = "") -> None:
        """Take dismissals back; `called` is what the issues are called where they may not be listed any more."""
        ids = tuple(issue_ids)
        if ids:
            text = self.tr("{what} is open again.") if len(ids) == 1 else self.tr("{what} are open again.")
            told = partial(self._tell, text.format(what=called or self._called(ids)))
            self._tasks.start("Restore", self._workbench.issues.restore(ids), done=told)

    def _called(self, ids: tuple[int, ...]) -> str:
        return self.name(ids[0]) if len(ids) == 1 else counted(len(ids), "issue")

    def _tell_dismissed(self, what: str, ids: tuple[int, ...], _nothing: None) -> None:
        text = self.tr("Dismissed here: {what}. Nothing changed in the PSA.").format(what=what)
        self._notifier.undoable(text, partial(self.restore, ids, what))

    def _tell(self, text: str, _nothing: object) -> None:
        self._notifier.info(text)

    # looking closer

    def copy_details(self, issue_id: int) -> None:
        """Put what support needs on the clipboard."""
        self._tasks.start("Copy details", self._workbench.issues.details_text(issue_id), done=self._copy)

    def show_exchanges(self, attempt_id: int) -> None:
        """Show the requests of an attempt."""
        self._tasks.start(
            "Read the requests of an attempt",
            self._workbench.issues.exchanges(attempt_id),
            key="exchanges",
            done=self._open_exchanges,
        )

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._notifier.info(self.tr("The details are on the clipboard."))

    def _open_exchanges(self, exchanges: "tuple[ExchangeView, ...]") -> None:
        from sync_desktop.ui.issues.small_dialogs import ExchangesDialog

        ExchangesDialog(exchanges, self._window).open()
