"""Counts and sentences about a pasted list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_desktop.domain.pasted import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sync_desktop.domain.words import Psa
    from sync_desktop.workbench.pasted.keeping import Kept
    from sync_desktop.workbench.pasted.views import PastedCause

_NAMED_CAUSES = 6


def summary(counts: Mapping[Verdict, int], causes: Sequence[PastedCause]) -> str:
    """Return "56 lines, 54 are sync failures, 2 are not; causes: …"; parts of the page are not counted."""
    failures, others = counts[Verdict.FAILURE], counts[Verdict.NOT_SYNC]
    unknown = counts[Verdict.UNKNOWN] + counts[Verdict.OTHER_TEXT]
    total = failures + others + unknown
    parts = ["1 line" if total == 1 else f"{total:,} lines"]
    parts.append(f"{failures:,} {'is a sync failure' if failures == 1 else 'are sync failures'}")
    if others or not unknown:
        parts.append(f"{others:,} {_are(others)} not")
    if unknown:
        parts.append(f"{unknown:,} {_are(unknown)} not recognised")
    return ", ".join(parts) + _causes(causes)


def psa_guessed(psa: Psa | None, lines: int) -> str:
    """Return whose rules were asked, and why."""
    if psa is None:
        return "No PSA can be told from the words, so the rules for all of them were asked."
    return f"Taken for {psa.label} by the words of {lines:,} {'line' if lines == 1 else 'lines'}."


def import_words(kept: Kept, site: str) -> str:
    """Return what an import did, in sentences that promise nothing."""
    sentences = [f"{_issues(kept.opened + kept.known)} of {site} {_are(kept.opened + kept.known)} kept"]
    if kept.known:
        sentences[0] += f", {kept.known:,} of them listed before"
    if kept.noted:
        sentences.append(
            f"{_issues(kept.noted)} that this program found by itself {_are(kept.noted)} only noted as listed"
        )
    if kept.cleared:
        sentences.append(
            f"{kept.cleared:,} of these {_are(kept.cleared)} cleared, because the record was seen in the PSA"
        )
    if kept.unmatched:
        sentences.append(f"{_issues(kept.unmatched)} {_are(kept.unmatched)} about no record that has been read")
    if kept.unlisted:
        sentences.append(f"{_issues(kept.unlisted)} of earlier lists {_are(kept.unlisted)} no longer listed")
    return f"{'. '.join(sentences)}."


def _issues(count: int) -> str:
    return "1 issue" if count == 1 else f"{count:,} issues"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _causes(causes: Sequence[PastedCause]) -> str:
    if not causes:
        return ""
    named = [f"{cause.title.replace('**', '')} ({len(cause.lines):,})" for cause in causes[:_NAMED_CAUSES]]
    if len(causes) > _NAMED_CAUSES:
        named.append(f"and {len(causes) - _NAMED_CAUSES:,} more")
    return f"; causes: {', '.join(named)}"
