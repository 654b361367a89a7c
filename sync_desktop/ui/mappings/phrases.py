"""What the Mappings page says of a list of mappings: in the band, in the status bar, above the table. No Qt here."""

from typing import TYPE_CHECKING

from sync_desktop.ui.mappings.entries import View
from sync_desktop.ui.words import ago, counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sync_desktop.workbench.mapping_views import MappingPage, MappingsOverview, TodoView
    from sync_desktop.workbench.views import SiteBand


def band_note(page: "MappingPage", psa: str, now: "datetime") -> str:
    """Return "Audited against ConnectWise 2 min ago · 3 calls · since the last audit 1 category was deactivated"."""
    if page.audited_at is None:
        return f"Not audited against {psa} yet"
    audited = f"Audited against {psa} {ago(page.audited_at, now)}"
    return " · ".join(part for part in (audited, counted(page.calls, "call"), page.since_before) if part)


def status_words(page: "MappingPage", overview: "MappingsOverview | None") -> str:
    """Return "4 of 86 mappings of this kind need attention · 5 at this site · 6 at all sites", as the rail counts."""
    need = _need(page.needs_attention)
    parts = [
        f"{page.needs_attention:,} of {counted(page.total, 'mapping')} of this kind {need} attention",
        f"{page.site.needs_attention:,} at this site",
    ]
    if overview is not None and len(overview.sites) > 1:
        parts.append(f"{overview.needs_attention:,} at all sites")
    return " · ".join(parts)


def rail_words(overview: "MappingsOverview") -> str:
    """Return what the rail's count means: "6 mappings need attention at 2 sites; 1 site was not audited yet"."""
    count, sites = overview.needs_attention, len(overview.sites)
    where = f" at {sites:,} sites, all kinds together" if sites > 1 else ", all kinds together"
    unheard = sum(not site.audited for site in overview.sites)
    later = f"; {counted(unheard, 'site')} not audited yet" if unheard else ""
    return f"{counted(count, 'mapping')} {_need(count)} attention{where}{later}"


def _need(count: int) -> str:
    return "needs" if count == 1 else "need"


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
