"""The style sheet: one text with the tokens filled in. Sizes follow the 8 px grid, 6 px corners."""

from pathlib import PurePath
from string import Template
from typing import TYPE_CHECKING

from sync_desktop.resources import resource

if TYPE_CHECKING:
    from sync_desktop.ui.tokens import Tokens

_FRAME = """
QMainWindow, QDialog { background: $background; }
*[frame_part="band"] { background: $background; border-bottom: 1px solid $line; }
*[frame_part="rail"] { background: $rail; }
QLabel[rail="brand"] { color: $rail_selected_text; font-size: 15px; font-weight: 600; padding: 4px 10px; }
QLabel[rail="count"] { color: $rail_selected_text; background: $rail_alarm; border-radius: 8px; padding: 2px 7px;
  font-size: 11px; }
*[frame_part="status"] { background: $panel; border-top: 1px solid $line; }
*[frame_part="status"] QLabel, *[frame_part="band"] QLabel { font-size: 12px; }
QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
*[toolbar="true"] { background: $panel; border-bottom: 1px solid $line; }
*[pane="true"] { background: $panel; }
QSplitter::handle { background: $line; }
"""

_TEXT = """
QLabel { color: $text; background: transparent; }
QLabel[muted="true"] { color: $muted; }
QLabel[heading="1"] { font-size: 17px; font-weight: 600; }
QLabel[heading="2"] { color: $muted; font-size: 12px; font-weight: 600; }
QLabel[badge="error"] { background: $error_soft; color: $error; }
QLabel[badge="warning"] { background: $warning_soft; color: $warning_text; }
QLabel[badge="success"] { background: $success_soft; color: $success_text; }
QLabel[badge="neutral"] { background: $neutral_soft; color: $neutral_text; }
QLabel[badge="accent"] { background: $accent_soft; color: $accent_text; }
QLabel[badge="writes"] { background: $writes; color: $on_writes; }
QLabel[badge] { border-radius: 4px; padding: 2px 8px; font-size: 12px; font-weight: 500; }
QLabel[number="true"] { background: $neutral_soft; color: $neutral_text; border-radius: 9px; font-size: 11px; }
QLabel[footer="true"] { color: $muted; font-size: 12px; padding: 6px 12px; }
QLabel[says="good"] { color: $success; }
QLabel[says="bad"] { color: $error; }
QToolTip { background: $panel; color: $text; border: 1px solid $line; padding: 4px; }
QPlainTextEdit[raw="true"] { background: $neutral_soft; color: $text; border: 1px solid transparent;
  border-radius: 4px; padding: 4px; }
QPlainTextEdit[raw="true"]:focus { border-color: $accent; }
"""

