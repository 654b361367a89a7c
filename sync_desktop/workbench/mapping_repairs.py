"""Repairing mappings: what a change touches, saving it, and taking it back."""

from collections.abc import Collection, Sequence
from itertools import chain
from typing import NamedTuple

from sqlalchemy import Connection

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.mappings import OTHERS, OTHERS_LABEL, Mapping, MappingChange, Target
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import MappingOrigin, RecordKind
from sync_desktop.mapping import files, repair, suggesting, todo
from sync_desktop.mapping.affected import Key, retried_after
from sync_desktop.mapping.arrivals import wait_for
from sync_desktop.mapping.needs import Needs
from sync_desktop.mapping.repair import Author, OnSaved, Wish
from sync_desktop.mapping.written import written_under
from sync_desktop.storage import links, mapping_changes, mappings, records
from sync_desktop.storage.activity import Activity
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.workbench.backstage import Backstage
from sync_desktop.workbench.counting import plural
from sync_desktop.workbench.impact_words import impact_of
from sync_desktop.workbench.mapping_views import ChangeView, Edit, Impact, Refusal, RollbackResult, SaveResult
from sync_desktop.workbench.mappings import MappingsDesk, declared_kind, further_targets, source_names, target_views
from sync_desktop.workbench.standings import Standings
from sync_desktop.workbench.views import TargetChoice

_NAMED = 20
"""Written entries that a rollback names; more are counted."""


