"""Lines of Salesbuildr's Issues page in whatever shape they are pasted or saved."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import RecordKind
from sync_desktop.quoting.pasted.reading import MOST_LINES, decode, read
from sync_desktop.quoting.pasted.shapes import IssueLine, Layout, Pasted, Role

BILLING = "BillingCode does not exist or is invalid"
BUSY = "Already synchronizing"
INACTIVE = "catalogItem object is invalid. 41 is an inactive"
ASSOCIATION = "companyID is not associated with contactID"
_KNOWN = re.compile("|".join(map(re.escape, (BILLING, BUSY, INACTIVE, ASSOCIATION, "has no external identifier"))))


def known(text: str) -> bool:
    """Say what the rules would: these few messages."""
    return _KNOWN.search(text) is not None


def pasted(text: str) -> Pasted:
    return read(text, known)


def told(issue: IssueLine) -> tuple[RecordKind | None, str, str, str]:
    return issue.kind, issue.record, issue.company, issue.message


def test_one_message_a_line() -> None:
    found = pasted(f"{BILLING}\n- {BUSY}\n3. {INACTIVE}\n")
    assert [issue.message for issue in found.issues] == [BILLING, BUSY, INACTIVE]
    assert [issue.line for issue in found.issues] == [1, 2, 3]
    assert found.layout is Layout.TEXT


@pytest.mark.parametrize(
    "line",
    [
        f"Quote Q-2071 - Contoso: {BILLING}",
        f"Quote: Q-2071 | Contoso | {BILLING}",
        f"• Quote #Q-2071 – Contoso – {BILLING}",
    ],
)
def test_a_line_that_says_all_is_taken_apart(line: str) -> None:
    (issue,) = pasted(line).issues
    assert told(issue) == (RecordKind.QUOTE, "Q-2071", "Contoso", BILLING)


def test_a_message_that_begins_with_a_kind_stays_whole() -> None:
    (issue,) = pasted("Contact has no external identifier").issues
    assert issue.message == "Contact has no external identifier"


def test_a_list_as_a_browser_copies_it_one_cell_a_line() -> None:
    found = pasted(
        f"PSA Sync Issues\nQuote\nQ-2071 Network refresh\nContoso\n{BILLING}\n2 hours ago\nRetry\nDismiss\n"
        "Quote\nQ-2072 Laptops\nFabrikam\nSomething that no rule knows\nyesterday\nRetry\nDismiss\n"
        f"Contact\nJane Doe\nContact has no external identifier\n23 Nov 2026, 10:14\nRetry\nDismiss\n"
    )
    assert [told(issue) for issue in found.issues] == [
        (RecordKind.QUOTE, "Q-2071 Network refresh", "Contoso", BILLING),
        (RecordKind.QUOTE, "Q-2072 Laptops", "Fabrikam", "Something that no rule knows"),
        (RecordKind.CONTACT, "Jane Doe", "", "Contact has no external identifier"),
    ]
    assert [issue.time for issue in found.issues] == ["2 hours ago", "yesterday", "23 Nov 2026, 10:14"]
    assert [kept.text for kept in found.kept] == ["PSA Sync Issues"]


def test_what_stands_behind_a_message_belongs_to_it_where_nothing_stands_in_front() -> None:
    found = pasted(f"{BILLING}\nQ-2071\n\n{BUSY}\nQ-2072\n")
    assert [told(issue)[1:] for issue in found.issues] == [("Q-2071", "", BILLING), ("Q-2072", "", BUSY)]


def test_a_spreadsheet_with_headings() -> None:
    found = pasted(f"Entity\tName\tError message\tDate\nQuote\tQ-1 A\t{BILLING}\t2026-11-01\nCompany\tContoso\tOdd\t\n")
    assert [column.role for column in found.columns] == [Role.KIND, Role.RECORD, Role.MESSAGE, Role.TIME]
    assert {column.sure for column in found.columns} == {1.0}
    assert [issue.message for issue in found.issues] == [BILLING, "Odd"]
    assert found.layout is Layout.TABLE


def test_a_csv_with_quoted_cells_and_line_ends_in_them() -> None:
    found = pasted(f'type,number,company,message\nquote,Q-100,"Contoso, Ltd","{ASSOCIATION}\n(seen twice)"\n')
    (issue,) = found.issues
    assert told(issue) == (RecordKind.QUOTE, "Q-100", "Contoso, Ltd", f"{ASSOCIATION} (seen twice)")


def test_columns_without_headings_are_known_by_what_stands_in_them() -> None:
    found = pasted(f"Q-2071;{BILLING};Autotask;Contoso\nQ-2072;{BUSY};Autotask;Fabrikam\n")
    assert [column.role for column in found.columns] == [Role.RECORD, Role.MESSAGE, Role.PSA, Role.COMPANY]
    assert found.issues[0].psa == "autotask"


def test_columns_as_a_person_confirmed_them() -> None:
    text = f"{BUSY}\tContoso\tQ-1\nOdd thing\tFabrikam\tQ-2\n"
    found = read(text, known, [Role.OTHER, Role.MESSAGE, Role.RECORD])
    assert [issue.message for issue in found.issues] == ["Contoso", "Fabrikam"]
    assert [column.sure for column in found.columns] == [1.0, 1.0, 1.0]


def test_commas_in_messages_make_no_table() -> None:
    found = pasted(f"{BILLING}, for Contoso\n{BUSY}, so wait\n")
    assert found.layout is Layout.TEXT
    assert len(found.issues) == 2


@pytest.mark.parametrize(
    "text",
    [
        f"| Entity | Record | Error |\n|---|:--:|---|\n| Quote | Q-12345 | {BUSY} |\n",
        f"┌──┬──┬──┐\n│ Entity │ Record │ Error │\n├──┼──┼──┤\n│ Quote │ Q-12345 │ {BUSY} │\n└──┴──┴──┘\n",
        f"+---+---+\n| Entity | Record | Error |\n+===+===+\n| Quote | Q-12345 | {BUSY} |\n",
    ],
)
def test_drawn_tables(text: str) -> None:
    (issue,) = pasted(text).issues
    assert told(issue) == (RecordKind.QUOTE, "Q-12345", "", BUSY)


def test_a_saved_web_page_with_a_table() -> None:
    found = pasted(
        "<!DOCTYPE html><html><head><title>Issues</title><style>td {color: red}</style></head><body><h1>Issues</h1>"
        "<table><thead><tr><th>Entity</th><th>Record</th><th>Error</th><th></th></tr></thead><tbody>"
        f"<tr><td>Quote</td><td><a href='#'>Q-2071</a></td><td><div>{BILLING[:20]}<br>{BILLING[20:]}</div></td>"
        f"<td><button>Retry</button></td></tr><tr><td>Quote<td>Q-2&#48;72<td>{BUSY}</table><p>Page 1 of 1</p></body>"
    )
    assert [told(issue) for issue in found.issues] == [
        (RecordKind.QUOTE, "Q-2071", "", BILLING),
        (RecordKind.QUOTE, "Q-2072", "", BUSY),
    ]
    assert [kept.text for kept in found.kept] == ["Issues", "Page 1 of 1"]
    assert found.layout is Layout.WEB_PAGE


def test_a_web_page_made_of_boxes() -> None:
    found = pasted(
        f"<div><div>Quote</div><div>Q-2071</div><div>{BILLING}</div><div>2 hours ago</div><button>Retry</button></div>"
        f"<div><div>Quote</div><div>Q-2072</div><div>{BUSY}</div><script>var Quote</script></div>"
    )
    assert [told(issue)[:2] for issue in found.issues] == [(RecordKind.QUOTE, "Q-2071"), (RecordKind.QUOTE, "Q-2072")]
    assert found.issues[0].time == "2 hours ago"
    assert not found.kept


def test_a_page_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    found = pasted(f"<table><tr><td>Quote</td><td>Q-1001</td><td>{BUSY}</td></tr><tr><td>Quote</td><td>Q-10")
    assert told(found.issues[0]) == (RecordKind.QUOTE, "Q-1001", "", BUSY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_saved_files_of_any_encoding(encoding: str) -> None:
    assert decode(f"Café: {BUSY}".encode(encoding)).lstrip("﻿") == f"Café: {BUSY}"


def test_a_file_that_holds_no_text_is_refused_in_a_sentence() -> None:
    with pytest.raises(UserError, match="holds no text"):
        decode(bytes(range(256)) * 10)


def test_more_than_can_be_held_is_refused_in_a_sentence() -> None:
    with pytest.raises(UserError, match="paste the list in parts"):
        pasted("\n" * (MOST_LINES + 1))


_WORDS = st.sampled_from(
    [
        "Quote",
        "Contact",
        "Q-2071",
        "Contoso",
        BILLING,
        BUSY,
        "Retry",
        "2 hours ago",
        "Odd line here",
        "a,b",
        "x|y",
        "|",
        "",
    ]
)


@given(st.lists(_WORDS, max_size=25))
def test_no_word_is_lost(lines: list[str]) -> None:
    found = pasted("\n".join(lines))
    there = " ".join([*(issue.text for issue in found.issues), *(kept.text for kept in found.kept)])
    for line in lines:
        assert all(word in there for word in re.findall(r"\w+", line)), (line, there)
    said = sum(len(re.findall(re.escape(BILLING), line)) for line in lines)
    assert sum(BILLING in issue.message for issue in found.issues) == said
