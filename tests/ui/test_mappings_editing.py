import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTableView

from sync_desktop.domain.failures import UserError
from sync_desktop.ui.mappings.kinds import KindsList
from sync_desktop.workbench.mapping_views import Edit
from sync_desktop.workbench.views import TargetView
from tests.ui.mapping_fakes import KIND, SITE
from tests.ui.mapping_screen import CONTROL, MappingScreen, Open, mapped, open_mappings, wait_for

NOT_SAVED = ("Network Security (#57) › Firewall (#131)", "not saved, was Security HW › UTM")
AS_IT_WAS = ("Security HW › UTM", "#41/112")


@pytest.fixture
def made(open_screen: Open) -> MappingScreen:
    """Return the page with its four rows, where saving lets two issues be retried."""
    bench = mapped()
    bench.mappings.retry_ids = (2041, 2038)
    return open_mappings(open_screen, bench)


def use(made: MappingScreen, *sources: str) -> None:
    made.choose(*sources)
    made.key(Qt.Key.Key_U)


def counted(made: MappingScreen, words: str) -> None:
    made.screen.until(lambda: made.save_word() == words)


# using, undoing, discarding


def test_u_uses_the_suggestion_shows_what_that_touches_and_saves_nothing(made: MappingScreen) -> None:
    assert not made.page.toolbar.save.isEnabled()
    use(made, "cat-7")
    assert made.target("cat-7") == NOT_SAVED
    counted(made, "Save and retry 2…")
    assert made.page.toolbar.save.isEnabled()
    assert "2 can be retried" in made.screen.find(QLabel, "mappings.impact0").text()
    assert made.screen.find(QLabel, "mappings.touches").text() == "What the change touches (not saved yet)"
    assert ("impact", (SITE, (Edit(KIND, "cat-7", "57/131", was="41/112"),))) in made.desk.calls
    assert made.desk.saved == []


def test_a_click_on_the_button_of_a_row_uses_its_suggestion(made: MappingScreen) -> None:
    made.choose("cat-9")
    made.screen.click(made.table.viewport(), made.table.use_position(f"{KIND} cat-8"))
    assert made.target("cat-8") == ("Cables & Racks (#19)", "not saved, was #88")
    assert [line.row.source for line in made.table.chosen()] == ["Cabling"]


def test_undo_and_redo_go_step_by_step_and_bulk_is_one_step(made: MappingScreen) -> None:
    use(made, "cat-7")
    made.key(Qt.Key.Key_A, CONTROL)
    made.key(Qt.Key.Key_U)
    assert made.page.editing.count() == 3  # Managed SOC has no suggestion
    counted(made, "Save and retry 2…")
    made.key(Qt.Key.Key_Z, CONTROL)
    assert (made.page.editing.count(), made.target("cat-7")) == (1, NOT_SAVED)
    made.key(Qt.Key.Key_Z, CONTROL)
    assert (made.page.editing.count(), made.target("cat-7")) == (0, AS_IT_WAS)
    assert made.save_word() == "Save"
    made.key(Qt.Key.Key_Z, CONTROL)
    wait_for(made, "There is nothing to take back.")
    made.key(Qt.Key.Key_Y, CONTROL)
    made.key(Qt.Key.Key_Y, CONTROL)
    assert made.page.editing.count() == 3
    made.key(Qt.Key.Key_Y, CONTROL)
    wait_for(made, "There is nothing to do again.")


def test_esc_discards_the_edits_of_the_chosen_rows_and_can_be_taken_back(made: MappingScreen) -> None:
    use(made, "cat-7", "cat-8")
    made.choose("cat-7")
    made.key(Qt.Key.Key_Escape)
    assert (made.target("cat-7"), made.page.editing.count()) == (AS_IT_WAS, 1)
    made.key(Qt.Key.Key_Z, CONTROL)
    assert made.target("cat-7") == NOT_SAVED


def test_what_is_not_saved_is_counted_beside_its_kind_and_undo_goes_there(made: MappingScreen) -> None:
    use(made, "cat-7")
    item = made.screen.find(KindsList, "mappings.kinds").currentItem()
    assert item is not None
    assert str(item.data(Qt.ItemDataRole.AccessibleTextRole)).endswith("1 change not saved")
    made.show("owner")
    made.key(Qt.Key.Key_Z, CONTROL)
    made.screen.until(lambda: made.page.kinds.chosen() == (SITE, KIND) and made.page.known.page is not None)
    assert made.target("cat-7") == AS_IT_WAS


