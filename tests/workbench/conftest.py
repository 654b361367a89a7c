"""The default world, read and checked once a worker."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.workbench.desk_stage import DeskStage, desk_stage, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace file in which the default world was read and checked."""
    path = tmp_path_factory.mktemp("template") / "checked.db"
    asyncio.run(make_template(path))
    return path


@pytest.fixture
async def stage(template: Path, tmp_path: Path) -> AsyncIterator[DeskStage]:
    """Return a workbench over a copy of that file."""
    async with desk_stage(tmp_path / "workspace.db", template) as made:
        yield made


@pytest.fixture
async def empty_stage(tmp_path: Path) -> AsyncIterator[DeskStage]:
    """Return a workbench over a workspace in which nothing was read yet."""
    async with desk_stage(tmp_path / "workspace.db", None) as made:
        yield made
