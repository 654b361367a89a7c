from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMenu, QPushButton, QTableView

from sync_desktop.domain.failures import UserError
from sync_desktop.ui.mappings.entries import View
from sync_desktop.ui.tokens import Tone
from sync_desktop.ui.widgets import RawText
from sync_desktop.workbench.mapping_views import Edit, RemapView
from sync_desktop.workbench.views import RunResult
from tests.ui.mapping_fakes import FIREWALL, KIND, NOW, SITE, change, row, todo
from tests.ui.mapping_screen import CONTROL, MappingScreen, Open, mapped, open_mappings, wait_for
from tests.ui.ui_fakes import FakeWorkbench, cause
from tests.ui.ui_screen import Screen


def cells(made: MappingScreen, name: str) -> list[list[str]]:
    model = made.screen.find(QTableView, name).model()
    columns = range(model.columnCount())
    return [[str(model.index(line, column).data()) for column in columns] for line in range(model.rowCount())]


def text(made: MappingScreen, name: str) -> str:
    return made.screen.find(QLabel, name).text()


# the history


def with_history(open_screen: Open) -> MappingScreen:
    bench = mapped()
    bench.mappings.stored_changes = [
        change(3, written_since=("Q-2041", "Q-2038")),
        change(2, text="Laptops: #2 → End-user (#5)"),
        change(1, text="Owners: nobody → Dana Reyes", batch="b0", rolled_back=True),
    ]
    made = open_mappings(open_screen, bench)
    made.key(Qt.Key.Key_H, CONTROL)
    made.screen.until(lambda: made.screen.shows("history.table") and len(cells(made, "history.table")) == 3)
    return made


def test_a_saved_change_is_rolled_back_and_what_was_written_meanwhile_is_named(open_screen: Open) -> None:
    made = with_history(open_screen)
    assert cells(made, "history.table")[2] == ["Owners: nobody → Dana Reyes", "10 min ago", "dana", "Rolled back"]
    assert cells(made, "history.written") == [["Q-2041"], ["Q-2038"]]
    made.screen.press("history.roll_back")
    wait_for(made, "1 change was rolled back.")
    made.screen.until(lambda: cells(made, "history.table")[0][3] == "Rolled back")
    assert not made.screen.find(QPushButton, "history.roll_back").isEnabled()
    assert ("rollback", (SITE, (3,))) in made.desk.calls


def test_what_was_saved_together_is_rolled_back_together(open_screen: Open) -> None:
    made = with_history(open_screen)
    assert made.screen.find(QPushButton, "history.roll_back_all").text() == "Roll back all 2 saved together"
    made.screen.press("history.roll_back_all")
    made.screen.until(lambda: ("rollback", (SITE, (3, 2))) in made.desk.calls)


