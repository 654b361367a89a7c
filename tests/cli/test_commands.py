"""Each command against running practice servers: what it prints, what it leaves alone, and its exit status."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sync_desktop.cli.main import COMMANDS, main
from sync_desktop.domain.clock import SystemClock
from sync_desktop.domain.sites import Site
from sync_desktop.domain.words import Psa, Role
from sync_desktop.sandbox import credentials
from sync_desktop.storage import sites
from sync_desktop.storage.workspace import Workspace
from tests.cli.commands import Servers, Shell

SITE = "practice-autotask"
READY, FIREWALLS = "Not in Autotask yet", "Category **Firewalls**"


def put_site(path: Path, site: Site) -> None:
    """Keep a site in a workspace file, or another state of one."""

    async def body() -> None:
        workspace = await Workspace.open(path, clock=SystemClock())
        try:
            await workspace.write(lambda tx: sites.save_site(tx, site))
        finally:
            await workspace.close()

    asyncio.run(body())


def stored_site(path: Path) -> Site:
    async def body() -> Site:
        workspace = await Workspace.open(path, clock=SystemClock())
        try:
            found = await workspace.read(lambda conn: sites.site(conn, SITE))
        finally:
            await workspace.close()
        assert found is not None
        return found

    return asyncio.run(body())


def test_the_sandbox_says_on_one_line_where_everything_listens(servers: Servers) -> None:
    told = servers.described
    assert (told["schema"], told["control"]) == (1, servers.control)
    (site,) = told["sites"]
    assert site["psa"] == "autotask"
    assert site["salesbuildr"]["base_url"].endswith("/public-api")
    assert set(site["autotask"]) == {"base_url", "zone_url", "username", "secret", "integration_code"}


def test_the_practice_workspace_holds_no_credentials(servers: Servers) -> None:
    held = b"".join(each.read_bytes() for each in servers.checked.parent.iterdir())
    for secret in (credentials.API_KEY, credentials.AUTOTASK_SECRET, credentials.AUTOTASK_INTEGRATION_CODE):
        assert secret.encode() not in held


def test_refresh_reads_every_record_and_writes_nothing(sh: Shell) -> None:
    assert re.fullmatch(r"Read \d+ records? from Salesbuildr\.\n", sh.run("refresh"))
    assert sh.servers.written() == []


def test_check_of_one_record_that_is_in_step_has_the_status_0(sh: Shell) -> None:
    quote = next(row for row in sh.servers.held("quote", "salesbuildr") if row["number"] == "Q-2001")
    assert sh.run("check", f"quote/{quote['id']}").startswith("In step and seen in ")


def test_check_of_a_record_that_could_be_written_has_the_status_1_for_it_is_not_in_step(sh: Shell) -> None:
    assert re.search(r"Nothing blocks it: \d+ steps? to write", sh.run("check", sh.issue(READY)["reference"], expect=1))
    assert sh.servers.written() == []


def test_check_of_everything_says_what_is_blocked_and_writes_nothing(sh: Shell) -> None:
    text = sh.run("check", expect=1)
    assert re.search(r"\d+ in step · .*\d+ blocked", text)
    assert sh.servers.written() == []


def test_sync_writes_a_named_quote_once(sh: Shell) -> None:
    issue = sh.issue(READY)
    record = f"quote/{quote_id(sh, issue)}"
    assert sh.run("sync", record).startswith("Written and seen in ")
    sent = len(sh.servers.written())
    assert sent > 0
    assert sh.run("sync", record).startswith("In step and seen in ")
    assert len(sh.servers.written()) == sent
    number = issue["row"]["record"].split(" ")[0]
    assert len([row for row in sh.servers.held("Quotes") if row.get("externalQuoteNumber") == number]) == 1


def quote_id(sh: Shell, issue: dict[str, dict[str, str]]) -> str:
    number = issue["row"]["record"].split(" ")[0]
    rows = sh.servers.held("quote", "salesbuildr")
    return str(next(row["id"] for row in rows if row["number"] == number))


def test_sync_at_an_assist_site_is_refused_with_what_to_do(sh: Shell) -> None:
    put_site(sh.workspace, stored_site(sh.workspace).model_copy(update={"role": Role.ASSIST}))
    sh.run("sync", expect=3)
    assert "is in assist and reads only; switch it to write on the Sites page first." in sh.err
    assert sh.servers.written() == []


def test_sync_at_a_live_site_wants_a_yes_after_the_count(sh: Shell) -> None:
    put_site(sh.workspace, stored_site(sh.workspace).model_copy(update={"practice": False}))
    sh.run("sync", expect=3)
    assert "This site writes into a live PSA" in sh.err
    assert sh.servers.written() == []


def test_issues_are_listed_by_cause_and_open_ones_have_the_status_1(sh: Shell) -> None:
    text = sh.run("issues", expect=1)
    assert re.match(r"open \d+ · dismissed 0 · cleared 0\n", text)
    assert re.search(
        r"\nCategory Firewalls leads to an inactive billing code \(4 quotes · \$[\d,]+\) \[Fix mapping\]", text
    )
    assert "**" not in text
    assert sh.run("issues", "--search", "no such text anywhere").startswith("open ")
    assert sh.run("issues", "--state", "cleared").startswith("open ")


def test_issues_as_json_keep_their_names_for_scripts(sh: Shell) -> None:
    told = json.loads(sh.run("issues", "--json", "--search", "Firewalls", expect=1))
    assert (set(told), told["schema"]) == ({"schema", "counts", "issues"}, 1)
    assert set(told["counts"]) == {"open", "dismissed", "cleared", "no longer listed"}
    assert len(told["issues"]) == 4
    issue = told["issues"][0]
    assert {"row", "heading", "causes", "attempts", "depends_on", "evidence", "retry_label"} <= set(issue)
    assert {"id", "site_id", "kind", "record", "company", "value", "state", "severity", "cause_key"} <= set(
        issue["row"]
    )
    cause = issue["causes"][0]
    assert (cause["mapping_kind"], cause["mapping_source_name"]) == ("product-billing-code", "Firewalls")
    assert {"title", "message", "why", "steps", "actions", "severity"} <= set(cause)


def test_one_issue_is_shown_whole_as_text_and_as_json(sh: Shell) -> None:
    number = str(sh.issue(FIREWALLS)["row"]["id"])
    text = sh.run("issues", number)
    assert "BillingCode does not exist or is invalid" in text
    assert "How to fix" in text
    assert re.search(r"^Record: quote/\w+$", text, re.MULTILINE)
    assert re.search(r"^Mapping: product-billing-code \w+$", text, re.MULTILINE)
    assert json.loads(sh.run("issues", number, "--json"))["row"]["id"] == int(number)


def test_an_issue_that_is_not_there_is_an_error_in_both_forms(sh: Shell) -> None:
    sh.run("issues", "99999", expect=3)
    assert "This issue is not in the workspace any more." in sh.err
    sh.run("issues", "99999", "--json", expect=3)
    assert "This issue is not in the workspace any more." in sh.err
    for command in ("retry", "dismiss"):
        assert sh.run(command, str(sh.issue(READY)["row"]["id"]), "99999", expect=3) == ""
        assert "There is no issue 99999; “sync-desktop issues --state all” lists all there are." in sh.err
    assert sh.servers.written() == []


def test_retry_writes_what_can_be_written_and_the_issue_is_cleared(sh: Shell) -> None:
    number = sh.issue(READY)["row"]["id"]
    assert sh.run("retry", str(number)).startswith("Written and seen in ")
    assert number in {each["row"]["id"] for each in sh.issues("cleared")}


def test_retry_of_what_is_still_blocked_has_the_status_1_and_writes_nothing(sh: Shell) -> None:
    text = sh.run("retry", "--search", "Firewalls", expect=1)
    assert text.startswith("Trying 4 of 4\n")
    assert "4 still wait for a mapping to change" in text
    assert "4 blocked" in text
    assert sh.servers.written() == []


@pytest.mark.parametrize("words", [(), ("--search", "no such text anywhere")])
def test_retry_of_nothing_says_how_to_name_issues(sh: Shell, words: tuple[str, ...]) -> None:
    sh.run("retry", *words, expect=3)
    assert "Name issues by number, or use --search or --all" in sh.err


def test_retry_at_a_live_site_wants_a_yes(sh: Shell) -> None:
    number = str(sh.issue(READY)["row"]["id"])
    put_site(sh.workspace, stored_site(sh.workspace).model_copy(update={"practice": False}))
    sh.run("retry", number, expect=3)
    assert "the first write at a live site" in sh.err
    assert sh.servers.written() == []


def test_dismissing_hides_an_issue_and_restoring_brings_it_back(sh: Shell) -> None:
    number = sh.issue(FIREWALLS)["row"]["id"]
    assert sh.run("dismiss", str(number)) == "Dismissed 1.\n"
    assert number not in {each["row"]["id"] for each in sh.issues()}
    assert sh.run("dismiss", "--restore", str(number)) == "Restored 1.\n"
    assert number in {each["row"]["id"] for each in sh.issues()}
    sh.run("dismiss", "99999", expect=3)
    assert "“sync-desktop issues --state all” lists all there are." in sh.err


def test_a_mapping_is_listed_set_and_helps(sh: Shell) -> None:
    issue = sh.issue(FIREWALLS)
    source = issue["causes"][0]["mapping_source"]
    codes = [row for row in sh.servers.held("BillingCodes") if row["useType"] == 4 and row["isActive"]]
    target = str(codes[0]["id"])
    assert sh.run("map", "set", "product-billing-code", source, target).startswith(
        "Set. Salesbuildr keeps its own copy"
    )
    listed = sh.run("map", "list", "product-billing-code")
    assert listed.startswith("product-billing-code: Category → billing code (products)\n")
    (line,) = [each for each in listed.splitlines() if each.strip().startswith(f"{source} ")]
    assert f"→ {codes[0]['name']} (#{target})" in line
    assert line.endswith("Not audited        (set by hand)")
    assert sh.run("retry", "--search", "Firewalls").endswith("4 written\n")


def test_a_mapping_that_cannot_be_is_refused_in_a_sentence(sh: Shell) -> None:
    issue = sh.issue(FIREWALLS)
    source = issue["causes"][0]["mapping_source"]
    services = [row for row in sh.servers.held("BillingCodes") if row["useType"] == 5 and row["isActive"]]
    sh.run("map", "set", "product-billing-code", source, str(services[0]["id"]), expect=3)
    assert "cannot be chosen: its use type is Service, and Material is needed." in sh.err
    sh.run("map", "set", "colour", source, "1", expect=3)
    assert "has no mapping kind “colour”" in sh.err
    sh.run("map", "list", "colour", expect=3)
    assert "There is no mapping kind “colour”" in sh.err


def test_a_suggested_mapping_is_set_stands_in_the_history_and_is_rolled_back(sh: Shell) -> None:
    sh.run("map", "suggest", expect=3)
    assert "was not audited yet" in sh.err
    sh.run("audit", expect=1)
    listed = sh.run("map", "suggest", expect=1)
    line = next(each for each in listed.splitlines() if "Cabling" in each)
    assert "Deleted. → 408 Cables and racks (#408): 2 synchronised products are there." in line
    assert "  Set." in sh.run("map", "suggest", "product-billing-code", "--apply", line.split()[1])
    history = sh.run("map", "history")
    assert "Cabling: #410 → Cables and racks (#408)" in history
    sh.run("map", "rollback", "999", expect=3)
    assert "has no saved change 999" in sh.err
    assert sh.run("map", "rollback", history.split()[0]).startswith("1 mapping rolled back")
    assert "(rolled back)" in sh.run("map", "history")


def test_a_company_is_linked_by_hand_from_its_candidates(sh: Shell) -> None:
    issue = sh.issue("is not linked to Autotask")
    cause = next(each for each in issue["causes"] if each["record_kind"] == "company")
    record = f"company/{cause['record_id']}"
    shown = sh.run("links", "candidates", record)
    assert ": not linked\n" in shown
    external, name = re.findall(r"  #(\d+) (.+?)(?: \(inactive\))?: ", shown)[0]
    assert sh.run("links", "set", record, external) == f"Linked to #{external} “{name}”.\n"
    assert f"{record} → Companies #{external} (set by hand)" in sh.run("links", "list", "company")
    assert f": linked to #{external}\n" in sh.run("links", "candidates", record)
    assert sh.run("links", "remove", record) == "The link is forgotten; the PSA was not touched.\n"
    assert f"{record} →" not in sh.run("links", "list", "company")
    assert sh.servers.written() == []


def test_a_company_is_created_anew_once(sh: Shell) -> None:
    issue = sh.issue("is not linked to Autotask")
    cause = next(each for each in issue["causes"] if each["record_kind"] == "company")
    before = len(sh.servers.held("Companies"))
    record = f"company/{cause['record_id']}"
    assert sh.run("links", "create", record).startswith("Written and seen in ")
    assert len(sh.servers.held("Companies")) == before + 1
    assert sh.run("sync", record).startswith("In step and seen in ")
    assert len(sh.servers.held("Companies")) == before + 1


def test_links_are_rebuilt_from_the_stamps(sh: Shell) -> None:
    text = sh.run("links", "rebuild")
    assert re.match(r"Restored \d+ quotes, \d+ lines, \d+ products and \d+ other links\.\n", text)
    assert sh.servers.written() == []


def test_a_site_is_named_where_one_of_several_is_meant(sh: Shell) -> None:
    other = Site(id="other", name="Contoso MSP", psa=Psa.AUTOTASK, quoting_url="http://127.0.0.1:9/public-api")
    put_site(sh.workspace, other)
    for words in (("map", "list", "--csv"), ("map", "list", "--site", "nobody"), ("check", "--site", "nobody")):
        sh.run(*words, expect=3)
        assert "Name the site with --site; there are “Contoso MSP”, “Fabrikam IT”." in sh.err, words
    assert sh.run("map", "list", "owner", "--site", "fabrikam it").startswith("owner: Owner → resource")


def test_a_workspace_without_a_site_says_how_to_get_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "empty.db"

    async def make() -> None:
        await (await Workspace.open(path, clock=SystemClock(), create=True)).close()

    asyncio.run(make())
    assert main(["check", "--workspace", str(path)]) == 3
    assert "This workspace has no site yet: connect one in the window" in capsys.readouterr().err


def test_a_workspace_that_is_not_there_is_named_and_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "missing.db"
    for words in (["issues"], ["refresh"], ["check"], ["retry", "1"], ["dismiss", "1"], ["map", "list"]):
        assert main([*words, "--workspace", str(path)]) == 3
        error = capsys.readouterr().err
        assert error.startswith("sync-desktop: ")
        assert len(error.splitlines()) == 1
    assert not path.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["check", "invoice/1"],
        ["check", "quote/"],
        ["sync", "quote"],
        ["links", "list", "invoice"],
        ["links"],
        ["map"],
        ["map", "set", "owner"],
        ["issues", "--state", "lost"],
        ["issues", "one"],
        ["dismiss"],
        ["retry", "one"],
        ["sandbox", "--limits", "some"],
        ["sandbox", "--port-base", "0"],
        ["sandbox", "--port-base", "65001"],
        ["frobnicate"],
    ],
)
def test_wrong_words_have_the_status_2_and_say_which(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_help_names_every_command_and_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(f"  {command}" in text for command in COMMANDS)
    assert "Exit status: 0 all well, 1 something is not in step" in text


def test_a_world_that_is_not_there_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "--world", "atlantis"]) == 3
    assert "There is no world “atlantis”" in capsys.readouterr().err


WITHOUT_QT = """
import sys
from sync_desktop.cli.main import main

