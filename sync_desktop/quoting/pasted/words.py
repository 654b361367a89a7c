"""How single cells and lines of Salesbuildr's pages look: kinds, numbers, times, names of PSAs, buttons."""

import re

from sync_desktop.domain.words import Psa, RecordKind

_KINDS = {
    "quote": RecordKind.QUOTE,
    "quotation": RecordKind.QUOTE,
    "proposal": RecordKind.QUOTE,
    "company": RecordKind.COMPANY,
    "client": RecordKind.COMPANY,
    "contact": RecordKind.CONTACT,
    "opportunity": RecordKind.OPPORTUNITY,
    "product": RecordKind.PRODUCT,
}
_KIND = re.compile(rf"({'|'.join(_KINDS)})s?", re.IGNORECASE)
_LEADING_KIND = re.compile(rf"({'|'.join(_KINDS)})\b[\s:#-]*", re.IGNORECASE)

_NUMBER = re.compile(
    r"\b(?!\d{4}-\d\d-\d\d)(?:[A-Z]{1,4}-?)?\d{2,4}-\d{2,8}\b|\b[A-Z]{1,4}-?\d{3,10}\b|(?<=#)\d{2,10}\b"
)
"""Quote numbers as Salesbuildr's tenants have them: Q10345, QU-2024-118, #10345."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?"
_TIME = re.compile(
    "|".join(
        (
            r"just now|today|yesterday",
            r"(?:about |over |almost )?(?:\d+|an?|one) (?:second|sec|minute|min|hour|day|week|month|year)s? ago",
            rf"(?:(?:today|yesterday),? )?(?:at )?{_CLOCK}",
            r"\d{4}-\d\d-\d\d(?:[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)? ?(?:Z|[+-]\d\d:?\d\d|[ap]m)?)?",
            rf"\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}(?:,? +{_CLOCK})?",
            rf"(?:[a-z]{{3,9}}, )?(?:{_MONTH} \d{{1,2}}|\d{{1,2}}\.? {_MONTH})(?:,? \d{{4}})?(?:,? (?:at )?{_CLOCK})?",
        )
    ),
    re.IGNORECASE,
)
_LEADING_TIME = re.compile(
    r"\[?(\d{4}-\d\d-\d\d[T ]\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)? ?(?:Z|[+-]\d\d:?\d\d)?)\]?[\s:|-]+", re.IGNORECASE
)
_BUTTONS = frozenset(
    {"retry", "dismiss", "investigate", "view", "open", "details", "action", "actions", "edit", "select", "delete"}
    | {"copy", "refresh", "more", "show", "hide", "previous", "next", "first", "last", "search", "filter", "clear"}
    | {"failed", "error", "closed", "new", "status", "issues", "tools", "admin", "all", "load", "further", "..."}
)
_COUNTED = (
    r"(?:showing |rows |page |results? )?\d[\d,.]*(?: ?(?:-|–|to|of|/) ?\d[\d,.]*)*(?: of \d[\d,.]*)?(?: \w+)?"
    r"|(?:rows|items|results) per page:?(?: \d+)?"
)
_PAGE_PART = re.compile(
    rf"(?:{_COUNTED})(?:[ ,·|]+(?:{_COUNTED}))*|(?:psa )?sync (?:issues|errors)|issues\W+salesbuildr", re.IGNORECASE
)
_MAIL_HEADER = re.compile(r"[>\s]*(?:from|sent|to|cc|bcc|date|subject|reply-to|attachments?):\s", re.IGNORECASE)
_SENTENCE_WORDS = 3
_QUOTES = (('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("‘", "’"), ("«", "»"), ("`", "`"))
_BULLET = re.compile(r"^(?:[-*•–▪·]|\d{1,5}[.)])\s+")


def kind_of(text: str) -> RecordKind | None:
    """Return the kind that a cell names and nothing else."""
    found = _KIND.fullmatch(text.strip().rstrip(":"))
    return _KINDS[found[1].lower()] if found else None


def leading_kind(text: str) -> tuple[RecordKind | None, str]:
    """Return the kind that a text begins with, and the rest."""
    found = _LEADING_KIND.match(text)
    return (_KINDS[found[1].lower()], text[found.end() :].strip()) if found else (None, text)


def number_in(text: str) -> str:
    """Return the first thing that looks like a quote's number."""
    found = _NUMBER.search(text)
    return found[0] if found else ""


def after_number(text: str) -> tuple[str, str] | None:
    """Return the number that a text begins with, and the rest; None where it begins with none."""
    found = _NUMBER.match(text.lstrip("# "))
    return (found[0], text.lstrip("# ")[found.end() :].strip()) if found else None


def is_number(text: str) -> bool:
    """Say whether a cell is a quote's number and nothing else."""
    return (
        _NUMBER.fullmatch(text.strip().lstrip("#")) is not None or re.fullmatch(r"#?\d{3,10}", text.strip()) is not None
    )


def is_time(text: str) -> bool:
    """Say whether a cell is a time, exact or told from now."""
    return _TIME.fullmatch(text.strip()) is not None


def leading_time(text: str) -> tuple[str, str]:
    """Return the moment that a line of a log begins with, and the rest."""
    found = _LEADING_TIME.match(text)
    return (found[1].strip(), text[found.end() :].strip()) if found else ("", text)


def psa_of(text: str) -> Psa | None:
    """Return the PSA that a cell names and nothing else."""
    plain = re.sub(r"[^a-z]", "", text.lower())
    names = {"autotask": Psa.AUTOTASK, "datto": Psa.AUTOTASK, "autotaskpsa": Psa.AUTOTASK}
    names |= dict.fromkeys(("connectwise", "connectwisemanage", "connectwisepsa", "cwmanage"), Psa.CONNECTWISE)
    names |= dict.fromkeys(("halo", "halopsa"), Psa.HALOPSA)
    return names.get(plain)


def is_button(text: str) -> bool:
    """Say whether a line is a word of the page itself: a button, a heading of a column, a menu."""
    words = [word for word in re.split(r"[\s|/·>]+", text.strip().lower()) if word]
    return bool(words) and all(word in _BUTTONS for word in words)


def is_page_part(text: str) -> bool:
    """Say whether a line that is no issue is furniture of its page: a heading, a button, a count, a greeting."""
    plain = text.strip()
    if is_button(plain) or is_time(plain) or _PAGE_PART.fullmatch(plain) or _MAIL_HEADER.match(plain):
        return True
    return len(plain.split()) < _SENTENCE_WORDS


def without_bullet(text: str) -> str:
    """Return a line without the mark of a list in front."""
    return _BULLET.sub("", text.strip())


def without_quotes(text: str) -> str:
    """Return a message without the quotation marks around all of it."""
    for first, last in _QUOTES:
        inner = text[len(first) : -len(last)]
        if text.startswith(first) and text.endswith(last) and inner.strip() and first not in inner:
            return inner.strip()
    return text
