from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync_desktop.storage.workspace import Workspace
from tests.storage.shelf import FixedClock, opened


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "practice of M%C3%BCller 100% #1?.syncdesk"  # every letter that could mean something in a URI


@pytest.fixture
async def workspace(path: Path, clock: FixedClock) -> AsyncIterator[Workspace]:
    workspace = await opened(path, clock)
    yield workspace
    await workspace.close()


@pytest.fixture(autouse=True)
def new_workspaces() -> None:
    """Leave it to the program to make each new workspace, which is what these tests look at."""
