"""How pasted lines and their causes look: words and tones, and the pane about one line."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QRadioButton, QScrollArea, QVBoxLayout, QWidget

from sync_desktop.domain.pasted import Verdict
from sync_desktop.ui.lines import Line
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import label, rich_label
from sync_desktop.ui.words import plain

if TYPE_CHECKING:
    from sync_desktop.workbench.pasted.views import PastedCause, PastedLine, PasteView

NONE = "none"
_TONES = {
    Verdict.FAILURE: Tone.ERROR,
    Verdict.NOT_SYNC: Tone.NEUTRAL,
    Verdict.UNKNOWN: Tone.WARNING,
    Verdict.OTHER_TEXT: Tone.WARNING,
    Verdict.PAGE: Tone.NEUTRAL,
}
_WORDS = {
    Verdict.FAILURE: "Sync failure",
    Verdict.NOT_SYNC: "No sync failure",
    Verdict.UNKNOWN: "Not recognised",
    Verdict.OTHER_TEXT: "Not recognised",
    Verdict.PAGE: "Part of the page",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("PasteSheet", text)


def shown_lines(view: "PasteView", *, matched: bool) -> list[Line]:
    """Return the lines of the preview: first those that are asked about, then as they were pasted."""
    first = sorted(view.lines, key=lambda line: (not line.undecided, line.verdict is Verdict.PAGE, line.line))
    return [_line(line, matched=matched) for line in first]


def _line(line: "PastedLine", *, matched: bool) -> Line:
    said = " ".join((line.message or line.text).split())
    cause = plain(line.title) if line.verdict in (Verdict.FAILURE, Verdict.NOT_SYNC) else said
    record = ""
    if matched and line.verdict.is_issue:
        several = _tr("{count} match").format(count=len(line.candidates))
        record = line.matched.name if line.matched else several if line.undecided else _tr("No record")
    word = _tr("Which record?") if line.undecided else _tr(_WORDS[line.verdict])
    cells = (str(line.line), line.about, cause, *((record,) if matched else ()), word)
    return Line(
        key=str(line.line),
        cells=cells,
        tip=line.text,
        tones={len(cells) - 1: Tone.ACCENT if line.undecided else _TONES[line.verdict]},
    )


class LinePane(QScrollArea):
    """Says of one line what causes it and what to do; asks which record it is about where that are several."""

    chosen = Signal(int, str)
    """The line, and the key of the record that it is about or `none`."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("paste.pane")
        self.setAccessibleName(_tr("About the chosen line"))
        self.setWidgetResizable(True)
        self.setMinimumHeight(150)

    def show_line(self, line: "PastedLine | None", cause: "PastedCause | None", choice: str) -> None:
        """Show another line; `choice` is what a person said of it so far."""
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 4, 8, 4)
        box.setSpacing(6)
        if line is None:
            box.addWidget(label(_tr("Choose a line to see what causes it and what to do."), muted=True))
        else:
            self._fill(box, line, cause, choice)
        box.addStretch(1)
        self.setWidget(body)

    def _fill(self, box: QVBoxLayout, line: "PastedLine", cause: "PastedCause | None", choice: str) -> None:
        if line.candidates:
            self._ask(box, line, choice)
        if line.hint:
            box.addWidget(rich_label(line.hint, name="paste.hint"))
        if cause is None:
            box.addWidget(
                rich_label(_tr("This line is no issue as far as anybody can tell. It is kept with the list."))
            )
            return
        box.addWidget(rich_label(f"**{plain(cause.title)}**", name="paste.cause"))
        box.addWidget(rich_label(cause.why, name="paste.why"))
        for number, step in enumerate(cause.steps, start=1):
            box.addWidget(rich_label(f"{number}. {step}", name=f"paste.step{number}"))

    def _ask(self, box: QVBoxLayout, line: "PastedLine", choice: str) -> None:
        box.addWidget(label(_tr("Which record is this line about?"), name="paste.question", heading=2))
        offered = [
            (each.key, ", ".join(part for part in (each.name, each.company) if part)) for each in line.candidates
        ]
        for place, (key, words) in enumerate([*offered, (NONE, _tr("None of these"))]):
            each = QRadioButton(words)
            each.setObjectName(f"paste.record.{place}")
            each.setToolTip(key if key != NONE else "")
            each.setChecked(key == choice)
            each.toggled.connect(partial(self._on_record_toggled, line.line, key))
            box.addWidget(each)
        box.addSpacing(8)

    def _on_record_toggled(self, line: int, key: str, on: bool) -> None:
        if on:
            self.chosen.emit(line, key)
