"""What an empty list says: what that means and what to do next. No Qt here."""

from typing import TYPE_CHECKING

from sync_desktop.domain.words import IssueState

if TYPE_CHECKING:
    from sync_desktop.workbench.views import SiteBand

Words = tuple[str, str, str]
"""Title, sentence, and what the button says (nothing: no button)."""


def empty_words(state: IssueState, text: str, sites: "tuple[SiteBand, ...] | None", failure: str) -> Words:
    """Return the words for an empty list; `sites` is None while anything is still being read."""
    if failure:
        return "The list could not be read", failure, "Try again"
    if sites is None:
        return "Reading issues …", "", ""
    if not sites:
        return (
            "No site is connected yet",
            (
                "A site pairs one Salesbuildr with one PSA. Connect one to find the quotes that did not arrive. It "
                "only reads until you switch it to write. Without a connection, paste what Salesbuildr's Issues page "
                "says to be told what to do. To practise first, run “sync-desktop demo”."
            ),
            "Connect a site",
        )
    if text:
        return (
            "Nothing matches",
            f"No issue in this state holds “{text}”. Try another chip, or clear the search.",
            "Clear search",
        )
    if state is IssueState.DISMISSED:
        return "Nothing is dismissed", "An issue that you dismiss is hidden here and changes nothing elsewhere.", ""
    if state is IssueState.UNLISTED:
        return (
            "Nothing is missing from the last list",
            "An imported issue that a later list of Salesbuildr's Issues page lacks is shown here; it is not cleared.",
            "",
        )
    if state is IssueState.CLEARED:
        return "Nothing has cleared yet", "An issue clears when its record has been seen in the PSA.", ""
    if all(site.quotes_read_at is None for site in sites):
        return (
            "Nothing has been read yet",
            "Refresh reads Salesbuildr and then checks each quote. It writes nothing.",
            "Refresh",
        )
    return "No open issues", "Every quote that was checked is in the PSA, dismissed or not to be written.", "Refresh"


def offers_paste(state: IssueState, text: str, sites: "tuple[SiteBand, ...] | None", failure: str) -> bool:
    """Whether an empty list offers to paste what Salesbuildr's Issues page says: where nothing else narrows it."""
    return state is IssueState.OPEN and sites is not None and not (text and sites) and not failure
