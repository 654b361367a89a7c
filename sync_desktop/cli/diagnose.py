"""`sync-desktop diagnose`: says what lines of Salesbuildr's Issues page mean, and keeps them as issues where asked."""

import argparse
import sys
from pathlib import Path

from sync_desktop.cli.diagnosis_print import as_json, print_view
from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import Psa
from sync_desktop.quoting.pasted.reading import LARGEST, decode
from sync_desktop.resources import resource
from sync_desktop.workbench.pasted.reading import ROLES, read_list, view_of
from sync_desktop.workbench.pasted.recognising import Recogniser
from sync_desktop.workbench.pasted.views import PasteQuestion

_BAD_INPUT = 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
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
    parser.epilog = "Exit status: 0 every line was recognised, 1 some were not, 2 the input cannot be read."


def run(arguments: argparse.Namespace) -> int:
    """Print the causes of pasted lines."""
    try:
        question = _question(arguments)
        view = view_of(read_list(Recogniser(RulePacks.load(resource("diagnosis"))), question))
    except UserError as error:
        print(f"sync-desktop: {error}", file=sys.stderr)
        return _BAD_INPUT
    if arguments.json:
        print(as_json(view))
    else:
        print_view(view)
    return 1 if view.unrecognised else 0


def _question(arguments: argparse.Namespace) -> PasteQuestion:
    return PasteQuestion(
        text=_text(arguments), psa=Psa(arguments.psa) if arguments.psa else None, columns=arguments.columns
    )


def _text(arguments: argparse.Namespace) -> str:
    """Return what was given: a file, words, or standard input. UserError where it cannot be read."""
    if arguments.file is not None and arguments.text:
        raise UserError("Give either a text or a --file, not both.")
    if arguments.file is not None:
        return _file(arguments.file)
    if arguments.text and arguments.text != ["-"]:
        return "\n".join(arguments.text)
    if not arguments.text and sys.stdin.isatty():
        raise UserError("Paste the lines behind the command, name a --file, or pipe them in.")
    return decode(sys.stdin.buffer.read(LARGEST + 1))


def _file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return decode(file.read(LARGEST + 1))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error


def _columns(text: str) -> dict[int, str]:
    """Return what columns hold, by number; raises `argparse.ArgumentTypeError`."""
    found: dict[int, str] = {}
    for part in text.split(","):
        role, _, number = part.strip().partition("=")
        if role not in ROLES or not number.isdigit() or not int(number):
            raise argparse.ArgumentTypeError(f"“{part}” is no column: write ROLE=NUMBER, such as message=3")
        found[int(number)] = role
    return found