_CONTROLS = """
QPushButton { background: $panel; color: $text; border: 1px solid $line; border-radius: 6px;
  padding: 6px 13px; min-height: 18px; outline: none; }
QPushButton:hover { background: $background; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 12px; }
QPushButton:disabled { background: $neutral_soft; color: $neutral_text; }
QPushButton:checked { background: $accent_soft; color: $accent_text; border-color: $accent; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 500; }
QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $neutral_soft; color: $neutral_text; border-color: $line; }
QPushButton[chip="true"] { border-radius: 13px; padding: 3px 11px; min-height: 18px; }
QPushButton[chip="true"]:focus { padding: 2px 10px; }
QPushButton[small="true"] { padding: 1px 11px; min-height: 16px; font-size: 12px; }
QPushButton[small="true"]:focus { padding: 0 10px; }
QPushButton[link="true"] { background: transparent; border: none; color: $accent_text; text-align: left;
  padding: 2px 0; }
QPushButton[link="true"]:focus { text-decoration: underline; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[rail="page"] { color: $rail_text; background: transparent; border: 2px solid transparent;
  border-radius: 6px; text-align: left; padding: 5px 8px; min-height: 18px; }
QPushButton[rail="page"]:hover { color: $rail_selected_text; }
QPushButton[rail="page"]:checked { color: $rail_selected_text; background: $rail_selected; font-weight: 500; }
QPushButton[rail="page"]:focus { border-color: $accent; }
QPushButton[rail="page"]:checked:focus { padding: 5px 8px; }
QLineEdit { background: $panel; color: $text; border: 1px solid $line; border-radius: 6px; padding: 6px 9px;
  min-height: 18px; selection-background-color: $accent; selection-color: $on_accent;
  placeholder-text-color: $muted; }
*[toolbar="true"] QLineEdit { background: $background; }
QLineEdit:focus { border: 2px solid $accent; padding: 5px 8px; }
QLineEdit:disabled, QLineEdit:read-only { color: $muted; background: $background; }
QComboBox { background: $panel; color: $text; border: 1px solid $line; border-radius: 6px; padding: 6px 9px;
  min-height: 18px; }
QComboBox:focus { border: 2px solid $accent; padding: 5px 8px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$chevron"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $line;
  selection-background-color: $selection; selection-color: $text; }
QCheckBox, QRadioButton { color: $text; spacing: 8px; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $muted;
  background: $panel; }
QCheckBox::indicator { border-radius: 3px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QRadioButton::indicator { border-radius: 8px; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox:focus, QRadioButton:focus { color: $accent_text; }
QMenu { background: $panel; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }
"""

_LISTS = """
QAbstractItemView { background: $panel; color: $text; border: none; outline: none;
  selection-background-color: $selection; selection-color: $text; alternate-background-color: $panel; }
QTableView[issues="true"], QTableView[grounded="true"] { background: $background; }
QTableView { gridline-color: $line; }
QTableView[quiet="true"] { border: none; }
QTableView[boxed="true"], QListWidget[boxed="true"] { border: 1px solid $line; border-radius: 6px; }
QPlainTextEdit[boxed="true"] { background: $panel; color: $text; border: 1px solid $line; border-radius: 6px;
  padding: 4px; selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit[boxed="true"]:focus { border-color: $accent; }
QTableView::item { border-bottom: 1px solid $line; padding: 0 6px; }
QTableView::item:selected { background: $selection; color: $text; }
QTableView::item:disabled { color: $muted; }
QListWidget[kinds="true"] { border: none; padding: 4px 0; }
QListWidget::item { padding: 6px 10px; border-radius: 6px; min-height: 20px; }
QListWidget::item:selected { background: $selection; color: $text; }
QHeaderView { background: $background; border: none; }
QHeaderView::section { background: $background; color: $muted; font-size: 12px; border: none;
  border-bottom: 1px solid $line; padding: 0 8px; }
QTableView[issues="true"] QHeaderView::section:first { padding-left: 36px; }
QTableView[grounded="true"] QHeaderView::section { padding: 0 10px; }
QScrollArea { border: none; background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 5px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
*[toast="true"] { background: $panel; border: 1px solid $line; border-top-right-radius: 6px;
  border-bottom-right-radius: 6px; }
*[toast="true"][tone="error"] { border-left: 4px solid $error; }
*[toast="true"][tone="warning"] { border-left: 4px solid $warning; }
*[toast="true"][tone="neutral"] { border-left: 4px solid $accent; }
*[toast="true"][tone="success"] { border-left: 4px solid $success; }
*[notice="warning"] { background: $warning_soft; border-bottom: 1px solid $line; }
*[notice="warning"] QLabel { color: $warning_text; }
*[card="true"] { background: $panel; border: 1px solid $line; border-radius: 6px; }
"""


def style_sheet(tokens: "Tokens") -> str:
    """Return the application's style sheet for one set of tokens."""
    icons = {"tick": tokens.tick, "chevron": "chevron.svg"}
    paths = {name: PurePath(str(resource(f"icons/{file}"))).as_posix() for name, file in icons.items()}
    return Template(_FRAME + _TEXT + _CONTROLS + _LISTS).substitute({**tokens._asdict(), **paths})
