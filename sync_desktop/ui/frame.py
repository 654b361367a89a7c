"""The frame around the pages: the band on top, the rail at the left, the status bar below."""

import math
import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import ElidedLabel, badge, button, label
from sync_desktop.ui.words import ago, counted, exact

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtGui import QResizeEvent

    from sync_desktop.workbench.views import Progress, SiteBand, Wait

RAIL_WIDTH = 172
BAND_HEIGHT = 32
STATUS_HEIGHT = 30
_NAMED_SITES = 3


class Band(QFrame):
    """Names the sites with their role, and says how old the data is."""

    site_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("frame_part", "band")
        self.setFixedHeight(BAND_HEIGHT)
        self.setAccessibleName(self.tr("Sites"))
        self._sites = QHBoxLayout()
        self._sites.setSpacing(6)
        self._age = ElidedLabel("band.age", muted=True)
        self._age.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._read: tuple[SiteBand, ...] = ()
        self._alone = ""
        self._note: Callable[[datetime], str] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(12)
        row.addLayout(self._sites)
        row.addWidget(self._age, 1)

    def show_sites(self, sites: "tuple[SiteBand, ...]", now: "datetime") -> None:
        """Show the sites; from the fourth on only how many more there are."""
        if sites != self._read:
            self._read = sites
            self._rebuild()
        self.show_ages(now)

    def show_page(self, site_id: str, note: "Callable[[datetime], str] | None", now: "datetime") -> None:
        """Show only the site that a page is about, and what the page says in place of ages; neither: all, and ages."""
        if site_id != self._alone:
            self._alone = site_id
            self._rebuild()
        self._note = note
        self.show_ages(now)

    def show_ages(self, now: "datetime") -> None:
        """Say how old the oldest data is, or what the page says."""
        if self._note is not None:
            self._age.show_text(self._note(now))
            return
        parts = []
        for words, times in (
            (self.tr("Quotes read {ago}"), [site.quotes_read_at for site in self._read]),
            (self.tr("PSA lists read {ago}"), [site.lists_read_at for site in self._read]),
        ):
            known = [time for time in times if time is not None]
            if known:
                parts.append(words.format(ago=ago(min(known), now)))
        self._age.show_text(" · ".join(parts))
        read = [f"{site.name}: {exact(site.quotes_read_at)}" for site in self._read if site.quotes_read_at]
        if read:
            self._age.setToolTip("\n".join(read))

    def _rebuild(self) -> None:
        sites = tuple(site for site in self._read if site.id == self._alone) or self._read
        while (item := self._sites.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for site in sites[:_NAMED_SITES]:
            self._add_site(site)
        if len(sites) > _NAMED_SITES:
            self._sites.addWidget(label(f"+{len(sites) - _NAMED_SITES}", name="band.more", muted=True))

    def _add_site(self, site: "SiteBand") -> None:
        from sync_desktop.domain.words import Role  # late: the first paint has no sites

        name = label(site.name, name=f"band.site.{site.id}")
        bold = name.font()
        bold.setWeight(bold.Weight.DemiBold)
        name.setFont(bold)
        writes = site.role is Role.WRITE
        look = Tone.WARNING if site.practice else "writes" if writes else Tone.NEUTRAL
        for widget in (
            name,
            label(f"· {site.psa_label} ·", muted=True),
            badge(site.role_label, look, name=f"band.role.{site.id}"),
        ):
            self._sites.addWidget(widget)
        if site.problem:
            problem = button(self.tr("Needs attention"), f"band.problem.{site.id}", kind="link", tip=site.problem)
            problem.clicked.connect(partial(self._on_problem_clicked, site.id))
            self._sites.addWidget(problem)
        self._sites.addSpacing(16)

    def _on_problem_clicked(self, site_id: str, *_checked: object) -> None:
        self.site_asked.emit(site_id)


class RailButton(QPushButton):
    """One page in the rail, with a count of what needs a person."""

    def __init__(self, text: str, name: str, key: str) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setToolTip(key)
        self.setProperty("rail", "page")
        self._text, self._key = text, key
        self._count = QLabel(self)
        self._count.setProperty("rail", "count")
        self._count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._count.hide()

    def show_count(self, count: int, meaning: str) -> None:
        """Show how many need a person, none at zero, and say what is counted: "3 open issues"."""
        self._count.setText(f"{count:,}")
        self._count.setVisible(count > 0)
        self.setAccessibleName(f"{self._text}, {meaning}" if count else self._text)
        self.setToolTip(f"{meaning} ({self._key})" if count else self._key)
        self._place()

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Keep the count at the right."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self._count.adjustSize()
        self._count.move(self.width() - self._count.width() - 10, (self.height() - self._count.height()) // 2)


class Rail(QFrame):
    """The pages that there are."""

    page_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("frame_part", "rail")
        self.setFixedWidth(RAIL_WIDTH)
        self.setAccessibleName(self.tr("Pages"))
        self.buttons: dict[str, RailButton] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 14, 10, 10)
        box.setSpacing(2)
        brand = label(self.tr("Sync Desktop"))
        brand.setProperty("rail", "brand")
        box.addWidget(brand)
        box.addSpacing(14)
        named = (("issues", self.tr("Issues")), ("mappings", self.tr("Mappings")), ("sites", self.tr("Sites")))
        for page, text in named:
            box.addWidget(self._make(page, text))
        box.addStretch(1)
        box.addWidget(self._make("help", self.tr("Help")))

    def show_page(self, page: str) -> None:
        """Mark a page as the one that is shown."""
        self.buttons[page].setChecked(True)

    def _make(self, page: str, text: str) -> RailButton:
        made = RailButton(text, f"rail.{page}", f"Ctrl+{len(self.buttons) + 1}")
        made.clicked.connect(partial(self._on_button_clicked, page))
        self.buttons[page] = made
        return made

    def _on_button_clicked(self, page: str, *_checked: object) -> None:
        self.page_chosen.emit(page)


class StatusBar(QFrame):
    """What runs, how far it is, what it waits for, counted down; and the calls that were spent."""

    cancel_asked = Signal()

    def __init__(self, monotonic: "Callable[[], float]" = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self.setProperty("frame_part", "status")
        self.setFixedHeight(STATUS_HEIGHT)
        self._title = label("", name="status.title", muted=True)
        self._bar = QProgressBar()
        self._bar.setObjectName("status.progress")
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(180)
        self._words = ElidedLabel("status.words", muted=True)
        self._calls = ElidedLabel("status.calls", muted=True)
        self.cancel = button(self.tr("Cancel"), "status.cancel", kind="small", tip=self.tr("Esc"))
        self.cancel.clicked.connect(self._on_cancel_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._bar)
        row.addWidget(self._words)
        row.addWidget(self.cancel)
        row.addStretch(1)
        row.addWidget(self._calls)
        self._idle_words = self._said = ""
        self._wait: Wait | None = None
        self._until = 0.0
        self._seconds = QTimer(self)
        self._seconds.setInterval(1000)
        self._seconds.timeout.connect(self._on_seconds_timeout)
        self._bar.hide()
        self.cancel.hide()

    def show_idle(self, words: str) -> None:
        """Say something while nothing runs."""
        self._idle_words = words
        if self._bar.isHidden():
            self._title.setText(words)

    def show_calls(self, text: str) -> None:
        """Show the calls of the site that is concerned."""
        self._calls.show_text(text)

    def show_progress(self, progress: "Progress") -> None:
        """Show what runs; a total of zero means that it is not known yet."""
        self._title.setText(progress.title if progress.running else self._idle_words)
        self._bar.setRange(0, progress.total)
        self._bar.setValue(min(progress.done, progress.total))
        done = self.tr("{done:,} of {total}").format(done=progress.done, total=counted(progress.total, "record"))
        self._bar.setToolTip(done if progress.total else "")
        self._begin_count(progress)
        for widget in (self._bar, self._words):
            widget.setVisible(progress.running)
        self.cancel.setVisible(progress.running)
        self.cancel.setEnabled(progress.cancellable)

    def _begin_count(self, progress: "Progress") -> None:
        """Count down what is waited for; the same wait, told again with other words, goes on where it was."""
        wait = progress.wait if progress.running else None
        if wait is not None and wait is not self._wait:
            self._until = self._monotonic() + wait.seconds
            self._seconds.start()
        self._wait, self._said = wait, progress.words
        self._on_seconds_timeout()

    @Slot()
    def _on_seconds_timeout(self) -> None:
        left = math.ceil(self._until - self._monotonic())
        if self._wait is None or left <= 0:
            self._seconds.stop()
        waiting = self._wait.words(left) if self._wait is not None and left > 0 else ""
        self._words.show_text(" · ".join(part for part in (self._said, waiting) if part))

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self.cancel.setEnabled(False)
        self.cancel_asked.emit()
