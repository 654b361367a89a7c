"""Reads pasted text of any shape: the door of this folder."""

from collections.abc import Sequence

from sync_desktop.domain.failures import UserError
from sync_desktop.quoting.pasted.blocks import BlockReader
from sync_desktop.quoting.pasted.columns import guess, heading_row
from sync_desktop.quoting.pasted.shapes import Column, IssueLine, KeptLine, Layout, Pasted, Recognised, Role
from sync_desktop.quoting.pasted.tables import Row, delimited_table, drawn_table, is_web_page, read_page
from sync_desktop.quoting.pasted.words import is_button, kind_of, leading_kind, number_in, psa_of, without_quotes

LARGEST = 20 * 1024 * 1024
"""Bytes of a file."""
MOST_LINES = 20_000

_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def decode(data: bytes) -> str:
    """Return the text of a saved file: UTF-8, UTF-16 with its mark, or what Windows calls ANSI.

    Raises UserError for a file that is too large, or is no text at all.
    """
    if len(data) > LARGEST:
        raise UserError(f"The file is larger than {LARGEST >> 20} MiB: save only the list of issues, and try again.")
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\x00" in text or text.count("�") > len(text) // 20:
        raise UserError("The file holds no text: save the page as a web page, as CSV or as text, and try again.")
    return text


def read(text: str, recognised: Recognised, roles: Sequence[Role] | None = None) -> Pasted:
    """Sort pasted text into issues and lines that are kept.

    `recognised` says whether a rule knows a text. `roles` are the columns as a person confirmed them, in place of the
    guess. Raises UserError where there is more than this can hold.
    """
    text = text.lstrip("﻿").replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES or len(text) > LARGEST:
        raise UserError(f"That is more than {MOST_LINES:,} lines: paste the list in parts.")
    known = _remembering(recognised)
    if is_web_page(text):
        page = read_page(text)
        wide = [row for row in page.rows if len(row.cells) > 1]
        if any(known(cell) for row in wide for cell in row.cells) or (len(wide) > 1 and roles):
            narrow = [(row.line, row.text) for row in page.rows if len(row.cells) == 1]
            return _table(Layout.WEB_PAGE, wide, known, roles, beside=narrow)
        return _plain(Layout.WEB_PAGE, [(row.line, row.text) for row in page.rows], known)
    table = drawn_table(text) or delimited_table(text, known)
    if table:
        inside = {number for row in table for number in range(row.line, row.line + row.text.count("\n") + 1)}
        beside = [
            (number, line.strip())
            for number, line in enumerate(text.split("\n"), start=1)
            if number not in inside and line.strip() and any(sign.isalnum() for sign in line)
        ]
        return _table(Layout.TABLE, table, known, roles, beside=beside)
    return _plain(Layout.TEXT, list(enumerate(text.split("\n"), start=1)), known)


def _remembering(recognised: Recognised) -> Recognised:
    """Ask once for each text: pages repeat the same few messages."""
    answers: dict[str, bool] = {}

    def known(text: str) -> bool:
        if text not in answers:
            answers[text] = recognised(text)
        return answers[text]

    return known


def _plain(layout: Layout, lines: list[tuple[int, str]], known: Recognised) -> Pasted:
    reader = BlockReader(known)
    reader.read(lines)
    return Pasted(layout, (), tuple(reader.issues), tuple(sorted(reader.kept, key=lambda kept: kept.line)))


def _table(
    layout: Layout,
    rows: list[Row],
    known: Recognised,
    roles: Sequence[Role] | None,
    *,
    beside: list[tuple[int, str]],
) -> Pasted:
    heading = heading_row(rows, known)
    body = rows[1:] if heading else rows
    columns = guess(body, heading, known)
    if roles is not None:
        columns = tuple(
            Column(roles[at] if at < len(roles) else Role.OTHER, column.header, 1.0)
            for at, column in enumerate(columns)
        )
    issues: list[IssueLine] = []
    kept = [KeptLine(number, line) for number, line in beside]
    for row in body:
        issue = _from_row(row, columns)
        if issue.message:
            issues.append(issue)
        else:
            kept.append(KeptLine(row.line, row.text))
    return Pasted(layout, columns, tuple(issues), tuple(sorted(kept, key=lambda line: line.line)))


def _from_row(row: Row, columns: tuple[Column, ...]) -> IssueLine:
    cells = {
        column.role: cell for column, cell in zip(columns, row.cells, strict=False) if column.role is not Role.OTHER
    }
    record = cells.get(Role.RECORD, "")
    leading, rest = leading_kind(record)
    kind = kind_of(cells.get(Role.KIND, "")) or leading
    message = cells.get(Role.MESSAGE, "")
    psa = psa_of(cells.get(Role.PSA, ""))
    return IssueLine(
        line=row.line,
        text=row.text,
        message="" if is_button(message) else without_quotes(message),
        kind=kind,
        record=(rest if leading else record) or number_in(message),
        company=cells.get(Role.COMPANY, ""),
        time=cells.get(Role.TIME, ""),
        psa=psa.value if psa else "",
    )
