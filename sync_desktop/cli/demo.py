"""`sync-desktop demo`: the main job against the practice servers, in the window or walked through without a display."""

import argparse
import asyncio
import os
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sync_desktop.cli.practice import RunningSandbox, practice_secrets

if TYPE_CHECKING:
    from sync_desktop.ui.main_window import MainWindow
    from sync_desktop.workbench.bench import Workbench
    from sync_desktop.workbench.views import SiteBand


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument(
        "--headless", action="store_true", help="walk by itself, off-screen; status 0 if all steps held"
    )
    parser.add_argument("--shots", type=Path, metavar="DIR", help="save a picture a step (headless)")
    parser.add_argument("--workspace", type=Path, metavar="FILE", help="keep the practice workspace in FILE")


def run(arguments: argparse.Namespace) -> int:
    """Start the practice servers and the window on them; both end together."""
    headless = arguments.headless or not _has_display()
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if arguments.shots:
        arguments.shots.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sync-desktop-demo-"))
        if headless:
            os.environ["XDG_CONFIG_HOME"] = (
                folder  # so that the walk neither uses nor changes anybody's window settings
            )
        workspace = arguments.workspace or Path(folder) / "practice.db"
        sandbox = stack.enter_context(RunningSandbox(workspace))
        return _show(sandbox, workspace, arguments, headless=headless)


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _show(sandbox: RunningSandbox, workspace: Path, arguments: argparse.Namespace, *, headless: bool) -> int:
    from sync_desktop.app import run as run_app

    beside: set[asyncio.Task[None]] = set()
    opened: list[Workbench] = []

    async def build() -> "Workbench":
        from sync_desktop.assembly import open_workbench
        from sync_desktop.secrets import MemorySecrets, MixedSecrets

        bench = await open_workbench(workspace, MixedSecrets(practice_secrets(), MemorySecrets()))
        opened.append(bench)
        if not headless:
            beside.add(asyncio.create_task(first_run(bench)))
        return bench

    async def walk(window: "MainWindow", _workbench: object) -> int:
        from sync_desktop.ui.walk.hands import without_noise
        from sync_desktop.ui.walk.story import Story

        async with sandbox.control() as practice:
            story = Story(window, opened[0], practice, partial(first_run, opened[0]), _say, arguments.shots)
            with without_noise():
                return await story.walk()

    if not headless:
        _say("The practice servers are running; close the window to end them.")
        return run_app(build, argv=sys.argv[:1])
    return run_app(build, after_start=walk, argv=sys.argv[:1])


async def first_run(bench: "Workbench") -> None:
    """Read the quoting side; write what is in scope at Autotask, and compare it with what the other PSAs hold.

    Salesbuildr's API does not show to what it maps a category there, so that this is learned from products first.
    """
    await bench.runs.read_only()
    async with asyncio.TaskGroup() as group:  # while one server thinks, another is asked
        for site in await bench.sites.sites():
            group.create_task(_try_first(bench, site))


async def _try_first(bench: "Workbench", site: "SiteBand") -> None:
    from sync_desktop.domain.words import AttemptKind, Psa, Role

    if site.psa is Psa.AUTOTASK:
        kind = AttemptKind.WRITE if site.role is Role.WRITE else AttemptKind.CHECK
        await bench.runs.everything(site.id, kind)
        return
    learned = await bench.mappings.take_over(site.id, await bench.mappings.discover(site.id))
    _say(f"   {site.name}: {len(learned)} mappings were taken over from products that {site.psa_label} has.")
    await bench.runs.everything(site.id, AttemptKind.CHECK)


def _say(text: str) -> None:
    print(text, flush=True)
