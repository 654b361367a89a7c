"""The paste box, by what a person sees and clicks in it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QPushButton, QRadioButton, QTableView, QWidget

from sync_desktop.domain.words import IssueState
from sync_desktop.ui.issues.empty import offers_paste
from tests.ui.paste_fakes import last_import
from tests.ui.ui_fakes import FakeWorkbench, row, site, workbench
from tests.ui.ui_screen import Screen
from tests.worlds.issues_page import BILLING, BUSY, as_copied, as_csv, fifty_six

Open = Callable[[FakeWorkbench], Screen]


def open_box(screen: Screen, text: str = "") -> None:
    screen.press("issues.paste")
    screen.until(lambda: screen.shows("paste.text"))
    if text:
        put(screen, text)


def put(screen: Screen, text: str) -> None:
    """Paste a text as a person does: by the clipboard and Ctrl+V."""
    QGuiApplication.clipboard().setText(text)
    box = screen.find(QPlainTextEdit, "paste.text")
    box.selectAll()
    screen.key(box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    screen.until(lambda: screen.shows("paste.summary") or bool(screen.find(QLabel, "paste.none").text()))


def said(screen: Screen) -> str:
    return screen.find(QLabel, "paste.summary").accessibleName() if screen.shows("paste.summary") else ""


def lines(screen: Screen) -> list[list[str]]:
    model = screen.find(QTableView, "paste.table").model()
    return [[str(model.index(row, at).data()) for at in range(model.columnCount())] for row in range(model.rowCount())]


def button_of(screen: Screen) -> QPushButton:
    return screen.find(QPushButton, "paste.import")


def test_a_pasted_page_is_told_its_causes_and_imported_by_one_button(screen: Screen) -> None:
    open_box(screen, as_csv(fifty_six()))
    screen.until(lambda: button_of(screen).isEnabled())
    assert button_of(screen).text() == "Import 54 issues"
    assert said(screen).startswith("56 lines, 54 are sync failures, 2 are not; causes: ")
    assert len(lines(screen)) == 56
    screen.press("paste.import")
    screen.until(lambda: not screen.shows("paste.text"))
    (kept,) = screen.bench.pasted.kept
    assert (kept.site_id, kept.whole, kept.text) == ("contoso", True, as_csv(fifty_six()))
    assert "54 issues of Contoso MSP are kept." in screen.services.told


def test_the_chosen_line_says_why_and_what_to_do(screen: Screen) -> None:
    open_box(screen, f"Quote Q-2041: {BILLING}\nQuote Q-9999: {BUSY}")
    screen.until(lambda: screen.shows("paste.why"))
    first, second = lines(screen)
    assert first == [
        "1",
        "Quote Q-2041",
        "Billing code of a product's category is not valid",
        "Q-2041 Northwind refresh",
        "Sync failure",
    ]
    assert second[3] == "No record"
    assert "billing code" in screen.find(QLabel, "paste.why").accessibleName()
    assert screen.find(QLabel, "paste.step1").accessibleName().startswith("1. ")
    screen.find(QTableView, "paste.table").selectRow(1)
    assert screen.find(QLabel, "paste.cause").accessibleName() == "Already synchronizing"


def test_where_two_records_match_the_line_asks_and_the_button_waits(screen: Screen) -> None:
    open_box(screen, f"Quote Q-2041: {BILLING}\nContact Jane Doe: Contact has no external identifier")
    screen.until(lambda: screen.shows("paste.question"))
    assert lines(screen)[0][-1] == "Which record?"
    assert not button_of(screen).isEnabled()
    assert "1 line may be about several records" in screen.find(QLabel, "paste.hint").text()
    choices = [screen.find(QRadioButton, f"paste.record.{place}") for place in range(3)]
    assert [each.text() for each in choices] == ["Jane Doe, Contoso", "Jane Doe, Fabrikam", "None of these"]
    screen.click(choices[1], choices[1].rect().center())
    screen.until(lambda: button_of(screen).isEnabled())
    assert ["Jane Doe", "Sync failure"] in [line[-2:] for line in lines(screen)]
    screen.press("paste.import")
    screen.until(lambda: bool(screen.bench.pasted.kept))
    assert screen.bench.pasted.kept[0].choices == {2: "contact/p2"}


def test_columns_are_shown_and_can_be_changed(screen: Screen) -> None:
    open_box(screen, f"{BUSY}\tContoso\tQ-2041\n{BUSY}\tAdatum\tQ-2038\n")
    screen.until(lambda: screen.shows("paste.columns"))
    assert [screen.find(QPushButton, f"paste.column.{at}").text() for at in (1, 2, 3)] == [
        "1: message ▾",
        "2: company ? ▾",
        "3: record ▾",
    ]
    menu = screen.find(QPushButton, "paste.column.2").menu()
    action = menu.findChild(QAction, "paste.column.2.record")
    assert action is not None
    action.trigger()
    screen.until(lambda: [line[1] for line in lines(screen)] == ["Contoso", "Adatum"])
    assert screen.find(QPushButton, "paste.column.3").text() == "3: not used ▾"
    put(screen, BUSY)
    screen.until(lambda: not screen.shows("paste.columns"))


def test_a_part_of_the_list_is_said_to_be_one(screen: Screen) -> None:
    screen.bench.pasted.leaving = 3
    open_box(screen, f"Q-2041: {BILLING}")
    screen.until(lambda: "3 issues of earlier lists will be shown as no longer listed" in hint(screen))
    whole = screen.find(QCheckBox, "paste.whole")
    screen.click(whole, QPoint(8, whole.height() // 2))
    assert not screen.find(QCheckBox, "paste.whole").isChecked()
    screen.until(lambda: hint(screen) == "")
    screen.until(lambda: button_of(screen).isEnabled())
    screen.press("paste.import")
    screen.until(lambda: bool(screen.bench.pasted.kept))
    assert not screen.bench.pasted.kept[0].whole


def hint(screen: Screen) -> str:
    return screen.find(QLabel, "paste.hint").text()


def test_ctrl_v_on_the_list_opens_the_box_with_the_clipboard(screen: Screen) -> None:
    QGuiApplication.clipboard().setText(f"Q-2041: {BILLING}")
    screen.key(screen.find(QTableView, "issues.table"), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    screen.until(lambda: said(screen).startswith("1 line, 1 is a sync failure"))
    assert button_of(screen).text() == "Import 1 issue"


def test_ctrl_v_in_the_search_is_a_search(screen: Screen) -> None:
    QGuiApplication.clipboard().setText("adatum")
    screen.key(screen.find(QWidget, "issues.search"), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    screen.until(lambda: screen.rows()[1:] == ["Q-2038 Edge firewall x2"])
    assert not screen.shows("paste.text")


@pytest.mark.parametrize("way", ["dropped", "copied"])
def test_a_file_is_read(screen: Screen, tmp_path: Path, way: str) -> None:
    page = tmp_path / "issues.txt"
    page.write_text(as_copied(fifty_six()), encoding="utf-16")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(page))])
    if way == "copied":
        QGuiApplication.clipboard().setMimeData(mime)
        screen.key(screen.find(QTableView, "issues.table"), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    else:
        open_box(screen)
        box = screen.find(QPlainTextEdit, "paste.text")
        assert box.canInsertFromMimeData(mime)
        box.insertFromMimeData(mime)
    screen.until(lambda: said(screen).startswith("56 lines, 54 are sync failures, 2 are not"))


def test_a_file_that_holds_no_text_is_a_sentence_in_the_box(screen: Screen, tmp_path: Path) -> None:
    picture = tmp_path / "issues.png"
    picture.write_bytes(bytes(range(256)) * 40)
    open_box(screen)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    screen.find(QPlainTextEdit, "paste.text").insertFromMimeData(mime)
    screen.until(lambda: "holds no text" in screen.find(QLabel, "paste.none").text())


def test_without_a_site_everything_is_explained_and_nothing_can_be_kept(open_screen: Open) -> None:
    empty = workbench()
    empty.sites.stored = []
    screen = open_screen(empty)
    screen.until(lambda: screen.shows("issues.empty.other"))
    assert screen.find(QPushButton, "issues.empty.other").text() == "Paste issues…"
    screen.press("issues.empty.other")
    put(screen, f"Q-2041: {BILLING}")
    screen.until(lambda: screen.shows("paste.why"))
    assert "Taken for Autotask" in screen.find(QLabel, "paste.psa").text()
    assert not button_of(screen).isEnabled()
    assert hint(screen) == "Connect a site to keep these lines as issues."


def test_of_several_sites_one_is_chosen(open_screen: Open) -> None:
    two = workbench()
    two.sites.stored = [site(), site(id="tailspin", name="Tailspin IT", psa_label="ConnectWise")]
    screen = open_screen(two)
    open_box(screen, f"Q-2041: {BUSY}")
    screen.until(lambda: "the PSA of Contoso MSP" in screen.find(QLabel, "paste.psa").text())
    chooser = screen.find(QPushButton, "paste.site")
    assert chooser.text() == "For Contoso MSP ▾"
    chooser.menu().actions()[1].trigger()
    screen.until(lambda: "ConnectWise, the PSA of Tailspin IT" in screen.find(QLabel, "paste.psa").text())


def test_an_import_that_is_refused_says_so_and_keeps_the_box(screen: Screen) -> None:
    screen.bench.pasted.fails = "The disk is full; nothing was kept."
    open_box(screen, f"Q-2041: {BILLING}")
    screen.until(lambda: button_of(screen).isEnabled())
    screen.press("paste.import")
    screen.until(lambda: hint(screen) == "The disk is full; nothing was kept.")
    assert screen.shows("paste.text")
    screen.press("paste.cancel")
    screen.until(lambda: not screen.shows("paste.text"))
    open_box(screen)


def test_the_last_import_is_named_with_the_lines_that_became_no_issue(screen: Screen) -> None:
    screen.bench.pasted.before = last_import()
    open_box(screen)
    screen.until(lambda: screen.find(QLabel, "paste.last").text().startswith("Last import: 2026-11-20"))
    told = screen.find(QLabel, "paste.last")
    assert told.text().endswith("56 lines, 54 issues.")
    assert told.toolTip() == "User was not automatically linked\nInvalid customer number"


def test_lines_that_no_rule_knows_and_parts_of_the_page_are_shown_as_that(screen: Screen) -> None:
    open_box(screen, f"Issues\nQ-2041: {BILLING}\nThe printer is on fire\nQ-2038: {BUSY}\n")
    screen.until(lambda: screen.shows("paste.table"))
    assert [(line[0], line[-1]) for line in lines(screen)] == [
        ("2", "Sync failure"),
        ("3", "Not recognised"),
        ("4", "Sync failure"),
        ("1", "Part of the page"),
    ]


def test_what_is_no_longer_listed_has_a_chip_of_its_own_and_nothing_to_dismiss(open_screen: Open) -> None:
    gone = row(2001, state=IssueState.UNLISTED, badge="No longer listed")
    screen = open_screen(workbench((row(2041), gone)))
    assert screen.find(QPushButton, "issues.chip.unlisted").text() == "No longer listed 1"
    screen.press("issues.chip.unlisted")
    screen.until(lambda: screen.rows()[1:] == ["Q-2001 Northwind refresh"])
    page = screen.window.issues
    assert page is not None
    page.select_issue(2001)
    screen.until(lambda: page.detail.detail is not None)
    assert not screen.shows("detail.dismiss")
    screen.key(screen.find(QTableView, "issues.table"), Qt.Key.Key_D)
    assert ("dismissed", (2001,)) not in screen.bench.issues.calls


def test_without_imports_nothing_is_said_about_lists(screen: Screen) -> None:
    assert not screen.shows("issues.chip.unlisted")


@pytest.mark.parametrize(
    ("state", "text", "sites", "failure", "offered"),
    [
        (IssueState.OPEN, "", (), "", True),
        (IssueState.OPEN, "", (site(),), "", True),
        (IssueState.OPEN, "words", (site(),), "", False),
        (IssueState.CLEARED, "", (site(),), "", False),
        (IssueState.OPEN, "", None, "", False),
        (IssueState.OPEN, "", (site(),), "It failed.", False),
    ],
)
def test_an_empty_list_offers_to_paste_where_that_helps(
    state: IssueState, text: str, sites: tuple[object, ...] | None, failure: str, offered: bool
) -> None:
    assert offers_paste(state, text, sites, failure) is offered  # type: ignore[arg-type]  # only counted
