"""What every test has: no real screen, no unnoticed error in the log, and the options of the contract tests."""

import gc
import logging
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

# Before anything imports Qt: a test never opens a window on somebody's screen, unless its runner says so.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The disk is waited for at each of thousands of commits, and none of that is what is tested: no test cuts the power.
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3  # noqa: S108 - pytest makes a folder of its own there
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM and os.access(MEMORY, os.W_OK):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

CONTRACT_DIR_VARIABLE = "SYNC_DESKTOP_CONTRACT_DIR"
LONGEST_FIRST = ("resilience", "contract", "sync", "cli", "workbench", "diagnosis", "psa", "investigate", "ui")
TABLE, SHOWS, SUGGESTIONS = "table of rules", "shows rule", "table of suggestions"
"""Properties of a test: a table that the output is to end with, and a rule that spoke of a sync in the test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of this suite."""
    parser.addoption(
        "--contract-dir",
        default=os.environ.get(CONTRACT_DIR_VARIABLE, ""),
        metavar="DIR",
        help=(
            "folder with the published API descriptions (`specs/`) and the checker (`tools/`) for tests/contract; "
            f"by default what {CONTRACT_DIR_VARIABLE} says, and without it those tests are skipped"
        ),
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest; within a folder the order stays random.

    A file is one worker's, and whichever file is left to the end keeps the other worker waiting.
    """
    folders = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: folders.get(item.path.parent.name, len(folders)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep Python's garbage collector away from what lives to the end: thousands of tests and all that they import."""
    del session
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers of this file."""
    config.addinivalue_line("markers", "logs_errors: this test is about something that has to be logged as an error")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables; each comes with the report of its test, from whichever process that ran in."""
    told = [each for report in terminalreporter.getreports("passed") for each in report.user_properties]
    for table in [value for name, value in told if name == TABLE]:
        spoke = {value for name, value in told if name == SHOWS}
        terminalreporter.section("rules of the failure catalogue, and how each was shown")
        terminalreporter.write_line(str(table))
        terminalreporter.write_line(f"{len(spoke)} rules spoke of a sync in this run")
    for table in [value for name, value in told if name == SUGGESTIONS]:
        terminalreporter.section("suggestions for mappings, by names alone, over the labelled set")
        terminalreporter.write_line(str(table))


@pytest.fixture(scope="session")
def contract_dir(request: pytest.FixtureRequest) -> Path:
    """Return the folder of the API descriptions; the test is skipped where none was named."""
    named = str(request.config.getoption("--contract-dir"))
    if not named:
        pytest.skip("no --contract-dir was named")
    folder = Path(named).resolve()
    if not folder.is_dir():
        pytest.fail(f"--contract-dir {named} is no folder")
    return folder


@pytest.fixture(scope="session", autouse=True)
def rules_are_read_once() -> Iterator[None]:
    """Give every workbench of a run the same rules: they are frozen, and reading them is a sixth of a small test."""
    from sync_desktop.assembly import connections
    from sync_desktop.diagnosis.rules import RulePacks

    read = cache(RulePacks.load)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(connections, "RulePacks", SimpleNamespace(load=read))
        yield


@pytest.fixture(scope="session")
def empty_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new workspace that nobody opens."""
    from sync_desktop.storage import workspace

    path = tmp_path_factory.mktemp("empty") / "workspace.db"
    workspace._create(path)
    return path


@pytest.fixture(autouse=True)
def new_workspaces(empty_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make new workspaces copies of one: making the tables takes a tenth of a small test. tests/storage makes all."""
    from sync_desktop.storage import workspace

    create = workspace._create

    def copy(path: Path) -> None:
        if any(path.parent.glob(f"{path.name}*")):
            create(path)  # what is left of another one is its business
        else:
            shutil.copy(empty_workspace, path)

    monkeypatch.setattr(workspace, "_create", copy)


class _Errors(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def fail_on_logged_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which an error was logged, unless it is marked `logs_errors`."""
    errors = _Errors()
    root = logging.getLogger()
    root.addHandler(errors)
    try:
        yield
    finally:
        root.removeHandler(errors)
    if errors.lines and request.node.get_closest_marker("logs_errors") is None:
        pytest.fail("An error was logged:\n" + "\n".join(errors.lines))
