"""`sync-desktop where-used connectwise category 41`: what depends on it, before somebody deactivates it."""

import argparse

from sync_desktop.cli.choosing import chosen_sites
from sync_desktop.cli.workspace import add_site, add_workspace, run_with
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import Psa
from sync_desktop.workbench.bench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("psa", choices=[psa.value for psa in Psa], help="in which PSA")
    parser.add_argument("what", metavar="WHAT", help="the PSA's word for it, such as category, or a mapping kind")
    parser.add_argument("id", metavar="ID", help="its id there; of a mapping kind the whole target, such as 41/411/1")
    add_workspace(parser)
    add_site(parser)
    parser.epilog = "Exit status: 0 nothing depends on it, 1 something does. Asks no PSA: an audit is what does."


def run(arguments: argparse.Namespace) -> int:
    """Print what depends on a target, at the sites of its PSA."""

    async def work(bench: Workbench) -> int:
        sites = [site for site in await chosen_sites(bench, arguments.site) if site.psa.value == arguments.psa]
        if not sites:
            raise UserError(f"No such site of this workspace is paired with {Psa(arguments.psa).label}.")
        used = False
        for site in sites:
            found = await bench.mappings.where_used(site.id, arguments.what, arguments.id)
            print(f"{found.heading}{f' ({site.name})' if len(sites) > 1 else ''}")
            for part in found.parts:
                used = True
                more = f", and {part.count - len(part.names):,} more" if part.count > len(part.names) else ""
                print(f"  {part.label} ({part.count:,}): {', '.join(part.names)}{more}")
            print(found.sentence)
        return 1 if used else 0

    return run_with(arguments, work)
