"""`sync-desktop decide`: lists what a person has to decide about a record, keeps it, and sends nothing itself."""

import pytest

from tests.cli.commands import Shell

READY = "Not in Autotask yet"


@pytest.fixture
def clash(sh: Shell) -> str:
    """Return a quote that was written, and whose note both sides changed since."""
    number = sh.issue(READY)["row"]["record"].split(" ")[0]
    (row,) = [each for each in sh.servers.held("quote", "salesbuildr") if each["number"] == number]
    record = f"quote/{row['id']}"
    sh.servers.ask("PATCH", f"/world/salesbuildr/quote/{row['id']}", {"note": "Before"})
    sh.run("sync", record)
    (there,) = [each for each in sh.servers.held("Quotes") if each["externalQuoteNumber"] == number]
    sh.servers.ask("PATCH", f"/world/autotask/Quotes/{there['id']}", {"description": "Theirs"})
    sh.servers.ask("PATCH", f"/world/salesbuildr/quote/{row['id']}", {"note": "Ours"})
    sh.run("sync", record, expect=1)
    return record


def note(sh: Shell) -> set[str]:
    """Return which of the three notes Autotask holds."""
    return {str(each.get("description")) for each in sh.servers.held("Quotes")} & {"Before", "Theirs", "Ours"}


def test_fields_that_both_sides_changed_are_listed_and_one_is_taken_by_the_next_sync(sh: Shell, clash: str) -> None:
    text = sh.run("decide", clash, expect=1)
    assert text.startswith("description (quote Q-")
    assert text.endswith("): Salesbuildr “Ours”, Autotask “Theirs”\n")
    sent = len(sh.servers.written())
    assert sh.run("decide", clash, "--take", "description").startswith("Kept. Nothing was sent")
    assert (len(sh.servers.written()), note(sh)) == (sent, {"Theirs"})
    sh.run("sync", clash)
    assert note(sh) == {"Ours"}
    assert sh.run("decide", clash) == "Both sides changed no field when this was last checked.\n"


def test_a_field_that_is_left_as_it_is_is_not_asked_about_again(sh: Shell, clash: str) -> None:
    sh.run("decide", clash, "--leave", "description")
    assert sh.run("sync", clash).startswith("In step and seen in ")
    assert note(sh) == {"Theirs"}


def test_what_cannot_be_decided_is_refused_in_a_sentence(sh: Shell, clash: str) -> None:
    sh.run("decide", clash, "--take", "colour", expect=3)
    assert "“colour” is no field that both sides changed; there are: description." in sh.err
    sh.run("decide", "company/c1", "--lines", "keep", expect=3)
    assert "Lines and won opportunities are decided for a quote: write quote/ID." in sh.err
    sh.run("decide", "quote/nobody", "--won", expect=3)
    assert "The quote nobody is not in this workspace" in sh.err


def test_lines_and_won_opportunities_are_decided_by_command(sh: Shell) -> None:
    issue = sh.issue("Others added")
    number = issue["row"]["record"].split(" ")[0]
    (row,) = [each for each in sh.servers.held("quote", "salesbuildr") if each["number"] == number]
    record = f"quote/{row['id']}"
    sh.run("sync", record, expect=1)
    assert sh.run("decide", record, "--lines", "keep", "--won").startswith("Kept. ")
    sh.run("sync", record)
