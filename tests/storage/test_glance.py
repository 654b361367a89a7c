"""The first page read with sqlite3 alone: only from a file at rest and of this version, and without a trace."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sync_desktop.domain.words import IssueState
from sync_desktop.storage import schema
from sync_desktop.storage.glance import TABLES_VERSION, Glance, glance
from tests.storage.shelf import opened


def seen(path: Path) -> Glance | None:
    """Return what a glance sees, after making sure that it changed nothing in the folder."""
    before = contents(path.parent), path.parent.stat().st_mtime_ns
    found = glance(path, state=IssueState.OPEN, limit=10)
    assert (contents(path.parent), path.parent.stat().st_mtime_ns) == before, "nothing was there even for a moment"
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() if each.is_file() else b"" for each in folder.iterdir()}


def statement(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        driver.execute(text)


@pytest.fixture
async def closed(path: Path) -> Path:
    """An empty workspace at rest."""
    await (await opened(path)).close()
    return path


def test_the_statements_are_for_the_tables_of_this_version() -> None:
    """Where this fails: see that the statements of `glance` still say what `issues.listed` says, then raise it."""
    assert TABLES_VERSION == schema.SCHEMA_VERSION


async def test_an_empty_workspace_has_an_empty_first_page(closed: Path) -> None:
    found = seen(closed)
    assert found is not None
    assert (found.issues, set(found.counts.values())) == ((), {0})
    assert [site.name for site in found.sites] == ["Contoso MSP", "Fabrikam"]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda path: path.unlink(), id="missing"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_text("Dear reader, this is no workspace. " * 500), id="a text"),
        pytest.param(lambda path: os.truncate(path, 5000), id="cut off"),
        pytest.param(lambda path: statement(path, "PRAGMA user_version = 999"), id="newer"),
        pytest.param(lambda path: statement(path, "PRAGMA user_version = 1"), id="older"),
        pytest.param(lambda path: statement(path, "PRAGMA application_id = 7"), id="of another program"),
        pytest.param(lambda path: statement(path, "DROP TABLE settings"), id="without a table"),
        pytest.param(
            lambda path: statement(path, "INSERT INTO sites VALUES ('s', 'Site', '{}')"), id="with a site of no shape"
        ),
        pytest.param(
            lambda path: statement(path, "INSERT INTO sites VALUES ('s', 'Site', 'no JSON')"), id="with no JSON"
        ),
    ],
)
async def test_what_is_not_as_expected_is_left_to_the_workspace(closed: Path, harm: Callable[[Path], object]) -> None:
    harm(closed)
    assert seen(closed) is None


async def test_a_folder_and_a_pipe_are_not_looked_into(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert seen(tmp_path / "folder") is None
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe")
        assert glance(tmp_path / "pipe", state=IssueState.OPEN, limit=10) is None


async def test_a_workspace_whose_log_holds_something_is_left_to_the_workspace(path: Path) -> None:
    workspace = await opened(path)
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    assert glance(path, state=IssueState.OPEN, limit=10) is None
    await workspace.close()
    assert seen(path) is not None


async def test_a_file_that_another_tool_is_changing_is_left_to_the_workspace(closed: Path) -> None:
    with closing(sqlite3.connect(closed, isolation_level=None)) as tool:
        tool.execute("PRAGMA journal_mode = DELETE")
        tool.execute("BEGIN IMMEDIATE")
        tool.execute("INSERT INTO settings VALUES ('half', 'written')")
        assert glance(closed, state=IssueState.OPEN, limit=10) is None
        tool.execute("ROLLBACK")
    assert seen(closed) is not None


async def test_a_file_that_changes_meanwhile_is_left_to_the_workspace(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def disturbed(*args: object, **named: object) -> sqlite3.Connection:
        monkeypatch.setattr(sqlite3, "connect", connect)
        statement(closed, "INSERT INTO settings VALUES ('somebody', 'writes')")
        return connect(*args, **named)  # type: ignore[call-overload, no-any-return]  # what it was given

    monkeypatch.setattr(sqlite3, "connect", disturbed)
    assert glance(closed, state=IssueState.OPEN, limit=10) is None
