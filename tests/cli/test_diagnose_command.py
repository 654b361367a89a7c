"""`sync-desktop diagnose` without a workspace: what it prints, as text and as JSON, and its exit status."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.cli.main import main
from tests.worlds.issues_page import BILLING, BUSY, as_csv, as_html, fifty_six

UNKNOWN = "Q-7: the printer is on fire"


def told(capsys: pytest.CaptureFixture[str], *words: str, expect: int = 0) -> str:
    capsys.readouterr()
    status = main(["diagnose", *words])
    printed = capsys.readouterr()
    assert status == expect, printed
    return printed.out + printed.err


def as_object(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_causes_with_their_steps_and_lines_end_in_the_customers_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "issues.html"
    page.write_text(as_html(fifty_six()), encoding="utf-8")
    text = told(capsys, "--file", str(page))
    assert text.startswith("Taken for Autotask by the words of ")
    assert "\nBilling code of a product's category is not valid (37 lines) [configuration]\n" in text
    assert "  2. Open Admin > Integrations > Autotask > Category Billing Codes" in text
    assert "Quote Q-3001, Customer 0: BillingCode does not exist or is invalid\n" in text
    assert text.splitlines()[-1].startswith("56 lines, 54 are sync failures, 2 are not; causes: ")
    assert "**" not in text


def test_lines_that_no_rule_knows_are_listed_and_have_the_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, f"Q-1: {BILLING}", UNKNOWN, BUSY, expect=1)
    assert f"\nNot recognised\n        2  {UNKNOWN}\n" in text
    assert "3 lines, 2 are sync failures, 1 is not recognised" in text


def test_json_holds_all_that_the_text_says(capsys: pytest.CaptureFixture[str]) -> None:
    told_text = told(capsys, "--psa", "autotask", f"Quote Q-2041 - Contoso: {BILLING}", "--json")
    found = as_object(told_text)
    assert (found["schema"], found["psa"], found["unrecognised"]) == (1, "autotask", [])
    (line,) = found["lines"]
    assert (line["kind"], line["record"], line["company"], line["verdict"]) == (
        "quote",
        "Q-2041",
        "Contoso",
        "sync failure",
    )
    (cause,) = found["causes"]
    assert cause["lines"] == [line["line"]]
    assert cause["cause_class"] == "configuration"
    assert cause["steps"]
    assert found["summary"].startswith("1 line, 1 is a sync failure, 0 are not")


def test_columns_are_named_by_number(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sheet = tmp_path / "issues.csv"
    sheet.write_text(f"{BUSY};Contoso;Q-1\n{BUSY};Adatum;Q-2\n", encoding="utf-8")
    text = told(capsys, "--file", str(sheet), "--columns", "message=1,record=3,company=2")
    assert "Columns: 1 message, 2 company, 3 record." in text
    assert "Q-2, Adatum: Already synchronizing" in text


@pytest.mark.parametrize("words", [(), ("-",)], ids=["nothing", "a dash"])
def test_lines_are_read_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(as_csv(fifty_six()).encode("utf-16"))))
    assert "56 lines, 54 are sync failures" in told(capsys, *words)


def test_bad_input_is_a_sentence_and_has_the_status_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture = tmp_path / "issues.png"
    picture.write_bytes(bytes(range(256)) * 40)
    assert "holds no text" in told(capsys, "--file", str(picture), expect=2)
    assert "cannot be read: No such file" in told(capsys, "--file", str(tmp_path / "none.txt"), expect=2)
    assert "not both" in told(capsys, "--file", str(picture), BUSY, expect=2)
    assert "nothing to read" in told(capsys, " ", expect=2)
    assert "no columns" in told(capsys, BUSY, "--columns", "message=1", expect=2)


@pytest.mark.parametrize("columns", ["message", "colour=1", "message=0", "message=x", ""])
def test_columns_that_are_none_are_wrong_words(capsys: pytest.CaptureFixture[str], columns: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["diagnose", BUSY, "--columns", columns])
    assert "ROLE=NUMBER" in capsys.readouterr().err


def test_a_process_of_its_own_needs_no_workspace_and_leaves_none(tmp_path: Path) -> None:
    """Also shows that diagnosing loads neither HTTP nor a database nor Qt."""
    code = (
        "import sys; from sync_desktop.cli.main import main; status = main(['diagnose', '-']);"
        "print([name for name in ('httpx', 'sqlalchemy', 'PySide6', 'keyring') if name in sys.modules]);"
        "sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=f"{BILLING}\n".encode(),
        capture_output=True,
        check=False,
        timeout=60,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(Path.cwd()), "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().splitlines()[-1] == "[]"
    assert list(tmp_path.iterdir()) == []
