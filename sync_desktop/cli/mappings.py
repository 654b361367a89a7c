"""`sync-desktop map`: list and set mappings."""

import argparse

from sync_desktop.cli.workspace import add_site, add_workspace, chosen_site, run_with
from sync_desktop.domain.failures import UserError
from sync_desktop.workbench.bench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list", help="list mappings")
    listing.add_argument("kind", nargs="?", help="only this kind")
    setting = verbs.add_parser("set", help="set a mapping by hand")
    setting.add_argument("kind", help="the kind, as “map list” names it")
    setting.add_argument("source", metavar="SOURCE", help="id of what is mapped, in Salesbuildr")
    setting.add_argument("target", metavar="TARGET", help="id of what it is mapped to, in the PSA")
    for sub in (listing, setting):
        add_workspace(sub)
        add_site(sub)


def run(arguments: argparse.Namespace) -> int:
    """List or set."""

    async def work(bench: Workbench) -> int:
        site = await chosen_site(bench, arguments.site)
        if arguments.verb == "set":
            await bench.mappings.set(site.id, arguments.kind, arguments.source, arguments.target)
            print("Set. Salesbuildr keeps its own copy of this mapping: change it there too.")
            return 0
        kinds = await bench.mappings.kinds(site.id)
        if arguments.kind is not None and arguments.kind not in {kind.name for kind in kinds}:
            known = ", ".join(kind.name for kind in kinds)
            raise UserError(f"There is no mapping kind “{arguments.kind}”; there are: {known}.")
        for kind in kinds:
            if arguments.kind in (None, kind.name):
                print(f"{kind.name}: {kind.label}")
                for each in await bench.mappings.all(site.id, kind.name):
                    target = f"{each.target_id} {each.target_name}".strip()
                    print(f"  {each.source_id:<28} {each.source_name:<32.32} → {target:<36} ({each.origin})")
        return 0

    return run_with(arguments, work)
