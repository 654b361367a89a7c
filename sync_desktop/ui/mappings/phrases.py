"""What the Mappings page says of a list of mappings: in the band, in the status bar, above the table. No Qt here."""

from typing import TYPE_CHECKING

from sync_desktop.ui.mappings.entries import View
from sync_desktop.ui.words import ago, counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sync_desktop.workbench.mapping_views import MappingPage, TodoView
    from sync_desktop.workbench.views import SiteBand


def band_note(page: "MappingPage", psa: str, now: "datetime") -> str:
    """Return "Audited against ConnectWise 2 min ago · 3 calls · since the last audit 1 category was deactivated"."""
    if page.audited_at is None:
        return f"Not audited against {psa} yet"
    audited = f"Audited against {psa} {ago(page.audited_at, now)}"
    return " · ".join(part for part in (audited, counted(page.calls, "call"), page.since_before) if part)


def status_words(page: "MappingPage") -> str:
    """Return "4 of 86 mappings need attention"."""
    need = "needs" if page.needs_attention == 1 else "need"
    return f"{page.needs_attention:,} of {counted(page.total, 'mapping')} {need} attention"


def counts(page: "MappingPage | None", todos: "Iterable[TodoView]") -> dict[View, int]:
    """Return what stands on the chips: of the rows that match what is searched for, and copies still to be mended."""
    found = {View.COPIES: sum(todo.closed_at is None for todo in todos)}
    if page is not None:
        attention = sum(row.state.needs_attention for row in page.rows)
        found |= {View.ATTENTION: attention, View.ALL: len(page.rows)}
    return found


def notice(page: "MappingPage", psa: str, *, auditing: bool) -> tuple[str, str]:
    """Return what is to be known of the whole list, and what its button says; nothing for nothing."""
    if page.problem:
        return f"{page.problem} What was known before is shown; no mapping is called broken for it.", "Audit now"
    if page.audited_at is None and page.total and not auditing:
        return f"Nobody has compared these with {psa} yet, so nothing is known of their targets.", "Audit now"
    return "", ""


def looks(sites: "Iterable[SiteBand]") -> list[tuple[object, ...]]:
    """Return what of sites the page shows; the rest of them, such as their calls, changes all the time."""
    return [(site.id, site.psa_label, site.role) for site in sites]
