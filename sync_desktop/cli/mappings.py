"""`sync-desktop map`: list, set, discover and import mappings; `mapping_repairs` has its other verbs."""

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from sync_desktop.cli import mapping_repairs
from sync_desktop.cli.choosing import chosen_sites, print_head, site_with
from sync_desktop.cli.workspace import add_site, add_workspace, chosen_site, run_with
from sync_desktop.domain.failures import UserError
from sync_desktop.quoting.pasted.reading import decode
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.counting import plural

if TYPE_CHECKING:
    from sync_desktop.mapping.discover import Finding
    from sync_desktop.workbench.mapping_views import MappingRow


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list", help="list mappings")
    listing.add_argument("kind", nargs="?", help="only this kind")
    listing.add_argument("--csv", action="store_true", help="every source, mapped or not, as a file that import reads")
    setting = verbs.add_parser("set", help="set a mapping by hand")
    setting.add_argument("kind", help="the kind, as “map list” names it")
    setting.add_argument("source", metavar="SOURCE", help="id of what is mapped, in Salesbuildr")
    setting.add_argument("target", metavar="TARGET", help="id of what it is mapped to, in the PSA")
    finding = verbs.add_parser("discover", help="show what products that are in the PSA say about mappings")
    finding.add_argument("--apply", action="store_true", help="take over what no product contradicts")
    importing = verbs.add_parser("import", help="take over a CSV file of mappings, all of it or nothing")
    importing.add_argument("file", type=Path, metavar="FILE", help="columns kind, source, target: ids or names")
    importing.add_argument("--dry-run", action="store_true", help="only say what is wrong with the file")
    for sub in (listing, setting, finding, importing):
        add_workspace(sub)
        add_site(sub)
    mapping_repairs.configure(verbs)


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says."""

    async def work(bench: Workbench) -> int:
        match arguments.verb:
            case "set":
                return await _set(bench, arguments)
            case "discover":
                return await _discover(bench, arguments)
            case "import":
                return await _import(bench, arguments)
            case "suggest":
                return await mapping_repairs.suggest(bench, arguments)
            case "history":
                return await mapping_repairs.history(bench, arguments)
            case "rollback":
                return await mapping_repairs.rollback(bench, arguments)
            case _ if arguments.csv:
                site = await chosen_site(bench, arguments.site)
                print(await bench.mappings.export_text(site.id, arguments.kind), end="")
                return 0
            case _:
                return await _list(bench, arguments)

    return run_with(arguments, work)


async def _set(bench: Workbench, arguments: argparse.Namespace) -> int:
    kind, source = arguments.kind, arguments.source
    site = await site_with(
        bench,
        arguments.site,
        lambda site: bench.mappings.has_source(site.id, kind, source),
        what=f"“{source}” of the kind “{kind}”",
    )
    await bench.mappings.set(site.id, kind, source, arguments.target)
    print("Set. Salesbuildr keeps its own copy of this mapping: change it there too.")
    return 0


async def _list(bench: Workbench, arguments: argparse.Namespace) -> int:
    sites = await chosen_sites(bench, arguments.site)
    known = {kind.name for site in sites for kind in await bench.mappings.kinds(site.id)}
    if arguments.kind is not None and arguments.kind not in known:
        raise UserError(f"There is no mapping kind “{arguments.kind}”; there are: {', '.join(sorted(known))}.")
    for site in sites:
        print_head(site, sites)
        for kind in await bench.mappings.kinds(site.id):
            if arguments.kind in (None, kind.name):
                print(f"{kind.name}: {kind.label}")
                for row in (await bench.mappings.page(site.id, kind.name)).rows:
                    print(_line(row))
    return 0


def _line(row: "MappingRow") -> str:
    known_from = f"({row.known_from})" if row.target_id else ""
    leads = f"{row.source_id:<28} {row.source:<32.32} → {row.target:<44}"
    return f"  {leads} {row.state_text:<18} {known_from}".rstrip()


async def _discover(bench: Workbench, arguments: argparse.Namespace) -> int:
    sites = await chosen_sites(bench, arguments.site)
    left = 0
    for site in sites:
        print_head(site, sites)
        found = await bench.mappings.discover(site.id)
        for finding in found.findings:
            print(f"  {finding.source_name:<24.24} {_says(finding)}")
        if found.strangers:
            print(f"{found.strangers} linked products have another name in {site.psa_label} and do not count.")
        sure = [finding for finding in found.findings if finding.mapping is not None]
        left += len(found.findings) - len(sure)
        if not found.findings:
            print(f"No product of this site is in {site.psa_label} yet, so that nothing can be discovered.")
        elif arguments.apply:
            await bench.mappings.take_over(site.id, found)
            print(f"Took over {_mappings(len(sure))}. By hand, from a file and by Salesbuildr go before them.")
        else:
            print(f"{_mappings(len(sure)).capitalize()} can be taken over: repeat with --apply. Nothing was changed.")
    return 1 if left else 0


def _mappings(count: int) -> str:
    return f"{count} mapping" if count == 1 else f"{count} mappings"


def _says(finding: "Finding") -> str:
    """Return what linked products say of one source, and what becomes of it."""
    first, *others = finding.votes
    of = finding.agree + finding.contradict
    text = f"→ {first.target.id} {first.target.name}: {finding.agree} of {of} linked products"
    if others:
        rest = "; ".join(f"{vote.count} say {vote.target.id} {vote.target.name}" for vote in others)
        return f"{text}, but {rest}. Decide with “map set”."
    if not first.target.valid:
        text += f". It cannot be used: {first.target.why_not}"
    counts = finding.counts
    if counts is not None and counts.origin != "products":
        same = "as" if counts.target_id == first.target.id else f"but {counts.target_id} counts,"
        text += f" ({same} set {counts.origin})" if counts.origin == "by hand" else f" ({same} by {counts.origin})"
    return text


async def _import(bench: Workbench, arguments: argparse.Namespace) -> int:
    site = await chosen_site(bench, arguments.site)
    try:
        text = decode(arguments.file.read_bytes())
    except OSError as error:
        raise UserError(f"{arguments.file} cannot be read: {error.strerror}.") from error
    found = await bench.mappings.import_text(site.id, text, dry_run=arguments.dry_run)
    for each in found.errors:
        print(f"Row {each.row}: {each.sentence}")
    if found.left:
        whose = "its" if found.left == 1 else "their"
        print(f"{plural(found.left, 'row')} without a target: {whose} source is left alone.")
    if found.errors:
        wrong = "1 row is wrong" if len(found.errors) == 1 else f"{len(found.errors)} rows are wrong"
        print(f"Nothing was imported: {wrong}.")
        return 1
    kinds = Counter(mapping.kind for mapping in found.mappings)
    counted = ", ".join(f"{count} of {kind}" for kind, count in kinds.items()) or "none"
    done = "The file is right; nothing was changed" if arguments.dry_run else "Imported"
    back = "" if arguments.dry_run or not found.mappings else " “map history” and “map rollback” take it back."
    print(f"{done}: {counted}.{back}")
    return 0
