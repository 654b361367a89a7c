import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.words import MappingState
from sync_desktop.ui.frame import RailButton
from sync_desktop.ui.mappings.entries import View
from sync_desktop.ui.widgets import ElidedLabel
from tests.ui.mapping_fakes import KIND, NOW, SITE, row, todo
from tests.ui.mapping_screen import CONTROL, MappingScreen, Open, mapped, open_mappings, wait_for
from tests.ui.ui_fakes import FakeWorkbench


def test_the_rail_counts_what_needs_attention_before_the_page_is_made(open_screen: Open) -> None:
    screen = open_screen(mapped())
    rail = screen.find(RailButton, "rail.mappings")
    words = "6 mappings need attention at 2 sites, all kinds together"
    screen.until(lambda: rail.accessibleName() == f"Mappings, {words}")
    assert rail.toolTip() == f"{words} (Ctrl+2)"
    assert screen.window.mappings is None


def test_the_rail_says_which_sites_nobody_has_audited_yet(open_screen: Open) -> None:
    bench = mapped()
    bench.mappings.audited_at = None
    screen = open_screen(bench)
    rail = screen.find(RailButton, "rail.mappings")
    screen.until(lambda: rail.toolTip().endswith("all kinds together; 2 sites not audited yet (Ctrl+2)"))


