"""What the sandbox's control server says that a practice system holds: the rows that tests compare with their own."""

from collections.abc import Collection
from typing import Any

import httpx

from tests.sync.sync_stage import Stage

Row = dict[str, Any]
Holdings = dict[str, dict[int, Row]]
"""Rows by id, by collection."""

FIRST_NEW = 100_001
"""From here on the sandbox counts the ids of rows that were made after its start."""


async def holdings(stage: Stage, *collections: str) -> Holdings:
    """Ask the control server for whole collections of the stage's PSA."""
    async with httpx.AsyncClient(base_url=stage.sandbox.control_url, trust_env=False, verify=False) as control:  # noqa: S501 - plain HTTP
        answers = {name: await control.get(f"/world/{stage.side.system}/{name}") for name in collections}
    return {name: {row["id"]: row for row in answer.json()} for name, answer in answers.items()}


def made(rows: dict[int, Row]) -> list[Row]:
    """Return the rows that were made since the start, in the order of their ids."""
    return [row for row_id, row in sorted(rows.items()) if row_id >= FIRST_NEW]


def without(row: Row, names: Collection[str]) -> Row:
    """Return a row without members that only the server can know."""
    return {name: value for name, value in row.items() if name not in names}
