import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from sync_desktop.domain.words import MappingState, SuggestedBy
from sync_desktop.ui.mappings.entries import (
    Column,
    Entries,
    Entry,
    PendingEdit,
    entry,
    key_of,
    ordered,
    state_tone,
    text_key,
)
from sync_desktop.ui.mappings.model import MappingsModel, Roles
from sync_desktop.ui.mappings.table import MappingsTable, column_widths
from sync_desktop.ui.theme import Theme
from sync_desktop.ui.tokens import Tone
from sync_desktop.workbench.mapping_views import MappingRow, SuggestionView
from tests.ui.mapping_fakes import FIREWALL, KIND, SITE, FakeMappings, broken_rows, row, valid

USED = PendingEdit("Firewalls", FIREWALL.target_id, FIREWALL.target, was="41/112")


def lines(*rows: MappingRow, pending: PendingEdit | None = None) -> list[Entry]:
    return [entry(each, pending) for each in rows]


def numbered(number: int, **changes: object) -> MappingRow:
    return valid(f"c{number}", f"Category {number}", str(number), f"Target {number} (#{number})", **changes)


def check(tester: ModelTester, model: MappingsModel) -> None:
    tester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt has no types there


def texts(model: MappingsModel) -> list[list[str]]:
    """Return both lines of every cell, joined by a bar."""
    found = []
    for line in range(model.rowCount()):
        cells = [model.index(line, column) for column in Column]
        found.append(
            [" | ".join(str(text) for text in (cell.data(), cell.data(Roles.BELOW)) if text) for cell in cells]
        )
    return found


def test_the_model_keeps_qts_rules_through_every_change(qtmodeltester: ModelTester) -> None:
    model = MappingsModel()
    check(qtmodeltester, model)
    for numbers in ([1, 2, 3], [3, 2, 1], [2, 5, 6, 1], [], [7, 8], range(1000), range(1, 1000, 2)):
        model.show_entries(lines(*(numbered(number) for number in numbers)))
        assert model.rowCount() == len(numbers)
        check(qtmodeltester, model)


def test_rows_read_as_the_design_shows_them(qtmodeltester: ModelTester) -> None:
    model = MappingsModel()
    model.show_entries(lines(*broken_rows()))
    assert texts(model) == [
        [
            "Firewalls",
            "Security HW › UTM | #41/112",
            "Inactive",
            "error text | inferred",
            "Network Security (#57) › Firewall (#131) | 28 synchronised products are there",
            "12 products | 37 issues",
        ],
        [
            "Cabling",
            "#88",
            "Gone or hidden",
            "products | inferred",
            "Cables & Racks (#19) | same name but for “& Racks”",
            "31 products | 0 issues, 2 quotes",
        ],
        ["Managed SOC", "–", "Not mapped", "–", "no good match", "4 products | 0 issues"],
        [
            "Laptops | Salesbuildr's copy is open",
            "Hardware › Notebooks | #2/9",
            "Subcategory moved to #5",
            "set by hand",
            "End-user (#5) › Notebooks (#9) | the same subcategory, new parent",
            "208 products | 0 issues, 9 quotes",
        ],
    ]
    check(qtmodeltester, model)


def test_an_edit_that_is_not_saved_says_so_beside_what_it_was() -> None:
    model = MappingsModel()
    model.show_entries(lines(row(), pending=USED))
    cell = model.index(0, Column.TARGET)
    assert cell.data() == "Network Security (#57) › Firewall (#131)"
    assert cell.data(Roles.BELOW) == "not saved, was Security HW › UTM"
    assert cell.data(Roles.PENDING) == "57/131"
    assert not model.entry(0).usable


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (replace(USED, refused="#57 is inactive by now"), "not saved: #57 is inactive by now"),
        (replace(USED, was="40"), "not saved; meanwhile it leads to Security HW › UTM"),
    ],
)
def test_a_refusal_and_a_change_by_others_stand_on_the_row(edit: PendingEdit, said: str) -> None:
    assert entry(row(), edit).below[Column.TARGET] == said


def test_named_roles_give_keys_values_and_what_to_sort_by() -> None:
    model = MappingsModel()
    model.show_entries(lines(row()))
    cell = model.index(0, Column.AFFECTS)
    assert (cell.data(Roles.KEY), cell.data(Roles.SOURCE_ID)) == (f"{KIND} cat-7", "cat-7")
    assert (cell.data(Roles.RAW), cell.data(Roles.SORT)) == ((12, 37, 0), (37, 0, 12))
    assert model.index(0, Column.STATE).data(Roles.RAW) == MappingState.INACTIVE
    assert model.index(0, Column.STATE).data(Roles.TONE) == "error"
    assert model.index(0, Column.TARGET).data(Roles.RAW) == "41/112"


def test_a_screen_reader_hears_severity_both_lines_and_the_key_that_uses() -> None:
    model = MappingsModel()
    model.show_entries(lines(row()))
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, Column.STATE).data(spoken) == "Inactive, error"
    assert model.index(0, Column.AFFECTS).data(spoken) == "12 products, 37 issues"
    assert str(model.index(0, Column.SUGGESTION).data(spoken)).endswith("products are there, U uses it")


def test_the_tool_tip_of_a_state_is_its_whole_reason() -> None:
    tip = entry(row(), None).tip(Column.STATE)
    assert tip.startswith("Category 41 “Security HW” is inactive")


