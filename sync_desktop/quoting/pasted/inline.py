"""Takes a line apart that says all of an issue: "Quote Q-2071 - Contoso: BillingCode does not exist ..."."""

import re
from dataclasses import dataclass

from sync_desktop.domain.words import RecordKind
from sync_desktop.quoting.pasted.shapes import Recognised
from sync_desktop.quoting.pasted.words import (
    after_number,
    is_time,
    leading_kind,
    leading_time,
    number_in,
    without_quotes,
)

_LONGEST_NAME = 120
_SEPARATORS = (" - ", " – ", " — ", ": ", " | ", " · ")
_LEVEL = re.compile(r"^\[?(?:error|warn(?:ing)?|info|fatal|failed|symptom|message|reason)\]?[\s:|-]+", re.IGNORECASE)
_NAME_AND_COMPANY = re.compile(r"(?P<name>.+?)\s*\((?P<company>[^()]+)\)")


@dataclass(frozen=True, slots=True)
class Inline:
    """What a line says beside its message."""

    kind: RecordKind | None
    message: str
    record: str
    company: str
    time: str = ""
    whole: bool = False
    """Whether names stood in front of the message, so that lines around it need not be about it."""


def take_apart(line: str, recognised: Recognised) -> Inline:
    """Return the message of a line, and what stands in front of it."""
    time, text = leading_time(line)
    text = _LEVEL.sub("", text.replace("**", ""))
    kind, rest = leading_kind(text)
    names: list[str] = []
    while (cut := _cut(rest, recognised, told=bool(kind or names))) is not None:
        name, rest = cut
        names.append(name)
    if not names and (kind or time) and (cut := after_number(rest)) is not None and recognised(cut[1]):
        names, rest = [cut[0]], cut[1]
    if not names:  # "Contact has no external identifier" is a message, though it begins with a kind
        number = number_in(rest)
        return Inline(kind if number else None, without_quotes(text), number, "", time)
    names = [part for name in names for part in _parts(name) if not is_time(part)]
    record = next((name for name in names if number_in(name)), names[0] if names else "")
    company = next((name for name in names if name != record), "")
    return Inline(kind, without_quotes(rest), number_in(record) or record, company, time, whole=True)


def _cut(text: str, recognised: Recognised, *, told: bool) -> tuple[str, str] | None:
    """Cut a name off the front of a message, where what is left is still one."""
    cuts = [(text.find(separator), separator) for separator in _SEPARATORS if separator in text]
    for at, separator in sorted(cuts):
        head, tail = text[:at].strip(), text[at + len(separator) :].strip()
        if 0 < len(head) <= _LONGEST_NAME and recognised(tail) and (told or not recognised(head)):
            return head, tail
    return None


def _parts(name: str) -> tuple[str, ...]:
    """Return a record and, in brackets behind it, its company."""
    found = _NAME_AND_COMPANY.fullmatch(name)
    return (found["name"], found["company"]) if found else (name,)
