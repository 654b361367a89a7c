"""What the times on Salesbuildr's pages mean: exact ones, and those that are told from now.

A page shows the time of whoever looks at it, so that a time without a zone is one of this computer's.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

_UNITS = {
    "sec": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "hou": timedelta(hours=1),
    "day": timedelta(days=1),
    "wee": timedelta(weeks=1),
    "mon": timedelta(days=30),
    "yea": timedelta(days=365),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AGO = re.compile(r"(?:about |over |almost )?(\d+|an?|one) (sec|min|hou|day|wee|mon|yea)[a-z]* ago", re.IGNORECASE)
_CLOCK = re.compile(r"\b(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)? ?(?:([ap])\.?m\b\.?)?", re.IGNORECASE)
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)(?:\b|T)")
_NUMBERS = re.compile(r"\b(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)\b")
_WORDS = re.compile(
    r"\b(?:([a-z]{3})[a-z]*\.? (\d{1,2})|(\d{1,2})\.? ([a-z]{3})[a-z]*\.?)(?:,? (\d{4}))?\b", re.IGNORECASE
)
_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
_SOON = timedelta(minutes=5)
"""Two clocks may differ by so much; what lies further ahead was not understood."""


def day_comes_first(times: Iterable[str]) -> bool | None:
    """Return whether dates such as 03/04/2026 begin with the day, as those of one list show; None where none does."""
    for text in times:
        if found := _NUMBERS.search(text):
            first, second = int(found[1]), int(found[3])
            if found[2] == "." or first > 12 >= second:
                return True
            if second > 12 >= first:
                return False
    return None


def moment_of(text: str, now: datetime, *, day_first: bool | None = None) -> datetime | None:
    """Return the moment that a text tells, in UTC; None where that is not certain, or lies ahead of `now`."""
    plain = " ".join(text.split())
    here = now.astimezone()
    try:
        found = _ago(plain, here) or _exact(plain, here, day_first)
    except (ValueError, OverflowError):  # no such day, or none that a calendar has
        return None
    return found.astimezone(UTC) if found is not None and found <= here + _SOON else None


def _ago(text: str, here: datetime) -> datetime | None:
    if text.casefold() == "just now":
        return here
    found = _AGO.fullmatch(text)
    if found is None:
        return None
    count = int(found[1]) if found[1].isdigit() else 1
    return here - count * _UNITS[found[2].casefold()]


def _exact(text: str, here: datetime, day_first: bool | None) -> datetime | None:
    if _ISO_DATE.match(text) and _ZONE.search(text):
        return datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
    day, clock = _day(text, here, day_first), _clock(text)
    if day is None and (clock is None or _CLOCK.fullmatch(text.removeprefix("at ")) is None):
        return None
    told = datetime.combine(day or here.date(), clock or time()).astimezone()
    if day is None and told > here + _SOON:
        told -= timedelta(days=1)
    return told


def _day(text: str, here: datetime, day_first: bool | None) -> date | None:
    word = text.casefold()
    if word.startswith(("today", "yesterday")):
        return here.date() - timedelta(days=word.startswith("yesterday"))
    if found := _ISO_DATE.match(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.search(text):
        return _day_in_numbers(int(found[1]), int(found[3]), _year(found[4]), day_first)
    return _day_in_words(text, here)


def _day_in_numbers(first: int, second: int, year: int, day_first: bool | None) -> date | None:
    if day_first is None and first != second:
        return None
    return date(year, second, first) if day_first else date(year, first, second)


def _day_in_words(text: str, here: datetime) -> date | None:
    for found in _WORDS.finditer(text):
        name, number = (found[1], found[2]) if found[1] else (found[4], found[3])
        if name.casefold() not in _MONTHS:
            continue
        month, day = _MONTHS.index(name.casefold()) + 1, int(number)
        if found[5]:
            return date(int(found[5]), month, day)
        told = date(here.year, month, day)
        return told if told <= here.date() else date(here.year - 1, month, day)
    return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _clock(text: str) -> time | None:
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, half = int(found[1]), (found[4] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(found[2]), int(found[3] or 0))
