"""`sync-desktop map suggest`, `history` and `rollback`: what mappings could lead to, what was saved, taking it back."""

import argparse
from itertools import chain

from sync_desktop.cli.choosing import chosen_sites, print_head
from sync_desktop.cli.workspace import add_site, add_workspace, chosen_site
from sync_desktop.domain.failures import UserError
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.counting import plural
from sync_desktop.workbench.mapping_views import Edit, MappingRow


def configure(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare these verbs' words."""
    suggesting = verbs.add_parser("suggest", help="show what mappings that need attention could lead to, and why")
    suggesting.add_argument("kind", nargs="?", help="only this kind")
    suggesting.add_argument("--apply", metavar="SOURCE", help="set what is suggested for this source, by its id")
    history = verbs.add_parser("history", help="list the mappings that were saved, newest first")
    rolling = verbs.add_parser("rollback", help="put back what counted before a saved mapping")
    told = "numbers, as “map history” tells them, or from one to another: 12-40"
    rolling.add_argument("changes", nargs="+", type=_numbers, metavar="CHANGE", help=told)
    for sub in (suggesting, history, rolling):
        add_workspace(sub)
        add_site(sub)


def _numbers(text: str) -> range:
    """Return the numbers that "12" or "12-40" means. Raises `ValueError` for anything else."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


async def suggest(bench: Workbench, arguments: argparse.Namespace) -> int:
    """Print suggestions with their evidence, or set one; 1 where something needs attention and nothing is suggested."""
    sites = await chosen_sites(bench, arguments.site)
    left = 0
    for site in sites:
        print_head(site, sites)
        for kind in await bench.mappings.kinds(site.id):
            if arguments.kind not in (None, kind.name):
                continue
            page = await bench.mappings.page(site.id, kind.name)
            if page.audited_at is None:
                raise UserError(f"{site.name} was not audited yet; “sync-desktop audit” does that.")
            asked = [row for row in page.rows if row.state.needs_attention]
            if arguments.apply is not None:
                asked = [row for row in asked if row.source_id == arguments.apply]
            for row in asked:
                print(f"  {kind.name} {row.source_id} {row.source}: {row.state_text}. {_suggested(row)}")
                if arguments.apply is not None and row.suggestion is not None:
                    await _apply(bench, row, row.suggestion.target_id)
            left += sum(row.suggestion is None for row in asked)
    return 1 if left else 0


def _suggested(row: MappingRow) -> str:
    if row.suggestion is None:
        return "No good match."
    return f"→ {row.suggestion.target_id} {row.suggestion.target}: {row.suggestion.evidence}."


async def _apply(bench: Workbench, row: MappingRow, target_id: str) -> None:
    saved = await bench.mappings.save(row.site_id, [Edit(row.kind, row.source_id, target_id, row.target_id)])
    for refusal in saved.refused:
        raise UserError(refusal.sentence)
    retry = " ".join(map(str, saved.retry_ids))
    print(
        f"  Set. {plural(len(saved.retry_ids), 'issue')} can be retried: “sync-desktop retry {retry}”."
        if retry
        else "  Set."
    )
    if saved.todos:
        print("  Salesbuildr keeps its own copy of this mapping: change it there too.")


async def history(bench: Workbench, arguments: argparse.Namespace) -> int:
    """Print what was saved, newest first."""
    sites = await chosen_sites(bench, arguments.site)
    for site in sites:
        print_head(site, sites)
        for change in await bench.mappings.changes(site.id):
            back = " (rolled back)" if change.rolled_back else ""
            print(f"  {change.id:>5}  {change.at:%Y-%m-%d %H:%M} UTC  {change.os_user:<12} {change.text}{back}")
    return 0


async def rollback(bench: Workbench, arguments: argparse.Namespace) -> int:
    """Take saved mappings back and say what was written under them meanwhile; 1 where one was refused."""
    site = await chosen_site(bench, arguments.site)
    known = {change.id for change in await bench.mappings.changes(site.id)}
    wanted = list(dict.fromkeys(chain.from_iterable(arguments.changes)))
    if unknown := [each for each in wanted if each not in known]:
        named = ", ".join(map(str, unknown))
        raise UserError(f"{site.name} has no saved change {named}; “map history” lists them. Nothing was rolled back.")
    done = await bench.mappings.rollback(site.id, wanted)
    print(f"{done.text}.")
    for each in done.left_alone:
        print(f"  left as it is: {each}")
    for sentence in done.refused:
        print(sentence)
    return 1 if done.refused else 0
