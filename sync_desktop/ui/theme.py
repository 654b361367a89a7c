"""The look: tokens turned into a palette and a style sheet; it follows the system while the window is open."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from sync_desktop.ui.style_sheet import style_sheet
from sync_desktop.ui.tokens import DARK, LIGHT, Tokens

TEXT_PIXELS = 13
"""The size of text at 100 %; Qt scales it with the display."""
ROW_PIXELS = 30
STYLE = ("-style", "fusion")
"""Words for `QApplication`. Asked for in words, because a `QStyle` in Python costs a twelfth of the first paint."""
FALLBACK_FAMILIES = ("Segoe UI", "SF Pro Text", "Inter", "Noto Sans", "DejaVu Sans")


class Theme(QObject):
    """Holds the tokens in force. Hand it to whatever paints with them; `changed` says when to paint again."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self.tokens: Tokens = LIGHT
        app.setFont(_text_font())
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._on_hints_scheme_changed)
        self.use(dark=hints.colorScheme() is Qt.ColorScheme.Dark)

    @property
    def dark(self) -> bool:
        """Whether the dark tokens are in force."""
        return self.tokens is DARK

    def use(self, *, dark: bool) -> None:
        """Put one of the two sets of tokens in force."""
        self.tokens = DARK if dark else LIGHT
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()

    @Slot(Qt.ColorScheme)
    def _on_hints_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        self.use(dark=scheme is Qt.ColorScheme.Dark)


def fixed_font() -> QFont:
    """Return the system's font for raw messages and bodies."""
    from PySide6.QtGui import QFontDatabase  # late: the first paint has no raw texts

    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(TEXT_PIXELS - 1)
    return font


def _text_font() -> QFont:
    font = QApplication.font()  # the system's, until it is set here
    font.setFamilies([*font.families(), *FALLBACK_FAMILIES])
    font.setPixelSize(TEXT_PIXELS)
    return font


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in (
        (role.Window, tokens.background),
        (role.Base, tokens.panel),
        (role.AlternateBase, tokens.background),
        (role.Button, tokens.panel),
        (role.WindowText, tokens.text),
        (role.Text, tokens.text),
        (role.ButtonText, tokens.text),
        (role.ToolTipBase, tokens.panel),
        (role.ToolTipText, tokens.text),
        (role.PlaceholderText, tokens.muted),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Link, tokens.accent_text),
        (role.Mid, tokens.line),
    ):
        palette.setColor(name, QColor(colour))
    for name in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.muted))
    return palette
