"""Full-text search over issues and records: SQLite's FTS5 with trigrams, kept beside the tables.

Every word that is typed has to occur somewhere, as a part of a word too; case and accents do not matter. Words of one
or two letters are shorter than a trigram: they are looked for letter by letter. The index is derived from the tables
and may be made anew from them at any time.
"""

import unicodedata
from collections.abc import Iterable, Mapping

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
)

ISSUES = table("issue_search", column("rowid"), column("text"))
RECORDS = table("record_search", column("rowid"), column("text"))
_FORGET_ISSUE = delete(ISSUES).where(ISSUES.c.rowid == bindparam("issue"))
_ADD_ISSUE, _ADD_RECORDS = insert(ISSUES), insert(RECORDS)

MOST_HITS = 20_000
"""How many hits are looked at, newest rows first, so that two common letters do not read a million rows."""

_TRIGRAM = 3
_LONGEST_PART = 4_000


def create(conn: Connection) -> None:
    """Make the empty indexes."""
    for each in (ISSUES, RECORDS):
        conn.execute(text(f"CREATE VIRTUAL TABLE {each.name} USING fts5(text, tokenize = 'trigram')"))


def put_issue(conn: Connection, issue_id: int, parts: Iterable[str]) -> None:
    """Replace what an issue is found by."""
    conn.execute(_FORGET_ISSUE, {"issue": issue_id})
    conn.execute(_ADD_ISSUE, {"rowid": issue_id, "text": _joined(parts)})


def put_records(conn: Connection, parts_by_row: Mapping[int, Iterable[str]]) -> None:
    """Replace what records are found by; the keys are the rows' own ids in `records`."""
    if not parts_by_row:
        return
    conn.exec_driver_sql("DELETE FROM record_search WHERE rowid = ?", [(row,) for row in parts_by_row])
    conn.execute(_ADD_RECORDS, [{"rowid": row, "text": _joined(parts)} for row, parts in parts_by_row.items()])


def forget(conn: Connection, issue_rows: Select[tuple[int]], record_rows: Select[tuple[int]]) -> None:
    """Remove rows that are about to be deleted from the tables."""
    conn.execute(delete(ISSUES).where(ISSUES.c.rowid.in_(issue_rows)))
    conn.execute(delete(RECORDS).where(RECORDS.c.rowid.in_(record_rows)))


def issue_ids(words: str) -> Select[tuple[int]] | None:
    """Return a query for the ids of the issues that hold all words; None where nothing was typed."""
    return _hits("issue_search", words)


def record_rows(words: str) -> Select[tuple[int]] | None:
    """Return a query for the `records.id` of the records that hold all words; None where nothing was typed."""
    return _hits("record_search", words)


def _hits(name: str, words: str) -> Select[tuple[int]] | None:
    """Return the query for the rows of one index."""
    wanted = fold(words).split()
    if not wanted:
        return None
    index = ISSUES if name == ISSUES.name else RECORDS
    long = [f'"{word.replace(chr(34), chr(34) * 2)}"' for word in wanted if len(word) >= _TRIGRAM]
    conditions = [func.instr(index.c.text, word) > 0 for word in wanted if len(word) < _TRIGRAM]
    if long:
        conditions.insert(0, literal_column(name).op("MATCH")(" ".join(long)))
    rowid: Select[tuple[int]] = select(index.c.rowid)
    return rowid.where(and_(*conditions)).order_by(index.c.rowid.desc()).limit(MOST_HITS)


def fold(words: str) -> str:
    """Return text without case, accents and the marks of bold names."""
    letters = unicodedata.normalize("NFKD", words.replace("**", "").casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _joined(parts: Iterable[str]) -> str:
    """Return the text that stands in the index."""
    return "\n".join(fold(part[:_LONGEST_PART]) for part in parts if part)
