"""What changed in the PSA between two audits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sync_desktop.domain.mappings import Target, TargetChange, is_whole
from sync_desktop.domain.words import MappingState
from sync_desktop.psa.connector import Listing

Targets = Mapping[str, Mapping[str, Target]]
"""By kind and id. Rows that targets are made of have a kind of their own, `part_kind`."""

_NOT_THERE = (MappingState.GONE, MappingState.DELETED)


def listed(kind: str, listing: Listing, known: Targets, wanted: Collection[Target]) -> dict[str, dict[str, Target]]:
    """Return what a kind's listing comes to, by the kinds that its targets and their rows are kept under, and by id.

    `wanted` are targets that mappings lead to, as far as the mappings know them: those that are not listed come last,
    as they are given. What has no name any more keeps the one that it was `known` by, or that it was mapped with.
    """
    called = {(target.kind, target.id): target.name for target in wanted}
    there = {target.id for target in listing.targets}
    lost = [target for target in wanted if target.id not in there]
    found: dict[str, dict[str, Target]] = {kind: {}}
    for target in (*listing.targets, *listing.parts, *lost):
        before = known.get(target.kind, {}).get(target.id)
        names = (target.name, before.name if before else "", called.get((target.kind, target.id), ""))
        found.setdefault(target.kind, {})[target.id] = target.model_copy(update={"name": _best(names)})
    return found


def _best(names: Sequence[str]) -> str:
    """Return the first whole name; where there is none, the first that is one at all."""
    return next((name for name in names if is_whole(name)), next(filter(None, names), ""))


def gone(kind: str, target_id: str, name: str) -> Target:
    """Return what a mapping leads to and the PSA does not show."""
    return Target(kind=kind, id=target_id, name=name, active=False, valid=False, state=MappingState.GONE)


def changed(before: Targets, after: Targets, at: datetime) -> list[TargetChange]:
    """Return what changed in those kinds that had been listed before.

    A whole target changes with the rows that it is made of: of such only those are told that were moved.
    """
    of_parts = {kind.partition("/")[0] for kind in after if "/" in kind}
    found: list[TargetChange] = []
    for kind, now in after.items():
        known = before.get(kind, {})
        for target_id in dict.fromkeys([*now, *known]) if known else ():
            change = _change(known.get(target_id), now.get(target_id), at)
            if change is not None and (kind not in of_parts or change.now is MappingState.MOVED):
                found.append(change)
    return found


def _change(was: Target | None, now: Target | None, at: datetime) -> TargetChange | None:
    """Return how one target changed; None where it did not. What is not listed any more is gone or hidden."""
    there = now or was
    if there is None or (now is None and there.state in _NOT_THERE):
        return None
    state = now.state if now is not None else MappingState.GONE
    renamed = was is not None and was.name != there.name
    if was is not None and was.state is state and not renamed:
        return None
    return TargetChange(
        kind=there.kind,
        target_id=there.id,
        name=there.name,
        was=was.state if was is not None else None,
        now=state,
        at=at,
        was_called=was.name if was is not None and renamed else "",
    )
