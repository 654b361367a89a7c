"""`sync-desktop dismiss`: hide issues here, or take that back."""

import argparse

from sync_desktop.cli.choosing import unknown_told
from sync_desktop.cli.workspace import add_workspace, run_with
from sync_desktop.workbench.bench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    add_workspace(parser)
    parser.add_argument("ids", nargs="+", type=int, metavar="ID", help="issues, by number")
    parser.add_argument("--restore", action="store_true", help="take a dismissal back")


def run(arguments: argparse.Namespace) -> int:
    """Dismiss or restore; nothing changes elsewhere."""

    async def work(bench: Workbench) -> int:
        with unknown_told():
            await (bench.issues.restore if arguments.restore else bench.issues.dismiss)(arguments.ids)
        print(f"{'Restored' if arguments.restore else 'Dismissed'} {len(arguments.ids)}.")
        return 0

    return run_with(arguments, work)
