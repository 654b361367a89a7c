"""The table's model: a list of ready-made lines that changes by the smallest steps, so that a selection survives."""

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sync_desktop.ui.issues.entries import HEADERS, Column, Entry, EntryKind, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Roles(IntEnum):
    """What else can be asked of a cell, by name."""

    KIND = Qt.ItemDataRole.UserRole + 1
    ISSUE_ID = Qt.ItemDataRole.UserRole + 2
    ISSUE_IDS = Qt.ItemDataRole.UserRole + 3
    CAUSE_KEY = Qt.ItemDataRole.UserRole + 4
    TONE = Qt.ItemDataRole.UserRole + 5
    RAW = Qt.ItemDataRole.UserRole + 6
    """The value behind the text: a Decimal, a datetime, a state."""


class IssuesModel(QAbstractTableModel):
    """Shows entries. `show_entries` is the only way to change them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._places: dict[str, int] = {}  # in the order of the lines

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of lines; none below a line."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns; none below a line."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's heading; Value stands at the right."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr(HEADERS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Look up what is shown; nothing is computed here."""
        if not index.isValid():
            return None
        entry, column = self._entries[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.tips[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(entry, column)
        return self._named(entry, column, role) if role >= Roles.KIND else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every line but the banner can be selected; that of a cause stands for all its issues."""
        if not index.isValid() or self._entries[index.row()].kind is EntryKind.BANNER:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def entry(self, row: int) -> Entry:
        """Return one line."""
        return self._entries[row]

    def row_of_issue(self, issue_id: int) -> int:
        """Return where an issue stands, or -1 where it is not shown."""
        return self._places.get(f"issue {issue_id}", -1)

    def row_of_head(self, cause_key: str) -> int:
        """Return where the head of a cause stands, or -1."""
        return self._places.get(f"head {cause_key}", -1)

    def show_entries(self, wanted: "Sequence[Entry]") -> None:
        """Change to these lines: gone ones are removed, the others moved, new ones inserted, changed ones redrawn."""
        new = list(wanted)
        kept = places(new)
        self._remove_gone(kept)
        self._reorder(kept)
        self._insert_new(new)
        self._redraw_changed(new)

    def _named(self, entry: Entry, column: int, role: int) -> object:
        row = entry.row
        match role:
            case Roles.KIND:
                return entry.kind.value
            case Roles.ISSUE_ID:
                return row.id if row else None
            case Roles.ISSUE_IDS:
                return entry.issue_ids
            case Roles.CAUSE_KEY:
                return entry.cause_key
            case Roles.TONE:
                return entry.tone.value
            case Roles.RAW if row:
                raw = (row.record, row.company, row.quote_status, row.value, row.last_failed_at, row.state)
                return raw[column]
        return None

    def _remove_gone(self, wanted: "Mapping[str, int]") -> None:
        gone = [place for place, entry in enumerate(self._entries) if entry.key not in wanted]
        for first, last in reversed(list(_runs(gone))):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._entries[first : last + 1]
            self._places = dict(places(self._entries))
            self.endRemoveRows()

    def _reorder(self, wanted: "Mapping[str, int]") -> None:
        ordered = sorted(self._entries, key=lambda entry: wanted[entry.key])
        if [entry.key for entry in ordered] == list(self._places):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._entries[index.row()].key for index in before]
        self._entries = ordered
        self._places = dict(places(ordered))
        after = [self.index(self._places[key], old.column()) for key, old in zip(keys, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _insert_new(self, new: "list[Entry]") -> None:
        known = frozenset(self._places)
        for first, last in _runs([place for place, entry in enumerate(new) if entry.key not in known]):
            self.beginInsertRows(QModelIndex(), first, last)
            self._entries[first:first] = new[first : last + 1]
            self._places = dict(places(self._entries))
            self.endInsertRows()

    def _redraw_changed(self, new: "list[Entry]") -> None:
        changed = [place for place, (old, now) in enumerate(zip(self._entries, new, strict=True)) if old != now]
        for first, last in _runs(changed):
            self._entries[first : last + 1] = new[first : last + 1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))


def _runs(numbers: "list[int]") -> "Iterator[tuple[int, int]]":
    """Yield first and last of each unbroken run of ascending numbers."""
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield numbers[start], numbers[place - 1]
            start = place


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == Column.VALUE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _spoken(entry: Entry, column: int) -> str:
    if entry.kind is EntryKind.HEAD and column == Column.RECORD:
        return f"{entry.cells[column]}, {'open' if entry.is_open else 'folded'}"
    if entry.row is not None and column == Column.STATE:
        return f"{entry.cells[column]}, {entry.severity.value}"
    return entry.cells[column]
