"""Worlds are read from their files: dates become real ones, and what makes no sense is refused in a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.sandbox.server import Sandbox
from sync_desktop.sandbox.world import WorldError, load_world, resolve
from tests.sandbox.practice import NOW, SMALL


def test_relative_dates_become_real_ones_and_nothing_else_changes() -> None:
    given = {"at": "{-3}T09:30:00Z", "on": "{+2}", "note": "{braces}", "rows": [1, None, True]}
    assert resolve(given, NOW) == {
        "at": "2026-03-07T09:30:00Z",
        "on": "2026-03-12",
        "note": "{braces}",
        "rows": [1, None, True],
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema_version": 2}, "schema version 2"),
        ({"sites": []}, "no site"),
        ({"sites": [{"name": "X", "psa": "sap"}]}, "sap"),
        ({"sites": [{"name": "X", "psa": "autotask"}]}, "salesbuildr"),
        ({"sites": None}, "lacks"),
        ({"sites": [{**SMALL["sites"][0], "hidden": [{"where": {"id": 1}}]}]}, "hide needs"),
    ],
)
def test_a_world_that_makes_no_sense_is_refused_in_a_sentence(change: dict[str, Any], says: str) -> None:
    with pytest.raises(WorldError, match=says):
        load_world({**SMALL, **change}, NOW)


def test_a_file_that_is_no_world_is_refused_by_its_name(tmp_path: Path) -> None:
    for text in ("{", json.dumps([1])):
        (tmp_path / "odd.json").write_text(text)
        with pytest.raises(WorldError, match=r"odd\.json"):
            load_world(tmp_path / "odd.json", NOW)
    with pytest.raises(WorldError, match=r"none\.json"):
        load_world(tmp_path / "none.json", NOW)


async def test_what_a_world_hides_is_there_and_not_seen_also_after_a_reset() -> None:
    hidden = {"collection": "Companies", "where": {"id": [11, 12]}}
    async with Sandbox({**SMALL, "sites": [{**SMALL["sites"][0], "hidden": [hidden]}]}) as sandbox:
        for _ in range(2):
            store = sandbox.store("autotask")
            assert [row["id"] for row in store.visible("Companies")] == [0]
            assert sorted(store.rows("Companies")) == [0, 11]
            sandbox.reset()
