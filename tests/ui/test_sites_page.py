from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QListWidget, QPushButton, QScrollArea

from sync_desktop.domain.words import Psa, Role
from tests.ui.ui_fakes import FakeWorkbench, site
from tests.ui.ui_screen import Screen

Open = Callable[[FakeWorkbench], Screen]


def show_sites(screen: Screen) -> None:
    screen.press("rail.sites")
    screen.until(lambda: screen.shows("sites.name"))


@pytest.fixture
def assist(open_screen: Open, bench: FakeWorkbench) -> Screen:
    bench.sites.stored = [site(role=Role.ASSIST, role_label="ASSIST: READ ONLY")]
    screen = open_screen(bench)
    show_sites(screen)
    return screen


def test_a_stored_secret_is_never_shown_only_that_it_is_stored(assist: Screen) -> None:
    secret = assist.find(QLineEdit, "sites.secret.secret")
    assert (secret.text(), secret.echoMode()) == ("", QLineEdit.EchoMode.Password)
    assert assist.find(QLabel, "sites.secret.secret.state").text() == "✓ Stored in the keyring. It is not shown again."


def test_the_secret_that_was_rejected_says_so_and_by_whom(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.sites.rejected_by = "Salesbuildr"
    screen = open_screen(bench)
    show_sites(screen)
    assert screen.find(QLabel, "sites.secret.api_key.state").text() == (
        "✕ Salesbuildr rejected what is stored. Nothing more is sent there until it is entered anew."
    )
    assert screen.find(QLabel, "sites.secret.secret.state").text().startswith("✓ Stored in the keyring.")


def test_a_secret_that_a_site_may_do_without_can_be_forgotten(assist: Screen) -> None:
    assert not assist.shows("sites.secret.secret.forget")
    assist.find(QCheckBox, "sites.secret.second.forget").click()
    assist.press("sites.save")
    assist.until(lambda: any(text.startswith("Saved.") for text in assist.services.told))
    given = assist.bench.sites.saved[0]
    assert (given.forget, dict(given.secrets)) == (frozenset({"second"}), {})
    assist.press("sites.add")
    assist.until(lambda: assist.find(QLineEdit, "sites.name").text() == "")
    assert not assist.shows("sites.secret.second.forget")


LONG = (
    "Give this program an API user of its own, **never** the one of Salesbuildr: errors and a locked user can then be "
    "told apart, and the limit of calls that all API users of the tenant share is not used up by one of them alone."
)


def test_rule_10_what_is_recommended_of_the_api_user_is_shown(assist: Screen) -> None:
    assert "of its own, never Salesbuildr's" in assist.find(QLabel, "sites.advice0").accessibleName()


@pytest.mark.parametrize("width", [0, 2400], ids=["narrowest", "wide"])
@pytest.mark.parametrize("stored", [True, False], ids=["stored", "new"])
def test_no_wrapped_text_of_the_form_is_cut_off(
    open_screen: Open, bench: FakeWorkbench, width: int, stored: bool
) -> None:
    bench.sites.stored = [site(role=Role.ASSIST, role_label="ASSIST: READ ONLY")]
    bench.sites.rejected_by = "Salesbuildr"
    bench.sites.advice = (LONG, LONG)
    screen = open_screen(bench)
    show_sites(screen)
    if not stored:
        screen.press("sites.add")
        screen.until(lambda: screen.find(QLineEdit, "sites.name").text() == "")
    screen.press("sites.test")
    screen.until(lambda: screen.shows("sites.test_result.1"))
    window = screen.window
    window.resize(max(width, window.minimumSizeHint().width()), 700)
    (area,) = [each for each in window.findChildren(QScrollArea) if each.isVisible()]
    screen.until(lambda: window.width() >= width)
    QTest.qWait(0)
    texts = [each for each in area.findChildren(QLabel) if each.isVisible() and each.wordWrap()]
    assert len(texts) > 6
    lines = max(each.heightForWidth(each.width()) // each.fontMetrics().lineSpacing() for each in texts)
    assert lines > 1, "a text has to wrap, or nothing is shown"
    clipped = {each.text(): (each.heightForWidth(each.width()), each.height()) for each in texts}
    assert {text: sizes for text, sizes in clipped.items() if sizes[0] > sizes[1]} == {}


def test_only_secrets_that_were_typed_are_saved_and_the_line_is_emptied(assist: Screen) -> None:
    assist.write(assist.find(QLineEdit, "sites.secret.secret"), "hunter2")
    assist.press("sites.save")
    assist.until(lambda: bool(assist.bench.sites.saved))
    given = assist.bench.sites.saved[0]
    assert (given.id, given.name, dict(given.secrets)) == ("contoso", "Contoso MSP", {"secret": "hunter2"})
    assert given.fields["username"] == "api@contoso.example"
    assert "hunter2" not in repr(given)
    assist.until(lambda: assist.find(QLineEdit, "sites.secret.secret").text() == "")


def test_a_connection_is_tested_line_by_line(assist: Screen) -> None:
    assist.press("sites.test")
    assist.until(lambda: assist.shows("sites.test_result.1"))
    assert assist.find(QLabel, "sites.test_result.0").text() == "✓  Salesbuildr answers: 412 quotes."
    assert assist.find(QLabel, "sites.test_result.1").text().startswith("✕  Autotask says")


def test_to_write_both_the_confirmation_and_the_name_are_needed(assist: Screen) -> None:
    write, typed = assist.find(QPushButton, "sites.role.write"), assist.find(QLineEdit, "sites.role.name")
    push_off = assist.find(QCheckBox, "sites.role.push_off")
    assert not write.isEnabled()
    push_off.click()
    assert not write.isEnabled()
    assist.write(typed, "contoso msp")
    assert not write.isEnabled()
    typed.clear()
    assist.write(typed, "Contoso MSP")
    assert write.isEnabled()
    push_off.click()
    assert not write.isEnabled()
    push_off.click()
    write.click()
    assist.until(lambda: assist.bench.sites.roles == [("contoso", Role.WRITE, True, "Contoso MSP")])
    assist.until(lambda: assist.find(QLabel, "band.role.contoso").text() == "WRITES TO PSA")


def test_back_to_reading_needs_nothing(screen: Screen) -> None:
    show_sites(screen)
    assert screen.find(QLabel, "sites.role").text() == "WRITES TO PSA"
    screen.press("sites.role.assist")
    screen.until(lambda: screen.bench.sites.roles == [("contoso", Role.ASSIST, False, "")])


def test_a_practice_site_says_so_and_has_no_switch(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.sites.stored = [site(practice=True, role_label="PRACTICE")]
    screen = open_screen(bench)
    show_sites(screen)
    assert screen.find(QLabel, "sites.role").text() == "PRACTICE"
    assert not screen.shows("sites.role.write")
    assert screen.find(QLabel, "band.role.contoso").text() == "PRACTICE"


def test_a_practice_site_can_be_tried_but_not_changed_and_claims_no_keyring(
    open_screen: Open, bench: FakeWorkbench
) -> None:
    bench.sites.stored = [site(practice=True, role_label="PRACTICE")]
    screen = open_screen(bench)
    show_sites(screen)
    assert all(screen.find(QLineEdit, name).isReadOnly() for name in ("sites.name", "sites.field.username"))
    assert not any(screen.shows(name) for name in ("sites.secret.secret", "sites.save", "sites.advice1"))
    assert "set by the sandbox" in screen.find(QLabel, "sites.advice0").accessibleName()
    screen.press("sites.test")
    screen.until(lambda: screen.shows("sites.test_result.1"))


def test_what_a_test_found_is_brought_into_view(assist: Screen) -> None:
    assist.window.resize(1000, 560)
    found = assist.find(QLabel, "sites.title")
    assist.press("sites.test")
    assist.until(lambda: assist.shows("sites.test_result.1"))
    result = assist.find(QLabel, "sites.test_result.1")
    assist.until(lambda: result.visibleRegion().boundingRect() == result.rect())
    assert found.visibleRegion().isEmpty(), "the form is longer than the window, or nothing is shown"


def test_a_new_site_is_added_and_then_shown(screen: Screen) -> None:
    show_sites(screen)
    screen.press("sites.add")
    screen.until(lambda: screen.find(QLineEdit, "sites.name").text() == "")
    assert not screen.shows("sites.role")
    assert screen.find(QLabel, "sites.secret.secret.state").text().startswith("It goes into the keyring")
    screen.write(screen.find(QLineEdit, "sites.name"), "Fabrikam IT")
    screen.press("sites.save")
    screen.until(lambda: screen.find(QListWidget, "sites.list").count() == 2)
    screen.until(lambda: screen.shows("sites.role") and screen.find(QLabel, "sites.title").text() == "Fabrikam IT")


def test_another_psa_has_another_form_and_keeps_what_was_typed_into_the_first(screen: Screen) -> None:
    show_sites(screen)
    assert not screen.shows("sites.psa.connectwise"), "a stored site keeps its PSA"
    screen.press("sites.add")
    screen.until(lambda: screen.shows("sites.psa.connectwise"))
    screen.write(screen.find(QLineEdit, "sites.name"), "Fabrikam IT")
    screen.write(screen.find(QLineEdit, "sites.secret.api_key"), "hunter2")
    first = screen.find(QPushButton, "sites.psa.autotask")
    assert first.isChecked()
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    screen.until(lambda: screen.shows("sites.secret.connectwise_secret"))
    assert screen.find(QLabel, "sites.pair").text() == "Salesbuildr → ConnectWise"
    assert screen.find(QPushButton, "sites.psa.connectwise").hasFocus()
    assert screen.find(QLineEdit, "sites.name").text() == "Fabrikam IT"
    assert screen.find(QLineEdit, "sites.secret.api_key").text() == "hunter2"
    screen.press("sites.psa.halopsa")
    screen.until(lambda: screen.shows("sites.secret.halopsa_secret"))
    screen.press("sites.save")
    screen.until(lambda: bool(screen.bench.sites.saved))
    given = screen.bench.sites.saved[0]
    assert (given.psa, given.name, dict(given.secrets)) == (Psa.HALOPSA, "Fabrikam IT", {"api_key": "hunter2"})


def test_a_site_with_a_problem_is_named_in_the_band_and_counted(open_screen: Open, bench: FakeWorkbench) -> None:
    bench.sites.stored = [site(problem="Autotask rejected the secret.")]
    screen = open_screen(bench)
    assert screen.find(QPushButton, "rail.sites").accessibleName() == "Sites, 1 site with a problem"
    screen.until(lambda: screen.shows("band.problem.contoso"))
    assert screen.find(QPushButton, "band.problem.contoso").toolTip() == "Autotask rejected the secret."
    screen.press("band.problem.contoso")
    screen.until(lambda: screen.shows("sites.name"))