def test_the_page_shows_what_needs_attention_first_and_all_on_request(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    assert made.rows() == ["Firewalls", "Cabling", "Managed SOC", "Laptops"]
    chips = {view: made.page.toolbar.chips[view].text() for view in (View.ATTENTION, View.ALL)}
    assert chips == {View.ATTENTION: "Needs attention 4", View.ALL: "All 86"}
    made.screen.press("mappings.chip.all")
    assert made.rows()[:5] == ["Firewalls", "Cabling", "Managed SOC", "Laptops", "Category 100"]
    assert len(made.rows()) == 86


def test_band_and_status_bar_speak_of_the_site_and_its_audit_while_the_page_is_shown(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    screen = made.screen
    changed = "since the last audit 1 category was deactivated, 1 deleted"
    note = f"Audited against ConnectWise 2 min ago · 3 calls · {changed}"
    assert screen.find(ElidedLabel, "band.age").full_text == note
    assert screen.find(QLabel, "status.title").text() == (
        "4 of 86 mappings of this kind need attention · 4 at this site · 6 at all sites"
    )
    assert screen.shows(f"band.site.{SITE}")
    assert not screen.shows("band.site.fabrikam")
    screen.press("rail.issues")
    assert screen.find(ElidedLabel, "band.age").full_text.startswith("Quotes read")
    screen.until(lambda: screen.shows("band.site.fabrikam"))
    assert screen.find(QLabel, "status.title").text() == ""


def test_the_list_of_kinds_is_worked_by_keys_and_says_its_counts(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    kinds = made.page.kinds
    item = kinds.currentItem()
    assert item is not None
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Categories, 4 of 86 need attention"
    kinds.setFocus()
    made.screen.key(kinds, Qt.Key.Key_Down)
    assert kinds.chosen() == (SITE, "owner")
    made.screen.until(lambda: made.page.known.page is not None and made.page.known.page.kind == "owner")


def test_a_search_asks_the_desk_and_esc_empties_it(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    made.key(Qt.Key.Key_F, CONTROL)
    search = made.page.toolbar.search
    assert search.hasFocus()
    made.screen.write(search, "cabl")
    made.screen.until(lambda: made.rows() == ["Cabling"])
    made.screen.key(search, Qt.Key.Key_Escape)
    made.screen.until(lambda: len(made.rows()) == 4)
    made.screen.write(search, "nothing like it")
    made.screen.until(lambda: made.screen.shows("mappings.empty.title"))
    assert made.screen.find(QLabel, "mappings.empty.title").text() == "Nothing matches"
    made.screen.press("mappings.empty.action")
    made.screen.until(lambda: len(made.rows()) == 4)


def test_a_refresh_keeps_the_choice_and_what_is_not_saved(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    made.choose("cat-8")
    made.key(Qt.Key.Key_U)
    made.desk.rows[SITE, KIND].insert(0, row("cat-1", source="Antivirus"))
    made.screen.bench.tell(frozenset())
    made.screen.until(lambda: made.rows()[0] == "Antivirus")
    assert [line.row.source for line in made.table.chosen()] == ["Cabling"]
    assert made.target("cat-8") == ("Cables & Racks (#19)", "not saved, was #88")


def test_a_heading_sorts_the_other_way_at_the_second_click_and_not_at_all_at_the_third(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    as_given = made.rows()
    for expected in (["Cabling", "Firewalls", "Laptops", "Managed SOC"], None, as_given):
        made.table.horizontalHeader().sectionClicked.emit(0)
        wanted = expected or ["Managed SOC", "Laptops", "Firewalls", "Cabling"]
        assert made.rows() == wanted


# what is said where there is nothing


def empty_bench(**changes: object) -> FakeWorkbench:
    bench = mapped()
    bench.mappings.rows[SITE, KIND] = [
        replace(each, state=MappingState.VALID) for each in bench.mappings.rows[SITE, KIND]
    ]
    for name, value in changes.items():
        setattr(bench.mappings, name, value)
    return bench


def said(made: MappingScreen) -> tuple[str, str]:
    """Return title and button of the empty page."""
    made.screen.until(lambda: made.screen.shows("mappings.empty"))
    title = made.screen.find(QLabel, "mappings.empty.title").text()
    return title, made.page.parts.empty.action.text()


def test_where_nothing_needs_attention_all_is_offered(open_screen: Open) -> None:
    made = open_mappings(open_screen, empty_bench())
    assert said(made) == ("Nothing needs attention", "Show all")
    made.screen.press("mappings.empty.action")
    assert len(made.rows()) == 86


def test_where_nobody_has_audited_an_audit_is_offered_and_told(open_screen: Open) -> None:
    made = open_mappings(open_screen, empty_bench(audited_at=None))
    assert said(made) == ("Not audited against ConnectWise yet", "Audit now")
    made.desk.hold = asyncio.Event()
    made.screen.press("mappings.empty.action")
    audit = made.screen.find(QPushButton, "mappings.audit")
    made.screen.until(lambda: audit.text() == "Auditing …")
    assert not audit.isEnabled()
    made.desk.hold.set()
    wait_for(made, "86 mappings, 4 need attention · 3 calls")
    made.screen.until(lambda: audit.text() == "Audit now" and audit.isEnabled())
    assert ("audit", (SITE,)) in made.desk.calls
    made.screen.until(lambda: "just now" in made.screen.find(ElidedLabel, "band.age").full_text)


def test_a_list_that_could_not_be_read_breaks_nothing_and_says_why(open_screen: Open) -> None:
    bench = mapped()
    bench.mappings.problem = "ConnectWise did not permit reading of subcategories."
    made = open_mappings(open_screen, bench)
    text = made.screen.find(QLabel, "mappings.notice.text").text()
    assert "did not permit reading" in text
    assert "no mapping is called broken for it" in text
    assert made.rows() == ["Firewalls", "Cabling", "Managed SOC", "Laptops"]


def test_a_failure_is_one_sentence_and_can_be_tried_again(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    made.desk.fails = UserError("The workspace is busy.")
    made.page.reload()
    assert said(made) == ("The mappings could not be read", "Try again")
    assert made.screen.find(QLabel, "mappings.empty.text").text() == "The workspace is busy."
    made.desk.fails = None
    made.screen.press("mappings.empty.action")
    made.screen.until(lambda: made.screen.shows("mappings.table"))


def test_without_a_site_one_can_be_connected(open_screen: Open) -> None:
    bench = mapped()
    bench.mappings.overview_sites = ()
    screen = open_screen(bench)
    screen.press("rail.mappings")
    screen.until(lambda: screen.find(QLabel, "mappings.empty.title").text() == "No site is connected yet")
    screen.press("mappings.empty.action")
    screen.until(lambda: screen.shows("sites.title"))


def test_when_the_last_site_is_removed_nothing_of_it_stays(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    made.desk.overview_sites = ()
    made.page.reload()
    assert said(made) == ("No site is connected yet", "Connect a site")
    assert (made.rows(), made.page.site_id, made.page.known.todos) == ([], "", ())


def test_another_kind_is_said_to_be_read_only_where_that_takes_a_while(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    made.page.kinds.choose(SITE, "owner")
    assert (made.rows(), made.screen.shows("mappings.table")) == ([], True)
    made.show("owner")
    made.desk.hold_pages = asyncio.Event()
    made.page.kinds.choose(SITE, KIND)
    made.screen.until(lambda: made.screen.shows("mappings.empty"))
    assert said(made)[0] == "Reading mappings …"
    made.desk.hold_pages.set()
    made.screen.until(lambda: len(made.rows()) == 4)


def test_counts_of_the_site_that_is_shown_do_not_wait_for_those_of_all_sites(open_screen: Open) -> None:
    """An audit changes all kinds of a site: a count of one kind's new state and the others' old one was never true."""
    made = open_mappings(open_screen)
    made.desk.hold_overview = asyncio.Event()
    made.desk.rows[SITE, KIND] = [replace(each, state=MappingState.VALID) for each in made.desk.rows[SITE, KIND]]
    inactive, *others = made.desk.rows[SITE, "owner"]
    made.desk.rows[SITE, "owner"] = [replace(inactive, state=MappingState.INACTIVE), *others]
    made.page.reload()
    item = made.page.kinds.currentItem()
    assert item is not None
    words = "Categories, 0 of 86 need attention"
    made.screen.until(lambda: item.data(Qt.ItemDataRole.AccessibleTextRole) == words)
    rail, status = made.screen.find(RailButton, "rail.mappings"), made.screen.find(QLabel, "status.title")
    made.screen.until(lambda: rail.accessibleName().startswith("Mappings, 3 mappings need attention"))
    assert status.text() == "0 of 86 mappings of this kind need attention · 1 at this site · 3 at all sites"
    made.desk.hold_overview.set()


def test_a_kind_without_values_says_what_to_do(open_screen: Open) -> None:
    made = open_mappings(open_screen)
    made.show("status")
    assert said(made) == ("Nothing is to be mapped here", "Refresh")


def test_what_does_not_fit_goes_into_a_menu(open_screen: Open) -> None:
    bench = mapped()
    bench.mappings.stored_todos = [todo()]
    made = open_mappings(open_screen, bench)
    made.screen.until(lambda: made.screen.shows("mappings.chip.copies"))
    made.screen.window.resize(900, 560)
    made.screen.until(lambda: made.screen.shows("mappings.more"))
    assert not made.screen.shows("mappings.history")
    bar = made.page.toolbar
    buttons = [each for each in (*bar.chips.values(), bar.save) if each.isVisible()]
    assert all(each.width() >= each.sizeHint().width() for each in buttons)
    assert bar.save.geometry().right() <= bar.width()
    menu = bar.more.menu()
    assert [action.text() for action in menu.actions() if action.isVisible()][:2] == ["History…", "Where used…"]


def test_every_control_has_a_name(open_screen: Open) -> None:
    bench = mapped()
    bench.mappings.stored_todos = [todo()]
    made = open_mappings(open_screen, bench)
    for button in made.page.findChildren(QPushButton):
        assert button.accessibleName() or not button.isVisible(), button.objectName()
    for named in (made.table, made.page.kinds, made.page.toolbar.search, made.page.parts.panel):
        assert named.accessibleName()


@pytest.mark.parametrize("minutes", [0, 61])
def test_the_age_of_an_audit_moves_on(open_screen: Open, minutes: int) -> None:
    made = open_mappings(open_screen)
    note = made.page.band_note(NOW + timedelta(minutes=minutes))
    assert ("2 min ago" in note) == (minutes == 0)
