"""Opening refuses what it cannot use in one sentence, and leaves it as it was."""

import asyncio
import os
import sqlite3
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from sync_desktop.domain.failures import UserError
from sync_desktop.storage import settings
from sync_desktop.storage.workspace import APPLICATION_ID, Transaction, Workspace
from tests.storage.shelf import SITE, FixedClock, opened

NOBODY = 65534
posix = pytest.mark.skipif(os.name != "posix", reason="rights of a folder are POSIX's here")


async def refused(path: Path, *, create: bool = True) -> str:
    """Return the sentence with which a path is refused, after making sure that its folder is untouched."""
    before = contents(path.parent)
    with pytest.raises(UserError) as error:
        await opened(path, create=create)
    assert contents(path.parent) == before
    sentence = str(error.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def allow(path: Path, mode: int) -> None:
    path.chmod(mode)


def delete(path: Path) -> None:
    path.unlink()


def contents(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    return {found.name: found.read_bytes() if found.is_file() else b"" for found in folder.iterdir()}


@pytest.fixture
async def closed(path: Path) -> Path:
    """A workspace with some pages in it, closed."""
    workspace = await opened(path)

    def fill(tx: Transaction) -> None:
        for n in range(100):
            settings.put(tx, f"key {n}", "x" * 500)

    await workspace.write(fill)
    await workspace.close()
    return path


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def pragma(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA {statement}")


async def test_a_new_workspace_is_one_file_and_only_its_user_may_read_it(path: Path) -> None:
    await (await opened(path)).close()
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    assert os.name != "posix" or rights(path) == 0o600


async def test_reopening_keeps_everything(closed: Path) -> None:
    workspace = await opened(closed, create=False)
    assert await workspace.read(lambda conn: settings.get(conn, "key 99")) == "x" * 500
    await workspace.close()
    assert [found.name for found in closed.parent.iterdir()] == [closed.name]


async def test_a_missing_file_is_not_made_where_one_is_meant_to_be(path: Path) -> None:
    assert "There is no workspace at" in await refused(path, create=False)


async def test_a_missing_folder(tmp_path: Path) -> None:
    assert "does not exist" in await refused(tmp_path / "nowhere" / "a.syncdesk")


async def test_a_folder_is_not_a_workspace(tmp_path: Path) -> None:
    assert "is a folder" in await refused(tmp_path)


@posix
async def test_a_pipe_is_not_a_workspace(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(UserError, match="is not a file"):
        await opened(path)


async def test_an_empty_file_is_not_taken_for_a_new_workspace(path: Path) -> None:
    Path.touch(path)
    assert "is empty" in await refused(path)


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda file: file.write_bytes(b"not a database at all" * 500), id="garbage"),
        pytest.param(lambda file: file.write_bytes(b"\x00" * 8192), id="zeros"),
        pytest.param(lambda file: overwrite(file, 0, b"garbage in the header"), id="bad header"),
        pytest.param(lambda file: overwrite(file, 16, b"\xff\xff"), id="bad page size"),
        pytest.param(lambda file: os.truncate(file, file.stat().st_size // 2), id="cut in half"),
        pytest.param(lambda file: os.truncate(file, file.stat().st_size - 100), id="cut by a few bytes"),
        pytest.param(lambda file: os.truncate(file, 50), id="cut to half a header"),
        pytest.param(lambda file: overwrite(file, 4096 * 3, b"\xa5" * 4096 * 30), id="garbage in the middle"),
    ],
)
async def test_a_damaged_file(closed: Path, harm: Callable[[Path], object]) -> None:
    harm(closed)
    assert "is damaged or is not a workspace" in await refused(closed)


async def test_the_database_of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cookies (name TEXT)")
    assert "database of another program" in await refused(path)


async def test_a_newer_workspace(closed: Path) -> None:
    pragma(closed, "user_version = 7")
    sentence = await refused(closed)
    assert "newer Sync Desktop" in sentence
    assert "format 7" in sentence


@pytest.mark.parametrize("mode", ["wal", "delete"])
async def test_a_file_that_another_program_keeps_to_itself(closed: Path, mode: str) -> None:
    with closing(sqlite3.connect(closed, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("BEGIN EXCLUSIVE")
        assert "Another program is using" in await refused(closed)


async def test_a_file_locked_for_good(closed: Path) -> None:
    with closing(sqlite3.connect(closed, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA user_version = 1")
        assert "Another program is using" in await refused(closed)


@pytest.fixture
async def reachable() -> AsyncIterator[Path]:
    """A workspace in a folder that any user can reach."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.syncdesk"
        await (await opened(path)).close()
        yield path
        allow(path.parent, 0o755)


@contextmanager
def without_special_rights(*paths: Path) -> Iterator[None]:
    """Act as an ordinary user to whom some paths belong: root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    for path in paths:
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@posix
async def test_a_read_only_file(reachable: Path) -> None:
    allow(reachable.parent, 0o755)
    allow(reachable, 0o444)
    with without_special_rights(reachable, reachable.parent):
        assert "is read-only" in await refused(reachable)


@posix
async def test_a_read_only_folder(reachable: Path) -> None:
    allow(reachable, 0o644)
    allow(reachable.parent, 0o555)
    with without_special_rights(reachable, reachable.parent):
        sentence = await refused(reachable)
    assert "The folder" in sentence
    assert "is read-only" in sentence


async def test_a_log_left_by_a_deleted_workspace_does_not_come_back(path: Path) -> None:
    first = await opened(path)
    await first.write(lambda tx: settings.put(tx, "old", "1"))
    log = path.with_name(f"{path.name}-wal").read_bytes()
    await first.close()
    delete(path)
    path.with_name(f"{path.name}-wal").write_bytes(log)
    second = await opened(path)
    assert await second.read(lambda conn: settings.get(conn, "old")) is None
    await second.close()


async def test_another_tools_journal_mode_is_put_right(closed: Path) -> None:
    pragma(closed, "journal_mode = delete")
    workspace = await opened(closed)
    await workspace.close()
    with closing(sqlite3.connect(closed)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


async def test_opening_without_a_migration_does_not_load_alembic(closed: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from sync_desktop.domain.clock import SystemClock\n"
        "from sync_desktop.storage.workspace import Workspace\n"
        "async def main():\n"
        "    await (await Workspace.open(Path(sys.argv[1]), clock=SystemClock())).close()\n"
        "    print('alembic' in sys.modules, 'PySide6' in sys.modules)\n"
        "asyncio.run(main())\n"
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", script, closed, stdout=asyncio.subprocess.PIPE)
    printed, _ = await child.communicate()
    assert printed.split() == [b"False", b"False"]


async def test_two_openings_of_one_file_see_each_other(closed: Path) -> None:
    one, two = await opened(closed), await opened(closed)
    await one.write(lambda tx: settings.put(tx, "from", SITE.id))
    assert await two.read(lambda conn: settings.get(conn, "from")) == SITE.id
    await one.close()
    await two.write(lambda tx: settings.put(tx, "still", "here"))
    await two.close()


async def test_a_relative_path_is_made_absolute(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    workspace = await Workspace.open(Path(path.name), clock=FixedClock())
    assert workspace.path == path
    await workspace.close()
