"""Fields that both sides changed, as pages and commands show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_desktop.domain.plans import FieldDifference
from sync_desktop.domain.records import RecordRef
from sync_desktop.workbench.views import ConflictView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_desktop.domain.plans import Check
    from sync_desktop.storage.attempts import Attempt


def newest_check(attempts: Iterable[Attempt]) -> Check | None:
    """Return the last comparison of a record with the PSA, of its attempts, newest first."""
    return next((attempt.check for attempt in attempts if attempt.check is not None), None)


def conflicts_of(check: Check | None) -> tuple[ConflictView, ...]:
    """Return the conflicts that a comparison found."""
    found = check.differences if check is not None else ()
    return tuple(_view(each, each.ref) for each in found if each.conflict and each.ref is not None)


def difference_of(conflict: ConflictView) -> FieldDifference:
    """Return what a conflict is on the floors below."""
    return FieldDifference(
        field=conflict.field,
        sent=conflict.sent,
        ours=conflict.ours,
        theirs=conflict.theirs,
        conflict=True,
        ref=RecordRef(kind=conflict.record_kind, id=conflict.record_id),
        part=conflict.part,
        about=conflict.about,
    )


def _view(each: FieldDifference, ref: RecordRef) -> ConflictView:
    return ConflictView(
        record_kind=ref.kind,
        record_id=ref.id,
        part=each.part,
        field=each.field,
        about=each.about,
        sent=each.sent,
        ours=each.ours,
        theirs=each.theirs,
    )
