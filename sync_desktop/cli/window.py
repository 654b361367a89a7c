"""`sync-desktop open`: the window over a workspace."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync_desktop.workbench.bench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    from pathlib import Path

    parser.add_argument("--workspace", type=Path, metavar="FILE", help="the workspace file (default: your own)")


def run(arguments: argparse.Namespace) -> int:
    """Open the window; everything but the frame is loaded after it was painted."""
    from sync_desktop.app import run as run_app

    async def build() -> "Workbench":
        from sync_desktop.assembly import open_workbench
        from sync_desktop.cli.practice import practice_secrets
        from sync_desktop.cli.workspace import default_workspace
        from sync_desktop.secrets import KeyringSecrets, MixedSecrets

        path = arguments.workspace or default_workspace()
        return await open_workbench(path, MixedSecrets(practice_secrets(), KeyringSecrets()))

    return run_app(build, argv=sys.argv[:1])
