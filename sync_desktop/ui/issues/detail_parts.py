"""The sections of the detail: plain functions that build widgets from views."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sync_desktop.ui.issues.repairs import Mend, offers
from sync_desktop.ui.theme import ROW_PIXELS
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import FlowLayout, RawText, badge, button, label, rich_label
from sync_desktop.ui.words import clock_time, exact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sync_desktop.domain.words import Action
    from sync_desktop.ui.lines import Line, LinesTable
    from sync_desktop.ui.theme import Theme
    from sync_desktop.workbench.mapping_views import RemapView
    from sync_desktop.workbench.views import AttemptView, CauseView, ConflictView, Dependency

    Repair = Action | Mend

_SHOWN_ATTEMPTS = 8
_STATUS = 2
_STEP_INDENT = 26
"""What belongs to a step stands below its text, not below its number."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("DetailPane", text)


def add_section(box: QVBoxLayout, title: str, *widgets: QWidget) -> None:
    """Add widgets under a small heading."""
    box.addSpacing(8)
    box.addWidget(label(title, heading=2))
    for widget in widgets:
        box.addWidget(widget)


def add_cause(box: QVBoxLayout, cause: "CauseView", place: int, on_action: "Callable[[Repair], None] | None") -> None:
    """Add one cause, and how to fix it unless that is done: then `on_action` is None.

    The first is the issue's primary one; the others say first what they are.
    """
    mark = "" if place == 0 else f"{place}."
    if place:
        box.addSpacing(8)
        box.addWidget(label(_tr("Also wrong"), heading=2))
        box.addWidget(rich_label(f"**{cause.title.replace('**', '')}**", name=f"detail.{mark}cause"))
    message = RawText(cause.message, f"detail.{mark}message", _tr("What went wrong, the raw message"))
    add_section(box, _tr("What went wrong"), message)
    why = rich_label(cause.why, name=f"detail.{mark}why")
    about = _recognised(cause)
    add_section(box, _tr("Why"), why)
    if about:
        box.addWidget(label(about, name=f"detail.{mark}matched_on", muted=True, wrap=True))
    offered = offers(cause)
    if on_action is not None and (cause.steps or offered):
        add_section(box, _tr("How to fix"), *_steps(cause, mark, offered, on_action))


def _recognised(cause: "CauseView") -> str:
    """Return what kind of trouble a cause is, and by which words it was recognised."""
    recognised = _tr("recognised by {words}").format(words=cause.matched_on) if cause.matched_on else ""
    words = " · ".join(part for part in (cause.class_label, recognised) if part)
    return words[:1].upper() + words[1:]


def _steps(
    cause: "CauseView", mark: str, offered: "list[tuple[Repair, str]]", on_action: "Callable[[Repair], None]"
) -> list[QWidget]:
    better = next((words for each, words in offered if each is Mend.REMAP), "")
    steps = [_with_suggestion(text, better) for text in cause.steps]
    made: list[QWidget] = [_step(number, text, mark) for number, text in enumerate(steps, start=1)]
    if offered:
        made.insert(1, _repair_buttons(mark, offered, on_action))
    if cause.remap is not None:
        made.insert(1, _suggestion(cause.remap, mark))
    return made


def _with_suggestion(step: str, button_words: str) -> str:
    """Return a step that asks for a mapping with the button before it that takes what is suggested, if there is one."""
    if not button_words:
        return step
    instead = _tr("ress **{button}** to take what is suggested, or **Set mapping** and ")
    return step.replace("ress **Set mapping** and ", instead.format(button=button_words.removesuffix("…")))


def _suggestion(remap: "RemapView", mark: str) -> QWidget:
    words = _tr("Suggested: **{target}** · {evidence}")
    said = words.format(target=remap.suggestion.target, evidence=remap.suggestion.evidence)
    line = rich_label(said, name=f"detail.{mark}suggestion")
    line.setContentsMargins(_STEP_INDENT, 0, 0, 0)
    return line


