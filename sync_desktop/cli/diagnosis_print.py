"""How `sync-desktop diagnose` prints: for people, and as JSON."""

import json
from dataclasses import asdict

from sync_desktop.domain.words import CauseClass
from sync_desktop.workbench.pasted.views import ImportResult, PastedCause, PastedLine, PasteView

_SHOWN_LINES = 200


def print_view(view: PasteView) -> None:
    """Print each cause with its lines, then what was not recognised, then the summary."""
    print(view.psa_words)
    if view.columns:
        named = ", ".join(f"{column.number} {column.role}" for column in view.columns if column.role != "other")
        print(f"Columns: {named}. Name them with --columns where that is wrong.")
    by_line = {line.line: line for line in view.lines}
    for cause in view.causes:
        if cause.cause_class is not CauseClass.UNKNOWN:
            _print_cause(cause, [by_line[number] for number in cause.lines])
    if view.unrecognised:
        print("\nNot recognised")
        for line in view.unrecognised:
            print(_line(line))
            if line.hint:
                print(f"           {line.hint}")
    print(f"\n{view.summary}")


def print_undecided(view: PasteView) -> None:
    """Print the lines that may be about several records, with the words that choose one."""
    if not view.undecided:
        return
    print("\nThese lines may be about several records. Nothing is kept until each has a --choose:")
    for line in view.undecided:
        print(_line(line))
        for each in line.candidates:
            print(f"           --choose {line.line}={each.key}  {each.name}, {each.company}".rstrip(", "))
        print(f"           --choose {line.line}=none")


def _print_cause(cause: PastedCause, lines: list[PastedLine]) -> None:
    count = "1 line" if len(lines) == 1 else f"{len(lines):,} lines"
    print(f"\n{_plain(cause.title)} ({count}) [{cause.cause_class}]")
    print(f"  {_plain(cause.why)}")
    for number, step in enumerate(cause.steps, start=1):
        print(f"  {number}. {_plain(step)}")
    for line in lines[:_SHOWN_LINES]:
        print(_line(line))
    if len(lines) > _SHOWN_LINES:
        print(f"    … and {len(lines) - _SHOWN_LINES:,} more")


def _line(line: PastedLine) -> str:
    said = " ".join((line.message or line.text).split())
    about = f"{line.about}: " if line.about else ""
    matched = f" → {line.matched.key} {line.matched.name}" if line.matched else ""
    return f"    {line.line:>5}  {about}{said}{matched}"


def _plain(text: str) -> str:
    return text.replace("**", "")


def as_json(view: PasteView, result: ImportResult | None = None) -> str:
    """Return a view, and what an import did, as one JSON object."""
    told = {
        "unrecognised": [line.line for line in view.unrecognised],
        "undecided": [line.line for line in view.undecided],
        "import": asdict(result) if result is not None else None,
    }
    return json.dumps({"schema": 1, **asdict(view), **told}, ensure_ascii=False)
