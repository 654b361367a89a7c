"""Finds a table in what was pasted: a web page's, a spreadsheet's, one drawn with signs."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from sync_desktop.quoting.pasted.shapes import Recognised

_DELIMITERS = ("\t", ";", ",", "|")
_SAME_WIDTH = 0.8
"""Share of the rows that have to have as many cells as most have: notes above or below a table do no harm."""
_MARKUP = re.compile(r"<(?:!doctype|html|body|table|tr|div|ul|p)\b", re.IGNORECASE)
_RULE_LINE = re.compile(r"^[\s|+:\-=─━┌┐└┘├┤┬┴┼╭╮╰╯═╔╗╚╝╠╣╦╩╬]+$")
_BLOCKS = frozenset(
    {"p", "div", "li", "ul", "ol", "br", "hr", "section", "article", "header", "footer", "dt", "dd", "button", "option"}
    | {f"h{level}" for level in range(1, 7)}
)
_SILENT = frozenset({"script", "style", "template", "noscript", "svg", "head"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: where it begins, its cells, and the row as it was pasted."""

    line: int
    cells: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page shows, in its order: rows of tables, and lines of text outside of them as rows of one cell."""

    rows: tuple[Row, ...]


def is_web_page(text: str) -> bool:
    """Say whether a text is HTML rather than words that hold a sign or two of it."""
    return _MARKUP.search(text[:20_000]) is not None and "</" in text


def read_page(text: str) -> Page:
    """Return what a web page shows; a page that is cut off or badly made is read as far as it goes."""
    reader = _PageReader()
    reader.feed(text)
    reader.close()
    reader.end_of_line()
    return Page(tuple(reader.rows))


class _PageReader(HTMLParser):
    """Collects cells and lines. A table within a cell is text of that cell, as pages made for looks have it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self._cells: list[str] | None = None
        self._in_cell = False
        self._began = 1
        self._text: list[str] = []
        self._silent = 0
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self.end_of_line()
            self._depth += 1
        elif tag == "tr" and self._depth <= 1:
            self._end_row()
            self.end_of_line()
            self._cells, self._began = [], self.getpos()[0]
        elif tag in ("td", "th") and self._depth <= 1:
            self._end_cell()
            self._text.clear()
            self._in_cell = self._cells is not None
        elif tag in _BLOCKS:
            self._text.append(" ")
            self.end_of_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "table":
            if self._depth <= 1:
                self._end_row()
            self._depth = max(0, self._depth - 1)
        elif tag == "tr" and self._depth <= 1:
            self._end_row()
        elif tag in ("td", "th") and self._depth <= 1:
            self._end_cell()
        elif tag in _BLOCKS:
            self._text.append(" ")
            self.end_of_line()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def end_of_line(self) -> None:
        """End a line of text outside of tables."""
        if self._cells is not None:
            return
        line = _one_line("".join(self._text))
        self._text.clear()
        if line:
            self.rows.append(Row(self.getpos()[0], (line,), line))

    def _end_cell(self) -> None:
        if self._in_cell and self._cells is not None:
            self._cells.append(_one_line("".join(self._text)))
            self._text.clear()
        self._in_cell = False

    def _end_row(self) -> None:
        if self._cells is None:
            return
        self._end_cell()
        cells, self._cells = tuple(self._cells), None
        self._text.clear()
        if any(cells):
            self.rows.append(Row(self._began, cells, " · ".join(cell for cell in cells if cell)))


def drawn_table(text: str) -> list[Row] | None:
    """Return the rows of a Markdown table or one drawn with box signs; None where the text is none."""
    rows: list[Row] = []
    others = 0
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip().replace("│", "|").replace("║", "|").replace("┃", "|")
        if not plain or _RULE_LINE.match(plain):
            continue
        if plain.count("|") >= 2 and (plain.startswith("|") or plain.endswith("|")):
            rows.append(Row(number, tuple(_one_line(cell) for cell in plain.strip("|").split("|")), line))
        else:
            others += 1
    return rows if len(rows) > others else None


def delimited_table(text: str, recognised: Recognised) -> list[Row] | None:
    """Return the rows of a table with separated cells, or None.

    Commas and semicolons stand in sentences too: they separate cells only where that leaves messages whole.
    """
    for delimiter in _DELIMITERS:
        if delimiter not in text or (delimiter == "," and 2 * text.count(", ") > text.count(",")):
            continue  # a comma with a space behind it is one of a sentence
        rows = _delimited(text, delimiter)
        widths = Counter(len(row.cells) for row in rows if any(row.cells))
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        if width < 2 or count < _SAME_WIDTH * sum(widths.values()):
            continue
        if delimiter != "\t" and not _leaves_messages_whole(rows, recognised):
            continue
        return rows
    return None


def _delimited(text: str, delimiter: str) -> list[Row]:
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=delimiter, strict=False)
    rows: list[Row] = []
    done = 0
    try:
        for cells in reader:
            raw = "".join(lines[done : reader.line_num]).rstrip("\r\n")
            if raw.strip():
                rows.append(Row(done + 1, tuple(_one_line(cell) for cell in cells), raw))
            done = reader.line_num
    except csv.Error:  # a cell of more than 128 KiB, which no issue has
        return []
    return rows


def _leaves_messages_whole(rows: list[Row], recognised: Recognised) -> bool:
    if len(rows) < 2:
        return False
    told = [row for row in rows if recognised(row.text)]
    whole = sum(any(recognised(cell) for cell in row.cells) for row in told)
    return 2 * whole >= len(told) and bool(told)


def _one_line(text: str) -> str:
    return " ".join(text.split())
