"""What the Mappings page knows of the workbench: it asks one question of a sort at a time, the newest one last."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from sync_desktop.ui.mappings.pending import PendingEdits
    from sync_desktop.ui.tasks import Tasks
    from sync_desktop.workbench.mapping_views import Impact, MappingPage, MappingsOverview, TodoView
    from sync_desktop.workbench.ports import MappingsPageDesk

Ask = Callable[[], Coroutine[Any, Any, Any]]


class Known(QObject):
    """The latest answers; an answer to a question that is not asked any more is dropped."""

    changed = Signal(str)
    """What was answered, or could not be: `overview`, `page`, `todos` or `impact`."""

    def __init__(self, desk: "MappingsPageDesk", tasks: "Tasks", parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._wanted: dict[str, Ask] = {}
        self.overview: MappingsOverview | None = None
        self.page: MappingPage | None = None
        self.todos: tuple[TodoView, ...] = ()
        self.impact: Impact | None = None
        self.impact_at = ""
        """The site whose edits `impact` is about, known yet or not."""
        self.failures: dict[str, str] = {}
        """By what was asked and not answered: the sentence that says why."""

    @property
    def failure(self) -> str:
        """Why the list could not be read; empty where it was."""
        return self.failures.get("overview", "") or self.failures.get("page", "")

    def read_overview(self) -> None:
        """Read the kinds and their counts."""
        self._read("overview", self._desk.overview)

    def read_page(self, site_id: str, kind: str, text: str) -> None:
        """Read the mappings of a kind, and Salesbuildr's own copies at the site, those that work by now included."""
        if self.page is not None and (self.page.site_id, self.page.kind) != (site_id, kind):
            self.todos = self.todos if self.page.site_id == site_id else ()
            self.page = None
        self._read("page", partial(self._desk.page, site_id, kind, text=text))
        self._read("todos", partial(self._desk.todos, site_id, closed=True))

    def forget_page(self) -> None:
        """Drop what was shown: its site is not there any more."""
        for what in ("page", "todos"):
            self._wanted.pop(what, None)
            self.failures.pop(what, None)
        self.page, self.todos = None, ()

    def count(self, pending: "PendingEdits") -> None:
        """Count what edits touch."""
        if len(pending):
            self._read("impact", partial(self._desk.impact, pending.site_id, pending.edits()))

    def forget_impact(self, site_id: str) -> None:
        """Drop what edits touched: they are other ones now, or those of another site."""
        self.impact_at = site_id
        self._wanted.pop("impact", None)
        self.impact = None
        self.failures.pop("impact", None)

    def _read(self, what: str, ask: Ask) -> None:
        self._wanted[what] = ask
        self._start(what, ask)

    def _start(self, what: str, ask: Ask) -> None:
        """Ask, unless the same sort of question is being asked; then the newest one follows it."""
        key = f"mappings.{what}"
        if not self._tasks.is_running(key):
            self._tasks.start(
                f"Read mappings: {what}",
                ask(),
                key=key,
                done=partial(self._answer, what, ask),
                failed=partial(self._fail, what, ask),
                ended=partial(self._next, what, ask),
            )

    def _answer(self, what: str, asked: Ask, answer: object) -> None:
        if self._wanted.get(what) is asked:
            del self._wanted[what]
            setattr(self, what, answer)
            self.failures.pop(what, None)
            if what == "page" and self.page is not None and self.overview is not None:
                self.overview = self.overview.with_site(self.page.site)  # read before that of all sites is
            self.changed.emit(what)

    def _fail(self, what: str, asked: Ask, sentence: str) -> None:
        if self._wanted.get(what) is asked:
            del self._wanted[what]
            self.failures[what] = sentence
            self.changed.emit(what)

    def _next(self, what: str, asked: Ask) -> None:
        ask = self._wanted.get(what)
        if ask is asked:  # it ended without an answer: it crashed, or was cancelled
            del self._wanted[what]
        elif ask is not None:
            self._start(what, ask)