def _step(number: int, text: str, mark: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    circle = QLabel(str(number))
    circle.setProperty("number", True)
    circle.setFixedSize(18, 18)
    circle.setAlignment(Qt.AlignmentFlag.AlignCenter)
    row.addWidget(circle, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(rich_label(text, name=f"detail.{mark}step{number}"), 1)
    return line


def _repair_buttons(mark: str, offered: "list[tuple[Repair, str]]", on_action: "Callable[[Repair], None]") -> QWidget:
    line = QWidget()
    flow = FlowLayout(gap=8)
    flow.setContentsMargins(_STEP_INDENT, 2, 0, 2)
    line.setLayout(flow)
    for place, (action, words) in enumerate(offered):
        name = f"detail.{mark}fix.{action.name.lower()}"
        made = button(_tr(words), name, primary=place == 0 and not mark)
        made.clicked.connect(partial(_call, on_action, action))
        flow.addWidget(made)
    return line


def _call(on_action: "Callable[[Repair], None]", action: "Repair", *_checked: object) -> None:
    on_action(action)


def conflict_words(conflict: "ConflictView") -> str:
    """Return which field of what a conflict is about."""
    return f"{conflict.about}: {conflict.field}" if conflict.about else conflict.field


def field_value(value: object) -> str:
    """Return a field's value as a sentence shows it."""
    return _tr("nothing") if value in (None, "") else f"“{value}”"


def conflict_lines(
    conflicts: "Sequence[ConflictView]", psa_label: str, on_decide: "Callable[[], None]"
) -> list[QWidget]:
    """Return a line for each field that both sides changed, and the button to decide whose value counts."""
    made: list[QWidget] = []
    text = _tr("{field}: Salesbuildr {ours}, {psa} {theirs}, before that {sent}")
    for place, each in enumerate(conflicts):
        sent, ours, theirs = (field_value(value) for value in (each.sent, each.ours, each.theirs))
        words = text.format(field=conflict_words(each), ours=ours, theirs=theirs, sent=sent, psa=psa_label)
        made.append(label(words, name=f"detail.conflict{place}", wrap=True))
    decide = button(_tr("Decide on fields…"), "detail.decide_fields")
    decide.clicked.connect(on_decide)
    line = QWidget()
    flow = FlowLayout(gap=8)
    flow.setContentsMargins(0, 2, 0, 2)
    line.setLayout(flow)
    flow.addWidget(decide)
    return [*made, line]


def dependency_chips(depends_on: "Sequence[Dependency]") -> QWidget:
    """Return the chain of what the record depends on; what is known to be good or bad says so in its tool tip too."""
    chain = QWidget()
    chain.setObjectName("detail.depends_on")
    flow = FlowLayout(gap=6)
    chain.setLayout(flow)
    for place, dependency in enumerate(depends_on):
        state, tone = {
            True: (_tr("in order"), Tone.SUCCESS),
            False: (_tr("not in order"), Tone.ERROR),
            None: (_tr("not looked at"), Tone.NEUTRAL),
        }[dependency.ok]
        sign = {True: "✓ ", False: "✕ ", None: ""}[dependency.ok]
        chip = badge(f"{sign}{dependency.label}", tone, name=f"detail.depends_on.{place}")
        chip.setToolTip(dependency.detail or f"{dependency.label}: {state}")
        chip.setAccessibleName(f"{dependency.label}: {state}. {dependency.detail}".strip())
        if place:
            flow.addWidget(label("→", muted=True))
        flow.addWidget(chip)
    return chain


def attempts_table(attempts: "Sequence[AttemptView]", theme: "Theme") -> "LinesTable":
    """Return the table of attempts, newest first as given; a click or Enter shows the requests of one."""
    from sync_desktop.ui.lines import LinesTable  # late: the first page has no such table

    headers = (_tr("Time"), _tr("Step"), _tr("Status"), _tr("Took"))
    table = LinesTable(headers, "detail.attempts", _tr("Attempts"), theme)
    table.lines_model.show_lines([_attempt_line(attempt) for attempt in attempts])
    table.horizontalHeader().hide()
    table.stretch(1)
    table.setFixedHeight(ROW_PIXELS * min(len(attempts), _SHOWN_ATTEMPTS) + 2)
    return table


def _attempt_line(attempt: "AttemptView") -> "Line":
    from sync_desktop.ui.lines import Line

    return Line(
        key=str(attempt.id),
        cells=(clock_time(attempt.at), attempt.what, attempt.status or attempt.outcome, f"{attempt.milliseconds:,} ms"),
        tip=f"{exact(attempt.at)} · {attempt.outcome}",
        tones={_STATUS: Tone.SUCCESS if attempt.good else Tone.ERROR},
    )
