"""`sync-desktop retry`: retry issues by number, by search, or all."""

import argparse

from sync_desktop.cli.choosing import unknown_told
from sync_desktop.cli.workspace import add_site, add_workspace, chosen_site, print_progress, run_with, tell
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import IssueState
from sync_desktop.workbench.bench import Workbench

_EVERY = 1_000_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    add_workspace(parser)
    add_site(parser)
    parser.add_argument("ids", nargs="*", type=int, metavar="ID", help="issues, by number")
    parser.add_argument("--all", action="store_true", help="every open issue")
    parser.add_argument("--search", default="", metavar="TEXT", help="open issues that hold this text")
    parser.add_argument("--yes", action="store_true", help="at a live site: the preview was looked at")


def run(arguments: argparse.Namespace) -> int:
    """Retry; the exit status is 1 where something did not arrive."""

    async def work(bench: Workbench) -> int:
        print_progress(bench)
        chosen = list(arguments.ids)
        with unknown_told():
            await bench.issues.known(chosen)
        if arguments.all or arguments.search:
            site_id = (await chosen_site(bench, arguments.site)).id if arguments.site else None
            page = await bench.issues.page(state=IssueState.OPEN, text=arguments.search, limit=_EVERY, site_id=site_id)
            chosen += [row.id for row in page.rows if row.id not in chosen]
        if not chosen:
            raise UserError("Name issues by number, or use --search or --all; “sync-desktop issues” lists them.")
        if len(chosen) > 1:
            preview = await bench.issues.preview(chosen)
            print(f"Trying {preview.will_try} of {len(chosen)}")
            for sentence in preview.sentences:
                print(f"  {sentence}")
        result = await bench.issues.retry(chosen, confirmed=arguments.yes)
        if result.needs_preview:
            raise UserError("This would be the first write at a live site: look at the count, then repeat with --yes.")
        return tell(result)

    return run_with(arguments, work)
