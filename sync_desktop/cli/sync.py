"""`sync-desktop sync`: write what is in scope into the PSA."""

import argparse
from collections.abc import Sequence

from sync_desktop.cli import check
from sync_desktop.cli.workspace import print_progress, run_with
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import AttemptKind, Role
from sync_desktop.workbench.bench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    check.configure(parser)
    parser.add_argument("--yes", action="store_true", help="at a live site: the count was looked at, write")


def run(arguments: argparse.Namespace) -> int:
    """Write the named records, or all in scope; a live site asks for --yes after it has counted."""

    async def work(bench: Workbench) -> int:
        print_progress(bench)
        works = _writing(await check.asked(bench, arguments))
        live = [site.name for site, _ in works if not site.practice]
        if live and not arguments.yes:
            raise UserError(
                f"{_named(live)} a live PSA: see with “sync-desktop check” what is ready, then repeat with --yes."
            )
        return await check.attempt(bench, works, AttemptKind.WRITE)

    return run_with(arguments, work)


def _writing(works: Sequence[check.Work]) -> list[check.Work]:
    """Return the works at sites that write; where several were asked for, what only reads is left out and named."""
    found = [work for work in works if work[0].role is Role.WRITE]
    reading = [site.name for site, _ in works if site.role is not Role.WRITE]
    if not found and reading:
        are = "is in assist and reads" if len(reading) == 1 else "are in assist and read"
        switch = "it" if len(reading) == 1 else "one"
        raise UserError(f"{' and '.join(reading)} {are} only; switch {switch} to write on the Sites page first.")
    for name in reading:
        print(f"Left out: {name} is in assist and reads only.")
    return found


def _named(sites: Sequence[str]) -> str:
    return "This site writes into" if len(sites) == 1 else f"{' and '.join(sites)} write into"
