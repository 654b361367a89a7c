"""A table's model over ready-made lines: it changes by the smallest steps by key, so that a selection survives."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
_MOST_STEPS = 200
"""A list that differs from the one before in more places is another list: it is shown as a whole."""


class Keyed(Protocol):
    """A line that is the same line after each refresh."""

    @property
    def key(self) -> str:
        """Unique in the table."""
        ...

    @property
    def cells(self) -> Sequence[str]:
        """What each cell shows."""
        ...

    def tip(self, column: int) -> str:
        """Return a cell's tool tip."""
        ...

    def spoken(self, column: int) -> str:
        """Return what a screen reader says of a cell."""
        ...


E = TypeVar("E", bound=Keyed)


class KeyedModel(QAbstractTableModel, Generic[E]):
    """Shows lines. `show_entries` is the only way to change them."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(self.tr(header) for header in headers)
        self._entries: list[E] = []
        self._places: dict[str, int] = {}

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of lines; none below a line."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns; none below a line."""
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's heading."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return self.alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Look up what is shown; nothing is computed here."""
        if not index.isValid():
            return None
        entry, column = self.entry(index.row()), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.cells[column]
            case Qt.ItemDataRole.ToolTipRole:
                return entry.tip(column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return entry.spoken(column)
        return self.named(entry, column, role) if role > Qt.ItemDataRole.UserRole else None

    def named(self, _entry: E, _column: int, _role: int) -> object:
        """Return what a table's own roles ask of a cell."""
        return None

    def alignment(self, _column: int) -> Qt.AlignmentFlag:
        """Return where a column's heading and cells stand."""
        return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

    def entry(self, row: int) -> E:
        """Return one line."""
        return self._entries[row]

    def row_of(self, key: str) -> int:
        """Return where a line stands, or -1 where it is not shown."""
        return self._where().get(key, -1)

    def show_headers(self, headers: Sequence[str]) -> None:
        """Name the columns anew; there are as many as before."""
        if tuple(headers) != self._headers:
            self._headers = tuple(headers)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._headers) - 1)

    def show_entries(self, wanted: Sequence[E]) -> None:
        """Change to these lines: gone ones are removed, the others moved, new ones inserted, changed ones redrawn."""
        new = list(wanted)
        kept = {entry.key: place for place, entry in enumerate(new)}
        gone = list(runs([place for place, entry in enumerate(self._entries) if entry.key not in kept]))
        come = list(runs([place for place, entry in enumerate(new) if entry.key not in self._where()]))
        if len(gone) + len(come) > _MOST_STEPS:
            self.beginResetModel()
            self._put(new)
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._put([*self._entries[:first], *self._entries[last + 1 :]])
            self.endRemoveRows()
        self._reorder(kept)
        for first, last in come:
            self.beginInsertRows(QModelIndex(), first, last)
            self._put([*self._entries[:first], *new[first : last + 1], *self._entries[first:]])
            self.endInsertRows()
        self._redraw_changed(new)

    def _where(self) -> dict[str, int]:
        """Return where each key stands, in the order of the lines."""
        if len(self._places) != len(self._entries):
            self._places = {entry.key: place for place, entry in enumerate(self._entries)}
        return self._places

    def _put(self, entries: list[E]) -> None:
        self._entries = entries
        self._places = {}

    def _reorder(self, wanted: Mapping[str, int]) -> None:
        ordered = sorted(self._entries, key=lambda entry: wanted[entry.key])
        if [entry.key for entry in ordered] == list(self._where()):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._entries[index.row()].key for index in before]
        self._put(ordered)
        after = [self.index(self.row_of(key), old.column()) for key, old in zip(keys, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _redraw_changed(self, new: list[E]) -> None:
        changed = [place for place, (old, now) in enumerate(zip(self._entries, new, strict=True)) if old != now]
        for first, last in runs(changed):
            self._entries[first : last + 1] = new[first : last + 1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._headers) - 1))


def runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each unbroken run of ascending numbers."""
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield numbers[start], numbers[place - 1]
            start = place