def test_x_rejects_a_suggestion_and_undo_brings_it_back(made: MappingScreen) -> None:
    use(made, "cat-7")
    made.key(Qt.Key.Key_X)
    made.screen.until(lambda: made.of("cat-7").row.suggestion is None)
    assert made.target("cat-7") == AS_IT_WAS
    assert ("reject", (SITE, KIND, "cat-7", "57/131")) in made.desk.calls
    made.key(Qt.Key.Key_Z, CONTROL)
    made.screen.until(lambda: made.of("cat-7").row.suggestion is not None)
    assert ("take back", (SITE, KIND, "cat-7", "57/131")) in made.desk.calls


def test_delete_takes_away_only_what_was_set_by_hand(made: MappingScreen) -> None:
    made.choose("cat-8")
    made.key(Qt.Key.Key_Delete)
    wait_for(made, "Only what was set by hand can be taken away.")
    made.choose("cat-10")
    made.key(Qt.Key.Key_Delete)
    assert made.target("cat-10") == ("#2, says Salesbuildr", "not saved, was Hardware › Notebooks")
    edits = made.page.editing.at(SITE).edits()
    assert edits == (Edit(KIND, "cat-10", "", was="2/9"),)
    made.key(Qt.Key.Key_Delete)
    assert made.page.editing.count() == 0


# the chooser


def open_chooser(made: MappingScreen, key: Qt.Key = Qt.Key.Key_Return) -> None:
    made.key(key)
    made.screen.until(lambda: made.screen.shows("chooser.table"))


def choices(made: MappingScreen) -> list[list[str]]:
    model = made.screen.find(QTableView, "chooser.table").model()
    return [[str(model.index(line, column).data()) for column in range(3)] for line in range(model.rowCount())]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_F2])
def test_a_target_is_chosen_by_keys_alone_and_nothing_is_saved(made: MappingScreen, key: Qt.Key) -> None:
    made.choose("cat-9")
    open_chooser(made, key)
    search = made.screen.find(QLineEdit, "chooser.search")
    made.screen.write(search, "cables")
    made.screen.key(search, Qt.Key.Key_Down)
    made.screen.key(made.screen.find(QTableView, "chooser.table"), Qt.Key.Key_Return)
    assert made.target("cat-9") == ("Cables & Racks (#19)", "not saved, was –")
    assert made.desk.saved == []


def test_what_cannot_be_chosen_is_shown_with_its_reason_and_details(made: MappingScreen) -> None:
    made.choose("cat-7")
    open_chooser(made)
    assert ["Managed SOC (#60)", "Service · GL 4100", "Not for items"] in choices(made)
    assert not made.screen.find(QPushButton, "chooser.choose").isEnabled()
    assert "active, with an active subcategory" in made.screen.find(QLabel, "chooser.note").text()
    made.screen.press("chooser.cancel")


def test_one_target_is_set_for_many_as_one_step(made: MappingScreen) -> None:
    made.key(Qt.Key.Key_A, CONTROL)
    open_chooser(made)
    assert made.screen.find(QLabel, "chooser.title").text() == "Category: 4 chosen"
    search = made.screen.find(QLineEdit, "chooser.search")
    made.screen.write(search, "firewall")
    made.screen.key(search, Qt.Key.Key_Down)
    made.screen.press("chooser.choose")
    assert made.page.editing.count() == 4
    made.key(Qt.Key.Key_Z, CONTROL)
    assert made.page.editing.count() == 0


def test_what_is_not_listed_because_there_is_too_much_is_found_by_a_search(made: MappingScreen) -> None:
    made.desk.further = (TargetView("87/411/3", "Rare › Rarer · Other charge", "", choosable=True, why_not=""),)
    made.choose("cat-9")
    open_chooser(made)
    search = made.screen.find(QLineEdit, "chooser.search")
    made.screen.write(search, "rarer")
    assert made.screen.shows("chooser.none")
    made.screen.until(lambda: not made.screen.shows("chooser.none"))
    assert ("find", (SITE, KIND, "rarer")) in made.desk.calls
    made.screen.key(search, Qt.Key.Key_Down)
    made.screen.press("chooser.choose")
    assert made.target("cat-9")[0] == "Rare › Rarer · Other charge (#87/411/3)"


