"""Rows are kept, hidden and given ids."""

import pytest

from sync_desktop.sandbox.store import FIRST_NEW_ID, Store, TextStore
from sync_desktop.sandbox.switches import SwitchError, Switches


def test_new_rows_get_ids_that_were_never_used() -> None:
    store = Store({"Quotes": [{"id": 7}]})
    first = store.insert("Quotes", {"id": 0, "name": "A"})
    assert first == FIRST_NEW_ID
    store.delete("Quotes", first)
    assert store.insert("Quotes", {"name": "B"}) == first + 1
    assert store.insert("Quotes", {"id": 9}) == 9
    with pytest.raises(KeyError, match="there already"):
        store.insert("Quotes", {"id": 9})


def test_text_ids_are_the_same_in_each_run() -> None:
    assert TextStore().insert("quote", {}) == TextStore().insert("quote", {})
    assert len(TextStore().insert("quote", {})) == 24


def test_an_update_changes_members_but_never_the_id() -> None:
    store = Store({"Companies": [{"id": 0, "companyName": "Own"}]})
    assert store.update("Companies", 0, {"companyName": "Ours", "id": 5}) == {"id": 0, "companyName": "Ours"}
    with pytest.raises(KeyError):
        store.update("Companies", 1, {})


def test_rows_are_copies_of_what_was_given() -> None:
    given = {"id": 1, "lines": [1]}
    store = Store({"Quotes": [given]})
    given["lines"] = [2]
    assert store.dump() == {"Quotes": [{"id": 1, "lines": [1]}]}


def test_hidden_rows_are_kept_but_not_visible_until_shown_again() -> None:
    store = Store({"Companies": [{"id": 2}, {"id": 1}]})
    show = store.hide("companies", lambda row: row["id"] == 1)
    assert [row["id"] for row in store.visible("Companies")] == [2]
    assert set(store.rows("Companies")) == {1, 2}
    show()
    show()
    assert [row["id"] for row in store.visible("Companies")] == [1, 2]


@pytest.mark.parametrize("value", ["", "x", None, 1.5])
def test_what_is_no_number_is_no_id(value: object) -> None:
    with pytest.raises(ValueError, match=r"int|id"):
        Store().to_id(value)


def test_a_switch_declared_again_keeps_its_position() -> None:
    switches = Switches()
    switches.declare("autotask", "unknown_id", "null", ("null", "404"))
    switches.set("autotask", "unknown_id", "404")
    switches.declare("autotask", "unknown_id", "null", ("null", "404"))
    assert switches.get("autotask", "unknown_id") == "404"
    switches.reset()
    assert switches.get("autotask", "unknown_id") == "null"


def test_switches_and_positions_that_do_not_exist_are_told_by_name() -> None:
    switches = Switches()
    switches.declare("autotask", "services_2026_fields", "on")
    with pytest.raises(SwitchError, match="can be on, off"):
        switches.set("autotask", "services_2026_fields", "maybe")
    with pytest.raises(SwitchError, match="services_2026_fields"):
        switches.get("autotask", "nothing")
    with pytest.raises(SwitchError, match="default"):
        switches.declare("autotask", "other", "maybe")
