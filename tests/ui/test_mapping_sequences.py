"""Any sequence of edits, undo, redo, save, rollback and changes by others leaves what a simple model says."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from PySide6.QtCore import QObject
from sqlalchemy import Connection, create_engine

from sync_desktop.domain.mappings import Mapping, Target
from sync_desktop.domain.words import MappingOrigin
from sync_desktop.mapping.repair import Author, Wish, roll_back, save, why_not_valid
from sync_desktop.storage import mappings, schema, sites
from sync_desktop.storage.transaction import Transaction
from sync_desktop.ui.mappings.entries import PendingEdit
from sync_desktop.ui.mappings.pending import PendingEdits
from sync_desktop.workbench.mapping_views import Refusal
from tests.mapping.test_repair import AUTHOR, KIND, NOON, SITE

SOURCES = ("c1", "c2", "c3")
TARGETS = ("41", "57", "58")
SAYS = {"c1": "41"}
"""What Salesbuildr says of a source; of the others nothing."""
Changes = dict[str, tuple[str, str] | None]
"""By source: the target and what counted when it was chosen; None where there is no edit."""
SOME = st.lists(st.sampled_from(SOURCES), min_size=1, unique=True)


@dataclass
class Model:
    """What should be: the mappings by hand, the edits that are not saved, and what could be undone or taken back."""

    hand: dict[str, str] = field(default_factory=dict)
    edits: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By source: the target, and the one that counted when it was chosen."""
    undone: list[tuple[Changes, Changes]] = field(default_factory=list)
    redone: list[tuple[Changes, Changes]] = field(default_factory=list)
    saved: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Change, source, the target by hand before, and after."""

    def counts(self, source: str) -> str:
        return self.hand.get(source) or SAYS.get(source, "")

    def put(self, changes: Changes) -> None:
        for source, edit in changes.items():
            if edit is None:
                self.edits.pop(source, None)
            else:
                self.edits[source] = edit


class Sequences(RuleBasedStateMachine):
    """The page's edits and the stored mappings beside the model."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine("sqlite://")
        self.model = Model()
        self.valid = dict.fromkeys(TARGETS, True)

    @initialize()
    def begin(self) -> None:
        self.conn: Connection = self.engine.connect()
        schema.metadata.create_all(self.conn)
        self.tx = Transaction(self.conn)
        sites.save_site(self.tx, SITE)
        for source, target in SAYS.items():
            self._store(source, target, MappingOrigin.SALESBUILDR)
        self.parent = QObject()
        self.pending = PendingEdits(SITE.id, self.parent)

    def teardown(self) -> None:
        self.engine.dispose()

    def _store(self, source: str, target: str, origin: MappingOrigin) -> None:
        told = Mapping(kind=KIND.name, source_id=source, source_name=source, target_id=target, origin=origin)
        mappings.save_mapping(self.tx, SITE.id, told, at=NOON)

    @rule(sources=SOME, to=st.sampled_from(("", *TARGETS)))
    def edit(self, sources: list[str], to: str) -> None:
        made = {source: (to, self.model.counts(source)) for source in sources}
        known = self.model.edits
        before = {source: known.get(source) for source, edit in made.items() if edit != known.get(source)}
        edits = {(KIND.name, source): PendingEdit(source, to, to, was) for source, (_, was) in made.items()}
        self.pending.change(edits, "edit")
        if before:
            step: Changes = {source: made[source] for source in before}
            self.model.put(step)
            self.model.undone.append((step, before))
            self.model.redone.clear()

    @rule()
    def undo(self) -> None:
        self.pending.stack.undo()
        if self.model.undone:
            step = self.model.undone.pop()
            self.model.put(step[1])
            self.model.redone.append(step)

    @rule()
    def redo(self) -> None:
        self.pending.stack.redo()
        if self.model.redone:
            step = self.model.redone.pop()
            self.model.put(step[0])
            self.model.undone.append(step)

    @rule()
    def save(self) -> None:
        edits = self.pending.edits()
        wishes = [Wish(KIND, each.source_id, each.source_id, each.target_id, each.was) for each in edits]
        there = {target: Target(kind=KIND.name, id=target, name=target, valid=self.valid[target]) for target in TARGETS}
        targets = {wish.key: there[wish.target_id] for wish in wishes if wish.target_id}
        invalid = {wish.key: why for wish in wishes if (why := why_not_valid(wish, targets.get(wish.key), "the PSA"))}
        author = Author(SITE.id, AUTHOR.psa, AUTHOR.os_user, NOON)
        done = save(self.tx, author, [wish for wish in wishes if wish.key not in invalid], targets)
        refused = invalid | done.refused
        self.pending.saved(edits, [Refusal(*key, why) for key, why in refused.items()])
        self._save_in_model({change.source_id: change.id for change in done.changes})

    def _save_in_model(self, made: dict[str, int]) -> None:
        for source, (target, was) in list(self.model.edits.items()):
            if (target and not self.valid[target]) or was != self.model.counts(source):
                continue  # refused, so that it stays an edit
            before = self.model.hand.get(source, "")
            del self.model.edits[source]
            if before != target:
                self.model.saved.append((made[source], source, before, target))
                self.model.hand[source] = target
        self.model.undone.clear()
        self.model.redone.clear()

    @precondition(lambda self: self.model.saved)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        number, source, before, after = data.draw(st.sampled_from(self.model.saved))
        roll_back(self.tx, SITE.id, [number], at=NOON)
        if self.model.hand.get(source, "") == after:
            self.model.hand[source] = before
            self.model.saved.remove((number, source, before, after))

    @rule(row=st.sampled_from(TARGETS))
    def somebody_changes_the_psa(self, row: str) -> None:
        self.valid[row] = not self.valid[row]

    @rule(source=st.sampled_from(SOURCES), to=st.sampled_from(TARGETS))
    def somebody_sets_a_mapping(self, source: str, to: str) -> None:
        self._store(source, to, MappingOrigin.HAND)
        self.model.hand[source] = to

    @invariant()
    def the_stored_mappings_are_the_models(self) -> None:
        if not hasattr(self, "conn"):
            return
        found = {each.source_id: each.target_id for each in mappings.mappings(self.conn, SITE.id)}
        assert found == {source: target for source in SOURCES if (target := self.model.counts(source))}

    @invariant()
    def the_edits_are_the_models(self) -> None:
        if hasattr(self, "pending"):
            found = {each.source_id: (each.target_id, each.was) for each in self.pending.edits()}
            assert found == self.model.edits


Sequences.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestAnySequence = Sequences.TestCase
