"""What commands about a workspace share: the option, opening it, and choosing records."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sync_desktop.assembly import open_workbench
from sync_desktop.cli.places import default_workspace
from sync_desktop.cli.practice import practice_secrets
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import RecordKind
from sync_desktop.secrets import KeyringSecrets, MixedSecrets
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import Progress, RunResult, SiteBand

ALL_OUTCOMES_GOOD = frozenset({"in step", "written", "not eligible"})


def add_workspace(parser: argparse.ArgumentParser) -> None:
    """Add the option that every command about a workspace has."""
    parser.add_argument("--workspace", type=Path, metavar="FILE", help="the workspace file (default: your own)")


def add_site(parser: argparse.ArgumentParser) -> None:
    """Add the option that names one site of several."""
    parser.add_argument("--site", metavar="NAME", help="which site, where the workspace has several")


@asynccontextmanager
async def opened(arguments: argparse.Namespace, *, create: bool = False) -> AsyncIterator[Workbench]:
    """Open the workspace that the arguments name, and close it afterwards whatever happens."""
    path = arguments.workspace or default_workspace()
    bench = await open_workbench(path, MixedSecrets(practice_secrets(), KeyringSecrets()), create=create)
    try:
        yield bench
    finally:
        await bench.close()


def run_with(
    arguments: argparse.Namespace, work: Callable[[Workbench], Awaitable[int]], *, create: bool = False
) -> int:
    """Run a command's work with the workbench of its workspace."""

    async def body() -> int:
        async with opened(arguments, create=create) as bench:
            return await work(bench)

    return asyncio.run(body())


async def chosen_site(bench: Workbench, name: str | None) -> SiteBand:
    """Return the site of that name, or the only one."""
    known = await bench.sites.sites()
    found = [site for site in known if name is None or name.casefold() in (site.name.casefold(), site.id.casefold())]
    if len(found) == 1:
        return found[0]
    if not known:
        raise UserError(
            "This workspace has no site yet: connect one in the window, or practise with “sync-desktop demo”."
        )
    names = ", ".join(f"“{site.name}”" for site in known)
    raise UserError(f"Name the site with --site; there are {names}.")


def record_ref(text: str) -> RecordRef:
    """Return the record that a word such as `quote/q-1` names; raises `argparse.ArgumentTypeError`."""
    kind, _, record_id = text.partition("/")
    if kind not in set(RecordKind) or not record_id:
        kinds = ", ".join(RecordKind)
        raise argparse.ArgumentTypeError(f"“{text}” is no record: write KIND/ID with one of {kinds}")
    return RecordRef(kind=RecordKind(kind), id=record_id)


def tell(result: RunResult) -> int:
    """Print how a run ended and return the exit status: 1 where something is not in step or was not tried."""
    print(result.text)
    for sentence in result.refused:
        print(sentence)
    good = set(result.by_outcome) <= ALL_OUTCOMES_GOOD and not result.refused and not result.cancelled
    return 0 if good else 1


def print_progress(bench: Workbench) -> None:
    """Show progress on standard error while a command runs, in a terminal only."""
    if not sys.stderr.isatty():
        return

    def show(progress: Progress) -> None:
        print(f"\r\x1b[K{progress.waiting or progress.words}", end="", file=sys.stderr, flush=True)

    bench.runs.subscribe(show)
