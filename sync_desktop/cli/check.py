"""`sync-desktop check`: compare records with the PSA; reads only."""

import argparse

from sync_desktop.cli.workspace import add_site, add_workspace, chosen_site, print_progress, record_ref, run_with, tell
from sync_desktop.domain.words import AttemptKind
from sync_desktop.workbench.bench import Workbench

KIND = AttemptKind.CHECK


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    add_workspace(parser)
    add_site(parser)
    parser.add_argument("records", nargs="*", type=record_ref, metavar="KIND/ID", help="which (default: all in scope)")


def run(arguments: argparse.Namespace) -> int:
    """Check the named records, or all that the site would write."""
    return run_as(arguments, AttemptKind.CHECK)


def run_as(arguments: argparse.Namespace, kind: AttemptKind) -> int:
    """Attempt the named records, or all that the site would write."""

    async def work(bench: Workbench) -> int:
        print_progress(bench)
        site = await chosen_site(bench, arguments.site)
        if arguments.records:
            return tell(await bench.runs.batch(site.id, arguments.records, kind, "Working"))
        return tell(await bench.runs.everything(site.id, kind))

    return run_with(arguments, work)
