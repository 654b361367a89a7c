from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, QModelIndex, Qt
from pytestqt.modeltest import ModelTester

from sync_desktop.domain.words import IssueState
from sync_desktop.ui.issues.entries import FOLDED_ROWS, Column, Entry, Folding, entries
from sync_desktop.ui.issues.model import IssuesModel, Roles
from sync_desktop.workbench.views import CauseGroup, IssuePage, IssueRow
from tests.ui.ui_fakes import NOW, FakeIssues, few, row


def page_of(*rows: IssueRow, headline: str = "") -> IssuePage:
    groups = FakeIssues()._groups(list(rows))
    return IssuePage(tuple(rows), groups, {}, len(rows), headline)


def shown(*rows: IssueRow, folding: Folding | None = None, grouped: bool = True, headline: str = "") -> list[Entry]:
    return entries(page_of(*rows, headline=headline), folding or Folding(), NOW, grouped=grouped)


def texts(model: QAbstractItemModel) -> list[list[str]]:
    return [[str(model.index(line, column).data()) for column in Column] for line in range(model.rowCount())]


def check(tester: ModelTester, model: IssuesModel) -> None:
    tester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt has no types there


def few_rows() -> list[IssueRow]:
    return list(few().issues.rows.values())


def test_the_model_keeps_qts_rules_through_every_change(qtmodeltester: ModelTester) -> None:
    model = IssuesModel()
    check(qtmodeltester, model)
    for rows in ([1, 2, 3], [3, 2, 1], [2, 5, 6, 1], [], [7, 8], [8, 9, 7, 1]):
        model.show_entries(
            shown(*(row(number, cause_key=f"c{number % 2}") for number in rows), headline="Repair **2**")
        )
        check(qtmodeltester, model)


def test_heads_and_issues_read_as_they_are_shown(qtmodeltester: ModelTester) -> None:
    model = IssuesModel()
    model.show_entries(shown(*few_rows(), headline="Repair **1 mapping**"))
    assert texts(model) == [
        ["Repair 1 mapping", "", "", "", "", ""],
        [
            "Category “Firewalls” has no active Autotask billing code · 2 quotes · $27,850",
            "",
            "",
            "",
            "",
            "Fix mapping",
        ],
        ["Q-2041 Northwind refresh", "Northwind Traders", "Approved", "$18,240", "2 min ago", "Open"],
        ["Q-2038 Edge firewall x2", "Adatum", "Approved", "$9,610.50", "3 h ago", "Open"],
        ["Company “Tailspin Toys” is not in Autotask · 1 quotes · $0", "", "", "", "", "Link or create"],
        ["Dana Reyes (contact)", "Tailspin Toys", "–", "", "2 min ago", "Open"],
    ]
    check(qtmodeltester, model)


def test_a_row_that_runs_says_so() -> None:
    model = IssuesModel()
    model.show_entries(shown(row(1, running=True)))
    assert model.index(1, Column.STATE).data() == "Retrying"
    assert model.index(1, Column.STATE).data(Roles.TONE) == "warning"


def test_headings_name_the_columns_and_value_stands_at_the_right() -> None:
    model = IssuesModel()
    headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in Column]
    assert headings == ["Record", "Company", "Quote", "Value", "Last failed", "State"]
    right = model.headerData(Column.VALUE, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
    assert right == Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def test_named_roles_give_ids_and_raw_values() -> None:
    model = IssuesModel()
    model.show_entries(shown(*few_rows()))
    head, issue = model.index(0, 0), model.index(1, Column.VALUE)
    assert (head.data(Roles.KIND), head.data(Roles.ISSUE_ID), head.data(Roles.ISSUE_IDS)) == (
        "head",
        None,
        (2041, 2038),
    )
    assert (issue.data(Roles.ISSUE_ID), issue.data(Roles.RAW)) == (2041, few_rows()[0].value)


def test_a_screen_reader_hears_folding_and_severity() -> None:
    model = IssuesModel()
    model.show_entries(shown(*few_rows(), folding=Folding(closed=frozenset({"tailspin"}))))
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert str(model.index(0, 0).data(spoken)).endswith(", open")
    assert str(model.index(3, 0).data(spoken)).endswith(", folded")
    assert model.index(1, Column.STATE).data(spoken) == "Open, error"


def test_the_tool_tip_of_an_age_is_the_exact_time() -> None:
    model = IssuesModel()
    model.show_entries(shown(row(1)))
    assert "2026-11-23" in str(model.index(1, Column.LAST_FAILED).data(Qt.ItemDataRole.ToolTipRole))


def test_a_long_cause_shows_its_first_issues_and_how_many_more_there_are() -> None:
    model = IssuesModel()
    rows = [row(number) for number in range(1, 38)]
    model.show_entries(shown(*rows))
    assert model.rowCount() == 1 + FOLDED_ROWS + 1
    assert model.index(FOLDED_ROWS + 1, 0).data() == "32 more"
    model.show_entries(shown(*rows, folding=Folding().with_all_of("firewalls")))
    assert model.rowCount() == 38


def test_one_more_than_the_limit_is_shown_rather_than_counted() -> None:
    assert len(shown(*(row(number) for number in range(FOLDED_ROWS + 1)))) == 1 + FOLDED_ROWS + 1


def test_without_groups_there_are_only_issues() -> None:
    assert [entry.key for entry in shown(*few_rows(), grouped=False)] == ["issue 2041", "issue 2038", "issue 7"]


def test_an_issue_that_no_group_names_is_shown_all_the_same() -> None:
    page = replace(page_of(row(1)), groups=(CauseGroup("x", "Other", "", "", row(1).severity, (99,)),))
    assert [entry.key for entry in entries(page, Folding(), NOW, grouped=True)] == ["head x", "issue 1"]


def test_a_changed_issue_is_redrawn_alone() -> None:
    model = IssuesModel()
    model.show_entries(shown(row(1), row(2), row(3)))
    changes: list[tuple[int, int]] = []
    resets: list[object] = []

    def on_changed(first: QModelIndex, last: QModelIndex) -> None:
        changes.append((first.row(), last.row()))

    model.dataChanged.connect(on_changed)
    model.modelReset.connect(lambda: resets.append(1))
    model.show_entries(shown(row(1), row(2, badge="Checked"), row(3)))
    assert changes == [(2, 2)]
    assert resets == []


def test_the_selection_stays_with_the_issue_when_lines_come_go_and_move() -> None:
    model = IssuesModel()
    model.show_entries(shown(row(1), row(2), row(3), grouped=False))
    selection = QItemSelectionModel(model)
    selection.select(
        model.index(1, 0), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    )
    model.show_entries(shown(row(9), row(3), row(8), row(2), grouped=False))
    assert [index.data(Roles.ISSUE_ID) for index in selection.selectedRows()] == [2]
    model.show_entries(shown(row(9), grouped=False))
    assert selection.selectedRows() == []


def test_an_age_moves_on_without_touching_other_lines() -> None:
    model = IssuesModel()
    page = page_of(row(1), row(2, last_failed_at=NOW - timedelta(days=3)))
    model.show_entries(entries(page, Folding(), NOW, grouped=False))
    model.show_entries(entries(page, Folding(), NOW + timedelta(minutes=1), grouped=False))
    assert [model.index(line, Column.LAST_FAILED).data() for line in (0, 1)] == ["3 min ago", "3 d ago"]


def test_states_have_a_tone_and_a_word() -> None:
    cleared = shown(row(1, state=IssueState.CLEARED, badge="Cleared"), grouped=False)[0]
    assert (cleared.cells[Column.STATE], cleared.tone.value) == ("Cleared", "success")
