"""The menu of chosen mappings."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sync_desktop.ui.mappings.entries import Entry
    from sync_desktop.ui.mappings.page import MappingsPage


def row_menu(page: "MappingsPage", lines: "Sequence[Entry]") -> QMenu:
    """Return a menu for chosen lines; it forgets itself when it closes."""
    menu = QMenu(page)
    menu.setObjectName("mappings.menu")
    menu.aboutToHide.connect(menu.deleteLater)
    _add(menu, "choose", menu.tr("Choose a target…"), "Enter", page.choose_target)
    if any(line.row.suggestion for line in lines):
        _add(menu, "use", menu.tr("Use the suggestion"), "U", page.use_suggestion)
        _add(menu, "reject", menu.tr("Reject the suggestion"), "X", page.reject_suggestion)
    if any(line.row.by_hand or line.pending for line in lines):
        _add(menu, "clear", menu.tr("Take away what was set by hand"), "Del", page.clear_mapping)
    if any(line.pending for line in lines):
        _add(menu, "discard", menu.tr("Discard what is not saved"), "Esc", page.discard)
    if len(lines) == 1 and lines[0].row.target_id:
        menu.addSeparator()
        _add(menu, "where_used", menu.tr("Where used…"), "W", page.ask_where_used)
    return menu


def _add(menu: QMenu, name: str, text: str, key: str, call: "Callable[[], object]") -> None:
    action = menu.addAction(f"{text}\t{key}")
    action.setObjectName(f"mappings.menu.{name}")
    action.triggered.connect(partial(_called, call))


def _called(call: "Callable[[], object]", *_checked: object) -> None:
    call()
