"""Take one sentence of the safety rules at a time out of a copy of the code, and see that a test fails.

    python packaging/mutate_rules.py [--rule N] [--only TEXT] [--list] [--jobs N]

runs with the environment that `bootstrap.py` makes. The table is in `rules/`, see `rule_mutations.py`. First the tests
that it names are run as the code is, for one that fails anyhow shows nothing. Then each mutation is made in a scratch
copy of the project, where only its own tests are run. All of them have to fail, and by what they assert: one that ends
in a mistake such as a name that is not defined says nothing about the rule. The exit status is 1 when nothing noticed a
mutation, or when one could not be made.
"""

import argparse
import ast
import multiprocessing
import os
import queue
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rule_mutations import PSAS, SHARED, Edit, Mutation, load, names

PROJECT = Path(__file__).resolve().parent.parent
COPIED = ("packaging", "pyproject.toml", "README.md", "resources", "sync_desktop", "tests")
"""What tests need of the project; caches of compiled modules are left behind."""
PYTEST = ("-q", "-p", "no:randomly", "--no-header", "--tb=no", "-rpfE")
TOLD = re.compile(r"^(PASSED|FAILED|ERROR) (\S+?::.*?\S)(?: - (.*))?$")
"""A line of pytest's short summary."""
MISTAKES = (
    *("AttributeError", "ImportError", "IndentationError", "ModuleNotFoundError", "NameError", "SyntaxError"),
    *("TypeError", "UnboundLocalError", "Failed: An error was logged", "Failed: Timeout"),
)
"""How the reason of a failure begins that is none of the rule's."""
FORKS = hasattr(os, "fork")
PROCESSES = multiprocessing.get_context("forkserver") if FORKS else multiprocessing.get_context("spawn")
PROCESSES.set_forkserver_preload(
    [
        *("PySide6.QtTest", "PySide6.QtWidgets", "aiohttp.web", "alembic", "httpx", "keyring", "psutil", "pydantic"),
        *("pytest", "rapidfuzz", "sqlalchemy.dialects.sqlite", "tenacity", "truststore"),
    ]
)
"""Where processes can be forked, each has at once what takes half of a small test's time to be imported."""
SECONDS = 300
"""For the tests of one mutation; all of them together may take this long for each."""


class Verdict(StrEnum):
    """What became of a mutation."""

    RED = "red"
    UNNOTICED = "NOTHING NOTICED"
    STUMBLED = "FAILED OF A MISTAKE"
    GONE = "PASSAGE IS NOT THERE ANY MORE"
    NO_TEST = "TEST IS NOT THERE"


@dataclass(frozen=True, slots=True)
class Result:
    """A verdict, and the tests that it rests on."""

    verdict: Verdict
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one test ended; `why` is the first line of its failure."""

    word: str
    why: str = ""


def outcomes(output: str) -> dict[str, list[Outcome]]:
    """Return how each test of pytest's short summary ended; one that failed may have ended in an error as well."""
    found: dict[str, list[Outcome]] = {}
    for line in output.splitlines():
        if told := TOLD.match(line):
            found.setdefault(told[2], []).append(Outcome(told[1], told[3] or ""))
    return found


def judged(wanted: Sequence[str], found: Mapping[str, list[Outcome]]) -> Result:
    """Return the verdict on a mutation whose tests ended so."""
    if missing := [test for test in wanted if test not in found]:
        return Result(Verdict.NO_TEST, tuple(missing))
    if passed := [test for test in wanted if not any(each.word == "FAILED" for each in found[test])]:
        return Result(Verdict.UNNOTICED, tuple(passed))
    mistaken = [test for test in wanted if any(each.why.startswith(MISTAKES) for each in found[test])]
    return Result(Verdict.STUMBLED, tuple(mistaken)) if mistaken else Result(Verdict.RED, tuple(wanted))


