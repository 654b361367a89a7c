"""Saving mappings by hand, and taking that back: never over somebody else's change."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, create_engine

from sync_desktop.domain.mappings import Mapping, MappingKind, Target
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import MappingOrigin, Psa, RecordKind
from sync_desktop.mapping.repair import (
    Author,
    OnSaved,
    RolledBack,
    Saved,
    Wish,
    roll_back,
    save,
    save_file,
    why_not_valid,
)
from sync_desktop.storage import mapping_changes, mappings, schema, sites
from sync_desktop.storage.transaction import Transaction

SITE = Site(id="contoso", name="Contoso MSP", psa=Psa.CONNECTWISE, quoting_url="https://contoso.example/public-api")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AUTHOR = Author("contoso", "ConnectWise", "ana", NOON)
KIND = MappingKind(
    name="product-category",
    label="Category → product category",
    source="category",
    source_label="Category",
    target_label="product category",
    needed_by=(RecordKind.PRODUCT,),
)


@pytest.fixture
def tx() -> Iterator[Transaction]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
        made = Transaction(connection)
        sites.save_site(made, SITE)
        yield made
    engine.dispose()


def wish(target_id: str, was: str = "", source_id: str = "c1") -> Wish:
    return Wish(KIND, source_id, "Firewalls", target_id, was)


def saved(tx: Transaction, *wishes: Wish, on_saved: OnSaved | None = None) -> Saved:
    targets = {each.key: Target(kind=KIND.name, id=each.target_id, name=f"T{each.target_id}") for each in wishes}
    return save(tx, AUTHOR, wishes, targets, on_saved)


def counts(conn: Connection, source_id: str = "c1") -> str:
    found = mappings.mapping(conn, "contoso", KIND.name, source_id)
    return found.target_id if found else ""


def salesbuildr_says(tx: Transaction, target_id: str) -> None:
    said = Mapping(
        kind=KIND.name, source_id="c1", source_name="Firewalls", target_id=target_id, origin=MappingOrigin.SALESBUILDR
    )
    mappings.save_mapping(tx, "contoso", said, at=NOON)


def back(tx: Transaction, saved: Saved) -> RolledBack:
    return roll_back(tx, "contoso", [change.id for change in saved.changes], at=NOON)


def test_what_is_saved_counts_and_is_written_down_with_what_it_replaced(tx: Transaction) -> None:
    salesbuildr_says(tx, "41")
    done = saved(tx, wish("57", was="41"))
    (change,) = mapping_changes.changes(tx.conn, "contoso")
    assert done.changes == [change]
    assert counts(tx.conn) == "57"
    assert (change.before, change.after.target_name, change.os_user) == (None, "T57", "ana")
    assert change.counted_before is not None
    assert change.counted_before.target_id == "41"


def test_what_somebody_changed_meanwhile_is_refused_and_the_rest_is_saved(tx: Transaction) -> None:
    salesbuildr_says(tx, "42")
    done = saved(tx, wish("57", was="41"), wish("58", source_id="c2"), wish("9", was="3", source_id="c3"))
    assert list(done.refused.values()) == [
        "Firewalls leads to “#42” by now: somebody changed it meanwhile. Look at it again.",
        "Firewalls is not mapped any more: somebody changed it meanwhile. Look at it again.",
    ]
    assert (counts(tx.conn), counts(tx.conn, "c2"), counts(tx.conn, "c3")) == ("42", "58", "")


def test_taking_a_mapping_by_hand_away_lets_another_origin_count(tx: Transaction) -> None:
    salesbuildr_says(tx, "41")
    saved(tx, wish("57", was="41"))
    saved(tx, wish("", was="57"))
    assert counts(tx.conn) == "41"


def test_saving_what_is_so_already_changes_nothing(tx: Transaction) -> None:
    saved(tx, wish("57"))
    assert saved(tx, wish("57", was="57")).changes == []
    assert saved(tx, wish("", was="", source_id="c9")).changes == []


def test_a_rollback_puts_back_what_was_there_before_step_by_step(tx: Transaction) -> None:
    salesbuildr_says(tx, "41")
    first, second = saved(tx, wish("57", was="41")), saved(tx, wish("58", was="57"))
    assert back(tx, first).refused == [
        "Firewalls was changed again since, so that it stays as it is. Roll back the newer change."
    ]
    assert counts(tx.conn) == "58"
    assert len(back(tx, second).changes) == 1
    assert counts(tx.conn) == "57"
    assert len(back(tx, first).changes) == 1
    assert counts(tx.conn) == "41"
    assert back(tx, first).changes == []


def test_changes_saved_one_after_the_other_are_taken_back_together(tx: Transaction) -> None:
    ids = [saved(tx, wish(target, was=was)).changes[0].id for target, was in (("57", ""), ("58", "57"), ("59", "58"))]
    assert len(roll_back(tx, "contoso", ids, at=NOON).changes) == 3
    assert counts(tx.conn) == ""


def test_another_sites_change_is_not_taken_back(tx: Transaction) -> None:
    (change,) = saved(tx, wish("57")).changes
    assert roll_back(tx, "fabrikam", [change.id, 999], at=NOON).changes == []
    assert counts(tx.conn) == "57"


def test_what_has_to_happen_with_a_save_happens_in_its_transaction(tx: Transaction) -> None:
    told: list[str] = []
    done = saved(tx, wish("57"), on_saved=lambda _, change: told.append(f"saved {change.after.target_id}"))
    roll_back(
        tx,
        "contoso",
        [change.id for change in done.changes],
        at=NOON,
        on_taken_back=lambda _, change: told.append(f"took back {change.after.target_id}"),
    )
    assert told == ["saved 57", "took back 57"]


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (None, "Firewalls: ConnectWise shows no product category with the id 57."),
        (
            Target(kind=KIND.name, id="57", name="Net", valid=False, why_not="57 is an inactive category"),
            "Firewalls: “Net” cannot be chosen: 57 is an inactive category.",
        ),
        (Target(kind=KIND.name, id="57", name="Net"), ""),
    ],
)
def test_a_target_that_is_not_valid_any_more_is_refused_with_the_reason(target: Target | None, sentence: str) -> None:
    assert why_not_valid(wish("57"), target, "ConnectWise") == sentence
    assert why_not_valid(wish(""), target, "ConnectWise") == ""


def test_what_a_file_held_is_written_down_and_taken_back_without_touching_what_was_set_by_hand(tx: Transaction) -> None:
    salesbuildr_says(tx, "41")
    held = [
        Mapping(kind=KIND.name, source_id=each, source_name="Firewalls", target_id="57", origin=MappingOrigin.FILE)
        for each in ("c1", "c2")
    ]
    done = save_file(tx, AUTHOR, held)
    assert [(each.batch, each.after.origin) for each in done.changes] == [(done.batch, MappingOrigin.FILE)] * 2
    assert done.changes[0].counted_before is not None
    assert (done.changes[0].counted_before.target_id, counts(tx.conn)) == ("41", "57")
    assert save_file(tx, AUTHOR, held).changes == [], "the same file again changes nothing"
    saved(tx, wish("60", was="57"))
    assert (len(back(tx, done).changes), counts(tx.conn)) == (2, "60")
    assert back(tx, done).changes == []
    found = mappings.by_origin(tx.conn, "contoso", KIND.name, "c1")
    assert set(found) == {MappingOrigin.HAND, MappingOrigin.SALESBUILDR}
    assert counts(tx.conn, "c2") == ""
