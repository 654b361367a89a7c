"""`sync-desktop decide`: what only a person can decide about one record; nothing is sent before the next retry."""

import argparse

from sync_desktop.cli.choosing import site_of
from sync_desktop.cli.workspace import add_site, add_workspace, record_ref, run_with
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import RecordKind
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import ConflictView

_LINES = ("keep", "adopt", "replace")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    add_workspace(parser)
    add_site(parser)
    parser.add_argument("record", type=record_ref, metavar="KIND/ID", help="which; alone, its conflicts are listed")
    parser.add_argument(
        "--take", action="append", default=[], metavar="FIELD", help="write Salesbuildr's value of this field once"
    )
    parser.add_argument(
        "--leave", action="append", default=[], metavar="FIELD", help="leave the PSA's value of this field as it is"
    )
    parser.add_argument("--lines", choices=_LINES, help="of a quote: what becomes of lines that others changed")
    parser.add_argument("--won", action="store_true", help="of a quote: write although its opportunity is not open")


def run(arguments: argparse.Namespace) -> int:
    """Keep the decisions, or list the fields that both sides changed."""

    async def work(bench: Workbench) -> int:
        ref = arguments.record
        site = await site_of(bench, arguments.site, ref)
        if (arguments.lines or arguments.won) and ref.kind is not RecordKind.QUOTE:
            raise UserError("Lines and won opportunities are decided for a quote: write quote/ID.")
        known = {each.key: each for each in await bench.links.conflicts(site.id, ref)}
        if not (arguments.take or arguments.leave or arguments.lines or arguments.won):
            return _list(known, site.psa_label)
        for words, side in ((arguments.take, "ours"), (arguments.leave, "theirs")):
            for conflict in [_named(known, word) for word in words]:
                await bench.links.decide_field(site.id, conflict, side)
        if arguments.lines:
            await bench.links.decide_lines(site.id, ref.id, arguments.lines)
        if arguments.won:
            await bench.links.confirm_won(site.id, ref.id)
        print("Kept. Nothing was sent; the next retry of this record goes by it.")
        return 0

    return run_with(arguments, work)


def _named(known: dict[str, ConflictView], word: str) -> ConflictView:
    if word not in known:
        there = f"there are: {', '.join(known)}" if known else "when it was last checked, there was no such field"
        raise UserError(f"“{word}” is no field that both sides changed; {there}.")
    return known[word]


def _list(known: dict[str, ConflictView], psa: str) -> int:
    if not known:
        print("Both sides changed no field when this was last checked.")
    for key, each in known.items():
        print(f"{key} ({each.about}): Salesbuildr {_shown(each.ours)}, {psa} {_shown(each.theirs)}")
    return 1 if known else 0


def _shown(value: object) -> str:
    return "nothing" if value in (None, "") else f"“{value}”"
