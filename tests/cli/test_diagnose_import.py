"""`sync-desktop diagnose --import`: pasted lines become issues of the workspace's site."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Shell
from tests.worlds.issues_page import BILLING, GONE, as_html, fifty_six

IN_STEP = "Q-2001"
STRANGER = "Q-9999"


def quote_id(sh: Shell, number: str) -> str:
    return str(next(row["id"] for row in sh.servers.held("quote", "salesbuildr") if row["number"] == number))


def as_object(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_with_a_workspace_lines_are_matched_and_nothing_is_kept(sh: Shell) -> None:
    before = sh.issues("all")
    text = sh.run("diagnose", f"{IN_STEP}: {BILLING}")
    assert f"{IN_STEP}: {BILLING} → quote/{quote_id(sh, IN_STEP)} {IN_STEP} " in text
    assert "the PSA of Fabrikam IT" in text
    assert sh.issues("all") == before


def test_imported_lines_are_issues_that_a_check_clears_or_keeps(sh: Shell) -> None:
    text = sh.run("diagnose", "--import", f"{IN_STEP}: {BILLING}", f"{STRANGER}: {GONE}")
    assert text.splitlines()[-1] == ("2 issues of Fabrikam IT are kept. 1 issue is about no record that has been read.")
    listed = {each["row"]["record"].split(" ")[0]: each["row"] for each in sh.issues()}
    assert listed[IN_STEP]["cause_title"] == "Billing code of a product's category is not valid"
    assert sh.run("retry", str(listed[IN_STEP]["id"])).startswith("In step and seen in ")
    sh.run("retry", str(listed[STRANGER]["id"]), expect=1)
    assert sh.servers.written() == []


def test_a_later_list_that_lacks_an_issue_makes_it_no_longer_listed(sh: Shell) -> None:
    sh.run("diagnose", "--import", f"{IN_STEP}: {BILLING}")
    assert "no longer listed" not in sh.run("diagnose", "--import", "--part", f"{STRANGER}: {GONE}")
    assert "1 issue of earlier lists is no longer listed." in sh.run("diagnose", "--import", f"{STRANGER}: {GONE}")
    assert " · no longer listed 1 · cleared 0\n" in sh.run("issues", "--state", "unlisted")
    (issue,) = sh.issues("unlisted")
    assert (issue["row"]["state"], issue["row"]["record"].split(" ")[0]) == ("no longer listed", IN_STEP)


def test_where_two_records_match_they_are_listed_and_nothing_is_kept_until_one_is_chosen(sh: Shell) -> None:
    first, second = quote_id(sh, IN_STEP), quote_id(sh, "Q-2002")
    with closing(sqlite3.connect(sh.workspace)) as workspace:
        workspace.execute(
            "UPDATE records SET name = 'Q-7 Twin' WHERE kind = 'quote' AND record_id IN (?, ?)", (first, second)
        )
        workspace.commit()
    before = sh.issues("all")
    text = sh.run("diagnose", "--import", f"Quote Q-7: {BILLING}", expect=1)
    assert f"--choose 1=quote/{first}  Q-7 Twin" in text
    assert f"--choose 1=quote/{second}  Q-7 Twin" in text
    assert sh.issues("all") == before
    told = as_object(sh.run("diagnose", "--import", "--json", "--choose", f"1=quote/{second}", f"Quote Q-7: {BILLING}"))
    assert (told["undecided"], told["import"]["opened"]) == ([], 1)
    assert told["lines"][0]["matched"]["id"] == second
    sh.run("diagnose", "--import", "--choose", "1=quote/zzz", f"Quote Q-7: {BILLING}", expect=3)
    assert "No record quote/zzz has been read" in sh.err


def test_a_saved_page_is_imported_whole(sh: Shell, tmp_path: Path) -> None:
    page = tmp_path / "issues.html"
    page.write_text(as_html(fifty_six()), encoding="utf-8")
    text = sh.run("diagnose", "--import", "--file", str(page))
    assert "\n56 lines, 54 are sync failures, 2 are not; causes: " in text
    assert text.splitlines()[-1].startswith("54 issues of Fabrikam IT are kept. 54 issues are about no record")


def test_a_site_that_is_not_there_and_a_choice_without_a_workspace_are_refused(
    sh: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    sh.run("diagnose", "--import", "--site", "Nobody", BILLING, expect=3)
    assert "Name the site with --site" in sh.err
    sh.run("diagnose", "--import", "User was not automatically linked", expect=3)
    assert "no issue in this text" in sh.err
    from sync_desktop.cli.main import main

    assert main(["diagnose", "--choose", "1=none", BILLING]) == 2
    assert "--choose needs a --workspace" in capsys.readouterr().err
