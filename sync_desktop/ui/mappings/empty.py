"""What the Mappings page says where it has nothing to list: what that means and what to do next. No Qt here."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from sync_desktop.ui.mappings.entries import View

if TYPE_CHECKING:
    from sync_desktop.ui.mappings.known import Known
    from sync_desktop.workbench.mapping_views import MappingPage


class Offer(Enum):
    """What the button of an empty page does."""

    NOTHING = auto()
    CONNECT = auto()
    AGAIN = auto()
    CLEAR_SEARCH = auto()
    AUDIT = auto()
    SHOW_ALL = auto()
    REFRESH = auto()


@dataclass(frozen=True, slots=True)
class Empty:
    """Title, sentence and button of an empty page."""

    title: str
    text: str = ""
    button: str = ""
    offer: Offer = Offer.NOTHING


READING = Empty("Reading mappings …")
NO_SITES = Empty(
    "No site is connected yet",
    "A site pairs one Salesbuildr with one PSA. What is mapped between them shows here once one is connected.",
    "Connect a site",
    Offer.CONNECT,
)


def in_place_of_list(known: "Known", shown: int, view: View, text: str, psa: str) -> Empty | None:
    """Return what is said where no row is shown, or none could be read; None where there are rows."""
    if known.failure:
        return Empty("The mappings could not be read", known.failure, "Try again", Offer.AGAIN)
    if known.page is None:
        return NO_SITES if known.overview is not None and not known.overview.sites else READING
    return None if shown else _empty_list(known.page, view, text, psa)


def _empty_list(page: "MappingPage", view: View, text: str, psa: str) -> Empty:
    """Return what is said where a page has no row to show."""
    if text:
        return Empty(
            "Nothing matches",
            f"No mapping here holds “{text}”. Try another chip, or clear the search.",
            "Clear search",
            Offer.CLEAR_SEARCH,
        )
    if not page.total:
        return Empty(
            "Nothing is to be mapped here",
            "Salesbuildr has shown no value of this kind so far. Refresh reads it again; it writes nothing.",
            "Refresh",
            Offer.REFRESH,
        )
    if view is View.ATTENTION and page.audited_at is None:
        return Empty(
            f"Not audited against {psa} yet",
            f"An audit compares every mapping of this site with {psa} as it is now. It only reads, at sites in assist "
            "too, and costs a handful of calls.",
            "Audit now",
            Offer.AUDIT,
        )
    return Empty(
        "Nothing needs attention",
        f"None of the {page.total:,} mappings here is broken or missing, as far as {psa} was seen at the last audit.",
        "Show all",
        Offer.SHOW_ALL,
    )
