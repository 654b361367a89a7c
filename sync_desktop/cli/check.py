"""`sync-desktop check`: compare records with the PSA; reads only."""

import argparse
from collections.abc import Sequence

from sync_desktop.cli.choosing import chosen_sites, print_head, site_of
from sync_desktop.cli.workspace import add_site, add_workspace, print_progress, record_ref, run_with, tell
from sync_desktop.domain.records import RecordRef
from sync_desktop.domain.words import AttemptKind
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import SiteBand

Work = tuple[SiteBand, tuple[RecordRef, ...]]
"""A site and the records of it that were named; none for all that is in its scope."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    add_workspace(parser)
    add_site(parser)
    parser.add_argument(
        "records", nargs="*", type=record_ref, metavar="KIND/ID", help="which (default: all in scope, of every site)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the named records, or all that the sites would write."""

    async def work(bench: Workbench) -> int:
        print_progress(bench)
        return await attempt(bench, await asked(bench, arguments), AttemptKind.CHECK)

    return run_with(arguments, work)


async def asked(bench: Workbench, arguments: argparse.Namespace) -> list[Work]:
    """Return the sites that a command is about: those that have its records, or else the named one or all."""
    if not arguments.records:
        return [(site, ()) for site in await chosen_sites(bench, arguments.site)]
    found: dict[str, tuple[SiteBand, list[RecordRef]]] = {}
    for ref in arguments.records:
        site = await site_of(bench, arguments.site, ref)
        found.setdefault(site.id, (site, []))[1].append(ref)
    return [(site, tuple(refs)) for site, refs in found.values()]


async def attempt(bench: Workbench, works: Sequence[Work], kind: AttemptKind) -> int:
    """Attempt everything, site by site, and tell of each; the status is that of the worst."""
    return max([await _one(bench, work, [site for site, _ in works], kind) for work in works], default=0)


async def _one(bench: Workbench, work: Work, sites: Sequence[SiteBand], kind: AttemptKind) -> int:
    site, refs = work
    if refs:
        result = await bench.runs.batch(site.id, refs, kind, "Working")
    else:
        result = await bench.runs.everything(site.id, kind)
    print_head(site, sites)
    return tell(result)
