"""Saving mappings, by hand or from a file, and taking that back: in one transaction, never over others' changes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.mappings import MappingChange, MappingKind, Target
from sync_desktop.domain.words import MappingOrigin, MappingState
from sync_desktop.mapping.affected import Key, waiting
from sync_desktop.storage import mapping_changes, mappings
from sync_desktop.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Wish:
    """One mapping as a person wants it. `target_id` is empty where what was set by hand is to go."""

    kind: MappingKind
    source_id: str
    source_name: str
    target_id: str
    was: str
    """The target that counted when the person began."""

    @property
    def key(self) -> Key:
        """Kind and source, which a mapping is known by."""
        return self.kind.name, self.source_id


@dataclass(slots=True)
class Saved:
    """What was saved, and a sentence for each wish that was not."""

    batch: str
    changes: list[MappingChange] = field(default_factory=list)
    refused: dict[Key, str] = field(default_factory=dict)


@dataclass(slots=True)
class RolledBack:
    """What was taken back, and a sentence for each change that was not."""

    changes: list[MappingChange] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Author:
    """Who saves, where and when. `psa` is what the PSA is called."""

    site_id: str
    psa: str
    os_user: str
    at: datetime


OnSaved = Callable[[Transaction, MappingChange], object]
"""What has to happen in the same transaction: a to-do for Salesbuildr's own copy, or its end."""


def why_not_valid(wish: Wish, target: Target | None, psa: str) -> str:
    """Return why a target cannot be chosen as the PSA has it now, in a sentence; empty where it can."""
    if not wish.target_id or (target is not None and target.valid):
        return ""
    if target is None or target.state in (MappingState.GONE, MappingState.DELETED):
        return f"{wish.source_name}: {psa} shows no {wish.kind.target_label} with the id {wish.target_id}."
    return f"{wish.source_name}: “{target.name}” cannot be chosen: {target.why_not}."


def save(
    tx: Transaction,
    author: Author,
    wishes: Sequence[Wish],
    targets: Mapping[Key, Target],
    on_saved: OnSaved | None = None,
) -> Saved:
    """Save what is wished for, but for what somebody changed meanwhile.

    `targets` are the wished ones, by mapping, as the PSA has them now: each of them valid.
    """
    saved = Saved(batch=uuid4().hex)
    for wish in wishes:
        counted = mappings.mapping(tx.conn, author.site_id, *wish.key)
        if (counted.target_id if counted else "") != wish.was:
            saved.refused[wish.key] = _changed_meanwhile(wish, counted)
            continue
        _keep(tx, author, saved, _by_hand(wish, targets.get(wish.key)), on_saved)
    _touch_waiting(tx, author.site_id, saved.changes)
    return saved


def save_file(tx: Transaction, author: Author, found: Iterable[ValueMapping], on_saved: OnSaved | None = None) -> Saved:
    """Save mappings that a file holds, each in the place of what a file said before; all have one batch."""
    saved = Saved(batch=uuid4().hex)
    for mapping in found:
        _keep(tx, author, saved, mapping, on_saved)
    _touch_waiting(tx, author.site_id, saved.changes)
    return saved


def _keep(tx: Transaction, author: Author, saved: Saved, after: ValueMapping, on_saved: OnSaved | None) -> None:
    """Keep a mapping and write down what it replaced, unless its origin says the same already."""
    key = (after.kind, after.source_id)
    counted = mappings.mapping(tx.conn, author.site_id, *key)
    before = mappings.by_origin(tx.conn, author.site_id, *key).get(after.origin)
    if (before.target_id if before else "") == after.target_id:
        return
    _put(tx, author.site_id, after, at=author.at)
    change = MappingChange(
        id=0,
        batch=saved.batch,
        site_id=author.site_id,
        kind=after.kind,
        source_id=after.source_id,
        source_name=after.source_name,
        before=before,
        counted_before=counted,
        after=after,
        at=author.at,
        os_user=author.os_user,
    )
    (change_id,) = mapping_changes.save_changes(tx, [change])
    saved.changes.append(change.model_copy(update={"id": change_id}))
    if on_saved is not None:
        on_saved(tx, saved.changes[-1])


def roll_back(
    tx: Transaction, site_id: str, change_ids: Iterable[int], *, at: datetime, on_taken_back: OnSaved | None = None
) -> RolledBack:
    """Put back what each change replaced, the newest first; what was changed again since stays."""
    done = RolledBack()
    for change_id in sorted(set(change_ids), reverse=True):
        change = mapping_changes.change(tx.conn, change_id)
        if change is None or change.site_id != site_id or change.rolled_back_at is not None:
            continue
        now = mappings.by_origin(tx.conn, site_id, change.kind, change.source_id).get(change.after.origin)
        if (now.target_id if now else "") != change.after.target_id:
            done.refused.append(
                f"{change.source_name} was changed again since, so that it stays as it is. Roll back the newer change."
            )
            continue
        _put(tx, site_id, change.before or change.after.model_copy(update={"target_id": ""}), at=at)
        mapping_changes.mark_rolled_back(tx, change.id, at=at)
        done.changes.append(change)
        if on_taken_back is not None:
            on_taken_back(tx, change)
    _touch_waiting(tx, site_id, done.changes)
    return done


def _by_hand(wish: Wish, target: Target | None) -> ValueMapping:
    return ValueMapping(
        kind=wish.kind.name,
        source_id=wish.source_id,
        source_name=wish.source_name,
        target_id=wish.target_id,
        target_name=target.name if target is not None else "",
        origin=MappingOrigin.HAND,
    )


def _put(tx: Transaction, site_id: str, mapping: ValueMapping, *, at: datetime) -> None:
    """Keep a mapping; one without a target is what goes of its origin, so that another one's counts."""
    if mapping.target_id:
        mappings.save_mapping(tx, site_id, mapping, at=at)
    else:
        mappings.remove_mapping(tx, site_id, mapping.kind, mapping.source_id, mapping.origin)


def _changed_meanwhile(wish: Wish, counted: ValueMapping | None) -> str:
    if counted is None:
        return f"{wish.source_name} is not mapped any more: somebody changed it meanwhile. Look at it again."
    called = counted.target_name or f"#{counted.target_id}"
    return f"{wish.source_name} leads to “{called}” by now: somebody changed it meanwhile. Look at it again."


def _touch_waiting(tx: Transaction, site_id: str, changes: Iterable[MappingChange]) -> None:
    keys = {(change.kind, change.source_id) for change in changes}
    if keys:
        tx.touch("issues", *(issue.id for issue in waiting(tx.conn, site_id, keys)))