class MappingRepairs(MappingsDesk):
    """Says what changes of mappings touch, saves them and takes them back."""

    def __init__(self, stage: Backstage) -> None:
        super().__init__(stage)
        self._standings = Standings(stage)

    async def targets(self, site_id: str, kind: str, source_id: str) -> TargetChoice:
        """Return what a mapping can lead to, as the last audit saw it; read now where none has."""
        run = await self._stage.run(site_id)
        declared = declared_kind(run, kind)

        def read(conn: Connection) -> tuple[list[Target], Mapping | None, str]:
            name = source_names(conn, site_id, declared).get(source_id, source_id)
            return mappings.targets(conn, site_id, kind), mappings.mapping(conn, site_id, kind, source_id), name

        known, counted, name = await self._stage.workspace.read(read)
        if not known:
            known = await run.connector.targets(kind, [counted.target_id] if counted else [])
        return TargetChoice(
            site_id=site_id,
            kind=kind,
            kind_label=declared.label,
            source_id=source_id,
            source_name=name,
            current_id=counted.target_id if counted else "",
            targets=target_views(known),
            note=f"A target has to be {declared.valid_when}." if declared.valid_when else "",
            more=await self._stage.workspace.read(lambda conn: any(True for _ in further_targets(conn, run, kind, ""))),
        )

    async def impact(self, site_id: str, edits: Sequence[Edit]) -> Impact:
        """Say what changes touch before they are saved; asks no PSA."""
        run, now = await self._stage.run(site_id), self._stage.clock.now()
        keys = [(edit.kind, edit.source_id) for edit in edits]
        used = (await self._standings.of(site_id)).used(keys)

        def read(conn: Connection) -> Impact:
            waiting = retried_after(conn, run.site, keys, now)
            there = _in_psa(conn, site_id, {ref.kind for ref in used.records})
            linked = sum(ref in there for ref in used.records)
            return impact_of(_steps(conn, run, edits), used, waiting, linked=linked, psa=run.site.psa.label)

        return await self._stage.workspace.read(read)

    async def save(self, site_id: str, edits: Sequence[Edit]) -> SaveResult:
        """Save changes by hand, each after the PSA was asked whether its target is valid now."""
        run = await self._stage.run(site_id)
        wishes = await self._stage.workspace.read(lambda conn: [_wish(conn, run, edit) for edit in edits])
        targets = await _as_they_are_now(run, wishes)
        invalid = {
            wish.key: why
            for wish in wishes
            if (why := repair.why_not_valid(wish, targets.get(wish.key), run.site.psa.label))
        }
        author = Author(site_id, run.site.psa.label, run.os_user, self._stage.clock.now())

        opened: list[int] = []

        def store(tx: Transaction) -> SaveResult:
            valid = [wish for wish in wishes if wish.key not in invalid]
            saved = repair.save(tx, author, valid, targets, _opens_todos(run, opened))
            wait_for(tx, run)
            keys: list[Key] = [(change.kind, change.source_id) for change in saved.changes]
            retry = retried_after(tx.conn, run.site, keys, author.at).retry
            return SaveResult(
                batch=saved.batch if saved.changes else "",
                saved=len(saved.changes),
                refused=tuple(Refusal(*key, why) for key, why in (invalid | saved.refused).items()),
                retry_ids=tuple(issue.id for issue in retry),
                todos=len(opened),
            )

        return await self._stage.workspace.write(store)

    async def import_text(self, site_id: str, text: str, *, dry_run: bool = False) -> files.Imported:
        """Take over a CSV file of mappings, all of it or, where any row is wrong, nothing; it can be rolled back.

        Raises what `read_file` does.
        """
        found = await self.read_file(site_id, text)
        if found.errors or dry_run:
            return found
        run = await self._stage.run(site_id)
        author = Author(site_id, run.site.psa.label, run.os_user, self._stage.clock.now())

        def store(tx: Transaction) -> None:
            repair.save_file(tx, author, found.mappings, _opens_todos(run, []))
            wait_for(tx, run)

        await self._stage.workspace.write(store)
        return found

    async def set(self, site_id: str, kind: str, source_id: str, target_id: str) -> None:
        """Set one mapping by hand, whatever it led to; `UserError` where its target is not valid now."""
        counted = await self._stage.workspace.read(lambda conn: mappings.mapping(conn, site_id, kind, source_id))
        edit = Edit(kind, source_id, target_id, counted.target_id if counted else "")
        for refusal in (await self.save(site_id, [edit])).refused:
            raise UserError(refusal.sentence)

    async def reject(self, site_id: str, kind: str, source_id: str, target_id: str) -> None:
        """Keep that a suggestion is not wanted, until what it rests on has changed."""
        run, at = await self._stage.run(site_id), self._stage.clock.now()

        def store(tx: Transaction) -> None:
            name = source_names(tx.conn, site_id, declared_kind(run, kind)).get(source_id, source_id)
            asked = suggesting.question(tx.conn, site_id, kind, source_id, name)
            for suggestion in suggesting.suggester(tx.conn, site_id, kind, rejected_too=True).all(asked):
                if suggestion.target.id == target_id:
                    mapping_changes.reject(tx, site_id, suggestion, at=at)

        await self._stage.workspace.write(store)

    async def take_back_rejection(self, site_id: str, kind: str, source_id: str, target_id: str) -> None:
        """Let a suggestion that was rejected be shown again."""
        await self._stage.workspace.write(
            lambda tx: mapping_changes.take_back_rejection(tx, site_id, kind, source_id, target_id)
        )

    async def changes(self, site_id: str) -> tuple[ChangeView, ...]:
        """Return the changes that were saved at a site, newest first, with what was written under each."""
        run = await self._stage.run(site_id)

        def read(conn: Connection) -> tuple[ChangeView, ...]:
            saved = mapping_changes.changes(conn, site_id)
            written = written_under(conn, saved, _needs(run))
            return tuple(_change_view(change, written[change.id]) for change in saved)

        return await self._stage.workspace.read(read)

    async def rollback(self, site_id: str, change_ids: Sequence[int]) -> RollbackResult:
        """Put back what counted before; what was written under it meanwhile is named and left alone."""
        run, at = await self._stage.run(site_id), self._stage.clock.now()

        def store(tx: Transaction) -> RollbackResult:
            done = repair.roll_back(tx, site_id, change_ids, at=at, on_taken_back=todo.drop_for)
            written = written_under(tx.conn, done.changes, _needs(run))
            left = {entry.id: _written_text(entry) for entries in written.values() for entry in entries}
            return RollbackResult(
                text=_rolled_back_text(len(done.changes), len(left), run.site.psa.label),
                refused=tuple(done.refused),
                left_alone=_listed(list(left.values())),
            )

        return await self._stage.workspace.write(store)


def _opens_todos(run: SiteRun, opened: list[int]) -> OnSaved:
    """Return what opens the to-do that a saved change calls for; `opened` gets their ids."""
    kinds = {kind.name: kind for kind in run.connector.mapping_kinds}

    def on_saved(tx: Transaction, change: MappingChange) -> None:
        made = todo.open_for(tx, run.site, change, kinds[change.kind])
        opened.extend([] if made is None else [made])

    return on_saved


class Step(NamedTuple):
    """One edit in words: what is mapped, and the target that it gets; None where another origin's counts again."""

    source: str
    target: Target | None


