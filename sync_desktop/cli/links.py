"""`sync-desktop links`: list, set, remove and rebuild links."""

import argparse

from sync_desktop.cli.choosing import chosen_sites, print_head, site_of
from sync_desktop.cli.workspace import add_site, add_workspace, record_ref, run_with, tell
from sync_desktop.domain.words import RecordKind
from sync_desktop.workbench.bench import Workbench


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    words = {
        "list": "list the links of a kind",
        "candidates": "show what a record may be linked to",
        "set": "link a record to a PSA record",
        "remove": "forget a record's link",
        "create": "create a record anew in the PSA",
        "rebuild": "restore lost links from the keys that were stamped into the PSA",
    }
    for verb, summary in words.items():
        sub = verbs.add_parser(verb, help=summary)
        add_workspace(sub)
        add_site(sub)
        if verb == "list":
            sub.add_argument("kind", type=RecordKind, choices=list(RecordKind), metavar="KIND")
        elif verb != "rebuild":
            sub.add_argument("record", type=record_ref, metavar="KIND/ID")
        if verb == "set":
            sub.add_argument("external_id", metavar="EXTERNAL_ID", help="the id in the PSA")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says."""

    async def work(bench: Workbench) -> int:
        if arguments.verb in ("list", "rebuild"):
            return await _at_sites(bench, arguments)
        site = await site_of(bench, arguments.site, arguments.record)
        match arguments.verb:
            case "candidates":
                return await _candidates(bench, site.id, arguments)
            case "set":
                name = await bench.links.link_to(site.id, arguments.record, arguments.external_id)
                print(f"Linked to #{arguments.external_id} “{name}”.")
            case "remove":
                await bench.links.unlink(site.id, arguments.record.kind, arguments.record.id)
                print("The link is forgotten; the PSA was not touched.")
            case _:
                return tell(await bench.links.create_anew(site.id, arguments.record.kind, arguments.record.id))
        return 0

    return run_with(arguments, work)


async def _at_sites(bench: Workbench, arguments: argparse.Namespace) -> int:
    sites = await chosen_sites(bench, arguments.site)
    status = 0
    for site in sites:
        print_head(site, sites)
        if arguments.verb == "list":
            await _list(bench, site.id, arguments.kind)
        else:
            status = max(status, await _rebuild(bench, site.id))
    return status


async def _list(bench: Workbench, site_id: str, kind: RecordKind) -> None:
    for link in await bench.links.all(site_id, kind):
        part = f" {link.part}" if link.part else ""
        print(f"{link.ref}{part} → {link.entity} #{link.external_id} ({link.origin})")


async def _rebuild(bench: Workbench, site_id: str) -> int:
    done = await bench.links.rebuild(site_id)
    print(f"Restored {done.quotes} quotes, {done.lines} lines, {done.products} products and {done.others} other links.")
    if done.ambiguous:
        print(f"{done.ambiguous} keys are carried by several records; link those by hand.")
    return 1 if done.ambiguous else 0


async def _candidates(bench: Workbench, site_id: str, arguments: argparse.Namespace) -> int:
    choice = await bench.links.choice(site_id, arguments.record.kind, arguments.record.id)
    linked = f"linked to #{choice.linked_to}" if choice.linked_to else "not linked"
    print(f"{choice.record}: {linked}")
    for each in choice.candidates:
        state = "" if each.active else " (inactive)"
        print(
            f"  #{each.external_id} {each.name}{state}: {', '.join(each.agrees)}; {'; '.join(each.differs)}".rstrip(
                "; "
            )
        )
    return 0
