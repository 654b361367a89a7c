"""`sync-desktop diagnose`: says what lines of Salesbuildr's Issues page mean, and keeps them as issues where asked."""

import argparse
import sys
from typing import TYPE_CHECKING

from sync_desktop.cli.diagnosis_print import as_json, print_undecided, print_view
from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import Psa
from sync_desktop.quoting.pasted.reading import LARGEST, decode
from sync_desktop.resources import resource
from sync_desktop.workbench.pasted.files import read_file
from sync_desktop.workbench.pasted.reading import ROLES, read_list, view_of
from sync_desktop.workbench.pasted.recognising import Recogniser
from sync_desktop.workbench.pasted.views import PasteQuestion

if TYPE_CHECKING:
    from sync_desktop.workbench.bench import Workbench

_BAD_INPUT = 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    from pathlib import Path

    parser.add_argument("text", nargs="*", metavar="TEXT", help="the lines; - or nothing reads standard input")
    parser.add_argument("--file", type=Path, metavar="FILE", help="a saved page, CSV or text")
    parser.add_argument("--psa", choices=[psa.value for psa in Psa], help="whose rules to ask (default: by the words)")
    parser.add_argument(
        "--columns",
        type=_columns,
        metavar="ROLE=N,...",
        help=f"what the columns of a table hold, such as message=3,record=2; one of {', '.join(ROLES)}",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object, for scripts")
    kept = parser.add_argument_group("with a workspace")
    kept.add_argument("--workspace", type=Path, metavar="FILE", help="match the lines to the records of this workspace")
    kept.add_argument("--site", metavar="NAME", help="which site, where the workspace has several")
    kept.add_argument("--import", dest="keep", action="store_true", help="keep the lines as issues of the site")
    kept.add_argument(
        "--choose",
        action="append",
        default=[],
        type=_choice,
        metavar="LINE=KIND/ID",
        help="which of several records a line is about; LINE=none for none of them",
    )
    kept.add_argument(
        "--part", action="store_true", help="this is a part of the list only: what it lacks may be listed still"
    )
    parser.epilog = "Exit status: 0 every line was recognised, 1 some were not or wait for --choose, 2 bad input."


def run(arguments: argparse.Namespace) -> int:
    """Print the causes of pasted lines; keep them where that is asked for."""
    try:
        question = _question(arguments)
        if not (arguments.workspace or arguments.keep):
            view = view_of(read_list(Recogniser(RulePacks.load(resource("diagnosis"))), question))
    except UserError as error:
        print(f"sync-desktop: {error}", file=sys.stderr)
        return _BAD_INPUT
    if arguments.workspace or arguments.keep:
        return _with_workspace(arguments, question)
    print(as_json(view)) if arguments.json else print_view(view)
    return 1 if view.unrecognised else 0


def _with_workspace(arguments: argparse.Namespace, question: PasteQuestion) -> int:
    """Match the lines to the records of a workspace, and keep them where that is asked for."""
    from sync_desktop.cli.workspace import chosen_site, run_with

    async def work(bench: "Workbench") -> int:
        from dataclasses import replace

        site = await chosen_site(bench, arguments.site)
        asked = replace(question, site_id=site.id)
        view = await bench.pasted.preview(asked)
        result = await bench.pasted.keep(asked) if arguments.keep and not view.undecided else None
        if arguments.json:
            print(as_json(view, result))
        else:
            print_view(view)
            print_undecided(view)
            if result is not None:
                print(result.text)
        return 1 if view.unrecognised or view.undecided else 0

    return run_with(arguments, work)


def _question(arguments: argparse.Namespace) -> PasteQuestion:
    if arguments.choose and not (arguments.workspace or arguments.keep):
        raise UserError("--choose needs a --workspace whose records can be chosen from.")
    return PasteQuestion(
        text=_text(arguments),
        psa=Psa(arguments.psa) if arguments.psa else None,
        columns=arguments.columns,
        choices=dict(arguments.choose),
        whole=not arguments.part,
    )


def _text(arguments: argparse.Namespace) -> str:
    """Return what was given: a file, words, or standard input. UserError where it cannot be read."""
    if arguments.file is not None and arguments.text:
        raise UserError("Give either a text or a --file, not both.")
    if arguments.file is not None:
        return read_file(arguments.file)
    if arguments.text and arguments.text != ["-"]:
        return "\n".join(arguments.text)
    if not arguments.text and sys.stdin.isatty():
        raise UserError("Paste the lines behind the command, name a --file, or pipe them in.")
    return decode(sys.stdin.buffer.read(LARGEST + 1))


def _columns(text: str) -> dict[int, str]:
    """Return what columns hold, by number; raises `argparse.ArgumentTypeError`."""
    found: dict[int, str] = {}
    for part in text.split(","):
        role, _, number = part.strip().partition("=")
        if role not in ROLES or not number.isdigit() or not int(number):
            raise argparse.ArgumentTypeError(f"“{part}” is no column: write ROLE=NUMBER, such as message=3")
        found[int(number)] = role
    return found


def _choice(text: str) -> tuple[int, str]:
    """Return a line and the record that was chosen for it; raises `argparse.ArgumentTypeError`."""
    line, _, record = text.partition("=")
    if not line.isdigit() or not record:
        raise argparse.ArgumentTypeError(f"“{text}” chooses nothing: write LINE=KIND/ID, such as 4=quote/q-1")
    return int(line), record