def test_an_answer_that_comes_after_its_dialog_was_closed_is_dropped(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    made.key(Qt.Key.Key_H, CONTROL)
    made.screen.press("history.cancel")
    made.screen.until(lambda: not made.screen.services.context.tasks.is_running("mappings.history"))
    made.key(Qt.Key.Key_H, CONTROL)
    made.screen.until(lambda: made.screen.shows("history.none"))


# Salesbuildr's own copies


def with_copies(open_screen: Open) -> MappingScreen:
    bench = mapped()
    closed = todo(2, title="Cabling led to #88 in Salesbuildr", closed_at=NOW - timedelta(days=1), evidence="Q-7 came.")
    bench.mappings.stored_todos = [closed, todo(1)]
    made = open_mappings(open_screen, bench)
    made.screen.until(lambda: made.page.toolbar.chips[View.COPIES].text() == "Salesbuildr's copy 1")
    made.screen.press("mappings.chip.copies")
    made.screen.until(lambda: made.screen.shows("copies.table"))
    return made


def test_open_copies_come_first_with_their_steps_and_closed_ones_with_their_proof(open_screen: Open) -> None:
    made = with_copies(open_screen)
    found = cells(made, "copies.table")
    assert [line[1:] for line in found] == [["To be mended", "3 h ago"], ["Seen to work", "1 d ago"]]
    assert "make category <b>Hardware (#2)</b> active for a moment" in text(made, "copies.step1")
    assert "API does not show this mapping" in text(made, "copies.evidence")
    table = made.screen.find(QTableView, "copies.table")
    made.screen.click(table.viewport(), table.visualRect(table.model().index(1, 0)).center())
    made.screen.until(lambda: "Q-7 came." in text(made, "copies.evidence"))
    assert not made.screen.shows("copies.step1")


def test_the_packet_for_support_is_shown_and_copied(open_screen: Open) -> None:
    made = with_copies(open_screen)
    shown = made.screen.find(RawText, "copies.packet").toPlainText()
    assert "category Laptops (cat-10)" in shown
    made.screen.press("copies.copy")
    assert QGuiApplication.clipboard().text() == shown


def test_a_check_closes_what_works(open_screen: Open) -> None:
    made = with_copies(open_screen)
    made.screen.press("copies.check")
    wait_for(made, "Looked: every copy of Salesbuildr's works by now.")
    made.screen.until(lambda: cells(made, "copies.table")[0][1] == "Seen to work")
    assert text(made, "copies.count") == "Nothing is left to be mended in Salesbuildr"


def test_a_row_whose_copy_is_open_leads_to_its_steps(open_screen: Open) -> None:
    made = with_copies(open_screen)
    made.screen.press("mappings.chip.attention")
    made.choose("cat-10")
    made.screen.press("mappings.show_copies")
    assert made.screen.shows("copies.table")


# where used


def test_where_used_is_asked_for_the_chosen_target_at_once_and_for_any_other(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    made.choose("cat-7")
    made.key(Qt.Key.Key_W)
    made.screen.until(lambda: made.screen.shows("where_used.heading"))
    assert ("where used", (SITE, KIND, "41/112")) in made.desk.calls
    assert text(made, "where_used.count1") == "12"
    assert text(made, "where_used.names1") == "FortiGate 60F, FortiGate 100F, Meraki MX67 and 9 more"
    what = made.screen.find(QComboBox, "where_used.what")
    assert [what.itemText(place) for place in range(what.count())][-2:] == ["Category", "Subcategory"]
    what.setCurrentIndex(what.findData("category"))
    number = made.screen.find(QLineEdit, "where_used.id")
    number.setText(" #41 ")
    made.screen.key(number, Qt.Key.Key_Return)
    made.screen.until(lambda: ("where used", (SITE, "category", "41")) in made.desk.calls)


def test_without_a_chosen_row_where_used_waits_for_a_number(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    made.screen.press("mappings.where_used")
    made.screen.until(lambda: made.screen.shows("where_used.look"))
    assert not made.screen.find(QPushButton, "where_used.look").isEnabled()


def test_the_menu_of_a_row_offers_what_it_allows(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    for source, wanted in (
        ("cat-10", ["choose", "use", "reject", "clear", "where_used"]),
        ("cat-9", ["choose"]),
    ):
        made.choose(source)
        made.table.customContextMenuRequested.emit(made.table.viewport().rect().center())
        menu = made.page.findChildren(QMenu, "mappings.menu")[-1]
        names = [action.objectName().removeprefix("mappings.menu.") for action in menu.actions()]
        assert [name for name in names if name] == wanted
        menu.close()


# from an issue


def issue_bench(**changes: object) -> FakeWorkbench:
    bench = mapped()
    remap = RemapView(SITE, KIND, "cat-7", "Firewalls", was="41/112", suggestion=FIREWALL, retry=2)
    bench.issues.causes = (cause(mapping_kind=KIND, **({"remap": remap} | changes)),)
    bench.mappings.retry_ids = (2041, 2038)
    return bench


def open_issue(screen: Screen) -> None:
    assert screen.window.issues is not None
    screen.window.issues.select_issue(2041)
    screen.until(lambda: screen.shows("detail.fix.open_mapping"))


def test_two_clicks_from_an_issue_remap_and_retry_what_it_broke(open_screen: Open) -> None:
    bench = issue_bench(steps=("Press **Set mapping** and choose an active category.",))
    screen = open_screen(bench)
    open_issue(screen)
    assert "28 synchronised products are there" in screen.find(QLabel, "detail.suggestion").text()
    assert screen.find(QPushButton, "detail.fix.remap").text() == "Remap and retry 2…"
    step = screen.find(QLabel, "detail.step1").text()
    assert "Press <b>Remap and retry 2</b> to take what is suggested, or <b>Set mapping</b> and choose an" in step
    assert screen.find(QPushButton, "detail.fix.set_mapping").text() == "Set mapping…"
    screen.press("detail.fix.remap")
    screen.until(lambda: screen.shows("remap.yes"))
    title = "Map Firewalls to Network Security (#57) › Firewall (#131)"
    assert screen.find(QLabel, "remap.title").text() == title
    assert screen.find(QPushButton, "remap.yes").text() == "Save and retry 2"
    sheet = screen.find(QPushButton, "remap.yes").window()
    box = sheet.layout()
    assert box is not None
    assert sheet.height() == box.totalHeightForWidth(sheet.width()), "no empty room above the buttons"
    screen.press("remap.yes")
    screen.until(lambda: ("retry", ((2041, 2038), True)) in bench.issues.calls)
    assert ("impact", (SITE, (Edit(KIND, "cat-7", "57/131", was="41/112"),))) in bench.mappings.calls
    assert bench.mappings.saved == [(SITE, KIND, "cat-7", "57/131")]


def test_a_refused_remap_retries_nothing_and_says_why(open_screen: Open) -> None:
    bench = issue_bench()
    bench.mappings.refuse = {"cat-7": "Somebody changed it meanwhile."}
    screen = open_screen(bench)
    open_issue(screen)
    screen.press("detail.fix.remap")
    screen.until(lambda: screen.shows("remap.yes"))
    screen.press("remap.yes")
    screen.until(lambda: screen.services.told == ["Not saved: Somebody changed it meanwhile."])
    assert not [call for call in bench.issues.calls if call[0] == "retry"]


def test_an_issue_opens_its_mapping_whatever_the_page_showed(open_screen: Open) -> None:
    bench = issue_bench(remap=None)
    bench.mappings.rows[SITE, KIND][0] = row("cat-7b", source="Other")
    screen = open_screen(bench)
    open_issue(screen)
    assert screen.find(QPushButton, "detail.fix.set_mapping").text() == "Set mapping…"
    screen.press("detail.fix.open_mapping")
    made = MappingScreen(screen)
    screen.until(lambda: [line.row.source for line in made.table.chosen()] == ["Firewalls"])
    assert (made.page.kinds.chosen(), screen.shows("mappings.table")) == ((SITE, KIND), True)


def test_the_first_one_of_a_live_site_goes_alone_and_the_rest_is_offered(open_screen: Open) -> None:
    screen = open_screen(mapped())
    assert screen.window.issues is not None
    trial = "The first one was written as a trial. Look at it in the PSA, then retry the other 2."
    result = RunResult("Written: Quote #801", {"written": 1}, refused=(trial,), pause=(trial,), rest=(2041, 2038))
    screen.window.issues.actions_.tell_result(result)
    assert screen.services.told == [f"Written: Quote #801. {trial}"]
    for text in ("one", "two", "three"):  # what waits for the person is not pushed out by what is only said
        screen.services.context.notifier.info(text)
    assert screen.find(QPushButton, "toast.go_on").text() == "Retry the other 2…"
    screen.press("toast.go_on")
    screen.until(lambda: screen.shows("preview.yes"))
    screen.press("preview.yes")
    screen.until(lambda: ("retry", ((2041, 2038), True)) in screen.bench.issues.calls)


def test_what_stopped_a_run_stays_in_view_and_the_rest_is_one_click_away(open_screen: Open) -> None:
    screen = open_screen(mapped())
    assert screen.window.issues is not None
    tell = screen.window.issues.actions_.tell_result
    why = ("Rate Limit Reached - 300 Requests per rolling 5 minute window.", "2 records were not tried.")
    tell(RunResult("1 failed", {"failed": 1}, refused=why, pause=why, rest=(2041, 2038)))
    assert screen.services.told == [f"1 failed. {' '.join(why)}"]
    assert screen.find(QPushButton, "toast.go_on").text() == "Retry the other 2…"
    read_meanwhile = [replace(each, running=True) for each in screen.bench.issues.rows.values()]
    screen.window.issues.actions_.know(read_meanwhile)
    screen.press("toast.go_on")
    screen.until(lambda: screen.shows("preview.yes"))
    assert not screen.shows("toast.go_on")
    screen.press("preview.cancel")
    screen.until(lambda: screen.shows("toast.go_on"))
    tell(RunResult("Nothing was tried", {}, refused=why, pause=why))
    told = screen.services.context.notifier.history[-1]
    assert (told.tone, told.text) == (Tone.ERROR, " ".join(why)), "an error stays in view"


@pytest.mark.parametrize(("retry", "reads", "words"), [(0, False, "Remap…"), (3, True, "Remap and check 3…")])
def test_the_button_carries_what_will_really_be_tried(open_screen: Open, retry: int, reads: bool, words: str) -> None:
    remap = RemapView(SITE, KIND, "cat-7", "Firewalls", "41/112", FIREWALL, retry, only_reads=reads)
    screen = open_screen(issue_bench(remap=remap))
    open_issue(screen)
    assert screen.find(QPushButton, "detail.fix.remap").text() == words


def test_a_remap_that_cannot_be_counted_says_why(open_screen: Open) -> None:
    bench = issue_bench()
    screen = open_screen(bench)
    open_issue(screen)
    bench.mappings.fails = UserError("The workspace is busy.")
    screen.press("detail.fix.remap")
    screen.until(lambda: screen.services.told == ["The workspace is busy."])
    assert not screen.shows("remap.yes")
