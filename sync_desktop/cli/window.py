"""`sync-desktop open`: the window over a workspace."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync_desktop.workbench.bench import Workbench
    from sync_desktop.workbench.first_look import FirstLook

_HEAVY = ("sync_desktop.assembly", "sync_desktop.cli.practice", "sync_desktop.secrets")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("--workspace", type=Path, metavar="FILE", help="the workspace file (default: your own)")


def run(arguments: argparse.Namespace) -> int:
    """Open the window; everything but the frame and its first page is loaded after they were painted."""
    from sync_desktop.app import run as run_app
    from sync_desktop.cli.places import default_workspace

    path = arguments.workspace or default_workspace()

    def look() -> "FirstLook | None":
        from sync_desktop.workbench.first_look import first_look

        return first_look(path)

    async def build() -> "Workbench":
        import asyncio
        from importlib import import_module

        for name in _HEAVY:  # on another thread, so that the list can be scrolled and chosen from meanwhile
            await asyncio.to_thread(import_module, name)
        from sync_desktop.assembly import open_workbench
        from sync_desktop.cli.practice import practice_secrets
        from sync_desktop.secrets import KeyringSecrets, MixedSecrets

        return await open_workbench(path, MixedSecrets(practice_secrets(), KeyringSecrets()))

    return run_app(build, look=look, argv=sys.argv[:1])
