"""Lists of issues as people really hand them on, each written by hand, with the lines that have to come out of it."""

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_desktop.quoting.pasted.reading import read
from sync_desktop.quoting.pasted.shapes import IssueLine
from sync_desktop.quoting.pasted.words import is_page_part

BILLING = "BillingCode does not exist or is invalid"
GONE = "Opportunity was not found in Autotask"
BUSY = "Already synchronizing"
FURNITURE = (
    "1–2 of 2 Rows per page: 25",
    "Issues - Salesbuildr",
    "Sent: Monday, March 9, 2026 4:11 PM",
    "> To: Support",
)
"""What pages and mails have around their lines."""
INACTIVE = "catalogItem object is invalid. 41 is an inactive"
_KNOWN = re.compile(
    "BillingCode|was not found in|has no external identifier|not associated with|authentication error|connection reset"
    "|rate limit exceeded|Already synchronizing|line items not synchronized|Payment term/type|catalogItem object",
    re.IGNORECASE,
)


def known(text: str) -> bool:
    return _KNOWN.search(text) is not None


def said(issue: IssueLine) -> str:
    """Return an issue in a line: kind/record/company/time: message; what is not known is left out."""
    named = (str(issue.kind or ""), issue.record, issue.company, issue.time)
    return f"{'/'.join(part for part in named if part)}: {issue.message}".removeprefix(": ")


@dataclass(frozen=True)
class Sample:
    """What was pasted, what it says, and the lines that are no issue."""

    name: str
    text: str
    issues: tuple[str, ...]
    kept: tuple[str, ...] = field(default=())


