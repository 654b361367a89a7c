"""Below the table: what unsaved changes touch, and why the chosen mapping is in the state that it is in."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from sync_desktop.ui.widgets import button, label, rich_label, set_property, set_rich
from sync_desktop.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from sync_desktop.ui.mappings.entries import Entry
    from sync_desktop.ui.mappings.pending import PendingEdits
    from sync_desktop.workbench.mapping_views import Impact, MappingPage, SuggestionView

_MOST_HEIGHT = 260
_MARGIN = 16
_TEXT_WIDTH = 1100


class ChangePanel(QScrollArea):
    """Sentences; as high as they are, up to a limit."""

    copies_asked = Signal()
    """Salesbuildr's own copies should be shown."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, ...] = ()
        self.setObjectName("mappings.panel")
        self.setAccessibleName(self.tr("What is known of the change and of the chosen mapping"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._touches = label("", name="mappings.touches", heading=2, wrap=True)
        self._impact, self._impact_box = _part()
        self._why = label(self.tr("Why"), name="mappings.why_heading", heading=2)
        self._facts, self._facts_box = _part()
        self._copies = button(self.tr("Show the steps to mend Salesbuildr's copy"), "mappings.show_copies", kind="link")
        self._copies.clicked.connect(self.copies_asked)
        content = QWidget()
        self._box = QVBoxLayout(content)
        self._box.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._box.setSpacing(6)
        for widget in (self._touches, self._impact, self._why, self._facts, self._copies):
            self._box.addWidget(widget)
        self._box.addStretch(1)
        self.setWidget(content)

    def show_impact(self, pending: "PendingEdits", impact: "Impact | None", uncounted: str) -> None:
        """Show what edits touch; `impact` is None while that is being counted, `uncounted` says why it could not be."""
        count = len(pending)
        change = self.tr("the change touches") if count == 1 else self.tr("the {count:,} changes touch")
        heading = self.tr("What {change} (not saved yet)").format(change=change.format(count=count))
        self._touches.setText(heading)
        refused = pending.refusals()
        sentences = [self.tr("Not saved. {why}").format(why=why) for why in refused]
        sentences += impact.sentences if impact is not None else (uncounted or self.tr("Being counted …"),)
        _fill(self._impact_box, sentences if count else (), "mappings.impact", bad=len(refused))
        self._touches.setVisible(count > 0)
        self._impact.setVisible(count > 0)
        self._fit()

    def show_chosen(self, page: "MappingPage | None", lines: "Sequence[Entry]") -> None:
        """Show why a mapping is in its state and what is good to know before it is changed."""
        sentences: list[str] = []
        alone = len(lines) == 1 and lines[0].pending is None  # of an edit it is said already what it touches
        if page is not None and alone:
            sentences = self._about(page, lines[0])
        elif len(lines) > 1:
            text = self.tr("{what} are chosen. Enter sets one target for all of them, U uses each one's suggestion.")
            sentences = [text.format(what=counted(len(lines), "mapping"))]
        elif page is not None and page.rows and not lines:
            keys = self.tr("Enter chooses a target, U uses the suggestion, X rejects it; Ctrl+S saves.")
            sentences = [keys]
        self._why.setVisible(alone)
        _fill(self._facts_box, sentences, "mappings.why", bad=0)
        self._facts.setVisible(bool(sentences))
        self._copies.setVisible(len(lines) == 1 and lines[0].row.todo)
        self._fit()

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Fit the height to the lines that the new width makes."""
        super().resizeEvent(event)
        self._fit()

    def _about(self, page: "MappingPage", line: "Entry") -> list[str]:
        row = line.row
        first = f"**{row.source}** → {row.target}: **{row.state_text}**. {row.why}".rstrip()
        known = self.tr("Known from: {origin}.").format(origin=row.known_from)
        if row.inferred:
            known = self.tr("Known from: {origin}, which is inferred; nobody has said so.").format(
                origin=row.known_from
            )
        facts = [known] if row.target_id else []
        facts.append(self.tr("Affects {first}, {then}.").format(first=row.affects[0], then=row.affects[1]))
        if page.valid_when:
            facts.append(self.tr("A target is valid when it is {valid}.").format(valid=page.valid_when))
        if page.hangs_on:
            facts.append(self.tr("What else hangs on it: {what}.").format(what=page.hangs_on))
        return [first, *([self._suggested(row.suggestion)] if row.suggestion else []), " ".join(facts)]

    def _suggested(self, suggestion: "SuggestionView") -> str:
        words = self.tr("Suggested: **{target}**, {evidence}. U uses it, X rejects it.")
        return words.format(target=suggestion.target, evidence=suggestion.evidence)

    def _fit(self) -> None:
        content = self.widget()
        needed = self._box.heightForWidth(self.viewport().width()) if content is not None else 0
        self.setMinimumHeight(min(_MOST_HEIGHT, max(0, needed)))


def _part() -> tuple[QWidget, QVBoxLayout]:
    made = QWidget()
    made.setMaximumWidth(_TEXT_WIDTH)
    box = QVBoxLayout(made)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(4)
    return made, box


def _fill(box: QVBoxLayout, sentences: "Sequence[str]", name: str, *, bad: int) -> None:
    """Show sentences; the first `bad` of them as what went wrong, those without anything bold quieter."""
    while box.count() > len(sentences):
        gone = box.takeAt(box.count() - 1)
        widget = gone.widget() if gone is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
    for place, sentence in enumerate(sentences):
        if place == box.count():
            box.addWidget(rich_label("", name=f"{name}{place}"))
        item = box.itemAt(place)
        shown = item.widget() if item is not None else None
        if isinstance(shown, QLabel):
            _show(shown, sentence, is_bad=place < bad)


def _show(shown: QLabel, sentence: str, *, is_bad: bool) -> None:
    set_rich(shown, sentence)
    set_property(shown, "says", "bad" if is_bad else None)
    set_property(shown, "muted", None if is_bad or "**" in sentence else True)
