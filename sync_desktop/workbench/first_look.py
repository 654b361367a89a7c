"""What the window can show of a workspace before the workbench is loaded: the first page and the sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_desktop.domain.words import IssueState
from sync_desktop.storage.glance import glance
from sync_desktop.workbench.list_views import IssuePage, SiteBand
from sync_desktop.workbench.listing import FIRST_PAGE, Found, issue_page

if TYPE_CHECKING:
    from pathlib import Path

    from sync_desktop.storage.listed import ListedSite


@dataclass(frozen=True, slots=True)
class FirstLook:
    """The open issues as the workbench would list them, and the sites but for what is known of their connections."""

    page: IssuePage
    sites: tuple[SiteBand, ...]


def first_look(path: Path) -> FirstLook | None:
    """Return what a workspace at rest shows first; None where only opening it can tell, or where it is missing."""
    seen = glance(path, state=IssueState.OPEN, limit=FIRST_PAGE)
    if seen is None:
        return None
    names = {site.id: site.name for site in seen.sites}
    found = Found(seen.issues, seen.counts, seen.counts[IssueState.OPEN], names)
    return FirstLook(issue_page(found, headline=True), tuple(_band(site) for site in seen.sites))


def _band(site: ListedSite) -> SiteBand:
    return SiteBand(
        id=site.id,
        name=site.name,
        psa=site.psa,
        psa_label=site.psa.label,
        role=site.role,
        role_label=site.role.label(practice=site.practice),
        practice=site.practice,
        quotes_read_at=site.quotes_read_at,
    )
