"""Reads issues out of plain text: one in a line, or one in a few lines as a browser copies the cells of a table."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sync_desktop.quoting.pasted.inline import Inline, take_apart
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
_LONGEST_NUMBER = 16
"""Letters at the front of a line in which a number makes it a record's."""


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


class BlockReader:
    """Takes numbered lines and sorts them into issues and lines that are kept."""

    def __init__(self, recognised: Recognised) -> None:
        self._recognised = recognised
        self._block = _Block()
        self._leads = False
        """Whether what is said of an issue stands in front of its message, as the first one showed."""
        self._alone = False
        """Whether most lines are messages, so that names of records do not stand in lines of their own."""
        self.issues: list[IssueLine] = []
        self.kept: list[KeptLine] = []

    def read(self, lines: Iterable[tuple[int, str]]) -> None:
        """Read all lines."""
        numbered = list(lines)
        said = [text for _, line in numbered if (text := without_bullet(line))]
        messages = sum(map(self._recognised, said))
        self._alone = messages > sum(_names_something(text) and not self._recognised(text) for text in said)
        for number, line in numbered:
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
        elif self._alone and _names_something(text):
            self._end()
            self.kept.append(KeptLine(number, text))
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
        inline = take_apart(block.message, self._recognised)
        before = [text for _, text in block.before]
        if inline.whole and not any(kind_of(text) or number_in(text) for text in before):
            self.kept += [KeptLine(number, text) for number, text in block.before]
            block.before.clear()
        self.issues.append(_issue(block, inline))


def _names_something(text: str) -> bool:
    """Say whether a line may be a record's or a company's name: it is none of what is known by its looks."""
    known = is_time(text) or is_button(text) or psa_of(text) is not None or kind_of(text) is not None
    return not known and not is_number(text) and not number_in(leading_kind(text)[1][:_LONGEST_NUMBER])


def _issue(block: _Block, inline: Inline) -> IssueLine:
    lines = block.lines
    said = [text for _, text in (*block.before, *block.after) if not is_button(text)]
    kind = next((found for text in said if (found := kind_of(text))), None)
    time = next((text for text in said if is_time(text)), inline.time)
    psa = next((named.value for text in said if (named := psa_of(text))), "")
    names = [text for text in said if kind_of(text) is None and not is_time(text) and psa_of(text) is None]
    record = next((text for text in names if is_number(text)), names[0] if names else "")
    company = next((text for text in names if text != record), inline.company)
    leading, rest = leading_kind(record)
    return IssueLine(
        line=lines[0][0],
        text="\n".join(text for _, text in lines),
        message=inline.message,
        kind=kind or leading or inline.kind,
        record=(rest if leading and rest else record) or inline.record,
        company=company,
        time=time,
        psa=psa,
    )


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
