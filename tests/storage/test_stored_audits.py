"""Audits, saved changes of mappings, rejected suggestions and to-dos, as they are kept."""

from datetime import timedelta
from functools import partial

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import Mapping, MappingChange, Suggestion, Target, TargetChange, Todo
from sync_desktop.domain.words import FailureKind, MappingOrigin, MappingState, SuggestedBy
from sync_desktop.storage import audits, mapping_changes, mappings, todos
from sync_desktop.storage.audits import Audit
from sync_desktop.storage.workspace import Transaction, Workspace
from tests.storage.shelf import NOON, OTHER, SITE, each

CODE = Target(
    kind="code",
    id="41/87/3",
    name="Security",
    state=MappingState.MOVED,
    moved_to="5/87/3",
    valid=False,
    why_not="moved",
)
DENIED = Failure(kind=FailureKind.PERMISSION, message="Members may not be read")
CHANGE = TargetChange(kind="code", target_id="41", name="Security", was=None, now=MappingState.INACTIVE, at=NOON)


def mapped(target_id: str, origin: MappingOrigin = MappingOrigin.HAND) -> Mapping:
    return Mapping(kind="code", source_id="c1", source_name="Firewalls", target_id=target_id, origin=origin)


async def test_a_target_keeps_its_state_and_where_it_went(workspace: Workspace) -> None:
    await workspace.write(lambda tx: mappings.save_targets(tx, SITE.id, "code", [CODE], at=NOON))
    assert await workspace.read(lambda conn: mappings.all_targets(conn, SITE.id)) == {"code": {"41/87/3": CODE}}
    assert await workspace.read(lambda conn: mappings.all_targets(conn, OTHER.id)) == {}


async def test_origins_stand_beside_each_other_in_the_order_in_which_they_count(workspace: Workspace) -> None:
    said = [mapped("41", MappingOrigin.ERROR_TEXT), mapped("7", MappingOrigin.PRODUCTS), mapped("9")]
    await each(workspace, said, lambda tx, one: mappings.save_mapping(tx, SITE.id, one, at=NOON))
    found = await workspace.read(lambda conn: mappings.by_origin(conn, SITE.id, "code", "c1"))
    assert list(found.items()) == [(one.origin, one) for one in reversed(said)]


async def test_the_newest_audits_are_kept_with_what_they_found(workspace: Workspace) -> None:
    assert await workspace.read(lambda conn: audits.newest(conn, SITE.id)) is None
    made = [
        Audit(at=NOON + timedelta(minutes=number), calls=number, milliseconds=5, problems={"owner": DENIED})
        for number in range(60)
    ]
    await each(workspace, made, lambda tx, audit: audits.save_audit(tx, SITE.id, audit))
    told = CHANGE.model_copy(update={"was": MappingState.VALID, "was_called": "Firewalls", "at": made[-1].at})
    last = Audit(at=made[-1].at, calls=3, milliseconds=7, changes=(told,))
    await workspace.write(lambda tx: audits.save_audit(tx, SITE.id, last))
    assert await workspace.read(lambda conn: audits.newest(conn, SITE.id)) == last
    assert await workspace.read(lambda conn: audits.latest(conn, SITE.id, limit=100)) == [last, *made[:10:-1]]
    assert await workspace.read(lambda conn: audits.newest(conn, OTHER.id)) is None


def saved(batch: str, target_id: str, before: Mapping | None) -> MappingChange:
    return MappingChange(
        id=0,
        batch=batch,
        site_id=SITE.id,
        kind="code",
        source_id="c1",
        source_name="Firewalls",
        before=before,
        counted_before=before or mapped("41", MappingOrigin.SALESBUILDR),
        after=mapped(target_id),
        at=NOON,
        os_user="ana",
    )


async def test_saved_changes_know_what_they_replaced_and_can_be_marked_as_taken_back(workspace: Workspace) -> None:
    first, second = saved("b1", "7", None), saved("b2", "9", mapped("7"))

    def save(tx: Transaction) -> list[int]:
        return [*mapping_changes.save_changes(tx, [first]), *mapping_changes.save_changes(tx, [second])]

    one, two = await workspace.write(save)
    await workspace.write(lambda tx: mapping_changes.mark_rolled_back(tx, two, at=NOON))
    newest = second.model_copy(update={"id": two, "rolled_back_at": NOON})
    oldest = first.model_copy(update={"id": one})
    assert await workspace.read(lambda conn: mapping_changes.changes(conn, SITE.id)) == [newest, oldest]
    assert await workspace.read(lambda conn: mapping_changes.changes(conn, batch="b1")) == [oldest]
    assert await workspace.read(lambda conn: mapping_changes.change(conn, two)) == newest
    assert await workspace.read(lambda conn: mapping_changes.changes(conn, OTHER.id)) == []


async def test_a_rejected_suggestion_is_known_by_what_it_rested_on(workspace: Workspace) -> None:
    suggestion = Suggestion(
        kind="code", source_id="c1", target=CODE, by=SuggestedBy.NAME, evidence="same name", score=0.9
    )
    reject = partial(mapping_changes.reject, site_id=SITE.id, suggestion=suggestion, at=NOON)
    await workspace.write(reject)
    found = await workspace.read(lambda conn: mapping_changes.rejected(conn, SITE.id))
    assert found == {("code", "c1", "41/87/3"): suggestion.fingerprint}
    other = suggestion.model_copy(update={"evidence": "12 products"})
    assert other.fingerprint != suggestion.fingerprint


async def test_a_to_do_stands_until_it_is_proved_and_a_newer_one_replaces_it(workspace: Workspace) -> None:
    todo = Todo(
        id=0,
        site_id=SITE.id,
        kind="code",
        source_id="c1",
        source_name="Firewalls",
        bad_target_id="41",
        bad_target_name="Security HW",
        good_target_id="57",
        good_target_name="Network Security",
        opened_at=NOON,
    )
    again = todo.model_copy(update={"good_target_id": "58"})
    await workspace.write(lambda tx: todos.open_todo(tx, todo))
    made = await workspace.write(lambda tx: todos.open_todo(tx, again))
    (left,) = await workspace.read(lambda conn: todos.todos(conn, SITE.id))
    assert left == again.model_copy(update={"id": made})
    await workspace.write(lambda tx: todos.tell(tx, made, "Salesbuildr's API shows #58", closed_at=NOON))
    assert await workspace.read(lambda conn: todos.todos(conn, SITE.id)) == []
    (closed,) = await workspace.read(lambda conn: todos.todos(conn, closed=True))
    assert (closed.closed_at, closed.evidence) == (NOON, "Salesbuildr's API shows #58")
    await workspace.write(lambda tx: todos.drop(tx, made))
    assert await workspace.read(lambda conn: todos.todos(conn, closed=True)) == []