class Workshop:
    """Scratch copies of the project, one for each job, in which tests are run."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self._folder = folder
        self._jobs = jobs
        self._free: queue.SimpleQueue[Path] = queue.SimpleQueue()

    def prepare(self, tests: Sequence[str]) -> list[str]:
        """Make the copies and run the tests as the code is; return those that do not pass, and why."""
        first = self._folder / "1"
        for name in COPIED:
            if (PROJECT / name).is_dir():
                shutil.copytree(PROJECT / name, first / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                first.mkdir(exist_ok=True)
                shutil.copy2(PROJECT / name, first / name)
        jobs = self._jobs if self._jobs > 1 else 0
        told = _told(first, tests, jobs=jobs, compiled=True, seconds=SECONDS * len(tests))
        self._free.put(first)
        for number in range(2, self._jobs + 1):
            self._free.put(Path(shutil.copytree(first, self._folder / str(number))))
        if not (found := outcomes(told)):  # pytest runs none where one of them is not there
            return told.splitlines()
        ends = {test: found.get(test, [Outcome("NOT FOUND")]) for test in tests}
        return [f"{test}: {each.word} {each.why}" for test in tests for each in ends[test] if each.word != "PASSED"]

    def take_out(self, mutation: Mutation) -> Result:
        """Make a mutation in a free copy, run its tests there, and put everything back."""
        copy = self._free.get()
        files = {copy / edit.file for edit in mutation.edits}
        before = {file: (file.read_bytes(), file.stat()) for file in files if file.is_file()}
        try:
            for edit in mutation.edits:
                _edited(copy / edit.file, edit)
            return judged(mutation.fails, outcomes(_told(copy, mutation.fails)))
        except (LookupError, FileNotFoundError) as error:
            return Result(Verdict.GONE, (str(error),))
        except (SyntaxError, TimeoutError) as error:
            return Result(Verdict.STUMBLED, (str(error),))
        finally:
            for file, (content, known) in before.items():
                file.write_bytes(content)
                os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))  # what is compiled of it holds again
            self._free.put(copy)


def _edited(file: Path, edit: Edit) -> None:
    text = edit.applied(file.read_text(encoding="utf-8"))
    if file.suffix == ".py":
        ast.parse(text)
    file.write_text(text, encoding="utf-8", newline="\n")


def _told(copy: Path, tests: Sequence[str], *, jobs: int = 0, compiled: bool = False, seconds: float = SECONDS) -> str:
    """Run tests in a copy, in a process of their own, and return what pytest said; `TimeoutError` where it has no end.

    Modules are `compiled` for later runs only while the code is as it is: what is kept of a mutated one could be taken
    for the real one.
    """
    told = copy.with_suffix(".txt")
    process = PROCESSES.Process(target=_run, args=(copy, told, [*PYTEST, "-n", str(jobs), *tests], compiled))
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        raise TimeoutError(f"no end after {seconds:.0f} seconds")
    return told.read_text(encoding="utf-8")


def _run(copy: Path, told: Path, arguments: list[str], compiled: bool) -> None:
    """Be the process that runs tests in a copy: nothing is imported from elsewhere, and what is printed is kept."""
    import pytest

    sys.path[:] = [str(copy), *(each for each in sys.path if Path(each) not in (PROJECT, PROJECT / "packaging"))]
    sys.dont_write_bytecode = not compiled
    os.environ |= {"PYTHONPATH": str(copy), "COLUMNS": "200", "QT_QPA_PLATFORM": "offscreen"}
    os.chdir(copy)
    with told.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
        pytest.main(arguments)
        sys.stdout.flush()


def chosen(mutations: Iterable[Mutation], rule: int | None, text: str) -> list[Mutation]:
    """Return the mutations of a rule, or of all, in whose line a text stands."""
    return [each for each in mutations if rule in (None, each.rule) and text.casefold() in line_of(each).casefold()]


def line_of(mutation: Mutation) -> str:
    """Return a mutation as the list shows it."""
    psas = "every PSA" if mutation.psas == PSAS else ", ".join(mutation.psas)
    return f"{mutation.rule:>4}  {psas:<22} {mutation.out}"


def shown(result: Result) -> Iterator[str]:
    """Return the lines under a mutation: its verdict, and the names of the tests."""
    by_name: dict[str, list[str]] = {}
    for test in result.tests:
        name, bracket, parameters = test.rpartition("::")[2].partition("[")
        by_name.setdefault(name, []).append(f"{bracket}{parameters}")
    short = [f"{name}{' '.join(parameters)}" for name, parameters in by_name.items()]
    yield f"      {result.verdict}: {', '.join(short)}"


def counts(results: Sequence[tuple[Mutation, Result]]) -> Iterator[str]:
    """Return the table at the end: for each rule and PSA, how many of its mutations are red."""
    columns = (SHARED, *PSAS)
    called = names()
    yield f"{'rule':<38}" + "".join(f"{column:>14}" for column in columns)
    for rule in sorted({mutation.rule for mutation, _ in results}):
        cells: list[str] = []
        for column in columns:
            verdicts = [result.verdict for each, result in results if each.rule == rule and column in each.psas]
            red = verdicts.count(Verdict.RED)
            cells.append("-" if not verdicts else f"{red} red" if red == len(verdicts) else f"{red} of {len(verdicts)}")
        yield f"{rule:>4}  {called[rule]:<32}" + "".join(f"{cell:>14}" for cell in cells)


def run(mutations: Sequence[Mutation], jobs: int) -> int:
    """Take each mutation out in turn, print what became of it, and return the exit status."""
    tests = list(dict.fromkeys(test for mutation in mutations for test in mutation.fails))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="rules-") as folder:
        workshop = Workshop(Path(folder), jobs)
        print(f"Running {len(tests)} tests as the code is …", flush=True)
        if failing := workshop.prepare(tests):
            print("These do not pass as the code is, so that they can show nothing:", *failing, sep="\n  ")
            return 1
        results: list[tuple[Mutation, Result]] = []
        with ThreadPoolExecutor(jobs) as pool:
            for mutation, result in zip(mutations, pool.map(workshop.take_out, mutations), strict=True):
                print(line_of(mutation), *shown(result), sep="\n", flush=True)
                results.append((mutation, result))
    print("", *counts(results), sep="\n")
    wrong = [mutation for mutation, result in results if result.verdict is not Verdict.RED]
    minutes = (time.monotonic() - begun) / 60
    print(f"\n{len(results) - len(wrong)} of {len(results)} mutations are red, after {minutes:.0f} minutes.")
    return 1 if wrong else 0


def main(arguments: Sequence[str]) -> int:
    """Do what the command's words say."""
    parser = argparse.ArgumentParser(description="See that a test fails for each sentence of the safety rules.")
    parser.add_argument("--rule", type=int, metavar="N", help="only the mutations of this rule")
    parser.add_argument("--only", default="", metavar="TEXT", help="only those in whose line this stands")
    parser.add_argument("--list", action="store_true", help="name the mutations and run nothing")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="how many at once; each has its own copy")
    given = parser.parse_args(arguments)
    mutations = chosen(load(), given.rule, given.only)
    if not mutations:
        print("No mutation is called so.", file=sys.stderr)
        return 2
    if given.list:
        print(*(line_of(mutation) for mutation in mutations), sep="\n")
        return 0
    return run(mutations, max(1, given.jobs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
