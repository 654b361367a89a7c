import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QRadioButton, QTableView, QWidget

from sync_desktop.domain.words import Action, IssueState, Role
from sync_desktop.ui.issues.entries import Column
from sync_desktop.ui.issues.page import IssuesPage
from sync_desktop.ui.issues.table import column_widths
from tests.ui.ui_fakes import NOW, FakeWorkbench, cause, few, row, site, workbench
from tests.ui.ui_screen import Screen

Open = Callable[[FakeWorkbench], Screen]


def issues(screen: Screen) -> IssuesPage:
    assert screen.window.issues is not None
    return screen.window.issues


def choose(screen: Screen, issue_id: int) -> None:
    page = issues(screen)
    assert page.select_issue(issue_id)
    screen.until(lambda: page.detail.detail is not None and page.detail.detail.row.id == issue_id)


def test_the_list_shows_causes_and_counts(screen: Screen) -> None:
    assert screen.rows()[0].startswith("Category “Firewalls”")
    assert screen.rows()[1:3] == ["Q-2041 Northwind refresh", "Q-2038 Edge firewall x2"]
    assert screen.find(QPushButton, "issues.chip.open").text() == "Open 3"
    assert screen.find(QPushButton, "rail.issues").accessibleName() == "Issues, 3 open issues"


def test_search_narrows_the_list_and_esc_widens_it_again(screen: Screen) -> None:
    search = screen.find(QLineEdit, "issues.search")
    screen.write(search, "adatum")
    screen.until(lambda: screen.rows()[1:] == ["Q-2038 Edge firewall x2"])
    screen.key(search, Qt.Key.Key_Escape)
    screen.until(lambda: len(screen.rows()) == 5)


def test_a_search_without_a_hit_says_so_and_offers_to_clear_it(screen: Screen) -> None:
    screen.write(screen.find(QLineEdit, "issues.search"), "zzz")
    screen.until(lambda: screen.shows("issues.empty.action"))
    assert "“zzz”" in screen.find(QLabel, "issues.empty.text").text()
    screen.press("issues.empty.action")
    screen.until(lambda: screen.shows("issues.table"))


def test_chips_show_other_states(screen: Screen) -> None:
    screen.bench.issues.rows[2038] = replace(screen.bench.issues.rows[2038], state=IssueState.CLEARED, badge="Cleared")
    screen.press("issues.chip.cleared")
    screen.until(lambda: screen.rows()[1:] == ["Q-2038 Edge firewall x2"])
    choose(screen, 2038)
    assert "read back" in screen.find(QLabel, "detail.evidence").text()
    assert not screen.shows("detail.dismiss")
    assert screen.shows("detail.why"), "what had gone wrong stays to be read"
    assert not any(screen.shows(name) for name in ("detail.step1", "detail.fix.set_mapping")), "and is repaired"


def test_the_keys_stay_at_the_detail_when_what_had_them_is_shown_anew(screen: Screen) -> None:
    choose(screen, 2041)
    screen.find(QPushButton, "detail.fix.set_mapping").setFocus()
    screen.bench.issues.causes = (replace(screen.bench.issues.causes[0], why="Another why"),)
    page = screen.window.issues
    assert page is not None
    page.on_changed(frozenset({2041}))
    screen.until(lambda: "Another why" in screen.find(QLabel, "detail.why").text())
    assert screen.window.focusWidget() is page.detail


def test_the_detail_says_what_why_and_how(screen: Screen) -> None:
    choose(screen, 2041)
    assert screen.find(QLabel, "detail.title").text() == "Quote Q-2041 · Northwind refresh"
    assert screen.find(QPlainTextEdit, "detail.message").toPlainText() == "Billing code is inactive. <b>29682885</b>"
    assert "<b>Firewalls</b>" in screen.find(QLabel, "detail.why").text()
    assert screen.find(QLabel, "detail.step1").accessibleName().startswith("Map Firewalls to an active")
    chip = screen.find(QLabel, "detail.depends_on.3")
    assert chip.text() == "✕ 1 of 4 categories"
    assert chip.accessibleName().startswith("1 of 4 categories: not in order")
    attempts = screen.find(QTableView, "detail.attempts").model()
    assert [attempts.index(0, column).data() for column in (1, 2, 3)] == ["Create quote item", "500", "212 ms"]


