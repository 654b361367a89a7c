"""`sync-desktop sync`: write what is in scope into the PSA."""

import argparse

from sync_desktop.cli import check
from sync_desktop.cli.workspace import chosen_site, run_with
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import AttemptKind, Role
from sync_desktop.workbench.bench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    check.configure(parser)
    parser.add_argument("--yes", action="store_true", help="at a live site: the count was looked at, write")


def run(arguments: argparse.Namespace) -> int:
    """Write the named records, or all in scope; a live site asks for --yes after it has counted."""

    async def allowed(bench: Workbench) -> int:
        site = await chosen_site(bench, arguments.site)
        if site.role is not Role.WRITE:
            raise UserError(f"{site.name} is in assist and reads only; switch it to write on the Sites page first.")
        if not site.practice and not arguments.yes:
            raise UserError(
                "This site writes into a live PSA: see with “sync-desktop check” what is ready, then repeat with --yes."
            )
        return 0

    return run_with(arguments, allowed) or check.run_as(arguments, AttemptKind.WRITE)
