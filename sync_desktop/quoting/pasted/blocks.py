"""Reads issues out of plain text: one in a line, or one in a few lines as a browser copies the cells of a table."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sync_desktop.domain.words import RecordKind
from sync_desktop.quoting.pasted.shapes import IssueLine, KeptLine, Recognised
from sync_desktop.quoting.pasted.words import (
    is_button,
    is_number,
    is_time,
    kind_of,
    leading_kind,
    number_in,
    psa_of,
    without_bullet,
)

_CONTEXT = 6
"""More lines than this in front of a message are no cells of its row."""
_LONGEST_NAME = 120
_SEPARATORS = (" - ", " – ", " — ", ": ", " | ", " · ")


@dataclass(slots=True)
class _Block:
    """What belongs to one issue so far."""

    before: list[tuple[int, str]] = field(default_factory=list)
    message: str = ""
    after: list[tuple[int, str]] = field(default_factory=list)
    at: int = 0

    @property
    def lines(self) -> list[tuple[int, str]]:
        return [*self.before, *([(self.at, self.message)] if self.message else []), *self.after]


@dataclass(frozen=True, slots=True)
class _Inline:
    """What a line says beside its message."""

    kind: RecordKind | None
    message: str
    record: str
    company: str


class BlockReader:
    """Takes numbered lines and sorts them into issues and lines that are kept."""

    def __init__(self, recognised: Recognised) -> None:
        self._recognised = recognised
        self._block = _Block()
        self._leads = False
        """Whether what is said of an issue stands in front of its message, as the first one showed."""
        self.issues: list[IssueLine] = []
        self.kept: list[KeptLine] = []

    def read(self, lines: Iterable[tuple[int, str]]) -> None:
        """Read all lines."""
        for number, line in lines:
            self._take(number, line)
        self._end()

    def _take(self, number: int, line: str) -> None:
        text = without_bullet(line)
        block = self._block
        if not text:
            if block.message or len(block.before) > _CONTEXT:
                self._end()
        elif self._recognised(text):
            if block.message:
                self._end()
            if not self.issues:
                self._leads = bool(self._block.before)
            self._block.message, self._block.at = text, number
        elif kind_of(text) is not None:
            before = [said for _, said in block.before]
            if block.message or any(map(kind_of, before)) or not any(map(number_in, before)):
                self._end()
            self._block.before.append((number, text))
        elif block.message and not (self._leads and _begins(text)):
            block.after.append((number, text))
        elif block.message:
            self._end()
            self._block.before.append((number, text))
        else:
            block.before.append((number, text))

    def _end(self) -> None:
        """End an issue. A block that begins with a kind has a message even where no rule knows it."""
        block, self._block = self._block, _Block()
        if not block.message and not _promote(block):
            self.kept += [KeptLine(number, text) for number, text in block.before]
            return
        far = len(block.before) - _CONTEXT
        if far > 0:
            self.kept += [KeptLine(number, text) for number, text in block.before[:far]]
            del block.before[:far]
        self.issues.append(self._issue(block))

    def _issue(self, block: _Block) -> IssueLine:
        lines = block.lines
        said = [text for _, text in (*block.before, *block.after) if not is_button(text)]
        kind = next((found for text in said if (found := kind_of(text))), None)
        time = next((text for text in said if is_time(text)), "")
        psa = next((named.value for text in said if (named := psa_of(text))), "")
        names = [text for text in said if kind_of(text) is None and not is_time(text) and psa_of(text) is None]
        record = next((text for text in names if is_number(text)), names[0] if names else "")
        inline = self._inline(block.message)
        company = next((text for text in names if text != record), inline.company)
        return IssueLine(
            line=lines[0][0],
            text="\n".join(text for _, text in lines),
            message=inline.message,
            kind=kind or inline.kind,
            record=record or inline.record,
            company=company,
            time=time,
            psa=psa,
        )

    def _inline(self, text: str) -> _Inline:
        """Take a line apart that says all of it: "Quote Q-2071 - Contoso: BillingCode does not exist ..."."""
        kind, rest = leading_kind(text)
        names: list[str] = []
        while (cut := self._cut(rest, told=bool(kind or names))) is not None:
            name, rest = cut
            names.append(name)
        if not names and kind is not None:
            return _Inline(kind, text, number_in(rest), "")  # "Contact has no external identifier" is a message
        record = next((name for name in names if number_in(name)), names[0] if names else number_in(text))
        company = next((name for name in names if name != record), "")
        return _Inline(kind, rest, number_in(record) or record, company)

    def _cut(self, text: str, *, told: bool) -> tuple[str, str] | None:
        """Cut a name off the front of a message, where what is left is still one."""
        cuts = [(text.find(separator), separator) for separator in _SEPARATORS if separator in text]
        for at, separator in sorted(cuts):
            head, tail = text[:at].strip(), text[at + len(separator) :].strip()
            if 0 < len(head) <= _LONGEST_NAME and self._recognised(tail) and (told or not self._recognised(head)):
                return head, tail
        return None


def _begins(text: str) -> bool:
    """Say whether a line behind a message is the start of the next issue, not the end of this one."""
    return not (is_time(text) or is_button(text) or psa_of(text) is not None)


def _promote(block: _Block) -> bool:
    """Take the last sentence of a block that begins with a kind for its message."""
    if not block.before or kind_of(block.before[0][1]) is None:
        return False
    said = [each for each in block.before[1:] if _begins(each[1]) and len(each[1].split()) >= 3]
    if not said or len(block.before) > _CONTEXT + 2:
        return False
    at = block.before.index(said[-1])
    block.at, block.message = said[-1]
    block.before, block.after = block.before[:at], block.before[at + 1 :]
    return True