def _steps(conn: Connection, run: SiteRun, edits: Sequence[Edit]) -> list[Step]:
    steps = []
    for edit in edits:
        names = source_names(conn, run.site.id, declared_kind(run, edit.kind))
        target = _target(conn, run, edit.kind, edit.target_id) if edit.target_id else None
        steps.append(Step(names.get(edit.source_id, edit.source_id), target))
    return steps


def _target(conn: Connection, run: SiteRun, kind: str, target_id: str) -> Target:
    """Return a target as it is known, also one of those that are not listed; of any other only the number is."""
    further = further_targets(conn, run, kind, f"#{target_id}")
    known = (target for target in chain(mappings.targets(conn, run.site.id, kind), further) if target.id == target_id)
    return next(known, Target(kind=kind, id=target_id, name=""))


def _in_psa(conn: Connection, site_id: str, kinds: Collection[RecordKind]) -> set[RecordRef]:
    """Return the records of these kinds that are in the PSA as far as is known: linked, or called so by Salesbuildr."""
    found: set[RecordRef] = set()
    for kind in kinds:
        found |= {RecordRef(kind=kind, id=each) for each in records.claiming(conn, site_id, kind)}
        found |= {link.ref for link in links.links_by_kind(conn, site_id, kind) if not link.part}
    return found


def _wish(conn: Connection, run: SiteRun, edit: Edit) -> Wish:
    declared = declared_kind(run, edit.kind)
    name = source_names(conn, run.site.id, declared).get(edit.source_id, "")
    if not name:
        raise UserError(
            f"There is no {declared.source_label.casefold()} with the id “{edit.source_id}” at this site; "
            "a refresh reads what is new."
        )
    return Wish(declared, edit.source_id, name, edit.target_id, edit.was)


async def _as_they_are_now(run: SiteRun, wishes: Sequence[Wish]) -> dict[Key, Target]:
    """Ask the PSA for the wished targets; a kind that cannot be read raises its `SyncError`'s sentence."""
    wanted: dict[str, list[str]] = {}
    for wish in wishes:
        if wish.target_id:
            wanted.setdefault(wish.kind.name, []).append(wish.target_id)
    found: dict[Key, Target] = {}
    for kind, listing in (await run.connector.listings(wanted)).items() if wanted else ():
        if listing.failure is not None:
            raise UserError(
                f"Nothing was saved: {run.site.psa.label} did not show its targets. {listing.failure.message}"
            )
        there = {target.id: target for target in listing.targets}
        found |= {
            wish.key: there[wish.target_id] for wish in wishes if wish.kind.name == kind and wish.target_id in there
        }
    return found


def _needs(run: SiteRun) -> Needs:
    return Needs(run.connector.mapping_kinds, run.connector.entity_of)


def _change_view(change: MappingChange, written: Sequence[Activity]) -> ChangeView:
    before, after = (_led_to(each) for each in (change.counted_before, change.after))
    source = OTHERS_LABEL if change.source_id == OTHERS else change.source_name
    return ChangeView(
        id=change.id,
        batch=change.batch,
        text=f"{source}: {before} → {after}{', from a file' if change.after.origin is MappingOrigin.FILE else ''}",
        at=change.at,
        os_user=change.os_user,
        rolled_back=change.rolled_back_at is not None,
        written_since=_listed([_written_text(entry) for entry in written]),
    )


def _led_to(mapping: Mapping | None) -> str:
    if mapping is None:
        return "not mapped"
    if not mapping.target_id:
        return "what another origin says" if mapping.origin is MappingOrigin.HAND else "not mapped"
    return f"{mapping.target_name} (#{mapping.target_id})" if mapping.target_name else f"#{mapping.target_id}"


def _written_text(entry: Activity) -> str:
    return f"{entry.what} (#{entry.external_id})" if entry.external_id else entry.what


def _listed(texts: Sequence[str]) -> tuple[str, ...]:
    more = len(texts) - _NAMED
    return (*texts[:_NAMED], f"and {more:,} more") if more > 0 else tuple(texts)


def _rolled_back_text(changes: int, left: int, psa: str) -> str:
    if not changes:
        return "Nothing was rolled back"
    text = f"{plural(changes, 'mapping')} rolled back"
    stay = "stays as it is" if left == 1 else "stay as they are"
    return f"{text}. {plural(left, 'write')} into {psa} meanwhile {stay}" if left else text
