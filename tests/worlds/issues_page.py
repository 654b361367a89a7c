"""A pasted Issues page of Salesbuildr: 56 lines as a browser copies them, of which 2 are no sync failures."""

from collections.abc import Iterable

BILLING = "BillingCode does not exist or is invalid"
NO_COMPANY = "Company has no external identifier"
ASSOCIATION = "companyID is not associated with contactID"
GONE = "Opportunity was not found in Autotask"
BUSY = "Already synchronizing"
USER = "User was not automatically linked"
DISTRIBUTOR = "Invalid customer number"

Entry = tuple[str, str, str, str]
"""Kind, record, company, message."""


def fifty_six() -> list[Entry]:
    """Return 54 sync failures with five causes, and two lines about other things."""
    causes = [(BILLING, 37), (NO_COMPANY, 8), (ASSOCIATION, 4), (GONE, 3), (BUSY, 2)]
    messages = [message for message, count in causes for _ in range(count)]
    rows = [("Quote", f"Q-{3001 + place}", f"Customer {place % 9}", text) for place, text in enumerate(messages)]
    rows.insert(20, ("User", "dana@contoso.example", "", USER))
    rows.append(("Purchase order", "PO 77", "", DISTRIBUTOR))
    return rows


def as_csv(rows: Iterable[Entry]) -> str:
    """Return the page as a spreadsheet saves it."""
    return "\n".join(["Entity,Name,Company,Error", *(",".join(row) for row in rows)])


def as_html(rows: Iterable[Entry]) -> str:
    """Return the page as a browser saves it."""
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}<td><button>Retry</button></td></tr>" for row in rows
    )
    head = "<tr><th>Entity</th><th>Name</th><th>Company</th><th>Error</th><th></th></tr>"
    return f"<!DOCTYPE html><html><body><h1>Issues</h1><table>{head}{body}</table><p>1-56 of 56</p></body></html>"


def as_copied(rows: Iterable[Entry]) -> str:
    """Return the page as its text is copied, a cell a line."""
    return "\n".join(
        ["Issues", *("\n".join([*(cell for cell in row if cell), "2 hours ago", "Retry", "Dismiss"]) for row in rows)]
    )
