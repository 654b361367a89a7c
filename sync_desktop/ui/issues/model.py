"""The issues table's model: what a cell shows, says and is."""

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from sync_desktop.ui.issues.entries import HEADERS, Column, Entry, EntryKind
from sync_desktop.ui.keyed_model import KeyedModel

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from sync_desktop.ui.keyed_model import Index


class Roles(IntEnum):
    """What else can be asked of a cell, by name."""

    KIND = Qt.ItemDataRole.UserRole + 1
    ISSUE_ID = Qt.ItemDataRole.UserRole + 2
    ISSUE_IDS = Qt.ItemDataRole.UserRole + 3
    CAUSE_KEY = Qt.ItemDataRole.UserRole + 4
    TONE = Qt.ItemDataRole.UserRole + 5
    RAW = Qt.ItemDataRole.UserRole + 6
    """The value behind the text: a Decimal, a datetime, a state."""


class IssuesModel(KeyedModel[Entry]):
    """Shows causes and their issues."""

    def __init__(self, parent: "QObject | None" = None) -> None:
        super().__init__(HEADERS, parent)

    def flags(self, index: "Index") -> Qt.ItemFlag:
        """Every line but the banner can be selected; that of a cause stands for all its issues."""
        if not index.isValid() or self.entry(index.row()).kind is EntryKind.BANNER:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Value stands at the right."""
        side = Qt.AlignmentFlag.AlignRight if column == Column.VALUE else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def row_of_issue(self, issue_id: int) -> int:
        """Return where an issue stands, or -1 where it is not shown."""
        return self.row_of(f"issue {issue_id}")

    def row_of_head(self, cause_key: str) -> int:
        """Return where the head of a cause stands, or -1."""
        return self.row_of(f"head {cause_key}")

    def named(self, entry: Entry, column: int, role: int) -> object:
        """Return what `Roles` names."""
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