def test_the_chooser_offers_to_take_away_what_was_set_by_hand(made: MappingScreen) -> None:
    made.choose("cat-10")
    open_chooser(made)
    assert choices(made)[0][:2] == ["#2, says Salesbuildr", "Takes away what was set by hand"]
    table = made.screen.find(QTableView, "chooser.table")
    made.screen.click(table.viewport(), table.visualRect(table.model().index(0, 0)).center())
    made.screen.press("chooser.choose")
    assert made.page.editing.at(SITE).edits() == (Edit(KIND, "cat-10", "", was="2/9"),)


# saving


def test_saving_asks_with_the_number_saves_and_retries_exactly_those(made: MappingScreen) -> None:
    use(made, "cat-7")
    counted(made, "Save and retry 2…")
    made.key(Qt.Key.Key_S, CONTROL)
    made.screen.until(lambda: made.screen.shows("remap.yes"))
    assert made.screen.find(QPushButton, "remap.yes").text() == "Save and retry 2"
    assert "2 can be retried" in made.screen.find(QLabel, "remap.sentence0").text()
    assert "goes alone" in made.screen.find(QLabel, "remap.sentence2").text()
    made.screen.press("remap.yes")
    made.screen.until(lambda: ("retry", ((2041, 2038), True)) in made.screen.bench.issues.calls)
    assert made.desk.saved == [(SITE, KIND, "cat-7", "57/131")]
    wait_for(made, "1 mapping saved. Salesbuildr keeps its own copies: 1 to mend there.")
    made.screen.until(lambda: "Firewalls" not in made.rows())
    assert (made.page.editing.count(), made.save_word()) == (0, "Save")
    made.key(Qt.Key.Key_Z, CONTROL)
    wait_for(made, "There is nothing to take back.")


def test_it_can_be_saved_without_a_retry(made: MappingScreen) -> None:
    use(made, "cat-7")
    made.key(Qt.Key.Key_S, CONTROL)
    made.screen.until(lambda: made.screen.shows("remap.save_only"))
    made.screen.press("remap.save_only")
    made.screen.until(lambda: made.desk.saved == [(SITE, KIND, "cat-7", "57/131")])
    made.screen.until(lambda: made.page.editing.count() == 0)
    assert not [call for call in made.screen.bench.issues.calls if call[0] == "retry"]


@pytest.mark.parametrize(("ids", "words"), [((), "Save"), ((2041,), "Save and retry 1")])
def test_less_than_two_retries_need_no_question(made: MappingScreen, ids: tuple[int, ...], words: str) -> None:
    made.desk.retry_ids = ids
    use(made, "cat-7")
    made.screen.until(lambda: made.page.known.impact is not None)
    assert made.save_word() == words
    made.screen.press("mappings.save")
    made.screen.until(lambda: len(made.desk.saved) == 1)
    if ids:
        made.screen.until(lambda: ("retry", ((2041,), False)) in made.screen.bench.issues.calls)


def test_what_was_not_seen_counted_is_asked_about_before_it_is_saved(made: MappingScreen) -> None:
    made.desk.retry_ids = ()
    use(made, "cat-7")
    assert made.page.known.impact is None
    made.key(Qt.Key.Key_S, CONTROL)
    made.screen.until(lambda: made.screen.shows("remap.yes"))
    assert (made.screen.find(QPushButton, "remap.yes").text(), made.screen.shows("remap.save_only")) == ("Save", False)
    made.screen.press("remap.yes")
    made.screen.until(lambda: len(made.desk.saved) == 1)


def test_at_a_site_that_only_reads_issues_are_checked(made: MappingScreen) -> None:
    made.show("product-billing-code", "fabrikam")
    made.table.selectAll()
    made.key(Qt.Key.Key_U)
    counted(made, "Save and check 2…")


