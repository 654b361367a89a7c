"""`sync-desktop refresh`: read Salesbuildr into the workspace."""

import argparse

from sync_desktop.cli.workspace import add_workspace, print_progress, run_with, tell
from sync_desktop.workbench.bench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    add_workspace(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read every site's quoting side; nothing is written anywhere else."""

    async def work(bench: Workbench) -> int:
        print_progress(bench)
        return tell(await bench.runs.read_only())

    return run_with(arguments, work)