workspace, quote, issue, company = sys.argv[1:]
for words in (
    ["refresh"], ["check", quote], ["sync", quote], ["issues", "--json"], ["issues", issue], ["retry", issue],
    ["dismiss", issue], ["map", "list"], ["map", "set", "owner", "x", "y"], ["links", "list", "quote"],
    ["links", "candidates", company], ["links", "rebuild"],
):
    status = main([*words, "--workspace", workspace])
    loaded = [name for name in ("PySide6", "qasync", "shiboken6") if name in sys.modules]
    print("COMMAND", *words[:2], status, *loaded)
"""


def test_commands_work_without_qt_being_loaded(sh: Shell) -> None:
    issue = sh.issue("is not linked to Autotask")
    company = next(each["record_id"] for each in issue["causes"] if each["record_kind"] == "company")
    quote = next(row["id"] for row in sh.servers.held("quote", "salesbuildr") if row["number"] == "Q-2001")
    words = [str(sh.workspace), f"quote/{quote}", str(issue["row"]["id"]), f"company/{company}"]
    done = subprocess.run([sys.executable, "-c", WITHOUT_QT, *words], capture_output=True, text=True, check=True)
    told = [line.split(" ")[1:] for line in done.stdout.splitlines() if line.startswith("COMMAND ")]
    assert len(told) == 12
    assert [line for line in told if line[-1] not in "0123"] == []
