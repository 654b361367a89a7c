"""The command `sync-desktop`: parses words, loads one command, and turns errors into a sentence and an exit status."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from sync_desktop import __version__

COMMANDS = {
    "demo": "start the practice servers and walk from a failed quote to a cleared issue",
    "sandbox": "serve Salesbuildr and three PSAs to practise and test against",
    "open": "open the window (also what happens without a command)",
    "refresh": "read Salesbuildr into the workspace",
    "check": "compare records with the PSA; reads only",
    "sync": "write what is in scope into the PSA",
    "issues": "list issues",
    "diagnose": "say what pasted lines of Salesbuildr's Issues page mean",
    "retry": "retry issues",
    "dismiss": "hide issues, or take that back",
    "decide": "decide on lines, fields and won opportunities, for the next retry",
    "map": "list, set, discover, import and suggest mappings, and take saved ones back",
    "audit": "compare every mapping with the PSA as it is now; reads only",
    "where-used": "say what depends on a category, billing code or other target of the PSA",
    "links": "list, set and rebuild links",
}

OK, NOT_IN_STEP, USAGE, USER_ERROR, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses: done and nothing open; done, but something is not in step; wrong words; an error with a sentence."""


def _parser(command: str, words: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser for words that name a command; the others are declared only where they may be asked about."""
    parser = argparse.ArgumentParser(
        prog="sync-desktop",
        description="Finds, explains and repairs the quotes that did not arrive in an MSP's PSA.",
        epilog="Exit status: 0 all well, 1 something is not in step, 2 wrong words, 3 an error, said in one sentence.",
    )
    parser.add_argument("--version", action="version", version=f"sync-desktop {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    only_this = words[:1] == [command] and not {"-h", "--help"} & set(words)
    for name, summary in COMMANDS.items():
        if only_this and name != command:
            continue
        sub = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == command:
            import_module(f"sync_desktop.cli.{_module(name)}").configure(sub)
    return parser


def _module(command: str) -> str:
    return {"map": "mappings", "open": "window", "where-used": "where_used"}.get(command, command)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; without one, open the window."""
    words = list(sys.argv[1:] if argv is None else argv)
    command = next((word for word in words if word in COMMANDS), "open")
    if not any(word in COMMANDS or word in ("-h", "--help", "--version") for word in words):
        words.insert(0, "open")
    arguments = _parser(command, words).parse_args(words)
    module = import_module(f"sync_desktop.cli.{_module(command)}")
    try:
        status: int = module.run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return OK
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        print(f"sync-desktop: {sentence}", file=sys.stderr)
        return USER_ERROR
    return status


def _sentence(error: Exception) -> str | None:
    """Return the one sentence of an error that a person can put right; None for a mistake of ours."""
    from sync_desktop.domain.failures import SyncError, UserError

    return str(error) if isinstance(error, SyncError | UserError) else None
