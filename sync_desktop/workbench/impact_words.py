"""What a change of mappings touches, in words."""

from collections.abc import Sequence
from typing import Protocol

from sync_desktop.domain.mappings import Target
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind
from sync_desktop.mapping.affected import Waiting
from sync_desktop.mapping.usage import Use
from sync_desktop.workbench.counting import plural
from sync_desktop.workbench.mapping_views import Impact

_SHOWN = 3
"""Edits that are told one by one; of more their number is told."""


class Step(Protocol):
    """One edit: what is mapped, and the target that it gets; None where what was set by hand is taken away."""

    @property
    def source(self) -> str:
        """What the source is called."""
        ...

    @property
    def target(self) -> Target | None:
        """What it will lead to."""
        ...


def impact_of(steps: Sequence[Step], used: Use, waiting: Waiting, *, linked: int, psa: str) -> Impact:
    """Return what is touched. `linked` counts the records that the PSA has already."""
    by_kind = {kind: [ref for ref in used.records if ref.kind is kind] for kind in RecordKind}
    left_out = tuple((why, len(those)) for why, those in waiting.left_out.items())
    sentences = [*_edits(steps), *_issues(waiting, left_out), *_needed(by_kind, len(used.quotes))]
    if linked:
        have = "it has" if linked == 1 else "they have"
        sentences.append(
            f"{plural(linked, 'record')} that {psa} already has keep{'s' if linked == 1 else ''} what {have}."
        )
    sentences.append(
        "Salesbuildr's own mapping is not changed by this: it stays on the to-do list until it is seen to work."
    )
    return Impact(
        sentences=tuple(sentences),
        products=len(by_kind[RecordKind.PRODUCT]),
        quotes=len(used.quotes),
        issues=waiting.count,
        retry_ids=tuple(issue.id for issue in waiting.retry),
        left_out=left_out,
    )


def _edits(steps: Sequence[Step]) -> list[str]:
    if len(steps) > _SHOWN:
        return [f"**{len(steps)} mappings** change."]
    return [f"{step.source} → {_target(step.target)}." for step in steps]


def _target(target: Target | None) -> str:
    if target is None:
        return "**as it was before it was set by hand**"
    return f"**{target.called}**{f', {target.detail}' if target.detail else ''}"


def _issues(waiting: Waiting, left_out: Sequence[tuple[str, int]]) -> list[str]:
    if not waiting.count:
        return ["No open issue waits for this."]
    can = f"**{len(waiting.retry)} can be retried**" if waiting.retry else "none of them can be retried"
    others = "".join(f"; {count} cannot: {why}" for why, count in left_out)
    return [f"{plural(waiting.count, 'open issue')} wait{'s' if waiting.count == 1 else ''} for it: {can}{others}."]


def _needed(by_kind: dict[RecordKind, list[RecordRef]], quotes: int) -> list[str]:
    counted = [plural(len(refs), kind.value) for kind, refs in by_kind.items() if refs and kind is not RecordKind.QUOTE]
    counted += [plural(quotes, "open quote")] if quotes else []
    if not counted:
        return []
    named = counted[0] if len(counted) == 1 else f"{', '.join(counted[:-1])} and {counted[-1]}"
    return [f"{named} need{'s' if named.startswith('1 ') and len(counted) == 1 else ''} it."]