def test_a_target_of_three_parts_shows_names_above_numbers_and_is_whole_in_its_tool_tip() -> None:
    whole = "Security (#41) › Firewalls (#411) · Inventory (#1)"
    suggestion = SuggestionView("42/421/1", whole, "the same name", SuggestedBy.NAME, ("Security › Firewalls", "Inv."))
    made = row(target=whole, target_id="41/411/1", lines=("Security › Firewalls", "Inv."), suggestion=suggestion)
    line = entry(made, None)
    assert (line.cells[Column.TARGET], line.below[Column.TARGET]) == ("Security › Firewalls", "Inv. · #41/411/1")
    assert (line.cells[Column.SUGGESTION], line.below[Column.SUGGESTION]) == (
        "Security › Firewalls",
        "the same name · Inv.",
    )
    assert line.tip(Column.TARGET) == whole
    assert line.tip(Column.SUGGESTION) == f"{whole}\nthe same name"
    pending = PendingEdit("Firewalls", "42/421/1", suggestion.called, "41/411/1")
    assert entry(made, pending).tip(Column.TARGET) == (
        "Security › Firewalls · Inv. (#42/421/1)\nnot saved, was Security › Firewalls"
    )


def test_before_the_first_audit_nobody_has_looked_for_a_match() -> None:
    unmapped = broken_rows()[2]
    assert entry(unmapped, None).cells[Column.SUGGESTION] == "no good match"
    assert entry(unmapped, None, audited=False).cells[Column.SUGGESTION] == "known after an audit"


@pytest.mark.parametrize("state", MappingState)
def test_every_state_has_a_tone_that_fits_what_it_asks_for(state: MappingState) -> None:
    attention = {Tone.ERROR, Tone.WARNING}
    assert (state_tone(state) in attention) == state.needs_attention
    assert (state_tone(state) is Tone.SUCCESS) == (state is MappingState.VALID)


def test_headings_are_those_of_the_kind() -> None:
    model = MappingsModel()
    model.show_first_headers("Owner", "Autotask resource")
    headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in Column]
    assert headings == ["Owner", "Autotask resource", "State", "Known from", "Suggestion", "Affects"]


def test_only_what_changed_is_made_and_redrawn() -> None:
    model, made = MappingsModel(), Entries()
    rows = [numbered(number) for number in range(4)]
    edits: dict[tuple[str, str], PendingEdit] = {}
    desk = FakeMappings(rows={(SITE, KIND): rows})
    model.show_entries(made.of(asyncio.run(desk.page(SITE, KIND)), edits.get))
    before = [model.entry(place) for place in range(4)]
    changes: list[tuple[int, int]] = []

    def on_changed(first: QModelIndex, last: QModelIndex) -> None:
        changes.append((first.row(), last.row()))

    model.dataChanged.connect(on_changed)
    edits[key_of(rows[2])] = PendingEdit("Category 2", "9", "Target 9 (#9)", "2")
    desk.rows[SITE, KIND] = [replace(each) for each in rows]
    model.show_entries(made.of(asyncio.run(desk.page(SITE, KIND)), edits.get))
    assert changes == [(2, 2)]
    assert [model.entry(place) is before[place] for place in range(4)] == [True, True, False, True]


def test_the_selection_stays_with_its_row_when_rows_come_go_and_move() -> None:
    model = MappingsModel()
    model.show_entries(lines(*(numbered(number) for number in (1, 2, 3))))
    selection, flags = QItemSelectionModel(model), QItemSelectionModel.SelectionFlag
    selection.select(model.index(1, 0), flags.Select | flags.Rows)
    model.show_entries(lines(*(numbered(number) for number in (9, 3, 8, 2))))
    assert [index.data(Roles.SOURCE_ID) for index in selection.selectedRows()] == ["c2"]


def test_a_list_of_thousands_is_another_list_and_keeps_the_choice(theme: Theme, qtbot: QtBot) -> None:
    model = MappingsModel()
    table = MappingsTable(model, theme)
    qtbot.addWidget(table)
    everything = [entry(numbered(number), None) for number in range(20_000)]
    model.show_entries(everything)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    assert table.choose([text_key((KIND, "c4")), text_key((KIND, "c5")), text_key((KIND, "c19998"))])
    model.show_entries(everything[::2])
    assert (model.rowCount(), len(resets)) == (10_000, 1)
    assert [line.key for line in table.chosen()] == [f"{KIND} c4", f"{KIND} c19998"]
    model.show_entries(everything[:5])
    assert [line.key for line in table.chosen()] == [f"{KIND} c4"]


def test_sorting_keeps_what_needs_attention_first() -> None:
    rows = [numbered(2, products=50), *broken_rows(), numbered(1, products=70)]
    made = lines(*rows)
    by_name = [line.cells[0] for line in ordered(made, Column.SOURCE, descending=False)]
    assert by_name == ["Cabling", "Firewalls", "Laptops", "Managed SOC", "Category 1", "Category 2"]
    by_use = [line.cells[0] for line in ordered(made, Column.AFFECTS, descending=True)]
    assert by_use == ["Firewalls", "Laptops", "Cabling", "Managed SOC", "Category 1", "Category 2"]
    assert ordered(made, -1, descending=False) == made


@pytest.mark.parametrize("room", [330, 480, 640, 900, 1200, 2400])
def test_columns_fit_the_room_and_short_ones_are_whole(room: int) -> None:
    wanted = {
        Column.SOURCE: 160,
        Column.TARGET: 340,
        Column.STATE: 180,
        Column.KNOWN: 100,
        Column.SUGGESTION: 340,
        Column.AFFECTS: 120,
    }
    widths = column_widths(room, wanted)
    shown = {column: width for column, width in widths.items() if width}
    assert {Column.SOURCE, Column.TARGET, Column.STATE, Column.SUGGESTION} <= set(shown)
    assert sum(shown.values()) <= max(room, 460)
    if room >= 900:
        assert all(widths[column] >= wanted[column] for column in (Column.STATE, Column.KNOWN, Column.AFFECTS))
    if room >= 1200:
        assert widths[Column.TARGET] >= 220, "what is broken is read before what is suggested for it"
