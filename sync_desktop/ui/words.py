"""How times, amounts and texts of servers become words on screen. No Qt here."""

from html import escape
from typing import TYPE_CHECKING

from sync_desktop.domain.words import IssueState, Role, Severity
from sync_desktop.ui.tokens import Tone

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def ago(at: "datetime", now: "datetime") -> str:
    """Return how long ago something was: "just now", "2 min ago", "3 h ago", "5 d ago"."""
    seconds = (now - at).total_seconds()
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    return f"{int(seconds // _DAY)} d ago"


def exact(at: "datetime") -> str:
    """Return a moment in the machine's own time zone, to the second."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z").rstrip()


def clock_time(at: "datetime") -> str:
    """Return the time of day in the machine's own time zone."""
    return at.astimezone().strftime("%H:%M:%S")


def money(value: "Decimal | None") -> str:
    """Return an amount: whole ones without cents, none as a dash."""
    if value is None:
        return "–"
    text = f"{abs(value):,.0f}" if value == value.to_integral_value() else f"{abs(value):,.2f}"
    return f"-${text}" if value < 0 else f"${text}"


def rich(text: str) -> str:
    """Return HTML in which `**bold**` is bold, line breaks are kept and everything else is taken literally."""
    parts = escape(text).split("**")
    if len(parts) % 2 == 0:  # an odd marker has no partner: it is an ordinary pair of asterisks
        parts[-2:] = ["**".join(parts[-2:])]
    html = "".join(f"<b>{part}</b>" if place % 2 else part for place, part in enumerate(parts))
    return html.replace("\n", "<br>")


def plain(text: str) -> str:
    """Return the text without its `**` markers, for screen readers and tool tips."""
    return text.replace("**", "")


def counted(count: int, one: str, many: str = "") -> str:
    """Return "1 issue" or "3 issues"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def severity_tone(severity: Severity) -> Tone:
    """Return the colour family of a severity."""
    return {Severity.ERROR: Tone.ERROR, Severity.WARNING: Tone.WARNING, Severity.INFO: Tone.NEUTRAL}[severity]


def state_tone(state: IssueState, severity: Severity, *, running: bool) -> Tone:
    """Return the colour family of a row's badge: what is running is amber, what has cleared is green."""
    if running:
        return Tone.WARNING
    if state is IssueState.CLEARED:
        return Tone.SUCCESS
    return Tone.NEUTRAL if state is IssueState.DISMISSED else severity_tone(severity)


def retry_word(roles: "frozenset[Role]") -> str:
    """Return what the retry button says for sites of these roles: assist sites only read."""
    return "Check again" if roles == {Role.ASSIST} else "Retry"
