"""The mappings table's model: what a cell shows, says and is."""

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from sync_desktop.ui.keyed_model import KeyedModel
from sync_desktop.ui.mappings.entries import HEADERS, Entry, sort_value

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from sync_desktop.ui.keyed_model import Index

_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


class Roles(IntEnum):
    """What else can be asked of a cell, by name."""

    KEY = Qt.ItemDataRole.UserRole + 1
    SOURCE_ID = Qt.ItemDataRole.UserRole + 2
    BELOW = Qt.ItemDataRole.UserRole + 3
    """The second line."""
    TONE = Qt.ItemDataRole.UserRole + 4
    SORT = Qt.ItemDataRole.UserRole + 5
    RAW = Qt.ItemDataRole.UserRole + 6
    """The value behind the text: an identifier, a state, a suggestion, counts."""
    PENDING = Qt.ItemDataRole.UserRole + 7
    """The target that is chosen and not saved; None where there is none."""


class MappingsModel(KeyedModel[Entry]):
    """Shows the mappings of one kind."""

    def __init__(self, parent: "QObject | None" = None) -> None:
        super().__init__(HEADERS, parent)

    def show_first_headers(self, source: str, target: str) -> None:
        """Name what is mapped and what to, in the words of the kind."""
        self.show_headers((source, target, *(self.tr(header) for header in HEADERS[2:])))

    def flags(self, index: "Index") -> Qt.ItemFlag:
        """Every line can be selected; what edits it is the chooser, not an editor of Qt's."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _FLAGS

    def named(self, entry: Entry, column: int, role: int) -> object:
        """Return what `Roles` names."""
        row = entry.row
        match role:
            case Roles.KEY:
                return entry.key
            case Roles.SOURCE_ID:
                return row.source_id
            case Roles.BELOW:
                return entry.below[column]
            case Roles.TONE:
                return entry.tone.value
            case Roles.SORT:
                return sort_value(entry, column)
            case Roles.RAW:
                counts = (row.products, row.issues, row.quotes)
                return (row.source_id, row.target_id, row.state, row.known_from, row.suggestion, counts)[column]
            case Roles.PENDING:
                return entry.pending.target_id if entry.pending else None
        return None