SAMPLES = (
    Sample(
        "the customer's document, its quoted messages one a line",
        '• Symptom: "BillingCode does not exist or is invalid"\n"Opportunity was not found in Autotask"\n'
        '"Company has no external identifier"\n“Contact has no external identifier”\n'
        "`companyID is not associated with contactID`\n"
        "• 'Autotask authentication error: please verify your credentials'\nConnection reset errors\n"
        '"ConnectWise API rate limit exceeded"\n"Already synchronizing"\nSome line items not synchronized\n'
        '"Payment term/type is deleted"\ncatalogItem object is invalid. 41 is an inactive\n',
        (
            BILLING,
            GONE,
            "Company has no external identifier",
            "Contact has no external identifier",
            "companyID is not associated with contactID",
            "Autotask authentication error: please verify your credentials",
            "Connection reset errors",
            "ConnectWise API rate limit exceeded",
            BUSY,
            "Some line items not synchronized",
            "Payment term/type is deleted",
            INACTIVE,
        ),
    ),
    Sample(
        "a line that no rule knows, among messages",
        f"{BILLING}\nThe printer is on fire\n{BUSY}\n{GONE}\n",
        (BILLING, BUSY, GONE),
        ("The printer is on fire",),
    ),
    Sample(
        "the page as a browser copies it, with its head and foot",
        "Issues\nSearch\nEntity\nError\nLast attempt\n"
        f"Quote\nQ10345\nContoso Ltd\n{BILLING}\n2 hours ago\nRetry\nDismiss\n"
        "Company\nFabrikam\nCompany has no external identifier\nyesterday at 14:02\nRetry\nDismiss\n"
        f"Opportunity\nNorthwind refresh\nNorthwind Traders\n{GONE}\nNov 21, 2026, 9:14 AM\nRetry\nDismiss\n1-3 of 3\n",
        (
            f"quote/Q10345/Contoso Ltd/2 hours ago: {BILLING}",
            "company/Fabrikam/yesterday at 14:02: Company has no external identifier",
            f"opportunity/Northwind refresh/Northwind Traders/Nov 21, 2026, 9:14 AM: {GONE}",
        ),
        ("Issues", "Search", "Entity", "Error", "Last attempt", "1-3 of 3"),
    ),
    Sample(
        "a mail with three lines in it",
        f"Hi team,\n\nthese quotes do not sync since yesterday:\n\nQ-2041: {BILLING}\n"
        f"Q-2042: companyID is not associated with contactID\nQ-2043 (Adatum): {BUSY}\n"
        "\nCan you help?\nKind regards,\nDana\n",
        (f"Q-2041: {BILLING}", "Q-2042: companyID is not associated with contactID", f"Q-2043/Adatum: {BUSY}"),
        ("Hi team,", "these quotes do not sync since yesterday:", "Can you help?", "Kind regards,", "Dana"),
    ),
    Sample(
        "a spreadsheet saved as CSV, with an unknown kind and an unknown message",
        f'Entity,Name,Company,Error,Date\nQuote,Q-2041 Network refresh,"Contoso, Ltd","{BILLING}",2026-11-20\n'
        "User,jane@contoso.example,,User was not automatically linked,2026-11-21\n"
        "Quote,Q-2050 Servers,Adatum,Gremlins in the wires,2026-11-22\n",
        (
            f"quote/Q-2041 Network refresh/Contoso, Ltd/2026-11-20: {BILLING}",
            "jane@contoso.example/2026-11-21: User was not automatically linked",
            "quote/Q-2050 Servers/Adatum/2026-11-22: Gremlins in the wires",
        ),
    ),
    Sample(
        "cells of a spreadsheet without a heading",
        f"Quote\tQ-2041\t{BILLING}\t20/11/2026 10:14\nQuote\tQ-2042\t{BUSY}\t20/11/2026 10:15\n",
        (f"quote/Q-2041/20/11/2026 10:14: {BILLING}", f"quote/Q-2042/20/11/2026 10:15: {BUSY}"),
    ),
    Sample(
        "messages with the record below",
        f"{BILLING}\nQuote Q-2041\n\n{GONE}\nQuote #Q-2042\n",
        (f"quote/Q-2041: {BILLING}", f"quote/Q-2042: {GONE}"),
    ),
    Sample(
        "a log with moments and levels",
        f"2026-11-20 10:14:01 ERROR Quote Q-2041 {BILLING}\n[2026-11-20T10:14:05Z] [error] Quote Q-2042: {BUSY}\n",
        (f"quote/Q-2041/2026-11-20 10:14:01: {BILLING}", f"quote/Q-2042/2026-11-20T10:14:05Z: {BUSY}"),
    ),
    Sample(
        "a numbered list from Windows",
        f"1. Quote Q-2041 – {BILLING}\r\n2. Contact Jane Doe – Contact has no external identifier\r\n",
        (f"quote/Q-2041: {BILLING}", "contact/Jane Doe: Contact has no external identifier"),
    ),
    Sample(
        "a chat message in Markdown",
        f"- **Quote Q-2041** (Contoso): `{BILLING}`\n- **Quote Q-2042** (Fabrikam): `{BUSY}`\n",
        (f"quote/Q-2041/Contoso: {BILLING}", f"quote/Q-2042/Fabrikam: {BUSY}"),
    ),
    Sample("one line of a table", f"Quote | Q-2041 | Contoso | {BILLING}\n", (f"quote/Q-2041/Contoso: {BILLING}",)),
    Sample("the same message twice", f"{BUSY}\n{BUSY}\n", (BUSY, BUSY)),
    Sample(
        "a page saved without line ends",
        f"<table><tr><th>Entity</th><th>Record</th><th>Error</th></tr><tr><td>Quote</td><td>Q-1001</td><td>{BUSY}</td></tr>"
        f'<tr><td>Quote</td><td>Q-1002</td><td>"{INACTIVE}"</td></tr></table>',
        (f"quote/Q-1001: {BUSY}", f"quote/Q-1002: {INACTIVE}"),
    ),
    Sample(
        "a message that goes on in another line",
        f"Quote\nQ-2041\nSome line items not synchronized: {BILLING}\n3 items failed\nRetry\n"
        f"Quote\nQ-2042\n{BUSY}\nRetry\n",
        (f"quote/Q-2041: Some line items not synchronized: {BILLING}", f"quote/Q-2042: {BUSY}"),
        ("3 items failed", "Retry"),
    ),
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_each_sample_says_what_a_person_reads_in_it(sample: Sample) -> None:
    found = read(sample.text, known)
    assert [said(issue) for issue in found.issues] == list(sample.issues)
    assert tuple(kept.text for kept in found.kept) == sample.kept


@pytest.mark.parametrize(
    "text", ["1-3 of 3", "Page 1 of 12", "PSA Sync Issues", "Retry", "Kind regards,", "56 issues", *FURNITURE]
)
def test_what_belongs_to_a_page_is_no_line_of_the_list(text: str) -> None:
    assert is_page_part(text)


@pytest.mark.parametrize("text", ["The printer is on fire", "3 items failed again today", BILLING])
def test_a_sentence_is_more_than_a_part_of_a_page(text: str) -> None:
    assert not is_page_part(text)


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
_LINES = st.one_of(st.sampled_from([BILLING, BUSY, "Quote", "Q-2071", "Retry", "a\tb", "| x | y |", "<td>", ""]), _TEXT)


@given(st.lists(_LINES, max_size=20), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_whatever_is_pasted_every_word_is_in_an_issue_or_kept(lines: list[str], end: str) -> None:
    """Of a web page that holds for what it shows; plain text and tables lose nothing at all."""
    text = end.join(lines)
    found = read(text, known)
    there = "\n".join([*(issue.text for issue in found.issues), *(kept.text for kept in found.kept)])
    headings = " ".join(column.header for column in found.columns)
    if "</" not in text:
        for word in re.findall(r"[a-zA-Z]{3,}", text):
            assert word in there or word in headings