def test_text_of_a_server_is_never_markup(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.issues.causes = (cause(why="<img src=x> **bold**"),)
    screen = open_screen(bench)
    choose(screen, 2041)
    assert "&lt;img src=x&gt; <b>bold</b>" in screen.find(QLabel, "detail.why").text()


def test_several_causes_are_all_shown_the_primary_one_first(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.issues.causes = (cause(), cause(key="mail", title="The contact has no e-mail", message="email is required"))
    screen = open_screen(bench)
    choose(screen, 2041)
    assert screen.find(QPlainTextEdit, "detail.1.message").toPlainText() == "email is required"
    assert "The contact has no e-mail" in screen.find(QLabel, "detail.1.cause").text()


def test_a_retry_by_click_clears_the_issue_and_the_detail_shows_the_evidence(screen: Screen) -> None:
    choose(screen, 2041)
    screen.press("detail.retry")
    screen.until(lambda: "Q-2041 Northwind refresh" not in screen.rows())
    assert ("retry", ((2041,), False)) in screen.bench.issues.calls
    screen.until(lambda: screen.shows("detail.evidence"))
    assert "1 written and seen in Autotask." in screen.services.told
    assert screen.find(QPushButton, "rail.issues").accessibleName() == "Issues, 2 open issues"


def test_the_key_r_retries_the_chosen_row(screen: Screen) -> None:
    choose(screen, 2038)
    screen.key(screen.find(QTableView, "issues.table"), Qt.Key.Key_R)
    screen.until(lambda: ("retry", ((2038,), False)) in screen.bench.issues.calls)


def test_a_letter_typed_into_the_search_is_no_command(screen: Screen) -> None:
    choose(screen, 2038)
    search = screen.find(QLineEdit, "issues.search")
    search.setFocus()
    screen.write(search, "rd")
    screen.until(lambda: screen.shows("issues.empty.action"))
    assert search.text() == "rd"
    assert all(call[0] == "page" for call in screen.bench.issues.calls)


def test_a_second_click_on_a_running_row_says_that_it_synchronizes_already(screen: Screen) -> None:
    screen.bench.issues.hold = asyncio.Event()
    choose(screen, 2041)
    screen.press("detail.retry")
    screen.until(lambda: ("retry", ((2041,), False)) in screen.bench.issues.calls)
    assert screen.find(QPushButton, "detail.retry").text() == "Retrying"
    page = issues(screen)
    assert page.model.index(page.model.row_of_issue(2041), 5).data() == "Retrying"
    screen.press("detail.retry")
    assert screen.services.told == ["Q-2041 Northwind refresh is already synchronizing."]
    assert [call for call in screen.bench.issues.calls if call[0] == "retry"] == [("retry", ((2041,), False))]
    screen.bench.issues.hold.set()
    screen.until(lambda: 2041 not in page.actions_.running)


def test_retry_and_dismiss_are_one_click_on_the_row(screen: Screen) -> None:
    table = issues(screen).table
    for issue, dismiss, call in ((2038, False, ("retry", ((2038,), False))), (7, True, ("dismissed", (7,)))):
        screen.click(table.viewport(), table.action_position(issue, dismiss=dismiss))
        screen.until(lambda wanted=call: wanted in screen.bench.issues.calls)  # type: ignore[misc]  # bound at once


def test_a_dismissal_is_taken_back_by_its_toast(screen: Screen) -> None:
    choose(screen, 2041)
    screen.press("detail.dismiss")
    screen.until(lambda: "Q-2041 Northwind refresh" not in screen.rows())
    assert screen.services.told == ["Dismissed here: Q-2041 Northwind refresh. Nothing changed in the PSA."]
    screen.press("toast.undo")
    screen.until(lambda: "Q-2041 Northwind refresh" in screen.rows())
    assert screen.services.told[1:] == ["Q-2041 Northwind refresh is open again."]


def test_d_dismisses_and_ctrl_z_takes_it_back(screen: Screen) -> None:
    choose(screen, 2038)
    screen.key(screen.find(QTableView, "issues.table"), Qt.Key.Key_D)
    screen.until(lambda: "Q-2038 Edge firewall x2" not in screen.rows())
    screen.key(screen.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    screen.until(lambda: "Q-2038 Edge firewall x2" in screen.rows())


def test_d_restores_among_the_dismissed(screen: Screen) -> None:
    issues_ = screen.bench.issues
    issues_.rows[7] = replace(issues_.rows[7], state=IssueState.DISMISSED, badge="Dismissed")
    screen.press("issues.chip.dismissed")
    screen.until(lambda: screen.rows()[1:] == ["Dana Reyes (contact)"])
    choose(screen, 7)
    assert screen.find(QPushButton, "detail.dismiss").text() == "Restore"
    screen.key(screen.find(QTableView, "issues.table"), Qt.Key.Key_D)
    screen.until(lambda: ("open", (7,)) in issues_.calls)


def test_a_bulk_retry_shows_a_counted_preview_first(screen: Screen) -> None:
    table = screen.find(QTableView, "issues.table")
    table.setFocus()
    screen.key(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert "3 issues chosen" in screen.find(QLabel, "detail.sub").text()
    screen.key(table, Qt.Key.Key_R)
    screen.until(lambda: screen.shows("preview.yes"))
    assert screen.find(QPushButton, "preview.yes").text() == "Retry 2"
    assert all(call[0] == "page" for call in screen.bench.issues.calls)
    screen.press("preview.yes")
    screen.until(lambda: ("retry", ((2041, 2038, 7), True)) in screen.bench.issues.calls)


def test_a_preview_that_is_cancelled_retries_nothing(screen: Screen) -> None:
    issues(screen).actions_.retry((2041, 2038))
    screen.until(lambda: screen.shows("preview.cancel"))
    screen.press("preview.cancel")
    screen.until(lambda: not screen.shows("preview.yes"))
    assert all(call[0] == "page" for call in screen.bench.issues.calls)


def test_where_every_site_only_reads_a_retry_is_a_check(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.sites.stored = [site(role=Role.ASSIST, role_label="ASSIST: READ ONLY")]
    screen = open_screen(bench)
    issues(screen).actions_.retry((2041, 2038))
    screen.until(lambda: screen.shows("preview.yes"))
    assert screen.find(QPushButton, "preview.yes").text() == "Check again 1"


def test_a_retry_that_cannot_help_yet_says_why(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.issues.retry_enabled, bench.issues.retry_hint = False, "A retry will not help until the mapping changes."
    screen = open_screen(bench)
    choose(screen, 2041)
    assert not screen.find(QPushButton, "detail.retry").isEnabled()
    assert screen.find(QLabel, "detail.hint").text() == "A retry will not help until the mapping changes."


def test_the_selection_stays_with_the_issue_under_a_refresh(screen: Screen) -> None:
    choose(screen, 2038)
    screen.bench.issues.rows = {5: row(5, last_failed_at=NOW), **screen.bench.issues.rows}
    del screen.bench.issues.rows[2041]
    screen.bench.tell(frozenset())
    screen.until(lambda: "Q-5 Northwind refresh" in screen.rows())
    assert issues(screen).table.selected_ids() == (2038,)


def test_heads_fold_by_key_and_by_click(screen: Screen) -> None:
    table = issues(screen).table
    table.setFocus()
    table.selectRow(1)
    screen.key(table, Qt.Key.Key_Left)
    assert table.currentIndex().row() == 0
    screen.key(table, Qt.Key.Key_Left)
    assert len(screen.rows()) == 3
    screen.key(table, Qt.Key.Key_Right)
    assert len(screen.rows()) == 5
    screen.key(table, Qt.Key.Key_Return)
    assert len(screen.rows()) == 3
    caret = table.visualRect(table.model().index(0, 0))
    caret.setWidth(20)
    screen.click(table.viewport(), caret.center())
    assert len(screen.rows()) == 5


def test_a_click_on_more_shows_the_rest(open_screen: Open) -> None:
    screen = open_screen(workbench([row(number) for number in range(1, 20)]))
    table = issues(screen).table
    assert screen.rows()[-1] == "14 more"
    screen.click(table.viewport(), table.visualRect(table.model().index(6, 0)).center())
    assert len(screen.rows()) == 20
    assert screen.window.issues is not None


def test_grouping_can_be_switched_off_and_is_remembered(screen: Screen) -> None:
    screen.press("issues.group")
    assert screen.rows() == ["Q-2041 Northwind refresh", "Q-2038 Edge firewall x2", "Dana Reyes (contact)"]
    assert screen.services.context.settings.value("issues/grouped", type=bool) is False


def test_a_list_that_is_cut_short_says_so(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.issues.total = 54_000
    screen = open_screen(bench)
    assert screen.find(QLabel, "issues.footer").text().startswith("The first 3 of 54,000 are shown")


@pytest.mark.parametrize(
    ("sites", "title", "action"),
    [
        ([], "No site is connected yet", "Connect a site"),
        ([site(quotes_read_at=None)], "Nothing has been read yet", "Refresh"),
        ([site()], "No open issues", "Refresh"),
    ],
)
def test_an_empty_list_says_what_to_do_next(open_screen: Open, sites: list[object], title: str, action: str) -> None:
    bench = workbench()
    bench.sites.stored = sites  # type: ignore[assignment]  # parametrize knows no types
    screen = open_screen(bench)
    screen.until(lambda: screen.find(QLabel, "issues.empty.title").text() == title)
    screen.press("issues.empty.action")
    if action == "Refresh":
        screen.until(lambda: bench.runs.refreshed == 1)
    else:
        screen.until(lambda: screen.shows("sites.name"))


def test_a_list_that_cannot_be_read_says_why_and_can_be_read_again(open_screen: Open, bench: FakeWorkbench) -> None:
    from sync_desktop.domain.failures import UserError

    bench.issues.fails = UserError("The workspace is locked by another program: close it there.")
    screen = open_screen(bench)
    screen.until(lambda: "locked by another program" in screen.find(QLabel, "issues.empty.text").text())
    bench.issues.fails = None
    screen.press("issues.empty.action")
    screen.until(lambda: len(screen.rows()) == 5)


def test_details_are_copied_and_links_are_opened(screen: Screen) -> None:
    choose(screen, 2041)
    screen.press("detail.copy")
    screen.until(lambda: QGuiApplication.clipboard().text().startswith("Q-2041 Northwind refresh: Billing code"))
    menu = screen.find(QPushButton, "detail.open").menu()
    assert [action.text() for action in menu.actions()] == ["Autotask", "Salesbuildr"]
    for action in menu.actions():
        action.trigger()
    assert screen.services.opened == ["https://ww5.autotask.net/quote/801", "https://portal.salesbuildr.com/quote/2041"]


def test_a_click_on_an_attempt_shows_what_was_sent(screen: Screen) -> None:
    choose(screen, 2041)
    table = screen.find(QTableView, "detail.attempts")
    issues(screen).detail.ensureWidgetVisible(table)
    screen.click(table.viewport(), table.visualRect(table.model().index(0, 1)).center())
    screen.until(lambda: screen.shows("exchanges.0.request"))
    assert "POST /v1.0/Quotes/801/Items" in screen.find(QPlainTextEdit, "exchanges.0.request").toPlainText()
    screen.press("exchanges.cancel")


def test_the_menu_of_a_row_offers_what_the_keys_do(screen: Screen) -> None:
    choose(screen, 2041)
    issues(screen).table.customContextMenuRequested.emit(issues(screen).table.rect().center())
    menu = screen.find(QWidget, "issues.menu")
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert texts == ["Retry", "Dismiss", "Copy details", "Open in the PSA", "Open in Salesbuildr"]
    menu.hide()


def test_ages_are_words_that_move_on(open_screen: Open) -> None:
    screen = open_screen(workbench([row(1, last_failed_at=NOW - timedelta(hours=2))]))
    page = issues(screen)
    assert page.model.index(page.model.row_of_issue(1), 4).data() == "2 h ago"


def test_every_control_has_a_name_that_can_be_read_out(screen: Screen) -> None:
    choose(screen, 2041)
    screen.window.show_page("sites")
    screen.window.show_page("help")
    for kind in (QPushButton, QLineEdit, QTableView):
        assert [
            each.objectName()
            for each in screen.window.findChildren(kind)
            if not each.accessibleName() and not each.isHidden()
        ] == []


def test_repairs_are_offered_under_how_to_fix(open_screen: Open) -> None:
    bench = few()
    offered = (Action.KEEP_LINES, Action.CONFIRM_WON, Action.CONFIRM_OPEN, Action.SITE_SETTINGS)
    bench.issues.causes = (cause(actions=offered, record_id="q1"),)
    screen = open_screen(bench)
    choose(screen, 2041)
    screen.press("detail.fix.keep_lines")
    choice = screen.find(QRadioButton, "lines.adopt")
    assert not screen.find(QPushButton, "lines.save").isEnabled()
    choice.click()
    screen.press("lines.save")
    screen.until(lambda: screen.bench.links.calls == [("lines", "contoso", "q1", "adopt")])
    screen.until(lambda: not screen.services.context.tasks.is_running("save"))
    screen.press("detail.fix.confirm_won")
    screen.press("won.yes")
    screen.until(lambda: screen.bench.links.calls[1:] == [("won", "contoso", "q1")])
    screen.until(lambda: not screen.shows("won.yes") and not screen.services.context.tasks.is_running("save"))
    screen.press("detail.fix.confirm_open")
    assert "still open in the PSA" in screen.find(QLabel, "won.sentence0").text()
    screen.press("won.yes")
    screen.until(lambda: screen.bench.links.calls[2:] == [("won", "contoso", "q1")])
    screen.press("detail.fix.site_settings")
    screen.until(lambda: screen.shows("sites.role"))


@pytest.mark.parametrize(
    ("room", "left_out"),
    [(1200, []), (700, []), (610, [Column.QUOTE]), (480, [Column.QUOTE, Column.COMPANY, Column.LAST_FAILED])],
)
def test_a_narrow_list_keeps_the_record_and_its_state_readable(room: int, left_out: list[Column]) -> None:
    widths = column_widths(room)
    assert sorted(column for column, width in widths.items() if not width) == sorted(left_out)
    assert room - sum(widths.values()) >= 140
    assert widths[Column.STATE] >= 140
