from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QRadioButton, QTableView

from sync_desktop.domain.words import Action, RecordKind
from sync_desktop.workbench.views import ConflictView
from tests.ui.ui_fakes import FakeWorkbench, cause
from tests.ui.ui_screen import Screen

Open = Callable[[FakeWorkbench], Screen]


def open_repair(screen: Screen, name: str, dialog: str) -> None:
    page = screen.window.issues
    assert page is not None
    assert page.select_issue(2041)
    screen.until(lambda: screen.shows(name))
    screen.press(name)
    screen.until(lambda: screen.shows(dialog))


def targets(screen: Screen) -> list[list[str]]:
    model = screen.find(QTableView, "chooser.table").model()
    return [[str(model.index(row, column).data()) for column in range(3)] for row in range(model.rowCount())]


def choose_line(screen: Screen, table: str, row: int) -> None:
    view = screen.find(QTableView, table)
    screen.click(view.viewport(), view.visualRect(view.model().index(row, 0)).center())


def test_a_target_that_cannot_be_chosen_is_shown_with_the_reason(screen: Screen) -> None:
    open_repair(screen, "detail.fix.set_mapping", "chooser.table")
    assert targets(screen)[0] == ["Security HW (#41)", "Material · GL 4010", "Inactive in Autotask"]
    assert targets(screen)[3] == ["Managed SOC (#60)", "Service · GL 4100", "Use type Service, not Material"]
    choose_line(screen, "chooser.table", 0)
    assert not screen.find(QPushButton, "chooser.save").isEnabled()
    choose_line(screen, "chooser.table", 1)
    assert screen.find(QPushButton, "chooser.save").isEnabled()
    screen.press("chooser.save")
    screen.until(lambda: screen.bench.mappings.saved == [("contoso", "billing_code", "cat-7", "57")])
    told = ["Mapping saved here for Firewalls. Salesbuildr keeps its own copy."]
    screen.until(lambda: screen.services.told == told)


def test_targets_are_searched_by_name_number_and_use(screen: Screen) -> None:
    open_repair(screen, "detail.fix.set_mapping", "chooser.table")
    search = screen.find(QLineEdit, "chooser.search")
    for typed, found in (("cabl", ["58"]), ("#57", ["57"]), ("material 4010", ["41", "57"]), ("none", [])):
        search.setText(typed)
        assert [line[0].split("#")[1].rstrip(")") for line in targets(screen)] == found
    assert screen.shows("chooser.none")


def test_a_chooser_is_worked_by_keys_alone(screen: Screen) -> None:
    open_repair(screen, "detail.fix.set_mapping", "chooser.table")
    search = screen.find(QLineEdit, "chooser.search")
    screen.write(search, "cabling")
    screen.key(search, Qt.Key.Key_Down)
    screen.key(screen.find(QTableView, "chooser.table"), Qt.Key.Key_Return)
    screen.until(lambda: screen.bench.mappings.saved == [("contoso", "billing_code", "cat-7", "58")])


def test_save_and_retry_carries_the_number_and_asks_first_where_it_is_more_than_one(
    open_screen: Open, bench: FakeWorkbench
) -> None:
    bench.mappings.waiting = (2041, 2038)
    screen = open_screen(bench)
    open_repair(screen, "detail.fix.set_mapping", "chooser.table")
    assert screen.find(QPushButton, "chooser.save_retry").text() == "Save and retry 2…"
    choose_line(screen, "chooser.table", 1)
    screen.press("chooser.save_retry")
    screen.until(lambda: screen.shows("preview.yes"))
    assert "closed opportunity" in screen.find(QLabel, "preview.sentence1").text()
    screen.press("preview.yes")
    screen.until(lambda: ("retry", ((2041, 2038), True)) in bench.issues.calls)


def test_one_waiting_issue_is_retried_at_once(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.mappings.waiting = (2041,)
    screen = open_screen(bench)
    open_repair(screen, "detail.fix.set_mapping", "chooser.table")
    choose_line(screen, "chooser.table", 1)
    screen.press("chooser.save_retry")
    screen.until(lambda: ("retry", ((2041,), False)) in bench.issues.calls)


def link_bench(bench: FakeWorkbench) -> FakeWorkbench:
    bench.issues.causes = (cause(actions=(Action.LINK,), record_kind="company", record_id="c-5"),)
    return bench


def test_a_candidate_is_linked_after_what_agrees_and_differs_was_seen(open_screen: Open, bench: FakeWorkbench) -> None:
    screen = open_screen(link_bench(bench))
    open_repair(screen, "detail.fix.link", "link.table")
    assert "name · web site" in screen.find(QLabel, "link.agrees").text()
    assert "555-0199" in screen.find(QLabel, "link.differs").text()
    screen.press("link.open")
    assert screen.services.opened == ["https://ww5.autotask.net/company/174"]
    screen.press("link.link")
    screen.until(lambda: bench.links.calls == [("link", "contoso", "company", "c-5", "Companies", "174")])


def test_a_record_is_created_anew_on_request(open_screen: Open, bench: FakeWorkbench) -> None:
    screen = open_screen(link_bench(bench))
    open_repair(screen, "detail.fix.link", "link.table")
    screen.press("link.create")
    screen.until(lambda: bench.links.calls == [("create", "contoso", "company", "c-5")])
    screen.until(lambda: screen.services.told == ["Tailspin Toys was created and seen in Autotask."])


def test_where_nothing_may_be_created_the_reason_is_shown(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.links.may_create = False
    screen = open_screen(link_bench(bench))
    open_repair(screen, "detail.fix.link", "link.table")
    assert not screen.find(QPushButton, "link.create").isEnabled()
    assert "not read back another company" in screen.find(QLabel, "link.why_not_create").text()


def both_changed(field: str, part: str = "") -> ConflictView:
    about = "quote item “FortiGate”" if part else "quote Q-2041"
    return ConflictView(RecordKind.QUOTE, "q1", part, field, about, sent="PO-1", ours="OURS", theirs=None)


def test_a_field_that_both_sides_changed_is_shown_with_its_values_and_decided_by_a_person(
    open_screen: Open, bench: FakeWorkbench
) -> None:
    bench.issues.conflicts = (both_changed("poNumber"), both_changed("unitPrice", "line:1"))
    screen = open_screen(bench)
    open_repair(screen, "detail.decide_fields", "fields.save")
    told = "quote Q-2041: poNumber: Salesbuildr “OURS”, Autotask nothing, before that “PO-1”"
    assert screen.find(QLabel, "detail.conflict0").text() == told
    assert not screen.find(QPushButton, "fields.save").isEnabled()
    assert screen.find(QRadioButton, "fields.0.theirs").text() == "Autotask keeps nothing"
    screen.find(QRadioButton, "fields.1.ours").click()
    screen.press("fields.save")
    screen.until(lambda: bench.links.calls == [("field", "contoso", "line:1.unitPrice", "ours")])
    screen.until(lambda: screen.services.told == ["Saved. The next retry goes by it."])


def test_where_no_field_was_changed_on_both_sides_nothing_is_to_be_decided(screen: Screen) -> None:
    page = screen.window.issues
    assert page is not None
    assert page.select_issue(2041)
    screen.until(lambda: screen.shows("detail.title"))
    assert not screen.shows("detail.decide_fields")
