"""How times, amounts and texts of servers become words on screen. No Qt here."""

from typing import TYPE_CHECKING

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
    from html import escape  # late: it brings a table of two thousand entities, and the first paint has none

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
