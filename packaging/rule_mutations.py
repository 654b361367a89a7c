"""The table of `mutate_rules.py`: what stands in the code for each sentence of the safety rules, and which tests mind.

It lies in `rules/`, one file for each rule, or two where it would be long:

    rule = 3
    name = "Links are verified"

    [[mutation]]
    out = "an id is enough, whatever the row of that id is called"
    psa = ["autotask", "connectwise", "halopsa"]
    file = "sync_desktop/sync/resolve.py"
    passage = "what stands there, exactly once"
    instead = "what stands there once the rule is taken out"
    fails = ["tests/sync/test_safety_links.py::test_rule_03_claimed_identifiers_of_other_names_block[{psa}]"]

`psa` says for which PSAs the tests show it, and `{psa}` stands for each of them in turn; code that all PSAs share and
that is shown once has none. Where a second lock holds the same sentence, `also` is a list of further tables of file,
passage and instead, and all of them are taken out together. Every test of `fails` has to fail.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "rules"
PSAS = ("autotask", "connectwise", "halopsa")
SHARED = "shared"
"""Stands in the place of a PSA for code that all of them share."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One passage of a file, by its path inside the project, and what is put in its place."""

    file: str
    passage: str
    instead: str

    def applied(self, text: str) -> str:
        """Return a file's text after the edit; `LookupError` where the passage is not there exactly once."""
        if (times := text.count(self.passage)) != 1:
            raise LookupError(f"the passage is {times} times in {self.file}")
        return text.replace(self.passage, self.instead)


@dataclass(frozen=True, slots=True)
class Mutation:
    """One sentence of a rule taken out of the code, and the tests that have to fail then."""

    rule: int
    psas: tuple[str, ...]
    """The PSAs for which the tests show it; `SHARED` where they show it once for all."""
    out: str
    edits: tuple[Edit, ...]
    fails: tuple[str, ...]
    """The tests' ids, as pytest takes them."""


def load(folder: Path = FOLDER) -> tuple[Mutation, ...]:
    """Return the whole table, rule by rule."""
    return tuple(each for file in sorted(folder.glob("rule_*.toml")) for each in _read(file))


def names(folder: Path = FOLDER) -> dict[int, str]:
    """Return what each rule is called."""
    parsed = [_parsed(file) for file in sorted(folder.glob("rule_*.toml"))]
    return {int(each["rule"]): str(each["name"]) for each in parsed}


def _parsed(file: Path) -> Mapping[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _read(file: Path) -> Iterator[Mutation]:
    table = _parsed(file)
    for entry in table["mutation"]:
        psas = tuple(entry.get("psa", ()))
        yield Mutation(
            rule=int(table["rule"]),
            psas=psas or (SHARED,),
            out=entry["out"],
            edits=tuple(_edit(each) for each in (entry, *entry.get("also", ()))),
            fails=tuple(dict.fromkeys(each.replace("{psa}", psa) for each in entry["fails"] for psa in psas or ("",))),
        )


def _edit(entry: Mapping[str, str]) -> Edit:
    return Edit(entry["file"], entry["passage"], entry["instead"])
