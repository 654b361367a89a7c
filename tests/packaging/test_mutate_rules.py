"""The mutations of the safety rules: their table fits the code as it is, and what their tests say is judged rightly.

That each mutation is noticed is seen by running `packaging/mutate_rules.py`, which takes minutes.
"""

import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> Iterator[Any]:
    """The script, which finds the table's module beside it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(PROJECT / "packaging")
        yield importlib.import_module("mutate_rules")


@pytest.fixture(scope="module")
def table(script: Any) -> Any:
    return script.load()


@cache
def text_of(file: str) -> str:
    path = PROJECT / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def test_each_passage_is_in_its_file_exactly_once(table: Any) -> None:
    edits = [(mutation.rule, mutation.out, edit) for mutation in table for edit in mutation.edits]
    assert [each for each in edits if text_of(each[2].file).count(each[2].passage) != 1] == []
    assert [each for each in edits if each[2].passage == each[2].instead] == []


def test_each_test_is_in_its_file(table: Any) -> None:
    named = {test.partition("[")[0].partition("::")[::2] for mutation in table for test in mutation.fails}
    assert [(file, name) for file, name in sorted(named) if f"def {name}(" not in text_of(file)] == []
    assert [mutation.out for mutation in table if not mutation.fails] == []


def test_every_rule_is_shown_for_every_psa_and_no_line_is_there_twice(script: Any, table: Any) -> None:
    shown = {(mutation.rule, psa) for mutation in table for psa in mutation.psas} - {
        (rule, script.SHARED) for rule in range(1, 13)
    }
    assert shown == {(rule, psa) for rule in range(1, 13) for psa in script.PSAS}
    lines = [script.line_of(mutation) for mutation in table]
    assert [line for line in lines if lines.count(line) > 1] == []


RED, PASSED = "FAILED t.py::a[x] - assert 1 == 2", "PASSED t.py::a[x]"


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (f"{RED}\nFAILED t.py::b", "RED"),
        (f"{RED}\nPASSED t.py::b", "UNNOTICED"),
        (f"{PASSED}\nPASSED t.py::b", "UNNOTICED"),
        (f"{RED}\nFAILED t.py::b - NameError: name 'x' is not defined", "STUMBLED"),
        (f"{RED}\nFAILED t.py::b - assert 0\nERROR t.py::b - Failed: An error was logged:", "STUMBLED"),
        ("ERROR t.py::a[x] - OSError: no\nERROR t.py::b - OSError: no", "UNNOTICED"),
        (f"{RED}\nERROR: not found: t.py::b", "NO_TEST"),
        ("", "NO_TEST"),
    ],
)
def test_all_tests_of_a_mutation_have_to_fail_of_what_they_assert(script: Any, told: str, verdict: str) -> None:
    result = script.judged(("t.py::a[x]", "t.py::b"), script.outcomes(told))
    assert result.verdict is script.Verdict[verdict]


def test_a_passage_that_is_gone_or_ambiguous_is_told(script: Any) -> None:
    edit = importlib.import_module("rule_mutations").Edit("a.py", "one", "two")
    assert edit.applied("one three") == "two three"
    for text in ("three", "one one"):
        with pytest.raises(LookupError, match=r"times in a\.py"):
            edit.applied(text)
