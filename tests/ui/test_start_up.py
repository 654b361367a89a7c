"""What is loaded before the window's paints: in processes of their own, because this one has loaded everything."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.paints import ISSUES, fill

WAITS = (
    "asyncio",
    "pydantic",
    "httpx",
    "sqlalchemy",
    "keyring",
    "alembic",
    "aiohttp",
    "rapidfuzz",
    "PySide6.QtNetwork",
)
"""What neither the frame nor the first page needs."""
NOT_FOR_THE_FRAME = ("PySide6.QtSvg", "sqlite3", "sync_desktop.workbench.views", "sync_desktop.ui.issues.page")
PROBE = """
import builtins, json, sys
from tests.benchmarks import window_probe

own = builtins.__import__
told = {}

def tell(what):
    told[what] = {"modules": sorted(sys.modules), "own_import": builtins.__import__ is own}
    if what == "ready":
        print(json.dumps(told))

window_probe.tell = tell
sys.exit(window_probe.ours(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what was loaded at the first paint, at the first page, and when the workbench had read the list."""
    folder = tmp_path_factory.mktemp("start")
    workspace = folder / "issues.db"
    asyncio.run(fill(workspace))
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(workspace)],
        env={**os.environ, "XDG_CONFIG_HOME": str(folder)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_frame_the_page_and_the_workbench_come_one_after_the_other(told: dict[str, Any]) -> None:
    assert ISSUES > 0
    assert list(told) == ["paint", "page", "ready"]


def test_nothing_heavy_is_loaded_before_the_first_paint(told: dict[str, Any]) -> None:
    loaded = set(told["paint"]["modules"])
    assert [name for name in (*WAITS, *NOT_FOR_THE_FRAME) if name in loaded] == []


def test_the_first_page_needs_neither_the_loop_nor_the_workbench(told: dict[str, Any]) -> None:
    loaded = set(told["page"]["modules"])
    assert [name for name in WAITS if name in loaded] == []
    assert "sqlalchemy" in told["ready"]["modules"]


def test_imports_are_pythons_own_although_qt_is_loaded(told: dict[str, Any]) -> None:
    assert [told[moment]["own_import"] for moment in told] == [True, True, True]