def test_what_is_refused_stays_with_its_reason_and_the_rest_is_saved(made: MappingScreen) -> None:
    made.desk.retry_ids = ()
    made.desk.refuse = {"cat-7": "Network Security (#57) is inactive in ConnectWise by now."}
    use(made, "cat-7", "cat-8")
    made.screen.until(lambda: made.page.known.impact is not None)
    made.screen.press("mappings.save")
    why = "not saved: Network Security (#57) is inactive in ConnectWise by now."
    made.screen.until(lambda: made.target("cat-7") == (NOT_SAVED[0], why))
    assert (made.page.editing.count(), made.desk.saved) == (1, [(SITE, KIND, "cat-8", "19")])
    made.choose("cat-7")
    assert "is inactive in ConnectWise by now" in made.screen.find(QLabel, "mappings.impact0").text()
    made.key(Qt.Key.Key_Z, CONTROL)
    assert made.page.editing.count() == 1  # what was tried cannot be undone here any more
    made.key(Qt.Key.Key_Escape)
    assert made.target("cat-7") == AS_IT_WAS


def test_what_touches_cannot_be_counted_is_said_and_can_be_saved_all_the_same(made: MappingScreen) -> None:
    made.desk.fails = UserError("The workspace is busy.")
    use(made, "cat-7")
    made.screen.until(lambda: "busy" in made.screen.find(QLabel, "mappings.impact0").text())
    assert made.save_word() == "Save"
    assert made.page.toolbar.save.isEnabled()


def test_a_second_save_meanwhile_is_refused_in_words(made: MappingScreen) -> None:
    made.desk.retry_ids, made.desk.hold = (), asyncio.Event()
    use(made, "cat-7")
    made.screen.until(lambda: made.page.known.impact is not None)
    made.page.toolbar.save_asked.emit()
    made.screen.until(lambda: not made.page.toolbar.save.isEnabled())
    made.page.toolbar.save_asked.emit()
    wait_for(made, "Mappings are being saved already.")
    made.desk.hold.set()
    made.screen.until(lambda: len(made.desk.saved) == 1)


# leaving


def leave_for_issues(made: MappingScreen) -> None:
    made.screen.press("rail.issues")


def close_window(made: MappingScreen) -> None:
    made.screen.window.close()


@pytest.mark.parametrize("leave", [leave_for_issues, close_window])
def test_leaving_asks_and_a_person_can_stay(made: MappingScreen, leave: Callable[[MappingScreen], None]) -> None:
    use(made, "cat-7")
    leave(made)
    made.screen.until(lambda: made.screen.shows("leave.save"))
    assert made.screen.find(QLabel, "leave.title").text() == "1 change is not saved"
    made.screen.press("leave.cancel")
    assert made.screen.window.rail.buttons["mappings"].isChecked()
    assert (made.page.editing.count(), made.screen.shows("mappings.table")) == (1, True)
    assert not made.screen.window.close_was_asked


def test_leaving_can_discard(made: MappingScreen) -> None:
    use(made, "cat-7")
    leave_for_issues(made)
    made.screen.press("leave.discard")
    assert (made.page.editing.count(), made.screen.shows("issues.table"), made.desk.saved) == (0, True, [])


def test_leaving_can_save_at_every_site_first(made: MappingScreen) -> None:
    use(made, "cat-7")
    made.show("product-billing-code", "fabrikam")
    made.table.selectAll()
    made.key(Qt.Key.Key_U)
    close_window(made)
    assert made.screen.find(QLabel, "leave.title").text() == "2 changes are not saved"
    made.screen.press("leave.save")
    made.screen.until(lambda: made.screen.window.close_was_asked)
    assert {saved[:2] for saved in made.desk.saved} == {(SITE, KIND), ("fabrikam", "product-billing-code")}
    assert not [call for call in made.screen.bench.issues.calls if call[0] == "retry"]


def test_where_a_save_is_refused_the_page_stays(made: MappingScreen) -> None:
    made.desk.refuse = {"cat-7": "Somebody changed it meanwhile."}
    use(made, "cat-7")
    leave_for_issues(made)
    made.screen.press("leave.save")
    made.screen.until(lambda: "Somebody changed it" in made.target("cat-7")[1])
    assert made.screen.shows("mappings.table")
